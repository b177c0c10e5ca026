package dev.sallyport.analyse;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Verdict.Answer;
import dev.sallyport.analyse.Verdict.Counterexample;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.model.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which invariants are proved, and what refutes the others. */
class ProverTest {

    private static final String ALL = "{ includeUsers: [All] }";
    private static final String EVERYTHING = "{ includeApplications: [All] }";
    private static final String NOTHING = "---\nkind: securityDefaults\nisEnabled: false\n";
    private static final String ALWAYS_MFA = "always: { requires: { any: [mfa] } }";

    private static Invariants invariants(String body) throws PolicyLoadException {
        return Invariants.parse("i.yaml", "kind: invariants\ninvariants:\n" + body.indent(2));
    }

    private static Verdicts prove(PolicyEngine engine, String body) throws PolicyLoadException {
        Verdicts verdicts = Analysis.of(engine).prove(invariants(body), false);
        assertThat(verdicts.faults()).isEmpty();
        return verdicts;
    }

    private static PolicyEngine engine(String directory, String... policies) throws PolicyLoadException {
        return Attack.engine(Attack.directory("kind: directory\n" + directory), policies.length == 0 ? new String[] {NOTHING} : policies);
    }

    private static Verdict one(String invariant, String... policies) throws PolicyLoadException {
        return prove(Attack.engine(policies.length == 0 ? new String[] {NOTHING} : policies), "- { name: it, " + invariant + " }").verdicts().get(0);
    }

    private static List<Counterexample> counterexamples(Verdict verdict) {
        return verdict.answers().stream().map(Answer::counterexamples).flatMap(List::stream).toList();
    }

    private static boolean isProved(String invariant, String... policies) throws PolicyLoadException {
        return one(invariant, policies).isProved();
    }

    private static String error(String invariant, String... policies) {
        try {
            one(invariant, policies);
        } catch (PolicyLoadException e) {
            assertThat(e.diagnostics()).allSatisfy(each -> assertThat(each.position().line()).isPositive());
            return e.diagnostics().get(0).code();
        }
        throw new AssertionError("proved or refuted: " + invariant);
    }

