package dev.sallyport.decide;

import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Countries;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Device;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.DeviceProperties;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.FirstFactor;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.Quote;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TrafficProfile;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A request whose values make sense: text turned into what it stands for, user and device looked up. Both evaluators begin
 * here. A {@code null} is a signal that is absent; what that means is theirs to say (semantics 5.8).
 */
public final class Facts {

    private static final List<Catalogue.MandatoryMfa> MANDATORY_MFA = Catalogue.builtIn().mandatoryMfa();
    private static final String MAIL = Catalogue.builtIn().use("mail").get(0);
    private static final List<String> DIRECT_CONNECT = Catalogue.builtIn().use("directConnect");
    private static final String AZURE_MANAGEMENT = Catalogue.builtIn().use("azureManagement").get(0);
    private static final Instant FIRST = Instant.parse("0001-01-02T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");

    /** A user principal name has up to 113 characters. Names are compared and searched for, and a stranger chooses how long they are. */
    private static final int LONGEST_NAME = 180;
    /** As many users as are searched for one whose name is near. */
    private static final int SEARCHED_USERS = 10_000;

    private static final long STRONG_METHODS = Arrays.stream(AuthenticationMethodMode.values()).filter(UserState::isStrong)
            .mapToLong(method -> 1L << method.ordinal()).sum();

    /** The ways to read what is not known in strict mode; each later one is made where it may be the stricter. */
    private enum Reading {
        /** An unknown client is a legacy one. */
        FIRST,
        /** It is not. */
        MODERN,
        /** The session has to sign in afresh. */
        AFRESH
    }

    /** What is done. */
    public enum Action {
        SIGN_IN, REGISTER_SECURITY_INFO, CREATE_APP_PASSWORD, REGISTER_DEVICE,
        /** A first method is registered in the middle of what is done (REG-41). No request has this action of its own. */
        REGISTER_FIRST;

        /** Whether security information is registered, for its own sake or in the middle of something else. */
        boolean registers() {
            return this == REGISTER_SECURITY_INFO || this == REGISTER_FIRST;
        }
    }

    final SignIn signIn;
    final Action action;
    /** The method that is being registered, or {@code null}. */
    final AuthenticationMethodMode registering;
    final Instant now;
    final UserState user;
    final Directory.ServicePrincipal principal;
    /** In strict mode, the groups in which the user may be although the directory does not say so. */
    final Set<String> possibleGroups;
    final Directory.Organization organization;
    private final Directory directory;
    private final EvaluationSettings settings;
    final boolean strict;
    /** Whether a body of What If asks. */
    private final boolean whatIf;
    /** What If's rule for data that is not given: the condition does not hold (WI-04); strict mode comes before it. */
    final boolean missingMisses;
    /**
     * In strict mode: the same request read in another way, or {@code null}. What is unknown counts as what is worst, condition by
     * condition.
     * Two things are the worst in no way, and are decided in each: an unknown client may be a legacy one or not, and a session that may
     * have to
     * sign in afresh is asked to ahead of what blocks.
     */
    final Facts otherReading;
    private final Reading reading;
    /** Whether the user is there to answer; unknown counts as yes, but where the session is taken to have to sign in afresh. */
    private final boolean interactive;
    /** Whether an absent time of the session or the sign-in is unknown. */
    final boolean beginUnknown;
    /** Whether the session may have used other methods than are known. */
    final boolean methodsUnknown;

    /** Folded ids of the resources; empty when unknown. */
    final List<String> applications;
    final String authenticationContext;
    /** Whether there may be an authentication context that is not known. */
    final boolean contextUnknown;
    final boolean lowPrivilege;
    /** Whether low-privilege scopes alone may be asked for. */
    final boolean scopesUnknown;

    final ClientAppType client;
    final DevicePlatform platform;
    final IpAddress ip;
    final String country;
    /** The country that Authenticator reported, or {@code null} (CA-LOC-16). */
    private final String gpsCountry;
    /** The AD FS claim, or an address close to where the session last showed it (CA-LOC-18, CA-LOC-19). */
    final boolean insideCorporateNetwork;
    /** In strict mode: the claim is not known, or where the session showed it, or the address, which may be close to there. */
    final boolean corporateNetworkUnknown;
    /** Where the session last showed the claim is known, and not whether the address is close to there. */
    final boolean nearnessUnknown;
    final Boolean compliantNetwork;
    /** Whether Azure resources are changed; {@code null} if unknown (DEC-10). */
    final Boolean azureWrite;
    final RiskLevel signInRisk;
    final RiskLevel userRisk;
    final RiskLevel servicePrincipalRisk;
    final RiskLevel agentRisk;
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
    public Facts(Request request, UserState userState, Directory directory, EvaluationSettings settings, Instant clock)
            throws InvalidRequestException {
        this(request, userState, null, directory, settings, clock, false, Reading.FIRST);
    }

