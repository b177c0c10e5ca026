package dev.sallyport.read;

import static dev.sallyport.read.Shape.any;
import static dev.sallyport.read.Shape.bool;
import static dev.sallyport.read.Shape.dateTime;
import static dev.sallyport.read.Shape.field;
import static dev.sallyport.read.Shape.integer;
import static dev.sallyport.read.Shape.list;
import static dev.sallyport.read.Shape.nameOf;
import static dev.sallyport.read.Shape.object;
import static dev.sallyport.read.Shape.oneOf;
import static dev.sallyport.read.Shape.open;
import static dev.sallyport.read.Shape.text;

import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.CloudAppSecurityType;
import dev.sallyport.model.Credential;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.FirstFactor;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PersistentBrowserMode;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.UserType;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.Shape.Field;
import dev.sallyport.read.Shape.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The shapes of the documents that can be loaded, fields in the order in which an author would write them. */
public final class Shapes {

    /** A value of which nothing is known. */
    public static final Shape ANY = any();

    private static final Shape USERS = list(nameOf(Target.USER));
    private static final Shape GROUPS = list(nameOf(Target.GROUP));
    private static final Shape ROLES = list(nameOf(Target.ROLE));
    private static final Shape APPLICATIONS = list(nameOf(Target.APPLICATION));
    private static final Shape PRINCIPALS = list(nameOf(Target.SERVICE_PRINCIPAL));
    private static final Shape LOCATIONS = list(nameOf(Target.LOCATION));
    private static final Shape TEXTS = list(text());

    private static final Shape GUESTS = object(
            field("guestOrExternalUserTypes", list(oneOf(GuestType.class)).orOne(),
            "Types of guests, as a list or joined by commas (CA-GST)."),
            field("externalTenants", object(field("@odata.type", text()), field("membershipKind", oneOf("all", "enumerated")),
            field("members", TEXTS)),
                    "The home tenants of the guests (CA-GST-08)."));

    private static final Shape FILTER = object(field("mode", oneOf("include", "exclude")),
            field("rule", text(), "A rule such as device.isCompliant -eq True."));

    private static final Shape DAYS = object(field("daysOfWeek", TEXTS), field("allDay", bool()), field("startTime", text()),
            field("endTime", text()),
            field("timeZone", text()));
    private static final Shape RANGE = object(field("startDateTime", text()), field("endDateTime", text()), field("timeZone", text()));
    private static final Shape STATES = TEXTS;

