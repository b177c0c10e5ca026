package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.Invariants.Accepted;
import dev.sallyport.analyse.Kind;
import dev.sallyport.cli.GapsReport.Part;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.PolicyLoadException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tells what a password alone opens. Exits with 1 when there is a gap, and with 3 when the evaluator does not confirm one. */
@Command(name = "gaps", description = {
    "Finds every sign-in and registration that a password alone opens, and proves that there are no others. Each gap comes with the"
    + " policies that would close it, the condition that leaves it out, and a request that the evaluator confirms.",
    "With a directory, asks for its users and for users who could exist, and tells both apart."},
        exitCodeList = {"0:no gaps, or none that --fail-on names", "1:there are gaps that are not accepted",
            "2:wrong usage or invalid input", "3:there are gaps that --fail-on names, or the evaluator does not confirm a gap"})
final class GapsCommand implements Callable<Integer> {

    /** Which gaps the exit code tells. */
    private enum FailOn { NEW, ANY, NONE }

    /** Whose requests are analysed. */
    private static final class Whose {

        @Option(names = "--people", description = "Asks only for the users of the directory.")
        private boolean people;

        @Option(names = "--anybody", description = "Asks only for users who could exist: a member behind every user, group, role and kind "
                + "of guest that the policies name, also behind those that are empty or unknown. This is the default without users.")
        private boolean anybody;
    }

    @ArgGroup
    private Whose whose = new Whose();

    @Option(names = "--kind", paramLabel = "KIND", description = {
        "The kind of request: signIn (of modern clients), legacy (sign-ins of legacy clients), registration (of security information),"
        + " device (registration of one), appPassword (creation of one), authenticationContext (sign-ins that step up), workload (sign-ins"
        + " of service principals) or agent (sign-ins of agents). May be repeated. Default: all that people make, and workload and agent if"
        + " a policy or an accepted gap is about them."})
    private List<String> kinds = List.of();

    @Option(names = "--at-least", paramLabel = "N", defaultValue = "1", description = {
        "Shows gaps of at least N users. Default: 1. With more, a gap tells the least number of users of its requests."})
    private int atLeast;

    @Option(names = "--max", paramLabel = "N", defaultValue = "100", description = {
        "Shows at most N gaps per kind of request, and the share that is left out. Default: 100."})
    private int most;

    @Option(names = "--with-report-only", description = "Treats report-only policies as enabled.")
    private boolean withReportOnly;

    @Option(names = "--accept", paramLabel = "FILE", description = {
        "A file or folder of invariants with a list `accepted`: gaps that are known, each with its reason. They are told at the end. May be"
        + " repeated."})
    private List<Path> accepting = List.of();

    @Option(names = "--fail-on", paramLabel = "new|any|none", description = {
        "Exits with 3 if there are gaps that are not accepted (new), or any gaps (any), or never for a gap (none). Default: 1 for gaps that"
        + " are not accepted."})
    private FailOn failOn;

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

    GapsCommand(Terminal terminal) {
        this(terminal, FileWatch::new, Analysis::of);
    }

    /**
     * The command with other surroundings.
     *
     * @param watcher  tells when files change
     * @param analysis the analysis of an engine
     */
    GapsCommand(Terminal terminal, Function<List<Path>, WatchOption.Changes> watcher, Function<PolicyEngine, Analysis> analysis) {
        this.terminal = terminal;
        this.analysis = analysis;
        options = new AnalysisOptions(terminal, watcher);
    }

    @Override
    public Integer call() throws PolicyLoadException, InterruptedException {
        if (atLeast < 1 || most < 1) {
            throw new ParameterException(spec.commandLine(), "`--at-least` and `--max` need a number of 1 or more");
        }
        inputs.refuseSecondStandardInput(spec.commandLine(), accepting);
        Set<Kind> wanted = EnumSet.noneOf(Kind.class);
        for (String each : kinds) {
            wanted.add(kind(each));
        }
        List<Path> files = Stream.of(inputs.policyPaths(), inputs.directoryPaths(), accepting).flatMap(List::stream).toList();
        return options.run(files, () -> round(wanted));
    }

