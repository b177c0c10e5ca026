package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Comparison.FieldChange;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.AuthenticationStrength.Restriction;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Agents;
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
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SecurityDefaults;
import dev.sallyport.model.TimeCondition;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Shape.Target;
import dev.sallyport.write.IdNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The fields that differ between two policy sets, in the words of Microsoft Graph with names for ids. */
final class FieldChanges {

    private final PolicySet before;
    private final PolicySet after;
    private final Matching matching;
    private final IdNames namesBefore;
    private final IdNames namesAfter;
    private final List<FieldChange> found = new ArrayList<>();

    /**
     * A value of a field.
     *
     * @param key      what is compared: of a reference the id
     * @param text     as people know it
     * @param position where it is written; {@code null} if only the place of the resource is known
     */
    private record Value(String key, String text, @Nullable Position position) {

        static Value of(Object value) {
            return new Value(String.valueOf(value), String.valueOf(value), null);
        }
    }

    /** The fields of a resource by their path; a field without a value is not configured. */
    private static final class Fields {

        private final Map<String, List<Value>> values = new LinkedHashMap<>();
        private final @Nullable IdNames names;

        /** @param names names for ids; {@code null} for the ids themselves */
        Fields(@Nullable IdNames names) {
            this.names = names;
        }

        Fields add(String path, @Nullable Object value) {
            return values(path, value == null ? List.of() : List.of(value));
        }

        /** A switch, which is off where it is not written. */
        Fields flag(String path, boolean value) {
            return values(path, value ? List.of(true) : List.of());
        }

        Fields values(String path, Collection<?> all) {
            values.put(path, all.stream().map(Value::of).toList());
            return this;
        }

        Fields names(String path, Collection<? extends GraphEnum> all) {
            return values(path, all.stream().map(GraphEnum::graphName).sorted().toList());
        }

        Fields name(String path, @Nullable GraphEnum value) {
            return add(path, value == null ? null : value.graphName());
        }

        Fields references(String path, Target target, List<Reference> all) {
            values.put(path, all.stream().map(each -> {
                String name = names == null ? null : names.name(target, each.id());
                return new Value(WellKnown.fold(each.id()), name != null ? name : each.text(), each.position());
            }).toList());
            return this;
        }

        Fields filter(String path, @Nullable FilterRule filter) {
            values.put(path, filter == null ? List.of() : List.of(new Value(filter.isExclude() + filter.rule(), (filter.isExclude()
                    ? "exclude " : "include ") + filter.rule(), filter.position())));
            return this;
        }

        Fields guests(String path, @Nullable GuestsOrExternalUsers guests) {
            names(path + ".guestOrExternalUserTypes", guests == null ? List.of() : guests.types());
            return values(path + ".externalTenants", guests == null || guests.tenants() == null ? List.of()
                    : guests.tenants().stream().sorted().toList());
        }
    }

    FieldChanges(PolicyEngine before, PolicyEngine after, Matching matching) {
        this.before = before.policySet();
        this.after = after.policySet();
        this.matching = matching;
        namesBefore = new IdNames(this.before, before.directory());
        namesAfter = new IdNames(this.after, after.directory());
    }

    /** What differs; policies first. */
    List<FieldChange> found() {
        for (ConditionalAccessPolicy policy : before.policies()) {
            ConditionalAccessPolicy now = Matching.policy(after, matching.after(policy.id()));
            changes("conditionalAccessPolicy", policy.id(), policy.displayName(), of(policy, namesBefore), policy.source(),
                    now == null ? null : now.displayName(), now == null ? null : of(now, namesAfter), now == null ? null : now.source());
        }
        for (ConditionalAccessPolicy policy : after.policies()) {
            if (matching.before(policy.id()) == null) {
                added("conditionalAccessPolicy", policy.id(), policy.displayName(), policy.source());
            }
        }
        resources(before.namedLocations(), after.namedLocations(), NamedLocation::id, NamedLocation::displayName, NamedLocation::source,
                FieldChanges::kind, FieldChanges::of);
        resources(before.strengths(), after.strengths(), AuthenticationStrength::id, AuthenticationStrength::displayName,
                AuthenticationStrength::source, any -> "authenticationStrengthPolicy", FieldChanges::of);
        resources(before.termsOfUse(), after.termsOfUse(), PolicySet.TermsOfUse::id, PolicySet.TermsOfUse::displayName,
                PolicySet.TermsOfUse::source, any -> "termsOfUse", terms -> new Fields(null).add("displayName", terms.displayName())
                .flag("isPerDeviceAcceptanceRequired", terms.isPerDevice()));
        resources(before.authenticationContexts(), after.authenticationContexts(), PolicySet.NamedReference::id,
                PolicySet.NamedReference::displayName, PolicySet.NamedReference::source, any -> "authenticationContextClassReference",
                context -> new Fields(null).add("displayName", context.displayName()));
        settings("securityDefaults", of(before.securityDefaults()), before.securityDefaults().source(), of(after.securityDefaults()),
                after.securityDefaults().source());
        settings("mfaSettings", of(before.mfaSettings()), before.mfaSettings().source(), of(after.mfaSettings()),
                after.mfaSettings().source());
        settings("evaluationSettings", of(before.evaluationSettings()), before.evaluationSettings().source(),
                of(after.evaluationSettings()), after.evaluationSettings().source());
        return List.copyOf(found);
    }

