package dev.sallyport.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.check.Check;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Directory;
import dev.sallyport.parse.Sources;
import dev.sallyport.suite.SuiteReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What authors write who know the portal and not the files: one finding each, which says what to write. */
class SlipsTest {

    private static final String POLICY = """
            kind: conditionalAccessPolicy
            id: p
            displayName: P
            state: enabled
            conditions:
              users: { includeUsers: [All], excludeRoles: [Global Reader] }
              applications: { includeApplications: [All] }
              clientAppTypes: [all]
            grantControls: { operator: OR, builtInControls: [mfa] }
            """;

    private static List<Diagnostic> check(String yaml) {
        Diagnostics found = new Diagnostics();
        return Check.of(Sources.parseText("p.yaml", yaml, found), Directory.empty(), Instant.EPOCH, found).findings().stream()
                .filter(each -> !each.code().equals("SP1332")).toList();
    }

    @Test
    void policy_withoutSlips_hasNoFindings() {
        assertThat(check(POLICY)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "[mfa]                      | [Require multifactor authentication] | SP1104 | did you mean `mfa`?",
        "[mfa]                      | [Block access]              | SP1104 | did you mean `block`?",
        "[mfa]                      | [Require device to be marked as compliant] | SP1104 | did you mean `compliantDevice`?",
        "[mfa]                      | mfa, compliantDevice        | SP1102 | write several values in brackets: `[…, compliantDevice]`",
        "{ operator: OR, builtInControls: [mfa] } | mfa           | SP1103 | it must be an object, such as `{ operator: OR, builtInControls: [mfa] }`",
        "state: enabled             | state: on                   | SP1104 | did you mean `enabled`?",
        "state: enabled             | state: Report-only          | SP1104 | did you mean `enabledForReportingButNotEnforced`?",
        "[all]                      | [legacy]                    | SP1104 | did you mean `other`?",
        "includeUsers: [All]        | includeUsers: all           | SP1103 | it must be a list: write `[All]`",
        "excludeRoles: [Global Reader] | excludeGroups: Break glass | SP1103 | it must be a list: write `[Break glass]`",
        "[Global Reader]            | [Global Admin]              | SP1202 | did you mean `Global Administrator`?",
        "[Global Reader]            | [Company Administrator]     | SP1202 | did you mean `Global Administrator`?",
        "includeApplications: [All] | includeApplications: [All cloud apps]  | SP1202 | did you mean `All`?",
        "includeApplications: [All] | includeApplications: [Exchange Online] | SP1202 | did you mean `Office 365 Exchange Online`?",
        "{ includeApplications: [All] } | All                     | SP1103 | it must be an object, such as `{ includeApplications: [All] }`",
        "displayName: P             | displayName: CA001: P       | SP1004 | put text that contains `: ` in quotes",
        "displayName: P             | displayName: @P             | SP1004 | put it in quotes",
        "displayName: P             | displayName:\u00a0P        | SP1004 | the line contains a no-break space (U+00A0), often copied from a web page: type the space again",
        "displayName: P             | displayName: \u201cP\u201d | SP1821 | use plain quotes, or none",
        "displayName: P             | displayName: \"P            | SP1004 | close them",
        "[Global Reader]            | [Global Reader              | SP1004 | close it with `]`",
        "~  applications:~          | ~   applications:~          | SP1004 | start all fields of an object in the same column",
        "~  applications:~          | ~\tapplications:~          | SP1004 | use spaces"})
    void slip_hasOneFinding_thatSaysWhatToWrite(String right, String wrong, String code, String help) {
        String yaml = POLICY.replace(right, wrong);
        assertThat(yaml).isNotEqualTo(POLICY);
        List<Diagnostic> found = check(yaml);
        assertThat(found).hasSize(1);
        assertThat(found.get(0).code()).as(found.toString()).isEqualTo(code);
        assertThat(found.get(0).help()).isEqualTo(help);
    }

