package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.report.MfaReport;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Makes and deletes app passwords of a user (AP-01..AP-09, AP-15, AP-18). */
public final class AppPasswordSteps {

    private static final int LONGEST_NAME = 64;
    private static final String MAIL = Catalogue.builtIn().use("mail").get(0);

    private AppPasswordSteps() { }

    /**
     * An app password that was made.
     *
     * @param user the user who has it
     * @param appPassword what the directory keeps
     * @param password the app password itself, to be shown once
     */
    public record Created(UserState user, AppPassword appPassword, String password) {

        /** Without the app password itself, which must not be logged. */
        @Override
        public String toString() {
            return "Created[" + appPassword + "]";
        }
    }

    /** Why an app password cannot have a name: blank, too long, taken, or with control characters (AP-07); {@code null} if it can. */
    public static String refusal(UserState user, String displayName) {
        String stripped = displayName.strip();
        if (stripped.isEmpty()) {
            return "the name of an app password must not be blank";
        }
        if (stripped.codePointCount(0, stripped.length()) > LONGEST_NAME) {
            return "the name of an app password can have at most " + LONGEST_NAME + " characters";
        }
        if (stripped.codePoints().anyMatch(Character::isISOControl)) {
            return "the name of an app password must not contain control characters";
        }
        if (user.appPasswords().stream().anyMatch(each -> stripped.equalsIgnoreCase(each.displayName()))) {
            return user.userPrincipalName() + " has an app password `" + stripped + "` already: choose another name, or delete it";
        }
        return null;
    }

    /** Makes an app password that the policies allow. */
    public static Created create(UserState user, String displayName, Instant time) {
        SecureRandom random = new SecureRandom();
        String password = AppPasswords.generate(random);
        AppPassword created = new AppPassword(UUID.randomUUID().toString(), displayName.strip(), time, AppPasswords.hash(password, random));
        return new Created(Lifecycle.addAppPassword(user, created), created, password);
    }

    /**
     * What policies do to a program that signs in with an app password of these users once they are enforced, a sentence per group of
     * users; empty if it is let in from everywhere. It is tried with mail, from outside and from a trusted place.
     */
    public static List<String> obstacles(List<UserState> users, PolicyEngine engine, Instant time) {
        String trusted = MfaReport.trusted(engine.policySet());
        Map<Obstacle, List<UserState>> groups = new LinkedHashMap<>();
        for (UserState user : users) {
            UserState holder = Lifecycle.addAppPassword(Lifecycle.enforce(user, time), new AppPassword("", null, time, null));
            Decision outside = engine.evaluate(withAppPassword(user, MfaReport.outside(engine.policySet()), time), holder);
            if (user.accountEnabled() && outside.outcome() == Outcome.BLOCK) {
                Decision inside = trusted == null ? outside : engine.evaluate(withAppPassword(user, trusted, time), holder);
                boolean isOnlyOutside = inside.outcome() != Outcome.BLOCK;
                Decision shown = isOnlyOutside ? outside : inside;
                groups.computeIfAbsent(new Obstacle(isOnlyOutside, shown.reason().policies(), shown.reason().message()),
                        any -> new ArrayList<>()).add(holder);
            }
        }
        List<String> told = new ArrayList<>();
        groups.forEach((obstacle, holders) -> {
            String address = obstacle.isOnlyOutside() || trusted == null ? MfaReport.outside(engine.policySet()) : trusted;
            List<String> policies = engine.explain(withAppPassword(holders.get(0), address, time), holders.get(0)).policies().stream()
                    .filter(policy -> policy.result().equals("failure")).map(PolicyResult::id).toList();
            String where = obstacle.isOnlyOutside() ? " outside trusted places" : "";
            String names = UserStep.names(holders);
            told.add(policies.isEmpty() ? "programs with an app password of " + names + " are still refused" + where + ": "
                    + obstacle.message() : "`" + String.join("`, `", policies) + "` still " + (policies.size() == 1 ? "refuses" : "refuse")
                    + " programs with an app password of " + names + where + " [AP-16, AP-17]; to let them in, exclude "
                    + (holders.size() == 1 ? "the user" : "the users") + " from " + (policies.size() == 1 ? "the policy" : "these policies")
                    + (obstacle.isOnlyOutside() ? ", or run them at a trusted place" : "") + "; better, move the programs to OAuth");
        });
        return told;
    }

    /** What stands in the way of app passwords. */
    private record Obstacle(boolean isOnlyOutside, List<String> policies, String message) { }

    private static SignIn withAppPassword(UserState user, String address, Instant time) {
        return SignIn.builder().user(user.userPrincipalName()).application(MAIL).clientAppType("other").ipAddress(address)
                .createdDateTime(time).authentication(SignIn.Authentication.builder().credential("appPassword").firstFactor("passed")
                .homeTenantMfa(false).build()).session(SignIn.Session.INTERACTIVE).build();
    }

    /** Why users cannot delete an app password of theirs (AP-15); {@code null} if they can. */
    public static String deletionRefusal(MfaSettings settings) {
        return settings.allowAppPasswords() ? null : "app passwords are not allowed here, so users cannot delete theirs [AP-15]";
    }
}
