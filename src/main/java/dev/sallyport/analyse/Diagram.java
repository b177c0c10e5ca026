package dev.sallyport.analyse;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntBinaryOperator;
import java.util.function.IntPredicate;

/**
 * A decision diagram: for every point of a space, the people partitioned by what is asked of them.
 *
 * <h2>How it is built</h2>
 * Depth first, a dimension per level, with a memo on what still matters: the partition so far and the sources that are not decided. A
 * source that has no condition at this level or below is joined into the partition; one that can change nothing is dropped. When none is
 * left, the partition is the terminal, however many levels remain. The join is associative, commutative and idempotent, so none of this
 * changes the answer. No set of people is kept that only lies on the way from one partition to the next.
 *
 * <h2>Numbers</h2>
 * A node that is not negative has a level and one child per class of its dimension. A negative one is a terminal: {@link #partition} gives
 * its partition, as {@linkplain #value pairs} of a value and a set of people that do not overlap. A node may be levels below its parent;
 * every class of the levels between leads to it.
 */
final class Diagram {

    /** What a source asks of some people; each of them is in one demand of a source at most. */
    record Demand(int value, int people) { }

    /** One that may ask something: a class of each dimension belongs to it or not. */
    record Asking(List<Demand> demands) { }

    /**
     * When the rest does not matter: values that hold, while sources that keep them so are all that is undecided.
     *
     * @param values  whether a value holds
     * @param sources those that keep such a value so, as bits
     */
    record Settled(IntPredicate values, long[] sources) { }

    private final Sets people;
    private final IntBinaryOperator join;
    private final Settled settled;
    private final List<Asking> sources;
    /** For each level and class the sources that it belongs to. */
    private final long[][][] rows;
    /** For each level the sources that have a condition there. */
    private final long[][] conditioned;
    /** For each level the sources that have a condition there or below. */
    private final long[][] conditionedFrom;

    /** Of each partition the pairs, a word each. */
    private final Numbering partitions = new Numbering();
    /** For each partition and source whether that changes it, as 1 or 0. */
    private final IntMemo changing = new IntMemo();
    private final Nodes nodes = new Nodes();
    /** For each level the nodes by the partition and what was undecided, and by what of that matters. */
    private final IntMemo[] built;
    private final IntMemo[] split;
    private final Numbering undecidedSources = new Numbering();
    private final int root;

    /**
     * @param people  the sets that the demands are about
     * @param join    what is asked together; value 0 asks nothing
     * @param sources all that may ask
     * @param rows    for each level and class, the sources that it belongs to, as bits
     */
    Diagram(Sets people, IntBinaryOperator join, List<Asking> sources, long[][][] rows) {
        this(people, join, sources, rows, new Settled(value -> false, new long[Sets.words(sources.size())]));
    }

    /** @param settled when a terminal may tell less than all that is asked */
    Diagram(Sets people, IntBinaryOperator join, List<Asking> sources, long[][][] rows, Settled settled) {
        this.people = people;
        this.join = join;
        this.settled = settled;
        this.sources = sources;
        this.rows = rows;
        int words = Sets.words(sources.size());
        conditioned = new long[rows.length + 1][words];
        conditionedFrom = new long[rows.length + 1][words];
        long[] undecided = new long[words];
        for (int source = 0; source < sources.size(); source++) {
            Sets.add(undecided, source);
        }
        for (int level = rows.length - 1; level >= 0; level--) {
            for (int w = 0; w < words; w++) {
                long everywhere = -1;
                for (long[] row : rows[level]) {
                    everywhere &= row[w];
                }
                conditioned[level][w] = undecided[w] & ~everywhere;
                conditionedFrom[level][w] = conditioned[level][w] | conditionedFrom[level + 1][w];
            }
        }
        built = memos(rows.length + 1);
        split = memos(rows.length);
        root = build(0, partitions.number(new long[] {pair(0, people.all())}), undecided);
    }

    private static IntMemo[] memos(int levels) {
        IntMemo[] memos = new IntMemo[levels];
        Arrays.setAll(memos, level -> new IntMemo());
        return memos;
    }

    /** The node to begin with. */
    int root() {
        return root;
    }

    int level(int node) {
        return nodes.level(node);
    }

    /** The child of a node for a class. */
    int child(int node, int level, int ofClass) {
        return node < 0 || nodes.level(node) > level ? node : nodes.child(node, ofClass);
    }

    /** The pairs of a terminal. */
    long[] partition(int terminal) {
        return partitions.key(~terminal);
    }

    /** The value of a pair. */
    static int value(long pair) {
        return (int) (pair >> 32);
    }

