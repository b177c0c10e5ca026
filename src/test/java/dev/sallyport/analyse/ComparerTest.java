package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Comparison.Change;
import dev.sallyport.analyse.Comparison.Direction;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a comparison finds, of policies that differ in one thing each. */
class ComparerTest {

    private static final String POLICY = """
            kind: conditionalAccessPolicy
            id: mfa
            state: enabled
            conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
            grantControls: { operator: OR, builtInControls: [mfa] }
            """;

    @TempDir
    private Path folder;

    private PolicyEngine engine(String policies) throws Exception {
        return engine(policies, PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
    }

    private PolicyEngine engine(String policies, Directory directory) throws Exception {
        Path file = Files.writeString(folder.resolve("policies.yaml"), policies);
        return PolicyEngine.load(List.of(file), directory, Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC));
    }

    private Comparison compared(String before, String after) throws Exception {
        Comparison comparison = Analysis.of(engine(before)).compare(engine(after), CompareOptions.all());
        assertThat(comparison.faults()).isEmpty();
        assertThat(comparison.isComplete()).isTrue();
        assertThat(Analysis.of(engine(before)).isEqual(engine(after), CompareOptions.all())).isEqualTo(comparison.isEqual());
        return comparison;
    }

    private static List<Kind> kinds(Comparison comparison) {
        return comparison.changes().stream().flatMap(change -> change.classes().stream()).map(Comparison.Affected::kind).distinct().toList();
    }

    @Test
    void evaluatorThatSeesOtherPolicies_doesNotConfirm_andNothingIsProved() throws Exception {
        PolicyEngine before = engine(POLICY);
        PolicyEngine after = engine(POLICY.replace("[mfa]", "[block]"));
        Comparison comparison = new Comparer(before, after, CompareOptions.all(), seen -> before.policySet()).compared(share -> { });
        assertThat(comparison.faults()).isNotEmpty().allSatisfy(fault -> assertThat(fault).contains("both evaluators decide alike"));
        assertThat(comparison.isEqual()).isFalse();
        assertThat(comparison.isLoosened()).isTrue();
    }

    @Test
    void control_inPlaceOfAnother_isOtherwise() throws Exception {
        Comparison comparison = compared(POLICY, POLICY.replace("[mfa]", "[compliantDevice]"));
        assertThat(comparison.changes()).extracting(Change::direction).contains(Direction.OTHERWISE);
        assertThat(comparison.changes()).anySatisfy(change -> {
            assertThat(change.added()).containsExactly("compliantDevice");
            assertThat(change.dropped()).containsExactly("mfa");
        });
        assertThat(comparison.isLoosened()).isTrue();
    }

    @Test
    void deviceControl_onMoreApplications_isConfirmedForUsersWhoHaveToRegisterInBetween() throws Exception {
        String office = POLICY.replace("[mfa]", "[compliantDevice]").replace("includeApplications: [All]", "includeApplications: [Office365]");
        Comparison comparison = compared(office, office.replace("[Office365]", "[All]"));
        assertThat(comparison.changes()).isNotEmpty().extracting(Change::direction).containsOnly(Direction.TIGHTENED);
    }

    /** A policy on registering, of phones or of other clients, beside a policy that asks to register and for a control that no other client meets. */
    @ParameterizedTest
    @CsvSource({"iOS, AND, approvedApplication, true", "windows, AND, approvedApplication, false", "windows, OR, approvedApplication, true",
            "windows, AND, compliantDevice, true"})
    void guardOnRegistration_changesSomething_whereARegistrationIsAskedFor(String platform, String operator, String control, boolean changes) throws Exception {
        String asking = POLICY.replace("operator: OR, builtInControls: [mfa]", "operator: " + operator + ", builtInControls: [mfa, " + control + "]");
        String guard = guard("block").replace("clientAppTypes", "platforms: { includePlatforms: [" + platform + "] }, clientAppTypes");
        Comparison comparison = compared(asking, asking + "---\n" + guard);
        assertThat(kinds(comparison).contains(Kind.SIGN_IN)).isEqualTo(changes);
    }

