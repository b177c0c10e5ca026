package dev.sallyport.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.model.Decision;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.replay.ReplayerTest.Found;
import dev.sallyport.write.RequestWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The log of a decision point, replayed. */
class DecisionLogTest {

    private static final String EMMA = "\"user\":\"emma.hart@contoso.com\",\"applications\":[\"Office 365 Exchange Online\"],\"clientAppType\":\"browser\","
            + "\"ipAddress\":\"192.0.2.200\",\"country\":\"NL\",\"devicePlatform\":\"windows\"";

    private static PolicyEngine engine;

    @BeforeAll
    static void load() throws Exception {
        engine = PolicyEngine.load(Path.of("rules/conditional-access"), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
    }

    private static String record(String outcome, String reason, String request) {
        return "{\"kind\":\"decision\",\"time\":\"2026-11-22T10:15:00.123456789Z\",\"requestId\":\"r-1\",\"caller\":\"gateway\",\"user\":\"emma.hart@contoso.com\","
                + "\"outcome\":\"" + outcome + "\",\"reason\":\"" + reason + "\"" + (request == null ? "" : ",\"request\":{" + request + "}") + "}\n";
    }

    private static Found replay(String log) throws IOException {
        return ReplayerTest.replay(engine, null, 2, log.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void randomDecisions_underTheirOwnPolicies_endAsTheirLogSays() throws Exception {
        int compared = 0;
        for (long seed = 1; seed <= 12; seed++) {
            Scenario scenario = RandomWorld.of(seed).scenario(0).loadable();
            PolicyEngine own = scenario.engine();
            StringBuilder log = new StringBuilder();
            int invalid = 0;
            for (int i = 0; i < 300; i++) {
                Request request = RandomWorld.of(seed).request(i);
                if (request.signIn().authentication().appPassword() != null) {
                    continue;                       // it is never logged
                }
                Decision decision = own.evaluate(request);
                invalid += decision.reason().code() == ReasonCode.INVALID_REQUEST ? 1 : 0;
                log.append(record(decision.outcome().toString(), decision.reason().code().toString(), RequestWriter.toJson(request)
                        .replaceFirst("^\\{", "").replaceFirst("}$", "")).replace("2026-11-22T10:15:00.123456789Z", decision.evaluatedDateTime().toString()));
            }
            Found found = ReplayerTest.replay(own, null, 2, log.toString().getBytes(StandardCharsets.UTF_8));

            assertThat(found.malformed).isEmpty();
            assertThat(found.disagreements).as("seed " + seed).isEmpty();
            assertThat(found.summary.undecided()).isEqualTo(invalid);
            assertThat(found.summary.outcomesAgreed()).isEqualTo(found.summary.comparable()).isEqualTo(found.summary.decided());
            compared += found.summary.comparable();
        }
        assertThat(compared).isGreaterThan(1_500);
    }

    @ParameterizedTest
    @CsvSource({"challenge, 0", "allow, 1", "block, 1"})
    void decision_thatEndsOtherwise_isADisagreement(String outcome, int disagreements) throws Exception {
        Found found = replay(record(outcome, "mfaRequired", EMMA));

        assertThat(found.malformed).isEmpty();
        assertThat(found.disagreements).hasSize(disagreements);
        assertThat(found.changes).hasSize(disagreements);
        if (disagreements > 0) {
            assertThat(found.disagreements.get(0).differences()).containsExactly("outcome: the log says " + outcome + " (mfaRequired), now challenge");
            assertThat(found.changes.get(0).id()).isEqualTo("r-1");
        }
    }

    @Test
    void decision_ofAMaskedRequest_namesWhatItHangsOn() throws Exception {
        String masked = EMMA.replace(",\"ipAddress\":\"192.0.2.200\"", "");
        Found found = replay(record("allow", "satisfied", masked).replace("\"outcome\"", "\"masked\":[\"ipAddress\"],\"outcome\""));

        assertThat(found.disagreements.get(0).hangsOn()).containsExactly("ipAddress");
    }

    @Test
    void decision_withoutItsRequest_isSkipped() throws Exception {
        Found found = replay(record("block", "invalidRequest", null) + record("challenge", "mfaRequired", EMMA));

        assertThat(found.malformed).isEmpty();
        assertThat(found.summary.undecided()).isEqualTo(1);
        assertThat(found.summary.outcomesAgreed()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"outcome\":\"allow\" | \"outcome\":\"perhaps\" | the decision has no known outcome",
        "2026-11-22T10:15:00.123456789Z | yesterday | the decision has no time", "\"ipAddress\" | \"ipAdress\" | unknown key `ipAdress`",
        "\"NL\" | {} | `country` is an object"})
    void decision_thatCannotBeRead_isMalformed(String from, String to, String message) throws Exception {
        Found found = replay(record("allow", "satisfied", EMMA) + record("allow", "satisfied", EMMA).replace(from, to));

        assertThat(found.malformed).hasSize(1).first().asString().contains("log:2:1: ").contains(message);
    }
}