    private static final Shape CONDITIONS = object(
            field("users", object(
                    field("includeUsers", USERS, "User principal names, ids, All, None, GuestsOrExternalUsers or AllAgentIdUsers."),
                    field("includeGroups", GROUPS, "Display names or ids of groups."),
                    field("includeRoles", ROLES, "Names or template ids of built-in roles."), field("includeGuestsOrExternalUsers", GUESTS),
                    field("excludeUsers", USERS), field("excludeGroups", GROUPS), field("excludeRoles", ROLES),
                    field("excludeGuestsOrExternalUsers", GUESTS)),
                    "Who the policy is for."),
            field("clientApplications", object(field("includeServicePrincipals", PRINCIPALS), field("excludeServicePrincipals", PRINCIPALS),
                    field("servicePrincipalFilter", FILTER),
                    field("includeAgentIdServicePrincipals", PRINCIPALS, "Names or ids of agent identities and blueprints, or All."),
                    field("excludeAgentIdServicePrincipals", PRINCIPALS), field("agentIdServicePrincipalFilter", FILTER)),
                    "Workload identities and agent identities that the policy is for."),
            field("agents", object(field("includeAgentUsers", USERS, "User principal names or ids of agent users, or All."),
                    field("excludeAgentUsers", USERS), field("agentFilter", any())), "Agent users that the policy is for."),
            field("applications", object(
                    field("includeApplications", APPLICATIONS,
                    "Names or appIds, All, None, Office365, MicrosoftAdminPortals or AllAgentIdResources."),
                    field("excludeApplications", APPLICATIONS),
                    field("includeUserActions", list(oneOf(WellKnown.REGISTER_SECURITY_INFO, WellKnown.REGISTER_DEVICE,
                    WellKnown.CREATE_APP_PASSWORD))),
                    field("includeAuthenticationContextClassReferences", TEXTS, "Ids of authentication contexts, c1 to c99."),
                    field("applicationFilter", FILTER)), "What the policy protects."),
            field("clientAppTypes", list(oneOf(ClientAppType.class)).orOne(), "Kinds of client applications; all for every kind."),
            field("platforms", object(field("includePlatforms", list(oneOf(DevicePlatform.class)).orOne()),
                    field("excludePlatforms", list(oneOf(DevicePlatform.class)).orOne()))),
            field("locations", object(field("includeLocations", LOCATIONS, "Names or ids of named locations, All or AllTrusted."),
                    field("excludeLocations", LOCATIONS))),
            field("signInRiskLevels", list(oneOf(RiskLevel.class)).orOne()),
            field("userRiskLevels", list(oneOf(RiskLevel.class)).orOne()),
            field("servicePrincipalRiskLevels", list(oneOf(RiskLevel.class)).orOne()),
            field("agentIdRiskLevels", list(oneOf("low", "medium", "high")).orOne()),
            field("insiderRiskLevels", list(oneOf(InsiderRiskLevel.class)).orOne()),
            field("devices", object(field("deviceFilter", FILTER), field("includeDevices", STATES), field("excludeDevices", STATES),
                    field("includeDeviceStates", STATES), field("excludeDeviceStates", STATES))),
            field("deviceStates", object(field("includeStates", STATES), field("excludeStates", STATES))),
            field("authenticationFlows", object(field("transferMethods", list(oneOf(TransferMethod.class)).orOne()))),
            field("times", object(field("allTimes", bool()), field("includeDays", DAYS), field("excludeDays", DAYS),
            field("includeRange", RANGE),
                    field("excludeRange", RANGE))),
            field("clients", any()), field("agentContext", any()));

    private static final List<Field> STRENGTH = List.of(
            field("allowedCombinations", TEXTS, "Methods joined by commas, such as password,microsoftAuthenticatorPush (AS-02)."),
            field("combinationConfigurations", list(object(field("id", text()), field("appliesToCombinations", TEXTS),
            field("allowedAAGUIDs", TEXTS),
                    field("allowedIssuerSkis", TEXTS), field("allowedPolicyOIDs", TEXTS)))),
            field("policyType", any()), field("requirementsSatisfied", any()), field("createdDateTime", any()),
            field("modifiedDateTime", any()));

    /** The strength of a policy: an id, or in an export all of it. */
    public static final Shape STRENGTH_REFERENCE = object(Stream.concat(
            Stream.of(field("id", nameOf(Target.STRENGTH)), field("displayName", text()), field("description", any())), STRENGTH.stream())
            .toArray(Field[]::new));

    private static final Shape GRANT = object(
            field("operator", oneOf("AND", "OR"), "Whether all of the controls are needed or one of them."),
            field("builtInControls", list(oneOf(GrantControl.class)).orOne()),
            field("authenticationStrength", STRENGTH_REFERENCE),
            field("authenticationStrength@odata.bind", text()),
            field("termsOfUse", list(nameOf(Target.TERMS_OF_USE))),
            field("customAuthenticationFactors", TEXTS));

    private static final Shape ENABLED = object(field("isEnabled", bool()));

    private static final Shape SESSION = object(
            field("signInFrequency", object(field("isEnabled", bool()), field("frequencyInterval", oneOf("timeBased", "everyTime")),
            field("type", oneOf("days", "hours")),
                    field("value", integer(1, 100_000)), field("authenticationType", oneOf("primaryAndSecondaryAuthentication",
                    "secondaryAuthentication")))),
            field("persistentBrowser", object(field("isEnabled", bool()), field("mode", oneOf(PersistentBrowserMode.class)))),
            field("cloudAppSecurity", object(field("isEnabled", bool()), field("cloudAppSecurityType", oneOf(CloudAppSecurityType.class)))),
            field("applicationEnforcedRestrictions", ENABLED), field("secureSignInSession", ENABLED),
            field("disableResilienceDefaults", any()), field("continuousAccessEvaluation", any()));

