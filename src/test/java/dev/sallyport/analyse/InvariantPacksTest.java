package dev.sallyport.analyse;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.parse.Sources;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ready invariants in {@code rules/invariants}: none holds for every policy set, and all hold for one. */
class InvariantPacksTest {

    private static final Path PACKS = Path.of("rules/invariants");
    private static final String DIRECTORY = "kind: directory\nbreakGlass: [Break glass]\ngroups: [{ id: g1, displayName: Staff }, { id: g2, displayName: Break glass }]\n"
            + "organization: { displayName: Contoso, licences: [AAD_PREMIUM_P2] }\n";
    private static final String NOTHING = "---\nkind: securityDefaults\nisEnabled: false\n";
    private static final String EVERYTHING = "{ includeApplications: [All] }";
    private static final String ALL = "{ includeUsers: [All], excludeGroups: [Break glass] }";
    private static final String NOBODY = "{ includeUsers: [None] }";

    private static PolicyEngine engine(String... policies) throws PolicyLoadException {
        return Attack.engine(Attack.directory(DIRECTORY), policies);
    }

    private static Invariants packs() {
        Diagnostics found = new Diagnostics();
        Invariants read = new InvariantReader(found).read(Sources.read(List.of(PACKS), found));
        assertThat(found.toList()).isEmpty();
        return read;
    }

    private static Set<String> refuted(PolicyEngine engine) throws PolicyLoadException {
        Verdicts verdicts = Analysis.of(engine).prove(packs(), true);
        assertThat(verdicts.faults()).isEmpty();
        return verdicts.verdicts().stream().filter(verdict -> !verdict.isProved()).map(verdict -> verdict.invariant().name()).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyInvariant_inSomeWorld_isRefuted() throws Exception {
        Set<String> refuted = refuted(engine(NOTHING));
        refuted.addAll(refuted(engine(policy("p", "{ includeGroups: [Break glass] }", EVERYTHING, "", BLOCK), policy("q", "{ includeUsers: [All], excludeGroups: [Staff] }", EVERYTHING, "", MFA))));
        assertThat(refuted).containsExactlyInAnyOrderElementsOf(packs().invariants().stream().map(Invariants.Invariant::name).toList());
    }

    @Test
    void everyInvariant_underStrictPolicies_isProved() throws Exception {
        assertThat(refuted(engine(policy("strength", ALL, EVERYTHING, "", "grantControls: { operator: OR, authenticationStrength: { id: Phishing-resistant MFA } }"),
                policy("guests", "{ includeUsers: [GuestsOrExternalUsers] }", EVERYTHING, "", MFA),
                policy("legacy", ALL, EVERYTHING, "clientAppTypes: [exchangeActiveSync, other]", BLOCK),
                policy("code", ALL, EVERYTHING, "authenticationFlows: { transferMethods: deviceCodeFlow }", BLOCK),
                policy("risk", ALL, EVERYTHING, "userRiskLevels: [high]", BLOCK),
                policy("registration", ALL, "{ includeUserActions: [\"urn:user:registersecurityinfo\"] }", "locations: { includeLocations: [All], excludeLocations: [AllTrusted] }", BLOCK),
                policy("away", ALL, EVERYTHING, "locations: { includeLocations: [All], excludeLocations: [AllTrusted] }", MFA),
                policy("device", ALL, "{ includeUserActions: [\"urn:user:registerdevice\"] }", "", MFA),
                policy("workload", NOBODY, EVERYTHING, "clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }\nservicePrincipalRiskLevels: [high]", BLOCK),
                policy("agents", NOBODY, EVERYTHING, "clientApplications: { includeAgentIdServicePrincipals: [All] }\nagentIdRiskLevels: [high]", BLOCK)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "conditional-access | administrators always prove phishing-resistant MFA, agents at high risk are blocked, every exclusion has a fallback, legacy authentication is blocked, service principals at high risk are blocked, users always prove MFA",
        "security-defaults | administrators always prove MFA, administrators always prove phishing-resistant MFA, agents at high risk are blocked, Azure resources are managed with MFA, devices are registered with MFA, guests always prove MFA, legacy authentication is blocked, security information is registered in a trusted location, with MFA or on a managed device, service principals at high risk are blocked, sign-ins at high risk need MFA, the device code flow is blocked, users always prove MFA, users at high risk are blocked, or change their password",
        "templates | administrators always prove phishing-resistant MFA, Conditional Access never blocks break-glass accounts, devices are registered with MFA, every exclusion has a fallback, security information is registered in a trusted location, with MFA or on a managed device, service principals at high risk are blocked, the device code flow is blocked, users always prove MFA",
    })
    void ownRules_areProvedOrRefuted(String set, String refuted) throws Exception {
        assertThat(refuted(PolicyEngine.load(Path.of("rules", set), Path.of("samples/directory.yaml")))).containsExactlyInAnyOrder(refuted.split(", (?!with MFA or|or change)"));
    }
}
