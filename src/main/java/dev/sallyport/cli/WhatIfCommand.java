package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.explain.WhatIf;
import dev.sallyport.parse.Sources;
import dev.sallyport.parse.Sources.Document;
import dev.sallyport.write.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Answers each body with a response. Exits with 2 when something cannot be read or a body is malformed; the others are answered all the
 * same.
 */
@Command(name = "whatif", description = "Reports which policies apply to a sign-in. Takes and returns the JSON of Graph's "
        + "conditionalAccess/evaluate.")
final class WhatIfCommand implements Callable<Integer> {

    @Parameters(paramLabel = "BODY.json", arity = "1..*", description = {
        "Files with the body of a Graph request; - is standard input."
        + " A policy does not apply if the body lacks a signal that the policy needs. With unknownSignals: strict in the"
        + " evaluationSettings, it applies because of notEnoughInformation."
        + " The country of the body is compared with locations by address and by Authenticator. Without a country, the latter apply."
        + " @sallyport.warnings in the response lists what was ignored."})
    private List<Path> paths;

    @Mixin
    private Inputs inputs;

    @Mixin
    private FormatOption format;

    @Mixin
    private ClockOption clock;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    WhatIfCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        inputs.refuseSecondStandardInput(spec.commandLine(), paths);
        Instant time = clock.time(ChronoUnit.NANOS);
        PolicyEngine engine = inputs.load(Clock.fixed(time, ZoneOffset.UTC));
        WhatIf whatIf = new WhatIf(engine.policySet(), engine.directory(), new SpecEvaluator(engine.policySet(), engine.directory()));
        Diagnostics found = new Diagnostics();
        for (Document body : bodies(found)) {
            String response = whatIf.answer(body.root(), time, found);
            if (response != null) {
                terminal.out().println(format.isJson() ? response : Json.lines(response));
            }
        }
        List<Diagnostic> all = new ArrayList<>(inputs.warnings());
        all.addAll(found.toList());
        terminal.diagnostics(all);
        return (found.hasErrors() ? ExitCode.UNUSABLE : ExitCode.FINE).code();
    }

    private List<Document> bodies(Diagnostics found) {
        List<Document> bodies = new ArrayList<>();
        for (Path path : paths) {
            Diagnostics own = new Diagnostics();
            List<Document> read = Sources.read(List.of(path), own);
            if (read.isEmpty() && !own.hasErrors()) {
                own.error("SP1402", Position.of(path.toString()), "the file contains no body", "write an object with `signInIdentity`");
            }
            bodies.addAll(read);
            found.addAll(own);
        }
        return bodies;
    }
}
