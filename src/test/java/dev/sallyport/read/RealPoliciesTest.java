package dev.sallyport.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.Exports;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Directory;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Published policies as their authors exported them, each file on its own, where {@link Exports} finds them. The numbers were
 * counted by another program; a file that is refused is refused for the reason that its author would have to see.
 */
class RealPoliciesTest {

    @BeforeAll
    static void findExports() {
        Exports.folder("corpora");
    }

    /** What a folder holds. */
    enum Folder {
        ALEX_FILIPIN("AlexFilipin+ConditionalAccess", 214, 211, 0, 0, List.of(), List.of(
                "PolicyRepository/Base protection/209 - RING - Base protection - All apps Require Token protection for EXO and SPO Desktop App(preview).json:42:5: "
                + "error SP1006: duplicate key `sessionControls` => it is first defined in line 6: remove one of them",
                "PolicySets/Category structure for AADP1 and AADP2 mixture/209 - RING - Base protection - All apps Require Token protection for EXO and SPO Desktop App"
                + "(preview).json:42:5: error SP1006: duplicate key `sessionControls` => it is first defined in line 6: remove one of them",
                "PolicySets/Category structure for AADP2/209 - RING - Base protection - All apps Require Token protection for EXO and SPO Desktop App(preview).json:42:5: "
                + "error SP1006: duplicate key `sessionControls` => it is first defined in line 6: remove one of them")),
        AZURE_SAMPLES("Azure-Samples+azure-ad-conditional-access-apis", 7, 6, 0, 0,
                List.of("05-manage/02-emergency-access/json/azuredeploy.json:13:27: warning SP1110: an object of an unknown kind is skipped "
                        + "=> objects of this type are not part of a policy set or a directory"), List.of()),
        CLUTCH_2_VIEW("Clutch2View+nis2-conditional-access-policies", 27, 22, 5, 0, List.of(), List.of()),
        DATA_GUYS("DataGuys+ConditionalAccessAnalyzer", 18, 18, 0, 0, List.of(), List.of()),
        FORTIGI("Fortigi+ConditionalAccess", 4, 4, 0, 0, List.of(), List.of()),
        J0EYV("j0eyv+ConditionalAccessBaseline", 73, 36, 0, 36,
                List.of("Config/MigrationTable.json:1:1: warning SP1110: an object of an unknown kind is skipped => objects of this type are not part of a policy set or a directory"), List.of()),
        CA_OPTICS("jsa2+caOptics", 13, 57, 3, 0, List.of(), List.of());

        final String path;
        final int files;
        final int policies;
        final int locations;
        final int groups;
        final List<String> skipped;
        final List<String> refused;

        Folder(String path, int files, int policies, int locations, int groups, List<String> skipped, List<String> refused) {
            this.path = path;
            this.files = files;
            this.policies = policies;
            this.locations = locations;
            this.groups = groups;
            this.skipped = skipped;
            this.refused = refused;
        }

        Path root() {
            return Exports.folder("corpora").resolve(path);
        }

        List<Path> jsonFiles() throws IOException {
            try (Stream<Path> walk = Files.walk(root())) {
                return walk.filter(file -> file.toString().endsWith(".json")).sorted().toList();
            }
        }

