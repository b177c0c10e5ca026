package dev.sallyport.analyse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A dimension of a space: its values, and the classes of those that belong to the same sources. The first value of a class is the one that
 * stands for it.
 */
final class Dimension {

    private final Axis axis;
    private final List<List<Signal>> classes = new ArrayList<>();
    private final List<long[]> rows = new ArrayList<>();
    private final Map<Sets.Words, Integer> byRow = new HashMap<>();

    /** @param row the sources that a value belongs to, as bits */
    Dimension(Axis axis, List<? extends Signal> values, Function<Signal, long[]> row) {
        this.axis = axis;
        for (Signal value : values) {
            long[] bits = row.apply(value);
            Integer known = byRow.putIfAbsent(new Sets.Words(bits), classes.size());
            if (known == null) {
                classes.add(new ArrayList<>());
                rows.add(bits);
            }
            classes.get(known == null ? classes.size() - 1 : known).add(value);
        }
    }

    Axis axis() {
        return axis;
    }

    int size() {
        return classes.size();
    }

    /** How many values there are. */
    int values() {
        return classes.stream().mapToInt(List::size).sum();
    }

    List<Signal> values(int ofClass) {
        return classes.get(ofClass);
    }

    long[] row(int ofClass) {
        return rows.get(ofClass);
    }

    /** The class of a value with these sources; -1 if the dimension has no value like it. */
    int ofRow(long[] row) {
        return byRow.getOrDefault(new Sets.Words(row), -1);
    }
}
