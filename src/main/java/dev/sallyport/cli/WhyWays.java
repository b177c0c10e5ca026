package dev.sallyport.cli;

import dev.sallyport.analyse.Why;
import dev.sallyport.analyse.Why.Change;
import dev.sallyport.analyse.Why.Way;
import dev.sallyport.analyse.WhyOptions;
import dev.sallyport.model.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The nearest changes of a request, in words that every form of output shares.
 *
 * @param why what was found
 * @param options what was asked for
 * @param first the number of the first way
 * @param most how many ways are told
 */
public record WhyWays(Why why, WhyOptions options, int first, int most) {

    /** A way with its number. */
    public record Entry(int number, Way way) { }

    List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        why.ways().stream().limit(most).forEach(way -> entries.add(new Entry(first + entries.size(), way)));
        return entries;
    }

    /** The number after that of the last way. */
    int next() {
        return first + Math.min(most, why.ways().size());
    }

    /** The ways under titles: what the user does to meet what is asked comes before what avoids it. */
    public Map<String, List<Entry>> groups() {
        Outcome outcome = why.decision().outcome();
        boolean isAsked = outcome == Outcome.CHALLENGE || outcome == Outcome.PROMPT_REGISTER;
        boolean isToAllow = isToAllow();
        Map<String, List<Entry>> groups = new LinkedHashMap<>();
        List<Entry> rest = new ArrayList<>();
        for (Entry entry : entries()) {
            boolean isMet = isAsked && isToAllow && entry.way().changes().stream().allMatch(change -> change.subject().equals("proof"));
            (isMet ? groups.computeIfAbsent("What satisfies it", any -> new ArrayList<>()) : rest).add(entry);
        }
        if (!rest.isEmpty()) {
            groups.put(!isToAllow ? options.to() == null ? "What would stop them" : "What would lead to " + options.to()
                    : isAsked ? groups.isEmpty() ? "What would avoid it" : "What else would avoid it" : "What would let them in", rest);
        }
        return groups;
    }

    /** Whether every way lets the user in. */
    public boolean isToAllow() {
        return options.to() == Outcome.ALLOW || options.to() == null && why.decision().outcome() != Outcome.ALLOW;
    }

    // ---- words

    /** The changes as one sentence without a full stop. */
    public static String text(Way way) {
        return String.join(", and ", way.changes().stream().map(Change::text).toList());
    }

    /** What a way leads to, and whether that was confirmed. */
    public static String outcome(Way way) {
        return way.witness().decision().outcome().toString();
    }

    /** How many ways there are, and that there are no others. */
    public String sum() {
        int left = why.ways().size() - Math.min(most, why.ways().size());
        String changes = Terminal.count(options.changes(), "change");
        return why.ways().isEmpty() ? "no way with at most " + changes + " (proved)" : Terminal.count(why.ways().size(), "way")
                + " with at most " + changes + ", and no other (proved)" + (left == 0 ? "" : "; " + left + " not shown, see --max");
    }
}
