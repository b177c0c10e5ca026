package dev.sallyport.cli;

import dev.sallyport.analyse.Comparison;
import dev.sallyport.analyse.Comparison.Affected;
import dev.sallyport.cli.DiffReport.Entry;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What differs between two policy sets in Markdown, for a pull request: a table of all changes, and the details with a test of each. */
final class DiffMarkdown {

    private static final int MOST_DETAILS = 50;

    private final DiffReport report;
    private final StringBuilder text = new StringBuilder();

    private DiffMarkdown(DiffReport report) {
        this.report = report;
    }

    static String of(DiffReport report) {
        return new DiffMarkdown(report).written();
    }

    private String written() {
        Comparison comparison = report.comparison();
        String headline = report.headline();
        line("### Policies: " + headline);
        line("");
        line("From " + Markdown.cell(report.before().name()) + " to " + Markdown.cell(report.after().name()) + ": " + report.proof() + ".");
        line("");
        report.extents().forEach(extent -> line("- " + extent + "."));
        comparison.notCompared().forEach(part -> line("- Not compared request by request: " + Markdown.cell(part) + "."));
        comparison.notes().forEach(note -> line("- Note: " + Markdown.cell(note) + "."));
        log();
        List<Entry> entries = report.entries().values().stream().flatMap(List::stream).toList();
        changes(entries);
        fields();
        coverage();
        entries.stream().limit(MOST_DETAILS).forEach(this::details);
        return text.toString();
    }

    private void log() {
        Summary log = report.log();
        if (log != null) {
            List<String> kinds = new ArrayList<>();
            for (Change.Kind kind : Change.Kind.values()) {
                if (log.changes(kind) > 0) {
                    kinds.add(GapsReport.number(log.changes(kind)) + " " + kind);
                }
            }
            line("- In the log, " + GapsReport.number(log.changes()) + " of " + GapsReport.number(log.decided())
                    + " sign-ins end differently" + (kinds.isEmpty() ? "" : ": " + String.join(", ", kinds)) + ".");
        }
    }

    private void changes(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        line("");
        line("| # | | what | who | requests | to | from |");
        line("|---|---|---|---|---|---|---|");
        for (Entry entry : entries) {
            Map<String, String> box = GapsReport.box(entry.shown().box());
            line("| " + entry.number() + " | " + entry.change().direction() + " | " + Markdown.cell(DiffReport.title(entry.change()))
                    + " | " + Markdown.cell(DiffReport.who(entry.shown())) + " | " + DiffReport.requests(entry) + " | "
                    + Markdown.cell(box.getOrDefault("to", "any")) + " | " + Markdown.cell(box.getOrDefault("from", "anywhere")) + " |");
        }
    }

    private void fields() {
        if (report.comparison().fields().isEmpty()) {
            return;
        }
        line("");
        line("<details><summary>Fields</summary>");
        line("");
        line("| resource | field | change | at |");
        line("|---|---|---|---|");
        report.fields().forEach((resource, fields) -> fields.forEach(field -> line("| " + Markdown.cell(field.name()) + " | "
                + field.field() + " | " + Markdown.cell(DiffReport.change(field)) + " | " + Markdown.cell(DiffReport.source(field))
                + " |")));
        line("");
        line("</details>");
    }

    private void coverage() {
        if (report.comparison().coverages().isEmpty()) {
            return;
        }
        line("");
        line("<details><summary>Users and applications that policies cover</summary>");
        line("");
        report.comparison().coverages().forEach(coverage -> DiffReport.sentences(coverage).forEach(sentence -> line("- "
                + Markdown.cell(coverage.policy() + ": " + sentence))));
        line("");
        line("</details>");
    }

    private void details(Entry entry) {
        Affected shown = entry.shown();
        line("");
        line("<details><summary>" + entry.number() + ". " + Markdown.html(entry.change().direction() + ": "
                + DiffReport.title(entry.change()) + ": " + DiffReport.who(shown)) + "</summary>");
        line("");
        List<String> facts = new ArrayList<>();
        if (entry.joining() != null) {
            facts.add("could join: " + entry.joining().people().text());
        }
        GapsReport.box(shown.box()).forEach((label, values) -> facts.add(label + ": " + values));
        DiffReport.because(shown).forEach(because -> facts.add("because " + because));
        facts.add("for example " + report.request(shown));
        facts.add("before: " + DiffReport.decidedBefore(shown.example()));
        facts.add("after: " + DiffReport.decidedAfter(shown.example()));
        facts.forEach(fact -> line("- " + Markdown.cell(fact)));
        line("");
        line("This test passes after the change.");
        line("");
        line(Markdown.block("yaml", report.suite(entry, null)));
        line("");
        line("</details>");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