    /** The set of people of a pair. */
    static int people(long pair) {
        return (int) pair;
    }

    /** What is asked of one of the people at a point. */
    int value(int[] point, int person) {
        int node = root;
        while (node >= 0) {
            node = nodes.child(node, point[nodes.level(node)]);
        }
        for (long pair : partition(node)) {
            if (Sets.has(people.bits(people(pair)), person)) {
                return value(pair);
            }
        }
        throw new IllegalStateException("a partition leaves a user out");
    }

    private int build(int from, int partition, long[] undecided) {
        int sources = undecidedSources.number(undecided);
        int known = built[from].get(partition, sources);
        return known != IntMemo.UNKNOWN ? known : built[from].put(partition, sources, reduced(from, partition, undecided));
    }

    private int reduced(int from, int partitionSoFar, long[] of) {
        int level = from;
        int partition = partitionSoFar;
        long[] undecided = of.clone();
        while (true) {
            partition = joined(partition, undecided, conditionedFrom[level]);
            for (int w = 0; w < undecided.length; w++) {
                undecided[w] &= conditionedFrom[level][w];
                for (long rest = undecided[w]; rest != 0; rest &= rest - 1) {
                    if (!changes(partition, (w << 6) + Long.numberOfTrailingZeros(rest))) {
                        undecided[w] &= ~Long.lowestOneBit(rest);
                    }
                }
            }
            if (Sets.isEmpty(undecided) || isSettled(partition, undecided)) {
                return ~partition;
            }
            if (Sets.intersects(undecided, conditioned[level])) {
                break;
            }
            level++;
        }
        int rest = undecidedSources.number(undecided);
        int known = split[level].get(partition, rest);
        if (known != IntMemo.UNKNOWN) {
            return known;
        }
        int[] below = new int[rows[level].length];
        for (int c = 0; c < below.length; c++) {
            below[c] = build(level + 1, partition, Sets.and(undecided, rows[level][c]));
        }
        return split[level].put(partition, rest, nodes.node(level, below));
    }

    private boolean isSettled(int partition, long[] undecided) {
        if (!Arrays.equals(Sets.and(undecided, settled.sources()), undecided)) {
            return false;
        }
        for (long pair : partitions.key(partition)) {
            if (!settled.values().test(value(pair))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a source changes a partition. */
    private boolean changes(int partition, int source) {
        int known = changing.get(partition, source);
        if (known == IntMemo.UNKNOWN) {
            boolean changes = false;
            for (long pair : partitions.key(partition)) {
                for (Demand demand : sources.get(source).demands()) {
                    changes |= join.applyAsInt(value(pair), demand.value()) != value(pair)
                            && Sets.intersects(people.bits(people(pair)), people.bits(demand.people()));
                }
            }
            known = changing.put(partition, source, changes ? 1 : 0);
        }
        return known == 1;
    }

    /** A partition with what some sources ask of their people: those that are undecided, and that no condition from a level on keeps so. */
    private int joined(int partition, long[] undecided, long[] conditioned) {
        SortedMap<Integer, long[]> parts = null;
        for (int w = 0; w < undecided.length; w++) {
            for (long ready = undecided[w] & ~conditioned[w]; ready != 0; ready &= ready - 1) {
                int source = (w << 6) + Long.numberOfTrailingZeros(ready);
                if (parts != null || changes(partition, source)) {
                    parts = parts == null ? parts(partition) : parts;
                    for (Demand demand : sources.get(source).demands()) {
                        ask(parts, demand);
                    }
                }
            }
        }
        return parts == null ? partition : partitions.number(parts.entrySet().stream().filter(part -> !Sets.isEmpty(part.getValue()))
                .mapToLong(part -> pair(part.getKey(), people.number(part.getValue()))).toArray());
    }

    private SortedMap<Integer, long[]> parts(int partition) {
        SortedMap<Integer, long[]> parts = new TreeMap<>();
        for (long pair : partitions.key(partition)) {
            parts.put(value(pair), people.bits(people(pair)).clone());
        }
        return parts;
    }

    /** Moves the people of a demand to the parts of what is asked of them then. */
    private void ask(SortedMap<Integer, long[]> parts, Demand demand) {
        long[] asked = people.bits(demand.people());
        for (int value : List.copyOf(parts.keySet())) {
            int together = join.applyAsInt(value, demand.value());
            long[] from = parts.get(value);
            if (together != value && Sets.intersects(from, asked)) {
                Sets.add(parts.computeIfAbsent(together, any -> new long[asked.length]), Sets.and(from, asked));
                Sets.remove(from, asked);
            }
        }
    }

    private static long pair(int value, int people) {
        return (long) value << 32 | people;
    }
}
