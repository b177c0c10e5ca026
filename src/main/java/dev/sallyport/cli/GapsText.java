package dev.sallyport.cli;

import dev.sallyport.analyse.Gap;
import dev.sallyport.analyse.Gaps;
import dev.sallyport.cli.GapsReport.Entry;
import dev.sallyport.cli.GapsReport.Part;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Gaps in words, for people. */
final class GapsText {

    private static final int INDENT = 4;

    private final Terminal terminal;
    private final GapsReport report;

    GapsText(Terminal terminal, GapsReport report) {
        this.terminal = terminal;
        this.report = report;
    }

    void print() {
        List<Entry> entries = report.entries();
        boolean isFirst = true;
        for (Part part : report.parts()) {
            if (!isFirst) {
                terminal.out().println();
            }
            isFirst = false;
            people(part);
            String title = "";
            for (Entry entry : entries) {
                if (entry.isAnybody() == part.isAnybody()) {
                    if (!title.equals(GapsReport.title(entry.gap()))) {
                        title = GapsReport.title(entry.gap());
                        terminal.out().println();
                        new Table(0).row(new Cell(title, Style.BOLD)).print(terminal);
                    }
                    entry(entry);
                }
            }
        }
        accepted();
        terminal.out().println();
        sum(entries.size());
        report.notes().forEach(note -> terminal.note("note: " + note));
    }

    /** Whose requests these are, how much of them is open, and whether that is all. */
    private void people(Part part) {
        Gaps gaps = part.gaps();
        String whose = part.isAnybody() ? "Users who could exist: a member behind every name of the policies"
                : "Today's users: " + report.engine().directory().users().size() + " in " + String.join(", ", report.directories().stream()
                .map(Path::toString).toList());
        String proof = gaps.extents().isEmpty() ? "there are none" : GapsReport.percent(part.share()) + " of " + GapsReport.number(part
                .requests()) + " kinds of requests are open; " + (gaps.isComplete() ? "nothing else is (proved)"
                : GapsReport.percent(left(part)) + " are open and not shown, see --max");
        new Table(0).row(new Cell(whose, Style.BOLD)).print(terminal);
        new Table(0).row(new Cell(proof, Style.DIM)).print(terminal);
    }

    private static double left(Part part) {
        return part.gaps().extents().stream().mapToDouble(extent -> extent.requests() * extent.leftOut()).sum() / part.requests();
    }

    private void entry(Entry entry) {
        Gap gap = entry.gap();
        terminal.out().println();
        new Table(0).row(new Cell(String.format(Locale.ROOT, "%2d", entry.number()), Style.BOLD_RED), new Cell(gap.people().text(),
                Style.BOLD)).print(terminal);
        Table table = new Table(INDENT);
        if (entry.joining() != null) {
            row(table, "could join", entry.joining().people().text());
        }
        GapsReport.box(gap).forEach((label, values) -> row(table, label, values));
        String label = "because";
        for (String because : GapsReport.because(gap)) {
            row(table, label, because);
            label = "";
        }
        if (!gap.mayProtect().isEmpty()) {
            row(table, "may protect", GapsReport.listed(gap.mayProtect()) + " (with a condition that is not evaluated)");
        }
        row(table, "for example", report.example(gap));
        if (report.folder() != null) {
            row(table, "try", report.command(entry));
        }
        table.print(terminal);
    }

    private static void row(Table table, String label, String text) {
        table.row(new Cell(label, Style.DIM), Cell.of(text));
    }

    private void accepted() {
        Table table = new Table(INDENT);
        report.accepted().forEach((accepted, gaps) -> table.row(Cell.of(accepted.name()), Cell.of(Terminal.count(gaps.size(), "gap") + ": "
                + GapsReport.reason(accepted))));
        if (!table.isEmpty()) {
            terminal.out().println();
            new Table(0).row(new Cell("Accepted", Style.BOLD)).print(terminal);
            table.print(terminal);
        }
    }

    private void sum(int gaps) {
        int accepted = report.accepted().values().stream().mapToInt(List::size).sum();
        String sum = (gaps == 0 ? "no gaps" : Terminal.count(gaps, "gap")) + (accepted == 0 ? "" : ", " + accepted + " accepted");
        String proof = report.parts().stream().allMatch(part -> part.gaps().extents().isEmpty()) ? ""
                : report.isComplete() ? "; nothing else is open (proved)" : "; there are more, see --max";
        terminal.out().println((terminal.coloursOut() ? (gaps == 0 ? Style.GREEN : Style.BOLD_RED).on(sum) : sum) + proof);
    }
}
