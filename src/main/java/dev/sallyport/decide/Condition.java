package dev.sallyport.decide;

/** A condition of a policy, in the order of Entra's log flags (RES-50, RES-56), with its name in the log and in What If. */
public enum Condition {
    APPLICATION("application", "application"),
    USERS("users", "users"),
    DEVICE_PLATFORM("devicePlatform", "devicePlatform"),
    LOCATION("location", "location"),
    CLIENT_TYPE("clientType", "clientApps"),
    SIGN_IN_RISK("signInRisk", "signInRisk"),
    USER_RISK("userRisk", "userRisk"),
    TIME("time", "time"),
    DEVICE_STATE("deviceState", "devices"),
    SERVICE_PRINCIPALS("servicePrincipals", "workloadIdentities"),
    SERVICE_PRINCIPAL_RISK("servicePrincipalRisk", "signInRisk"),
    AUTHENTICATION_FLOWS("authenticationFlows", "authenticationFlow"),
    INSIDER_RISK("insiderRisk", "insiderRisk"),
    AGENT_ID_RISK("agentIdRisk", "agentIdRisk");

    private final String logName;
    private final String reason;

    Condition(String logName, String reason) {
        this.logName = logName;
        this.reason = reason;
    }

    /** The name in the sign-in log. */
    public String logName() {
        return logName;
    }

    /** The name among What If's reasons (WI-63..79, WI-81). */
    public String reason() {
        return reason;
    }
}