    private static String guard(String control) {
        return POLICY.replace("id: mfa", "id: guard").replace("includeApplications: [All]", "includeUserActions: ['urn:user:registersecurityinfo']").replace("[mfa]",
                "[" + control + "]");
    }

    @Test
    void appThatAGuardAsksFor_opensNothing_onClientsThatHaveNone() throws Exception {
        String asking = POLICY + "---\n";
        String windows = guard("block").replace("clientAppTypes", "platforms: { includePlatforms: [windows] }, clientAppTypes");
        String ios = windows.replace("windows", "iOS");
        assertThat(kinds(compared(asking + windows, asking + windows.replace("block", "approvedApplication")))).doesNotContain(Kind.SIGN_IN);
        assertThat(kinds(compared(asking + ios, asking + ios.replace("block", "approvedApplication")))).contains(Kind.SIGN_IN);
    }

    @Test
    void guardThatAsksForMfa_refusesUsersWhoHaveNone_asABlockDoes() throws Exception {
        String asking = POLICY + "---\n";
        assertThat(kinds(compared(asking + guard("block"), asking + guard("mfa")))).doesNotContain(Kind.SIGN_IN);
        assertThat(kinds(compared(asking, asking + guard("mfa")))).contains(Kind.SIGN_IN);
    }

    /** Who has not registered is asked to, before an app password, and for nothing else until then (AP-23). */
    @Test
    void creationOfAnAppPassword_byAUserWhoHasToRegister_dependsOnWhatCannotBeMetOnly() throws Exception {
        Path people = Files.writeString(folder.resolve("people.yaml"),
                "kind: directory\nusers: [{ userPrincipalName: new@contoso.com, perUserMfaState: enforced }]\n");
        Directory directory = PolicyEngine.loadDirectory(people);
        String allowed = "kind: mfaSettings\nallowAppPasswords: true\n---\n";
        String often = POLICY.replace("grantControls: { operator: OR, builtInControls: [mfa] }", "sessionControls: { signInFrequency: { isEnabled: true, type: days, "
                + "value: 30, frequencyInterval: timeBased, authenticationType: primaryAndSecondaryAuthentication } }");
        CompareOptions ofUser = new CompareOptions(true, false, EnumSet.of(Kind.APP_PASSWORD), 20);
        for (String policy : List.of(often, POLICY, POLICY.replace("[mfa]", "[compliantDevice]"))) {
            PolicyEngine before = engine(allowed + policy.replace("enabled\n", "disabled\n"), directory);
            Comparison comparison = Analysis.of(before).compare(engine(allowed + policy, directory), ofUser);
            assertThat(comparison.faults()).isEmpty();
            assertThat(comparison.changes().isEmpty()).isEqualTo(!policy.contains("compliantDevice"));
        }
    }

    @Test
    void registrationsByAgents_thatAreNotAsked_areSaid() throws Exception {
        String agents = POLICY.replace("includeUsers: [All]", "includeUsers: [None]").replace("clientAppTypes", "agents: { includeAgentUsers: [All] }, clientAppTypes");
        String note = "user accounts of agents are asked when they sign in, and not when they register something";
        assertThat(compared(POLICY, agents).notes()).contains(note);
        assertThat(compared(POLICY, POLICY.replace("[All] }, app", "[AllAgentIdUsers] }, app")).notes()).contains(note);
        assertThat(compared(POLICY, POLICY).notes()).doesNotContain(note);
    }

