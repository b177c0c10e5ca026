package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.diagnose.PolicyLoadException;
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
import picocli.CommandLine.Spec;

/** Tells which policies change nothing. Exits with 1 when there is one, and with 3 when the evaluator does not confirm another one. */
@Command(name = "redundant", description = {
    "Finds policies that no decision depends on, because they never apply or others ask at least as much wherever they do, and policies"
    + " that contradict each other. Each other policy is needed: the evaluator confirms a request that it changes.",
    "Asks for the users of the directory and for users who could exist. A policy that is about an empty group is needed."},
        exitCodeList = {"0:every enabled policy is needed", "1:an enabled policy changes nothing, or policies contradict each other",
            "2:wrong usage or invalid input", "3:the evaluator does not confirm that a policy is needed"})
final class RedundantCommand implements Callable<Integer> {

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

    RedundantCommand(Terminal terminal) {
        this(terminal, Analysis::of);
    }

    /** @param analysis the analysis of an engine */
    RedundantCommand(Terminal terminal, Function<PolicyEngine, Analysis> analysis) {
        this.terminal = terminal;
        this.analysis = analysis;
        options = new AnalysisOptions(terminal, FileWatch::new);
    }

    @Override
    public Integer call() throws PolicyLoadException, InterruptedException {
        inputs.refuseSecondStandardInput(spec.commandLine(), List.of());
        List<Path> files = Stream.of(inputs.policyPaths(), inputs.directoryPaths()).flatMap(List::stream).toList();
        return options.run(files, this::round);
    }

    private int round() throws PolicyLoadException {
        Instant now = options.now();
        long started = System.nanoTime();
        Inputs own = inputs.anew();
        PolicyEngine engine = own.load(Clock.fixed(now, ZoneOffset.UTC));
        RedundantReport report = new RedundantReport(engine, ProgressBar.of(terminal, "redundant", engine, done
                -> analysis.apply(engine).redundant(withReportOnly, done)), own.policyPaths(),
                own.directoryPaths(), now, witnesses.folder());
        witnesses.write(report.files());
        print(report, (System.nanoTime() - started) / 1e9);
        ExitCode code = options.ended(report.found().faults(), "the policies", report.isFine() ? ExitCode.FINE : ExitCode.DOES_NOT_HOLD);
        terminal.diagnostics(own.warnings());
        return code.code();
    }

    private void print(RedundantReport report, double seconds) {
        switch (options.format()) {
            case TEXT -> RedundantText.print(terminal, report);
            case JSON -> {
                report.found().idle().forEach(idle -> terminal.out().println(report.json(idle)));
                report.found().conflicts().forEach(conflict -> terminal.out().println(report.json(conflict)));
                report.found().needed().forEach(needed -> terminal.out().println(report.json(needed)));
                terminal.out().println(report.summary());
            }
            case MARKDOWN -> terminal.out().print(RedundantText.markdown(report));
            case JUNIT -> terminal.out().println(JUnitXml.of(report.cases(), seconds));
            case SARIF -> options.sarif(report.policies(), report.findings());
        }
    }
}
