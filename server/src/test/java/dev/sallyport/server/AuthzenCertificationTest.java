package dev.sallyport.server;

import static dev.sallyport.server.Running.at;
import static dev.sallyport.server.Running.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The certification scenario of AuthZEN 1.0 (openid/authzen, certification/authorization-api-1_0-scenario.md, 2026), over the wire. The
 * numbers in names are those of its sections.
 */
class AuthzenCertificationTest {

    private static final String ALICE = "{'type':'user','id':'alice'}";
    private static final String BOB = "{'type':'user','id':'bob'}";
    private static final String ADMIN = "{'type':'user','id':'bob','properties':{'role':'admin'}}";
    private static final String READ = "{'name':'read'}";
    private static final String WRITE = "{'name':'write'}";
    private static final String RECORD_1 = "{'type':'record','id':'record-1'}";
    private static final String RECORD_2 = "{'type':'record','id':'record-2'}";
    private static final String ACTIVE = "{'type':'record','id':'record-1','properties':{'status':'active'}}";
    private static final String ARCHIVED = "{'type':'record','id':'record-2','properties':{'status':'archived'}}";

    private static Running running;

    @BeforeAll
    static void start() throws Exception {
        running = Running.of(Running.local(Running.resource("authzen/policies.yaml"), Running.resource("authzen/directory.yaml"),
                Settings.Wire.DEFAULT));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static String question(String subject, String action, String resource, String more) {
        return json("{'subject':" + subject + ",'action':" + action + ",'resource':" + resource + more + "}");
    }

    private static HttpResponse<String> evaluation(String body) throws Exception {
        return running.post("/access/v1/evaluation", json(body));
    }

    private static HttpResponse<String> evaluations(String body) throws Exception {
        return running.post("/access/v1/evaluations", json(body));
    }

    private static void assertDecision(String body, boolean expected) throws Exception {
        HttpResponse<String> response = evaluation(body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(at(response, "decision")).as(body).isEqualTo(String.valueOf(expected));
    }

    // ---- Basic

    @Test
    void fixture_identifiersOnly_decidesAsItsRules() throws Exception {
        assertDecision(question(ALICE, READ, RECORD_1, ""), true);
        assertDecision(question(ALICE, WRITE, RECORD_1, ""), true);
        assertDecision(question(BOB, READ, RECORD_1, ""), true);
        assertDecision(question(BOB, WRITE, RECORD_1, ""), false);
    }

    @Test
    void fixture_properties_decidesAsItsRules() throws Exception {
        assertDecision(question(ALICE, WRITE, ARCHIVED, ""), false);
        assertDecision(question(ADMIN, WRITE, ARCHIVED, ""), true);
        assertDecision(question(ALICE, "{'name':'delete','properties':{'soft':true}}", RECORD_1, ""), true);
        assertDecision(question(ALICE, "{'name':'delete','properties':{'soft':false}}", RECORD_1, ""), false);
    }

    @Test
    void context_optional_changesNoFixtureDecision() throws Exception {
        assertDecision(question(ALICE, READ, RECORD_1, ",'context':{'time':'2025-06-27T18:03-07:00','ip':'192.168.1.1'}"), true);
    }

    @Test
    void properties_beyondTheFixture_areAccepted() throws Exception {
        assertDecision(question("{'type':'user','id':'alice','properties':{'department':'Sales','role':'manager'}}",
                "{'name':'read','properties':{'method':'GET'}}",
                "{'type':'record','id':'record-1','properties':{'status':'active','owner':'bob'}}", ""), true);
    }

    @Test
    void fields_unknown_areIgnored() throws Exception {
        assertDecision(question(ALICE, READ, RECORD_1, ",'foo':'bar','futureField':{'nested':true}"), true);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{'action':{'name':'read'},'resource':{'type':'record','id':'record-1'}}",
        "{'subject':{'type':'user','id':'alice'},'resource':{'type':'record','id':'record-1'}}",
        "{'subject':{'type':'user','id':'alice'},'action':{'name':'read'}}",
        "{'subject':{'id':'alice'},'action':{'name':'read'},'resource':{'type':'record','id':'record-1'}}",
        "{'subject':{'type':'user'},'action':{'name':'read'},'resource':{'type':'record','id':'record-1'}}",
        "{'subject':{'type':'user','id':'alice'},'action':{},'resource':{'type':'record','id':'record-1'}}",
        "{'subject':{'type':'user','id':'alice'},'action':{'name':'read'},'resource':{'id':'record-1'}}",
        "{'subject':{'type':'user','id':'alice'},'action':{'name':'read'},'resource':{'type':'record'}}",
        "{'subject':'alice','action':{'name':'read'},'resource':{'type':'record','id':'record-1'}}",
        "{'subject':{'type':'user','id':'alice'},'action':{'name':123},'resource':{'type':'record','id':'record-1'}}",
        "{'subject':{'type':'user','id':['alice']},'action':{'name':'read'},'resource':{'type':'record','id':'record-1'}}",
        "{'subject':{'type':'user','id':''},'action':{'name':'read'},'resource':{'type':'record','id':'record-1'}}",
        "{'subject':{'type':'user','id':'alice'},'action':{'name':'read'},'resource':{'type':'record','id':'record-1'},'context':1}",
        "{'subject':{'type':'user','id':'alice'},'action':{'name':'read'},'resource':{'type':'record','id':'record-1','properties':[]}}",
        "{'subject':{'type':'user','id':'alice','id':'bob'},'action':{'name':'read'},'resource':{'type':'record','id':'record-1'}}",
        "{'subject':", "", "null", "[]", "{} {}", "{'subject':{'type':'user','id':'\\ud800'}}"})
    void evaluation_malformed_isBadRequest(String body) throws Exception {
        HttpResponse<String> response = evaluation(body);

        assertThat(response.statusCode()).as(body).isEqualTo(400);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(at(response, "decision")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", "application/xml;a=application/json"})
    void contentType_otherThanJson_isBadRequest(String type) throws Exception {
        HttpResponse<String> response = running.send("POST", "/access/v1/evaluation", question(ALICE, READ, RECORD_1, ""), "Content-Type",
                type);

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void requestId_given_isEchoed() throws Exception {
        String body = question(ALICE, READ, RECORD_1, "");

        assertThat(running.post("/access/v1/evaluation", body, "X-Request-ID", "bfe9eb29-ab87-4ca3-be83-a1d5d8305716").headers()
                .firstValue("X-Request-ID")).contains("bfe9eb29-ab87-4ca3-be83-a1d5d8305716");
        assertThat(running.post("/access/v1/evaluation", "{", "X-Request-ID", "also-of-an-error").headers().firstValue("X-Request-ID"))
                .contains("also-of-an-error");
        assertThat(running.post("/access/v1/evaluation", body).headers().firstValue("X-Request-ID")).isPresent();
    }

    @Test
    void evaluation_repeated_decidesTheSame() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertDecision(question(BOB, WRITE, RECORD_1, ""), false);
        }
    }

    // ---- Batch

    private static void assertDecisions(String body, String... expected) throws Exception {
        HttpResponse<String> response = evaluations(body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        for (int i = 0; i < expected.length; i++) {
            assertThat(at(response, "evaluations." + i + ".decision")).as(i + " of " + body).isEqualTo(expected[i]);
        }
        assertThat(count(at(response, "evaluations"))).isEqualTo(expected.length);
        assertThat(at(response, "decision")).isNull();
    }

    private static int count(String json) {
        return json.split("\"decision\":", -1).length - 1;
    }

    @Test
    void evaluations_defaults_holdForEachItem() throws Exception {
        assertDecisions("{'subject':" + ALICE + ",'action':" + READ + ",'evaluations':[{'resource':" + RECORD_1 + "},{'resource':"
                + RECORD_2 + "}]}", "true", "true");
        assertDecisions("{'subject':" + BOB + ",'resource':" + RECORD_1 + ",'evaluations':[{'action':" + READ + "},{'action':" + WRITE
                + "}]}", "true", "false");
        assertDecisions("{'subject':" + ALICE + ",'action':" + WRITE + ",'evaluations':[{'resource':" + ACTIVE + "},{'resource':" + ARCHIVED
                + "}]}", "true", "false");
        assertDecisions("{'action':" + WRITE + ",'resource':" + ARCHIVED + ",'evaluations':[{'subject':" + ALICE + "},{'subject':" + ADMIN
                + "}]}", "false", "true");
        assertDecisions("{'evaluations':[" + question(ALICE, READ, RECORD_1, "") + "," + question(BOB, WRITE, RECORD_1, "") + "]}", "true",
                "false");
        assertDecisions("{'subject':" + ALICE + ",'action':" + READ + ",'context':{'time':'2025-06-27T18:03-07:00'},'evaluations':["
                + "{'resource':" + RECORD_1 + "},{'resource':" + RECORD_2 + ",'context':{'time':'2025-06-27T19:00-07:00'}}]}", "true",
                "true");
    }

    @Test
    void evaluations_partOfAnEntity_takesItsTypeFromTheDefaults() throws Exception {
        assertDecisions("{'subject':" + ALICE + ",'action':" + WRITE + ",'resource':{'type':'record','properties':{'status':'archived'}},"
                + "'evaluations':[{'resource':{'id':'record-1','properties':{'status':'active'}}},{'resource':" + ARCHIVED
                + "},{'resource':{'id':'record-1'}}]}", "true", "false", "true");
    }

    @Test
    void evaluations_brokenItem_isNoAndTheOthersAreDecided() throws Exception {
        assertDecisions("{'subject':" + ALICE + ",'action':" + READ + ",'evaluations':[{'resource':" + RECORD_1 + "},{},1,{'resource':7},"
                + "{'resource':" + RECORD_2 + "}]}", "true", "false", "false", "false", "true");
    }

    @ParameterizedTest
    @CsvSource({"execute_all, 4", "deny_on_first_deny, 2", "permit_on_first_permit, 1"})
    void evaluations_semantic_endsAtTheDecidingItem(String semantic, int decided) throws Exception {
        HttpResponse<String> response = evaluations("{'subject':" + BOB + ",'resource':" + RECORD_1 + ",'options':{'evaluations_semantic':'"
                + semantic + "'},'evaluations':[{'action':" + READ + "},{'action':" + WRITE + "},{'action':" + READ + "},{'action':" + WRITE
                + "}]}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(count(response.body())).isEqualTo(decided);
    }

    @Test
    void evaluations_unknownSemantic_isBadRequest() throws Exception {
        assertThat(evaluations("{'options':{'evaluations_semantic':'any'},'evaluations':[" + question(ALICE, READ, RECORD_1, "") + "]}")
                .statusCode()).isEqualTo(400);
        assertThat(evaluations("{'options':7,'evaluations':[" + question(ALICE, READ, RECORD_1, "") + "]}").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",'evaluations':[]", ",'evaluations':null"})
    void evaluations_missingOrEmpty_isOneEvaluation(String list) throws Exception {
        HttpResponse<String> response = evaluations(question(ALICE, READ, RECORD_1, list));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(at(response, "decision")).isEqualTo("true");
    }

    // ---- Search

    private static HttpResponse<String> search(String what, String body) throws Exception {
        return running.post("/access/v1/search/" + what, json(body));
    }

    private static void assertResults(String what, String body, String expected) throws Exception {
        HttpResponse<String> response = search(what, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(at(response, "results")).isEqualTo(json(expected));
    }

    @Test
    void subjects_ofAnActionAndResource_areThoseAllowed() throws Exception {
        String user = "{'type':'user'}";
        assertResults("subject", question(user, READ, RECORD_1, ""), "[" + ALICE + "," + BOB + "]");
        assertResults("subject", question(user, READ, RECORD_1, ",'context':{'ip':'192.168.1.1'}"), "[" + ALICE + "," + BOB + "]");
        assertResults("subject", question(user, WRITE, ARCHIVED, ""), "[" + BOB + "]");
        assertResults("subject", question(user, WRITE, RECORD_1, ""), "[" + ALICE + "]");
        assertResults("subject", question("{'type':'user','id':'ignored'}", WRITE, RECORD_1, ""), "[" + ALICE + "]");
    }

    @Test
    void resources_ofASubjectAndAction_areThoseAllowed() throws Exception {
        String record = "{'type':'record'}";
        assertResults("resource", question(ALICE, READ, record, ""), "[" + RECORD_1 + "," + RECORD_2 + "]");
        assertResults("resource", question(ADMIN, WRITE, record, ""), "[" + RECORD_2 + "]");
        assertResults("resource", question(ADMIN, WRITE, "{'type':'record','id':'ignored'}", ""), "[" + RECORD_2 + "]");
    }

    @Test
    void actions_ofASubjectAndResource_areThoseAllowed() throws Exception {
        assertResults("action", "{'subject':" + ALICE + ",'resource':" + RECORD_1 + "}", "[{'name':'read'},{'name':'write'},{'name':'delete'}]");
        assertResults("action", "{'subject':" + BOB + ",'resource':" + RECORD_1 + ",'context':{'a':1}}",
                "[{'name':'read'},{'name':'delete'}]");
        assertResults("action", "{'subject':" + ADMIN + ",'resource':" + ARCHIVED + "}", "[{'name':'read'},{'name':'write'},{'name':'delete'}]");
    }

    @Test
    void search_unknownTypeOrId_isEmpty() throws Exception {
        assertResults("action", "{'subject':{'type':'user','id':'nonexistent-user'},'resource':" + RECORD_1 + "}", "[]");
        assertResults("action", "{'subject':" + ALICE + ",'resource':{'type':'record','id':'record-9'}}", "[]");
        assertResults("subject", question("{'type':'spaceship'}", READ, RECORD_1, ""), "[]");
        assertResults("subject", question("{'type':'user'}", READ, "{'type':'spaceship','id':'record-1'}", ""), "[]");
        assertResults("resource", question(ALICE, READ, "{'type':'spaceship'}", ""), "[]");
        assertResults("resource", question("{'type':'spaceship','id':'alice'}", READ, "{'type':'record'}", ""), "[]");
        assertResults("resource", question(ALICE, "{'name':'fly'}", "{'type':'record'}", ""), "[]");
    }

    @Test
    void search_pages_holdEveryResultOnce() throws Exception {
        String body = question("{'type':'user'}", READ, RECORD_1, ",'page':");
        HttpResponse<String> first = search("subject", body.substring(0, body.length() - 1) + "{'limit':1}}");
        String token = at(first, "page.next_token");
        HttpResponse<String> second = search("subject", body.substring(0, body.length() - 1) + "{'token':" + token + "}}");

        assertThat(at(first, "results")).isEqualTo(json("[" + ALICE + "]"));
        assertThat(token).isNotEqualTo("\"\"");
        assertThat(at(second, "results")).isEqualTo(json("[" + BOB + "]"));
        assertThat(at(second, "page.next_token")).isEqualTo("\"\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'limit':0}", "{'limit':'1'}", "{'limit':-1}", "{'limit':1.5}", "{'token':'MTp4'}", "{'token':'?'}",
        "{'token':7}", "{'token':{}}", "7"})
    void search_invalidPage_isBadRequest(String page) throws Exception {
        assertThat(search("subject", question("{'type':'user'}", READ, RECORD_1, ",'page':" + page)).statusCode()).isEqualTo(400);
    }

    @Test
    void search_tokenOfAnotherSearch_isBadRequest() throws Exception {
        String token = at(search("subject", question("{'type':'user'}", READ, RECORD_1, ",'page':{'limit':1}")), "page.next_token");

        assertThat(search("subject", question("{'type':'user'}", WRITE, RECORD_1, ",'page':{'token':" + token + "}")).statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "subject | {\"subject\":{\"type\":\"user\"},\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}}",
        "subject | {\"subject\":{\"type\":\"user\"},\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\"}}",
        "subject | {\"subject\":{},\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\",\"id\":\"record-1\"}}",
        "resource | {\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\"}}",
        "resource | {\"subject\":{\"type\":\"user\"},\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"record\"}}",
        "action | {\"subject\":{\"type\":\"user\",\"id\":\"alice\"}}"})
    void search_missingField_isBadRequest(String what, String body) throws Exception {
        assertThat(search(what, body).statusCode()).isEqualTo(400);
    }
}
