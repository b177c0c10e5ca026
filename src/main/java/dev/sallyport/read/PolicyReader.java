package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.AuthenticationStrength.Restriction;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.CloudAppSecurityType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Agents;
import dev.sallyport.model.ConditionalAccessPolicy.Annotations;
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
import dev.sallyport.model.ContinuousAccessEvaluationMode;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.PersistentBrowserMode;
import dev.sallyport.model.PolicySet.NamedReference;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.TimeCondition;
import dev.sallyport.model.TrafficProfile;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns objects into policies, and what they refer to by name: strengths, terms of use, authentication contexts. */
public final class PolicyReader {

    private static final String CONTEXT_ID = "c[1-9][0-9]?";

    /** How older exports name the traffic of Global Secure Access (DEC-15). */
    private static final List<String> NETWORK_TARGETS = List.of("networkAccess", "globalSecureAccess");

    /** Session controls of Global Secure Access. */
    private static final List<String> NETWORK_CONTROLS = List.of("networkAccessSecurity", "globalSecureAccessFilteringProfile");

    /** Levels that Graph does not have for agents (AGT-07). */
    private static final Map<String, String> NO_AGENT_RISK = Map.of("none", "use one of low, medium, high", "hidden",
            "use one of low, medium, high");

    /** What filters are called in messages. */
    private static final Map<String, String> FILTERS = Map.of("deviceFilter", "device filter", "applicationFilter", "application filter",
            "servicePrincipalFilter", "filter of service principals", "agentIdServicePrincipalFilter", "filter of agent identities");
    /** A rule that does not parse. */
    private static final String NO_RULE = "";

    private static final ClientApplications NO_PRINCIPALS = new ClientApplications(List.of(), List.of(), null);

    private static final List<String> USER_ACTIONS =
            List.of(WellKnown.REGISTER_SECURITY_INFO, WellKnown.REGISTER_DEVICE, WellKnown.CREATE_APP_PASSWORD);

    /** What Graph gives back and the model does not hold, or not as it was written. */
    private static final List<String> UNMODELLED = List.of("partialEnablementStrategy", "conditions.clients", "conditions.times",
            "conditions.deviceStates", "conditions.devices.includeDeviceStates", "conditions.devices.excludeDeviceStates",
            "conditions.devices.includeDevices", "conditions.devices.excludeDevices",
            "conditions.agents.agentFilter", "conditions.agentContext",
            "conditions.applications.networkAccess", "conditions.applications.globalSecureAccess",
            "sessionControls.disableResilienceDefaults", "sessionControls.continuousAccessEvaluation",
            "sessionControls.networkAccessSecurity", "sessionControls.globalSecureAccessFilteringProfile");

    /** What people write for a grant control that Graph does not have, and what they mean by it. */
    private static final Map<String, String> MEANT_CONTROLS = Map.of(
            "compliantNetwork", "a compliant network is a location, not a control: `block` under `locations` that include All and exclude "
                    + "it",
            "MfaAndChangePassword", "write `operator: AND` with `mfa` and `passwordChange`",
            "termsOfUse", "write the terms under `termsOfUse`",
            "authenticationStrength", "write the strength under `authenticationStrength`");

    private final Diagnostics out;
    private final List<AuthenticationStrength> embeddedStrengths;
    /** Strengths and named locations, by identity: two of them may say the same. */
    private final Set<Object> partlyUnderstood = Collections.newSetFromMap(new IdentityHashMap<>());

    /** @param embeddedStrengths takes the strengths that policies of an export carry in full */
    public PolicyReader(Diagnostics out, List<AuthenticationStrength> embeddedStrengths) {
        this.out = out;
        this.embeddedStrengths = embeddedStrengths;
    }

    /** Whether a strength (IMP-03) or a named location (IMP-02) of an export is partly understood. */
    boolean isPartlyUnderstood(Object resource) {
        return partlyUnderstood.contains(resource);
    }

    /** Remembers a resource that is partly understood, and returns it. */
    <T> T partly(T resource, boolean isPartly) {
        if (isPartly) {
            partlyUnderstood.add(resource);
        }
        return resource;
    }

    ConditionalAccessPolicy policy(Fields fields) {
        String displayName = fields.text("displayName");
        String id = identity(fields, displayName);
        PolicyState state = state(fields);
        List<String> notEvaluated = new ArrayList<>();
        Fields conditions = fields.object("conditions");
        if (conditions == null) {
            if (!fields.isNotUnderstood("conditions")) {
                out.error("SP1105", fields.position(), "the policy has no `conditions`", "add users and applications under `conditions:`");
            }
        }
        Conditions read = conditions != null ? conditions(conditions, notEvaluated) : fields.isNotUnderstood("conditions") ? ALWAYS
                : NO_CONDITIONS;
        Fields grantControls = fields.object("grantControls");
        GrantControls grant = fields.isNotUnderstood("grantControls") ? neverMet("grantControls") : grantControls(grantControls,
                notEvaluated);
        Fields sessionControls = fields.object("sessionControls");
        SessionControls session = sessionControls(sessionControls, notEvaluated);
        if (!holds(grantControls, name -> !name.equals("operator")) && !holds(sessionControls, name -> true)
                && !fields.isMisshapen("grantControls") && !fields.isMisshapen("sessionControls")) {
            fields.mistake("SP1105", "grantControls", fields.position("grantControls"), "the policy has neither grant nor session controls",
                    "add `grantControls:`", "CA-POL-11");
            grant = fields.isNotUnderstood("grantControls") ? neverMet("grantControls") : grant;
        }
        Annotations annotations = annotations(fields);
        fields.ignore("deletedDateTime", "partialEnablementStrategy");
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        return new ConditionalAccessPolicy(id, displayName == null || displayName.isBlank() ? id : displayName, state, read, grant, session,
                notEvaluated.stream().distinct().toList(), annotations, fields.position());
    }

