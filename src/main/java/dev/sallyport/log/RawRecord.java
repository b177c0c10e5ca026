package dev.sallyport.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a record says, word for word, wherever in it that stands. Filled by {@link RecordReader}, one after another. */
public final class RawRecord {

    String file;
    int line;
    String kind;
    /** What a decision point logged; {@code null} for a sign-in of Entra. */
    LoggedDecision decision;
    Instant created;
    Instant time;
    /** A time that makes no sense, or {@code null}. */
    String unreadTime;
    String id;
    String category;
    String userId;
    String userPrincipalName;
    String userType;
    String homeTenantId;
    String resourceTenantId;
    String crossTenantAccessType;
    String servicePrincipalId;
    String servicePrincipalName;
    String appId;
    String appDisplayName;
    String resourceId;
    String resourceDisplayName;
    final List<String> audiences = new ArrayList<>();
    final List<String> contexts = new ArrayList<>();
    String ipAddress;
    String callerIpAddress;
    String ipAddressFromResourceProvider;
    String globalSecureAccessIpAddress;
    String country;
    boolean intranet;
    Boolean throughGlobalSecureAccess;
    String clientAppUsed;
    boolean hasDevice;
    String deviceId;
    String deviceName;
    String operatingSystem;
    boolean isCompliant;
    boolean isManaged;
    String trustType;
    String risk;
    /** What kind of agent signs in, or {@code notAgentic}; {@code null} if the record does not say. */
    String agentType;
    String agentParentId;
    String agentParentAppId;
    Boolean isInteractive;
    final List<String> eventTypes = new ArrayList<>();
    String requirement;
    boolean hasSteps;
    boolean stepByClaim;
    boolean mfaDone;
    boolean mfaByClaim;
    boolean hasMfaDetail;
    final List<String> methods = new ArrayList<>();
    String protocol;
    String originalTransferMethod;
    boolean isTokenProtected;
    Integer errorCode;
    Integer resultType;
    String conditionalAccessStatus;
    final List<LogRecord.Applied> policies = new ArrayList<>();

    /** How the file is called. */
    public String file() {
        return file;
    }

    /** The line on which the record begins, from 1. */
    public int line() {
        return line;
    }

    void clear(String newFile, int newLine) {
        file = newFile;
        line = newLine;
        kind = null;
        decision = null;
        created = time = null;
        unreadTime = null;
        id = category = userId = userPrincipalName = userType = homeTenantId = resourceTenantId = null;
        crossTenantAccessType = servicePrincipalId = servicePrincipalName = appId = appDisplayName = resourceId = resourceDisplayName =
                null;
        ipAddressFromResourceProvider = globalSecureAccessIpAddress = null;
        ipAddress = callerIpAddress = country = clientAppUsed = deviceId = deviceName = operatingSystem = trustType = risk = null;
        agentType = agentParentId = agentParentAppId = null;
        requirement = protocol = originalTransferMethod = conditionalAccessStatus = null;
        isInteractive = throughGlobalSecureAccess = null;
        errorCode = resultType = null;
        intranet = hasDevice = isCompliant = isManaged = hasSteps = stepByClaim = mfaDone = mfaByClaim = hasMfaDetail = isTokenProtected =
                false;
        audiences.clear();
        contexts.clear();
        eventTypes.clear();
        methods.clear();
        policies.clear();
    }
}
