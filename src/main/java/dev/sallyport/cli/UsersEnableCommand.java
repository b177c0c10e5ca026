package dev.sallyport.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command of {@link EnableStep}. */
@Command(name = "enable", description = "Enables per-user MFA: users must register within the grace period, and are then enforced. Asks "
        + "first.")
final class UsersEnableCommand extends TenantChange {

    @Option(names = "--lower", description = "Also lowers enforced users to enabled; their app passwords stop working. Default: enforced "
            + "users are skipped.")
    private boolean lower;

    UsersEnableCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    UserStep step() {
        return new EnableStep(lower, UserStep.Terms.COMMAND_LINE);
    }
}
