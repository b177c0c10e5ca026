package dev.sallyport.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.Exports;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exports in the dialects of several tools, made up: what {@link RealPoliciesTest} finds in published ones. */
class OwnExportsTest {

    private static final SignIn MAIL = SignIn.builder().user("emma.hart@contoso.com").application("Office 365 Exchange Online").clientAppType("browser")
            .devicePlatform("windows").ipAddress("203.0.113.9").country("NL").build();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "graph-page.json            | 2 | 0 | 0 |",
        "named-locations.json       | 0 | 2 | 0 |",
        "powershell-utf-16.json     | 1 | 0 | 0 | SP1108",
        "template-with-mark.json    | 1 | 0 | 0 | SP1111",
        "agents.json                | 2 | 0 | 0 |",
        "groups.json                | 0 | 0 | 1 | SP1129",
        "newer-than-the-reader.json | 1 | 0 | 0 | SP1109 SP1112",
        "not-a-resource.json        | 0 | 0 | 0 | SP1110",
    })
    void everyDialect_isRead_withItsWarnings(String file, int policies, int locations, int groups, String warnings) {
        Diagnostics found = new Diagnostics();
        Resources resources = Resources.read(List.of(Exports.OWN.resolve(file)), found);
        assertThat(found.hasErrors()).isFalse();
        assertThat(new TreeSet<>(found.toList().stream().map(Diagnostic::code).toList())).isEqualTo(warnings == null ? new TreeSet<>() : new TreeSet<>(List.of(warnings.split(" "))));
        assertThat(List.of(resources.policySet().policies().size(), resources.policySet().namedLocations().size(), resources.directory().groups().size()))
                .isEqualTo(List.of(policies, locations, groups));
    }

    @Test
    void everyFile_hasItsRow() throws Exception {
        try (Stream<Path> files = Files.list(Exports.OWN)) {
            assertThat(files).hasSize(8);
        }
    }

    @Test
    void wholeFolder_loads_andItsPoliciesKnowTheGroupAndTheLocationBesideThem() throws Exception {
        PolicyEngine engine = PolicyEngine.load(Exports.OWN, Directory.empty());
        assertThat(engine.policySet().policies()).hasSize(7);
        String group = engine.directory().groups().get(0).id();
        assertThat(engine.policySet().policies()).flatExtracting(policy -> policy.conditions().users().excludeGroups()).extracting("id").containsExactly(group, group);
        assertThat(engine.warnings()).extracting(Diagnostic::code).doesNotContain("SP1204", "SP1205");
    }

    /** AGT-01, AGT-10: types and fields of Graph tell what is an agent, a blueprint and an agent user. */
    @Test
    void agentsOfAnExport_areThoseOfTheirTypes() throws Exception {
        Directory directory = PolicyEngine.load(Exports.OWN.resolve("agents.json"), Directory.empty()).directory();
        assertThat(directory.servicePrincipals()).extracting(each -> each.displayName() + " " + each.isAgentIdentity() + " " + each.isAgentIdentityBlueprint())
                .containsExactlyInAnyOrder("Helpers false true", "Assistant true false", "Nightly export false false");
        assertThat(directory.users()).extracting(UserState::isAgentUser).containsExactly(true);
    }

    /** DEC-11, AGT-02, AGT-03. */
    @Test
    void policiesOfAnExport_onAgents_decide() throws Exception {
        PolicyEngine engine = PolicyEngine.load(Exports.OWN.resolve("agents.json"), Directory.empty());
        SignIn.Builder helper = SignIn.builder().servicePrincipal("Assistant").application("Office 365 Exchange Online").agentIdRiskLevel("high");
        assertThat(engine.explain(helper.build()).outcome()).as("its blueprint is excluded").isEqualTo(Outcome.ALLOW);
        Directory.ServicePrincipal stray = Directory.ServicePrincipal.builder().id("c0000000-0000-4000-8000-000000000009")
                .appId("c1000000-0000-4000-8000-000000000009").displayName("Stray").isAgentIdentity(true).build();
        Directory more = new Directory(Directory.Organization.DEFAULT, List.of(), List.of(), List.of(), List.of(), List.of(stray));
        SignIn.Builder other = helper.servicePrincipal(stray.id());
        PolicyEngine beside = PolicyEngine.load(Exports.OWN.resolve("agents.json"), more);
        assertThat(beside.explain(other.build()).outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(beside.explain(other.agentIdRiskLevel("low").build()).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(beside.explain(other.agentIdRiskLevel("high").application("Assistant").build()).outcome()).as("an agent as a resource").isEqualTo(Outcome.ALLOW);
    }

    @ParameterizedTest
    @CsvSource({"graph-page.json, CHALLENGE, failure reportOnlyNotApplied", "powershell-utf-16.json, ALLOW, reportOnlyNotApplied",
        "template-with-mark.json, ALLOW, reportOnlyNotApplied", "newer-than-the-reader.json, BLOCK, failure"})
    void everyPolicy_decides_andItsExplanationAgrees(String file, Outcome outcome, String results) throws Exception {
        PolicyEngine engine = PolicyEngine.load(Exports.OWN.resolve(file), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
        assertThat(engine.evaluate(MAIL).reason().code()).isNotIn(ReasonCode.EVALUATION_FAILED, ReasonCode.INVALID_REQUEST);
        assertThat(engine.explain(MAIL).outcome()).isEqualTo(engine.evaluate(MAIL).outcome()).isEqualTo(outcome);
        assertThat(engine.explain(MAIL).policies()).extracting(PolicyResult::result).containsExactlyInAnyOrder(results.split(" "));
    }
}
