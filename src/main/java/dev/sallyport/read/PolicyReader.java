package dev.sallyport.read;

import dev.sallyport.Diagnostic.Severity;
import dev.sallyport.UnknownSignals;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.AuthenticationStrength.Restriction;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.CloudAppSecurityType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Annotations;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.DeviceState;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.ContinuousAccessEvaluationMode;
import dev.sallyport.model.Countries;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PersistentBrowserMode;
import dev.sallyport.model.PolicySet.NamedReference;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SecurityDefaults;
import dev.sallyport.model.TimeCondition;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.time.LocalDate;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns objects into the resources of a policy set. */
final class PolicyReader {

    private static final String CONTEXT_ID = "c[1-9][0-9]?";
    /** No tenant may hold more, whatever its settings say. */
    private static final int MOST_RESOURCES = 100_000;
    /** Codes that people take for those of ISO 3166, and what they mean. */
    private static final Map<String, String> MEANT_COUNTRIES = Map.of("UK", "GB", "EL", "GR");
    /** Kosovo, which Entra and most data on addresses know by this code. */

    /** How policies name agent identities (WI-82). */
    private static final List<String> AGENT_SCOPES = List.of("includeAgentIdServicePrincipals", "excludeAgentIdServicePrincipals", "agentIdServicePrincipalFilter");

    private static final List<String> USER_ACTIONS =
            List.of(WellKnown.REGISTER_SECURITY_INFO, WellKnown.REGISTER_DEVICE, WellKnown.CREATE_APP_PASSWORD);

    /** What Graph gives back and the model does not hold, or not as it was written. */
    private static final List<String> UNMODELLED = List.of("partialEnablementStrategy", "conditions.clients", "conditions.times",
            "conditions.deviceStates", "conditions.devices.includeDeviceStates", "conditions.devices.excludeDeviceStates",
            "conditions.devices.includeDevices", "conditions.devices.excludeDevices",
            "conditions.clientApplications.includeAgentIdServicePrincipals", "conditions.clientApplications.excludeAgentIdServicePrincipals",
            "conditions.clientApplications.agentIdServicePrincipalFilter",
            "conditions.applications.networkAccess", "conditions.applications.globalSecureAccess",
            "sessionControls.disableResilienceDefaults", "sessionControls.continuousAccessEvaluation",
            "sessionControls.networkAccessSecurity", "sessionControls.globalSecureAccessFilteringProfile");

    /** What people write for a grant control that Graph does not have, and what they mean by it (corpora, point 11). */
    private static final Map<String, String> MEANT_CONTROLS = Map.of(
            "compliantNetwork", "a compliant network is a location, not a control: `block` under `locations` that include All and exclude it",
            "MfaAndChangePassword", "write `operator: AND` with `mfa` and `passwordChange`",
            "termsOfUse", "write the terms under `termsOfUse`",
            "authenticationStrength", "write the strength under `authenticationStrength`");

    private final Diagnostics out;
    private final List<AuthenticationStrength> embeddedStrengths;

    /** @param embeddedStrengths takes the strengths that policies of an export carry in full */
    PolicyReader(Diagnostics out, List<AuthenticationStrength> embeddedStrengths) {
        this.out = out;
        this.embeddedStrengths = embeddedStrengths;
    }

    ConditionalAccessPolicy policy(Fields fields) {
        String displayName = fields.text("displayName");
        String id = fields.text("id");
        if (id == null || id.isBlank()) {
            id = displayName == null ? fields.required("id") : displayName;
        }
        PolicyState state = state(fields);
        List<String> notEvaluated = new ArrayList<>();
        Fields conditions = fields.object("conditions");
        if (conditions == null) {
            out.error("SP1105", fields.position(), "the policy has no `conditions`", "add users and applications under `conditions:`");
        }
        Conditions read = conditions == null ? null : conditions(conditions, notEvaluated);
        Fields grantControls = fields.object("grantControls");
        GrantControls grant = grantControls(grantControls, notEvaluated);
        Fields sessionControls = fields.object("sessionControls");
        SessionControls session = sessionControls(sessionControls, notEvaluated);
        if (!holds(grantControls, name -> !name.equals("operator")) && !holds(sessionControls, name -> true)
                && !fields.isMisshapen("grantControls") && !fields.isMisshapen("sessionControls")) {
            out.add(Severity.ERROR, "SP1105", fields.position("grantControls"), "the policy has neither grant nor session controls",
                    "add `grantControls:`", "CA-POL-11");
        }
        Annotations annotations = annotations(fields);
        fields.ignore("deletedDateTime", "partialEnablementStrategy");
        fields.done();
        return new ConditionalAccessPolicy(id, displayName == null ? id : displayName, state, read == null ? NO_CONDITIONS : read, grant, session,
                List.copyOf(notEvaluated), annotations, fields.position());
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

    private static final Conditions NO_CONDITIONS = new Conditions(Users.NONE, null, new Applications(List.of(), List.of(), List.of(), List.of(), null, false),
            Set.of(), null, null, Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(), null);

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
        out.error("SP1105", fields.position(), "the policy has no `state`", "add `state: enabled`, `disabled` or `enabledForReportingButNotEnforced`");
        return PolicyState.ENABLED;
    }

