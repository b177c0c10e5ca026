package dev.sallyport.cli;

import dev.sallyport.Lifecycle;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.UserState;
import dev.sallyport.edit.DirectoryFiles;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** PU-05: from any state; the grace period begins (PU-13). */
@Command(name = "enable", description = "Enables per-user MFA: users are asked to register, and are enforced when they have.")
final class UsersEnable extends UserChange {

    @Mixin
    private UserSelection selection;

    UsersEnable(Terminal terminal) {
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
        return Lifecycle.enable(user, time);
    }

    @Override
    String unchanged() {
        return "enabled already";
    }

    @Override
    List<String> hints(List<UserState> after) {
        List<UserState> registered = after.stream().filter(UserState::isMfaRegistered).toList();
        return registered.isEmpty() ? List.of() : List.of("note: " + names(registered) + (registered.size() == 1 ? " is" : " are")
                + " registered already and will stay enabled until you enforce: `sallyport users enforce` [PU-06]");
    }
}
