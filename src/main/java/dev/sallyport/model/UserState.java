package dev.sallyport.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A user as the directory knows them: who they are, what they are a member of, and the state of their MFA.
 *
 * @param id                       the object id
 * @param externalUserType         {@code null} for an own user; see {@link #guestType()}
 * @param homeTenantId             the home tenant of an external user, or {@code null} when it is not known
 * @param memberOf                 names or ids of groups, direct membership; nesting is resolved by the directory
 * @param roles                    names or template ids of active built-in roles
 * @param perUserMfaEnabledDateTime when per-user MFA was enabled; {@code null} means long ago (the grace period has ended)
 * @param firstSignInDateTime      first interactive sign-in under security defaults (SD-REG-02); {@code null} means long ago
 * @param signInSessionsValidFromDateTime sessions that began before are revoked (RV-01); {@code null} for none
 * @param rememberDevicesNotIssuedBefore MFA remembered on a device before that no longer counts (RM-06, RV-05); {@code null} for none
 * @param perUserMfaHistory        how the state of per-user MFA came to be what it is, oldest first; nothing is decided by it
 */
public record UserState(String id, String userPrincipalName, String displayName, boolean accountEnabled, UserType userType,
        GuestType externalUserType, String homeTenantId, List<String> memberOf, List<String> roles, PerUserMfaState perUserMfaState,
        Instant perUserMfaEnabledDateTime, Instant firstSignInDateTime, List<AuthenticationMethod> authenticationMethods,
        List<AppPassword> appPasswords, Instant signInSessionsValidFromDateTime, Instant rememberDevicesNotIssuedBefore,
        List<PerUserMfaChange> perUserMfaHistory) {

    public UserState {
        memberOf = List.copyOf(memberOf);
        roles = List.copyOf(roles);
        authenticationMethods = List.copyOf(authenticationMethods);
        appPasswords = List.copyOf(appPasswords);
        perUserMfaHistory = List.copyOf(perUserMfaHistory);
    }

    /** Of a user of whom no history is kept. */
    public UserState(String id, String userPrincipalName, String displayName, boolean accountEnabled, UserType userType, GuestType externalUserType,
            String homeTenantId, List<String> memberOf, List<String> roles, PerUserMfaState perUserMfaState, Instant perUserMfaEnabledDateTime,
            Instant firstSignInDateTime, List<AuthenticationMethod> authenticationMethods, List<AppPassword> appPasswords,
            Instant signInSessionsValidFromDateTime, Instant rememberDevicesNotIssuedBefore) {
        this(id, userPrincipalName, displayName, accountEnabled, userType, externalUserType, homeTenantId, memberOf, roles, perUserMfaState,
                perUserMfaEnabledDateTime, firstSignInDateTime, authenticationMethods, appPasswords, signInSessionsValidFromDateTime,
                rememberDevicesNotIssuedBefore, List.of());
    }

    /** Of a user whose remembered devices were never revoked. */
    public UserState(String id, String userPrincipalName, String displayName, boolean accountEnabled, UserType userType, GuestType externalUserType,
            String homeTenantId, List<String> memberOf, List<String> roles, PerUserMfaState perUserMfaState, Instant perUserMfaEnabledDateTime,
            Instant firstSignInDateTime, List<AuthenticationMethod> authenticationMethods, List<AppPassword> appPasswords,
            Instant signInSessionsValidFromDateTime) {
        this(id, userPrincipalName, displayName, accountEnabled, userType, externalUserType, homeTenantId, memberOf, roles, perUserMfaState,
                perUserMfaEnabledDateTime, firstSignInDateTime, authenticationMethods, appPasswords, signInSessionsValidFromDateTime, null);
    }

    /**
     * A registered method.
     *
     * @param isUsable     whether the authentication methods policy still allows it (AS-06, RPT-12)
     * @param phoneNumber  of a phone, as Graph's {@code phoneAuthenticationMethod} has it; {@code null} when it is not known
     * @param emailAddress of an email method; {@code null} when it is not known
     */
    public record AuthenticationMethod(AuthenticationMethodMode method, String displayName, boolean isDefault, Instant createdDateTime,
            boolean isUsable, String phoneNumber, String emailAddress) {

        /** A method of which neither number nor address is known. */
        public AuthenticationMethod(AuthenticationMethodMode method, String displayName, boolean isDefault, Instant createdDateTime, boolean isUsable) {
            this(method, displayName, isDefault, createdDateTime, isUsable, null, null);
        }

        /** The same method as the default. */
        AuthenticationMethod asDefault() {
            return new AuthenticationMethod(method, displayName, true, createdDateTime, isUsable, phoneNumber, emailAddress);
        }

        /** The same method, which can no longer be used. */
        AuthenticationMethod deactivated() {
            return new AuthenticationMethod(method, displayName, false, createdDateTime, false, phoneNumber, emailAddress);
        }
    }

    /**
     * A change of the state of per-user MFA.
     *
     * @param by the command that made it, such as {@code users enforce}
     */
    public record PerUserMfaChange(Instant dateTime, PerUserMfaState from, PerUserMfaState to, String by) { }

    /** An app password; only a salted hash of it is kept (AP-09). */
    public record AppPassword(String id, String displayName, Instant createdDateTime, String hash) {

        /** Without the hash, which belongs into no log. */
        @Override
        public String toString() {
            return "AppPassword[id=" + id + ", displayName=" + displayName + ", createdDateTime=" + createdDateTime + "]";
        }
    }

    /** The same user with another state of the account. */
    public UserState withAccountEnabled(boolean enabled) {
        return new UserState(id, userPrincipalName, displayName, enabled, userType, externalUserType, homeTenantId, memberOf, roles, perUserMfaState,
                perUserMfaEnabledDateTime, firstSignInDateTime, authenticationMethods, appPasswords, signInSessionsValidFromDateTime,
                rememberDevicesNotIssuedBefore, perUserMfaHistory);
    }

    /** The same user with one more change of the state of per-user MFA in the history. */
    UserState withHistory(PerUserMfaChange change) {
        List<PerUserMfaChange> history = new ArrayList<>(perUserMfaHistory);
        history.add(change);
        return new UserState(id, userPrincipalName, displayName, accountEnabled, userType, externalUserType, homeTenantId, memberOf, roles, perUserMfaState,
                perUserMfaEnabledDateTime, firstSignInDateTime, authenticationMethods, appPasswords, signInSessionsValidFromDateTime,
                rememberDevicesNotIssuedBefore, history);
    }

    /** The same user with another state of per-user MFA, enabled since then. */
    public UserState withPerUserMfa(PerUserMfaState state, Instant enabled) {
        return new UserState(id, userPrincipalName, displayName, accountEnabled, userType, externalUserType, homeTenantId, memberOf, roles, state, enabled,
                firstSignInDateTime, authenticationMethods, appPasswords, signInSessionsValidFromDateTime, rememberDevicesNotIssuedBefore, perUserMfaHistory);
    }

    /** The same user with another first sign-in. */
    UserState withFirstSignIn(Instant first) {
        return new UserState(id, userPrincipalName, displayName, accountEnabled, userType, externalUserType, homeTenantId, memberOf, roles, perUserMfaState,
                perUserMfaEnabledDateTime, first, authenticationMethods, appPasswords, signInSessionsValidFromDateTime, rememberDevicesNotIssuedBefore, perUserMfaHistory);
    }

    /** The same user with other methods and app passwords. */
    UserState withCredentials(List<AuthenticationMethod> methods, List<AppPassword> passwords) {
        return new UserState(id, userPrincipalName, displayName, accountEnabled, userType, externalUserType, homeTenantId, memberOf, roles, perUserMfaState,
                perUserMfaEnabledDateTime, firstSignInDateTime, methods, passwords, signInSessionsValidFromDateTime, rememberDevicesNotIssuedBefore, perUserMfaHistory);
    }

    /** The same user, of whose sessions and remembered devices only later ones count. */
    UserState withValidFrom(Instant sessions, Instant rememberedDevices) {
        return new UserState(id, userPrincipalName, displayName, accountEnabled, userType, externalUserType, homeTenantId, memberOf, roles, perUserMfaState,
                perUserMfaEnabledDateTime, firstSignInDateTime, authenticationMethods, appPasswords, sessions, rememberedDevices, perUserMfaHistory);
    }

    /** The kind of guest (CA-GST-01..06), or {@code null} for an own member; what is not said is told from the user principal name. */
    public GuestType guestType() {
        if (externalUserType != null) {
            return externalUserType;
        }
        boolean comesFromElsewhere = userPrincipalName != null && userPrincipalName.contains("#EXT#");
        if (userType == UserType.GUEST) {
            return comesFromElsewhere ? GuestType.B2B_COLLABORATION_GUEST : GuestType.INTERNAL_GUEST;
        }
        return comesFromElsewhere ? GuestType.B2B_COLLABORATION_MEMBER : null;
    }

    /** Whether this is the user of a user principal name or id, in any case. */
    public boolean isNamed(String nameOrId) {
        String name = WellKnown.fold(nameOrId);
        return id != null && name.equals(WellKnown.fold(id)) || userPrincipalName != null && name.equals(WellKnown.fold(userPrincipalName));
    }

    /** Whether the user authenticates in another tenant (section 13). */
    public boolean isExternal() {
        GuestType type = guestType();
        return type != null && type != GuestType.INTERNAL_GUEST;
    }

    /** Whether a method is registered that can serve as a second factor (RPT-03, RPT-12, RPT-13). */
    public boolean isMfaRegistered() {
        for (AuthenticationMethod registered : authenticationMethods) {
            if (registered.isUsable() && isStrong(registered.method())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a Temporary Access Pass can stand in for a registered method (REG-42, TAP-01). */
    public boolean hasTemporaryAccessPass() {
        for (AuthenticationMethod registered : authenticationMethods) {
            if (registered.isUsable() && (registered.method() == AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_ONE_TIME
                    || registered.method() == AuthenticationMethodMode.TEMPORARY_ACCESS_PASS_MULTI_USE)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a method makes a user registered for MFA (RPT-13, AP-24). */
    public static boolean isStrong(AuthenticationMethodMode method) {
        return switch (method) {
            case VOICE, HARDWARE_OATH, SOFTWARE_OATH, SMS, FIDO2, WINDOWS_HELLO_FOR_BUSINESS, MICROSOFT_AUTHENTICATOR_PUSH,
                    DEVICE_BASED_PUSH, X509_CERTIFICATE_MULTI_FACTOR, FEDERATED_MULTI_FACTOR -> true;
            default -> false;
        };
    }
}
