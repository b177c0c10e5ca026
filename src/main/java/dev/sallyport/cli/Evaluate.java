package dev.sallyport.cli;

import dev.sallyport.Decision;
import dev.sallyport.Diagnostic;
import dev.sallyport.PolicyEngine;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.Position;
import dev.sallyport.ReasonCode;
import dev.sallyport.UnknownSignals;
import dev.sallyport.cli.DecisionText.Answer;
import dev.sallyport.explain.DecisionWriter;
import dev.sallyport.read.Diagnostics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Decides each request. Exits with 2 when something cannot be read or a request is malformed; the others are decided all the same. */
@Command(name = "evaluate", description = "Decides sign-ins and registrations.")
final class Evaluate implements Callable<Integer> {

    private static final Comparator<Position> BY_PLACE =
            Comparator.comparing(Position::file).thenComparingInt(Position::line).thenComparingInt(Position::column);

    @Parameters(paramLabel = "REQUEST", arity = "1..*", description = {
        "Files or folders with requests, YAML or JSON, one or many a file; - is standard input."})
    private List<Path> paths;

    @Mixin
    private Inputs inputs;

    @Option(names = "--format", paramLabel = "text|json", description = {
        "text (default): a table. json: one whole decision a line, with every policy."})
    private Format format = Format.TEXT;

    @Option(names = "--explain", description = "Tells for each request how every policy fared; json always does.")
    private boolean explain;

    @Option(names = "--clock", paramLabel = "INSTANT", description = {
        "The time of requests that do not say when they happen, such as 2026-11-22T10:15:00Z. Default: now."})
    private Instant now;

    @Option(names = "--unknown-signals", paramLabel = "entra|strict", description = {
        "What a signal means that a request does not give: what Entra takes it for (entra), or that a policy that asks for it"
        + " is taken to apply (strict). Default: what the policy set's evaluationSettings say."})
    private UnknownSignals unknownSignals;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    Evaluate(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        inputs.refuseSecondStandardInput(spec.commandLine(), paths);
        PolicyEngine engine = inputs.load(Clock.fixed(now != null ? now : Instant.now(), ZoneOffset.UTC));
        if (unknownSignals != null) {
            engine = engine.with(engine.policySet().evaluationSettings().with(unknownSignals));
        }
        Diagnostics found = new Diagnostics();
        List<Requests.Placed> requests = Requests.read(paths, found);
        List<Answer> answers = new ArrayList<>();
        for (Requests.Placed placed : requests) {
            Answer answer = placed.request() == null ? null : decide(engine, placed, found);
            if (answer != null && format == Format.JSON) {
                terminal.out().println(DecisionWriter.toJson(answer.decision()));
            } else if (answer != null) {
                answers.add(answer);
            }
        }
        if (format == Format.TEXT) {
            DecisionText text = new DecisionText(engine, terminal);
            if (explain) {
                answers.forEach(text::explain);
            } else {
                text.table(answers);
            }
            text.summary(answers, requests.size() - answers.size());
        }
        List<Diagnostic> all = new ArrayList<>(inputs.warnings());
        found.toList().stream().sorted(Comparator.comparing(Diagnostic::position, BY_PLACE)).forEach(all::add);
        terminal.diagnostics(all);
        return (found.hasErrors() ? ExitCode.UNUSABLE : ExitCode.FINE).code();
    }

    /** The answer to a request, or {@code null} when it makes no sense, which is reported. */
    private Answer decide(PolicyEngine engine, Requests.Placed placed, Diagnostics found) {
        boolean whole = explain || format == Format.JSON;
        Decision decision = whole ? engine.explain(placed.request()) : engine.evaluate(placed.request());
        String message = decision.reason().message();
        if (decision.reason().code() == ReasonCode.INVALID_REQUEST) {
            Position position = placed.position(message.substring(0, message.indexOf(": ")), message);
            found.error("SP1401", position, Requests.suggestion(engine, placed.request(), message), null);
            return null;
        }
        if (decision.reason().code() == ReasonCode.EVALUATION_FAILED) {
            found.error("SP1404", placed.node().position(), message, null);
        }
        return new Answer(placed.request(), decision.withRequest(placed.place()));
    }
}