    /** The id, else the name; a policy of an export that has neither is known by what it says. */
    private static String identity(Fields fields, String displayName) {
        String id = fields.text("id");
        if (id != null && !id.isBlank()) {
            return id;
        }
        if (displayName != null && !displayName.isBlank()) {
            return displayName;
        }
        return fields.required("id").isEmpty() && fields.isNotUnderstood("id") ? "unnamed " + fields.fingerprint() : "";
    }

    private static GrantControls neverMet(String name) {
        return new GrantControls(true, Set.of(), null, List.of(), List.of(), List.of(name));
    }

    private static Annotations annotations(Fields fields) {
        Map<String, String> unmodelled = new HashMap<>();
        for (String path : UNMODELLED) {
            String json = fields.json(path);
            if (json != null) {
                unmodelled.put(path, json);
            }
        }
        return new Annotations(scalar(fields, "templateId"), scalar(fields, "description"), scalar(fields, "createdDateTime"),
                scalar(fields, "modifiedDateTime"), unmodelled);
    }

    /** The text of a field that nobody checks: tools export dates in many shapes. */
    private static String scalar(Fields fields, String name) {
        return fields.take(name) instanceof Node.Scalar scalar ? scalar.text() : null;
    }

    private static final Reference ALL_PRINCIPALS = new Reference("ServicePrincipalsInMyTenant", "ServicePrincipalsInMyTenant", null);
    static final Reference ALL = new Reference("All", "All", null);
    private static final Reference ALL_AGENT_USERS = new Reference(WellKnown.ALL_AGENT_USERS, WellKnown.ALL_AGENT_USERS, null);

    private static final Conditions NO_CONDITIONS = new Conditions(Users.NONE, null, null, new Applications(List.of(), List.of(), List.of(),
            List.of(), null, false),
            Set.of(), null, null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(), null);

    /** Conditions of which nothing is understood (IMP-02). */
    private static final Conditions ALWAYS = new Conditions(new Users(List.of(ALL, ALL_AGENT_USERS), List.of(), List.of(), List.of(),
            List.of(), List.of(), null, null), null, null,
            new Applications(List.of(), List.of(), List.of(), List.of(), null, true), Set.of(), null, null, Set.of(), Set.of(), Set.of(),
            Set.of(), Set.of(), null, Set.of(), Set.of(), null);

    /** CA-POL-15, AMB-52: a state that is not known is an error; {@code partiallyEnabled} counts as enabled. */
    private PolicyState state(Fields fields) {
        if (fields.take("state") != null) {
            Reference value = fields.reference("state");
            if (value == null) {
                return PolicyState.ENABLED;
            }
            if (value.text().equalsIgnoreCase("partiallyEnabled")) {
                out.add(Severity.WARNING, "SP1111", value.position(), "`partiallyEnabled` counts as enabled", null, "CA-POL-05");
                return PolicyState.ENABLED;
            }
            PolicyState state = fields.constant("state", value.position(), value.text(), PolicyState.class);
            return state == null ? PolicyState.ENABLED : state;
        }
        fields.mistake("SP1105", "state", fields.position(), "the policy has no `state`",
                "add `state: enabled`, `disabled` or `enabledForReportingButNotEnforced`", null);
        return PolicyState.ENABLED;
    }

    private Conditions conditions(Fields fields, List<String> notEvaluated) {
        Fields users = fields.object("users");
        Fields clientApplications = fields.object("clientApplications");
        Fields agentUsers = fields.object("agents");
        Fields applications = fields.object("applications");
        Fields devices = fields.object("devices");
        Users who = users != null ? users(users, notEvaluated) : fields.isNotUnderstood("users") ? ALWAYS.users() : Users.NONE;
        ClientApplications principals = clientApplications != null ? clientApplications(clientApplications, notEvaluated) : null;
        Agents agents = agentUsers != null ? agents(agentUsers, notEvaluated)
                : fields.isNotUnderstood("agents") ? new Agents(List.of(ALL), List.of()) : null;
        Applications what = applications != null ? applications(applications, notEvaluated)
                : fields.isNotUnderstood("applications") ? ALWAYS.applications() : NO_CONDITIONS.applications();
        // CA-POL-11: a policy without subject or target would never apply, and nobody would notice
        boolean isForAgents = agents != null && !agents.includeAgentUsers().isEmpty() || principals != null && principals.includesAgents();
        if (fields.isMisshapen("users") || fields.isMisshapen("clientApplications") || fields.isMisshapen("agents")) {
            // said already
        } else if (!isForAgents && !holds(users, name -> name.startsWith("include")) && !holds(clientApplications,
                name -> name.startsWith("include"))) {
            nothing(fields, "users", "the policy includes no users", "add `includeUsers: [All]`, groups or roles under `users:`",
                    "CA-SET-02", out);
        } else if (principals != null && !who.includesNobody()) {
            out.add(Severity.ERROR, "SP1301", fields.position("clientApplications"),
                    "a policy targets users or workload identities, not both",
                    "split it into two policies", "CA-SET-02");
        }
        if (!fields.isMisshapen("applications") && !holds(applications, name -> !name.startsWith("exclude"))) {
            nothing(fields, "applications", "the policy includes no applications",
                    "add `includeApplications: [All]` or others under `applications:`", "CA-SET-01", out);
        }
        Conditions conditions = new Conditions(who, principals, agents, what, clientAppTypes(fields), platforms(fields.object("platforms"),
                notEvaluated),
                locations(fields.object("locations"), notEvaluated),
                levels(fields, "signInRiskLevels", RiskLevel.class, Map.of()), levels(fields, "userRiskLevels", RiskLevel.class, Map.of()),
                levels(fields, "servicePrincipalRiskLevels", RiskLevel.class, Map.of()),
                levels(fields, "agentIdRiskLevels", RiskLevel.class, NO_AGENT_RISK),
                levels(fields, "insiderRiskLevels", InsiderRiskLevel.class, Map.of()),
                filter(devices, "deviceFilter", "CA-DEV-01", notEvaluated), deviceStates(devices, fields.object("deviceStates"),
                notEvaluated),
                transferMethods(fields.object("authenticationFlows"), notEvaluated), times(fields.object("times"), notEvaluated));
        if (devices != null) {
            devices.done();
            notEvaluated.addAll(devices.notUnderstood());
        }
        for (String later : List.of("clients", "agentContext")) {
            Node node = fields.take(later);
            if (node instanceof Node.Mapping || node instanceof Node.Scalar || node instanceof Node.Sequence list && !list.items()
                    .isEmpty()) {
                notEvaluated.add(later);
                out.add(Severity.WARNING, "SP1109", node.position(), "the condition `" + later
                        + "` is not evaluated: the policy stays applicable", null, "CA-SET-10");
            }
        }
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        return conditions;
    }

