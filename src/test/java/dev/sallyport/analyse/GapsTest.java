package dev.sallyport.analyse;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.SignIn;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests count as open, and what is told of them. */
class GapsTest {

    private static final String ALL = "{ includeUsers: [All] }";
    private static final String EVERYTHING = "{ includeApplications: [All] }";
    private static final String BLOCK_LEGACY = policy("legacy", "clientAppTypes: [exchangeActiveSync, other]\n", BLOCK);
    private static final String OFFICE = "---\nkind: ipNamedLocation\nid: office\ndisplayName: Office\nisTrusted: true\nipRanges: [{ cidrAddress: 198.51.100.0/24 }]\n";
    private static final String TRUSTED_IPS = "---\nkind: mfaSettings\nallowAppPasswords: true\ntrustedIps: [203.0.113.0/24]\n";
    private static final String REGISTERED = "authenticationMethods: [{ method: microsoftAuthenticatorPush }]";

    private static final String NOTHING = "---\nkind: securityDefaults\nisEnabled: false\n";
    /** Without Microsoft's own MFA, so that a test is about its policies only. */
    private static final String POLICIES_ONLY = "---\nkind: evaluationSettings\nmandatoryAdminPortalMfa: false\n";

    private static String[] set(String... policies) {
        boolean hasSettings = Stream.of(policies).anyMatch(policy -> policy.contains("kind: evaluationSettings"));
        return Stream.concat(Stream.of(policies), Stream.of(hasSettings ? NOTHING : POLICIES_ONLY)).toArray(String[]::new);
    }

    private static PolicyEngine engine(String people, String... policies) throws PolicyLoadException {
        return Attack.engine(Attack.directory("kind: directory\ngroups: [{ id: g1, displayName: Staff }]\napplications: [{ appId: 11111111-1111-4111-8111-111111111111, displayName: Payroll }]\n"
                + "users:\n" + people.indent(2)), set(policies));
    }

    private static Gaps gaps(PolicyEngine engine, GapOptions options) throws PolicyLoadException {
        Gaps gaps = Analysis.of(engine).gaps(options);
        assertThat(gaps.faults()).isEmpty();
        return gaps;
    }

    private static List<Gap> people(String people, String... policies) throws PolicyLoadException {
        Gaps gaps = gaps(engine(people, policies), GapOptions.ofDirectory());
        assertThat(gaps.isComplete()).isTrue();
        return gaps.gaps();
    }

    private static List<Gap> anybody(String... policies) throws PolicyLoadException {
        return gaps(Attack.engine(set(policies)), GapOptions.ofAnybody()).gaps();
    }

    private static List<Gap> of(List<Gap> gaps, Kind kind, Opening opening) {
        return gaps.stream().filter(gap -> gap.kind() == kind && gap.opening() == opening).toList();
    }

    private static List<Gap> signIns(List<Gap> gaps) {
        return of(gaps, Kind.SIGN_IN, Opening.PASSWORD_ALONE);
    }

    private static List<String> box(Gap gap) {
        return gap.box().stream().map(range -> range.dimension() + (range.isAnyBut() ? " any but " : " ") + String.join(", ", range.values())).toList();
    }

    private static List<String> boxes(List<Gap> gaps) {
        return gaps.stream().map(gap -> String.join("; ", box(gap))).toList();
    }

    // ---- nothing and everything

    @ParameterizedTest
    @EnumSource(names = {"SIGN_IN", "LEGACY", "REGISTRATION", "DEVICE"})
    void set_withoutPolicies_isOneGapPerKind(Kind kind) throws Exception {
        List<Gap> gaps = people("- { userPrincipalName: ann@contoso.com }");
        assertThat(of(gaps, kind, Opening.PASSWORD_ALONE)).singleElement().satisfies(gap -> {
            assertThat(box(gap)).isEqualTo(kind == Kind.LEGACY ? List.of("credential password") : List.of());
            assertThat(gap.people().text()).isEqualTo("the only user: ann@contoso.com");
            assertThat(gap.witness().decision().outcome()).isEqualTo(Outcome.ALLOW);
        });
    }

