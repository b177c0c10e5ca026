package dev.sallyport.cli;

import dev.sallyport.check.Check;
import dev.sallyport.check.HiddenCharacters;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.parse.Sources;
import dev.sallyport.parse.Sources.Document;
import dev.sallyport.read.Resources;
import dev.sallyport.write.Json;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what is wrong with a policy set. Exits with 1 when there is an error, with 2 when a file cannot be read at all. */
@Command(name = "check", description = "Finds mistakes in a policy set: settings that Entra would reject, policies that never apply, and "
        + "changes that would lock every administrator out.")
final class CheckCommand implements Callable<Integer> {

    /** The codes of files that were not looked into. */
    private static final Set<String> UNREADABLE = Set.of("SP1001", "SP1003", "SP1128");
    private static final String UNKNOWN_NAME = "SP1202";
    /** The codes of files of which nothing was read. */
    private static final Set<String> SYNTAX = Set.of("SP1001", "SP1002", "SP1003", "SP1004", "SP1005", "SP1006", "SP1007", "SP1008");
    private static final String INDENT = "    ";

    /** For whom findings are written. */
    private enum Output { TEXT, JSON, SARIF }

    @Parameters(paramLabel = "PATH", arity = "0..*", description = {
        "Files and folders of the policy set; - is standard input. Default: the policy set of -p."})
    private List<Path> paths = List.of();

    @Mixin
    private Inputs inputs;

    @Option(names = "--format", paramLabel = "text|json|sarif", description = {
        "text (default): findings with the lines they are about. json: one finding per line. sarif: SARIF 2.1.0, for code scanning."})
    private Output format = Output.TEXT;

    @Mixin
    private WatchOption watch;

    @Option(names = "--explain", paramLabel = "CODE", description = "Prints the page about a code, such as SP1203, or the text of a rule, "
            + "such as CA-LOC-17.")
    private String explain;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;
    private final Function<List<Path>, WatchOption.Changes> watcher;

    CheckCommand(Terminal terminal) {
        this(terminal, FileWatch::new);
    }

    /** @param watcher tells when files change */
    CheckCommand(Terminal terminal, Function<List<Path>, WatchOption.Changes> watcher) {
        this.terminal = terminal;
        this.watcher = watcher;
    }

    /** What one round found. */
    private record Found(List<Diagnostic> findings, Excerpts excerpts, int files, PolicySet set, Directory beside) {

        int errors() {
            return (int) findings.stream().filter(Diagnostic::isError).count();
        }

        boolean isComplete() {
            return findings.stream().noneMatch(each -> UNREADABLE.contains(each.code()));
        }
    }

    @Override
    public Integer call() throws InterruptedException, PolicyLoadException {
        if (explain != null) {
            return explain();
        }
        List<Path> policies = paths.isEmpty() ? inputs.policyPaths() : Stream.concat(paths.stream(), inputs.policies.stream()).toList();
        inputs.refuseSecondStandardInput(spec.commandLine(), paths);
        List<Path> all = Stream.concat(policies.stream(), inputs.directoryPaths().stream()).toList();
        return watch.run(spec.commandLine(), terminal, all, watcher, () -> report(check(policies)));
    }

    private int explain() {
        Pages pages = new Pages();
        RuleBook book = new RuleBook();
        List<String> found = Stream.concat(Stream.ofNullable(book.rule(explain)), pages.codes(explain).stream().map(pages::page)).toList();
        if (found.isEmpty()) {
            String near = Suggestions.didYouMean(explain, Stream.concat(pages.words().stream(), book.ids().stream()).distinct().toList());
            terminal.error("unknown code or rule `" + explain + "`", near != null ? near
                    : "write a code such as SP1203, or a rule such as VAL-01");
            return ExitCode.UNUSABLE.code();
        }
        terminal.out().print(String.join("\n", found));
        return ExitCode.FINE.code();
    }

    private Found check(List<Path> policies) {
        Map<String, String> texts = new HashMap<>();
        Diagnostics aboutDirectory = new Diagnostics();
        Directory directory = Directory.empty();
        if (!inputs.directoryPaths().isEmpty()) {
            List<Document> documents = Sources.read(inputs.directoryPaths(), true, texts, aboutDirectory);
            directory = Resources.of(documents, aboutDirectory).directory();
            HiddenCharacters.check(documents, aboutDirectory);
        }
        int others = texts.size();
        Diagnostics read = new Diagnostics(inputs.strict ? Diagnostics.Exports.STRICT : Diagnostics.Exports.CHECKED);
        List<Document> documents = Sources.read(policies, false, texts, read);
        Check check = Check.of(documents, directory, Instant.now(), read);
        List<Diagnostic> findings = new ArrayList<>(aboutDirectory.toList());
        boolean isPartly = aboutDirectory.toList().stream().anyMatch(each -> each.isError() && SYNTAX.contains(each.code()));
        List<Diagnostic> aboutPolicies = check.findings().stream().filter(each -> !isPartly || !isAboutAName(each)).toList();
        findings.addAll(aboutPolicies);
        if (aboutPolicies.size() < check.findings().size()) {
            findings.add(new Diagnostic(Diagnostic.Severity.WARNING, "SP1403", "names of users, groups and applications are not checked, "
                    + "because the directory has errors", null,
                    "correct the directory first", null));
        }
        if (inputs.directoryPaths().isEmpty() && findings.stream().anyMatch(each -> each.code().equals(UNKNOWN_NAME))) {
            findings.add(Inputs.NO_DIRECTORY);
        }
        return new Found(findings, new Excerpts(texts), texts.size() - others, check.set(), check.beside());
    }

