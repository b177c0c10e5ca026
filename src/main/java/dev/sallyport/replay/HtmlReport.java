package dev.sallyport.replay;

import dev.sallyport.model.Outcome;
import dev.sallyport.replay.Summary.By;
import dev.sallyport.replay.Summary.Counted;
import dev.sallyport.report.Design;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A replay as one page that needs nothing else: charts are drawn in it, the table filters by a script in it, and nothing is fetched.
 * Whatever a log says stands in it as text.
 */
public final class HtmlReport {

    /** How many changes the table holds; a browser filters that many at once. */
    public static final int MOST_ROWS = 2_000;
    private static final int MOST_BARS = 8;
    private static final List<Outcome> OUTCOMES = List.of(Outcome.ALLOW, Outcome.CHALLENGE, Outcome.PROMPT_REGISTER, Outcome.BLOCK);

    /** Nothing is fetched, whatever a log says. */
    private static final String POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            + "'unsafe-inline'; script-src 'unsafe-inline'\">\n";

    private static final String SCRIPT = """
            (function(){var q=document.getElementById('q'),k=document.getElementById('k'),n=document.getElementById('n'),
            rows=Array.prototype.slice.call(document.querySelectorAll('#changes tbody tr'));
            function show(){var w=q.value.toLowerCase().split(/\\s+/).filter(Boolean),c=0;rows.forEach(function(r){
            var t=r.textContent.toLowerCase(),ok=(!k.value||r.dataset.kind===k.value)&&w.every(function(x){return t.indexOf(x)>=0});
            r.hidden=!ok;if(ok)c++});n.textContent=c+' of '+rows.length+' shown'}
            if(q){q.addEventListener('input',show);k.addEventListener('change',show);
            if(location.hash.length>1){q.value=decodeURIComponent(location.hash.slice(1))}show()}})();
            """;

    private final StringBuilder page = new StringBuilder();
    private final Summary summary;
    private final List<Change> changes;
    private final boolean hasAgainst;

    private HtmlReport(Summary summary, List<Change> changes, boolean hasAgainst) {
        this.summary = summary;
        this.changes = changes;
        this.hasAgainst = hasAgainst;
    }

    /**
     * The page.
     *
     * @param changes the first ones, at most {@link #MOST_ROWS}
     * @param before  how what comes before a change is called, such as {@code the log}
     * @param after   how what comes after it is called
     */
    public static String of(Summary summary, List<Change> changes, String before, String after, boolean hasAgainst) {
        HtmlReport report = new HtmlReport(summary, changes, hasAgainst);
        report.write(before, after);
        return report.page.toString();
    }

    private void write(String before, String after) {
        page.append(Design.begin("Replay of sign-ins", POLICY)).append("<h1>").append(headline(summary))
                .append("</h1>\n");
        parts(before, after);
        page.append("</main>\n<script>\n").append(SCRIPT).append("</script>\n</body></html>\n");
    }

    /** How many sign-ins end differently, such as {@code 1 sign-in ends differently}. */
    public static String headline(Summary summary) {
        return number(summary.changes()) + (summary.changes() == 1 ? " sign-in ends" : " sign-ins end") + " differently";
    }

    /**
     * What the page shows below its title, as HTML for a page with the styles of {@link Design}. The table of changes has the id
     * {@code changes}; a text field {@code q} and a choice {@code k} are for filtering it, and {@code n} is for the number of rows.
     *
     * @param changes the first ones, at most {@link #MOST_ROWS}
     * @param before  how what comes before a change is called, such as {@code the log}
     * @param after   how what comes after it is called
     */
    public static String parts(Summary summary, List<Change> changes, String before, String after, boolean hasAgainst) {
        HtmlReport report = new HtmlReport(summary, changes, hasAgainst);
        report.parts(before, after);
        return report.page.toString();
    }

