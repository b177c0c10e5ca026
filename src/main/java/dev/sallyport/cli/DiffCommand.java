package dev.sallyport.cli;

import dev.sallyport.LoadOptions;
import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.CompareOptions;
import dev.sallyport.analyse.Comparison;
import dev.sallyport.cli.DiffReport.Side;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Directory;
import dev.sallyport.read.DirectoryCache;
import dev.sallyport.read.Resources;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.Replayer;
import dev.sallyport.replay.Summary;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares two policy sets. Exits with 1 when they differ, and with 3 when the evaluator does not confirm a change. */
@Command(name = "diff", description = {
    "Compares two policy sets for every request, and not for samples: the fields that differ, the users and applications that each"
    + " policy covers, and every class of requests that is loosened or tightened, with an example that the evaluators of both sets confirm."
    + " If there are none, both sets are proved equal.",
    "Asks for the users of the directory and for users who could exist, and tells both apart."},
        exitCodeList = {"0:both sets are proved equal, or nothing is changed that --fail-on names", "1:something is changed",
            "2:wrong usage or invalid input", "3:the evaluator does not confirm a change"})
final class DiffCommand implements Callable<Integer> {

    private static final String GIT = "git:";

    /** Which changes the exit code tells. */
    private enum FailOn { CHANGED, LOOSENED, NONE }

    @Parameters(index = "0", paramLabel = "BEFORE", description = {
        "The policy set before the change: a file, a folder or an export, or git:REV for the files of AFTER at a revision of Git, such as"
        + " git:main, or git:REV:PATH for other files."})
    private String before;

    @Parameters(index = "1", arity = "0..1", paramLabel = "AFTER", description = {
        "The policy set after the change, named in the same way. Default: the folder rules/conditional-access or policies."})
    private String after;

    @Option(names = {"-d", "--directory"}, paramLabel = "PATH", description = {
        "A file or folder with users, groups, applications and devices. May be repeated.",
        "Default: directory.yaml if it exists, else an empty directory."})
    private List<Path> directories = List.of();

    @Option(names = "--directory-after", paramLabel = "PATH", description = "The directory of AFTER if it is another one. May be repeated.")
    private List<Path> directoriesAfter = List.of();

    @Option(names = "--strict", description = "Treats mistakes in an export as errors, as in YAML.")
    private boolean strict;

    @Option(names = "--max", paramLabel = "N", defaultValue = "20", description = {
        "Shows at most N classes per change and kind of request, and the share that is left out. Default: 20."})
    private int most;

    @Option(names = "--fail-on", paramLabel = "changed|loosened|none", description = {
        "Exits with 1 if any request changes (changed, the default), or only if something is not asked any more of today's users or of"
        + " users who could exist (loosened), or never for a change (none)."})
    private FailOn failOn = FailOn.CHANGED;

    @Option(names = "--log", paramLabel = "FILE", description = {
        "Also tells what changes for the sign-ins of a log, as replay --against does. May be repeated."})
    private List<Path> logs = List.of();

    @Mixin
    private WitnessesOption witnesses;

    @Mixin
    private final AnalysisOptions options;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;
    private final Function<PolicyEngine, Analysis> analysis;

    DiffCommand(Terminal terminal) {
        this(terminal, FileWatch::new, Analysis::of);
    }

    /**
     * The command with other surroundings.
     *
     * @param watcher  tells when files change
     * @param analysis the analysis of an engine
     */
    DiffCommand(Terminal terminal, Function<List<Path>, WatchOption.Changes> watcher, Function<PolicyEngine, Analysis> analysis) {
        this.terminal = terminal;
        this.analysis = analysis;
        options = new AnalysisOptions(terminal, watcher);
    }

    /**
     * A policy set as it is named.
     *
     * @param revision a revision of Git; {@code null} for files
     * @param path the files, or where they are in the working copy
     */
    private record Named(@Nullable String revision, Path path) {

        @Override
        public String toString() {
            return revision == null ? path.toString() : GitFiles.name(revision, path);
        }
    }

    @Override
    public Integer call() throws PolicyLoadException, InterruptedException {
        if (most < 1) {
            throw new ParameterException(spec.commandLine(), "`--max` needs a number of 1 or more");
        }
        Named now = named(after, null);
        Named old = named(before, now.path());
        List<Path> own = Inputs.orDefault(directories);
        List<Path> others = directoriesAfter.isEmpty() ? own : directoriesAfter;
        List<Path> files = new ArrayList<>(List.of(old.path(), now.path()));
        files.addAll(own);
        files.addAll(directoriesAfter);
        files.addAll(logs);
        if (files.stream().filter(LogFiles.STANDARD_INPUT::equals).count() > 1) {
            throw new ParameterException(spec.commandLine(), "name standard input (`-`) only once");
        }
        return options.run(files, () -> round(old, now, own, others));
    }

