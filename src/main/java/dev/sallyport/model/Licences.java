package dev.sallyport.model;

import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.Directory.Organization;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What an organization may use (semantics, section 15). A directory that lists no licences says nothing about them. */
public final class Licences {

    /** The service plan of Microsoft Entra ID P1. */
    public static final String P1 = "AAD_PREMIUM";
    /** The service plan of Microsoft Entra ID P2. */
    public static final String P2 = "AAD_PREMIUM_P2";

    /** The service plans of Workload Identities Premium, of which either does. */
    private static final List<String> WORKLOAD_IDENTITIES = List.of("AAD_WRKLDID_P1", "AAD_WRKLDID_P2");

    private static final Set<GrantControl> RISK_CONTROLS = Set.of(GrantControl.RISK_REMEDIATION, GrantControl.PASSWORD_CHANGE);

    private Licences() { }

    /** Whether the organization says which licences it has, and P1 is not among them (LIC-03, LIC-05, TI-03). */
    public static boolean lacksP1(Organization organization) {
        return lacks(organization, P1) && lacksP2(organization);
    }

    /** What is known of P1, in words: no licences listed is none known (LIC-03). */
    public static String aboutP1(Organization organization) {
        return organization.licences().isEmpty() ? "the directory lists no licences" : lacksP1(organization) ? "the directory does not list it" : "the directory lists it";
    }

    /** Whether the organization says which licences it has, and P2 is not among them (LIC-04). */
    public static boolean lacksP2(Organization organization) {
        return lacks(organization, P2);
    }

    /** Whether the organization says which licences it has, and Workload Identities Premium is not among them, which no other holds (LIC-07). */
    public static boolean lacksWorkloadIdentities(Organization organization) {
        return WORKLOAD_IDENTITIES.stream().allMatch(plan -> lacks(organization, plan));
    }

    private static boolean lacks(Organization organization, String licence) {
        return !organization.licences().isEmpty() && organization.licences().stream().map(held -> held.toUpperCase(Locale.ROOT)).noneMatch(licence::equals);
    }

    /** Whether a policy is for workload identities (LIC-07). */
    public static boolean needsWorkloadIdentities(ConditionalAccessPolicy policy) {
        return policy.conditions().clientApplications() != null;
    }

    /** Whether a policy asks for a user's or a sign-in's risk (LIC-04). */
    public static boolean needsP2(ConditionalAccessPolicy policy) {
        Conditions conditions = policy.conditions();
        return !conditions.signInRiskLevels().isEmpty() || !conditions.userRiskLevels().isEmpty()
                || policy.grantControls() != null && policy.grantControls().builtInControls().stream().anyMatch(RISK_CONTROLS::contains);
    }
}