    /**
     * Makes sense of a request of a workload identity that the caller supplies.
     *
     * @param principal what stands for the request's {@code servicePrincipal}
     * @throws InvalidRequestException when a value makes no sense
     */
    public Facts(Request request, Directory.ServicePrincipal principal, Directory directory, EvaluationSettings settings, Instant clock)
            throws InvalidRequestException {
        this(request, null, principal, directory, settings, clock, false, Reading.FIRST);
    }

    /** Why a request makes no sense, with what was most likely meant: for readers of the command line, since the search takes long. */
    public static String suggestion(Request request, Directory directory, EvaluationSettings settings, String message) {
        try {
            new Facts(request, null, null, directory, settings, FIRST, false, Reading.FIRST);
            return message;
        } catch (InvalidRequestException e) {
            return e.field() + ": " + e.suggestion();
        }
    }

    /**
     * The same request in a browser, where it does not say its client and is taken for a legacy one that way; else {@code null}. A block
     * that does
     * not come to it hangs on what the request leaves out.
     */
    public Facts inABrowser() throws InvalidRequestException {
        if (client != null || !isLegacy() || strict) {
            return null;
        }
        SignIn other = signIn.toBuilder().clientAppType(ClientAppType.BROWSER.graphName()).build();
        return new Facts(other, user, null, directory, settings, now, false, Reading.FIRST);
    }

    /** Makes sense of a request of What If, in which nothing is assumed that is not given (WI-04, WI-40, WI-41), unless in strict mode. */
    public static Facts ofWhatIf(Request request, Directory directory, EvaluationSettings settings, Instant clock)
            throws InvalidRequestException {
        return new Facts(request, null, null, directory, settings, clock, true, Reading.FIRST);
    }

