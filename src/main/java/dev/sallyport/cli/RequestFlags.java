package dev.sallyport.cli;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The circumstances of a request, by options instead of a file. What is not given is as in a file that does not give it, but for the
 * client.
 */
final class RequestFlags {

    private static final String BROWSER = "browser";
    /** What people call clients, and what Graph calls them (CA-CLI-01). */
    private static final Map<String, String> CLIENTS = new TreeMap<>(Map.of(BROWSER, BROWSER, "app", "mobileAppsAndDesktopClients",
            "mobileappsanddesktopclients", "mobileAppsAndDesktopClients", "activesync", "exchangeActiveSync", "exchangeactivesync",
                    "exchangeActiveSync",
            "legacy", "other", "other", "other"));
    /** Which option a field of a request comes from. */
    private static final Map<String, String> OPTIONS = Map.ofEntries(Map.entry("user", "--user"), Map.entry("application", "--app"),
            Map.entry("authenticationContext", "--authentication-context"),
            Map.entry("clientAppType", "--client"),
            Map.entry("devicePlatform", "--platform"), Map.entry("ipAddress", "--ip"), Map.entry("country", "--country"),
                    Map.entry("signInRiskLevel", "--risk"),
            Map.entry("userRiskLevel", "--user-risk"), Map.entry("insiderRiskLevel", "--insider-risk"),
            Map.entry("agentIdRiskLevel", "--agent-risk"), Map.entry("servicePrincipal", "--service-principal"),
            Map.entry("servicePrincipalRiskLevel", "--service-principal-risk"), Map.entry("device", "--device"),
            Map.entry("authenticationFlow", "--flow"),
            Map.entry("authentication.methods", "--method"), Map.entry("method", "--register"), Map.entry("session.startedDateTime",
                    "--session-started"));

    @Option(names = "--client", paramLabel = "browser|app|activesync|legacy", description = {
        "browser (default), app: a modern app, activesync: Exchange ActiveSync, legacy: a client with basic authentication such as IMAP "
                + "or SMTP."})
    private String client;