    private Conditions conditions(Fields fields, List<String> notEvaluated) {
        Fields users = fields.object("users");
        Fields clientApplications = fields.object("clientApplications");
        Fields applications = fields.object("applications");
        Fields devices = fields.object("devices");
        Users who = users == null ? Users.NONE : users(users, notEvaluated);
        ClientApplications principals = clientApplications == null ? null : clientApplications(clientApplications, notEvaluated);
        Applications what = applications == null ? NO_CONDITIONS.applications() : applications(applications, notEvaluated);
        // CA-POL-11: a policy without subject or target would never apply, and nobody would notice
        if (fields.isMisshapen("users") || fields.isMisshapen("clientApplications")) {
            // said already
        } else if (!holds(users, name -> name.startsWith("include")) && !holds(clientApplications, name -> name.startsWith("include"))) {
            out.add(Severity.ERROR, "SP1105", fields.position("users"), "the policy includes no users",
                    "add `includeUsers: [All]`, groups or roles under `users:`", "CA-SET-02");
        } else if (principals != null && !who.includesNobody()) {
            out.add(Severity.ERROR, "SP1301", fields.position("clientApplications"), "a policy is for users or for workload identities, not both",
                    "make two policies of it", "CA-SET-02");
        }
        if (!fields.isMisshapen("applications") && !holds(applications, name -> !name.startsWith("exclude"))) {
            out.add(Severity.ERROR, "SP1105", fields.position("applications"), "the policy includes no applications",
                    "add `includeApplications: [All]` or others under `applications:`", "CA-SET-01");
        }
        Conditions conditions = new Conditions(who, principals, what, clientAppTypes(fields), platforms(fields.object("platforms")),
                locations(fields.object("locations")),
                fields.choices("signInRiskLevels", RiskLevel.class), fields.choices("userRiskLevels", RiskLevel.class),
                fields.choices("servicePrincipalRiskLevels", RiskLevel.class), fields.choices("insiderRiskLevels", InsiderRiskLevel.class),
                filter(devices, "deviceFilter", "CA-DEV-01"), deviceStates(devices, fields.object("deviceStates")), transferMethods(fields.object("authenticationFlows")),
                times(fields.object("times")));
        if (devices != null) {
            notEvaluated.addAll(devices.done());
        }
        for (String later : List.of("clients", "agents", "agentContext", "agentIdRiskLevels")) {
            Node node = fields.take(later);
            if (node instanceof Node.Mapping || node instanceof Node.Scalar || node instanceof Node.Sequence list && !list.items().isEmpty()) {
                notEvaluated.add(later);
                out.add(Severity.WARNING, "SP1109", node.position(), "the condition `" + later + "` is not evaluated: the policy stays applicable", null, "CA-SET-10");
            }
        }
        notEvaluated.addAll(fields.done());
        return conditions;
    }

    private static boolean holds(Fields fields, Predicate<String> name) {
        return fields != null && fields.holds(name);
    }

    private Set<ClientAppType> clientAppTypes(Fields fields) {
        Set<ClientAppType> types = fields.choices("clientAppTypes", ClientAppType.class);
        if (types.isEmpty() && (fields.take("clientAppTypes") == null || Node.isEmpty(fields.take("clientAppTypes")))) {
            out.add(Severity.WARNING, "SP1112", fields.position("clientAppTypes"), "the policy names no `clientAppTypes`: it is taken for all",
                    "add `clientAppTypes: [all]`", "CA-CLI-03");
        }
        return types;
    }

    private Users users(Fields fields, List<String> notEvaluated) {
        Users users = new Users(fields.references("includeUsers"), exclusions(fields, "excludeUsers", "CA-USR-03"), fields.references("includeGroups"),
                fields.references("excludeGroups"), fields.references("includeRoles"), fields.references("excludeRoles"),
                guests(fields.object("includeGuestsOrExternalUsers")), guests(fields.object("excludeGuestsOrExternalUsers")));
        notEvaluated.addAll(fields.done());
        return users;
    }

