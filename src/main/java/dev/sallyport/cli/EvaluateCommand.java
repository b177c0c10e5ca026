package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.DecisionText.Answer;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Decision;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.write.DecisionWriter;
import java.io.IOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Decides each request. Exits with 2 when something cannot be read or a request is malformed; the others are decided all the same. */
@Command(name = "evaluate", description = {"Decides sign-ins and registrations, from files or from options:",
    "  sallyport evaluate --user noah --app Teams --client app --ip 192.0.2.10"})
final class EvaluateCommand implements Callable<Integer> {

    private static final Comparator<Position> BY_PLACE =
            Comparator.comparing(Position::file).thenComparingInt(Position::line).thenComparingInt(Position::column);

    @Mixin
    private RequestOptions asked;

    @Mixin
    private Inputs inputs;

    @Mixin
    private FormatOption format;

    @Option(names = "--explain", description = "Shows the result of every policy for each request, in text and in JSON.")
    private boolean explain;

    @Mixin
    private ClockOption clock;

    @Option(names = "--unknown-signals", paramLabel = "entra|strict", description = {
        "How to treat a missing signal: as Entra does (entra), or so that every policy that needs it"
        + " applies (strict). Default: the policy set's evaluationSettings."})
    private UnknownSignals unknownSignals;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    EvaluateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException, IOException {
        asked.check(spec.commandLine(), inputs);
        PolicyEngine engine = inputs.load(Clock.fixed(clock.time(ChronoUnit.NANOS), ZoneOffset.UTC));
        if (unknownSignals != null) {
            engine = engine.with(engine.policySet().evaluationSettings().with(unknownSignals));
        }
        Diagnostics found = new Diagnostics();
        List<Requests.Placed> requests = asked.requests(engine, clock.time(ChronoUnit.MILLIS), terminal, found);
        List<Answer> answers = new ArrayList<>();
        for (Requests.Placed placed : requests) {
            Answer answer = placed.request() == null ? null : decide(engine, placed, found);
            if (answer != null && format.isJson()) {
                terminal.out().println(DecisionWriter.toJson(answer.decision(), explain));
            } else if (answer != null) {
                answers.add(answer);
            }
        }
        if (!format.isJson()) {
            DecisionText text = new DecisionText(engine, terminal);
            if (explain) {
                answers.forEach(text::explain);
            } else {
                text.table(answers);
            }
            text.summary(answers, requests.size() - answers.size());
        }
        List<Diagnostic> all = new ArrayList<>(inputs.warnings());
        found.toList().stream().sorted(Comparator.comparing(Diagnostic::position, Comparator.nullsFirst(BY_PLACE))).forEach(all::add);
        terminal.diagnostics(all);
        return (found.hasErrors() ? ExitCode.UNUSABLE : ExitCode.FINE).code();
    }

    /** The answer to a request, or {@code null} when it makes no sense, which is reported. */
    private Answer decide(PolicyEngine engine, Requests.Placed placed, Diagnostics found) {
        Decision decision = engine.explain(placed.request());
        if (!Requests.isUsable(engine, placed, decision, found)) {
            return null;
        }
        return new Answer(placed.request(), decision.withRequest(placed.place()));
    }
}
