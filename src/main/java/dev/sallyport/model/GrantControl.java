package dev.sallyport.model;

/** Built-in grant control, in prompt order but for the two terminal ones (GR-CTL-20, GR-ORD); {@code enforcedMfa} is ours. */
public enum GrantControl implements GraphEnum {
    BLOCK("block"),
    ENFORCED_MFA("enforcedMfa"),
    MFA("mfa"),
    COMPLIANT_DEVICE("compliantDevice"),
    DOMAIN_JOINED_DEVICE("domainJoinedDevice"),
    APPROVED_APPLICATION("approvedApplication"),
    COMPLIANT_APPLICATION("compliantApplication"),
    PASSWORD_CHANGE("passwordChange"),
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
