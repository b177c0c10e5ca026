package dev.sallyport.explain;

import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Agents;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.DeviceState;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.TimeCondition;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Shape.Target;
import dev.sallyport.write.IdNames;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Policies in plain sentences: what a policy does to whom, where and when. A sentence tells every condition and control, and what of the
 * policy is not evaluated; a long list ends in how many more it has.
 */
public final class PolicyWords {

    private static final Map<String, String> ACTIONS = Map.of(WellKnown.REGISTER_SECURITY_INFO, "registering security info",
            WellKnown.REGISTER_DEVICE, "registering or joining a device", WellKnown.CREATE_APP_PASSWORD, "creating an app password");

    private final PolicySet set;
    private final Directory directory;
    private final IdNames names;
    private final int most;
    /** The number of users per group, by its id in lower case. */
    private final Map<String, Integer> members = new HashMap<>();

    /**
     * @param set the policy set, with resolved references
     * @param directory the directory, which has the names and the members of groups
     * @param most how many values of a list are told by name, such as 6
     */
    public PolicyWords(PolicySet set, Directory directory, int most) {
        this.set = set;
        this.directory = directory;
        this.most = most;
        names = new IdNames(set, directory);
        for (UserState user : directory.users()) {
            directory.groupIdsOf(user).forEach(group -> members.merge(group, 1, Integer::sum));
        }
    }