    /** What is left out; all cannot be, or the policy would never apply. */
    private List<Reference> exclusions(Fields fields, String name, String rule) {
        List<Reference> excluded = fields.references(name);
        for (Reference each : excluded) {
            if (each.text().equalsIgnoreCase("All")) {
                out.add(Severity.ERROR, "SP1104", each.position(), "`" + each + "` is no value of `" + name + "`: the policy would never apply",
                        "disable the policy instead", rule);
            }
        }
        return excluded;
    }

    private GuestsOrExternalUsers guests(Fields fields) {
        if (fields == null) {
            return null;
        }
        EnumSet<GuestType> types = EnumSet.noneOf(GuestType.class);
        for (Reference part : fields.parts("guestOrExternalUserTypes")) {
            if (!part.text().equals("none") && !part.text().equals("unknownFutureValue")) {                 // CA-GST-07
                GuestType type = fields.constant("guestOrExternalUserTypes", part.position(), part.text(), GuestType.class);
                if (type != null) {
                    types.add(type);
                }
            }
        }
        Fields external = fields.object("externalTenants");
        Set<String> tenants = external == null ? null : externalTenants(external, types);
        fields.done();
        return types.isEmpty() ? null : new GuestsOrExternalUsers(types, tenants);
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
        if (types.isEmpty()) {
            out.add(Severity.ERROR, "SP1304", fields.position(), "`externalTenants` needs `guestOrExternalUserTypes`", "name the types of guests", "VAL-24");
        }
        if (kind == null && type instanceof Node.Scalar name) {
            kind = name.text().endsWith("EnumeratedExternalTenants") ? "enumerated" : name.text().endsWith("AllExternalTenants") ? "all" : null;
        }
        if (kind == null ? fields.take("membershipKind") == null : kind.equals("all") != members.isEmpty()) {
            out.add(Severity.ERROR, "SP1105", fields.position(), "`externalTenants` has `membershipKind: all`, or `membershipKind: enumerated` with `members`",
                    "write one of them", "CA-GST-08");
        }
        return members.isEmpty() ? null : members.stream().map(WellKnown::fold).collect(Collectors.toUnmodifiableSet());
    }

    private ClientApplications clientApplications(Fields fields, List<String> notEvaluated) {
        ClientApplications read = new ClientApplications(fields.references("includeServicePrincipals"), fields.references("excludeServicePrincipals"),
                filter(fields, "servicePrincipalFilter", "CA-WID-02"), agents(fields, notEvaluated));
        notEvaluated.addAll(fields.done());
        return read.includeServicePrincipals().isEmpty() && read.excludeServicePrincipals().isEmpty() && read.filter() == null && !read.includesAgents() ? null : read;
    }

    /** WI-82: which agents a policy is for is not evaluated; it stays applicable to all of them (CA-SET-10). */
    private boolean agents(Fields fields, List<String> notEvaluated) {
        boolean included = false;
        for (String name : AGENT_SCOPES) {
            Node node = fields.take(name);
            boolean filter = node instanceof Node.Mapping && fields.object(name).saysSomething();
            if (filter || node instanceof Node.Scalar || node instanceof Node.Sequence list && !list.items().isEmpty()) {
                notEvaluated.add(name);
                included |= !name.startsWith("exclude");
                out.add(Severity.WARNING, "SP1109", node.position(), "`" + name + "` is not evaluated: the policy stays applicable to every agent identity", null, "CA-SET-10");
            }
        }
        return included;
    }

    private Applications applications(Fields fields, List<String> notEvaluated) {
        List<String> actions = new ArrayList<>();
        for (Reference action : fields.references("includeUserActions")) {
            String known = USER_ACTIONS.stream().filter(action.text()::equalsIgnoreCase).findFirst().orElse(null);
            if (known == null) {
                String near = Suggestions.didYouMean(action.text(), USER_ACTIONS);
                out.add(Severity.ERROR, "SP1104", action.position(), "`" + action.text() + "` is no user action",
                        near != null ? near : "it is one of " + String.join(", ", USER_ACTIONS), "CA-ACT-01");
            } else {
                actions.add(known);
            }
        }
        List<Reference> included = fields.references("includeApplications");
        List<String> contexts = contexts(fields);
        if (!actions.isEmpty() && !included.isEmpty()) {
            out.add(Severity.ERROR, "SP1301", included.get(0).position(), "a policy targets applications or user actions, not both", "make two policies of it", "VAL-11");
        } else if (!contexts.isEmpty() && !(included.isEmpty() && actions.isEmpty())) {
            out.add(Severity.ERROR, "SP1301", fields.position("includeAuthenticationContextClassReferences"),
                    "a policy targets authentication contexts or something else, not both", "make two policies of it", "CA-APP-03");
        }
        FilterRule filter = filter(fields, "applicationFilter", "CA-APP-20");
        List<Reference> excluded = exclusions(fields, "excludeApplications", "CA-APP-01");
        List<String> left = fields.done();
        notEvaluated.addAll(left);
        boolean unknownTarget = !left.isEmpty() && included.isEmpty() && filter == null && actions.isEmpty() && contexts.isEmpty();     // CA-SET-10
        return new Applications(included, excluded, List.copyOf(actions), contexts, filter, unknownTarget);
    }

