package dev.sallyport.read;

import java.util.Collection;
import java.util.Locale;

/** Finds what a user most likely meant. */
public final class Suggestions {

    /** How many unknown names of one set are worth a search among all names, which takes long in a large directory. */
    public static final int MOST = 50;

    private Suggestions() { }

    /** A help line with the candidate nearest to a word, or {@code null} when none is near. */
    public static String didYouMean(String word, Collection<String> candidates) {
        String nearest = nearest(word, candidates);
        return nearest == null ? null : "did you mean `" + nearest + "`?";
    }

    /** The nearest candidate within a third of the word's length, or {@code null}. */
    public static String nearest(String word, Collection<String> candidates) {
        String folded = word.toLowerCase(Locale.ROOT);
        String nearest = null;
        int best = Math.max(2, word.length() / 3) + 1;
        for (String candidate : candidates) {
            int distance = Math.abs(candidate.length() - word.length()) >= best ? best : distance(folded, candidate.toLowerCase(Locale.ROOT), best);
            if (distance < best) {
                best = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** Edits (insert, delete, replace, swap of neighbours) between two words; {@code limit} when they are that many or more. */
    private static int distance(String a, String b, int limit) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            int least = Math.min(i, last[0]);
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
                least = Math.min(least, Math.min(row[j], last[j]));
            }
            if (least >= limit) {
                return limit;
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
