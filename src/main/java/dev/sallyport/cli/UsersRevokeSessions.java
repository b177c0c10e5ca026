package dev.sallyport.cli;

import dev.sallyport.Lifecycle;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.UserState;
import dev.sallyport.edit.DirectoryFiles;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** RV-01: everybody has to sign in again; RV-05 with --remembered-mfa. */
@Command(name = "revoke-sessions", description = "Revokes sign-in sessions: whoever is meant has to sign in again. App passwords go on working.")
final class UsersRevokeSessions extends UserChange {

    @Mixin
    private UserSelection selection;

    @Option(names = "--all", description = "Every user of the directory.")
    private boolean all;

    @Option(names = "--remembered-mfa", description = "Only forgets MFA that devices remember; sessions run on.")
    private boolean rememberedMfa;

    /** The earliest of the revocations that stay as they are, and the time that was not later. */
    private Instant already;
    private Instant asked;

    UsersRevokeSessions(Terminal terminal) {
        super(terminal);
    }

    @Override
    List<UserState> selected(DirectoryFiles files) throws PolicyLoadException {
        if (selection.isEmpty() != all) {
            throw wrongUsage(all ? "--all means every user: name nobody beside it" : "nobody is named: give users, --group, --file or --all");
        }
        return all ? files.directory().users() : selection.in(files.directory());
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
    String unchanged() {
        return "revoked since " + already + " already" + (already.isAfter(asked) ? ", which is later than " + asked : "");
    }

    @Override
    List<String> hints(List<UserState> after) {
        List<UserState> holders = after.stream().filter(user -> !user.appPasswords().isEmpty()).toList();
        return rememberedMfa || holders.isEmpty() ? List.of() : List.of("note: the app passwords of " + names(holders) + " go on working [AP-25]");
    }
}
