package dev.sallyport.workbench;

import dev.sallyport.cli.RuleBook;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of a text.
 *
 * @param text the text
 * @param isCode whether it is written as code
 * @param href where it leads; empty for nowhere
 */
public record Piece(String text, boolean isCode, String href) {

    private static final Pattern MARKED = Pattern.compile("`([^`]+)`|\\[([^\\]\\[]+)\\]\\([^)]*\\)"
            + "|\\b([A-Z]{2,4}(?:-[A-Z]{2,4})?-[0-9]{2})\\b");

    /** A text with code in backticks, whose ids of rules lead to their pages; other links are left as text. */
    static List<Piece> of(String text, RuleBook book) {
        List<Piece> pieces = new ArrayList<>();
        Matcher marked = MARKED.matcher(text);
        int end = 0;
        while (marked.find()) {
            plain(pieces, text.substring(end, marked.start()));
            if (marked.group(1) != null) {
                pieces.add(new Piece(marked.group(1), true, ""));
            } else if (marked.group(2) != null) {
                plain(pieces, marked.group(2));
            } else {
                pieces.add(rule(marked.group(3), book));
            }
            end = marked.end();
        }
        plain(pieces, text.substring(end));
        return pieces;
    }

    private static void plain(List<Piece> pieces, String text) {
        if (!text.isEmpty()) {
            pieces.add(new Piece(text, false, ""));
        }
    }

    /** The id of a rule, which leads to its page if the book has it. */
    static Piece rule(String id, RuleBook book) {
        return new Piece(id, false, book.rule(id) == null ? "" : Workbench.ROOT + "rules/" + id);
    }
}