    private void parts(String before, String after) {
        page.append("<p class=\"soft\">From ").append(escape(before)).append(" to ").append(escape(after));
        if (summary.first() != null) {
            page.append(", sign-ins from ").append(day(summary.first().getEpochSecond() / 86_400)).append(" to ")
                    .append(day(summary.last().getEpochSecond() / 86_400));
        }
        page.append("</p>\n<p class=\"soft\">").append(escape(Summary.TODAY)).append("</p>\n");
        tiles();
        page.append("<h2>Outcomes</h2>\n");
        legend();
        page.append("<div class=\"charts\">\n");
        outcomes(before, after);
        days(hasAgainst ? before : after, summary.days());
        if (hasAgainst) {
            days(after, summary.daysAgainst());
        }
        page.append("</div>\n");
        if (summary.changes() > 0) {
            page.append("<h2>What changes, and for which users</h2>\n<div class=\"charts\">\n");
            for (By by : By.values()) {
                bars(by);
            }
            page.append("</div>\n");
        }
        agreement();
        unknown();
        table();
    }

    private void tiles() {
        page.append("<div class=\"tiles\">\n");
        tile(summary.decided(), "sign-ins decided");
        for (Change.Kind kind : Change.Kind.values()) {
            tile(summary.changes(kind), kind.toString());
        }
        tile(summary.hanging(), "depend on facts missing from the log");
        if (summary.malformed() > 0) {
            tile(summary.malformed(), "malformed records");
        }
        page.append("</div>\n");
    }

    private void tile(long number, String words) {
        page.append("<div class=\"tile\"><b>").append(number(number)).append("</b><span>").append(escape(words))
                .append("</span></div>\n");
    }

