package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.explain.TenantCommands;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** PU-05, PU-13: the grace period begins. Users who are enforced have come further, and stay there unless that is asked for. */
public final class EnableStep extends UserStep {

    private final boolean lowers;

    /** @param lowers whether enforced users are lowered to enabled */
    public EnableStep(boolean lowers, Terms terms) {
        super(terms);
        this.lowers = lowers;
    }

    @Override
    public String name() {
        return "enable";
    }

    @Override
    public TenantCommands.Step tenant() {
        return TenantCommands.Step.ENABLE;
    }

    @Override
    public UserState of(UserState user, Instant time) {
        return Lifecycle.enable(user, time);
    }

    @Override
    public String left(UserState user) {
        return isEnforced(user) && !lowers ? "already enforced, skipped; " + terms.lower() : user.accountEnabled() ? null
                : "with a disabled account, skipped";
    }

    private static boolean isEnforced(UserState user) {
        return user.perUserMfaState() == PerUserMfaState.ENFORCED;
    }

    @Override
    public boolean needsPolicies() {
        return true;
    }

    @Override
    public List<String> consequences(List<UserState> before, PolicyEngine engine, Instant time) {
        List<String> told = new ArrayList<>();
        told.add("Per-user MFA becomes " + PerUserMfaState.ENABLED.graphName() + " for " + names(before) + ":");
        told.addAll(about(before, user -> !user.isMfaRegistered(), "may postpone registration until the grace period ends, and an "
                + "attacker with the password can register first [REG-50]"));
        told.addAll(about(before, UserState::isMfaRegistered, "asked for MFA in browsers and modern apps; enforced only by "
                + terms.enforce() + " [PU-06]"));
        told.addAll(about(before, EnableStep::isEnforced, "lowered from enforced, so that clients with legacy authentication "
                + "accept the normal password again [PU-07]"));
        told.addAll(stoppedAppPasswords(before));
        told.addAll(askedAnyway(before, engine, time));
        return told;
    }

    @Override
    public String unchanged() {
        return "already enabled";
    }

    @Override
    public List<String> hints(List<UserState> before, List<UserState> after, PolicyEngine engine, Instant time) {
        List<UserState> registered = after.stream().filter(UserState::isMfaRegistered).toList();
        List<String> hints = new ArrayList<>();
        if (!registered.isEmpty()) {
            hints.add("note: " + names(registered) + (registered.size() == 1 ? " is" : " are")
                    + " already registered and will stay enabled until you run " + terms.enforce() + " [PU-06]");
        }
        stoppedAppPasswords(before).forEach(line -> hints.add("note: " + line.substring(4)));
        return hints;
    }
}
