package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.model.ContinuousAccessEvaluationMode;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.write.DecisionWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals that only some tenants have: the corporate network of AD FS, compliant networks, admin portals, continuous evaluation. */
class SignalsTest {

    private static final String PORTAL = "55555555-aaaa-4aaa-8aaa-000000000001";

    @TempDir
    private Path folder;

    private PolicyEngine engine(String policies) throws Exception {
        Path directory = Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                applications: [{ appId: 55555555-aaaa-4aaa-8aaa-000000000001, displayName: Microsoft 365 admin center, memberOf: [MicrosoftAdminPortals] }]
                users: [{ id: u1, userPrincipalName: ann@contoso.com }]
                """);
        Path set = Files.createDirectories(folder.resolve("policies"));
        Files.writeString(set.resolve("policies.yaml"), policies);
        return PolicyEngine.load(set, PolicyEngine.loadDirectory(directory));
    }

    private static SignIn.Builder ann() {
        return SignIn.builder().user("ann@contoso.com").application("Office 365 Exchange Online").clientAppType("browser");
    }

    private static String policy(String id, String location, String controls) {
        return """
                ---
                kind: conditionalAccessPolicy
                id: %s
                state: enabled
                conditions:
                  users: { includeUsers: [All] }
                  applications: { includeApplications: [All] }
                  clientAppTypes: [all]%s
                %s
                """.formatted(id, location, controls);
    }

    private static final String BLOCK = "grantControls: { operator: OR, builtInControls: [block] }";
    private static final String OUTSIDE = "\n  locations: { includeLocations: [All], excludeLocations: [%s] }";

    private static SignIn later(String address, String corporate) {
        return ann().ipAddress(address).session(SignIn.Session.INTERACTIVE.toBuilder().isInteractive(false).corporateIpAddress(corporate)
                .build()).build();
    }

    @Test
    void session_ofTheCorporateNetwork_staysTrustedInTheSameThreeOctets_CA_LOC_19() throws Exception {
        PolicyEngine engine = engine("kind: mfaSettings\nskipMfaForFederatedIntranet: true\n" + policy("p", OUTSIDE.formatted("AllTrusted"), BLOCK));
        assertThat(engine.evaluate(later("192.0.2.77", "192.0.2.1")).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(engine.evaluate(later("::ffff:192.0.2.77", "192.0.2.1")).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(engine.evaluate(later("192.0.3.77", "192.0.2.1")).outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(engine.evaluate(later("192.0.2.77", null)).outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(engine.evaluate(later("2001:db8::1", "2001:db8::1")).outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(engine.evaluate(later("192.0.2.77", "192.0.2")).reason().code()).isEqualTo(ReasonCode.INVALID_REQUEST);
    }

    @Test
    void corporateAddress_unlessTheTenantSkipsMfaForItsIntranet_countsForNothing_CA_LOC_18() throws Exception {
        PolicyEngine engine = engine(policy("p", OUTSIDE.formatted("AllTrusted"), BLOCK));
        assertThat(engine.evaluate(later("192.0.2.77", "192.0.2.1")).outcome()).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void compliantNetwork_isWhereTheRequestSaysItComesFrom_CA_LOC_21() throws Exception {
        String network = "kind: compliantNetworkNamedLocation\nid: 66666666-aaaa-4aaa-8aaa-000000000001\ndisplayName: All compliant networks\n";
        PolicyEngine engine = engine(network + policy("p", OUTSIDE.formatted("All compliant networks"), BLOCK));
        assertThat(engine.evaluate(ann().compliantNetwork(true).build()).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(engine.evaluate(ann().compliantNetwork(false).build()).outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(engine.evaluate(ann().build()).outcome()).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void mandatoryMfa_isAskedInThePortalsOfMicrosoftsList_MM_01_MM_02() throws Exception {
        PolicyEngine engine = engine("kind: securityDefaults\nisEnabled: false\n");
        assertThat(engine.evaluate(ann().application(PORTAL).build()).outcome()).as("a portal of the tenant's own").isEqualTo(Outcome.ALLOW);
        assertThat(engine.evaluate(ann().application("Microsoft Office 365 Portal").build()).outcome()).isEqualTo(Outcome.PROMPT_REGISTER);
        assertThat(engine.evaluate(ann().application("Azure Portal").build()).outcome()).isEqualTo(Outcome.PROMPT_REGISTER);
        assertThat(engine.evaluate(ann().build()).outcome()).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void continuousAccessEvaluation_ofSeveralPolicies_isTheStrictest_SS_26_SS_06() throws Exception {
        PolicyEngine engine = engine(policy("a", "", "sessionControls: { continuousAccessEvaluation: { mode: strictLocation } }")
                + policy("b", "", "sessionControls: { continuousAccessEvaluation: { mode: disabled }, disableResilienceDefaults: true }"));
        Decision.SessionControls controls = engine.evaluate(ann().build()).sessionControls();
        assertThat(controls.continuousAccessEvaluation()).isEqualTo(ContinuousAccessEvaluationMode.STRICT_LOCATION);
        assertThat(controls.disableResilienceDefaults()).isTrue();
        assertThat(DecisionWriter.toJson(engine.explain(ann().build()))).contains("\"continuousAccessEvaluation\":\"strictLocation\",\"disableResilienceDefaults\":true");
    }

    // ---- registering a device

    private static final Registration DEVICE = new Registration(ann().clientAppType("mobileAppsAndDesktopClients").build(), "device", "LAPTOP");
    private static final String BY_LEGACY_CLIENT = "  clientAppTypes: [exchangeActiveSync, other]";

    @Test
    void policyAgainstLegacyClients_doesNotKeepAModernOneFromRegisteringADevice_CA_ACT_11() throws Exception {
        PolicyEngine engine = engine(policy("legacy", "", BLOCK).replace("  clientAppTypes: [all]", BY_LEGACY_CLIENT));
        assertThat(engine.explain(DEVICE).outcome()).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void policyOnTheRegistrationOfDevices_hasNoConditionOnClients_CA_ACT_04() throws Exception {
        PolicyEngine engine = engine(policy("devices", "", "grantControls: { operator: OR, builtInControls: [mfa] }").replace("  clientAppTypes: [all]", BY_LEGACY_CLIENT)
                .replace("includeApplications: [All]", "includeUserActions: [urn:user:registerdevice]"));
        assertThat(engine.explain(DEVICE).outcome()).isEqualTo(Outcome.PROMPT_REGISTER);
    }
}
