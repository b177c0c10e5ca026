package dev.sallyport.workbench;

import dev.sallyport.cli.RuleBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rules of the rule book, a page each. */
public final class RulePages {

    private static final int COLUMN = 24;

    private final Views views;

    RulePages(Views views) {
        this.views = views;
    }

    /** The book, which is read when it is first asked for. */
    private static final class Shelf {
        private static final RuleBook BOOK = new RuleBook();
    }

    static RuleBook book() {
        return Shelf.BOOK;
    }

    /**
     * A cell of the book.
     *
     * @param name the name of its column; empty for none
     */
    public record Line(String name, List<Piece> pieces) { }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /rules/", this::page);
    }

    private Reply page(Visit visit) throws UnusableException {
        String text = book().rule(visit.rest());
        if (text == null) {
            throw new UnusableException(404, "The rule book has no rule `" + visit.rest() + "`.",
                    "Follow a rule id in the trace of a verdict.");
        }
        List<String> lines = text.lines().toList();
        String[] title = lines.get(0).replaceFirst("^# ", "").split(": ", 2);
        List<Line> rows = new ArrayList<>();
        for (String marked : lines.subList(1, lines.size())) {
            String line = marked.replace("**", "");
            int colon = line.indexOf(": ");
            boolean isNamed = colon > 0 && colon <= COLUMN && Character.isUpperCase(line.charAt(0)) && line.indexOf('`') != 0;
            if (!line.isBlank()) {
                rows.add(new Line(isNamed ? line.substring(0, colon) : "", Piece.of(isNamed ? line.substring(colon + 2) : line, book())));
            }
        }
        return views.html("rule.jte", Map.of("frame", views.frame(title[0], "what-if", visit.session()), "id", title[0], "section",
                title.length > 1 ? title[1] : "", "lines", rows));
    }
}
