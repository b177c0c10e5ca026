package dev.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The administrator's side of per-user MFA, on a directory file. */
@Command(name = "users", description = "Shows and changes the MFA state of users, as an administrator does.")
final class UsersCommand {

    private UsersCommand() { }

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new UsersCommand())
                .addSubcommand(new UsersListCommand(terminal))
                .addSubcommand(new UsersShowCommand(terminal))
                .addSubcommand(new UsersMethodsCommand(terminal))
                .addSubcommand(new UsersEnableCommand(terminal))
                .addSubcommand(new UsersEnforceCommand(terminal))
                .addSubcommand(new UsersDisableCommand(terminal))
                .addSubcommand(new UsersRegisterCommand(terminal))
                .addSubcommand(new UsersUnregisterCommand(terminal))
                .addSubcommand(new UsersRevokeSessionsCommand(terminal))
                .addSubcommand(new UsersReportCommand(terminal))
                .addSubcommand(new UsersCompileCommand(terminal));
    }
}
