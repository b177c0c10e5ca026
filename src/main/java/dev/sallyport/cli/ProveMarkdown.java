package dev.sallyport.cli;

import dev.sallyport.analyse.Verdict;
import dev.sallyport.analyse.Verdict.Counterexample;
import dev.sallyport.cli.ProveReport.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Proved and refuted invariants in Markdown, for a pull request: a table of all, and the details of each counterexample with a test. */
final class ProveMarkdown {

    private final ProveReport report;
    private final StringBuilder text = new StringBuilder();

    private ProveMarkdown(ProveReport report) {
        this.report = report;
    }

    static String of(ProveReport report) {
        return new ProveMarkdown(report).written();
    }

    private String written() {
        int all = report.verdicts().verdicts().size();
        line("### " + (report.refuted() == 0 ? "All " + Terminal.count(all, "invariant") + " proved" : report.refuted() + " of "
                + Terminal.count(all, "invariant") + " refuted"));
        line("");
        report.verdicts().notes().forEach(note -> line("- Note: " + Markdown.cell(note) + "."));
        if (!report.verdicts().notes().isEmpty()) {
            line("");
        }
        line("| invariant | | who | checks |");
        line("|---|---|---|---|");
        report.entries().forEach((verdict, entries) -> line("| " + Markdown.cell(verdict.invariant().name()) + " | " + (entries.isEmpty()
                ? "proved" : "**refuted**") + " | " + Markdown.cell(entries.isEmpty() ? ProveReport.people(verdict)
                : entries.get(0).example().people().text()) + " | " + references(verdict) + " |"));
        report.entries().values().forEach(entries -> entries.forEach(this::details));
        return text.toString();
    }

    private static String references(Verdict verdict) {
        return Markdown.cell(String.join(", ", verdict.invariant().references()));
    }

    private void details(Entry entry) {
        Counterexample example = entry.example();
        line("");
        line("<details><summary>" + entry.number() + ". " + Markdown.html(entry.verdict().invariant().name() + ": "
                + ProveReport.title(entry)) + "</summary>");
        line("");
        List<String> facts = new ArrayList<>();
        facts.add("who: " + (entry.isAnybody() ? "users who could exist: " : "") + example.people().text());
        if (entry.joining() != null) {
            facts.add("could join: " + entry.joining().people().text());
        }
        if (example.exclusion() != null) {
            facts.add("because " + ProveReport.sentence(example.exclusion()) + " and no other policy asks");
        }
        GapsReport.box(example.box()).forEach((label, values) -> facts.add(label + ": " + values));
        facts.add("for example " + report.example(example));
        facts.forEach(fact -> line("- " + Markdown.cell(fact)));
        line("");
        line("This test passes as long as the invariant does not hold.");
        line("");
        line(Markdown.block("yaml", report.suite(entry, Path.of(""))));
        line("");
        line("</details>");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
