package dev.sallyport.attack;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.ann;
import static dev.sallyport.fixtures.Attack.engine;
import static dev.sallyport.fixtures.Attack.errors;
import static dev.sallyport.fixtures.Attack.outcome;
import static dev.sallyport.fixtures.Attack.policy;
import static dev.sallyport.fixtures.Attack.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.PolicyEngine;
import dev.sallyport.check.Check;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.fixtures.Targets;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks by policy and directory files, 1 to 27, that no other test makes. */
class FileAttacksTest {

    @Test
    void attack_03_aliasAndMergeKey_thatWouldTurnBlockIntoNothing_change_nothing() throws Exception {
        String block = "---\nkind: conditionalAccessPolicy\nid: p\nstate: enabled\nconditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }\n";
        assertThat(errors(block + "grantControls: { <<: &none { builtInControls: [] }, operator: OR, builtInControls: [block] }\n")).isNotEmpty();
        assertThat(errors(block + "grantControls: &g { operator: OR, builtInControls: [block] }\nsessionControls: { <<: *g }\n")).isNotEmpty();
        PolicyEngine engine = engine(block + "grantControls: { operator: OR, builtInControls: &c [block] }\n---\nkind: conditionalAccessPolicy\n"
                + "id: q\nstate: enabled\nconditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }\n" + MFA + "\n");
        assertThat(outcome(engine, ann())).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void attack_16_idIncludedAndExcluded_isExcluded_CA_USR_05() throws Exception {
        PolicyEngine engine = engine(policy("p", "{ includeUsers: [ann@contoso.com, bob@contoso.com], excludeUsers: [ann@contoso.com] }", "{ includeApplications: [All] }", "", BLOCK));
        assertThat(outcome(engine, ann())).isEqualTo(Outcome.ALLOW);
        assertThat(outcome(engine, user("bob@contoso.com"))).isEqualTo(Outcome.BLOCK);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"includeGroups: [Staff], excludeGroups: [Staff] | includeApplications: [All]", "includeUsers: [All] | includeApplications: [Payroll], excludeApplications: [Payroll]"})
    void attack_17_exclusionThatSwallowsTheInclusion_isAFinding(String users, String applications) throws Exception {
        Diagnostics out = new Diagnostics();
        Check check = Check.of(Attack.documents("policies.yaml", policy("p", "{ " + users + " }", "{ " + applications + " }", "", BLOCK), out),
                Attack.directory(Attack.PEOPLE), Targets.CLOCK.instant(), out);
        assertThat(check.findings()).extracting(Diagnostic::message).anyMatch(message -> message.contains("never applies") || message.contains("exclude"));
    }

    @Test
    void attack_19_timeWindows_wrappedEmptyOrOnTheDayTheClocksChange_areWhatTheySay() throws Exception {
        String window = "times: { includeDays: { daysOfWeek: [Sunday], startTime: \"%s\", endTime: \"%s\", timeZone: Europe/Amsterdam } }\n";
        PolicyEngine wrapped = engine(policy("p", window.formatted("22:00", "03:00"), BLOCK));
        assertThat(at(wrapped, "2026-11-22T21:30:00Z")).isEqualTo(Outcome.BLOCK);          // Sunday 22:30
        assertThat(at(wrapped, "2026-11-23T01:30:00Z")).isEqualTo(Outcome.BLOCK);          // Monday 02:30, Sunday's window
        assertThat(at(wrapped, "2026-11-23T02:30:00Z")).isEqualTo(Outcome.ALLOW);
        PolicyEngine spring = engine(policy("p", window.formatted("02:00", "03:00"), BLOCK));
        assertThat(at(spring, "2026-03-29T00:59:59Z")).isEqualTo(Outcome.ALLOW);           // 01:59:59, then the clock shows 03:00
        assertThat(at(spring, "2026-03-29T01:00:00Z")).isEqualTo(Outcome.ALLOW);
        PolicyEngine autumn = engine(policy("p", window.formatted("02:00", "03:00"), BLOCK));
        assertThat(at(autumn, "2026-10-25T00:30:00Z")).isEqualTo(Outcome.BLOCK);           // 02:30 in summer time
        assertThat(at(autumn, "2026-10-25T01:30:00Z")).isEqualTo(Outcome.BLOCK);           // 02:30 again
        assertThat(errors(policy("p", "times: { includeDays: { timeZone: Europe/Amsterdm } }\n", BLOCK))).hasSize(1);
        assertThat(errors(policy("p", "times: { includeRange: { startDateTime: \"2026-12-24T00:00:00\", endDateTime: \"2026-12-24T00:00:00\" } }\n", BLOCK))).hasSize(1);
    }

