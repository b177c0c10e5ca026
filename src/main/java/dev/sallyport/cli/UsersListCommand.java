package dev.sallyport.cli;

import dev.sallyport.cli.Table.Cell;
import dev.sallyport.cli.Terminal.Style;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists users with the state of their MFA. */
@Command(name = "list", description = "Lists users with their MFA state: all users, or those you name.")
final class UsersListCommand implements Callable<Integer> {

    @Mixin
    private UserSelection selection;

    @Option(names = "--state", paramLabel = "disabled|enabled|enforced", description = "Only users in this per-user MFA state.")
    private PerUserMfaState state;

    @Option(names = "--registered", description = "Only users with a method for MFA.")
    private boolean registered;

    @Option(names = "--not-registered", description = "Only users without a method for MFA.")
    private boolean notRegistered;

    @Mixin
    private Inputs inputs;

    @Mixin
    private FormatOption format;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    UsersListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        DirectoryFiles files = DirectoryFiles.read(inputs.directoryPaths(spec.commandLine()));
        List<UserState> users = (selection.isEmpty() ? files.directory().users() : selection.in(files.directory())).stream()
                .filter(user -> (state == null || user.perUserMfaState() == state) && (!registered || user.isMfaRegistered())
                && (!notRegistered || !user.isMfaRegistered())).toList();
        if (format.isJson()) {
            for (UserState user : users) {
                terminal.out().println(UserText.json(user));
            }
        } else {
            table(users);
        }
        terminal.diagnostics(files.warnings());
        return ExitCode.FINE.code();
    }

    private void table(List<UserState> users) {
        Table table = new Table(0).header("USER", "PER-USER MFA", "SINCE", "METHODS", "APP PASSWORDS");
        for (UserState user : users) {
            String methods = user.authenticationMethods().stream().map(method -> method.method().graphName() + (method.isDefault()
                    ? " (default)" : ""))
                    .collect(Collectors.joining(", "));
            table.row(new Cell(user.userPrincipalName(), user.accountEnabled() ? Style.BOLD : Style.DIM), state(user),
                    Cell.of(user.perUserMfaEnabledDateTime() == null ? "" : user.perUserMfaEnabledDateTime().toString().substring(0, 10)),
                    methods.isEmpty() ? new Cell("none", Style.DIM) : Cell.of(methods),
                    Cell.of(user.appPasswords().isEmpty() ? "" : String.valueOf(user.appPasswords().size())));
        }
        table.print(terminal);
        terminal.out().println();
        terminal.out().println(Terminal.count(users.size(), "user") + ": " + count(users, PerUserMfaState.DISABLED) + " disabled, "
                + count(users, PerUserMfaState.ENABLED) + " enabled, " + count(users, PerUserMfaState.ENFORCED) + " enforced; "
                + users.stream().filter(user -> !user.isMfaRegistered()).count() + " not registered");
    }

    private static long count(List<UserState> users, PerUserMfaState state) {
        return users.stream().filter(user -> user.perUserMfaState() == state).count();
    }

    static Cell state(UserState user) {
        return new Cell(user.perUserMfaState().graphName(), switch (user.perUserMfaState()) {
            case DISABLED -> Style.DIM;
            case ENABLED -> Style.YELLOW;
            case ENFORCED -> Style.GREEN;
        });
    }
}