    @ParameterizedTest
    @CsvSource({"ip, ipAddress", "app, application", "platform, devicePlatform", "userPrincipalName, user", "client, clientAppType"})
    void fieldOfARequest_byAnotherName_isAnsweredWithOurs(String written, String meant) {
        Diagnostics found = new Diagnostics();
        Sources.parseText("r.yaml", written + ": x", found).forEach(document -> new RequestReader(found).read(document.root()));
        assertThat(found.toList()).extracting(Diagnostic::help).containsExactly("did you mean `" + meant + "`?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "expect: block                               | it must be an object, such as `{ outcome: block }`",
        "expect: { outcome: mfa }                    | did you mean `challenge`?",
        "expect: { outcome: granted }                | did you mean `allow`?",
        "expect: { requiredControls: mfa }           | it must be a list: write `[mfa]`"})
    void expectation_ofAnotherShape_isAnsweredWithWhatToWrite(String expect, String help) {
        Diagnostics found = new Diagnostics();
        new SuiteReader(List.of(Path.of("rules/security-defaults")), List.of(), Instant.EPOCH, found)
                .of(Sources.parseText("s.yaml", "{ kind: policyTests, tests: [{ name: a, request: {}, " + expect + " }] }", found));
        assertThat(found.toList()).filteredOn(Diagnostic::isError).extracting(Diagnostic::help).containsExactly(help);
    }

    @Test
    void country_byItsName_isAnsweredWithItsCode() {
        assertThat(check("{ kind: countryNamedLocation, id: n, displayName: N, countriesAndRegions: [germany] }")).filteredOn(each -> each.code().equals("SP1115"))
                .extracting(Diagnostic::help).containsExactly("did you mean `DE`?");
    }

    static List<Map.Entry<String, String>> examples() {
        return List.copyOf(Fields.EXAMPLES.entrySet());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void example_thatAHelpLineShows_isReadWithoutAnError(Map.Entry<String, String> example) {
        String value = example.getValue();
        String field = example.getKey() + ": " + value;
        String users = "includeUsers: [All]";
        String applications = "applications: { includeApplications: [All] }";
        String more = "";
        String grant = "grantControls: { operator: OR, builtInControls: [mfa] }";
        String yaml = null;
        switch (example.getKey()) {
            case "users", "includeGuestsOrExternalUsers" -> users = field.replaceAll("^users: \\{(.*)}$", "$1");
            case "excludeGuestsOrExternalUsers" -> users = users + ", " + field;
            case "applications" -> applications = field;
            case "platforms", "locations", "authenticationFlows" -> more = ", " + field;
            case "deviceFilter" -> more = ", devices: { " + field + " }";
            case "grantControls" -> grant = field;
            case "authenticationStrength" -> grant = "grantControls: { operator: OR, " + field + " }";
            case "signInFrequency", "persistentBrowser" -> grant = "sessionControls: { " + field + " }";
            case "ipRanges" -> yaml = "{ kind: ipNamedLocation, id: l, displayName: L, ipRanges: [" + value + "] }";
            case "authenticationMethods" -> yaml = "{ kind: user, userPrincipalName: a@contoso.com, authenticationMethods: [" + value + "] }";
            case "expect" -> {
                Diagnostics found = new Diagnostics();
                new SuiteReader(List.of(Path.of("rules/security-defaults")), List.of(), Instant.EPOCH, found)
                        .of(Sources.parseText("s.yaml", "{ kind: policyTests, tests: [{ name: a, request: {}, " + field + " }] }", found));
                assertThat(found.hasErrors()).as(found.toList().toString()).isFalse();
                return;
            }
            default -> throw new AssertionError("an example of " + example.getKey() + " is not tried here");
        }
        if (yaml == null) {
            yaml = "{ kind: conditionalAccessPolicy, id: p, state: enabled, conditions: { users: { " + users + " }, " + applications + ", clientAppTypes: [all]" + more + " }, "
                    + grant + " }";
        }
        assertThat(yaml).contains(value.substring(2, value.length() - 2));
        assertThat(check(yaml)).noneMatch(Diagnostic::isError);
    }
}