    private Facts(Request request, UserState userState, Directory.ServicePrincipal supplied, Directory directory,
            EvaluationSettings settings,
            Instant clock, boolean whatIf, Reading reading) throws InvalidRequestException {
        this.whatIf = whatIf;
        this.reading = reading;
        require(request != null, "request", "there is no request");
        signIn = request.signIn();
        requireParts(signIn);
        this.directory = directory;
        this.settings = settings;
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
        if (request instanceof Registration registration && registration.displayName() != null) {
            requireText("displayName", registration.displayName());
        }
        action = action(request);
        require(!strict || whatIf || !(request instanceof Registration registration) || registration.method() != null, "method",
                "strict mode has to know what is registered: `none` opens the Security info page");

        if (signIn.servicePrincipal() != null) {
            require(signIn.user() == null, "servicePrincipal", "a request has a user or a service principal, not both");
            require(action == Action.SIGN_IN, "servicePrincipal", "a service principal registers nothing");
            requireName("servicePrincipal", signIn.servicePrincipal());
            principal = supplied != null ? supplied : directory.servicePrincipal(signIn.servicePrincipal());
            if (principal == null) {
                throw new InvalidRequestException("servicePrincipal", "unknown service principal ", signIn.servicePrincipal(),
                        ", or several have that name", null, null);
            }
            user = null;
            possibleGroups = Set.of();
        } else {
            require(signIn.user() != null, "user", "the request names no user");
            requireName("user", signIn.user());
            require(!signIn.user().isBlank(), "user", "the request names no user");
            user = userState != null ? userState : directory.user(signIn.user());
            if (user == null) {
                throw new InvalidRequestException("user", "unknown user ", signIn.user(), "", null,
                        () -> directory.users().stream().limit(SEARCHED_USERS).map(UserState::userPrincipalName).toList());
            }
            principal = null;
            boolean incomplete = strict && !whatIf && userState == null && directory.leavesOut(user);
            require(!incomplete, "user", "strict mode has to know the user's `userType`, `accountEnabled` and `memberOf`, and the "
                    + "export of users leaves some of it out");
            possibleGroups = strict ? directory.possibleGroupIds() : Set.of();
        }

        applications = applications(directory);
        List<String> notes = clientNotes.isEmpty() ? null : clientNotes;
        authenticationContext = authenticationContext();
        contextUnknown = strict && action == Action.SIGN_IN && signIn.authenticationContext() == null;
        scopesUnknown = strict && signIn.scopes().isEmpty();
        lowPrivilege = !signIn.scopes().isEmpty() && Scopes.areLowPrivilege(signIn.scopes());
        ClientAppType named = CLIENTS.get("clientAppType", signIn.clientAppType());
        boolean registers = action != Action.SIGN_IN && !whatIf;
        require(!registers || named == null || named == ClientAppType.BROWSER || named == ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS,
                "clientAppType",
                "nothing is registered in a client with legacy authentication");                              // SD-REG-07, REG-09
        client = registers && named == null && !strict ? ClientAppType.BROWSER : named;
        if (client == ClientAppType.ALL || client == ClientAppType.EAS_SUPPORTED) {
            throw new InvalidRequestException("clientAppType", Quote.of(signIn.clientAppType()) + " is not a kind of client");
        }
        platform = PLATFORMS.get("devicePlatform", signIn.devicePlatform());
        require(platform != DevicePlatform.ALL, "devicePlatform", "`all` is not a platform");
        ip = address("ipAddress", signIn.ipAddress());
        country = country("country", signIn.country());
        IpAddress corporate = address("session.corporateIpAddress", signIn.session().corporateIpAddress());
        insideCorporateNetwork = Boolean.TRUE.equals(signIn.insideCorporateNetwork()) || isNear(corporate, ip);
        corporateNetworkUnknown = strict && !insideCorporateNetwork && (signIn.insideCorporateNetwork() == null || corporate == null
                || ip == null);
        nearnessUnknown = !insideCorporateNetwork && corporate != null && ip == null;
        compliantNetwork = signIn.compliantNetwork();
        azureWrite = azureWrite(signIn.azureResourceOperation());
        signInRisk = RISKS.get("signInRiskLevel", signIn.signInRiskLevel());
        userRisk = RISKS.get("userRiskLevel", signIn.userRiskLevel());
        servicePrincipalRisk = RISKS.get("servicePrincipalRiskLevel", signIn.servicePrincipalRiskLevel());
        agentRisk = RISKS.get("agentIdRiskLevel", signIn.agentIdRiskLevel());
        insiderRisk = INSIDER_RISKS.get("insiderRiskLevel", signIn.insiderRiskLevel());
        if (signInRisk == RiskLevel.HIDDEN || userRisk == RiskLevel.HIDDEN || servicePrincipalRisk == RiskLevel.HIDDEN
                || agentRisk == RiskLevel.HIDDEN) {
            notes = notes == null ? new ArrayList<>() : notes;
            notes.add("a hidden risk level counts as none [CA-RSK-07]");
        }
        TransferMethod flow = FLOWS.get("authenticationFlow", signIn.authenticationFlow());
        original = FLOWS.get("session.originalTransferMethod", signIn.session().originalTransferMethod());
        flowKnown = strict ? flow != null && original != null : flow != null || original != null;
        deviceCodeFlow = flow == TransferMethod.DEVICE_CODE_FLOW || original == TransferMethod.DEVICE_CODE_FLOW;
        authenticationTransfer = flow == TransferMethod.AUTHENTICATION_TRANSFER || original == TransferMethod.AUTHENTICATION_TRANSFER;
        gpsCountry = signIn.gps() == null ? null : country("gps.country", signIn.gps().country());

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
        require(claimed == null || signIn.deviceName() == null, "device", "the request has a device and the name of one, and may mean "
                + "another by each");
        if (signIn.deviceName() != null) {
            requireName("device", signIn.deviceName());
            claimed = directory.device(signIn.deviceName());
            if (claimed == null) {
                throw new InvalidRequestException("device", "unknown device ", signIn.deviceName(), ", or several have that name", null,
                        null);
            }
        }
        // GR-CTL-24, CA-DEV-11
        deviceKnown = claimed != null && (!strict || flowKnown && signIn.session().isPrivateBrowsing() != null
                && (claimed.isRegistered() || claimed.deviceId() != null && claimed.trustType() != null));
        device = deviceKnown ? usable(claimed) : null;

        Credential namedCredential = CREDENTIALS.get("authentication.credential", signIn.authentication().credential());
        boolean givesAppPassword = signIn.authentication().appPassword() != null;
        require(!givesAppPassword || namedCredential == null || namedCredential == Credential.APP_PASSWORD, "authentication.appPassword",
                "an app password is given, and the credential is another");
        require(!strict || whatIf || user == null || givesAppPassword || namedCredential != null, "authentication.credential",
                "strict mode has to know it: `password`, `appPassword` or `none`");
        credential = givesAppPassword ? Credential.APP_PASSWORD : orElse(namedCredential, Credential.PASSWORD);
        require(user != null || credential != Credential.APP_PASSWORD, "authentication.credential",
                "a service principal has no app passwords");
        FirstFactor namedFactor = FIRST_FACTORS.get("authentication.firstFactor", signIn.authentication().firstFactor());
        require(!strict || whatIf || user == null || namedFactor != null, "authentication.firstFactor",
                "strict mode has to know it: `passed`, or what was wrong");
        firstFactor = orElse(namedFactor, FirstFactor.PASSED);
        methods = methods(signIn.authentication().methods());
        String prompt = signIn.securityDefaultsPrompt();
        if (prompt != null && !prompt.equals("required") && !prompt.equals("notRequired")) {
            throw new InvalidRequestException("securityDefaultsPrompt", Quote.of(prompt) + " is neither required nor notRequired");
        }
        securityDefaultsPrompt = !"notRequired".equals(prompt);
        diagnostics = notes == null ? List.of() : notes;
        Boolean answers = signIn.session().isInteractive();
        interactive = answers != null ? answers : reading != Reading.AFRESH;
        methodsUnknown = strict && methods == 0;
        beginUnknown = strict && (signIn.authentication().signInDateTime() == null || signIn.session().startedDateTime() == null);
        Reading next = nextReading(answers);
        otherReading = next == null ? null : new Facts(request, userState, null, directory, settings, clock, false, next);
    }