    /** A policy that includes nobody or nothing: its author did not mean that, Entra stores it all the same (IMP-07). */
    static void nothing(Fields fields, String name, String message, String help, String rule, Diagnostics out) {
        if (fields.isLoaded(name)) {
            out.meant("SP1105", fields.position(name), message + ": it never applies", help, "IMP-07");
        } else {
            out.add(Severity.ERROR, "SP1105", fields.position(name), message, help, rule);
        }
    }

    /** Constants of a list; where one of them is not understood the condition holds, and still is one (IMP-02). */
    private static <E extends Enum<E> & GraphEnum> Set<E> levels(Fields fields, String name, Class<E> type, Map<String, String> meant) {
        Set<E> levels = fields.choices(name, type, meant);
        return fields.isNotUnderstood(name) ? EnumSet.allOf(type) : levels;
    }

    private static boolean holds(Fields fields, Predicate<String> name) {
        return fields != null && fields.holds(name);
    }

    private Set<ClientAppType> clientAppTypes(Fields fields) {
        Set<ClientAppType> types = fields.choices("clientAppTypes", ClientAppType.class);
        if (fields.isNotUnderstood("clientAppTypes")) {
            return Set.of(ClientAppType.ALL);
        }
        if (types.isEmpty() && (fields.take("clientAppTypes") == null || Node.isEmpty(fields.take("clientAppTypes")))) {
            out.add(Severity.WARNING, "SP1112", fields.position("clientAppTypes"), "the policy has no `clientAppTypes`: it counts as all",
                    "add `clientAppTypes: [all]`", "CA-CLI-03");
        }
        return types;
    }

    private Users users(Fields fields, List<String> notEvaluated) {
        List<Reference> included = fields.references("includeUsers");
        List<Reference> groups = fields.references("includeGroups");
        List<Reference> roles = fields.references("includeRoles");
        boolean isAlone = !fields.holds(name -> name.startsWith("include") && !name.equals("includeguestsorexternalusers"));
        GuestsOrExternalUsers guests = guests(fields.object("includeGuestsOrExternalUsers"), true, isAlone, notEvaluated);
        List<Reference> excluded = exclusions(fields, "excludeUsers", "CA-USR-03");
        List<Reference> excludedGroups = fields.references("excludeGroups");
        List<Reference> excludedRoles = fields.references("excludeRoles");
        GuestsOrExternalUsers excludedGuests = guests(fields.object("excludeGuestsOrExternalUsers"), false, false, notEvaluated);
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        return new Users(mayIncludeMore(fields) ? with(with(included, ALL), ALL_AGENT_USERS) : included, excluded, groups, excludedGroups,
                roles, excludedRoles, guests, excludedGuests);
    }

    /** Whether a field that is not understood may include more than the others do: any that does not exclude (IMP-02, attack 72). */
    private static boolean mayIncludeMore(Fields fields) {
        return fields.notUnderstood().stream().anyMatch(name -> !name.toLowerCase(Locale.ROOT).startsWith("exclude"));
    }

    private static List<Reference> with(List<Reference> references, Reference more) {
        return Stream.concat(references.stream(), Stream.of(more)).toList();
    }

    /** What is left out; all cannot be, or the policy would never apply. */
    private List<Reference> exclusions(Fields fields, String name, String rule) {
        List<Reference> excluded = new ArrayList<>();
        for (Reference each : fields.references(name)) {
            if (each.text().equalsIgnoreCase("All")) {
                fields.mistake("SP1104", name, each.position(), "invalid value `" + each + "` for `" + name
                        + "`: the policy would never apply",
                        "disable the policy instead", rule);
            } else {
                excluded.add(each);
            }
        }
        return List.copyOf(excluded);
    }

    /**
     * Guests of some types and tenants. What is not understood of those that are included stands for every guest; what is not understood
     * of those that are excluded, for none (IMP-02).
     *
     * @param isAlone whether the policy includes no other users
     */
    private GuestsOrExternalUsers guests(Fields fields, boolean include, boolean isAlone, List<String> notEvaluated) {
        if (fields == null) {
            return null;
        }
        String name = "guestOrExternalUserTypes";
        EnumSet<GuestType> types = EnumSet.noneOf(GuestType.class);
        List<Reference> parts = fields.parts(name);
        for (Reference part : parts) {
            if (part.text().equals(Fields.HIDDEN_VALUE) && include && part.isExport()) {
                fields.mistake("SP1104", name, part.position(), "unknown value `" + part + "` for `" + name + "`", Fields.HIDDEN_HELP,
                        "IMP-06");
            } else if (!part.text().equals("none") && !part.text().equals(Fields.HIDDEN_VALUE)) {                 // CA-GST-07
                GuestType type = fields.constant(name, part.position(), part.text(), GuestType.class);
                if (type != null) {
                    types.add(type);
                }
            }
        }
        Fields external = fields.object("externalTenants");
        Set<String> tenants = external == null ? null : externalTenants(external, types);
        boolean isNone = !parts.isEmpty() && parts.stream().allMatch(part -> part.text().equals("none") || part.text()
                .equals(Fields.HIDDEN_VALUE));
        if (isAlone && types.isEmpty() && !fields.isNotUnderstood(name) && (isNone || fields.isExport() && !fields.isBlank())) {
            fields.mistake("SP1105", name, fields.position(name), "`" + name + "` contains no guest type: the policy would include no "
                    + "users",
                    "name types such as b2bCollaborationGuest", "CA-GST-07");
        }
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        boolean tenantsUnknown = fields.isNotUnderstood("externalTenants") || external != null && !external.notUnderstood().isEmpty();
        if (tenantsUnknown) {
            notEvaluated.add("externalTenants");
        }
        if (!include) {
            return types.isEmpty() || tenantsUnknown ? null : new GuestsOrExternalUsers(types, tenants);
        }
        types = mayIncludeMore(fields) ? EnumSet.allOf(GuestType.class) : types;
        return types.isEmpty() ? null : new GuestsOrExternalUsers(types, tenantsUnknown ? null : tenants);
    }

