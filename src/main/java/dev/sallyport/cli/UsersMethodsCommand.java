package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import dev.sallyport.write.Json;
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

/** The list under "Add a method" on the Security info page: each method is decided as if the user registered it (REG-01, AP-02, REG-10). */
@Command(name = "methods", description = "Lists the methods that a user may add now on the Security info page, and why the others are "
        + "refused.")
final class UsersMethodsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "USER", description = "User principal name or id, or the beginning of a name if it matches only one user.")
    private String name;

    @Mixin
    private RequestFlags flags;

    @Mixin
    private Inputs inputs;

    @Mixin
    private FormatOption format;

    @Mixin
    private ClockOption clock;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    UsersMethodsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /**
     * Whether a method may be added.
     *
     * @param why empty when it may
     */
    private record Offer(AuthenticationMethodMode method, boolean isAllowed, List<String> why) { }

    @Override
    public Integer call() throws PolicyLoadException {
        inputs.directoryPaths(spec.commandLine());
        Instant time = clock.time(ChronoUnit.MILLIS);
        PolicyEngine engine = inputs.load(Clock.fixed(time, ZoneOffset.UTC));
        UserState user = Names.user(name, engine.directory(), terminal::hint);
        SignIn session = flags.of(user, time, user.isMfaRegistered(), engine.directory(), terminal::hint).build();
        List<Offer> offers = new ArrayList<>();
        String trusted = MfaReport.trusted(engine.policySet());
        int there = 0;
        for (AuthenticationMethodMode method : Lifecycle.ADDABLE) {
            Decision decision = engine.explain(new Registration(session, method.graphName(), null));
            if (decision.reason().code() == ReasonCode.INVALID_REQUEST || decision.reason().code() == ReasonCode.EVALUATION_FAILED) {
                terminal.error(RequestFlags.byOption(decision.reason().message()), null);
                return ExitCode.UNUSABLE.code();
            }
            offers.add(offer(user, method, decision));
            SignIn.Builder elsewhere = flags.of(user, time, user.isMfaRegistered(), engine.directory(), terminal::hint).ipAddress(trusted)
                    .country(null);
            there += engine.evaluate(new Registration(elsewhere.build(), method.graphName(), null)).outcome() == Outcome.ALLOW
                    && Lifecycle.mayRegister(user, method) ? 1 : 0;
        }
        if (format.isJson()) {
            terminal.out().println(json(user, offers));
        } else {
            text(user, offers);
            if (trusted != null && there > offers.stream().filter(Offer::isAllowed).count()) {
                terminal.note("from a trusted place it would be " + there + ": try `--ip " + trusted + "`");
            }
        }
        terminal.diagnostics(inputs.warnings());
        return ExitCode.FINE.code();
    }

    private static Offer offer(UserState user, AuthenticationMethodMode method, Decision decision) {
        List<String> why = new ArrayList<>();
        if (decision.outcome() != Outcome.ALLOW) {
            List<String> policies = decision.reason().policies();
            why.add(decision.outcome() + ", " + decision.reason().message() + (policies.isEmpty() ? ""
                    : ": " + String.join(", ", policies)));
            if (method == AuthenticationMethodMode.APP_PASSWORD) {
                why.addAll(DecisionWords.answers(decision));
            }
        } else if (!Lifecycle.mayRegister(user, method)) {
            why.add("the user already has the maximum number [REG-10]");
        }
        return new Offer(method, why.isEmpty(), why);
    }

    private void text(UserState user, List<Offer> offers) {
        Table table = new Table(0).header("METHOD", "MAY ADD", "WHY NOT");
        for (Offer offer : offers) {
            table.row(Cell.of(offer.method().graphName()), offer.isAllowed() ? new Cell("yes", Style.GREEN) : new Cell("no", Style.RED),
                    Cell.of(String.join("; ", offer.why())));
        }
        table.print(terminal);
        terminal.out().println();
        long may = offers.stream().filter(Offer::isAllowed).count();
        terminal.out().println(Glyphs.visible(user.userPrincipalName() + " may add " + may + " of " + offers.size() + " methods"));
    }

    private static String json(UserState user, List<Offer> offers) {
        return Json.object(json -> {
            json.writeStringField("user", user.userPrincipalName());
            json.writeArrayFieldStart("methods");
            for (Offer offer : offers) {
                json.writeStartObject();
                json.writeStringField("method", offer.method().graphName());
                json.writeBooleanField("isAllowed", offer.isAllowed());
                Json.texts(json, "why", offer.why());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
