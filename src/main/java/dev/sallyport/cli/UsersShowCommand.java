package dev.sallyport.cli;

import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.UserState.PerUserMfaChange;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows everything about the MFA of users. */
@Command(name = "show", description = "Shows all MFA details of users.")
final class UsersShowCommand implements Callable<Integer> {

    @Mixin
    private UserSelection selection;

    @Mixin
    private Inputs inputs;

    @Mixin
    private FormatOption format;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    UsersShowCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        selection.refuseNone(spec.commandLine());
        DirectoryFiles files = DirectoryFiles.read(inputs.directoryPaths(spec.commandLine()));
        for (UserState user : selection.in(files.directory())) {
            if (format.isJson()) {
                terminal.out().println(UserText.json(user));
            } else {
                show(user, files);
            }
        }
        return ExitCode.FINE.code();
    }

    private void show(UserState user, DirectoryFiles files) {
        new Table(0).row(new Cell(user.userPrincipalName(), Style.BOLD)).print(terminal);
        Table facts = new Table(2);
        fact(facts, "name", user.displayName());
        fact(facts, "account", user.accountEnabled() ? "enabled" : "disabled");
        facts.row(new Cell("per-user MFA", Style.DIM), UsersListCommand.state(user));
        fact(facts, "enabled since", text(user.perUserMfaEnabledDateTime()));
        fact(facts, "registered", user.isMfaRegistered() ? "yes" : "no: MFA is not possible yet");
        fact(facts, "groups", String.join(", ", user.memberOf()));
        fact(facts, "roles", String.join(", ", UserText.roles(user)));
        fact(facts, "sessions revoked", text(user.signInSessionsValidFromDateTime()));
        fact(facts, "remembered MFA revoked", text(user.rememberDevicesNotIssuedBefore()));
        fact(facts, "source", String.valueOf(files.position(user)));
        facts.print(terminal);
        methods(user).print(terminal);
        if (!user.perUserMfaHistory().isEmpty()) {
            Table history = new Table(2).header("PER-USER MFA", "WHEN", "BY");
            for (PerUserMfaChange change : user.perUserMfaHistory()) {
                history.row(Cell.of(name(change.from()) + " → " + name(change.to())), Cell.of(orEmpty(text(change.dateTime()))),
                        Cell.of(orEmpty(change.by())));
            }
            history.print(terminal);
        }
        terminal.out().println();
    }

    private static String name(PerUserMfaState state) {
        return state == null ? "?" : state.graphName();
    }

    private static void fact(Table facts, String name, String value) {
        if (value != null && !value.isEmpty()) {
            facts.row(new Cell(name, Style.DIM), Cell.of(value));
        }
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }

    /** Registered methods, and app passwords among them (AP-24). */
    static Table methods(UserState user) {
        Table table = new Table(2).header("METHOD", "NAME", "CREATED", "NOTE");
        for (AuthenticationMethod method : user.authenticationMethods()) {
            table.row(Cell.of(method.method().graphName()), Cell.of(named(method)), Cell.of(orEmpty(text(method.createdDateTime()))),
                    Cell.of(!method.isUsable() ? "deactivated" : method.isDefault() ? "default" : ""));
        }
        for (AppPassword password : user.appPasswords()) {
            table.row(Cell.of("appPassword"), Cell.of(orEmpty(password.displayName())), Cell.of(orEmpty(text(password.createdDateTime()))),
                    Cell.of(""));
        }
        return user.authenticationMethods().isEmpty() && user.appPasswords().isEmpty() ? new Table(2) : table;
    }

    private static String named(AuthenticationMethod method) {
        return Stream.of(method.displayName(), method.phoneNumber(), method.emailAddress()).filter(Objects::nonNull)
                .collect(Collectors.joining(", "));
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