    /** CA-GST-08: the tenants that are listed, or {@code null} for all. */
    private Set<String> externalTenants(Fields fields, Set<GuestType> types) {
        String kind = fields.option("membershipKind", "CA-GST-08", "all", "enumerated");
        List<String> members = fields.texts("members");
        Node type = fields.take("@odata.type");
        fields.done();
        if (fields.isBlank()) {
            return null;
        }
        if (types.isEmpty() && !fields.isExport()) {
            out.add(Severity.ERROR, "SP1304", fields.position(), "`externalTenants` needs `guestOrExternalUserTypes`",
                    "name the types of guests", "VAL-24");
        }
        if (kind == null && type instanceof Node.Scalar name) {
            kind = name.text().endsWith("EnumeratedExternalTenants") ? "enumerated" : name.text().endsWith("AllExternalTenants") ? "all"
                    : null;
        }
        if (kind == null ? fields.take("membershipKind") == null : kind.equals("all") != members.isEmpty()) {
            fields.mistake("SP1105", "membershipKind", fields.position(),
                    "`externalTenants` has `membershipKind: all`, or `membershipKind: enumerated` with `members`",
                    "write one of them", "CA-GST-08");
        }
        return members.isEmpty() ? null : members.stream().map(WellKnown::fold).collect(Collectors.toUnmodifiableSet());
    }

    private ClientApplications clientApplications(Fields fields, List<String> notEvaluated) {
        List<Reference> included = fields.references("includeServicePrincipals");
        List<Reference> excluded = fields.references("excludeServicePrincipals");
        FilterRule filter = filter(fields, "servicePrincipalFilter", "CA-WID-02", notEvaluated);
        List<Reference> agents = fields.references("includeAgentIdServicePrincipals");
        List<Reference> excludedAgents = exclusions(fields, "excludeAgentIdServicePrincipals", "AGT-03");
        FilterRule agentFilter = filter(fields, "agentIdServicePrincipalFilter", "AGT-03", notEvaluated);
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        boolean more = mayIncludeMore(fields);
        ClientApplications read = new ClientApplications(more ? with(included, ALL_PRINCIPALS) : included, excluded, filter,
                more ? with(agents, ALL) : agents, excludedAgents, agentFilter);
        return read.equals(NO_PRINCIPALS) ? null : read;
    }

    /** AGT-02: the agent users; which of them a filter is about is not evaluated (CA-SET-10). */
    private Agents agents(Fields fields, List<String> notEvaluated) {
        List<Reference> included = fields.references("includeAgentUsers");
        List<Reference> excluded = exclusions(fields, "excludeAgentUsers", "AGT-02");
        Fields filter = fields.object("agentFilter");
        boolean mayIncludeAny = false;
        if (filter != null && filter.saysSomething()) {
            mayIncludeAny = !"exclude".equals(filter.option("mode", "AGT-02", "include", "exclude"));
            filter.ignore("rule");
            filter.done();
            notEvaluated.add("agentFilter");
            out.add(Severity.WARNING, "SP1109", filter.position(), "`agentFilter` is not evaluated: the policy stays applicable to "
                    + (mayIncludeAny ? "every agent user" : "the agent users that it excludes"), null, "CA-SET-10");
        }
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        Agents read = new Agents(mayIncludeAny || mayIncludeMore(fields) ? with(included, ALL) : included, excluded);
        return read.includeAgentUsers().isEmpty() && read.excludeAgentUsers().isEmpty() ? null : read;
    }

    private Applications applications(Fields fields, List<String> notEvaluated) {
        List<String> actions = new ArrayList<>();
        for (Reference action : fields.references("includeUserActions")) {
            String known = USER_ACTIONS.stream().filter(action.text()::equalsIgnoreCase).findFirst().orElse(null);
            if (known == null) {
                String near = Suggestions.didYouMean(action.text(), USER_ACTIONS);
                fields.mistake("SP1104", "includeUserActions", action.position(), "unknown user action `" + action.text() + "`",
                        near != null ? near : "use one of " + String.join(", ", USER_ACTIONS), "CA-ACT-01");
            } else {
                actions.add(known);
            }
        }
        List<Reference> included = fields.references("includeApplications");
        List<String> contexts = contexts(fields);
        if (!actions.isEmpty() && !included.isEmpty()) {
            fields.mistake("SP1301", "includeApplications", included.get(0).position(),
                    "a policy targets applications or user actions, not both", "split it into two policies", "VAL-11");
        } else if (!contexts.isEmpty() && !(included.isEmpty() && actions.isEmpty())) {
            fields.mistake("SP1301", "includeAuthenticationContextClassReferences",
                    fields.position("includeAuthenticationContextClassReferences"),
                    "a policy targets authentication contexts or something else, not both", "split it into two policies", "CA-APP-03");
        }
        FilterRule filter = filter(fields, "applicationFilter", "CA-APP-20", notEvaluated);
        List<Reference> excluded = exclusions(fields, "excludeApplications", "CA-APP-01");
        List<Reference> traffic = trafficProfiles(fields, notEvaluated);
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        return new Applications(Stream.concat(included.stream(), traffic.stream()).toList(), excluded, List.copyOf(actions), contexts,
                filter, mayIncludeMore(fields));
    }

