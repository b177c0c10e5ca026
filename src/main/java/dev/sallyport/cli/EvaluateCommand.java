package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.DecisionText.Answer;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Decision;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import dev.sallyport.write.DecisionWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Decides each request. Exits with 2 when something cannot be read or a request is malformed; the others are decided all the same. */
@Command(name = "evaluate", description = {"Decides sign-ins and registrations, from files or from options:",
    "  sallyport evaluate --user noah --app Teams --client app --ip 192.0.2.10"})
final class EvaluateCommand implements Callable<Integer> {

    private static final Comparator<Position> BY_PLACE =
            Comparator.comparing(Position::file).thenComparingInt(Position::line).thenComparingInt(Position::column);

    @Parameters(paramLabel = "REQUEST", arity = "0..*", description = {
        "Files or folders with requests, YAML or JSON, one or more per file; - is standard input."})
    private List<Path> paths = List.of();

    @Option(names = "--user", paramLabel = "USER", description = "Who signs in: a user principal name or id, or the beginning of a name "
            + "if it matches only one user.")
    private String user;

    @Option(names = "--app", paramLabel = "NAME", description = "The application to sign in to, by name or id. May be repeated.")
    private List<String> applications = List.of();

    @Option(names = "--register", paramLabel = "METHOD", arity = "0..1", fallbackValue = "", description = {
        "The user registers a method, appPassword or device instead of signing in. Without METHOD, the user opens the Security info page."})
    private String register;

    @Option(names = "--app-password", paramLabel = "FILE", description = "A file with the app password of a legacy client; - is standard "
            + "input.")
    private Path appPassword;

    @Mixin
    private RequestFlags flags;

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
        boolean isDescribed = user != null || !applications.isEmpty() || register != null || appPassword != null || !flags.isEmpty();
        if (isDescribed ? !paths.isEmpty() || user == null : paths.isEmpty()) {
            throw new ParameterException(spec.commandLine(), isDescribed && paths.isEmpty() ? "missing --user"
                    : isDescribed ? "cannot combine files with options that describe a request"
                    : "no request: name a file, or describe one by options such as `--user noah --app Teams --ip 192.0.2.10`");
        }
        inputs.refuseSecondStandardInput(spec.commandLine(), appPassword == null ? paths : List.of(appPassword));
        PolicyEngine engine = inputs.load(Clock.fixed(clock.time(ChronoUnit.NANOS), ZoneOffset.UTC));
        if (unknownSignals != null) {
            engine = engine.with(engine.policySet().evaluationSettings().with(unknownSignals));
        }
        Diagnostics found = new Diagnostics();
        List<Requests.Placed> requests = isDescribed ? List.of(new Requests.Placed("the request", described(engine), null))
                : Requests.read(paths, found);
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

    /** The request that the options describe. */
    private Request described(PolicyEngine engine) throws PolicyLoadException, IOException {
        UserState who = RequestFlags.user(user, engine.directory(), terminal);
        List<String> resources = new ArrayList<>();
        for (String each : applications) {
            resources.add(RequestFlags.application(each, engine.directory(), terminal));
        }
        SignIn.Builder builder = flags.of(who, clock.time(ChronoUnit.MILLIS), false, engine.directory(), terminal)
                .applications(resources);
        if (appPassword != null) {
            builder.authentication(SignIn.Authentication.ofAppPassword(secret(appPassword)));
        }
        String what = register == null ? (flags.isSilent() ? "refreshes a token" : "signs in") + (resources.isEmpty() ? ""
                : (flags.isSilent() ? " for " : " to ") + String.join(", ", resources))
                : register.isEmpty() ? "opens Security info" : "registers " + register;
        SignIn signIn = builder.name(who.userPrincipalName() + " " + what + (register == null ? " (" + flags.clientName() + ")" : ""))
                .build();
        return register == null ? signIn : new Registration(signIn, register.isEmpty() ? null : register, null);
    }

    /** The first line of a file. */
    private static String secret(Path file) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file.equals(Path.of("-")) ? System.in
                : Files.newInputStream(file), StandardCharsets.UTF_8))) {
            return Objects.requireNonNullElse(lines.readLine(), "").strip();
        }
    }

    /** The answer to a request, or {@code null} when it makes no sense, which is reported. */
    private Answer decide(PolicyEngine engine, Requests.Placed placed, Diagnostics found) {
        Decision decision = engine.explain(placed.request());
        String message = decision.reason().message();
        if (decision.reason().code() == ReasonCode.INVALID_REQUEST && placed.node() == null) {
            found.error("SP1401", null, RequestFlags.byOption(Requests.suggestion(engine, placed.request(), message)), null);
            return null;
        }
        if (decision.reason().code() == ReasonCode.INVALID_REQUEST) {
            Position position = placed.position(message.substring(0, message.indexOf(": ")), message);
            found.error("SP1401", position, Requests.suggestion(engine, placed.request(), message), null);
            return null;
        }
        if (decision.reason().code() == ReasonCode.EVALUATION_FAILED) {
            found.error("SP1404", placed.node() == null ? null : placed.node().position(), message, null);
        }
        return new Answer(placed.request(), decision.withRequest(placed.place()));
    }
}
