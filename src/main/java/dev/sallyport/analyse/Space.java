package dev.sallyport.analyse;

import dev.sallyport.analyse.Source.Demand;
import dev.sallyport.compile.SignInFact;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.AuthenticationMethodMode;
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
import java.util.function.IntBinaryOperator;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

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
final class Space {

    /** The name of an application that nothing names. */
    static final String UNNAMED = "any other application";

    private final List<World> worlds;
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
    private final int[] classOfPerson;
    private final Sets sets;

    /**
     * @param requirements keeps what is asked; spaces that are compared share it
     * @param isUnproven   whether values are left out that prove more than a password: managed devices, and positions by Authenticator
     * @throws PolicyLoadException if device filters compare too much to analyse
     */
    Space(World world, Kind kind, People people, Requirements requirements, boolean isUnproven) throws PolicyLoadException {
        this(List.of(world), kind, people, requirements, isUnproven);
    }

    /**
     * A space of several worlds that are compared: its values, people and classes are those that any of them can tell apart, and each point
     * has an answer of each world, by its number ({@link #requirements(int)}, {@link #gaps(int)}, {@link #pairs}).
     *
     * @param worlds the worlds, which have one directory and one time; names of open worlds are bound together ({@link OpenNames})
     * @param people those whom any of the worlds names ({@link People#of})
     */
    Space(List<World> worlds, Kind kind, People people, Requirements requirements, boolean isUnproven) throws PolicyLoadException {
        this.worlds = worlds;
        this.kind = kind;
        this.people = people;
        this.requirements = requirements;
        classOfPerson = new int[people.size()];
        times = new Times(worlds, people);
        views = views();
        sources = Sources.of(views, kind, people, requirements);
        rows = new Rows(views, sources, kind);
        dimensions = new ArrayList<>();
        Values values = new Values(worlds, kind, isUnproven);
        values.all(times, isUnproven ? this::losesAny : this::differs).forEach((axis, all) -> dimensions.add(new Dimension(axis, all,
                this::row)));
        dimensions.sort(Comparator.comparingInt(Dimension::size));
        classesOfPeople();
        sets = new Sets(personClasses.size());
    }

    Kind kind() {
        return kind;
    }

    /** The world, or the first of those that are compared. */
    World world() {
        return worlds.get(0);
    }

    People people() {
        return people;
    }

    /** Whether there is no request of this kind: nobody makes one, or there is no authentication context. */
    boolean isEmpty() {
        return people.size() == 0 || dimensions.stream().anyMatch(dimension -> dimension.size() == 0);
    }

    /** The dimensions, those with few classes first. */
    List<Dimension> dimensions() {
        return dimensions;
    }

    List<Source> sources() {
        return sources;
    }

    /** The number of the world whose policy or rule a source is. */
    int side(Source source) {
        return views.get(source.view()).side();
    }

    /** Sets of classes of people. */
    Sets sets() {
        return sets;
    }

    /** The people of a class. */
    List<Person> persons(int personClass) {
        return personClasses.get(personClass).stream().map(people::person).toList();
    }

    int personClass(int person) {
        return classOfPerson[person];
    }

    /** A view for each world and era. */
    private List<View> views() {
        List<View> made = new ArrayList<>();
        Map<Integer, Instant> eras = new LinkedHashMap<>();
        times.all().forEach(time -> eras.putIfAbsent(times.era(time), time));
        for (int side = 0; side < worlds.size(); side++) {
            SignInFact fact = worlds.get(side).snapshot.newFact();
            for (Map.Entry<Integer, Instant> era : eras.entrySet()) {
                World world = worlds.get(side).at(era.getValue());
                Map<Axis, Predicate<Signal>> when = eras.size() == 1 ? Map.of() : Map.of(Axis.TIME, signal
                        -> times.era(((Signal.Time) signal).instant()) == era.getKey());
                made.add(new View(side, world, fact, when, people.profiles(world, kind)));
            }
        }
        return made;
    }

    // ---- values

    /** The sources that a value belongs to, as bits. */
    long[] row(Signal signal) {
        return rows.of(signal);
    }

    /** Whether scopes change what a policy asks at an application. */
    private boolean differs(Signal.Application scopes) {
        return !Arrays.equals(row(scopes.with(List.of())), row(scopes));
    }

    /** Whether scopes lose a policy that asks other requests for the application, or what it asks (CA-APP-15, DEC-06). */
    private boolean losesAny(Signal.Application scopes) {
        long[] others = row(scopes.with(List.of()));
        long[] own = row(scopes);
        return IntStream.range(0, sources.size()).anyMatch(lost -> Sets.has(others, lost) && !Sets.has(own, lost)
                && IntStream.range(0, sources.size()).noneMatch(i -> Sets.has(own, i) && !Sets.has(others, i) && !sources.get(i).reading()
                .isExempt() && sources.get(i).policy() == sources.get(lost).policy() && sources.get(i).view() == sources.get(lost).view()));
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
        return requirements(0);
    }

    /** The diagram of what one of the worlds that are compared asks. Diagrams of one space share levels, classes and people. */
    Diagram requirements(int side) {
        return diagram(side, requirements::join, Demand::requirement);
    }

    /** The diagram of the values for gaps at every point. */
    Diagram gaps() {
        return gaps(0);
    }

    /** The diagram of the values for gaps of one of the worlds that are compared. */
    Diagram gaps(int side) {
        return diagram(side, Profile::join, Demand::gap);
    }

    /** The diagram of what two worlds ask at every point: a value is the number of a pair. */
    Diagram pairs(Pairs pairs) {
        List<Diagram.Asking> asking = new ArrayList<>();
        for (Source source : sources) {
            asking.add(asking(source, demand -> side(source) == 0 ? pairs.of(demand.requirement(), Requirements.NOTHING)
                    : pairs.of(Requirements.NOTHING, demand.requirement())));
        }
        return new Diagram(sets, pairs::join, asking, rows());
    }

    private Diagram diagram(int side, IntBinaryOperator join, ToIntFunction<Demand> value) {
        return new Diagram(sets, join, asking(side, value), rows());
    }

    /** What each source asks of which classes of people; value 0 asks nothing. */
    List<Diagram.Asking> asking(ToIntFunction<Demand> value) {
        return asking(0, value);
    }

    private List<Diagram.Asking> asking(int side, ToIntFunction<Demand> value) {
        return sources.stream().map(source -> side(source) == side ? asking(source, value) : new Diagram.Asking(List.of())).toList();
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
        for (int i = 0; i < personClasses.size(); i++) {
            if (Sets.has(of, personClasses.get(i).get(0))) {
                Sets.add(bits, i);
            }
        }
        return bits;
    }

    /** Regions of this space. */
    Regions regions() {
        return new Regions(sets, personClasses.stream().mapToInt(List::size).toArray(), dimensions.stream()
                .map(dimension -> IntStream.range(0, dimension.size()).map(c -> dimension.values(c).size()).toArray())
                .toArray(int[][]::new));
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
        AuthenticationMethodMode method = AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH;
        World world = world();
        for (Signal signal : signals) {
            credential = signal instanceof Signal.Secret secret ? secret.credential() : credential;
            method = signal instanceof Signal.Method registered ? registered.mode() : method;
            world = signal instanceof Signal.Time time ? world.at(time.instant()) : world;
        }
        SignIn.Builder session = world.attack(person, kind, credential);
        signals.forEach(signal -> signal.into(session));
        return World.request(session.build(), kind, method);
    }
}
