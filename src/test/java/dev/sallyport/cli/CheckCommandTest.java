package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.parse.Sources;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CheckCommandTest {

    private static final String GOOD = """
            kind: conditionalAccessPolicy
            displayName: good
            state: enabled
            conditions:
              users: { includeUsers: [GuestsOrExternalUsers] }
              applications: { includeApplications: [All] }
              clientAppTypes: [all]
            grantControls: { operator: OR, builtInControls: [mfa] }
            """;
    private static final String WITH_WARNING = GOOD.replace("state: enabled", "state: Enabled").replace("displayName: good",
            "displayName: spelt");
    private static final String WITH_ERROR = GOOD.replace("displayName: good", "displayName: change").replace("[mfa]", "[passwordChange]");

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static CommandRun check(Object... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "check";
        for (int i = 0; i < arguments.length; i++) {
            all[i + 1] = arguments[i].toString();
        }
        return CommandRun.of(all);
    }

    @Test
    void set_withoutFindings_exitsWithZero() throws IOException {
        CommandRun run = check(file("good.yaml", GOOD));
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo("1 file, 1 policy: no errors, no warnings\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void warning_ifAskedFor_countsAsAnError() throws IOException {
        Path file = file("spelt.yaml", WITH_WARNING);
        assertThat(check(file).code()).isZero();
        assertThat(check(file, "--strict").code()).isEqualTo(1);
    }

    @Test
    void finding_asText_showsLineWordRuleAndHelp() throws IOException {
        Path file = file("change.yaml", WITH_ERROR);
        CommandRun run = check(file);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).startsWith(file + """
                :8:50: error SP1311: `passwordChange` needs `mfa`, joined by AND [VAL-01]
                    grantControls: { operator: OR, builtInControls: [passwordChange] }
                                                                     ^~~~~~~~~~~~~~
                    help: write `operator: AND` and `builtInControls: [mfa, passwordChange]`

                """);
        assertThat(run.out()).endsWith("1 file, 1 policy: 2 errors, 1 warning\nfor more about a finding: sallyport check --explain SP1311\n");
    }

    @Test
    void file_thatIsBroken_hidesNoFindingOfTheOthers() throws IOException {
        file("a.yaml", "kind: [");
        file("b.json", "{ \"a\": 1, }");
        file("c.yaml", WITH_ERROR);
        assertThat(check(folder).out()).contains("a.yaml:", "SP1004", "b.json:1:", "SP1311", "3 files, 1 policy");
    }

    @Test
    void file_thatIsMissing_isReportedAndTheOthersAreChecked() throws IOException {
        CommandRun run = check(file("change.yaml", WITH_ERROR), folder.resolve("nowhere.yaml"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).contains("SP1001", "SP1311");
    }

    @Test
    void directory_thatIsBroken_makesNoNameUnknown() throws IOException {
        Path policies = file("policies.yaml", GOOD.replace("includeUsers: [GuestsOrExternalUsers]", "includeGroups: [Finance], excludeRoles: [Global Readr]"));
        Path directory = file("directory.yaml", "kind: directory\ngroups:\n  - { displayName: Finance\n");
        CommandRun run = check(policies, "-d", directory);
        assertThat(run.out()).contains(directory + ":3:5: error SP1004: invalid YAML: the object that begins here is not closed, or a comma is missing",
                "error SP1202: unknown role `Global Readr`", "warning SP1403: names of users, groups and applications are not checked").doesNotContain("unknown group");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void file_ofCommentsOnly_isAWarningWhereverTheSetIsLoaded() throws IOException {
        file("good.yaml", GOOD);
        Path file = file("outcommented.yaml", "# kind: mfaSettings\n# allowAppPasswords: true\n");
        CommandRun run = check(folder);
        assertThat(run.out()).startsWith(file + ":1:1: warning SP1820: the file contains only comments\n").contains("help: write the content, or remove the file",
                "2 files, 1 policy: 0 errors, 1 warning");
        assertThat(run.code()).isZero();
        assertThat(CommandRun.of("evaluate", "samples/emma-at-home.yaml", "-d", "samples/directory.yaml", "-p", folder.toString()).err())
                .contains("outcommented.yaml:1:1: warning SP1820");
    }

    @Test
    void file_namedTwice_isReadOnce() throws IOException {
        Path file = file("good.yaml", GOOD);
        assertThat(check(file, folder, "-p", file).out()).isEqualTo("1 file, 1 policy: no errors, no warnings\n");
    }

    @Test
    void set_ofTheOption_isCheckedWithoutAPath() throws IOException {
        assertThat(check("-p", file("change.yaml", WITH_ERROR)).out()).contains("SP1311");
    }

    @Test
    void name_withoutADirectory_isReportedAsSuch() throws IOException {
        Path file = file("group.yaml", GOOD.replace("{ includeUsers: [GuestsOrExternalUsers] }", "{ includeGroups: [Staff] }"));
        assertThat(check(file).out()).contains("SP1202", "SP1403").contains("help: name it with `-d`");
        assertThat(check(file, "-d", "samples/directory.yaml").code()).isZero();
    }

    @Test
    void findings_aboutTheDirectory_areShownToo() throws IOException {
        Path directory = file("directory.json", "[{ \"kind\": \"directory\", \"groups\": [{ \"displayName\": \"Break\\u200b glass\" }] }]");
        assertThat(check(file("good.yaml", GOOD), "-d", directory).out()).contains("directory.json:1:", "SP1508", "U+200B");
    }

    @Test
    void standardInput_asAPath_isChecked() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(WITH_ERROR.getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(check("-").out()).startsWith("-:8:50: error SP1311").contains("    grantControls:");
        } finally {
            System.setIn(before);
        }
    }

    // ---- excerpts

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void caret_inEveryEncoding_isUnderTheWord(String charset) throws IOException {
        String text = "\uFEFF" + WITH_ERROR.replace("{ operator: OR,", "{ \"operator\": OR, # 東京 🚀\n   ");
        Path file = folder.resolve("change.yaml");
        Files.write(file, text.getBytes(charset));
        assertThat(check(file).out()).contains(":9:23: error SP1311",
                "\n        builtInControls: [passwordChange] }\n" + " ".repeat(26) + "^~~~~~~~~~~~~~\n");
    }

    private static List<String> excerpt(String text, int line, int column, int columns) {
        return new Excerpts(Map.of("f.yaml", text)).of(new Position("f.yaml", line, column), columns);
    }

    @Test
    void characters_wideOrHidden_keepTheirColumns() {
        assertThat(excerpt("{ name: 東京🚀, state: enable }", 1, 22, 80)).containsExactly("{ name: 東京🚀, state: enable }", " ".repeat(23) + "^~~~~~");
        assertThat(excerpt("a: \"x\u202ey\" # z", 1, 4, 80)).containsExactly("a: \"x\\u202ey\" # z", "   ^~~~~~~~~~");
    }

    @Test
    void tab_inAnExcerpt_takesFourColumns() {
        assertThat(excerpt("\t\"state\":\t\"enable\"", 1, 11, 80)).containsExactly("    \"state\":    \"enable\"", " ".repeat(16) + "^~~~~~~~");
    }

    @Test
    void line_thatIsLong_isCutAroundTheWord() {
        String line = "x".repeat(5_000_000) + " word " + "y".repeat(5_000_000);
        List<String> excerpt = excerpt(line, 1, 5_000_002, 60);
        assertThat(excerpt.get(0)).hasSizeLessThanOrEqualTo(60).contains("…", " word yyy");
        assertThat(excerpt.get(1).indexOf('^')).isEqualTo(excerpt.get(0).indexOf("word"));
    }

    @Test
    void place_outsideTheFile_hasNoExcerpt() {
        assertThat(excerpt("a: b", 3, 1, 80)).isEmpty();
        assertThat(excerpt("a: b", 1, 9, 80)).isEmpty();
        assertThat(new Excerpts(Map.of()).of(null, 80)).isEmpty();
    }

    @Test
    void columns_inYamlAndJson_countUtf16Units() throws IOException {
        Map<String, String> texts = new HashMap<>();
        Diagnostics found = new Diagnostics();
        Sources.read(List.of(file("a.yaml", "kind: securityDefaults\n\"🚀🚀\": { a: 🚀, isEnabled: !!x y }\n"),
                file("a.json", "{ \"🚀🚀\": { \"a\": \"🚀\", \"a\": 1 } }")), false, texts, found);
        assertThat(found.toList()).extracting(each -> each.position().column()).containsExactly(29, 24);
        assertThat(texts).hasSize(2);
    }

    // ---- other formats

    @Test
    void json_ofFindings_hasOnePerLine() throws IOException {
        Path file = file("change.yaml", WITH_ERROR);
        List<String> lines = check(file, "--format", "json").out().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).isEqualTo("{\"severity\":\"error\",\"code\":\"SP1311\",\"rule\":\"VAL-01\",\"message\":\"`passwordChange` needs `mfa`, joined by AND\","
                + "\"help\":\"write `operator: AND` and `builtInControls: [mfa, passwordChange]`\",\"file\":" + quoted(file.toString())
                + ",\"line\":8,\"column\":50,\"endColumn\":64}");
    }

    private static String quoted(String text) {
        return "\"" + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }

    @Test
    void json_withoutFindings_isEmpty() throws IOException {
        CommandRun run = check(file("good.yaml", GOOD), "--format", "json");
        assertThat(run.code()).isZero();
        assertThat(run.out()).isEmpty();
    }

    // ---- explanations

    @ParameterizedTest
    @ValueSource(strings = {"SP1311", "sp1311"})
    void page_byItsCode_isFound(String word) {
        CommandRun run = check("--explain", word);
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("# SP1311: ").contains("Why: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"VAL-01", "val-01"})
    void rule_byItsId_showsItsTextAndItsPages(String word) {
        CommandRun run = check("--explain", word);
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("# VAL-01: 6.6 Validation of policies").contains("Tag: D, documented by Microsoft\nConstraint: `passwordChange` needs", "# SP1311: ");
    }

    @Test
    void rule_thatNoPageCites_isShownToo() {
        CommandRun run = check("--explain", "CA-LOC-17");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("# CA-LOC-17: 5.3 Locations\n\nTag: I, inferred from other rules\nRule: GPS location unavailable");
    }

    @Test
    void rule_ofSeveralCodes_showsTheirPages() {
        assertThat(check("--explain", "CA-POL-11").out()).contains("# SP1105: ", "# SP1504: ");
    }

    @Test
    void code_thatIsUnknown_isWrongUsageThatNamesTheNearest() {
        CommandRun run = check("--explain", "SP-1311");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("unknown code or rule `SP-1311`", "did you mean `SP1311`?");
    }

    // ---- watching

    @Test
    void watch_afterEachChange_checksAgain() throws IOException {
        Path file = file("watched.yaml", WITH_ERROR);
        Deque<String> versions = new ArrayDeque<>(List.of("kind: [", GOOD));
        StringWriter out = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(new StringWriter()), 100, true, true);
        CheckCommand command = new CheckCommand(terminal, paths -> new WatchOption.Changes() {
            @Override
            public boolean await() {
                if (versions.isEmpty()) {
                    return false;
                }
                try {
                    Files.writeString(file, versions.pop());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return true;
            }

            @Override
            public void close() { }
        });
        int code = new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).execute(file.toString(), "--watch");
        assertThat(code).isZero();
        String[] rounds = out.toString().split("\033\\[H\033\\[2J\033\\[3J");
        assertThat(rounds).hasSize(4);
        assertThat(rounds[1]).contains("SP1311");
        assertThat(rounds[2]).contains("SP1004");
        assertThat(rounds[3]).contains("no errors, no warnings");
    }

    @Test
    void standardInput_watched_isWrongUsage() {
        assertThat(check("-", "--watch").code()).isEqualTo(2);
    }

    @Test
    void samplesAndRules_checked_haveNoErrors() {
        for (String rules : List.of("rules/conditional-access", "rules/security-defaults", "rules/templates")) {
            assertThat(check(rules, "-d", "samples/directory.yaml").code()).as(rules).isZero();
        }
        assertThat(check("rules/conditional-access", "-d", "samples/directory.yaml", "--strict").code()).isZero();
    }
}
