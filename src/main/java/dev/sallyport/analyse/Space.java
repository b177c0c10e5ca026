package dev.sallyport.analyse;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.analyse.Source.Demand;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Control;
import dev.sallyport.compile.Environment;
import dev.sallyport.compile.SignInFact;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Request;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every request of one kind: dimensions with classes of values, people with classes, and the sources that ask something of them.
 *
 * <h2>Why the classes are enough</h2>
 * Each condition of a policy looks at one dimension, so a policy applies at a point if the class of each dimension belongs to it. Values
 * are chosen so that they hit every combination of answers ({@link Places}, {@link Devices}); which source a value belongs to is asked of
 * the {@linkplain CompiledPolicy compiled policies} themselves.
 *
 * <h2>What crosses dimensions</h2>
 * The tenant does not look at the device of some guests, a position that Authenticator does not tell blocks, and terms of use may ask for a
 * registered device. Such a policy is several sources, each with one answer to the question and the conditions that go with it.
 */
final class Space implements Grid {

    private static final Control MFA = new Control(Control.Kind.MFA, GrantControl.MFA, null, null, null);
    /** The name of an application that nothing names. */
    static final String UNNAMED = "any other application";
    private static final String UNNAMED_APPLICATION = "00000000-0000-4000-8000-00000000aa01";
    private static final String AZURE_MANAGEMENT = Catalogue.builtIn().use("azureManagement").get(0);
    private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";
    private static final Instant BASELINE_SCOPES_ENFORCED = Instant.parse("2026-06-15T00:00:00Z");   // AMB-29

    private final World world;
    /** The worlds whose values are in the dimensions: this one, and those that it is compared with. */
    private final List<World> worlds;
    private final Kind kind;
    private final People people;
    private final Requirements requirements;
    private final List<Profile> profiles = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final List<Dimension> dimensions;
    /** For each class of people, those in it. */
    private final List<List<Integer>> personClasses = new ArrayList<>();
    private final int[] classOfPerson;
    private final Sets sets;
    private final SignInFact fact;
    private final long[] beside;
    private final List<Signal> own;

    /**
     * @param requirements keeps what is asked; spaces that are compared share it
     * @param isUnproven   whether values are left out that prove more than a password: managed devices, and positions by Authenticator
     * @throws PolicyLoadException if device filters compare too much to analyse
     */
    Space(World world, Kind kind, People people, Requirements requirements, boolean isUnproven) throws PolicyLoadException {
        this(world, List.of(world), kind, people, requirements, isUnproven, List.of(), List.of());
    }

    /**
     * A space that is compared with others: it has the values of all of them.
     *
     * @param worlds this world and the others
     */
    Space(World world, List<World> worlds, Kind kind, People people, Requirements requirements) throws PolicyLoadException {
        this(world, worlds, kind, people, requirements, false, List.of(), List.of());
    }

    /**
     * A space with finer classes.
     *
     * @param splitters sources that ask nothing; no class has values for which they differ
     * @param own       values beside those of the space, which come first in their classes; at most one per dimension
     */
    Space(World world, Kind kind, People people, Requirements requirements, boolean isUnproven, List<Source> splitters, List<Signal> own)
            throws PolicyLoadException {
        this(world, List.of(world), kind, people, requirements, isUnproven, splitters, own);
    }

    private Space(World world, List<World> worlds, Kind kind, People people, Requirements requirements, boolean isUnproven,
            List<Source> splitters, List<Signal> own) throws PolicyLoadException {
        this.own = own;
        this.world = world;
        this.worlds = worlds;
        this.kind = kind;
        this.people = people;
        this.requirements = requirements;
        fact = world.snapshot.newFact();
        beside = new long[fact.locations.length];
        classOfPerson = new int[people.size()];
        profiles();
        policies();
        rules();
        sources.addAll(splitters);
        scopes();
        dimensions = made(isUnproven);
        classesOfPeople();
        sets = new Sets(personClasses.size());
    }

    Kind kind() {
        return kind;
    }

    World world() {
        return world;
    }

    People people() {
        return people;
    }

    @Override
    public List<Dimension> dimensions() {
        return dimensions;
    }

    List<Source> sources() {
        return sources;
    }

    @Override
    public Sets sets() {
        return sets;
    }

