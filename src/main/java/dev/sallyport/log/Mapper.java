package dev.sallyport.log;

import dev.sallyport.log.LogRecord.Applied;
import dev.sallyport.log.LogRecord.Mfa;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Countries;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns records into requests (section 16). What a record does not say stays absent. For one thread. */
public final class Mapper {

    private final Directory directory;
    private final Memo<String, String> clients = new Memo<>(Mapper::client);
    private final Memo<String, String> platforms = new Memo<>(Mapper::platform);
    private final Memo<DeviceDetail, Device> devices;

    /** What tells one device from another. */
    private record DeviceDetail(String id, String name, String operatingSystem, boolean isCompliant, boolean isManaged,
            String trustType) { }

    public Mapper(Directory directory) {
        this.directory = directory;
        this.devices = new Memo<>(detail -> device(detail.id() == null ? null : directory.device(detail.id()), detail.id(), detail.name(),
                detail.operatingSystem(), detail.isCompliant(), detail.isManaged(), detail.trustType()));
    }

    /** Whether a record tells of AD FS or a RADIUS server, which says nothing about Conditional Access (LOG-23). */
    public static boolean isFederationServer(RawRecord raw) {
        return raw.resourceId != null && (raw.resourceId.equalsIgnoreCase("adfs") || raw.resourceId.equalsIgnoreCase("radius"))
                || raw.category != null && raw.category.toLowerCase(Locale.ROOT).startsWith("adfs");
    }

    public LogRecord map(RawRecord raw) {
        if (raw.decision != null) {
            return decided(raw);
        }
        Instant created = raw.created != null ? raw.created : raw.time;
        LogRecord.Workload workload = workload(raw);
        LogRecord.User user = workload != null ? null : new LogRecord.User(raw.userId, raw.userPrincipalName, raw.userType,
                raw.homeTenantId, raw.resourceTenantId, raw.crossTenantAccessType, agentOfUser(raw));
        Integer errorCode = raw.errorCode != null ? raw.errorCode : raw.resultType;
        Mfa mfa = workload != null ? Mfa.NOT_DONE : mfa(raw, errorCode);
        String subject = workload != null ? first(workload.displayName(), workload.id(), workload.appId()) : first(raw.userPrincipalName,
                raw.userId, "(no user)");
        List<String> applications = applications(raw);
        SignIn.Builder signIn = SignIn.builder().applications(applications).ipAddress(address(raw)).country(country(raw.country))
                .compliantNetwork(compliantNetwork(raw)).insideCorporateNetwork(raw.intranet);
        String risk = risk(raw.risk);
        if (workload != null) {
            signIn.servicePrincipal(first(workload.id(), workload.appId())).servicePrincipalRiskLevel(risk)
                    .agentIdRiskLevel(Boolean.TRUE.equals(workload.isAgent()) ? risk : null);
        } else {
            String flow = flow(raw.protocol);
            signIn.user(first(raw.userPrincipalName, raw.userId, "(no user)")).signInRiskLevel(risk)
                    .agentIdRiskLevel(user.identityParentId() != null ? risk : null)
                    .clientAppType(clients.of(raw.clientAppUsed))
                    .devicePlatform(platforms.of(raw.operatingSystem)).device(device(raw)).authenticationFlow(flow)
                    .session(session(raw)).authentication(authentication(raw, mfa)).satisfied(satisfied(raw.policies));
            if (applications.isEmpty() && !raw.contexts.isEmpty() && raw.contexts.get(0).matches("c[1-9][0-9]?")) {
                signIn.authenticationContext(raw.contexts.get(0));
            }
        }
        return new LogRecord(raw.file, raw.line, raw.id, created, subject, user, workload, application(raw, applications), signIn.build(),
                mfa,
                raw.hasDevice || workload != null, !raw.methods.isEmpty(), errorCode, raw.conditionalAccessStatus,
                List.copyOf(raw.policies), null);
    }