    private static final Shape POLICY = object(
            field("id", text()), field("templateId", any()), field("displayName", text()), field("description", any()),
            field("state", oneOf(PolicyState.class), "enabled, disabled, or report-only."),
            field("partialEnablementStrategy", any()), field("conditions", CONDITIONS), field("grantControls", GRANT),
            field("sessionControls", SESSION),
            field("createdDateTime", any()), field("modifiedDateTime", any()), field("deletedDateTime", any())).with("state", "conditions");

    private static final Field[] DATES = {field("createdDateTime", any()), field("modifiedDateTime", any()),
            field("deletedDateTime", any()),
        field("locationType", any()), field("note", any())};

    private static final Shape IP_LOCATION = object(join(List.of(field("id", text()), field("displayName", text()),
            field("isTrusted", bool()),
            field("ipRanges", list(object(field("@odata.type", text()), field("cidrAddress", text(), "Such as 198.51.100.0/24."),
            field("lowerAddress", text()),
                    field("upperAddress", text()))))), DATES)).with("displayName", "ipRanges");

    private static final Shape COUNTRY_LOCATION = object(join(List.of(field("id", text()), field("displayName", text()),
            field("countriesAndRegions", TEXTS, "ISO 3166 codes, such as NL."),
            field("countryLookupMethod", oneOf("clientIpAddress", "authenticatorAppGps")), field("includeUnknownCountriesAndRegions",
            bool()),
            field("isTrusted", bool())), DATES)).with("displayName");

    private static final Shape NETWORK_LOCATION = object(join(List.of(field("id", text()), field("displayName", text()),
            field("isTrusted", any()),
            field("compliantNetworkType", any())), DATES)).with("displayName");

    private static final Shape TERMS = object(field("id", text()), field("displayName", text()), field("isPerDeviceAcceptanceRequired",
            bool(), "Whether every device accepts them for itself (GR-CTL-26)."),
            field("isViewingBeforeAcceptanceRequired", any()), field("userReacceptRequiredFrequency", any()),
            field("termsExpiration", any())).with("displayName");

    private static final Shape SECURITY_DEFAULTS = object(field("id", any()), field("displayName", any()), field("description", any()),
            field("isEnabled", bool()),
            field("registrationGracePeriodDays", integer(0, 365)));

    private static final Shape MFA_SETTINGS = object(field("allowAppPasswords", bool(),
            "Whether users may create app passwords at all; default false."),
            field("trustedIps", TEXTS, "At most 50 IPv4 ranges."), field("skipMfaForFederatedIntranet", bool()),
            field("registrationGracePeriodDays", integer(0, 365), "How long an enabled user may postpone registration; default 14 "
            + "(PU-13)."),
            field("rememberMfaDays", integer(0, 365), "0 is off."), field("maxAppPasswords", integer(0, 1000)));

    private static final Shape EVALUATION_SETTINGS = object(field("unknownSignals", oneOf("entra", "strict")), field("lowPrivilegeScopes",
            oneOf("evaluated", "exempt")),
            field("reportOnlyUserActions", oneOf("notApplied", "evaluated")), field("deviceFilterExtensionAttributes",
            oneOf("keepApplicable", "literal")),
            field("mandatoryAdminPortalMfa", bool(), "Whether Microsoft's own MFA for administration is evaluated; default true (DEC-10)."),
            field("mandatoryMfaPhase2From", text(), "The day from which it asks where Azure resources are changed; default 2025-10-01."),
            field("serviceDependencies", oneOf("evaluated", "ignored"), "Default evaluated (DEC-08)."),
            field("approvedClientAppRetired", text(),
            "The day from which decisions warn about that control; default 2026-03-01 (GR-APP-03)."),
            field("baselineScopesApplication", nameOf(Target.APPLICATION),
            "The application against which baseline scopes are evaluated instead of Windows Azure Active Directory (DEC-14)."),
            field("activeSyncCompliantDevice", oneOf("blocked", "met"),
            "Whether a compliant device meets compliantDevice over Exchange ActiveSync; default blocked (AMB-59)."),
            field("maxPolicies", integer(1, 100_000), "How many policies the tenant holds; default 240 (CA-POL-13)."),
            field("maxIpNamedLocations", integer(1, 100_000), "How many IP named locations the tenant holds; default 195 (CA-LOC-10)."),
            field("maxAuthenticationStrengths", integer(1, 100_000),
            "How many custom strengths the tenant holds; default 15 (CA-POL-13)."));

