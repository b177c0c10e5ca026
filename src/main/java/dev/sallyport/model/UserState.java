package dev.sallyport.model;

import java.time.Instant;
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

    /** A builder for an enabled member without groups, roles, methods and app passwords, whose per-user MFA is disabled. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds every value of this one, to change some of them. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.id = id;
        builder.userPrincipalName = userPrincipalName;
        builder.displayName = displayName;
        builder.accountEnabled = accountEnabled;
        builder.userType = userType;
        builder.externalUserType = externalUserType;
        builder.homeTenantId = homeTenantId;
        builder.memberOf = memberOf;
        builder.roles = roles;
        builder.perUserMfaState = perUserMfaState;
        builder.perUserMfaEnabledDateTime = perUserMfaEnabledDateTime;
        builder.firstSignInDateTime = firstSignInDateTime;
        builder.authenticationMethods = authenticationMethods;
        builder.appPasswords = appPasswords;
        builder.signInSessionsValidFromDateTime = signInSessionsValidFromDateTime;
        builder.rememberDevicesNotIssuedBefore = rememberDevicesNotIssuedBefore;
        builder.perUserMfaHistory = perUserMfaHistory;
        return builder;
    }

    /**
     * Builds a {@link UserState}. Set {@code id} and {@code userPrincipalName}; every other value is optional. A list must not be {@code
     * null}.
     */
    public static final class Builder {

        private String id;
        private String userPrincipalName;
        private String displayName;
        private boolean accountEnabled = true;
        private UserType userType = UserType.MEMBER;
        private GuestType externalUserType;
        private String homeTenantId;
        private List<String> memberOf = List.of();
        private List<String> roles = List.of();
        private PerUserMfaState perUserMfaState = PerUserMfaState.DISABLED;
        private Instant perUserMfaEnabledDateTime;
        private Instant firstSignInDateTime;
        private List<AuthenticationMethod> authenticationMethods = List.of();
        private List<AppPassword> appPasswords = List.of();
        private Instant signInSessionsValidFromDateTime;
        private Instant rememberDevicesNotIssuedBefore;
        private List<PerUserMfaChange> perUserMfaHistory = List.of();

        private Builder() { }

        /** The object id. */
        public Builder id(String value) {
            this.id = value;
            return this;
        }

        /** The user principal name. */
        public Builder userPrincipalName(String value) {
            this.userPrincipalName = value;
            return this;
        }

        /** The display name; {@code null} (default) if unknown. */
        public Builder displayName(String value) {
            this.displayName = value;
            return this;
        }

        /** Whether the account is enabled; default {@code true}. */
        public Builder accountEnabled(boolean value) {
            this.accountEnabled = value;
            return this;
        }

        /** Member (default) or guest. */
        public Builder userType(UserType value) {
            this.userType = value;
            return this;
        }

        /** The kind of external user; {@code null} (default) to derive it, see {@link UserState#guestType()}. */
        public Builder externalUserType(GuestType value) {
            this.externalUserType = value;
            return this;
        }

        /** The id of the home tenant of an external user; {@code null} (default) if unknown. */
        public Builder homeTenantId(String value) {
            this.homeTenantId = value;
            return this;
        }

        /** The names or ids of the groups that hold the user directly; default empty. */
        public Builder memberOf(List<String> value) {
            this.memberOf = value;
            return this;
        }

        /** The names or template ids of the active built-in roles; default empty. */
        public Builder roles(List<String> value) {
            this.roles = value;
            return this;
        }

        /** The state of per-user MFA; default {@code disabled}. */
        public Builder perUserMfaState(PerUserMfaState value) {
            this.perUserMfaState = value;
            return this;
        }

        /** The time when per-user MFA was enabled (PU-13); {@code null} (default) for long ago. */
        public Builder perUserMfaEnabledDateTime(Instant value) {
            this.perUserMfaEnabledDateTime = value;
            return this;
        }

        /** The time of the first interactive sign-in under security defaults (SD-REG-02); {@code null} (default) for long ago. */
        public Builder firstSignInDateTime(Instant value) {
            this.firstSignInDateTime = value;
            return this;
        }

        /** The registered methods; default empty. */
        public Builder authenticationMethods(List<AuthenticationMethod> value) {
            this.authenticationMethods = value;
            return this;
        }

        /** The app passwords; default empty. */
        public Builder appPasswords(List<AppPassword> value) {
            this.appPasswords = value;
            return this;
        }

        /** The time before which sessions are revoked (RV-01); {@code null} (default) for none. */
        public Builder signInSessionsValidFromDateTime(Instant value) {
            this.signInSessionsValidFromDateTime = value;
            return this;
        }

        /** The time before which remembered MFA is revoked (RM-06, RV-05); {@code null} (default) for none. */
        public Builder rememberDevicesNotIssuedBefore(Instant value) {
            this.rememberDevicesNotIssuedBefore = value;
            return this;
        }

        /** The changes of the state of per-user MFA, oldest first; default empty. */
        public Builder perUserMfaHistory(List<PerUserMfaChange> value) {
            this.perUserMfaHistory = value;
            return this;
        }

        /** The user with these values. */
        public UserState build() {
            return new UserState(id, userPrincipalName, displayName, accountEnabled, userType, externalUserType, homeTenantId, memberOf,
                    roles, perUserMfaState, perUserMfaEnabledDateTime, firstSignInDateTime, authenticationMethods, appPasswords,
                    signInSessionsValidFromDateTime, rememberDevicesNotIssuedBefore, perUserMfaHistory);
        }
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
