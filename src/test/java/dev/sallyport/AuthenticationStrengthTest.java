package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** AS-12: custom strengths that narrow passkeys by make, and certificates by issuer and policy. */
class AuthenticationStrengthTest {

    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");

    @TempDir
    Path folder;

    private PolicyEngine engine;

    @BeforeEach
    void load() throws Exception {
        Path policies = Files.writeString(folder.resolve("policies.yaml"), """
                kind: authenticationStrengthPolicy
                id: company-keys
                displayName: Company keys
                allowedCombinations: [fido2, x509CertificateMultiFactor]
                combinationConfigurations:
                  - { appliesToCombinations: [fido2], allowedAAGUIDs: [AAAA-1, BBBB-2] }
                  - { appliesToCombinations: [x509CertificateMultiFactor], allowedIssuerSkis: ["01AB"], allowedPolicyOIDs: [1.1, 1.2, 1.3, 1.4, 1.5, 1.6] }
                ---
                kind: conditionalAccessPolicy
                id: keys
                displayName: Company keys everywhere
                state: enabled
                conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
                grantControls: { operator: OR, authenticationStrength: { id: company-keys } }
                """);
        Path directory = Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                users:
                  - { id: u1, userPrincipalName: ann@contoso.com, authenticationMethods: [{ method: fido2 }] }
                """);
        engine = PolicyEngine.load(policies, PolicyEngine.loadDirectory(directory));
    }

    private Outcome after(String method, String aaguid, String issuer, List<String> oids) {
        Decision decision = engine.explain(SignIn.builder().user("ann@contoso.com").clientAppType("browser").createdDateTime(NOW)
                .authentication(SignIn.Authentication.builder().credential("password").methods(List.of(method)).mfaDateTime(NOW)
                        .signInDateTime(NOW).homeTenantMfa(false).aaguid(aaguid).certificateIssuerSki(issuer).certificatePolicyOids(oids)
                        .build()).build());
        assertThat(decision.reason().code()).isNotEqualTo(ReasonCode.EVALUATION_FAILED);
        return decision.outcome();
    }

    @Test
    void passkey_ofAnAllowedMake_meetsTheStrength() {
        assertThat(after("fido2", "bbbb-2", null, List.of())).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void passkey_ofAnotherOrAnUnknownMake_isAskedForAgain() {
        assertThat(after("fido2", "cccc-3", null, List.of())).isEqualTo(Outcome.CHALLENGE);
        assertThat(after("fido2", null, null, List.of())).isEqualTo(Outcome.CHALLENGE);
    }

    @Test
    void certificate_needsTheIssuerAndOneOfTheFirstFivePolicies() {
        assertThat(after("x509CertificateMultiFactor", null, "01ab", List.of("1.5"))).isEqualTo(Outcome.ALLOW);
        assertThat(after("x509CertificateMultiFactor", null, "01ab", List.of("1.6"))).isEqualTo(Outcome.CHALLENGE);
        assertThat(after("x509CertificateMultiFactor", null, "ffff", List.of("1.5"))).isEqualTo(Outcome.CHALLENGE);
    }

    @Test
    void makeOfAPasskey_doesNotMatterToACertificate() {
        assertThat(after("x509CertificateMultiFactor", "cccc-3", "01ab", List.of("1.1"))).isEqualTo(Outcome.ALLOW);
    }
}