    /** What else the request may be, or {@code null}. */
    private Reading nextReading(Boolean answers) {
        if (!strict || whatIf || principal != null) {
            return null;
        }
        if (reading == Reading.FIRST && client == null) {
            return Reading.MODERN;
        }
        boolean mayBeAsked = changesSecurityInfo() || !Boolean.TRUE.equals(answers);
        return reading != Reading.AFRESH && mayBeAsked && (answers == null || beginUnknown || methodsUnknown) ? Reading.AFRESH : null;
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

    /** Attack 81, attack 83: what may be a name; whichever source looks for it then, it is asked for what it can answer. */
    public static void requireName(String field, String name) throws InvalidRequestException {
        if (name.length() > LONGEST_NAME) {
            throw new InvalidRequestException(field, "a name of " + name.length() + " characters: none has more than " + LONGEST_NAME);
        }
        requireText(field, name);
    }

    private static void requireText(String field, String text) throws InvalidRequestException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isSurrogate(c) && Character.getType(text.codePointAt(i)) == Character.SURROGATE) {
                throw new InvalidRequestException(field, c == 0 ? "it contains a NUL character"
                        : "it contains half a surrogate pair");
            }
            i += Character.isHighSurrogate(c) ? 1 : 0;
        }
    }

    /** What a caller may give as a list and its elements. Most lists are empty, and none of those should cost an iterator. */
    private static void requireTexts(String field, Collection<String> texts) throws InvalidRequestException {
        require(texts != null, field, "the list is null: leave it empty");
        if (texts.isEmpty()) {
            return;
        }
        for (String text : texts) {
            require(text != null, field, "an element of the list is null");
            requireText(field, text);
        }
    }

    /**
     * The parts of a request that callers of the library could leave out, and texts that are compared with names (attack 83, attack 94).
     */
    private static void requireParts(SignIn signIn) throws InvalidRequestException {
        require(signIn != null, "signIn", "the registration has no sign-in");
        require(signIn.authentication() != null, "authentication", "it is null: `Authentication.NONE` says that nothing is known of it");
        require(signIn.session() != null, "session", "it is null: `Session.INTERACTIVE` is the least that there is");
        require(signIn.clientApplication() != null, "clientApplication", "it is null: `ClientApplication.UNKNOWN` says that nothing is "
                + "known of it");
        require(signIn.satisfied() != null, "satisfied", "it is null: `Satisfied.NOTHING` says that nothing is");
        requireTexts("scopes", signIn.scopes());
        requireTexts("satisfied.termsOfUse", signIn.satisfied().termsOfUse());
        requireTexts("satisfied.customAuthenticationFactors", signIn.satisfied().customAuthenticationFactors());
        require(signIn.authentication().methods() != null, "authentication.methods", "the list is null: leave it empty");
        requireTexts("authentication.certificatePolicyOids", signIn.authentication().certificatePolicyOids());
        if (signIn.name() != null) {
            requireText("name", signIn.name());
        }
        if (signIn.externalTenantId() != null) {
            requireName("externalTenantId", signIn.externalTenantId());
        }
        if (signIn.device() != null) {
            requireParts(signIn.device());
        }
    }

    private static void requireParts(Device device) throws InvalidRequestException {
        require(device.texts() != null && device.collections() != null, "device", "its properties are null: leave them empty");
        requireText("device", Objects.requireNonNullElse(device.deviceId(), ""));
        requireText("device", Objects.requireNonNullElse(device.displayName(), ""));
        requireText("device", Objects.requireNonNullElse(device.trustType(), ""));
        if (!device.texts().isEmpty()) {
            requireTexts("device", device.texts().values());
        }
        if (!device.collections().isEmpty()) {
            for (List<String> collection : device.collections().values()) {
                requireTexts("device", collection);
            }
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
        boolean shared = applications.isEmpty() || DIRECT_CONNECT.stream().anyMatch(applications::contains);
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
        return registration.method() == null || registration.method().equals("none") || registration.method().equals("device") ? null
                : METHODS.get("method", registration.method());
    }

    private List<String> applications(Directory directory) throws InvalidRequestException {
        List<String> names = signIn.applications();
        require(names != null, "application", "the list is null: an empty one says that it is not known");
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

    /**
     * What a name or an id stands for: the resources of a client, and itself where it is given by id or declared (CA-APP-04, CA-APP-10).
     */
    private List<String> application(String name, Directory directory) throws InvalidRequestException {
        require(name != null, "application", "the application has no name");
        requireName("application", name);
        List<String> ids = directory.applicationIds(name);
        if (ids.size() == 1) {
            Catalogue.Client client = directory.catalogue().clientById(ids.get(0));
            return client == null ? ids : opened(name, client, ids.get(0));
        }
        require(!name.isBlank(), "application", "the application has no name");
        if (ids.size() > 1) {
            throw new InvalidRequestException("application", Quote.of(name) + " is the name of " + ids.size() + " applications");
        }
        String internet = TrafficProfile.ALL_INTERNET_RESOURCES;
        if (name.length() == internet.length() && WellKnown.isSame(name, internet)) {                        // attack 81: costs little
            return List.of(TrafficProfile.INTERNET.appId());                                             // DEC-15
        }
        Catalogue.Client client = directory.catalogue().clientByName(name);
        if (client != null) {
            return opened(name, client, null);
        }
        if (!WellKnown.isId(name)) {
            throw new InvalidRequestException("application", "unknown application ", name, "", "write its id",
                    () -> directory.applications().stream().map(Directory.Application::displayName).toList());
        }
        return List.of(WellKnown.fold(name));
    }

    private List<String> opened(String name, Catalogue.Client client, String id) {
        clientNotes = clientNotes.isEmpty() ? new ArrayList<>(2) : clientNotes;
        clientNotes.add("`" + name + "` " + (name.equals(id) ? "is the client " + client.displayName() + ", and " : "")
                + "stands for " + directory.catalogue().resourcesOf(client) + ": policies are about what a client opens [CA-APP-04]");
        if (id == null) {
            return client.opens();
        }
        List<String> ids = new ArrayList<>(client.opens());
        ids.add(id);
        return List.copyOf(ids);
    }

    /** CA-ACX-06. */
    private String authenticationContext() throws InvalidRequestException {
        String id = signIn.authenticationContext();
        if (id == null) {
            return null;
        }
        if (id.equals("none")) {
            return null;
        }
        if (!id.matches("c[1-9][0-9]?")) {
            throw new InvalidRequestException("authenticationContext",
                    Quote.of(id) + " is not an authentication context: ids are c1 to c99, "
                    + "or none");
        }
        return id;
    }

    private static IpAddress address(String field, String text) throws InvalidRequestException {
        if (text == null) {
            return null;
        }
        IpAddress address = IpAddress.parse(text);
        if (address == null) {
            throw new InvalidRequestException(field, Quote.of(text) + " is not an IP address");
        }
        return address;
    }

    /** CA-LOC-19: the first three octets are the same. */
    private static boolean isNear(IpAddress first, IpAddress now) {
        return first != null && now != null && !first.isIpv6() && !now.isIpv6() && first.low() >>> 8 == now.low() >>> 8;
    }

    /**
     * The country of a code. One that belongs to no country, such as {@code XX}, {@code EU} or {@code UK}, is what services send that do
     * not
     * know the country: it is unknown, and no foreign one (CA-LOC-14). What is no code at all is a mistake of the caller.
     */
    private static String country(String field, String code) throws InvalidRequestException {
        if (code == null) {
            return null;
        }
        if (!Countries.isCode(code)) {
            throw new InvalidRequestException(field, Quote.of(code) + " is not a country code of two letters");
        }
        String upper = code.toUpperCase(Locale.ROOT);
        return Countries.CODES.contains(upper) ? upper : null;
    }

    /** The device if it is registered and its claims may be used here. */
    private Device usable(Device named) {
        if (named == null || !named.isRegistered() || Boolean.TRUE.equals(signIn.session().isPrivateBrowsing()) || deviceCodeFlow) {
            return null;
        }
        boolean external = guestType != null && guestType != GuestType.INTERNAL_GUEST;
        boolean trusted = organization.isCompliantDeviceAccepted() || organization.isHybridAzureADJoinedDeviceAccepted();
        return external && !trusted ? null : named;
    }

    /** DEC-12: Platform SSO counts as what strengths call Windows Hello for Business. */
    private static long methods(List<String> names) throws InvalidRequestException {
        long methods = 0;
        for (int i = 0; i < names.size(); i++) {
            AuthenticationMethodMode mode = METHODS.get("authentication.methods", names.get(i));
            require(mode != null, "authentication.methods", "a method is empty");
            boolean isPlatform = mode == AuthenticationMethodMode.PLATFORM_CREDENTIAL;
            methods |= 1L << (isPlatform ? AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS : mode).ordinal();
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
            return !strict && !user.appPasswords().isEmpty();
        }
        if (isAlsoReadAsModern()) {
            return true;
        }
        if (appPasswordKnown == null) {
            appPasswordKnown = user.appPasswords().stream().anyMatch(each -> AppPasswords.matches(given, each.hash()));
        }
        return appPasswordKnown;
    }

    /** Whether it takes a hash to tell if the app password is known. */
    boolean isAppPasswordToVerify() {
        String given = signIn.authentication().appPassword();
        return given != null && !isAlsoReadAsModern() && appPasswordKnown == null && !user.appPasswords().isEmpty()
                && AppPasswords.isAppPassword(given);
    }

    /** Whether an app password is refused as if by a modern client (AP-11), whatever it is. */
    private boolean isAlsoReadAsModern() {
        return otherReading != null && otherReading.reading == Reading.MODERN;
    }

    /** Whether this reading takes a session that may have to sign in afresh for one that has to. */
    boolean takenToSignInAfresh() {
        return reading == Reading.AFRESH;
    }

    /** Whether the device leaves out what a filter reads; what the directory leaves out is not there. */
    boolean lacksDeviceProperty(DeviceFilter filter) {
        return strict && device != null && signIn.device() != null && !DeviceProperties.tell(device, filter);
    }

    /** A device whose properties are unknown where it does not say them, else {@code null}. */
    Device deviceThatMayLack() {
        return strict && signIn.device() != null ? device : null;
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

    /** Whether the device has a system of Apple's. */
    public boolean isOnAppleDevice() {
        return platform == DevicePlatform.IOS || platform == DevicePlatform.MAC_OS;
    }

    /** Whether an app password may open Exchange Online over SMTP, the last protocol there with basic authentication (DEC-17). */
    public boolean isAppPasswordOverSmtp() {
        return isLegacy() && client != ClientAppType.EXCHANGE_ACTIVE_SYNC && credential == Credential.APP_PASSWORD
                && (applications.isEmpty() || applications.contains(MAIL));
    }

    /** Whether an app password is to be created. */
    public boolean createsAppPassword() {
        return action == Action.CREATE_APP_PASSWORD;
    }

    /** The same user in the same session, who registers this. */
    public Facts registering(String method, EvaluationSettings settings) throws InvalidRequestException {
        return new Facts(new Registration(signIn, method, null), user, null, directory, settings, now, false, Reading.FIRST);
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

    /** Whether a body of What If asks, which looks at no service dependencies (WI-08). */
    boolean isWhatIf() {
        return whatIf;
    }

    /** The user or service principal, as the directory names them. */
    public String subjectName() {
        return user != null ? user.userPrincipalName() : principal.displayName();
    }

    /** Whether the user authenticates in another tenant. */
    boolean isExternal() {
        return guestType != null && guestType != GuestType.INTERNAL_GUEST;
    }

    /** Whether an agent signs in with its user account (AGT-08). */
    boolean isAgentUser() {
        return user != null && user.isAgentUser();
    }

    /** Basic authentication; an unknown client is taken for it (CA-CLI-15, CA-UNK-03). */
    boolean isLegacy() {
        return principal == null && (client == null && reading == Reading.FIRST || client == ClientAppType.OTHER
                || client == ClientAppType.EXCHANGE_ACTIVE_SYNC)
                && action == Action.SIGN_IN;
    }

    /** Exchange ActiveSync, from devices that the tenant lets show that they are compliant (AMB-59). */
    boolean showsDeviceOverActiveSync() {
        return settings.evaluateActiveSyncDevices() && client == ClientAppType.EXCHANGE_ACTIVE_SYNC;
    }

    /** Azure Resource Manager is asked for, or what belongs to it; an unknown application may be it (SD-MFA-05, CA-APP-08). */
    boolean isAzureManagement() {
        return mayBeAnyApplication() || isMember(AZURE_MANAGEMENT);
    }

    boolean mayBeAnyApplication() {
        return strict && applications.isEmpty();
    }

    /** Microsoft's own MFA is switched on and concerns this; an unknown application may be one of its (MM-01, MM-02, DEC-10). */
    boolean isUnderMandatoryMfa() {
        if (!settings.mandatoryAdminPortalMfa() || action != Action.SIGN_IN || user == null) {
            return false;
        }
        for (Catalogue.MandatoryMfa row : MANDATORY_MFA) {
            if ((mayBeAnyApplication() || applications.contains(row.application())) && isInForce(row)) {
                return true;
            }
        }
        return false;
    }

    private boolean isInForce(Catalogue.MandatoryMfa row) {
        if (!row.isForWritesOnly()) {
            return !now.isBefore(row.since());
        }
        Instant since = settings.mandatoryMfaPhase2From() == null ? row.since() : settings.mandatoryMfaPhase2From();
        return !now.isBefore(since) && (azureWrite == null ? strict : azureWrite);
    }

    private static Boolean azureWrite(String operation) throws InvalidRequestException {
        require(operation == null || operation.equals("read") || operation.equals("write"), "azureResourceOperation",
                "use `read` or `write`");
        return operation == null ? null : operation.equals("write");
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
        return isAzureManagement() || action == Action.SIGN_IN && (mayBeAnyApplication() || isMember(WellKnown.MICROSOFT_ADMIN_PORTALS));
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
        return interactive;
    }

    /**
     * Whether a token is refreshed, without its user, in a session that came by a flow which a policy for all resources is about
     * (CA-FLW-05).
     */
    boolean isRefreshOfFlow(ConditionalAccessPolicy policy) {
        return original != null && original != TransferMethod.NONE && !isInteractive() && policy.conditions().transferMethods()
                .contains(original)
                && policy.conditions().applications().includeApplications().stream().anyMatch(application -> application.id()
                .equals("All"));
    }

    /** The country that Authenticator reported, or {@code null} (CA-LOC-16); What If has one country for both (WI-42, WI-43). */
    String gpsCountry() {
        return whatIf ? country : gpsCountry;
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
        private final String among;

        Names(Class<E> type) {
            for (E constant : type.getEnumConstants()) {
                constants.put(constant.graphName(), constant);
            }
            among = "it is one of " + constants.keySet().stream().sorted().collect(Collectors.joining(", "));
        }

        /** The constant of a name, or {@code null} when there is no name. */
        E get(String field, String name) throws InvalidRequestException {
            if (name == null) {
                return null;
            }
            E constant = constants.get(name);
            if (constant == null) {
                throw new InvalidRequestException(field, "", name, " is not a valid value", among, constants::keySet);
            }
            return constant;
        }
    }
}
