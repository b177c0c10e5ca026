package dev.sallyport.model;

import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.Directory.Organization;
import java.util.Locale;
import java.util.Set;

/** The licences of an organization (semantics, section 15). If a directory lists no licences, they are unknown. */
public final class Licences {

    private static final Set<GrantControl> RISK_CONTROLS = Set.of(GrantControl.RISK_REMEDIATION, GrantControl.PASSWORD_CHANGE);

    private Licences() { }

    /** Whether the directory lists licences, and P1 is not among them (LIC-03, LIC-05, TI-03). */
    public static boolean lacksP1(Organization organization) {
        return lacks(organization, "P1");
    }

    /** A clause about P1 for messages, such as "the directory lists it" (LIC-03). */
    public static String aboutP1(Organization organization) {
        return organization.licences().isEmpty() ? "the directory lists no licences" : lacksP1(organization)
                ? "the directory does not list it" : "the directory lists it";
    }

    /** Whether the directory lists licences, and P2 is not among them (LIC-04). */
    public static boolean lacksP2(Organization organization) {
        return lacks(organization, "P2");
    }

    /** Whether the directory lists licences, and Workload Identities Premium is not among them (LIC-07). */
    public static boolean lacksWorkloadIdentities(Organization organization) {
        return lacks(organization, "workloadIdentities");
    }

    private static boolean lacks(Organization organization, String licence) {
        return !organization.licences().isEmpty() && organization.licences().stream().map(held -> held.toUpperCase(Locale.ROOT))
                .noneMatch(Catalogue.builtIn().servicePlans(licence)::contains);
    }

    /** Whether a policy needs Workload Identities Premium (LIC-07); one for agents does not (AGT-12). */
    public static boolean needsWorkloadIdentities(ConditionalAccessPolicy policy) {
        ClientApplications principals = policy.conditions().clientApplications();
        return principals != null && (principals.includesWorkloads() || !principals.includesAgents());
    }

    /** Whether a policy needs P2, for a condition or a control about risk (LIC-04, AGT-12). */
    public static boolean needsP2(ConditionalAccessPolicy policy) {
        Conditions conditions = policy.conditions();
        return !conditions.signInRiskLevels().isEmpty() || !conditions.userRiskLevels().isEmpty()
                || !conditions.agentIdRiskLevels().isEmpty()
                || policy.grantControls() != null && policy.grantControls().builtInControls().stream().anyMatch(RISK_CONTROLS::contains);
    }
}
