package dev.sallyport.workbench;

import dev.sallyport.analyse.Comparison;
import dev.sallyport.analyse.Comparison.Change;
import dev.sallyport.analyse.Comparison.Direction;
import dev.sallyport.analyse.Gap;
import dev.sallyport.cli.DiffReport;
import dev.sallyport.cli.DiffReport.Entry;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.workbench.PolicyViews.Changes;
import dev.sallyport.workbench.PolicyViews.Field;
import dev.sallyport.workbench.PolicyViews.Group;
import dev.sallyport.workbench.PolicyViews.Line;
import dev.sallyport.workbench.PolicyViews.Summary;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a comparison found, as pages show it: in the words of {@code sallyport diff}. */
final class ChangeWords {

    private static final int MOST_IN_FULL = 3;
    private static final int MOST_NAMES = 3;

    private static final Map<String, String> HUMAN = Map.of("enabledForReportingButNotEnforced", "Report-only", "AllTrusted",
            "all trusted locations", "signInRiskLevel", "sign-in risk", "userRiskLevel", "user risk", "insiderRiskLevel", "insider risk",
            "agentIdRiskLevel", "agent risk", "servicePrincipalRiskLevel", "risk of the service principal", "authenticationContext",
            "authentication context");

    private ChangeWords() { }

    /** What changes, in a few words. */
    static Summary summary(Comparisons.Result result) {
        DiffReport report = result.report();
        if (report == null) {
            return new Summary("no", "cannot be compared: " + result.errors().stream().map(Diagnostic::message).findFirst().orElse("?"));
        }
        Comparison comparison = report.comparison();
        boolean isLoosened = comparison.changes().stream().anyMatch(change -> change.direction() == Direction.LOOSENED);
        return new Summary(isLoosened ? "no" : comparison.isLoosened() ? "partly" : "yes", report.headline()
                .replaceFirst("^([0-9]+) change(s?):", "$1 effect$2:"));
    }

    /** All that changes. */
    static Changes changes(DiffReport report) {
        Comparison comparison = report.comparison();
        Map<String, List<Field>> fields = new LinkedHashMap<>();
        report.fields().forEach((resource, all) -> fields.put(all.get(0).name(), all.stream().map(field -> new Field(field.field(),
                human(DiffReport.change(field)), Beside.shortened(DiffReport.source(field), report.after().policies()))).toList()));
        Map<String, List<String>> coverages = new LinkedHashMap<>();
        comparison.coverages().forEach(coverage -> coverages.put(coverage.policy(), DiffReport.sentences(coverage)));
        List<Group> groups = new ArrayList<>();
        report.entries().forEach((change, entries) -> groups.add(group(report, change, entries)));
        List<String> notes = new ArrayList<>(comparison.notCompared());
        notes.addAll(comparison.notes());
        notes.addAll(comparison.faults());
        return new Changes(summary(new Comparisons.Result(report, List.of())), comparison.changes().stream().flatMap(change ->
                ChangeSentences.of(change).stream()).toList(), ChangeSentences.proof(comparison), report.extents(), fields, coverages,
                groups,
                notes.stream().map(note -> Piece.of(sentence(note), RulePages.book())).toList());
    }

    private static Group group(DiffReport report, Change change, List<Entry> entries) {
        List<PolicyViews.Class> classes = entries.stream().map(entry -> new PolicyViews.Class(entry.number(), DiffReport.who(entry.shown()),
                entry.joining() == null ? "" : entry.joining().people().text(), DiffReport.requests(entry), DiffReport.box(entry.shown()),
                DiffReport.because(entry.shown()).stream().map(text -> Beside.shortened(text, report.after().policies())).toList(),
                report.request(entry.shown()), decided(entry.shown().example(), entry.shown().example().before(), change.dropped()),
                decided(entry.shown().example(), entry.shown().example().after(), change.added()),
                tryPath(entry.shown().example().before()))).toList();
        return new Group(direction(change), chip(change), ChangeSentences.title(change), classes.stream().limit(MOST_IN_FULL).toList(),
                classes.stream().skip(MOST_IN_FULL).toList());
    }

