package dev.sallyport.write;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Agents;
import dev.sallyport.model.ConditionalAccessPolicy.Annotations;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.Reference;
import dev.sallyport.model.TrafficProfile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes policies as Microsoft Graph does (semantics 14.4): every key is there, what is not configured is null or an empty list,
 * references are ids, enums have Graph's names in the order of their schema. Of the members of an object, Graph writes texts and
 * lists first, then the objects that are null, then those that are not; see {@link Members}.
 */
public final class GraphWriter {

    /** Where older exports have traffic profiles, which the model has among the applications (DEC-15). */
    private static final List<String> TRAFFIC = List.of("conditions.applications.networkAccess",
            "conditions.applications.globalSecureAccess");
    private static final List<String> TRAFFIC_NAMES = Stream.of(TrafficProfile.values()).map(TrafficProfile::displayName).toList();

    /** Writes one value. */
    private interface Value {
        void write() throws IOException;
    }

    private final JsonGenerator json;
    private final List<AuthenticationStrength> strengths;

    /** @param strengths the tenant's own; the built-in ones are known */
    public GraphWriter(JsonGenerator json, List<AuthenticationStrength> strengths) {
        this.json = json;
        this.strengths = strengths;
    }

    /**
     * The members of an object that are objects or null, in the order of Graph's schema. Written, those that are null come
     * before those that are not.
     */
    private final class Members {

        private final Map<String, Value> values = new LinkedHashMap<>();

        /** @param value what writes the object; not called when {@code source} is null */
        Members add(String name, Object source, Value value) {
            values.put(name, source == null ? null : value);
            return this;
        }

        /** A member that the model does not hold: null, or what the file says. */
        Members add(String name, Annotations annotations, String path) {
            String kept = annotations.unmodelled().get(path);
            return add(name, kept, () -> json.writeRawValue(kept));
        }

        void write() throws IOException {
            for (Map.Entry<String, Value> each : values.entrySet()) {
                if (each.getValue() == null) {
                    json.writeNullField(each.getKey());
                }
            }
            for (Map.Entry<String, Value> each : values.entrySet()) {
                if (each.getValue() != null) {
                    json.writeFieldName(each.getKey());
                    each.getValue().write();
                }
            }
        }
    }

    /** Writes a policy with the two fields that make it a {@code whatIfAnalysisResult} (WI-50, WI-51). */
    public void whatIfAnalysisResult(ConditionalAccessPolicy policy, boolean applies, String analysisReasons) throws IOException {
        Annotations annotations = policy.annotations();
        json.writeStartObject();
        json.writeStringField("id", policy.id());
        json.writeStringField("templateId", annotations.templateId());
        json.writeStringField("displayName", policy.displayName());
        json.writeStringField("createdDateTime", annotations.createdDateTime());
        json.writeStringField("modifiedDateTime", annotations.modifiedDateTime());
        json.writeStringField("state", policy.state().graphName());
        json.writeBooleanField("policyApplies", applies);
        json.writeStringField("analysisReasons", analysisReasons);
        new Members().add("partialEnablementStrategy", annotations, "partialEnablementStrategy")
                .add("conditions", policy.conditions(), () -> conditions(policy.conditions(), annotations))
                .add("grantControls", policy.grantControls(), () -> grantControls(policy.grantControls()))
                .add("sessionControls", hasSessionControls(policy) ? policy.sessionControls() : null,
                () -> sessionControls(policy.sessionControls(), annotations))
                .write();
        json.writeEndObject();
    }

    private static boolean hasSessionControls(ConditionalAccessPolicy policy) {
        return !policy.sessionControls().equals(SessionControls.NONE)
                || policy.annotations().unmodelled().keySet().stream().anyMatch(path -> path.startsWith("sessionControls."));
    }

    // ---- conditions