        String print(Diagnostic diagnostic) {
            return diagnostic.toString().replace(root() + "/", "").replace("\n    help: ", " => ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void files_ofAFolder_loadOrAreRefusedForTheirTrueReason(Folder folder) throws Exception {
        List<Path> files = folder.jsonFiles();
        int policies = 0;
        int locations = 0;
        int groups = 0;
        int others = 0;
        List<String> skipped = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (Path file : files) {
            Diagnostics found = new Diagnostics();
            Resources resources = Resources.read(List.of(file), found);
            PolicySet set = resources.policySet();
            Directory directory = resources.directory();
            if (found.hasErrors()) {
                found.toList().stream().filter(Diagnostic::isError).map(folder::print).forEach(refused::add);
            } else {
                policies += set.policies().size();
                locations += set.namedLocations().size();
                groups += directory.groups().size();
                others += set.strengths().size() + set.termsOfUse().size() + set.authenticationContexts().size() + directory.users().size()
                        + directory.devices().size() + directory.servicePrincipals().size();
                found.toList().stream().filter(each -> each.code().equals("SP1110")).map(folder::print).forEach(skipped::add);
                PolicyEngine.of(set, Directory.empty(), Clock.systemUTC(), found);
            }
        }
        assertThat(refused).containsExactlyElementsOf(folder.refused);
        assertThat(skipped).containsExactlyElementsOf(folder.skipped);
        assertThat(files).hasSize(folder.files);
        assertThat(List.of(policies, locations, groups, others)).as("policies, named locations, groups, others")
                .isEqualTo(List.of(folder.policies, folder.locations, folder.groups, 0));
    }

    /** What is worth a word about these files, once a kind: a dialect that is read in silence is not among them. */
    @Test
    void dialects_ofExports_areReadWithAWarningEach() throws Exception {
        Map<String, Integer> warnings = new TreeMap<>();
        for (Folder folder : Folder.values()) {
            for (Path file : folder.jsonFiles()) {
                Diagnostics found = new Diagnostics();
                Resources.read(List.of(file), found);
                if (!found.hasErrors()) {
                    found.toList().forEach(each -> warnings.merge(each.code() + " " + each.message(), 1, Integer::sum));
                }
            }
        }
        assertThat(warnings).containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                Map.entry("SP1104 unknown value `MfaAndChangePassword` for `builtInControls`", 1),
                Map.entry("SP1104 unknown value `compliantNetwork` for `builtInControls`", 1),
                Map.entry("SP1108 `All` is not the canonical spelling of `clientAppTypes`", 8),
                Map.entry("SP1108 `GrantControls` is not the canonical spelling", 4),
                Map.entry("SP1108 `locations` is an empty list instead of an object", 12),
                Map.entry("SP1109 `globalSecureAccessFilteringProfile` is not evaluated: it has no effect", 2),
                Map.entry("SP1109 `networkAccessSecurity` is not evaluated: it has no effect", 2),
                Map.entry("SP1109 the condition `agentContext` is not evaluated: the policy stays applicable", 1),
                Map.entry("SP1110 an object of an unknown kind is skipped", 2),
                Map.entry("SP1111 a template has no state: it counts as report-only", 18),
                Map.entry("SP1129 the export has groups without `members`: they count as empty", 36),
                Map.entry("SP1112 the policy has no `clientAppTypes`: it counts as all", 4)));
    }

    @Test
    void encodings_ofThePublishedFiles_areOfThreeKinds() throws Exception {
        Map<String, Integer> marks = new TreeMap<>();
        for (Folder folder : Folder.values()) {
            for (Path file : folder.jsonFiles()) {
                byte[] bytes = Files.readAllBytes(file);
                marks.merge(bytes[0] == (byte) 0xFF ? "UTF-16LE" : bytes[0] == (byte) 0xEF ? "UTF-8 with mark" : "UTF-8", 1, Integer::sum);
            }
        }
        assertThat(marks).isEqualTo(Map.of("UTF-16LE", 71, "UTF-8 with mark", 4, "UTF-8", 281));
    }

    @Test
    void folder_ofPoliciesAndGroups_loadsAndKnowsItsGroups() throws Exception {
        PolicyEngine engine = PolicyEngine.load(Folder.J0EYV.root(), Directory.empty());
        assertThat(engine.warnings()).filteredOn(warning -> warning.code().equals("SP1201")).extracting(Diagnostic::message).containsExactly(
                "two groups have the id `20cd89e3-25e2-4fcd-82c5-de666dfd31a4`", "two groups have the id `a8e55fcf-f8ed-43c2-bb4f-0c62edd62963`");
        assertThat(engine.policySet().policies()).hasSize(36);
        assertThat(engine.directory().groups()).hasSize(36);
        List<String> known = engine.directory().groups().stream().map(Directory.Group::id).toList();
        assertThat(engine.policySet().policies()).flatExtracting(policy -> policy.conditions().users().excludeGroups()).extracting("id")
                .filteredOn(known::contains).hasSize(71);
    }

