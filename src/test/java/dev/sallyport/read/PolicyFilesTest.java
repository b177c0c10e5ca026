package dev.sallyport.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is wrong with a file is said with file, line, column, code and help, and nothing of the set is in force then: attacks 1 to
 * 19 and 22, and the dialects of exports. Each case changes one thing about {@link #POLICY}, which loads without a word.
 */
class PolicyFilesTest {

    private static final String AGENTS = """
            servicePrincipals:
              - { id: c0000000-0000-4000-8000-000000000001, displayName: Helpers, isAgentIdentityBlueprint: true }
              - { id: s2, displayName: Assistant, agentIdentityBlueprintId: Helpers }
              - { id: s3, displayName: Report, isAgentIdentity: false }
            """;

    /** A set that says that it asks for nothing. */
    private static final String NOTHING = "kind: securityDefaults\nisEnabled: false\n";
    private static final String POLICY = """
            kind: conditionalAccessPolicy
            id: p1
            displayName: MFA for everybody
            state: enabled
            conditions:
              users: { includeUsers: [All], excludeGroups: [Break glass] }
              applications: { includeApplications: [All] }
              clientAppTypes: [all]
            grantControls: { operator: OR, builtInControls: [mfa] }
            """;

    private static final String JSON = """
            {
              "id": "p1",
              "displayName": "MFA for everybody",
              "state": "enabled",
              "conditions": {
                "users": { "includeUsers": ["All"], "excludeGroups": ["Break glass"] },
                "applications": { "includeApplications": ["All"] },
                "clientAppTypes": ["all"]
              },
              "grantControls": { "operator": "OR", "builtInControls": ["mfa"] }
            }
            """;

    private static final String PEOPLE = """
            kind: directory
            groups:
              - { id: g1, displayName: Break glass }
              - { id: g2, displayName: Twins }
              - { id: g3, displayName: twins }
            users:
              - { id: u1, userPrincipalName: ann@contoso.com }
            """;

    private static Directory people;

    @TempDir
    private Path folder;

    @BeforeAll
    static void readPeople(@TempDir Path elsewhere) throws Exception {
        people = PolicyEngine.loadDirectory(Files.writeString(elsewhere.resolve("directory.yaml"), PEOPLE));
    }

    @Test
    void policy_thatAllCasesStartFrom_loadsSilentlyAndAsksForMfa() throws Exception {
        write("policy.yaml", POLICY);
        assertThat(warnings()).isEmpty();
        assertThat(mfaAsked()).isTrue();
        Files.delete(folder.resolve("policy.yaml"));
        write("policy.json", JSON);
        assertThat(warnings()).isEmpty();
        assertThat(mfaAsked()).isTrue();
        write("policy.json", changed(JSON, "\"All\"", "\"None\""));
        assertThat(mfaAsked()).isFalse();
    }

    // ---- helpers

    private void write(String name, String text) throws IOException {
        write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(String name, byte[] bytes) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    private PolicyEngine load() throws PolicyLoadException {
        return PolicyEngine.load(folder, people);
    }

    /** The errors because of which the folder does not load, as users read them, with paths relative to the folder. */
    private List<String> errors() {
        PolicyLoadException refusal = catchThrowableOfType(PolicyLoadException.class, this::load);
        assertThat(refusal).as("the folder must not load").isNotNull();
        return refusal.diagnostics().stream().filter(Diagnostic::isError).map(this::print).toList();
    }

    private List<String> errors(String name, String text) throws IOException {
        write(name, text);
        return errors();
    }

    private List<String> warnings() throws PolicyLoadException {
        return load().warnings().stream().map(this::print).toList();
    }

    private String print(Diagnostic diagnostic) {
        return diagnostic.toString().replace(folder + "/", "").replace("\n    help: ", " => ");
    }

    /** Exactly these, in any order; an expectation that ends in … leaves the end open, which lists the fields of an object. */
    private static void assertMatch(List<String> errors, List<String> expected) {
        List<String> cut = errors.stream().map(error -> expected.stream().filter(each -> each.endsWith("…") && error.startsWith(each.substring(0, each.length() - 1)))
                .findFirst().orElse(error)).toList();
        assertThat(cut).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String changed(String text, String from, String to) {
        assertThat(text).contains(from);
        return text.replace(from, to);
    }

    private static Arguments row(String name, String from, String to, String... errors) {
        return Arguments.of(name, from, to, List.of(errors));
    }

    /** Whether the set asks Ann for more than her password when she reads her mail. */
    private boolean mfaAsked() throws PolicyLoadException {
        Decision decision = load().evaluate(SignIn.builder().user("ann@contoso.com").application("Office 365 Exchange Online").clientAppType("browser")
                .ipAddress("192.0.2.200").build());
        assertThat(decision.reason().code()).isIn(ReasonCode.REGISTRATION_REQUIRED, ReasonCode.NO_POLICY_APPLIES);
        return decision.reason().code() == ReasonCode.REGISTRATION_REQUIRED;
    }

    // ---- what an author writes (attack 14)

    static List<Arguments> slipsInYaml() {
        return List.of(
                row("misspelt_state_is_refused_with_a_suggestion", "state: enabled", "state: enable",
                        "policy.yaml:4:8: error SP1104: unknown value `enable` for `state` => did you mean `enabled`?"),
                row("unknown_state_is_refused_with_the_list_CA-POL-15", "state: enabled", "state: partly",
                        "policy.yaml:4:8: error SP1104: unknown value `partly` for `state` => use one of enabled, disabled, enabledForReportingButNotEnforced"),
                row("missing_state_is_refused", "state: enabled\n", "",
                        "policy.yaml:1:1: error SP1105: the policy has no `state` => add `state: enabled`, `disabled` or `enabledForReportingButNotEnforced`"),
                row("state_in_a_list_is_no_state", "state: enabled", "state: [enabled]",
                        "policy.yaml:4:8: error SP1103: `state` is a list => it must be text"),
                row("missing_id_and_name_are_refused", "id: p1\ndisplayName: MFA for everybody\n", "",
                        "policy.yaml:1:1: error SP1105: conditionalAccessPolicy has no `id` => add `id:`"),
                row("unknown_top_level_key_is_refused_with_a_suggestion", "grantControls:", "grantControl:",
                        "policy.yaml:1:1: error SP1105: the policy has neither grant nor session controls [CA-POL-11] => add `grantControls:`",
                        "policy.yaml:9:1: error SP1102: unknown key `grantControl` in conditionalAccessPolicy => did you mean `grantControls`?"),
                row("unknown_condition_is_refused_with_a_suggestion", "clientAppTypes:", "clientAppType:",
                        "policy.yaml:8:3: error SP1102: unknown key `clientAppType` in conditions => did you mean `clientAppTypes`?"),
                row("key_unlike_any_other_is_refused_with_the_list", "clientAppTypes: [all]", "clientAppTypes: [all]\n  weather: [rain]",
                        "policy.yaml:9:3: error SP1102: unknown key `weather` in conditions => use one of users, clientApplications, …"),
                row("misspelt_exclusion_is_refused_not_ignored", "excludeGroups:", "excludeGroup:",
                        "policy.yaml:6:33: error SP1102: unknown key `excludeGroup` in users => did you mean `excludeGroups`?"),
                row("misspelt_key_without_a_value_is_refused_not_taken_for_absent", "grantControls: { operator: OR, builtInControls: [mfa] }",
                        "grantControls: { builtinControl: null }\nsessionControls: { secureSignInSession: { isEnabled: true } }",
                        "policy.yaml:9:18: error SP1102: unknown key `builtinControl` in grantControls => did you mean `builtInControls`?"),
                row("key_with_an_at_sign_is_a_key_like_any_other", "state: enabled", "state: enabled\nstate@home: disabled",
                        "policy.yaml:5:1: error SP1102: unknown key `state@home` in conditionalAccessPolicy => use one of kind, @odata.type, …"),
                row("misspelt_control_is_refused_with_a_suggestion", "[mfa]", "[compliantDevise]",
                        "policy.yaml:9:50: error SP1104: unknown value `compliantDevise` for `builtInControls` => did you mean `compliantDevice`?"),
                row("compliant_network_as_a_control_is_refused_with_what_is_meant", "[mfa]", "[compliantNetwork]",
                        "policy.yaml:9:50: error SP1104: unknown value `compliantNetwork` for `builtInControls` => a compliant network is a location, not a control: "
                        + "`block` under `locations` that include All and exclude it"),
                row("misspelt_operator_is_refused", "operator: OR", "operator: XOR",
                        "policy.yaml:9:28: error SP1104: unknown value `XOR` for `operator` [GR-OPR-01] => did you mean `OR`?"),
                row("misspelt_client_app_type_is_refused_with_a_suggestion", "[all]", "[browser, mobileAppsAndDesktopClient]",
                        "policy.yaml:8:29: error SP1104: unknown value `mobileAppsAndDesktopClient` for `clientAppTypes` => did you mean `mobileAppsAndDesktopClients`?"),
                row("misspelt_user_action_is_refused_with_a_suggestion_CA-ACT-01", "includeApplications: [All]", "includeUserActions: [\"urn:user:registersecurityinf\"]",
                        "policy.yaml:7:40: error SP1104: unknown user action `urn:user:registersecurityinf` [CA-ACT-01] => did you mean `urn:user:registersecurityinfo`?"),
                row("context_id_that_cannot_exist_is_refused_CA-ACX-01", "includeApplications: [All]", "includeAuthenticationContextClassReferences: [c1, c100]",
                        "policy.yaml:7:69: error SP1116: invalid id `c100` of an authentication context: it never matches [CA-ACX-01] => write an id from c1 to c99"),
                row("text_for_a_list_is_the_wrong_type", "[All], excludeGroups", "All, excludeGroups",
                        "policy.yaml:6:26: error SP1103: `includeUsers` is the text `All` => it must be a list: write `[All]`"),
                row("object_in_a_list_of_names_is_the_wrong_type", "[Break glass]", "[{ id: g1 }]",
                        "policy.yaml:6:49: error SP1103: `excludeGroups` is an object => it must be text"),
                row("null_in_a_list_of_names_is_the_wrong_type", "[Break glass]", "[~]",
                        "policy.yaml:6:49: error SP1103: `excludeGroups` is null => it must be text"),
                row("list_for_an_object_is_the_wrong_type", "applications: { includeApplications: [All] }", "applications: [All]",
                        "policy.yaml:7:17: error SP1103: `applications` is a list => it must be an object, such as `{ includeApplications: [All] }`"),
                row("missing_conditions_are_refused", POLICY.substring(POLICY.indexOf("conditions:"), POLICY.indexOf("grantControls:")), "",
                        "policy.yaml:1:1: error SP1105: the policy has no `conditions` => add users and applications under `conditions:`"),
                row("attack_15_policy_that_includes_nobody_is_refused_CA-SET-02", "includeUsers: [All], ", "",
                        "policy.yaml:6:10: error SP1105: the policy includes no users [CA-SET-02] => add `includeUsers: [All]`, groups or roles under `users:`"),
                row("attack_15_policy_with_an_empty_include_list_is_refused_CA-SET-02", "includeUsers: [All]", "includeUsers: []",
                        "policy.yaml:6:10: error SP1105: the policy includes no users [CA-SET-02] => add `includeUsers: [All]`, groups or roles under `users:`"),
                row("attack_15_policy_that_only_excludes_applications_is_refused_CA-SET-01", "includeApplications: [All]", "excludeApplications: [Office365]",
                        "policy.yaml:7:17: error SP1105: the policy includes no applications [CA-SET-01] => add `includeApplications: [All]` or others under `applications:`"),
                row("policy_that_asks_for_nothing_is_refused_CA-POL-11", "builtInControls: [mfa]", "builtInControls: []",
                        "policy.yaml:9:16: error SP1105: the policy has neither grant nor session controls [CA-POL-11] => add `grantControls:`"),
                row("applications_beside_user_actions_are_refused_VAL-11", "[All] }\n  client", "[All], includeUserActions: [\"urn:user:registerdevice\"] }\n  client",
                        "policy.yaml:7:41: error SP1301: a policy targets applications or user actions, not both [VAL-11] => split it into two policies"),
                row("applications_beside_contexts_are_refused_CA-APP-03", "[All] }\n  client", "[All], includeAuthenticationContextClassReferences: [c1] }\n  client",
                        "policy.yaml:7:92: error SP1301: a policy targets authentication contexts or something else, not both [CA-APP-03] => split it into two policies"),
                row("users_beside_workload_identities_are_refused_CA-SET-02", "clientAppTypes: [all]",
                        "clientAppTypes: [all]\n  clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant] }",
                        "policy.yaml:9:23: error SP1301: a policy targets users or workload identities, not both [CA-SET-02] => split it into two policies"),
                row("attack_17_exclusion_of_all_users_is_refused_CA-USR-03", "[Break glass]", "[Break glass], excludeUsers: [All]",
                        "policy.yaml:6:78: error SP1104: invalid value `All` for `excludeUsers`: the policy would never apply [CA-USR-03] => disable the policy instead"),
                row("attack_17_exclusion_of_all_applications_is_refused_CA-APP-01", "includeApplications: [All]", "includeApplications: [All], excludeApplications: [all]",
                        "policy.yaml:7:69: error SP1104: invalid value `all` for `excludeApplications`: the policy would never apply [CA-APP-01] => disable the policy instead"),
                row("attack_17_exclusion_of_all_locations_is_refused_CA-LOC-01", "clientAppTypes: [all]",
                        "clientAppTypes: [all]\n  locations: { includeLocations: [All], excludeLocations: [All] }",
                        "policy.yaml:9:60: error SP1104: invalid value `All` for `excludeLocations`: the policy would never apply [CA-LOC-01] => disable the policy instead"),
                row("tenants_without_guest_types_are_refused_VAL-24", "includeUsers: [All]",
                        "includeGuestsOrExternalUsers: { externalTenants: { membershipKind: all } }",
                        "policy.yaml:6:61: error SP1304: `externalTenants` needs `guestOrExternalUserTypes` [VAL-24] => name the types of guests"),
                row("misspelt_kind_of_tenants_does_not_become_all_tenants_CA-GST-08", "includeUsers: [All]",
                        "includeUsers: [All], excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: serviceProvider, externalTenants: { membershipKind: enumerate } }",
                        "policy.yaml:6:143: error SP1104: unknown value `enumerate` for `membershipKind` [CA-GST-08] => did you mean `enumerated`?"),
                row("tenants_enumerated_without_members_are_refused_CA-GST-08", "includeUsers: [All]",
                        "includeGuestsOrExternalUsers: { guestOrExternalUserTypes: serviceProvider, externalTenants: { membershipKind: enumerated } }",
                        "policy.yaml:6:104: error SP1105: `externalTenants` has `membershipKind: all`, or `membershipKind: enumerated` with `members` [CA-GST-08] "
                        + "=> write one of them"),
                row("all_tenants_with_members_are_refused_CA-GST-08", "includeUsers: [All]",
                        "includeGuestsOrExternalUsers: { guestOrExternalUserTypes: serviceProvider, externalTenants: { membershipKind: all, members: [t1] } }",
                        "policy.yaml:6:104: error SP1105: `externalTenants` has `membershipKind: all`, or `membershipKind: enumerated` with `members` [CA-GST-08] "
                        + "=> write one of them"),
                row("object_for_guest_types_is_the_wrong_type_not_nobody", "includeUsers: [All]",
                        "includeGuestsOrExternalUsers: { guestOrExternalUserTypes: [{ b2bCollaborationGuest: true }] }",
                        "policy.yaml:6:71: error SP1103: `guestOrExternalUserTypes` is an object => it must be text"),
                row("device_filter_without_a_mode_is_refused_CA-DEV-01", "clientAppTypes: [all]", "clientAppTypes: [all]\n  devices: { deviceFilter: { rule: device.isCompliant -eq True } }",
                        "policy.yaml:9:28: error SP1105: `deviceFilter` has a `mode` (include or exclude) and a `rule` [CA-DEV-01] => add both"),
                row("device_filter_with_a_misspelt_mode_is_refused_CA-DEV-01", "clientAppTypes: [all]",
                        "clientAppTypes: [all]\n  devices: { deviceFilter: { mode: exclud, rule: device.isCompliant -eq True } }",
                        "policy.yaml:9:36: error SP1104: unknown value `exclud` for `mode` [CA-DEV-01] => did you mean `exclude`?"),
                row("misspelt_interval_does_not_become_a_weaker_one_SS-03", "grantControls: { operator: OR, builtInControls: [mfa] }",
                        "sessionControls: { signInFrequency: { frequencyInterval: everyTme, type: days, value: 90 } }",
                        "policy.yaml:9:58: error SP1104: unknown value `everyTme` for `frequencyInterval` [SS-03] => did you mean `everyTime`?"),
                row("sign_in_frequency_without_a_value_is_refused_SS-03", "grantControls: { operator: OR, builtInControls: [mfa] }",
                        "sessionControls: { signInFrequency: { type: days } }",
                        "policy.yaml:9:37: error SP1105: a sign-in frequency has a `type` (hours or days) and a `value`, or `frequencyInterval: everyTime` [VAL-16] "
                        + "=> add what is missing"),
                row("sign_in_frequency_of_no_days_is_refused_SS-03", "grantControls: { operator: OR, builtInControls: [mfa] }",
                        "sessionControls: { signInFrequency: { type: days, value: 0 } }",
                        "policy.yaml:9:58: error SP1106: `value` is 0 [SS-03] => it must be from 1 to 100000",
                        "policy.yaml:9:37: error SP1105: a sign-in frequency has a `type` (hours or days) and a `value`, or `frequencyInterval: everyTime` [VAL-16] "
                        + "=> add what is missing"),
                row("session_control_that_is_on_without_a_mode_is_refused", "grantControls: { operator: OR, builtInControls: [mfa] }",
                        "sessionControls: { persistentBrowser: { isEnabled: true } }",
                        "policy.yaml:9:39: error SP1105: the session control is enabled, but has no `mode` => add `mode:`"),
                row("strength_without_an_id_is_refused", "builtInControls: [mfa]", "authenticationStrength: { description: strong }",
                        "policy.yaml:9:56: error SP1105: the authentication strength has no `id` => add its id or its displayName"),
                row("dangling_group_is_refused_with_the_nearest_name", "[Break glass]", "[Braek glass]",
                        "policy.yaml:6:49: error SP1202: unknown group `Braek glass` => did you mean `Break glass`?"),
                row("dangling_user_is_refused_with_the_nearest_name", "includeUsers: [All]", "includeUsers: [an@contoso.com]",
                        "policy.yaml:6:27: error SP1202: unknown user `an@contoso.com` => did you mean `ann@contoso.com`?"),
                row("dangling_role_is_refused_with_the_nearest_name", "includeUsers: [All]", "includeRoles: [Global Administrater]",
                        "policy.yaml:6:27: error SP1202: unknown role `Global Administrater` => did you mean `Global Administrator`?"),
                row("dangling_application_is_refused_with_the_nearest_name", "includeApplications: [All]", "includeApplications: [Ofice365]",
                        "policy.yaml:7:41: error SP1202: unknown application `Ofice365` => did you mean `Office365`?"),
                row("dangling_location_is_refused_with_the_nearest_name", "clientAppTypes: [all]", "clientAppTypes: [all]\n  locations: { includeLocations: [All], excludeLocations: [AllTrustd] }",
                        "policy.yaml:9:60: error SP1202: unknown named location `AllTrustd` => did you mean `AllTrusted`?"),
                row("dangling_strength_is_refused_with_the_nearest_name", "builtInControls: [mfa]", "authenticationStrength: { displayName: Phishing-resistent MFA }",
                        "policy.yaml:9:71: error SP1202: unknown authentication strength `Phishing-resistent MFA` => did you mean `Phishing-resistant MFA`?"),
                row("dangling_terms_are_refused", "builtInControls: [mfa]", "termsOfUse: [House rules]",
                        "policy.yaml:9:45: error SP1202: unknown terms of use `House rules` => add it to the policy set, or write an id"),
                row("dangling_name_with_a_percent_sign_is_no_placeholder", "[Break glass]", "[Break glass 100%]",
                        "policy.yaml:6:49: error SP1202: unknown group `Break glass 100%` => did you mean `Break glass`?"),
                row("ambiguous_group_is_refused_with_the_ids", "[Break glass]", "[Twins]",
                        "policy.yaml:6:49: error SP1203: `Twins` is the name of 2 things (group) => write the id instead: g2 or g3"),
                row("unknown_kind_is_refused_with_a_suggestion", "kind: conditionalAccessPolicy", "kind: conditionalAccesPolicy",
                        "policy.yaml:1:7: error SP1101: unknown resource kind `conditionalAccesPolicy` => did you mean `conditionalAccessPolicy`?"),
                row("kind_that_is_null_is_refused", "kind: conditionalAccessPolicy", "kind:",
                        "policy.yaml:1:6: error SP1101: unknown resource kind `` => use one of agreement, application, …"),
                row("kind_in_a_list_is_the_wrong_type", "kind: conditionalAccessPolicy", "kind: [conditionalAccessPolicy]",
                        "policy.yaml:1:7: error SP1103: `kind` is a list => it must be text"),
                row("attack_1_duplicate_key_is_refused", "clientAppTypes: [all]\n", "clientAppTypes: [all]\nstate: disabled\n",
                        "policy.yaml:9:1: error SP1006: duplicate key `state` => it is first defined in line 4: remove one of them"),
                row("attack_1_duplicate_key_in_other_case_is_refused", "clientAppTypes: [all]\n", "clientAppTypes: [all]\nState: disabled\n",
                        "policy.yaml:9:1: error SP1006: duplicate key `state` => it is first defined in line 4 as `state`: remove one of them"),
                row("attack_1_duplicate_key_inside_braces_is_refused", "includeUsers: [All]", "includeUsers: [All], includeUsers: [None]",
                        "policy.yaml:6:33: error SP1006: duplicate key `includeUsers` => it is first defined in line 6: remove one of them"),
                row("attack_3_merge_key_is_a_key_like_any_other", "grantControls: {", "grantControls: { <<: { operator: AND },",
                        "policy.yaml:9:18: error SP1102: unknown key `<<` in grantControls => use one of operator, authenticationStrength, …"),
                row("attack_4_alias_inside_its_own_anchor_is_refused", "conditions:\n", "conditions: &loop\n  platforms: *loop\n",
                        "policy.yaml:6:14: error SP1007: the alias `*loop` is inside its own anchor => replace the alias with its value"),
                row("alias_without_an_anchor_is_refused", "[mfa]", "*controls",
                        "policy.yaml:9:49: error SP1007: no anchor `&controls` before this alias => replace the alias with its value"),
                row("attack_9_tag_of_java_is_refused", "state: enabled", "state: !!javax.script.ScriptEngineManager enabled",
                        "policy.yaml:4:8: error SP1008: the tag `tag:yaml.org,2002:javax.script.ScriptEngineManager` is not allowed "
                        + "=> remove the tag"),
                row("attack_9_local_tag_on_a_list_is_refused", "[mfa]", "!secret [mfa]",
                        "policy.yaml:9:49: error SP1008: the tag `!secret` is not allowed => remove the tag"),
                row("attack_11_tab_for_indentation_is_refused", "  clientAppTypes", "\tclientAppTypes",
                        "policy.yaml:8:1: error SP1004: invalid YAML: a tab is not allowed as indentation => use spaces"),
                row("attack_11_control_character_is_refused_at_its_place", "MFA for everybody", "MFA for \u0007everybody",
                        "policy.yaml:3:22: error SP1002: the text contains the control character U+0007 => remove it"),
                row("attack_33_half_a_surrogate_pair_in_an_escape_is_refused", "MFA for everybody", "\"\\ud800\"",
                        "policy.yaml:3:14: error SP1002: the text contains half a surrogate pair => write the character itself, or both halves"),
                row("empty_file_is_refused_it_may_be_half_written", POLICY, "\n",
                        "policy.yaml:1:1: error SP1004: the file is empty; it may not be completely written yet => write the content, or remove the file"),
                row("key_that_is_a_list_is_refused", "state: enabled", "state: enabled\n[a, b]: 1",
                        "policy.yaml:5:1: error SP1004: a key must be text => write the key out"),
                row("unclosed_brace_is_refused_where_it_opens", "builtInControls: [mfa] }", "builtInControls: [mfa]",
                        "policy.yaml:9:16: error SP1004: invalid YAML: the object that begins here is not closed, or a comma is missing => close it with `}`"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slipsInYaml")
    void slip_inYaml_isAnErrorAtItsPlace(String name, String from, String to, List<String> expected) throws Exception {
        assertMatch(errors("policy.yaml", changed(POLICY, from, to)), expected);
    }

    // ---- what Graph exports, and what people do to it

    static List<Arguments> slipsInJson() {
        String help = " => remove comments and commas before a closing bracket, and close each bracket once";
        return List.of(
                row("attack_1_duplicate_key_is_refused", "\"state\": \"enabled\",", "\"state\": \"enabled\", \"state\": \"disabled\",",
                        "policy.json:4:23: error SP1006: duplicate key `state` => it is first defined in line 4: remove one of them"),
                row("attack_1_duplicate_key_in_other_case_is_refused", "\"state\": \"enabled\",", "\"State\": \"disabled\", \"state\": \"enabled\",",
                        "policy.json:4:24: error SP1006: duplicate key `state` => it is first defined in line 4 as `State`: remove one of them"),
                row("attack_1_duplicate_key_by_an_escape_is_refused", "\"state\": \"enabled\",", "\"state\": \"enabled\", \"st\\u0061te\": \"disabled\",",
                        "policy.json:4:23: error SP1006: duplicate key `state` => it is first defined in line 4: remove one of them"),
                row("trailing_comma_is_refused_with_what_was_expected", "[\"mfa\"]", "[\"mfa\",]",
                        "policy.json:10:66: error SP1004: invalid JSON: unexpected character (']' (code 93)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')" + help),
                row("extra_bracket_is_refused_with_what_was_expected", "[\"mfa\"]", "[\"mfa\"]]",
                        "policy.json:10:66: error SP1004: invalid JSON: unexpected close marker ']': expected '}' (for Object starting at line 10, column 20)" + help),
                row("missing_bracket_is_refused_with_what_was_expected", "[\"mfa\"] }", "[\"mfa\" }",
                        "policy.json:10:66: error SP1004: invalid JSON: unexpected close marker '}': expected ']' (for Array starting at line 10, column 59)" + help),
                row("comment_is_refused", "\"state\": \"enabled\",", "\"state\": \"enabled\", // on",
                        "policy.json:4:23: error SP1004: invalid JSON: unexpected character ('/' (code 47)): maybe a (non-standard) comment? "
                        + "(not recognized as one since Feature 'ALLOW_COMMENTS' not enabled for parser)" + help),
                row("attack_33_half_a_surrogate_pair_is_refused", "MFA for everybody", "\\ud800",
                        "policy.json:3:18: error SP1002: the text contains half a surrogate pair => write the character itself, or both halves"),
                row("misspelt_conditions_make_no_unknown_object_but_an_error", "\"conditions\"", "\"condition\"",
                        "policy.json:1:1: error SP1105: the policy has no `conditions` => add users and applications under `conditions:`"),
                row("document_without_a_resource_is_refused", JSON, "[42]",
                        "policy.json:1:2: error SP1101: expected a resource, found `42` => write an object with `kind:`"),
                row("empty_file_is_refused_it_may_be_half_written", JSON, " ",
                        "policy.json:1:1: error SP1004: the file is empty; it may not be completely written yet => write the content, or remove the file"),
                row("half_written_file_is_refused", JSON, JSON.substring(0, 40),
                        "policy.json:3:25: error SP1004: invalid JSON: unexpected end-of-input: was expecting closing quote for a string value" + help));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slipsInJson")
    void slip_inJson_isAnErrorAtItsPlace(String name, String from, String to, List<String> expected) throws Exception {
        assertThat(errors("policy.json", changed(JSON, from, to))).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void field_unknownInAnExport_isKeptAndReportedOnce() throws Exception {
        write("policy.json", changed(JSON, "\"clientAppTypes\"", "\"moonPhases\": [\"full\"], \"clientAppTypes\""));
        assertThat(warnings()).containsExactly("policy.json:8:5: warning SP1109: `moonPhases` of conditions is kept and not evaluated");
        assertThat(load().policySet().policies().get(0).notEvaluated()).containsExactly("moonPhases");
    }

    @Test
    void control_unknownInAnExport_isAWarningAndNeverMet_IMP_03() throws Exception {
        write("policy.json", changed(JSON, "\"mfa\"", "\"MfaAndChangePassword\""));
        assertThat(warnings()).containsExactly("policy.json:10:60: warning SP1104: unknown value `MfaAndChangePassword` for `builtInControls` => write `operator: AND` with `mfa` and `passwordChange`");
        assertThat(load().policySet().policies().get(0).grantControls().notUnderstood()).containsExactly("builtInControls");
    }

    @Test
    void policy_ofAnExportThatIncludesNobody_loadsWithAWarning_IMP_07() throws Exception {
        write("policy.json", changed(JSON, "[\"All\"], \"excludeGroups\"", "[], \"excludeGroups\""));
        assertThat(warnings()).containsExactly("policy.json:6:14: warning SP1105: the policy includes no users: it never applies [IMP-07]"
                + " => add `includeUsers: [All]`, groups or roles under `users:`");
        assertThat(mfaAsked()).isFalse();
    }

    @Test
    void name_unknownInAnExport_isAWarningAndExcludesNobody_IMP_02() throws Exception {
        write("policy.json", changed(JSON, "Break glass", "Brake glass"));
        assertThat(warnings()).containsExactly("policy.json:6:59: warning SP1202: unknown group `Brake glass` [IMP-02] => did you mean `Break glass`?");
        assertThat(mfaAsked()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<RING>-Exclude", "%SvcCountryLocationId%", "REPLACE-WITH-BREAK-GLASS", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "NAME:Break glass 2",
        "ENTRAGROUP_Break_ENTRAGROUP", "@{parameters('breakGlass')}", "$breakGlassId", "[parameters('breakGlass')]"})
    void placeholder_inYaml_loadsWithAWarningAndMatchesNothing(String placeholder) throws Exception {
        write("policy.yaml", changed(POLICY, "[Break glass]", "['" + placeholder.replace("'", "''") + "']"));
        assertThat(warnings()).singleElement().asString().startsWith("policy.yaml:6:49: warning SP1205: unbound placeholder `" + placeholder + "` (group): it never matches");
        assertThat(mfaAsked()).isTrue();
    }

    @Test
    void id_thatTheDirectoryDoesNotKnow_isAWarning_CA_USR_16() throws Exception {
        write("policy.yaml", changed(POLICY, "[Break glass]", "[4D0D0000-0000-0000-0000-000000000001]"));
        assertThat(warnings()).containsExactly("policy.yaml:6:49: warning SP1204: unknown group id `4D0D0000-0000-0000-0000-000000000001`: it never matches [CA-USR-16] "
                + "=> add it to the directory, or remove it");
    }

    @Test
    void case_ofKeysValuesAndLiterals_isReadWithAWarningEach() throws Exception {
        write("policy.yaml", changed(changed(changed(POLICY, "grantControls", "GrantControls"), "operator: OR", "operator: or"), "[All], excl", "[all], excl"));
        assertThat(warnings()).containsExactlyInAnyOrder(
                "policy.yaml:9:1: warning SP1108: `GrantControls` is not the canonical spelling => write `grantControls`",
                "policy.yaml:9:28: warning SP1108: `or` is not the canonical spelling of `operator` => write `OR`",
                "policy.yaml:6:27: warning SP1108: `all` is not the canonical spelling => write `All`");
        assertThat(mfaAsked()).isTrue();
    }

    @Test
    void object_ofNullsOnly_countsAsAbsent() throws Exception {
        write("a.yaml", changed(POLICY, "clientAppTypes: [all]", "clientAppTypes: [all]\n  devices: { deviceFilter: { mode: null, rule: null } }")
                + "sessionControls: { signInFrequency: { isEnabled: null, type: null, value: null }, persistentBrowser: { mode: null } }\n");
        write("b.json", changed(changed(JSON, "p1", "p2"), "\"grantControls\"", "\"sessionControls\": { \"signInFrequency\": { \"value\": null } }, \"grantControls\""));
        assertThat(warnings()).isEmpty();
        assertThat(load().policySet().policies()).hasSize(2).allSatisfy(policy -> {
            assertThat(policy.conditions().deviceFilter()).isNull();
            assertThat(policy.sessionControls().signInFrequency()).isNull();
            assertThat(policy.sessionControls().persistentBrowser()).isNull();
        });
    }

    @Test
    void filter_ofApplications_isAddedToTheListOfItsSide_CA_APP_20_CA_APP_21() throws Exception {
        String filter = "applicationFilter: { mode: %s, rule: CustomSecurityAttribute.Finance_Level -contains \"secret\" }";
        SecurityAttributes secret = new SecurityAttributes(Map.of(), Map.of("finance_level", List.of("Secret", "internal")));
        Directory.Application ledger = new Directory.Application("11111111-aaaa-4aaa-8aaa-000000000001", "Ledger", Set.of(), secret);
        Directory.Application menu = new Directory.Application("11111111-aaaa-4aaa-8aaa-000000000002", "Menu", Set.of(), SecurityAttributes.NONE);
        Directory tenant = new Directory(Directory.Organization.DEFAULT, people.users(), people.groups(), List.of(ledger, menu), List.of(), List.of());

        write("policy.yaml", changed(POLICY, "includeApplications: [All]", filter.formatted("include")));
        assertThat(asks(tenant, "Ledger", "Menu", "22222222-aaaa-4aaa-8aaa-000000000002")).containsExactly(true, false, false);
        write("policy.yaml", changed(POLICY, "includeApplications: [All]", "includeApplications: [Menu], " + filter.formatted("include")));
        assertThat(asks(tenant, "Ledger", "Menu")).containsExactly(true, true);
        write("policy.yaml", changed(POLICY, "includeApplications: [All]", "includeApplications: [All], " + filter.formatted("exclude")));
        assertThat(asks(tenant, "Ledger", "Menu", "22222222-aaaa-4aaa-8aaa-000000000002")).containsExactly(false, true, true);
    }

    private List<Boolean> asks(Directory tenant, String... applications) throws Exception {
        PolicyEngine engine = PolicyEngine.load(folder, tenant);
        List<Boolean> asks = new ArrayList<>();
        for (String application : applications) {
            asks.add(engine.evaluate(SignIn.builder().user("ann@contoso.com").application(application).build()).outcome() != Outcome.ALLOW);
        }
        return asks;
    }

    @Test
    void attributes_ofAnApplicationOrItsServicePrincipal_countAsTextOnly_CA_APP_20() throws Exception {
        write("directory.yaml", """
                kind: directory
                applications: [{ appId: 11111111-aaaa-4aaa-8aaa-000000000001, displayName: Ledger }]
                servicePrincipals:
                  - id: 33333333-aaaa-4aaa-8aaa-000000000001
                    appId: 11111111-aaaa-4aaa-8aaa-000000000001
                    customSecurityAttributes:
                      Finance: { "@odata.type": "#microsoft.graph.customSecurityAttributeValue", Level: [secret], Count: 7, "Level@odata.type": "#Collection(String)", Owner: Ann }
                """);
        SecurityAttributes read = PolicyEngine.loadDirectory(folder.resolve("directory.yaml")).attributesOf("11111111-AAAA-4aaa-8aaa-000000000001");
        assertThat(read).isEqualTo(new SecurityAttributes(Map.of("finance_owner", "Ann"), Map.of("finance_level", List.of("secret"))));
    }

    @Test
    void filter_ofApplicationsThatDoesNotParse_isAnError_CA_DEV_47() throws Exception {
        assertThat(errors("policy.yaml", changed(POLICY, "includeApplications: [All]", "applicationFilter: { mode: include, rule: device.model -eq \"x\" }")))
                .containsExactly("policy.yaml:7:61: error SP1305: the application filter is not valid at 1:1: expected a comparison, found `device.model` [CA-APP-21]"
                        + " => write a comparison such as `CustomSecurityAttribute.Engineering_Project -contains \"a\"`");
        assertThat(errors("policy.yaml", changed(POLICY, "includeApplications: [All]", "applicationFilter: { mode: include }")))
                .containsExactly("policy.yaml:7:38: error SP1105: `applicationFilter` has a `mode` (include or exclude) and a `rule` [CA-APP-20] => add both");
    }

    @Test
    void filter_ofServicePrincipals_includesAndExcludesByAttribute_CA_WID_02() throws Exception {
        String policy = changed(changed(POLICY, "includeUsers: [All], excludeGroups: [Break glass]", "includeUsers: [None]"), "[mfa]", "[block]");
        String filter = "servicePrincipalFilter: { mode: %s, rule: CustomSecurityAttribute.Ops_Tier -eq \"0\" }";
        Directory robots = new Directory(Directory.Organization.DEFAULT, List.of(), List.of(), List.of(), List.of(),
                List.of(Directory.ServicePrincipal.builder().id("s1").appId("a1").displayName("Nightly import")
                        .customSecurityAttributes(new SecurityAttributes(Map.of("ops_tier", "0"), Map.of())).build(),
                        Directory.ServicePrincipal.builder().id("s2").appId("a2").displayName("Report").build()));
        write("policy.yaml", changed(policy, "clientAppTypes: [all]", "clientAppTypes: [all]\n  clientApplications: { " + filter.formatted("include") + " }"));
        assertThat(blocks(robots)).containsExactly(true, false);
        write("policy.yaml", changed(policy, "clientAppTypes: [all]", "clientAppTypes: [all]\n  clientApplications: { includeServicePrincipals: [ServicePrincipalsInMyTenant], "
                + filter.formatted("exclude") + " }"));
        assertThat(blocks(robots)).containsExactly(false, true);
    }

    @Test
    void filter_ofAgents_includesAndExcludesByAttribute_AGT_03() throws Exception {
        String policy = changed(changed(POLICY, "includeUsers: [All], excludeGroups: [Break glass]", "includeUsers: [None]"), "[mfa]", "[block]");
        String filter = "agentIdServicePrincipalFilter: { mode: %s, rule: CustomSecurityAttribute.Ops_Tier -eq \"0\" }";
        Directory agents = new Directory(Directory.Organization.DEFAULT, List.of(), List.of(), List.of(), List.of(),
                List.of(Directory.ServicePrincipal.builder().id("s1").appId("a1").displayName("Nightly import").isAgentIdentity(true)
                        .customSecurityAttributes(new SecurityAttributes(Map.of("ops_tier", "0"), Map.of())).build(),
                        Directory.ServicePrincipal.builder().id("s2").appId("a2").displayName("Report").isAgentIdentity(true).build()));
        write("policy.yaml", changed(policy, "clientAppTypes: [all]", "clientAppTypes: [all]\n  clientApplications: { " + filter.formatted("include") + " }"));
        assertThat(blocks(agents)).containsExactly(true, false);
        write("policy.yaml", changed(policy, "clientAppTypes: [all]", "clientAppTypes: [all]\n  clientApplications: { includeAgentIdServicePrincipals: [All], "
                + filter.formatted("exclude") + " }"));
        assertThat(blocks(agents)).containsExactly(false, true);
    }

    /** A gateway may supply a principal that the directory does not have: its own attributes count. */
    @Test
    void filter_ofASuppliedPrincipal_readsItsOwnAttributes() throws Exception {
        String policy = changed(changed(POLICY, "includeUsers: [All], excludeGroups: [Break glass]", "includeUsers: [None]"), "[mfa]", "[block]");
        write("policy.yaml", changed(policy, "clientAppTypes: [all]", "clientAppTypes: [all]\n  clientApplications: "
                + "{ servicePrincipalFilter: { mode: include, rule: CustomSecurityAttribute.Ops_Tier -eq \"0\" } }"));
        for (String tier : List.of("0", "1")) {
            Directory.ServicePrincipal supplied = Directory.ServicePrincipal.builder().id("s9").appId("a9").displayName("Supplied")
                    .customSecurityAttributes(new SecurityAttributes(Map.of("ops_tier", tier), Map.of())).build();
            SignIn signIn = SignIn.builder().servicePrincipal("s9").application("Office 365 Exchange Online").build();
            Outcome expected = tier.equals("0") ? Outcome.BLOCK : Outcome.ALLOW;
            assertThat(load().evaluateWorkload(signIn, supplied).outcome()).isEqualTo(expected);
            assertThat(load().explainWorkload(signIn, supplied).outcome()).isEqualTo(expected);
        }
    }

    static List<Arguments> agentsThatAreUnknown() {
        return List.of(
                row("agent", "includeAgentIdServicePrincipals: [Assistent]", "Assistent", "unknown agent identity or blueprint `Assistent`"),
                row("excluded_blueprint", "includeAgentIdServicePrincipals: [All], excludeAgentIdServicePrincipals: [Helper]", "Helper", "unknown agent identity or blueprint `Helper`"),
                row("what_is_not_an_agent", "includeAgentIdServicePrincipals: [Report]", "Report", "unknown agent identity or blueprint `Report`"));
    }

    /** AGT-03, IMP-02: a mistake in YAML; in an export an included one stands for all agents, an excluded one for none. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("agentsThatAreUnknown")
    void agent_thatIsUnknown_isAMistakeAndFailsClosed(String name, String list, String wrong, List<String> messages) throws Exception {
        Directory agents = PolicyEngine.loadDirectory(Files.writeString(Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-people")).resolve("d.yaml"),
                "kind: directory\n" + AGENTS));
        String yaml = changed(changed(changed(POLICY, "includeUsers: [All], excludeGroups: [Break glass]", "includeUsers: [None]"), "[mfa]", "[block]"),
                "clientAppTypes: [all]", "clientAppTypes: [all]\n  clientApplications: { " + list + " }");
        write("policy.yaml", yaml);
        PolicyLoadException refusal = catchThrowableOfType(PolicyLoadException.class, () -> PolicyEngine.load(folder, agents));
        Diagnostic error = refusal.diagnostics().get(0);
        assertThat(error.code() + " " + error.message()).isEqualTo("SP1202 " + messages.get(0));
        assertThat(error.position().line()).isEqualTo(9);
        assertThat(error.position().column()).isEqualTo(yaml.lines().toList().get(8).indexOf(wrong) + 1);
        Files.delete(folder.resolve("policy.yaml"));

        write("policy.json", changed(changed(changed(JSON, "[\"All\"], \"excludeGroups\": [\"Break glass\"]", "[\"None\"]"), "[\"mfa\"]", "[\"block\"]"),
                "\"clientAppTypes\"", "\"clientApplications\": { " + list.replaceAll("\\w+", "\"$0\"") + " }, \"clientAppTypes\""));
        PolicyEngine engine = PolicyEngine.load(folder, agents);
        assertThat(engine.warnings()).extracting(Diagnostic::message).containsExactly(messages.get(0));
        assertThat(Stream.of("Assistant", "Report").map(who -> engine.explain(SignIn.builder().servicePrincipal(who).application("Office 365 Exchange Online").build()).outcome()))
                .containsExactly(Outcome.BLOCK, Outcome.ALLOW);
    }

    @Test
    void agentUser_thatIsUnknown_isAMistake() throws Exception {
        assertThat(errors("policy.yaml", changed(POLICY, "clientAppTypes: [all]", "clientAppTypes: [all]\n  agents: { includeAgentUsers: [ann@contoso.com] }")))
                .containsExactly("policy.yaml:9:33: error SP1202: unknown agent user `ann@contoso.com` => add it to the directory, or write an id");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"hihg | did you mean `high`?", "none | use one of low, medium, high", "hidden | use one of low, medium, high"})
    void riskOfAgents_isOneOfThree(String level, String help) throws Exception {
        assertThat(errors("policy.yaml", changed(POLICY, "clientAppTypes: [all]", "clientAppTypes: [all]\n  agentIdRiskLevels: [" + level + "]")))
                .containsExactly("policy.yaml:9:23: error SP1104: unknown value `" + level + "` for `agentIdRiskLevels` => " + help);
    }

    @Test
    void riskOfAgents_ofAnExport_isOneTextOfSeveralLevels() throws Exception {
        write("policy.json", changed(JSON, "\"clientAppTypes\"", "\"agentIdRiskLevels\": \"medium,high\", \"clientAppTypes\""));
        assertThat(warnings()).isEmpty();
        assertThat(load().policySet().policies().get(0).conditions().agentIdRiskLevels()).containsExactlyInAnyOrder(RiskLevel.MEDIUM, RiskLevel.HIGH);
        assertThat(mfaAsked()).isFalse();
    }

    /** What Graph answers to a list of one type: its items do not repeat it (AGT-10). */
    @Test
    void listsOfAgents_areReadAsWhatTheyAre() throws Exception {
        write("directory/agents.json", """
                { "@odata.context": "https://graph.microsoft.com/beta/$metadata#servicePrincipals/microsoft.graph.agentIdentity",
                  "value": [{ "id": "c0000000-0000-4000-8000-000000000002", "appId": "c0000000-0000-4000-8000-000000000002", "displayName": "Assistant",
                    "servicePrincipalType": "ServiceIdentity", "agentIdentityBlueprintId": "c1000000-0000-4000-8000-000000000001" }] }
                """);
        write("directory/blueprints.json", """
                { "@odata.context": "https://graph.microsoft.com/beta/$metadata#servicePrincipals/microsoft.graph.agentIdentityBlueprintPrincipal",
                  "value": [{ "id": "c0000000-0000-4000-8000-000000000001", "appId": "c1000000-0000-4000-8000-000000000001", "displayName": "Helpers",
                    "servicePrincipalType": "Application" }] }
                """);
        write("directory/users.json", """
                { "@odata.context": "https://graph.microsoft.com/beta/$metadata#users",
                  "value": [{ "@odata.type": "#microsoft.graph.agentUser", "id": "u1", "userPrincipalName": "assistant@contoso.com", "userType": "Member",
                    "accountEnabled": true }, { "id": "u2", "userPrincipalName": "ann@contoso.com", "userType": "Member", "accountEnabled": true }] }
                """);
        Directory read = PolicyEngine.loadDirectory(folder.resolve("directory"));
        assertThat(read.users()).extracting(UserState::isAgentUser).containsExactly(true, false);
        assertThat(read.servicePrincipals()).extracting(each -> each.displayName() + " " + each.isAgent() + " " + each.isAgentIdentityBlueprint())
                .containsExactlyInAnyOrder("Assistant true false", "Helpers false true");
    }

    private List<Boolean> blocks(Directory robots) throws Exception {
        PolicyEngine engine = PolicyEngine.load(folder, robots);
        return Stream.of("Nightly import", "Report").map(name -> engine.evaluate(SignIn.builder().servicePrincipal(name).application("Office 365 Exchange Online").build()))
                .map(decision -> decision.reason().code() == ReasonCode.BLOCKED_BY_CONDITIONAL_ACCESS).toList();
    }

    @Test
    void excludedTimes_withoutBounds_neverExcludeAll() throws Exception {
        write("policy.yaml", changed(POLICY, "clientAppTypes: [all]", "clientAppTypes: [all]\n  times: { excludeDays: { daysOfWeek: null }, excludeRange: { startDateTime: null } }"));
        assertThat(mfaAsked()).isTrue();
        assertThat(errors("policy.yaml", changed(POLICY, "clientAppTypes: [all]", "clientAppTypes: [all]\n  times: { excludeDays: { timeZone: UTC }, excludeRange: {} }")))
                .containsExactly("policy.yaml:9:25: error SP1105: `excludeDays` has no bounds: the policy would never apply => add `daysOfWeek`, `allDay`, `startTime`, `endTime`",
                        "policy.yaml:9:58: error SP1105: `excludeRange` has no bounds: the policy would never apply => add `startDateTime`, `endDateTime`");
        assertThat(errors("policy.yaml", changed(POLICY, "clientAppTypes: [all]", "clientAppTypes: [all]\n  times: { excludeDays: { startTime: [09:00] } }")))
                .containsExactly("policy.yaml:9:38: error SP1103: `startTime` is a list => it must be text");
    }

    // ---- bindings

    private static final String PLACEHOLDER = changed(JSON, "Break glass", "<RING>-Exclude");

    @Test
    void placeholder_thatIsBound_meansWhatItIsBoundTo() throws Exception {
        write("policy.json", PLACEHOLDER.replace("\"All\"], \"excludeGroups", "\"%Who%\"], \"excludeGroups"));
        assertThat(load().warnings()).extracting(Diagnostic::code).containsExactly("SP1205", "SP1205");
        write("bindings.yaml", "kind: bindings\nbindings: { \"<RING>-Exclude\": Break glass, \"%Who%\": ann@contoso.com }\n");
        PolicyEngine engine = load();
        assertThat(engine.warnings()).isEmpty();
        assertThat(engine.policySet().policies().get(0).conditions().users().excludeGroups()).extracting(reference -> reference.id()).containsExactly("g1");
        assertThat(engine.policySet().policies().get(0).conditions().users().includeUsers()).extracting(reference -> reference.id()).containsExactly("u1");
    }

    @Test
    void binding_ofNothingOrTwiceOrUnused_isReported() throws Exception {
        write("policy.json", PLACEHOLDER);
        assertThat(errors("bindings.yaml", "kind: bindings\n")).containsExactly(
                "bindings.yaml:1:1: error SP1105: the document contains no bindings => add `bindings:` with lines such as `\"<RING>-Exclude\": Break glass`");
        assertThat(errors("bindings.yaml", "kind: bindings\nbindings: { \"<RING>-Exclude\": [a] }\n")).containsExactly(
                "bindings.yaml:2:31: error SP1103: `<RING>-Exclude` is bound to a list => bind it to an id or a name");
        assertThat(errors("bindings.yaml", "kind: bindings\nbindings: { \"<RING>-Exclude\": g1 }\n---\nkind: bindings\nbindings: { \"<RING>-Exclude\": g2 }\n"))
                .singleElement().asString().contains("SP1201: `<RING>-Exclude` is bound twice");
        assertThat(errors("bindings.yaml", "kind: bindings\nbindings: { \"<RING>-Exclude\": g1 }\nbinding: x\n")).singleElement().asString().contains("SP1102");
        write("bindings.yaml", "kind: bindings\nbindings: { \"<RING>-Exclude\": g1, \"<RING>-Include\": g1 }\n");
        assertThat(load().warnings()).extracting(Diagnostic::code).containsExactly("SP1120");
    }

    @Test
    void template_ofGraph_becomesAReportOnlyPolicy_CA_POL_14() throws Exception {
        write("template.json", """
                { "id": "t1", "name": "Require MFA", "details": {
                    "conditions": { "users": { "includeUsers": ["All"] }, "applications": { "includeApplications": ["All"] }, "clientAppTypes": ["all"] },
                    "grantControls": { "operator": "OR", "builtInControls": ["mfa"] } } }
                """);
        assertThat(warnings()).containsExactly("template.json:1:1: warning SP1111: a template has no state: it counts as report-only [CA-POL-14] => to enforce it, make it a policy");
        assertThat(load().policySet().policies()).singleElement().satisfies(policy -> {
            assertThat(policy.id()).isEqualTo("t1");
            assertThat(policy.displayName()).isEqualTo("Require MFA");
            assertThat(policy.state()).isEqualTo(PolicyState.REPORT_ONLY);
        });
    }

    @Test
    void strength_carriedByAPolicyOfAnExport_isTheDeclaredOneInAnyOrder() throws Exception {
        String strength = "{ \"id\": \"7b000000-0000-0000-0000-000000000001\", \"displayName\": \"Keys\", \"allowedCombinations\": [\"fido2\"] }";
        write("1.json", changed(JSON, "\"operator\"", "\"authenticationStrength\": " + strength + ", \"operator\""));
        write("2.json", strength);
        assertThat(warnings()).isEmpty();
        assertThat(load().policySet().strengths()).singleElement().satisfies(declared -> assertThat(declared.source().file()).endsWith("2.json"));
    }

    @Test
    void page_ofAnExport_needsTheLastOneBesideIt_IMP_10() throws Exception {
        write("page.json", "{ \"value\": [" + JSON + "],\n  \"@odata.nextLink\": \"https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies?$skiptoken=x\" }");
        assertThat(catchThrowableOfType(PolicyLoadException.class, this::load).diagnostics()).extracting(Diagnostic::code).containsExactly("SP1119");
        write("last.json", "{ \"value\": [] }");
        assertThat(load().policySet().policies()).hasSize(1);
    }

    @Test
    void strength_narrowedToSomeMakes_isReadWithThem_AS_12() throws Exception {
        write("keys.yaml", """
                kind: authenticationStrengthPolicy
                displayName: Keys of one make
                allowedCombinations: [fido2]
                combinationConfigurations:
                  - { allowedAAGUIDs: [de1e552d-db1d-4423-a619-566b625cdc84] }
                """);
        write("policy.yaml", POLICY);
        assertThat(warnings()).isEmpty();
        assertThat(load().policySet().strengths().get(0).restrictions().get(0).allowedAAGUIDs()).containsExactly("de1e552d-db1d-4423-a619-566b625cdc84");
    }

    @ParameterizedTest
    @ValueSource(strings = {"value", "PolicyConfig", "conditional_access_policies", "resources", "array", "lines", "properties"})
    void wrapper_ofAnExport_isOpened(String wrapper) throws Exception {
        String second = JSON.replace("p1", "p2");
        write("export.json", switch (wrapper) {
            case "array" -> "[" + JSON + "," + second + "]";
            case "lines" -> JSON.replace("\n", "") + "\n" + second.replace("\n", "") + "\n";
            case "properties" -> "{ \"resources\": [{ \"type\": \"x\", \"properties\": " + JSON + " }, { \"properties\": " + second + " }] }";
            default -> "{ \"" + wrapper + "\": [" + JSON + "," + second + "] }";
        });
        assertThat(warnings()).isEmpty();
        assertThat(load().policySet().policies()).extracting("id").containsExactly("p1", "p2");
    }

    // ---- duplicates (attack 13)

    @Test
    void attack_13_policiesWithOneIdInAnyCase_areRefused() throws Exception {
        write("a.yaml", POLICY);
        assertThat(errors("b.yaml", changed(POLICY, "id: p1", "id: P1"))).containsExactly(
                "b.yaml:1:1: error SP1201: two policies have the id `P1` => the first one is at a.yaml:1:1");
    }

    @Test
    void attack_13_policiesWithOneNameAndNoId_areRefused() throws Exception {
        String nameless = changed(POLICY, "id: p1\n", "");
        assertThat(errors("a.yaml", nameless + "---\n" + nameless)).containsExactly(
                "a.yaml:10:1: error SP1201: two policies have the id `MFA for everybody` => the first one is at a.yaml:1:1");
    }

    @Test
    void attack_8_settingsInASecondDocument_areRefused() throws Exception {
        assertThat(errors("a.yaml", "kind: mfaSettings\nallowAppPasswords: false\n---\nkind: mfaSettings\nallowAppPasswords: true\n")).containsExactly(
                "a.yaml:4:1: error SP1201: the MFA settings are defined twice => they are first defined at a.yaml:1:1: remove one of them");
    }

    static List<Arguments> duplicates() {
        return List.of(
                Arguments.of("locations", "kind: countryNamedLocation\nid: L\ndisplayName: A\ncountriesAndRegions: [NL]\n", "named locations", "L"),
                Arguments.of("strengths", "kind: authenticationStrengthPolicy\nid: S\ndisplayName: A\nallowedCombinations: [fido2]\n", "authentication strengths", "S"),
                Arguments.of("terms", "kind: termsOfUse\nid: T\ndisplayName: A\n", "terms of use", "T"),
                Arguments.of("contexts", "kind: authenticationContextClassReference\nid: c1\ndisplayName: A\n", "authentication contexts", "c1"));
    }

    @ParameterizedTest(name = "attack_13_two_{0}_with_one_id_are_refused")
    @MethodSource("duplicates")
    void attack_13_resourcesWithOneId_areRefused(String name, String text, String what, String id) throws Exception {
        int line = text.split("\n").length + 2;
        assertThat(errors("a.yaml", text + "---\n" + text)).containsExactly(
                "a.yaml:" + line + ":1: error SP1201: two " + what + " have the id `" + id + "` => the first one is at a.yaml:1:1");
    }

    // ---- size and depth (attacks 2, 5, 6, 7)

    @Test
    void attack_2_billionLaughs_areRefusedAtTheAliasThatIsTooMuch() throws Exception {
        StringBuilder bomb = new StringBuilder("a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n");
        for (int i = 1; i <= 9; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [").append(("*a" + (i - 1) + ", ").repeat(8)).append("*a").append(i - 1).append("]\n");
        }
        write("bomb.yaml", bomb.toString());
        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> errors())).containsExactly(
                "bomb.yaml:5:10: error SP1007: the aliases of this file expand to more than 10000 values => replace aliases with their values, or split the file");
    }

    @Test
    void attack_2_aliasOfALongText_countsByItsLength() throws Exception {
        String names = "[&a " + "x".repeat(900_000) + ", *a".repeat(9_000) + "]";
        write("bomb.yaml", changed(POLICY, "[Break glass]", names));
        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> errors())).containsExactly(
                "bomb.yaml:6:900054: error SP1007: the aliases of this file expand to more than 10000 values => replace aliases with their values, or split the file");
    }

    @Test
    void aliases_thatAreFew_areReadAsTheirAnchors() throws Exception {
        write("policy.yaml", changed(POLICY, "users: {", "users: &users {") + "---\n"
                + changed(changed(POLICY, "id: p1", "id: &p p2"), "[mfa]", "&c [mfa]").replace("displayName: MFA for everybody", "displayName: *p"));
        assertThat(load().policySet().policies()).extracting("displayName").containsExactly("MFA for everybody", "p2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"flow.yaml", "block.yaml", "nested.json", "object.json"})
    void attack_5_nestingOf10000_isRefusedWithoutAStackOverflow(String name) throws Exception {
        int deep = 10_000;
        write(name, switch (name) {
            case "flow.yaml" -> "kind: " + "[".repeat(deep) + "]".repeat(deep);
            case "block.yaml" -> "- ".repeat(deep) + "x";
            case "nested.json" -> "[".repeat(deep) + "]".repeat(deep);
            default -> "{\"a\":".repeat(deep) + "1" + "}".repeat(deep);
        });
        String place = switch (name) {
            case "flow.yaml" -> "1:71";
            case "block.yaml" -> "1:131";
            case "nested.json" -> "1:66";
            default -> "1:326";
        };
        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(20), () -> errors())).containsExactly(
                name + ":" + place + ": error SP1005: nested deeper than 64 levels => flatten it: a resource needs at most twelve levels");
    }

    @Test
    void attack_6_yamlOfAMebibyte_loadsAndOneByteMoreIsRefused() throws Exception {
        String filler = "# " + "x".repeat((1 << 20) - POLICY.length() - 3) + "\n";
        write("policy.yaml", filler + POLICY);
        assertThat(Files.size(folder.resolve("policy.yaml"))).isEqualTo(1 << 20);
        assertThat(load().policySet().policies()).hasSize(1);
        assertThat(errors("policy.yaml", "#" + filler + POLICY)).containsExactly(
                "policy.yaml: error SP1003: the file is larger than 1 MiB => split it, or export it as JSON");
    }

    @Test
    void attack_6_jsonOverItsLimit_isRefusedBeforeItIsParsed() throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(folder.resolve("export.json").toFile(), "rw")) {
            file.setLength((64L << 20) + 1);
        }
        assertThat(errors()).containsExactly("export.json: error SP1003: the file is larger than 64 MiB => split it, or export it as JSON");
    }

    @Test
    void attack_6_jsonOfTooManyValues_isRefusedAtTheFirstTooMany() throws Exception {
        write("export.json", "[" + "0,".repeat(4_000_000) + "0]");
        assertThat(errors()).containsExactly("export.json:1:8000000: error SP1003: the file contains more than 4000000 values => split it");
    }

    @Test
    void findings_withoutEnd_areCutButTheirErrorCounts() throws Exception {
        String unknown = String.join(", ", IntStream.range(0, 12_000).mapToObj(i -> "\"Group " + i + "\"").toList());
        write("a.json", changed(JSON, "\"Break glass\"", unknown));
        assertThat(load().warnings()).hasSize(10_000);
        write("b.yaml", changed(changed(POLICY, "id: p1", "id: p2"), "[Break glass]", "[Braek glass]"));
        assertThat(errors()).containsExactly("b.yaml:6:49: error SP1202: unknown group `Braek glass` => add it to the directory, or write an id");
    }

    @Test
    void attack_7_folderOf10001Files_isRefusedAsAWhole() throws Exception {
        for (int i = 0; i <= 10_000; i++) {
            Files.createFile(folder.resolve(i + ".yaml"));
        }
        PolicyLoadException refusal = catchThrowableOfType(PolicyLoadException.class, this::load);
        assertThat(refusal.diagnostics()).extracting(Diagnostic::toString).containsExactly(
                folder + ": error SP1003: the folder contains more than 10000 files\n    help: name a smaller folder");
    }

    @Test
    void names_unknownByTheThousand_areReportedInSeconds() throws Exception {
        List<Directory.Group> groups = IntStream.range(0, 20_000).mapToObj(i -> new Directory.Group("id" + i, "Department of ordinary affairs " + i, List.of())).toList();
        Directory large = new Directory(Directory.Organization.DEFAULT, List.of(), groups, List.of(), List.of(), List.of());
        String names = String.join(", ", IntStream.range(0, 1_000).mapToObj(i -> "An unknown name of some length " + i).toList());
        write("policy.yaml", changed(POLICY, "Break glass", names));
        PolicyLoadException refusal = assertTimeoutPreemptively(Duration.ofSeconds(30),
                () -> catchThrowableOfType(PolicyLoadException.class, () -> PolicyEngine.load(folder, large)));
        assertThat(refusal.diagnostics()).hasSize(1_000);
    }

    // ---- encodings (attack 11)

    static List<Arguments> encodings() {
        return List.of(Arguments.of("UTF-8", "", false), Arguments.of("UTF-8", "\uFEFF", false), Arguments.of("UTF-16LE", "", false),
                Arguments.of("UTF-16LE", "\uFEFF", false), Arguments.of("UTF-16BE", "", false), Arguments.of("UTF-16BE", "\uFEFF", false),
                Arguments.of("UTF-8", "\uFEFF", true), Arguments.of("UTF-16LE", "\uFEFF", true));
    }

    @ParameterizedTest(name = "{0} with mark ''{1}'', CRLF {2}")
    @MethodSource("encodings")
    void attack_11_encodingsMarksAndLineEnds_allLoadAndCountAlike(String charset, String mark, boolean crlf) throws Exception {
        for (String name : List.of("policy.yaml", "policy.json")) {
            String text = name.endsWith("yaml") ? POLICY : JSON;
            text = text.replace("MFA for everybody", "MFA f\u00FCr alle \uD83D\uDE80").replace("\n", crlf ? "\r\n" : "\n");
            write(name, (mark + text).getBytes(Charset.forName(charset)));
            assertThat(load().warnings()).isEmpty();
            assertThat(load().policySet().policies()).singleElement().satisfies(policy -> {
                assertThat(policy.displayName()).isEqualTo("MFA f\u00FCr alle \uD83D\uDE80");
                assertThat(policy.source().line()).isEqualTo(1);
                assertThat(policy.source().column()).isEqualTo(1);
            });
            write(name, (mark + text.replace("mfa", "mfaa")).getBytes(Charset.forName(charset)));
            String finding = " SP1104: unknown value `mfaa` for `builtInControls` => did you mean `mfa`?";
            if (name.endsWith("yaml")) {
                assertThat(errors()).containsExactly(name + ":9:50: error" + finding);
            } else {
                assertThat(warnings()).containsExactly(name + ":10:60: warning" + finding);
            }
            Files.delete(folder.resolve(name));
        }
    }

    @Test
    void attack_33_invalidUtf8_isRefusedAtItsPlace() throws Exception {
        byte[] bytes = POLICY.replace("MFA for", "MFA f@r").getBytes(StandardCharsets.UTF_8);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf('@')] = (byte) 0xFC;
        write("latin.yaml", bytes);
        assertThat(errors()).containsExactly("latin.yaml:3:19: error SP1002: the text is not valid UTF-8 => save the file as UTF-8");
    }

    @Test
    void attack_33_utf8CutInACharacter_isRefused() throws Exception {
        byte[] bytes = ("# \u00FC").getBytes(StandardCharsets.UTF_8);
        write("cut.yaml", java.util.Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(errors()).containsExactly("cut.yaml:1:3: error SP1002: the text is not valid UTF-8 => save the file as UTF-8");
    }

    @Test
    void utf16_ofAnOddNumberOfBytes_isRefused() throws Exception {
        write("odd.json", java.util.Arrays.copyOf("[]".getBytes(StandardCharsets.UTF_16LE), 5));
        assertThat(errors()).containsExactly("odd.json:1:3: error SP1002: the text is not valid UTF-16LE => save the file as UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nul.yaml", "nul.json"})
    void attack_11_nulCharacter_isRefusedAtItsPlace(String name) throws Exception {
        write(name, "{ \"id\": \"p1\",\n  \"state\": \"en\0abled\" }");
        assertThat(errors()).containsExactly(name + ":2:15: error SP1002: the text contains a NUL character => save the file as UTF-8 text");
    }

    // ---- YAML 1.1 surprises (attack 10)

    @ParameterizedTest
    @ValueSource(strings = {"NO", "on", "off", "yes", "010", "0x1F", "1_000", "12:30", "1e3", "0o7", "2026-11-22", "true", "~x", "=", ".5"})
    void attack_10_plainText_meansWhatIsWritten(String text) throws Exception {
        write("policy.yaml", changed(POLICY, "displayName: MFA for everybody", "displayName: " + text));
        assertThat(load().policySet().policies().get(0).displayName()).isEqualTo(text);
    }

    @Test
    void attack_10_norway_isACountry() throws Exception {
        write("locations.yaml", "kind: countryNamedLocation\ndisplayName: North\ncountriesAndRegions: [NO, SE]\n---\n" + NOTHING);
        assertThat(load().policySet().namedLocations()).singleElement()
                .satisfies(north -> assertThat(((NamedLocation.Country) north).countries()).containsExactlyInAnyOrder("NO", "SE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "on", "1", "'true'", "Y"})
    void attack_10_truthOfYaml11_isNoTruthValue(String text) throws Exception {
        assertThat(errors("mfa.yaml", "kind: mfaSettings\nallowAppPasswords: " + text + "\n")).singleElement().asString()
                .startsWith("mfa.yaml:2:20: error SP1103: `allowAppPasswords` is ").contains("=> it must be true or false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x10", "1_0", "12:30", "1e1", "1.5", "ten", "99999999999"})
    void attack_10_numberOfYaml11_isNoNumberOfDays(String text) throws Exception {
        assertThat(errors("mfa.yaml", "kind: mfaSettings\nrememberMfaDays: " + text + "\n")).singleElement().asString()
                .startsWith("mfa.yaml:2:18: error SP1103: `rememberMfaDays` is ").endsWith("=> it must be a whole number");
    }

    // ---- addresses and countries (attack 18, CA-LOC-09..13)

    static List<Arguments> ranges() {
        return List.of(
                Arguments.of("attack_18_host_bits", "198.51.100.7/24", "SP1114: `198.51.100.7/24` has bits set after its prefix [CA-LOC-09] => write the first address of the range"),
                Arguments.of("attack_18_everything", "0.0.0.0/0", "SP1307: `0.0.0.0/0` is too wide [VAL-27] => use a prefix longer than /8"),
                Arguments.of("attack_18_everything_of_IPv6", "::/0", "SP1307: `::/0` is too wide [VAL-27] => use a prefix longer than /8"),
                Arguments.of("CA-LOC-11_eight_bits", "203.0.0.0/8", "SP1307: `203.0.0.0/8` is too wide [VAL-27] => use a prefix longer than /8"),
                Arguments.of("AMB-15_eight_bits_of_IPv6", "2000::/8", "SP1307: `2000::/8` is too wide [VAL-27] => use a prefix longer than /8"),
                Arguments.of("CA-LOC-26_eight_mapped_bits", "::ffff:203.0.0.0/104", "SP1307: `::ffff:203.0.0.0/104` is too wide [VAL-27] => use a prefix longer than /8"),
                Arguments.of("attack_18_33_bits", "198.51.100.0/33", "SP1114: invalid address range `198.51.100.0/33` [CA-LOC-09] => write a range such as 198.51.100.0/24 or 2001:db8::/32"),
                Arguments.of("attack_18_129_bits", "2001:db8::/129", "SP1114: invalid address range `2001:db8::/129` [CA-LOC-09] => write a range such as 198.51.100.0/24 or 2001:db8::/32"),
                Arguments.of("attack_18_prefix_of_IPv6_on_IPv4", "198.51.100.0/64", "SP1114: invalid address range `198.51.100.0/64` [CA-LOC-09] => write a range such as 198.51.100.0/24 or 2001:db8::/32"),
                Arguments.of("no_prefix", "198.51.100.0", "SP1114: invalid address range `198.51.100.0` [CA-LOC-09] => write a range such as 198.51.100.0/24 or 2001:db8::/32"),
                Arguments.of("leading_zero", "198.51.100.0/024", "SP1114: invalid address range `198.51.100.0/024` [CA-LOC-09] => write a range such as 198.51.100.0/24 or 2001:db8::/32"),
                Arguments.of("negative_prefix", "198.51.100.0/-1", "SP1114: invalid address range `198.51.100.0/-1` [CA-LOC-09] => write a range such as 198.51.100.0/24 or 2001:db8::/32"),
                Arguments.of("name", "office.contoso.com/24", "SP1114: invalid address range `office.contoso.com/24` [CA-LOC-09] => write a range such as 198.51.100.0/24 or 2001:db8::/32"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ranges")
    void range_thatIsInvalid_isRefused(String name, String range, String expected) throws Exception {
        assertThat(errors("office.yaml", "kind: ipNamedLocation\ndisplayName: Office\nisTrusted: true\nipRanges:\n  - { cidrAddress: \"" + range + "\" }\n"))
                .containsExactly("office.yaml:5:20: error " + expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ranges")
    void range_ofTheMfaTrustedIps_isRefused_TI_02(String name, String range, String expected) throws Exception {
        boolean ipv6 = range.equals("::/0") || range.equals("2000::/8");
        assertThat(errors("mfa.yaml", "kind: mfaSettings\ntrustedIps: [203.0.113.0/26, \"" + range + "\"]\n")).containsExactly("mfa.yaml:2:30: error "
                + (ipv6 ? "SP1309: MFA trusted IPs must be IPv4: `" + range + "` [TI-02] => make it a trusted named location" : expected));
    }

    static List<Arguments> spans() {
        return List.of(
                Arguments.of("mixed families", "198.51.100.0", "2001:db8::", "SP1114: invalid address range `198.51.100.0 to 2001:db8::` [CA-LOC-09] => write a range such as 198.51.100.0/24 or 2001:db8::/32"),
                Arguments.of("upside down", "198.51.100.9", "198.51.100.1", "SP1114: invalid address range `198.51.100.9 to 198.51.100.1` [CA-LOC-09] => write a range such as 198.51.100.0/24 or 2001:db8::/32"),
                Arguments.of("everything", "0.0.0.0", "255.255.255.255", "SP1307: `0.0.0.0 to 255.255.255.255` is too wide [VAL-27] => use a prefix longer than /8"),
                Arguments.of("as many as eight bits", "10.0.0.1", "11.0.0.0", "SP1307: `10.0.0.1 to 11.0.0.0` is too wide [VAL-27] => use a prefix longer than /8"),
                Arguments.of("everything of IPv6", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "SP1307: `:: to ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff` is too wide [VAL-27] => use a prefix longer than /8"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spans")
    void range_fromAddressToAddress_isRefused_CA_LOC_09(String name, String lower, String upper, String expected) throws Exception {
        assertThat(errors("office.yaml", "kind: ipNamedLocation\ndisplayName: Office\nipRanges: [{ lowerAddress: \"" + lower + "\", upperAddress: \"" + upper + "\" }]\n"))
                .containsExactly("office.yaml:3:28: error " + expected);
    }

    @Test
    void ranges_asWideAsTheyMayBe_load_CA_LOC_11() throws Exception {
        write("office.yaml", "kind: ipNamedLocation\ndisplayName: Office\nipRanges: [{ cidrAddress: 203.0.0.0/9 }, { cidrAddress: \"2000::/9\" }, { lowerAddress: 11.0.0.0, upperAddress: 11.255.255.254 }]\n---\n" + NOTHING);
        assertThat(((NamedLocation.Ip) load().policySet().namedLocations().get(0)).ranges()).hasSize(3);
    }

    static List<Arguments> places() {
        String office = "kind: ipNamedLocation\ndisplayName: Office\n";
        String north = "kind: countryNamedLocation\ndisplayName: North\n";
        String settings = "kind: mfaSettings\n";
        String mapping = "kind: authzenMapping\nsubject: { user: \"${subject.id}\" }\n";
        return List.of(
                Arguments.of("location_without_ranges_is_refused", office, "1:1: error SP1105: the named location has no `ipRanges` [CA-LOC-09] => add ranges such as { cidrAddress: 198.51.100.0/24 }"),
                Arguments.of("range_without_an_address_is_refused", office + "ipRanges: [{ lowerAddress: 192.0.2.1 }]\n", "3:12: error SP1105: the range has no `cidrAddress` [CA-LOC-09] => add one, such as 198.51.100.0/24"),
                Arguments.of("location_without_a_name_is_refused", "kind: ipNamedLocation\nipRanges: [{ cidrAddress: 192.0.2.0/24 }]\n", "1:1: error SP1105: ipNamedLocation has no `displayName` => add `displayName:`"),
                Arguments.of("trust_that_is_no_truth_value_is_refused", office + "ipRanges: [{ cidrAddress: 192.0.2.0/24 }]\nisTrusted: NO\n", "4:12: error SP1103: `isTrusted` is the text `NO` => it must be true or false: write `false`"),
                Arguments.of("VAL-27_location_of_2001_ranges_is_refused", office + "ipRanges:\n" + "  - { cidrAddress: 192.0.2.0/24 }\n".repeat(2001), "1:1: error SP1307: a named location can have at most 2000 ranges, but this one has 2001 [VAL-27] => split it"),
                Arguments.of("CA-LOC-12_trusted_country_is_refused", north + "countriesAndRegions: [NL]\nisTrusted: true\n", "4:12: error SP1308: a country cannot be trusted [CA-LOC-12] => only address ranges can: remove `isTrusted`"),
                Arguments.of("attack_50_country_of_three_letters_is_refused", north + "countriesAndRegions: [NL, NLD]\n", "3:27: error SP1115: invalid country code `NLD` [CA-LOC-13] => write two letters, such as NL"),
                Arguments.of("country_by_name_is_refused", north + "countriesAndRegions: [Norway]\n", "3:23: error SP1115: invalid country code `Norway` [CA-LOC-13] => did you mean `NO`?"),
                Arguments.of("country_in_full_width_letters_is_refused", north + "countriesAndRegions: [\uFF2E\uFF2C]\n", "3:23: error SP1115: invalid country code `\uFF2E\uFF2C` [CA-LOC-13] => write two letters, such as NL"),
                Arguments.of("location_without_countries_is_refused", north, "1:1: error SP1105: the named location has no `countriesAndRegions` [CA-LOC-13] => add codes such as NL"),
                Arguments.of("misspelt_lookup_is_refused", north + "countriesAndRegions: [NL]\ncountryLookupMethod: authenticatorAppGPSs\n", "4:22: error SP1104: unknown value `authenticatorAppGPSs` for `countryLookupMethod` [CA-LOC-13] => did you mean `authenticatorAppGps`?"),
                Arguments.of("TI-02_51_trusted_ranges_are_refused", settings + "trustedIps:\n" + "  - 192.0.2.0/24\n".repeat(51), "53:5: error SP1309: at most 50 MFA trusted IP ranges are allowed [TI-02] => use a named location"),
                Arguments.of("RM-01_MFA_remembered_for_366_days_is_refused", settings + "rememberMfaDays: 366\n", "2:18: error SP1106: `rememberMfaDays` is 366 [RM-01] => it must be from 0 to 365"),
                Arguments.of("RM-01_MFA_remembered_for_less_than_no_day_is_refused", settings + "rememberMfaDays: -1\n", "2:18: error SP1106: `rememberMfaDays` is -1 [RM-01] => it must be from 0 to 365"),
                Arguments.of("strength_without_combinations_is_refused", "kind: authenticationStrengthPolicy\ndisplayName: Keys\n", "1:1: error SP1105: the strength has no `allowedCombinations` [AS-02] => add combinations such as fido2"),
                Arguments.of("misspelt_combination_is_refused", "kind: authenticationStrengthPolicy\ndisplayName: Keys\nallowedCombinations: [\"password,fido3\"]\n", "3:23: error SP1104: unknown value `fido3` for `allowedCombinations` => did you mean `fido2`?"),
                Arguments.of("platform_credential_in_a_strength_is_refused", "kind: authenticationStrengthPolicy\ndisplayName: Keys\nallowedCombinations: [platformCredential]\n", "3:23: error SP1104: `platformCredential` cannot be part of an authentication strength [DEC-12] => write windowsHelloForBusiness, which covers it"),
                Arguments.of("external_mfa_in_a_strength_is_refused", "kind: authenticationStrengthPolicy\ndisplayName: Keys\nallowedCombinations: [\"password,externalAuthenticationMethod\"]\n", "3:23: error SP1104: `externalAuthenticationMethod` cannot be part of an authentication strength [DEC-12] => remove the combination"),
                Arguments.of("CA-ACX-01_context_that_cannot_exist_is_refused", "kind: authenticationContextClassReference\nid: c0\n", "1:1: error SP1116: invalid id `c0` of an authentication context [CA-ACX-01] => write an id from c1 to c99"),
                Arguments.of("misspelt_switch_is_refused", "kind: evaluationSettings\nunknownSignals: strikt\n", "2:17: error SP1104: unknown value `strikt` for `unknownSignals` => did you mean `strict`?"),
                Arguments.of("unknown_target_of_baseline_scopes_is_refused", settings + "---\nkind: evaluationSettings\nbaselineScopesApplication: Payrol\n", "4:28: error SP1202: unknown application `Payrol` => add it to the directory, or write an id"),
                Arguments.of("literal_as_the_target_of_baseline_scopes_is_refused", settings + "---\nkind: evaluationSettings\nbaselineScopesApplication: All\n", "4:28: error SP1202: unknown application `All` => did you mean `All private resources with Global Secure Access`?"),
                Arguments.of("target_of_baseline_scopes_that_are_exempt_is_refused", "kind: evaluationSettings\nlowPrivilegeScopes: exempt\nbaselineScopesApplication: 12121212-0000-4000-8000-000000000001\n",
                        "3:28: error SP1142: `baselineScopesApplication` cannot be combined with `lowPrivilegeScopes: exempt` [DEC-14] => remove one of them: a tenant customizes the enforcement or disables it"),
                Arguments.of("mapping_without_a_subject_is_refused", "kind: authzenMapping\napplications: [\"${resource.id}\"]\n",
                        "1:1: error SP1105: the mapping needs one of `user` and `servicePrincipal` in `subject` => write `subject: { user: \"${subject.id}\" }`"),
                Arguments.of("mapping_without_applications_is_refused", mapping + "applications: []\n",
                        "3:15: error SP1105: the mapping names no application => write `applications: [\"${resource.id}\"]`"),
                Arguments.of("placeholder_that_is_not_closed_is_refused", mapping + "applications: [\"${resource.id\"]\n",
                        "3:16: error SP1180: a placeholder is not closed in `${resource.id` => write `}` at its end"),
                Arguments.of("misspelt_placeholder_is_refused", mapping + "applications: [\"${resource.ids}\"]\n", "3:16: error SP1180: unknown placeholder `${resource.ids}` => did you mean `resource.id`?"),
                Arguments.of("claim_about_the_subject_is_refused", mapping + "applications: [\"${resource.id}\", \"role=${subject.properties.role}\"]\n",
                        "3:34: error SP1181: `${subject.properties.role}` takes what the request claims about its subject => put users into groups or roles of the directory, and use them in policies"),
                Arguments.of("optional_placeholder_in_the_first_application_is_refused", mapping + "applications: [\"a=${action.properties.a}\"]\n",
                        "3:16: error SP1182: `${action.properties.a}` is optional, and a request without it would have no name here => use `${resource.type}`, `${resource.id}`, "
                                + "`${action.name}`, `${subject.type}` or `${subject.id}`; put optional properties into further `applications`"),
                Arguments.of("placeholders_side_by_side_are_refused", mapping + "applications: [\"${resource.type}${resource.id}\"]\n",
                        "3:16: error SP1183: two placeholders have no text between them in `${resource.type}${resource.id}` => write a separator, such as `/`: without it, two requests could share a name"),
                Arguments.of("user_in_the_context_of_a_mapping_is_refused", mapping + "applications: [\"${resource.id}\"]\ncontext: { User: \"${context.user}\" }\n",
                        "4:12: error SP1184: `context` of a mapping cannot set `User` => use `subject` and `applications` of the mapping, or remove the field"),
                Arguments.of("misspelt_fact_of_a_mapping_is_refused", mapping + "applications: [\"${resource.id}\"]\ncontext: { ipAdress: \"${context.ip}\" }\n",
                        "4:12: error SP1102: unknown key `ipAdress` in a request => did you mean `ipAddress`?"),
                Arguments.of("second_mapping_is_refused", mapping + "applications: [\"${resource.id}\"]\n---\n" + mapping + "applications: [\"${resource.id}\"]\n",
                        "5:1: error SP1201: AuthZEN mappings are defined twice => they are first defined at other.yaml:1:1: remove one of them"),
                Arguments.of("document_without_a_kind_is_refused", "trustedIps: [192.0.2.0/24]\n", "1:1: error SP1101: the document has no `kind` => add `kind:`, such as `kind: conditionalAccessPolicy`"),
                Arguments.of("text_instead_of_a_resource_is_refused", "enabled\n", "1:1: error SP1101: expected a resource, found the text `enabled` => write an object with `kind:`"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void slip_inAnotherResource_isAnErrorAtItsPlace(String name, String text, String expected) throws Exception {
        assertThat(errors("other.yaml", text)).containsExactly("other.yaml:" + expected);
    }

    @Test
    void attack_50_countryInLowerCase_isTheCountry() throws Exception {
        write("north.yaml", "kind: countryNamedLocation\ndisplayName: North\ncountriesAndRegions: [nl]\n---\n" + NOTHING);
        assertThat(((NamedLocation.Country) load().policySet().namedLocations().get(0)).countries()).containsExactly("NL");
    }

    @Test
    void attack_50_code_of_no_country_is_a_warning_with_what_is_meant_CA_LOC_13() throws Exception {
        write("islands.yaml", "kind: countryNamedLocation\ndisplayName: Islands\ncountriesAndRegions: [UK, XX, IE, XK]\n");
        write("policy.yaml", POLICY);
        assertThat(warnings()).containsExactly(
                "islands.yaml:3:23: warning SP1115: unknown country code `UK`: it never matches [CA-LOC-13] => did you mean `GB`?",
                "islands.yaml:3:27: warning SP1115: unknown country code `XX`: it never matches [CA-LOC-13] => write an ISO 3166 code, such as NL");
    }

    @Test
    void range_thatIsMapped_isThatOfItsIpv4Addresses_CA_LOC_26() throws Exception {
        write("set.yaml", changed(POLICY, "clientAppTypes: [all]", "clientAppTypes: [all]\n  locations: { includeLocations: [All], excludeLocations: [Office] }")
                + "---\nkind: ipNamedLocation\ndisplayName: Office\nipRanges: [{ cidrAddress: \"::ffff:198.51.100.0/120\" }]\n");
        SignIn.Builder request = SignIn.builder().user("ann@contoso.com").application("Office 365 Exchange Online").clientAppType("browser");
        assertThat(load().evaluate(request.ipAddress("198.51.100.7").build()).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(load().evaluate(request.ipAddress("::ffff:198.51.100.7").build()).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(load().evaluate(request.ipAddress("198.51.101.7").build()).outcome()).isNotEqualTo(Outcome.ALLOW);
    }

    // ---- folders and links (attack 22)

    @Test
    void attack_22_linkOutOfTheFolder_isRefused(@TempDir Path elsewhere) throws Exception {
        Path outside = Files.writeString(elsewhere.resolve("policy.yaml"), POLICY);
        Files.createSymbolicLink(folder.resolve("policy.yaml"), outside);
        assertThat(errors()).containsExactly("policy.yaml: error SP1001: the link points outside the folder => copy the file into the folder");
    }

    @Test
    void attack_22_linkWithDotsOutOfTheFolder_isRefused() throws Exception {
        write("set/inner/policy.yaml", POLICY);
        write("secret.yaml", POLICY);
        Files.createSymbolicLink(folder.resolve("set/inner/other.yaml"), Path.of("../../secret.yaml"));
        Path set = folder.resolve("set");
        assertThatThrownBy(() -> PolicyEngine.load(set, people)).hasMessage(set.resolve("inner/other.yaml")
                + ": error SP1001: the link points outside the folder\n    help: copy the file into the folder");
    }

    @Test
    void link_toAFolder_isRefused(@TempDir Path elsewhere) throws Exception {
        Files.writeString(elsewhere.resolve("policy.yaml"), POLICY);
        Files.createSymbolicLink(folder.resolve("more"), elsewhere);
        assertThat(errors()).containsExactly("more: error SP1001: a link to a folder is not followed => copy the folder, or name it separately");
    }

    @Test
    void link_thatLeadsNowhere_isRefused() throws Exception {
        Files.createSymbolicLink(folder.resolve("policy.yaml"), Path.of("gone.yaml"));
        assertThat(errors()).containsExactly("policy.yaml: error SP1001: the target of the link is missing => remove it");
    }

    @Test
    void links_asKubernetesMountsThem_load() throws Exception {
        write("..2026_11_22/policy.yaml", POLICY);
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026_11_22"));
        Files.createSymbolicLink(folder.resolve("policy.yaml"), Path.of("..data/policy.yaml"));
        assertThat(load().policySet().policies()).hasSize(1);
    }

    @Test
    void file_thatIsMissing_isAnError() {
        Path missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> PolicyEngine.load(missing, people)).hasMessage(missing + ": error SP1001: no such file or folder");
    }

    @Test
    void file_thatIsBroken_hidesNothingOfTheOthersAndPreventsLoading() throws Exception {
        write("a-good.yaml", POLICY);
        write("b-broken.yaml", "kind: [\n");
        write("c-misspelt.yaml", changed(changed(POLICY, "id: p1", "id: p3"), "state: enabled", "state: enable"));
        write("d/broken.json", "{ \"value\": [ ] ]");
        write("e-dangling.yaml", changed(changed(POLICY, "id: p1", "id: p5"), "[Break glass]", "[Braek glass]"));
        assertThat(errors()).hasSize(4).satisfiesExactlyInAnyOrder(
                broken -> assertThat(broken).startsWith("b-broken.yaml:2:1: error SP1004"),
                misspelt -> assertThat(misspelt).startsWith("c-misspelt.yaml:4:8: error SP1104"),
                broken -> assertThat(broken).startsWith("d/broken.json:1:16: error SP1004"),
                dangling -> assertThat(dangling).startsWith("e-dangling.yaml:6:49: error SP1202"));
    }

    @Test
    void attack_27_setWithoutAPolicy_loadsWithAWarningAndAllows() throws Exception {
        write("notes.yaml", "# nothing yet\n");
        write("off.yaml", NOTHING);
        PolicyEngine engine = load();
        assertThat(engine.warnings()).extracting(Diagnostic::code, Diagnostic::message).containsExactly(tuple("SP1820", "the file contains only comments"),
                tuple("SP1117", "the policy set contains no policy"));
        assertThat(mfaAsked()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\\"); Runtime.getRuntime().exit(7); //", "end rule \\\"x\\\" when then end", "\\n}\\nstatic { System.exit(7); }\\n", "\\\\u0022 + 1/0 + \\\\u0022", "${7*7} #{7*7} @{7*7}",
        "modify($d) { setOutcome(ALLOW) }"})
    void attack_21_textThatHoldsCode_staysText(String code) throws Exception {
        write("policy.yaml", changed(changed(POLICY, "id: p1", "id: \"" + code + "\""), "displayName: MFA for everybody", "displayName: \"" + code + "\""));
        assertThat(mfaAsked()).isTrue();
        assertThat(load().policySet().policies().get(0).id()).isEqualTo(code.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\"));
    }

    // ---- the directory, whose slips leave users out of policies

    private List<String> directoryErrors(String text) throws IOException {
        write("directory.yaml", text);
        PolicyLoadException refusal = catchThrowableOfType(PolicyLoadException.class, () -> PolicyEngine.loadDirectory(folder.resolve("directory.yaml")));
        assertThat(refusal).as("the directory must not load").isNotNull();
        return refusal.diagnostics().stream().map(this::print).toList();
    }

    static List<Arguments> slipsInDirectories() {
        return List.of(
                row("group_that_does_not_exist_is_refused", "ann@contoso.com }", "ann@contoso.com, memberOf: [Brake glass] }",
                        "directory.yaml:7:62: error SP1202: unknown group `Brake glass` => did you mean `Break glass`?"),
                row("ambiguous_group_is_refused", "ann@contoso.com }", "ann@contoso.com, memberOf: [Twins] }",
                        "directory.yaml:7:62: error SP1203: `Twins` is the name of 2 groups => write the id instead"),
                row("role_that_does_not_exist_is_refused", "ann@contoso.com }", "ann@contoso.com, roles: [Global Administratr] }",
                        "directory.yaml:7:59: error SP1202: unknown built-in role `Global Administratr` => did you mean `Global Administrator`?"),
                row("role_with_a_scope_that_graph_does_not_have_is_refused", "ann@contoso.com }", "ann@contoso.com, roles: [{ role: Global Reader, directoryScopeId: Sales }] }",
                        "directory.yaml:7:100: error SP1141: invalid `directoryScopeId` `Sales` => write / for the whole tenant, /administrativeUnits/ and an id, or / and the id of an object"),
                row("role_in_an_administrative_unit_without_an_id_is_refused", "ann@contoso.com }", "ann@contoso.com, roles: [{ role: Global Reader, directoryScopeId: /administrativeUnits/Sales }] }",
                        "directory.yaml:7:100: error SP1141: invalid `directoryScopeId` `/administrativeUnits/Sales` => write / for the whole tenant, /administrativeUnits/ and an id, or / and the id of an object"),
                row("unknown_role_with_a_scope_is_refused", "ann@contoso.com }", "ann@contoso.com, roles: [{ role: Global Raeder, directoryScopeId: / }] }",
                        "directory.yaml:7:67: error SP1202: unknown built-in role `Global Raeder` => did you mean `Global Reader`?"),
                row("scope_without_a_role_is_refused", "ann@contoso.com }", "ann@contoso.com, roles: [{ directoryScopeId: / }] }",
                        "directory.yaml:7:59: error SP1105: the assignment of a role has no `role` => add `role: Helpdesk Administrator` or another"),
                row("misspelt_scope_of_a_role_is_refused", "ann@contoso.com }", "ann@contoso.com, roles: [{ role: Global Reader, directoryScope: / }] }",
                        "directory.yaml:7:82: error SP1102: unknown key `directoryScope` in roles => did you mean `directoryScopeId`?"),
                row("member_that_does_not_exist_is_refused", "displayName: Break glass }", "displayName: Break glass, members: [anna@contoso.com] }",
                        "directory.yaml:3:51: error SP1202: unknown user or group `anna@contoso.com` => did you mean `ann@contoso.com`?"),
                row("bundle_that_does_not_exist_is_refused", "users:", "applications: [{ appId: a1, memberOf: [Ofice365] }]\nusers:",
                        "directory.yaml:6:40: error SP1104: unknown bundle of applications `Ofice365` => did you mean `Office365`?"),
                row("state_that_does_not_exist_is_refused", "ann@contoso.com }", "ann@contoso.com, perUserMfaState: enfored }",
                        "directory.yaml:7:68: error SP1104: unknown value `enfored` for `perUserMfaState` => did you mean `enforced`?"),
                row("two_users_with_one_id_are_refused", "ann@contoso.com }", "ann@contoso.com }\n  - { id: U1, userPrincipalName: bob@contoso.com }",
                        "directory.yaml:8:5: error SP1201: two users have the id `U1` => the first one is at directory.yaml:7:5"),
                row("attack_40_two_users_whose_names_fold_together_are_refused", "ann@contoso.com }", "ann@contoso.com }\n  - { id: u2, userPrincipalName: ANN@CONTOSO.COM }",
                        "directory.yaml:8:5: error SP1201: two users have the id `ANN@CONTOSO.COM` => the first one is at directory.yaml:7:5"),
                row("user_whose_id_is_the_name_of_another_is_refused", "ann@contoso.com }", "ann@contoso.com }\n  - { id: ann@contoso.com, userPrincipalName: bob@contoso.com }",
                        "directory.yaml:8:5: error SP1201: two users have the id `ann@contoso.com` => the first one is at directory.yaml:7:5"),
                row("two_groups_with_one_id_are_refused", "id: g3", "id: g2",
                        "directory.yaml:5:5: error SP1201: two groups have the id `g2` => the first one is at directory.yaml:4:5"),
                row("two_devices_with_one_id_are_refused", "users:", "devices: [{ deviceId: d1, isCompliant: false }, { deviceId: D1, isCompliant: true }]\nusers:",
                        "directory.yaml:6:49: error SP1201: two devices have the id `D1` => the first one is at directory.yaml:6:11"),
                row("two_applications_with_one_id_are_refused", "users:", "applications: [{ appId: a1 }, { appId: A1 }]\nusers:",
                        "directory.yaml:6:31: error SP1201: two applications have the id `A1` => the first one is at directory.yaml:6:16"),
                row("blueprint_that_does_not_exist_is_refused", "users:", AGENTS.replace("Helpers, isAgent", "Helper, isAgent") + "users:",
                        "directory.yaml:8:65: error SP1202: unknown agent identity or blueprint `Helpers` => did you mean `Helper`?"),
                row("agent_of_a_user_that_does_not_exist_is_refused", "ann@contoso.com }", "ann@contoso.com, identityParentId: Asistant }\n" + AGENTS,
                        "directory.yaml:7:69: error SP1202: unknown agent identity or blueprint `Asistant` => did you mean `Assistant`?"),
                row("blueprint_of_what_is_not_an_agent_is_refused", "users:", AGENTS.replace("Id: Helpers", "Id: Helpers, isAgentIdentity: false") + "users:",
                        "directory.yaml:8:91: error SP1104: `isAgentIdentity` is false, but the service principal has an `agentIdentityBlueprintId` [AGT-10] => remove one of them"),
                row("date_without_a_zone_is_refused", "ann@contoso.com }", "ann@contoso.com, perUserMfaEnabledDateTime: 2026-11-22T10:15:00 }",
                        "directory.yaml:7:78: error SP1107: `perUserMfaEnabledDateTime` is not a date and time with a time zone: `2026-11-22T10:15:00` => write a time such as 2026-11-22T10:15:00Z"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("slipsInDirectories")
    void slip_inADirectory_isAnErrorAtItsPlace(String name, String from, String to, List<String> expected) throws Exception {
        assertThat(directoryErrors(changed(PEOPLE, from, to))).containsExactlyElementsOf(expected);
    }

    // ---- anything at all

    /** Bytes of good files, cut, doubled, swapped and overwritten: never anything but an engine or a refusal with an error. */
    @Tag("slow")
    @Nested
    class Mutations {

        private final String[] tokens = {"{", "}", "[", "]", ",", ":", "\"", "'", "&a ", "*a", "!t ", "---\n", "\t", "\r", "\n", "#", "|", ">", "%", "@", "<<: ", "? ", "\0", "\uFEFF", "\u2028",
            "null", "true", "1e999", "-", "\\u0000", "\\ud800", "\uD83D\uDE80"};

        @ParameterizedTest
        @ValueSource(strings = {"policy.yaml", "policy.json"})
        void file_mutated_loadsOrIsRefused(String name) throws Exception {
            Random random = new Random(20261122);
            String good = name.endsWith("yaml") ? POLICY : JSON;
            List<String> odd = new ArrayList<>();
            int refused = 0;
            for (int round = 0; round < 1_500; round++) {
                StringBuilder text = new StringBuilder(good);
                for (int change = random.nextInt(3); change >= 0; change--) {
                    int at = random.nextInt(text.length());
                    int end = Math.min(text.length(), at + random.nextInt(12));
                    switch (random.nextInt(4)) {
                        case 0 -> text.insert(at, tokens[random.nextInt(tokens.length)]);
                        case 1 -> text.delete(at, end);
                        case 2 -> text.insert(random.nextInt(text.length()), text.substring(at, end));
                        default -> text.setCharAt(at, (char) random.nextInt(0x250));
                    }
                }
                byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                if (random.nextInt(10) == 0) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                write(name, bytes);
                try {
                    load();
                } catch (PolicyLoadException e) {
                    refused++;
                    if (e.diagnostics().stream().noneMatch(found -> found.isError() && found.position() != null && (found.position().line() > 0 || found.code().equals("SP1117"))
                            && found.help() != null)) {
                        odd.add(text + " => " + e.diagnostics());
                    }
                } catch (Throwable e) {
                    odd.add(text + " => " + e);
                }
            }
            assertThat(odd).isEmpty();
            assertThat(refused).isBetween(750, 1_490);
        }
    }
}
