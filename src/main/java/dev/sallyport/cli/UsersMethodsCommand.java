package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.MethodOffers.Offer;
import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import dev.sallyport.write.Json;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command of {@link MethodOffers}. */
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

    @Override
    public Integer call() throws PolicyLoadException {
        inputs.directoryPaths(spec.commandLine());
        Instant time = clock.time(ChronoUnit.MILLIS);
        PolicyEngine engine = inputs.load(Clock.fixed(time, ZoneOffset.UTC));
        UserState user = Names.user(name, engine.directory(), terminal::hint);
        SignIn session = flags.of(user, time, user.isMfaRegistered(), engine.directory(), terminal::hint).build();
        List<Offer> offers = MethodOffers.of(engine, user, session);
        Offer unusable = offers.stream().filter(offer -> !offer.isUsable()).findFirst().orElse(null);
        if (unusable != null) {
            terminal.error(RequestFlags.byOption(unusable.decision().reason().message()), null);
            return ExitCode.UNUSABLE.code();
        }
        String trusted = MfaReport.trusted(engine.policySet());
        int there = MethodOffers.count(engine, user, flags.of(user, time, user.isMfaRegistered(), engine.directory(), terminal::hint)
                .ipAddress(trusted).country(null).build());
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
