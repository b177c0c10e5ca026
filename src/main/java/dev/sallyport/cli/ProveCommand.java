package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.Invariants;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Proves invariants. Exits with 1 when one is refuted, and with 3 when the evaluator does not confirm a counterexample. */
@Command(name = "prove", description = {
    "Proves that invariants hold for every sign-in and registration, or finds the smallest counterexample, which the evaluator confirms. An"
    + " invariant says what has to hold for some users and requests, such as that administrators always prove MFA.",
    "Asks for the users of the directory and for users who could exist. Each counterexample is also a policy test."},
        exitCodeList = {"0:every invariant is proved", "1:an invariant is refuted", "2:wrong usage or invalid input, such as an invariant "
            + "about an unknown group or about no request at all", "3:the evaluator does not confirm a counterexample"})
final class ProveCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "INVARIANTS", description = {
        "Files and folders with `kind: invariants`. The folder rules/invariants holds ready ones."})
    private List<Path> paths;

    @Option(names = "--with-report-only", description = "Treats report-only policies as enabled.")
    private boolean withReportOnly;

    @Mixin
    private WitnessesOption witnesses;

    @Mixin
    private Inputs inputs;

    @Mixin
    private final AnalysisOptions options;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;
    private final Function<PolicyEngine, Analysis> analysis;

    ProveCommand(Terminal terminal) {
        this(terminal, Analysis::of);
    }

    /** @param analysis the analysis of an engine */
    ProveCommand(Terminal terminal, Function<PolicyEngine, Analysis> analysis) {
        this.terminal = terminal;
        this.analysis = analysis;
        options = new AnalysisOptions(terminal, FileWatch::new);
    }

    @Override
    public Integer call() throws PolicyLoadException, InterruptedException {
        inputs.refuseSecondStandardInput(spec.commandLine(), paths);
        List<Path> files = Stream.of(inputs.policyPaths(), inputs.directoryPaths(), paths).flatMap(List::stream).toList();
        return options.run(files, this::round);
    }

    private int round() throws PolicyLoadException {
        Instant now = options.now();
        long started = System.nanoTime();
        Inputs own = inputs.anew();
        PolicyEngine engine = own.load(Clock.fixed(now, ZoneOffset.UTC));
        Invariants invariants = InvariantFiles.load(paths);
        if (invariants.invariants().isEmpty()) {
            throw new PolicyLoadException(List.of(new Diagnostic(Severity.ERROR, "SP1410", "no invariants to prove",
                    Position.of(paths.get(0).toString()), "add `invariants:` to a document with `kind: invariants`", null)));
        }
        ProveReport report = new ProveReport(engine, ProgressBar.of(terminal, "prove", engine, done -> analysis.apply(engine)
                .prove(invariants, withReportOnly, done)), own.policyPaths(),
                own.directoryPaths(), now, witnesses.folder());
        witnesses.write(report.files());
        print(report, (System.nanoTime() - started) / 1e9);
        ExitCode code = options.ended(report.verdicts().faults(), "the policies", report.refuted() > 0 ? ExitCode.DOES_NOT_HOLD
                : ExitCode.FINE);
        terminal.diagnostics(own.warnings());
        return code.code();
    }

    private void print(ProveReport report, double seconds) {
        switch (options.format()) {
            case TEXT -> new ProveText(terminal, report).print();
            case JSON -> {
                report.verdicts().verdicts().forEach(verdict -> terminal.out().println(ProveJson.invariant(verdict)));
                terminal.out().println(ProveJson.summary(report));
            }
            case MARKDOWN -> terminal.out().print(ProveMarkdown.of(report));
            case JUNIT -> terminal.out().println(JUnitXml.of(report.cases(), seconds));
            case SARIF -> options.sarif(Stream.concat(report.policies().stream(), paths.stream()).toList(), report.findings());
        }
    }
}
