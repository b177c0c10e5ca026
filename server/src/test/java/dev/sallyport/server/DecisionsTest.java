package dev.sallyport.server;

import static dev.sallyport.server.Running.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own JSON, Graph's What If, and AuthZEN without a mapping. */
class DecisionsTest {

    private static Running running;

    @BeforeAll
    static void start() throws Exception {
        running = Running.of(Running.local(Running.resource("gateway/policies.yaml"), Running.resource("gateway/directory.yaml"),
                SettingsReader.read(Running.resource("gateway/server.yaml"))), engine -> engine.withUserStates(name -> {
                    if (name.startsWith("hal")) {
                        throw new IllegalStateException("the database is down");
                    }
                    return engine.directory().user(name);
                }));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static String request(String user) {
        return "{\"user\":\"" + user + "@contoso.com\",\"application\":\"Wiki\",\"clientAppType\":\"browser\"}";
    }

    // ---- our own JSON

    @ParameterizedTest
    @CsvSource({"ann, allow, noPolicyApplies", "ben, challenge, mfaRequired", "finn, prompt-register, registrationRequired",
        "gus, block, blockedByConditionalAccess", "nobody, block, invalidRequest"})
    void decision_ofOneRequest_isThatOfTheEngine(String user, String outcome, String reason) throws Exception {
        HttpResponse<String> response = running.post("/v1/decisions", request(user));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(at(response, "outcome")).isEqualTo("\"" + outcome + "\"");
        assertThat(at(response, "reason.code")).isEqualTo("\"" + reason + "\"");
        assertThat(at(response, "policies")).isEqualTo("[]");
    }

    @Test
    void decision_thatFailed_isUnavailable() throws Exception {
        HttpResponse<String> response = running.post("/v1/decisions", request("hal"));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("5");
        assertThat(at(response, "outcome")).isEqualTo("\"block\"");
    }

    @Test
    void decisions_ofAList_keepTheirOrder() throws Exception {
        HttpResponse<String> response = running.post("/v1/decisions", "[" + request("gus") + "," + request("ann") + "," + request("hal") + "]");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(at(response, "0.outcome")).isEqualTo("\"block\"");
        assertThat(at(response, "1.outcome")).isEqualTo("\"allow\"");
        assertThat(at(response, "2.reason.code")).isEqualTo("\"evaluationFailed\"");
        assertThat(running.post("/v1/decisions", "[]").body()).isEqualTo("[]");
    }

    @Test
    void explanation_ofARequest_hasARowPerPolicy() throws Exception {
        HttpResponse<String> response = running.post("/v1/decisions:explain", request("gus"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(at(response, "policies.1.id")).isEqualTo("\"admin-page\"");
        assertThat(at(response, "decidedBy")).isNotEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "7", "null", "{\"usr\":\"ann@contoso.com\"}", "{\"user\":[]}", "[{\"user\":\"ann@contoso.com\"},7]",
        "{\"kind\":\"directory\",\"user\":\"ann@contoso.com\"}", "{\"user\":\"ann@contoso.com\",\"user\":\"ida@contoso.com\"}",
        "{\"signInIdentity\":{}}", "{\"createdDateTime\":\"now\",\"user\":\"ann@contoso.com\"}"})
    void decision_ofAMalformedBody_isBadRequest(String body) throws Exception {
        HttpResponse<String> response = running.post("/v1/decisions", body);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(at(response, "detail")).isNotNull();
    }

    @Test
    void decision_ofAnUnknownKey_namesItsPlace() throws Exception {
        assertThat(at(running.post("/v1/decisions", "{\"user\":\"ann@contoso.com\",\"aplication\":\"Wiki\"}"), "detail"))
                .contains("body:1:27: error SP1102: unknown key `aplication`").contains("did you mean `application`?");
    }

    // ---- What If

    @Test
    void whatIf_ofABody_isGraphsAnswer() throws Exception {
        HttpResponse<String> response = running.post("/identity/conditionalAccess/evaluate", """
                {"signInIdentity":{"@odata.type":"#microsoft.graph.userSignIn","userId":"gus@contoso.com"},
                 "signInContext":{"@odata.type":"#microsoft.graph.applicationContext","includeApplications":["3c5ab9c8-0000-4000-8000-000000000001"]},
                 "signInConditions":{"clientAppType":"browser"},"appliedPoliciesOnly":true}""");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(at(response, "value.0.id")).isEqualTo("\"block\"");
        assertThat(at(response, "value.0.policyApplies")).isEqualTo("true");
    }

    @Test
    void whatIf_ofAWrongBody_isAnErrorOfGraph() throws Exception {
        HttpResponse<String> response = running.post("/identity/conditionalAccess/evaluate", "{\"signInIdentity\":{}}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(at(response, "error.code")).isEqualTo("\"BadRequest\"");
        assertThat(running.post("/identity/conditionalAccess/evaluate", "{").statusCode()).isEqualTo(400);
    }

    // ---- AuthZEN without a mapping

    private static HttpResponse<String> evaluation(String user, String application, String context) throws Exception {
        return running.post("/access/v1/evaluation", "{\"subject\":{\"type\":\"user\",\"id\":\"" + user + "\"},\"action\":{\"name\":\"open\"},"
                + "\"resource\":{\"type\":\"application\",\"id\":\"" + application + "\"},\"context\":" + context + "}");
    }

    @Test
    void evaluation_withoutAMapping_takesNamesAndFacts() throws Exception {
        assertThat(at(evaluation("ann@contoso.com", "Wiki", "{}"), "decision")).isEqualTo("true");
        assertThat(at(evaluation("ann", "3c5ab9c8-0000-4000-8000-000000000001", "null"), "decision")).isEqualTo("true");
        assertThat(at(evaluation("ann@contoso.com", "Wiki administration", "{}"), "decision")).isEqualTo("false");
        assertThat(at(evaluation("jon@contoso.com", "Wiki", "{\"ipAddress\":\"198.51.100.4\",\"time\":7}"), "decision")).isEqualTo("true");
        assertThat(at(evaluation("jon@contoso.com", "Wiki", "{\"ipAddress\":\"203.0.113.4\"}"), "decision")).isEqualTo("false");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // an application that no policy is about is not the same as one that nobody knows
        "ann@contoso.com | 00000000-1111-4000-8000-000000000000 | {}", "ann@contoso.com | Wikis | {}", "ann@contoso.com | All | {}",
        "nobody@contoso.com | Wiki | {}", "'' | Wiki | {}", "ann@contoso.com | Wiki | {\"ipAddress\":{}}",
        "ann@contoso.com | Wiki | {\"ipAddress\":\"198.51.100\"}", "ann@contoso.com | Wiki | {\"clientAppType\":\"fax\"}",
        "ann@contoso.com | Wiki | {\"session\":{\"isInteractive\":\"perhaps\"}}", "ann@contoso.com | Wiki | {\"ipAddress\":\"198.51.100.1\",\"IPADDRESS\":\"1.1.1.1\"}",
        "gus@contoso.com | Wiki | {\"user\":\"ann@contoso.com\",\"kind\":\"registration\",\"applications\":[]}"})
    void evaluation_ofWhatIsUnknown_isNo(String user, String application, String context) throws Exception {
        assertThat(at(evaluation(user, application, context), "decision")).isNotEqualTo("true");
    }

    @ParameterizedTest
    @CsvSource({"ben@contoso.com, challenge, mfaRequired", "finn@contoso.com, prompt-register, registrationRequired"})
    void evaluation_thatIsNo_saysWhatIsMissing(String user, String outcome, String reason) throws Exception {
        HttpResponse<String> response = evaluation(user, "Wiki", "{\"clientAppType\":\"browser\"}");

        assertThat(at(response, "context.outcome")).isEqualTo("\"" + outcome + "\"");
        assertThat(at(response, "context.reason")).isEqualTo("\"" + reason + "\"");
        assertThat(at(response, outcome.equals("challenge") ? "context.requiredControls" : "context.registration.methods")).isNotNull();
        assertThat(at(response, "context.claims.access_token.acrs.value")).isEqualTo(outcome.equals("challenge") ? "\"c1\"" : null);
    }

    @Test
    void evaluation_thatFailed_isNo() throws Exception {
        HttpResponse<String> response = evaluation("hal@contoso.com", "Wiki", "{}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(at(response, "decision")).isEqualTo("false");
        assertThat(at(response, "context.reason")).isEqualTo("\"evaluationFailed\"");
    }

    @Test
    void evaluation_withSessionControls_namesThem() throws Exception {
        assertThat(at(evaluation("dan@contoso.com", "Wiki", "{\"authentication\":{\"signInDateTime\":\"2026-11-22T10:00:00Z\"}}"),
                "context.sessionControls.signInFrequency.value")).isEqualTo("4");
    }

    @Test
    void search_withoutAMapping_findsApplicationsAndNoActions() throws Exception {
        HttpResponse<String> resources = running.post("/access/v1/search/resource", "{\"subject\":{\"type\":\"user\",\"id\":\"ann\"},"
                + "\"action\":{\"name\":\"open\"},\"resource\":{\"type\":\"application\"}}");
        HttpResponse<String> actions = running.post("/access/v1/search/action", "{\"subject\":{\"type\":\"user\",\"id\":\"ann\"},"
                + "\"resource\":{\"type\":\"application\",\"id\":\"Wiki\"}}");

        assertThat(resources.body()).isEqualTo("{\"results\":[{\"type\":\"application\",\"id\":\"Wiki\"},{\"type\":\"application\",\"id\":\"Shop\"}]}");
        assertThat(actions.body()).isEqualTo("{\"results\":[]}");
    }
}
