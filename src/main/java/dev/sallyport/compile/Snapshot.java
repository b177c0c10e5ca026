package dev.sallyport.compile;

import static org.drools.model.DSL.declarationOf;
import static org.drools.model.DSL.on;
import static org.drools.model.PatternDSL.pattern;
import static org.drools.model.PatternDSL.rule;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Roles;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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


    private final PolicySet set;
    private final Directory directory;
    private final CompiledPolicy[] policies;
    private final int words;
    private final Map<String, Integer> applicationOrdinals;
    /** The ordinals of the services behind an application, by its id. */
    private final Map<String, int[]> services = new HashMap<>();
    /** The exemption of an application from the control on compliant devices, by its id. */
    private final Map<String, Catalogue.ControlExemption> exemptions = new HashMap<>();
    private final Map<String, Integer> principalOrdinals;
    private final Map<String, Integer> tenantOrdinals;
    private final NamedLocation[] locations;
    private final long[] trustedLocations;
    private final int principalWords;
    private final int locationWords;

    private final long[][] applicationRows;
    private final long[] unknownTargetRow;
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
        this(set, directory, inSessions ? Rules.IN_SESSIONS : Rules.WALKED);
    }

    /** How policies are matched together. */
    private enum Rules { WALKED, IN_SESSIONS, NONE }

    /** Compiles the enabled policies of a set without their rules: each can be asked by itself ({@link #policy}), and none is matched. */
    public static Snapshot withoutRules(PolicySet set, Directory directory) {
        return new Snapshot(set, directory, Rules.NONE);
    }

    private Snapshot(PolicySet set, Directory directory, Rules rules) {
        this.set = set;
        this.directory = directory;
        List<ConditionalAccessPolicy> enabled = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED)
                .sorted(Comparator.comparing(ConditionalAccessPolicy::id)).toList();
        policies = new CompiledPolicy[enabled.size()];
        words = Math.max(1, (policies.length + 63) >> 6);
        PolicyCompiler compiler = new PolicyCompiler(set, directory, enabled);
        applicationOrdinals = compiler.applicationOrdinals;
        set.catalogue().serviceDependencies().forEach(row -> {
            List<String> behind = set.catalogue().servicesOf(row.application());
            if (!behind.isEmpty()) {
                services.put(row.application(), behind.stream().mapToInt(this::application).toArray());
            }
        });
        for (Catalogue.ControlExemption row : set.catalogue().controlExemptions()) {
            exemptions.put(row.application(), row);
        }
        principalOrdinals = compiler.principalOrdinals;
        tenantOrdinals = compiler.tenantOrdinals;
        principalWords = compiler.principalWords;
        locationWords = compiler.locationWords;
        locations = compiler.locations;
        trustedLocations = new long[locationWords];
        Bits.add(trustedLocations, PolicyCompiler.MFA_TRUSTED_IPS);                              // CA-LOC-04
        for (NamedLocation location : set.namedLocations()) {
            Integer ordinal = compiler.locationOrdinals.get(WellKnown.fold(location.id()));
            if (location instanceof NamedLocation.Ip ip && ip.isTrusted()) {
                Bits.add(trustedLocations, ordinal);
            }
        }
        for (int i = 0; i < policies.length; i++) {
            policies[i] = compiler.compile(i, enabled.get(i));
        }
        anyGps = Arrays.stream(policies).anyMatch(policy -> policy.asksForGps);
        ipv4 = compiler.addressIndex(false);
        ipv6 = compiler.addressIndex(true);
        ipLocations = compiler.locationBits(NamedLocation.Ip.class);
        compliantNetworks = compiler.locationBits(NamedLocation.CompliantNetwork.class);
        countries = new CountryIndex(false);
        gpsCountries = new CountryIndex(true);
        anyLocation = Arrays.stream(policies).anyMatch(policy -> policy.hasLocations);
        applicationRows = new long[compiler.applicationCount()][];
        for (int a = 0; a < applicationRows.length; a++) {
            int application = a;
            applicationRows[a] = row(policy -> (policy.targetsApplications || policy.targetsUnknown) && Bits.has(policy.applications,
                    application));
        }
        unknownTargetRow = row(policy -> policy.targetsUnknown);
        contextRow = row(policy -> policy.targetsUnknown || policy.userActions == 0 && !policy.targetsApplications);
        actionRows = new long[CompiledPolicy.REGISTER_DEVICE_CREDENTIAL + 1][];
        for (int action = CompiledPolicy.REGISTER_SECURITY_INFO; action <= CompiledPolicy.REGISTER_DEVICE_CREDENTIAL; action <<= 1) {
            int bit = action;
            actionRows[action] = row(policy -> policy.targetsUnknown || (policy.userActions & bit) != 0 || policy.targetsApplications
                    && (bit == CompiledPolicy.REGISTER_DEVICE ? Bits.has(policy.applications, policy.deviceRegistrationService)
                    : policy.includesAllApplications));
        }
        for (int bit = 0; bit < Environment.BITS; bit++) {
            long mask = 1L << bit;
            boolean isClient = (mask & Environment.CLIENT_BITS) != 0;
            environmentRows[bit] = row(policy -> (policy.forbiddenEnvironment & mask) == 0
                    // CA-ACT-04
                    || isClient && (policy.targetsUnknown || (policy.userActions & CompiledPolicy.REGISTER_DEVICE) != 0));
        }
        kieBase = rules == Rules.NONE ? null : buildRules();
        network = rules != Rules.WALKED ? null
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

    /** The locations of countries, by the address or by Authenticator's position (CA-LOC-13). */
    private final class CountryIndex {

        private final Map<String, long[]> byCode = new HashMap<>();
        private final long[] all = new long[locationWords];
        private final long[] withUnknown = new long[locationWords];

        CountryIndex(boolean byGps) {
            for (int i = 0; i < locations.length; i++) {
                if (locations[i] instanceof NamedLocation.Country area && area.byGps() == byGps) {
                    int location = i;
                    area.countries().forEach(code -> Bits.add(byCode.computeIfAbsent(code, any -> new long[locationWords]), location));
                    Bits.add(all, i);
                    if (area.includeUnknown()) {
                        Bits.add(withUnknown, i);                        // CA-LOC-14
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

    /** How many policies there are. */
    public int size() {
        return policies.length;
    }

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
        return applicationOrdinals.getOrDefault(id, PolicyCompiler.OTHER_APPLICATION);
    }

    /** The ordinals of the services whose policies have to be met at a sign-in to an application; {@code null} for none (DEC-08). */
    public int[] services(String id) {
        return services.get(id);
    }

    /** Whether all applications are exempt from the control on compliant devices, for these permissions (DEC-06). */
    public boolean isExemptFromCompliantDevice(List<String> applications, List<String> scopes) {
        for (int i = 0; i < applications.size(); i++) {
            Catalogue.ControlExemption row = exemptions.get(applications.get(i));
            boolean exempt = row != null && (row.scopes().isEmpty() || !scopes.isEmpty() && row.scopes().containsAll(scopes));
            if (!exempt) {
                return false;
            }
        }
        return !applications.isEmpty();
    }

    /** The ordinal of an application that is not known, where absent signals are unknown and where not. */
    public int unknownApplication(boolean strict) {
        return strict ? PolicyCompiler.UNKNOWN_APPLICATION_STRICT : PolicyCompiler.UNKNOWN_APPLICATION;
    }

    /**
     * Resolves a user: what policies may name them by, and which policies may concern them.
     *
     * @param alsoGuestTypes kinds of guests as which policies include them too, a bit each by ordinal (CA-GST-10)
     * @param possibleGroups groups in which they may be, too
     */
    public Subject subject(UserState user, GuestType guestType, int alsoGuestTypes, String homeTenant, Set<String> possibleGroups) {
        if (user.isAgentUser()) {
            return agentUser(user);
        }
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
        int guest = guestType == null ? 0 : 1 << guestType.ordinal();
        long[] possible = bits;
        if (!possibleGroups.isEmpty()) {
            possible = bits.clone();
            for (String group : possibleGroups) {
                addIfKnown(possible, "g:" + group);
            }
        }
        return withRow(new Subject(bits, possible, guest, guest | alsoGuestTypes, tenant, false, false, false, SecurityAttributes.NONE,
                null, flags(user)));
    }

    private static int flags(UserState user) {
        Set<String> admin = Directory.roleIdsInAnyScopeOf(user);                   // SD-MFA-09
        admin.retainAll(Roles.ALWAYS_MFA);
        return (admin.isEmpty() ? 0 : Subject.SECURITY_DEFAULTS_ADMIN)
                | (!Collections.disjoint(Directory.roleIdsOf(user), Roles.EXEMPT) ? Subject.DIRECTORY_SYNCHRONIZATION : 0);
    }

    /** Resolves an agent user, whom no group, role or kind of guest names (AGT-01, AGT-02). */
    private Subject agentUser(UserState user) {
        long[] bits = new long[principalWords];
        String id = WellKnown.fold(user.id());
        Stream.of("u:" + WellKnown.ALL_AGENT_USERS, "u:" + id, "v:All", "v:" + id).forEach(key -> addIfKnown(bits, key));
        return withRow(new Subject(bits, bits, 0, 0, 0, false, false, false, SecurityAttributes.NONE, null, flags(user)));
    }

    /** Resolves a workload identity (CA-WID-01) or an agent identity (AGT-03). */
    public Subject subject(Directory.ServicePrincipal principal) {
        long[] bits = new long[principalWords];
        String id = WellKnown.fold(principal.id());
        boolean inScope = principal.isSingleTenant() && !principal.isManagedIdentity();
        if (inScope) {
            addIfKnown(bits, "s:" + id);
        }
        if (inScope && !principal.isAgent()) {
            addIfKnown(bits, "s:ServicePrincipalsInMyTenant");
        }
        long[] possible = bits;
        if (principal.mayBeAgent()) {
            addIfKnown(bits, "a:All");
            addIfKnown(bits, "a:" + id);
            Set<String> blueprint = directory.blueprintIdsOf(principal);
            blueprint.forEach(each -> addIfKnown(bits, "a:" + each));
            if (blueprint.isEmpty()) {                                       // AGT-04
                possible = bits.clone();
                for (Map.Entry<String, Integer> named : principalOrdinals.entrySet()) {
                    if (named.getKey().startsWith("a:") && directory.mayBeBlueprint(named.getKey().substring(2))) {
                        Bits.add(possible, named.getValue());
                    }
                }
            }
        }
        return withRow(new Subject(bits, possible, 0, 0, 0, true, inScope && !principal.isAgent(), principal.mayBeAgent(),
                principal.customSecurityAttributes(), null, 0));
    }

    /** A subject that no policy reaches (AGT-05). */
    public Subject nobody() {
        long[] none = new long[principalWords];
        return new Subject(none, none, 0, 0, 0, true, false, false, SecurityAttributes.NONE, new long[words], 0);
    }

    private void addIfKnown(long[] bits, String key) {
        Integer ordinal = principalOrdinals.get(key);
        if (ordinal != null) {
            Bits.add(bits, ordinal);
        }
    }

    private Subject withRow(Subject subject) {
        return new Subject(subject.principals(), subject.possible(), subject.guestType(), subject.includedAs(), subject.tenant(),
                subject.servicePrincipal(), subject.workload(), subject.agent(), subject.attributes(),
                row(policy -> policy.matchesSubject(subject)), subject.roles());
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
        Bits.add(bits, PolicyCompiler.ALL_LOCATIONS);
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
            Bits.add(bits, PolicyCompiler.MFA_TRUSTED_IPS);
        }
        countries.add(country, strict, ifUnknown, bits);
        gpsCountries.add(gpsCountry, true, ifNoGps, bits);
        addAllIf(compliantNetwork != null ? compliantNetwork : ifUnknown, compliantNetworks, bits);
        for (int w = 0; w < locationWords; w++) {
            if ((bits[w] & trustedLocations[w]) != 0) {
                Bits.add(bits, PolicyCompiler.ALL_TRUSTED);
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
            row |= unknownTargetRow[word] | applicationRows[fact.baselineTarget][word];
        }
        for (int application : fact.applications) {
            row |= applicationRows[application][word];
        }
        return row;
    }
}
