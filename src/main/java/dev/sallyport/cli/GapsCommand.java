package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.GapOptions;
import dev.sallyport.analyse.Gaps;
import dev.sallyport.analyse.Kind;
import dev.sallyport.diagnose.PolicyLoadException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tells what a password alone opens. Exits with 1 when there is a gap, and with 2 when the evaluator does not confirm one. */
@Command(name = "gaps", description = {
    "Finds every sign-in and registration that a password alone opens, and proves that there are no others. Each gap comes with the"
    + " policies that would close it, the condition that leaves it out, and a request that the evaluator confirms."})
final class GapsCommand implements Callable<Integer> {

    /** Whose requests are analysed. */
    private static final class Whose {

        @Option(names = "--people", description = "Analyses the users of the directory. This is the default if the directory has users.")
        private boolean people;

        @Option(names = "--anybody", description = "Analyses users who could exist: a member behind every user, group, role and kind of "
                + "guest that the policies name, also behind those that are empty or unknown.")
        private boolean anybody;
    }

    @ArgGroup
    private Whose whose = new Whose();

    @Option(names = "--kind", paramLabel = "signIn|legacy|registration|device", description = {
        "The kind of request: sign-ins of modern clients, of legacy clients, registrations of security information, of devices."
        + " May be repeated. Default: all."})
    private List<String> kinds = List.of();

    @Option(names = "--at-least", paramLabel = "N", defaultValue = "1", description = {
        "Shows gaps of at least N users. Default: 1. With more, a gap tells the least number of users of its requests."})
    private int atLeast;

    @Option(names = "--max", paramLabel = "N", defaultValue = "100", description = {
        "Shows at most N gaps per kind of request, and the share that is left out. Default: 100."})
    private int most;

    @Option(names = "--with-report-only", description = "Treats report-only policies as enabled.")
    private boolean withReportOnly;

    @Mixin
    private Inputs inputs;

    @Mixin
    private FormatOption format;

    @Mixin
    private ClockOption clock;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    GapsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        if (atLeast < 1 || most < 1) {
            throw new ParameterException(spec.commandLine(), "`--at-least` and `--max` need a number of 1 or more");
        }
        inputs.refuseSecondStandardInput(spec.commandLine(), List.of());
        Set<Kind> wanted = kinds.isEmpty() ? EnumSet.allOf(Kind.class) : EnumSet.noneOf(Kind.class);
        for (String each : kinds) {
            wanted.add(kind(each));
        }
        PolicyEngine engine = inputs.load(Clock.fixed(clock.time(ChronoUnit.SECONDS), ZoneOffset.UTC));
        boolean isAnybody = whose.anybody || !whose.people && engine.directory().users().isEmpty();
        Gaps gaps = Analysis.of(engine).gaps(new GapOptions(isAnybody, withReportOnly, wanted, most, atLeast));
        if (format.isJson()) {
            gaps.gaps().forEach(gap -> terminal.out().println(GapsJson.gap(gap)));
            terminal.out().println(GapsJson.summary(gaps, engine));
        } else {
            String people = isAnybody ? "any user who could exist" : "the users of " + inputs.directoryNames();
            new GapsText(terminal).print(gaps, engine, "Under " + inputs.policyNames() + ", for " + people);
        }
        gaps.faults().forEach(fault -> terminal.error("internal error: " + fault, "report it with the policies"));
        terminal.diagnostics(inputs.warnings());
        return (!gaps.faults().isEmpty() ? ExitCode.UNUSABLE : gaps.gaps().isEmpty() ? ExitCode.FINE : ExitCode.DOES_NOT_HOLD).code();
    }

    private Kind kind(String text) {
        for (Kind kind : Kind.values()) {
            if (kind.toString().toLowerCase(Locale.ROOT).equals(text.toLowerCase(Locale.ROOT))) {
                return kind;
            }
        }
        throw new ParameterException(spec.commandLine(), "unknown kind of request '" + text + "': use one of signIn, legacy, registration, "
                + "device");
    }
}
