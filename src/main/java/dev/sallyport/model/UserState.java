package dev.sallyport.model;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user as the directory knows them: identity, memberships and the state of MFA. Immutable.
 *
 * @param id the object id; ids compare without regard to case
 * @param userPrincipalName the user principal name; it compares without regard to case
 * @param displayName the display name; {@code null} if unknown
 * @param accountEnabled whether the account is enabled
 * @param userType member or guest
 * @param externalUserType the kind of external user; {@code null} to derive it, see {@link #guestType()}
 * @param homeTenantId the id of the home tenant of an external user; {@code null} if unknown
 * @param memberOf the names or ids of the groups that hold the user directly; the directory resolves nesting (CA-USR-09)
 * @param roles the names or template ids of the active built-in roles in the whole tenant (CA-USR-10)
 * @param scopedRoles the active built-in roles in a part of the tenant; they count for security defaults only (DEC-13)
 * @param perUserMfaState the state of per-user MFA (PU-01 to PU-03)
 * @param perUserMfaEnabledDateTime the time when per-user MFA was enabled (PU-13); {@code null} for long ago, so that the grace period
 *     has ended
 * @param firstSignInDateTime the time of the first interactive sign-in under security defaults (SD-REG-02); {@code null} for long ago
 * @param authenticationMethods the registered methods
 * @param appPasswords the app passwords (AP-05)
 * @param signInSessionsValidFromDateTime the time before which sessions are revoked (RV-01); {@code null} for none
 * @param rememberDevicesNotIssuedBefore the time before which remembered MFA is revoked (RM-06, RV-05); {@code null} for none
 * @param perUserMfaHistory the changes of the state of per-user MFA, oldest first; they decide nothing
 * @param identityParentId the name or id of the agent identity whose user account this is (AGT-10); empty for an agent user whose agent
 *     is unknown, {@code null} for a person
 */
public record UserState(String id, String userPrincipalName, @Nullable String displayName, boolean accountEnabled, UserType userType,
        @Nullable GuestType externalUserType, @Nullable String homeTenantId, List<String> memberOf, List<String> roles,
        List<ScopedRole> scopedRoles, PerUserMfaState perUserMfaState, @Nullable Instant perUserMfaEnabledDateTime,
        @Nullable Instant firstSignInDateTime,
        List<AuthenticationMethod> authenticationMethods, List<AppPassword> appPasswords,
        @Nullable Instant signInSessionsValidFromDateTime, @Nullable Instant rememberDevicesNotIssuedBefore,
        List<PerUserMfaChange> perUserMfaHistory, @Nullable String identityParentId) {

    /**
     * Makes a user.
     *
     * @throws NullPointerException if a value that has no {@code null} above is missing
     */
    public UserState {
        Objects.requireNonNull(id, "`id` is missing");
        Objects.requireNonNull(userPrincipalName, "`userPrincipalName` is missing");
        Objects.requireNonNull(userType, "`userType` is missing");
        Objects.requireNonNull(perUserMfaState, "`perUserMfaState` is missing");
        memberOf = List.copyOf(memberOf);
        roles = List.copyOf(roles);
        scopedRoles = List.copyOf(scopedRoles);
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
        builder.scopedRoles = scopedRoles;
        builder.perUserMfaState = perUserMfaState;
        builder.perUserMfaEnabledDateTime = perUserMfaEnabledDateTime;
        builder.firstSignInDateTime = firstSignInDateTime;
        builder.authenticationMethods = authenticationMethods;
        builder.appPasswords = appPasswords;
        builder.signInSessionsValidFromDateTime = signInSessionsValidFromDateTime;
        builder.rememberDevicesNotIssuedBefore = rememberDevicesNotIssuedBefore;
        builder.perUserMfaHistory = perUserMfaHistory;
        builder.identityParentId = identityParentId;
        return builder;
    }

    /**
     * Builds a {@link UserState}. Set {@code id} and {@code userPrincipalName}; every other value is optional. A list must not be
     * {@code null}.
     */
    public static final class Builder {

        private @Nullable String id;
        private @Nullable String userPrincipalName;
        private @Nullable String displayName;
        private boolean accountEnabled = true;
        private UserType userType = UserType.MEMBER;
        private @Nullable GuestType externalUserType;
        private @Nullable String homeTenantId;
        private List<String> memberOf = List.of();
        private List<String> roles = List.of();
        private List<ScopedRole> scopedRoles = List.of();
        private PerUserMfaState perUserMfaState = PerUserMfaState.DISABLED;
        private @Nullable Instant perUserMfaEnabledDateTime;
        private @Nullable Instant firstSignInDateTime;
        private List<AuthenticationMethod> authenticationMethods = List.of();
        private List<AppPassword> appPasswords = List.of();
        private @Nullable Instant signInSessionsValidFromDateTime;
        private @Nullable Instant rememberDevicesNotIssuedBefore;
        private List<PerUserMfaChange> perUserMfaHistory = List.of();
        private @Nullable String identityParentId;

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
        public Builder displayName(@Nullable String value) {
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
        public Builder externalUserType(@Nullable GuestType value) {
            this.externalUserType = value;
            return this;
        }

        /** The id of the home tenant of an external user; {@code null} (default) if unknown. */
        public Builder homeTenantId(@Nullable String value) {
            this.homeTenantId = value;
            return this;
        }

        /** The names or ids of the groups that hold the user directly; default empty. */
        public Builder memberOf(List<String> value) {
            this.memberOf = value;
            return this;
        }

        /** The names or template ids of the active built-in roles in the whole tenant; default empty. */
        public Builder roles(List<String> value) {
            this.roles = value;
            return this;
        }

        /** The active built-in roles in a part of the tenant (DEC-13); default empty. */
        public Builder scopedRoles(List<ScopedRole> value) {
            this.scopedRoles = value;
            return this;
        }

        /** The state of per-user MFA; default {@code disabled}. */
        public Builder perUserMfaState(PerUserMfaState value) {
            this.perUserMfaState = value;
            return this;
        }

        /** The time when per-user MFA was enabled (PU-13); {@code null} (default) for long ago. */
        public Builder perUserMfaEnabledDateTime(@Nullable Instant value) {
            this.perUserMfaEnabledDateTime = value;
            return this;
        }

        /** The time of the first interactive sign-in under security defaults (SD-REG-02); {@code null} (default) for long ago. */
        public Builder firstSignInDateTime(@Nullable Instant value) {
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
        public Builder signInSessionsValidFromDateTime(@Nullable Instant value) {
            this.signInSessionsValidFromDateTime = value;
            return this;
        }

        /** The time before which remembered MFA is revoked (RM-06, RV-05); {@code null} (default) for none. */
        public Builder rememberDevicesNotIssuedBefore(@Nullable Instant value) {
            this.rememberDevicesNotIssuedBefore = value;
            return this;
        }

        /** The changes of the state of per-user MFA, oldest first; default empty. */
        public Builder perUserMfaHistory(List<PerUserMfaChange> value) {
            this.perUserMfaHistory = value;
            return this;
        }

        /**
         * The name or id of the agent identity whose user account this is (AGT-10); empty for an agent user whose agent is unknown,
         * {@code null} (default) for a person.
         */
        public Builder identityParentId(@Nullable String value) {
            this.identityParentId = value;
            return this;
        }

        /**
         * The user with these values.
         *
         * @throws NullPointerException if {@code id} or {@code userPrincipalName} is missing
         */
        public UserState build() {
            return new UserState(Objects.requireNonNull(id, "`id` is missing"),
                    Objects.requireNonNull(userPrincipalName, "`userPrincipalName` is missing"), displayName, accountEnabled, userType,
                    externalUserType, homeTenantId, memberOf, roles, scopedRoles, perUserMfaState, perUserMfaEnabledDateTime,
                    firstSignInDateTime, authenticationMethods, appPasswords, signInSessionsValidFromDateTime,
                    rememberDevicesNotIssuedBefore, perUserMfaHistory, identityParentId);
        }
    }

    /**
     * A built-in role in a part of the tenant (DEC-13).
     *
     * @param role the name or template id of the role
     * @param directoryScopeId the part, as in Graph's {@code unifiedRoleAssignment}: {@code /administrativeUnits/} and an id, or
     *     {@code /} and the id of an object
     */
    public record ScopedRole(String role, String directoryScopeId) {

        public ScopedRole {
            if (directoryScopeId.equals("/")) {
                throw new IllegalArgumentException("the scope / is the whole tenant: write the role into roles");
            }
        }
    }

    /**
     * A registered method.
     *
     * @param method the method (AS-01)
     * @param displayName the name that the user gave it; {@code null} for none
     * @param isDefault whether it is the default method of the user
     * @param createdDateTime the time of the registration; {@code null} if unknown
     * @param isUsable whether the authentication methods policy still allows it (AS-06, RPT-12)
     * @param phoneNumber the number of a phone, as in Graph's {@code phoneAuthenticationMethod}; {@code null} if unknown
     * @param emailAddress the address of an email method; {@code null} if unknown
     */
    public record AuthenticationMethod(AuthenticationMethodMode method, @Nullable String displayName, boolean isDefault,
            @Nullable Instant createdDateTime, boolean isUsable, @Nullable String phoneNumber, @Nullable String emailAddress) {

        /** A method without a phone number and an email address. */
        public AuthenticationMethod(AuthenticationMethodMode method, @Nullable String displayName, boolean isDefault,
                @Nullable Instant createdDateTime, boolean isUsable) {
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
     * @param dateTime the time of the change
     * @param from the state before
     * @param to the state after
     * @param by the command that made the change, such as {@code users enforce}; {@code null} if unknown
     */
    public record PerUserMfaChange(Instant dateTime, PerUserMfaState from, PerUserMfaState to, @Nullable String by) { }

    /**
     * An app password, of which only a salted hash is kept (AP-09).
     *
     * @param id the id
     * @param displayName the name that the user gave it; {@code null} for none
     * @param createdDateTime the time of its creation; {@code null} if unknown
     * @param hash the hash, as {@link AppPasswords#hash} makes it; {@code null} for one that matches nothing
     */
    public record AppPassword(String id, @Nullable String displayName, @Nullable Instant createdDateTime, @Nullable String hash) {

        /** The values except the hash, which must not be logged. */
        @Override
        public String toString() {
            return "AppPassword[id=" + id + ", displayName=" + displayName + ", createdDateTime=" + createdDateTime + "]";
        }
    }

    /**
     * The kind of guest (CA-GST-01 to CA-GST-06); {@code null} for a member of this tenant. Without an {@code externalUserType} it follows
     * from the user type and the {@code #EXT#} in the user principal name.
     */
    public @Nullable GuestType guestType() {
        if (externalUserType != null) {
            return externalUserType;
        }
        boolean comesFromElsewhere = userPrincipalName != null && userPrincipalName.contains("#EXT#");
        if (userType == UserType.GUEST) {
            return comesFromElsewhere ? GuestType.B2B_COLLABORATION_GUEST : GuestType.INTERNAL_GUEST;
        }
        return comesFromElsewhere ? GuestType.B2B_COLLABORATION_MEMBER : null;
    }

    /** Whether this user has a user principal name or id, without regard to case. */
    public boolean isNamed(String nameOrId) {
        String name = WellKnown.fold(nameOrId);
        return id != null && name.equals(WellKnown.fold(id)) || userPrincipalName != null && name.equals(WellKnown.fold(userPrincipalName));
    }

    /** Whether this is the user account of an agent, and not a person's (AGT-10). */
    public boolean isAgentUser() {
        return identityParentId != null;
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

    /** Whether a method makes a user registered for MFA (RPT-13, AP-24, DEC-12). */
    public static boolean isStrong(AuthenticationMethodMode method) {
        return switch (method) {
            case VOICE, HARDWARE_OATH, SOFTWARE_OATH, SMS, FIDO2, WINDOWS_HELLO_FOR_BUSINESS, MICROSOFT_AUTHENTICATOR_PUSH,
                    DEVICE_BASED_PUSH, X509_CERTIFICATE_MULTI_FACTOR, FEDERATED_MULTI_FACTOR, EXTERNAL_AUTHENTICATION_METHOD,
                    PLATFORM_CREDENTIAL -> true;
            default -> false;
        };
    }
}