    private void legend() {
        page.append("<p class=\"legend\">");
        for (Outcome outcome : OUTCOMES) {
            page.append("<span><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"fill ").append(outcome)
                    .append("\" width=\"10\" height=\"10\" rx=\"2\"/></svg>").append(outcome).append("</span>");
        }
        page.append("</p>\n");
    }

    // ---- charts

    private void outcomes(String before, String after) {
        page.append("<div class=\"chart\"><h3>Outcomes of sign-ins</h3>\n");
        List<String> names = new ArrayList<>(List.of("the log", hasAgainst ? before : after));
        List<long[]> counts = new ArrayList<>(List.of(OUTCOMES.stream().mapToLong(summary::recorded).toArray(), OUTCOMES.stream()
                .mapToLong(summary::now).toArray()));
        if (hasAgainst) {
            names.add(after);
            counts.add(OUTCOMES.stream().mapToLong(summary::against).toArray());
        }
        stacked("Outcomes of sign-ins", names, counts);
        page.append("</div>\n");
    }

    private void days(String set, Map<Long, long[]> counted) {
        List<String> names = new ArrayList<>();
        List<long[]> counts = new ArrayList<>();
        List<Map.Entry<Long, long[]>> days = new ArrayList<>(counted.entrySet());
        for (Map.Entry<Long, long[]> day : days.subList(Math.max(0, days.size() - 31), days.size())) {
            names.add(day(day.getKey()));
            counts.add(OUTCOMES.stream().mapToLong(outcome -> day.getValue()[outcome.ordinal()]).toArray());
        }
        page.append("<div class=\"chart\"><h3>By day under ").append(escape(set)).append(days.size() > 31 ? " (the last 31)" : "")
                .append("</h3>\n");
        stacked("Outcomes by day", names, counts);
        page.append("</div>\n");
    }

    private void bars(By by) {
        List<Counted> all = summary.changesBy(by);
        List<String> names = new ArrayList<>();
        List<long[]> counts = new ArrayList<>();
        for (Counted counted : all.subList(0, Math.min(MOST_BARS, all.size()))) {
            long[] kinds = counted.changes();
            names.add(counted.name());
            counts.add(new long[] {kinds[Change.Kind.LET_IN.ordinal()], kinds[Change.Kind.NEWLY_CHALLENGED.ordinal()],
                    kinds[Change.Kind.ASKED_TO_REGISTER.ordinal()],
                kinds[Change.Kind.NEWLY_BLOCKED.ordinal()]});
        }
        page.append("<div class=\"chart\"><h3>By ").append(escape(by.toString())).append(all.size() > MOST_BARS ? " (" + MOST_BARS + " of "
                + number(all.size()) + ")" : "")
                .append("</h3>\n");
        stacked("Changes by " + by, names, counts);
        page.append("</div>\n");
    }

    /** Horizontal bars in the order of {@link #OUTCOMES}; the longest one is as wide as there is room. */
    private void stacked(String title, List<String> names, List<long[]> counts) {
        long most = 1;
        for (long[] each : counts) {
            most = Math.max(most, sum(each));
        }
        page.append("<svg viewBox=\"0 0 420 ").append(22 * names.size() + 2).append("\" role=\"img\" aria-label=\"")
                .append(escape(title + ": " + words(names, counts))).append("\">\n");
        for (int i = 0; i < names.size(); i++) {
            int y = 22 * i;
            page.append("<g><title>").append(escape(names.get(i))).append("</title><text x=\"0\" y=\"").append(y + 14).append("\">")
                    .append(escape(shortened(names.get(i))))
                    .append("</text>");
            double x = 190;
            for (int j = 0; j < OUTCOMES.size(); j++) {
                double width = 170.0 * counts.get(i)[j] / most;
                if (width > 0) {
                    page.append("<rect class=\"fill ").append(OUTCOMES.get(j)).append("\" x=\"").append(decimal(x)).append("\" y=\"")
                            .append(y + 3).append("\" width=\"")
                            .append(decimal(Math.max(1, width))).append("\" height=\"14\"><title>").append(OUTCOMES.get(j)).append(": ")
                            .append(number(counts.get(i)[j]))
                            .append("</title></rect>");
                    x += Math.max(1, width);
                }
            }
            page.append("<text class=\"count\" x=\"").append(decimal(x + 6)).append("\" y=\"").append(y + 14).append("\">")
                    .append(number(sum(counts.get(i)))).append("</text></g>\n");
        }
        page.append("</svg>\n");
    }

    /** The numbers of a chart in words. */
    private static String words(List<String> names, List<long[]> counts) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            List<String> parts = new ArrayList<>();
            for (int j = 0; j < OUTCOMES.size(); j++) {
                if (counts.get(i)[j] > 0) {
                    parts.add(number(counts.get(i)[j]) + " " + OUTCOMES.get(j));
                }
            }
            words.add(names.get(i) + " " + (parts.isEmpty() ? "0" : String.join(", ", parts)));
        }
        return String.join("; ", words);
    }

    // ---- tables

    private void agreement() {
        List<Summary.Agreement> agreements = summary.agreements();
        page.append("<h2>Does the log agree?</h2>\n<p>The outcome of ").append(number(summary.outcomesAgreed())).append(" of ")
                .append(number(summary.comparable()))
                .append(" sign-ins is the same now as in the log.</p>\n");
        paragraph(summary.unknownPoliciesInWords());
        paragraph(summary.strangersInWords());
        if (agreements.isEmpty()) {
            return;
        }
        page.append(region("Policies in the log")).append("<table><thead><tr><th>Policy</th><th class=\"number\">In the log</th><th "
                + "class=\"number\">Same</th><th>What differs</th></tr></thead><tbody>\n");
        for (Summary.Agreement each : agreements) {
            StringBuilder differences = new StringBuilder();
            each.differences().forEach((words, count) -> differences.append(differences.length() == 0 ? "" : "; ").append(number(count))
                    .append(" × ").append(words));
            page.append("<tr><td>").append(escape(each.policy())).append("</td><td class=\"number\">").append(number(each.compared()))
                    .append("</td><td class=\"number\">")
                    .append(number(each.agreed())).append("</td><td>").append(escape(differences.toString())).append("</td></tr>\n");
        }
        page.append("</tbody></table></div>\n");
    }

    private void paragraph(String sentence) {
        if (sentence != null) {
            page.append("<p>").append(escape(sentence)).append(".</p>\n");
        }
    }

    private void unknown() {
        if (summary.hangsOn().isEmpty()) {
            return;
        }
        page.append("<h2>What the log does not contain</h2>\n").append(region("Facts missing from the log"))
                .append("<table><thead><tr><th>Unknown</th><th "
                + "class=\"number\">Decisions that depend on it</th></tr></thead><tbody>\n");
        summary.hangsOn().forEach((fact, count) -> page.append("<tr><td>").append(escape(fact)).append("</td><td class=\"number\">")
                .append(number(count)).append("</td></tr>\n"));
        page.append("</tbody></table></div>\n");
    }

    private void table() {
        if (changes.isEmpty()) {
            return;
        }
        page.append("<h2>The sign-ins that change</h2>\n");
        if (summary.changes() > changes.size()) {
            page.append("<p class=\"soft\">The first ").append(number(changes.size())).append(" of ").append(number(summary.changes()))
                    .append("; <code>--changes FILE.csv</code> writes all.</p>\n");
        }
        page.append("<div class=\"filter\"><input id=\"q\" type=\"search\" placeholder=\"Filter: user, application, policy, country, "
                + "address\" aria-label=\"Filter\">"
                + "<select id=\"k\" aria-label=\"Kind of change\"><option value=\"\">all changes</option>");
        for (Change.Kind kind : Change.Kind.values()) {
            page.append("<option>").append(kind).append("</option>");
        }
        page.append("</select><span id=\"n\" class=\"soft\" role=\"status\"></span></div>\n").append(region("Changes")).append("<table "
                + "id=\"changes\"><thead><tr><th>Time</th><th>User</th>"
                + "<th>Application</th><th>From</th><th>Client</th><th>Before</th><th>After</th><th>Why</th><th>Depends "
                + "on</th></tr></thead><tbody>\n");
        for (Change change : changes) {
            page.append("<tr data-kind=\"").append(change.kind()).append("\">");
            cell(change.time().toString().replace('T', ' ').replaceFirst("(\\.\\d+)?Z$", ""));
            cell(change.user());
            cell(change.application());
            cell((change.country() == null ? "" : change.country() + " ") + (change.ipAddress() == null ? "" : change.ipAddress()));
            cell(change.client());
            tag(change.before());
            tag(change.after());
            cell(change.reason() + (change.policies().isEmpty() ? "" : ": " + String.join(", ", change.policies())));
            cell(String.join(", ", change.hangsOn()));
            page.append("</tr>\n");
        }
        page.append("</tbody></table></div>\n");
    }

    /** What a table scrolls in; the keyboard reaches it. */
    private static String region(String name) {
        return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + name + "\">";
    }

    private void cell(String text) {
        page.append("<td>").append(escape(text == null ? "" : text)).append("</td>");
    }

    private void tag(Outcome outcome) {
        page.append("<td><span class=\"chip ").append(outcome).append("\">").append(outcome).append("</span></td>");
    }

    // ---- text

    /** Text that is nothing but text in HTML, in attributes too; what turns the direction of writing is written out. */
    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> {
                    int type = Character.getType(c);
                    if (type == Character.CONTROL || type == Character.FORMAT) {
                        escaped.append(String.format("\\u%04x", (int) c));
                    } else {
                        escaped.append(c);
                    }
                }
            }
        }
        return escaped.toString();
    }

    private static String shortened(String text) {
        int length = text.codePointCount(0, text.length());
        return length <= 25 ? text : text.substring(0, text.offsetByCodePoints(0, 24)) + "…";
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String decimal(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    private static String day(long day) {
        return LocalDate.ofEpochDay(day).toString();
    }

    private static long sum(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }
}
