package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Conditional Access policy (CA-POL-01..09).
 *
 * @param grantControls   {@code null} when the policy has session controls only (CA-POL-08)
 * @param sessionControls {@link SessionControls#NONE} when it has none
 * @param notEvaluated    the fields that are not evaluated or not understood: a condition among them is taken as satisfied
 *                        (CA-SET-10, IMP-02), a grant control as one that is never met (IMP-03), a session control as none (IMP-04)
 * @param annotations     what no decision looks at
 */
public record ConditionalAccessPolicy(String id, String displayName, PolicyState state, Conditions conditions,
        GrantControls grantControls, SessionControls sessionControls, List<String> notEvaluated, Annotations annotations, Position source) {

    /** A policy without annotations. */
    public ConditionalAccessPolicy(String id, String displayName, PolicyState state, Conditions conditions, GrantControls grantControls,
            SessionControls sessionControls, List<String> notEvaluated, Position source) {
        this(id, displayName, state, conditions, grantControls, sessionControls, notEvaluated, Annotations.NONE, source);
    }

    /**
     * What a policy says beside what is decided by, kept as it was written so that it can be given back (CA-POL-03, 04, 06).
     *
     * @param createdDateTime  text, with as many digits as it came with; {@code null} when it is not known, as for the others
     * @param unmodelled       settings that nothing else here holds as they were written, as JSON text by their path:
     *                         {@code sessionControls.continuousAccessEvaluation}
     */
    public record Annotations(String templateId, String description, String createdDateTime, String modifiedDateTime, Map<String, String> unmodelled) {

        /** None. */
        public static final Annotations NONE = new Annotations(null, null, null, null, Map.of());

        public Annotations {
            unmodelled = Map.copyOf(unmodelled);
        }
    }

    /** The condition set (CA-SET-01..08); {@code null} for a condition that is not configured, an empty set likewise. */
    public record Conditions(Users users, ClientApplications clientApplications, Applications applications,
            Set<ClientAppType> clientAppTypes, Platforms platforms, Locations locations, Set<RiskLevel> signInRiskLevels,
            Set<RiskLevel> userRiskLevels, Set<RiskLevel> servicePrincipalRiskLevels, Set<InsiderRiskLevel> insiderRiskLevels,
            FilterRule deviceFilter, Set<DeviceState> excludedDeviceStates, Set<TransferMethod> transferMethods, TimeCondition times) {

        /** Whether the client app condition is configured; {@code all} is not a condition (CA-CLI-02, CA-CLI-03). */
        public boolean limitsClientAppTypes() {
            return !clientAppTypes.isEmpty() && !clientAppTypes.contains(ClientAppType.ALL);
        }

        /** Whether authentication flows are configured (CA-FLW-06). */
        public boolean limitsTransferMethods() {
            return transferMethods.contains(TransferMethod.DEVICE_CODE_FLOW) || transferMethods.contains(TransferMethod.AUTHENTICATION_TRANSFER);
        }

        /** Whether the policy asks about sign-in or user risk. */
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

    /** Who (CA-USR-01). */
    public record Users(List<Reference> includeUsers, List<Reference> excludeUsers, List<Reference> includeGroups,
            List<Reference> excludeGroups, List<Reference> includeRoles, List<Reference> excludeRoles,
            GuestsOrExternalUsers includeGuestsOrExternalUsers, GuestsOrExternalUsers excludeGuestsOrExternalUsers) {

        /** Nobody. */
        public static final Users NONE = new Users(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null, null);

        /** Whether the include side names nobody at all. */
        public boolean includesNobody() {
            return includeUsers.stream().allMatch(user -> user.id().equalsIgnoreCase("None")) && includeGroups.isEmpty()
                    && includeRoles.isEmpty() && includeGuestsOrExternalUsers == null;
        }
    }

    /**
     * Guests by type and home tenant (CA-GST-01..08).
     *
     * @param tenants the home tenants, or {@code null} for all
     */
    public record GuestsOrExternalUsers(Set<GuestType> types, Set<String> tenants) { }

    /**
     * Workload identities (CA-WID-02).
     *
     * @param filter         includes or excludes by custom security attributes, or {@code null}
     * @param includesAgents whether it is for agent identities; which of them is not evaluated (WI-82, CA-SET-10)
     */
    public record ClientApplications(List<Reference> includeServicePrincipals, List<Reference> excludeServicePrincipals, FilterRule filter,
            boolean includesAgents) {

        /** For workload identities, and no agent identities. */
        public ClientApplications(List<Reference> includeServicePrincipals, List<Reference> excludeServicePrincipals, FilterRule filter) {
            this(includeServicePrincipals, excludeServicePrincipals, filter, false);
        }
    }

    /**
     * What (CA-APP-01, CA-ACT-01, CA-ACX-03).
     *
     * @param filter          includes or excludes by custom security attributes (CA-APP-20), or {@code null}
     * @param includesUnknown whether a part that is not understood may include anything: any application, action or context
     *                        that is not excluded (CA-SET-10, IMP-02)
     */
    public record Applications(List<Reference> includeApplications, List<Reference> excludeApplications,
            List<String> includeUserActions, List<String> includeAuthenticationContextClassReferences, FilterRule filter, boolean includesUnknown) {

        /** Whether the policy leaves out any application, which low-privilege scopes ask about (CA-APP-15). */
        public boolean excludesAny() {
            return !excludeApplications.isEmpty() || filter != null && filter.isExclude();
        }

        /** Whether the policy targets applications, and neither user actions nor contexts (CA-APP-03). */
        public boolean targetsApplications() {
            return includeUserActions.isEmpty() && includeAuthenticationContextClassReferences.isEmpty();
        }
    }

    /** Device platforms; an empty include list means all (CA-CMB-05). */
    public record Platforms(Set<DevicePlatform> include, Set<DevicePlatform> exclude) { }

    /** Locations; an empty include list means all (CA-CMB-05). */
    public record Locations(List<Reference> include, List<Reference> exclude) { }

    /** A filter for devices (CA-DEV-01), applications (CA-APP-20) or service principals (CA-WID-02), before its rule is parsed. */
    public record FilterRule(boolean isExclude, String rule, Position position) { }

    /**
     * Grant controls (GR-OPR-01, GR-OPR-02).
     *
     * @param notUnderstood what an export asks for and the engine does not understand; none of it is ever met (IMP-03)
     */
    public record GrantControls(boolean isAnd, Set<GrantControl> builtInControls, Reference authenticationStrength,
            List<Reference> termsOfUse, List<String> customAuthenticationFactors, List<String> notUnderstood) {

        /** Grant controls that are understood. */
        public GrantControls(boolean isAnd, Set<GrantControl> builtInControls, Reference authenticationStrength, List<Reference> termsOfUse,
                List<String> customAuthenticationFactors) {
            this(isAnd, builtInControls, authenticationStrength, termsOfUse, customAuthenticationFactors, List.of());
        }

        /** Whether nothing is asked for. */
        public boolean isEmpty() {
            return builtInControls.isEmpty() && authenticationStrength == null && termsOfUse.isEmpty() && customAuthenticationFactors.isEmpty()
                    && notUnderstood.isEmpty();
        }
    }

    /** Session controls (SS-01..07); {@code null} for what is not set or not enabled. */
    public record SessionControls(SignInFrequency signInFrequency, PersistentBrowserMode persistentBrowser,
            CloudAppSecurityType cloudAppSecurity, boolean applicationEnforcedRestrictions, boolean secureSignInSession,
            ContinuousAccessEvaluationMode continuousAccessEvaluation, boolean disableResilienceDefaults) {

        /** None at all. */
        public static final SessionControls NONE = new SessionControls(null, null, null, false, false, null, false);
    }

    /**
     * How old an authentication may be (SS-03).
     *
     * @param everyTime     five minutes, in effect (SS-14)
     * @param days          whether {@code value} counts days instead of hours
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
