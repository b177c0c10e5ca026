package dev.sallyport.compile;

import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.DeviceProperties;
import dev.sallyport.model.TimeCondition;

/** An enabled policy over the ordinals of one snapshot. Its tests are what the policy's Drools rule calls, one a condition. */
public final class CompiledPolicy {

    /** Actions as bits; see {@link SignInFact#action}. */
    public static final int SIGN_IN = 1;
    public static final int REGISTER_SECURITY_INFO = 2;
    public static final int CREATE_APP_PASSWORD = 4;
    public static final int REGISTER_DEVICE = 8;
    /** Registering a credential of a device before the register action covered it: only policies on all resources apply (DEC-12). */
    public static final int REGISTER_DEVICE_CREDENTIAL = 16;

    final int index;
    final ConditionalAccessPolicy policy;
    final Grant grant;
    final Grant grantForDeviceRegistration;
    /** Whether it asks for a position that only Authenticator can tell (CA-LOC-17). */
    boolean asksForGps;
    private final boolean asksForApprovedApplication;
    private final boolean hasSessionControls;
    private final SignInFrequency signInFrequency;

    int userActions;
    long contexts;
    long highContexts;
    /** Whether it may target anything that is not excluded (IMP-02). */
    boolean targetsUnknown;
    boolean targetsApplications;
    boolean includesAllApplications;
    boolean excludesApplications;
    long[] applications;

    boolean forServicePrincipals;
    long[] includedPrincipals;
    long[] excludedPrincipals;
    AttributeFilter principalFilter;
    /** The agent identities; those of {@link #includedPrincipals} are workload identities. */
    long[] includedAgents;
    long[] excludedAgents;
    AttributeFilter agentFilter;
    int includedGuests;
    int excludedGuests;
    int[] includedTenants;
    int[] excludedTenants;

    long forbiddenEnvironment;
    boolean hasLocations;
    long[] includedLocations;
    long[] excludedLocations;
    DeviceFilter deviceFilter;
    boolean excludesDevices;
    boolean excludesCompliantDevices;
    boolean excludesDomainJoinedDevices;
    TimeCondition times;
    int unknownApplication;
    int deviceRegistrationService;

    CompiledPolicy(int index, ConditionalAccessPolicy policy, Grant grant) {
        this.index = index;
        this.policy = policy;
        this.grant = grant;
        this.grantForDeviceRegistration = grant.forDeviceRegistration();
        this.asksForApprovedApplication = grant.operands().stream()
                .anyMatch(control -> control.kind() == Control.Kind.APPROVED_APPLICATION);
        this.signInFrequency = Grant.signInFrequency(policy);
        this.hasSessionControls = signInFrequency != null || !policy.sessionControls().equals(ConditionalAccessPolicy.SessionControls.NONE);
    }

    /** The policy as it was read. */
    public ConditionalAccessPolicy policy() {
        return policy;
    }

    /** Its grant expression. */
    public Grant grant() {
        return grant;
    }

    /** Its grant expression while a device is registered (CA-ACT-11). */
    public Grant grantForDeviceRegistration() {
        return grantForDeviceRegistration;
    }

    /** Whether it asks for a position that only Authenticator can tell (CA-LOC-17). */
    public boolean asksForGps() {
        return asksForGps;
    }

    /** Whether it asks for an approved client app, which retires (GR-APP-03). */
    public boolean asksForApprovedApplication() {
        return asksForApprovedApplication;
    }

    /** Whether it has session controls that matter to a decision. */
    public boolean hasSessionControls() {
        return hasSessionControls;
    }

    /** Its sign-in frequency, or {@code null}. */
    public SignInFrequency signInFrequency() {
        return signInFrequency;
    }

    /** Whether the applications, user actions and contexts match (CA-APP-01, 03, 12, 15 to 17; CA-ACT-01, 06, 11; CA-ACX-03, 04). */
    public boolean matchesTarget(SignInFact fact) {
        if (targetsUnknown) {
            boolean asksForMore = fact.lowPrivilege || fact.scopesUnknown || fact.context != 0 || fact.contextUnknown;
            return fact.action != SIGN_IN || fact.applications.length == 0 || asksForMore || hasAny(fact.applications);
        }
        if (userActions != 0) {
            return (userActions & fact.action) != 0;
        }
        if (!targetsApplications) {
            return fact.contextUnknown || fact.action == SIGN_IN && fact.context != 0
                    && ((fact.context < 64 ? contexts >>> fact.context : highContexts >>> fact.context - 64) & 1) != 0;
        }
        if (fact.action == REGISTER_DEVICE) {
            return has(deviceRegistrationService);
        }
        if (fact.action != SIGN_IN) {
            return includesAllApplications;
        }
        if (fact.applications.length == 0) {
            return false;
        }
        if (fact.lowPrivilege && includesAllApplications && excludesApplications) {
            return !fact.lowPrivilegeExempt && !(fact.signInScopesOnly && !hasAny(fact.applications)) && has(fact.baselineTarget);
        }
        boolean lowPrivilege = (fact.lowPrivilege || fact.scopesUnknown) && !fact.lowPrivilegeExempt && has(fact.baselineTarget);
        return lowPrivilege || hasAny(fact.applications);
    }