    // ---- decisions

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);

    private static UserState user(String id, String... roles) {
        return UserState.builder().id(id).userPrincipalName(id + "@contoso.com").displayName(id).roles(List.of(roles))
                .authenticationMethods(List.of(new UserState.AuthenticationMethod(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, null, true, null, true)))
                .build();
    }

    private static final UserState MEMBER = user("11111111-0000-0000-0000-000000000001");
    private static final UserState ADMIN = user("11111111-0000-0000-0000-000000000002", "Global Administrator");

    private static SignIn.Builder mail(UserState user) {
        return SignIn.builder().user(user.id()).application("Office 365 Exchange Online").clientAppType("browser").devicePlatform("windows").ipAddress("198.51.100.7")
                .country("NL");
    }

    private static List<SignIn> requests(UserState user) {
        return List.of(
                mail(user).build(),
                mail(user).clientAppType("other").build(),
                mail(user).application("Azure Portal").signInRiskLevel("high").userRiskLevel("high").insiderRiskLevel("elevated").build(),
                mail(user).clientAppType("mobileAppsAndDesktopClients").devicePlatform("macOS").authenticationFlow("deviceCodeFlow").build(),
                SignIn.builder().user(user.id()).build());
    }

    private static PolicyEngine engine(Path file) throws Exception {
        Diagnostics found = new Diagnostics();
        return PolicyEngine.of(Resources.read(List.of(file), found).policySet(), Directory.empty(), CLOCK, found);
    }

    @ParameterizedTest
    @EnumSource(names = {"ALEX_FILIPIN", "CLUTCH_2_VIEW", "CA_OPTICS"})
    void files_thatLoad_decideUnderEveryPolicyForAll(Folder folder) throws Exception {
        int forAll = 0;
        int decided = 0;
        for (Path file : folder.jsonFiles()) {
            if (folder.refused.stream().anyMatch(refused -> refused.startsWith(folder.root().relativize(file) + ":"))) {
                continue;
            }
            PolicyEngine engine = engine(file);
            for (UserState user : List.of(MEMBER, ADMIN)) {
                for (SignIn request : requests(user)) {
                    Decision decision = engine.evaluate(request, user);
                    Decision explained = engine.explain(request, user);
                    assertThat(decision.reason().code()).as(file + ": " + decision.reason().message())
                            .isNotIn(ReasonCode.EVALUATION_FAILED, ReasonCode.INVALID_REQUEST);
                    assertThat(explained.reason()).as(file.toString()).isEqualTo(decision.reason());
                    assertThat(explained.outcome()).as(file.toString()).isEqualTo(decision.outcome());
                    assertThat(explained.policies()).hasSameSizeAs(engine.policySet().policies());
                    decided++;
                    for (ConditionalAccessPolicy policy : engine.policySet().policies()) {
                        if (isMeantFor(policy, request)) {
                            PolicyResult row = explained.policies().stream().filter(each -> each.id().equals(policy.id())).findFirst().orElseThrow();
                            assertThat(row.applies()).as(policy.displayName()).isTrue();
                            forAll++;
                        }
                    }
                }
            }
        }
        assertThat(decided).isEqualTo(switch (folder) {
            case ALEX_FILIPIN -> 2110;
            case CLUTCH_2_VIEW -> 270;
            default -> 130;
        });
        assertThat(forAll).isEqualTo(switch (folder) {
            case ALEX_FILIPIN -> 66;
            case CLUTCH_2_VIEW -> 30;
            default -> 62;
        });
    }

    /**
     * Whether a policy is for all users and applications and its other conditions cannot but hold: it has none, or they ask for
     * the client that the request names, or for all locations but some of which the file says nothing (CA-LOC-23, CA-LOC-24).
     */
    private static boolean isMeantFor(ConditionalAccessPolicy policy, SignIn request) {
        Conditions conditions = policy.conditions();
        Set<ClientAppType> clients = conditions.clientAppTypes();
        return policy.state() != PolicyState.DISABLED
                && conditions.users().includeUsers().stream().anyMatch(user -> user.text().equals("All")) && conditions.users().excludeRoles().isEmpty()
                && conditions.applications().includeApplications().stream().anyMatch(application -> application.text().equals("All"))
                && conditions.applications().excludeApplications().isEmpty()
                && (clients.isEmpty() || clients.contains(ClientAppType.ALL) || clients.stream().anyMatch(client -> client.graphName().equals(request.clientAppType())))
                && (conditions.locations() == null || conditions.locations().include().stream().anyMatch(location -> location.text().equals("All")))
                && conditions.platforms() == null && conditions.deviceFilter() == null && conditions.clientApplications() == null
                && conditions.signInRiskLevels().isEmpty() && conditions.userRiskLevels().isEmpty() && conditions.insiderRiskLevels().isEmpty()
                && !conditions.limitsTransferMethods();
    }

    @Test
    void baseline_ofCaOptics_asksAllButTheExcludedForMfa() throws Exception {
        PolicyEngine engine = engine(Folder.CA_OPTICS.root().resolve("demodata/example1-2.json"));
        UserState excluded = user("01ae6d6a-4b8d-4717-9db5-cb0adfa0161d");
        UserState excludedByRole = user("11111111-0000-0000-0000-000000000003", "c430b396-e693-46cc-96f3-db01bf8bb62a");
        assertThat(engine.evaluate(mail(MEMBER).build(), MEMBER).outcome()).isEqualTo(Outcome.CHALLENGE);
        assertThat(engine.evaluate(mail(excluded).build(), excluded).reason().code()).isEqualTo(ReasonCode.NO_POLICY_APPLIES);
        assertThat(engine.evaluate(mail(excludedByRole).build(), excludedByRole).reason().code()).isEqualTo(ReasonCode.NO_POLICY_APPLIES);
    }

    @Test
    void location_ofCaOptics_countsOnlyWithItsFile_CA_LOC_24() throws Exception {
        Path demo = Folder.CA_OPTICS.root().resolve("demodata");
        assertThat(engine(demo.resolve("policies.json")).evaluate(mail(MEMBER).build(), MEMBER).reason().policies()).hasSize(1);
        Diagnostics found = new Diagnostics();
        PolicySet set = Resources.read(List.of(demo.resolve("policies.json"), demo.resolve("namedLocations.json")), found).policySet();
        assertThat(set.namedLocations()).hasOnlyElementsOfTypes(NamedLocation.Ip.class, NamedLocation.Country.class);
        PolicyEngine engine = PolicyEngine.of(set, Directory.empty(), CLOCK, found);
        assertThat(engine.policySet().namedLocations()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "exchangeActiveSync"})
    void legacyClient_underClutch2View_failsTheReportOnlyBlock(String client) throws Exception {
        PolicyEngine engine = engine(Folder.CLUTCH_2_VIEW.root().resolve("policies/conditional-access/001-block-legacy-auth/CA001-block-legacy-authentication.json"));
        assertThat(engine.explain(mail(MEMBER).clientAppType(client).build(), MEMBER).policies()).extracting(PolicyResult::result).containsExactly("reportOnlyFailure");
        assertThat(engine.explain(mail(MEMBER).build(), MEMBER).policies()).extracting(PolicyResult::result).containsExactly("reportOnlyNotApplied");
    }

    @Test
    void deviceCodeFlow_underAlexFilipin_failsTheReportOnlyBlock() throws Exception {
        PolicyEngine engine = engine(Folder.ALEX_FILIPIN.root().resolve("PolicySets/Bare minimum/307 - RING - Attack surface reduction - All apps Block Device Code Flow copy.json"));
        assertThat(engine.explain(mail(MEMBER).authenticationFlow("deviceCodeFlow").build(), MEMBER).policies()).extracting(PolicyResult::result)
                .containsExactly("reportOnlyFailure");
        assertThat(engine.explain(mail(MEMBER).build(), MEMBER).policies()).extracting(PolicyResult::result).containsExactly("reportOnlyNotApplied");
    }
}
