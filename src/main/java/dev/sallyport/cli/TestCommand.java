package dev.sallyport.cli;

import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Decision;
import dev.sallyport.parse.Sources;
import dev.sallyport.suite.Coverage;
import dev.sallyport.suite.Expectation.Difference;
import dev.sallyport.suite.Mutants;
import dev.sallyport.suite.SuiteReader;
import dev.sallyport.suite.TestCase;
import dev.sallyport.suite.TestRun;
import dev.sallyport.suite.TestRun.Failure;
import dev.sallyport.suite.TestRun.Result;
import dev.sallyport.suite.TestRun.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs policy tests. Exits with 2 when a suite cannot be read or no test is left, else with 1 when a test fails, else with 3 when
 * less is covered than asked for, a change of a policy goes unnoticed, or the evaluator does not confirm an example.
 */
@Command(name = "test", description = {"Runs policy tests, and reports what they leave untested.",
    "With --format json, writes one object per test, then one for --coverage and one for --mutants."})
final class TestCommand implements Callable<Integer> {

    private static final String STAR = ".*";
    private static final Diagnostic NOTHING_LEFT = new Diagnostic(Severity.ERROR, "SP1607", "every selected test is skipped", null,
            "select a test that is not skipped", null);

    @Parameters(paramLabel = "SUITE", arity = "1..*", description = {
        "Files or folders with suites (kind: policyTests); - is standard input. With --generate: files or folders with requests."})
    private List<Path> paths;

    @Option(names = {"-p", "--policies"}, paramLabel = "PATH", description = {
        "A file or folder of the policy set, instead of those that the suites name. May be repeated.",
        "With --generate: the policy set, with the default of `evaluate`."})
    private List<Path> policies = List.of();

    @Option(names = {"-d", "--directory"}, paramLabel = "PATH", description = {
        "A file or folder of the directory, instead of those that the suites name. May be repeated.",
        "With --generate: the directory, with the default of `evaluate`."})
    private List<Path> directories = List.of();

    @Option(names = "--strict", description = {
        "Treats mistakes in an export as errors, as in YAML."})
    private boolean strict;

    @Option(names = "--filter", paramLabel = "NAME", description = {
        "Runs only tests whose name contains this text, or matches it if it contains * or ?. Case does not matter."})
    private String filter;

    @Mixin
    private FormatOption format;

    @Option(names = "--junit", paramLabel = "FILE", description = "Writes the results as JUnit XML, for CI servers.")
    private Path junit;

    @Option(names = "--coverage", description = "Lists what no test exercises: policies that never apply, exclusions, conditions, and "
            + "classes of requests.")
    private boolean showCoverage;

    @Option(names = "--coverage-html", paramLabel = "FILE", description = "Writes the coverage of each policy as one HTML page.")
    private Path coverageHtml;

    @Mixin
    private WitnessesOption witnesses;

    @Option(names = "--min-coverage", paramLabel = "PERCENT", description = "Exits with 3 if the coverage is lower.")
    private Double minCoverage;

    @Option(names = "--mutants", description = {
        "Makes one small change to a policy at a time (removes an exclusion, turns OR into AND, …) and lists the changes that no test "
                + "notices."
        + " Exits with 3 if there are any."})
    private boolean mutants;

    @Option(names = "--slowest", paramLabel = "N", description = "Lists the slowest tests.")
    private int slowest;

    @Mixin
    private ClockOption clock;

