package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.explain.TenantCommands;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** PU-05, PU-12: from any state. Users who have never registered a method are asked about apart. */
public final class EnforceStep extends UserStep {

    private final boolean registeredOnly;

    /** @param registeredOnly whether users without a registered method are skipped */
    public EnforceStep(boolean registeredOnly, Terms terms) {
        super(terms);
        this.registeredOnly = registeredOnly;
    }

    @Override
    public String name() {
        return "enforce";
    }

    @Override
    public TenantCommands.Step tenant() {
        return TenantCommands.Step.ENFORCE;
    }

    @Override
    public UserState of(UserState user, Instant time) {
        return Lifecycle.enforce(user, time);
    }

    @Override
    public String unchanged() {
        return "already enforced";
    }

    @Override
    public String left(UserState user) {
        return registeredOnly && !user.isMfaRegistered() && user.perUserMfaState() != PerUserMfaState.ENFORCED ? "not registered, skipped"
                : null;
    }

    @Override
    public boolean needsPolicies() {
        return true;
    }

    @Override
    public boolean isApart(UserState user) {
        return !user.isMfaRegistered();
    }

    @Override
    public List<String> consequences(List<UserState> before, PolicyEngine engine, Instant time) {
        List<UserState> without = before.stream().filter(user -> user.appPasswords().isEmpty()).toList();
        List<String> told = new ArrayList<>();
        told.add("Per-user MFA becomes " + PerUserMfaState.ENFORCED.graphName() + " for " + names(before) + ":");
        told.add("  - browsers and modern apps ask for MFA at every sign-in, outside trusted IPs and remembered devices");
        told.add("  - clients with legacy authentication (IMAP, POP, SMTP, older Office) stop accepting the normal password; they need "
                + "app passwords"
                + (without.isEmpty() ? "" : ", and " + names(without) + (without.size() == 1 ? " has" : " have") + " none"));
        if (engine != null) {
            AppPasswordSteps.obstacles(before, engine, time).forEach(line -> told.add("  - " + line));
        }
        told.addAll(askedAnyway(before, engine, time));
        return told;
    }

    @Override
    public List<String> consequencesApart(List<UserState> apart) {
        return apart.isEmpty() ? List.of() : List.of("Never registered: " + names(apart),
                "  - let them register first: registering a method enforces an enabled user [PU-04]"
                        + (terms.registeredOnly().isEmpty() ? "" : "; " + terms.registeredOnly()),
                "  - if you enforce them now, they must register at the next sign-in, and an attacker with the password can do it first "
                        + "[REG-50, PU-12]");
    }

    @Override
    public List<String> hints(List<UserState> before, List<UserState> after, PolicyEngine engine, Instant time) {
        List<String> hints = new ArrayList<>();
        List<UserState> registered = after.stream().filter(UserState::isMfaRegistered).toList();
        List<UserState> unregistered = after.stream().filter(user -> !user.isMfaRegistered()).toList();
        if (!registered.isEmpty()) {
            boolean isOff = engine != null && !engine.policySet().mfaSettings().allowAppPasswords();
            hints.add("next: " + names(registered) + " may create app passwords "
                    + (isOff ? "once the tenant allows them (`allowAppPasswords: true`) [AP-01]: " : "now: ")
                    + (registered.size() == 1 ? terms.createAppPassword().replace("USER", registered.get(0).userPrincipalName())
                    : terms.createAppPassword()));
        }
        if (!unregistered.isEmpty()) {
            hints.add("note: not registered yet: " + names(unregistered)
                    + "; an attacker with the password can register first, so let them register from a trusted place [REG-50, REG-51]");
        }
        askedAnyway(after, engine, time).forEach(line -> hints.add("note: " + line.substring(4)));
        return hints;
    }
}
