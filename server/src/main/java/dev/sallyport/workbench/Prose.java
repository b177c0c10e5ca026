package dev.sallyport.workbench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
     * @param kind {@code text}, {@code code} for a name, or {@code rule} for the id of a rule
     * @param text the text
     * @param link the page about it; empty for none
     */
    public record Part(String kind, String text, String link) { }

    /** A sentence in which names are in backticks and rules in brackets. */
    public static Prose of(String sentence) {
        return of(sentence, Set.of());
    }

    /** The same, in which names of policies lead to their pages. */
    static Prose of(String sentence, Set<String> policies) {
        List<Part> parts = new ArrayList<>();
        Matcher marked = MARKED.matcher(sentence);
        int at = 0;
        while (marked.find()) {
            add(parts, sentence.substring(at, marked.start()));
            if (marked.group(1) != null) {
                String name = marked.group(1);
                parts.add(new Part("code", name, policies.contains(name) ? Links.policy(name) : ""));
            } else {
                for (String rule : marked.group(2).split(", ")) {
                    add(parts, parts.isEmpty() || !parts.get(parts.size() - 1).kind().equals("rule") ? "" : " ");
                    parts.add(rule(rule));
                }
            }
            at = marked.end();
        }
        add(parts, sentence.substring(at));
        return new Prose(List.copyOf(parts));
    }

    private static void add(List<Part> parts, String text) {
        if (!text.isEmpty()) {
            parts.add(new Part("text", text, ""));
        }
    }

    /** The id of a rule, which leads to the rule book. */
    static Part rule(String id) {
        return new Part("rule", id, RulePages.book().rule(id) == null ? "" : Workbench.ROOT + "rules/" + id);
    }

    static List<Prose> all(List<String> sentences) {
        return sentences.stream().map(Prose::of).toList();
    }

    static List<Prose> all(List<String> sentences, Set<String> policies) {
        return sentences.stream().map(sentence -> of(sentence, policies)).toList();
    }
}
