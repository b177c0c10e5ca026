package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
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
            Map.entry("clientAppType", "--client"),
            Map.entry("devicePlatform", "--platform"), Map.entry("ipAddress", "--ip"), Map.entry("country", "--country"),
                    Map.entry("signInRiskLevel", "--risk"),
            Map.entry("userRiskLevel", "--user-risk"), Map.entry("device", "--device"), Map.entry("authenticationFlow", "--flow"),
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

    @Option(names = "--device", paramLabel = "NAME", description = "A device of the directory, by name or id.")
    private String device;

    @Option(names = "--compliant", description = "The device is registered and compliant; no name is needed.")
    private boolean compliant;

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
        return client == null && platform == null && ip == null && country == null && risk == null && userRisk == null && device == null
                && !compliant && flow == null && !mfa
                && methods.isEmpty() && !silent && sessionStarted == null && !newDevice;
    }

    /**
     * What the options say about a request of a user.
     *
     * @param isMfaDone whether MFA was done just now although no option says so
     * @throws PolicyLoadException when a value makes no sense
     */
    SignIn.Builder of(UserState user, Instant time, boolean isMfaDone, Directory directory, Terminal terminal) throws PolicyLoadException {
        boolean withMfa = mfa || isMfaDone;
        List<String> used = methods.stream().map(method -> graphName(AuthenticationMethodMode.class, method)).toList();
        if (device != null && compliant) {
            throw new PolicyLoadException(List.of(error("SP1401", "cannot combine --device and --compliant", "keep one of them")));
        }
        return SignIn.builder().user(user.userPrincipalName()).createdDateTime(time).clientAppType(client())
                .devicePlatform(graphName(DevicePlatform.class, platform))
                .ipAddress(ip).country(country).signInRiskLevel(graphName(RiskLevel.class, risk))
                .userRiskLevel(graphName(RiskLevel.class, userRisk))
                .authenticationFlow(graphName(TransferMethod.class, flow)).deviceName(device == null ? null : device(directory, terminal))
                .device(compliant ? new Device("--compliant", null, true, true, null, Map.of("deviceId", "--compliant", "isCompliant",
                "True"), Map.of()) : null)
                .authentication(MethodOffers.authentication(user, used, withMfa ? time : null))
                .session(SignIn.Session.INTERACTIVE.toBuilder().isInteractive(!silent).isNewDevice(newDevice)
                        .startedDateTime(sessionStarted).build());
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
            throw new PolicyLoadException(List.of(error("SP1401", "--client: unknown kind of client `" + client + "`", near != null ? near
                    : "use browser, app, activesync or legacy")));
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

    // ---- names

    /** The user of a name or id, or the one whose name has a word that begins so. */
    static UserState user(String name, Directory directory, Terminal terminal) throws PolicyLoadException {
        UserState exact = directory.user(name);
        if (exact != null) {
            return exact;
        }
        Map<UserState, List<String>> users = new LinkedHashMap<>();
        directory.users().forEach(user -> users.put(user, Stream.of(user.userPrincipalName(), user.displayName()).filter(Objects::nonNull)
                .toList()));
        return clear(name, "user", users, UserState::userPrincipalName, "see `sallyport users list`", terminal);
    }

    /** The application of a name or id, or the one whose name has a word that begins so; what is no name stays as it is. */
    static String application(String name, Directory directory, Terminal terminal) throws PolicyLoadException {
        if (!directory.applicationIds(name).isEmpty() || WellKnown.isId(name.toLowerCase(Locale.ROOT))) {
            return name;
        }
        Catalogue.Client client = Catalogue.builtIn().clientByName(name);
        if (client != null && client.opens().size() == 1) {
            String resource = Catalogue.builtIn().nameOf(client.opens().get(0));
            terminal.note("note: `" + name + "` matches " + resource);
            return resource;
        }
        Map<Directory.Application, List<String>> applications = new LinkedHashMap<>();
        directory.applications().forEach(application -> applications.put(application, List.of(application.displayName())));
        return clear(name, "application", applications, Directory.Application::displayName, "write its id", terminal).displayName();
    }

    private String device(Directory directory, Terminal terminal) throws PolicyLoadException {
        if (directory.device(device) != null) {
            return device;
        }
        Map<Device, List<String>> devices = new LinkedHashMap<>();
        directory.devices().stream().filter(each -> each.displayName() != null)
                .forEach(each -> devices.put(each, List.of(each.displayName())));
        Device found = clear(device, "device", devices, Device::displayName, "name a device of the directory, or use --compliant",
                terminal);
        return found.deviceId() == null ? found.displayName() : found.deviceId();
    }

    /** The one thing of which a name has a word that begins with what was given, which is told. */
    private static <T> T clear(String given, String kind, Map<T, List<String>> names, Function<T, String> name, String help,
            Terminal terminal) throws PolicyLoadException {
        List<T> found = names.entrySet().stream().filter(each -> each.getValue().stream().anyMatch(text -> hasWord(text, given)))
                .map(Map.Entry::getKey).toList();
        if (found.size() == 1) {
            terminal.note("note: `" + given + "` matches " + name.apply(found.get(0)));
            return found.get(0);
        }
        if (found.isEmpty()) {
            Collection<String> all = names.size() > 10_000 ? List.of() : names.keySet().stream().map(name).toList();
            String near = Suggestions.didYouMean(given, all);
            throw new PolicyLoadException(List.of(error("SP1202", "unknown " + kind + " `" + given + "`", near != null ? near : help)));
        }
        String some = String.join(", ", found.stream().limit(5).map(each -> "`" + name.apply(each) + "`").toList());
        throw new PolicyLoadException(List.of(error("SP1203", "`" + given + "` matches " + found.size() + " " + kind + "s",
                "write more of the name: " + some + (found.size() > 5 ? ", …" : ""))));
    }

    /** Whether a word of a name begins so. */
    private static boolean hasWord(String name, String beginning) {
        String text = name.toLowerCase(Locale.ROOT);
        String word = beginning.strip().toLowerCase(Locale.ROOT);
        for (int at = word.isEmpty() ? -1 : text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            if (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1))) {
                return true;
            }
        }
        return false;
    }

    private static Diagnostic error(String code, String message, String help) {
        return new Diagnostic(Severity.ERROR, code, message, null, help, null);
    }
}
