package dev.sallyport.world;

import dev.sallyport.Device;
import dev.sallyport.Directory;
import dev.sallyport.Registration;
import dev.sallyport.Request;
import dev.sallyport.SignIn;
import dev.sallyport.UnknownSignals;
import dev.sallyport.UserState;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.DeviceState;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.NamedReference;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.TimeCondition;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.Node;
import dev.sallyport.read.Node.ScalarType;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Resources;
import dev.sallyport.read.Sources;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Turns what the readers read back into documents, and documents into YAML. What has its default is left out, so that what is
 * printed is short.
 */
public final class WorldYaml {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.@/+-]*( [A-Za-z0-9_.@/+-]+)*");
    private static final Pattern NOT_TEXT = Pattern.compile("(?i)null|true|false|[-+.0-9]+(e[-+0-9]*)?");
    private static final int WIDTH = 150;

    private WorldYaml() { }

    // ---- policy sets

    /** The documents of a policy set, one a resource; references stand there as they were written. */
    public static List<Node> policySet(PolicySet set) {
        List<Node> documents = new ArrayList<>();
        set.policies().forEach(policy -> documents.add(policy(policy)));
        set.namedLocations().forEach(location -> documents.add(location(location)));
        set.strengths().forEach(strength -> documents.add(strength(strength)));
        for (TermsOfUse terms : set.termsOfUse()) {
            documents.add(kind("termsOfUse").put("id", terms.id()).put("displayName", terms.displayName())
                    .put("isPerDeviceAcceptanceRequired", terms.isPerDevice() ? true : null).node());
        }
        for (NamedReference context : set.authenticationContexts()) {
            documents.add(kind("authenticationContextClassReference").put("id", context.id()).put("displayName", context.displayName()).node());
        }
        if (set.securityDefaults().source() != null) {
            documents.add(kind("securityDefaults").put("isEnabled", set.securityDefaults().isEnabled())
                    .put("registrationGracePeriodDays", set.securityDefaults().registrationGracePeriodDays()).node());
        }
        if (set.mfaSettings().source() != null) {
            documents.add(mfaSettings(set.mfaSettings()));
        }
        if (set.evaluationSettings().source() != null) {
            documents.add(evaluationSettings(set.evaluationSettings()));
        }
        return documents;
    }

    private static Node policy(ConditionalAccessPolicy policy) {
        Conditions conditions = policy.conditions();
        Users users = conditions.users();
        Fields who = fields().list("includeUsers", users.includeUsers()).list("excludeUsers", users.excludeUsers())
                .list("includeGroups", users.includeGroups()).list("excludeGroups", users.excludeGroups())
                .list("includeRoles", users.includeRoles()).list("excludeRoles", users.excludeRoles())
                .put("includeGuestsOrExternalUsers", guests(users.includeGuestsOrExternalUsers()))
                .put("excludeGuestsOrExternalUsers", guests(users.excludeGuestsOrExternalUsers()));
        Fields what = fields().list("includeApplications", conditions.applications().includeApplications())
                .list("excludeApplications", conditions.applications().excludeApplications())
                .list("includeUserActions", conditions.applications().includeUserActions())
                .list("includeAuthenticationContextClassReferences", conditions.applications().includeAuthenticationContextClassReferences())
                .put("applicationFilter", filter(conditions.applications().filter()));
        Fields devices = fields().list("excludeDeviceStates", conditions.excludedDeviceStates().stream().sorted()
                .map(state -> state == DeviceState.COMPLIANT ? "Compliant" : "DomainJoined").toList());
        devices.put("deviceFilter", filter(conditions.deviceFilter()));
        Fields all = fields().put("users", who.orNull())
                .put("clientApplications", conditions.clientApplications() == null ? null
                        : fields().list("includeServicePrincipals", conditions.clientApplications().includeServicePrincipals())
                                .list("excludeServicePrincipals", conditions.clientApplications().excludeServicePrincipals())
                                .put("servicePrincipalFilter", filter(conditions.clientApplications().filter()))
                                .list("includeAgentIdServicePrincipals", conditions.clientApplications().includesAgents() ? List.of("All") : List.of()).node())
                .put("applications", what.node()).list("clientAppTypes", conditions.clientAppTypes())
                .put("platforms", conditions.platforms() == null ? null : fields().list("includePlatforms", conditions.platforms().include())
                        .list("excludePlatforms", conditions.platforms().exclude()).node())
                .put("locations", conditions.locations() == null ? null : fields().list("includeLocations", conditions.locations().include())
                        .list("excludeLocations", conditions.locations().exclude()).node())
                .list("signInRiskLevels", conditions.signInRiskLevels()).list("userRiskLevels", conditions.userRiskLevels())
                .list("servicePrincipalRiskLevels", conditions.servicePrincipalRiskLevels()).list("insiderRiskLevels", conditions.insiderRiskLevels())
                .put("devices", devices.orNull())
                .put("authenticationFlows", conditions.transferMethods().isEmpty() ? null
                        : fields().list("transferMethods", conditions.transferMethods()).node())
                .put("times", times(conditions.times()));
        Set<String> elsewhere = Set.of("includeAgentIdServicePrincipals", RandomPolicies.UNKNOWN_TARGET, RandomPolicies.UNKNOWN_CONTROL);
        policy.notEvaluated().stream().filter(name -> !elsewhere.contains(name)).forEach(name -> all.put(name, "kept and not evaluated"));
        Fields exported = fields();
        if (conditions.applications().includesUnknown()) {
            exported.put("conditions", fields().put("applications", fields().put(RandomPolicies.UNKNOWN_TARGET, "not understood").node()).node());
        }
        if (policy.grantControls() != null && !policy.grantControls().notUnderstood().isEmpty()) {
            exported.put("grantControls", fields().put(RandomPolicies.UNKNOWN_CONTROL, "not understood").node());
        }
        return kind("conditionalAccessPolicy").put("id", policy.id()).put("displayName", policy.displayName().equals(policy.id()) ? null : policy.displayName())
                .put("state", policy.state()).put("conditions", all.node()).put("grantControls", grant(policy.grantControls()))
                .put("sessionControls", session(policy.sessionControls())).put("graph", exported.orNull()).node();
    }

    private static Node filter(FilterRule filter) {
        return filter == null ? null : fields().put("mode", filter.isExclude() ? "exclude" : "include").put("rule", filter.rule()).node();
    }

    private static Node attributes(SecurityAttributes attributes) {
        Map<String, Fields> sets = new TreeMap<>();
        attributes.texts().forEach((name, value) -> set(sets, name).put(name.substring(name.indexOf('_') + 1), value));
        attributes.collections().forEach((name, values) -> set(sets, name).list(name.substring(name.indexOf('_') + 1), values));
        Fields all = fields();
        sets.forEach((name, set) -> all.put(name, set.node()));
        return all.orNull();
    }

    private static Fields set(Map<String, Fields> sets, String name) {
        return sets.computeIfAbsent(name.substring(0, name.indexOf('_')), any -> fields());
    }

    private static Node times(TimeCondition times) {
        return times == null ? null : fields().put("allTimes", times.allTimes() ? true : null).put("includeDays", days(times.includeDays()))
                .put("excludeDays", days(times.excludeDays())).put("includeRange", range(times.includeRange()))
                .put("excludeRange", range(times.excludeRange())).node();
    }

    private static Node days(TimeCondition.Days days) {
        return days == null ? null : fields().list("daysOfWeek", days.days()).put("timeZone", zone(days.zone()))
                .put("startTime", days.start().equals(LocalTime.MIN) ? null : days.start()).put("endTime", days.end()).node();
    }

    private static Node range(TimeCondition.Range range) {
        return range == null ? null : fields().put("timeZone", zone(range.zone())).put("startDateTime", range.start()).put("endDateTime", range.end()).node();
    }

    private static Object zone(ZoneId zone) {
        return zone.equals(ZoneOffset.UTC) ? null : zone.getId();
    }

    private static Node guests(GuestsOrExternalUsers guests) {
        if (guests == null) {
            return null;
        }
        Node tenants = guests.tenants() == null ? null
                : fields().put("membershipKind", "enumerated").list("members", guests.tenants().stream().sorted().toList()).node();
        return fields().list("guestOrExternalUserTypes", guests.types()).put("externalTenants", tenants).node();
    }

    private static Node grant(GrantControls grant) {
        return grant == null ? null : fields().put("operator", grant.isAnd() ? "AND" : "OR").list("builtInControls", grant.builtInControls())
                .put("authenticationStrength", grant.authenticationStrength() == null ? null : fields().put("id", grant.authenticationStrength().text()).node())
                .list("termsOfUse", grant.termsOfUse()).list("customAuthenticationFactors", grant.customAuthenticationFactors()).node();
    }

    private static Node session(SessionControls controls) {
        SignInFrequency frequency = controls.signInFrequency();
        Fields often = frequency == null ? null : fields().put("frequencyInterval", frequency.everyTime() ? "everyTime" : "timeBased")
                .put("type", frequency.everyTime() ? null : frequency.days() ? "days" : "hours").put("value", frequency.everyTime() ? null : frequency.value())
                .put("authenticationType", frequency.secondaryOnly() ? "secondaryAuthentication" : null);
        return fields().put("signInFrequency", often == null ? null : often.node())
                .put("persistentBrowser", controls.persistentBrowser() == null ? null : fields().put("mode", controls.persistentBrowser()).node())
                .put("cloudAppSecurity", controls.cloudAppSecurity() == null ? null : fields().put("cloudAppSecurityType", controls.cloudAppSecurity()).node())
                .put("applicationEnforcedRestrictions", controls.applicationEnforcedRestrictions() ? fields().put("isEnabled", true).node() : null)
                .put("secureSignInSession", controls.secureSignInSession() ? fields().put("isEnabled", true).node() : null)
                .put("continuousAccessEvaluation", controls.continuousAccessEvaluation() == null ? null
                        : fields().put("mode", controls.continuousAccessEvaluation()).node())
                .put("disableResilienceDefaults", controls.disableResilienceDefaults() ? true : null).orNull();
    }

    private static Node location(NamedLocation location) {
        if (location instanceof NamedLocation.Country country) {
            return kind("countryNamedLocation").put("id", country.id()).put("displayName", country.displayName())
                    .list("countriesAndRegions", country.countries().stream().sorted().toList())
                    .put("countryLookupMethod", country.byGps() ? "authenticatorAppGps" : null)
                    .put("includeUnknownCountriesAndRegions", country.includeUnknown() ? true : null).node();
        }
        if (location instanceof NamedLocation.CompliantNetwork) {
            return kind("compliantNetworkNamedLocation").put("id", location.id()).put("displayName", location.displayName()).node();
        }
        NamedLocation.Ip ip = (NamedLocation.Ip) location;
        List<Node> ranges = new ArrayList<>();
        for (IpRange range : ip.ranges()) {
            String[] ends = range.text().split("-");
            ranges.add(range.prefixLength() >= 0 ? fields().put("cidrAddress", range.text()).node()
                    : fields().put("lowerAddress", ends[0]).put("upperAddress", ends[1]).node());
        }
        return kind("ipNamedLocation").put("id", ip.id()).put("displayName", ip.displayName()).put("isTrusted", ip.isTrusted() ? true : null)
                .put("ipRanges", new Node.Sequence(RandomPolicies.WHERE, List.copyOf(ranges))).node();
    }

    private static Node strength(AuthenticationStrength strength) {
        List<String> combinations = strength.allowedCombinations().stream()
                .map(combination -> String.join(",", combination.stream().sorted().map(GraphEnum::graphName).toList())).toList();
        return kind("authenticationStrengthPolicy").put("id", strength.id()).put("displayName", strength.displayName())
                .list("allowedCombinations", combinations).node();
    }

    private static Node mfaSettings(MfaSettings settings) {
        return kind("mfaSettings").put("allowAppPasswords", settings.allowAppPasswords()).list("trustedIps", settings.trustedIps().stream().map(IpRange::text).toList())
                .put("skipMfaForFederatedIntranet", settings.skipMfaForFederatedIntranet()).put("rememberMfaDays", settings.rememberMfaDays())
                .put("registrationGracePeriodDays", settings.registrationGracePeriodDays()).put("maxAppPasswords", settings.maxAppPasswords()).node();
    }

    private static Node evaluationSettings(EvaluationSettings settings) {
        Boolean exempt = settings.exemptLowPrivilegeScopes();
        return kind("evaluationSettings").put("unknownSignals", settings.unknownSignals() == UnknownSignals.STRICT ? "strict" : "entra")
                .put("lowPrivilegeScopes", exempt == null ? null : exempt ? "exempt" : "evaluated")
                .put("reportOnlyUserActions", settings.evaluateReportOnlyUserActions() ? "evaluated" : null)
                .put("deviceFilterExtensionAttributes", settings.literalExtensionAttributes() ? "literal" : null)
                .put("mandatoryAdminPortalMfa", settings.mandatoryAdminPortalMfa() ? true : null)
                .put("approvedClientAppRetired", settings.approvedClientAppRetired().toString().substring(0, 10)).node();
    }

    // ---- directories

    /** The document of a directory. */
    public static Node directory(Directory directory) {
        Directory.Organization tenant = directory.organization();
        Fields trust = fields().put("isMfaAccepted", tenant.isMfaAccepted() ? true : null)
                .put("isCompliantDeviceAccepted", tenant.isCompliantDeviceAccepted() ? true : null)
                .put("isHybridAzureADJoinedDeviceAccepted", tenant.isHybridAzureADJoinedDeviceAccepted() ? true : null);
        Fields organization = fields().put("displayName", tenant.displayName()).put("tenantId", tenant.tenantId()).list("licences", tenant.licences())
                .put("inboundTrust", trust.orNull());
        List<Node> groups = new ArrayList<>();
        directory.groups().forEach(group -> groups.add(fields().put("id", group.id()).put("displayName", group.displayName())
                .list("members", group.members()).node()));
        List<Node> applications = new ArrayList<>();
        directory.declaredApplications().forEach(application -> applications.add(fields().put("appId", application.appId())
                .put("displayName", application.displayName()).list("memberOf", application.memberOf().stream().map(id -> id.equals(WellKnown.AZURE_MANAGEMENT) ? "Windows Azure Service Management API" : id).sorted().toList())
                .put("customSecurityAttributes", attributes(application.customSecurityAttributes())).node()));
        List<Node> principals = new ArrayList<>();
        directory.servicePrincipals().forEach(principal -> principals.add(fields().put("id", principal.id()).put("appId", principal.appId())
                .put("displayName", principal.displayName()).put("isSingleTenant", principal.isSingleTenant() ? null : false)
                .put("isManagedIdentity", principal.isManagedIdentity() ? true : null).put("isAgentIdentity", principal.isAgentIdentity())
                .put("customSecurityAttributes", attributes(principal.customSecurityAttributes())).node()));
        return kind("directory").put("organization", organization.orNull()).list("groups", groups).list("applications", applications)
                .list("devices", directory.devices().stream().map(WorldYaml::device).toList()).list("servicePrincipals", principals)
                .list("users", directory.users().stream().map(WorldYaml::user).toList()).node();
    }

    private static Node user(UserState user) {
        List<Node> methods = new ArrayList<>();
        user.authenticationMethods().forEach(method -> methods.add(fields().put("method", method.method()).put("displayName", method.displayName())
                .put("isDefault", method.isDefault() ? true : null).put("createdDateTime", method.createdDateTime())
                .put("isUsable", method.isUsable() ? null : false).node()));
        List<Node> appPasswords = new ArrayList<>();
        user.appPasswords().forEach(appPassword -> appPasswords.add(fields().put("id", appPassword.id()).put("displayName", appPassword.displayName())
                .put("createdDateTime", appPassword.createdDateTime()).put("hash", appPassword.hash()).node()));
        return fields().put("id", user.id()).put("userPrincipalName", user.userPrincipalName()).put("displayName", user.displayName())
                .put("accountEnabled", user.accountEnabled() ? null : false).put("userType", user.userType()).put("externalUserType", user.externalUserType())
                .put("homeTenantId", user.homeTenantId()).list("memberOf", user.memberOf()).list("roles", user.roles())
                .put("perUserMfaState", user.perUserMfaState()).put("perUserMfaEnabledDateTime", user.perUserMfaEnabledDateTime())
                .put("firstSignInDateTime", user.firstSignInDateTime()).list("authenticationMethods", methods).list("appPasswords", appPasswords)
                .put("signInSessionsValidFromDateTime", user.signInSessionsValidFromDateTime()).node();
    }

    private static Node device(Device device) {
        Fields fields = fields();
        Map<String, String> texts = new TreeMap<>(device.texts());
        texts.forEach((name, text) -> fields.put(name, name.equals("isCompliant") ? (Object) Boolean.valueOf(text) : text));
        new TreeMap<>(device.collections()).forEach(fields::list);
        return fields.put("isManaged", device.isManaged()).node();
    }

    // ---- requests

    /** The document of a request. */
    public static Node request(Request request) {
        SignIn signIn = request.signIn();
        Fields fields = kind(request instanceof Registration ? "registration" : "signIn").put("name", signIn.name()).put("user", signIn.user())
                .put("servicePrincipal", signIn.servicePrincipal());
        if (request instanceof Registration registration) {
            fields.put("method", registration.method()).put("displayName", registration.displayName());
        }
        SignIn.Authentication authentication = signIn.authentication();
        SignIn.Session session = signIn.session();
        SignIn.Satisfied satisfied = signIn.satisfied();
        return fields.list("applications", signIn.applications()).put("authenticationContext", signIn.authenticationContext())
                .put("clientAppType", signIn.clientAppType()).put("devicePlatform", signIn.devicePlatform()).put("ipAddress", signIn.ipAddress())
                .put("country", signIn.country())
                .put("device", signIn.deviceName() != null ? text(signIn.deviceName()) : signIn.device() != null ? device(signIn.device()) : null)
                .put("signInRiskLevel", signIn.signInRiskLevel()).put("userRiskLevel", signIn.userRiskLevel())
                .put("insiderRiskLevel", signIn.insiderRiskLevel()).put("servicePrincipalRiskLevel", signIn.servicePrincipalRiskLevel())
                .put("authenticationFlow", signIn.authenticationFlow()).put("createdDateTime", signIn.createdDateTime())
                .put("authentication", fields().put("credential", authentication.credential()).list("methods", authentication.methods())
                        .put("mfaDateTime", authentication.mfaDateTime()).put("signInDateTime", authentication.signInDateTime())
                        .put("firstFactor", authentication.firstFactor()).put("homeTenantMfa", authentication.homeTenantMfa())
                        .put("aaguid", authentication.aaguid()).put("certificateIssuerSki", authentication.certificateIssuerSki())
                        .list("certificatePolicyOids", authentication.certificatePolicyOids()).orNull())
                .put("session", fields().put("isInteractive", session.isInteractive()).put("isNewDevice", session.isNewDevice())
                        .put("isPrivateBrowsing", session.isPrivateBrowsing()).put("startedDateTime", session.startedDateTime())
                        .put("isTokenProtected", session.isTokenProtected()).put("rememberedMfaDateTime", session.rememberedMfaDateTime())
                        .put("originalTransferMethod", session.originalTransferMethod())
                        .put("corporateIpAddress", session.corporateIpAddress()).put("primaryRefreshTokenDateTime", session.primaryRefreshTokenDateTime())
                        .put("isDirectConnectEligible", session.isDirectConnectEligible()).orNull())
                .put("clientApplication", fields().put("isApproved", signIn.clientApplication().isApproved())
                        .put("isProtected", signIn.clientApplication().isProtected()).orNull())
                .list("scopes", signIn.scopes()).put("gps", signIn.gps() == null ? null : fields().put("country", signIn.gps().country()).node())
                .put("insideCorporateNetwork", signIn.insideCorporateNetwork()).put("compliantNetwork", signIn.compliantNetwork()).put("securityDefaultsPrompt", signIn.securityDefaultsPrompt())
                .put("satisfied", fields().list("termsOfUse", satisfied.termsOfUse()).put("passwordChanged", satisfied.passwordChanged())
                        .put("riskRemediated", satisfied.riskRemediated())
                        .list("customAuthenticationFactors", satisfied.customAuthenticationFactors()).orNull())
                .put("externalTenantId", signIn.externalTenantId()).put("externalUserType", signIn.externalUserType()).node();
    }

    // ---- reading

    /** The scenario that documents describe, or {@code null} when a reader finds fault with them. */
    static Scenario read(List<Node> policySet, Node directory, Node request, UserState user, Instant clock) {
        Diagnostics diagnostics = new Diagnostics();
        PolicySet set = Resources.of(documents(policySet), diagnostics).policySet();
        Directory people = Resources.of(documents(List.of(directory)), diagnostics).directory();
        List<Request> requests = new RequestReader(diagnostics).read(request);
        return diagnostics.hasErrors() || requests.size() != 1 ? null : new Scenario(set, people, requests.get(0), user, clock);
    }

    private static List<Sources.Document> documents(List<Node> nodes) {
        return nodes.stream().map(node -> new Sources.Document("world.yaml", node)).toList();
    }

    // ---- building

    private static Fields fields() {
        return new Fields();
    }

    private static Fields kind(String kind) {
        return fields().put("kind", kind);
    }

    private static Node.Scalar text(String text) {
        return new Node.Scalar(RandomPolicies.WHERE, text, ScalarType.TEXT);
    }

    /** An object on its way; absent values and empty lists are left out. */
    private static final class Fields {
        private final List<Node.Entry> entries = new ArrayList<>();

        Fields put(String name, Object value) {
            if (value != null) {
                entries.add(new Node.Entry(text(name), value(value)));
            }
            return this;
        }

        Fields list(String name, Collection<?> values) {
            if (!values.isEmpty()) {
                Collection<?> ordered = values instanceof Set<?> set ? set.stream().sorted().toList() : values;
                put(name, new Node.Sequence(RandomPolicies.WHERE, ordered.stream().map(Fields::value).toList()));
            }
            return this;
        }

        private static Node value(Object value) {
            if (value instanceof Node node) {
                return node;
            }
            if (value instanceof Boolean || value instanceof Integer) {
                return new Node.Scalar(RandomPolicies.WHERE, value.toString(), value instanceof Boolean ? ScalarType.BOOLEAN : ScalarType.NUMBER);
            }
            return text(value instanceof GraphEnum constant ? constant.graphName() : value.toString());
        }

        Node node() {
            return new Node.Mapping(RandomPolicies.WHERE, List.copyOf(entries));
        }

        Node orNull() {
            return entries.isEmpty() ? null : node();
        }
    }

    // ---- printing

    /** The documents as one YAML stream. */
    public static String print(List<Node> documents) {
        StringBuilder out = new StringBuilder();
        for (Node document : documents) {
            out.append(out.length() == 0 ? "" : "---\n");
            block(document, 0, out);
        }
        return out.toString();
    }

    private static void block(Node node, int indent, StringBuilder out) {
        if (node instanceof Node.Mapping mapping && !mapping.entries().isEmpty()) {
            boolean first = true;
            for (Node.Entry entry : mapping.entries()) {
                out.append(first && !atLineStart(out) ? "" : " ".repeat(indent)).append(scalar(entry.key())).append(':');
                below(entry.value(), indent, out);
                first = false;
            }
        } else if (node instanceof Node.Sequence sequence && !sequence.items().isEmpty()) {
            for (Node item : sequence.items()) {
                out.append(" ".repeat(indent)).append("- ");
                String flow = flow(item);
                if (indent + flow.length() <= WIDTH || item instanceof Node.Scalar) {
                    out.append(flow).append('\n');
                } else {
                    block(item, indent + 2, out);
                }
            }
        } else {
            out.append(flow(node)).append('\n');
        }
    }

    private static void below(Node value, int indent, StringBuilder out) {
        String flow = flow(value);
        if (indent + flow.length() <= WIDTH || value instanceof Node.Scalar) {
            out.append(' ').append(flow).append('\n');
        } else {
            out.append('\n');
            block(value, indent + 2, out);
        }
    }

    private static boolean atLineStart(StringBuilder out) {
        return out.length() == 0 || out.charAt(out.length() - 1) == '\n';
    }

    private static String flow(Node node) {
        if (node instanceof Node.Mapping mapping) {
            return mapping.entries().isEmpty() ? "{}" : String.join(", ", mapping.entries().stream()
                    .map(entry -> scalar(entry.key()) + ": " + flow(entry.value())).toList()).transform(fields -> "{ " + fields + " }");
        }
        if (node instanceof Node.Sequence sequence) {
            return "[" + String.join(", ", sequence.items().stream().map(WorldYaml::flow).toList()) + "]";
        }
        return scalar((Node.Scalar) node);
    }

    private static String scalar(Node.Scalar scalar) {
        String text = scalar.text();
        boolean plain = scalar.type() != ScalarType.TEXT || PLAIN.matcher(text).matches() && !NOT_TEXT.matcher(text).matches();
        if (plain) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else {
                quoted.append(c < 32 ? String.format(Locale.ROOT, "\\x%02x", (int) c) : c);
            }
        }
        return quoted.append('"').toString();
    }
}
