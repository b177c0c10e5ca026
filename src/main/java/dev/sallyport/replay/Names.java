package dev.sallyport.replay;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts by name, with a bound.
 *
 * <h2>Which names are counted</h2>
 * Those whose hash is smallest, and the rest together. A name that is among the first hundred thousand of all is among the first of every
 * part that holds it, so it is never given up, and its count is exact. What is counted therefore depends on which names came, and not on
 * their order or on the parts that were merged. The bound is exceeded by half before names are given up, so that this is rare.
 */
final class Names implements Serializable {

    /** How many names are counted each. */
    static final int MOST = 100_000;
    static final String OTHERS = "(others)";
    private static final long serialVersionUID = 1;

    /** The hash spreads names; the text decides between equal hashes. */
    private static final Comparator<String> ORDER = Comparator.<String>comparingInt(name -> spread(name.hashCode()))
            .thenComparing(Comparator.naturalOrder());

    private final int most;
    private final HashMap<String, long[]> counts = new HashMap<>();
    private final long[] others;
    private boolean hasOthers;

    Names(int size) {
        this(size, MOST);
    }

    Names(int size, int most) {
        this.others = new long[size];
        this.most = most;
    }

    private static int spread(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85EBCA6B;
        return mixed ^ mixed >>> 13;
    }

    void add(String name, int index) {
        slot(name)[index]++;
    }

    private long[] slot(String name) {
        long[] slot = counts.get(name);
        if (slot == null) {
            if (counts.size() >= most + most / 2) {
                giveUp();
            }
            slot = new long[others.length];
            counts.put(name, slot);
        }
        return slot;
    }

    void merge(Names other) {
        other.counts.forEach((name, more) -> sum(slot(name), more));
        sum(others, other.others);
        hasOthers |= other.hasOthers;
    }

    private static void sum(long[] sum, long[] more) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += more[i];
        }
    }

    private void giveUp() {
        if (counts.size() <= most) {
            return;
        }
        List<String> names = new ArrayList<>(counts.keySet());
        names.sort(ORDER);
        names.subList(most, names.size()).forEach(name -> sum(others, counts.remove(name)));
        hasOthers = true;
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /** The names that are counted each, and {@link #OTHERS} for the rest, if there is one. */
    Map<String, long[]> toMap() {
        giveUp();
        Map<String, long[]> map = new HashMap<>(counts);
        if (hasOthers) {
            map.merge(OTHERS, others.clone(), (named, rest) -> {
                sum(rest, named);
                return rest;
            });
        }
        return map;
    }
}
