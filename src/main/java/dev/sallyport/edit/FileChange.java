package dev.sallyport.edit;

import dev.sallyport.diagnose.Echo;
import dev.sallyport.edit.UserEdits.Edit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What becomes of one file.
 *
 * @param text  what stands in it before, without byte order mark
 * @param edits what changes in that text, in the order of offsets and without overlap
 */
record FileChange(Path path, byte[] before, byte[] after, String text, List<Edit> edits) {

    private static final int CONTEXT = 3;

    /** Edits by offset; what is deleted twice is deleted once. */
    static List<Edit> inOrder(List<Edit> edits) throws EditException {
        List<Edit> sorted = new ArrayList<>(edits);
        sorted.sort(Comparator.comparingInt(Edit::start).thenComparingInt(Edit::end));
        List<Edit> result = new ArrayList<>();
        int last = 0;
        for (Edit edit : sorted) {
            if (edit.start() < last && !edit.text().isEmpty()) {
                throw new EditException("two changes overlap in the file", "make one change at a time");
            }
            int end = Math.max(last, edit.end());
            result.add(new Edit(Math.max(edit.start(), last), end, edit.text()));
            last = end;
        }
        return result;
    }

    static String apply(String text, List<Edit> edits) {
        StringBuilder result = new StringBuilder(text.length() + 64 * edits.size());
        int at = 0;
        for (Edit edit : edits) {
            result.append(text, at, edit.start()).append(edit.text());
            at = edit.end();
        }
        return result.append(text, at, text.length()).toString();
    }

    /** The change as a unified diff, without hashes of app passwords. */
    String diff() {
        StringBuilder diff = new StringBuilder("--- " + path + "\n+++ " + path + "\n");
        int[] starts = lineStarts();
        List<Spot> spots = spots(starts);
        int shift = 0;
        for (int i = 0; i < spots.size();) {
            int last = i;
            while (last + 1 < spots.size() && spots.get(last + 1).first() <= spots.get(last).last() + 2 * CONTEXT) {
                last++;
            }
            int from = Math.max(spots.get(i).first() - CONTEXT, 0);
            int to = Math.min(spots.get(last).last() + CONTEXT, starts.length - 1);
            StringBuilder hunk = new StringBuilder();
            int at = from;
            int grown = 0;
            for (Spot spot : spots.subList(i, last + 1)) {
                context(at, spot.first(), starts, hunk);
                String old = text.substring(starts[spot.first()], end(starts, spot.last()));
                List<Edit> own = edits.subList(spot.firstEdit(), spot.lastEdit() + 1).stream()
                        .map(edit -> new Edit(edit.start() - starts[spot.first()],
                        edit.end() - starts[spot.first()], edit.text())).toList();
                List<String> before = old.lines().toList();
                List<String> after = apply(old, own).lines().toList();
                lines(before, after, hunk);
                grown += after.size() - before.size();
                at = spot.last() + 1;
            }
            context(at, to + 1, starts, hunk);
            diff.append(String.format(Locale.ROOT, "@@ -%d,%d +%d,%d @@%n", from + 1, to + 1 - from, from + 1 + shift, to + 1 - from
                    + grown).replace("\r", "")).append(hunk);
            shift += grown;
            i = last + 1;
        }
        return Echo.withoutHashes(diff.toString());
    }

    /** Lines of the old text, from 0, which some edits change together. */
    private record Spot(int first, int last, int firstEdit, int lastEdit) { }

    private List<Spot> spots(int[] starts) {
        List<Spot> spots = new ArrayList<>();
        for (int i = 0; i < edits.size(); i++) {
            int first = line(starts, edits.get(i).start());
            int last = line(starts, edits.get(i).end());
            Spot open = spots.isEmpty() ? null : spots.get(spots.size() - 1);
            if (open != null && first <= open.last()) {
                spots.set(spots.size() - 1, new Spot(open.first(), Math.max(open.last(), last), open.firstEdit(), i));
            } else {
                spots.add(new Spot(first, last, i, i));
            }
        }
        return spots;
    }

    private void context(int from, int to, int[] starts, StringBuilder diff) {
        for (int line = from; line < to; line++) {
            diff.append(' ').append(text.substring(starts[line], end(starts, line)).stripTrailing()).append('\n');
        }
    }

    private int end(int[] starts, int line) {
        return line + 1 < starts.length ? starts[line + 1] : text.length();
    }

    /** The lines of a spot: what one has and the other has not, by the longest common part. */
    private static void lines(List<String> before, List<String> after, StringBuilder diff) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j)) ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                diff.append(' ').append(before.get(i++)).append('\n');
                j++;
            } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
                diff.append('-').append(before.get(i++)).append('\n');
            } else {
                diff.append('+').append(after.get(j++)).append('\n');
            }
        }
    }

    private int[] lineStarts() {
        List<Integer> starts = new ArrayList<>();
        for (int at = 0; at >= 0 && at < Math.max(text.length(), 1); at = next(at)) {
            starts.add(at);
        }
        return starts.stream().mapToInt(Integer::intValue).toArray();
    }

    private int next(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? -1 : end + 1;
    }

    private static int line(int[] starts, int offset) {
        int found = Arrays.binarySearch(starts, offset);
        return found >= 0 ? found : -found - 2;
    }
}