    private boolean hasAny(int[] ordinals) {
        for (int ordinal : ordinals) {
            if (has(ordinal)) {
                return true;
            }
        }
        return false;
    }

    private boolean has(int application) {
        return (applications[application >> 6] & 1L << application) != 0;
    }

    /** Whether the users, workload identities or agents match (CA-USR-04, CA-USR-05, CA-GST-11, CA-GST-12, CA-WID-09, AGT-03). */
    public boolean matchesSubject(Subject subject) {
        if (subject.servicePrincipal() != forServicePrincipals) {
            return false;
        }
        if (forServicePrincipals) {
            return isOneOf(includedPrincipals, excludedPrincipals, subject.workload() ? principalFilter : null, subject)
                    || isOneOf(includedAgents, excludedAgents, subject.agent() ? agentFilter : null, subject);
        }
        boolean included = intersects(includedPrincipals, subject.possible())
                || (includedGuests & subject.includedAs()) != 0 && isOf(includedTenants, subject, true);
        return included && !intersects(excludedPrincipals, subject.principals())
                && !((excludedGuests & subject.guestType()) != 0 && isOf(excludedTenants, subject, false));
    }

    private static boolean isOneOf(long[] included, long[] excluded, AttributeFilter filter, Subject subject) {
        boolean filtered = filter != null && filter.matches(subject.attributes());
        return (filtered && !filter.excludes() || intersects(included, subject.possible()))
                && !(filtered && filter.excludes()) && !intersects(excluded, subject.principals());
    }

    private static boolean isOf(int[] tenants, Subject subject, boolean ifUnknown) {
        if (tenants == null || subject.guestType() == 1) {
            return true;
        }
        if (subject.tenant() == 0) {
            return ifUnknown;
        }
        for (int tenant : tenants) {
            if (tenant == subject.tenant()) {
                return true;
            }
        }
        return false;
    }

    /** CA-ACT-04: policies on the registration of devices do not have conditions on clients and devices. */
    private boolean hasNoClientAndDevice(SignInFact fact) {
        return fact.action == REGISTER_DEVICE && (userActions != 0 || targetsUnknown);
    }

    /** Whether the single-valued conditions match: the bits of the fact's environment that the policy forbids decide. */
    public boolean matchesEnvironment(SignInFact fact) {
        long forbidden = hasNoClientAndDevice(fact) ? forbiddenEnvironment & ~Environment.CLIENT_BITS : forbiddenEnvironment;
        return (fact.environment & forbidden) == 0;
    }

    /** Whether the locations match (CA-LOC-05, CA-LOC-07); only for a policy that has the condition. */
    public boolean matchesLocation(SignInFact fact) {
        return intersects(includedLocations, fact.possibleLocations) && !intersects(excludedLocations, fact.locations);
    }

    /** Whether the filter for devices matches (CA-DEV-01, 03, 07, 47). */
    public boolean matchesDevice(SignInFact fact) {
        if (hasNoClientAndDevice(fact)) {
            return true;
        }
        if (fact.device != null && (excludesCompliantDevices && fact.device.isKnownCompliant()
                || excludesDomainJoinedDevices && fact.device.isDomainJoined())) {
            return false;                                           // CA-DST-02
        }
        if (deviceFilter == null || fact.deviceUnknown
                || fact.deviceThatMayLack != null && !DeviceProperties.tell(fact.deviceThatMayLack, deviceFilter)) {
            return true;
        }
        return switch (deviceFilter.test(DeviceProperties.of(fact.device))) {
            case MATCH -> !excludesDevices;
            case NO_MATCH -> excludesDevices;
            case UNAVAILABLE -> excludesDevices || !fact.literalExtensionAttributes;
        };
    }

    private static boolean intersects(long[] a, long[] b) {
        for (int i = 0; i < a.length; i++) {
            if ((a[i] & b[i]) != 0) {
                return true;
            }
        }
        return false;
    }
}
