package dev.sallyport.analyse;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Why.Change;
import dev.sallyport.analyse.Why.Way;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The nearest changes of a request that change its outcome. */
class WhyTest {

    private static final String PEOPLE = """
            kind: directory
            users:
              - id: u-ann
                userPrincipalName: ann@contoso.com
                accountEnabled: true
                authenticationMethods: [{ method: microsoftAuthenticatorPush, isDefault: true }]
              - { id: u-bot, userPrincipalName: bot@contoso.com, accountEnabled: true, identityParentId: 64ff8636-0e71-e986-0228-647794008e3e }
            groups: [{ id: 8cf49345-79b2-4206-a553-3604a80cd19e, displayName: Allowed }]
            """;

    private static SignIn.Builder signIn() {
        return SignIn.builder().user("ann@contoso.com").applications(List.of("Office 365 Exchange Online")).clientAppType("browser")
                .devicePlatform("windows").ipAddress("192.0.2.200").country("DK");
    }

    private static PolicyEngine engine(String... policies) throws Exception {
        Directory directory = Attack.directory(PEOPLE);
        return Attack.engine(directory, policies);
    }

    private static Why why(PolicyEngine engine, Request request) throws Exception {
        Why why = Analysis.of(engine).why(request, null, WhyOptions.usual());
        assertThat(why.faults()).isEmpty();
        return why;
    }

    private static List<String> texts(Why why) {
        return why.ways().stream().map(way -> String.join("; ", way.changes().stream().map(Change::text).toList())).toList();
    }

    @Test
    void challenge_isSatisfiedByItsControlFirst() throws Exception {
        assertThat(texts(why(engine(policy("mfa", "", MFA)), signIn().build())).get(0)).isEqualTo("by doing MFA");
    }

    @Test
    void exclusions_areWays() throws Exception {
        Why why = why(engine(policy("block", "{ includeUsers: [All], excludeGroups: [Allowed] }", "{ includeApplications: [All] }",
                "signInRiskLevels: [high]", BLOCK)), signIn().signInRiskLevel("high").build());
        assertThat(texts(why)).contains("with signInRiskLevel any but high instead of high", "as a member of Allowed");
    }

    @Test
    void wayThatContainsAnotherWay_isNotShown() throws Exception {
        Why why = why(engine(policy("outside", "{ includeUsers: [All] }", "{ includeApplications: [All] }",
                "locations: { includeLocations: [All], excludeLocations: [Office] }", BLOCK), policy("embargo",
                "{ includeUsers: [All], excludeGroups: [Allowed] }", "{ includeApplications: [All] }",
                "locations: { includeLocations: [Embargo] }", BLOCK), """
                        ---
                        kind: ipNamedLocation
                        id: 5f8c2c8e-9a24-4bb7-a2a8-000000000001
                        displayName: Office
                        ipRanges: [{ cidrAddress: 198.51.100.0/24 }]
                        ---
                        kind: countryNamedLocation
                        id: 5f8c2c8e-9a24-4bb7-a2a8-000000000002
                        displayName: Embargo
                        countriesAndRegions: [KP]
                        """), signIn().build());
        assertThat(texts(why)).containsExactly("from Office instead of elsewhere");
    }

    @Test
    void unboundGroup_isAWay_andItsWitnessBindsIt() throws Exception {
        Why why = why(engine(policy("block", "{ includeUsers: [All], excludeGroups: [<Emergency>] }", "{ includeApplications: [All] }", "",
                BLOCK)), signIn().build());
        Way way = why.ways().get(0);
        assertThat(texts(why)).containsExactly("as a member of <Emergency>");
        assertThat(way.isUserChanged()).isTrue();
        assertThat(way.witness().resources()).anyMatch(resource -> resource.contains("\"bindings\":{\"<Emergency>\""));
    }

    @Test
    void time_isAWay_andTheSessionMovesWithIt() throws Exception {
        PolicyEngine engine = engine(policy("mfa", "", MFA), policy("nights", "times: { includeDays: { daysOfWeek: [monday, tuesday, wednesday, "
                + "thursday, friday, saturday, sunday], timeZone: UTC, startTime: '20:00', endTime: '23:00' } }", BLOCK));
        Instant evening = Instant.parse("2026-11-24T21:00:00Z");
        SignIn late = signIn().createdDateTime(evening).authentication(SignIn.Authentication.builder().credential("password")
                .methods(List.of("password", "microsoftAuthenticatorPush")).mfaDateTime(evening.minusSeconds(60)).firstFactor("passed")
                .build()).build();
        Way way = why(engine, late).ways().stream().filter(each -> each.changes().get(0).subject().equals("time")).findFirst().orElseThrow();
        SignIn moved = way.witness().request().signIn();
        assertThat(way.changes()).hasSize(1);
        assertThat(moved.authentication().mfaDateTime()).isEqualTo(Objects.requireNonNull(moved.createdDateTime()).minusSeconds(60));
    }

    @Test
    void authenticationContext_isLeftOutOrChanged() throws Exception {
        Why why = why(engine(policy("context", "{ includeUsers: [All] }", "{ includeAuthenticationContextClassReferences: [c1] }", "", BLOCK),
                "---\nkind: authenticationContextClassReference\nid: c2\ndisplayName: Two\nisAvailable: true\n"),
                signIn().authenticationContext("c1").build());
        assertThat(texts(why)).contains("without the authentication context c1", "with authenticationContext c2 instead of c1");
    }

    @Test
    void appPassword_isOfAKindOfItsOwn() throws Exception {
        Why why = why(engine("---\nkind: mfaSettings\nallowAppPasswords: true\n"), new Registration(signIn().applications(List.of()).build(),
                "appPassword", null));
        assertThat(why.decision().outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(texts(why)).contains("by doing MFA; with enforced per-user MFA");
    }

    @Test
    void agentUser_isOfAKindOfItsOwn() throws Exception {
        Why why = why(engine(policy("agents", "{ includeUsers: [AllAgentIdUsers] }", "{ includeApplications: [All] }",
                "agentIdRiskLevels: [high]", BLOCK)), signIn().user("bot@contoso.com").agentIdRiskLevel("high").build());
        assertThat(texts(why)).contains("with agentIdRiskLevel any but high instead of high");
    }

    @Test
    void unknownUser_isRefused() throws Exception {
        PolicyEngine engine = engine(policy("mfa", "", MFA));
        assertThatThrownBy(() -> why(engine, signIn().user("nobody@contoso.com").build())).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown user or service principal");
    }

    @Test
    void evaluatorThatDecidesOtherwise_isAFault() throws Exception {
        PolicyEngine engine = engine(policy("block", "signInRiskLevels: [high]", BLOCK));
        Person person = Person.of(engine.directory().user("ann@contoso.com"), List.of(), Person.Standing.REGISTERED, false);
        PolicyEngine stricter = engine(policy("block", "", BLOCK));
        Why why = new WhySearch(engine, signIn().signInRiskLevel("high").build(), person, WhyOptions.usual(),
                set -> set.withPolicies(stricter.policySet().policies())).found();
        assertThat(why.faults()).isNotEmpty().allMatch(fault -> fault.contains("leads to allow, and the evaluator decides block"));
    }
}
