package dev.sallyport.analyse;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Regions of a space: for every point a set of people. A region is a diagram whose terminals are sets, and the methods turn it into
 * boxes. One object holds all regions of a space, so that equal parts of them are one node.
 */
final class Regions {

    /**
     * A box: for every dimension some of its classes, and some people. Every point of it, with each of the people, belongs to the region
     * that it was made of.
     *
     * @param classes for each level the classes, as bits
     * @param people  the number of a set
     */
    record Box(long[][] classes, int people) { }

    private final Sets people;
    /** For each level and class, how many values of the dimension it stands for. */
    private final int[][] weights;
    private final double[] totals;
    /** How many people each member of a set stands for. */
    private final int[] personWeights;
    /** How many people sets stand for, by their numbers; 0 where that is unknown. */
    private int[] setWeights = new int[1];

    private final Nodes nodes = new Nodes();
    private final Map<Integer, Double> volumes = new HashMap<>();
    private final Map<Integer, Double> heaviest = new HashMap<>();

    Regions(Sets people, int[] personWeights, int[][] weights) {
        this.people = people;
        this.personWeights = personWeights;
        this.weights = weights;
        this.totals = Arrays.stream(weights).mapToDouble(level -> Arrays.stream(level).sum()).toArray();
    }

    /** Where the people have a value for which a test holds. */
    int of(Diagram diagram, IntPredicate test) {
        return part(diagram, (value, set) -> test.test(value) ? set : Sets.EMPTY);
    }

    private int part(Diagram diagram, int node, IntBinaryOperator chosen, Map<Integer, Integer> done) {
        Integer known = done.get(node);
        if (known != null) {
            return known;
        }
        int made;
        if (node < 0) {
            int set = Sets.EMPTY;
            for (long pair : diagram.partition(node)) {
                set = people.or(set, chosen.applyAsInt(Diagram.value(pair), Diagram.people(pair)));
            }
            made = ~set;
        } else {
            int level = diagram.level(node);
            int[] below = new int[weights[level].length];
            for (int c = 0; c < below.length; c++) {
                below[c] = part(diagram, diagram.child(node, level, c), chosen, done);
            }
            made = nodes.node(level, below);
        }
        done.put(node, made);
        return made;
    }

    /**
     * Some of the people at every point.
     *
     * @param chosen takes a value and the set of people who have it, and returns those of them who belong to the region
     */
    int part(Diagram diagram, IntBinaryOperator chosen) {
        return part(diagram, diagram.root(), chosen, new HashMap<>());
    }

    /** The region with other sets of people. */
    int mapped(int region, IntUnaryOperator change) {
        return mapped(region, change, new HashMap<>());
    }

    private int mapped(int region, IntUnaryOperator change, Map<Integer, Integer> done) {
        Integer known = done.get(region);
        if (known == null) {
            known = region < 0 ? ~change.applyAsInt(~region)
                    : nodes.node(nodes.level(region), IntStream.range(0, nodes.width(region)).map(c -> mapped(nodes.child(region, c),
                    change, done)).toArray());
            done.put(region, known);
        }
        return known;
    }

    boolean isEmpty(int region) {
        return region == ~Sets.EMPTY;
    }

    private int level(int region) {
        return region < 0 ? weights.length : nodes.level(region);
    }

    /** The set of people of a region at a point. */
    int at(int region, int[] point) {
        int node = region;
        while (node >= 0) {
            node = nodes.child(node, point[nodes.level(node)]);
        }
        return ~node;
    }

    /** How many people a set stands for. */
    int weight(int set) {
        if (set >= setWeights.length) {
            setWeights = Arrays.copyOf(setWeights, Math.max(set + 1, 2 * setWeights.length));
        }
        if (set != Sets.EMPTY && setWeights[set] == 0) {
            long[] bits = people.bits(set);
            for (int w = 0; w < bits.length; w++) {
                for (long rest = bits[w]; rest != 0; rest &= rest - 1) {
                    setWeights[set] += personWeights[(w << 6) + Long.numberOfTrailingZeros(rest)];
                }
            }
        }
        return setWeights[set];
    }

