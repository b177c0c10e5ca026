package dev.sallyport.cli;

import dev.sallyport.analyse.Gap;
import dev.sallyport.cli.GapsReport.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Gaps in Markdown, for a pull request: a table of all, and the details of each with a test that shows it. */
final class GapsMarkdown {

    private final GapsReport report;
    private final Instant now;
    private final StringBuilder text = new StringBuilder();

    private GapsMarkdown(GapsReport report, Instant now) {
        this.report = report;
        this.now = now;
    }

    /** @param now the time of the analysis, which the tests have */
    static String of(GapsReport report, Instant now) {
        return new GapsMarkdown(report, now).written();
    }

    private String written() {
        List<Entry> entries = report.entries();
        line("### " + (entries.isEmpty() ? "No gaps" : Terminal.count(entries.size(), "gap")) + (report.isComplete() ? ""
                : ", and more that are not shown"));
        line("");
        report.parts().forEach(part -> line("- " + (part.isAnybody() ? "Users who could exist" : "Today's users") + ": "
                + GapsReport.percent(part.share()) + " of " + GapsReport.number(part.requests()) + " kinds of requests are open; "
                + (part.gaps().isComplete() ? "nothing else is (proved)." : "more are open than this page shows.")));
        report.accepted().forEach((accepted, gaps) -> line("- Accepted: " + Terminal.count(gaps.size(), "gap") + " of "
                + Markdown.cell(accepted.name() + ": " + GapsReport.reason(accepted)) + "."));
        report.notes().forEach(note -> line("- Note: " + Markdown.cell(note) + "."));
        if (!entries.isEmpty()) {
            line("");
            line("| # | who | what | opened by | to | from |");
            line("|---|---|---|---|---|---|");
            for (Entry entry : entries) {
                Map<String, String> box = GapsReport.box(entry.gap());
                Gap gap = entry.gap();
                line("| " + entry.number() + " | " + Markdown.cell(gap.people().text()) + " | " + GapsReport.kind(gap.kind()) + " | "
                        + GapsReport.opens(gap) + " | " + Markdown.cell(box.getOrDefault("to", "any")) + " | "
                        + Markdown.cell(box.getOrDefault("from", "anywhere")) + " |");
            }
            entries.forEach(this::details);
        }
        return text.toString();
    }

    private void details(Entry entry) {
        Gap gap = entry.gap();
        line("");
        line("<details><summary>" + entry.number() + ". " + Markdown.html(GapsReport.title(gap) + ": " + gap.people().text())
                + "</summary>");
        line("");
        List<String> facts = new ArrayList<>();
        if (entry.joining() != null) {
            facts.add("could join: " + entry.joining().people().text());
        }
        GapsReport.box(gap).forEach((label, values) -> facts.add(label + ": " + values));
        facts.add("because " + String.join("; ", GapsReport.because(gap)));
        gap.mayProtect().forEach(id -> facts.add("may protect: " + id));
        facts.add("for example " + report.example(gap));
        facts.forEach(fact -> line("- " + Markdown.cell(fact)));
        line("");
        line("This test passes as long as the gap is open. Expect another outcome to close it.");
        line("");
        line(Markdown.block("yaml", report.suite(entry, now)));
        line("");
        line("</details>");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
