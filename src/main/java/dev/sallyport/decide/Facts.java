package dev.sallyport.decide;

import dev.sallyport.AppPasswords;
import dev.sallyport.Device;
import dev.sallyport.Directory;
import dev.sallyport.Registration;
import dev.sallyport.Request;
import dev.sallyport.SignIn;
import dev.sallyport.UnknownSignals;
import dev.sallyport.UserState;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Credential;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.FirstFactor;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.KnownApplications;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Suggestions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A request whose values make sense: text turned into what it stands for, user and device looked up. Both evaluators begin
 * here. A {@code null} is a signal that is absent; what that means is theirs to say (semantics 5.8).
 */
public final class Facts {

    private static final Instant FIRST = Instant.parse("0001-01-02T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

    private static final long STRONG_METHODS = Arrays.stream(AuthenticationMethodMode.values()).filter(UserState::isStrong)
            .mapToLong(method -> 1L << method.ordinal()).sum();

    /** What is done. */
    public enum Action {
        SIGN_IN, REGISTER_SECURITY_INFO, CREATE_APP_PASSWORD, REGISTER_DEVICE
    }

    final SignIn signIn;
    final Action action;
    /** The method that is being registered, or {@code null}. */
    final AuthenticationMethodMode registering;
    final Instant now;
    final UserState user;
    final Directory.ServicePrincipal principal;
    final Directory.Organization organization;
    private final Directory directory;
    final boolean strict;
    /** Whether a body of What If asks. */
    private final boolean whatIf;
    /** What If's rule for data that is not given: the condition does not hold (WI-04); strict mode comes before it. */
    final boolean missingMisses;
    /** In strict mode an unknown client may be a legacy one or not; this is the request as if it were not, else {@code null}. */
    final Facts asModern;
    private final boolean isModern;

    /** Folded ids of the resources; empty when unknown. */
    final List<String> applications;
    final String authenticationContext;
    final boolean lowPrivilege;

    final ClientAppType client;
    final DevicePlatform platform;
    final IpAddress ip;
    final String country;
    /** The AD FS claim, or an address close to where the session last showed it (CA-LOC-18, CA-LOC-19). */
    final boolean insideCorporateNetwork;
    /** In strict mode: the session showed the claim somewhere, and the address is not known, which may be close to there. */
    final boolean corporateNetworkUnknown;
    final Boolean compliantNetwork;
    final RiskLevel signInRisk;
    final RiskLevel userRisk;
    final RiskLevel servicePrincipalRisk;
    final InsiderRiskLevel insiderRisk;
    final boolean flowKnown;
    final boolean deviceCodeFlow;
    final boolean authenticationTransfer;
    /** The flow that the session came by, or {@code null}. */
    private final TransferMethod original;

    /** The registered device that counts, or {@code null} (CA-DEV-03, CA-DEV-10..12). */
    final Device device;
    final boolean deviceKnown;
    final Credential credential;
    final FirstFactor firstFactor;
    private Boolean appPasswordKnown;
    private List<String> clientNotes = List.of();
    /** The methods that this session used, a bit each. */
    private final long methods;
    final boolean securityDefaultsPrompt;
    final GuestType guestType;
    /** Kinds of guests as which the user may come too, a bit each by ordinal; policies that include those include the user (CA-GST-10). */
    final int alsoGuestTypes;
    /** Whether those kinds are only possible, in strict mode. */
    final boolean alsoGuestUnknown;
    final String homeTenant;
    /** The approved client app control is retired (GR-APP-03). */
    final boolean approvedClientAppRetired;
    /** What had to be assumed, for the decision's diagnostics. */
    final List<String> diagnostics;

    /**
     * Makes sense of a request.
     *
     * @param userState the user's state where the caller supplies it, else {@code null}
     * @param clock     the time of a request that does not say when it happens
     * @throws InvalidRequestException when a value makes no sense, or the user is not known
     */
    public Facts(Request request, UserState userState, Directory directory, EvaluationSettings settings, Instant clock) throws InvalidRequestException {
        this(request, userState, null, directory, settings, clock, false, false);
    }

    /**
     * Makes sense of a request of a workload identity that the caller supplies.
     *
     * @param principal what stands for the request's {@code servicePrincipal}
     * @throws InvalidRequestException when a value makes no sense
     */
    public Facts(Request request, Directory.ServicePrincipal principal, Directory directory, EvaluationSettings settings, Instant clock)
            throws InvalidRequestException {
        this(request, null, principal, directory, settings, clock, false, false);
    }

    /** Makes sense of a request of What If, in which nothing is assumed that is not given (WI-04, WI-40, WI-41), unless in strict mode. */
    public static Facts ofWhatIf(Request request, Directory directory, EvaluationSettings settings, Instant clock) throws InvalidRequestException {
        return new Facts(request, null, null, directory, settings, clock, true, false);
    }

    private Facts(Request request, UserState userState, Directory.ServicePrincipal supplied, Directory directory, EvaluationSettings settings,
            Instant clock, boolean whatIf, boolean modern) throws InvalidRequestException {
        this.whatIf = whatIf;
        this.isModern = modern;
        signIn = request.signIn();
        this.directory = directory;
        organization = directory.organization();
        strict = settings.unknownSignals() == UnknownSignals.STRICT;
        missingMisses = whatIf && !strict;
        now = signIn.createdDateTime() != null ? signIn.createdDateTime() : clock;
        requireCalendar("createdDateTime", now);
        requireCalendar("authentication.mfaDateTime", signIn.authentication().mfaDateTime());
        requireCalendar("authentication.signInDateTime", signIn.authentication().signInDateTime());
        requireCalendar("session.startedDateTime", signIn.session().startedDateTime());
        requireCalendar("session.rememberedMfaDateTime", signIn.session().rememberedMfaDateTime());
        requireCalendar("session.primaryRefreshTokenDateTime", signIn.session().primaryRefreshTokenDateTime());
        registering = request instanceof Registration registration ? method(registration) : null;
        action = action(request);

        if (signIn.servicePrincipal() != null) {
            require(signIn.user() == null, "servicePrincipal", "a request has a user or a service principal, not both");
            require(action == Action.SIGN_IN, "servicePrincipal", "a service principal registers nothing");
            principal = supplied != null ? supplied : directory.servicePrincipal(signIn.servicePrincipal());
            if (principal == null) {
                throw new InvalidRequestException("servicePrincipal", "no service principal is known as `" + signIn.servicePrincipal() + "`, or several are");
            }
            user = null;
        } else {
            require(signIn.user() != null && !signIn.user().isBlank(), "user", "the request names no user");
            user = userState != null ? userState : directory.user(signIn.user());
            if (user == null) {
                String near = Suggestions.didYouMean(signIn.user(), directory.users().stream().limit(10_000).map(UserState::userPrincipalName).toList());
                throw new InvalidRequestException("user", "no user is known as `" + signIn.user() + "`" + (near == null ? "" : "; " + near));
            }
            principal = null;
        }

        applications = applications(directory);
        List<String> notes = clientNotes.isEmpty() ? null : clientNotes;
        authenticationContext = authenticationContext();
        lowPrivilege = !signIn.scopes().isEmpty() && Scopes.areLowPrivilege(signIn.scopes());
        ClientAppType named = CLIENTS.get("clientAppType", signIn.clientAppType());
        boolean registers = action != Action.SIGN_IN && !whatIf;
        require(!registers || named == null || named == ClientAppType.BROWSER || named == ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS, "clientAppType",
                "nothing is registered in a client with legacy authentication");                              // SD-REG-07, REG-09
        client = registers && named == null && !strict ? ClientAppType.BROWSER : named;
        if (client == ClientAppType.ALL || client == ClientAppType.EAS_SUPPORTED) {
            throw new InvalidRequestException("clientAppType", "`" + signIn.clientAppType() + "` is no kind of client");
        }
        platform = PLATFORMS.get("devicePlatform", signIn.devicePlatform());
        require(platform != DevicePlatform.ALL, "devicePlatform", "`all` is no platform");
        ip = address("ipAddress", signIn.ipAddress());
        country = country("country", signIn.country());
        IpAddress corporate = address("session.corporateIpAddress", signIn.session().corporateIpAddress());
        insideCorporateNetwork = signIn.insideCorporateNetwork() || isNear(corporate, ip);
        corporateNetworkUnknown = strict && corporate != null && ip == null;
        compliantNetwork = signIn.compliantNetwork();
        signInRisk = RISKS.get("signInRiskLevel", signIn.signInRiskLevel());
        userRisk = RISKS.get("userRiskLevel", signIn.userRiskLevel());
        servicePrincipalRisk = RISKS.get("servicePrincipalRiskLevel", signIn.servicePrincipalRiskLevel());
        insiderRisk = INSIDER_RISKS.get("insiderRiskLevel", signIn.insiderRiskLevel());
        if (signInRisk == RiskLevel.HIDDEN || userRisk == RiskLevel.HIDDEN || servicePrincipalRisk == RiskLevel.HIDDEN) {
            notes = notes == null ? new ArrayList<>() : notes;
            notes.add("a hidden risk level counts as none [CA-RSK-07]");
        }
        TransferMethod flow = FLOWS.get("authenticationFlow", signIn.authenticationFlow());
        original = FLOWS.get("session.originalTransferMethod", signIn.session().originalTransferMethod());
        flowKnown = flow != null || original != null && !strict;
        deviceCodeFlow = flow == TransferMethod.DEVICE_CODE_FLOW || original == TransferMethod.DEVICE_CODE_FLOW;
        authenticationTransfer = flow == TransferMethod.AUTHENTICATION_TRANSFER || original == TransferMethod.AUTHENTICATION_TRANSFER;
        if (signIn.gps() != null) {
            country("gps.country", signIn.gps().country());
        }

        GuestType requested = GUESTS.get("externalUserType", signIn.externalUserType());
        // WI-22 is What If's: elsewhere nobody leaves the policies on members, or comes by a home tenant's MFA, by calling a member a guest
        require(whatIf || requested == null || user == null || user.guestType() != null, "externalUserType",
                "the user is a member of this tenant, and the request has an external user");
        boolean given = whatIf && requested != null;                                                             // DEC-09
        guestType = user == null ? null : given || user.guestType() == null ? requested : user.guestType();
        String from = signIn.externalTenantId();
        String tenant = user == null ? null : user.homeTenantId() == null || whatIf && from != null ? from : user.homeTenantId();
        homeTenant = tenant == null ? null : WellKnown.fold(tenant);
        Boolean eligible = signIn.session().isDirectConnectEligible();
        alsoGuestTypes = Boolean.TRUE.equals(eligible) || eligible == null && strict ? alsoGuestTypes() : 0;
        alsoGuestUnknown = eligible == null;
        approvedClientAppRetired = !now.isBefore(settings.approvedClientAppRetired());

        Device claimed = signIn.device();
        require(claimed == null || signIn.deviceName() == null, "device", "the request has a device and the name of one, and may mean another by each");
        if (signIn.deviceName() != null) {
            claimed = directory.device(signIn.deviceName());
            if (claimed == null) {
                throw new InvalidRequestException("device", "no device is known as `" + signIn.deviceName() + "`, or several are");
            }
        }
        deviceKnown = claimed != null && (flowKnown || !strict);                                              // GR-CTL-24
        device = deviceKnown ? usable(claimed) : null;

        Credential namedCredential = CREDENTIALS.get("authentication.credential", signIn.authentication().credential());
        boolean givesAppPassword = signIn.authentication().appPassword() != null;
        require(!givesAppPassword || namedCredential == null || namedCredential == Credential.APP_PASSWORD, "authentication.appPassword",
                "an app password is given, and the credential is another");
        credential = givesAppPassword ? Credential.APP_PASSWORD : orElse(namedCredential, Credential.PASSWORD);
        firstFactor = orElse(FIRST_FACTORS.get("authentication.firstFactor", signIn.authentication().firstFactor()), FirstFactor.PASSED);
        methods = methods(signIn.authentication().methods());
        String prompt = signIn.securityDefaultsPrompt();
        if (prompt != null && !prompt.equals("required") && !prompt.equals("notRequired")) {
            throw new InvalidRequestException("securityDefaultsPrompt", "`" + prompt + "` is neither required nor notRequired");
        }
        securityDefaultsPrompt = !"notRequired".equals(prompt);
        diagnostics = notes == null ? List.of() : notes;
        boolean ambiguous = strict && !whatIf && !modern && client == null && principal == null;
        asModern = ambiguous ? new Facts(request, userState, null, directory, settings, clock, false, true) : null;
    }

    private static <T> T orElse(T value, T absent) {
        return value != null ? value : absent;
    }

    /** For messages that need no making: most requests are fine, and none should pay for what is not said. */
    private static void require(boolean holds, String field, String message) throws InvalidRequestException {
        if (!holds) {
            throw new InvalidRequestException(field, message);
        }
    }

    /** Times at the ends of what Java can say cannot be moved by a clock skew or into a zone. */
    private static void requireCalendar(String field, Instant time) throws InvalidRequestException {
        if (time != null && (time.isBefore(FIRST) || !time.isBefore(LAST))) {
            throw new InvalidRequestException(field, "`" + time + "` is not in the years 1 to 9999");
        }
    }

    /** CA-GST-10: collaboration users on Teams and SharePoint Online, where an unknown application may be one; shared channels anywhere. */
    private int alsoGuestTypes() {
        if (guestType == GuestType.B2B_DIRECT_CONNECT_USER) {
            return 1 << GuestType.B2B_COLLABORATION_GUEST.ordinal() | 1 << GuestType.B2B_COLLABORATION_MEMBER.ordinal();
        }
        boolean collaborates = guestType == GuestType.B2B_COLLABORATION_GUEST || guestType == GuestType.B2B_COLLABORATION_MEMBER;
        boolean shared = applications.isEmpty() || applications.contains(WellKnown.MICROSOFT_TEAMS) || applications.contains(WellKnown.SHAREPOINT_ONLINE);
        return collaborates && shared ? 1 << GuestType.B2B_DIRECT_CONNECT_USER.ordinal() : 0;
    }

    private static Action action(Request request) {
        if (!(request instanceof Registration registration)) {
            return Action.SIGN_IN;
        }
        return "device".equals(registration.method()) ? Action.REGISTER_DEVICE
                : "appPassword".equals(registration.method()) ? Action.CREATE_APP_PASSWORD : Action.REGISTER_SECURITY_INFO;
    }

    private static AuthenticationMethodMode method(Registration registration) throws InvalidRequestException {
        return registration.method() == null || registration.method().equals("device") ? null
                : METHODS.get("method", registration.method());
    }

    private List<String> applications(Directory directory) throws InvalidRequestException {
        List<String> names = signIn.applications();
        if (names.isEmpty()) {
            return names;
        }
        if (names.size() == 1) {
            return application(names.get(0), directory);
        }
        Set<String> ids = new LinkedHashSet<>();
        for (String name : names) {
            ids.addAll(application(name, directory));
        }
        return List.copyOf(ids);
    }

    /** What a name or an id stands for: the resources of a client, and itself where it is given by id or declared (CA-APP-04, CA-APP-10). */
    private List<String> application(String name, Directory directory) throws InvalidRequestException {
        List<String> ids = name == null ? List.of() : directory.applicationIds(name);
        if (ids.size() == 1) {
            KnownApplications.Client client = KnownApplications.clientById(ids.get(0));
            return client == null ? ids : opened(name, client, ids.get(0));
        }
        require(name != null && !name.isBlank(), "application", "the application has no name");
        require(ids.isEmpty(), "application", "`" + name + "` is the name of " + ids.size() + " applications");
        String folded = WellKnown.fold(name);
        KnownApplications.Client client = KnownApplications.clientByName(name);
        if (client != null) {
            return opened(name, client, null);
        }
        if (!WellKnown.isId(folded)) {
            String near = Suggestions.didYouMean(name, directory.applications().stream().map(Directory.Application::displayName).toList());
            throw new InvalidRequestException("application", "no application is known as `" + name + "`; " + (near == null ? "write its id" : near));
        }
        return List.of(folded);
    }

    private List<String> opened(String name, KnownApplications.Client client, String id) {
        clientNotes = clientNotes.isEmpty() ? new ArrayList<>(2) : clientNotes;
        clientNotes.add("`" + name + "` " + (name.equals(id) ? "is the client " + client.name() + ", and " : "")
                + "stands for " + KnownApplications.resourcesOf(client) + ": policies are about what a client opens [CA-APP-04]");
        if (id == null) {
            return client.resources();
        }
        List<String> ids = new ArrayList<>(client.resources());
        ids.add(id);
        return List.copyOf(ids);
    }

    /** CA-ACX-06. */
    private String authenticationContext() throws InvalidRequestException {
        String id = signIn.authenticationContext();
        if (id == null) {
            return null;
        }
        if (!id.matches("c[1-9][0-9]?")) {
            throw new InvalidRequestException("authenticationContext", "`" + id + "` is no authentication context: ids are c1 to c99");
        }
        return id;
    }

    private static IpAddress address(String field, String text) throws InvalidRequestException {
        if (text == null) {
            return null;
        }
        IpAddress address = IpAddress.parse(text);
        if (address == null) {
            throw new InvalidRequestException(field, "`" + text + "` is no IP address");
        }
        return address;
    }

    /** CA-LOC-19: the first three octets are the same. */
    private static boolean isNear(IpAddress first, IpAddress now) {
        return first != null && now != null && !first.isIpv6() && !now.isIpv6() && first.low() >>> 8 == now.low() >>> 8;
    }

    private static String country(String field, String code) throws InvalidRequestException {
        if (code == null) {
            return null;
        }
        boolean valid = code.length() == 2 && Character.isLetter(code.charAt(0)) && code.charAt(0) < 128 && Character.isLetter(code.charAt(1)) && code.charAt(1) < 128;
        if (!valid) {
            throw new InvalidRequestException(field, "`" + code + "` is no country code of two letters");
        }
        return code.toUpperCase(Locale.ROOT);
    }

    /** The device if it is registered and its claims may be used here. */
    private Device usable(Device named) {
        if (named == null || !named.isRegistered() || signIn.session().isPrivateBrowsing() || deviceCodeFlow) {
            return null;
        }
        boolean external = guestType != null && guestType != GuestType.INTERNAL_GUEST;
        boolean trusted = organization.isCompliantDeviceAccepted() || organization.isHybridAzureADJoinedDeviceAccepted();
        return external && !trusted ? null : named;
    }

    private static long methods(List<String> names) throws InvalidRequestException {
        long methods = 0;
        for (int i = 0; i < names.size(); i++) {
            AuthenticationMethodMode mode = METHODS.get("authentication.methods", names.get(i));
            require(mode != null, "authentication.methods", "a method is empty");
            methods |= 1L << mode.ordinal();
        }
        return methods;
    }

    /**
     * Whether the user has an app password, and if one was given as text, whether it is one of theirs (AP-10). It is verified when
     * a rule asks, because that takes some milliseconds, and once.
     */
    boolean isAppPasswordKnown() {
        String given = signIn.authentication().appPassword();
        if (given == null) {
            return !user.appPasswords().isEmpty();
        }
        if (asModern != null) {
            return true;                    // it is refused as if by a modern client (AP-11), whatever it is
        }
        if (appPasswordKnown == null) {
            appPasswordKnown = user.appPasswords().stream().anyMatch(each -> AppPasswords.matches(given, each.hash()));
        }
        return appPasswordKnown;
    }

    /** Whether it takes a hash to tell if the app password is known. */
    boolean isAppPasswordToVerify() {
        String given = signIn.authentication().appPassword();
        return given != null && asModern == null && appPasswordKnown == null && !user.appPasswords().isEmpty() && AppPasswords.isAppPassword(given);
    }

    /** Whether this session used a method. */
    boolean hasUsed(AuthenticationMethodMode method) {
        return (methods >>> method.ordinal() & 1) != 0;
    }

    /** Whether this session used a method and no other. */
    boolean hasUsedOnly(AuthenticationMethodMode method) {
        return methods == 1L << method.ordinal();
    }

    /** Whether this session used a method that makes users registered: a Temporary Access Pass is none. */
    boolean hasUsedStrong() {
        return (methods & STRONG_METHODS) != 0;
    }

    /** Whether this session used all of these methods. */
    boolean hasUsed(Set<AuthenticationMethodMode> combination) {
        for (AuthenticationMethodMode method : combination) {
            if (!hasUsed(method)) {
                return false;
            }
        }
        return true;
    }

    /** Who asks, or {@code null} for a service principal. */
    public UserState user() {
        return user;
    }

    /** Whether the Security info page is opened, and nothing in particular is registered yet. */
    public boolean opensSecurityInfo() {
        return action == Action.REGISTER_SECURITY_INFO && registering == null;
    }

    /** Whether an app password is to be created. */
    public boolean createsAppPassword() {
        return action == Action.CREATE_APP_PASSWORD;
    }

    /** The same user in the same session, who registers this. */
    public Facts registering(String method, EvaluationSettings settings) throws InvalidRequestException {
        return new Facts(new Registration(signIn, method, null), user, null, directory, settings, now, false, false);
    }

    /** The request. */
    public SignIn signIn() {
        return signIn;
    }

    /** When it happens. */
    public Instant now() {
        return now;
    }

    /** Whether absent signals are unknown, and not what Entra takes them for. */
    public boolean isStrict() {
        return strict;
    }

    /** What had to be assumed. */
    public List<String> diagnostics() {
        return diagnostics;
    }

    /** Whether a user asks, and no service principal. */
    public boolean isUser() {
        return user != null;
    }

    /** The user or service principal, as the directory names them. */
    public String subjectName() {
        return user != null ? user.userPrincipalName() : principal.displayName();
    }

    /** Whether the user authenticates in another tenant. */
    boolean isExternal() {
        return guestType != null && guestType != GuestType.INTERNAL_GUEST;
    }

    /** Basic authentication; an unknown client is taken for it (CA-CLI-15, CA-UNK-03). */
    boolean isLegacy() {
        return !isModern && principal == null && (client == null || client == ClientAppType.OTHER || client == ClientAppType.EXCHANGE_ACTIVE_SYNC)
                && action == Action.SIGN_IN;
    }

    /** Azure Resource Manager is asked for, or what belongs to it; an unknown application may be it (SD-MFA-05, CA-APP-08). */
    boolean isAzureManagement() {
        return mayBeAnyApplication() || isMember(WellKnown.AZURE_MANAGEMENT);
    }

    private boolean mayBeAnyApplication() {
        return strict && applications.isEmpty() && action == Action.SIGN_IN && authenticationContext == null;
    }

    /** An admin portal is signed in to, as the tenant lists them; an unknown application may be one (MM-01, MM-02). */
    boolean isAdminPortal() {
        return action == Action.SIGN_IN && (mayBeAnyApplication() || isMember(WellKnown.MICROSOFT_ADMIN_PORTALS));
    }

    /** Whether an application of the request is the head of a grouping or belongs to it. */
    private boolean isMember(String grouping) {
        for (int i = 0; i < applications.size(); i++) {
            String id = applications.get(i);
            Directory.Application application = id.equals(grouping) ? null : directory.application(id);
            if (id.equals(grouping) || application != null && application.memberOf().contains(grouping)) {
                return true;
            }
        }
        return false;
    }

    /** The first application of the request that is unknown, so that a grouping may hold it; {@code null} for none. */
    public String unknownApplication() {
        for (int i = 0; action == Action.SIGN_IN && i < applications.size(); i++) {
            if (directory.application(applications.get(i)) == null) {
                return applications.get(i);
            }
        }
        return null;
    }

    /** What administrators do with programs and in portals, as far as an application tells it (AP-12). */
    boolean isAdministration() {
        return isAzureManagement() || isAdminPortal();
    }

    /** What is signed in is not the device that approves, so that neither the device nor an app on it can be shown (CA-DEV-10, AMB-55). */
    boolean mayBeDeviceCodeFlow() {
        return deviceCodeFlow || strict && !flowKnown;
    }

    /** A user of a shared channel, who has no object here. */
    boolean isDirectConnect() {
        return guestType == GuestType.B2B_DIRECT_CONNECT_USER;
    }

    /** Security information is registered or looked at, app passwords included (AP-23). */
    boolean changesSecurityInfo() {
        return action == Action.REGISTER_SECURITY_INFO || action == Action.CREATE_APP_PASSWORD;
    }

    boolean isInteractive() {
        return signIn.session().isInteractive();
    }

    /** Whether a token is refreshed, without its user, in a session that came by a flow which a policy for all resources is about (CA-FLW-05). */
    boolean isRefreshOfFlow(ConditionalAccessPolicy policy) {
        return original != null && original != TransferMethod.NONE && !isInteractive() && policy.conditions().transferMethods().contains(original)
                && policy.conditions().applications().includeApplications().stream().anyMatch(application -> application.id().equals("All"));
    }

    /** The country that Authenticator reported, or {@code null} (CA-LOC-16); What If has one country for both (WI-42, WI-43). */
    String gpsCountry() {
        if (whatIf) {
            return country;
        }
        return signIn.gps() == null || signIn.gps().country() == null ? null : signIn.gps().country().toUpperCase(Locale.ROOT);
    }

    private static final Names<ClientAppType> CLIENTS = new Names<>(ClientAppType.class);
    private static final Names<DevicePlatform> PLATFORMS = new Names<>(DevicePlatform.class);
    private static final Names<RiskLevel> RISKS = new Names<>(RiskLevel.class);
    private static final Names<InsiderRiskLevel> INSIDER_RISKS = new Names<>(InsiderRiskLevel.class);
    private static final Names<TransferMethod> FLOWS = new Names<>(TransferMethod.class);
    private static final Names<GuestType> GUESTS = new Names<>(GuestType.class);
    private static final Names<Credential> CREDENTIALS = new Names<>(Credential.class);
    private static final Names<FirstFactor> FIRST_FACTORS = new Names<>(FirstFactor.class);
    private static final Names<AuthenticationMethodMode> METHODS = new Names<>(AuthenticationMethodMode.class);

    /** The constants of an enum by their Graph names. */
    private static final class Names<E extends Enum<E> & GraphEnum> {

        private final Map<String, E> constants = new HashMap<>();

        Names(Class<E> type) {
            for (E constant : type.getEnumConstants()) {
                constants.put(constant.graphName(), constant);
            }
        }

        /** The constant of a name, or {@code null} when there is no name. */
        E get(String field, String name) throws InvalidRequestException {
            if (name == null) {
                return null;
            }
            E constant = constants.get(name);
            if (constant == null) {
                List<String> names = constants.keySet().stream().sorted().toList();
                String near = Suggestions.didYouMean(name, names);
                throw new InvalidRequestException(field, "`" + name + "` is no value of it; " + (near != null ? near : "it is one of " + String.join(", ", names)));
            }
            return constant;
        }
    }
}