    /** A decision of a decision point: its request says everything. */
    private LogRecord decided(RawRecord raw) {
        LoggedDecision decision = raw.decision;
        SignIn signIn = decision.request() == null ? SignIn.builder().build() : decision.request().signIn();
        boolean isWorkload = signIn.servicePrincipal() != null;
        String subject = first(decision.user(), "(no user)");
        return new LogRecord(raw.file, raw.line, raw.id, signIn.createdDateTime() != null ? signIn.createdDateTime() : raw.time, subject,
                isWorkload ? null : new LogRecord.User(null, subject, null, null, null, null, null),
                isWorkload ? new LogRecord.Workload(subject, null, subject, false, false, null, null, false) : null,
                application(raw, signIn.applications()), signIn, Mfa.UNKNOWN, true, true, null, null, List.of(), decision);
    }

    private static String first(String... texts) {
        for (String text : texts) {
            if (text != null) {
                return text;
            }
        }
        return null;
    }

    // ---- who

    /** LOG-10, AM-17; a record with nothing but a service principal is one of a workload identity. */
    private static LogRecord.Workload workload(RawRecord raw) {
        String category = raw.category == null ? "" : raw.category.toLowerCase(Locale.ROOT);
        boolean managed = category.startsWith("managedidentity") || raw.eventTypes.contains("managedIdentity");
        boolean principal = managed || category.contains("serviceprincipal") || raw.eventTypes.contains("servicePrincipal")
                || raw.userId == null && raw.userPrincipalName == null && raw.servicePrincipalId != null;
        if (!principal || raw.servicePrincipalId == null && raw.appId == null) {
            return null;
        }
        String type = agentType(raw);
        boolean isAgent = type.equals("agenticappinstance");
        return new LogRecord.Workload(raw.servicePrincipalId, raw.appId, raw.servicePrincipalName, managed,
                category.startsWith("microsoftserviceprincipal"), type.isEmpty() ? null : Boolean.valueOf(isAgent),
                isAgent ? raw.agentParentAppId : null, !type.isEmpty() && !isAgent && !type.equals("notagentic"));
    }

    private static String agentType(RawRecord raw) {
        return raw.agentType == null ? "" : raw.agentType.toLowerCase(Locale.ROOT);
    }

    /** AGT-11: the agent of an agent user, or {@code null}; a user for which an agent acts is a person. */
    private static String agentOfUser(RawRecord raw) {
        String type = agentType(raw);
        if (!type.equals("agentiduser") && !type.equals("unknownfuturevalue")) {
            return null;
        }
        return raw.agentParentId == null ? "" : raw.agentParentId;
    }

    // ---- what and where

    /** LOG-04: the audiences that Entra evaluated, else the resource, else the client, which stands for what it opens (CA-APP-04). */
    private List<String> applications(RawRecord raw) {
        if (!raw.audiences.isEmpty()) {
            List<String> known = new ArrayList<>();
            for (String audience : raw.audiences) {
                if (isApplication(audience) && !known.contains(audience)) {
                    known.add(audience);
                }
            }
            if (!known.isEmpty()) {
                return known;
            }
        }
        for (String candidate : new String[] {raw.resourceId, raw.resourceDisplayName, raw.appId, raw.appDisplayName}) {
            if (candidate != null && isApplication(candidate)) {
                return List.of(candidate);
            }
        }
        return List.of();
    }

    private boolean isApplication(String nameOrId) {
        return WellKnown.isId(WellKnown.fold(nameOrId)) || directory.applicationIds(nameOrId).size() == 1
                || Catalogue.builtIn().clientByName(nameOrId) != null;
    }

    private String application(RawRecord raw, List<String> applications) {
        if (raw.audiences.isEmpty() && raw.resourceDisplayName != null) {
            return raw.resourceDisplayName;
        }
        Directory.Application known = applications.isEmpty() ? null : directory.application(applications.get(0));
        return known != null ? known.displayName() : first(raw.resourceDisplayName, raw.appDisplayName, applications.isEmpty() ? "(unknown)"
                : applications.get(0));
    }

