package dev.sallyport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command of {@link EnforceStep}; asks first, because legacy clients stop working. */
@Command(name = "enforce", description = {"Enforces per-user MFA: MFA at every sign-in, and app passwords for legacy clients.",
    "Asks first, and asks separately for users who have never registered a method."})
final class UsersEnforceCommand extends TenantChange {

    @Option(names = "--registered-only", description = "Skips users without a registered method. If they are enabled, registering a "
            + "method enforces them.")
    private boolean registeredOnly;

    UsersEnforceCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    UserStep step() {
        return new EnforceStep(registeredOnly, UserStep.Terms.COMMAND_LINE);
    }
}
