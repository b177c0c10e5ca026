package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.explain.TenantCommands;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** PU-05: from any state. */
public final class DisableStep extends UserStep {

    /** A step in the terms of a place. */
    public DisableStep(Terms terms) {
        super(terms);
    }

    @Override
    public String name() {
        return "disable";
    }

    @Override
    public TenantCommands.Step tenant() {
        return TenantCommands.Step.DISABLE;
    }

    @Override
    public UserState of(UserState user, Instant time) {
        return Lifecycle.disable(user);
    }

    @Override
    public String unchanged() {
        return "disabled already";
    }

    @Override
    public List<String> consequences(List<UserState> before, PolicyEngine engine, Instant time) {
        List<String> told = new ArrayList<>();
        told.add("Per-user MFA becomes " + PerUserMfaState.DISABLED.graphName() + " for " + names(before) + ":");
        told.add("  - a password alone is enough, unless security defaults or Conditional Access ask for more");
        told.addAll(stoppedAppPasswords(before));
        return told;
    }

    @Override
    public List<String> hints(List<UserState> before, List<UserState> after, PolicyEngine engine, Instant time) {
        List<UserState> holders = after.stream().filter(user -> !user.appPasswords().isEmpty()).toList();
        return holders.isEmpty() ? List.of() : List.of("note: the app passwords of " + names(holders)
                + " are kept but refused; to remove them, " + terms.deleteAppPasswords() + " [AP-20]");
    }
}
