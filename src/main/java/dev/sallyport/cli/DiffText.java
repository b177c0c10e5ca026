package dev.sallyport.cli;

import dev.sallyport.analyse.Comparison;
import dev.sallyport.analyse.Comparison.Affected;
import dev.sallyport.analyse.Comparison.Change;
import dev.sallyport.analyse.Comparison.Direction;
import dev.sallyport.analyse.Comparison.FieldChange;
import dev.sallyport.cli.DiffReport.Entry;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What differs between two policy sets in words, for people. */
final class DiffText {

    private static final int INDENT = 4;
    /** The classes of a change that are told in full; the others have a line each. */
    private static final int MOST_IN_FULL = 2;
    private static final int MOST_LINES = 8;
    private static final Map<Direction, Style> STYLES = Map.of(Direction.LOOSENED, Style.BOLD_RED, Direction.OTHERWISE, Style.YELLOW,
            Direction.TIGHTENED, Style.GREEN);

    private final Terminal terminal;
    private final DiffReport report;
    private final Comparison comparison;

    DiffText(Terminal terminal, DiffReport report) {
        this.terminal = terminal;
        this.report = report;
        comparison = report.comparison();
    }

    void print() {
        heading("From " + report.before().name() + " to " + report.after().name());
        report.extents().forEach(extent -> new Table(0).row(new Cell(extent, Style.DIM)).print(terminal));
        fields();
        coverage();
        report.entries().forEach(this::change);
        notCompared();
        if (report.log() != null) {
            terminal.out().println();
            heading("For the sign-ins of the log");
            new ReplayText(terminal, report.before().name(), report.after().name()).changes(report.log());
        }
        terminal.out().println();
        String headline = report.headline();
        boolean isFine = comparison.isEqual() || !comparison.isLoosened();
        terminal.out().println((terminal.coloursOut() ? (isFine ? Style.GREEN : Style.BOLD_RED).on(headline) : headline) + "; "
                + report.proof());
        comparison.notes().forEach(note -> terminal.note("note: " + note));
    }

    private void heading(String text) {
        new Table(0).row(new Cell(text, Style.BOLD)).print(terminal);
    }

    private void fields() {
        if (!comparison.fields().isEmpty()) {
            terminal.out().println();
            heading("Fields");
        }
        report.fields().forEach((resource, fields) -> {
            FieldChange first = fields.get(0);
            new Table(2).row(Cell.of(first.name()), new Cell(first.kind().equals(first.name()) ? "" : first.kind(), Style.DIM))
                    .print(terminal);
            Table table = new Table(INDENT);
            fields.forEach(field -> table.row(new Cell(field.field(), Style.DIM), Cell.of(DiffReport.change(field)),
                    new Cell(DiffReport.source(field), Style.DIM)));
            table.print(terminal);
        });
    }

    private void coverage() {
        Table table = new Table(2);
        comparison.coverages().forEach(coverage -> {
            String policy = coverage.policy();
            for (String sentence : DiffReport.sentences(coverage)) {
                table.row(Cell.of(policy), Cell.of(sentence));
                policy = "";
            }
        });
        if (!table.isEmpty()) {
            terminal.out().println();
            heading("Users and applications that policies cover");
            table.print(terminal);
        }
    }

    private void change(Change change, List<Entry> entries) {
        terminal.out().println();
        String direction = change.direction().toString();
        new Table(0).row(new Cell(direction.substring(0, 1).toUpperCase(Locale.ROOT) + direction.substring(1), STYLES.get(change
                .direction())), new Cell(DiffReport.title(change), Style.BOLD)).print(terminal);
        entries.stream().limit(MOST_IN_FULL).forEach(this::entry);
        Table others = new Table(INDENT);
        entries.stream().skip(MOST_IN_FULL).limit(MOST_LINES).forEach(entry -> others.row(new Cell(String.valueOf(entry.number()),
                Style.DIM), Cell.of(DiffReport.requests(entry)), Cell.of(DiffReport.who(entry.shown())), Cell.of(String.join("; ",
                GapsReport.box(entry.shown().box()).entrySet().stream().map(each -> each.getKey() + " " + each.getValue()).toList()))));
        if (!others.isEmpty()) {
            terminal.out().println();
            others.print(terminal);
        }
        int more = entries.size() - MOST_IN_FULL - MOST_LINES;
        if (more > 0) {
            new Table(INDENT).row(new Cell("and " + more + " more, see --format json", Style.DIM)).print(terminal);
        }
    }

    private void entry(Entry entry) {
        Affected shown = entry.shown();
        terminal.out().println();
        new Table(0).row(new Cell(String.format(Locale.ROOT, "%2d", entry.number()), STYLES.get(entry.change().direction())),
                new Cell(DiffReport.who(shown), Style.BOLD)).print(terminal);
        Table table = new Table(INDENT);
        if (entry.joining() != null) {
            row(table, "could join", entry.joining().people().text());
        }
        row(table, "requests", DiffReport.requests(entry));
        GapsReport.box(shown.box()).forEach((label, values) -> row(table, label, values));
        String label = "because";
        for (String because : DiffReport.because(shown)) {
            row(table, label, because);
            label = "";
        }
        row(table, "for example", report.request(shown));
        row(table, "before", DiffReport.decidedBefore(shown.example()));
        row(table, "after", DiffReport.decidedAfter(shown.example()) + " (both confirmed by the evaluator)");
        if (report.folder() != null) {
            row(table, "try", report.command(entry));
        }
        table.print(terminal);
    }

    private static void row(Table table, String label, String text) {
        table.row(new Cell(label, Style.DIM), Cell.of(text));
    }

    private void notCompared() {
        if (!comparison.notCompared().isEmpty()) {
            terminal.out().println();
            heading("Not compared request by request");
            comparison.notCompared().forEach(part -> new Table(2).row(Cell.of(part)).print(terminal));
        }
    }
}