    @Override
    public List<Person> persons(int personClass) {
        return personClasses.get(personClass).stream().map(people::person).toList();
    }

    int personClass(int person) {
        return classOfPerson[person];
    }

    Profile profile(int person) {
        return profiles.get(people.keyOf(person));
    }

    // ---- sources

    private void profiles() {
        for (Profile.Key key : people.keys()) {
            profiles.add(new Profile(key, people.first(profiles.size()).state(), kind, world));
        }
    }

    private int action() {
        return switch (kind) {
            case SIGN_IN, LEGACY -> CompiledPolicy.SIGN_IN;
            case REGISTRATION -> CompiledPolicy.REGISTER_SECURITY_INFO;
            case DEVICE -> CompiledPolicy.REGISTER_DEVICE;
        };
    }

    private void policies() {
        for (int i = 0; i < world.policies.size(); i++) {
            CompiledPolicy policy = world.policies.get(i);
            fact.action = action();
            fact.environment = Environment.servicePrincipalRisk(null, false);
            ConditionalAccessPolicy.Conditions conditions = policy.policy().conditions();
            boolean applies = policy.matchesEnvironment(fact) && (conditions.times() == null || conditions.times().contains(world.now));
            if (applies && (action() == CompiledPolicy.SIGN_IN || policy.matchesTarget(fact))) {
                policy(policy, people.concerned(i), action(), false);
            }
            fact.action = CompiledPolicy.REGISTER_SECURITY_INFO;
            if (applies && kind != Kind.LEGACY && policy.matchesTarget(fact)) {
                policy(policy, people.concerned(i), CompiledPolicy.REGISTER_SECURITY_INFO, true);
            }
        }
    }

    /** @param isGuard whether the policy is asked if it refuses to register in the middle of the request (REG-41) */
    private void policy(CompiledPolicy policy, long[] concerned, int action, boolean isGuard) {
        ConditionalAccessPolicy.Conditions conditions = policy.policy().conditions();
        boolean isPerDevice = policy.grant().operands().stream().anyMatch(Control::isPerDevice);
        boolean looks = isPerDevice || conditions.deviceFilter() != null || !conditions.excludedDeviceStates().isEmpty();
        for (boolean sees : looks ? new boolean[] {true, false} : new boolean[] {true}) {
            Predicate<Profile> whose = profile -> !looks || profile.hidesDevice() != sees;
            for (boolean hasDevice : isPerDevice && sees ? new boolean[] {false, true} : new boolean[] {false}) {
                Map<Axis, Predicate<Signal>> narrower = !isPerDevice || !sees ? Map.of() : Source.and(Map.of(), Axis.DEVICE,
                        signal -> ((Signal.Origin) signal).shown() != null == hasDevice);
                List<Demand> asked = demands(concerned, whose, hasDevice, profile -> isGuard ? List.of()
                        : profile.clauses(policy), isGuard ? profile -> profile.forbidsRegistering(policy, hasDevice) : null);
                if (!policy.asksForGps()) {
                    add(new Source(policy.policy().id(), policy, action, sees, narrower, asked));
                    continue;
                }
                add(new Source(policy.policy().id(), policy, action, sees, Source.and(narrower, Axis.LOCATION,
                        signal -> ((Signal.Place) signal).gps() != null), asked));
                add(new Source(policy.policy().id(), policy, action, sees, Source.and(narrower, Axis.LOCATION,                  // CA-LOC-17
                        signal -> ((Signal.Place) signal).gps() == null), demands(concerned, whose, hasDevice,
                        profile -> isGuard ? List.of() : Profile.BLOCK, isGuard ? profile -> true : null)));
            }
        }
    }

    private void add(Source source) {
        if (!source.demands().isEmpty()) {
            sources.add(source);
        }
    }

