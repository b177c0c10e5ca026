package dev.sallyport;

import dev.sallyport.UserState.AuthenticationMethod;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.PerUserMfaState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How the state of a user's MFA moves on (section 10.1): pure functions from a state to the next one. The time is always the
 * caller's.
 */
public final class Lifecycle {

    private Lifecycle() { }

    /** An administrator enables per-user MFA; the grace period begins now (PU-05, PU-13). A user who is enabled stays as they are. */
    public static UserState enable(UserState user, Instant now) {
        return user.perUserMfaState() == PerUserMfaState.ENABLED ? user : with(user, PerUserMfaState.ENABLED, now);
    }

    /** An administrator enforces per-user MFA (PU-05). */
    public static UserState enforce(UserState user, Instant now) {
        Instant enabled = user.perUserMfaEnabledDateTime();
        return with(user, PerUserMfaState.ENFORCED, enabled == null ? now : enabled);
    }

    /** An administrator disables per-user MFA; methods and app passwords stay, and app passwords are refused (PU-05, AP-20). */
    public static UserState disable(UserState user) {
        return with(user, PerUserMfaState.DISABLED, null);
    }

    /**
     * The user registers a method. Whoever is enabled and had none that is strong is enforced from then on (PU-04, PU-06).
     *
     * @param displayName the name of the method, or {@code null}
     */
    public static UserState register(UserState user, AuthenticationMethodMode method, String displayName, Instant now) {
        boolean completes = UserState.isStrong(method) && !user.isMfaRegistered();
        List<AuthenticationMethod> methods = new ArrayList<>(user.authenticationMethods());
        methods.add(new AuthenticationMethod(method, displayName, completes, now, true));
        UserState registered = with(user, methods);
        return completes && user.perUserMfaState() == PerUserMfaState.ENABLED
                ? with(registered, PerUserMfaState.ENFORCED, user.perUserMfaEnabledDateTime()) : registered;
    }

    /** Sessions that began before now are revoked; app passwords and methods stay (RV-01, AP-25). */
    public static UserState revokeSessions(UserState user, Instant now) {
        return new UserState(user.id(), user.userPrincipalName(), user.displayName(), user.accountEnabled(), user.userType(), user.externalUserType(),
                user.homeTenantId(), user.memberOf(), user.roles(), user.perUserMfaState(), user.perUserMfaEnabledDateTime(), user.firstSignInDateTime(),
                user.authenticationMethods(), user.appPasswords(), now);
    }

    private static UserState with(UserState user, PerUserMfaState state, Instant enabled) {
        return new UserState(user.id(), user.userPrincipalName(), user.displayName(), user.accountEnabled(), user.userType(), user.externalUserType(),
                user.homeTenantId(), user.memberOf(), user.roles(), state, enabled, user.firstSignInDateTime(), user.authenticationMethods(),
                user.appPasswords(), user.signInSessionsValidFromDateTime());
    }

    private static UserState with(UserState user, List<AuthenticationMethod> methods) {
        return new UserState(user.id(), user.userPrincipalName(), user.displayName(), user.accountEnabled(), user.userType(), user.externalUserType(),
                user.homeTenantId(), user.memberOf(), user.roles(), user.perUserMfaState(), user.perUserMfaEnabledDateTime(), user.firstSignInDateTime(),
                methods, user.appPasswords(), user.signInSessionsValidFromDateTime());
    }
}