    /** DEC-15: the audiences that older exports name beside the applications; what is not understood of them stands for each. */
    private List<Reference> trafficProfiles(Fields fields, List<String> notEvaluated) {
        Map<TrafficProfile, Reference> audiences = new EnumMap<>(TrafficProfile.class);
        for (String name : NETWORK_TARGETS) {
            Node node = fields.isExport() ? fields.take(name) : null;
            Fields target = Node.isEmpty(node) ? null : fields.object(name);
            if (target != null) {
                Set<TrafficProfile> profiles = target.choices("includeTrafficProfiles", TrafficProfile.class);
                target.done();
                if (profiles.isEmpty() || !target.notUnderstood().isEmpty()) {
                    notEvaluated.add(name);
                    out.add(Severity.WARNING, "SP1109", node.position(), "`" + name + "` counts as every traffic profile of Global Secure "
                            + "Access", null, "DEC-15");
                    profiles = EnumSet.allOf(TrafficProfile.class);
                }
                profiles.forEach(each -> audiences.putIfAbsent(each, new Reference(each.appId(), each.displayName(), node.position(),
                        true)));
            }
        }
        return List.copyOf(audiences.values());
    }

    /** Whether there are fields that are known and not evaluated yet, which is a warning each. */
    private boolean later(Fields fields, List<String> names, String effect, List<String> notEvaluated) {
        boolean any = false;
        for (String name : names) {
            Node node = fields.isExport() ? fields.take(name) : null;
            if (!Node.isEmpty(node)) {
                any = true;
                notEvaluated.add(name);
                out.add(Severity.WARNING, "SP1109", node.position(), "`" + name + "` is not evaluated: " + effect, null, "CA-SET-10");
            }
        }
        return any;
    }

    /** CA-ACX-01, CA-ACX-03: an id that no context can have would never match. */
    private List<String> contexts(Fields fields) {
        List<String> contexts = new ArrayList<>();
        for (Reference context : fields.references("includeAuthenticationContextClassReferences")) {
            String id = WellKnown.fold(context.text());
            contexts.add(id);
            if (!id.matches(CONTEXT_ID)) {
                fields.mistake("SP1116", "includeAuthenticationContextClassReferences", context.position(),
                        "invalid id `" + context.text() + "` of an authentication context: it never matches", "write an id from c1 to c99",
                                "CA-ACX-01");
            }
        }
        return List.copyOf(contexts);
    }

    private Platforms platforms(Fields fields, List<String> notEvaluated) {
        if (fields == null) {
            return null;
        }
        Set<DevicePlatform> included = fields.choices("includePlatforms", DevicePlatform.class);
        Set<DevicePlatform> excluded = fields.choices("excludePlatforms", DevicePlatform.class);
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        return new Platforms(mayIncludeMore(fields) ? Set.of(DevicePlatform.ALL) : included, excluded);
    }

    private Locations locations(Fields fields, List<String> notEvaluated) {
        if (fields == null) {
            return null;
        }
        List<Reference> included = fields.references("includeLocations");
        List<Reference> excluded = exclusions(fields, "excludeLocations", "CA-LOC-01");
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        Locations locations = new Locations(mayIncludeMore(fields) ? with(included, ALL) : included, excluded);
        if (locations.include().isEmpty()) {
            out.add(Severity.WARNING, "SP1113", fields.position("includeLocations"),
                    "`locations` includes nothing: it counts as all locations",
                    "add `includeLocations: [All]`", "CA-CMB-05");
        }
        return locations;
    }

    /** A filter; one of an export that is not understood has a rule that does not parse, which keeps the policy applicable (CA-DEV-47). */
    private FilterRule filter(Fields fields, String name, String ruleId, List<String> notEvaluated) {
        Fields filter = fields == null ? null : fields.object(name);
        if (filter == null) {
            return fields != null && fields.isNotUnderstood(name) ? new FilterRule(false, NO_RULE, fields.position(name)) : null;
        }
        boolean hasMode = filter.take("mode") != null;
        String mode = filter.option("mode", ruleId, "include", "exclude");
        Reference text = filter.reference("rule");
        filter.done();
        if (!filter.isBlank() && (text == null && !filter.isNotUnderstood("rule") || !hasMode)) {
            filter.mistake("SP1105", name, filter.position(), "`" + name + "` has a `mode` (include or exclude) and a `rule`", "add both",
                    ruleId);
        }
        String rule = text == null ? null : rule(filter, text, name, ruleId);
        if (!filter.notUnderstood().isEmpty()) {
            notEvaluated.add(name);
            return new FilterRule("exclude".equals(mode), NO_RULE, filter.position());
        }
        return text == null || mode == null ? null : new FilterRule(mode.equals("exclude"), rule, text.position());
    }

    /** The rule of a filter, in straight quotes and with plain hyphens where an export has others (IMP-05). */
    private String rule(Fields filter, Reference text, String name, String ruleId) {
        boolean isOfDevices = name.equals("deviceFilter");
        String rule = text.text();
        try {
            if (isOfDevices) {
                DeviceFilter.parse(rule);
            } else {
                DeviceFilter.parseAttributes(rule);
            }
        } catch (DeviceFilter.SyntaxException e) {
            String quoted = rule.replaceAll("[\u201C-\u201F]", "\"").replaceAll("[\u2018-\u201B]", "'");
            String plain = quoted.replaceAll("[\u2010-\u2015\u2212]", "-");
            String meant = !text.isExport() ? null : Stream.of(rule, quoted, plain).filter(each -> isRule(each, isOfDevices)).findFirst()
                    .orElse(null);
            String message = "the " + FILTERS.get(name) + " is not valid at " + e.line() + ":" + e.column() + ": " + e.getMessage();
            if (meant != null) {
                out.meant("SP1305", text.position(), message + "; it is read as it was intended", e.help(), "IMP-05");
                return meant;
            }
            filter.mistake("SP1305", "rule", text.position(), message, e.help(), e.ruleId());
        }
        return rule;
    }