    private static final Shape CONTEXT = object(field("id", text()), field("displayName", text()), field("description", any()),
            field("isAvailable", any())).with("id");

    private static final Shape USER = object(
            field("id", text()), field("userPrincipalName", text()), field("displayName", text()), field("accountEnabled", bool()),
            field("userType", oneOf(UserType.class)),
            field("externalUserType", oneOf(GuestType.class)), field("homeTenantId", text()),
            field("memberOf", TEXTS, "The groups that the user is in directly."),
            field("roles", list(object(field("role", nameOf(Target.ROLE)), field("directoryScopeId", text())).with("role").orOne()),
            "Built-in roles by name or template id, each with its scope unless that is the whole tenant."),
            field("identityParentId", text(), "The agent identity whose user account this is, by id or name (AGT-10)."),
            field("perUserMfaState", oneOf(PerUserMfaState.class)),
            field("perUserMfaEnabledDateTime", dateTime()), field("firstSignInDateTime", dateTime()),
            field("authenticationMethods", list(object(field("method", oneOf(AuthenticationMethodMode.class)), field("id", any()),
            field("displayName", text()),
                    field("createdDateTime", dateTime()), field("isDefault", bool()), field("isUsable", bool()),
                    field("phoneNumber", text()), field("emailAddress", text())).with("method")), "What is registered."),
            field("appPasswords", list(object(field("id", text()), field("displayName", text()), field("createdDateTime", dateTime()),
            field("hash", text())))),
            field("signInSessionsValidFromDateTime", dateTime()), field("rememberDevicesNotIssuedBefore", dateTime()),
            field("perUserMfaHistory", list(object(field("dateTime", dateTime()), field("from", oneOf(PerUserMfaState.class)),
            field("to", oneOf(PerUserMfaState.class)),
                    field("by", text()))), "Changes of perUserMfaState, oldest first. Commands add to it; decisions ignore it."))
                    .with("userPrincipalName");

    private static final Shape GROUP = object(field("id", text()), field("displayName", text()),
            field("members", TEXTS, "Users or groups, by name or id."))
            .with("displayName");

    private static final Shape ATTRIBUTES = open(open(any()));

    private static final Shape BUNDLES = list(oneOf(Catalogue.builtIn().bundles().stream().map(Catalogue.Bundle::displayName)
            .toArray(String[]::new)));

    private static final Field SOURCE = field("source", text(), "The name of a source. If absent, the row is the tenant's own.");

    private static final Shape CATALOGUE = object(
            field("sources", list(object(field("name", text()), field("page", text()), field("date", text()), field("version", text()))
                    .with("name", "page")), "Where rows are from."),
            field("applications", list(object(field("appId", text()), field("displayName", text()), field("memberOf", BUNDLES), SOURCE)
                    .with("appId"))),
            field("clients", list(object(field("appId", text()), field("displayName", text()), field("opens", TEXTS),
                    field("memberOf", BUNDLES), SOURCE).with("displayName", "opens")), "Clients, and other names of a resource."),
            field("serviceDependencies", list(object(field("application", nameOf(Target.APPLICATION)),
                    field("dependsOn", nameOf(Target.APPLICATION)), field("enforcement", oneOf("early", "late"), "Default early."), SOURCE)
                    .with("application", "dependsOn"))),
            field("controlExemptions", list(object(field("control", oneOf("compliantDevice")),
                    field("application", nameOf(Target.APPLICATION)), field("scopes", TEXTS), SOURCE).with("control", "application"))),
            field("changes", list(object(field("name", text()), field("date", text()), SOURCE).with("name", "date")),
                    "Dates at which the behaviour of Entra changed."));

    private static final Shape APPLICATION = object(field("appId", text()), field("displayName", text()),
            field("memberOf", BUNDLES),
            field("customSecurityAttributes", ATTRIBUTES)).with("appId");

