package dev.sallyport.compile;

import static org.drools.model.DSL.declarationOf;
import static org.drools.model.DSL.on;
import static org.drools.model.PatternDSL.pattern;
import static org.drools.model.PatternDSL.rule;

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
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.KnownApplications;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.drools.model.PatternDSL.PatternDef;
import org.drools.model.Variable;
import org.drools.model.functions.Block1;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.KieBase;
import org.kie.api.runtime.KieSession;

/**
 * The enabled policies of one set, compiled: ordinals for everything they refer to, one Drools rule a policy, and an index in
 * front of the rules.
 *
 * <h2>Index</h2>
 * A bit row over the policies for each application, user and environment value; their AND leaves the candidates. The index may
 * only lose candidates that cannot match: the rule of each candidate decides every condition again.
 *
 * <h2>Rules</h2>
 * Built through the executable model, never from text: no compiler runs, nothing that an author wrote becomes code, and nothing
 * is left behind on reload. Each policy's constraints carry their own identity, so that no node is shared and a candidate's
 * chain can be entered directly.
 */
public final class Snapshot {

    private static final int UNKNOWN_APPLICATION = 0;
    private static final int UNKNOWN_APPLICATION_STRICT = 1;
    private static final int OTHER_APPLICATION = 2;
    private static final int FIRST_APPLICATION = 3;
    private static final int ALL_LOCATIONS = 0;
    private static final int ALL_TRUSTED = 1;
    private static final int MFA_TRUSTED_IPS = 2;

    private final PolicySet set;
    private final Directory directory;
    private final CompiledPolicy[] policies;
    private final int words;
    private final Map<String, Integer> applicationOrdinals = new HashMap<>();
    private final Map<String, Integer> principalOrdinals = new HashMap<>();
    private final Map<String, Integer> locationOrdinals = new LinkedHashMap<>();
    private final Map<String, Integer> tenantOrdinals = new HashMap<>();
    private final NamedLocation[] locations;
    private final long[] trustedLocations;
    private final int principalWords;
    private final int locationWords;

    private final long[][] applicationRows;
    private final long[] lowPrivilegeRow;
    private final long[] contextRow;
    private final long[][] actionRows;
    private final long[][] environmentRows = new long[Environment.BITS][];
    private final boolean anyLocation;
    private final KieBase kieBase;
    private final AlphaNetwork network;
    private final boolean anyGps;
    private final AddressIndex ipv4;
    private final AddressIndex ipv6;
    /** The locations of addresses, as bits. */
    private final long[] ipLocations;
    private final long[] compliantNetworks;
    private final CountryIndex countries;
    private final CountryIndex gpsCountries;