    /** The conditions and controls of a policy as text, whatever its id, name and state. */
    static Map<String, Set<String>> content(ConditionalAccessPolicy policy) {
        Map<String, Set<String>> content = new LinkedHashMap<>();
        of(policy, null).values.forEach((path, values) -> content.put(path, keys(values)));
        content.remove("displayName");
        content.remove("state");
        return content;
    }

    // ---- what differs

    private <T> void resources(List<T> before, List<T> after, Function<T, String> id, Function<T, String> name,
            Function<T, @Nullable Position> source, Function<T, String> kind, Function<T, Fields> fields) {
        List<T> left = new ArrayList<>(after);
        for (T old : before) {
            T now = left.stream().filter(each -> WellKnown.isSame(id.apply(each), id.apply(old))).findFirst()
                    .or(() -> left.stream().filter(each -> name.apply(each).equals(name.apply(old))).findFirst()).orElse(null);
            left.remove(now);
            changes(kind.apply(old), id.apply(old), name.apply(old), fields.apply(old), source.apply(old), now == null ? null
                    : name.apply(now), now == null ? null : fields.apply(now), now == null ? null : source.apply(now));
        }
        left.forEach(each -> added(kind.apply(each), id.apply(each), name.apply(each), source.apply(each)));
    }

    private void settings(String kind, Fields old, @Nullable Position oldSource, Fields now, @Nullable Position source) {
        changes(kind, kind, kind, old, oldSource, kind, now, source);
    }

    private void added(String kind, String id, String name, @Nullable Position source) {
        found.add(new FieldChange(kind, id, name, "", List.of(), List.of(name), null, source));
    }

    private void changes(String kind, String id, String name, Fields old, @Nullable Position oldSource, @Nullable String nameNow,
            @Nullable Fields now, @Nullable Position source) {
        if (now == null) {
            found.add(new FieldChange(kind, id, name, "", List.of(name), List.of(), oldSource, null));
            return;
        }
        Set<String> paths = new LinkedHashSet<>(old.values.keySet());
        paths.addAll(now.values.keySet());
        for (String path : paths) {
            List<Value> was = old.values.getOrDefault(path, List.of());
            List<Value> is = now.values.getOrDefault(path, List.of());
            List<Value> removed = without(was, is);
            List<Value> added = without(is, was);
            if (!removed.isEmpty() || !added.isEmpty()) {
                found.add(new FieldChange(kind, id, nameNow == null ? name : nameNow, path, texts(removed), texts(added),
                        position(removed, oldSource), position(added, source)));
            }
        }
    }

    private static List<Value> without(List<Value> values, List<Value> others) {
        Set<String> keys = keys(others);
        return values.stream().filter(each -> !keys.contains(each.key())).toList();
    }

    private static Set<String> keys(List<Value> values) {
        Set<String> keys = new LinkedHashSet<>();
        values.forEach(value -> keys.add(value.key()));
        return keys;
    }

    private static List<String> texts(List<Value> values) {
        return values.stream().map(Value::text).toList();
    }

    private static @Nullable Position position(List<Value> values, @Nullable Position source) {
        return values.isEmpty() || values.get(0).position() == null ? source : values.get(0).position();
    }

    // ---- fields