    /** What is asked of some of the people, by what it is. */
    private List<Demand> demands(long[] concerned, Predicate<Profile> whose, boolean hasDevice, Function<Profile, List<List<Literal>>> asks,
            Predicate<Profile> guards) {
        Map<List<Integer>, long[]> byValue = new LinkedHashMap<>();
        List<List<Integer>> values = new ArrayList<>();
        for (Profile profile : profiles) {
            List<List<Literal>> clauses = whose.test(profile) ? asks.apply(profile) : List.of();
            int gap = guards == null ? profile.gap(clauses, hasDevice)
                    : whose.test(profile) && profile.mayHaveToRegister() && guards.test(profile) ? Profile.GUARDED : 0;
            values.add(List.of(requirements.of(clauses), gap));
        }
        for (int w = 0; w < concerned.length; w++) {
            for (long bits = concerned[w]; bits != 0; bits &= bits - 1) {
                int person = (w << 6) + Long.numberOfTrailingZeros(bits);
                List<Integer> value = values.get(people.keyOf(person));
                if (value.get(0) != Requirements.NOTHING || value.get(1) != 0) {
                    Sets.add(byValue.computeIfAbsent(value, any -> new long[concerned.length]), person);
                }
            }
        }
        return byValue.entrySet().stream().map(each -> new Demand(each.getKey().get(0), each.getKey().get(1), each.getValue())).toList();
    }

    // ---- rules beside Conditional Access

    private void rules() {
        rule("the account is disabled", Map.of(), profile -> !profile.key.isEnabled(), Profile.BLOCK);
        List<List<Literal>> mfa = List.of(List.of(new Literal.Grant(MFA, false)));
        boolean defaults = world.set.securityDefaults().isEnabled();
        boolean portals = world.set.evaluationSettings().mandatoryAdminPortalMfa();
        Map<Axis, Predicate<Signal>> outside = Map.of(Axis.LOCATION, signal -> !isTrustedIp((Signal.Place) signal));
        Map<Axis, Predicate<Signal>> atPortals = Map.of(Axis.APPLICATION, signal -> isIn(signal, WellKnown.MICROSOFT_ADMIN_PORTALS));
        Map<Axis, Predicate<Signal>> atAzure = Map.of(Axis.APPLICATION, signal -> isIn(signal, AZURE_MANAGEMENT));
        if (kind == Kind.LEGACY) {
            legacyRules(outside, atPortals, atAzure);
            return;
        }
        if (kind == Kind.REGISTRATION) {
            rule("guests of B2B direct connect register at home", Map.of(), Profile::isDirectConnect, Profile.BLOCK);
            rule("MFA before a change of security information", Map.of(), Profile::isRegistered, mfa);
            return;
        }
        if (portals && kind == Kind.SIGN_IN) {
            rule("mandatory MFA for admin portals", atPortals, profile -> true, mfa);
        }
        rule("per-user MFA outside the MFA trusted IPs", outside, profile -> profile.key.perUser() != PerUserMfaState.DISABLED
                && profile.canDoMfa(), mfa);
        rule("per-user MFA", Map.of(), profile -> !profile.canDoMfa() && (profile.key.perUser() == PerUserMfaState.ENFORCED
                || profile.key.perUser() == PerUserMfaState.ENABLED && !profile.key.isPerUserGrace()), mfa);
        if (defaults) {
            Predicate<Profile> waits = profile -> !profile.canDoMfa() && profile.key.isDefaultsGrace() && !profile.key.isAdministrator();
            rule("security defaults", Map.of(), profile -> !profile.key.synchronises() && !waits.test(profile), mfa);
            if (kind == Kind.SIGN_IN) {
                rule("security defaults", atAzure, profile -> !profile.key.synchronises() && waits.test(profile), mfa);
            }
        }
    }

    /** What legacy clients meet beside policies: the tables of section 10.4. */
    private void legacyRules(Map<Axis, Predicate<Signal>> outside, Map<Axis, Predicate<Signal>> atPortals,
            Map<Axis, Predicate<Signal>> atAzure) {
        Predicate<Profile> isEnforced = profile -> profile.key.perUser() == PerUserMfaState.ENFORCED;
        Predicate<Profile> hasAppPassword = profile -> profile.key.hasAppPasswords();
        Predicate<Signal> isAppPassword = signal -> ((Signal.Secret) signal).credential() == Credential.APP_PASSWORD;
        if (world.set.securityDefaults().isEnabled()) {
            rule("security defaults", Map.of(), profile -> !profile.key.synchronises(), Profile.BLOCK);
        }
        if (world.set.evaluationSettings().mandatoryAdminPortalMfa()) {
            rule("mandatory MFA for admin portals", atPortals, profile -> true, Profile.BLOCK);
        }
        Map<Axis, Predicate<Signal>> byPassword = Map.of(Axis.CREDENTIAL, isAppPassword.negate());
        Map<Axis, Predicate<Signal>> byAppPassword = Map.of(Axis.CREDENTIAL, isAppPassword);
        rule("per-user MFA", byPassword, isEnforced.and(hasAppPassword), Profile.BLOCK);
        rule("per-user MFA outside the MFA trusted IPs", Source.and(byPassword, Axis.LOCATION, outside.get(Axis.LOCATION)),
                isEnforced.and(hasAppPassword.negate()), Profile.BLOCK);
        rule("app passwords need enforced per-user MFA", byAppPassword, isEnforced.and(hasAppPassword).negate(), Profile.BLOCK);
        rule("app passwords do not administer", Source.and(byAppPassword, Axis.APPLICATION, atPortals.get(Axis.APPLICATION)
                .or(atAzure.get(Axis.APPLICATION))), isEnforced.and(hasAppPassword), Profile.BLOCK);
    }

