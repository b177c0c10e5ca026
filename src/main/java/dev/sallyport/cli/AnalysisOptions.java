package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.parse.Sources;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** When an analysis runs, and how it tells what it finds. */
final class AnalysisOptions {

    @Mixin
    private ReportOption format;

    @Mixin
    private WatchOption watch;

    @Mixin
    private ClockOption clock;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    private final Terminal terminal;
    private final Function<List<Path>, WatchOption.Changes> watcher;

    /** @param watcher tells when files change */
    AnalysisOptions(Terminal terminal, Function<List<Path>, WatchOption.Changes> watcher) {
        this.terminal = terminal;
        this.watcher = watcher;
    }

    ReportOption.Format format() {
        return format.format();
    }

    Instant now() {
        return clock.time(ChronoUnit.SECONDS);
    }

    /** Runs once, or whenever one of the files changes. */
    int run(List<Path> files, WatchOption.Round round) throws PolicyLoadException, InterruptedException {
        return watch.run(spec.commandLine(), terminal, files, watcher, round);
    }

    /** Prints findings as SARIF, with excerpts of the files. */
    void sarif(List<Path> files, List<Diagnostic> findings) {
        Map<String, String> texts = new HashMap<>();
        Sources.read(files, false, texts, new Diagnostics());
        terminal.out().println(new Sarif(new Excerpts(texts), Path.of("")).log(findings, true));
    }

    /**
     * Tells what the evaluator does not confirm.
     *
     * @param with what to report it with
     * @return the exit code of a fault; without one, the given exit code
     */
    ExitCode ended(List<String> faults, String with, ExitCode found) {
        faults.forEach(fault -> terminal.error("internal error: " + fault, "report it with " + with));
        return faults.isEmpty() ? found : ExitCode.THRESHOLD_MISSED;
    }
}
