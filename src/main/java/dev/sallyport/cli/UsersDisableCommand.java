package dev.sallyport.cli;

import dev.sallyport.explain.TenantCommands.Step;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** PU-05: from any state. */
@Command(name = "disable", description = "Disables per-user MFA; registered methods and app passwords stay. Asks first.")
final class UsersDisableCommand extends TenantChange {

    UsersDisableCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    Step step() {
        return Step.DISABLE;
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
    List<String> consequences(List<UserState> before, Instant time) {
        List<String> told = new ArrayList<>();
        told.add("Per-user MFA becomes " + PerUserMfaState.DISABLED.graphName() + " for " + names(before) + ":");
        told.add("  - a password alone is enough, unless security defaults or Conditional Access ask for more");
        told.addAll(stoppedAppPasswords(before));
        return told;
    }

    @Override
    List<String> hints(List<UserState> before, List<UserState> after, Instant time) {
        List<UserState> holders = after.stream().filter(user -> !user.appPasswords().isEmpty()).toList();
        return holders.isEmpty() ? List.of() : List.of("note: the app passwords of " + names(holders)
                + " are kept but refused; to remove them, use `sallyport app-passwords delete USER --all` [AP-20]");
    }
}