    private static Fields of(ConditionalAccessPolicy policy, @Nullable IdNames names) {
        Fields fields = new Fields(names).add("displayName", policy.displayName()).name("state", policy.state());
        conditions(policy.conditions(), fields);
        GrantControls grant = policy.grantControls();
        if (grant != null) {
            int controls = grant.builtInControls().size() + (grant.authenticationStrength() == null ? 0 : 1) + grant.termsOfUse().size()
                    + grant.customAuthenticationFactors().size();
            fields.add("grantControls.operator", controls < 2 ? null : grant.isAnd() ? "AND" : "OR")
                    .names("grantControls.builtInControls", grant.builtInControls())
                    .references("grantControls.authenticationStrength", Target.STRENGTH, grant.authenticationStrength() == null ? List.of()
                            : List.of(grant.authenticationStrength()))
                    .references("grantControls.termsOfUse", Target.TERMS_OF_USE, grant.termsOfUse())
                    .values("grantControls.customAuthenticationFactors", grant.customAuthenticationFactors())
                    .values("grantControls.notUnderstood", grant.notUnderstood());
        }
        SessionControls session = policy.sessionControls();
        return fields.add("sessionControls.signInFrequency", session.signInFrequency() == null ? null : text(session.signInFrequency()))
                .name("sessionControls.persistentBrowser", session.persistentBrowser())
                .name("sessionControls.cloudAppSecurity", session.cloudAppSecurity())
                .flag("sessionControls.applicationEnforcedRestrictions", session.applicationEnforcedRestrictions())
                .flag("sessionControls.secureSignInSession", session.secureSignInSession())
                .name("sessionControls.continuousAccessEvaluation", session.continuousAccessEvaluation())
                .flag("sessionControls.disableResilienceDefaults", session.disableResilienceDefaults())
                .values("notEvaluated", policy.notEvaluated());
    }

    private static void conditions(Conditions conditions, Fields fields) {
        Users users = conditions.users();
        fields.references("conditions.users.includeUsers", Target.USER, users.includeUsers())
                .references("conditions.users.excludeUsers", Target.USER, users.excludeUsers())
                .references("conditions.users.includeGroups", Target.GROUP, users.includeGroups())
                .references("conditions.users.excludeGroups", Target.GROUP, users.excludeGroups())
                .references("conditions.users.includeRoles", Target.ROLE, users.includeRoles())
                .references("conditions.users.excludeRoles", Target.ROLE, users.excludeRoles())
                .guests("conditions.users.includeGuestsOrExternalUsers", users.includeGuestsOrExternalUsers())
                .guests("conditions.users.excludeGuestsOrExternalUsers", users.excludeGuestsOrExternalUsers());
        ClientApplications principals = conditions.clientApplications();
        if (principals != null) {
            fields.references("conditions.clientApplications.includeServicePrincipals", Target.SERVICE_PRINCIPAL,
                            principals.includeServicePrincipals())
                    .references("conditions.clientApplications.excludeServicePrincipals", Target.SERVICE_PRINCIPAL,
                            principals.excludeServicePrincipals())
                    .filter("conditions.clientApplications.servicePrincipalFilter", principals.filter())
                    .references("conditions.clientApplications.includeAgentIdServicePrincipals", Target.SERVICE_PRINCIPAL,
                            principals.includeAgentIdServicePrincipals())
                    .references("conditions.clientApplications.excludeAgentIdServicePrincipals", Target.SERVICE_PRINCIPAL,
                            principals.excludeAgentIdServicePrincipals())
                    .filter("conditions.clientApplications.agentIdServicePrincipalFilter", principals.agentFilter());
        }
        Agents agents = conditions.agents();
        if (agents != null) {
            fields.references("conditions.agents.includeAgentUsers", Target.USER, agents.includeAgentUsers())
                    .references("conditions.agents.excludeAgentUsers", Target.USER, agents.excludeAgentUsers());
        }
        Applications applications = conditions.applications();
        fields.references("conditions.applications.includeApplications", Target.APPLICATION, applications.includeApplications())
                .references("conditions.applications.excludeApplications", Target.APPLICATION, applications.excludeApplications())
                .values("conditions.applications.includeUserActions", applications.includeUserActions())
                .values("conditions.applications.includeAuthenticationContextClassReferences",
                        applications.includeAuthenticationContextClassReferences())
                .filter("conditions.applications.applicationFilter", applications.filter())
                .names("conditions.clientAppTypes", conditions.clientAppTypes());
        Platforms platforms = conditions.platforms();
        if (platforms != null) {
            fields.names("conditions.platforms.includePlatforms", platforms.include())
                    .names("conditions.platforms.excludePlatforms", platforms.exclude());
        }
        Locations locations = conditions.locations();
        if (locations != null) {
            fields.references("conditions.locations.includeLocations", Target.LOCATION, locations.include())
                    .references("conditions.locations.excludeLocations", Target.LOCATION, locations.exclude());
        }
        TimeCondition times = conditions.times();
        fields.names("conditions.signInRiskLevels", conditions.signInRiskLevels())
                .names("conditions.userRiskLevels", conditions.userRiskLevels())
                .names("conditions.servicePrincipalRiskLevels", conditions.servicePrincipalRiskLevels())
                .names("conditions.agentIdRiskLevels", conditions.agentIdRiskLevels())
                .names("conditions.insiderRiskLevels", conditions.insiderRiskLevels())
                .filter("conditions.devices.deviceFilter", conditions.deviceFilter())
                .values("conditions.devices.excludeDeviceStates", conditions.excludedDeviceStates().stream().map(each -> each.name()
                        .toLowerCase(Locale.ROOT)).sorted().toList())
                .names("conditions.authenticationFlows.transferMethods", conditions.transferMethods())
                .add("conditions.times.includeDays", times == null ? null : times.includeDays())
                .add("conditions.times.excludeDays", times == null ? null : times.excludeDays())
                .add("conditions.times.includeRange", times == null ? null : times.includeRange())
                .add("conditions.times.excludeRange", times == null ? null : times.excludeRange())
                .flag("conditions.times.allTimes", times != null && times.allTimes());
    }

