package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs that would hide sign-ins from a replay: attack 99, and dialects that used to be passed over. */
class ReplayAttacksTest {

    private static final int LONG = 17 << 20;

    @TempDir
    private Path folder;

    private CommandRun replay(Path log, String... more) throws IOException {
        Path policies = Files.writeString(folder.resolve("policies.yaml"), "kind: securityDefaults\nisEnabled: false\n---\nkind: conditionalAccessPolicy\nid: p\ndisplayName: p\nstate: enabled\n"
                + "conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [Microsoft Teams Services] }, clientAppTypes: [all] }\n"
                + "grantControls: { operator: OR, builtInControls: [block] }\n");
        Path directory = Files.writeString(folder.resolve("directory.yaml"), "kind: directory\nusers: [{ id: u-1, userPrincipalName: ann@contoso.com }]\n");
        List<String> arguments = new ArrayList<>(List.of("replay", log.toString(), "-p", policies.toString(), "-d", directory.toString()));
        arguments.addAll(List.of(more));
        return CommandRun.of(arguments.toArray(String[]::new));
    }

    private static String record(String more) {
        return "{\"createdDateTime\": \"2026-11-16T09:00:00Z\", \"userPrincipalName\": \"ann@contoso.com\", \"resourceId\": \"00000002-0000-0ff1-ce00-000000000000\","
                + " \"clientAppUsed\": \"Browser\", \"status\": {\"errorCode\": 0}" + more + "}";
    }

