package dev.sallyport.cli;

import dev.sallyport.explain.TenantCommands.Step;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** PU-05, PU-13: the grace period begins. Whoever is enforced has come further, and stays there unless that is asked for. */
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
    Step step() {
        return Step.ENABLE;
    }

    @Override
    UserState step(UserState user, Instant time) {
        return Lifecycle.enable(user, time);
    }

    @Override
    String left(UserState user) {
        return isEnforced(user) && !lower ? "already enforced, skipped; use --lower to lower them" : user.accountEnabled() ? null
                : "with a disabled account, skipped";
    }

    private static boolean isEnforced(UserState user) {
        return user.perUserMfaState() == PerUserMfaState.ENFORCED;
    }

    @Override
    boolean needsPolicies() {
        return true;
    }

    @Override
    List<String> consequences(List<UserState> before, Instant time) {
        List<String> told = new ArrayList<>();
        told.add("Per-user MFA becomes " + PerUserMfaState.ENABLED.graphName() + " for " + names(before) + ":");
        told.addAll(about(before, user -> !user.isMfaRegistered(), "may postpone registration until the grace period ends, and an "
                + "attacker with the password can register first [REG-50]"));
        told.addAll(about(before, UserState::isMfaRegistered, "asked for MFA in browsers and modern apps; enforced only by `sallyport "
                + "users enforce` [PU-06]"));
        told.addAll(about(before, UsersEnableCommand::isEnforced, "lowered from enforced, so that clients with legacy authentication "
                + "accept the normal password again [PU-07]"));
        told.addAll(stoppedAppPasswords(before));
        told.addAll(askedAnyway(before, time));
        return told;
    }

    @Override
    String unchanged() {
        return "already enabled";
    }

    @Override
    List<String> hints(List<UserState> before, List<UserState> after, Instant time) {
        List<UserState> registered = after.stream().filter(UserState::isMfaRegistered).toList();
        List<String> hints = new ArrayList<>();
        if (!registered.isEmpty()) {
            hints.add("note: " + names(registered) + (registered.size() == 1 ? " is" : " are")
                    + " already registered and will stay enabled until you run `sallyport users enforce` [PU-06]");
        }
        stoppedAppPasswords(before).forEach(line -> hints.add("note: " + line.substring(4)));
        return hints;
    }
}