    @Option(names = "--generate", description = "Writes a suite that expects the current decisions for these requests.")
    private boolean generate;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    TestCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        Inputs inputs = new Inputs();
        inputs.policies = policies;
        inputs.directories = directories;
        inputs.strict = strict;
        inputs.refuseSecondStandardInput(spec.commandLine(), paths);
        if (minCoverage != null && !(minCoverage >= 0 && minCoverage <= 100)) {
            throw new ParameterException(spec.commandLine(), "--min-coverage must be a percentage from 0 to 100");
        }
        Instant now = clock.time(ChronoUnit.SECONDS);
        return (generate ? generate(inputs, now) : test(now)).code();
    }

    private ExitCode generate(Inputs inputs, Instant now) throws PolicyLoadException {
        if (filter != null || junit != null || measuresCoverage() || mutants || slowest > 0 || format.isJson()) {
            throw new ParameterException(spec.commandLine(), "--generate can be combined only with -p, -d and --clock");
        }
        Diagnostics found = new Diagnostics();
        String suite = new StarterSuite(inputs, now).of(Requests.read(paths, found), found);
        if (!found.hasErrors()) {
            terminal.data().print(suite);
        }
        terminal.diagnostics(found.toList());
        return found.hasErrors() ? ExitCode.UNUSABLE : ExitCode.FINE;
    }

    private boolean measuresCoverage() {
        return listsClasses() || minCoverage != null;
    }

    private boolean listsClasses() {
        return showCoverage || coverageHtml != null || witnesses.folder() != null;
    }

    /** The classes of requests that no test enters; {@code null} if they are not asked for, or cannot be told, which is reported. */
    private @Nullable ClassReport classes(List<Result> results, Instant now, List<Diagnostic> diagnostics) {
        if (!listsClasses()) {
            return null;
        }
        try {
            return ClassReport.of(results, now);
        } catch (PolicyLoadException e) {
            e.diagnostics().forEach(each -> diagnostics.add(new Diagnostic(Severity.WARNING, each.code(), each.message(), each.position(),
                    each.help(), each.rule())));
            return null;
        }
    }

    private ExitCode test(Instant now) throws PolicyLoadException {
        Diagnostics found = new Diagnostics(strict ? Diagnostics.Exports.STRICT : Diagnostics.Exports.LOADED);
        List<TestCase> all = new SuiteReader(policies, directories, now, found).read(paths);
        Pattern wanted = filter == null ? null : pattern(filter);
        List<TestCase> tests = wanted == null ? all : all.stream().filter(test -> wanted.matcher(test.title()).find()).toList();
        List<Diagnostic> diagnostics = new ArrayList<>(found.toList());
        if (tests.isEmpty()) {
            terminal.diagnostics(diagnostics);
            if (!found.hasErrors()) {
                terminal.error(all.isEmpty() ? "no tests in " + paths.get(0) : "no test matches `" + filter + "`",
                        all.isEmpty() ? "write a suite with `kind: policyTests`" : "there are " + all.size() + ", such as `" + all.get(0)
                        .name() + "`");
            }
            return ExitCode.UNUSABLE;
        }

        Coverage coverage = measuresCoverage() ? new Coverage(tests) : null;
        Mutants changes = mutants ? new Mutants(tests) : null;
        Progress progress = new Progress(terminal, tests.size());
        long started = System.nanoTime();
        List<TestRun.Observer> observers = Stream.of(coverage, changes, progress).filter(Objects::nonNull).toList();
        List<Result> results = new TestRun(coverage != null || changes != null, new TestRun.Observer() {

            @Override
            public void decided(int number, TestCase test, Decision decision) {
                observers.forEach(each -> each.decided(number, test, decision));
            }

            @Override
            public void ended(int number, TestCase test, Status status) {
                observers.forEach(each -> each.ended(number, test, status));
            }
        }).run(tests);
        double seconds = (System.nanoTime() - started) / 1e9;
        progress.clear();
        results.stream().map(Result::unusable).filter(Objects::nonNull).distinct().forEach(diagnostics::add);

        if (results.stream().allMatch(result -> result.status() == Status.SKIPPED) && diagnostics.stream().noneMatch(Diagnostic::isError)) {
            diagnostics.add(NOTHING_LEFT);
        }
        boolean failed = results.stream().anyMatch(result -> result.status() == Status.FAILED);
        boolean unusable = diagnostics.stream().anyMatch(Diagnostic::isError);
        Mutants.Report report = null;
        if (changes != null && !failed && !unusable) {
            progress.say("trying changes to the policies");
            report = Mutants.proved(changes.report());
            progress.clear();
        }
        if (listsClasses()) {
            progress.say("looking for classes of requests that no test enters");
        }
        ClassReport classes = classes(results, now, diagnostics);
        progress.clear();
        boolean written = write(results, coverage, classes, seconds);
        if (classes != null) {
            witnesses.write(classes.files(witnesses.folder()));
        }
        print(results, coverage, classes, report, failed || unusable, seconds);
        terminal.diagnostics(diagnostics);
        List<String> faults = classes == null ? List.of() : classes.faults();
        faults.forEach(fault -> terminal.error("internal error: " + fault, "report it with the policies"));
        return unusable || !written ? ExitCode.UNUSABLE : failed ? ExitCode.DOES_NOT_HOLD
                : !faults.isEmpty() || minCoverage != null && coverage.percent() < minCoverage
                || report != null && !report.unnoticed().isEmpty() ? ExitCode.THRESHOLD_MISSED
                : ExitCode.FINE;
    }

    private void print(List<Result> results, @Nullable Coverage coverage, @Nullable ClassReport classes, Mutants.@Nullable Report report,
            boolean keptFromMutants, double seconds) {
        if (format.isJson()) {
            TestJson json = new TestJson(terminal.out());
            results.forEach(json::result);
            if (coverage != null) {
                json.coverage(coverage, classes);
            }
            if (report != null) {
                json.mutants(report);
            }
            return;
        }
        TestText text = new TestText(terminal);
        text.failures(results);
        if (coverage != null && showCoverage) {
            text.coverage(coverage);
        }
        if (classes != null && showCoverage) {
            text.classes(classes, witnesses.folder());
        }
        if (report != null) {
            text.mutants(report);
        } else if (mutants && keptFromMutants) {
            terminal.out().println("changes to the policies are tried only if all tests pass");
        }
        text.slowest(results, slowest);
        text.summary(results, seconds);
        if (coverage != null) {
            boolean enough = minCoverage == null || coverage.percent() >= minCoverage;
            String line = text.covered(coverage) + (minCoverage == null ? "" : (enough ? ", at least " : ", less than ") + minCoverage
                    + " % as required");
            new Table(0).row(new Table.Cell(line, enough ? Style.PLAIN : Style.RED)).print(terminal);
        }
    }

    private boolean write(List<Result> results, @Nullable Coverage coverage, @Nullable ClassReport classes, double seconds) {
        return write(junit, junit == null ? null : JUnitXml.of(results.stream().map(TestCommand::junit).toList(), seconds))
                & write(coverageHtml, coverageHtml == null ? null : CoveragePage.of(coverage, classes));
    }

    private static JUnitXml.Case junit(Result result) {
        TestCase test = result.test();
        return switch (result.status()) {
            case PASSED -> JUnitXml.Case.passed(test.title(), test.file(), test.position().line(), result.nanoseconds());
            case SKIPPED -> junit(result, JUnitXml.Ending.SKIPPED, test.skip(), null, null);
            case UNUSABLE -> junit(result, JUnitXml.Ending.ERROR, result.unusable().message(), result.unusable().code(),
                    result.unusable().toString());
            case FAILED -> {
                List<Difference> differences = result.failures().stream().flatMap(failure -> failure.differences().stream()).toList();
                StringBuilder text = new StringBuilder();
                for (Failure failure : result.failures()) {
                    failure.differences().forEach(difference -> text.append(difference.position()).append(": ").append(words(difference))
                            .append('\n'));
                    text.append(failure.decision().reason().code()).append(": ").append(failure.decision().reason().message()).append(' ')
                            .append(String.join(", ", failure.decision().reason().policies())).append('\n');
                }
                yield junit(result, JUnitXml.Ending.FAILURE, words(differences.get(0)) + (differences.size() > 1 ? " and "
                        + (differences.size() - 1) + " more" : ""), "expectation", text.toString());
            }
        };
    }

    private static JUnitXml.Case junit(Result result, JUnitXml.Ending ending, String message, String type, String text) {
        return new JUnitXml.Case(result.test().title(), result.test().file(), result.test().position().line(), result.nanoseconds(), ending,
                message, type, text);
    }

    private static String words(Difference difference) {
        return difference.path() + ": expected " + difference.expected() + ", was " + difference.actual();
    }

    private boolean write(Path file, String text) {
        try {
            if (file != null) {
                if (file.toAbsolutePath().getParent() != null) {
                    Files.createDirectories(file.toAbsolutePath().getParent());
                }
                Files.writeString(file, text);
            }
            return true;
        } catch (IOException e) {
            terminal.error("`" + file + "` cannot be written: " + Sources.why(e), null);
            return false;
        }
    }

    /** Text anywhere in a name, or with * and ? the whole of it. */
    private static Pattern pattern(String filter) {
        boolean isGlob = filter.contains("*") || filter.contains("?");
        StringBuilder regex = new StringBuilder();
        for (char c : filter.toCharArray()) {
            regex.append(isGlob && c == '*' ? STAR : isGlob && c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(isGlob ? "^" + regex + "$" : regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    }

    /** The line on a terminal that says how far it is; silent elsewhere. */
    static final class Progress implements TestRun.Observer {

        private static final int PARTS = 50;

        private final Terminal terminal;
        private final int all;
        private int done;

        Progress(Terminal terminal, int all) {
            this.terminal = terminal;
            this.all = all;
        }

        @Override
        public void decided(int number, TestCase test, Decision decision) { }

        @Override
        public synchronized void ended(int number, TestCase test, Status status) {
            done++;
            if (done % Math.max(1, all / PARTS) == 0) {
                say(String.format(Locale.ROOT, "%d of %d tests", done, all));
            }
        }

        void say(String text) {
            if (terminal.coloursErr()) {
                terminal.err().print("\r\033[K" + text);
                terminal.err().flush();
            }
        }

        void clear() {
            say("");
        }
    }
}
