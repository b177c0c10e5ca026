package dev.sallyport.compile;

import static org.drools.model.PatternDSL.rule;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.DeviceState;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The compiling half of a {@link Snapshot}: numbers everything that the enabled policies of a set name, and turns each of them into
 * ordinals and bits. It is used once and forgotten.
 */
final class PolicyCompiler {

    static final int UNKNOWN_APPLICATION = 0;
    static final int UNKNOWN_APPLICATION_STRICT = 1;
    static final int OTHER_APPLICATION = 2;
    static final int FIRST_APPLICATION = 3;
    static final int ALL_LOCATIONS = 0;
    static final int ALL_TRUSTED = 1;
    static final int MFA_TRUSTED_IPS = 2;

    private final PolicySet set;
    private final Directory directory;
    final Map<String, Integer> applicationOrdinals = new HashMap<>();
    final Map<String, Integer> principalOrdinals = new HashMap<>();
    final Map<String, Integer> locationOrdinals = new LinkedHashMap<>();
    final Map<String, Integer> tenantOrdinals = new HashMap<>();
    final NamedLocation[] locations;
    final int principalWords;
    final int locationWords;

    PolicyCompiler(PolicySet set, Directory directory, List<ConditionalAccessPolicy> enabled) {
        this.set = set;
        this.directory = directory;
        assignOrdinals(enabled);
        principalWords = (principalOrdinals.size() + 63 >> 6) + 1;
        locationWords = (locationOrdinals.size() + 63 >> 6) + 1;
        locations = new NamedLocation[locationOrdinals.size()];
        for (NamedLocation location : set.namedLocations()) {
            locations[locationOrdinals.get(WellKnown.fold(location.id()))] = location;
        }
    }

    // ---- ordinals

    private void assignOrdinals(List<ConditionalAccessPolicy> enabled) {
        locationOrdinals.put("All", ALL_LOCATIONS);
        locationOrdinals.put("AllTrusted", ALL_TRUSTED);
        locationOrdinals.put(WellKnown.MFA_TRUSTED_IPS, MFA_TRUSTED_IPS);
        for (NamedLocation location : set.namedLocations()) {
            locationOrdinals.putIfAbsent(WellKnown.fold(location.id()), locationOrdinals.size());
        }
        for (Directory.Application application : directory.applications()) {
            ordinal(applicationOrdinals, application.appId(), FIRST_APPLICATION);
        }
        for (ConditionalAccessPolicy policy : enabled) {
            Applications target = policy.conditions().applications();
            target.includeApplications().forEach(reference -> ordinal(applicationOrdinals, reference.id(), FIRST_APPLICATION));
            target.excludeApplications().forEach(reference -> ordinal(applicationOrdinals, reference.id(), FIRST_APPLICATION));
            Users users = policy.conditions().users();
            principals("u:", users.includeUsers());
            principals("u:", users.excludeUsers());
            principals("g:", users.includeGroups());
            principals("g:", users.excludeGroups());
            principals("r:", users.includeRoles());
            principals("r:", users.excludeRoles());
            if (policy.conditions().clientApplications() != null) {
                principals("s:", policy.conditions().clientApplications().includeServicePrincipals());
                principals("s:", policy.conditions().clientApplications().excludeServicePrincipals());
                principals("a:", policy.conditions().clientApplications().includeAgentIdServicePrincipals());
                principals("a:", policy.conditions().clientApplications().excludeAgentIdServicePrincipals());
            }
            if (policy.conditions().agents() != null) {
                principals("v:", policy.conditions().agents().includeAgentUsers());
                principals("v:", policy.conditions().agents().excludeAgentUsers());
            }
            tenants(users.includeGuestsOrExternalUsers());
            tenants(users.excludeGuestsOrExternalUsers());
        }
    }

    private void principals(String kind, List<Reference> references) {
        references.forEach(reference -> ordinal(principalOrdinals, kind + reference.id(), 0));
    }

    private void tenants(GuestsOrExternalUsers guests) {
        if (guests != null && guests.tenants() != null) {
            guests.tenants().forEach(tenant -> ordinal(tenantOrdinals, tenant, 1));
        }
    }

    private static void ordinal(Map<String, Integer> ordinals, String key, int first) {
        ordinals.putIfAbsent(key, ordinals.size() + first);
    }

    int applicationCount() {
        return applicationOrdinals.size() + FIRST_APPLICATION;
    }

    // ---- policies

