package dev.sallyport.cli;

import dev.sallyport.diagnose.Echo;
import dev.sallyport.diagnose.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The words in files that findings are about. */
final class Excerpts {

    private static final String TAB = "    ";
    /** How much of a line is looked at on either side of a place: exports come in lines of megabytes. */
    private static final int NEAR = 10_000;

    private final Map<String, String> texts;
    private final Map<String, List<String>> lines = new HashMap<>();

    /** @param texts the texts of files by their names */
    Excerpts(Map<String, String> texts) {
        this.texts = texts;
    }

    /** The line of a place and below it {@code ^~~~} under the word there, each at most so wide; empty when the file does not tell. */
    List<String> of(Position place, int columns) {
        String line = line(place);
        int start = place == null ? 0 : place.column() - 1;
        if (line == null || start < 0 || start > line.length()) {
            return List.of();
        }
        int end = end(line, start);
        String before = shown(line.substring(Math.max(0, start - NEAR), start));
        String word = shown(line.substring(start, Math.min(end, start + NEAR)));
        String after = shown(line.substring(end, Math.min(line.length(), end + NEAR)));
        int room = columns - Math.min(Glyphs.width(word), columns / 2);
        if (Glyphs.width(before) > room) {
            before = Glyphs.tail(before, room / 2 + 1);
        }
        word = Glyphs.head(word, columns - Glyphs.width(before));
        after = Glyphs.head(after, columns - Glyphs.width(before) - Glyphs.width(word));
        String marks = "^" + "~".repeat(Math.max(0, Glyphs.width(word) - 1));
        return List.of((before + word + after).stripTrailing(), " ".repeat(Glyphs.width(before)) + marks);
    }

    /** The column behind the word at a place, from 1 in UTF-16 units as the place's own; the place's own where the file does not tell. */
    int endColumn(Position place) {
        String line = line(place);
        return line == null || place.column() > line.length() ? place.column() : end(line, place.column() - 1) + 1;
    }

    private String line(Position place) {
        if (place == null || place.line() == 0 || !texts.containsKey(place.file())) {
            return null;
        }
        List<String> all = lines.computeIfAbsent(place.file(), file -> List.of(texts.get(file).split("\r\n|\r|\n", -1)));
        return place.line() <= all.size() ? Echo.withoutHashes(all.get(place.line() - 1)) : null;
    }

    /** Where the key or value ends that begins at an index: a text in quotes at the other quote, an object or a list at its bracket. */
    private static int end(String line, int start) {
        if (start >= line.length()) {
            return start;
        }
        char first = line.charAt(start);
        if (first == '{' || first == '[') {
            return start + 1;
        }
        int end = start + 1;
        if (first == '"' || first == '\'') {
            while (end < line.length() && line.charAt(end) != first) {
                end += first == '"' && line.charAt(end) == '\\' ? 2 : 1;
            }
            return Math.min(end + 1, line.length());
        }
        while (end < line.length() && !endsPlain(line, end)) {
            end++;
        }
        return start + Math.max(1, line.substring(start, end).stripTrailing().length());
    }

    private static boolean endsPlain(String line, int at) {
        char c = line.charAt(at);
        boolean blankFollows = at + 1 == line.length() || line.charAt(at + 1) == ' ';
        return c == ',' || c == ']' || c == '}' || c == ':' && blankFollows || c == '#' && line.charAt(at - 1) == ' ';
    }

    private static String shown(String text) {
        return Glyphs.visible(text.replace("\t", TAB));
    }
}
