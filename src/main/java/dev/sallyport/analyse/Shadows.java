package dev.sallyport.analyse;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.SignIn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Which sources ask at least what a policy asks, at every point where it applies; of the users of the directory, or of those who could
 * exist.
 *
 * <h2>When a clause covers another one</h2>
 * A clause implies another one at a point if each of its literals implies one of the other's, or cannot be met there: the device is not
 * compliant, or the platform has no approved apps. Such points are a box per choice of what is missing. So all points at which a source
 * implies a clause are boxes, and {@link Cover} tells whether they cover the box of the policy.
 */
final class Shadows {

    /** What the request itself meets, such as by a compliant device. */
    private static final int MET = -1;

    /** A point at which a policy asks what no other source does. */
    record Open(Space space, List<Signal> signals, Person person, List<Literal> clause, List<List<Literal>> others) { }

    /** A box of a policy in which it asks a clause. */
    private record Asked(Room room, Cover.Box box, List<Literal> clause) { }

    /** What a clause is beside another one: no boxes, or boxes of what is missing; an empty list of needs is the whole box. */
    private record Relation(List<List<Needs>> missing) { }

    /** What belongs to one space. */
    private final class Room {

        private final Space space;
        private final int[] sizes;
        /** For each source and level the classes that belong to it. */
        private final long[][][] classes;
        /** For each need and class of its dimension, whether it is met. */
        private final Map<Needs, long[]> met = new EnumMap<>(Needs.class);
        private final int[] owners;
        /** For each source its demands, with people by class. */
        private final List<List<Asks>> asks = new ArrayList<>();

        Room(Space space) {
            this.space = space;
            sizes = space.dimensions().stream().mapToInt(Dimension::size).toArray();
            owners = new int[space.sources().size()];
            classes = new long[space.sources().size()][sizes.length][];
            for (int i = 0; i < owners.length; i++) {
                Source source = space.sources().get(i);
                owners[i] = source.policy() == null ? rule(source.name()) : numbers.get(source.name());
                for (int level = 0; level < sizes.length; level++) {
                    Dimension dimension = space.dimensions().get(level);
                    int number = i;
                    classes[i][level] = bits(sizes[level], c -> Sets.has(dimension.row(c), number));
                }
                asks.add(source.demands().stream().map(demand -> new Asks(space.classes(demand.people()), requirements
                        .clauses(demand.requirement()))).filter(each -> !each.clauses().isEmpty()).toList());
            }
        }

        private long[] met(Needs need, int level) {
            return met.computeIfAbsent(need, any -> bits(sizes[level], c -> need.isMetBy(space.dimensions().get(level).values(c).get(0))));
        }

        private int level(Axis axis) {
            return IntStream.range(0, sizes.length).filter(level -> space.dimensions().get(level).axis() == axis).findFirst().orElse(-1);
        }
    }

    /** What a source asks of some classes of people. */
    private record Asks(long[] people, List<List<Literal>> clauses) { }

    private final World world;
    private final Requirements requirements = new Requirements();
    private final Proofs proofs;
    private final Map<String, Integer> numbers;
    private final List<String> rules = new ArrayList<>();
    private final List<Room> rooms = new ArrayList<>();
    private final Map<List<Literal>, Map<List<Literal>, Relation>> relations = new HashMap<>();

    /**
     * @param isOpen  whether those who could exist are asked, and not those of the directory
     * @param numbers the numbers of policies by id, which are those of the world
     */
    Shadows(World world, boolean isOpen, Map<String, Integer> numbers) throws PolicyLoadException {
        this.world = world;
        this.numbers = numbers;
        this.proofs = new Proofs(world);
        boolean isOnContexts = world.policies.stream().anyMatch(policy -> !policy.policy().conditions().applications()
                .includeAuthenticationContextClassReferences().isEmpty());
        People people = null;
        for (Kind kind : Kind.values()) {
            people = people != null && kind.isOfPeople() ? people : People.of(List.of(world), kind, isOpen);
            boolean isConcerned = concernsAnyone(people, world) && (kind != Kind.AUTHENTICATION_CONTEXT || isOnContexts);
            Space space = isConcerned ? new Space(world, kind, people, requirements, false, Needs.splitters(world), List.of()) : null;
            if (space != null && !space.isEmpty()) {
                rooms.add(new Room(space));
            }
        }
    }

    private static boolean concernsAnyone(People people, World world) {
        return IntStream.range(0, world.policies.size()).anyMatch(policy -> !Sets.isEmpty(people.concerned(world, policy)));
    }