    @Option(names = "--platform", paramLabel = "PLATFORM", description = "windows, macOS, iOS, android, linux.")
    private String platform;

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "The public IP address.")
    private String ip;

    @Option(names = "--country", paramLabel = "CC", description = "The country of the address, two letters.")
    private String country;

    @Option(names = "--risk", paramLabel = "LEVEL", description = "The risk of the sign-in: none, low, medium, high.")
    private String risk;

    @Option(names = "--user-risk", paramLabel = "LEVEL", description = "The risk of the user.")
    private String userRisk;

    @Option(names = "--insider-risk", paramLabel = "LEVEL", description = "The insider risk of the user: none, minor, moderate, elevated.")
    private String insiderRisk;

    @Option(names = "--agent-risk", paramLabel = "LEVEL",
            description = "The risk of the agent that signs in, by itself or as an agent user.")
    private String agentRisk;

    @Option(names = "--device", paramLabel = "NAME", description = "A device of the directory, by name or id.")
    private String device;

    @Option(names = "--compliant", description = "The device is registered and compliant; no name is needed.")
    private boolean compliant;

    @Option(names = "--hybrid-joined", description = "The device is joined to Active Directory and registered in Entra; no name is needed.")
    private boolean hybridJoined;

    @Option(names = "--flow", paramLabel = "deviceCodeFlow|authenticationTransfer", description = "The authentication flow.")
    private String flow;

    @Option(names = "--mfa", description = "MFA was just done, with the user's default method or with --method.")
    private boolean mfa;

    @Option(names = "--method", paramLabel = "METHOD", description = "A method that the session used in addition to the password, such as "
            + "fido2. May be repeated.")
    private List<String> methods = List.of();

    @Option(names = "--silent", description = "A token is refreshed without the user. Use --session-started to say when the session began.")
    private boolean silent;

    @Option(names = "--session-started", paramLabel = "INSTANT", description = "When the session began, such as 2026-11-22T10:15:00Z. "
            + "Default: now.")
    private Instant sessionStarted;

    @Option(names = "--new-device", description = "A new device is being set up.")
    private boolean newDevice;

    boolean isEmpty() {
        return client == null && platform == null && ip == null && country == null && risk == null && userRisk == null
                && insiderRisk == null
                && agentRisk == null && device == null && !compliant && !hybridJoined && flow == null && !mfa
                && methods.isEmpty() && !silent && sessionStarted == null && !newDevice;
    }

    /**
     * What the options say about a request of a user.
     *
     * @param isMfaDone whether MFA was done just now although no option says so
     * @param notes takes what a name was taken for, a sentence each
     * @throws PolicyLoadException when a value makes no sense
     */
    SignIn.Builder of(UserState user, Instant time, boolean isMfaDone, Directory directory, Consumer<String> notes)
            throws PolicyLoadException {
        boolean withMfa = mfa || isMfaDone;
        List<String> used = methods.stream().map(method -> graphName(AuthenticationMethodMode.class, method)).toList();
        if (device != null && (compliant || hybridJoined)) {
            throw Names.error("SP1401", "cannot combine --device and " + (compliant ? "--compliant" : "--hybrid-joined"),
                    "keep one of them");
        }
        return SignIn.builder().user(user.userPrincipalName()).createdDateTime(time).clientAppType(client())
                .devicePlatform(graphName(DevicePlatform.class, platform))
                .ipAddress(ip).country(country).signInRiskLevel(graphName(RiskLevel.class, risk))
                .userRiskLevel(graphName(RiskLevel.class, userRisk)).insiderRiskLevel(graphName(InsiderRiskLevel.class, insiderRisk))
                .agentIdRiskLevel(graphName(RiskLevel.class, agentRisk))
                .authenticationFlow(graphName(TransferMethod.class, flow))
                .deviceName(device == null ? null : Names.device(device, directory, notes))
                .device(compliant || hybridJoined ? stated() : null)
                .authentication(MethodOffers.authentication(user, used, withMfa ? time : null))
                .session(SignIn.Session.INTERACTIVE.toBuilder().isInteractive(!silent).isNewDevice(newDevice)
                        .startedDateTime(sessionStarted).build());
    }

    /**
     * What the options say about a request of a service principal.
     *
     * @param principalRisk the risk of the service principal; {@code null} if unknown
     * @throws PolicyLoadException if an option is about users only
     */
    SignIn.Builder ofServicePrincipal(String name, @Nullable String principalRisk, Instant time) throws PolicyLoadException {
        Map<String, Boolean> ofUsers = new LinkedHashMap<>();
        ofUsers.put("--client", client != null);
        ofUsers.put("--platform", platform != null);
        ofUsers.put("--risk", risk != null);
        ofUsers.put("--user-risk", userRisk != null);
        ofUsers.put("--insider-risk", insiderRisk != null);
        ofUsers.put("--device", device != null);
        ofUsers.put("--compliant", compliant);
        ofUsers.put("--hybrid-joined", hybridJoined);
        ofUsers.put("--flow", flow != null);
        ofUsers.put("--mfa", mfa);
        ofUsers.put("--method", !methods.isEmpty());
        ofUsers.put("--silent", silent);
        ofUsers.put("--session-started", sessionStarted != null);
        ofUsers.put("--new-device", newDevice);
        for (Map.Entry<String, Boolean> each : ofUsers.entrySet()) {
            if (each.getValue()) {
                throw Names.error("SP1401", "cannot combine --service-principal and " + each.getKey(), "keep one of them");
            }
        }
        return SignIn.builder().servicePrincipal(name).createdDateTime(time).ipAddress(ip).country(country)
                .servicePrincipalRiskLevel(graphName(RiskLevel.class, principalRisk)).agentIdRiskLevel(graphName(RiskLevel.class,
                agentRisk))
                .session(SignIn.Session.INTERACTIVE.toBuilder().isInteractive(false).build());
    }

    /** A device of which the options say what matters. */
    private Device stated() {
        String id = compliant ? "--compliant" : "--hybrid-joined";
        Map<String, String> texts = new TreeMap<>(Map.of("deviceId", id));
        if (compliant) {
            texts.put("isCompliant", "True");
        }
        if (hybridJoined) {
            texts.put("trustType", "ServerAD");
        }
        return new Device(id, null, compliant ? true : null, compliant ? true : null, hybridJoined ? "ServerAD" : null, texts, Map.of());
    }

    private static <E extends Enum<E> & GraphEnum> String graphName(Class<E> type, String text) {
        E known = text == null ? null : GraphEnum.anyCase(type, text);
        return known == null ? text : known.graphName();               // what is not known is told when the request is decided
    }

    /** The client that is given, else a browser. */
    private String client() throws PolicyLoadException {
        String known = client == null ? BROWSER : CLIENTS.get(client.toLowerCase(Locale.ROOT));
        if (known == null) {
            String near = Suggestions.didYouMean(client, CLIENTS.keySet());
            throw Names.error("SP1401", "--client: unknown kind of client `" + client + "`", near != null ? near
                    : "use browser, app, activesync or legacy");
        }
        return known;
    }

    /** {@code browser}, or what was given. */
    String clientName() {
        return client == null ? BROWSER : client.toLowerCase(Locale.ROOT);
    }

    boolean isSilent() {
        return silent;
    }

    /** The address that was given, or {@code null}. */
    String ip() {
        return ip;
    }

    /** What a decision says about a field of a request, about the option that the field comes from. */
    static String byOption(String message) {
        int colon = message.indexOf(": ");
        String option = colon < 0 ? null : OPTIONS.get(message.substring(0, colon));
        return option == null ? message : option + message.substring(colon);
    }
}
