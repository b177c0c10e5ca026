package dev.sallyport.cli;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.explain.TenantCommands;
import dev.sallyport.explain.TenantCommands.Shell;
import dev.sallyport.explain.TenantCommands.Step;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** RV-01: everybody has to sign in again; RV-05 with --remembered-mfa. */
@Command(name = "revoke-sessions", description = "Revokes sign-in sessions: the users must sign in again. App passwords keep working. "
        + "With --all, asks first.")
final class UsersRevokeSessionsCommand extends TenantChange {

    @Option(names = "--all", description = "Every user of the directory.")
    private boolean all;

    @Option(names = "--remembered-mfa", description = "Only forgets remembered MFA; sessions continue.")
    private boolean rememberedMfa;

    /** The earliest of the revocations that stay as they are, and the time that was not later. */
    private Instant already;
    private Instant asked;

    UsersRevokeSessionsCommand(Terminal terminal) {
        super(terminal);
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
    Step step() {
        return rememberedMfa ? null : Step.REVOKE_SESSIONS;
    }

    @Override
    List<String> script(Shell shell, List<UserState> users) {
        return all ? TenantCommands.revokeAll(shell) : super.script(shell, users);
    }

    @Override
    UserState step(UserState user, Instant time) {
        UserState after = rememberedMfa ? Lifecycle.revokeRememberedMfa(user, time) : Lifecycle.revokeSessions(user, time);
        Instant since = rememberedMfa ? user.rememberDevicesNotIssuedBefore() : user.signInSessionsValidFromDateTime();
        if (after.equals(user) && (already == null || since.isBefore(already))) {
            already = since;
            asked = time;
        }
        return after;
    }

    @Override
    String nothingToChange(List<UserState> users) {
        return (rememberedMfa ? "remembered MFA of " + names(users) + " is " : "sessions of " + names(users) + " are ") + unchanged();
    }

    @Override
    List<String> consequences(List<UserState> before, Instant time) {
        if (!all) {
            return List.of();
        }
        List<String> told = new ArrayList<>();
        if (rememberedMfa) {
            told.add("No device of " + names(before) + " remains remembered:");
            told.add("  - they are asked for MFA again where it was remembered; sessions continue");
            return told;
        }
        told.add("Sessions from before " + time + " are revoked for " + names(before) + ":");
        told.add("  - each of them must sign in again");
        told.addAll(about(before, user -> !user.isMfaRegistered(), "asked to register at that sign-in if MFA is required, and an attacker "
                + "with the password can do it first [REG-50, REG-53]"));
        told.addAll(about(before, user -> !user.appPasswords().isEmpty(), "app passwords keep working [AP-25]"));
        return told;
    }

    @Override
    String unchanged() {
        return "already revoked since " + already + (already.isAfter(asked) ? ", which is later than " + asked : "");
    }

    @Override
    List<String> hints(List<UserState> before, List<UserState> after, Instant time) {
        List<UserState> holders = after.stream().filter(user -> !user.appPasswords().isEmpty()).toList();
        return rememberedMfa || holders.isEmpty() ? List.of() : List.of("note: the app passwords of " + names(holders)
                + " keep working [AP-25]");
    }
}
