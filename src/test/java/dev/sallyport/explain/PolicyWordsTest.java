package dev.sallyport.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.FilterRule;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.TimeCondition;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.References;
import dev.sallyport.read.Resources;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PolicyWordsTest {

    private static final String USERS = "{\"includeUsers\": [\"All\"]}";
    private static final String APPS = "{\"includeApplications\": [\"All\"]}";
    private static final String GRANT = "{\"operator\": \"OR\", \"builtInControls\": [\"mfa\"]}";
    private static final String BASE = "Requires MFA for every user, to every application.";
    private static final String FILTER = "{\"mode\": \"include\", \"rule\": \"CustomSecurityAttribute.A_b -eq \\\"x\\\"\"}";
    private static final String NOT_FILTER = FILTER.replace("include", "exclude");

    /** Policies as exports have them, and what is said of them. */
    private static final Map<String, String> SAID = new LinkedHashMap<>();

    static {
        users("{\"includeUsers\": [\"11111111-1111-4111-8111-111111111111\"]}", "for ann@contoso.com,");
        users("{\"includeUsers\": [\"GuestsOrExternalUsers\", \"AllAgentIdUsers\"]}", "for all guests and external users and every agent user,");
        users("{\"includeUsers\": [\"None\"]}", "for no user,");
        users("{\"includeUsers\": [\"All\"], \"excludeUsers\": [\"11111111-1111-4111-8111-111111111111\"]}", "every user, except ann@contoso.com,");
        users("{\"includeGroups\": [\"22222222-2222-4222-8222-222222222222\"]}", "for members of Staff (2 people),");
        users("{\"includeUsers\": [\"All\"], \"excludeGroups\": [\"22222222-2222-4222-8222-222222222222\"]}", ", except members of Staff (2 people),");
        users("{\"includeRoles\": [\"62e90394-69f5-4237-9190-012177145e10\"]}", "for users with the role Global Administrator,");
        users("{\"includeUsers\": [\"All\"], \"excludeRoles\": [\"62e90394-69f5-4237-9190-012177145e10\"]}",
                ", except users with the role Global Administrator,");
        users("{\"includeGuestsOrExternalUsers\": {\"guestOrExternalUserTypes\": \"internalGuest,serviceProvider\"}}",
                "for local guests and service provider users,");
        users("{\"includeGuestsOrExternalUsers\": {\"guestOrExternalUserTypes\": \"b2bCollaborationGuest\", \"externalTenants\": {\"membershipKind\": "
                + "\"enumerated\", \"members\": [\"33333333-3333-4333-8333-333333333333\"]}}}",
                "for B2B collaboration guests of the tenants 33333333-3333-4333-8333-333333333333,");
        users("{\"includeUsers\": [\"All\"], \"excludeGuestsOrExternalUsers\": {\"guestOrExternalUserTypes\": \"b2bDirectConnectUser,"
                + "b2bCollaborationMember,otherExternalUser\"}}", ", except B2B collaboration members, B2B direct connect users and other external users,");
        users("{\"includeUsers\": [\"All\"], \"excludeGuestsOrExternalUsers\": {\"guestOrExternalUserTypes\": \"b2bCollaborationGuest\", \"externalTenants\": "
                + "{\"membershipKind\": \"enumerated\", \"members\": [\"33333333-3333-4333-8333-333333333333\"]}}}",
                ", except B2B collaboration guests of the tenants 33333333-3333-4333-8333-333333333333,");
        users("{\"includeUsers\": [\"All\"], \"includeStars\": [\"x\"]}", "Not evaluated: `includeStars`.");

        apps("{\"includeApplications\": [\"44444444-4444-4444-8444-444444444444\"]}", "to Payroll.");
        apps("{\"includeApplications\": [\"Office365\", \"MicrosoftAdminPortals\"]}", "to Office 365 and Microsoft Admin Portals.");
        apps("{\"includeApplications\": [\"None\"]}", "to no application.");
        apps("{\"includeApplications\": [\"All\"], \"excludeApplications\": [\"44444444-4444-4444-8444-444444444444\"]}",
                "to every application, except Payroll.");
        apps("{\"includeApplications\": [\"None\"], \"applicationFilter\": " + FILTER + "}",
                "to no application and applications that match `CustomSecurityAttribute.A_b -eq \"x\"`.");
        apps("{\"includeApplications\": [\"All\"], \"applicationFilter\": " + NOT_FILTER + "}",
                "to every application, except applications that match `CustomSecurityAttribute.A_b -eq \"x\"`.");
        apps("{\"includeUserActions\": [\"urn:user:registersecurityinfo\"]}", "when registering security info.");
        apps("{\"includeUserActions\": [\"urn:user:registerdevice\"]}", "when registering or joining a device.");
        apps("{\"includeAuthenticationContextClassReferences\": [\"c1\"]}", "when stepping up to the authentication context c1.");
        apps("{\"includeApplications\": [\"All\"], \"includeMoons\": [\"x\"]}", "everything that is not excluded, because a part is not understood");

        more("\"clientAppTypes\": [\"browser\", \"other\"]", "with a browser or another legacy client.");
        more("\"clientAppTypes\": [\"mobileAppsAndDesktopClients\", \"exchangeActiveSync\", \"easSupported\"]",
                "with a mobile app or desktop client, an Exchange ActiveSync client or an Exchange ActiveSync client on a supported platform.");
        more("\"platforms\": {\"includePlatforms\": [\"android\", \"iOS\"]}", "on Android or iOS.");
        more("\"platforms\": {\"includePlatforms\": [\"all\"], \"excludePlatforms\": [\"windows\", \"macOS\", \"linux\", \"windowsPhone\"]}",
                "on every platform except Windows, Windows Phone, macOS and Linux.");
        more("\"locations\": {\"includeLocations\": [\"All\"], \"excludeLocations\": [\"AllTrusted\"]}", "outside trusted locations.");
        more("\"locations\": {\"includeLocations\": [\"All\"]}", "from every location.");
        more("\"locations\": {\"includeLocations\": [\"AllTrusted\"], \"excludeLocations\": [\"55555555-5555-4555-8555-555555555555\"]}",
                "from trusted locations but not from Headquarters.");
        more("\"signInRiskLevels\": [\"high\", \"medium\"]", "at medium or high sign-in risk.");
        more("\"userRiskLevels\": [\"none\", \"low\"]", "at no or low user risk.");
        more("\"servicePrincipalRiskLevels\": [\"high\"]", "at high risk of the service principal.");
        more("\"agentIdRiskLevels\": [\"high\"]", "at high risk of the agent.");
        more("\"insiderRiskLevels\": [\"elevated\", \"minor\"]", "at minor or elevated insider risk.");
        more("\"devices\": {\"deviceFilter\": {\"mode\": \"include\", \"rule\": \"device.isCompliant -eq True\"}}",
                "on devices that match `device.isCompliant -eq True`.");
        more("\"devices\": {\"deviceFilter\": {\"mode\": \"exclude\", \"rule\": \"device.isCompliant -eq True\"}}",
                "on devices that do not match `device.isCompliant -eq True`.");
        more("\"devices\": {\"deviceFilter\": {\"mode\": \"include\", \"rule\": \"device.isCompliant -eq True\", \"moon\": 1}}",
                "on every device, because the filter for devices is not understood.");
        more("\"devices\": {\"includeDeviceStates\": [\"All\"], \"excludeDeviceStates\": [\"Compliant\", \"DomainJoined\"]}",
                "on a device that is not compliant or hybrid joined.");
        more("\"authenticationFlows\": {\"transferMethods\": \"deviceCodeFlow,authenticationTransfer\"}",
                "by device code flow or authentication transfer.");
        more("\"agents\": {\"includeAgentUsers\": [\"All\"], \"excludeAgentUsers\": [\"66666666-6666-4666-8666-666666666666\"]}",
                "for every user and every agent user, except the agent user 66666666-6666-4666-8666-666666666666,");
        more("\"agentContext\": {\"a\": 1}", "Not evaluated: `agentContext`.");
        principals("{\"includeServicePrincipals\": [\"ServicePrincipalsInMyTenant\"], \"excludeServicePrincipals\": [\"77777777-7777-4777-8777-777777777777\"]}",
                "for every service principal of the tenant, except the service principal 77777777-7777-4777-8777-777777777777,");
        principals("{\"servicePrincipalFilter\": " + FILTER + "}", "for service principals that match `CustomSecurityAttribute.A_b -eq \"x\"`,");
        principals("{\"includeAgentIdServicePrincipals\": [\"All\"], \"excludeAgentIdServicePrincipals\": [\"77777777-7777-4777-8777-777777777777\"]}",
                "for every agent identity, except the agent identity 77777777-7777-4777-8777-777777777777,");
        principals("{\"includeAgentIdServicePrincipals\": [\"All\"], \"agentIdServicePrincipalFilter\": " + NOT_FILTER + "}",
                "for every agent identity, except agent identities that match `CustomSecurityAttribute.A_b -eq \"x\"`,");

        grant("{\"operator\": \"OR\", \"builtInControls\": [\"block\"]}", "Blocks access for every user,");
        grant("{\"operator\": \"OR\", \"builtInControls\": [\"block\", \"mfa\"]}", "Blocks access (and names MFA, which a block overrides) for");
        grant("{\"operator\": \"OR\", \"builtInControls\": [\"mfa\", \"compliantDevice\", \"domainJoinedDevice\"]}",
                "Requires MFA, a compliant device or a hybrid joined device for");
        grant("{\"operator\": \"AND\", \"builtInControls\": [\"mfa\", \"compliantDevice\", \"domainJoinedDevice\"]}",
                "Requires MFA, a compliant device and a hybrid joined device for");
        grant("{\"operator\": \"OR\", \"builtInControls\": [\"approvedApplication\", \"compliantApplication\"]}",
                "Requires an approved client app or an app protection policy for");
        grant("{\"operator\": \"AND\", \"builtInControls\": [\"mfa\", \"passwordChange\"]}", "Requires MFA and a password change for");
        grant("{\"operator\": \"OR\", \"builtInControls\": [\"riskRemediation\"]}", "Requires risk remediation for");
        grant("{\"operator\": \"OR\", \"builtInControls\": [], \"authenticationStrength\": {\"id\": \"00000000-0000-0000-0000-000000000004\"}}",
                "Requires the authentication strength Phishing-resistant MFA for");
        grant("{\"operator\": \"OR\", \"builtInControls\": [], \"termsOfUse\": [\"88888888-8888-4888-8888-888888888888\"]}",
                "Requires consent to the terms of use House rules for");
        grant("{\"operator\": \"OR\", \"builtInControls\": [], \"customAuthenticationFactors\": [\"Duo\"]}", "Requires the custom control Duo for");
        grant("{\"operator\": \"OR\", \"builtInControls\": [\"mfa\", \"moonstone\"]}",
                "Requires MFA or `builtInControls`, which is not understood and never met for");

        session("{\"signInFrequency\": {\"isEnabled\": true, \"type\": \"hours\", \"value\": 12}}", "Requires MFA, and asks to sign in again after 12 hours, for");
        session("{\"signInFrequency\": {\"isEnabled\": true, \"type\": \"days\", \"value\": 1, \"authenticationType\": \"secondaryAuthentication\"}}",
                "asks for the second factor again after 1 day,");
        session("{\"signInFrequency\": {\"isEnabled\": true, \"frequencyInterval\": \"everyTime\"}}", "asks to sign in again every time,");
        session("{\"persistentBrowser\": {\"isEnabled\": true, \"mode\": \"never\"}}", "signs the browser out when it is closed,");
        session("{\"persistentBrowser\": {\"isEnabled\": true, \"mode\": \"always\"}}", "keeps the browser signed in after it is closed,");
        session("{\"cloudAppSecurity\": {\"isEnabled\": true, \"cloudAppSecurityType\": \"monitorOnly\"}}", "monitors the session with Defender for Cloud Apps,");
        session("{\"cloudAppSecurity\": {\"isEnabled\": true, \"cloudAppSecurityType\": \"blockDownloads\"}}", "blocks downloads with Defender for Cloud Apps,");
        session("{\"cloudAppSecurity\": {\"isEnabled\": true, \"cloudAppSecurityType\": \"mcasConfigured\"}}",
                "applies the policies of Defender for Cloud Apps to the session,");
        session("{\"applicationEnforcedRestrictions\": {\"isEnabled\": true}}", "lets the application restrict the session,");
        session("{\"secureSignInSession\": {\"isEnabled\": true}}", "requires token protection,");
        session("{\"continuousAccessEvaluation\": {\"mode\": \"disabled\"}}", "turns continuous access evaluation off,");
        session("{\"continuousAccessEvaluation\": {\"mode\": \"strictLocation\"}}", "enforces locations strictly by continuous access evaluation,");
        session("{\"continuousAccessEvaluation\": {\"mode\": \"strictEnforcement\"}}", "enforces continuous access evaluation strictly,");
        session("{\"disableResilienceDefaults\": true}", "turns resilience defaults off,");
        session("{\"moonControl\": {\"isEnabled\": true}}", "Not evaluated: `moonControl`. A condition among these counts as met, a grant control as never met, "
                + "and a session control as not set.");
    }

    private static void users(String users, String said) {
        SAID.put(policy(users, APPS, "", GRANT, "null"), said);
    }

    private static void apps(String apps, String said) {
        SAID.put(policy(USERS, apps, "", GRANT, "null"), said);
    }

    private static void more(String more, String said) {
        SAID.put(policy(USERS, APPS, ", " + more, GRANT, "null"), said);
    }

    private static void principals(String principals, String said) {
        SAID.put(policy("{\"includeUsers\": [\"None\"]}", APPS, ", \"clientApplications\": " + principals, GRANT, "null"), said);
    }

    private static void grant(String grant, String said) {
        SAID.put(policy(USERS, APPS, "", grant, "null"), said);
    }

    private static void session(String session, String said) {
        SAID.put(policy(USERS, APPS, "", GRANT, session), said);
    }

    private static String policy(String users, String apps, String more, String grant, String session) {
        return "{\"id\": \"p\", \"displayName\": \"P\", \"state\": \"enabled\", \"conditions\": {\"users\": " + users + ", \"applications\": " + apps
                + (more.contains("clientAppTypes") ? "" : ", \"clientAppTypes\": [\"all\"]") + more + "}, \"grantControls\": " + grant
                + ", \"sessionControls\": " + session + "}";
    }

    private static final Directory DIRECTORY = Resources.of(Sources.parseText("directory.yaml", """
            kind: directory
            users:
              - { id: 11111111-1111-4111-8111-111111111111, userPrincipalName: ann@contoso.com, memberOf: [Staff] }
              - { id: 11111111-1111-4111-8111-111111111112, userPrincipalName: ben@contoso.com, memberOf: [Inner] }
            groups:
              - { id: 22222222-2222-4222-8222-222222222222, displayName: Staff, members: [Inner] }
              - { id: 22222222-2222-4222-8222-222222222223, displayName: Inner }
            applications:
              - { appId: 44444444-4444-4444-8444-444444444444, displayName: Payroll }
            """, new Diagnostics()), new Diagnostics()).directory();

    private static PolicySet set(String policy) {
        Diagnostics found = new Diagnostics();
        List<Sources.Document> documents = new ArrayList<>(Sources.parse("export.json", policy, found));
        documents.addAll(Sources.parseText("others.yaml", """
                kind: ipNamedLocation
                id: 55555555-5555-4555-8555-555555555555
                displayName: Headquarters
                isTrusted: true
                ipRanges: [ { "@odata.type": "#microsoft.graph.iPv4CidrRange", cidrAddress: 192.0.2.0/24 } ]
                ---
                kind: termsOfUse
                id: 88888888-8888-4888-8888-888888888888
                displayName: House rules
                """, found));
        PolicySet set = References.resolve(Resources.of(documents, found).policySet(), DIRECTORY, found);
        assertThat(found.toList()).filteredOn(each -> each.isError()).as(policy).isEmpty();
        return set;
    }

    private static String sentence(PolicySet set) {
        return new PolicyWords(set, DIRECTORY, 6).sentence(set.policies().get(0));
    }

    @Test
    void sentence_ofEveryConditionAndControl_tellsIt() {
        assertThat(sentence(set(policy(USERS, APPS, "", GRANT, "null")))).isEqualTo(BASE);
        SAID.forEach((policy, said) -> assertThat(sentence(set(policy))).as(policy).contains(said).isNotEqualTo(BASE));
        assertThat(SAID.keySet().stream().map(policy -> sentence(set(policy))).distinct()).hasSameSizeAs(SAID.keySet());
    }

    /** A new component of a policy has to be told too: each has a policy above that differs from the plain one by it. */
    @Test
    void sentences_coverEveryComponentOfPolicies() {
        ConditionalAccessPolicy base = set(policy(USERS, APPS, "", GRANT, "null")).policies().get(0);
        Set<String> told = new TreeSet<>();
        SAID.keySet().forEach(policy -> differences("", base, set(policy).policies().get(0), told));
        Set<String> all = new TreeSet<>();
        components("", ConditionalAccessPolicy.class, all);

        all.removeIf(name -> name.matches("\\.(id|displayName|state|source|annotations.*)") || name.contains(".times"));
        told.removeIf(name -> name.matches("\\.(id|displayName|state|source|annotations.*)"));
        assertThat(told).containsAll(all);
    }

    private static void components(String path, Class<?> type, Set<String> all) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = path + "." + component.getName();
            all.add(name);
            if (isPart(component.getType())) {
                components(name, component.getType(), all);
            }
        }
    }

    private static boolean isPart(Class<?> type) {
        return type.isRecord() && type != Reference.class && type != FilterRule.class && type != Position.class && type != TimeCondition.class;
    }

    private static void differences(String path, Object one, Object other, Set<String> told) {
        Class<?> type = one != null ? one.getClass() : other.getClass();
        for (RecordComponent component : type.getRecordComponents()) {
            try {
                component.getAccessor().setAccessible(true);
                Object a = one == null ? null : component.getAccessor().invoke(one);
                Object b = other == null ? null : component.getAccessor().invoke(other);
                if (!texts(a).equals(texts(b)) || one == null && b != null) {
                    told.add(path + "." + component.getName());
                    if (isPart(component.getType())) {
                        differences(path + "." + component.getName(), a, b, told);
                    }
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A value without positions. */
    private static String texts(Object value) {
        return value instanceof List<?> list ? list.stream().map(PolicyWordsTest::texts).collect(Collectors.joining(",", "[", "]"))
                : value instanceof Reference reference ? reference.id() : String.valueOf(value).replaceAll("position=Position\\[[^]]*]", "");
    }

    @Test
    void sentence_ofTimes_tellsThem() {
        String times = ", \"times\": {\"includedDays\": {\"days\": [\"monday\", \"tuesday\"]}}";
        PolicySet set = set(policy(USERS, APPS, times, GRANT, "null"));
        String sentence = sentence(set);
        if (set.policies().get(0).conditions().times() == null) {
            assertThat(sentence).contains("Not evaluated");
        }
        ConditionalAccessPolicy policy = set.policies().get(0);
        TimeCondition.Days days = new TimeCondition.Days(Set.of(java.time.DayOfWeek.MONDAY, java.time.DayOfWeek.FRIDAY), java.time.ZoneId.of("Europe/Oslo"),
                java.time.LocalTime.of(8, 0), null);
        TimeCondition.Range range = new TimeCondition.Range(java.time.ZoneOffset.UTC, java.time.LocalDateTime.of(2026, 1, 1, 0, 0), null);
        assertThat(words(policy, new TimeCondition(false, days, null, null, range)))
                .contains(", on Monday and Friday from 08:00 to 24:00 (Europe/Oslo) except from 2026-01-01T00:00 (Z).");
        assertThat(words(policy, new TimeCondition(false, null, days, range, null)))
                .contains(", from 2026-01-01T00:00 (Z) except on Monday and Friday from 08:00 to 24:00 (Europe/Oslo).");
        assertThat(words(policy, new TimeCondition(true, null, null, null, null))).contains(", at all times.");
    }

    private static String words(ConditionalAccessPolicy policy, TimeCondition times) {
        ConditionalAccessPolicy.Conditions old = policy.conditions();
        ConditionalAccessPolicy.Conditions now = new ConditionalAccessPolicy.Conditions(old.users(), null, null, old.applications(), old.clientAppTypes(), null,
                null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(), times);
        return new PolicyWords(set(policy(USERS, APPS, "", GRANT, "null")), DIRECTORY, 6).sentence(new ConditionalAccessPolicy("p", "P", policy.state(), now,
                policy.grantControls(), policy.sessionControls(), List.of(), policy.source()));
    }

    @Test
    void sentence_ofALongList_tellsHowManyMore() {
        String groups = java.util.stream.IntStream.range(0, 20).mapToObj(i -> String.format("\"22222222-2222-4222-8222-2222222229%02d\"", i))
                .collect(Collectors.joining(", "));
        assertThat(sentence(set(policy("{\"includeGroups\": [" + groups + "]}", APPS, "", GRANT, "null")))).contains(" (0 people) and 14 others,");
    }

    @Test
    void sentences_ofTheSamples_readWell() throws Exception {
        Diagnostics found = new Diagnostics();
        Directory directory = Resources.readDirectory(List.of(Path.of("samples/directory.yaml")), found).directory();
        PolicySet set = References.resolve(Resources.read(List.of(Path.of("rules/conditional-access")), found).policySet(), directory, found);
        PolicyWords words = new PolicyWords(set, directory, 6);

        assertThat(set.policies().stream().filter(policy -> policy.id().matches("mfa-for-risky-sign-ins|require-mfa-outside-trusted-locations"))
                .map(words::sentence)).containsExactly("Requires MFA, and asks to sign in again every time, for every user, except members of Break glass "
                + "(1 person), to every application, at medium or high sign-in risk.",
                "Requires MFA for every user, except members of Break glass (1 person), to every application, outside trusted locations.");
    }
}