    /** The boxes ask nothing; a value belongs to one or not, as to a policy. */
    private void scopes() {
        for (int i = 0; i < world.scopes.size(); i++) {
            CompiledPolicy scope = world.scopes.get(i);
            sources.add(new Source(scope.policy().id(), scope, action(), true, Map.of(), List.of(new Demand(Requirements.NOTHING, 0,
                    people.concerned(world.policies.size() + i)))));
        }
    }

    /** The box of a scope, by its number; {@code null} if it holds no request of this kind. */
    Regions.@Nullable Box box(int scope) {
        int source = sources.size() - world.scopes.size() + scope;
        ConditionalAccessPolicy.Applications target = world.scopes.get(scope).policy().conditions().applications();
        boolean isOfApplications = !target.excludeApplications().isEmpty() || target.includeApplications().stream()
                .noneMatch(each -> each.id().equals("All"));
        long[][] classes = new long[dimensions.size()][];
        boolean isEmpty = action() != CompiledPolicy.SIGN_IN && isOfApplications;
        for (int level = 0; level < classes.length; level++) {
            Dimension dimension = dimensions.get(level);
            classes[level] = new long[Sets.words(dimension.size())];
            for (int c = 0; c < dimension.size(); c++) {
                if (Sets.has(dimension.row(c), source)) {
                    Sets.add(classes[level], c);
                }
            }
            isEmpty |= Sets.isEmpty(classes[level]);
        }
        int concerned = sets.number(classes(sources.get(source).demands().get(0).people()));
        return isEmpty || concerned == Sets.EMPTY ? null : new Regions.Box(classes, concerned);
    }

    private long[] people(Predicate<Profile> whose) {
        long[] bits = new long[Sets.words(people.size())];
        for (int i = 0; i < people.size(); i++) {
            if (whose.test(profile(i))) {
                Sets.add(bits, i);
            }
        }
        return bits;
    }

    private void rule(String name, Map<Axis, Predicate<Signal>> narrower, Predicate<Profile> whose, List<List<Literal>> clauses) {
        List<Demand> asked = demands(people(profile -> true), whose, false, profile -> clauses, null);
        if (!asked.isEmpty()) {
            sources.add(Source.rule(name, narrower, asked));
        }
    }

    /** Whether a place counts as an MFA trusted IP (TI-01, CA-LOC-18). */
    boolean isTrustedIp(Signal.Place place) {
        MfaSettings settings = world.set.mfaSettings();
        return place.isInside() && settings.skipMfaForFederatedIntranet() || place.address() != null && place.address().isPublic()
                && settings.trustedIps().stream().anyMatch(range -> range.contains(place.address()));
    }

    private boolean isIn(Signal signal, String grouping) {
        return ((Signal.Application) signal).audiences().stream().anyMatch(id -> {
            Directory.Application application = world.directory.application(id);
            return id.equals(grouping) || application != null && application.memberOf().contains(grouping);
        });
    }

    private Catalogue catalogue() {
        return world.directory.catalogue();
    }

    // ---- dimensions

