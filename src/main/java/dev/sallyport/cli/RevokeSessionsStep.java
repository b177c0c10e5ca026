package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.explain.TenantCommands;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** RV-01: the users have to sign in again; RV-05 for remembered MFA only. */
public final class RevokeSessionsStep extends UserStep {

    private final boolean isRememberedMfa;

    /** The earliest of the revocations that stay as they are, and the time that was not later. */
    private Instant already;
    private Instant asked;

    /** @param isRememberedMfa whether only remembered MFA is revoked, and sessions continue */
    public RevokeSessionsStep(boolean isRememberedMfa, Terms terms) {
        super(terms);
        this.isRememberedMfa = isRememberedMfa;
    }

    @Override
    public String name() {
        return "revoke-sessions";
    }

    @Override
    public TenantCommands.Step tenant() {
        return isRememberedMfa ? null : TenantCommands.Step.REVOKE_SESSIONS;
    }

    @Override
    public UserState of(UserState user, Instant time) {
        UserState after = isRememberedMfa ? Lifecycle.revokeRememberedMfa(user, time) : Lifecycle.revokeSessions(user, time);
        Instant since = isRememberedMfa ? user.rememberDevicesNotIssuedBefore() : user.signInSessionsValidFromDateTime();
        if (after.equals(user) && (already == null || since.isBefore(already))) {
            already = since;
            asked = time;
        }
        return after;
    }

    @Override
    public String nothingToChange(List<UserState> users) {
        return (isRememberedMfa ? "remembered MFA of " + names(users) + " is " : "sessions of " + names(users) + " are ") + unchanged();
    }

    @Override
    public List<String> consequences(List<UserState> before, PolicyEngine engine, Instant time) {
        List<String> told = new ArrayList<>();
        if (isRememberedMfa) {
            told.add("No device of " + names(before) + " remains remembered:");
            told.add("  - they are asked for MFA again where it was remembered; sessions continue");
            return told;
        }
        told.add("Sessions from before " + time + " are revoked for " + names(before) + ":");
        told.add("  - each of them must sign in again");
        told.addAll(about(before, user -> !user.isMfaRegistered(), "asked to register at that sign-in if MFA is required, and an attacker "
                + "with the password can do it first [REG-50, REG-53]"));
        told.addAll(about(before, user -> !user.appPasswords().isEmpty(), "app passwords keep working [AP-25]"));
        return told;
    }

    @Override
    public String unchanged() {
        return "already revoked since " + already + (already.isAfter(asked) ? ", which is later than " + asked : "");
    }

    @Override
    public List<String> hints(List<UserState> before, List<UserState> after, PolicyEngine engine, Instant time) {
        List<UserState> holders = after.stream().filter(user -> !user.appPasswords().isEmpty()).toList();
        return isRememberedMfa || holders.isEmpty() ? List.of() : List.of("note: the app passwords of " + names(holders)
                + " keep working [AP-25]");
    }
}
