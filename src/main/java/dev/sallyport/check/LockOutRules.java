package dev.sallyport.check;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.LockOut;
import dev.sallyport.decide.Facts;
import dev.sallyport.decide.InvalidRequestException;
import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Roles;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether anybody is left who can undo a policy (VAL-25).
 *
 * <p><b>Who</b>: the enabled accounts with one of the roles that may change policies; where there are none, all enabled accounts; where
 * the directory knows nobody, administrators who are in no group, in the groups that policies exclude, or the excluded users
 * themselves. <b>To where</b>: the Azure and Entra portals, and Microsoft Graph. A few usual sign-ins are evaluated first: one that is not
 * refused settles the matter. Otherwise {@link Analysis#lockOut} looks at all of them. Each policy that refuses all of them on its own is
 * reported; when none does, a few that do so together.
 */
final class LockOutRules {

    private static final String ADMINISTRATOR = "Global Administrator";
    private static final List<String> ROLES = List.of(ADMINISTRATOR, "Conditional Access Administrator", "Security Administrator");
    private static final Set<String> ROLE_IDS = ROLES.stream().map(Roles.IDS::get).collect(Collectors.toUnmodifiableSet());
    private static final List<String> TARGETS = Catalogue.builtIn().use("policyAdministration");
    private static final List<String> PORTALS = TARGETS.subList(0, 1);
    /** How many people are tried first, and how many break-glass accounts are looked at. */
    private static final int FEW = 10;
    private static final String EVERYWHERE = "SP1332";
    private static final String AT_PORTALS = "SP1337";
    private static final String BREAK_GLASS = "SP1351";
    private static final String NOT_LOOKED = "SP1352";
    private static final Device UNREGISTERED = new Device(null, null, false, false, null, Map.of(), Map.of());

    private final PolicySet set;
    private final Directory directory;
    private final Instant now;
    private final Diagnostics out;
    private final List<ConditionalAccessPolicy> enabled;
    private @Nullable Analysis analysis;

    private LockOutRules(PolicySet set, Directory directory, Instant now, Diagnostics out) {
        this.set = set;
        this.directory = directory;
        this.now = now;
        this.out = out;
        this.enabled = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED).toList();
    }

    /** People, and what they are called. */
    private record Accounts(String who, List<UserState> users) { }

    /** Reports the policies that leave nobody to undo them; the references of the set are resolved. */
    static void check(PolicySet set, Directory directory, Instant now, Diagnostics out) {
        new LockOutRules(set, directory, now, out).check();
    }

    private void check() {
        if (enabled.isEmpty()) {
            return;
        }
        Accounts administrators = administrators();
        if (report(administrators, TARGETS, EVERYWHERE)) {
            return;
        }
        report(administrators, PORTALS, AT_PORTALS);
        directory.users().stream().filter(directory::isBreakGlass).limit(FEW).forEach(account -> {
            String who = "the break-glass account `" + account.userPrincipalName() + "`";
            if (account.accountEnabled()) {
                report(new Accounts(who, List.of(account)), TARGETS, BREAK_GLASS);
            } else {
                out.add(Severity.WARNING, BREAK_GLASS, enabled.get(0).source(), who + " is disabled, so that it cannot undo a policy",
                        "enable it", "VAL-25");
            }
        });
    }

    /** Those who may change policies. */
    private Accounts administrators() {
        if (directory.users().isEmpty()) {
            return new Accounts("every user", strangers(set));
        }
        List<UserState> users = directory.users().stream().filter(user -> user.accountEnabled() && !user.isAgentUser()).toList();
        List<UserState> administrators = users.stream().filter(LockOutRules::mayUndo).toList();
        return administrators.isEmpty() ? new Accounts("every user", users) : new Accounts("every administrator", administrators);
    }

    private static boolean mayUndo(UserState user) {
        return Directory.roleIdsOf(user).stream().anyMatch(ROLE_IDS::contains);
    }

    /**
     * Finds administrators whom Microsoft's own MFA keeps from the portals: it asks emergency accounts too, and they have no method for it
     * (DEC-10). Where no user of the directory has one, methods are not in it, and nothing is reported.
     */
    static void checkMethods(PolicySet set, Directory directory, Instant now, Diagnostics out) {
        boolean asks = set.evaluationSettings().mandatoryAdminPortalMfa() && Catalogue.builtIn().mandatoryMfa().stream()
                .anyMatch(row -> PORTALS.contains(row.application()) && !now.isBefore(row.since()));
        if (!asks || directory.users().stream().noneMatch(UserState::isMfaRegistered)) {
            return;
        }
        List<String> lacking = directory.users().stream().filter(user -> user.accountEnabled() && !user.isMfaRegistered()
                && mayUndo(user)).map(UserState::userPrincipalName).toList();
        if (!lacking.isEmpty()) {
            String who = String.join("`, `", lacking.subList(0, Math.min(3, lacking.size())))
                    + (lacking.size() > 3 ? "` and " + (lacking.size() - 3) + " more" : "`");
            out.add(Severity.WARNING, "SP1350", set.policies().isEmpty() ? set.securityDefaults().source() : set.policies().get(0).source(),
                    "`" + who + (lacking.size() == 1 ? " administers" : " administer") + " the tenant and cannot do MFA: Microsoft's own "
                    + "MFA asks every account at the portals", "register a passkey or a certificate: `sallyport users register`", "DEC-10");
        }
    }

    /** Whether all sign-ins are refused. */
    private boolean report(Accounts accounts, List<String> targets, String code) {
        if (accounts.users().isEmpty() || isAnyLetIn(accounts.users(), targets)) {
            return false;
        }
        try {
            LockOut lockOut = analysis().lockOut(accounts.users(), targets);
            if (lockOut == null) {
                return false;
            }
            (lockOut.alone().isEmpty() ? List.of(lockOut.together()) : lockOut.alone().stream().map(List::of).toList())
                    .forEach(ids -> tell(ids.stream().map(this::policy).toList(), accounts.who(), lockOut, code));
            return true;
        } catch (PolicyLoadException e) {
            Diagnostic why = e.diagnostics().get(0);
            out.add(Severity.WARNING, NOT_LOOKED, enabled.get(0).source(), "`check` does not tell whether " + accounts.who()
                    + " is locked out: " + why.message(), why.help(), "VAL-25");
            return false;
        }
    }

    private Analysis analysis() {
        if (analysis == null) {
            analysis = Analysis.of(PolicyEngine.withoutPolicies(directory, Clock.fixed(now, ZoneOffset.UTC)).plain(set));
        }
        return analysis;
    }

    private ConditionalAccessPolicy policy(String id) {
        return enabled.stream().filter(policy -> policy.id().equals(id)).findFirst().orElseThrow();
    }

    private void tell(List<ConditionalAccessPolicy> policies, String who, LockOut lockOut, String code) {
        String others = policies.size() == 1 ? "" : " together with " + policies.stream().skip(1).map(policy -> "`" + policy.id() + "` ("
                + policy.source() + ")").collect(Collectors.joining(", "));
        List<Reference> included = policies.get(0).conditions().users().includeUsers();
        String so = switch (code) {
            case EVERYWHERE -> ", so that they cannot undo it";
            case AT_PORTALS -> " of the admin portals, so that only Microsoft Graph remains to undo it";
            default -> "";
        };
        SignIn witness = lockOut.witness().request().signIn();
        String example = Stream.of(witness.user(), lockOut.applications().get(0), witness.clientAppType(), witness.devicePlatform(),
                witness.ipAddress(), witness.country()).filter(Objects::nonNull).collect(Collectors.joining(", "));
        out.add(Severity.WARNING, code, included.isEmpty() ? policies.get(0).source() : included.get(0).position(),
                "`" + policies.get(0).id() + "`" + others + " locks " + who + " out" + so + ": every sign-in to "
                + String.join(" and ", lockOut.applications()) + " from a device that is not registered is refused, for example "
                + example, code.equals(BREAK_GLASS) ? "exclude it with `excludeUsers`, or its group with"
                + " `excludeGroups`" : "exclude a group of emergency accounts with `excludeGroups`", "VAL-25");
    }

    /** Whether a usual sign-in of one of the first few people is not refused. */
    private boolean isAnyLetIn(List<UserState> users, List<String> targets) {
        SpecEvaluator evaluator = new SpecEvaluator(set, directory);
        return users.stream().limit(FEW).anyMatch(user -> targets.stream().anyMatch(target -> evaluator.decide(facts(user, target))
                .outcome() != Outcome.BLOCK));
    }

    private Facts facts(UserState user, String target) {
        try {
            return new Facts(SignIn.builder().user(user.userPrincipalName()).application(target).clientAppType("browser")
                    .devicePlatform("windows").ipAddress("192.0.2.200").country("US").device(UNREGISTERED).signInRiskLevel("none")
                    .userRiskLevel("none").insiderRiskLevel("none").authenticationFlow("none").createdDateTime(now).build(), user,
                    directory, set.evaluationSettings(), now);
        } catch (InvalidRequestException e) {
            throw new IllegalStateException("a sign-in that is tried makes sense", e);
        }
    }

    /**
     * Administrators whom the directory does not know: one in no group, one in each excluded group, one in all of them, one with each
     * excluded role, and each excluded user.
     */
    private static List<UserState> strangers(PolicySet set) {
        Set<String> groups = new TreeSet<>();
        Set<String> users = new TreeSet<>();
        Set<String> roles = new TreeSet<>();
        for (ConditionalAccessPolicy policy : set.policies()) {
            Users named = policy.conditions().users();
            named.excludeGroups().forEach(group -> groups.add(group.id()));
            named.excludeUsers().stream().filter(user -> !user.id().equals("GuestsOrExternalUsers")).forEach(user -> users.add(user.id()));
            named.excludeRoles().forEach(role -> roles.add(role.id()));
        }
        List<UserState> strangers = new ArrayList<>(List.of(stranger("tried", List.of(), ADMINISTRATOR), stranger("tried",
                List.copyOf(groups), ADMINISTRATOR)));
        groups.forEach(group -> strangers.add(stranger("tried", List.of(group), ADMINISTRATOR)));
        ROLES.stream().filter(role -> roles.contains(Roles.IDS.get(role))).forEach(role -> strangers.add(stranger("tried", List.of(),
                role)));
        users.forEach(user -> strangers.add(stranger(user, List.of(), ADMINISTRATOR)));
        return strangers;
    }

    private static UserState stranger(String id, List<String> groups, String role) {
        return UserState.builder().id(id).userPrincipalName(id).displayName(id).memberOf(groups).roles(List.of(role))
                .authenticationMethods(List.of(new UserState.AuthenticationMethod(AuthenticationMethodMode.FIDO2, null, true, null, true)))
                .build();
    }
}
