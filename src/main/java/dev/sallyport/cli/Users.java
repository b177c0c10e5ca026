package dev.sallyport.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The administrator's side of per-user MFA, on a directory file. */
@Command(name = "users", description = "Shows and changes the state of users' MFA, as an administrator does.")
final class Users {

    private Users() { }

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new Users())
                .addSubcommand(new UsersList(terminal))
                .addSubcommand(new UsersShow(terminal))
                .addSubcommand(new UsersMethods(terminal))
                .addSubcommand(new UsersEnable(terminal))
                .addSubcommand(new UsersEnforce(terminal))
                .addSubcommand(new UsersDisable(terminal))
                .addSubcommand(new UsersRegister(terminal))
                .addSubcommand(new UsersUnregister(terminal))
                .addSubcommand(new UsersRevokeSessions(terminal))
                .addSubcommand(new UsersReport(terminal));
    }
}
