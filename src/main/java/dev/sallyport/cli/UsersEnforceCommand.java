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

/** PU-05, PU-12: from any state; asks first, because legacy clients stop working. */
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
    Step step() {
        return Step.ENFORCE;
    }

    @Override
    UserState step(UserState user, Instant time) {
        return Lifecycle.enforce(user, time);
    }

    @Override
    String unchanged() {
        return "already enforced";
    }

    @Override
    String left(UserState user) {
        return registeredOnly && !user.isMfaRegistered() && user.perUserMfaState() != PerUserMfaState.ENFORCED ? "not registered, skipped"
                : null;
    }

    @Override
    boolean needsPolicies() {
        return true;
    }

    @Override
    boolean isApart(UserState user) {
        return !user.isMfaRegistered();
    }

    @Override
    List<String> consequences(List<UserState> before, Instant time) {
        List<UserState> without = before.stream().filter(user -> user.appPasswords().isEmpty()).toList();
        List<String> told = new ArrayList<>();
        told.add("Per-user MFA becomes " + PerUserMfaState.ENFORCED.graphName() + " for " + names(before) + ":");
        told.add("  - browsers and modern apps ask for MFA at every sign-in, outside trusted IPs and remembered devices");
        told.add("  - clients with legacy authentication (IMAP, POP, SMTP, older Office) stop accepting the normal password; they need "
                + "app passwords"
                + (without.isEmpty() ? "" : ", and " + names(without) + (without.size() == 1 ? " has" : " have") + " none"));
        told.addAll(askedAnyway(before, time));
        return told;
    }

    @Override
    List<String> consequencesApart(List<UserState> apart) {
        return apart.isEmpty() ? List.of() : List.of("Never registered: " + names(apart),
                "  - let them register first: registering a method enforces an enabled user [PU-04]; use --registered-only to skip the "
                        + "others",
                "  - if you enforce them now, they must register at the next sign-in, and an attacker with the password can do it first "
                        + "[REG-50, PU-12]");
    }

    @Override
    List<String> hints(List<UserState> before, List<UserState> after, Instant time) {
        List<String> hints = new ArrayList<>();
        List<UserState> registered = after.stream().filter(UserState::isMfaRegistered).toList();
        List<UserState> unregistered = after.stream().filter(user -> !user.isMfaRegistered()).toList();
        if (!registered.isEmpty()) {
            boolean isOff = engine() != null && !engine().policySet().mfaSettings().allowAppPasswords();
            hints.add("next: " + names(registered) + " may create app passwords "
                    + (isOff ? "once the tenant allows them (`allowAppPasswords: true`) [AP-01]: " : "now: ")
                    + "`sallyport app-passwords create " + (registered.size() == 1 ? registered.get(0).userPrincipalName() : "USER")
                    + " --name NAME`");
        }
        if (!unregistered.isEmpty()) {
            hints.add("note: not registered yet: " + names(unregistered)
                    + "; an attacker with the password can register first, so let them register from a trusted place [REG-50, REG-51]");
        }
        askedAnyway(after, time).forEach(line -> hints.add("note: " + line.substring(4)));
        return hints;
    }
}