    /** How many requests of how many people a region holds. */
    double volume(int region) {
        return volumeFrom(region) * skipped(0, level(region));
    }

    private double volumeFrom(int region) {
        if (region < 0) {
            return weight(~region);
        }
        Double known = volumes.get(region);
        if (known == null) {
            int level = nodes.level(region);
            known = 0.0;
            for (int c = 0; c < weights[level].length; c++) {
                int child = nodes.child(region, c);
                known += weights[level][c] * skipped(level + 1, level(child)) * volumeFrom(child);
            }
            volumes.put(region, known);
        }
        return known;
    }

    private double skipped(int from, int to) {
        double product = 1;
        for (int level = from; level < to; level++) {
            product *= totals[level];
        }
        return product;
    }

    /** How many requests a box holds: of its people, or of those that a region has at each point. */
    double volume(int region, Box box, boolean ofRegion) {
        double points = 1;
        for (int level = 0; level < weights.length; level++) {
            int values = 0;
            for (int c = 0; c < weights[level].length; c++) {
                values += Sets.has(box.classes()[level], c) ? weights[level][c] : 0;
            }
            points *= values;
        }
        return points * (ofRegion ? least(region, box.classes()) : weight(box.people()));
    }

    /** The least number of people that a region has at a point of some classes. */
    int least(int region, long[][] classes) {
        return least(region, classes, new HashMap<>());
    }

    private int least(int node, long[][] classes, Map<Integer, Integer> done) {
        if (node < 0) {
            return weight(~node);
        }
        Integer known = done.get(node);
        if (known == null) {
            known = Integer.MAX_VALUE;
            for (int c = 0; c < nodes.width(node); c++) {
                if (Sets.has(classes[nodes.level(node)], c)) {
                    known = Math.min(known, least(nodes.child(node, c), classes, done));
                }
            }
            done.put(node, known);
        }
        return known;
    }

    /** The region of a box. */
    int of(Box box) {
        int node = ~box.people();
        for (int level = weights.length - 1; level >= 0; level--) {
            int[] below = new int[weights[level].length];
            for (int c = 0; c < below.length; c++) {
                below[c] = Sets.has(box.classes()[level], c) ? node : ~Sets.EMPTY;
            }
            node = nodes.node(level, below);
        }
        return node;
    }

    /** The people whom a region holds at some point. */
    int anywhere(int region) {
        return anywhere(region, new HashMap<>());
    }

    private int anywhere(int node, Map<Integer, Integer> done) {
        if (node < 0) {
            return ~node;
        }
        Integer known = done.get(node);
        if (known == null) {
            known = Sets.EMPTY;
            for (int c = 0; c < nodes.width(node); c++) {
                known = people.or(known, anywhere(nodes.child(node, c), done));
            }
            done.put(node, known);
        }
        return known;
    }

    /** What belongs to both regions. */
    int and(int a, int b) {
        return joined(a, b, people::and, new IntMemo());
    }

    /** What belongs to one of the regions. */
    int or(int a, int b) {
        return joined(a, b, people::or, new IntMemo());
    }

    /** What belongs to the first region and not to the second one. */
    int minus(int a, int b) {
        return joined(a, b, people::minus, new IntMemo());
    }

    private int joined(int a, int b, IntBinaryOperator join, IntMemo done) {
        if (a < 0 && b < 0) {
            return ~join.applyAsInt(~a, ~b);
        }
        int known = done.get(a, b);
        if (known != IntMemo.UNKNOWN) {
            return known;
        }
        int level = Math.min(level(a), level(b));
        int[] below = new int[weights[level].length];
        for (int c = 0; c < below.length; c++) {
            below[c] = joined(level(a) == level ? nodes.child(a, c) : a, level(b) == level ? nodes.child(b, c) : b, join, done);
        }
        return done.put(a, b, nodes.node(level, below));
    }

    // ---- boxes

    /**
     * Cuts a region into boxes, the largest first. None of them is within the others together.
     *
     * @param room  the number of boxes at most
     * @param boxes takes the boxes
     * @return how many requests are left, which belong to none of them
     */
    double cut(int whole, int room, List<Box> boxes) {
        int left = whole;
        while (!isEmpty(left) && boxes.size() < room) {
            Box box = box(whole, left);
            left = without(left, box);
            boxes.add(box);
        }
        prune(boxes);
        return volume(left);
    }

