package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Decision;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.ChangesCsv;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.HtmlReport;
import dev.sallyport.replay.Replayer;
import dev.sallyport.replay.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Stack;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Replays logs. Exits with 1 when sign-ins end otherwise, with 2 when something cannot be read or is left out; a record that is malformed
 * is counted and passed over.
 */
@Command(name = "replay", description = {
    "Decides recorded sign-ins again under the current policies, and reports where the log differs."
    + " With --against, reports which users another policy set would newly block, challenge, ask to register or let in."
    + " Each row of a log is decided separately, even if several rows are steps of one sign-in.",
    "With --format json, writes the disagreements you asked for, every change, and the summary last."})
final class ReplayCommand implements Callable<Integer> {

    @Parameters(paramLabel = "LOG", arity = "1..*", description = {
        "Files or folders: Graph JSON (v1.0, beta), Azure Monitor or Event Hub JSON, Log Analytics CSV or the answer of its API,"
        + " the decision log of sallyport serve, each also compressed by gzip; - is standard input."})
    private List<Path> paths;

    @Mixin
    private Inputs inputs;

    @Option(names = "--against", paramLabel = "PATH", description = {
        "Another policy set. The report shows what changes from the set of -p to this one. May be repeated."})
    private List<Path> against = List.of();

    @Option(names = "--disagreements", arity = "0..1", parameterConsumer = OptionalCount.class, paramLabel = "N", description = {
        "Shows the first N sign-ins (default: 10) where the log differs from the policy set, each with the result of every policy."})
    private int disagreements;

    @Option(names = "--changes", paramLabel = "FILE.csv", description = "Writes every sign-in whose outcome changes.")
    private Path changesFile;

    @Option(names = "--html", paramLabel = "FILE", description = "Writes the report as one page with charts and a table that you can "
            + "filter.")
    private Path html;

    @Mixin
    private FormatOption format;

    @Option(names = "--threads", paramLabel = "N", hidden = true)
    private int threads = Runtime.getRuntime().availableProcessors();

    /** Takes a number where one follows, and leaves what else follows, which is a log. */
    static final class OptionalCount implements IParameterConsumer {

        private static final int DEFAULT = 10;

        @Override
        public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
            boolean given = !arguments.isEmpty() && arguments.peek().matches("[0-9]{1,9}");
            option.setValue(given ? Integer.valueOf(arguments.pop()) : Integer.valueOf(DEFAULT));
        }
    }

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;
    private final Diagnostics found = new Diagnostics();

    ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException, IOException {
        List<Path> all = new ArrayList<>(paths);
        all.addAll(against);
        inputs.refuseSecondStandardInput(spec.commandLine(), all);
        Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);               // every record says when it happened
        PolicyEngine now = inputs.load(clock);
        PolicyEngine other = against.isEmpty() ? null : PolicyEngine.load(against, now.directory(), clock, inputs.options());
        LogFiles logs = new LogFiles(paths, found);
        ReplayText text = new ReplayText(terminal, inputs.policyNames(), against.isEmpty() ? null : names(against));
        Summary summary;
        try (Bar bar = new Bar(logs.files()); ChangesCsv csv = changesFile == null ? null : new ChangesCsv(changesFile)) {
            List<Disagreement> shown = new ArrayList<>();
            Replayer[] replayer = new Replayer[1];
            Replayer.Listener listener = new LogFiles.Listener(found) {
                @Override
                public void change(Change change) {
                    if (csv != null) {
                        csv.write(change);
                    }
                    if (format.isJson()) {
                        terminal.out().println(ReplayJson.change(change));
                    }
                }

                @Override
                public void disagreement(Disagreement disagreement) {
                    if (shown.size() < disagreements) {
                        shown.add(disagreement);
                        if (format.isJson()) {
                            terminal.out().println(ReplayJson.disagreement(disagreement, explain(replayer[0], disagreement)));
                        }
                    }
                }

                @Override
                public void progress(int records) {
                    bar.show(logs.bytesRead());
                }
            };
            try (Replayer own = new Replayer(now, other, listener, Math.max(1, threads))) {
                replayer[0] = own;
                logs.read(own);
                summary = own.summary();
                if (!format.isJson()) {
                    bar.close();
                    text.disagreements(now, shown, disagreement -> explain(own, disagreement));
                }
            }
        }
        logs.conclude(summary);
        if (format.isJson()) {
            terminal.out().println(ReplayJson.summary("summary", summary, other != null));
        } else if (summary.records() > 0) {
            text.summary(summary);
        }
        if (html != null) {
            Files.writeString(html, HtmlReport.of(summary, summary.firstChanges(), other == null ? "the log" : text.now(),
                    other == null ? text.now() : text.against(), other != null));
        }
        List<Diagnostic> diagnostics = new ArrayList<>(inputs.warnings());
        diagnostics.addAll(found.toList());
        terminal.diagnostics(diagnostics);
        boolean differs = other != null ? summary.changes() > 0 : summary.disagreements() > 0;
        return (found.hasErrors() ? ExitCode.UNUSABLE : differs ? ExitCode.DOES_NOT_HOLD : ExitCode.FINE).code();
    }

    private static Decision explain(Replayer replayer, Disagreement disagreement) {
        return replayer.explain(disagreement.record()).withRequest(disagreement.record().file() + ":" + disagreement.record().line());
    }

    static String names(List<Path> paths) {
        return String.join(", ", paths.stream().map(Path::toString).toList());
    }

    /** How far it is, with the rate and the time left; nothing where nobody looks. */
    private final class Bar implements AutoCloseable {

        private static final long UNIT = 1 << 20;
        private ProgressBar bar;

        Bar(List<Path> logs) throws IOException {
            if (!Terminal.isErrTerminal()) {
                return;
            }
            long size = 0;
            for (Path log : logs) {
                size = size < 0 || log.equals(LogFiles.STANDARD_INPUT) || !Files.exists(log) ? -1 : size + Files.size(log);
            }
            bar = new ProgressBarBuilder().setTaskName("replay").setInitialMax(size).setUnit(" MB", UNIT).clearDisplayOnFinish()
                    .showSpeed(new DecimalFormat("0.0",
                    DecimalFormatSymbols.getInstance(Locale.ROOT))).setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(500)
                    .setMaxRenderedLength(terminal.pageColumns())
                    .setConsumer(new ConsoleProgressBarConsumer(System.err, terminal.pageColumns())).build();
        }

        void show(long bytes) {
            if (bar != null) {
                bar.stepTo(bytes);
            }
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
                bar = null;
            }
        }
    }
}
