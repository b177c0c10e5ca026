package dev.sallyport.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TrafficProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The traffic of Global Secure Access in older exports, which name it beside the applications (DEC-15). */
class TrafficProfilesTest {

    @TempDir
    private Path folder;

    private PolicyEngine engine(String applications) throws Exception {
        Path policies = Files.writeString(folder.resolve("policies.json"), """
                {"id": "p1", "displayName": "Traffic", "state": "enabled", "grantControls": {"operator": "OR", "builtInControls": ["block"]},
                 "conditions": {"clientAppTypes": ["all"], "users": {"includeUsers": ["All"]}, "applications": {%s}}}
                """.formatted(applications));
        Path directory = Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                applications: [{ appId: 12121212-0000-4000-8000-000000000001, displayName: Payroll }]
                users: [{ userPrincipalName: ann@contoso.com }]
                """);
        return PolicyEngine.load(policies, PolicyEngine.loadDirectory(directory));
    }

    private static Decision decision(PolicyEngine engine, String application) {
        return engine.evaluate(SignIn.builder().user("ann@contoso.com").application(application).clientAppType("browser").build());
    }

    private static Set<TrafficProfile> covered(PolicyEngine engine) {
        EnumSet<TrafficProfile> covered = EnumSet.noneOf(TrafficProfile.class);
        Stream.of(TrafficProfile.values()).filter(each -> decision(engine, each.appId()).outcome() == Outcome.BLOCK).forEach(covered::add);
        return covered;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "\"globalSecureAccess\": {\"includeTrafficProfiles\": \"m365\"}                                                                    | M365",
        "\"networkAccess\": {\"includeTrafficProfiles\": \"internet\"}, \"globalSecureAccess\": {\"includeTrafficProfiles\": \"internet\"} | INTERNET",
        "\"includeApplications\": [], \"globalSecureAccess\": {\"includeTrafficProfiles\": \"m365,private\"}, \"networkAccess\": null      | M365 PRIVATE",
        "\"includeApplications\": [\"AllInternetResourcesWithGlobalSecureAccess\"]                                                         | INTERNET",
        "\"includeApplications\": [\"c08f52c9-8f03-4558-a0ea-9a4c878cf343\"]                                                               | M365"})
    void trafficProfile_ofAnExport_isAnAudienceOfItsOwn(String applications, String profiles) throws Exception {
        PolicyEngine engine = engine(applications);
        assertThat(covered(engine)).extracting(TrafficProfile::name).containsExactly(profiles.split(" "));
        assertThat(decision(engine, "Payroll").outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(decision(engine, TrafficProfile.values()[0].appId()).diagnostics()).isEmpty();
        assertThat(engine.warnings()).extracting("code").doesNotContain("SP1109");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "\"globalSecureAccess\": {\"includeTrafficProfiles\": \"unknownFutureValue\"}",
        "\"globalSecureAccess\": {\"@odata.type\": \"#microsoft.graph.conditionalAccessGlobalSecureAccess\"}",
        "\"globalSecureAccess\": {\"includeTrafficProfiles\": \"m365\", \"includeThings\": \"x\"}"})
    void trafficProfile_thatIsNotUnderstood_standsForAllTraffic_andForNothingElse(String applications) throws Exception {
        PolicyEngine engine = engine(applications);
        assertThat(covered(engine)).hasSize(3);
        assertThat(decision(engine, "Payroll").outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(decision(engine, TrafficProfile.PRIVATE.appId()).diagnostics()).anyMatch(note -> note.contains("globalSecureAccess"));
        assertThat(engine.warnings()).extracting("code").contains("SP1109");
    }

    @Test
    void trafficProfile_besideApplications_addsToThem() throws Exception {
        PolicyEngine engine = engine("\"includeApplications\": [\"12121212-0000-4000-8000-000000000001\"], \"globalSecureAccess\": {\"includeTrafficProfiles\": \"m365\"}");
        assertThat(covered(engine)).containsExactly(TrafficProfile.M365);
        assertThat(decision(engine, "Payroll").outcome()).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void trafficProfile_inAnAnswerOfWhatIf_isWhereTheExportHasIt() throws Exception {
        String answer = engine("\"includeApplications\": [], \"globalSecureAccess\": {\"includeTrafficProfiles\": \"m365\"}").whatIf("""
                {"signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": "ann@contoso.com"},
                 "signInContext": {"@odata.type": "#microsoft.graph.applicationContext", "includeApplications": ["c08f52c9-8f03-4558-a0ea-9a4c878cf343"]},
                 "signInConditions": {}}
                """);
        assertThat(answer).contains("\"includeApplications\":[]", "\"globalSecureAccess\":{\"includeTrafficProfiles\":\"m365\"}", "\"policyApplies\":true");
    }
}
