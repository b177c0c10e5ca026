package dev.sallyport.cli;

import dev.sallyport.analyse.Verdict;
import dev.sallyport.analyse.Verdict.Counterexample;
import dev.sallyport.cli.ProveReport.Entry;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Proved and refuted invariants in words, for people. */
final class ProveText {

    private static final int INDENT = 4;
    /** The counterexamples of an invariant that are told in full; the others have a line each. */
    private static final int MOST_IN_FULL = 3;

    private final Terminal terminal;
    private final ProveReport report;

    ProveText(Terminal terminal, ProveReport report) {
        this.terminal = terminal;
        this.report = report;
    }

    void print() {
        Map<Verdict, List<Entry>> entries = report.entries();
        Table proved = new Table(0);
        entries.forEach((verdict, own) -> {
            if (own.isEmpty()) {
                proved.row(new Cell("proved", Style.GREEN), Cell.of(verdict.invariant().name()), new Cell(ProveReport.people(verdict),
                        Style.DIM));
            }
        });
        proved.print(terminal);
        boolean isFirst = proved.isEmpty();
        for (Map.Entry<Verdict, List<Entry>> each : entries.entrySet()) {
            if (!each.getValue().isEmpty()) {
                if (!isFirst) {
                    terminal.out().println();
                }
                isFirst = false;
                refuted(each.getKey(), each.getValue());
            }
        }
        terminal.out().println();
        int refuted = report.refuted();
        int all = report.verdicts().verdicts().size();
        String sum = refuted == 0 ? "all " + Terminal.count(all, "invariant") + " proved" : refuted + " of "
                + Terminal.count(all, "invariant") + " refuted";
        terminal.out().println(terminal.coloursOut() ? (refuted == 0 ? Style.GREEN : Style.BOLD_RED).on(sum) : sum);
        report.verdicts().notes().forEach(note -> terminal.note("note: " + note));
    }

    private void refuted(Verdict verdict, List<Entry> entries) {
        new Table(0).row(new Cell("refuted", Style.BOLD_RED), new Cell(verdict.invariant().name(), Style.BOLD), new Cell("("
                + verdict.invariant().position() + ")", Style.DIM)).print(terminal);
        for (Entry entry : entries.subList(0, Math.min(MOST_IN_FULL, entries.size()))) {
            entry(entry);
        }
        Table others = new Table(INDENT);
        for (Entry entry : entries.subList(Math.min(MOST_IN_FULL, entries.size()), entries.size())) {
            others.row(new Cell(String.valueOf(entry.number()), Style.DIM), Cell.of(entry.example().exclusion() != null
                    ? ProveReport.sentence(entry.example().exclusion()) : ProveReport.title(entry)), Cell.of(entry.example().people()
                    .text()));
        }
        if (!others.isEmpty()) {
            terminal.out().println();
            others.print(terminal);
        }
    }

    private void entry(Entry entry) {
        Counterexample example = entry.example();
        terminal.out().println();
        new Table(0).row(new Cell(String.format(Locale.ROOT, "%2d", entry.number()), Style.BOLD_RED), new Cell(ProveReport.title(entry),
                Style.BOLD)).print(terminal);
        Table table = new Table(INDENT);
        row(table, "who", (entry.isAnybody() ? "users who could exist: " : "") + example.people().text());
        if (entry.joining() != null) {
            row(table, "could join", entry.joining().people().text());
        }
        if (example.exclusion() != null) {
            row(table, "because", ProveReport.sentence(example.exclusion()) + " and no other policy asks");
        }
        GapsReport.box(example.box()).forEach((label, values) -> row(table, label, values));
        row(table, "proves", ProveReport.proves(example));
        row(table, "for example", report.example(example));
        if (report.folder() != null) {
            row(table, "try", report.command(entry));
        }
        table.print(terminal);
    }

    private static void row(Table table, String label, String text) {
        if (!text.isEmpty()) {
            table.row(new Cell(label, Style.DIM), Cell.of(text));
        }
    }
}