    /** @param other the files of the other set, of which a revision may be meant */
    private Named named(@Nullable String text, @Nullable Path other) throws PolicyLoadException {
        if (text != null && !text.startsWith(GIT)) {
            return new Named(null, Path.of(text));
        }
        String revision = text == null ? null : text.substring(GIT.length());
        int colon = revision == null ? -1 : revision.indexOf(':');
        if (revision != null && (revision.isEmpty() || revision.startsWith("-") || colon == 0)) {
            throw new ParameterException(spec.commandLine(), "`" + text + "` names no revision: write `git:REV`, such as `git:main`");
        }
        return new Named(colon < 0 ? revision : revision.substring(0, colon), colon >= 0 ? Path.of(revision.substring(colon + 1))
                : other != null ? other : new Inputs().policyPaths().get(0));
    }

    private int round(Named old, Named now, List<Path> directoriesBefore, List<Path> others) throws PolicyLoadException {
        Instant time = options.now();
        long started = System.nanoTime();
        Diagnostics found = new Diagnostics();
        Directory own = directory(directoriesBefore, found);
        Directory other = others.equals(directoriesBefore) ? own : directory(others, found);
        List<Diagnostic> warnings = new ArrayList<>(found.toList());
        PolicyEngine first = engine(old, own, time, warnings);
        PolicyEngine second = engine(now, other, time, warnings);
        Comparison comparison = ProgressBar.of(terminal, "diff", second, done -> analysis.apply(first).compare(second, CompareOptions.all()
                .withMost(most), done));
        Diagnostics ofLogs = new Diagnostics();
        Summary log = logs.isEmpty() ? null : replayed(other == own ? first : engine(old, other, time, new ArrayList<>()), second, ofLogs);
        DiffReport report = new DiffReport(comparison, new Side(old.toString(), first, List.of(old.path()), directoriesBefore),
                new Side(now.toString(), second, List.of(now.path()), others), log, time, witnesses.folder());
        witnesses.write(report.files());
        print(report, (System.nanoTime() - started) / 1e9);
        ExitCode code = options.ended(comparison.faults(), "both policy sets", exitCode(comparison));
        warnings.addAll(ofLogs.toList());
        terminal.diagnostics(warnings.stream().distinct().toList());
        return (ofLogs.hasErrors() ? ExitCode.UNUSABLE : code).code();
    }

    private static Directory directory(List<Path> paths, Diagnostics found) throws PolicyLoadException {
        Directory directory = paths.isEmpty() ? Directory.empty() : DirectoryCache.load(paths, found);
        if (found.hasErrors()) {
            throw new PolicyLoadException(found.toList());
        }
        return directory;
    }

    private PolicyEngine engine(Named named, Directory directory, Instant time, List<Diagnostic> warnings) throws PolicyLoadException {
        Clock fixed = Clock.fixed(time, ZoneOffset.UTC);
        LoadOptions options = strict ? LoadOptions.strict() : LoadOptions.lenient();
        PolicyEngine engine;
        if (named.revision() == null) {
            engine = PolicyEngine.load(List.of(named.path()), directory, fixed, options);
        } else {
            Diagnostics found = new Diagnostics(strict ? Diagnostics.Exports.STRICT : Diagnostics.Exports.LOADED);
            Resources resources = Resources.of(GitFiles.read(named.revision(), named.path(), found), found);
            Resources.refuseNothing(resources.policySet(), List.of(), found);
            engine = PolicyEngine.of(resources.policySet(), directory.with(resources.directory()), fixed, found);
        }
        warnings.addAll(engine.warnings());
        return engine;
    }

    private Summary replayed(PolicyEngine first, PolicyEngine second, Diagnostics found) {
        LogFiles files = new LogFiles(logs, found);
        Replayer.Listener listener = new LogFiles.Listener(found) {
            @Override
            public void change(Change change) { }

            @Override
            public void disagreement(Disagreement disagreement) { }

            @Override
            public void progress(int records) { }
        };
        try (Replayer replayer = new Replayer(first, second, listener, Runtime.getRuntime().availableProcessors())) {
            files.read(replayer);
            Summary summary = replayer.summary();
            files.conclude(summary);
            return summary;
        }
    }

    private void print(DiffReport report, double seconds) {
        switch (options.format()) {
            case TEXT -> new DiffText(terminal, report).print();
            case JSON -> {
                Comparison comparison = report.comparison();
                comparison.fields().forEach(field -> terminal.out().println(DiffJson.field(field)));
                comparison.coverages().forEach(coverage -> terminal.out().println(DiffJson.coverage(coverage)));
                comparison.changes().forEach(change -> change.classes().forEach(each -> terminal.out().println(DiffJson.change(change,
                        each))));
                if (report.log() != null) {
                    terminal.out().println(ReplayJson.summary("log", report.log(), true));
                }
                terminal.out().println(DiffJson.summary(report));
            }
            case MARKDOWN -> terminal.out().print(DiffMarkdown.of(report));
            case JUNIT -> terminal.out().println(JUnitXml.of(report.cases(), seconds));
            case SARIF -> options.sarif(report.after().policies(), report.findings());
        }
    }

    private ExitCode exitCode(Comparison comparison) {
        boolean isTold = switch (failOn) {
            case CHANGED -> !comparison.isEqual();
            case LOOSENED -> comparison.isLoosened();
            case NONE -> false;
        };
        return isTold ? ExitCode.DOES_NOT_HOLD : ExitCode.FINE;
    }
}
