package dev.sallyport.log;

import java.util.HashMap;
import java.util.Map;

/**
 * A field of a sign-in record under all names that it has: Graph's, Azure Monitor's, in any case (LOG-01..17, AM-01..19), and the field
 * that tells the decisions of a decision point from these.
 */
enum LogField {
    KIND("kind"),
    PROPERTIES("properties"),
    ID("id"),
    CREATED("createdDateTime"),
    TIME("time", "timeGenerated"),
    CATEGORY("category"),
    USER_ID("userId"),
    USER_PRINCIPAL_NAME("userPrincipalName"),
    USER_TYPE("userType"),
    HOME_TENANT_ID("homeTenantId"),
    RESOURCE_TENANT_ID("resourceTenantId"),
    CROSS_TENANT_ACCESS_TYPE("crossTenantAccessType"),
    SERVICE_PRINCIPAL_ID("servicePrincipalId"),
    SERVICE_PRINCIPAL_NAME("servicePrincipalName"),
    APP_ID("appId"),
    APP_DISPLAY_NAME("appDisplayName"),
    RESOURCE_ID("resourceId", "resourceIdentity"),
    RESOURCE_DISPLAY_NAME("resourceDisplayName"),
    AUDIENCES("conditionalAccessAudiences"),
    CONTEXTS("authenticationContextClassReferences"),
    IP_ADDRESS("ipAddress"),
    CALLER_IP_ADDRESS("callerIpAddress"),
    IP_ADDRESS_FROM_RESOURCE_PROVIDER("ipAddressFromResourceProvider"),
    GLOBAL_SECURE_ACCESS_IP_ADDRESS("globalSecureAccessIpAddress"),
    LOCATION("location", "locationDetails"),
    NETWORK_LOCATIONS("networkLocationDetails"),
    GLOBAL_SECURE_ACCESS("isThroughGlobalSecureAccess"),
    CLIENT_APP_USED("clientAppUsed"),
    DEVICE("deviceDetail"),
    RISK("riskLevelDuringSignIn"),
    AGENT("agent"),
    IS_INTERACTIVE("isInteractive"),
    EVENT_TYPES("signInEventTypes"),
    REQUIREMENT("authenticationRequirement"),
    AUTHENTICATION_DETAILS("authenticationDetails"),
    MFA_DETAIL("mfaDetail"),
    PROTOCOL("authenticationProtocol"),
    ORIGINAL_TRANSFER_METHOD("originalTransferMethod"),
    TOKEN_PROTECTION("tokenProtectionStatusDetails"),
    STATUS("status"),
    RESULT_TYPE("resultType"),
    CONDITIONAL_ACCESS_STATUS("conditionalAccessStatus"),
    POLICIES("appliedConditionalAccessPolicies", "conditionalAccessPolicies");

    private static final Map<String, LogField> BY_NAME = new HashMap<>();

    static {
        for (LogField field : values()) {
            for (String name : field.names) {
                BY_NAME.put(name, field);
                BY_NAME.put(name.toLowerCase(java.util.Locale.ROOT), field);
                BY_NAME.put(Character.toUpperCase(name.charAt(0)) + name.substring(1), field);
            }
        }
        BY_NAME.put("IPAddress", IP_ADDRESS);
        BY_NAME.put("callerIPAddress", CALLER_IP_ADDRESS);
    }

    private final String[] names;

    LogField(String... names) {
        this.names = names;
    }

    /** The field of a name as it is usually written, or in lower case; {@code null} for one that does not matter. */
    static LogField of(String name) {
        return BY_NAME.get(name);
    }
}
