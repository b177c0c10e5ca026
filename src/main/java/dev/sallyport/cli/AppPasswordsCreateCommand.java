package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.DecisionText.Answer;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.edit.EditException;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import dev.sallyport.write.DecisionWriter;
import dev.sallyport.write.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Evaluates the registration first, and creates the app password only if it is allowed (AP-01..AP-09, AP-23). */
@Command(name = "create", description = "Creates an app password if the policies allow it, and prints it once.")
final class AppPasswordsCreateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "USER", description = "User principal name or id.")
    private String name;

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "What it is for, such as a device; up to 64 characters, "
            + "unique for the user.")
    private String displayName;

    @Option(names = "--request", paramLabel = "FILE", description = {
        "The registration that creates it; - is standard input. Default: an interactive browser session in which MFA was just done,"
        + " from the place and device that the other options describe."})
    private Path request;

    @Mixin
    private RequestFlags flags;

    @Option(names = "--explain", description = "If the request is refused, shows the result of every policy.")
    private boolean explain;

    @Mixin
    private Inputs inputs;

    @Mixin
    private FormatOption format;

    @Mixin
    private ClockOption clock;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    AppPasswordsCreateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException, IOException {
        if (request != null && !flags.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--request contains the complete registration: remove the options that "
                    + "describe one");
        }
        inputs.refuseSecondStandardInput(spec.commandLine(), request == null ? List.of() : List.of(request));
        try (DirectoryFiles files = DirectoryFiles.lock(inputs.directoryPaths(spec.commandLine()), UserChange.PATIENCE)) {
            return create(files).code();
        } catch (EditException e) {
            terminal.error(e.getMessage(), e.help());
            return ExitCode.UNUSABLE.code();
        }
    }

    private ExitCode create(DirectoryFiles files) throws PolicyLoadException, EditException, IOException {
        Instant time = clock.time(ChronoUnit.MILLIS);
        UserState user = UserSelection.one(name, files.directory());
        String refusal = AppPasswordSteps.refusal(user, displayName);
        if (refusal != null) {
            throw new ParameterException(spec.commandLine(), refusal);
        }
        PolicyEngine engine = inputs.load(files.directory(), Clock.fixed(time, ZoneOffset.UTC));
        Registration registration = request == null ? justNow(user, time, files.directory()) : read(user);
        Decision decision = engine.explain(registration);
        if (decision.reason().code() == ReasonCode.INVALID_REQUEST || decision.reason().code() == ReasonCode.EVALUATION_FAILED) {
            String message = Requests.suggestion(engine, registration, decision.reason().message());
            terminal.error(request == null ? RequestFlags.byOption(message) : message, request == null ? null : "it is the request of `"
                    + request + "`");
            return ExitCode.UNUSABLE;
        }
        if (decision.outcome() != Outcome.ALLOW) {
            refuse(engine, registration, decision, user, time);
            return ExitCode.DOES_NOT_HOLD;
        }
        AppPasswordSteps.Created created = AppPasswordSteps.create(user, displayName, decision.evaluatedDateTime());
        DirectoryFiles.Change change = files.change(List.of(created.user()));
        terminal.out().println(format.isJson() ? json(created) : created.password());
        if (terminal.out().checkError()) {
            terminal.error("cannot show the app password, so it was not created", null);    // nobody could ever use it
            return ExitCode.UNUSABLE;
        }
        try {
            change.write();
        } catch (EditException e) {
            terminal.note("the app password above was not created");
            throw e;
        }
        terminal.note("created `" + created.appPassword().displayName() + "` for " + user.userPrincipalName()
                + "; copy it now: it is shown only once");
        return ExitCode.FINE;
    }

    private Registration justNow(UserState user, Instant time, Directory directory) throws PolicyLoadException {
        SignIn signIn = flags.of(user, time, true, directory, terminal::hint).name(user.userPrincipalName() + " creates the app password `"
                + displayName.strip() + "`").build();
        return new Registration(signIn, "appPassword", displayName.strip());
    }

    private Registration read(UserState user) throws PolicyLoadException {
        Diagnostics found = new Diagnostics();
        List<Requests.Placed> placed = Requests.read(List.of(request), found);
        Registration registration = placed.size() == 1 && placed.get(0).request() instanceof Registration each ? each : null;
        if (registration == null || !"appPassword".equals(registration.method())) {
            if (!found.hasErrors()) {
                found.error("SP1402", Position.of(request.toString()), "the file must contain one registration of an app password",
                        "write `kind: registration` and `method: appPassword`");
            }
        } else if (!user.userPrincipalName().equalsIgnoreCase(registration.signIn().user()) && !user.id()
                .equalsIgnoreCase(registration.signIn().user())) {
            found.error("SP1402", placed.get(0).position("user", ""), "the request is for `" + registration.signIn()
                    .user() + "`, not about `" + name + "`", null);
        }
        if (found.hasErrors()) {
            throw new PolicyLoadException(found.toList());
        }
        return registration;
    }

    private void refuse(PolicyEngine engine, Registration registration, Decision decision, UserState user, Instant time)
            throws PolicyLoadException {
        Decision named = decision.withRequest(request == null ? "app-passwords create" : request.toString());
        if (format.isJson()) {
            terminal.err().println(DecisionWriter.toJson(named));
        } else {
            Terminal asResult = new Terminal(terminal.err(), terminal.err(), terminal.columns(), terminal.coloursErr(),
                    terminal.coloursErr());
            DecisionText text = new DecisionText(engine, asResult);
            if (explain) {
                text.explain(new Answer(registration, named));
            } else {
                text.brief(new Answer(registration, named));
            }
            terminal.note("no app password was created");
            place(engine, user, time).ifPresent(terminal::note);
        }
        List<Diagnostic> warnings = inputs.warnings();
        terminal.diagnostics(warnings);
    }

    /** Where the same would be allowed. */
    private Optional<String> place(PolicyEngine engine, UserState user, Instant time) throws PolicyLoadException {
        String trusted = request == null ? MfaReport.trusted(engine.policySet()) : null;
        if (trusted == null || trusted.equals(flags.ip())) {
            return Optional.empty();
        }
        SignIn.Builder there = flags.of(user, time, true, engine.directory(), terminal::hint).ipAddress(trusted).country(null);
        boolean isMfaTrusted = !engine.policySet().mfaSettings().trustedIps().isEmpty();
        return engine.evaluate(new Registration(there.build(), "appPassword", displayName.strip())).outcome() != Outcome.ALLOW
                ? Optional.empty()
                : Optional.of("it would be from " + (isMfaTrusted ? "the MFA trusted IPs" : "a trusted location") + ": try `--ip " + trusted
                + "`");
    }

    private static String json(AppPasswordSteps.Created created) {
        return Json.object(json -> {
            json.writeStringField("user", created.user().userPrincipalName());
            json.writeStringField("id", created.appPassword().id());
            json.writeStringField("displayName", created.appPassword().displayName());
            json.writeStringField("createdDateTime", created.appPassword().createdDateTime().toString());
            json.writeStringField("appPassword", created.password());
        });
    }
}
