package dev.sallyport.attack;

import static dev.sallyport.attack.Attack.BLOCK;
import static dev.sallyport.attack.Attack.ann;
import static dev.sallyport.attack.Attack.assertInvalid;
import static dev.sallyport.attack.Attack.engine;
import static dev.sallyport.attack.Attack.outcome;
import static dev.sallyport.attack.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.Outcome;
import dev.sallyport.PolicyEngine;
import dev.sallyport.SignIn;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.Replayer;
import dev.sallyport.replay.Summary;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request may leave out, or fill with nonsense: in strict mode nothing that is missing lets in. */
class StrictAttacksTest {

    private static final String STRICT = "---\nkind: evaluationSettings\nunknownSignals: strict\n";
    private static final String AREA = "---\nkind: countryNamedLocation\ndisplayName: Area\ncountriesAndRegions: [KP, GB, GR]\nincludeUnknownCountriesAndRegions: %s\n"
            + "countryLookupMethod: %s\n";
    private static final String IN_AREA = "locations: { includeLocations: [Area] }\n";

    // ---- countries

    @ParameterizedTest
    @ValueSource(strings = {"XX", "ZZ", "EU", "AP", "UK", "AA", "QQ", "EL", "xx", "uk", "00", "99", "12"})
    void attack_78_codeOfNoCountry_isAnUnknownCountry_andNoForeignOne(String code) throws Exception {
        String set = policy("p", IN_AREA, BLOCK);
        assertThat(outcome(engine(AREA.formatted("true", "clientIpAddress"), set), ann().country(code))).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine(AREA.formatted("true", "clientIpAddress"), set, STRICT), ann().country(code))).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine(AREA.formatted("false", "clientIpAddress"), set, STRICT), ann().country(code))).isEqualTo(Outcome.BLOCK);
        assertThat(outcome(engine(AREA.formatted("false", "clientIpAddress"), set), ann().country(code))).as("CA-UNK-06").isEqualTo(Outcome.ALLOW);
    }

    @ParameterizedTest
    @CsvSource({"KP, BLOCK", "gb, BLOCK", "NL, ALLOW", "nl, ALLOW", "XK, ALLOW", "xk, ALLOW", "AX, ALLOW"})
    void attack_78_codeOfACountry_isThatCountryInAnyCase(String code, Outcome expected) throws Exception {
        assertThat(outcome(engine(AREA.formatted("true", "clientIpAddress"), policy("p", IN_AREA, BLOCK)), ann().country(code))).isEqualTo(expected);
    }

    /** As in attack 50: what is not written like a code at all is a mistake of the caller. */
    @ParameterizedTest
    @ValueSource(strings = {"", "X", "N1", "1N", "GBR", "840", "\u0661\u0662", "\uFF38\uFF38", "--", "  "})
    void attack_78_textThatIsNoCode_isInvalid(String code) throws Exception {
        PolicyEngine engine = engine(AREA.formatted("true", "clientIpAddress"), policy("p", IN_AREA, BLOCK));
        assertInvalid(engine, ann().country(code).build(), "country");
        assertInvalid(engine, ann().gps(new SignIn.Gps(code)).build(), "gps.country");
    }

    @ParameterizedTest
    @ValueSource(strings = {"XX", "uk", "99"})
    void attack_78_positionInNoCountry_isNoPosition_andBlocks(String code) throws Exception {
        for (String unknown : List.of("true", "false")) {
            PolicyEngine engine = engine(AREA.formatted(unknown, "authenticatorAppGps"), policy("p", IN_AREA, BLOCK));
            assertThat(outcome(engine, ann().gps(new SignIn.Gps("NL")))).isEqualTo(Outcome.ALLOW);
            assertThat(outcome(engine, ann().gps(new SignIn.Gps(code)))).as("CA-LOC-17").isEqualTo(Outcome.BLOCK);
        }
    }

    @Test
    void attack_78_codeOfNoCountryInWhatIfAndInALog_isUnknownThereToo() throws Exception {
        PolicyEngine engine = engine(AREA.formatted("true", "clientIpAddress"), policy("p", IN_AREA, BLOCK));
        String body = "{\"signInIdentity\":{\"@odata.type\":\"#microsoft.graph.userSignIn\",\"userId\":\"u1\"},\"signInContext\":"
                + "{\"@odata.type\":\"#microsoft.graph.applicationContext\",\"includeApplications\":[\"a1\"]},\"signInConditions\":{\"country\":\"%s\"}}";
        assertThat(engine.whatIf(body.formatted("XX"))).contains("\"policyApplies\":true");
        assertThat(engine.whatIf(body.formatted("NL"))).contains("\"policyApplies\":false");
        String log = "{\"id\":\"1\",\"createdDateTime\":\"2026-11-22T08:00:00Z\",\"userId\":\"u1\",\"appId\":\"a1\",\"resourceId\":\"a1\",\"clientAppUsed\":\"Browser\","
                + "\"isInteractive\":true,\"ipAddress\":\"198.51.100.7\",\"status\":{\"errorCode\":0},\"location\":{\"countryOrRegion\":\"%s\"}}";
        assertThat(replayed(engine, log.formatted("XX"))).isEqualTo(Outcome.BLOCK);
        assertThat(replayed(engine, log.formatted("99"))).isEqualTo(Outcome.BLOCK);
        assertThat(replayed(engine, log.formatted("NL"))).isEqualTo(Outcome.ALLOW);
    }

    /** How the one record of a log is decided now. */
    private static Outcome replayed(PolicyEngine engine, String log) throws Exception {
        try (Replayer replayer = new Replayer(engine, NOBODY, 1)) {
            replayer.read("log.json", new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
            Summary summary = replayer.summary();
            assertThat(summary.decided()).isEqualTo(1);
            return Arrays.stream(Outcome.values()).filter(outcome -> summary.now(outcome) == 1).findFirst().orElseThrow();
        }
    }

    private static final Replayer.Listener NOBODY = new Replayer.Listener() {
        @Override
        public void change(Change change) { }

        @Override
        public void disagreement(Disagreement disagreement) { }

        @Override
        public void progress(int records) { }

        @Override
        public void malformed(String file, int line, int column, String message) {
            throw new AssertionError(message);
        }
    };
}