    /** A sign-in frequency in words. */
    static String text(SignInFrequency frequency) {
        String length = frequency.everyTime() ? "every time" : frequency.value() + (frequency.days() ? " day" : " hour")
                + (frequency.value() == 1 ? "" : "s");
        return length + (frequency.secondaryOnly() ? " (secondary authentication)" : "");
    }

    private static String kind(NamedLocation location) {
        return location instanceof NamedLocation.Ip ? "ipNamedLocation" : location instanceof NamedLocation.Country
                ? "countryNamedLocation" : "compliantNetworkNamedLocation";
    }

    private static Fields of(NamedLocation location) {
        Fields fields = new Fields(null).add("displayName", location.displayName()).add("kind", kind(location));
        if (location instanceof NamedLocation.Ip ip) {
            fields.flag("isTrusted", ip.isTrusted()).values("ipRanges", ip.ranges().stream().map(IpRange::text).toList());
        } else if (location instanceof NamedLocation.Country country) {
            fields.values("countriesAndRegions", country.countries().stream().sorted().toList())
                    .add("countryLookupMethod", country.byGps() ? "authenticatorAppGps" : "clientIpAddress")
                    .flag("includeUnknownCountriesAndRegions", country.includeUnknown());
        }
        return fields;
    }

    private static Fields of(AuthenticationStrength strength) {
        Fields fields = new Fields(null).add("displayName", strength.displayName()).values("allowedCombinations",
                strength.allowedCombinations().stream().map(each -> String.join(", ", each.stream().map(GraphEnum::graphName).sorted()
                        .toList())).toList());
        List<String> restrictions = new ArrayList<>();
        for (Restriction each : strength.restrictions()) {
            each.allowedAAGUIDs().forEach(id -> restrictions.add("allowedAAGUIDs " + id));
            each.allowedIssuerSkis().forEach(id -> restrictions.add("allowedIssuerSkis " + id));
            each.allowedPolicyOIDs().forEach(id -> restrictions.add("allowedPolicyOIDs " + id));
        }
        return fields.values("combinationConfigurations", restrictions);
    }

    private static Fields of(SecurityDefaults defaults) {
        return new Fields(null).add("isEnabled", defaults.isEnabled())
                .add("registrationGracePeriodDays", defaults.registrationGracePeriodDays());
    }

    private static Fields of(MfaSettings settings) {
        return new Fields(null).add("allowAppPasswords", settings.allowAppPasswords())
                .values("trustedIps", settings.trustedIps().stream().map(IpRange::text).toList())
                .add("skipMfaForFederatedIntranet", settings.skipMfaForFederatedIntranet())
                .add("rememberMfaDays", settings.rememberMfaDays())
                .add("registrationGracePeriodDays", settings.registrationGracePeriodDays())
                .add("maxAppPasswords", settings.maxAppPasswords());
    }

    private static Fields of(EvaluationSettings settings) {
        return new Fields(null).add("unknownSignals", settings.unknownSignals().name().toLowerCase(Locale.ROOT))
                .add("exemptLowPrivilegeScopes", settings.exemptLowPrivilegeScopes())
                .add("evaluateReportOnlyUserActions", settings.evaluateReportOnlyUserActions())
                .add("literalExtensionAttributes", settings.literalExtensionAttributes())
                .add("mandatoryAdminPortalMfa", settings.mandatoryAdminPortalMfa())
                .add("mandatoryMfaPhase2From", settings.mandatoryMfaPhase2From())
                .add("evaluateServiceDependencies", settings.evaluateServiceDependencies())
                .add("approvedClientAppRetired", settings.approvedClientAppRetired())
                .add("baselineScopesApplication", settings.baselineScopesApplication() == null ? null
                        : settings.baselineScopesApplication().id())
                .add("evaluateActiveSyncDevices", settings.evaluateActiveSyncDevices())
                .add("limits.policies", settings.limits().policies())
                .add("limits.ipNamedLocations", settings.limits().ipNamedLocations())
                .add("limits.authenticationStrengths", settings.limits().authenticationStrengths());
    }
}
