package dev.sallyport.model;

/** A built-in grant control, in prompt order except for the first and the last (GR-CTL-20, GR-ORD-01). */
public enum GrantControl implements GraphEnum {
    /** Blocks the sign-in (GR-CTL-01). */
    BLOCK("block"),
    /** MFA because per-user MFA is enforced; never in policies. */
    ENFORCED_MFA("enforcedMfa"),
    /** Asks for multifactor authentication (GR-CTL-02). */
    MFA("mfa"),
    /** Asks for a device that is marked as compliant (GR-CTL-04). */
    COMPLIANT_DEVICE("compliantDevice"),
    /** Asks for a device that is hybrid joined (GR-CTL-05). */
    DOMAIN_JOINED_DEVICE("domainJoinedDevice"),
    /** Asks for an approved client app (GR-CTL-06). */
    APPROVED_APPLICATION("approvedApplication"),
    /** Asks for a client app with an app protection policy (GR-CTL-07). */
    COMPLIANT_APPLICATION("compliantApplication"),
    /** Asks for a password change after MFA (GR-CTL-08). */
    PASSWORD_CHANGE("passwordChange"),
    /** Asks for risk remediation that Microsoft manages (GR-CTL-09). */
    RISK_REMEDIATION("riskRemediation");

    private final String graphName;

    GrantControl(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
