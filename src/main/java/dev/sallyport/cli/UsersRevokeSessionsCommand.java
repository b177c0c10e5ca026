package dev.sallyport.cli;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.explain.TenantCommands;
import dev.sallyport.explain.TenantCommands.Shell;
import dev.sallyport.model.UserState;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command of {@link RevokeSessionsStep}; asks first when it is about all users. */
@Command(name = "revoke-sessions", description = "Revokes sign-in sessions: the users must sign in again. App passwords keep working. "
        + "With --all, asks first.")
final class UsersRevokeSessionsCommand extends TenantChange {

    @Option(names = "--all", description = "Every user of the directory.")
    private boolean all;

    @Option(names = "--remembered-mfa", description = "Only forgets remembered MFA; sessions continue.")
    private boolean rememberedMfa;

    UsersRevokeSessionsCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    UserStep step() {
        return new RevokeSessionsStep(rememberedMfa, UserStep.Terms.COMMAND_LINE);
    }

    @Override
    List<UserState> selected(DirectoryFiles files) throws PolicyLoadException {
        if (all && isSelected()) {
            throw wrongUsage("cannot combine --all with users, --group or --file");
        }
        if (!all && !isSelected()) {
            throw wrongUsage("no users selected: name users, or use --group, --file or --all");
        }
        return all ? files.directory().users() : super.selected(files);
    }

    @Override
    boolean asks() {
        return all;
    }

    @Override
    List<String> script(Shell shell, TenantCommands.Step step, List<UserState> users) {
        return all ? TenantCommands.revokeAll(shell) : super.script(shell, step, users);
    }
}
