package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.List;

/** Removes methods; the per-user MFA state and app passwords stay (RV-05, RV-06). */
public final class UnregisterStep extends UserStep {

    /** Which methods are removed. */
    public enum Extent {
        /** All methods of one kind. */
        METHOD,
        /** Every method. */
        ALL,
        /** Phones, Authenticator and software OATH; hardware OATH is deactivated, and passkeys and certificates stay. */
        REQUIRE_REREGISTER
    }

    private final Extent extent;
    private final AuthenticationMethodMode method;

    /** @param method the kind of method; {@code null} unless the extent is {@code METHOD} */
    public UnregisterStep(Extent extent, AuthenticationMethodMode method, Terms terms) {
        super(terms);
        this.extent = extent;
        this.method = method;
    }

    @Override
    public String name() {
        return "unregister";
    }

    @Override
    public UserState of(UserState user, Instant time) {
        return switch (extent) {
            case METHOD -> Lifecycle.unregister(user, method);
            case ALL -> Lifecycle.unregisterAll(user);
            case REQUIRE_REREGISTER -> Lifecycle.requireReregistration(user);
        };
    }

    @Override
    public String unchanged() {
        return "without such a method";
    }

    @Override
    public List<String> hints(List<UserState> before, List<UserState> after, PolicyEngine engine, Instant time) {
        List<UserState> open = after.stream().filter(user -> user.perUserMfaState() != PerUserMfaState.DISABLED && !user.isMfaRegistered())
                .toList();
        return open.isEmpty() ? List.of() : List.of("note: " + names(open) + (open.size() == 1 ? " has" : " have")
                + " to register again at the next interactive sign-in; sessions continue until " + terms.revokeSessions() + " [RV-06]");
    }
}