    private static final String PRINCIPALS = """
            kind: directory
            applications: [{ appId: 11111111-1111-4111-8111-111111111111, displayName: Payroll }]
            servicePrincipals:
              - { id: 22222222-0000-4000-8000-000000000001, displayName: Nightly import, isAgentIdentity: false }
              - { id: 22222222-0000-4000-8000-000000000002, displayName: Assistant, isAgentIdentity: true }
            """;

    @ParameterizedTest
    @CsvSource({"WORKLOAD, Nightly import", "AGENT, Assistant"})
    void servicePrincipals_withoutPolicies_areLetIn(Kind kind, String name) throws Exception {
        PolicyEngine engine = Attack.engine(Attack.directory(PRINCIPALS), POLICIES_ONLY);
        assertThat(of(gaps(engine, GapOptions.ofDirectory()).gaps(), kind, Opening.PASSWORD_ALONE)).singleElement().satisfies(gap -> {
            assertThat(gap.people().names()).containsExactly(name);
            assertThat(gap.witness().user()).isNull();
            assertThat(gap.witness().principal().displayName()).isEqualTo(name);
        });
    }

    @Test
    void principalThatAPolicyForWorkloadsExcludes_isLetIn_andTheOthersAreNot() throws Exception {
        String policy = policy("block", "{ includeUsers: [None] }", EVERYTHING, "clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant], "
                + "excludeServicePrincipals: [Nightly import] }\n", BLOCK);
        PolicyEngine engine = Attack.engine(Attack.directory(PRINCIPALS.replace("Assistant, isAgentIdentity: true", "Backup, isAgentIdentity: false")), policy, POLICIES_ONLY);
        assertThat(of(gaps(engine, GapOptions.ofDirectory()).gaps(), Kind.WORKLOAD, Opening.PASSWORD_ALONE)).singleElement().satisfies(gap -> {
            assertThat(gap.people().names()).containsExactly("Nightly import");
            assertThat(gap.because()).first().satisfies(because -> assertThat(because.condition()).isEqualTo("excludeServicePrincipals"));
        });
        assertThat(of(gaps(engine, GapOptions.ofAnybody()).gaps(), Kind.WORKLOAD, Opening.PASSWORD_ALONE)).isNotEmpty();
    }

    @Test
    void authenticationContext_thatNoPolicyNames_isOpenAsItsApplicationIs() throws Exception {
        String context = "---\nkind: authenticationContextClassReference\nid: c1\ndisplayName: Secret\nisAvailable: true\n";
        assertThat(of(people("- { userPrincipalName: ann@contoso.com }", context), Kind.AUTHENTICATION_CONTEXT, Opening.PASSWORD_ALONE)).hasSize(1);
        String policy = policy("c", ALL, "{ includeAuthenticationContextClassReferences: [c1] }", "", MFA);
        assertThat(of(people("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }", context, policy), Kind.AUTHENTICATION_CONTEXT, Opening.PASSWORD_ALONE)).isEmpty();
    }

    @Test
    void appPassword_isCreatedByAnAttackerWhoRegistersFirst() throws Exception {
        List<Gap> gaps = people("- { userPrincipalName: ann@contoso.com, perUserMfaState: enforced }", TRUSTED_IPS);
        assertThat(of(gaps, Kind.APP_PASSWORD, Opening.REGISTERING_FIRST)).hasSize(1);
        assertThat(of(gaps, Kind.APP_PASSWORD, Opening.PASSWORD_ALONE)).isEmpty();
        assertThat(of(people("- { userPrincipalName: ann@contoso.com, perUserMfaState: enforced, " + REGISTERED + " }", TRUSTED_IPS), Kind.APP_PASSWORD,
                Opening.REGISTERING_FIRST)).isEmpty();
    }

    @Test
    void mfaForAll_leavesNoSignInOpenToAPassword() throws Exception {
        assertThat(people("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }", policy("mfa", "", MFA))).isEmpty();
    }

