package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.fixtures.Property;
import dev.sallyport.fixtures.RequestFacts;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.model.Decision;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A decision that hangs on a fact which the request leaves out says so (semantics 5.8). */
class MissingFactsTest {

    /** The facts that conditions of policies are about. */
    private static final Set<String> FACTS = Set.of("devicePlatform", "ipAddress", "country", "signInRiskLevel", "userRiskLevel", "insiderRiskLevel", "compliantNetwork");

    private static final String OFFICE = "---\nkind: ipNamedLocation\nid: office\ndisplayName: Office\nisTrusted: true\nipRanges: [{ cidrAddress: 203.0.113.0/24 }]\n";
    private static final String HOME = "---\nkind: countryNamedLocation\nid: home\ndisplayName: Home\ncountriesAndRegions: [NL]\n";
    private static final String REQUIRES_COMPLIANT = "grantControls: { operator: OR, builtInControls: [compliantDevice] }";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "locations: { includeLocations: [All], excludeLocations: [AllTrusted] } | ipAddress | so `p` applies; with it, the policy may not | CA-UNK-05",
        "locations: { includeLocations: [Office] } | ipAddress | so `p` does not apply; with it, the policy may | CA-UNK-05",
        "locations: { includeLocations: [All], excludeLocations: [Home] } | country | so `p` applies | CA-UNK-06",
        "signInRiskLevels: [high] | signInRiskLevel | so `p` does not apply | CA-UNK-08",
        "userRiskLevels: [high, medium] | userRiskLevel | so `p` does not apply | CA-UNK-08",
        "insiderRiskLevels: elevated | insiderRiskLevel | so `p` does not apply | CA-UNK-08",
        "platforms: { includePlatforms: [iOS] } | devicePlatform | so `p` does not apply | CA-UNK-04",
        "platforms: { includePlatforms: [all], excludePlatforms: [iOS] } | devicePlatform | so `p` applies | CA-UNK-04",
        "devices: { deviceFilter: { mode: include, rule: 'device.model -eq \"X\"' } } | device | so `p` does not apply | CA-UNK-09",
        "devices: { deviceFilter: { mode: exclude, rule: 'device.model -eq \"X\"' } } | device | so `p` applies | CA-UNK-09",
        "authenticationFlows: { transferMethods: deviceCodeFlow } | authenticationFlow | so `p` does not apply | CA-UNK-10"})
    void block_underACondition_whoseFactIsMissing_isNamed(String condition, String fact, String says, String rule) throws Exception {
        PolicyEngine engine = Attack.engine(OFFICE, HOME, Attack.policy("p", condition + "\n", Attack.BLOCK));
        SignIn bare = SignIn.builder().user("ann@contoso.com").application("Payroll").clientAppType("browser").build();
        Decision decision = engine.explain(bare);
        assertThat(decision.findings()).filteredOn(MissingFactsTest::isAbsent).hasSize(1).first().asString().startsWith("`" + fact + "` is missing, ").contains(says).endsWith("[" + rule + "]");
        assertThat(engine.evaluate(bare).outcome()).isEqualTo(decision.outcome());
    }

    @Test
    void everyFactGiven_isNoNote() throws Exception {
        PolicyEngine engine = Attack.engine(OFFICE, Attack.policy("p", "locations: { includeLocations: [All], excludeLocations: [AllTrusted] }\nsignInRiskLevels: [high]\n", Attack.BLOCK));
        assertThat(engine.explain(Attack.ann().signInRiskLevel("none").build()).findings()).filteredOn(MissingFactsTest::isAbsent).isEmpty();
        assertThat(engine.explain(Attack.ann().build()).findings()).filteredOn(MissingFactsTest::isAbsent).hasSize(1);
        assertThat(engine.explain(Attack.ann().ipAddress("203.0.113.5").build()).findings()).filteredOn(MissingFactsTest::isAbsent).as("from a trusted place, risk or not").isEmpty();
    }

    @Test
    void blockThatHoldsAnyway_isNoNote() throws Exception {
        PolicyEngine engine = Attack.engine(OFFICE, Attack.policy("hanging", "locations: { includeLocations: [All], excludeLocations: [AllTrusted] }\n", Attack.BLOCK),
                Attack.policy("certain", "", Attack.BLOCK));
        assertThat(engine.explain(Attack.ann().ipAddress(null).build()).findings()).filteredOn(MissingFactsTest::isAbsent).isEmpty();
    }

    @Test
    void deviceThatIsMissing_isNamed_whereAPolicyRequiresACompliantOne() throws Exception {
        PolicyEngine engine = Attack.engine(Attack.policy("p", "", REQUIRES_COMPLIANT));
        assertThat(engine.explain(Attack.ann().build()).findings()).filteredOn(MissingFactsTest::isAbsent).containsExactly("`device` is missing, so `p` is not met; with it, the policy may be [CA-UNK-09]");
    }

    /** With a fact that the request left out, another outcome: then the decision without it had to name it. */
    @Test
    void factThatChangesTheOutcome_isNamedWhereItIsMissing() {
        Property.everywhere(scenario -> List.of(entra(scenario).engine()), (scenario, engines) -> {
            PolicyEngine engine = engines.get(0);
            Decision whole = engine.explain(scenario.request(), scenario.user());
            for (String fact : RequestFacts.of(scenario.request())) {
                if (!FACTS.contains(fact) || whole.reason().code() == ReasonCode.INVALID_REQUEST) {
                    continue;
                }
                Decision less = engine.explain(RequestFacts.without(scenario.request(), fact), scenario.user());
                boolean hangs = whole.outcome() != less.outcome();
                if (hangs && less.findings().stream().noneMatch(note -> note.startsWith("`" + fact + "` is missing"))) {
                    return false;
                }
            }
            return true;
        }, scenario -> told(entra(scenario)));
    }

    private static boolean isAbsent(String finding) {
        return finding.contains(SpecEvaluator.IS_ABSENT);
    }

    private static String told(Scenario scenario) {
        StringBuilder told = new StringBuilder("not named where it is missing; with all facts " + scenario.engine().explain(scenario.request(), scenario.user()).reason() + "\n");
        for (String fact : RequestFacts.of(scenario.request())) {
            if (FACTS.contains(fact)) {
                Decision less = scenario.engine().explain(RequestFacts.without(scenario.request(), fact), scenario.user());
                told.append("without ").append(fact).append(": ").append(less.outcome()).append(' ').append(less.reason()).append(' ').append(less.findings()).append('\n');
            }
        }
        return told.toString();
    }

    private static Scenario entra(Scenario scenario) {
        PolicySet set = scenario.loadable().policies();
        return scenario.with(new PolicySet(set.policies(), set.namedLocations(), set.strengths(), set.termsOfUse(), set.authenticationContexts(), set.securityDefaults(),
                set.mfaSettings(), set.evaluationSettings().with(UnknownSignals.ENTRA), set.version()));
    }
}