    /** The outcome of an example, and what a gateway does then; a request that cannot prove what is asked is blocked. */
    private static String decided(Comparison.Example example, Gap.Witness witness, List<String> asked) {
        boolean isLack = witness.decision().outcome() == Outcome.BLOCK && !asked.isEmpty() && !asked.contains("block");
        return Verdicts.headline(witness.decision()) + ": " + Verdicts.toDo(witness.request(), witness.decision()) + (isLack
                ? ", because it cannot prove " + ChangeSentences.controls(asked) : DiffReport.isBlockedAnyway(example) ? ", because "
                + witness.decision().reason().message() : "");
    }

    static String direction(Change change) {
        String direction = change.direction().toString();
        return direction.substring(0, 1).toUpperCase(Locale.ROOT) + direction.substring(1);
    }

    static String chip(Change change) {
        return switch (change.direction()) {
            case LOOSENED -> "no";
            case OTHERWISE -> "partly";
            case TIGHTENED -> "yes";
        };
    }

    /** The page that decides a request of a user of the directory, with the names of the command line's options. */
    private static String tryPath(Gap.Witness witness) {
        SignIn signIn = witness.request().signIn();
        if (!witness.isInDirectory() || witness.user() == null) {
            return "";
        }
        Map<String, @Nullable String> options = new LinkedHashMap<>();
        options.put("user", signIn.user());
        options.put("client", signIn.clientAppType() == null ? null : switch (signIn.clientAppType()) {
            case "browser" -> "browser";
            case "mobileAppsAndDesktopClients" -> "app";
            case "exchangeActiveSync", "easSupported" -> "activesync";
            default -> "legacy";
        });
        options.put("platform", signIn.devicePlatform());
        options.put("ip", signIn.ipAddress());
        options.put("country", signIn.country());
        options.put("risk", signIn.signInRiskLevel());
        options.put("user-risk", signIn.userRiskLevel());
        options.put("flow", signIn.authenticationFlow());
        options.put("register", witness.request() instanceof Registration registration ? registration.method() : null);
        StringBuilder path = new StringBuilder("what-if?");
        options.forEach((name, value) -> path.append(value == null || value.isEmpty() ? "" : name + "=" + encoded(value) + "&"));
        signIn.applications().forEach(application -> path.append("app=").append(encoded(application)).append('&'));
        return path.substring(0, path.length() - 1);
    }

    /** What is told before files are written, a sentence each. */
    static List<String> consequences(Comparisons.Result result) {
        DiffReport report = result.report();
        if (report == null) {
            return List.of("What changes cannot be told: " + result.errors().stream().map(Diagnostic::message).findFirst().orElse("?")
                    + ".");
        }
        List<String> texts = new ArrayList<>();
        for (Change change : report.comparison().changes()) {
            ChangeSentences.of(change).forEach(each -> texts.add(each.direction() + ": " + each.text() + (each.names().isEmpty() ? "" : " "
                    + String.join(", ", each.names().subList(0, Math.min(MOST_NAMES, each.names().size()))) + (each.names().size()
                    > MOST_NAMES ? " and others." : "."))));
        }
        texts.add(ChangeSentences.proof(report.comparison()));
        return texts;
    }

    /** The lines of a unified diff. */
    static List<Line> lines(String diff) {
        return diff.lines().map(line -> new Line(line.matches("(@@|diff |--- |\\+\\+\\+ |\\\\).*") ? "place"
                : line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same", line)).toList();
    }

    /** A text with the words of the portal for values of Microsoft Graph. */
    static String human(String text) {
        String human = text;
        for (Map.Entry<String, String> each : HUMAN.entrySet()) {
            human = human.replaceAll("\\b" + each.getKey() + "\\b", each.getValue());
        }
        return human;
    }

    /** A text as a sentence. */
    static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + (text.endsWith(".") ? "" : ".");
    }

    /** A text as part of an address. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
