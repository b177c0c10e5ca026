package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.WhyOptions;
import dev.sallyport.cli.DecisionText.Answer;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Outcome;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tells the nearest changes of a request that change its outcome. Exits with 1 when there is none. */
@Command(name = "why", description = {
    "Finds the nearest changes that give a request another outcome: changes of its application, client, device, place, risk or time, of the"
    + " user's groups, roles and account, and what the user could prove. The evaluator confirms each.",
    "  sallyport why --user noah --app Teams --client legacy"},
        exitCodeList = {"0:each request has a way to another outcome", "1:a request has none with so few changes",
            "2:wrong usage or invalid input", "3:the evaluator does not confirm a way"})
final class WhyCommand implements Callable<Integer> {

    private static final int INDENT = 2;

    @Mixin
    private RequestOptions asked;

    @Option(names = "--changes", paramLabel = "N", defaultValue = "2", description = "The number of changes at most, 1 to 4. Default: 2.")
    private int changes;

    @Option(names = "--to", paramLabel = "allow|challenge|block|prompt-register", description = {
        "The outcome to reach. Default: a request that is let in is stopped, any other one is let in."})
    private String to;

    @Option(names = "--max", paramLabel = "N", defaultValue = "20", description = "Shows at most N ways per request. Default: 20.")
    private int most;

    @Mixin
    private WitnessesOption witnesses;

    @Mixin
    private Inputs inputs;

    @Mixin
    private FormatOption format;

    @Mixin
    private ClockOption clock;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;
    private final Function<PolicyEngine, Analysis> analysis;

    WhyCommand(Terminal terminal) {
        this(terminal, Analysis::of);
    }

    /** @param analysis the analysis of an engine */
    WhyCommand(Terminal terminal, Function<PolicyEngine, Analysis> analysis) {
        this.terminal = terminal;
        this.analysis = analysis;
    }

    @Override
    public Integer call() throws PolicyLoadException, IOException {
        if (most < 1) {
            throw new ParameterException(spec.commandLine(), "`--max` needs a number of 1 or more");
        }
        WhyOptions options = options();
        asked.check(spec.commandLine(), inputs);
        Instant now = clock.time(ChronoUnit.MILLIS);
        PolicyEngine engine = inputs.load(Clock.fixed(now, ZoneOffset.UTC));
        Examples examples = new Examples(engine, inputs.policyPaths(), inputs.directoryPaths());
        Diagnostics found = new Diagnostics();
        List<WhyReport> reports = new ArrayList<>();
        for (Requests.Placed placed : asked.requests(engine, now, terminal, found)) {
            if (placed.request() != null && Requests.isUsable(engine, placed, engine.evaluate(placed.request()), found)) {
                int first = reports.isEmpty() ? 1 : reports.get(reports.size() - 1).ways().next();
                WhyWays ways = new WhyWays(analysis.apply(engine).why(placed.request(), null, options), options, first, most);
                reports.add(new WhyReport(engine, placed, ways, examples, now, witnesses.folder()));
            }
        }
        Map<String, String> files = new LinkedHashMap<>();
        reports.forEach(report -> files.putAll(report.files()));
        witnesses.write(files);
        for (int i = 0; i < reports.size(); i++) {
            if (i > 0 && !format.isJson()) {
                terminal.out().println();
            }
            print(reports.get(i));
        }
        List<String> faults = reports.stream().flatMap(report -> report.ways().why().faults().stream()).toList();
        faults.forEach(fault -> terminal.error("internal error: " + fault, "report it with the policies and the request"));
        List<Diagnostic> all = new ArrayList<>(inputs.warnings());
        all.addAll(found.toList());
        terminal.diagnostics(all);
        return (!faults.isEmpty() ? ExitCode.THRESHOLD_MISSED : found.hasErrors() ? ExitCode.UNUSABLE
                : reports.stream().anyMatch(report -> report.ways().why().ways().isEmpty()) ? ExitCode.DOES_NOT_HOLD
                : ExitCode.FINE).code();
    }

    private WhyOptions options() {
        Outcome wanted = outcome();
        try {
            return new WhyOptions(changes, wanted);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "`--changes`: " + e.getMessage());
        }
    }

    private @Nullable Outcome outcome() {
        for (Outcome each : Outcome.values()) {
            if (to != null && each.toString().equals(to.toLowerCase(Locale.ROOT))) {
                return each;
            }
        }
        if (to != null) {
            throw new ParameterException(spec.commandLine(), "unknown outcome '" + to + "': use one of allow, challenge, block, "
                    + "prompt-register");
        }
        return null;
    }

    private void print(WhyReport report) {
        if (format.isJson()) {
            report.json().forEach(terminal.out()::println);
            return;
        }
        new DecisionText(report.engine(), terminal).table(List.of(new Answer(report.asked().request(), report.ways().why().decision()
                .withRequest(report.asked().place()))));
        report.ways().groups().forEach((title, entries) -> {
            new Table(0).row(new Cell(title, Style.BOLD)).print(terminal);
            Table table = new Table(INDENT);
            for (WhyWays.Entry entry : entries) {
                table.row(new Cell(String.format(Locale.ROOT, "%2d", entry.number()), Style.BOLD), Cell.of((report.ways().isToAllow() ? ""
                        : WhyWays.outcome(entry.way()) + " ") + WhyWays.text(entry.way())));
                if (report.folder() != null) {
                    table.row(Cell.of(""), new Cell(report.command(entry), Style.DIM));
                }
            }
            table.print(terminal);
            terminal.out().println();
        });
        terminal.out().println(report.ways().sum());
        report.ways().why().notes().forEach(note -> terminal.note("note: " + note));
    }
}