    private static Outcome at(PolicyEngine engine, String time) {
        return outcome(engine, ann().createdDateTime(Instant.parse(time)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\\"); Runtime.getRuntime().exit(7); //", "end rule \\\"x\\\" when then end", "${7*7} #{7*7}", "x\\u0022 + 1/0"})
    void attack_21_codeInAFilter_isTextOrAnErrorAtLoad(String code) throws Exception {
        String filter = "devices: { deviceFilter: { mode: exclude, rule: \"device.displayName -eq \\\"" + code + "\\\"\" } }\n";
        try {
            assertThat(outcome(engine(policy("p", filter, BLOCK)), ann())).isEqualTo(Outcome.BLOCK);
        } catch (PolicyLoadException e) {
            assertThat(e.getMessage()).contains("SP1305");
        }
    }

    @Test
    void attack_26_allPoliciesDisabled_allowAsNoPolicyApplies() throws Exception {
        PolicyEngine engine = engine(policy("p", "", BLOCK).replace("state: enabled", "state: disabled"));
        assertThat(engine.evaluate(ann().build()).reason().code()).isEqualTo(ReasonCode.NO_POLICY_APPLIES);
        assertThat(engine.explain(ann().build()).policies()).extracting("result").containsExactly("notEnabled");
    }

    @Test
    void attack_27_setThatSaysThatItAsksForNothing_warnsAndAllowsAsNoPolicyApplies(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("p.yaml"), "# nothing\n");
        Files.writeString(folder.resolve("q.yaml"), "kind: securityDefaults\nisEnabled: false\n");
        PolicyEngine engine = PolicyEngine.load(List.of(folder), Attack.directory(Attack.PEOPLE), Targets.CLOCK);
        assertThat(engine.warnings()).extracting(Diagnostic::code).containsExactly("SP1820", "SP1117");
        assertThat(engine.evaluate(ann().build()).reason().code()).isEqualTo(ReasonCode.NO_POLICY_APPLIES);
    }

    @Test
    void attack_40_roleByAnotherLetter_isNoRole() {
        assertThatThrownBy(() -> Attack.directory("kind: directory\nusers: [{ id: u1, userPrincipalName: a@contoso.com, roles: [\"Global Adm\u0131n\u0131strator\"] }]\n"))
                .isInstanceOf(PolicyLoadException.class);
        assertThatThrownBy(() -> Attack.directory("kind: directory\nusers: [{ id: u1, userPrincipalName: a@contoso.com, roles: [\"U\u017fer Administrator\"] }]\n"))
                .isInstanceOf(PolicyLoadException.class);
    }

    @Test
    void attack_41_groupNamedLikeARoleAndAnApplication_isNeither() throws Exception {
        String people = Attack.PEOPLE.replace("displayName: Staff", "displayName: Global Administrator").replace("[Staff]", "[Global Administrator]")
                .replace("displayName: Break glass", "displayName: Payroll");
        PolicyEngine engine = engine(Attack.directory(people), policy("role", "{ includeRoles: [Global Administrator] }", "{ includeApplications: [All] }", "", BLOCK));
        assertThat(outcome(engine, ann())).isEqualTo(Outcome.ALLOW);
        PolicyEngine group = engine(Attack.directory(people), policy("group", "{ includeGroups: [Global Administrator] }", "{ includeApplications: [Payroll] }", "", BLOCK));
        assertThat(outcome(group, ann())).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void attack_44_groupsThatHoldEachOther_holdTheirMembersAndEnd() throws Exception {
        PolicyEngine engine = engine(Attack.directory("""
                kind: directory
                groups: [{ id: g1, displayName: A, members: [B] }, { id: g2, displayName: B, members: [A] }, { id: g3, displayName: C, members: [C] }]
                applications: [{ appId: a1, displayName: Payroll }]
                users: [{ id: u1, userPrincipalName: ann@contoso.com, memberOf: [A, C] }]
                """), policy("p", "{ includeGroups: [B] }", "{ includeApplications: [All] }", "", BLOCK));
        assertThat(outcome(engine, ann())).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void attack_51_moreThan2000RangesOr195Locations_loadAndDecideOrAreRefused() throws Exception {
        String ranges = "---\nkind: ipNamedLocation\ndisplayName: Many\nipRanges: [" + IntStream.range(0, 2_500)
                .mapToObj(i -> "{ cidrAddress: 198.18." + i / 250 + "." + i % 250 + "/32 }").collect(Collectors.joining(", ")) + "]\n";
        String locations = IntStream.range(0, 250).mapToObj(i -> "---\nkind: countryNamedLocation\ndisplayName: Country " + i + "\ncountriesAndRegions: [NL]\n").collect(Collectors.joining());
        try {
            PolicyEngine engine = engine(ranges, locations, policy("p", "locations: { includeLocations: [All], excludeLocations: [Many] }\n", BLOCK));
            assertThat(outcome(engine, ann().ipAddress("198.18.9.249"))).isEqualTo(Outcome.ALLOW);
            assertThat(outcome(engine, ann().ipAddress("198.18.10.0"))).isEqualTo(Outcome.BLOCK);
            assertThat(engine.warnings()).as("what Entra would not take").isNotEmpty();
        } catch (PolicyLoadException e) {
            assertThat(e.getMessage()).containsAnyOf("2000", "2,000", "195");
        }
    }

    @Test
    void attack_59_contradictoryControls_theStricterWins_GR_MUL_01_SS_22() throws Exception {
        assertThat(outcome(engine(policy("a", "", BLOCK), policy("b", "", MFA)), ann().authentication(mfaJustNow()))).isEqualTo(Outcome.BLOCK);
        String browser = "sessionControls: { persistentBrowser: { isEnabled: true, mode: %s } }";
        PolicyEngine engine = engine(policy("a", "", browser.formatted("always")), policy("b", "", browser.formatted("never")));
        assertThat(engine.evaluate(ann().build()).sessionControls().persistentBrowser()).hasToString("NEVER");
    }

    static SignIn.Authentication mfaJustNow() {
        return SignIn.Authentication.builder().credential("password").methods(List.of("password", "microsoftAuthenticatorPush"))
                .mfaDateTime(Targets.CLOCK.instant()).firstFactor("passed").homeTenantMfa(false).build();
    }
}