    /** CA-ACX-01, CA-ACX-03: an id that no context can have would never match. */
    private List<String> contexts(Fields fields) {
        List<String> contexts = new ArrayList<>();
        for (Reference context : fields.references("includeAuthenticationContextClassReferences")) {
            String id = WellKnown.fold(context.text());
            contexts.add(id);
            if (!id.matches(CONTEXT_ID)) {
                out.add(fields.isExport() ? Severity.WARNING : Severity.ERROR, "SP1116", context.position(),
                        "`" + context.text() + "` is no id of an authentication context: it never matches", "ids are c1 to c99", "CA-ACX-01");
            }
        }
        return List.copyOf(contexts);
    }

    private Platforms platforms(Fields fields) {
        if (fields == null) {
            return null;
        }
        Platforms platforms = new Platforms(fields.choices("includePlatforms", DevicePlatform.class), fields.choices("excludePlatforms", DevicePlatform.class));
        fields.done();
        return platforms;
    }

    private Locations locations(Fields fields) {
        if (fields == null) {
            return null;
        }
        Locations locations = new Locations(fields.references("includeLocations"), exclusions(fields, "excludeLocations", "CA-LOC-01"));
        if (locations.include().isEmpty()) {
            out.add(Severity.WARNING, "SP1113", fields.position("includeLocations"), "`locations` includes nothing: it is taken for all",
                    "add `includeLocations: [All]`", "CA-CMB-05");
        }
        fields.done();
        return locations;
    }

    private FilterRule filter(Fields fields, String name, String ruleId) {
        if (fields == null) {
            return null;
        }
        FilterRule rule = null;
        Fields filter = fields.object(name);
        if (filter != null) {
            boolean hasMode = filter.take("mode") != null;
            String mode = filter.option("mode", ruleId, "include", "exclude");
            Reference text = filter.reference("rule");
            filter.done();
            if (text != null && mode != null) {
                rule = new FilterRule(mode.equals("exclude"), text.text(), text.position());
            } else if (!filter.isBlank() && (text == null || !hasMode)) {
                out.add(Severity.ERROR, "SP1105", filter.position(), "`" + name + "` has a `mode` (include or exclude) and a `rule`", "add both", ruleId);
            }
        }
        return rule;
    }