    private static boolean isRule(String rule, boolean isOfDevices) {
        try {
            return (isOfDevices ? DeviceFilter.parseStored(rule) : DeviceFilter.parseAttributes(rule)) != null;
        } catch (DeviceFilter.SyntaxException e) {
            return false;
        }
    }

    /** CA-DST-01: only {@code All} can be included; {@code Compliant} and {@code DomainJoined} can be excluded. */
    private Set<DeviceState> deviceStates(Fields devices, Fields states, List<String> notEvaluated) {
        EnumSet<DeviceState> excluded = EnumSet.noneOf(DeviceState.class);
        if (devices != null) {
            requireAll(devices, "includeDevices");
            requireAll(devices, "includeDeviceStates");
            exclude(devices, "excludeDevices", excluded);
            exclude(devices, "excludeDeviceStates", excluded);
        }
        if (states != null) {
            requireAll(states, "includeStates");
            exclude(states, "excludeStates", excluded);
            states.done();
            notEvaluated.addAll(states.notUnderstood());
        }
        return excluded;
    }

    private void requireAll(Fields fields, String name) {
        for (Reference state : fields.references(name)) {
            if (!state.text().equalsIgnoreCase("All")) {
                fields.mistake("SP1104", name, state.position(), "unknown value `" + state.text() + "` for `" + name + "`",
                        "only All can be included", "CA-DST-01");
            }
        }
    }

    private void exclude(Fields fields, String name, Set<DeviceState> excluded) {
        for (Reference state : fields.references(name)) {
            if (state.text().equalsIgnoreCase("Compliant")) {
                excluded.add(DeviceState.COMPLIANT);
            } else if (state.text().equalsIgnoreCase("DomainJoined")) {
                excluded.add(DeviceState.DOMAIN_JOINED);
            } else {
                fields.mistake("SP1104", name, state.position(), "unknown value `" + state.text() + "` for `" + name + "`",
                        "use Compliant or DomainJoined", "CA-DST-01");
            }
        }
    }

    /** What is not understood of the times that are included stands for all times, of those that are excluded for none (IMP-02). */
    private TimeCondition times(Fields fields, List<String> notEvaluated) {
        if (fields == null) {
            return null;
        }
        int before = out.size();
        boolean allTimes = fields.bool("allTimes", false);
        TimeCondition.Days includeDays = days(fields, "includeDays");
        TimeCondition.Days excludeDays = days(fields, "excludeDays");
        TimeCondition.Range includeRange = range(fields, "includeRange");
        TimeCondition.Range excludeRange = range(fields, "excludeRange");
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        if (mayIncludeMore(fields)) {
            includeDays = null;
            includeRange = null;
        }
        TimeCondition times = new TimeCondition(allTimes, includeDays, excludeDays, includeRange, excludeRange);
        if (out.size() == before && times.isNever()) {
            nothing(fields, "times", "`times` never matches", "leave some time that is not excluded", "CA-SET-08", out);
        }
        return fields.isBlank() ? null : times;
    }

    /** Times that are left out; without bounds they would be all times, and the policy would never apply. */
    private static void requireBounds(Fields parent, String name, Fields times, boolean isAllDay, String... bounds) {
        boolean hasBounds = isAllDay || times.holds(field -> !field.equals("allday") && Stream.of(bounds)
                .anyMatch(field::equalsIgnoreCase));
        if (name.startsWith("exclude") && !times.isBlank() && !hasBounds) {
            parent.mistake("SP1105", name, times.position(), "`" + name + "` has no bounds: the policy would never apply",
                    "add `" + String.join("`, `", bounds) + "`", null);
        }
    }