    @ParameterizedTest
    @ValueSource(strings = {"servicePrincipalRiskLevels", "agentIdRiskLevels"})
    void riskOfOthers_inRequestsOfPeople_isCompared(String levels) throws Exception {
        String narrow = POLICY.replace("clientAppTypes", "signInRiskLevels: [high], " + levels + ": [high], clientAppTypes");
        Comparison comparison = compared(narrow, narrow.replace("signInRiskLevels: [high], ", ""));
        assertThat(comparison.changes()).extracting(Change::direction).contains(Direction.TIGHTENED);
        assertThat(kinds(comparison)).contains(Kind.SIGN_IN, Kind.LEGACY, Kind.DEVICE);
        assertThat(compared(narrow, narrow.replace("[high]", "[high, low]")).isEqual()).isFalse();
        String hidden = narrow.replace("signInRiskLevels: [high]", "signInRiskLevels: [hidden]");
        assertThat(compared(hidden, hidden.replace("enabled\n", "disabled\n")).isEqual()).as("a risk that is hidden counts as none").isTrue();
    }

    @Test
    void longerFrequency_besideAShorterOne_changesNothing() throws Exception {
        String often = POLICY + "sessionControls: { signInFrequency: { isEnabled: true, type: hours, value: 1, frequencyInterval: timeBased, authenticationType: "
                + "primaryAndSecondaryAuthentication } }\n";
        String seldom = often.replace("id: mfa", "id: seldom").replace("hours, value: 1", "days, value: 7");
        assertThat(compared(often, often + "---\n" + seldom).isEqual()).isTrue();
        assertThat(compared(seldom, often + "---\n" + seldom).isEqual()).isFalse();
    }

    @Test
    void policyWhoseTimesHaveEnded_isNotInForce_andWithoutThemIsTightened() throws Exception {
        String range = POLICY.replace("clientAppTypes", "times: { includeRange: { startDateTime: '2024-01-01T09:00:00', endDateTime: '2025-01-01T09:00:00' } }, clientAppTypes");
        Comparison comparison = compared(range, POLICY);
        assertThat(comparison.changes()).isNotEmpty().extracting(Change::direction).containsOnly(Direction.TIGHTENED);
    }

    @Test
    void orderOfPolicies_thatNameTrustedPlacesOfWhichThereAreNone_changesNothing() throws Exception {
        String trusted = POLICY.replace("clientAppTypes", "locations: { includeLocations: [All], excludeLocations: [AllTrusted] }, clientAppTypes");
        String mfaIps = trusted.replace("id: mfa", "id: ips").replace("AllTrusted", "MFA Trusted IPs").replace("[mfa]", "[block]");
        assertThat(compared(trusted + "---\n" + mfaIps, mfaIps + "---\n" + trusted).isEqual()).isTrue();
    }

    @Test
    void rangeOfALocation_removed_isToldByItsSide() throws Exception {
        String location = """
                kind: ipNamedLocation
                id: 1d6430da-caec-ea6c-94eb-5334f9548529
                displayName: Office
                isTrusted: true
                ipRanges: [{ cidrAddress: 203.0.113.0/24 }, { cidrAddress: 198.51.100.0/24 }]
                ---
                """;
        String policy = POLICY.replace("clientAppTypes", "locations: { includeLocations: [All], excludeLocations: [Office] }, clientAppTypes");
        Comparison comparison = compared(location + policy, location.replace(", { cidrAddress: 198.51.100.0/24 }", "") + policy);
        assertThat(comparison.changes()).isNotEmpty().extracting(Change::direction).containsOnly(Direction.TIGHTENED);
        assertThat(comparison.changes().get(0).classes().get(0).box()).anySatisfy(range -> assertThat(range.values()).containsExactly("Office before"));
        assertThat(comparison.fields()).extracting(Comparison.FieldChange::field).containsExactly("ipRanges");
    }