    private int rule(String name) {
        int known = rules.indexOf(name);
        if (known < 0) {
            rules.add(name);
            known = rules.size() - 1;
        }
        return world.policies.size() + known;
    }

    private static long[] bits(int size, IntPredicate has) {
        long[] bits = new long[Sets.words(size)];
        IntStream.range(0, size).filter(has).forEach(i -> Sets.add(bits, i));
        return bits;
    }

    World world() {
        return world;
    }

    /** The id of a policy or the name of a rule. */
    String name(int owner) {
        return owner < world.policies.size() ? world.policies.get(owner).policy().id() : rules.get(owner - world.policies.size());
    }

    // ---- what a policy is about

    boolean concernsAnyone(int policy) {
        return rooms.stream().anyMatch(room -> concernsAnyone(room, policy));
    }

    private boolean concernsAnyone(Room room, int policy) {
        return !Sets.isEmpty(room.space.people().concerned(world, policy));
    }

    /** The dimensions without a value that meets a policy, of the kind of request that has the fewest; empty if the policy applies. */
    List<Axis> unmet(int policy) {
        CompiledPolicy compiled = world.policies.get(policy);
        return rooms.stream().filter(room -> concernsAnyone(room, policy)).map(room -> room.space.unmet(compiled))
                .min(Comparator.comparing((List<Axis> unmet) -> unmet.contains(Axis.APPLICATION)).thenComparing(List::size)).orElseThrow();
    }

    /** Whether a policy asks anything of anyone. */
    boolean asks(int policy) {
        return asked(policy).findAny().isPresent();
    }

    /** The share of requests and people that a policy is about, at most; for comparisons. */
    double width(int policy) {
        double width = 0;
        for (Room room : rooms) {
            for (int i = 0; i < room.owners.length; i++) {
                if (room.owners[i] == policy) {
                    double share = 1;
                    for (int level = 0; level < room.sizes.length; level++) {
                        share *= (double) count(room.classes[i][level]) / room.sizes[level];
                    }
                    int which = i;
                    width += share * room.asks.get(which).stream().mapToInt(each -> count(each.people())).sum() / room.space.sets().size();
                }
            }
        }
        return width;
    }

    private static int count(long[] bits) {
        int count = 0;
        for (long word : bits) {
            count += Long.bitCount(word);
        }
        return count;
    }

