package dev.sallyport.cli;

import dev.sallyport.Lifecycle;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.UserState;
import dev.sallyport.edit.DirectoryFiles;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** PU-05: from any state. */
@Command(name = "disable", description = "Disables per-user MFA; registered methods and app passwords stay.")
final class UsersDisable extends UserChange {

    @Mixin
    private UserSelection selection;

    UsersDisable(Terminal terminal) {
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
        return Lifecycle.disable(user);
    }

    @Override
    String unchanged() {
        return "disabled already";
    }

    @Override
    List<String> hints(List<UserState> after) {
        List<UserState> holders = after.stream().filter(user -> !user.appPasswords().isEmpty()).toList();
        return holders.isEmpty() ? List.of() : List.of("note: the app passwords of " + names(holders)
                + " are kept and refused; `sallyport app-passwords delete USER --all` removes them [AP-20]");
    }
}