    private static final Shape PRINCIPAL = object(field("id", text()), field("appId", text()), field("displayName", text()),
            field("isSingleTenant", bool()),
            field("isManagedIdentity", bool()),
            field("isAgentIdentity", bool(), "Whether it belongs to an agent. If absent, policies for agents stay applicable (AGT-04)."),
            field("agentIdentityBlueprintId", text(), "The blueprint of an agent, by appId, id or name (AGT-10)."),
            field("isAgentIdentityBlueprint", bool(), "Whether it is a blueprint of agents (AGT-10)."),
            field("customSecurityAttributes", ATTRIBUTES)).with("id");

    private static final Shape DEVICE = object(Stream.of(
            Stream.of(field("id", any()), field("deviceId", text()), field("displayName", text()), field("isCompliant", bool()),
            field("isManaged", bool()),
                    field("trustType", text())),
            Stream.of("deviceOwnership", "ownership", "enrollmentProfileName", "manufacturer", "mdmAppId", "model", "operatingSystem",
            "operatingSystemVersion", "profileType")
                    .map(name -> field(name, text())),
            Stream.iterate(1, i -> i <= 15, i -> i + 1).map(i -> field("extensionAttribute" + i, text())),
            Stream.of(field("physicalIds", TEXTS), field("systemLabels", TEXTS))).flatMap(fields -> fields).toArray(Field[]::new));

    private static final Shape DIRECTORY = object(
            field("organization", object(field("displayName", text()), field("tenantId", text()),
            field("licences", TEXTS, "AAD_PREMIUM, AAD_PREMIUM_P2, AAD_WRKLDID_P1, AAD_WRKLDID_P2 or none."),
                    field("inboundTrust", object(field("isMfaAccepted", bool()), field("isCompliantDeviceAccepted", bool()),
                            field("isHybridAzureADJoinedDeviceAccepted", bool()))))),
            field("breakGlass", TEXTS, "Users and groups that are break-glass accounts."),
            field("groups", list(GROUP)), field("applications", list(APPLICATION)), field("devices", list(DEVICE)),
            field("servicePrincipals", list(PRINCIPAL)), field("users", list(USER)));

    private static final Shape METHODS = TEXTS;

    private static final Shape REQUEST = object(
            field("name", text(), "Shown in the output."), field("user", text(), "User principal name or id."),
            field("servicePrincipal", text()),
            field("method", text(), "What the user registers. Use none for the Security info page. If absent, it is none, except in "
            + "strict mode."), field("displayName", text()),
            field("application", text(), "Name or appId."), field("applications", TEXTS), field("authenticationContext", text()),
            field("clientAppType", oneOf(ClientAppType.class)), field("devicePlatform", text()),
            field("device", DEVICE.orOne(), "A device, or the id or name of one in the directory."),
            field("ipAddress", text()), field("country", text()), field("signInRiskLevel", oneOf(RiskLevel.class)),
            field("userRiskLevel", oneOf(RiskLevel.class)),
            field("insiderRiskLevel", text()), field("servicePrincipalRiskLevel", oneOf(RiskLevel.class)),
            field("agentIdRiskLevel", oneOf(RiskLevel.class), "The risk of the agent that signs in (AGT-07)."),
            field("authenticationFlow", oneOf(TransferMethod.class)), field("createdDateTime", dateTime(), "When it happens; default now."),
            field("authentication", object(field("credential", oneOf(Credential.class)), field("methods", METHODS),
            field("mfaDateTime", dateTime()),
                    field("signInDateTime", dateTime()), field("firstFactor", oneOf(FirstFactor.class)), field("homeTenantMfa", bool()),
                    field("aaguid", text()),
                    field("certificateIssuerSki", text()), field("certificatePolicyOids", TEXTS),
                    field("appPassword", text())), "What this session has proved so far."),
            field("session", object(field("isInteractive", bool()), field("isNewDevice", bool()), field("isPrivateBrowsing", bool()),
            field("startedDateTime", dateTime()),
                    field("isTokenProtected", bool()), field("rememberedMfaDateTime", dateTime()), field("originalTransferMethod",
                    oneOf(TransferMethod.class)), field("corporateIpAddress", text()),
                    field("primaryRefreshTokenDateTime", dateTime(), "When a joined device last renewed it (SS-13)."),
                    field("isDirectConnectEligible", bool(), "Whether an external user may come as B2B collaboration and as B2B direct "
                    + "connect user (CA-GST-10)."))),
            field("clientApplication", object(field("isApproved", bool()), field("isProtected", bool()))), field("scopes", TEXTS),
            field("gps", object(field("country", text()))), field("insideCorporateNetwork", bool()), field("compliantNetwork", bool()),
            field("azureResourceOperation", oneOf("read", "write"), "What is done at Azure Resource Manager."),
            field("securityDefaultsPrompt", oneOf("required", "notRequired")), field("externalTenantId", text()),
            field("externalUserType", text()),
            field("satisfied", object(field("termsOfUse", TEXTS), field("passwordChanged", bool()), field("riskRemediated", bool()),
                    field("customAuthenticationFactors", TEXTS))));

