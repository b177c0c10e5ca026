package dev.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The user's side of app passwords, on a directory file. */
@Command(name = "app-passwords", description = "Creates, lists and deletes the app passwords of a user.")
final class AppPasswordsCommand {

    private AppPasswordsCommand() { }

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new AppPasswordsCommand())
                .addSubcommand(new AppPasswordsCreateCommand(terminal))
                .addSubcommand(new AppPasswordsListCommand(terminal))
                .addSubcommand(new AppPasswordsDeleteCommand(terminal));
    }
}