    private void conditions(Conditions conditions, Annotations annotations) throws IOException {
        json.writeStartObject();
        names("userRiskLevels", conditions.userRiskLevels());
        names("signInRiskLevels", conditions.signInRiskLevels());
        names("clientAppTypes", conditions.clientAppTypes());
        names("servicePrincipalRiskLevels", conditions.servicePrincipalRiskLevels());
        json.writeStringField("insiderRiskLevels", conditions.insiderRiskLevels().isEmpty() ? null : flags(conditions.insiderRiskLevels()));
        if (!conditions.agentIdRiskLevels().isEmpty()) {
            json.writeStringField("agentIdRiskLevels", flags(conditions.agentIdRiskLevels()));
        }
        if (conditions.agents() != null) {
            json.writeFieldName("agents");
            agents(conditions.agents(), annotations);
        }
        kept(annotations, "conditions.", List.of("agentContext"));
        new Members().add("applications", conditions.applications(), () -> applications(conditions.applications(), annotations))
                .add("users", conditions.users(), () -> users(conditions.users()))
                .add("clients", annotations, "conditions.clients")
                .add("platforms", conditions.platforms(), () -> platforms(conditions.platforms()))
                .add("locations", conditions.locations(), () -> locations(conditions.locations()))
                .add("times", annotations, "conditions.times")
                .add("deviceStates", annotations, "conditions.deviceStates")
                .add("devices", hasDevices(conditions, annotations) ? conditions : null, () -> devices(conditions.deviceFilter(),
                annotations))
                .add("clientApplications", conditions.clientApplications(), () -> clientApplications(conditions.clientApplications()))
                .add("authenticationFlows", conditions.transferMethods().isEmpty() ? null : conditions, () -> {
                    json.writeStartObject();
                    json.writeStringField("transferMethods", flags(conditions.transferMethods()));
                    json.writeEndObject();
                }).write();
        json.writeEndObject();
    }

    private void applications(Applications applications, Annotations annotations) throws IOException {
        json.writeStartObject();
        boolean hasTraffic = TRAFFIC.stream().anyMatch(annotations.unmodelled()::containsKey);
        ids("includeApplications", applications.includeApplications().stream()
                .filter(each -> !hasTraffic || !TRAFFIC_NAMES.contains(each.text())).toList());
        ids("excludeApplications", applications.excludeApplications());
        Json.texts(json, "includeUserActions", applications.includeUserActions());
        Json.texts(json, "includeAuthenticationContextClassReferences", applications.includeAuthenticationContextClassReferences());
        new Members().add("applicationFilter", applications.filter(), () -> filter(applications.filter()))
                .add("networkAccess", annotations, TRAFFIC.get(0))
                .add("globalSecureAccess", annotations, TRAFFIC.get(1))
                .write();
        json.writeEndObject();
    }

    private void users(Users users) throws IOException {
        json.writeStartObject();
        ids("includeUsers", users.includeUsers());
        ids("excludeUsers", users.excludeUsers());
        ids("includeGroups", users.includeGroups());
        ids("excludeGroups", users.excludeGroups());
        ids("includeRoles", users.includeRoles());
        ids("excludeRoles", users.excludeRoles());
        new Members().add("includeGuestsOrExternalUsers", users.includeGuestsOrExternalUsers(),
                () -> guests(users.includeGuestsOrExternalUsers()))
                .add("excludeGuestsOrExternalUsers", users.excludeGuestsOrExternalUsers(),
                () -> guests(users.excludeGuestsOrExternalUsers()))
                .write();
        json.writeEndObject();
    }

    private void guests(GuestsOrExternalUsers guests) throws IOException {
        boolean onlyInternal = guests.types().equals(Set.of(GuestType.INTERNAL_GUEST));
        json.writeStartObject();
        json.writeStringField("guestOrExternalUserTypes", flags(guests.types()));
        new Members().add("externalTenants", guests.tenants() == null && onlyInternal ? null : guests, () -> {
            json.writeStartObject();
            json.writeStringField("@odata.type", "#microsoft.graph." + (guests.tenants() == null ? "conditionalAccessAllExternalTenants"
                    : "conditionalAccessEnumeratedExternalTenants"));
            json.writeStringField("membershipKind", guests.tenants() == null ? "all" : "enumerated");
            if (guests.tenants() != null) {
                Json.texts(json, "members", guests.tenants().stream().sorted().toList());
            }
            json.writeEndObject();
        }).write();
        json.writeEndObject();
    }

