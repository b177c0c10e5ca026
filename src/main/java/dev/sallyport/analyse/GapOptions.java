package dev.sallyport.analyse;

import dev.sallyport.analyse.Invariants.Accepted;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Options for the search for gaps.
 *
 * @param isAnybody whether people who could exist are asked: a member behind every name of the policies. Otherwise the users of the
 *     directory are
 * @param withReportOnly whether report-only policies count as enabled
 * @param kinds the kinds of requests; not empty
 * @param most the number of gaps per kind of request at most; the share that is left out is told
 * @param atLeast the number of people that a gap concerns at least; 1 for every gap. With more, the people of a gap differ from point to
 *     point, and their least number is told
 * @param accepted the gaps that are accepted; those past their last day are not
 */
public record GapOptions(boolean isAnybody, boolean withReportOnly, Set<Kind> kinds, int most, int atLeast,
        List<Accepted> accepted) {

    private static final int USUAL = 100;

    /** Checks the numbers. */
    public GapOptions {
        if (most < 1 || atLeast < 1 || kinds.isEmpty()) {
            throw new IllegalArgumentException("name a kind of request, and at least one gap and one person");
        }
        kinds = Set.copyOf(kinds);
        accepted = List.copyOf(accepted);
    }

    /** Options for every gap of the users of the directory, at most 100 per kind of request. */
    public static GapOptions ofDirectory() {
        return new GapOptions(false, false, EnumSet.allOf(Kind.class), USUAL, 1, List.of());
    }

    /** Options for every gap of people who could exist, at most 100 per kind of request. */
    public static GapOptions ofAnybody() {
        return new GapOptions(true, false, EnumSet.allOf(Kind.class), USUAL, 1, List.of());
    }
}