    @Test
    void everyWitness_hasAClient_andIsConfirmed() throws Exception {
        for (Gap gap : Stream.of(anybody(), anybody(BLOCK_LEGACY), anybody(policy("mfa", "clientAppTypes: [browser]\n", MFA))).flatMap(List::stream).toList()) {
            SignIn signIn = gap.witness().request().signIn();
            assertThat(signIn.clientAppType()).isNotNull();
            assertThat(signIn.clientAppType().matches("other|exchangeActiveSync")).isEqualTo(gap.kind() == Kind.LEGACY);
            assertThat(gap.witness().decision().outcome()).isEqualTo(gap.opening() == Opening.PASSWORD_ALONE ? Outcome.ALLOW : Outcome.PROMPT_REGISTER);
        }
        assertThat(of(anybody(BLOCK_LEGACY), Kind.LEGACY, Opening.PASSWORD_ALONE)).isEmpty();
    }

    // ---- who

    @Test
    void guests_whomAPolicyExcludesByTheLiteral_areOpen_andNoOneElseIs() throws Exception {
        List<Gap> gaps = signIns(anybody(policy("mfa", "{ includeUsers: [All], excludeUsers: [GuestsOrExternalUsers] }", EVERYTHING, "", MFA)));
        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.people().text()).isEqualTo("any guest");
            assertThat(gap.because()).first().satisfies(because -> {
                assertThat(because.condition()).isEqualTo("excludeUsers");
                assertThat(because.values()).containsExactly("GuestsOrExternalUsers");
            });
        });
    }

    @Test
    void policyForAllUsers_protectsGuestsToo() throws Exception {
        assertThat(signIns(anybody(policy("mfa", "", MFA)))).isEmpty();
    }

    @Test
    void deviceCodeBlock_andBlockOfGuests_protectNoOrdinarySignInOfAMember() throws Exception {
        List<Gap> gaps = signIns(anybody(policy("flow", "authenticationFlows: { transferMethods: deviceCodeFlow }\n", BLOCK),
                policy("guests", "{ includeUsers: [GuestsOrExternalUsers] }", EVERYTHING, "", BLOCK)));
        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.people().text()).isEqualTo("any user but any guest");
            assertThat(box(gap)).containsExactly("device any but device code flow");
        });
    }

    @Test
    void emptyGroup_thatAPolicyExcludes_hasAMemberWhoCouldExist() throws Exception {
        String policy = policy("mfa", "{ includeUsers: [All], excludeGroups: [Staff] }", EVERYTHING, "", MFA);
        assertThat(people("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }", policy)).isEmpty();
        assertThat(signIns(anybody(policy))).extracting(gap -> gap.people().text()).containsExactly("members of Staff");
    }

    @Test
    void unboundPlaceholder_thatAPolicyExcludes_hasAMemberWhoCouldExist() throws Exception {
        String policy = policy("mfa", "{ includeUsers: [All], excludeGroups: [<ExclusionPermGroup>] }", EVERYTHING, "", MFA);
        assertThat(signIns(anybody(policy))).extracting(gap -> gap.people().text()).containsExactly("members of <ExclusionPermGroup>");
        Gaps today = gaps(engine("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }", policy), GapOptions.ofDirectory());
        assertThat(today.gaps()).isEmpty();
        assertThat(today.notes()).anyMatch(note -> note.contains("placeholders and unknown names have no members"));
    }

    @Test
    void twoExclusions_thatTogetherLeaveAGap_areTold() throws Exception {
        List<Gap> gaps = signIns(anybody(policy("one", "{ includeUsers: [All], excludeGroups: [Staff] }", EVERYTHING, "", MFA),
                policy("two", "{ includeUsers: [All], excludeGroups: [Break glass] }", EVERYTHING, "", MFA)));
        assertThat(gaps).extracting(gap -> gap.people().text()).containsExactly("members of Staff and members of Break glass");
    }

    @Test
    void manyGroups_areCounted() throws Exception {
        String groups = IntStream.range(0, 6).mapToObj(i -> "<Group " + i + ">").collect(Collectors.joining(", "));
        List<Gap> gaps = signIns(anybody(policy("mfa", "{ includeUsers: [All], excludeGroups: [" + groups + "] }", EVERYTHING, "", MFA)));
        assertThat(gaps).extracting(gap -> gap.people().text()).containsExactly("members of 6 groups (<Group 0>, <Group 1>, <Group 2>, <Group 3>, <Group 4> and 1 other)");
    }

    @Test
    void groupingOfApplications_isNamed_withoutThoseThatAreNotOpen() throws Exception {
        List<Gap> gaps = signIns(people("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }", "---\nkind: evaluationSettings\nmandatoryAdminPortalMfa: true\n",
                policy("mfa", ALL, "{ includeApplications: [All], excludeApplications: [Office365] }", "", MFA)));
        assertThat(boxes(gaps)).singleElement().asString().contains("Office365 (without ", "Microsoft Office 365 Portal").doesNotContain("Exchange");
    }

    @Test
    void accountThatIsDisabled_isInNoGap() throws Exception {
        assertThat(people("- { userPrincipalName: ann@contoso.com, accountEnabled: false }")).isEmpty();
    }

    @Test
    void directConnectGuest_whoCannotAcceptTermsOfUse_isInNoGap() throws Exception {
        List<Gap> gaps = signIns(anybody(policy("terms", "", "grantControls: { operator: OR, termsOfUse: [Terms] }"), "---\nkind: termsOfUse\nid: t\ndisplayName: Terms\n"));
        assertThat(gaps).singleElement().satisfies(gap -> assertThat(gap.people().text()).isEqualTo("any user but b2bDirectConnectUser"));
    }

    // ---- values that look equal to policies

    @Test
    void trustedIps_thatNoPolicyNames_areToldApart_wherePerUserMfaAsks() throws Exception {
        List<Gap> gaps = signIns(people("- { userPrincipalName: ann@contoso.com, perUserMfaState: enforced, " + REGISTERED + " }", TRUSTED_IPS));
        assertThat(boxes(gaps)).containsExactly("location MFA trusted IPs");
        assertThat(gaps.get(0).because()).extracting(Gap.Because::rule).containsExactly("per-user MFA outside the MFA trusted IPs");
    }

    @Test
    void portals_thatNoPolicyNames_areToldApart_whereMicrosoftAsks() throws Exception {
        List<Gap> gaps = signIns(people("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }", "---\nkind: evaluationSettings\nmandatoryAdminPortalMfa: true\n"));
        assertThat(boxes(gaps)).containsExactly("application any but Microsoft Office 365 Portal, Azure Portal, "
                + "changes of Azure resources with Windows Azure Service Management API");
    }

    @Test
    void policies_thatAreTheSame_loseNoGapOfEachOther() throws Exception {
        String users = "{ includeUsers: [All], excludeGroups: [Staff] }";
        List<Gap> one = signIns(anybody(policy("a", users, EVERYTHING, "", MFA)));
        List<Gap> two = signIns(anybody(policy("a", users, EVERYTHING, "", MFA), policy("b", users, EVERYTHING, "", MFA)));
        assertThat(two).hasSameSizeAs(one).extracting(Gap::people).isEqualTo(one.stream().map(Gap::people).toList());
    }

    // ---- conditions

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "locations: { includeLocations: [All], excludeLocations: [AllTrusted] } | location Office",
        "locations: { includeLocations: [Office] } | location not Office",
        "clientAppTypes: [browser] | client mobileAppsAndDesktopClients",
        "platforms: { includePlatforms: [all], excludePlatforms: [linux] } | client browser on linux, mobileAppsAndDesktopClients on linux",
        "signInRiskLevels: [medium, high] | signInRiskLevel none, low",
        "userRiskLevels: [none, low, medium] | userRiskLevel high",
        "insiderRiskLevels: elevated | insiderRiskLevel any but elevated",
        "authenticationFlows: { transferMethods: authenticationTransfer } | device any but authentication transfer"})
    void conditionOfAPolicy_leavesOpenWhatItLeavesOut(String condition, String open) throws Exception {
        String registered = "- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }";
        assertThat(boxes(signIns(people(registered, OFFICE, policy("mfa", condition + "\n", MFA))))).containsExactly(open);
    }

    @Test
    void applicationThatAPolicyExcludes_isOpen_andItsLineIsTheReason() throws Exception {
        List<Gap> gaps = signIns(people("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }",
                policy("mfa", ALL, "{ includeApplications: [All], excludeApplications: [Payroll] }", "", MFA)));
        assertThat(boxes(gaps)).containsExactly("application Payroll");
        assertThat(gaps.get(0).because()).singleElement().satisfies(because -> {
            assertThat(because.rule()).isEqualTo("mfa");
            assertThat(because.condition()).isEqualTo("excludeApplications");
            assertThat(because.source()).hasToString("policies.yaml:8:69");
        });
    }

    @Test
    void scopesOfLowPrivilege_thatAPolicyLeavesOut_areOpen() throws Exception {
        String[] set = {policy("mfa", ALL, "{ includeApplications: [All], excludeApplications: [Payroll] }", "", MFA), policy("payroll", ALL, "{ includeApplications: [Payroll] }", "", MFA)};
        String registered = "- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }";
        assertThat(people(registered, set)).isEmpty();
        List<Gap> gaps = signIns(people(registered, set[0], set[1], "---\nkind: evaluationSettings\nlowPrivilegeScopes: exempt\nmandatoryAdminPortalMfa: false\n"));
        assertThat(boxes(gaps)).containsExactly("application low-privilege scopes of any application but Payroll");
        assertThat(gaps.get(0).witness().request().signIn().scopes()).containsExactly("User.Read");
    }

    @Test
    void managedDevice_thatAFilterExcludes_provesMoreThanAPassword_andAnotherDeviceDoesNot() throws Exception {
        String registered = "- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }";
        assertThat(people(registered, policy("mfa", "devices: { deviceFilter: { mode: exclude, rule: 'device.isCompliant -eq True -or device.trustType -eq \"ServerAD\"' } }\n", MFA))).isEmpty();
        List<Gap> gaps = signIns(people(registered, policy("mfa", "devices: { deviceFilter: { mode: exclude, rule: 'device.displayName -startsWith \"SAW-\"' } }\n", MFA)));
        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.witness().request().signIn().device().displayName()).startsWith("SAW-");
            assertThat(gap.because()).first().satisfies(because -> assertThat(because.condition()).isEqualTo("deviceFilter"));
        });
    }

    @Test
    void positionByAuthenticator_isNotHadByAPassword() throws Exception {
        String home = "---\nkind: countryNamedLocation\nid: home\ndisplayName: Home\ncountriesAndRegions: [NL]\ncountryLookupMethod: authenticatorAppGps\n";
        String registered = "- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }";
        assertThat(people(registered, home, policy("mfa", "locations: { includeLocations: [All], excludeLocations: [Home] }\n", MFA))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"6b8a9e5e-0000-4000-8000-000000000001, 6b8a9e5e-0000-4000-8000-000000000001", "AllTrusted, a trusted location", "00000000-0000-0000-0000-000000000000, MFA trusted IPs"})
    void locationWithoutAddresses_thatAPolicyExcludes_hasOneForPeopleWhoCouldExist(String location, String text) throws Exception {
        String policy = policy("mfa", "locations: { includeLocations: [All], excludeLocations: [" + location + "] }\n", MFA);
        assertThat(boxes(signIns(anybody(policy)))).containsExactly("location " + text);
    }

    @Test
    void unboundPlaceholderOfAnApplication_thatAPolicyExcludes_isOpenToPeopleWhoCouldExist() throws Exception {
        String policy = policy("mfa", ALL, "{ includeApplications: [All], excludeApplications: [<Kiosk>] }", "", MFA);
        assertThat(boxes(signIns(anybody(policy)))).contains("application <Kiosk>");
    }

    @Test
    void filtersThatCompareTooMuch_areRefused() throws Exception {
        StringBuilder rule = new StringBuilder("device.model -contains \"m0\"");
        for (int i = 1; i < 7; i++) {
            rule.append(" -or device.model -contains \"m").append(i).append('"');
        }
        PolicyEngine engine = Attack.engine(policy("mfa", "devices: { deviceFilter: { mode: exclude, rule: '" + rule + "' } }\n", MFA));
        assertThatThrownBy(() -> Analysis.of(engine).gaps(GapOptions.ofAnybody())).isInstanceOf(PolicyLoadException.class).hasMessageContaining("SP1406")
                .hasMessageContaining("policies.yaml:");
    }

    // ---- controls

    @ParameterizedTest
    @ValueSource(strings = {"grantControls: { operator: OR, termsOfUse: [Terms] }", "grantControls: { operator: OR, builtInControls: [passwordChange] }",
        "grantControls: { operator: OR, authenticationStrength: { id: Lone } }", "grantControls: { operator: OR, builtInControls: [mfa], termsOfUse: [Terms] }",
        "sessionControls: { persistentBrowser: { isEnabled: true, mode: never } }",
        "sessionControls: { signInFrequency: { isEnabled: true, frequencyInterval: everyTime, authenticationType: primaryAndSecondaryAuthentication } }"})
    void controlsThatAPasswordMeets_doNotProtect(String controls) throws Exception {
        String strength = "---\nkind: authenticationStrengthPolicy\nid: lone\ndisplayName: Lone\nallowedCombinations: [fido2, password]\n";
        String terms = "---\nkind: termsOfUse\nid: terms\ndisplayName: Terms\n";
        assertThat(signIns(people("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }", terms, strength, policy("p", "", controls)))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"grantControls: { operator: OR, builtInControls: [mfa, compliantDevice] }", "grantControls: { operator: AND, builtInControls: [mfa], termsOfUse: [Terms] }",
        "grantControls: { operator: OR, authenticationStrength: { id: Pass } }", "grantControls: { operator: OR, builtInControls: [compliantApplication] }",
        "sessionControls: { secureSignInSession: { isEnabled: true } }",
        "sessionControls: { signInFrequency: { isEnabled: true, frequencyInterval: everyTime, authenticationType: secondaryAuthentication } }"})
    void controlsThatNeedMore_protect(String controls) throws Exception {
        String strength = "---\nkind: authenticationStrengthPolicy\nid: pass\ndisplayName: Pass\nallowedCombinations: [temporaryAccessPassOneTime, fido2]\n";
        String terms = "---\nkind: termsOfUse\nid: terms\ndisplayName: Terms\n";
        assertThat(signIns(people("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }", terms, strength, policy("p", "", controls)))).isEmpty();
    }

    @Test
    void policyThatIsReportOnly_countsIfAsked() throws Exception {
        PolicyEngine engine = engine("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }", policy("mfa", "", MFA).replace("enabled", "enabledForReportingButNotEnforced"));
        assertThat(gaps(engine, GapOptions.ofDirectory()).gaps()).isNotEmpty();
        assertThat(gaps(engine, GapOptions.ofDirectory()).notes()).contains("report-only policies do not count: 1");
        assertThat(gaps(engine, new GapOptions(false, true, Set.of(Kind.SIGN_IN), 9, 1, List.of())).gaps()).isEmpty();
    }

    @Test
    void policyOfWhichAConditionIsNotEvaluated_doesNotCount_andMayProtect() throws Exception {
        String policy = policy("p", "agentContext: [any]\n", MFA);
        Gaps gaps = gaps(engine("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }", policy), GapOptions.ofDirectory());
        assertThat(signIns(gaps.gaps())).singleElement().satisfies(gap -> assertThat(gap.mayProtect()).containsExactly("p"));
        assertThat(gaps.notes()).anyMatch(note -> note.endsWith("do not count as protection: p"));
    }

    // ---- registering first

    private static final String NEW = "- { userPrincipalName: new@contoso.com }";
    private static final String GUARD = policy("guard", ALL, "{ includeUserActions: [\"urn:user:registersecurityinfo\"] }", "locations: { includeLocations: [All], excludeLocations: [AllTrusted] }\n", BLOCK);

    @Test
    void userWhoHasNotRegistered_isOpenToAnAttackerWhoRegistersFirst() throws Exception {
        List<Gap> gaps = people(NEW, policy("mfa", "", MFA));
        assertThat(gaps).extracting(gap -> gap.kind() + " " + gap.opening()).containsExactly("registration passwordAlone", "signIn registeringFirst", "device registeringFirst");
        assertThat(of(gaps, Kind.SIGN_IN, Opening.REGISTERING_FIRST)).singleElement().satisfies(gap -> {
            assertThat(gap.witness().decision().outcome()).isEqualTo(Outcome.PROMPT_REGISTER);
            assertThat(gap.because()).as("a policy that applies is not a reason").extracting(Gap.Because::rule).doesNotContain("mfa");
        });
    }

    @Test
    void guardOnRegistration_leavesOpenWhereItDoesNotApply() throws Exception {
        List<Gap> gaps = people(NEW, OFFICE, policy("mfa", "", MFA), GUARD);
        assertThat(gaps).hasSize(3).allSatisfy(gap -> {
            assertThat(box(gap)).containsExactly("location Office");
            assertThat(gap.because()).extracting(Gap.Because::rule).contains("guard");
        });
    }

    @Test
    void policyOnRisk_keepsUnregisteredUsersFromRegistering() throws Exception {
        List<Gap> gaps = of(people(NEW, policy("mfa", "", MFA), policy("risk", "signInRiskLevels: [high]\n", MFA)), Kind.SIGN_IN, Opening.REGISTERING_FIRST);
        assertThat(boxes(gaps)).containsExactly("signInRiskLevel any but high");
    }

    @Test
    void userWithATemporaryAccessPass_isAskedForIt_andCouldBeRegisteredByAnAttacker() throws Exception {
        List<Gap> gaps = people("- { userPrincipalName: new@contoso.com, authenticationMethods: [{ method: temporaryAccessPassOneTime }] }", policy("mfa", "", MFA));
        assertThat(gaps).extracting(gap -> gap.kind() + " " + gap.opening()).containsExactly("registration passwordAlone", "signIn registeringFirst", "device registeringFirst");
        assertThat(of(gaps, Kind.SIGN_IN, Opening.REGISTERING_FIRST).get(0).witness().decision().outcome()).isEqualTo(Outcome.CHALLENGE);
    }

    /** Registering a first method meets the strength (REG-12); who has registered has to meet it, and has no certificate. */
    @Test
    void strengthThatRegisteringMeetsOnce_isAskedOfWhoHasRegistered() throws Exception {
        String certificate = "---\nkind: authenticationStrengthPolicy\nid: 33333333-0000-4000-8000-000000000001\ndisplayName: Certificate\n"
                + "allowedCombinations: [x509CertificateMultiFactor]\n";
        String strength = policy("strength", "", "grantControls: { operator: OR, authenticationStrength: { id: 33333333-0000-4000-8000-000000000001 } }");
        String enabled = NEW.replace(" }", ", perUserMfaState: enabled }");
        String asking = policy("asking", "", "grantControls: { operator: OR, builtInControls: [enforcedMfa] }");
        assertThat(of(people(NEW, certificate, strength), Kind.REGISTRATION, Opening.PASSWORD_ALONE)).hasSize(1);
        assertThat(of(people(enabled, asking), Kind.REGISTRATION, Opening.REGISTERING_FIRST)).hasSize(1);
        assertThat(people(enabled, certificate, strength, asking)).filteredOn(gap -> gap.kind() == Kind.REGISTRATION).isEmpty();
    }

    // ---- legacy clients

    @Test
    void appPassword_opensLegacyClients_butNoAdministration() throws Exception {
        String user = "- { userPrincipalName: ann@contoso.com, perUserMfaState: enforced, appPasswords: [{ id: a1, displayName: Mail }], " + REGISTERED + " }";
        List<Gap> gaps = of(people(user, TRUSTED_IPS), Kind.LEGACY, Opening.PASSWORD_ALONE);
        assertThat(boxes(gaps)).containsExactly("application any but MicrosoftAdminPortals, Windows Azure Service Management API; credential appPassword");
        assertThat(of(people(user, TRUSTED_IPS, BLOCK_LEGACY), Kind.LEGACY, Opening.PASSWORD_ALONE)).isEmpty();
    }

    @Test
    void enforcedUserWithoutAppPasswords_isOpenAtTrustedIpsOnly() throws Exception {
        List<Gap> gaps = of(people("- { userPrincipalName: ann@contoso.com, perUserMfaState: enforced, " + REGISTERED + " }", TRUSTED_IPS), Kind.LEGACY, Opening.PASSWORD_ALONE);
        assertThat(boxes(gaps)).containsExactly("location MFA trusted IPs; credential password");
    }

    // ---- how much is told

    private static final String MANY = "- { userPrincipalName: a@contoso.com, memberOf: [Staff], " + REGISTERED + " }\n- { userPrincipalName: b@contoso.com, memberOf: [Staff], " + REGISTERED
            + " }\n- { userPrincipalName: c@contoso.com, " + REGISTERED + " }";
    private static final String[] PARTS = {OFFICE, policy("staff", "{ includeGroups: [Staff] }", EVERYTHING, "locations: { includeLocations: [Office] }\n", MFA),
        policy("others", "{ includeUsers: [c@contoso.com] }", EVERYTHING, "", MFA)};

    @Test
    void gapsBeyondTheMost_areToldByTheirShare() throws Exception {
        String[] parts = {OFFICE, PARTS[1], policy("others", "{ includeUsers: [c@contoso.com] }", "{ includeApplications: [All], excludeApplications: [Payroll] }", "", MFA)};
        Gaps all = gaps(engine(MANY, parts), new GapOptions(false, false, Set.of(Kind.SIGN_IN), 2, 1, List.of()));
        assertThat(all.gaps()).hasSize(2);
        assertThat(all.isComplete()).isTrue();
        Gaps few = gaps(engine(MANY, parts), new GapOptions(false, false, Set.of(Kind.SIGN_IN), 1, 1, List.of()));
        assertThat(few.gaps()).hasSize(1);
        assertThat(few.isComplete()).isFalse();
        assertThat(few.extents()).singleElement().satisfies(extent -> assertThat(extent.leftOut()).isBetween(0.0001, extent.passwordAlone()));
    }

    @Test
    void usersWhoDifferTooMuch_areToldByPlace() throws Exception {
        String[] parts = new String[8];
        StringBuilder people = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            parts[i] = policy("p" + i, "{ includeUsers: [user" + i + "@contoso.com] }", EVERYTHING, "signInRiskLevels: [" + List.of("none", "low", "medium", "high").get(i % 4) + "]\n"
                    + (i < 4 ? "clientAppTypes: [browser, mobileAppsAndDesktopClients]\n" : ""), MFA);
            people.append("- { userPrincipalName: user").append(i).append("@contoso.com, ").append(REGISTERED).append(" }\n");
        }
        Gaps gaps = gaps(engine(people.toString(), parts), new GapOptions(false, false, Set.of(Kind.SIGN_IN), 2, 1, List.of()));
        assertThat(gaps.isComplete()).isTrue();
        assertThat(gaps.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.people().text()).isEqualTo("at least 6 of 8 people");
            assertThat(box(gap)).isEmpty();
        });
    }

    @Test
    void gapsOfAtLeastSomePeople_tellTheLeastNumber() throws Exception {
        List<Gap> two = gaps(engine(MANY, PARTS), new GapOptions(false, false, Set.of(Kind.SIGN_IN), 9, 2, List.of())).gaps();
        assertThat(two).singleElement().satisfies(gap -> {
            assertThat(gap.people().text()).isEqualTo("at least 2 of 3 people");
            assertThat(box(gap)).containsExactly("location not Office");
        });
        assertThat(gaps(engine(MANY, PARTS), new GapOptions(false, false, Set.of(Kind.SIGN_IN), 9, 3, List.of())).gaps()).isEmpty();
    }

    @Test
    void timesAndOtherApproximations_areSaid() throws Exception {
        assertThat(gaps(Attack.engine(policy("p", "", MFA), "---\nkind: securityDefaults\nisEnabled: true\n"), GapOptions.ofAnybody()).notes())
                .containsExactly("security defaults count as asking for MFA wherever Microsoft may (SD-MFA-03)", "people have at most two of the names that policies exclude");
    }

    /** An evaluator that sees another policy set than the analysis stands for a fault in one of them. */
    @Test
    void gapThatTheEvaluatorDoesNotConfirm_isAFaultWithBothAnswers() throws Exception {
        PolicySet strict = Attack.engine(policy("mfa", "", MFA)).policySet();
        PolicyEngine engine = engine("- { userPrincipalName: ann@contoso.com, " + REGISTERED + " }");
        Gaps gaps = new GapSearch(engine, GapOptions.ofDirectory(), set -> strict).found(kind -> { });
        assertThat(gaps.faults()).hasSize(3).first().asString().contains("is open (passwordAlone), and the evaluator decides challenge (mfaRequired)", "ann@contoso.com");
    }
}
