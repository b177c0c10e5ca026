package dev.sallyport.cli;

import dev.sallyport.report.Design;
import dev.sallyport.suite.Coverage;
import dev.sallyport.suite.Coverage.Item;
import dev.sallyport.suite.Coverage.PolicyCoverage;
import dev.sallyport.suite.TestCase;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The coverage of each policy as one page of HTML that needs nothing else: no script, no font, no picture. */
public final class CoveragePage {

    private CoveragePage() { }

    /** The page; policies with the least coverage come first, and open. */
    static String of(Coverage coverage) {
        return Design.begin("Policy coverage", "") + "<h1>Policy coverage</h1>\n" + parts(coverage, Integer.MAX_VALUE, id -> null)
                + "</main>\n</body>\n</html>\n";
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
