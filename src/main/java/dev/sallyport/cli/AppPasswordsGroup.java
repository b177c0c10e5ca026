package dev.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The user's side of app passwords, on a directory file. */
@Command(name = "app-passwords", description = "Creates, lists and deletes the app passwords of a user.")
final class AppPasswordsGroup {

    private AppPasswordsGroup() { }

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new AppPasswordsGroup())
                .addSubcommand(new AppPasswordsCreate(terminal))
                .addSubcommand(new AppPasswordsList(terminal))
                .addSubcommand(new AppPasswordsDelete(terminal));
    }
}
