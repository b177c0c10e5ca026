package dev.sallyport.replay;

import dev.sallyport.model.Outcome;
import dev.sallyport.replay.Summary.By;
import dev.sallyport.replay.Summary.Counted;
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

    private static final String STYLE = """
            :root{color-scheme:light dark;--bg:#fff;--fg:#1c2430;--dim:#667085;--line:#e4e7ec;--card:#f8f9fb;
            --allow:#2e9e6b;--challenge:#e0a100;--prompt-register:#3b82c4;--block:#d1453b}
            @media(prefers-color-scheme:dark){:root{--bg:#11151c;--fg:#e6e9ef;--dim:#98a2b3;--line:#2a313d;--card:#1a202a;
            --allow:#3fbf86;--challenge:#f0b93a;--prompt-register:#63a4e0;--block:#ef6a60}}
            *{box-sizing:border-box}body{margin:0 auto;max-width:1180px;padding:24px;background:var(--bg);color:var(--fg);font:15px/1.45 system-ui,sans-serif}
            h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 10px}p{margin:4px 0}.dim{color:var(--dim)}
            .tiles,.charts{display:grid;gap:12px;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));margin-top:16px}
            .charts{grid-template-columns:repeat(auto-fit,minmax(340px,1fr))}
            .tile,.chart{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px;overflow:hidden}
            .tile b{display:block;font-size:24px;font-variant-numeric:tabular-nums}.chart h3{font-size:14px;margin:0 0 8px}
            svg{display:block;width:100%;height:auto}svg text{fill:var(--fg);font:12px system-ui,sans-serif}svg .n{fill:var(--dim)}
            .allow{fill:var(--allow)}.challenge{fill:var(--challenge)}.prompt-register{fill:var(--prompt-register)}.block{fill:var(--block)}
            .tag{border-left:4px solid;padding-left:6px;white-space:nowrap}.tag.allow{border-color:var(--allow)}.tag.challenge{border-color:var(--challenge)}
            .tag.prompt-register{border-color:var(--prompt-register)}.tag.block{border-color:var(--block)}
            .legend span{margin-right:14px}.legend i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:5px}
            table{border-collapse:collapse;width:100%;font-size:13px}th,td{text-align:left;padding:6px 8px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
            th{position:sticky;top:0;background:var(--bg)}td.r,th.r{text-align:right;font-variant-numeric:tabular-nums}
            .filter{display:flex;flex-wrap:wrap;gap:8px;margin:8px 0}input,select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:6px 10px}
            input{flex:1;min-width:220px}.scroll{overflow-x:auto}
            """;

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
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta "
                + "name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src "
                + "'unsafe-inline'\">"
                + "<title>Replay of sign-ins</title>\n<style>\n").append(STYLE).append("</style></head><body>\n");
        page.append("<h1>").append(number(summary.changes())).append(summary.changes() == 1 ? " sign-in ends" : " sign-ins end")
                .append(" differently</h1>\n<p class=\"dim\">From ")
                .append(escape(before)).append(" to ").append(escape(after));
        if (summary.first() != null) {
            page.append(", sign-ins from ").append(day(summary.first().getEpochSecond() / 86_400)).append(" to ")
                    .append(day(summary.last().getEpochSecond() / 86_400));
        }
        page.append("</p>\n<p class=\"dim\">").append(escape(Summary.TODAY)).append("</p>\n");
        tiles();
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
        page.append("<script>\n").append(SCRIPT).append("</script>\n</body></html>\n");
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
        page.append("<div class=\"tile\"><b>").append(number(number)).append("</b>").append(escape(words)).append("</div>\n");
    }

    private void legend() {
        page.append("<p class=\"legend dim\" style=\"margin-top:16px\">");
        for (Outcome outcome : OUTCOMES) {
            page.append("<span><i style=\"background:var(--").append(outcome).append(")\"></i>").append(outcome).append("</span>");
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
        stacked(names, counts);
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
        stacked(names, counts);
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
        stacked(names, counts);
        page.append("</div>\n");
    }

    /** Horizontal bars in the order of {@link #OUTCOMES}; the longest one is as wide as there is room. */
    private void stacked(List<String> names, List<long[]> counts) {
        long most = 1;
        for (long[] each : counts) {
            most = Math.max(most, sum(each));
        }
        page.append("<svg viewBox=\"0 0 420 ").append(22 * names.size() + 2).append("\" role=\"img\">\n");
        for (int i = 0; i < names.size(); i++) {
            int y = 22 * i;
            page.append("<g><title>").append(escape(names.get(i))).append("</title><text x=\"0\" y=\"").append(y + 14).append("\">")
                    .append(escape(shortened(names.get(i))))
                    .append("</text>");
            double x = 190;
            for (int j = 0; j < OUTCOMES.size(); j++) {
                double width = 170.0 * counts.get(i)[j] / most;
                if (width > 0) {
                    page.append("<rect class=\"").append(OUTCOMES.get(j)).append("\" x=\"").append(decimal(x)).append("\" y=\"")
                            .append(y + 3).append("\" width=\"")
                            .append(decimal(Math.max(1, width))).append("\" height=\"14\"><title>").append(OUTCOMES.get(j)).append(": ")
                            .append(number(counts.get(i)[j]))
                            .append("</title></rect>");
                    x += Math.max(1, width);
                }
            }
            page.append("<text class=\"n\" x=\"").append(decimal(x + 6)).append("\" y=\"").append(y + 14).append("\">")
                    .append(number(sum(counts.get(i)))).append("</text></g>\n");
        }
        page.append("</svg>\n");
    }

    // ---- tables

    private void agreement() {
        List<Summary.Agreement> agreements = summary.agreements();
        page.append("<h2>Does the log agree?</h2>\n<p>The outcome of ").append(number(summary.outcomesAgreed())).append(" of ")
                .append(number(summary.comparable()))
                .append(" sign-ins is the same now as in the log.</p>\n");
        if (agreements.isEmpty()) {
            return;
        }
        page.append("<div class=\"scroll\"><table><thead><tr><th>Policy</th><th class=\"r\">In the log</th><th "
                + "class=\"r\">Same</th><th>What differs</th></tr></thead><tbody>\n");
        for (Summary.Agreement each : agreements) {
            StringBuilder differences = new StringBuilder();
            each.differences().forEach((words, count) -> differences.append(differences.length() == 0 ? "" : "; ").append(number(count))
                    .append(" × ").append(words));
            page.append("<tr><td>").append(escape(each.policy())).append("</td><td class=\"r\">").append(number(each.compared()))
                    .append("</td><td class=\"r\">")
                    .append(number(each.agreed())).append("</td><td>").append(escape(differences.toString())).append("</td></tr>\n");
        }
        page.append("</tbody></table></div>\n");
    }

    private void unknown() {
        if (summary.hangsOn().isEmpty()) {
            return;
        }
        page.append("<h2>What the log does not contain</h2>\n<div class=\"scroll\"><table><thead><tr><th>Unknown</th><th "
                + "class=\"r\">Decisions that depend on it</th></tr></thead><tbody>\n");
        summary.hangsOn().forEach((fact, count) -> page.append("<tr><td>").append(escape(fact)).append("</td><td class=\"r\">")
                .append(number(count)).append("</td></tr>\n"));
        page.append("</tbody></table></div>\n");
    }

    private void table() {
        if (changes.isEmpty()) {
            return;
        }
        page.append("<h2>The sign-ins that change</h2>\n");
        if (summary.changes() > changes.size()) {
            page.append("<p class=\"dim\">The first ").append(number(changes.size())).append(" of ").append(number(summary.changes()))
                    .append("; <code>--changes FILE.csv</code> writes all.</p>\n");
        }
        page.append("<div class=\"filter\"><input id=\"q\" type=\"search\" placeholder=\"Filter: user, application, policy, country, "
                + "address\" aria-label=\"Filter\">"
                + "<select id=\"k\" aria-label=\"Kind of change\"><option value=\"\">all changes</option>");
        for (Change.Kind kind : Change.Kind.values()) {
            page.append("<option>").append(kind).append("</option>");
        }
        page.append("</select><span id=\"n\" class=\"dim\" style=\"align-self:center\"></span></div>\n<div class=\"scroll\"><table "
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

    private void cell(String text) {
        page.append("<td>").append(escape(text == null ? "" : text)).append("</td>");
    }

    private void tag(Outcome outcome) {
        page.append("<td><span class=\"tag ").append(outcome).append("\">").append(outcome).append("</span></td>");
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
