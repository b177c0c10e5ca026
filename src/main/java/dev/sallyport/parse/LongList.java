package dev.sallyport.parse;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * The items of a list that is parsed. Of a long one only the first items are kept, and of the others where they begin. They are parsed
 * again whenever they are asked for, so that a million users take no more memory than their text.
 */
final class LongList {

    /** How many items are kept. */
    static final int KEPT = 100;

    /** Parses items again that were parsed before. */
    interface Again {

        /** The item that begins at an offset, a line and a column, which are from 1. */
        Node item(int offset, int line, int column);

        /** The item that begins there, and all that follow. */
        Iterator<Node> itemsFrom(int offset, int line, int column);
    }

    private final List<Node> kept = new ArrayList<>();
    private int[] places = {};
    private int size;

    /** Whether the next item is not kept. */
    boolean isLong() {
        return size >= KEPT;
    }

    /** Adds an item that is kept. */
    void add(Node item) {
        kept.add(item);
        size++;
    }

    /** Adds an item that is not kept, and begins at a place. */
    void add(int offset, int line, int column) {
        int at = (size++ - KEPT) * 3;
        if (at == places.length) {
            places = Arrays.copyOf(places, Math.max(3 * KEPT, Math.multiplyExact(at, 2)));
        }
        places[at] = offset;
        places[at + 1] = line;
        places[at + 2] = column;
    }

    /** The items. */
    List<Node> items(Again again) {
        return size <= KEPT ? List.copyOf(kept) : new Items(List.copyOf(kept), Arrays.copyOf(places, (size - KEPT) * 3), again);
    }

    private static final class Items extends AbstractList<Node> {

        private final List<Node> first;
        private final int[] places;
        private final Again again;

        Items(List<Node> first, int[] places, Again again) {
            this.first = first;
            this.places = places;
            this.again = again;
        }

        @Override
        public Node get(int index) {
            if (index < KEPT) {
                return first.get(index);
            }
            int at = (index - KEPT) * 3;
            return again.item(places[at], places[at + 1], places[at + 2]);
        }

        @Override
        public int size() {
            return KEPT + places.length / 3;
        }

        /** One parser reads all items. */
        @Override
        public Iterator<Node> iterator() {
            return new Iterator<>() {

                private int next;
                private Iterator<Node> others;

                @Override
                public boolean hasNext() {
                    return next < size();
                }

                @Override
                public Node next() {
                    int index = next++;
                    if (index < KEPT) {
                        return first.get(index);
                    }
                    others = others == null ? again.itemsFrom(places[0], places[1], places[2]) : others;
                    return others.next();
                }
            };
        }
    }
}