    private void platforms(Platforms platforms) throws IOException {
        json.writeStartObject();
        names("includePlatforms", platforms.include());
        names("excludePlatforms", platforms.exclude());
        json.writeEndObject();
    }

    private void locations(Locations locations) throws IOException {
        json.writeStartObject();
        ids("includeLocations", locations.include());
        ids("excludeLocations", locations.exclude());
        json.writeEndObject();
    }

    private static boolean hasDevices(Conditions conditions, Annotations annotations) {
        return conditions.deviceFilter() != null || annotations.unmodelled().keySet().stream()
                .anyMatch(path -> path.startsWith("conditions.devices."));
    }

    /** The states of CA-DST-01 are deprecated: they stand there only where the file has them. */
    private void devices(FilterRule filter, Annotations annotations) throws IOException {
        json.writeStartObject();
        kept(annotations, "conditions.devices.", List.of("includeDeviceStates", "excludeDeviceStates", "includeDevices", "excludeDevices"));
        new Members().add("deviceFilter", filter, () -> filter(filter)).write();
        json.writeEndObject();
    }

    /** Members that stand there only where the file has them, as it wrote them. */
    private void kept(Annotations annotations, String path, List<String> names) throws IOException {
        for (String name : names) {
            String kept = annotations.unmodelled().get(path + name);
            if (kept != null) {
                json.writeFieldName(name);
                json.writeRawValue(kept);
            }
        }
    }

    private void filter(FilterRule filter) throws IOException {
        json.writeStartObject();
        json.writeStringField("mode", filter.isExclude() ? "exclude" : "include");
        json.writeStringField("rule", filter.rule());
        json.writeEndObject();
    }

    /** The lists of agents, which only beta has, are there where the policy is for agents (WI-82). */
    private void clientApplications(ClientApplications principals) throws IOException {
        json.writeStartObject();
        ids("includeServicePrincipals", principals.includeServicePrincipals());
        ids("excludeServicePrincipals", principals.excludeServicePrincipals());
        Members filters = new Members().add("servicePrincipalFilter", principals.filter(), () -> filter(principals.filter()));
        boolean excludesAgents = !principals.excludeAgentIdServicePrincipals().isEmpty() || principals.agentFilter() != null;
        if (principals.includesAgents() || excludesAgents) {
            ids("includeAgentIdServicePrincipals", principals.includeAgentIdServicePrincipals());
            ids("excludeAgentIdServicePrincipals", principals.excludeAgentIdServicePrincipals());
            filters.add("agentIdServicePrincipalFilter", principals.agentFilter(), () -> filter(principals.agentFilter()));
        }
        filters.write();
        json.writeEndObject();
    }

    private void agents(Agents agents, Annotations annotations) throws IOException {
        json.writeStartObject();
        ids("includeAgentUsers", agents.includeAgentUsers());
        ids("excludeAgentUsers", agents.excludeAgentUsers());
        new Members().add("agentFilter", annotations, "conditions.agents.agentFilter").write();
        json.writeEndObject();
    }

    // ---- controls

    private void grantControls(GrantControls controls) throws IOException {
        json.writeStartObject();
        json.writeStringField("operator", controls.isAnd() ? "AND" : "OR");
        names("builtInControls", controls.builtInControls());
        Json.texts(json, "customAuthenticationFactors", controls.customAuthenticationFactors());
        ids("termsOfUse", controls.termsOfUse());
        new Members().add("authenticationStrength", controls.authenticationStrength(), () -> strength(controls.authenticationStrength()))
                .write();
        json.writeEndObject();
    }

