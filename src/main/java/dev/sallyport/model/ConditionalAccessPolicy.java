package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Conditional Access policy (CA-POL-01 to CA-POL-09).
 *
 * @param id the id
 * @param displayName the name
 * @param state the state (CA-POL-05)
 * @param conditions the conditions (CA-SET-01)
 * @param grantControls the grant controls; {@code null} if the policy has session controls only (CA-POL-08)
 * @param sessionControls the session controls; {@link SessionControls#NONE} for none
 * @param notEvaluated the fields that are not evaluated: a condition among them counts as satisfied (CA-SET-10, IMP-02), a grant control
 *     as never met (IMP-03), a session control as absent (IMP-04)
 * @param annotations the values that decide nothing
 * @param source the position of its declaration
 */
public record ConditionalAccessPolicy(String id, String displayName, PolicyState state, Conditions conditions,
        @Nullable GrantControls grantControls, SessionControls sessionControls, List<String> notEvaluated, Annotations annotations,
        Position source) {

    /** Makes a policy without annotations. */
    public ConditionalAccessPolicy(String id, String displayName, PolicyState state, Conditions conditions,
            @Nullable GrantControls grantControls, SessionControls sessionControls, List<String> notEvaluated, Position source) {
        this(id, displayName, state, conditions, grantControls, sessionControls, notEvaluated, Annotations.NONE, source);
    }

    /** The same policy in another state. */
    public ConditionalAccessPolicy with(PolicyState other) {
        return new ConditionalAccessPolicy(id, displayName, other, conditions, grantControls, sessionControls, notEvaluated, annotations,
                source);
    }

    /**
     * The values of a policy that decide nothing, as they were written, for conversions (CA-POL-03, CA-POL-04, CA-POL-06).
     *
     * @param templateId the id of the template; {@code null} for none
     * @param description the description; {@code null} for none
     * @param createdDateTime the time of creation, as text with the digits of the source; {@code null} if unknown
     * @param modifiedDateTime the time of the last change, as text with the digits of the source; {@code null} if unknown
     * @param unmodelled the settings that no other component holds as they were written: JSON text by path, such as
     *     {@code sessionControls.continuousAccessEvaluation}
     */
    public record Annotations(@Nullable String templateId, @Nullable String description, @Nullable String createdDateTime,
            @Nullable String modifiedDateTime, Map<String, String> unmodelled) {

        /** No annotations. */
        public static final Annotations NONE = new Annotations(null, null, null, null, Map.of());

        public Annotations {
            unmodelled = Map.copyOf(unmodelled);
        }
    }

    /**
     * The conditions (CA-SET-01 to CA-SET-08). An empty set and {@code null} mean that a condition is not configured.
     *
     * @param users the users (CA-USR-01)
     * @param clientApplications the workload identities and agent identities (CA-WID-02, AGT-03); {@code null} for a policy about users
     * @param agents the agent users (AGT-02); {@code null} if not configured
     * @param applications the applications, user actions and authentication contexts
     * @param clientAppTypes the client types (CA-CLI-01)
     * @param platforms the device platforms (CA-PLT-01); {@code null} if not configured
     * @param locations the locations (CA-LOC-01); {@code null} if not configured
     * @param signInRiskLevels the levels of sign-in risk (CA-RSK-01)
     * @param userRiskLevels the levels of user risk (CA-RSK-01)
     * @param servicePrincipalRiskLevels the levels of risk of workload identities (CA-RSK-09)
     * @param agentIdRiskLevels the levels of risk of agents (AGT-07)
     * @param insiderRiskLevels the levels of insider risk (CA-RSK-08)
     * @param deviceFilter the filter for devices (CA-DEV-01); {@code null} if not configured
     * @param excludedDeviceStates the device states that are excluded (CA-DST-01)
     * @param transferMethods the authentication flows (CA-FLW-01)
     * @param times the times (CA-SET-08); {@code null} if not configured
     */
    public record Conditions(Users users, @Nullable ClientApplications clientApplications, @Nullable Agents agents,
            Applications applications, Set<ClientAppType> clientAppTypes, @Nullable Platforms platforms, @Nullable Locations locations,
            Set<RiskLevel> signInRiskLevels, Set<RiskLevel> userRiskLevels, Set<RiskLevel> servicePrincipalRiskLevels,
            Set<RiskLevel> agentIdRiskLevels, Set<InsiderRiskLevel> insiderRiskLevels, @Nullable FilterRule deviceFilter,
            Set<DeviceState> excludedDeviceStates, Set<TransferMethod> transferMethods, @Nullable TimeCondition times) {

        /** Whether the client app condition is configured; {@code all} is not a condition (CA-CLI-02, CA-CLI-03). */
        public boolean limitsClientAppTypes() {
            return !clientAppTypes.isEmpty() && !clientAppTypes.contains(ClientAppType.ALL);
        }

        /** Whether authentication flows are configured (CA-FLW-06). */
        public boolean limitsTransferMethods() {
            return transferMethods.contains(TransferMethod.DEVICE_CODE_FLOW)
                    || transferMethods.contains(TransferMethod.AUTHENTICATION_TRANSFER);
        }

        /** Whether the policy has a condition about sign-in or user risk. */
        public boolean isRiskBased() {
            return !signInRiskLevels.isEmpty() || !userRiskLevels.isEmpty();
        }
    }

    /** A device state that older policies exclude (CA-DST-01). */
    public enum DeviceState {
        /** The device is compliant. */
        COMPLIANT,
        /** The device is hybrid joined. */
        DOMAIN_JOINED
    }

    /**
     * The users of a policy, included and excluded (CA-USR-01).
     *
     * @param includeUsers the users that are included, or {@code All}, {@code None}, {@code GuestsOrExternalUsers} or
     *     {@code AllAgentIdUsers} (AGT-01)
     * @param excludeUsers the users that are excluded, or {@code GuestsOrExternalUsers} or {@code AllAgentIdUsers}
     * @param includeGroups the groups that are included
     * @param excludeGroups the groups that are excluded
     * @param includeRoles the roles that are included
     * @param excludeRoles the roles that are excluded
     * @param includeGuestsOrExternalUsers the guests that are included; {@code null} for none
     * @param excludeGuestsOrExternalUsers the guests that are excluded; {@code null} for none
     */
    public record Users(List<Reference> includeUsers, List<Reference> excludeUsers, List<Reference> includeGroups,
            List<Reference> excludeGroups, List<Reference> includeRoles, List<Reference> excludeRoles,
            @Nullable GuestsOrExternalUsers includeGuestsOrExternalUsers,
            @Nullable GuestsOrExternalUsers excludeGuestsOrExternalUsers) {

        /** No users. */
        public static final Users NONE = new Users(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null, null);

        /** Whether the include side names no users. */
        public boolean includesNobody() {
            return includeUsers.stream().allMatch(user -> user.id().equalsIgnoreCase("None")) && includeGroups.isEmpty()
                    && includeRoles.isEmpty() && includeGuestsOrExternalUsers == null;
        }
    }

    /**
     * Guests by kind and home tenant (CA-GST-01 to CA-GST-08).
     *
     * @param types the kinds of guests
     * @param tenants the ids of the home tenants; {@code null} for all
     */
    public record GuestsOrExternalUsers(Set<GuestType> types, @Nullable Set<String> tenants) { }

    /**
     * The workload identities of a policy (CA-WID-02), and its agent identities (AGT-03).
     *
     * @param includeServicePrincipals the service principals that are included, or {@code ServicePrincipalsInMyTenant}
     * @param excludeServicePrincipals the service principals that are excluded
     * @param filter the filter by custom security attributes; {@code null} for none
     * @param includeAgentIdServicePrincipals the agent identities and blueprints that are included, or {@code All}
     * @param excludeAgentIdServicePrincipals the agent identities and blueprints that are excluded
     * @param agentFilter the filter of agent identities by custom security attributes; {@code null} for none
     */
    public record ClientApplications(List<Reference> includeServicePrincipals, List<Reference> excludeServicePrincipals,
            @Nullable FilterRule filter, List<Reference> includeAgentIdServicePrincipals, List<Reference> excludeAgentIdServicePrincipals,
            @Nullable FilterRule agentFilter) {

        /** Makes the workload identities of a policy that is not for agent identities. */
        public ClientApplications(List<Reference> includeServicePrincipals, List<Reference> excludeServicePrincipals,
                @Nullable FilterRule filter) {
            this(includeServicePrincipals, excludeServicePrincipals, filter, List.of(), List.of(), null);
        }

        /** Whether the policy includes workload identities other than agents. */
        public boolean includesWorkloads() {
            return !includeServicePrincipals.isEmpty() || filter != null && !filter.isExclude();
        }

        /** Whether the policy includes agent identities. */
        public boolean includesAgents() {
            return !includeAgentIdServicePrincipals.isEmpty() || agentFilter != null && !agentFilter.isExclude();
        }
    }

    /**
     * The agent users of a policy (AGT-02).
     *
     * @param includeAgentUsers the agent users that are included, or {@code All} or {@code None}
     * @param excludeAgentUsers the agent users that are excluded
     */
    public record Agents(List<Reference> includeAgentUsers, List<Reference> excludeAgentUsers) { }

    /**
     * The applications, user actions and authentication contexts of a policy (CA-APP-01, CA-ACT-01, CA-ACX-03).
     *
     * @param includeApplications the applications that are included, or {@code All}, {@code None}, or a grouping such as
     *     {@code Office365} or {@code AllAgentIdResources}
     * @param excludeApplications the applications that are excluded
     * @param includeUserActions the user actions, such as {@link WellKnown#REGISTER_SECURITY_INFO}
     * @param includeAuthenticationContextClassReferences the authentication contexts, {@code c1} to {@code c99}
     * @param filter the filter by custom security attributes (CA-APP-20); {@code null} for none
     * @param includesUnknown whether a part that is not understood may include any application, action or context that is not excluded
     *     (CA-SET-10, IMP-02)
     */
    public record Applications(List<Reference> includeApplications, List<Reference> excludeApplications, List<String> includeUserActions,
            List<String> includeAuthenticationContextClassReferences, @Nullable FilterRule filter, boolean includesUnknown) {

        /** Whether the policy leaves out any application, which low-privilege scopes ask about (CA-APP-15). */
        public boolean excludesAny() {
            return !excludeApplications.isEmpty() || filter != null && filter.isExclude();
        }

        /** Whether the policy targets applications, and neither user actions nor contexts (CA-APP-03). */
        public boolean targetsApplications() {
            return includeUserActions.isEmpty() && includeAuthenticationContextClassReferences.isEmpty();
        }
    }

    /**
     * The device platforms of a policy (CA-PLT-01).
     *
     * @param include the platforms that are included; empty means all (CA-CMB-05)
     * @param exclude the platforms that are excluded
     */
    public record Platforms(Set<DevicePlatform> include, Set<DevicePlatform> exclude) { }

    /**
     * The locations of a policy (CA-LOC-01).
     *
     * @param include the locations that are included, or {@code All} or {@code AllTrusted}; empty means all (CA-CMB-05)
     * @param exclude the locations that are excluded, or {@code AllTrusted}
     */
    public record Locations(List<Reference> include, List<Reference> exclude) { }

    /**
     * A filter for devices (CA-DEV-01), applications (CA-APP-20), service principals (CA-WID-02) or agents (AGT-03), before its rule is
     * parsed.
     *
     * @param isExclude whether the filter excludes what it matches; otherwise it includes it
     * @param rule the text of the rule, for {@link DeviceFilter#parse}
     * @param position the position of the rule
     */
    public record FilterRule(boolean isExclude, String rule, Position position) { }

    /**
     * The grant controls of a policy (GR-OPR-01, GR-OPR-02).
     *
     * @param isAnd whether all of them are required ({@code AND}); otherwise one of them ({@code OR})
     * @param builtInControls the built-in controls
     * @param authenticationStrength the authentication strength; {@code null} for none
     * @param termsOfUse the terms of use
     * @param customAuthenticationFactors the ids of the custom controls
     * @param notUnderstood the controls of an export that are not understood; they are never met (IMP-03)
     */
    public record GrantControls(boolean isAnd, Set<GrantControl> builtInControls, @Nullable Reference authenticationStrength,
            List<Reference> termsOfUse, List<String> customAuthenticationFactors, List<String> notUnderstood) {

        /** Makes grant controls that are all understood. */
        public GrantControls(boolean isAnd, Set<GrantControl> builtInControls, @Nullable Reference authenticationStrength,
                List<Reference> termsOfUse, List<String> customAuthenticationFactors) {
            this(isAnd, builtInControls, authenticationStrength, termsOfUse, customAuthenticationFactors, List.of());
        }

        /** Whether the policy has no grant controls. */
        public boolean isEmpty() {
            return builtInControls.isEmpty() && authenticationStrength == null && termsOfUse.isEmpty()
                    && customAuthenticationFactors.isEmpty()
                    && notUnderstood.isEmpty();
        }
    }

    /**
     * The session controls of a policy (SS-01 to SS-07). {@code null} and {@code false} mean that a control is not set or not enabled.
     *
     * @param signInFrequency the sign-in frequency (SS-03)
     * @param persistentBrowser the mode of persistent browsers (SS-04)
     * @param cloudAppSecurity the mode of Defender for Cloud Apps (SS-02)
     * @param applicationEnforcedRestrictions whether the application enforces restrictions (SS-01)
     * @param secureSignInSession whether token protection is required (SS-07)
     * @param continuousAccessEvaluation the mode of continuous access evaluation (SS-05)
     * @param disableResilienceDefaults whether resilience defaults are disabled (SS-06)
     */
    public record SessionControls(@Nullable SignInFrequency signInFrequency, @Nullable PersistentBrowserMode persistentBrowser,
            @Nullable CloudAppSecurityType cloudAppSecurity, boolean applicationEnforcedRestrictions, boolean secureSignInSession,
            @Nullable ContinuousAccessEvaluationMode continuousAccessEvaluation, boolean disableResilienceDefaults) {

        /** No session controls. */
        public static final SessionControls NONE = new SessionControls(null, null, null, false, false, null, false);
    }

    /**
     * The longest age of an authentication (SS-03).
     *
     * @param everyTime whether every sign-in asks again, with a tolerance of five minutes (SS-14); the other values except
     *     {@code secondaryOnly} then do not count
     * @param days whether {@code value} is in days; otherwise in hours
     * @param value the number of days or hours
     * @param secondaryOnly whether only the second factor counts
     */
    public record SignInFrequency(boolean everyTime, boolean days, int value, boolean secondaryOnly) {

        /** The longest age in seconds; order of strictness is the order of this number (SS-22). */
        public long seconds() {
            return everyTime ? 300 : value * (days ? 86_400L : 3_600L);
        }

        /** Whether this one is shorter; of two that are equally long, the one that counts both factors (SS-22). */
        public boolean isStricterThan(SignInFrequency other) {
            return seconds() < other.seconds() || seconds() == other.seconds() && other.secondaryOnly() && !secondaryOnly();
        }
    }
}
