package dev.sallyport.cli;

import picocli.CommandLine.Command;

/** The command of {@link DisableStep}. */
@Command(name = "disable", description = "Disables per-user MFA; registered methods and app passwords stay. Asks first.")
final class UsersDisableCommand extends TenantChange {

    UsersDisableCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    UserStep step() {
        return new DisableStep(UserStep.Terms.COMMAND_LINE);
    }
}