    // ---- demands

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "built: [mfa] | any: [mfa] | true",
        "built: [mfa] | any: [mfa, compliantDevice] | true",
        "built: [mfa] | all: [mfa, compliantDevice] | false",
        "built: [mfa, compliantDevice] | any: [mfa] | false",
        "built: [mfa, compliantDevice] | any: [mfa, compliantDevice] | true",
        "built: [block] | any: [mfa] | true",
        "built: [block] | authenticationStrength: Phishing-resistant MFA | true",
        "built: [mfa] | authenticationStrength: Phishing-resistant MFA | false",
        "strength | authenticationStrength: Phishing-resistant MFA | true",
        "strength | any: [mfa] | true",
        "built: [mfa], frequency: 4 | signInFrequency: { value: 12, type: hours } | true",
        "built: [mfa], frequency: 4 | signInFrequency: { value: 1, type: hours } | false",
        "built: [mfa], frequency: 4 | 'any: [mfa], signInFrequency: { value: 4, type: hours }' | true",
        "built: [passwordChange] | any: [mfa] | false",
    })
    void requirement_thatThePolicyAsksFor_isProved(String asked, String required, boolean isProved) throws Exception {
        String controls = asked.equals("strength") ? "grantControls: { operator: OR, authenticationStrength: { id: Phishing-resistant MFA } }"
                : "grantControls: { operator: OR, builtInControls: " + asked.substring(asked.indexOf('['), asked.indexOf(']') + 1) + " }"
                + (asked.contains("frequency") ? "\nsessionControls: { signInFrequency: { isEnabled: true, value: 4, type: hours } }" : "");
        String conditions = asked.contains("passwordChange") ? "userRiskLevels: [none, low, medium, high]" : "";
        assertThat(isProved("for: { users: [All], notGuests: [b2bDirectConnectUser] }, on: { kind: signIn }, always: { requires: { " + required + " } }", policy("p", conditions, controls)))
                .isEqualTo(isProved);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "never: { outcome: block } | nothing | true",
        "never: { outcome: block } | block | false",
        "always: { outcome: block } | block | true",
        "always: { outcome: block } | mfa | false",
        "never: { outcome: allow } | mfa | true",
        "never: { outcome: allow } | nothing | false",
        "always: { outcome: allow } | nothing | true",
        "always: { outcome: allow } | mfa | false",
    })
    void outcome_ofEveryRequestOfTheBox_isProved(String demand, String policy, boolean isProved) throws Exception {
        assertThat(isProved("on: { kind: signIn }, " + demand, policy.equals("nothing") ? NOTHING : policy("p", "", policy.equals("block") ? BLOCK : MFA)))
                .isEqualTo(isProved);
    }

    @Test
    void counterexample_provesTheLeastThatThePoliciesAsk() throws Exception {
        String either = policy("p", "", "grantControls: { operator: OR, builtInControls: [mfa, compliantDevice] }");
        Counterexample example = counterexamples(one("on: { kind: signIn }, " + ALWAYS_MFA, either)).get(0);
        assertThat(example.witness().request().signIn().device().isKnownCompliant()).isTrue();
        assertThat(example.witness().request().signIn().authentication().mfaDateTime()).isNull();
        assertThat(example.witness().decision().outcome()).isEqualTo(Outcome.ALLOW);
        String frequent = policy("p", "", MFA + "\nsessionControls: { signInFrequency: { isEnabled: true, value: 4, type: hours } }");
        Counterexample old = counterexamples(one("on: { kind: signIn }, always: { requires: { signInFrequency: { value: 1, type: hours } } }", frequent)).get(0);
        assertThat(old.witness().request().signIn().authentication().signInDateTime()).isEqualTo(old.witness().request().signIn().createdDateTime().minusSeconds(3601));
    }

    // ---- boxes

    @Test
    void box_ofSomeUsersAndRequests_isWhatIsAsked() throws Exception {
        String guests = policy("p", "{ includeUsers: [GuestsOrExternalUsers] }", EVERYTHING, "", MFA);
        assertThat(isProved("for: { guests: [b2bCollaborationGuest] }, on: { kind: signIn }, " + ALWAYS_MFA, guests)).isTrue();
        assertThat(isProved("for: { users: [ann@contoso.com] }, on: { kind: signIn }, " + ALWAYS_MFA, guests)).isFalse();
        String away = policy("p", "locations: { includeLocations: [All], excludeLocations: [Office] }", MFA)
                + "---\nkind: ipNamedLocation\nid: 00000000-0000-4000-8000-0000000000f1\ndisplayName: Office\nisTrusted: true\nipRanges: [{ cidrAddress: 203.0.113.0/24 }]\n";
        assertThat(isProved("on: { kind: signIn, notLocations: [AllTrusted] }, " + ALWAYS_MFA, away)).isTrue();
        assertThat(isProved("on: { kind: signIn }, except: { locations: [Office] }, " + ALWAYS_MFA, away)).isTrue();
        assertThat(isProved("on: { kind: signIn }, except: { kind: legacy, locations: [Office] }, " + ALWAYS_MFA, away)).isFalse();
        String oneApp = policy("p", ALL, "{ includeApplications: [Payroll] }", "", MFA);
        assertThat(isProved("on: { kind: signIn, applications: [Payroll] }, " + ALWAYS_MFA, oneApp)).isTrue();
        assertThat(isProved("on: { kind: signIn, notApplications: [Payroll] }, " + ALWAYS_MFA, oneApp)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "includeApplications: [All] | signIn, legacy, authenticationContext, registration, device | ''",
        "includeUserActions: ['urn:user:registersecurityinfo'] | registration | signIn, legacy, device, authenticationContext",
        "includeUserActions: ['urn:user:registerdevice'] | device | signIn, legacy, registration, authenticationContext",
        "includeAuthenticationContextClassReferences: [c1] | authenticationContext | signIn, legacy, registration, device",
    })
    void kind_ofRequest_isAskedByItself(String target, String asked, String open) throws Exception {
        String[] policies = {policy("p", ALL, "{ " + target + " }", "", target.contains("registerdevice") ? MFA : BLOCK),
            "---\nkind: authenticationContextClassReference\nid: c1\ndisplayName: Secret\nisAvailable: true\n"};
        for (String kind : asked.split(", ")) {
            assertThat(isProved("on: { kind: " + kind + " }, " + ALWAYS_MFA, policies)).as(kind).isTrue();
        }
        for (String kind : open.isEmpty() ? new String[0] : open.split(", ")) {
            assertThat(isProved("on: { kind: " + kind + " }, " + ALWAYS_MFA, policies)).as(kind).isFalse();
        }
    }

    @Test
    void today_andWhoMayJoin_areAnsweredApart() throws Exception {
        String policy = policy("p", "{ includeUsers: [All], excludeGroups: [Break glass] }", EVERYTHING, "", MFA);
        Verdict verdict = one("on: { kind: signIn }, " + ALWAYS_MFA, policy);
        assertThat(verdict.isProved()).isFalse();
        assertThat(verdict.answers()).extracting(Answer::isAnybody).containsExactly(false, true);
        assertThat(verdict.answers().get(0).counterexamples()).isEmpty();
        assertThat(verdict.answers().get(1).counterexamples()).singleElement().satisfies(example -> {
            assertThat(example.people().text()).isEqualTo("members of Break glass");
            assertThat(example.witness().isInDirectory()).isFalse();
            assertThat(example.witness().resources()).isNotEmpty();
        });
    }

    @Test
    void emptyGroup_isAName_andItsMembersAreAsked() throws Exception {
        Verdict verdict = one("for: { groups: [Break glass] }, on: { kind: signIn }, never: { outcome: block }", policy("p", "", BLOCK));
        assertThat(verdict.answers().get(0).people()).isZero();
        assertThat(verdict.answers().get(1).people()).isPositive();
        assertThat(verdict.isProved()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "for: { groups: [Nobody] }, always: { outcome: block } | SP1202",
        "for: { users: [nobody@contoso.com] }, always: { outcome: block } | SP1202",
        "on: { applications: [Nothing] }, always: { outcome: block } | SP1202",
        "on: { locations: [Nowhere] }, always: { outcome: block } | SP1202",
        "except: { groups: [Nobody] }, always: { outcome: block } | SP1202",
        "always: { requires: { authenticationStrength: Weak } } | SP1202",
        "for: { users: [All], notUsers: [All] }, always: { outcome: block } | SP1412",
        "on: { kind: registration, applications: [Payroll] }, always: { outcome: block } | SP1412",
        "on: { kind: workload }, always: { outcome: block } | SP1412",
        "on: { kind: legacy, clientAppTypes: [browser] }, always: { outcome: block } | SP1412",
        "except: { users: [All] }, always: { outcome: block } | SP1412",
        "for: { breakGlass: true }, never: { outcome: block } | SP1413",
    })
    void invariant_aboutAnUnknownName_orAboutNoRequest_isAnError(String invariant, String code) {
        assertThat(error(invariant)).isEqualTo(code);
    }

    // ---- break-glass accounts

    @Test
    void breakGlassAccounts_areThoseOfTheDirectory() throws Exception {
        String directory = "breakGlass: [Emergency, eve@contoso.com]\ngroups: [{ id: g9, displayName: Emergency, members: [abe@contoso.com] }]\n"
                + "users: [{ userPrincipalName: eve@contoso.com }, { userPrincipalName: abe@contoso.com }, { userPrincipalName: ann@contoso.com }]\n";
        String block = policy("p", "{ includeUsers: [All], excludeGroups: [Emergency], excludeUsers: [eve@contoso.com] }", EVERYTHING, "", BLOCK);
        Verdicts verdicts = prove(engine(directory, block), """
                - { name: a, for: { breakGlass: true }, on: { kind: signIn }, never: { outcome: block } }
                - { name: b, for: { breakGlass: false }, on: { kind: signIn }, always: { outcome: block } }
                - { name: c, on: { kind: signIn }, except: { breakGlass: true }, always: { outcome: block } }
                - { name: d, on: { kind: signIn }, always: { outcome: block } }
                """);
        assertThat(verdicts.verdicts()).extracting(Verdict::isProved).containsExactly(true, true, true, false);
        assertThat(verdicts.verdicts().get(0).answers().get(0).people()).isEqualTo(2);
        assertThat(verdicts.verdicts().get(3).answers().get(0).counterexamples().get(0).people().names()).containsExactly("abe@contoso.com", "eve@contoso.com");
    }

    @Test
    void exceptionOfBreakGlassAccounts_inADirectoryWithoutThem_isNone() throws Exception {
        assertThat(isProved("on: { kind: signIn }, except: { breakGlass: true }, " + ALWAYS_MFA, policy("p", "", MFA))).isTrue();
        String staff = policy("p", "{ includeUsers: [All], excludeGroups: [Staff] }", EVERYTHING, "", MFA);
        assertThat(isProved("on: { kind: signIn }, except: { breakGlass: true, groups: [Staff] }, " + ALWAYS_MFA, staff)).as("the rest of the exception counts").isTrue();
        assertThat(isProved("on: { kind: signIn }, except: { breakGlass: true }, " + ALWAYS_MFA, staff)).isFalse();
    }

    // ---- sources

    @Test
    void otherSources_countOnlyIfTheInvariantSaysSo() throws Exception {
        String defaults = "---\nkind: securityDefaults\nisEnabled: true\n";
        String box = "on: { kind: signIn }, except: { roles: [Directory Synchronization Accounts] }, " + ALWAYS_MFA;
        assertThat(isProved(box, defaults)).isFalse();
        assertThat(isProved(box + ", sources: all", defaults)).isTrue();
        String enforced = "users: [{ userPrincipalName: ann@contoso.com, perUserMfaState: enforced, authenticationMethods: [{ method: fido2 }] }]\n";
        String ann = "- { name: it, for: { users: [ann@contoso.com] }, on: { kind: signIn }, " + ALWAYS_MFA;
        assertThat(prove(engine(enforced), ann + " }").verdicts().get(0).answers().get(0).counterexamples()).isNotEmpty();
        assertThat(prove(engine(enforced), ann + ", sources: all }").verdicts().get(0).answers().get(0).counterexamples()).isEmpty();
    }

    @Test
    void policyWithAConditionThatIsNotEvaluated_isNoProtection_andIsNamed() throws Exception {
        PolicyEngine engine = Attack.engine(policy("p", "clients: { x: 1 }", MFA));
        Verdicts verdicts = prove(engine, "- { name: it, on: { kind: signIn }, " + ALWAYS_MFA + " }");
        assertThat(verdicts.areProved()).isFalse();
        assertThat(verdicts.notes()).anyMatch(note -> note.contains("not evaluated") && note.endsWith(": p"));
    }

    @Test
    void reportOnlyPolicies_countOnlyIfAsked() throws Exception {
        PolicyEngine engine = Attack.engine(policy("p", "", MFA).replace("state: enabled", "state: enabledForReportingButNotEnforced"));
        Invariants invariants = invariants("- { name: it, on: { kind: signIn }, " + ALWAYS_MFA + " }");
        assertThat(Analysis.of(engine).prove(invariants, false).areProved()).isFalse();
        assertThat(Analysis.of(engine).prove(invariants, true).areProved()).isTrue();
    }

    // ---- exclusions

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{ includeUsers: [All], excludeGroups: [Staff] } | | excludeGroups | Staff",
        "{ includeUsers: [All], excludeUsers: [ann@contoso.com] } | | excludeUsers | ann@contoso.com",
        "{ includeUsers: [All], excludeRoles: [Global Administrator] } | | excludeRoles | Global Administrator",
        "{ includeUsers: [All], excludeUsers: [GuestsOrExternalUsers] } | | excludeUsers | GuestsOrExternalUsers",
        "{ includeUsers: [All] } | platforms: { includePlatforms: [all], excludePlatforms: [iOS] } | excludePlatforms | iOS",
        "{ includeUsers: [All] } | locations: { includeLocations: [All], excludeLocations: [MFA Trusted IPs] } | excludeLocations | MFA Trusted IPs",
    })
    void exclusion_withoutAFallback_isRefuted_andProvedWithOne(String users, String conditions, String condition, String value) throws Exception {
        String each = "each: exclusion, on: { kind: signIn }, always: { requires: { any: [mfa, compliantDevice] } }";
        String policy = policy("p", users, EVERYTHING, conditions == null ? "" : conditions, MFA);
        assertThat(counterexamples(one(each, policy))).isNotEmpty().allSatisfy(example -> {
            assertThat(example.exclusion().policy()).isEqualTo("p");
            assertThat(example.exclusion().condition()).isEqualTo(condition);
            assertThat(example.exclusion().value()).isEqualTo(value);
            assertThat(example.exclusion().source()).isNotNull();
        });
        assertThat(isProved(each, policy, policy("q", "", "grantControls: { operator: OR, authenticationStrength: { id: Phishing-resistant MFA } }"))).isTrue();
    }

    @Test
    void exclusionOfAnApplication_withoutAFallback_isRefuted() throws Exception {
        String each = "each: exclusion, on: { kind: signIn }, " + ALWAYS_MFA;
        String policy = policy("p", ALL, "{ includeApplications: [All], excludeApplications: [Payroll] }", "", MFA);
        assertThat(counterexamples(one(each, policy))).isNotEmpty().allMatch(example -> example.witness().request().signIn().applications().contains("a1"));
        assertThat(isProved(each, policy, policy("q", ALL, "{ includeApplications: [Payroll] }", "", MFA))).isTrue();
    }

    // ---- workload identities and agents

    @Test
    void workloadIdentities_areAskedThemselves() throws Exception {
        String high = "for: { servicePrincipals: [ServicePrincipalsInMyTenant] }, on: { servicePrincipalRiskLevels: [high] }, always: { outcome: block }";
        String block = policy("p", "{ includeUsers: [None] }", EVERYTHING, "clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }\nservicePrincipalRiskLevels: [high]", BLOCK);
        Verdict verdict = one(high);
        assertThat(counterexamples(verdict)).extracting(Counterexample::kind).contains(Kind.WORKLOAD);
        assertThat(counterexamples(verdict)).allSatisfy(example -> assertThat(example.witness().principal()).isNotNull());
        assertThat(isProved(high, block)).isTrue();
        assertThat(isProved(high.replace("[high]", "[medium, high]"), block)).isFalse();
        assertThat(isProved(high, policy("p", "", BLOCK))).as("a policy about users does not block workload identities").isFalse();
    }

    @Test
    void agents_areAskedThemselves() throws Exception {
        String high = "for: { agentIdentities: [All] }, on: { agentIdRiskLevels: [high] }, always: { outcome: block }";
        String block = policy("p", "{ includeUsers: [None] }", EVERYTHING, "clientApplications: { includeAgentIdServicePrincipals: [All] }\nagentIdRiskLevels: [high]", BLOCK);
        assertThat(counterexamples(one(high))).isNotEmpty().extracting(Counterexample::kind).containsOnly(Kind.AGENT);
        assertThat(isProved(high, block)).isTrue();
    }

    // ---- the evaluator

    @Test
    void counterexample_thatTheEvaluatorDoesNotConfirm_isAFaultWithBothAnswers() throws Exception {
        PolicyEngine engine = Attack.engine(NOTHING);
        PolicyEngine other = Attack.engine(policy("p", "", BLOCK));
        Verdicts verdicts = new Prover(engine, invariants("- { name: it, on: { kind: signIn }, " + ALWAYS_MFA + " }"), false, set -> other.policySet()).proved(share -> { });
        assertThat(verdicts.faults()).isNotEmpty().allSatisfy(fault -> assertThat(fault).contains("`it`", "block", "under the invariant"));
    }
}