    /** The strength in full; of one that is not known, only its id. */
    private void strength(Reference reference) throws IOException {
        AuthenticationStrength own = find(strengths, reference);
        AuthenticationStrength builtIn = find(AuthenticationStrength.builtIn(), reference);
        AuthenticationStrength known = builtIn != null ? builtIn : own;
        json.writeStartObject();
        json.writeStringField("id", known == null ? reference.id() : known.id());
        json.writeStringField("displayName", known == null ? null : known.displayName());
        json.writeNullField("description");
        json.writeStringField("policyType", builtIn != null ? "builtIn" : "custom");
        json.writeStringField("requirementsSatisfied", known != null && isMfa(known) ? "mfa" : "none");
        Json.texts(json, "allowedCombinations",
                known == null ? List.of() : known.allowedCombinations().stream().map(GraphWriter::flags).toList());
        json.writeArrayFieldStart("combinationConfigurations");
        json.writeEndArray();
        json.writeEndObject();
    }

    private static AuthenticationStrength find(List<AuthenticationStrength> strengths, Reference reference) {
        return strengths.stream().filter(strength -> strength.id().equalsIgnoreCase(reference.id())).findFirst().orElse(null);
    }

    /** Whether each combination is one of the built-in MFA strength, so that it satisfies MFA too. */
    private static boolean isMfa(AuthenticationStrength strength) {
        return !strength.allowedCombinations().isEmpty()
                && AuthenticationStrength.builtIn().get(0).allowedCombinations().containsAll(strength.allowedCombinations());
    }

    private void sessionControls(SessionControls controls, Annotations annotations) throws IOException {
        json.writeStartObject();
        new Members().add("disableResilienceDefaults", annotations, "sessionControls.disableResilienceDefaults").write();
        new Members().add("applicationEnforcedRestrictions", controls.applicationEnforcedRestrictions() ? controls : null, this::enabled)
                .add("cloudAppSecurity", controls.cloudAppSecurity(), () -> enabled("cloudAppSecurityType", controls.cloudAppSecurity()))
                .add("signInFrequency", controls.signInFrequency(), () -> signInFrequency(controls.signInFrequency()))
                .add("persistentBrowser", controls.persistentBrowser(), () -> enabled("mode", controls.persistentBrowser()))
                .add("continuousAccessEvaluation", annotations, "sessionControls.continuousAccessEvaluation")
                .add("secureSignInSession", controls.secureSignInSession() ? controls : null, this::enabled)
                .add("networkAccessSecurity", annotations, "sessionControls.networkAccessSecurity")
                .add("globalSecureAccessFilteringProfile", annotations, "sessionControls.globalSecureAccessFilteringProfile")
                .write();
        json.writeEndObject();
    }

    /** Writes a sign-in frequency; one that asks every time has neither type nor value (VAL-16). */
    private void signInFrequency(SignInFrequency frequency) throws IOException {
        json.writeStartObject();
        if (frequency.everyTime()) {
            json.writeNullField("value");
            json.writeNullField("type");
        } else {
            json.writeNumberField("value", frequency.value());
            json.writeStringField("type", frequency.days() ? "days" : "hours");
        }
        json.writeStringField("authenticationType", frequency.secondaryOnly() ? "secondaryAuthentication"
                : "primaryAndSecondaryAuthentication");
        json.writeStringField("frequencyInterval", frequency.everyTime() ? "everyTime" : "timeBased");
        json.writeBooleanField("isEnabled", true);
        json.writeEndObject();
    }

    private void enabled() throws IOException {
        json.writeStartObject();
        json.writeBooleanField("isEnabled", true);
        json.writeEndObject();
    }

    private void enabled(String name, GraphEnum value) throws IOException {
        json.writeStartObject();
        json.writeStringField(name, value.graphName());
        json.writeBooleanField("isEnabled", true);
        json.writeEndObject();
    }

    // ---- values

    private void ids(String name, List<Reference> references) throws IOException {
        Json.texts(json, name, references.stream().map(Reference::id).toList());
    }

    private <E extends Enum<E> & GraphEnum> void names(String name, Set<E> constants) throws IOException {
        Json.texts(json, name, constants.stream().sorted().map(GraphEnum::graphName).toList());
    }

    /** A flags enum: names joined by commas. */
    private static <E extends Enum<E> & GraphEnum> String flags(Set<E> constants) {
        return constants.stream().sorted().map(GraphEnum::graphName).collect(Collectors.joining(","));
    }
}