    /** A policy in ordinals and bits. */
    CompiledPolicy compile(int index, ConditionalAccessPolicy policy) {
        CompiledPolicy compiled = new CompiledPolicy(index, policy, Grant.of(policy, set));
        Conditions conditions = policy.conditions();
        compileTarget(compiled, conditions.applications());
        compileSubjects(compiled, conditions);
        compiled.forbiddenEnvironment = Environment.forbidden(conditions);
        if (conditions.locations() != null) {
            compileLocations(compiled, conditions.locations());
        }
        compiled.excludesCompliantDevices = conditions.excludedDeviceStates().contains(DeviceState.COMPLIANT);
        compiled.excludesDomainJoinedDevices = conditions.excludedDeviceStates().contains(DeviceState.DOMAIN_JOINED);
        compiled.times = conditions.times();
        if (conditions.deviceFilter() != null) {
            compiled.excludesDevices = conditions.deviceFilter().isExclude();
            compiled.deviceFilter = parsed(conditions.deviceFilter(), false);
        }
        return compiled;
    }

    /** The filter, or {@code null} if its rule does not parse: the policy stays applicable (CA-DEV-47). */
    private static DeviceFilter parsed(FilterRule filter, boolean attributes) {
        try {
            return attributes ? DeviceFilter.parseAttributes(filter.rule()) : DeviceFilter.parseStored(filter.rule());
        } catch (DeviceFilter.SyntaxException e) {
            return null;
        }
    }

    /** A filter by custom security attributes, or {@code null}. */
    private static AttributeFilter attributeFilter(FilterRule filter) {
        return filter == null ? null : new AttributeFilter(filter.isExclude(), parsed(filter, true));
    }

    /** Whether a filter of this mode matches attributes (CA-APP-20). */
    private static Predicate<SecurityAttributes> attributeTest(FilterRule filter, boolean exclude) {
        AttributeFilter test = attributeFilter(filter);
        return test == null || test.excludes() != exclude ? attributes -> false : test::matches;
    }

    private void compileTarget(CompiledPolicy compiled, Applications target) {
        for (String action : target.includeUserActions()) {
            compiled.userActions |= switch (action) {
                // AP-23
                case WellKnown.REGISTER_SECURITY_INFO -> CompiledPolicy.REGISTER_SECURITY_INFO | CompiledPolicy.CREATE_APP_PASSWORD;
                case WellKnown.CREATE_APP_PASSWORD -> CompiledPolicy.CREATE_APP_PASSWORD;
                default -> CompiledPolicy.REGISTER_DEVICE;
            };
        }
        for (String context : target.includeAuthenticationContextClassReferences()) {
            if (context.matches("c[1-9][0-9]?")) {
                int number = Integer.parseInt(context.substring(1));
                compiled.contexts |= number < 64 ? 1L << number : 0;
                compiled.highContexts |= number < 64 ? 0 : 1L << number - 64;
            }
        }
        compiled.targetsUnknown = target.includesUnknown();
        compiled.targetsApplications = target.targetsApplications();
        compiled.includesAllApplications = target.includeApplications().stream().anyMatch(reference -> reference.id().equals("All"));
        compiled.excludesApplications = target.excludesAny();
        compiled.deviceRegistrationService = ordinalOf(Catalogue.builtIn().use("deviceRegistration").get(0));
        long[] bits = new long[(applicationCount() + 63) >> 6];
        Predicate<SecurityAttributes> included = attributeTest(target.filter(), false);
        Predicate<SecurityAttributes> excluded = attributeTest(target.filter(), true);
        boolean some = target.includeApplications().stream().anyMatch(reference -> !reference.id().equals("None"))
                || target.filter() != null && !target.filter().isExclude();
        boolean any = compiled.includesAllApplications || target.includesUnknown();
        if (any) {
            Bits.add(bits, UNKNOWN_APPLICATION);                         // CA-APP-19
        }
        if (any || some) {
            Bits.add(bits, UNKNOWN_APPLICATION_STRICT);
        }
        if ((any || included.test(SecurityAttributes.NONE)) && !excluded.test(SecurityAttributes.NONE)) {
            Bits.add(bits, OTHER_APPLICATION);
        }
        applicationOrdinals.forEach((id, ordinal) -> {
            SecurityAttributes attributes = directory.attributesOf(id);
            Directory.Application known = directory.application(id);
            Set<String> groupings = known == null ? Set.of() : known.memberOf();
            if ((any || names(target.includeApplications(), id, groupings) || included.test(attributes))
                    && !names(target.excludeApplications(), id, groupings) && !excluded.test(attributes)) {
                Bits.add(bits, ordinal);
            }
        });
        compiled.applications = bits;
    }

    /** Whether references name an application, or a grouping that holds it (CA-APP-06..08, AGT-06). */
    private static boolean names(List<Reference> references, String application, Set<String> groupings) {
        for (Reference reference : references) {
            if (reference.id().equals(application) || groupings.contains(reference.id())) {
                return true;
            }
        }
        return false;
    }