    /** CA-DST-01: only {@code All} can be included; {@code Compliant} and {@code DomainJoined} can be excluded. */
    private Set<DeviceState> deviceStates(Fields devices, Fields states) {
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
        }
        return excluded;
    }

    private void requireAll(Fields fields, String name) {
        for (Reference state : fields.references(name)) {
            if (!state.text().equalsIgnoreCase("All")) {
                out.add(Severity.ERROR, "SP1104", state.position(), "`" + state.text() + "` is no value of `" + name + "`", "only All can be included", "CA-DST-01");
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
                out.add(Severity.ERROR, "SP1104", state.position(), "`" + state.text() + "` is no value of `" + name + "`", "it is Compliant or DomainJoined", "CA-DST-01");
            }
        }
    }

    private TimeCondition times(Fields fields) {
        if (fields == null) {
            return null;
        }
        TimeCondition times = new TimeCondition(fields.bool("allTimes", false), days(fields.object("includeDays")),
                days(excluded(fields, "excludeDays", "daysOfWeek", "allDay", "startTime", "endTime")),
                range(fields.object("includeRange")), range(excluded(fields, "excludeRange", "startDateTime", "endDateTime")));
        fields.done();
        return fields.isBlank() ? null : times;
    }

    /** Times that are left out; without bounds they would be all times, and the policy would never apply. */
    private Fields excluded(Fields fields, String name, String... bounds) {
        Fields times = fields.object(name);
        if (times != null && !times.isBlank() && !times.holds(field -> Stream.of(bounds).anyMatch(field::equalsIgnoreCase))) {
            out.error("SP1105", times.position(), "`" + name + "` has no bounds: the policy would never apply", "add `" + String.join("`, `", bounds) + "`");
        }
        return times;
    }

    private TimeCondition.Days days(Fields fields) {
        if (fields == null) {
            return null;
        }
        EnumSet<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (Reference day : fields.references("daysOfWeek")) {
            try {
                days.add(DayOfWeek.valueOf(day.text().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                out.error("SP1104", day.position(), "`" + day.text() + "` is no day of the week", "write it like Monday");
            }
        }
        boolean allDay = fields.bool("allDay", false);
        LocalTime start = parsed(fields, "startTime", LocalTime::parse, "08:00:00");
        LocalTime end = parsed(fields, "endTime", LocalTime::parse, "18:00:00");
        TimeCondition.Days read = new TimeCondition.Days(days, zone(fields), allDay || start == null ? LocalTime.MIN : start, allDay ? null : end);
        fields.done();
        return fields.isBlank() ? null : read;
    }

    private TimeCondition.Range range(Fields fields) {
        if (fields == null) {
            return null;
        }
        LocalDateTime start = parsed(fields, "startDateTime", LocalDateTime::parse, "2026-12-24T00:00:00");
        LocalDateTime end = parsed(fields, "endDateTime", LocalDateTime::parse, "2026-12-27T00:00:00");
        if (start != null && end != null && !start.isBefore(end)) {
            out.error("SP1118", fields.position(), "the range ends before it begins", "swap `startDateTime` and `endDateTime`");
        }
        TimeCondition.Range read = new TimeCondition.Range(zone(fields), start, end);
        fields.done();
        return fields.isBlank() ? null : read;
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
            out.error("SP1118", value.position(), "`" + value + "` is no value of `" + name + "`", "write it like " + example);
            return null;
        }
    }

    private Set<TransferMethod> transferMethods(Fields fields) {
        if (fields == null) {
            return Set.of();
        }
        Set<TransferMethod> methods = fields.choices("transferMethods", TransferMethod.class);
        fields.done();
        return methods;
    }

    private GrantControls grantControls(Fields fields, List<String> notEvaluated) {
        if (fields == null) {
            return null;
        }
        boolean and = !"OR".equals(fields.option("operator", "GR-OPR-01", "AND", "OR"));
        Reference strength = null;
        Fields embedded = fields.object("authenticationStrength");
        if (embedded != null) {
            Reference id = embedded.reference("id");
            strength = id != null ? id : embedded.reference("displayName");
            if (strength == null && !embedded.isBlank()) {
                out.error("SP1105", embedded.position(), "the authentication strength has no `id`", "add its id or its displayName");
            }
            if (strength != null && embedded.has("allowedCombinations") && embeddedStrengths.stream().noneMatch(isNamed(strength.text()))
                    && AuthenticationStrength.BUILT_IN.stream().noneMatch(isNamed(strength.text()))) {
                embeddedStrengths.add(new AuthenticationStrength(strength.text(), embedded.text("displayName"), combinations(embedded),
                        restrictions(embedded), embedded.position()));
            }
            embedded.ignore("displayName", "allowedCombinations", "policyType", "requirementsSatisfied", "description", "createdDateTime", "modifiedDateTime",
                    "combinationConfigurations");
            embedded.done();
        }
        Reference link = fields.reference("authenticationStrength@odata.bind");
        if (link != null && strength == null) {
            String id = link.text().replaceAll(".*[('/]([0-9a-fA-F-]{36}).*", "$1");
            strength = new Reference(id, id, link.position());
        }
        GrantControls controls = new GrantControls(and, fields.choices("builtInControls", GrantControl.class, MEANT_CONTROLS), strength,
                fields.references("termsOfUse"), fields.texts("customAuthenticationFactors"));
        notEvaluated.addAll(fields.done());
        return controls.isEmpty() ? null : controls;
    }

    private static java.util.function.Predicate<AuthenticationStrength> isNamed(String id) {
        return strength -> strength.id().equalsIgnoreCase(id) || id.equalsIgnoreCase(strength.displayName());
    }

    private SessionControls sessionControls(Fields fields, List<String> notEvaluated) {
        if (fields == null) {
            return SessionControls.NONE;
        }
        SignInFrequency frequency = null;
        Fields signIn = fields.object("signInFrequency");
        if (signIn != null) {
            frequency = signInFrequency(signIn);
        }
        PersistentBrowserMode persistent = null;
        Fields browser = fields.object("persistentBrowser");
        if (browser != null) {
            persistent = mode(browser, "mode", PersistentBrowserMode.class);
        }
        CloudAppSecurityType cloud = null;
        Fields proxy = fields.object("cloudAppSecurity");
        if (proxy != null) {
            cloud = mode(proxy, "cloudAppSecurityType", CloudAppSecurityType.class);
        }
        boolean restricted = enabled(fields.object("applicationEnforcedRestrictions"));
        boolean bound = enabled(fields.object("secureSignInSession"));
        Fields continuous = fields.object("continuousAccessEvaluation");
        ContinuousAccessEvaluationMode evaluation = continuous == null ? null : mode(continuous, "mode", ContinuousAccessEvaluationMode.class);
        boolean noResilience = fields.bool("disableResilienceDefaults", false);
        notEvaluated.addAll(fields.done());
        return new SessionControls(frequency, persistent, cloud, restricted, bound, evaluation, noResilience);
    }

    /** The mode of a control that is enabled, or {@code null}; enabled without a mode it would do nothing. */
    private <E extends Enum<E> & GraphEnum> E mode(Fields fields, String name, Class<E> type) {
        boolean missing = fields.take(name) == null;
        E mode = fields.choice(name, type);
        boolean enabled = fields.bool("isEnabled", true);
        fields.done();
        if (missing && enabled && !fields.isBlank()) {
            out.error("SP1105", fields.position(), "the session control is enabled and has no `" + name + "`", "add `" + name + ":`");
        }
        return enabled ? mode : null;
    }

    private static boolean enabled(Fields fields) {
        if (fields == null) {
            return false;
        }
        boolean enabled = fields.bool("isEnabled", true);
        fields.done();
        return enabled;
    }

    private SignInFrequency signInFrequency(Fields fields) {
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
            out.add(Severity.ERROR, "SP1105", fields.position(), "a sign-in frequency has a `type` (hours or days) and a `value`, or `frequencyInterval: everyTime`",
                    "add what is missing", "VAL-16");
            return null;
        }
        return new SignInFrequency(everyTime, !everyTime && type.equals("days"), everyTime ? 0 : value, secondary);
    }

    NamedLocation ipNamedLocation(Fields fields) {
        String displayName = fields.required("displayName");
        String id = fields.text("id");
        boolean trusted = fields.bool("isTrusted", false);
        List<IpRange> ranges = new ArrayList<>();
        for (Fields range : fields.objects("ipRanges")) {
            Reference cidr = range.reference("cidrAddress");
            Reference lower = range.reference("lowerAddress");
            Reference upper = range.reference("upperAddress");
            range.done();
            if (cidr == null && (lower == null || upper == null)) {
                out.add(Severity.ERROR, "SP1105", range.position(), "the range has no `cidrAddress`", "add one, such as 198.51.100.0/24", "CA-LOC-09");
                continue;
            }
            IpRange read = cidr != null ? IpRange.parseCidr(cidr.text()) : IpRange.between(lower.text(), upper.text());
            if (checkRange(read, cidr != null ? cidr.text() : lower + " to " + upper, cidr != null ? cidr.position() : lower.position())) {
                ranges.add(read);
            }
        }
        if (fields.list("ipRanges").isEmpty()) {
            out.add(Severity.ERROR, "SP1105", fields.position(), "the named location has no `ipRanges`", "add ranges such as { cidrAddress: 198.51.100.0/24 }", "CA-LOC-09");
        }
        if (ranges.size() > 2000) {
            out.add(Severity.ERROR, "SP1307", fields.position(), "a named location holds at most 2000 ranges, this one " + ranges.size(), "split it", "VAL-27");
        }
        fields.ignore("createdDateTime", "modifiedDateTime", "deletedDateTime", "locationType", "note");
        fields.done();
        return new NamedLocation.Ip(id == null || id.isBlank() ? displayName : id, displayName, trusted, List.copyOf(ranges), fields.position());
    }

    private boolean checkRange(IpRange range, String text, dev.sallyport.Position position) {
        if (range == null) {
            out.add(Severity.ERROR, "SP1114", position, "`" + text + "` is no address range", "write it like 198.51.100.0/24 or 2001:db8::/32", "CA-LOC-09");
            return false;
        }
        if (range.hasHostBits()) {
            out.add(Severity.ERROR, "SP1114", position, "`" + text + "` has bits behind its prefix", "write the first address of the range", "CA-LOC-09");
            return false;
        }
        if (range.isTooWide()) {
            out.add(Severity.ERROR, "SP1307", position, "`" + text + "` is too wide", "prefixes are longer than /8", "VAL-27");
            return false;
        }
        return true;
    }

    /** CA-LOC-21: Global Secure Access says who comes from it. */
    NamedLocation compliantNetworkNamedLocation(Fields fields) {
        String displayName = fields.required("displayName");
        String id = fields.text("id");
        fields.ignore("isTrusted", "createdDateTime", "modifiedDateTime", "deletedDateTime", "locationType", "compliantNetworkType", "note");
        fields.done();
        return new NamedLocation.CompliantNetwork(id == null || id.isBlank() ? displayName : id, displayName, fields.position());
    }

    NamedLocation countryNamedLocation(Fields fields) {
        String displayName = fields.required("displayName");
        String id = fields.text("id");
        Set<String> countries = new HashSet<>();
        for (Reference country : fields.references("countriesAndRegions")) {
            String code = country.text().toUpperCase(Locale.ROOT);
            if (!country.text().matches("[A-Za-z]{2}")) {
                Optional<String> named = Countries.CODES.stream().filter(each -> new Locale("", each).getDisplayCountry(Locale.ENGLISH).equalsIgnoreCase(country.text())).findFirst();
                out.add(Severity.ERROR, "SP1115", country.position(), "`" + country.text() + "` is no country code",
                        named.map(each -> "did you mean `" + each + "`?").orElse("write two letters, such as NL"), "CA-LOC-13");
            } else if (!Countries.CODES.contains(code)) {
                String meant = MEANT_COUNTRIES.get(code);
                out.add(Severity.WARNING, "SP1115", country.position(), "`" + country.text() + "` is no country's code: it never matches",
                        meant != null ? "did you mean `" + meant + "`?" : "write a code of ISO 3166, such as NL", "CA-LOC-13");
            }
            countries.add(code);
        }
        boolean gps = "authenticatorAppGps".equals(fields.option("countryLookupMethod", "CA-LOC-13", "clientIpAddress", "authenticatorAppGps"));
        boolean unknown = fields.bool("includeUnknownCountriesAndRegions", false);
        Node trusted = fields.take("isTrusted");
        if (fields.bool("isTrusted", false)) {
            out.add(Severity.ERROR, "SP1308", trusted.position(), "a country cannot be trusted", "only address ranges can: remove `isTrusted`", "CA-LOC-12");
        }
        if (countries.isEmpty() && !unknown) {
            out.add(Severity.ERROR, "SP1105", fields.position(), "the named location has no `countriesAndRegions`", "add codes such as NL", "CA-LOC-13");
        }
        fields.ignore("createdDateTime", "modifiedDateTime", "deletedDateTime", "locationType", "note");
        fields.done();
        return new NamedLocation.Country(id == null || id.isBlank() ? displayName : id, displayName, Set.copyOf(countries), gps, unknown, fields.position());
    }

    AuthenticationStrength strength(Fields fields) {
        String displayName = fields.required("displayName");
        String id = fields.text("id");
        List<Set<AuthenticationMethodMode>> combinations = combinations(fields);
        List<Restriction> restrictions = restrictions(fields);
        if (combinations.isEmpty()) {
            out.add(Severity.ERROR, "SP1105", fields.position(), "the strength has no `allowedCombinations`", "add combinations such as fido2", "AS-02");
        }
        fields.ignore("description", "createdDateTime", "modifiedDateTime", "policyType", "requirementsSatisfied");
        fields.done();
        return new AuthenticationStrength(id == null || id.isBlank() ? displayName : id, displayName, combinations, restrictions, fields.position());
    }

    /** Makes and certificates that narrow a combination (AS-12). */
    private List<Restriction> restrictions(Fields fields) {
        List<Restriction> restrictions = new ArrayList<>();
        for (Fields each : fields.objects("combinationConfigurations")) {
            restrictions.add(new Restriction(combinations(each, "appliesToCombinations"), each.texts("allowedAAGUIDs"), each.texts("allowedIssuerSkis"),
                    each.texts("allowedPolicyOIDs")));
            each.ignore("id");
            each.done();
        }
        return List.copyOf(restrictions);
    }

    private List<Set<AuthenticationMethodMode>> combinations(Fields fields) {
        return combinations(fields, "allowedCombinations");
    }

    private List<Set<AuthenticationMethodMode>> combinations(Fields fields, String name) {
        List<Set<AuthenticationMethodMode>> combinations = new ArrayList<>();
        for (Reference combination : fields.references(name)) {
            EnumSet<AuthenticationMethodMode> modes = EnumSet.noneOf(AuthenticationMethodMode.class);
            for (String mode : combination.text().split(",")) {
                AuthenticationMethodMode constant = fields.constant(name, combination.position(), mode.strip(), AuthenticationMethodMode.class);
                if (constant != null) {
                    modes.add(constant);
                }
            }
            if (!modes.isEmpty()) {
                combinations.add(modes);
            }
        }
        return List.copyOf(combinations);
    }

    SecurityDefaults securityDefaults(Fields fields) {
        boolean enabled = fields.bool("isEnabled", false);
        Integer grace = fields.integer("registrationGracePeriodDays", 0, 365, "SD-REG-03");
        fields.ignore("id", "displayName", "description");
        fields.done();
        return new SecurityDefaults(enabled, grace, fields.position());
    }

    MfaSettings mfaSettings(Fields fields) {
        List<IpRange> trusted = new ArrayList<>();
        List<Reference> texts = fields.references("trustedIps");
        for (Reference text : texts) {
            IpRange range = IpRange.parseCidr(text.text());
            if (range != null && range.isIpv6()) {
                out.add(Severity.ERROR, "SP1309", text.position(), "MFA trusted IPs are IPv4 only: `" + text.text() + "`", "make it a trusted named location", "TI-02");
            } else if (checkRange(range, text.text(), text.position())) {
                trusted.add(range);
            }
        }
        if (texts.size() > 50) {
            out.add(Severity.ERROR, "SP1309", texts.get(50).position(), "at most 50 MFA trusted IP ranges are allowed", "use a named location", "TI-02");
        }
        Integer remember = fields.integer("rememberMfaDays", 0, 365, "RM-01");
        Integer grace = fields.integer("registrationGracePeriodDays", 0, 365, "PU-13");
        Integer max = fields.integer("maxAppPasswords", 0, 1000, "AP-05");
        MfaSettings settings = new MfaSettings(fields.bool("allowAppPasswords", false), List.copyOf(trusted), fields.bool("skipMfaForFederatedIntranet", false),
                remember == null ? 0 : remember, grace == null ? MfaSettings.DEFAULT.registrationGracePeriodDays() : grace,
                max == null ? MfaSettings.DEFAULT.maxAppPasswords() : max, fields.position());
        fields.done();
        return settings;
    }

    EvaluationSettings evaluationSettings(Fields fields) {
        String unknown = fields.option("unknownSignals", null, "entra", "strict");
        String scopes = fields.option("lowPrivilegeScopes", null, "evaluated", "exempt");
        String actions = fields.option("reportOnlyUserActions", null, "notApplied", "evaluated");
        String filter = fields.option("deviceFilterExtensionAttributes", null, "keepApplicable", "literal");
        EvaluationSettings settings = new EvaluationSettings("strict".equals(unknown) ? UnknownSignals.STRICT : UnknownSignals.ENTRA,
                scopes == null ? null : scopes.equals("exempt"), "evaluated".equals(actions), "literal".equals(filter),
                fields.bool("mandatoryAdminPortalMfa", false), retired(fields), limits(fields), fields.position());
        fields.done();
        return settings;
    }

    /** CA-POL-13. */
    private static EvaluationSettings.Limits limits(Fields fields) {
        EvaluationSettings.Limits usual = EvaluationSettings.Limits.DEFAULT;
        Integer policies = fields.integer("maxPolicies", 1, MOST_RESOURCES, "CA-POL-13");
        Integer locations = fields.integer("maxIpNamedLocations", 1, MOST_RESOURCES, "CA-LOC-10");
        Integer strengths = fields.integer("maxAuthenticationStrengths", 1, MOST_RESOURCES, "CA-POL-13");
        return new EvaluationSettings.Limits(policies == null ? usual.policies() : policies, locations == null ? usual.ipNamedLocations()
                : locations,
                strengths == null ? usual.authenticationStrengths() : strengths);
    }

    /** GR-APP-03. */
    private Instant retired(Fields fields) {
        Reference date = fields.reference("approvedClientAppRetired");
        if (date == null) {
            return EvaluationSettings.APPROVED_CLIENT_APP_RETIRED;
        }
        try {
            return LocalDate.parse(date.text().strip()).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            out.add(Severity.ERROR, "SP1107", date.position(), "`approvedClientAppRetired` is no date: `" + date.text() + "`", "write it like 2026-03-01", "GR-APP-03");
            return EvaluationSettings.APPROVED_CLIENT_APP_RETIRED;
        }
    }

    TermsOfUse termsOfUse(Fields fields) {
        String displayName = fields.required("displayName");
        String id = fields.text("id");
        boolean perDevice = fields.bool("isPerDeviceAcceptanceRequired", false);
        if (!fields.isExport()) {
            fields.ignore("isViewingBeforeAcceptanceRequired", "userReacceptRequiredFrequency", "termsExpiration");
            fields.done();
        }
        return new TermsOfUse(id == null ? displayName : id, displayName, perDevice, fields.position());
    }

    NamedReference authenticationContext(Fields fields) {
        String id = fields.required("id");
        if (!id.isEmpty() && !id.matches(CONTEXT_ID)) {
            out.add(Severity.ERROR, "SP1116", fields.position(), "`" + id + "` is no id of an authentication context", "ids are c1 to c99", "CA-ACX-01");
        }
        String displayName = fields.text("displayName");
        fields.ignore("description", "isAvailable");
        fields.done();
        return new NamedReference(id, displayName, fields.position());
    }
}