    private int round(Set<Kind> named) throws PolicyLoadException {
        Instant now = options.now();
        long started = System.nanoTime();
        Inputs own = inputs.anew();
        PolicyEngine engine = own.load(Clock.fixed(now, ZoneOffset.UTC));
        List<Accepted> accepted = accepted();
        GapsReport.Whose asked = whose.people ? GapsReport.Whose.PEOPLE : whose.anybody ? GapsReport.Whose.ANYBODY : GapsReport.Whose.BOTH;
        GapsReport report = found(engine, new GapsReport.Search(asked, withReportOnly, named, most, atLeast, accepted), own);
        if (!whose.people && (!whose.anybody || engine.directory().users().isEmpty()) && atLeast == 1 && named.isEmpty()) {
            refuseUnused(report.parts());
        }
        witnesses.write(report.files());
        print(report, now, (System.nanoTime() - started) / 1e9);
        ExitCode code = options.ended(report.faults(), "the policies", exitCode(report));
        List<Diagnostic> warnings = new ArrayList<>(own.warnings());
        accepted.stream().filter(each -> !each.isInForce(now)).forEach(each -> warnings.add(new Diagnostic(Severity.WARNING, "SP1431",
                "the accepted gap `" + each.name() + "` ended on " + each.until(), each.position(),
                "close the gap, or give `until` a later day", null)));
        terminal.diagnostics(warnings);
        return code.code();
    }

    private List<Accepted> accepted() throws PolicyLoadException {
        return accepting.isEmpty() ? List.of() : InvariantFiles.load(accepting).accepted();
    }

    private GapsReport found(PolicyEngine engine, GapsReport.Search search, Inputs own) throws PolicyLoadException {
        int people = engine.directory().users().size();
        try (ProgressBar progress = new ProgressBar(terminal, people)) {
            return GapsReport.found(analysis.apply(engine), engine, search, own.policyPaths(), own.directoryPaths(), witnesses.folder(),
                    (isAnybody, kind, done, of) -> {
                        if (isAnybody) {
                            progress.close();                               // users who could exist are few
                        } else {
                            progress.at("gaps", people * done / of, people);
                        }
                    });
        }
    }

    /** Refuses accepted gaps that are not there: what they name may have changed, and they would hide another gap one day. */
    private static void refuseUnused(List<Part> parts) throws PolicyLoadException {
        List<Diagnostic> unused = parts.get(0).gaps().unused().stream().filter(each -> parts.stream().allMatch(part -> part.gaps().unused()
                .contains(each))).map(each -> new Diagnostic(Severity.ERROR, "SP1430", "the accepted gap `" + each.name()
                + "` is not there: no request of it is open", each.position(), "remove it", null)).toList();
        if (!unused.isEmpty()) {
            throw new PolicyLoadException(unused);
        }
    }

    private void print(GapsReport report, Instant now, double seconds) {
        switch (options.format()) {
            case TEXT -> new GapsText(terminal, report).print();
            case JSON -> {
                report.parts().forEach(part -> part.gaps().gaps().forEach(gap -> terminal.out().println(GapsJson.gap(gap))));
                terminal.out().println(GapsJson.summary(report));
            }
            case MARKDOWN -> terminal.out().print(GapsMarkdown.of(report, now));
            case JUNIT -> terminal.out().println(JUnitXml.of(report.cases(), seconds));
            case SARIF -> options.sarif(report.policies(), report.findings());
        }
    }

    private ExitCode exitCode(GapsReport report) {
        boolean isOpen = !report.entries().isEmpty();
        boolean isAny = isOpen || !report.accepted().isEmpty();
        return failOn == null ? isOpen ? ExitCode.DOES_NOT_HOLD : ExitCode.FINE : switch (failOn) {
            case NEW -> isOpen ? ExitCode.THRESHOLD_MISSED : ExitCode.FINE;
            case ANY -> isAny ? ExitCode.THRESHOLD_MISSED : ExitCode.FINE;
            case NONE -> ExitCode.FINE;
        };
    }

    private Kind kind(String text) {
        for (Kind kind : Kind.values()) {
            if (kind.toString().toLowerCase(Locale.ROOT).equals(text.toLowerCase(Locale.ROOT))) {
                return kind;
            }
        }
        throw new ParameterException(spec.commandLine(), "unknown kind of request '" + text + "': use one of "
                + Arrays.stream(Kind.values()).map(Kind::toString).collect(Collectors.joining(", ")));
    }
}