    private List<Dimension> made(boolean isUnproven) throws PolicyLoadException {
        List<Dimension> made = new ArrayList<>();
        boolean signsIn = action() == CompiledPolicy.SIGN_IN;
        if (signsIn) {
            made.add(dimension(Axis.APPLICATION, applications()));
        }
        made.add(dimension(Axis.CLIENT, clients()));
        made.add(dimension(Axis.SIGN_IN_RISK, risks(Axis.SIGN_IN_RISK)));
        made.add(dimension(Axis.USER_RISK, risks(Axis.USER_RISK)));
        made.add(dimension(Axis.INSIDER_RISK, Arrays.stream(InsiderRiskLevel.values()).map(Signal.InsiderRisk::new).toList()));
        made.add(dimension(Axis.LOCATION, Places.of(worlds).stream().filter(place -> !isUnproven
                || place.gps() == null).toList()));
        made.add(dimension(Axis.DEVICE, origins().stream().filter(origin -> !isUnproven || !origin.isManaged()).toList()));
        if (kind == Kind.LEGACY) {
            made.add(dimension(Axis.CREDENTIAL, List.of(new Signal.Secret(Credential.PASSWORD),
                    new Signal.Secret(Credential.APP_PASSWORD))));
        }
        made.sort(Comparator.comparingInt(Dimension::size));
        return made;
    }

    private Dimension dimension(Axis axis, List<? extends Signal> values) {
        List<Signal> all = new ArrayList<>(own.stream().filter(signal -> signal.axis() == axis).toList());
        all.addAll(values);
        return new Dimension(axis, all, this::row);
    }