    private TimeCondition.Days days(Fields parent, String name) {
        Fields fields = parent.object(name);
        if (fields == null) {
            return null;
        }
        boolean allDay = fields.bool("allDay", false);
        requireBounds(parent, name, fields, allDay, "daysOfWeek", "allDay", "startTime", "endTime");
        EnumSet<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (Reference day : fields.references("daysOfWeek")) {
            try {
                days.add(DayOfWeek.valueOf(day.text().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                fields.mistake("SP1104", "daysOfWeek", day.position(), "unknown day of the week `" + day.text() + "`",
                        "write a day such as Monday", null);
            }
        }
        LocalTime start = parsed(fields, "startTime", LocalTime::parse, "08:00:00");
        LocalTime end = parsed(fields, "endTime", LocalTime::parse, "18:00:00");
        TimeCondition.Days read = new TimeCondition.Days(days, zone(fields), allDay || start == null ? LocalTime.MIN : start, allDay ? null
                : end);
        return understood(parent, name, fields) ? read : null;
    }

    private TimeCondition.Range range(Fields parent, String name) {
        Fields fields = parent.object(name);
        if (fields == null) {
            return null;
        }
        requireBounds(parent, name, fields, false, "startDateTime", "endDateTime");
        LocalDateTime start = parsed(fields, "startDateTime", LocalDateTime::parse, "2026-12-24T00:00:00");
        LocalDateTime end = parsed(fields, "endDateTime", LocalDateTime::parse, "2026-12-27T00:00:00");
        if (start != null && end != null && !start.isBefore(end)) {
            fields.mistake("SP1118", "endDateTime", fields.position(), "the range ends before it begins",
                    "swap `startDateTime` and `endDateTime`", null);
        }
        TimeCondition.Range read = new TimeCondition.Range(zone(fields), start, end);
        return understood(parent, name, fields) ? read : null;
    }

    /** Whether a part of a condition says something and all of it is understood; what is not counts as its parent's. */
    private static boolean understood(Fields parent, String name, Fields fields) {
        fields.done();
        if (!fields.notUnderstood().isEmpty()) {
            parent.notUnderstood().add(name);
        }
        return !fields.isBlank() && !parent.isNotUnderstood(name);
    }

    private ZoneId zone(Fields fields) {
        ZoneId zone = parsed(fields, "timeZone", ZoneId::of, "+01:00 or Europe/Amsterdam");
        return zone == null ? ZoneOffset.UTC : zone;
    }

    private <T> T parsed(Fields fields, String name, Function<String, T> parse, String example) {
        Reference value = fields.reference(name);
        if (value == null) {
            return null;
        }
        try {
            return parse.apply(value.text());
        } catch (DateTimeException e) {
            fields.mistake("SP1118", name, value.position(), "invalid value `" + value + "` for `" + name + "`", "write a value such as "
                    + example, null);
            return null;
        }
    }

    private Set<TransferMethod> transferMethods(Fields fields, List<String> notEvaluated) {
        if (fields == null) {
            return Set.of();
        }
        Set<TransferMethod> methods = fields.choices("transferMethods", TransferMethod.class);
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        return fields.notUnderstood().isEmpty() ? methods : EnumSet.allOf(TransferMethod.class);
    }

    private GrantControls grantControls(Fields fields, List<String> notEvaluated) {
        if (fields == null) {
            return null;
        }
        boolean and = !"OR".equals(fields.option("operator", "GR-OPR-01", "AND", "OR"));
        Reference strength = null;
        Fields embedded = fields.object("authenticationStrength");
        if (embedded != null) {
            strength = embeddedStrength(embedded);
            if (strength == null && !embedded.isBlank()) {
                fields.mistake("SP1105", "authenticationStrength", embedded.position(), "the authentication strength has no `id`",
                        "add its id or its displayName", null);
            } else if (!embedded.notUnderstood().isEmpty()) {
                notEvaluated.add("authenticationStrength");
            }
        }
        Reference link = fields.reference("authenticationStrength@odata.bind");
        if (link != null && strength == null) {
            String id = link.text().replaceAll(".*[('/]([0-9a-fA-F-]{36}).*", "$1");
            strength = new Reference(id, id, link.position(), link.isExport());
        }
        Set<GrantControl> builtIn = fields.choices("builtInControls", GrantControl.class, MEANT_CONTROLS);
        List<Reference> terms = fields.references("termsOfUse");
        List<String> factors = fields.texts("customAuthenticationFactors");
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        GrantControls controls = new GrantControls(and, builtIn, strength, terms, factors, List.copyOf(fields.notUnderstood()));
        return controls.isEmpty() ? null : controls;
    }

    /** The strength of a policy by id or name; an export carries it in full. */
    private Reference embeddedStrength(Fields embedded) {
        Reference id = embedded.reference("id");
        Reference strength = id != null ? id : embedded.reference("displayName");
        if (strength != null && embedded.has("allowedCombinations") && embeddedStrengths.stream().noneMatch(isNamed(strength.text()))
                && AuthenticationStrength.builtIn().stream().noneMatch(isNamed(strength.text()))) {
            embeddedStrengths.add(strength(embedded, strength.text(), embedded.text("displayName")));
        }
        embedded.ignore("displayName", "allowedCombinations", "policyType", "requirementsSatisfied", "description", "createdDateTime",
                "modifiedDateTime",
                "combinationConfigurations");
        embedded.done();
        return strength;
    }

    /** A strength; with a restriction that is not understood none of its combinations counts, so that it is never met (IMP-03). */
    private AuthenticationStrength strength(Fields fields, String id, String displayName) {
        List<Set<AuthenticationMethodMode>> combinations = combinations(fields, "allowedCombinations");
        List<Restriction> restrictions = restrictions(fields);
        boolean isUnderstood = !fields.isNotUnderstood("combinationConfigurations");
        AuthenticationStrength read = new AuthenticationStrength(id, displayName, isUnderstood ? combinations : List.of(), isUnderstood
                ? restrictions : List.of(),
                fields.position());
        return partly(read, !isUnderstood || fields.isNotUnderstood("allowedCombinations"));
    }

    private static java.util.function.Predicate<AuthenticationStrength> isNamed(String id) {
        return strength -> strength.id().equalsIgnoreCase(id) || id.equalsIgnoreCase(strength.displayName());
    }

    private SessionControls sessionControls(Fields fields, List<String> notEvaluated) {
        if (fields == null) {
            return SessionControls.NONE;
        }
        SignInFrequency frequency = session(fields, "signInFrequency", PolicyReader::signInFrequency);
        PersistentBrowserMode persistent = session(fields, "persistentBrowser", each -> mode(each, "mode", PersistentBrowserMode.class));
        CloudAppSecurityType cloud = session(fields, "cloudAppSecurity", each -> mode(each, "cloudAppSecurityType",
                CloudAppSecurityType.class));
        boolean restricted = Boolean.TRUE.equals(session(fields, "applicationEnforcedRestrictions", PolicyReader::enabled));
        boolean bound = Boolean.TRUE.equals(session(fields, "secureSignInSession", PolicyReader::enabled));
        ContinuousAccessEvaluationMode evaluation =
                session(fields, "continuousAccessEvaluation", each -> mode(each, "mode", ContinuousAccessEvaluationMode.class));
        boolean noResilience = fields.bool("disableResilienceDefaults", false);
        later(fields, NETWORK_CONTROLS, "it has no effect", notEvaluated);
        fields.done();
        notEvaluated.addAll(fields.notUnderstood());
        return new SessionControls(frequency, persistent, cloud, restricted, bound, evaluation, noResilience);
    }

    /** A session control, or {@code null}; one that is not understood has no effect (IMP-04). */
    private static <T> T session(Fields parent, String name, Function<Fields, T> reader) {
        Fields fields = parent.object(name);
        T read = fields == null ? null : reader.apply(fields);
        if (fields != null && !fields.notUnderstood().isEmpty()) {
            parent.notUnderstood().add(name);
            return null;
        }
        return read;
    }

    /** The mode of a control that is enabled, or {@code null}; enabled without a mode it would do nothing. */
    private <E extends Enum<E> & GraphEnum> E mode(Fields fields, String name, Class<E> type) {
        boolean missing = fields.take(name) == null;
        E mode = fields.choice(name, type);
        boolean enabled = fields.bool("isEnabled", true);
        fields.done();
        if (missing && enabled && !fields.isBlank()) {
            fields.mistake("SP1105", name, fields.position(), "the session control is enabled, but has no `" + name + "`", "add `" + name
                    + ":`", null);
        }
        return enabled ? mode : null;
    }

    private static boolean enabled(Fields fields) {
        boolean enabled = fields.bool("isEnabled", true);
        fields.done();
        return enabled;
    }

    /** A sign-in frequency; {@code null} if it is not enabled, or wrong, which is reported. */
    public static SignInFrequency signInFrequency(Fields fields) {
        boolean enabled = fields.bool("isEnabled", true);
        boolean everyTime = "everyTime".equals(fields.option("frequencyInterval", "SS-03", "timeBased", "everyTime"));
        String type = fields.option("type", "SS-03", "days", "hours");
        Integer value = fields.integer("value", 1, 100_000, "SS-03");
        boolean secondary = "secondaryAuthentication".equals(
                fields.option("authenticationType", "SS-03", "primaryAndSecondaryAuthentication", "secondaryAuthentication"));
        fields.done();
        if (!enabled || fields.isBlank()) {
            return null;
        }
        if (!everyTime && (type == null || value == null)) {
            fields.mistake("SP1105", "type", fields.position(), "a sign-in frequency has a `type` (hours or days) and a `value`, or "
                    + "`frequencyInterval: everyTime`",
                    "add what is missing", "VAL-16");
            return null;
        }
        return new SignInFrequency(everyTime, !everyTime && type.equals("days"), everyTime ? 0 : value, secondary);
    }

    /** The name of a location or strength, which an export may lack. */
    static String name(Fields fields) {
        String id = fields.text("id");
        String name = fields.required("displayName");
        return !name.isEmpty() || !fields.isNotUnderstood("displayName") ? name : id == null || id.isBlank() ? "unnamed "
                + fields.fingerprint() : id;
    }

    AuthenticationStrength strength(Fields fields) {
        String displayName = name(fields);
        String id = fields.text("id");
        AuthenticationStrength strength = strength(fields, id == null || id.isBlank() ? displayName : id, displayName);
        if (fields.list("allowedCombinations").isEmpty()) {
            fields.mistake("SP1105", "allowedCombinations", fields.position(), "the strength has no `allowedCombinations`",
                    "add combinations such as fido2", "AS-02");
        }
        fields.ignore("description", "createdDateTime", "modifiedDateTime", "policyType", "requirementsSatisfied");
        fields.done();
        return strength;
    }

    /** Makes and certificates that narrow a combination (AS-12). */
    private List<Restriction> restrictions(Fields fields) {
        List<Restriction> restrictions = new ArrayList<>();
        for (Fields each : fields.objects("combinationConfigurations")) {
            restrictions.add(new Restriction(combinations(each, "appliesToCombinations"), each.texts("allowedAAGUIDs"),
                    each.texts("allowedIssuerSkis"),
                    each.texts("allowedPolicyOIDs")));
            each.ignore("id");
            understood(fields, "combinationConfigurations", each);
        }
        return List.copyOf(restrictions);
    }

    private static List<Set<AuthenticationMethodMode>> combinations(Fields fields, String name) {
        List<Set<AuthenticationMethodMode>> combinations = new ArrayList<>();
        for (Reference combination : fields.references(name)) {
            EnumSet<AuthenticationMethodMode> modes = EnumSet.noneOf(AuthenticationMethodMode.class);
            boolean isWhole = true;
            for (String mode : combination.text().split(",", -1)) {
                AuthenticationMethodMode constant = fields.constant(name, combination.position(), mode.strip(),
                        AuthenticationMethodMode.class);
                boolean isPart = constant != null && constant.isInStrengths();
                if (isPart) {
                    modes.add(constant);
                } else if (constant != null) {
                    fields.mistake("SP1104", name, combination.position(), "`" + mode.strip() + "` cannot be part of an authentication "
                            + "strength", constant == AuthenticationMethodMode.PLATFORM_CREDENTIAL
                            ? "write windowsHelloForBusiness, which covers it" : "remove the combination", "DEC-12");
                }
                isWhole &= isPart;
            }
            if (isWhole) {
                combinations.add(modes);                        // less than all of one would be a weaker one
            }
        }
        return List.copyOf(combinations);
    }

    TermsOfUse termsOfUse(Fields fields) {
        String displayName = fields.required("displayName");
        String id = fields.text("id");
        boolean perDevice = fields.bool("isPerDeviceAcceptanceRequired", false);
        if (!fields.isExport()) {
            fields.ignore("isViewingBeforeAcceptanceRequired", "userReacceptRequiredFrequency", "termsExpiration");
            fields.done();
        }
        return new TermsOfUse(id == null || id.isBlank() ? displayName : id, displayName, perDevice, fields.position());
    }

    NamedReference authenticationContext(Fields fields) {
        String id = fields.required("id");
        if (!id.isEmpty() && !id.matches(CONTEXT_ID)) {
            out.add(Severity.ERROR, "SP1116", fields.position(), "invalid id `" + id + "` of an authentication context",
                    "write an id from c1 to c99", "CA-ACX-01");
        }
        String displayName = fields.text("displayName");
        fields.ignore("description", "isAvailable");
        fields.done();
        return new NamedReference(id, displayName, fields.position());
    }
}
