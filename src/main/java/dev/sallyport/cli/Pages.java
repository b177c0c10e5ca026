package dev.sallyport.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The pages about diagnostics (docs/errors), which the jar holds. */
public final class Pages {

    private static final String FOLDER = "/dev/sallyport/errors/";
    /** A row of the index: code, title, rules. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\[(SP\\d{4})]\\(SP\\d{4}\\.md\\) \\| (.*?) \\| (.*?) \\|$");

    private static final Pattern LINK = Pattern.compile("\\[(SP\\d{4})]\\(SP\\d{4}\\.md\\)");

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** A row of the index. */
    private record Entry(String title, List<String> rules) { }

    /** Reads the index of the pages. */
    public Pages() {
        Matcher row = ROW.matcher(read("README.md"));
        while (row.find()) {
            entries.put(row.group(1), new Entry(row.group(2), List.of(row.group(3).split(", "))));
        }
    }

    /** All codes and all rules that can be asked for. */
    List<String> words() {
        return entries.entrySet().stream().flatMap(entry -> java.util.stream.Stream.concat(java.util.stream.Stream.of(entry.getKey()),
                entry.getValue().rules().stream().filter(rule -> !rule.isEmpty()))).distinct().toList();
    }

    /** The codes that a word stands for, in any case: itself, or those that cite a rule such as {@code VAL-01}. */
    List<String> codes(String word) {
        return entries.entrySet().stream().filter(entry -> entry.getKey().equalsIgnoreCase(word)
                || entry.getValue().rules().stream().anyMatch(word::equalsIgnoreCase)).map(Map.Entry::getKey).toList();
    }

    /** What a code means, in one line; {@code null} for an unknown one. */
    public @Nullable String title(String code) {
        return entries.containsKey(code) ? entries.get(code).title() : null;
    }

    /** The page of a known code; other pages are named in it, and not linked to, as it is read where they are not. */
    public String page(String code) {
        return LINK.matcher(read(code + ".md")).replaceAll("$1");
    }

    private static String read(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(FOLDER + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
