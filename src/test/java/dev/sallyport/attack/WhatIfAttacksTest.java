package dev.sallyport.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.PolicyEngine;
import dev.sallyport.WhatIfException;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.JsonTree;
import dev.sallyport.fixtures.Property;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.parse.Node;
import dev.sallyport.read.WhatIfReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of What If that would be told less than the engine does, or would cost too much: attacks 103, 104 and 112. */
class WhatIfAttacksTest {

    private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    /** Block policies, each with these conditions, on all users, applications and clients where nothing else is said. */
    private PolicyEngine engine(boolean strict, String... conditions) throws Exception {
        StringBuilder yaml = new StringBuilder("kind: evaluationSettings\nunknownSignals: " + (strict ? "strict" : "entra") + "\n"
                + "---\n{ kind: countryNamedLocation, displayName: By telephone, countriesAndRegions: [DK], countryLookupMethod: authenticatorAppGps }\n"
                + "---\n{ kind: countryNamedLocation, displayName: By address, countriesAndRegions: [DK] }\n"
                + "---\n{ kind: ipNamedLocation, displayName: Office, ipRanges: [{ cidrAddress: 198.51.100.0/24 }] }\n");
        for (int i = 0; i < conditions.length; i++) {
            String set = conditions[i];
            yaml.append("---\n{ kind: conditionalAccessPolicy, id: p").append(i).append(", displayName: p").append(i).append(", state: enabled, ")
                    .append("grantControls: { operator: OR, builtInControls: [block] }, conditions: {").append(set).append(set.isEmpty() ? "" : ", ")
                    .append(set.contains("users:") ? "" : "users: { includeUsers: [All] }, ")
                    .append(set.contains("applications:") ? "" : "applications: { includeApplications: [All] }, ")
                    .append(set.contains("clientAppTypes:") ? "" : "clientAppTypes: [all]").append(" } }\n");
        }
        Path directory = Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                users:
                  - { id: u-ann, userPrincipalName: ann@contoso.com }
                  - { id: u-gus, userPrincipalName: gus@contoso.com, userType: Guest, externalUserType: b2bCollaborationGuest, homeTenantId: 11111111-1111-4111-8111-111111111111 }
                """);
        return PolicyEngine.load(List.of(Files.writeString(folder.resolve("policies.yaml"), yaml)), PolicyEngine.loadDirectory(directory), Clock.systemUTC());
    }

    private static String body(String user, String more, String conditions) {
        return body(user, more, "{'@odata.type': '#microsoft.graph.applicationContext', 'includeApplications': ['" + EXCHANGE + "']}", conditions);
    }

    private static String body(String user, String more, String context, String conditions) {
        return ("{'signInIdentity': {'@odata.type': '#microsoft.graph.userSignIn', 'userId': '" + user + "@contoso.com'" + more + "}, 'signInContext': " + context
                + ", 'signInConditions': " + conditions + "}").replace('\'', '"');
    }

    /** {@code true notSet} of each policy. */
    private static Map<String, String> rows(String response) throws Exception {
        Map<String, String> rows = new TreeMap<>();
        for (Node row : ((Node.Sequence) ((Node.Mapping) JsonTree.parse(response)).get("value")).items()) {
            Node.Mapping policy = (Node.Mapping) row;
            rows.put(text(policy, "id"), text(policy, "policyApplies") + " " + text(policy, "analysisReasons"));
        }
        return rows;
    }

    private static String text(Node.Mapping object, String key) {
        return ((Node.Scalar) object.get(key)).text();
    }

    private static List<Diagnostic> refusal(PolicyEngine engine, String body) {
        WhatIfException refused = catchThrowableOfType(WhatIfException.class, () -> engine.whatIf(body));
        assertThat(refused).isNotNull();
        assertThat(refused.getMessage().length()).isLessThan(2_000);
        return refused.diagnostics();
    }

    // ---- 103

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "signInRiskLevels: [high]                            | {'signInRiskLevel': 'hidden'} | signInRisk",
        "signInRiskLevels: [high]                            | {}                            | signInRisk",
        "userRiskLevels: [high]                              | {}                            | userRisk",
        "insiderRiskLevels: elevated                         | {}                            | insiderRisk",
        "platforms: { includePlatforms: [windows] }          | {}                            | devicePlatform",
        "clientAppTypes: [exchangeActiveSync, other]         | {}                            | clientApps",
        "locations: { includeLocations: [Office] }           | {'country': 'DK'}             | location",
        "locations: { includeLocations: [By address] }       | {'ipAddress': '192.0.2.1'}    | location",
        "authenticationFlows: { transferMethods: deviceCodeFlow } | {}                       | authenticationFlow",
        "devices: { deviceFilter: { mode: include, rule: 'device.isCompliant -eq False' } } | {} | devices"})
    void attack_103_signalThatTheBodyLacks_inStrictMode_makesThePolicyApply(String condition, String conditions, String reason) throws Exception {
        String body = body("ann", "", conditions);
        assertThat(rows(engine(true, condition).whatIf(body))).containsEntry("p0", "true notEnoughInformation");
        assertThat(rows(engine(false, condition).whatIf(body))).as("WI-04").containsEntry("p0", "false " + reason);
    }

    @Test
    void attack_103_platformThatMayBeExcluded_inStrictMode_isNot() throws Exception {
        String condition = "platforms: { includePlatforms: [all], excludePlatforms: [iOS] }";
        assertThat(rows(engine(true, condition).whatIf(body("ann", "", "{}"))).get("p0")).startsWith("true");
        assertThat(rows(engine(false, condition).whatIf(body("ann", "", "{}")))).as("WI-40").containsEntry("p0", "false devicePlatform");
    }

    @Test
    void attack_103_signalThatTheBodyGives_inStrictMode_decides() throws Exception {
        PolicyEngine strict = engine(true, "signInRiskLevels: [high]", "");
        assertThat(rows(strict.whatIf(body("ann", "", "{'signInRiskLevel': 'low'}")))).containsEntry("p0", "false signInRisk").containsEntry("p1", "true notSet");
        assertThat(rows(strict.whatIf(body("ann", "", "{'signInRiskLevel': 'high'}")))).containsEntry("p0", "true notSet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "['All']", "['Office365']"})
    void attack_103_noApplication_inStrictMode_matchesPoliciesOnAnyApplication(String applications) throws Exception {
        String context = "{'@odata.type': '#microsoft.graph.applicationContext', 'includeApplications': " + applications + "}";
        PolicyEngine strict = engine(true, "applications: { includeApplications: [Office365] }", "");
        String response = strict.whatIf(body("ann", "", context, "{}"));
        assertThat(rows(response)).containsEntry("p0", "true notEnoughInformation").containsEntry("p1", "true notSet");
        assertThat(response).contains("@sallyport.warnings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'signInIdentity': {'@odata.type': '#microsoft.graph.userSignIn', 'userId': 'ann@contoso.com'}, 'signInConditions': {'devicePlatform': 'windows'}}",
        "{'signInIdentity': {'@odata.type': '#microsoft.graph.userSignIn', 'userId': 'ann@contoso.com'}, 'signInContext': null}",
        "{'signInIdentity': {'@odata.type': '#microsoft.graph.userSignIn', 'userId': 'ann@contoso.com'}, 'signInContext': {'@odata.type': '#microsoft.graph.applicationContext'}}",
        "{'signInIdentity': {'@odata.type': '#microsoft.graph.userSignIn', 'userId': 'ann@contoso.com'}, 'signInContext': "
            + "{'@odata.type': '#microsoft.graph.applicationContext', 'includeApplications': null}}"})
    void attack_103_bodyWithoutContext_isAnErrorThatSaysWhatToAdd(String body) throws Exception {
        Diagnostic error = refusal(engine(false, ""), body.replace('\'', '"')).get(0);
        assertThat(error.code()).isEqualTo("SP1105");
        assertThat(error.message()).matches("the body has no `signInContext`|signInContext has no `includeApplications`");
        assertThat(error.help()).contains("includeApplications");
    }

    /** Whatever blocks a request in strict mode is never said not to apply to it. */
    @Test
    void attack_103_randomBodies_inStrictMode_noPolicyThatAppliesIsSaidNotTo() throws Exception {
        int compared = 0;
        int blocks = 0;
        for (int number = 0; number < Math.min(Property.WORLDS, 200); number++) {
            RandomWorld world = Property.world(number);
            PolicyEngine entra = PolicyEngine.of(world.scenario(0).loadable().policies(), world.directory(), Clock.fixed(world.clock(), ZoneOffset.UTC), new Diagnostics());
            PolicyEngine engine = entra.with(entra.policySet().evaluationSettings().with(UnknownSignals.STRICT));
            Random random = new Random(number);
            boolean gps = engine.policySet().namedLocations().stream().anyMatch(each -> each instanceof NamedLocation.Country country && country.byGps());
            for (int i = 0; i < 30; i++) {
                String body = body(world.scenario(i).request(), gps, random);
                WhatIfReader.Question question = new WhatIfReader(new Diagnostics()).read(JsonTree.parse(body));
                if (question == null) {
                    continue;
                }
                Decision decision = engine.explain(question.request());
                if (decision.reason().code() == ReasonCode.INVALID_REQUEST) {
                    continue;
                }
                Map<String, String> rows = rows(engine.whatIf(body));
                for (PolicyResult policy : decision.policies()) {
                    assertThat(!policy.applies() || rows.get(policy.id()).startsWith("true")).as("world " + number + ", " + policy + "\n" + body).isTrue();
                    compared++;
                }
                blocks += decision.outcome() == Outcome.BLOCK ? 1 : 0;
            }
        }
        assertThat(compared).isGreaterThan(2_000);
        assertThat(blocks).isGreaterThan(50);
    }

    /** A body with about half of what a request says; without a country where that would stand for a position, which requests give apart. */
    private static String body(Request request, boolean gps, Random random) {
        SignIn signIn = request.signIn();
        Map<String, String> conditions = new TreeMap<>();
        conditions.put("devicePlatform", signIn.devicePlatform());
        conditions.put("clientAppType", signIn.clientAppType());
        conditions.put("signInRiskLevel", signIn.signInRiskLevel());
        conditions.put("userRiskLevel", signIn.userRiskLevel());
        conditions.put("servicePrincipalRiskLevel", signIn.servicePrincipalRiskLevel());
        conditions.put("agentIdRiskLevel", signIn.agentIdRiskLevel());
        conditions.put("insiderRiskLevel", signIn.insiderRiskLevel());
        conditions.put("country", gps ? null : signIn.country());
        conditions.put("ipAddress", signIn.ipAddress());
        conditions.values().removeIf(value -> value == null || value.contains("\"") || value.contains("\\") || random.nextInt(3) == 0);
        List<String> parts = new ArrayList<>(conditions.entrySet().stream().map(entry -> "'" + entry.getKey() + "': '" + entry.getValue() + "'").toList());
        if (random.nextBoolean()) {
            parts.add("'authenticationFlow': {'transferMethod': '" + (signIn.authenticationFlow() == null ? "none" : signIn.authenticationFlow()) + "'}");
        }
        if (random.nextInt(3) == 0) {
            parts.add("'deviceInfo': {'isCompliant': " + random.nextBoolean() + ", 'trustType': 'AzureAD'}");
        }
        boolean registers = request instanceof Registration;
        boolean device = registers && "device".equals(((Registration) request).method());
        String applications = signIn.applications().stream().filter(name -> name != null && !name.contains("\"") && !name.isBlank()).map(name -> "'" + name + "'")
                .collect(Collectors.joining(", "));
        String context = registers ? "{'@odata.type': '#microsoft.graph.userActionContext', 'userAction': '" + (device ? "registerOrJoinDevices" : "registerSecurityInformation") + "'}"
                : "{'@odata.type': '#microsoft.graph.applicationContext', 'includeApplications': [" + (random.nextInt(4) == 0 ? "" : applications) + "]}";
        String identity = signIn.servicePrincipal() != null ? "{'@odata.type': '#microsoft.graph.servicePrincipalSignIn', 'servicePrincipalId': '" + signIn.servicePrincipal() + "'}"
                : "{'@odata.type': '#microsoft.graph.userSignIn', 'userId': '" + signIn.user() + "'}";
        return ("{'signInIdentity': " + identity + ", 'signInContext': " + context + ", 'signInConditions': {" + String.join(", ", parts) + "}}").replace('\'', '"');
    }

    // ---- 104

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "locations: { includeLocations: [All], excludeLocations: [By telephone] } | {'country': 'KP', 'ipAddress': '175.45.176.1'} | true notSet",
        "locations: { includeLocations: [All], excludeLocations: [By telephone] } | {'country': 'DK', 'ipAddress': '175.45.176.1'} | false location",
        "locations: { includeLocations: [All], excludeLocations: [By telephone] } | {'ipAddress': '175.45.176.1'}                  | true notEnoughInformation",
        "locations: { includeLocations: [By telephone] }                          | {'country': 'DK'}                              | true notSet",
        "locations: { includeLocations: [By telephone] }                          | {'country': 'KP'}                              | false location",
        "locations: { includeLocations: [By telephone] }                          | {}                                             | true notEnoughInformation",
        "locations: { includeLocations: [Office], excludeLocations: [By telephone] } | {'country': 'KP', 'ipAddress': '198.51.100.1'} | true notSet"})
    void attack_104_gpsLocation_isTestedByCountry_andAppliesWithoutOne(String condition, String conditions, String row) throws Exception {
        for (boolean strict : new boolean[] {false, true}) {
            assertThat(rows(engine(strict, condition).whatIf(body("ann", "", conditions)))).as("strict: " + strict).containsEntry("p0", row);
        }
    }

    // ---- DEC-09

    @Test
    void externalUserTypeAndTenant_ofTheBody_winOverTheDirectory() throws Exception {
        PolicyEngine engine = engine(false, "users: { includeGuestsOrExternalUsers: { guestOrExternalUserTypes: serviceProvider } }",
                "users: { includeGuestsOrExternalUsers: { guestOrExternalUserTypes: b2bCollaborationGuest } }",
                "users: { includeGuestsOrExternalUsers: { guestOrExternalUserTypes: b2bCollaborationGuest, "
                + "externalTenants: { membershipKind: enumerated, members: [22222222-2222-4222-8222-222222222222] } } }");
        assertThat(rows(engine.whatIf(body("gus", "", "{}")))).containsEntry("p0", "false users").containsEntry("p1", "true notSet").containsEntry("p2", "false users");
        assertThat(rows(engine.whatIf(body("gus", ", 'externalUserType': 'serviceProvider'", "{}")))).containsEntry("p0", "true notSet").containsEntry("p1", "false users");
        assertThat(rows(engine.whatIf(body("gus", ", 'externalUserType': 'none'", "{}")))).containsEntry("p1", "true notSet");
        assertThat(rows(engine.whatIf(body("gus", ", 'externalTenantId': '22222222-2222-4222-8222-222222222222'", "{}")))).containsEntry("p2", "true notSet");
        assertThat(rows(engine.whatIf(body("ann", ", 'externalUserType': 'serviceProvider'", "{}")))).containsEntry("p0", "true notSet");
    }

    // ---- 112

    @Test
    void attack_112_bodyOf64MB_isRefusedAtOnce() throws Exception {
        PolicyEngine engine = engine(false, "");
        String spaces = body("ann", "", "{}").replaceFirst("\\{", "{" + " ".repeat(64 << 20));
        assertTimeoutPreemptively(SOON, () -> assertThat(refusal(engine, spaces)).extracting(Diagnostic::code).containsExactly("SP1003"));
        String value = body("ann" + "x".repeat(40_000_000), "", "{}");
        assertTimeoutPreemptively(SOON, () -> assertThat(refusal(engine, value)).extracting(Diagnostic::code).containsExactly("SP1003"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "application", "nested"})
    void attack_112_bodyWithMoreValuesThanAnyQuestion_isRefusedInOneMessage(String kind) throws Exception {
        PolicyEngine engine = engine(false, "");
        String many = IntStream.range(0, 30_000).mapToObj(i -> kind.equals("application") ? "\"a" + i + "\"" : "\"k" + i + "\":1").collect(Collectors.joining(","));
        String body = switch (kind) {
            case "key" -> body("ann", "", "{}").replaceFirst("}$", "," + many + "}");
            case "application" -> body("ann", "", "{}").replace("\"" + EXCHANGE + "\"", many);
            default -> body("ann", "", "{" + many + "}");
        };
        assertThat(body.length()).isLessThan(WhatIfReader.MOST_CHARACTERS);
        assertTimeoutPreemptively(SOON, () -> assertThat(refusal(engine, body)).extracting(Diagnostic::code).containsExactly("SP1003"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "application", "country", "key"})
    void attack_112_longText_isNotSaidAgain(String where) throws Exception {
        PolicyEngine engine = engine(false, "");
        String text = "x".repeat(where.equals("key") ? 50_000 : 500_000);
        String body = switch (where) {
            case "user" -> body("ann" + text, "", "{}");
            case "application" -> body("ann", "", "{}").replace(EXCHANGE, text);
            case "country" -> body("ann", "", "{'country': '" + text + "'}");
            default -> body("ann", "", "{'" + text + "': 1}");
        };
        assertThat(refusal(engine, body).get(0).message()).startsWith("a text of 50").hasSizeLessThan(200);
    }

    @Test
    void attack_112_byteOrderMark_isPassedOver() throws Exception {
        PolicyEngine engine = engine(false, "");
        String body = body("ann", "", "{}");
        assertThat(engine.whatIf("\uFEFF" + body)).isEqualTo(engine.whatIf(body)).doesNotContain("warnings");
    }
}