    /** LOG-05: the user's own address; the one that the resource saw stands in for it where the log has no other. */
    private static String address(RawRecord raw) {
        for (String text : new String[] {raw.ipAddress, raw.callerIpAddress, raw.ipAddressFromResourceProvider}) {
            if (text != null && IpAddress.parse(text) != null) {
                return text;
            }
        }
        return null;
    }

    /** LOG-05, CA-LOC-21: whoever has an address of Global Secure Access came through it. */
    private static Boolean compliantNetwork(RawRecord raw) {
        boolean hasAddress = raw.globalSecureAccessIpAddress != null && IpAddress.parse(raw.globalSecureAccessIpAddress) != null;
        return raw.throughGlobalSecureAccess == null && hasAddress ? Boolean.TRUE : raw.throughGlobalSecureAccess;
    }

    /** The country of a location, if the text is a country code (LOG-06). */
    private static String country(String text) {
        return text != null && Countries.isCode(text) ? text : null;
    }

    // ---- with what

    /** The client type that a {@code clientAppUsed} of a log names (LOG-40 to LOG-55). */
    static String client(String used) {
        String folded = used == null ? "" : used.toLowerCase(Locale.ROOT).replace(" ", "");
        if (folded.startsWith("otherclients;")) {
            folded = folded.substring("otherclients;".length());
        }
        return switch (folded) {
            case "" -> null;
            case "browser" -> "browser";
            case "mobileappsanddesktopclients", "modernclients", "modernmobile", "desktopclient" -> "mobileAppsAndDesktopClients";
            case "exchangeactivesync" -> "exchangeActiveSync";
            default -> "other";
        };
    }

    /** The device platform that an operating system of a log names (LOG-60 to LOG-66). */
    static String platform(String operatingSystem) {
        if (operatingSystem == null) {
            return null;
        }
        String folded = operatingSystem.strip().toLowerCase(Locale.ROOT);
        if (folded.startsWith("windows phone") || folded.startsWith("windowsphone")) {
            return "windowsPhone";
        }
        if (folded.startsWith("windows")) {
            return "windows";
        }
        if (folded.startsWith("ios") || folded.startsWith("ipados") || folded.startsWith("iphone")) {
            return "iOS";
        }
        if (folded.startsWith("macos") || folded.startsWith("mac os") || folded.startsWith("osx")) {
            return "macOS";
        }
        if (folded.startsWith("android")) {
            return "android";
        }
        return folded.startsWith("linux") || folded.startsWith("ubuntu") ? "linux" : null;
    }

    /** The trust type of a device behind the words of a log (LOG-67). */
    static String trustType(String words) {
        String folded = words == null ? "" : words.strip().toLowerCase(Locale.ROOT);
        if (folded.contains("hybrid") || folded.equals("serverad")) {
            return "ServerAD";
        }
        if (folded.endsWith("registered") || folded.equals("workplace")) {
            return "Workplace";
        }
        return folded.endsWith("joined") || folded.equals("azuread") ? "AzureAD" : null;
    }

    /**
     * The device as it was, with what only the directory knows about it as it is (RPL-01); one without an id is not registered (LOG-08).
     */
    private Device device(RawRecord raw) {
        return !raw.hasDevice ? null
                : devices.of(new DeviceDetail(raw.deviceId, raw.deviceName, raw.operatingSystem, raw.isCompliant, raw.isManaged,
                raw.trustType));
    }

    /** A device that a log tells about; blank text is none. */
    static Device device(Device known, String deviceId, String name, String operatingSystem, boolean isCompliant, boolean isManaged,
            String trustWords) {
        String id = deviceId == null || deviceId.isBlank() ? null : deviceId;
        String trust = trustType(trustWords);
        String platform = platform(operatingSystem);
        Map<String, String> texts = new LinkedHashMap<>(known == null ? Map.of() : known.texts());
        if (id != null) {
            texts.put("deviceId", id);
        }
        if (name != null && !name.isBlank()) {
            texts.put("displayName", name);
        }
        texts.put("isCompliant", isCompliant ? "True" : "False");
        if (trust != null) {
            texts.put("trustType", trust);
        }
        if (platform != null) {
            texts.putIfAbsent("operatingSystem", platform.equals("windows") ? "Windows" : platform.equals("android") ? "Android"
                    : platform);
        }
        return new Device(id, texts.get("displayName"), isCompliant, isManaged, trust, texts, known == null ? Map.of()
                : known.collections());
    }