    /** Whether a name is unknown that only a directory knows. */
    private static boolean isAboutAName(Diagnostic finding) {
        return finding.code().equals(UNKNOWN_NAME) && finding.message().matches("unknown (user|group|application|service principal) .*");
    }

    private int report(Found found) {
        switch (format) {
            case TEXT -> text(found);
            case JSON -> found.findings().forEach(finding -> terminal.out().println(json(finding, found.excerpts())));
            case SARIF -> terminal.out().println(new Sarif(found.excerpts(), Path.of("")).log(found.findings(), found.isComplete()));
        }
        if (!found.isComplete()) {
            return ExitCode.UNUSABLE.code();
        }
        return (found.errors() > 0 || inputs.strict && !found.findings().isEmpty() ? ExitCode.DOES_NOT_HOLD : ExitCode.FINE).code();
    }

    private void text(Found found) {
        for (Diagnostic finding : found.findings()) {
            write(finding, found.excerpts());
        }
        int errors = found.errors();
        int warnings = found.findings().size() - errors;
        String sum = errors + warnings == 0 ? "no errors, no warnings" : Terminal.count(errors, "error") + ", " + Terminal.count(warnings,
                "warning");
        Style style = errors > 0 ? Style.BOLD_RED : warnings > 0 ? Style.YELLOW : Style.GREEN;
        terminal.out().println(Terminal.count(found.files(), "file") + ", " + policies(found.set().policies().size()) + ": "
                + (terminal.coloursOut() ? style.on(sum) : sum));
        String beside = beside(found);
        if (!beside.isEmpty()) {
            terminal.out().println("in addition to the policies: " + beside);
        }
        if (!found.findings().isEmpty()) {
            terminal.out().println("for more about a finding: sallyport check --explain " + found.findings().get(0).code());
        }
    }

    private static String policies(int number) {
        return number == 1 ? "1 policy" : number + " policies";
    }

    /** What else the files hold, and what of them does not count (corpora). */
    private static String beside(Found found) {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("named location", (long) found.set().namedLocations().size());
        counts.put("authentication strength", (long) found.set().strengths().size());
        counts.put("group", (long) found.beside().groups().size());
        counts.put("user", (long) found.beside().users().size());
        counts.put("skipped object", found.findings().stream().filter(each -> each.code().equals("SP1110")).count());
        counts.put("unbound placeholder", found.findings().stream().filter(each -> each.code().equals("SP1205")).count());
        counts.put("unevaluated part", found.findings().stream().filter(each -> each.code().equals("SP1109")).count());
        return counts.entrySet().stream().filter(each -> each.getValue() > 0).map(each -> Terminal.count(each.getValue().intValue(),
                each.getKey()))
                .collect(Collectors.joining(", "));
    }

    private void write(Diagnostic finding, Excerpts excerpts) {
        String kind = finding.severity() + " " + finding.code();
        Position place = finding.position();
        terminal.out().println((place == null ? "" : Glyphs.visible(place.toString()) + ": ")
                + (terminal.coloursOut() ? (finding.isError() ? Style.BOLD_RED : Style.YELLOW).on(kind) : kind) + ": "
                + Glyphs.visible(finding.message())
                + (finding.rule() == null ? "" : " [" + finding.rule() + "]"));
        List<String> lines = excerpts.of(place, terminal.pageColumns() - INDENT.length());
        if (!lines.isEmpty() && !lines.get(0).isBlank()) {
            terminal.out().println(INDENT + lines.get(0));
            terminal.out().println(INDENT + (terminal.coloursOut() ? Style.CYAN.on(lines.get(1)) : lines.get(1)));
        }
        if (finding.help() != null) {
            terminal.out().println(INDENT + "help: " + Glyphs.visible(finding.help()));
        }
        terminal.out().println();
    }

    private static String json(Diagnostic finding, Excerpts excerpts) {
        return Json.object(json -> {
            json.writeStringField("severity", finding.severity().toString());
            json.writeStringField("code", finding.code());
            json.writeStringField("rule", finding.rule());
            json.writeStringField("message", finding.message());
            json.writeStringField("help", finding.help());
            Position place = finding.position();
            json.writeStringField("file", place == null ? null : place.file());
            if (place != null && place.line() > 0) {
                json.writeNumberField("line", place.line());
                json.writeNumberField("column", place.column());
                json.writeNumberField("endColumn", excerpts.endColumn(place));
            }
        });
    }
}