    /**
     * Compiles the enabled policies of a set whose references are resolved.
     *
     * @param inSessions whether policies are matched by plain sessions instead of the walked network; slow, and the
     *                   oracle of the walked network
     */
    public Snapshot(PolicySet set, Directory directory, boolean inSessions) {
        this.set = set;
        this.directory = directory;
        List<ConditionalAccessPolicy> enabled = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED)
                .sorted(Comparator.comparing(ConditionalAccessPolicy::id)).toList();
        policies = new CompiledPolicy[enabled.size()];
        words = Math.max(1, (policies.length + 63) >> 6);
        assignOrdinals(enabled);
        principalWords = (principalOrdinals.size() + 63 >> 6) + 1;
        locationWords = (locationOrdinals.size() + 63 >> 6) + 1;
        locations = new NamedLocation[locationOrdinals.size()];
        trustedLocations = new long[locationWords];
        add(trustedLocations, MFA_TRUSTED_IPS);                              // CA-LOC-04
        for (NamedLocation location : set.namedLocations()) {
            Integer ordinal = locationOrdinals.get(WellKnown.fold(location.id()));
            locations[ordinal] = location;
            if (location instanceof NamedLocation.Ip ip && ip.isTrusted()) {
                add(trustedLocations, ordinal);
            }
        }
        for (int i = 0; i < policies.length; i++) {
            policies[i] = compile(i, enabled.get(i));
        }
        anyGps = Arrays.stream(policies).anyMatch(policy -> policy.asksForGps);
        ipv4 = addressIndex(false);
        ipv6 = addressIndex(true);
        ipLocations = locationBits(NamedLocation.Ip.class);
        compliantNetworks = locationBits(NamedLocation.CompliantNetwork.class);
        countries = new CountryIndex(false);
        gpsCountries = new CountryIndex(true);
        anyLocation = Arrays.stream(policies).anyMatch(policy -> policy.hasLocations);
        applicationRows = new long[applicationCount()][];
        for (int a = 0; a < applicationRows.length; a++) {
            int application = a;
            applicationRows[a] = row(policy -> (policy.targetsApplications || policy.targetsUnknown) && has(policy.applications,
                    application));
        }
        lowPrivilegeRow = row(policy -> policy.targetsUnknown || policy.targetsApplications && policy.includesAllApplications
                && policy.excludesApplications);
        contextRow = row(policy -> policy.targetsUnknown || policy.userActions == 0 && !policy.targetsApplications);
        actionRows = new long[CompiledPolicy.REGISTER_DEVICE + 1][];
        for (int action = CompiledPolicy.REGISTER_SECURITY_INFO; action <= CompiledPolicy.REGISTER_DEVICE; action <<= 1) {
            int bit = action;
            actionRows[action] = row(policy -> policy.targetsUnknown || (policy.userActions & bit) != 0 || policy.targetsApplications
                    && (bit == CompiledPolicy.REGISTER_DEVICE ? has(policy.applications, policy.deviceRegistrationService)
                    : policy.includesAllApplications));
        }
        for (int bit = 0; bit < Environment.BITS; bit++) {
            long mask = 1L << bit;
            boolean isClient = (mask & Environment.CLIENT_BITS) != 0;
            environmentRows[bit] = row(policy -> (policy.forbiddenEnvironment & mask) == 0
                    // CA-ACT-04
                    || isClient && (policy.targetsUnknown || (policy.userActions & CompiledPolicy.REGISTER_DEVICE) != 0));
        }
        kieBase = buildRules();
        network = inSessions ? null
                : AlphaNetwork.of(kieBase, SignInFact.class, AlphaNetwork.indexes(enabled.stream().map(ConditionalAccessPolicy::id)
                .toList()));
    }

    private interface Test {
        boolean holds(CompiledPolicy policy);
    }

    private long[] row(Test test) {
        long[] row = new long[words];
        for (CompiledPolicy policy : policies) {
            if (test.holds(policy)) {
                row[policy.index >> 6] |= 1L << policy.index;
            }
        }
        return row;
    }

    private static boolean has(long[] bits, int ordinal) {
        return (bits[ordinal >> 6] & 1L << ordinal) != 0;
    }

    private static void add(long[] bits, int ordinal) {
        bits[ordinal >> 6] |= 1L << ordinal;
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
            if (policy.conditions().clientApplications() != null && policy.conditions().clientApplications().filter() != null) {
                directory.servicePrincipals().forEach(each -> ordinal(principalOrdinals, "s:" + WellKnown.fold(each.id()), 0));
            }
            if (policy.conditions().clientApplications() != null) {
                principals("s:", policy.conditions().clientApplications().includeServicePrincipals());
                principals("s:", policy.conditions().clientApplications().excludeServicePrincipals());
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

    private int applicationCount() {
        return applicationOrdinals.size() + FIRST_APPLICATION;
    }

    // ---- policies

    private CompiledPolicy compile(int index, ConditionalAccessPolicy policy) {
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

    /** Whether a filter of this mode matches attributes (CA-APP-20). */
    private static Predicate<SecurityAttributes> attributeTest(FilterRule filter, boolean exclude) {
        if (filter == null || filter.isExclude() != exclude) {
            return attributes -> false;
        }
        DeviceFilter parsed = parsed(filter, true);
        return attributes -> parsed == null ? !exclude : parsed.matches(attributes);
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
        compiled.deviceRegistrationService = application(WellKnown.DEVICE_REGISTRATION_SERVICE);
        compiled.azureAdGraph = application(WellKnown.AZURE_AD_GRAPH);
        long[] bits = new long[(applicationCount() + 63) >> 6];
        Predicate<SecurityAttributes> included = attributeTest(target.filter(), false);
        Predicate<SecurityAttributes> excluded = attributeTest(target.filter(), true);
        boolean some = target.includeApplications().stream().anyMatch(reference -> !reference.id().equals("None"))
                || target.filter() != null && !target.filter().isExclude();
        boolean any = compiled.includesAllApplications || target.includesUnknown();
        if (any) {
            add(bits, UNKNOWN_APPLICATION);                         // CA-APP-19
        }
        if (any || some) {
            add(bits, UNKNOWN_APPLICATION_STRICT);
        }
        if ((any || included.test(SecurityAttributes.NONE)) && !excluded.test(SecurityAttributes.NONE)) {
            add(bits, OTHER_APPLICATION);
        }
        applicationOrdinals.forEach((id, ordinal) -> {
            SecurityAttributes attributes = directory.attributesOf(id);
            if ((any || names(target.includeApplications(), id) || included.test(attributes))
                    && !names(target.excludeApplications(), id) && !excluded.test(attributes)) {
                add(bits, ordinal);
            }
        });
        compiled.applications = bits;
    }

    private boolean names(List<Reference> references, String application) {
        for (Reference reference : references) {
            String id = reference.id();
            if (id.equals(application)) {
                return true;
            }
            if (KnownApplications.isGrouping(id)) {
                Directory.Application known = directory.application(application);
                if (known != null && known.memberOf().contains(id)) {
                    return true;
                }
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
            compiled.forAgents = principals.includesAgents();
            compiled.allSubjects = isLiteral(principals.includeServicePrincipals(), "ServicePrincipalsInMyTenant");
            addAll(compiled.includedPrincipals, "s:", principals.includeServicePrincipals());
            addAll(compiled.excludedPrincipals, "s:", principals.excludeServicePrincipals());
            if (principals.filter() != null) {
                Predicate<SecurityAttributes> matches = attributeTest(principals.filter(), principals.filter().isExclude());
                long[] bits = principals.filter().isExclude() ? compiled.excludedPrincipals : compiled.includedPrincipals;
                directory.servicePrincipals().stream().filter(each -> matches.test(each.customSecurityAttributes()))
                        .forEach(each -> add(bits, principalOrdinals.get("s:" + WellKnown.fold(each.id()))));
            }
            return;
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

    private static boolean isLiteral(List<Reference> references, String literal) {
        return references.stream().anyMatch(reference -> reference.id().equals(literal));
    }

    private void addAll(long[] bits, String kind, List<Reference> references) {
        references.forEach(reference -> add(bits, principalOrdinals.get(kind + reference.id())));
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
            add(compiled.includedLocations, ALL_LOCATIONS);                  // CA-CMB-05
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
            add(bits, ordinal);
            compiled.asksForGps |= locations[ordinal] instanceof NamedLocation.Country country && country.byGps();
        }
    }

    private AddressIndex addressIndex(boolean ipv6) {
        List<AddressIndex.Entry> entries = new ArrayList<>();
        for (int i = 0; i < locations.length; i++) {
            int location = i;
            List<IpRange> ranges = i == MFA_TRUSTED_IPS ? set.mfaSettings().trustedIps() : locations[i] instanceof NamedLocation.Ip ip
                    ? ip.ranges() : List.of();
            ranges.stream().filter(range -> range.isIpv6() == ipv6).forEach(range -> entries.add(new AddressIndex.Entry(range, location)));
        }
        return new AddressIndex(entries, locationWords);
    }

    private long[] locationBits(Class<? extends NamedLocation> kind) {
        long[] bits = new long[locationWords];
        for (int i = 0; i < locations.length; i++) {
            if (kind.isInstance(locations[i])) {
                add(bits, i);
            }
        }
        return bits;
    }

    /** The locations of countries, by the address or by Authenticator's position (CA-LOC-13). */
    private final class CountryIndex {

        private final Map<String, long[]> byCode = new HashMap<>();
        private final long[] all = new long[locationWords];
        private final long[] withUnknown = new long[locationWords];

        CountryIndex(boolean byGps) {
            for (int i = 0; i < locations.length; i++) {
                if (locations[i] instanceof NamedLocation.Country area && area.byGps() == byGps) {
                    int location = i;
                    area.countries().forEach(code -> Snapshot.add(byCode.computeIfAbsent(code, any -> new long[locationWords]), location));
                    Snapshot.add(all, i);
                    if (area.includeUnknown()) {
                        Snapshot.add(withUnknown, i);                        // CA-LOC-14
                    }
                }
            }
        }

        /**
         * Adds the locations of a country.
         *
         * @param strict    whether an absent country is unknown
         * @param ifUnknown what each of them counts for then
         */
        void add(String code, boolean strict, boolean ifUnknown, long[] bits) {
            if (code == null) {
                addAllIf(!strict || ifUnknown, strict ? all : withUnknown, bits);
            } else if (!byCode.isEmpty()) {
                long[] found = byCode.get(code);
                addAllIf(found != null, found, bits);
            }
        }
    }

    // ---- rules

    /** The consequence of a policy's rule in a session: the policy matched. */
    private record Hit(int policy) implements Block1<SignInFact> {
        @Override
        public void execute(SignInFact fact) {
            fact.hit(policy);
        }
    }

    private KieBase buildRules() {
        ModelImpl model = new ModelImpl();
        Variable<SignInFact> fact = declarationOf(SignInFact.class, "fact");
        for (CompiledPolicy policy : policies) {
            PatternDef<SignInFact> pattern = pattern(fact);
            if (policy.hasLocations) {
                // first: of what the index does not know, the likeliest to miss
                constrain(pattern, policy, PolicyCondition.Kind.LOCATION);
            }
            constrain(pattern, policy, PolicyCondition.Kind.TARGET);
            constrain(pattern, policy, PolicyCondition.Kind.SUBJECT);
            if (policy.forbiddenEnvironment != 0) {
                constrain(pattern, policy, PolicyCondition.Kind.ENVIRONMENT);
            }
            if (policy.deviceFilter != null || policy.excludesCompliantDevices || policy.excludesDomainJoinedDevices) {
                constrain(pattern, policy, PolicyCondition.Kind.DEVICE);
            }
            if (policy.times != null) {
                constrain(pattern, policy, PolicyCondition.Kind.TIME);
            }
            model.addRule(rule("policies", policy.policy.id()).build(pattern, on(fact).execute(new Hit(policy.index))));
        }
        return KieBaseBuilder.createKieBaseFromModel(model);
    }

    /** The expression's id is the node's identity: with one of its own, no policy shares a node, and Drools fingerprints no class. */
    private static void constrain(PatternDef<SignInFact> pattern, CompiledPolicy policy, PolicyCondition.Kind kind) {
        pattern.expr(kind + "#" + policy.index, new PolicyCondition(policy, kind));
    }

    // ---- resolving a request

    /** A policy by index; indexes follow the order of ids. */
    public CompiledPolicy policy(int index) {
        return policies[index];
    }

    /** A fact to resolve requests into. */
    public SignInFact newFact() {
        return new SignInFact(words, locationWords);
    }

    /** The ordinal of an application by folded id. */
    public int application(String id) {
        return applicationOrdinals.getOrDefault(id, OTHER_APPLICATION);
    }

    /** The ordinal of an application that is not known, where absent signals are unknown and where not. */
    public int unknownApplication(boolean strict) {
        return strict ? UNKNOWN_APPLICATION_STRICT : UNKNOWN_APPLICATION;
    }

    /**
     * Resolves a user: what policies may name them by, and which policies may concern them.
     *
     * @param alsoGuestTypes kinds of guests as which policies include them too, a bit each by ordinal (CA-GST-10)
     * @param possibleGroups groups in which they may be, too
     */
    public Subject subject(UserState user, GuestType guestType, int alsoGuestTypes, String homeTenant, Set<String> possibleGroups) {
        long[] bits = new long[principalWords];
        addIfKnown(bits, "u:All");
        addIfKnown(bits, "u:" + WellKnown.fold(user.id()));
        directory.groupIdsOf(user).forEach(group -> addIfKnown(bits, "g:" + group));
        Set<String> roles = Directory.roleIdsOf(user);
        roles.forEach(role -> addIfKnown(bits, "r:" + role));
        if (guestType != null) {
            addIfKnown(bits, "u:GuestsOrExternalUsers");                     // CA-GST-09
        }
        int tenant = homeTenant == null ? 0 : tenantOrdinals.getOrDefault(homeTenant, -1);
        Set<String> admin = new HashSet<>(roles);
        admin.retainAll(WellKnown.SECURITY_DEFAULTS_ROLE_IDS);
        int flags = (admin.isEmpty() ? 0 : Subject.SECURITY_DEFAULTS_ADMIN)
                | (roles.contains(WellKnown.DIRECTORY_SYNCHRONIZATION_ACCOUNTS) ? Subject.DIRECTORY_SYNCHRONIZATION : 0);
        int guest = guestType == null ? 0 : 1 << guestType.ordinal();
        long[] possible = bits;
        if (!possibleGroups.isEmpty()) {
            possible = bits.clone();
            for (String group : possibleGroups) {
                addIfKnown(possible, "g:" + group);
            }
        }
        return withRow(new Subject(bits, possible, guest, guest | alsoGuestTypes, tenant, false, true, false, null, flags));
    }

    /** Resolves a workload identity (CA-WID-01). */
    public Subject subject(Directory.ServicePrincipal principal) {
        long[] bits = new long[principalWords];
        addIfKnown(bits, "s:" + WellKnown.fold(principal.id()));
        return withRow(new Subject(bits, bits, 0, 0, 0, true, principal.isSingleTenant() && !principal.isManagedIdentity(),
                principal.mayBeAgent(), null, 0));
    }

    private void addIfKnown(long[] bits, String key) {
        Integer ordinal = principalOrdinals.get(key);
        if (ordinal != null) {
            add(bits, ordinal);
        }
    }

    private Subject withRow(Subject subject) {
        return new Subject(subject.principals(), subject.possible(), subject.guestType(), subject.includedAs(), subject.tenant(),
                subject.servicePrincipal(), subject.inScope(),
                subject.mayBeAgent(), row(policy -> policy.matchesSubject(subject)), subject.roles());
    }

    /**
     * Finds the locations that a request comes from.
     *
     * @param bits      takes them
     * @param strict    whether absent signals are unknown
     * @param ifUnknown what a location counts for whose signal is absent: nothing, or everything as strict mode has it for inclusions
     * @param ifNoGps   the same for a position that Authenticator could not tell (CA-LOC-17)
     */
    public void locations(IpAddress ip, String country, String gpsCountry, boolean insideCorporateNetwork, Boolean compliantNetwork,
            boolean strict, boolean ifUnknown,
            boolean ifNoGps, long[] bits) {
        Arrays.fill(bits, 0);
        add(bits, ALL_LOCATIONS);
        if (!anyLocation) {
            return;
        }
        if (ip == null) {
            addAllIf(ifUnknown, ipLocations, bits);
        } else if (ip.isPublic()) {                                          // CA-LOC-08
            addAllIf(true, (ip.isIpv6() ? ipv6 : ipv4).locationsOf(ip), bits);
        }
        if (insideCorporateNetwork && set.mfaSettings().skipMfaForFederatedIntranet()
                || ip == null && ifUnknown && !set.mfaSettings().trustedIps().isEmpty()) {
            add(bits, MFA_TRUSTED_IPS);
        }
        countries.add(country, strict, ifUnknown, bits);
        gpsCountries.add(gpsCountry, true, ifNoGps, bits);
        addAllIf(compliantNetwork != null ? compliantNetwork : ifUnknown, compliantNetworks, bits);
        for (int w = 0; w < locationWords; w++) {
            if ((bits[w] & trustedLocations[w]) != 0) {
                add(bits, ALL_TRUSTED);
            }
        }
    }

    private static void addAllIf(boolean holds, long[] added, long[] bits) {
        if (holds) {
            for (int w = 0; w < bits.length; w++) {
                bits[w] |= added[w];
            }
        }
    }

    /** Whether what a location counts for can differ between inclusion and exclusion because of Authenticator. */
    public boolean asksForGps() {
        return anyGps;
    }

    // ---- matching

    /**
     * The policies that apply, as bits by index, good until the fact is used again: candidates from the index, each decided by its Drools
     * rule.
     */
    public long[] match(SignInFact fact) {
        if (network == null) {
            return matchInSession(fact);
        }
        long[] hits = fact.hits;
        long[] subjectRow = fact.subject.row();
        for (int w = 0; w < words; w++) {
            long candidates = subjectRow[w];
            if (candidates != 0) {
                candidates &= targetRow(fact, w);
            }
            if (candidates != 0) {
                for (long bits = fact.environment; bits != 0; bits &= bits - 1) {
                    candidates &= environmentRows[Long.numberOfTrailingZeros(bits)][w];
                }
            }
            long hit = 0;
            for (; candidates != 0; candidates &= candidates - 1) {
                int policy = (w << 6) + Long.numberOfTrailingZeros(candidates);
                if (network.matches(policy, fact)) {
                    hit |= 1L << policy;
                }
            }
            hits[w] = hit;
        }
        return hits;
    }

    private long[] matchInSession(SignInFact fact) {
        Arrays.fill(fact.hits, 0);
        KieSession session = kieBase.newKieSession();
        try {
            session.insert(fact);
            session.fireAllRules();
        } finally {
            session.dispose();
        }
        return fact.hits;
    }

    private long targetRow(SignInFact fact, int word) {
        if (fact.action != CompiledPolicy.SIGN_IN) {
            return actionRows[fact.action][word];
        }
        long row = fact.context != 0 || fact.contextUnknown ? contextRow[word] : 0;
        if ((fact.lowPrivilege || fact.scopesUnknown) && fact.applications.length > 0) {
            row |= lowPrivilegeRow[word];
        }
        for (int application : fact.applications) {
            row |= applicationRows[application][word];
        }
        return row;
    }
}
