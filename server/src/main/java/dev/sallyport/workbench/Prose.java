package dev.sallyport.workbench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A sentence of the program, with names and ids of rules marked.
 *
 * @param parts its parts in order
 */
public record Prose(List<Part> parts) {

    private static final Pattern MARKED = Pattern.compile("`([^`]*)`|\\[((?:[A-Z]{2,4}-[A-Z0-9-]+(?:, )?)+)\\]");

    /**
     * A part of a sentence.
     *
     * @param kind {@code text}, {@code code} for a name, or {@code rule} for ids of rules
     * @param text the text
     */
    public record Part(String kind, String text) { }

    /** A sentence in which names are in backticks and rules in brackets. */
    static Prose of(String sentence) {
        List<Part> parts = new ArrayList<>();
        Matcher marked = MARKED.matcher(sentence);
        int at = 0;
        while (marked.find()) {
            if (marked.start() > at) {
                parts.add(new Part("text", sentence.substring(at, marked.start())));
            }
            parts.add(marked.group(1) != null ? new Part("code", marked.group(1)) : new Part("rule", marked.group(2)));
            at = marked.end();
        }
        if (at < sentence.length()) {
            parts.add(new Part("text", sentence.substring(at)));
        }
        return new Prose(List.copyOf(parts));
    }

    static List<Prose> all(List<String> sentences) {
        return sentences.stream().map(Prose::of).toList();
    }
}
