package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.WellKnown;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications that stand for others: groupings and their members (CA-APP-06..08, DEC-07), and clients for what they open (CA-APP-04). */
class GroupingsTest {

    private static final String PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";

    @TempDir
    private Path folder;

    private PolicyEngine engine(String applications, String more) throws Exception {
        String policy = "kind: conditionalAccessPolicy\nid: p\ndisplayName: p\nstate: enabled\nconditions: { users: { includeUsers: [All] }, applications: {" + applications
                + "}, clientAppTypes: [all] }\ngrantControls: { operator: OR, builtInControls: [block] }\n";
        return load(policy, more);
    }

    private PolicyEngine load(String policies, String more) throws Exception {
        Path directory = Files.writeString(folder.resolve("directory.yaml"), "kind: directory\nusers: [{ userPrincipalName: ann@contoso.com, "
                + "authenticationMethods: [{ method: fido2 }] }]\n" + more);
        String settings = "---\nkind: evaluationSettings\nserviceDependencies: ignored\nmandatoryAdminPortalMfa: false\n";    // the groupings alone
        return PolicyEngine.load(List.of(Files.writeString(folder.resolve("policies.yaml"), policies + settings)), PolicyEngine.loadDirectory(directory), Clock.systemUTC());
    }

    /** The decision, on which {@link PolicyEngine#explain} and {@link PolicyEngine#evaluate} agree. */
    private static Decision decide(PolicyEngine engine, String application) {
        SignIn signIn = SignIn.builder().user("ann@contoso.com").application(application).clientAppType("browser").build();
        Decision decision = engine.evaluate(signIn);
        assertThat(engine.explain(signIn)).extracting(Decision::outcome, Decision::diagnostics).containsExactly(decision.outcome(), decision.diagnostics());
        return decision;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Windows Azure Service Management API | 797f4846-ba00-4fd7-ba43-dac1f8f63013",
        "Windows Azure Service Management API | c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
        "Windows Azure Service Management API | Log Analytics API",
        "Windows Azure Service Management API | Application Insights API",
        "Windows Azure Service Management API | Azure Data Lake",
        "Windows Azure Service Management API | Microsoft Azure CLI",
        "Windows Azure Service Management API | Microsoft Entra admin center",
        "MicrosoftAdminPortals | c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
        "MicrosoftAdminPortals | 00000006-0000-0ff1-ce00-000000000000",
        "MicrosoftAdminPortals | Microsoft Teams admin center",
        "MicrosoftAdminPortals | Exchange Admin Center",
        "Office365 | 00000006-0000-0ff1-ce00-000000000000",
        "Office365 | 4765445b-32c6-49b0-83e6-1d93765276ca",
        "Office365 | Microsoft Stream Service",
        "Office365 | Microsoft Teams",
        "Office365 | 1fec8e78-bce4-4aaf-ab1b-5451cc387264",
        "Microsoft Teams Services | Microsoft Teams",
        "Microsoft Teams Services | MICROSOFT TEAMS WEB CLIENT",
        "Microsoft Teams Services | 1FEC8E78-bce4-4aaf-ab1b-5451cc387264",
        "Office 365 Exchange Online | Outlook",
        "Office 365 Exchange Online | Outlook Mobile",
        "Office 365 Exchange Online | Microsoft Office",
        "Office 365 SharePoint Online | Microsoft Office",
        "Office 365 SharePoint Online | OneDrive"})
    void policyOnAGrouping_includesAndExcludesItsMembers(String entry, String application) throws Exception {
        assertThat(decide(engine("includeApplications: [" + entry + "]", ""), application).outcome()).isEqualTo(Outcome.BLOCK);
        Outcome excluded = decide(engine("includeApplications: [All], excludeApplications: [" + entry + "]", ""), application).outcome();
        boolean more = application.equals("Microsoft Office") || application.toLowerCase().startsWith("1fec8e78") && !entry.equals("Office365");
        assertThat(excluded).as("what else is opened stays included (CA-APP-12)").isEqualTo(more ? Outcome.BLOCK : Outcome.ALLOW);
    }

    @ParameterizedTest
    @CsvSource({"c44b4083-3bb0-49c1-b47d-974e53cbdf3c, Windows Azure Service Management API, 797f4846-ba00-4fd7-ba43-dac1f8f63013",
        "Log Analytics API, Azure Portal, Azure Data Lake", "Office 365 Exchange Online, Office365, Microsoft Forms"})
    void policyOnAMember_isAboutThatMemberOnly(String member, String entry, String other) throws Exception {
        assertThat(decide(engine("includeApplications: [" + member + "]", ""), member).outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(decide(engine("includeApplications: [" + member + "]", ""), other).outcome()).isEqualTo(Outcome.ALLOW);
    }

    /** SD-MFA-05 from the same table. */
    @ParameterizedTest
    @ValueSource(strings = {"Windows Azure Service Management API", PORTAL, "Log Analytics API", "Application Insights API", "Azure Data Lake", "Microsoft Azure PowerShell"})
    void securityDefaults_askForMfaAtAzureManagement(String application) throws Exception {
        PolicyEngine engine = load("kind: securityDefaults\nisEnabled: true\n", "");
        SignIn.Builder signIn = SignIn.builder().user("ann@contoso.com").clientAppType("browser").securityDefaultsPrompt("notRequired");
        assertThat(engine.evaluate(signIn.application(application).build()).outcome()).isEqualTo(Outcome.CHALLENGE);
        assertThat(engine.evaluate(signIn.application("Office 365 Exchange Online").build()).outcome()).isEqualTo(Outcome.ALLOW);
    }

    @Test
    void applicationOfTheTenant_mayBelongToAGrouping() throws Exception {
        String declared = "applications: [{ appId: 5a11f907-aaaa-4aaa-8aaa-00000000fab1, displayName: Tools, memberOf: [Windows Azure Service Management API] }]\n";
        assertThat(decide(engine("includeApplications: [Windows Azure Service Management API]", declared), "Tools").outcome()).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void unknownApplication_isToldOf_whereAPolicyIncludesAGrouping() throws Exception {
        String unknown = "0f0f0f0f-aaaa-4aaa-8aaa-00000000fab1";
        assertThat(decide(engine("includeApplications: [Office365]", ""), unknown).diagnostics()).singleElement().asString()
                .contains(unknown, "if it belongs to the groupings", "`p` applies too", "memberOf");
        assertThat(decide(engine("includeApplications: [Office 365 Exchange Online]", ""), unknown).diagnostics()).isEmpty();
        assertThat(decide(engine("includeApplications: [Office365], excludeApplications: [" + unknown + "]", ""), unknown).diagnostics()).isEmpty();
        assertThat(decide(engine("includeApplications: [Office365, All]", ""), unknown).diagnostics()).isEmpty();
        assertThat(decide(engine("includeApplications: [Office365]", "applications: [{ appId: " + unknown + " }]\n"), unknown).diagnostics()).isEmpty();
        assertThat(decide(engine("includeApplications: [Office365]", ""), "Microsoft Graph").diagnostics()).isEmpty();
    }

    @Test
    void client_isToldOf() throws Exception {
        PolicyEngine engine = engine("includeApplications: [Sway]", "");
        assertThat(decide(engine, "microsoft teams").diagnostics())
                .containsExactly("`microsoft teams` stands for `Microsoft Teams Services`: policies are about what a client opens [CA-APP-04]");
        assertThat(decide(engine, "d3590ed6-52b3-4102-aeff-aad2292ab01c").diagnostics()).containsExactly("`d3590ed6-52b3-4102-aeff-aad2292ab01c` is the client Microsoft Office, "
                + "and stands for `Office 365 Exchange Online` and `Office 365 SharePoint Online`: policies are about what a client opens [CA-APP-04]");
        assertThat(decide(engine, "Microsoft Teams Services").diagnostics()).isEmpty();
    }

    /** CA-PLT-02 once, CA-ACT-11, and no rule twice. */
    @Test
    void explanation_tellsItsCaveats_andNoRuleTwice() throws Exception {
        String policies = "";
        for (String id : List.of("p", "q")) {
            policies += "kind: conditionalAccessPolicy\nid: " + id + "\ndisplayName: " + id + "\nstate: enabled\nconditions: { users: { includeUsers: [All] }, "
                    + "applications: { includeApplications: [" + (id.equals("p") ? "Office365" : "All") + "] }, platforms: { includePlatforms: [windows] }, clientAppTypes: [all] }\n"
                    + "grantControls: { operator: AND, builtInControls: [mfa, compliantDevice] }\n---\n";
        }
        PolicyEngine engine = load(policies.substring(0, policies.length() - 4), "");
        SignIn signIn = SignIn.builder().user("ann@contoso.com").application("Microsoft Office").clientAppType("browser").devicePlatform("windows").build();
        Decision decision = engine.explain(signIn);
        assertThat(decision.findings()).filteredOn(finding -> finding.contains("[CA-PLT-02]")).hasSize(1);
        assertThat(decision.policies().get(0).includeRulesSatisfied()).filteredOn(rule -> rule.condition().equals("application"))
                .containsExactly(new Decision.Rule("application", "office365", "Office365"));
        assertThat(engine.explain(SignIn.builder().user("ann@contoso.com").application("Sway").clientAppType("browser").devicePlatform("iOS").build()).findings())
                .as("both miss by their platform").anyMatch(finding -> finding.contains("[CA-PLT-02]"));
        Decision device = engine.explain(new Registration(signIn, "device", null));
        assertThat(device.findings()).contains("`q` does not ask for compliantDevice: no device can meet it before it is registered [CA-ACT-11]");
        assertThat(device.findings()).noneMatch(finding -> finding.contains("`p`"));
    }

    /** A policy names resources; only a tenant that declares a client has it as one. */
    @Test
    void clientInAPolicy_isAnErrorWithItsResource() throws Exception {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> engine("includeApplications: [Microsoft Teams]", ""))).isInstanceOf(PolicyLoadException.class)
                .hasMessageContaining("SP1202").hasMessageContaining("Microsoft Teams Services");
        String declared = "applications: [{ appId: 1fec8e78-bce4-4aaf-ab1b-5451cc387264, displayName: Microsoft Teams }]\n";
        assertThat(decide(engine("includeApplications: [Microsoft Teams]", declared), "Microsoft Teams").outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(decide(engine("includeApplications: [Microsoft Teams Services]", declared), "Microsoft Teams").outcome()).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void everyRow_isWellFormed() {
        Catalogue catalogue = Catalogue.builtIn();
        for (Catalogue.Application row : catalogue.applications()) {
            assertThat(WellKnown.isId(row.appId())).as(row.appId()).isTrue();
            assertThat(row.memberOf()).as(row.appId()).allMatch(catalogue::isBundle);
        }
        assertThat(catalogue.applications().stream().map(Catalogue.Application::displayName).filter(Objects::nonNull).map(WellKnown::fold))
                .doesNotHaveDuplicates().allMatch(name -> catalogue.clientByName(name) == null);
        assertThat(catalogue.applications()).hasSizeGreaterThan(80);
    }
}
