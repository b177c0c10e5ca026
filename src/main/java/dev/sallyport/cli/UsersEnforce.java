package dev.sallyport.cli;

import dev.sallyport.Lifecycle;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.UserState;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.model.PerUserMfaState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** PU-05, PU-12: from any state; asks first, because legacy clients stop working. */
@Command(name = "enforce", description = "Enforces per-user MFA: MFA at every sign-in, and app passwords for legacy clients. Asks first.")
final class UsersEnforce extends UserChange {

    @Mixin
    private UserSelection selection;

    UsersEnforce(Terminal terminal) {
        super(terminal);
    }

    @Override
    List<UserState> selected(DirectoryFiles files) throws PolicyLoadException {
        if (selection.isEmpty()) {
            throw wrongUsage("nobody is named: give users, --group or --file");
        }
        return selection.in(files.directory());
    }

    @Override
    UserState step(UserState user, Instant time) {
        return Lifecycle.enforce(user, time);
    }

    @Override
    String unchanged() {
        return "enforced already";
    }

    @Override
    List<String> consequences(List<UserState> before) {
        List<UserState> unregistered = before.stream().filter(user -> !user.isMfaRegistered()).toList();
        List<UserState> without = before.stream().filter(user -> user.appPasswords().isEmpty()).toList();
        List<String> told = new ArrayList<>();
        told.add("Per-user MFA becomes " + PerUserMfaState.ENFORCED.graphName() + " for " + names(before) + ":");
        told.add("  - browsers and modern apps ask for MFA at every sign-in, outside trusted IPs and remembered devices");
        if (!unregistered.isEmpty()) {
            told.add("  - has to register at the next sign-in: " + names(unregistered));
        }
        told.add("  - clients with legacy authentication (IMAP, POP, SMTP, older Office) stop taking the normal password; they need app passwords"
                + (without.isEmpty() ? "" : ", which " + names(without) + (without.size() == 1 ? " has" : " have") + " none of"));
        return told;
    }

    @Override
    List<String> hints(List<UserState> after) {
        List<UserState> unregistered = after.stream().filter(user -> !user.isMfaRegistered()).toList();
        return unregistered.isEmpty() ? List.of() : List.of("note: not registered yet: " + names(unregistered)
                + "; whoever has the password can register first, so make them do it from a trusted place [REG-50, REG-51]");
    }
}
