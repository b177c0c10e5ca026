package dev.sallyport.analyse;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Redundancies.By;
import dev.sallyport.analyse.Redundancies.Conflict;
import dev.sallyport.analyse.Redundancies.Idle;
import dev.sallyport.analyse.Redundancies.Needed;
import dev.sallyport.analyse.Redundancies.Reason;
import dev.sallyport.fixtures.Attack;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies that no decision depends on, with the reason. */
class RedundantTest {

    private static final String ALL = "{ includeUsers: [All] }";
    private static final String EVERYTHING = "{ includeApplications: [All] }";
    private static final String WORKLOADS = "{ includeUsers: [None] }\n  clientApplications: { includeServicePrincipals: "
            + "[ServicePrincipalsInMyTenant] }";

    private static Redundancies found(String... policies) throws Exception {
        Redundancies found = Analysis.of(Attack.engine(policies)).redundant(false);
        assertThat(found.faults()).isEmpty();
        return found;
    }

    private static Idle idle(Redundancies found, String policy) {
        return found.idle().stream().filter(each -> each.policy().equals(policy)).findFirst().orElseThrow();
    }

    private static List<String> needed(Redundancies found) {
        return found.needed().stream().map(Needed::policy).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{ includeUsers: [None] } | { includeApplications: [All] } | | noUser",
        "{ includeUsers: [All] } | { includeApplications: [None] } | | noApplication",
        "{ includeUsers: [All] } | { includeApplications: [Office365], excludeApplications: [Office365] } | | noApplication",
        "{ includeUsers: [All] } | { includeApplications: [All] } | platforms: { includePlatforms: [iOS], excludePlatforms: [iOS] } "
            + "| contradictoryConditions",
        "{ includeUsers: [All] } | { includeApplications: [All] } | times: { includeRange: { endDateTime: '2020-01-01T00:00:00', "
            + "timeZone: UTC } } | contradictoryConditions"})
    void policyThatNeverApplies_hasItsReason(String users, String applications, String conditions, String reason) throws Exception {
        Redundancies found = found(policy("never", users, applications, conditions == null ? "" : conditions, BLOCK), policy("mfa", "", MFA));
        assertThat(idle(found, "never").reason()).hasToString(reason);
        assertThat(needed(found)).containsExactly("mfa");
    }

    @Test
    void narrowerPolicy_isShadowedByTheWiderOne() throws Exception {
        Redundancies found = found(policy("wide", "", MFA), policy("narrow", "platforms: { includePlatforms: [iOS] }", MFA));
        assertThat(idle(found, "narrow")).extracting(Idle::reason, Idle::isRemovable).containsExactly(Reason.SHADOWED, true);
        assertThat(idle(found, "narrow").by()).extracting(By::rule).containsExactly("wide");
        assertThat(needed(found)).containsExactly("wide");
    }

    @Test
    void policyOnRisk_isNeededBesideTheSameOnAll_becauseItRefusesToRegister() throws Exception {
        assertThat(needed(found(policy("wide", "", MFA), policy("risky", "signInRiskLevels: [high]", MFA)))).containsExactly("risky", "wide");
    }

    @Test
    void policyWithinABlock_isBlocked() throws Exception {
        Redundancies found = found(policy("block", "", BLOCK), policy("mfa", "signInRiskLevels: [high]", MFA));
        assertThat(idle(found, "mfa").reason()).isEqualTo(Reason.BLOCKED);
    }

    @Test
    void policyThatTwoOthersCoverTogether_isShadowedByBoth() throws Exception {
        Redundancies found = found(policy("browsers", "clientAppTypes: [browser]", MFA), policy("others",
                "clientAppTypes: [mobileAppsAndDesktopClients, exchangeActiveSync, other]", MFA), policy("phones",
                "platforms: { includePlatforms: [iOS] }", MFA));
        assertThat(idle(found, "phones").by()).extracting(By::rule).containsExactlyInAnyOrder("browsers", "others");
    }

    @Test
    void equalPolicies_oneIsRemovableAndTheOtherAlone() throws Exception {
        Redundancies found = found(policy("a", "", MFA), policy("b", "", MFA));
        assertThat(found.idle()).extracting(Idle::isRemovable).containsExactlyInAnyOrder(true, false);
        assertThat(found.needed()).isEmpty();
    }

    @Test
    void policyOnAnEmptyGroup_isNeededByThoseWhoCouldJoin() throws Exception {
        PolicyEngine engine = Attack.engine(Attack.directory("""
                kind: directory
                users: [{ id: u-ann, userPrincipalName: ann@contoso.com, accountEnabled: true }]
                groups: [{ id: 8cf49345-79b2-4206-a553-3604a80cd19e, displayName: Interns }]
                """), policy("interns", "{ includeGroups: [Interns] }", EVERYTHING, "", BLOCK));
        Redundancies found = Analysis.of(engine).redundant(false);
        Needed needed = found.needed().get(0);
        assertThat(needed.who()).isEqualTo("members of Interns");
        assertThat(needed.witness().isInDirectory()).isFalse();
        assertThat(needed.witness().resources()).isNotEmpty();
    }

    @Test
    void policiesOnServicePrincipals_areJudged() throws Exception {
        Redundancies found = found(policy("wide", WORKLOADS, EVERYTHING, "", BLOCK), policy("narrow", WORKLOADS, EVERYTHING,
                "servicePrincipalRiskLevels: [high]", BLOCK), policy("legacy", WORKLOADS, EVERYTHING, "clientAppTypes: [other]", BLOCK));
        assertThat(needed(found)).containsExactly("wide");
        assertThat(idle(found, "narrow").by()).extracting(By::rule).containsExactly("wide");
    }

    @Test
    void policyOnModernClientsOfServicePrincipals_doesNotCoverThoseThatSayNone() throws Exception {
        Redundancies found = found(policy("all", WORKLOADS, EVERYTHING, "", BLOCK), policy("modern", WORKLOADS, EVERYTHING,
                "clientAppTypes: [browser, mobileAppsAndDesktopClients]", BLOCK));
        assertThat(needed(found)).containsExactly("all");
    }

    @Test
    void policiesOnAllAgentUsers_areAboutThem() throws Exception {
        assertThat(needed(found(policy("agents", "{ includeUsers: [AllAgentIdUsers] }", EVERYTHING, "", BLOCK)))).containsExactly("agents");
    }

    @Test
    void authenticationContext_hasPoliciesOfItsOwn() throws Exception {
        Redundancies found = found(policy("context", ALL, "{ includeAuthenticationContextClassReferences: [c1] }", "", BLOCK),
                policy("mfa", "", MFA));
        assertThat(needed(found)).containsExactly("context", "mfa");
    }

    @Test
    void strictestFrequency_makesTheOthersSuperfluous() throws Exception {
        String hours = "sessionControls: { signInFrequency: { value: 1, type: hours, frequencyInterval: timeBased, isEnabled: true } }";
        Redundancies found = found(policy("often", "", hours), policy("seldom", "", hours.replace("hours", "days")));
        assertThat(idle(found, "seldom").hasSessionControlsOnly()).isTrue();
        assertThat(needed(found)).containsExactly("often");
    }

    @Test
    void demandThatNoRequestMeets_contradictsItself() throws Exception {
        Redundancies found = found(policy("device", "authenticationFlows: { transferMethods: deviceCodeFlow }",
                "grantControls: { operator: OR, builtInControls: [compliantDevice] }"));
        assertThat(found.conflicts()).extracting(Conflict::policy, Conflict::other, Conflict::control).containsExactly(
                tuple("device", null, "compliantDevice"));
    }

    @Test
    void evaluatorThatDecidesOtherwise_isAFault() throws Exception {
        PolicyEngine engine = Attack.engine(policy("mfa", "", MFA));
        Redundancies found = new RedundancySearch(engine, false, set -> set.withPolicies(List.of())).found(share -> { });
        assertThat(found.faults()).singleElement().asString().contains("a decision depends on mfa", "with it and", "without it");
    }
}
