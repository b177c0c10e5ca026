package dev.sallyport.cli;

import dev.sallyport.suite.Coverage;
import dev.sallyport.suite.Coverage.Item;
import dev.sallyport.suite.Coverage.PolicyCoverage;
import dev.sallyport.suite.TestCase;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The coverage of each policy as one page of HTML that needs nothing else: no script, no font, no picture. */
final class CoveragePage {

    private static final String STYLE = """
            :root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #1c2430; --soft: #667085; --line: #e3e7ee;
              --good: #1a7f4b; --bad: #c2362b; --good-back: #e5f5ec; --bad-back: #fdecea; }
            @media (prefers-color-scheme: dark) { :root { --page: #10141b; --card: #181e27; --ink: #e5e9f0; --soft: #98a2b3;
              --line: #2a323e; --good: #4cc38a; --bad: #ff7a6e; --good-back: #13291f; --bad-back: #331a1a; } }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
            main { max-width: 64rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
            h1 { font-size: 1.15rem; font-weight: 600; margin: 0; color: var(--soft); }
            .total { font-size: 3.2rem; font-weight: 700; letter-spacing: -.03em; line-height: 1.15; }
            .total small { font-size: 1rem; font-weight: 400; letter-spacing: 0; color: var(--soft); margin-left: .6rem; }
            .bar { height: .5rem; border-radius: .25rem; background: var(--bad-back); overflow: hidden; }
            .bar i { display: block; height: 100%; background: var(--good); border-radius: .25rem; }
            header .bar { margin: .75rem 0 2rem; }
            section p { margin: .75rem 1rem; }
            details, section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: .6rem 0; }
            summary { display: grid; grid-template-columns: 1fr 7rem 4rem; gap: 1rem; align-items: center; padding: .75rem 1rem; cursor: pointer; list-style: none; }
            summary::-webkit-details-marker { display: none; }
            summary:focus-visible { outline: 2px solid var(--good); border-radius: .6rem; }
            summary b { font-weight: 600; overflow-wrap: anywhere; }
            summary em { font-style: normal; color: var(--soft); font-size: .85rem; display: block; overflow-wrap: anywhere; }
            summary span:last-child { text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); }
            table { width: 100%; border-collapse: collapse; border-top: 1px solid var(--line); font-size: .9rem; }
            td { padding: .4rem 1rem; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
            tr:first-child td { border-top: 0; }
            td:first-child { width: 6.5rem; white-space: nowrap; }
            td:last-child { color: var(--soft); font: .8rem/1.7 ui-monospace, monospace; width: 38%; }
            td em { font-style: normal; color: var(--soft); display: block; }
            h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
            pre { margin: 0; padding: .75rem 1rem; overflow-x: auto; border-top: 1px solid var(--line); font: .8rem/1.5 ui-monospace, monospace; }
            .yes, .no { border-radius: 1rem; padding: .05rem .6rem; font-size: .8rem; }
            .yes { color: var(--good); background: var(--good-back); }
            .no { color: var(--bad); background: var(--bad-back); }
            @media (max-width: 40rem) { td:last-child { display: none; } summary { grid-template-columns: 1fr 4rem; } summary .bar { display: none; } }
            @media print { details { break-inside: avoid; } }
            """;

    private static final int MOST_CLASSES = 50;

    private CoveragePage() { }

    /**
     * The page; policies with the least coverage come first, and open.
     *
     * @param classes the classes of requests; {@code null} if they cannot be told
     */
    static String of(Coverage coverage, @Nullable ClassReport classes) {
        StringBuilder html = new StringBuilder();
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
                + "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<title>Policy coverage</title>\n<style>\n").append(STYLE)
                .append("</style>\n</head>\n<body>\n<main>\n<header>\n<h1>Policy coverage</h1>\n")
                .append("<div class=\"total\">").append(percent(coverage.percent())).append("<small>").append(coverage.seen())
                .append(" of ").append(coverage.total())
                .append(" seen in tests, ").append(coverage.policies().size() == 1 ? "1 policy" : coverage.policies().size() + " policies")
                .append("</small></div>\n").append(bar(coverage.percent())).append("\n</header>\n");
        coverage.policies().stream().sorted(Comparator.comparingDouble(CoveragePage::percent))
                .forEach(policy -> policy(policy, coverage, html));
        if (classes != null) {
            classes(classes, html);
        }
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    /** The classes of requests that no test enters, each with a test. */
    private static void classes(ClassReport report, StringBuilder html) {
        html.append("<h2>Classes of requests</h2>\n<p>").append(report.entered()).append(" of ").append(report.total())
                .append(" are tested").append(report.isComplete() ? "." : "; people and places differ too much to tell every class.")
                .append("</p>\n");
        for (ClassReport.Entry entry : report.entries().subList(0, Math.min(MOST_CLASSES, report.entries().size()))) {
            html.append("<section>\n<p><b>").append(escape(ClassReport.title(entry.missed()))).append("</b>, ")
                    .append(GapsReport.percent(entry.missed().share())).append(" of its kind</p>\n<table>\n");
            ClassReport.rows(entry.missed()).forEach((label, text) -> html.append("<tr><td>").append(escape(label)).append("</td><td>")
                    .append(escape(text)).append("</td></tr>\n"));
            html.append("<tr><td>for example</td><td>").append(escape(ClassReport.example(entry))).append("</td></tr>\n</table>\n<pre>")
                    .append(escape(report.suite(entry, Path.of("")))).append("</pre>\n</section>\n");
        }
        if (report.entries().size() > MOST_CLASSES) {
            html.append("<p>… and ").append(report.entries().size() - MOST_CLASSES).append(" more</p>\n");
        }
        report.notes().forEach(note -> html.append("<p>").append(escape(note)).append("</p>\n"));
    }

    private static double percent(PolicyCoverage policy) {
        return 100.0 * policy.seen() / policy.items().size();
    }

    private static void policy(PolicyCoverage policy, Coverage coverage, StringBuilder html) {
        double percent = percent(policy);
        html.append(percent < 100 ? "<details open>" : "<details>").append("\n<summary><span><b>").append(escape(policy.policy().id()))
                .append("</b><em>")
                .append(escape(String.valueOf(policy.policy().displayName()))).append(" · ")
                .append(escape(policy.policy().state().graphName())).append("</em></span>")
                .append(bar(percent)).append("<span>").append(policy.seen()).append(" / ").append(policy.items().size())
                .append("</span></summary>\n<table>\n");
        for (Item item : policy.items()) {
            TestCase first = coverage.firstTest(item);
            html.append("<tr><td>").append(first == null ? "<span class=\"no\">never</span>" : "<span class=\"yes\">" + times(item.count())
                    + "</span>")
                    .append("</td><td>").append(escape(TestText.words(item)));
            if (first != null) {
                html.append("<em>").append(escape(first.title())).append("</em>");
            }
            html.append("</td><td>").append(escape(item.position().toString())).append("</td></tr>\n");
        }
        html.append("</table>\n</details>\n");
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times";
    }

    private static String percent(double percent) {
        return String.format(Locale.ROOT, "%.1f %%", percent).replace(".0 %", " %");
    }

    private static String bar(double percent) {
        return String.format(Locale.ROOT, "<div class=\"bar\"><i style=\"width:%.1f%%\"></i></div>", percent);
    }

    /** Text as HTML shows it, in attributes too; what hides or reorders text is written out. */
    private static String escape(String text) {
        return Glyphs.visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