    /**
     * What a policy does when it is enforced, such as {@code Requires MFA for members of Staff (12 people), to every application, outside
     * trusted locations.}
     */
    public String sentence(ConditionalAccessPolicy policy) {
        Conditions conditions = policy.conditions();
        List<String> effects = new ArrayList<>();
        if (policy.grantControls() != null && !policy.grantControls().isEmpty()) {
            effects.add(grant(policy.grantControls()));
        }
        effects.addAll(session(policy.sessionControls()));
        List<String> parts = new ArrayList<>();
        parts.add((effects.isEmpty() ? "asks for nothing" : String.join(", and ", effects)) + (effects.size() > 1 ? ", for " : " for ")
                + who(conditions));
        parts.add(target(conditions.applications()));
        parts.addAll(when(conditions));
        String sentence = String.join(", ", parts) + ".";
        return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1) + notEvaluated(policy.notEvaluated());
    }

    private String notEvaluated(List<String> parts) {
        return parts.isEmpty() ? "" : " Not evaluated: " + and(parts, part -> "`" + part + "`")
                + ". A condition among these counts as met, a grant control as never met, and a session control as not set.";
    }

    // ---- what it does

    private String grant(GrantControls grant) {
        List<String> controls = new ArrayList<>();
        for (GrantControl control : grant.builtInControls()) {
            if (control != GrantControl.BLOCK) {
                controls.add(control(control));
            }
        }
        if (grant.authenticationStrength() != null) {
            controls.add("the authentication strength " + name(Target.STRENGTH, grant.authenticationStrength()));
        }
        grant.termsOfUse().forEach(terms -> controls.add("consent to the terms of use " + name(Target.TERMS_OF_USE, terms)));
        grant.customAuthenticationFactors().forEach(factor -> controls.add("the custom control " + factor));
        grant.notUnderstood().forEach(part -> controls.add("`" + part + "`, which is not understood and never met"));
        String all = listed(controls, grant.isAnd() ? "and" : "or", Integer.MAX_VALUE);
        if (!grant.builtInControls().contains(GrantControl.BLOCK)) {
            return "requires " + all;
        }
        return "blocks access" + (controls.isEmpty() ? "" : " (and names " + all + ", which a block overrides)");
    }

    private static String control(GrantControl control) {
        return switch (control) {
            case MFA, ENFORCED_MFA -> "MFA";
            case COMPLIANT_DEVICE -> "a compliant device";
            case DOMAIN_JOINED_DEVICE -> "a hybrid joined device";
            case APPROVED_APPLICATION -> "an approved client app";
            case COMPLIANT_APPLICATION -> "an app protection policy";
            case PASSWORD_CHANGE -> "a password change";
            case RISK_REMEDIATION -> "risk remediation";
            case BLOCK -> "a block";
        };
    }

    private static List<String> session(SessionControls session) {
        List<String> effects = new ArrayList<>();
        SignInFrequency frequency = session.signInFrequency();
        if (frequency != null) {
            effects.add((frequency.secondaryOnly() ? "asks for the second factor again" : "asks to sign in again")
                    + (frequency.everyTime() ? " every time" : " after " + counted(frequency.value(), frequency.days() ? "day" : "hour")));
        }
        if (session.persistentBrowser() != null) {
            effects.add(switch (session.persistentBrowser()) {
                case ALWAYS -> "keeps the browser signed in after it is closed";
                case NEVER -> "signs the browser out when it is closed";
            });
        }
        if (session.cloudAppSecurity() != null) {
            effects.add(switch (session.cloudAppSecurity()) {
                case MONITOR_ONLY -> "monitors the session with Defender for Cloud Apps";
                case MCAS_CONFIGURED -> "applies the policies of Defender for Cloud Apps to the session";
                case BLOCK_DOWNLOADS -> "blocks downloads with Defender for Cloud Apps";
            });
        }
        if (session.applicationEnforcedRestrictions()) {
            effects.add("lets the application restrict the session");
        }
        if (session.secureSignInSession()) {
            effects.add("requires token protection");
        }
        if (session.continuousAccessEvaluation() != null) {
            effects.add(switch (session.continuousAccessEvaluation()) {
                case DISABLED -> "turns continuous access evaluation off";
                case STRICT_LOCATION -> "enforces locations strictly by continuous access evaluation";
                case STRICT_ENFORCEMENT -> "enforces continuous access evaluation strictly";
            });
        }
        if (session.disableResilienceDefaults()) {
            effects.add("turns resilience defaults off");
        }
        return effects;
    }

    // ---- to whom

    private String who(Conditions conditions) {
        ClientApplications principals = conditions.clientApplications();
        List<String> included = new ArrayList<>();
        List<String> excluded = new ArrayList<>();
        if (principals == null) {
            users(conditions.users(), included, excluded);
        } else {
            principals(principals, included, excluded);
            if (!conditions.users().includesNobody()) {
                excluded.add("all users, because a policy on workload identities is about no user");
            }
        }
        agents(conditions.agents(), included, excluded);
        return (included.isEmpty() ? principals == null ? "no user" : "no workload identity"
                : listed(included, "and", Integer.MAX_VALUE)) + (excluded.isEmpty() ? "" : ", except " + listed(excluded, "and",
                Integer.MAX_VALUE));
    }

    private void users(Users users, List<String> included, List<String> excluded) {
        included.addAll(people(users.includeUsers(), users.includeGroups(), users.includeRoles(), users.includeGuestsOrExternalUsers()));
        excluded.addAll(people(users.excludeUsers(), users.excludeGroups(), users.excludeRoles(), users.excludeGuestsOrExternalUsers()));
    }

    private List<String> people(List<Reference> users, List<Reference> groups, List<Reference> roles,
            @Nullable GuestsOrExternalUsers guests) {
        List<String> texts = new ArrayList<>();
        List<Reference> named = new ArrayList<>();
        for (Reference user : users) {
            switch (WellKnown.fold(user.id())) {
                case "all" -> texts.add("every user");
                case "none" -> { }
                case "guestsorexternalusers" -> texts.add("all guests and external users");
                case "allagentidusers" -> texts.add("every agent user");
                default -> named.add(user);
            }
        }
        if (!named.isEmpty()) {
            texts.add(and(named, user -> name(Target.USER, user)));
        }
        if (!groups.isEmpty()) {
            texts.add("members of " + and(groups, group -> name(Target.GROUP, group) + " (" + people(members.getOrDefault(
                    WellKnown.fold(group.id()), 0)) + ")"));
        }
        if (!roles.isEmpty()) {
            texts.add("users with the role " + and(roles, role -> name(Target.ROLE, role)));
        }
        if (guests != null) {
            texts.add(listed(guests.types().stream().sorted().map(PolicyWords::guests).toList(), "and", Integer.MAX_VALUE)
                    + (guests.tenants() == null ? "" : " of the tenants " + and(guests.tenants().stream().sorted().toList(),
                    each -> each)));
        }
        return texts;
    }

    private static String guests(GuestType type) {
        return switch (type) {
            case INTERNAL_GUEST -> "local guests";
            case B2B_COLLABORATION_GUEST -> "B2B collaboration guests";
            case B2B_COLLABORATION_MEMBER -> "B2B collaboration members";
            case B2B_DIRECT_CONNECT_USER -> "B2B direct connect users";
            case OTHER_EXTERNAL_USER -> "other external users";
            case SERVICE_PROVIDER -> "service provider users";
        };
    }

    private void principals(ClientApplications principals, List<String> included, List<String> excluded) {
        identities(principals.includeServicePrincipals(), "every service principal of the tenant", "the service principal", included);
        identities(principals.excludeServicePrincipals(), "every service principal of the tenant", "the service principal", excluded);
        filter(principals.filter(), "service principals", included, excluded);
        identities(principals.includeAgentIdServicePrincipals(), "every agent identity", "the agent identity", included);
        identities(principals.excludeAgentIdServicePrincipals(), "every agent identity", "the agent identity", excluded);
        filter(principals.agentFilter(), "agent identities", included, excluded);
    }

    private void agents(@Nullable Agents agents, List<String> included, List<String> excluded) {
        if (agents != null) {
            identities(agents.includeAgentUsers(), "every agent user", "the agent user", included);
            identities(agents.excludeAgentUsers(), "every agent user", "the agent user", excluded);
        }
    }

    private void identities(List<Reference> references, String all, String one, List<String> texts) {
        List<Reference> named = new ArrayList<>();
        for (Reference reference : references) {
            switch (WellKnown.fold(reference.id())) {
                case "all", "serviceprincipalsinmytenant", "allagentidusers" -> texts.add(all);
                case "none" -> { }
                default -> named.add(reference);
            }
        }
        if (!named.isEmpty()) {
            Target target = one.equals("the agent user") ? Target.USER : Target.SERVICE_PRINCIPAL;
            texts.add(one + " " + and(named, each -> name(target, each)));
        }
    }

    /** A filter by attributes; one that is not understood has no rule. */
    private static void filter(@Nullable FilterRule filter, String things, List<String> included, List<String> excluded) {
        if (filter != null) {
            (filter.isExclude() ? excluded : included).add(things + " that match " + rule(filter));
        }
    }

    private static String rule(FilterRule filter) {
        return filter.rule().isBlank() ? "a filter that is not understood" : "`" + filter.rule() + "`";
    }

    // ---- where

    private String target(Applications target) {
        List<String> included = new ArrayList<>();
        List<String> excluded = new ArrayList<>();
        if (target.includesUnknown()) {
            included.add("everything that is not excluded, because a part is not understood");
        }
        if (!target.includeApplications().isEmpty()) {
            applications(target.includeApplications(), included);
        }
        applications(target.excludeApplications(), excluded);
        filter(target.filter(), "applications", included, excluded);
        List<String> all = new ArrayList<>();
        if (!included.isEmpty()) {
            all.add("to " + listed(included, "and", Integer.MAX_VALUE));
        }
        if (!target.includeUserActions().isEmpty()) {
            all.add("when " + listed(target.includeUserActions().stream().map(each -> ACTIONS.getOrDefault(each, each)).toList(), "or",
                    Integer.MAX_VALUE));
        }
        if (!target.includeAuthenticationContextClassReferences().isEmpty()) {
            all.add("when stepping up to the authentication context " + listed(target.includeAuthenticationContextClassReferences().stream()
                    .map(this::context).toList(), "or", most));
        }
        return (all.isEmpty() ? "to no application" : String.join(" and ", all))
                + (excluded.isEmpty() ? "" : ", except " + listed(excluded, "and", Integer.MAX_VALUE));
    }

    private void applications(List<Reference> references, List<String> texts) {
        List<Reference> named = new ArrayList<>();
        for (Reference application : references) {
            switch (WellKnown.fold(application.id())) {
                case "all" -> texts.add("every application");
                case "none" -> texts.add("no application");
                case "office365" -> texts.add("Office 365");
                case "microsoftadminportals" -> texts.add("Microsoft Admin Portals");
                case "allagentidresources" -> texts.add("every agent that is a resource");
                case "allinternetresourceswithglobalsecureaccess" -> texts.add("all internet resources with Global Secure Access");
                default -> named.add(application);
            }
        }
        if (!named.isEmpty()) {
            texts.add(and(named, each -> name(Target.APPLICATION, each)));
        }
    }

    private String context(String id) {
        return set.authenticationContexts().stream().filter(each -> each.id().equalsIgnoreCase(id) && each.displayName() != null)
                .map(each -> each.displayName() + " (" + id + ")").findFirst().orElse(id);
    }

    // ---- when

    private List<String> when(Conditions conditions) {
        List<String> texts = new ArrayList<>();
        if (conditions.limitsClientAppTypes()) {
            texts.add("with " + or(conditions.clientAppTypes(), PolicyWords::client));
        }
        platforms(conditions.platforms(), texts);
        locations(conditions.locations(), texts);
        risk(conditions.signInRiskLevels(), "sign-in risk", texts);
        risk(conditions.userRiskLevels(), "user risk", texts);
        risk(conditions.servicePrincipalRiskLevels(), "risk of the service principal", texts);
        risk(conditions.agentIdRiskLevels(), "risk of the agent", texts);
        risk(conditions.insiderRiskLevels(), "insider risk", texts);
        FilterRule filter = conditions.deviceFilter();
        if (filter != null) {
            texts.add(filter.rule().isBlank() ? "on every device, because the filter for devices is not understood"
                    : "on devices that " + (filter.isExclude() ? "do not match " : "match ") + rule(filter));
        }
        if (!conditions.excludedDeviceStates().isEmpty()) {
            texts.add("on a device that is not " + or(conditions.excludedDeviceStates(), state -> state == DeviceState.COMPLIANT
                    ? "compliant" : "hybrid joined"));
        }
        if (conditions.limitsTransferMethods()) {
            texts.add("by " + or(conditions.transferMethods(), PolicyWords::flow));
        }
        if (conditions.times() != null) {
            texts.add(times(conditions.times()));
        }
        return texts;
    }

    private static String client(ClientAppType type) {
        return switch (type) {
            case ALL -> "any client";
            case BROWSER -> "a browser";
            case MOBILE_APPS_AND_DESKTOP_CLIENTS -> "a mobile app or desktop client";
            case EXCHANGE_ACTIVE_SYNC -> "an Exchange ActiveSync client";
            case EAS_SUPPORTED -> "an Exchange ActiveSync client on a supported platform";
            case OTHER -> "another legacy client";
        };
    }

    private static void platforms(@Nullable Platforms platforms, List<String> texts) {
        if (platforms != null) {
            boolean isAll = platforms.include().isEmpty() || platforms.include().contains(DevicePlatform.ALL);
            texts.add("on " + (isAll ? "every platform" : or(platforms.include(), PolicyWords::platform))
                    + (platforms.exclude().isEmpty() ? "" : " except " + listed(platforms.exclude().stream().sorted()
                    .map(PolicyWords::platform).toList(), "and", Integer.MAX_VALUE)));
        }
    }

    private static String platform(DevicePlatform platform) {
        return switch (platform) {
            case ALL -> "every platform";
            case ANDROID -> "Android";
            case IOS -> "iOS";
            case WINDOWS -> "Windows";
            case WINDOWS_PHONE -> "Windows Phone";
            case MAC_OS -> "macOS";
            case LINUX -> "Linux";
        };
    }

    private void locations(@Nullable Locations locations, List<String> texts) {
        if (locations == null) {
            return;
        }
        boolean isAll = locations.include().isEmpty() || locations.include().stream().anyMatch(each -> each.id().equalsIgnoreCase("All"));
        String excluded = and(locations.exclude(), this::location);
        if (isAll) {
            texts.add(excluded.isEmpty() ? "from every location" : "outside " + excluded);
        } else {
            texts.add("from " + listed(locations.include().stream().map(this::location).toList(), "or", most) + (excluded.isEmpty() ? ""
                    : " but not from " + excluded));
        }
    }

    private String location(Reference reference) {
        return reference.id().equalsIgnoreCase("AllTrusted") ? "trusted locations" : name(Target.LOCATION, reference);
    }

    private static <E extends Enum<E> & GraphEnum> void risk(Set<E> levels, String risk, List<String> texts) {
        if (!levels.isEmpty()) {
            texts.add("at " + or(levels, level -> level.graphName().equals("none") ? "no" : level.graphName()) + " " + risk);
        }
    }

    private static String flow(TransferMethod method) {
        return switch (method) {
            case NONE -> "no special flow";
            case DEVICE_CODE_FLOW -> "device code flow";
            case AUTHENTICATION_TRANSFER -> "authentication transfer";
        };
    }

    private static String times(TimeCondition times) {
        if (times.allTimes()) {
            return "at all times";
        }
        List<String> included = Stream.of(days(times.includeDays()), range(times.includeRange())).filter(each -> !each.isEmpty()).toList();
        List<String> excluded = Stream.of(days(times.excludeDays()), range(times.excludeRange())).filter(each -> !each.isEmpty()).toList();
        return (included.isEmpty() ? "at any time" : String.join(" or ", included))
                + (excluded.isEmpty() ? "" : " except " + String.join(" and ", excluded));
    }

    private static String days(TimeCondition.@Nullable Days days) {
        if (days == null) {
            return "";
        }
        String on = days.days().isEmpty() ? "every day" : "on " + listed(days.days().stream().sorted().map(day -> day.getDisplayName(
                TextStyle.FULL, Locale.ENGLISH)).toList(), "and", Integer.MAX_VALUE);
        return on + " from " + days.start() + " to " + (days.end() == null ? "24:00" : days.end()) + " (" + days.zone() + ")";
    }

    private static String range(TimeCondition.@Nullable Range range) {
        return range == null ? "" : (range.start() == null ? "" : "from " + range.start() + " ") + (range.end() == null ? ""
                : "until " + range.end() + " ") + (range.start() == null && range.end() == null ? "on every date " : "") + "("
                + range.zone() + ")";
    }

    // ---- names and lists

    private String name(Target target, Reference reference) {
        String name = names.name(target, reference.id());
        return name != null ? name : reference.text();
    }

    private <T> String and(List<T> values, Function<T, String> text) {
        return listed(values.stream().map(text).toList(), "and", most);
    }

    private static <E extends Enum<E>> String or(Set<E> values, Function<E, String> text) {
        return listed(values.stream().sorted().map(text).toList(), "or", Integer.MAX_VALUE);
    }

    /** Such as {@code a, b and c}, or {@code a, b and 7 others}. */
    private static String listed(Collection<String> values, String last, int most) {
        List<String> all = new ArrayList<>(values);
        if (all.size() - 1 > most) {
            int more = all.size() - most;
            all = new ArrayList<>(all.subList(0, most));
            all.add(more + " others");
        }
        int end = all.size() - 1;
        return end <= 0 ? String.join("", all) : String.join(", ", all.subList(0, end)) + " " + last + " " + all.get(end);
    }

    private static String counted(int number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    private static String people(int number) {
        return String.format(Locale.ROOT, "%,d ", number) + (number == 1 ? "person" : "people");
    }
}
