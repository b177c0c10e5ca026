package dev.sallyport.cli;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.model.UserState;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists a user's app passwords among the authentication methods, as the Security info page does (AP-24). */
@Command(name = "list", description = "Lists a user's authentication methods, including app passwords.")
final class AppPasswordsListCommand implements Callable<Integer> {

    @Parameters(paramLabel = "USER", description = "User principal name or id.")
    private String name;

    @Mixin
    private Inputs inputs;

    @Mixin
    private FormatOption format;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    AppPasswordsListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        UserState user = UserSelection.one(name, DirectoryFiles.read(inputs.directoryPaths(spec.commandLine())).directory());
        if (format.isJson()) {
            terminal.out().println(UserText.json(user));
        } else {
            UsersShowCommand.methods(user).print(terminal);
            terminal.note(user.userPrincipalName() + " has " + Terminal.count(user.appPasswords().size(), "app password")
                    + (user.appPasswords().isEmpty() ? "" : "; usage is not recorded, so delete those that are no longer needed"));
        }
        return ExitCode.FINE.code();
    }
}