    private List<Signal.Application> applications() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put(EXCHANGE, "");
        names.put(UNNAMED_APPLICATION, UNNAMED);
        for (World each : worlds) {
            for (Directory.Application application : each.directory.applications()) {
                Catalogue.Client client = catalogue().clientById(application.appId());
                names.put(application.appId(), client != null ? client.displayName() : application.displayName());
            }
        }
        for (ConditionalAccessPolicy policy : worlds.stream().flatMap(each -> each.everyPolicy().stream()).toList()) {
            ConditionalAccessPolicy.Applications target = policy.conditions().applications();
            for (List<Reference> list : List.of(target.includeApplications(), target.excludeApplications())) {
                list.stream().filter(each -> WellKnown.isId(each.id())).forEach(each -> names.putIfAbsent(each.id(), each.text()));
            }
        }
        List<Signal.Application> applications = new ArrayList<>();
        names.forEach((id, name) -> applications.add(new Signal.Application(id, audiences(id), name, false)));
        applications.add(new Signal.Application(null, List.of(), "an application that is not known", false));
        if (kind == Kind.SIGN_IN) {
            List.copyOf(applications).stream().map(each -> new Signal.Application(each.id(), each.audiences(), each.name(), true))
                    .filter(each -> worlds.size() > 1 || losesAny(each)).forEach(applications::add);
        }
        return applications;
    }

    /** Whether a request for low-privilege scopes loses a policy that other requests for the application have (CA-APP-15). */
    private boolean losesAny(Signal.Application scopes) {
        long[] others = row(new Signal.Application(scopes.id(), scopes.audiences(), scopes.name(), false));
        long[] own = row(scopes);
        return IntStream.range(0, own.length).anyMatch(w -> (others[w] & ~own[w]) != 0);
    }

    private List<String> audiences(String id) {
        Catalogue.Client client = catalogue().clientById(id);
        List<String> audiences = new ArrayList<>(client == null ? List.of() : client.opens());
        audiences.add(id);
        return audiences;
    }

    private List<Signal.Client> clients() {
        List<ClientAppType> types = kind == Kind.LEGACY ? List.of(ClientAppType.OTHER, ClientAppType.EXCHANGE_ACTIVE_SYNC)
                : List.of(ClientAppType.BROWSER, ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS);
        List<Signal.Client> clients = new ArrayList<>();
        for (ClientAppType type : types) {
            clients.add(new Signal.Client(type, DevicePlatform.WINDOWS));
            for (DevicePlatform platform : DevicePlatform.values()) {
                if (platform != DevicePlatform.ALL && platform != DevicePlatform.WINDOWS) {
                    clients.add(new Signal.Client(type, platform));
                }
            }
            clients.add(new Signal.Client(type, null));
        }
        return clients;
    }

    private static List<Signal.Risk> risks(Axis axis) {
        return List.of(RiskLevel.NONE, RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH).stream().map(level -> new Signal.Risk(axis, level))
                .toList();
    }

    private List<Signal.Origin> origins() throws PolicyLoadException {
        List<Device> devices = Devices.of(worlds.stream().flatMap(each -> each.everyPolicy().stream()).toList());
        List<Signal.Origin> origins = new ArrayList<>();
        devices.forEach(device -> origins.add(new Signal.Origin(TransferMethod.NONE, device)));
        devices.forEach(device -> origins.add(new Signal.Origin(TransferMethod.AUTHENTICATION_TRANSFER, device)));
        origins.add(new Signal.Origin(TransferMethod.DEVICE_CODE_FLOW, null));
        return origins;
    }

    /** The value as it is in this world, which may have other services behind an application than another one. */
    Signal own(Signal signal) {
        return signal instanceof Signal.Application application && application.id() != null ? new Signal.Application(application.id(),
                audiences(application.id()), application.name(), application.isLowPrivilege()) : signal;
    }

    /** The sources that a value belongs to, as bits. */
    long[] row(Signal signal) {
        fill(signal);
        long[] row = new long[Sets.words(sources.size())];
        Device device = fact.device;
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            Predicate<Signal> narrower = source.narrower().get(signal.axis());
            fact.action = source.action();
            fact.device = source.seesDevice() ? device : null;
            if ((narrower == null || narrower.test(signal)) && (source.policy() == null || matches(source.policy(), signal.axis()))) {
                Sets.add(row, i);
            }
        }
        return row;
    }

    /** The dimensions of which no value meets the conditions of a policy; {@code application} too if it is not about these requests. */
    List<Axis> unmet(CompiledPolicy policy) {
        List<Axis> unmet = new ArrayList<>(dimensions.stream().filter(dimension -> IntStream.range(0, dimension.size())
                .noneMatch(c -> dimension.values(c).stream().anyMatch(signal -> meets(policy, signal)))).map(Dimension::axis).toList());
        fact.action = action();
        if (action() != CompiledPolicy.SIGN_IN && !policy.matchesTarget(fact)) {
            unmet.add(Axis.APPLICATION);
        }
        return unmet;
    }

    private boolean meets(CompiledPolicy policy, Signal signal) {
        fill(signal);
        fact.action = action();
        return matches(policy, signal.axis());
    }

    private boolean matches(CompiledPolicy policy, Axis axis) {
        return switch (axis) {
            case APPLICATION -> fact.action != CompiledPolicy.SIGN_IN || policy.matchesTarget(fact);
            case CLIENT, SIGN_IN_RISK, USER_RISK, INSIDER_RISK -> policy.matchesEnvironment(fact);
            case LOCATION -> policy.policy().conditions().locations() == null || policy.matchesLocation(fact);
            case DEVICE -> policy.matchesEnvironment(fact) && policy.matchesDevice(fact);
            case CREDENTIAL -> true;
        };
    }

    /** Sets what conditions on the signal's dimension look at. */
    private void fill(Signal signal) {
        Snapshot snapshot = world.snapshot;
        fact.environment = 0;
        fact.device = null;
        if (signal instanceof Signal.Application application) {
            fact.applications = application.id() == null ? new int[] {snapshot.unknownApplication(false)}
                    : application.audiences().stream().mapToInt(snapshot::application).toArray();
            Boolean exempt = world.set.evaluationSettings().exemptLowPrivilegeScopes();
            fact.lowPrivilege = application.isLowPrivilege();
            fact.lowPrivilegeExempt = exempt != null ? exempt : world.now.isBefore(BASELINE_SCOPES_ENFORCED);
        } else if (signal instanceof Signal.Client client) {
            fact.environment = Environment.client(client.type(), client.platform(), false) | Environment.platform(client.platform(), false);
        } else if (signal instanceof Signal.Risk risk) {
            fact.environment = risk.axis() == Axis.SIGN_IN_RISK ? Environment.signInRisk(risk.level(), false)
                    : Environment.userRisk(risk.level(), false);
        } else if (signal instanceof Signal.InsiderRisk risk) {
            fact.environment = Environment.insiderRisk(risk.level(), false);
        } else if (signal instanceof Signal.Place place) {
            locations(place, false, fact.locations);
            locations(place, true, fact.possibleLocations);
        } else if (signal instanceof Signal.Origin origin) {
            fact.environment = Environment.flow(true, origin.flow() == TransferMethod.DEVICE_CODE_FLOW,
                    origin.flow() == TransferMethod.AUTHENTICATION_TRANSFER, false);
            fact.device = origin.shown();
            fact.literalExtensionAttributes = world.set.evaluationSettings().literalExtensionAttributes();
        }
    }

    private void locations(Signal.Place place, boolean ifNoGps, long[] bits) {
        world.snapshot.locations(place.address(), place.country(), place.gps(), place.isInside(), place.isCompliant(), false, false,
                ifNoGps, beside);
        System.arraycopy(beside, 0, bits, 0, bits.length);
    }

    // ---- people

    private void classesOfPeople() {
        int demands = sources.stream().mapToInt(source -> source.demands().size()).sum();
        long[][] asked = new long[people.size()][Sets.words(demands)];
        int number = 0;
        for (Source source : sources) {
            for (Demand demand : source.demands()) {
                for (int w = 0; w < demand.people().length; w++) {
                    for (long bits = demand.people()[w]; bits != 0; bits &= bits - 1) {
                        Sets.add(asked[(w << 6) + Long.numberOfTrailingZeros(bits)], number);
                    }
                }
                number++;
            }
        }
        Map<Sets.Words, Integer> numbers = new HashMap<>();
        for (int i = 0; i < asked.length; i++) {
            classOfPerson[i] = numbers.computeIfAbsent(new Sets.Words(asked[i]), any -> {
                personClasses.add(new ArrayList<>());
                return personClasses.size() - 1;
            });
            personClasses.get(classOfPerson[i]).add(i);
        }
    }

    // ---- points

    /** The diagram of what is asked at every point. */
    Diagram requirements() {
        return diagram(requirements::join, Demand::requirement);
    }

    /** The clauses of a requirement. */
    List<List<Literal>> requirement(int number) {
        return requirements.clauses(number);
    }

    /** The diagram of the values for gaps at every point. */
    Diagram gaps() {
        return diagram(Profile::join, Demand::gap);
    }

    private Diagram diagram(IntBinaryOperator join, ToIntFunction<Demand> value) {
        return new Diagram(sets, join, asking(value), rows());
    }

    /** What each source asks of which classes of people; value 0 asks nothing. */
    List<Diagram.Asking> asking(ToIntFunction<Demand> value) {
        List<Diagram.Asking> asking = new ArrayList<>();
        for (Source source : sources) {
            asking.add(new Diagram.Asking(source.demands().stream().filter(demand -> value.applyAsInt(demand) != 0)
                    .map(demand -> new Diagram.Demand(value.applyAsInt(demand), sets.number(classes(demand.people())))).toList()));
        }
        return asking;
    }

    /** For each dimension and class the sources that it belongs to. */
    long[][][] rows() {
        return dimensions.stream().map(dimension -> IntStream.range(0, dimension.size()).mapToObj(dimension::row).toArray(long[][]::new))
                .toArray(long[][][]::new);
    }

    /** The classes of some people, as bits; a class is wholly in a demand or not at all. */
    long[] classes(long[] of) {
        long[] bits = new long[Sets.words(personClasses.size())];
        for (int i = 0; i < personClasses.size(); i++) {
            if (Sets.has(of, personClasses.get(i).get(0))) {
                Sets.add(bits, i);
            }
        }
        return bits;
    }

    /** The point of some values; a value that is like none of its dimension is an {@link IllegalStateException}. */
    int[] point(List<Signal> signals) {
        int[] point = new int[dimensions.size()];
        for (int level = 0; level < point.length; level++) {
            Dimension dimension = dimensions.get(level);
            Signal signal = signals.stream().filter(each -> each.axis() == dimension.axis()).findFirst().orElseThrow();
            point[level] = dimension.ofRow(row(signal));
            if (point[level] < 0) {
                throw new IllegalStateException("no value of the dimension " + dimension.axis() + " is like " + signal);
            }
        }
        return point;
    }

    /** The request of an attacker who knows the password of a person, at a point. */
    Request request(Person person, List<Signal> signals) {
        Credential credential = Credential.PASSWORD;
        for (Signal signal : signals) {
            credential = signal instanceof Signal.Secret secret ? secret.credential() : credential;
        }
        SignIn.Builder session = world.attack(person.state(), kind, credential);
        signals.forEach(signal -> signal.into(session));
        return World.request(session.build(), kind);
    }
}
