package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Diagrams and their boxes, compared with counting every point of small spaces made up at random. */
class RegionsTest {

    private static final int PEOPLE = 5;
    private static final int OPEN = 0;
    private static final int CLOSED = 1;

    private final Random random = new Random(7);

    /** A space of up to four dimensions, in which sources close points to some people. */
    private final class Small {

        final int[] sizes = random.ints(1 + random.nextInt(4), 1, 5).toArray();
        final Sets sets = new Sets(PEOPLE);
        final int[][] weights = Arrays.stream(sizes).mapToObj(size -> random.ints(size, 1, 4).toArray()).toArray(int[][]::new);
        final int[] personWeights = random.ints(PEOPLE, 1, 3).toArray();
        final long[][][] rows = new long[sizes.length][][];
        final List<Diagram.Asking> sources = new ArrayList<>();

        Small() {
            int count = random.nextInt(6);
            for (int s = 0; s < count; s++) {
                sources.add(new Diagram.Asking(List.of(new Diagram.Demand(CLOSED, sets.number(new long[] {1 + random.nextInt((1 << PEOPLE) - 1)})))));
            }
            for (int level = 0; level < sizes.length; level++) {
                rows[level] = new long[sizes[level]][1];
                for (long[] row : rows[level]) {
                    row[0] = random.nextInt(1 << count) | random.nextInt(1 << count);
                }
            }
        }

        boolean isOpen(int[] point, int person) {
            for (int s = 0; s < sources.size(); s++) {
                boolean applies = Sets.has(sets.bits(sources.get(s).demands().get(0).people()), person);
                for (int level = 0; level < sizes.length; level++) {
                    applies &= Sets.has(rows[level][point[level]], s);
                }
                if (applies) {
                    return false;
                }
            }
            return true;
        }

        List<int[]> points() {
            List<int[]> points = new ArrayList<>(List.of(new int[sizes.length]));
            for (int level = 0; level < sizes.length; level++) {
                List<int[]> more = new ArrayList<>();
                for (int[] point : points) {
                    for (int c = 0; c < sizes[level]; c++) {
                        int[] next = point.clone();
                        next[level] = c;
                        more.add(next);
                    }
                }
                points = more;
            }
            return points;
        }
    }

    private static boolean isInside(Regions.Box box, int[] point) {
        for (int level = 0; level < point.length; level++) {
            if (!Sets.has(box.classes()[level], point[level])) {
                return false;
            }
        }
        return true;
    }

    @Test
    void diagram_saysWhatEverySourceAsks_atEveryPoint_whateverTheOrder() {
        for (int i = 0; i < 300; i++) {
            Small small = new Small();
            Diagram diagram = new Diagram(small.sets, Math::max, small.sources, small.rows);
            for (int[] point : small.points()) {
                for (int person = 0; person < PEOPLE; person++) {
                    assertThat(diagram.value(point, person)).isEqualTo(small.isOpen(point, person) ? OPEN : CLOSED);
                }
            }
        }
    }

    @Test
    void boxes_coverARegion_andNothingElse_andNoneCanGrow() {
        for (int i = 0; i < 300; i++) {
            Small small = new Small();
            Regions regions = new Regions(small.sets, small.personWeights, small.weights);
            int whole = regions.of(new Diagram(small.sets, Math::max, small.sources, small.rows), value -> value == OPEN);
            List<Regions.Box> boxes = new ArrayList<>();
            for (int left = whole; !regions.isEmpty(left); left = regions.without(left, boxes.get(boxes.size() - 1))) {
                boxes.add(regions.box(whole, left));
            }
            double volume = 0;
            for (int[] point : small.points()) {
                double weight = 1;
                for (int level = 0; level < point.length; level++) {
                    weight *= small.weights[level][point[level]];
                }
                TreeSet<Integer> open = new TreeSet<>();
                for (int person = 0; person < PEOPLE; person++) {
                    int each = person;
                    boolean isBoxed = boxes.stream().anyMatch(box -> isInside(box, point) && Sets.has(small.sets.bits(box.people()), each));
                    assertThat(isBoxed).as("a point in a box").isEqualTo(small.isOpen(point, person));
                    volume += isBoxed ? weight * small.personWeights[person] : 0;
                    if (isBoxed) {
                        open.add(person);
                    }
                }
                assertThat(Long.bitCount(small.sets.bits(regions.at(whole, point))[0])).isEqualTo(open.size());
            }
            assertThat(regions.volume(whole)).isEqualTo(volume);
            boxes.forEach(box -> assertNoneLarger(small, regions, whole, box));
        }
    }

    private static void assertNoneLarger(Small small, Regions regions, int whole, Regions.Box box) {
        assertThat(box.people()).isNotEqualTo(Sets.EMPTY);
        for (int level = 0; level < small.sizes.length; level++) {
            for (int c = 0; c < small.sizes[level]; c++) {
                if (!Sets.has(box.classes()[level], c)) {
                    long[][] larger = box.classes().clone();
                    larger[level] = box.classes()[level].clone();
                    Sets.add(larger[level], c);
                    assertThat(small.sets.isWithin(box.people(), regions.common(whole, larger))).as("a class can be added").isFalse();
                }
            }
        }
        assertThat(regions.common(whole, box.classes())).as("a person can be added").isEqualTo(box.people());
    }

    @Test
    void leastNumberOfPeople_isThatOfTheEmptiestPoint() {
        for (int i = 0; i < 200; i++) {
            Small small = new Small();
            Regions regions = new Regions(small.sets, small.personWeights, small.weights);
            int whole = regions.of(new Diagram(small.sets, Math::max, small.sources, small.rows), value -> value == OPEN);
            long[][] all = Arrays.stream(small.sizes).mapToObj(size -> new long[] {(1L << size) - 1}).toArray(long[][]::new);
            int least = small.points().stream().mapToInt(point -> regions.weight(regions.at(whole, point))).min().orElseThrow();
            assertThat(regions.least(whole, all)).isEqualTo(least);
        }
    }
}