    /** Whether two policies apply to one request. */
    boolean overlap(int one, int other) {
        for (Room room : rooms) {
            for (int i = 0; i < room.owners.length; i++) {
                for (int j = 0; j < room.owners.length; j++) {
                    if (room.owners[i] == one && room.owners[j] == other && room.asks.get(i).stream().anyMatch(a(room, j))
                            && meet(room.classes[i], room.classes[j])) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static Predicate<Asks> a(Room room, int source) {
        return own -> room.asks.get(source).stream().anyMatch(each -> Sets.intersects(own.people(), each.people()));
    }

    private static boolean meet(long[][] some, long[][] others) {
        return IntStream.range(0, some.length).allMatch(level -> Sets.intersects(some[level], others[level]));
    }

    /** Each box of a policy with each clause that it asks there. */
    private Stream<Asked> asked(int policy) {
        return rooms.stream().flatMap(room -> IntStream.range(0, room.owners.length).filter(i -> room.owners[i] == policy
                && Stream.of(room.classes[i]).noneMatch(Sets::isEmpty)).boxed().flatMap(i -> room.asks.get(i).stream()
                .flatMap(asks -> asks.clauses().stream().map(clause -> new Asked(room, new Cover.Box(policy, room.classes[i],
                        asks.people()), clause)))));
    }

    // ---- what others ask

    /**
     * Calls back for points at which a policy asks what no other source does, until one is accepted.
     *
     * @param kept the policies and rules that count
     * @return whether one was accepted
     */
    boolean open(int policy, IntPredicate kept, Predicate<Open> accepted) {
        return asked(policy).anyMatch(asked -> {
            Cover.Point point = Cover.open(asked.box(), boxes(asked, asked.clause(), owner -> owner != policy && kept.test(owner)),
                    asked.room().sizes);
            return point != null && accepted.test(open(asked, point, policy));
        });
    }

    private Open open(Asked asked, Cover.Point point, int policy) {
        Room room = asked.room();
        List<Signal> signals = new ArrayList<>();
        for (int level = 0; level < room.sizes.length; level++) {
            signals.add(room.space.dimensions().get(level).values(point.classes()[level]).get(0));
        }
        List<List<Literal>> others = new ArrayList<>();
        for (int i = 0; i < room.owners.length; i++) {
            int source = i;
            if (room.owners[i] != policy && IntStream.range(0, room.sizes.length).allMatch(level -> Sets.has(room.classes[source][level],
                    point.classes()[level]))) {
                room.asks.get(i).stream().filter(each -> Sets.has(each.people(), point.person())).forEach(each -> others
                        .addAll(each.clauses()));
            }
        }
        return new Open(room.space, signals, room.space.persons(point.person()).get(0), asked.clause(), others);
    }

    /** Whether a policy is blocked wherever it asks something. */
    boolean isBlocked(int policy, IntPredicate by) {
        return asked(policy).allMatch(asked -> Cover.open(asked.box(), boxes(asked, List.of(), by), asked.room().sizes) == null);
    }

    /** The policies and rules that ask at least what a policy asks, or block what it asks; rules only where policies do not. */
    Set<Integer> owners(int policy, IntPredicate kept, boolean blocking) {
        Set<Integer> owners = new HashSet<>();
        asked(policy).forEach(asked -> {
            List<Cover.Box> all = boxes(asked, blocking ? List.of() : asked.clause(), owner -> owner != policy && kept.test(owner));
            List<Cover.Box> ofPolicies = all.stream().filter(box -> box.owner() < world.policies.size()).toList();
            int[] sizes = asked.room().sizes;
            owners.addAll(Cover.owners(asked.box(), Cover.open(asked.box(), ofPolicies, sizes) == null ? ofPolicies : all, sizes, owners));
        });
        owners.remove(MET);
        return owners;
    }

    /** The parts of a box in which a clause of others implies a clause. */
    private List<Cover.Box> boxes(Asked asked, List<Literal> clause, IntPredicate kept) {
        Room room = asked.room();
        List<Cover.Box> boxes = new ArrayList<>();
        for (int i = 0; i < room.owners.length; i++) {
            if (!kept.test(room.owners[i]) || !meet(room.classes[i], asked.box().classes())) {
                continue;
            }
            for (Asks asks : room.asks.get(i)) {
                if (Sets.intersects(asks.people(), asked.box().people())) {
                    for (List<Literal> other : asks.clauses()) {
                        for (List<Needs> missing : relation(other, clause).missing()) {
                            add(boxes, room, room.owners[i], room.classes[i], asks.people(), missing, false);
                        }
                    }
                }
            }
        }
        for (Literal literal : clause) {
            if (Needs.suffice(literal)) {
                add(boxes, room, MET, asked.box().classes(), asked.box().people(), Needs.of(literal), true);
            }
        }
        return boxes;
    }

    private static void add(List<Cover.Box> boxes, Room room, int owner, long[][] classes, long[] people, List<Needs> needs,
            boolean isMet) {
        long[][] narrower = classes.clone();
        for (Needs need : needs) {
            int level = room.level(need.axis());
            long[] met = room.met(need, level);
            long[] left = narrower[level].clone();
            if (isMet) {
                left = Sets.and(left, met);
            } else {
                Sets.remove(left, met);
            }
            if (Sets.isEmpty(left)) {
                return;
            }
            narrower[level] = left;
        }
        boxes.add(new Cover.Box(owner, narrower, people));
    }

    private Relation relation(List<Literal> clause, List<Literal> implied) {
        return relations.computeIfAbsent(implied, any -> new HashMap<>()).computeIfAbsent(clause, any -> {
            List<List<Needs>> missing = List.of(List.of());
            for (Literal literal : clause) {
                if (implied.stream().anyMatch(each -> Requirements.implies(literal, each))) {
                    continue;
                }
                List<List<Needs>> more = new ArrayList<>();
                for (List<Needs> before : missing) {
                    Needs.of(literal).forEach(need -> more.add(Stream.concat(before.stream(), Stream.of(need)).toList()));
                }
                missing = more;
            }
            return new Relation(missing);
        });
    }

    // ---- witnesses

    /** Sessions that meet what others ask at a point, and not what a policy asks; the likeliest to be decided otherwise first. */
    List<SignIn> sessions(Open open, int policy) {
        SignIn begin = Proofs.withoutLoneFactors(proofs.begin(open.person(), open.signals()), open.clause());
        SignIn meeting = proofs.meeting(begin, open.others(), open.clause(), open.signals());
        List<SignIn> sessions = new ArrayList<>();
        for (SignIn session : Stream.of(meeting, begin).filter(Objects::nonNull).toList()) {
            for (Literal literal : open.clause()) {
                if (literal instanceof Literal.Frequency frequency) {
                    sessions.add(proofs.aged(session, frequency.frequency()));
                }
            }
            sessions.add(session);
        }
        return sessions.stream().distinct().toList();
    }
}
