package dev.sallyport.compile;

import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which locations hold an address of one family. The ranges of all locations cut the address space into segments within which
 * the answer is the same; a segment is found by binary search, in about twenty steps for 195 locations with 2,000 ranges each
 * (CA-LOC-10). Segments with the same answer share it.
 */
public final class AddressIndex {

    /** A range of one location, as ordinal. */
    public record Entry(IpRange range, int location) { }

    private record Edge(long high, long low, int location, int change) { }

    /** The first address of each segment, ascending; the first segment is before all ranges. */
    private final long[] high;
    private final long[] low;
    private final long[][] locations;

    /**
     * @param entries ranges of one family; they may overlap
     * @param words   how many words a set of locations has
     */
    public AddressIndex(List<Entry> entries, int words) {
        List<Edge> edges = new ArrayList<>(2 * entries.size());
        for (Entry entry : entries) {
            IpRange range = entry.range();
            edges.add(new Edge(range.lowHigh(), range.lowLow(), entry.location(), 1));
            long afterLow = range.highLow() + 1;
            long afterHigh = range.highHigh() + (afterLow == 0 ? 1 : 0);
            if (afterHigh != 0 || afterLow != 0) {
                edges.add(new Edge(afterHigh, afterLow, entry.location(), -1));
            }
        }
        edges.sort(Comparator.comparing(edge -> edge, (a, b) -> compare(a.high, a.low, b.high, b.low)));
        long[] highs = new long[edges.size() + 1];
        long[] lows = new long[edges.size() + 1];
        long[][] found = new long[edges.size() + 1][];
        Map<List<Long>, long[]> shared = new HashMap<>();
        int[] open = new int[words << 6];
        long[] inside = new long[words];
        int segments = 0;
        found[0] = share(inside, shared);
        for (Edge edge : edges) {
            open[edge.location] += edge.change;
            if (open[edge.location] > 0) {
                inside[edge.location >> 6] |= 1L << edge.location;
            } else {
                inside[edge.location >> 6] &= ~(1L << edge.location);
            }
            if (highs[segments] != edge.high || lows[segments] != edge.low) {
                segments++;
            }
            highs[segments] = edge.high;
            lows[segments] = edge.low;
            found[segments] = share(inside, shared);
        }
        high = Arrays.copyOf(highs, segments + 1);
        low = Arrays.copyOf(lows, segments + 1);
        locations = Arrays.copyOf(found, segments + 1);
    }

    private static long[] share(long[] inside, Map<List<Long>, long[]> shared) {
        return shared.computeIfAbsent(Arrays.stream(inside).boxed().toList(), any -> inside.clone());
    }

    private static int compare(long aHigh, long aLow, long bHigh, long bLow) {
        return aHigh != bHigh ? Long.compareUnsigned(aHigh, bHigh) : Long.compareUnsigned(aLow, bLow);
    }

    /** The locations that hold an address, as bits; not to be changed. */
    public long[] locationsOf(IpAddress address) {
        int first = 0;
        int last = high.length - 1;
        while (first < last) {
            int middle = (first + last + 1) >>> 1;
            if (compare(high[middle], low[middle], address.high(), address.low()) <= 0) {
                first = middle;
            } else {
                last = middle - 1;
            }
        }
        return locations[first];
    }
}
