package dev.sallyport.cli;

import dev.sallyport.report.Design;
import dev.sallyport.suite.Coverage;
import dev.sallyport.suite.Coverage.Item;
import dev.sallyport.suite.Coverage.PolicyCoverage;
import dev.sallyport.suite.TestCase;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The coverage of each policy as one page of HTML that needs nothing else: no script, no font, no picture. */
public final class CoveragePage {

    private static final int MOST_CLASSES = 50;

    private CoveragePage() { }

    /**
     * The page; policies with the least coverage come first, and open.
     *
     * @param classes the classes of requests; {@code null} if they cannot be told
     */
    static String of(Coverage coverage, @Nullable ClassReport classes) {
        return Design.begin("Policy coverage", "") + "<h1>Policy coverage</h1>\n" + parts(coverage, Integer.MAX_VALUE, id -> null)
                + (classes == null ? "" : classes(classes)) + "</main>\n</body>\n</html>\n";
    }

    /**
     * What the page shows below its title, for a page with the styles of {@link Design}.
     *
     * @param most the number of policies at most; those with the least coverage come first
     * @param link the address of a policy by its id, or {@code null} for no link
     */
    public static String parts(Coverage coverage, int most, Function<String, @Nullable String> link) {
        StringBuilder html = new StringBuilder();
        int count = coverage.policies().size();
        html.append("<div class=\"tiles\">\n").append(tile(percent(coverage.percent()), "covered"))
                .append(tile(coverage.seen() + " of " + coverage.total(), "seen in tests"))
                .append(tile(String.valueOf(count), count == 1 ? "policy" : "policies")).append("</div>\n<p>")
                .append(Design.bar(coverage.percent())).append("</p>\n");
        coverage.policies().stream().sorted(Comparator.comparingDouble(CoveragePage::percent)).limit(most)
                .forEach(policy -> policy(policy, coverage, link, html));
        if (count > most) {
            html.append("<p class=\"soft\">The other ").append(count - most).append(" policies are covered at least as well.</p>\n");
        }
        return html.toString();
    }

    private static String tile(String number, String words) {
        return "<div class=\"tile\"><b>" + number + "</b><span>" + words + "</span></div>\n";
    }

    /** The classes of requests that no test enters, each with a test. */
    static String classes(ClassReport report) {
        StringBuilder html = new StringBuilder();
        html.append("<h2>Classes of requests</h2>\n<p>").append(report.entered()).append(" of ").append(report.total())
                .append(" are tested").append(report.isComplete() ? "." : "; people and places differ too much to tell every class.")
                .append("</p>\n");
        for (ClassReport.Entry entry : report.entries().subList(0, Math.min(MOST_CLASSES, report.entries().size()))) {
            html.append("<section class=\"card\">\n<h3>").append(escape(ClassReport.title(entry.missed()))).append("</h3>\n<p>")
                    .append(GapsReport.percent(entry.missed().share())).append(" of its kind</p>\n<dl class=\"facts\">\n");
            ClassReport.rows(entry.missed()).forEach((label, text) -> html.append("<dt>").append(escape(label)).append("</dt><dd>")
                    .append(escape(text)).append("</dd>\n"));
            html.append("<dt>for example</dt><dd>").append(escape(ClassReport.example(entry))).append("</dd>\n</dl>\n<details><summary>")
                    .append("The test</summary>\n<pre tabindex=\"0\">").append(escape(report.suite(entry, Path.of(""))))
                    .append("</pre></details>\n</section>\n");
        }
        if (report.entries().size() > MOST_CLASSES) {
            html.append("<p>… and ").append(report.entries().size() - MOST_CLASSES).append(" more</p>\n");
        }
        report.notes().forEach(note -> html.append("<p class=\"soft\">").append(escape(note)).append("</p>\n"));
        return html.toString();
    }

    private static double percent(PolicyCoverage policy) {
        return 100.0 * policy.seen() / policy.items().size();
    }

    private static void policy(PolicyCoverage policy, Coverage coverage, Function<String, @Nullable String> link, StringBuilder html) {
        double percent = percent(policy);
        String address = link.apply(policy.policy().id());
        html.append(percent < 100 ? "<details class=\"covered\" open>" : "<details class=\"covered\">").append("\n<summary><span><b>")
                .append(escape(policy.policy().id())).append("</b><small>").append(escape(String.valueOf(policy.policy().displayName())))
                .append(" · ").append(escape(policy.policy().state().graphName())).append("</small></span>")
                .append(Design.bar(percent)).append("<span>").append(policy.seen()).append(" / ").append(policy.items().size())
                .append("</span></summary>\n<table class=\"cards-on-phone\">\n<thead><tr><th>Seen</th><th>What</th><th>Where</th></tr>"
                        + "</thead>\n<tbody>\n");
        for (Item item : policy.items()) {
            TestCase first = coverage.firstTest(item);
            html.append("<tr><td>").append(first == null ? "<span class=\"chip no\">never</span>" : "<span class=\"chip yes\">"
                    + times(item.count()) + "</span>")
                    .append("</td><td>").append(escape(TestText.words(item)));
            if (first != null) {
                html.append("<small>").append(escape(first.title())).append("</small>");
            }
            html.append("</td><td>").append(address == null ? "" : "<a href=\"" + escape(address) + "\">").append("<code>")
                    .append(escape(item.position().toString())).append(address == null ? "</code>" : "</code></a>").append("</td></tr>\n");
        }
        html.append("</tbody>\n</table>\n</details>\n");
    }

    private static String times(int count) {
        return count == 1 ? "once" : count + " times";
    }

    private static String percent(double percent) {
        return String.format(Locale.ROOT, "%.1f %%", percent).replace(".0 %", " %");
    }

    /** Text as HTML shows it, in attributes too; what hides or reorders text is written out. */
    private static String escape(String text) {
        return Glyphs.visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
