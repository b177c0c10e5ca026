package dev.sallyport.edit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The difference of two texts as a patch that {@code git apply} takes: blanks, line ends and a missing last one are kept. Shortest by
 * <a href="https://doi.org/10.1007/BF01840446">Myers, An O(ND) difference algorithm, 1986</a>; texts that have little in common are
 * replaced as a whole.
 */
final class UnifiedDiff {

    private static final int CONTEXT = 3;
    /** The most lines that are added and removed one by one. */
    private static final int MOST_EDITS = 2_000;

    private final List<String> before;
    private final List<String> after;
    /** For each line of {@link #before} the line of {@link #after} that it became; -1 for a line that is removed. */
    private final int[] became;

    private UnifiedDiff(String before, String after) {
        this.before = lines(before);
        this.after = lines(after);
        became = matched();
    }

    /**
     * The patch, empty for equal texts.
     *
     * @param name the path of the file below the folder in which the patch is applied, with slashes
     */
    static String of(String name, String before, String after) {
        if (before.equals(after)) {
            return "";
        }
        String old = quoted("a/" + name);
        String now = quoted("b/" + name);
        String end = name.indexOf(' ') >= 0 ? "\t\n" : "\n";
        StringBuilder patch = new StringBuilder("diff --git ").append(old).append(' ').append(now).append("\n--- ").append(old).append(end)
                .append("+++ ").append(now).append(end);
        new UnifiedDiff(before, after).hunks(patch);
        return patch.toString();
    }

    /** A name as Git writes it: what would end or change the line is written out. */
    private static String quoted(String name) {
        StringBuilder quoted = new StringBuilder();
        boolean isPlain = true;
        for (char c : name.toCharArray()) {
            boolean isOwn = c == '"' || c == '\\';
            isPlain &= !isOwn && c >= ' ' && c != 0x7F;
            quoted.append(isOwn ? "\\" + c : c < ' ' || c == 0x7F ? String.format(Locale.ROOT, "\\%03o", (int) c) : String.valueOf(c));
        }
        return isPlain ? name : "\"" + quoted + "\"";
    }

    /** Lines with their ends. */
    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
            lines.add(text.substring(start, end + 1));
            start = end + 1;
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    // ---- what stays

    private int[] matched() {
        int[] matched = new int[before.size()];
        Arrays.fill(matched, -1);
        int start = 0;
        while (start < before.size() && start < after.size() && before.get(start).equals(after.get(start))) {
            matched[start] = start;
            start++;
        }
        int end = 0;
        while (end < before.size() - start && end < after.size() - start
                && before.get(before.size() - 1 - end).equals(after.get(after.size() - 1 - end))) {
            matched[before.size() - 1 - end] = after.size() - 1 - end;
            end++;
        }
        Map<String, Integer> numbers = new HashMap<>();
        int[] a = numbers(before.subList(start, before.size() - end), numbers);
        int[] b = numbers(after.subList(start, after.size() - end), numbers);
        shortest(a, b, start, matched);
        return matched;
    }

    private static int[] numbers(List<String> lines, Map<String, Integer> numbers) {
        return lines.stream().mapToInt(line -> numbers.computeIfAbsent(line, any -> numbers.size())).toArray();
    }

    /** Finds the furthest reaching paths, and follows the last one back. */
    private static void shortest(int[] a, int[] b, int offset, int[] matched) {
        int most = Math.min(a.length + b.length, MOST_EDITS);
        List<int[]> reached = new ArrayList<>();
        int[] x = new int[2 * most + 3];
        for (int d = 0; d <= most; d++) {
            reached.add(Arrays.copyOfRange(x, most + 1 - d - 1, most + 1 + d + 2));
            for (int k = -d; k <= d; k += 2) {
                int at = most + 1 + k;
                int from = k == -d || k != d && x[at - 1] < x[at + 1] ? x[at + 1] : x[at - 1] + 1;
                while (from < a.length && from - k < b.length && a[from] == b[from - k]) {
                    from++;
                }
                x[at] = from;
                if (from >= a.length && from - k >= b.length) {
                    back(a.length, b.length, reached, offset, matched);
                    return;
                }
            }
        }
    }

    private static void back(int lengthBefore, int lengthAfter, List<int[]> reached, int offset, int[] matched) {
        int x = lengthBefore;
        int y = lengthAfter;
        for (int d = reached.size() - 1; d >= 0; d--) {
            int[] row = reached.get(d);                     // row[k + d + 1] is how far diagonal k reached with d - 1 edits
            int k = x - y;
            int last = k == -d || k != d && row[k + d] < row[k + d + 2] ? k + 1 : k - 1;
            int lastX = d == 0 ? 0 : row[last + d + 1];
            int lastY = d == 0 ? 0 : lastX - last;
            while (x > lastX && y > lastY) {
                matched[offset + --x] = offset + --y;
            }
            x = lastX;
            y = lastY;
        }
    }

    // ---- hunks

    private void hunks(StringBuilder patch) {
        StringBuilder hunk = new StringBuilder();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (isKept(i, j)) {
                i++;
                j++;
                continue;
            }
            int back = Math.min(CONTEXT, i);                // before the first change all lines since the last one are kept
            int firstBefore = i - back;
            int firstAfter = j - back;
            before.subList(firstBefore, i).forEach(line -> line(' ', line, hunk));
            int kept = 0;
            while ((i < before.size() || j < after.size()) && kept <= 2 * CONTEXT) {
                if (isKept(i, j)) {
                    line(' ', before.get(i), hunk);
                    kept++;
                    i++;
                    j++;
                } else {
                    kept = 0;
                    if (i < before.size() && became[i] < 0) {
                        line('-', before.get(i++), hunk);
                    } else {
                        line('+', after.get(j++), hunk);
                    }
                }
            }
            int tooMany = Math.max(0, kept - CONTEXT);
            i -= tooMany;
            j -= tooMany;
            cut(hunk, tooMany);
            patch.append("@@ -").append(range(firstBefore, i)).append(" +").append(range(firstAfter, j)).append(" @@\n").append(hunk);
            hunk.setLength(0);
        }
    }

    private boolean isKept(int i, int j) {
        return i < before.size() && became[i] == j;
    }

    private static String range(int first, int end) {
        return (end == first ? first : first + 1) + "," + (end - first);
    }

    private static void line(char kind, String line, StringBuilder hunk) {
        hunk.append(kind).append(line);
        if (!line.endsWith("\n")) {
            hunk.append("\n\\ No newline at end of file\n");
        }
    }

    /** Removes the last lines of a hunk, which are kept lines. */
    private static void cut(StringBuilder hunk, int lines) {
        String text = hunk.toString();
        int end = text.length();
        for (int i = 0; i < lines; i++) {
            int start = text.lastIndexOf('\n', end - 2) + 1;
            if (text.startsWith("\\ No newline", start)) {
                start = text.lastIndexOf('\n', start - 2) + 1;
            }
            end = start;
        }
        hunk.setLength(end);
    }
}