    private static String risk(String level) {
        String folded = level == null ? "" : level.toLowerCase(Locale.ROOT);
        return switch (folded) {
            case "none", "low", "medium", "high", "hidden" -> folded;
            default -> null;
        };
    }

    /** The authentication flow that a protocol of a log names (LOG-13). */
    private static String flow(String protocol) {
        if (protocol == null) {
            return null;
        }
        String folded = protocol.toLowerCase(Locale.ROOT);
        return folded.contains("devicecode") ? "deviceCodeFlow" : folded.contains("authenticationtransfer") ? "authenticationTransfer"
                : "none";
    }

    // ---- how

    private static SignIn.Session session(RawRecord raw) {
        String category = raw.category == null ? "" : raw.category.toLowerCase(Locale.ROOT);
        boolean interactive = raw.isInteractive != null ? raw.isInteractive
                : !category.startsWith("noninteractive") && !raw.eventTypes.contains("nonInteractiveUser");
        String original = raw.originalTransferMethod == null ? null : flow(raw.originalTransferMethod);
        if (interactive && !raw.isTokenProtected && original == null) {
            return SignIn.Session.INTERACTIVE;
        }
        return SignIn.Session.INTERACTIVE.toBuilder().isInteractive(interactive).isTokenProtected(raw.isTokenProtected)
                .originalTransferMethod(original).build();
    }

    /** Whether MFA was done, as far as a record tells (RPL-02). */
    private static Mfa mfa(RawRecord raw, Integer errorCode) {
        if (errorCode != null && Recorded.asksForMfa(errorCode)) {
            return Mfa.NOT_DONE;
        }
        if (raw.mfaDone || raw.hasMfaDetail && Integer.valueOf(0).equals(errorCode)) {
            return Mfa.DONE;
        }
        boolean required = "multiFactorAuthentication".equalsIgnoreCase(raw.requirement) && Integer.valueOf(0).equals(errorCode);
        boolean enforced = false;
        for (Applied policy : raw.policies) {
            enforced |= "success".equals(policy.result()) && policy.grantControls().size() == 1 && policy.grantControls().get(0)
                    .equalsIgnoreCase("Mfa");
        }
        if (raw.mfaByClaim || required || enforced) {
            return Mfa.BY_CLAIM;
        }
        return raw.hasSteps && !raw.stepByClaim ? Mfa.NOT_DONE : Mfa.UNKNOWN;
    }

    private static SignIn.Authentication authentication(RawRecord raw, Mfa mfa) {
        boolean done = mfa == Mfa.DONE || mfa == Mfa.BY_CLAIM;
        if (!done && raw.methods.isEmpty()) {
            return SignIn.Authentication.NONE;
        }
        return SignIn.Authentication.builder().credential(raw.methods.contains("appPassword") ? "appPassword" : null).methods(raw.methods)
                .mfaDateTime(done ? Instant.EPOCH : null).homeTenantMfa(done).build();
    }

    /** Terms of use and custom controls that an enforced policy found met: whatever it names that is no control of Entra's own. */
    private static SignIn.Satisfied satisfied(List<Applied> policies) {
        List<String> names = null;
        for (Applied policy : policies) {
            if ("success".equals(policy.result())) {
                for (String control : policy.grantControls()) {
                    if (!Recorded.isBuiltIn(control)) {
                        names = names == null ? new ArrayList<>() : names;
                        names.add(control);
                    }
                }
            }
        }
        return names == null ? SignIn.Satisfied.NOTHING : new SignIn.Satisfied(names, false, false, names);
    }
}
