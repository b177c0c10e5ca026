package dev.sallyport.analyse;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.analyse.Source.Demand;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.SignInFact;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** The name of an application that nothing names. */
    static final String UNNAMED = "any other application";

    private final World world;
    private final Kind kind;
    private final People people;
    private final Requirements requirements;
    private final Times times;
    private final List<View> views;
    private final List<Source> sources;
    private final Rows rows;
    private final List<Dimension> dimensions;
    /** For each class of people, those in it. */
    private final List<List<Integer>> personClasses = new ArrayList<>();
    private final List<List<Person>> persons;
    private final int[] classOfPerson;
    private final Sets sets;
    /** The rows of applications, each of which is looked at for each of its scopes. */
    private final Map<Signal, long[]> applications = new HashMap<>();
    /** The sources that stand for what no policy is about. */
    private final List<Integer> beyond = new ArrayList<>();

    /**
     * @param requirements keeps what is asked; spaces that are compared share it
     * @param isUnproven   whether values are left out that prove more than a password: managed devices, and positions by Authenticator
     * @throws PolicyLoadException if device filters compare too much to analyse
     */
    Space(World world, Kind kind, People people, Requirements requirements, boolean isUnproven) throws PolicyLoadException {
        this(world, kind, people, requirements, isUnproven, List.of(), List.of());
    }

    /**
     * A space with finer classes.
     *
     * @param splitters what asks nothing; no class has values for which one of them differs
     * @param own       values beside those of the space, which come first in their classes; at most one per dimension
     */
    Space(World world, Kind kind, People people, Requirements requirements, boolean isUnproven, List<Needs> splitters, List<Signal> own)
            throws PolicyLoadException {
        this(world, List.of(world), kind, people, requirements, isUnproven, splitters, own, Map.of(), new Times(List.of(world),
                List.of(people)));
    }

    /**
     * A part of a space.
     *
     * @param only the only values of some dimensions
     */
    Space(World world, Kind kind, People people, Requirements requirements, Map<Axis, List<? extends Signal>> only)
            throws PolicyLoadException {
        this(world, List.of(world), kind, people, requirements, false, List.of(), List.of(), only, new Times(List.of(world),
                List.of(people)));
    }

    /**
     * A space that is compared with others: it has the values of all of them.
     *
     * @param worlds this world and the others
     * @param times  the times of all of them
     */
    Space(World world, List<World> worlds, Kind kind, People people, Requirements requirements, Times times) throws PolicyLoadException {
        this(world, worlds, kind, people, requirements, false, List.of(), List.of(), Map.of(), times);
    }

    private Space(World world, List<World> worlds, Kind kind, People people, Requirements requirements, boolean isUnproven,
            List<Needs> splitters, List<Signal> own, Map<Axis, List<? extends Signal>> only, Times times) throws PolicyLoadException {
        this.world = world;
        this.kind = kind;
        this.people = people;
        this.requirements = requirements;
        this.times = times;
        classOfPerson = new int[people.size()];
        views = views();
        Values values = new Values(worlds, kind, isUnproven, only);
        sources = Sources.of(views, kind, people, requirements, worlds.size() > 1, values.mayStepUp());
        splitters.stream().map(Needs::splitter).forEach(sources::add);
        beyond();
        scopes();
        rows = new Rows(views, sources, kind);
        dimensions = new ArrayList<>();
        values.all(times, worlds.size() > 1 ? any -> true : isUnproven ? this::losesAny : this::differs).forEach((axis, all) -> {
            List<Signal> both = new ArrayList<>(own.stream().filter(signal -> signal.axis() == axis).toList());
            both.addAll(all);
            dimensions.add(new Dimension(axis, both, this::row));
        });
        dimensions.sort(Comparator.comparingInt(Dimension::size));
        classesOfPeople();
        persons = personClasses.stream().map(each -> each.stream().map(people::person).toList()).toList();
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

    /** Whether there is no request of this kind: nobody makes one, or there is no authentication context. */
    boolean isEmpty() {
        return people.size() == 0 || dimensions.stream().anyMatch(dimension -> dimension.size() == 0);
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
        return persons.get(personClass);
    }

    int personClass(int person) {
        return classOfPerson[person];
    }

    /** The number of what a person has in common with others now. */
    int keyOf(int person) {
        return people.keyOf(world, person);
    }

    /** What people of the key of a person are to the policies now. */
    Profile profile(int person) {
        return views.get(0).profiles().get(keyOf(person));
    }

    /** A view per era; that of now is the first. */
    private List<View> views() {
        Map<Integer, Instant> eras = new LinkedHashMap<>();
        times.all().forEach(time -> eras.putIfAbsent(times.era(time), time));
        SignInFact fact = world.snapshot.newFact();
        List<View> made = new ArrayList<>();
        for (Map.Entry<Integer, Instant> era : eras.entrySet()) {
            World then = world.at(era.getValue());
            Map<Axis, Predicate<Signal>> when = eras.size() == 1 ? Map.of() : Map.of(Axis.TIME, signal
                    -> times.era(((Signal.Time) signal).instant()) == era.getKey());
            made.add(new View(then, fact, when, people.profiles(then, kind)));
        }
        return made;
    }

    // ---- boxes

    /** The boxes ask nothing; a value belongs to one or not, as to a policy. */
    private void scopes() {
        for (int i = 0; i < world.scopes.size(); i++) {
            CompiledPolicy scope = world.scopes.get(i);
            sources.add(new Source(scope.policy().id(), 0, scope, Source.Reading.of(Sources.action(kind)), Map.of(),
                    List.of(Demand.nothing(people.concerned(world, world.policies.size() + i)))));
        }
    }

    /** What agents and blueprints do that no policy is about (AGT-05), as sources that ask nothing; without boxes nothing looks at them. */
    private void beyond() {
        if (kind.isOfPeople() || world.scopes.isEmpty()) {
            return;
        }
        View view = views.get(0);
        for (Profile.Principal principal : Profile.Principal.values()) {
            long[] own = new long[Sets.words(people.size())];
            for (int i = 0; i < people.size(); i++) {
                if (view.profiles().get(keyOf(i)).key.principal() == principal) {
                    Sets.add(own, i);
                }
            }
            if (!Sets.isEmpty(own)) {
                beyond.add(sources.size());
                sources.add(new Source(principal.name(), 0, null, Source.Reading.of(Sources.action(kind)),
                        Map.of(Axis.APPLICATION, signal -> Sources.isBeyond((Signal.Application) signal, principal)),
                        List.of(Demand.nothing(own))));
            }
        }
    }

    /** The boxes of what agents and blueprints do that no policy is about (AGT-05). */
    List<Regions.Box> beyondPolicies() {
        return beyond.stream().map(this::boxOf).filter(Objects::nonNull).toList();
    }

    /** The box of a scope, by its number; {@code null} if it holds no request of this kind. */
    Regions.@Nullable Box box(int scope) {
        ConditionalAccessPolicy.Applications target = world.scopes.get(scope).policy().conditions().applications();
        boolean isOfApplications = !target.excludeApplications().isEmpty() || target.includeApplications().stream()
                .noneMatch(each -> each.id().equals("All"));
        return !kind.isSignIn() && isOfApplications ? null : boxOf(sources.size() - world.scopes.size() + scope);
    }

    /** The box of a source that has one demand; {@code null} if it is empty. */
    private Regions.@Nullable Box boxOf(int source) {
        long[][] classes = new long[dimensions.size()][];
        boolean isEmpty = false;
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

    // ---- values

    /** The sources that a value belongs to, as bits. */
    long[] row(Signal signal) {
        return signal instanceof Signal.Application ? applications.computeIfAbsent(signal, rows::of) : rows.of(signal);
    }

    /** The value as it is in this world, which may have other services behind an application than another one. */
    Signal own(Signal signal) {
        return signal instanceof Signal.Application application && application.id() != null ? new Signal.Application(application.id(),
                Values.audiences(application.id(), world), application.name(), application.scopes(), application.operation()) : signal;
    }

    /** The dimensions of which no value meets the conditions of a policy; {@code application} too if it is not about these requests. */
    List<Axis> unmet(CompiledPolicy policy) {
        List<Axis> unmet = new ArrayList<>(dimensions.stream().filter(dimension -> IntStream.range(0, dimension.size())
                .noneMatch(c -> dimension.values(c).stream().anyMatch(signal -> rows.meets(policy, signal)))).map(Dimension::axis)
                .toList());
        if (!Sources.targets(views.get(0), policy, Sources.action(kind))) {
            unmet.add(Axis.APPLICATION);
        }
        return unmet;
    }

    /** Whether scopes change what a policy asks at an application. */
    private boolean differs(Signal.Application scopes) {
        return !Arrays.equals(row(scopes.with(List.of())), row(scopes));
    }

    /** Whether scopes lose a policy that asks other requests for the application, or what it asks (CA-APP-15, DEC-06). */
    private boolean losesAny(Signal.Application scopes) {
        long[] others = row(scopes.with(List.of()));
        long[] own = row(scopes);
        return !Arrays.equals(others, own) && IntStream.range(0, sources.size()).anyMatch(lost -> Sets.has(others, lost)
                && !Sets.has(own, lost) && IntStream.range(0, sources.size()).noneMatch(i -> Sets.has(own, i) && !Sets.has(others, i)
                && !sources.get(i).reading().isExempt() && sources.get(i).policy() == sources.get(lost).policy()
                && sources.get(i).view() == sources.get(lost).view()));
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
        return sources.stream().map(source -> asking(source, value)).toList();
    }

    private Diagram.Asking asking(Source source, ToIntFunction<Demand> value) {
        return new Diagram.Asking(source.demands().stream().filter(demand -> value.applyAsInt(demand) != 0).map(demand
                -> new Diagram.Demand(value.applyAsInt(demand), sets.number(classes(demand.people())))).toList());
    }

    /** For each dimension and class the sources that it belongs to. */
    long[][][] rows() {
        return dimensions.stream().map(dimension -> IntStream.range(0, dimension.size()).mapToObj(dimension::row).toArray(long[][]::new))
                .toArray(long[][][]::new);
    }

    /** The classes of some people, as bits; a class is wholly in a demand or not at all. */
    long[] classes(long[] of) {
        long[] bits = new long[Sets.words(personClasses.size())];
        for (int w = 0; w < of.length; w++) {
            for (long rest = of[w]; rest != 0; rest &= rest - 1) {
                Sets.add(bits, classOfPerson[(w << 6) + Long.numberOfTrailingZeros(rest)]);
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

    /** The request of this kind that a session makes at a point. */
    Request request(SignIn session, List<Signal> signals) {
        AuthenticationMethodMode method = AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH;
        for (Signal signal : signals) {
            method = signal instanceof Signal.Method registered ? registered.mode() : method;
        }
        return World.request(session, kind, method);
    }

    /** The request of an attacker who knows the password of a person, at a point. */
    Request request(Person person, List<Signal> signals) {
        Credential credential = Credential.PASSWORD;
        World then = world;
        for (Signal signal : signals) {
            credential = signal instanceof Signal.Secret secret ? secret.credential() : credential;
            then = signal instanceof Signal.Time time ? world.at(time.instant()) : then;
        }
        SignIn.Builder session = then.attack(person, kind, credential);
        signals.forEach(signal -> signal.into(session));
        return request(session.build(), signals);
    }
}
