package dev.sallyport.analyse;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether boxes cover another box: every point of it with each of its people. The search goes through the dimensions one by one, forgets
 * the boxes that a class leaves behind, and ends at the first point that no box covers.
 */
final class Cover {

    /**
     * A box.
     *
     * @param owner   what the box is part of; boxes of one owner are kept or left out together
     * @param classes for each level the classes, as bits
     * @param people  the people, as bits
     */
    record Box(int owner, long[][] classes, long[] people) { }

    /** A point of a box with one of the people, who belong to no other box there. */
    record Point(int[] classes, int person) { }

    private record Key(int level, Sets.Words boxes, Sets.Words people) { }

    private final Box whole;
    private final List<Box> boxes;
    /** For each level the number of classes, and for each class the boxes that have it. */
    private final long[][][] having;
    /** For each box the last level that leaves a class of the whole out; -1 if none does. */
    private final int[] last;
    private final int[] point;
    private final Set<Key> covered = new HashSet<>();
    private final long[] used;
    private int person;

    private Cover(Box whole, List<Box> boxes, int[] sizes) {
        this.whole = whole;
        this.boxes = boxes;
        point = new int[sizes.length];
        last = new int[boxes.size()];
        used = new long[Sets.words(boxes.size())];
        having = new long[sizes.length][][];
        Arrays.fill(last, -1);
        for (int level = 0; level < sizes.length; level++) {
            having[level] = new long[sizes[level]][Sets.words(boxes.size())];
            for (int c = 0; c < sizes[level]; c++) {
                for (int i = 0; i < boxes.size(); i++) {
                    if (Sets.has(boxes.get(i).classes()[level], c)) {
                        Sets.add(having[level][c], i);
                    } else if (Sets.has(whole.classes()[level], c)) {
                        last[i] = level;
                    }
                }
            }
        }
    }

    /** A point of a box that no other box covers; {@code null} if all of it is covered. */
    static @Nullable Point open(Box whole, List<Box> boxes, int[] sizes) {
        Cover cover = new Cover(whole, boxes, sizes);
        return cover.isOpen() ? new Point(cover.point, cover.person) : null;
    }

    /** The owners of boxes that cover a box: as few as can be without looking for fewer, those that are wanted first. */
    static Set<Integer> owners(Box whole, List<Box> boxes, int[] sizes, Set<Integer> wanted) {
        Cover cover = new Cover(whole, boxes, sizes);
        if (cover.isOpen()) {
            throw new IllegalStateException("the boxes do not cover the box");
        }
        Set<Integer> owners = new HashSet<>();
        for (int i = 0; i < boxes.size(); i++) {
            if (Sets.has(cover.used, i)) {
                owners.add(boxes.get(i).owner());
            }
        }
        for (int owner : owners.stream().sorted((a, b) -> Boolean.compare(wanted.contains(a), wanted.contains(b))).toList()) {
            Set<Integer> fewer = new HashSet<>(owners);
            fewer.remove(owner);
            if (open(whole, boxes.stream().filter(box -> fewer.contains(box.owner())).toList(), sizes) == null) {
                owners = fewer;
            }
        }
        return owners;
    }

    private boolean isOpen() {
        long[] all = new long[Sets.words(boxes.size())];
        for (int i = 0; i < boxes.size(); i++) {
            Sets.add(all, i);
        }
        return isOpen(0, all, whole.people());
    }

    private boolean isOpen(int level, long[] reached, long[] people) {
        long[] left = people.clone();
        long[] undecided = reached.clone();
        for (int w = 0; w < undecided.length; w++) {
            for (long bits = reached[w]; bits != 0; bits &= bits - 1) {
                int box = (w << 6) + Long.numberOfTrailingZeros(bits);
                if (last[box] < level) {
                    undecided[w] &= ~Long.lowestOneBit(bits);
                    if (Sets.intersects(left, boxes.get(box).people())) {
                        Sets.add(used, box);
                        Sets.remove(left, boxes.get(box).people());
                    }
                }
            }
        }
        if (Sets.isEmpty(left)) {
            return false;
        }
        for (int w = 0; w < undecided.length; w++) {
            for (long bits = undecided[w]; bits != 0; bits &= bits - 1) {
                if (!Sets.intersects(left, boxes.get((w << 6) + Long.numberOfTrailingZeros(bits)).people())) {
                    undecided[w] &= ~Long.lowestOneBit(bits);
                }
            }
        }
        if (level == point.length) {
            person = Sets.first(left);
            return true;
        }
        Key key = new Key(level, new Sets.Words(undecided), new Sets.Words(left));
        if (covered.contains(key)) {
            return false;
        }
        for (int c = 0; c < having[level].length; c++) {
            point[level] = c;
            if (Sets.has(whole.classes()[level], c) && isOpen(level + 1, Sets.and(undecided, having[level][c]), left)) {
                return true;
            }
        }
        covered.add(key);
        return false;
    }
}