    /** Drops boxes that the others cover, the smallest first. */
    private void prune(List<Box> boxes) {
        int[] before = new int[boxes.size() + 1];
        before[0] = ~Sets.EMPTY;
        for (int i = 0; i < boxes.size(); i++) {
            before[i + 1] = or(before[i], of(boxes.get(i)));
        }
        int after = ~Sets.EMPTY;
        for (int i = boxes.size() - 1; i >= 0; i--) {
            int own = of(boxes.get(i));
            if (isEmpty(minus(own, or(before[i], after)))) {
                boxes.remove(i);
            } else {
                after = or(after, own);
            }
        }
    }

    /**
     * The box that begins at the heaviest path of what is left, grows within that, and then within the whole region until nothing can be
     * added.
     *
     * @param whole the region that the box must stay in
     * @param left  a part of it that is not empty
     */
    Box box(int whole, int left) {
        long[][] classes = new long[weights.length][];
        for (int level = 0; level < weights.length; level++) {
            classes[level] = new long[Sets.words(weights[level].length)];
        }
        int node = left;
        for (int level = 0; level < weights.length; level++) {
            int best = 0;
            if (level(node) == level) {
                for (int c = 1; c < weights[level].length; c++) {
                    best = path(node, c) > path(node, best) ? c : best;
                }
                node = nodes.child(node, best);
            }
            Sets.add(classes[level], best);
        }
        grow(left, classes, ~node);
        grow(whole, classes, ~node);
        return new Box(classes, common(whole, classes));
    }

    /** Adds each class with which a region still holds some people at every point. */
    private void grow(int region, long[][] classes, int kept) {
        for (int level = 0; level < weights.length; level++) {
            long[] chosen = classes[level];
            for (int c = 0; c < weights[level].length; c++) {
                if (!Sets.has(chosen, c)) {
                    classes[level] = new long[chosen.length];
                    Sets.add(classes[level], c);
                    if (people.isWithin(kept, common(region, classes))) {
                        Sets.add(chosen, c);
                    }
                    classes[level] = chosen;
                }
            }
        }
    }

    private double path(int node, int ofClass) {
        int level = nodes.level(node);
        int child = nodes.child(node, ofClass);
        return weights[level][ofClass] * skipped(level + 1, level(child)) * heaviest(child);
    }

    private double heaviest(int node) {
        if (node < 0) {
            return weight(~node);
        }
        Double known = heaviest.get(node);
        if (known == null) {
            known = 0.0;
            for (int c = 0; c < nodes.width(node); c++) {
                known = Math.max(known, path(node, c));
            }
            heaviest.put(node, known);
        }
        return known;
    }

    /** The people who belong to a region at every point of some classes. */
    int common(int region, long[][] classes) {
        return common(region, classes, new HashMap<>());
    }

    private int common(int node, long[][] classes, Map<Integer, Integer> done) {
        if (node < 0) {
            return ~node;
        }
        Integer known = done.get(node);
        if (known == null) {
            known = people.all();
            for (int c = 0; c < nodes.width(node) && known != Sets.EMPTY; c++) {
                if (Sets.has(classes[nodes.level(node)], c)) {
                    known = people.and(known, common(nodes.child(node, c), classes, done));
                }
            }
            done.put(node, known);
        }
        return known;
    }

    /** A region without a box. */
    int without(int region, Box box) {
        return without(region, 0, box, new IntMemo());
    }

    private int without(int node, int level, Box box, IntMemo done) {
        if (level == weights.length) {
            return ~people.minus(~node, box.people());
        }
        if (isEmpty(node)) {
            return node;
        }
        int known = done.get(node, level);
        if (known != IntMemo.UNKNOWN) {
            return known;
        }
        int[] below = new int[weights[level].length];
        for (int c = 0; c < below.length; c++) {
            int child = level(node) == level ? nodes.child(node, c) : node;
            below[c] = Sets.has(box.classes()[level], c) ? without(child, level + 1, box, done) : child;
        }
        return done.put(node, level, nodes.node(level, below));
    }
}
