package dev.sallyport.analyse;

/** A dimension of a space, apart from people: every condition of a policy looks at one of them. */
enum Axis {
    AUTHENTICATION_CONTEXT("authenticationContext"),
    APPLICATION("application"),
    /** The kind of client with the platform, since Exchange ActiveSync supports some platforms only (CA-CLI-07). */
    CLIENT("client"),
    SIGN_IN_RISK("signInRiskLevel"),
    USER_RISK("userRiskLevel"),
    INSIDER_RISK("insiderRiskLevel"),
    SERVICE_PRINCIPAL_RISK("servicePrincipalRiskLevel"),
    AGENT_RISK("agentIdRiskLevel"),
    /** The address, its country, Authenticator's position, the corporate and the compliant network, which one condition looks at. */
    LOCATION("location"),
    /** The authentication flow with the device, which a device code hides (CA-DEV-10). */
    DEVICE("device"),
    CREDENTIAL("credential"),
    /** The method that is registered. */
    METHOD("method"),
    TIME("time");

    private final String text;

    Axis(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