    private Path write(String name, String... parts) throws IOException {
        Path file = folder.resolve(name);
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            for (String part : parts) {
                out.write(part);
            }
        }
        return file;
    }

    // ---- 99

    @ParameterizedTest
    @ValueSource(strings = {"lines", "array", "array on one line", "value", "records over many lines", "a long list"})
    void attack_99_recordLongerThanTheLimit_doesNotHideTheOnesBehindIt(String kind) throws Exception {
        String agent = "x".repeat(LONG);
        String big = kind.equals("a long list") ? record(", \"x\": [" + "{\"records\": 1},".repeat(LONG / 15) + "0]") : record(", \"userAgent\": \"" + agent + "\"");
        Path log = switch (kind) {
            case "array" -> write("log.json", "[\n", record(""), ",\n", big, ",\n", record(""), "\n]\n");
            case "array on one line" -> write("log.json", "[", record(""), ",", big, ",", record(""), "]");
            case "value" -> write("log.json", "{\"value\": [", record(""), ",", big, ",", record(""), "]}");
            case "records over many lines" -> write("log.json", "{\"records\": [\n", record("").replace(", ", ",\n  "), ",\n", big.replace(", ", ",\n  "), ",\n", record("").replace(", ", ",\n  "), "\n]}\n");
            default -> write("log.json", record(""), "\n", big, "\n", record(""), "\n");
        };
        CommandRun run = replay(log, "--format", "json");
        assertThat(run.err()).contains("error SP1705: the record that begins here is longer than 16 MB and was left out").hasSizeLessThan(2_000);
        assertThat(run.out()).contains("\"records\":2", "\"malformed\":1", "\"leftOut\":1");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void attack_99_longTextBetweenRecords_isNotKept() throws Exception {
        CommandRun run = replay(write("log.json", "[", record(""), ",", "9".repeat(LONG), ",", record(""), "]"), "--format", "json");
        assertThat(run.out()).contains("\"records\":2", "\"leftOut\":1");
        assertThat(run.code()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "quoted", "quotes"})
    void attack_99_rowLongerThanTheLimit_doesNotHideTheOnesBehindIt(String kind) throws Exception {
        String header = "TimeGenerated,UserPrincipalName,ResourceIdentity,UserAgent,ResultType\n";
        String row = "2026-11-16T09:00:00Z,ann@contoso.com,00000002-0000-0ff1-ce00-000000000000,\"a \"\"b\"\", c\",0\n";
        String agent = kind.equals("plain") ? "x".repeat(LONG) : "\"" + (kind.equals("quotes") ? "\"\"\n".repeat(LONG / 3) : "x,\n".repeat(LONG / 3)) + "\"";
        CommandRun run = replay(write("log.csv", header, row, row.replace("\"a \"\"b\"\", c\"", "5\" screen"), row.replace("\"a \"\"b\"\", c\"", agent), row), "--format", "json");
        assertThat(run.err()).contains("error SP1705: the row that begins here is longer than 16 MB and was left out").hasSizeLessThan(2_000);
        assertThat(run.out()).contains("\"records\":3", "\"malformed\":1", "\"leftOut\":1");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void attack_99_manyRowsThatAreLongTogether_areRows() throws Exception {
        StringBuilder rows = new StringBuilder("TimeGenerated,UserPrincipalName,ResourceIdentity,UserAgent,ResultType\n");
        String row = "2026-11-16T09:00:00Z,ann@contoso.com,00000002-0000-0ff1-ce00-000000000000,\"" + "y".repeat(100_000) + "\"\"\",0\n";
        for (int i = 0; i < 200; i++) {
            rows.append(row);
        }
        CommandRun run = replay(write("log.csv", rows.toString()), "--format", "json");
        assertThat(run.out()).contains("\"records\":200", "\"leftOut\":0");
        assertThat(run.code()).isZero();
    }

    @Test
    void attack_99_fileThatEndsInARecord_saysSoByItsExitCode() throws Exception {
        CommandRun run = replay(write("log.json", record(""), "\n", record("").substring(0, 60)), "--format", "json");
        assertThat(run.err()).contains("error SP1705: the file ends inside the record that begins here");
        assertThat(run.code()).isEqualTo(2);
    }

    // ---- what the Log Analytics API answers

    private static String tables(String... rows) {
        return "{\"tables\": [{\"name\": \"Other\", \"columns\": [{\"name\": \"x\", \"type\": \"int\"}], \"rows\": [[1], [2]]}, {\"name\": \"PrimaryResult\", \"columns\": ["
                + "{\"name\": \"TimeGenerated\", \"type\": \"datetime\"}, {\"name\": \"UserPrincipalName\", \"type\": \"string\"}, {\"name\": \"ResourceIdentity\", \"type\": \"string\"}, "
                + "{\"name\": \"Status\", \"type\": \"dynamic\"}, {\"name\": \"DeviceDetail\", \"type\": \"dynamic\"}, {\"name\": \"IsInteractive\", \"type\": \"bool\"}, {\"name\": \"Note\", "
                + "\"type\": \"string\"}], \"rows\": [" + String.join(",\n", rows) + "]}], \"statistics\": {\"query\": {}}}";
    }

    private static String row(String note) {
        return "[\"2026-11-16T09:00:00Z\", \"ann@contoso.com\", \"cc15fd57-2c6c-4117-a88c-83b1d56b4bbe\", {\"errorCode\": 53003}, \"{\\\"operatingSystem\\\":\\\"Windows 10\\\"}\", true, " + note + "]";
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"statistics\": {}, \"a\": \"b\", \"n\": -1.5e3, ", "\ufeff"})
    void answerOfTheLogAnalyticsApi_isRead(String before) throws Exception {
        String tables = tables(row("null"), row("\"x\""), row("[1, {\"a\": null}]"), "[1, 2]");
        CommandRun run = replay(write("log.json", before.startsWith("{") ? before + tables.substring(1) : before + tables), "--format", "json");
        assertThat(run.err()).contains("SP1801: the row has 2 cells, but the table has 7 columns").doesNotContain("error");
        assertThat(run.out()).contains("\"records\":3", "\"malformed\":1", "\"outcomesCompared\":3", "\"outcomesAgreed\":3");
        assertThat(run.code()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{\"tables\": []}                                                                     | tables contains sign-ins",
        "{\"tables\": [{\"columns\": [{\"name\": \"x\"}], \"rows\": [[1]]}]}                  | tables contains sign-ins",
        "{\"tables\": [{\"columns\": [{\"name\": \"UserId\"}, {\"name\": \"AppId\"}], \"rows\": []}]} | the log contains no sign-in"})
    void answerOfTheLogAnalyticsApi_withoutSignIns_isAnError(String log, String message) throws Exception {
        CommandRun run = replay(write("log.json", log));
        assertThat(run.err()).contains("error ", message);
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void attack_99_valueOfATableLongerThanTheLimit_doesNotHideTheRowsBehindIt() throws Exception {
        String agent = "\"" + "\\u00e9\\\"x".repeat(LONG / 9) + "x".repeat(LONG) + "\\\\\"";
        CommandRun run = replay(write("log.json", tables(row("null"), row(agent), row("\"y\\\\\""))), "--format", "json");
        assertThat(run.err()).contains("error SP1705: the row that begins here has a value longer than 16 MB and was left out").hasSizeLessThan(2_000);
        assertThat(run.out()).contains("\"records\":2", "\"leftOut\":1");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void answerOfTheLogAnalyticsApi_thatIsCutOff_saysSoByItsExitCode() throws Exception {
        String log = tables(row("null"), row("null"));
        CommandRun run = replay(write("log.json", log.substring(0, log.lastIndexOf("53003"))), "--format", "json");
        assertThat(run.err()).contains("error SP1705: the table is invalid here");
        assertThat(run.out()).contains("\"records\":1");
        assertThat(run.code()).isEqualTo(2);
    }

    // ---- clients, and today's directory

    @ParameterizedTest
    @ValueSource(strings = {"\"appDisplayName\": \"Microsoft Teams\"", "\"appId\": \"1fec8e78-bce4-4aaf-ab1b-5451cc387264\"", "\"resourceDisplayName\": \"Microsoft Teams\"",
        "\"resourceDisplayName\": \"Microsoft Teams Services\", \"appDisplayName\": \"Outlook\""})
    void clientOfARecordWithoutResource_standsForWhatItOpens(String fields) throws Exception {
        String record = record(", " + fields).replaceFirst("\"resourceId\": \"[^\"]*\", ", "").replace("\"errorCode\": 0", "\"errorCode\": 53003");
        CommandRun run = replay(write("log.json", record), "--format", "json");
        assertThat(run.out()).contains("\"outcomesCompared\":1", "\"outcomesAgreed\":1");
    }

    @ParameterizedTest
    @ValueSource(ints = {530084, 530034})
    void codeOfTheLog_isABlock(int code) throws Exception {
        CommandRun run = replay(write("log.json", record("").replace("\"errorCode\": 0", "\"errorCode\": " + code)), "--format", "json");
        assertThat(run.out()).contains("\"log\":{\"allow\":0,\"prompt-register\":0,\"challenge\":0,\"block\":1}");
    }

    /** RPL-01, and which set a chart by day is of. */
    @Test
    void report_saysWhatIsOfToday_andWhichSetEachDayIsUnder() throws Exception {
        Path log = write("log.json", record(""));
        Path html = folder.resolve("page.html");
        assertThat(replay(log).out().replaceAll("\\s+", " ")).contains("are taken from the current directory");
        assertThat(replay(log, "--html", html.toString()).code()).isZero();
        assertThat(Files.readString(html)).containsOnlyOnce("<h3>By day under ").contains("<h3>By day under " + folder.resolve("policies.yaml"), "taken from the current directory");
        Path other = Files.writeString(folder.resolve("other.yaml"), "kind: securityDefaults\nisEnabled: false\n");
        replay(log, "--html", html.toString(), "--against", other.toString());
        assertThat(Files.readString(html)).contains("<h3>By day under " + folder.resolve("policies.yaml"), "<h3>By day under " + other);
    }
}