    /** A request that may say its kind. */
    public static final Shape ANY_REQUEST = REQUEST.after(field("kind", oneOf("signIn", "registration")));

    private static final Shape AUTHZEN_MAPPING = object(
            field("subject", object(field("user", text()), field("servicePrincipal", text())),
                    "The name of the subject, such as ${subject.id}@contoso.com."),
            field("applications", TEXTS, "The names of the applications that a request opens, such as ${resource.id}."),
            field("types", object(field("subject", TEXTS), field("resource", TEXTS)), "The types that are known; default every type."),
            field("context", open(any()), "Fields of a request, each with a constant or a placeholder such as ${context.ip}."))
            .with("subject", "applications");

    private Shapes() { }

    /** The resources of a policy set by {@code kind}, without the field {@code kind} itself. */
    public static final Map<String, Shape> POLICY_SET = ordered(
            "conditionalAccessPolicy", POLICY, "ipNamedLocation", IP_LOCATION, "countryNamedLocation", COUNTRY_LOCATION,
            "compliantNetworkNamedLocation", NETWORK_LOCATION,
            "authenticationStrengthPolicy",
                    object(join(List.of(field("id", text()), field("displayName", text()), field("description", any())),
                    STRENGTH.toArray(Field[]::new))).with("displayName", "allowedCombinations"),
            "authenticationContextClassReference", CONTEXT, "termsOfUse", TERMS, "agreement", TERMS,
            "securityDefaults", SECURITY_DEFAULTS, "identitySecurityDefaultsEnforcementPolicy", SECURITY_DEFAULTS,
            "mfaSettings", MFA_SETTINGS, "evaluationSettings", EVALUATION_SETTINGS, "catalogue", CATALOGUE,
            "authzenMapping", AUTHZEN_MAPPING,
            "bindings", object(field("bindings", open(text()), "Values for the placeholders of published policies.")).with("bindings"));

    /** The documents of a directory by {@code kind}. */
    public static final Map<String, Shape> DIRECTORIES = ordered("directory", DIRECTORY, "user", USER, "group", GROUP, "application",
            APPLICATION,
            "device", DEVICE, "servicePrincipal", PRINCIPAL);

    /** Requests by {@code kind}. */
    public static final Map<String, Shape> REQUESTS = ordered("signIn", REQUEST, "registration", REQUEST);

    /** The shape of a document of this kind, or {@code null} for a kind that nobody knows. */
    public static Shape of(String kind) {
        for (Map<String, Shape> kinds : List.of(POLICY_SET, DIRECTORIES, REQUESTS)) {
            if (kinds.containsKey(kind)) {
                return kinds.get(kind);
            }
        }
        return null;
    }

    private static Field[] join(List<Field> first, Field... rest) {
        List<Field> all = new ArrayList<>(first);
        all.addAll(List.of(rest));
        return all.toArray(Field[]::new);
    }

    /** A map of kinds and shapes in turn, in this order. */
    private static Map<String, Shape> ordered(Object... kindsAndShapes) {
        Map<String, Shape> map = new LinkedHashMap<>();
        for (int i = 0; i < kindsAndShapes.length; i += 2) {
            map.put((String) kindsAndShapes[i], (Shape) kindsAndShapes[i + 1]);
        }
        return java.util.Collections.unmodifiableMap(map);
    }
}