    private void compileSubjects(CompiledPolicy compiled, Conditions conditions) {
        Users users = conditions.users();
        compiled.includedPrincipals = new long[principalWords];
        compiled.excludedPrincipals = new long[principalWords];
        compiled.forServicePrincipals = conditions.clientApplications() != null;
        if (compiled.forServicePrincipals) {
            ClientApplications principals = conditions.clientApplications();
            compiled.includedAgents = new long[principalWords];
            compiled.excludedAgents = new long[principalWords];
            addAll(compiled.includedPrincipals, "s:", principals.includeServicePrincipals());
            addAll(compiled.excludedPrincipals, "s:", principals.excludeServicePrincipals());
            addAll(compiled.includedAgents, "a:", principals.includeAgentIdServicePrincipals());
            addAll(compiled.excludedAgents, "a:", principals.excludeAgentIdServicePrincipals());
            compiled.principalFilter = attributeFilter(principals.filter());
            compiled.agentFilter = attributeFilter(principals.agentFilter());
            return;
        }
        if (conditions.agents() != null) {
            addAll(compiled.includedPrincipals, "v:", conditions.agents().includeAgentUsers());
            addAll(compiled.excludedPrincipals, "v:", conditions.agents().excludeAgentUsers());
        }
        addAll(compiled.includedPrincipals, "u:", users.includeUsers());
        addAll(compiled.includedPrincipals, "g:", users.includeGroups());
        addAll(compiled.includedPrincipals, "r:", users.includeRoles());
        addAll(compiled.excludedPrincipals, "u:", users.excludeUsers());
        addAll(compiled.excludedPrincipals, "g:", users.excludeGroups());
        addAll(compiled.excludedPrincipals, "r:", users.excludeRoles());
        if (users.includeGuestsOrExternalUsers() != null) {
            compiled.includedGuests = guests(users.includeGuestsOrExternalUsers());
            compiled.includedTenants = tenantOrdinals(users.includeGuestsOrExternalUsers());
        }
        if (users.excludeGuestsOrExternalUsers() != null) {
            compiled.excludedGuests = guests(users.excludeGuestsOrExternalUsers());
            compiled.excludedTenants = tenantOrdinals(users.excludeGuestsOrExternalUsers());
        }
    }

    private void addAll(long[] bits, String kind, List<Reference> references) {
        references.forEach(reference -> Bits.add(bits, principalOrdinals.get(kind + reference.id())));
    }

    private static int guests(GuestsOrExternalUsers guests) {
        int bits = 0;
        for (GuestType type : guests.types()) {
            bits |= 1 << type.ordinal();
        }
        return bits;
    }

    private int[] tenantOrdinals(GuestsOrExternalUsers guests) {
        return guests.tenants() == null ? null : guests.tenants().stream().mapToInt(tenantOrdinals::get).toArray();
    }

    private void compileLocations(CompiledPolicy compiled, Locations wanted) {
        compiled.hasLocations = true;
        compiled.includedLocations = new long[locationWords];
        compiled.excludedLocations = new long[locationWords];
        if (wanted.include().isEmpty()) {
            Bits.add(compiled.includedLocations, ALL_LOCATIONS);                  // CA-CMB-05
        }
        for (Reference include : wanted.include()) {
            addLocation(compiled, compiled.includedLocations, include);
        }
        for (Reference exclude : wanted.exclude()) {
            addLocation(compiled, compiled.excludedLocations, exclude);
        }
    }

    private void addLocation(CompiledPolicy compiled, long[] bits, Reference reference) {
        Integer ordinal = locationOrdinals.get(reference.id());
        if (ordinal != null) {                                               // CA-LOC-24
            Bits.add(bits, ordinal);
            compiled.asksForGps |= locations[ordinal] instanceof NamedLocation.Country country && country.byGps();
        }
    }

    /** The locations of the addresses of one family. */
    AddressIndex addressIndex(boolean ipv6) {
        List<AddressIndex.Entry> entries = new ArrayList<>();
        for (int i = 0; i < locations.length; i++) {
            int location = i;
            List<IpRange> ranges = i == MFA_TRUSTED_IPS ? set.mfaSettings().trustedIps() : locations[i] instanceof NamedLocation.Ip ip
                    ? ip.ranges() : List.of();
            ranges.stream().filter(range -> range.isIpv6() == ipv6).forEach(range -> entries.add(new AddressIndex.Entry(range, location)));
        }
        return new AddressIndex(entries, locationWords);
    }

    /** The locations of a kind. */
    long[] locationBits(Class<? extends NamedLocation> kind) {
        long[] bits = new long[locationWords];
        for (int i = 0; i < locations.length; i++) {
            if (kind.isInstance(locations[i])) {
                Bits.add(bits, i);
            }
        }
        return bits;
    }

    private int ordinalOf(String application) {
        return applicationOrdinals.getOrDefault(application, OTHER_APPLICATION);
    }
}
