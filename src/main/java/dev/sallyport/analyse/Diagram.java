package dev.sallyport.analyse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * changes the answer.
 *
 * <h2>Numbers</h2>
 * A node that is not negative has a level and one child per class of its dimension. A negative one is a terminal: {@link #partition} gives
 * its partition, as pairs of a value and a set of people that do not overlap. A node may be levels below its parent; every class of the
 * levels between leads to it.
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

    private record Key(int level, int partition, Sets.Words undecided) { }

    /** An odd number: it makes of each pair of numbers another key, and the keys differ in their hash codes as well. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

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

    private final List<int[]> partitions = new ArrayList<>();
    private final Map<Numbers, Integer> partitionNumbers = new HashMap<>();
    private final Map<Long, Integer> joined = new HashMap<>();
    private final List<int[]> children = new ArrayList<>();
    private final List<Integer> levels = new ArrayList<>();
    private final Map<Numbers, Integer> nodeNumbers = new HashMap<>();
    /** Nodes by what was undecided, and by what of it matters. */
    private final Map<Key, Integer> built = new HashMap<>();
    private final Map<Key, Integer> split = new HashMap<>();
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
        root = build(0, partition(new int[] {0, people.all()}), undecided);
    }

    /** The node to begin with. */
    int root() {
        return root;
    }

    int level(int node) {
        return levels.get(node);
    }

    /** The child of a node for a class. */
    int child(int node, int level, int ofClass) {
        return node < 0 || levels.get(node) > level ? node : children.get(node)[ofClass];
    }

    /** The pairs of value and people of a terminal. */
    int[] partition(int terminal) {
        return partitions.get(~terminal);
    }

    /** What is asked of one of the people at a point. */
    int value(int[] point, int person) {
        int node = root;
        while (node >= 0) {
            node = children.get(node)[point[levels.get(node)]];
        }
        int[] pairs = partition(node);
        for (int i = 0; i < pairs.length; i += 2) {
            if (Sets.has(people.bits(pairs[i + 1]), person)) {
                return pairs[i];
            }
        }
        throw new IllegalStateException("a partition leaves a user out");
    }

    private int build(int from, int partition, long[] undecided) {
        Key key = new Key(from, partition, new Sets.Words(undecided));
        Integer known = built.get(key);
        if (known == null) {
            known = reduced(from, partition, undecided);
            built.put(key, known);
        }
        return known;
    }

    private int reduced(int from, int partitionSoFar, long[] of) {
        int level = from;
        int partition = partitionSoFar;
        long[] undecided = of.clone();
        while (true) {
            for (int w = 0; w < undecided.length; w++) {
                for (long ready = undecided[w] & ~conditionedFrom[level][w]; ready != 0; ready &= ready - 1) {
                    partition = joined(partition, (w << 6) + Long.numberOfTrailingZeros(ready));
                }
                undecided[w] &= conditionedFrom[level][w];
            }
            for (int w = 0; w < undecided.length; w++) {
                for (long rest = undecided[w]; rest != 0; rest &= rest - 1) {
                    if (joined(partition, (w << 6) + Long.numberOfTrailingZeros(rest)) == partition) {
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
        Key key = new Key(level, partition, new Sets.Words(undecided));
        Integer known = split.get(key);
        if (known != null) {
            return known;
        }
        int[] below = new int[rows[level].length];
        for (int c = 0; c < below.length; c++) {
            below[c] = build(level + 1, partition, Sets.and(undecided, rows[level][c]));
        }
        int node = node(level, below);
        split.put(key, node);
        return node;
    }

    private boolean isSettled(int partition, long[] undecided) {
        if (!Arrays.equals(Sets.and(undecided, settled.sources()), undecided)) {
            return false;
        }
        int[] pairs = partitions.get(partition);
        for (int i = 0; i < pairs.length; i += 2) {
            if (!settled.values().test(pairs[i])) {
                return false;
            }
        }
        return true;
    }

    private int node(int level, int[] below) {
        if (Arrays.stream(below).allMatch(child -> child == below[0])) {
            return below[0];
        }
        return nodeNumbers.computeIfAbsent(Numbers.of(level, below), any -> {
            children.add(below);
            levels.add(level);
            return children.size() - 1;
        });
    }

    private int partition(int[] pairs) {
        return partitionNumbers.computeIfAbsent(new Numbers(pairs), any -> {
            partitions.add(pairs);
            return partitions.size() - 1;
        });
    }

    /** The partition with what a source asks of its people. */
    private int joined(int partition, int source) {
        return joined.computeIfAbsent(((long) partition << 32 | source) * SPREAD, key -> {
            Map<Integer, Integer> parts = new TreeMap<>();
            int[] pairs = partitions.get(partition);
            for (int i = 0; i < pairs.length; i += 2) {
                int rest = pairs[i + 1];
                for (Demand demand : sources.get(source).demands()) {
                    int concerned = people.and(pairs[i + 1], demand.people());
                    if (concerned != Sets.EMPTY) {
                        parts.merge(join.applyAsInt(pairs[i], demand.value()), concerned, people::or);
                        rest = people.minus(rest, concerned);
                    }
                }
                if (rest != Sets.EMPTY) {
                    parts.merge(pairs[i], rest, people::or);
                }
            }
            int[] made = new int[2 * parts.size()];
            int at = 0;
            for (Map.Entry<Integer, Integer> part : parts.entrySet()) {
                made[at++] = part.getKey();
                made[at++] = part.getValue();
            }
            return partition(made);
        });
    }
}