    @Test
    void policyOnAContext_disabled_isLoosenedForSignInsThatStepUp() throws Exception {
        String contexts = "kind: authenticationContextClassReference\nid: c1\ndisplayName: Secrets\nisAvailable: true\n---\n";
        String policy = contexts + POLICY.replace("includeApplications: [All]", "includeAuthenticationContextClassReferences: [c1]").replace("[mfa]", "[block]");
        Comparison comparison = compared(policy, policy.replace("enabled", "disabled"));
        assertThat(kinds(comparison)).containsExactlyInAnyOrder(Kind.LEGACY, Kind.AUTHENTICATION_CONTEXT);
        assertThat(comparison.changes()).extracting(Change::direction).containsOnly(Direction.LOOSENED);
        Comparison.Example example = comparison.changes().get(0).classes().get(0).example();
        assertThat(example.before().decision().outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(example.after().decision().outcome()).isNotEqualTo(Outcome.BLOCK);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "clientAppTypes: [all]                | includeUsers: [All]  | LEGACY",
        "clientAppTypes: [exchangeActiveSync] | includeUsers: [All]  | LEGACY",
        "clientAppTypes: [all], clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] } | includeUsers: [None] | WORKLOAD",
        "clientAppTypes: [all], clientApplications: { includeAgentIdServicePrincipals: [All] } | includeUsers: [None] | AGENT",
        "clientAppTypes: [all], agents: { includeAgentUsers: [All] } | includeUsers: [None] | AGENT"})
    void policyOnAContext_forLegacyClientsAndOthersThanPeople_isCompared(String conditions, String users, Kind kind) throws Exception {
        String others = POLICY.replace("[mfa]", "[compliantDevice]").replace("id: mfa", "id: others") + "---\n";
        String policy = others + POLICY.replace("includeApplications: [All]", "includeAuthenticationContextClassReferences: [c1]").replace("[mfa]", "[block]")
                .replace("clientAppTypes: [all]", conditions).replace("includeUsers: [All]", users);
        Comparison comparison = compared(policy, policy.replace("[c1]", "[c2]"));
        assertThat(kinds(comparison)).contains(kind);
        assertThat(compared(policy, policy.replace("[c1]", "[c1, c1]")).isEqual()).isTrue();
    }

    @Test
    void userWhoLosesAMethod_isNotProvedEqual() throws Exception {
        String users = "kind: directory\nusers: [{ id: u-ann, userPrincipalName: ann@contoso.com, authenticationMethods: [{ method: fido2 }] }]\n";
        Path file = Files.writeString(folder.resolve("policies.yaml"), POLICY);
        Clock clock = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);
        PolicyEngine before = PolicyEngine.load(List.of(file), PolicyEngine.loadDirectory(Files.writeString(folder.resolve("a.yaml"), users)), clock);
        PolicyEngine same = PolicyEngine.load(List.of(file), PolicyEngine.loadDirectory(Files.writeString(folder.resolve("b.yaml"), users)), clock);
        PolicyEngine after = PolicyEngine.load(List.of(file), PolicyEngine.loadDirectory(Files.writeString(folder.resolve("c.yaml"), users.replace("{ method: fido2 }",
                ""))), clock);
        assertThat(Analysis.of(before).compare(same, CompareOptions.all()).isEqual()).isTrue();
        Comparison comparison = Analysis.of(before).compare(after, CompareOptions.all());
        assertThat(comparison.isEqual()).isFalse();
        assertThat(comparison.notCompared()).singleElement().asString().contains("ann@contoso.com");
    }

    @Test
    void userOfOneDirectoryOnly_isComparedWithTheUserAsItIsThere() throws Exception {
        PolicyEngine before = engine(POLICY);
        Path other = Files.writeString(folder.resolve("other.yaml"), "kind: directory\nusers: [{ id: u-zoe, userPrincipalName: zoe@contoso.com }]\n");
        PolicyEngine after = PolicyEngine.load(List.of(Files.writeString(folder.resolve("after.yaml"), POLICY.replace("[mfa]", "[block]"))),
                PolicyEngine.loadDirectory(other), Clock.fixed(before.now(), ZoneOffset.UTC));
        Comparison comparison = Analysis.of(before).compare(after, CompareOptions.all());
        assertThat(comparison.faults()).isEmpty();
        assertThat(comparison.extents()).filteredOn(extent -> extent.kind() == Kind.SIGN_IN && !extent.isAnybody()).extracting(Comparison.Extent::people)
                .containsExactly(before.directory().users().size() + 1);
    }
}
