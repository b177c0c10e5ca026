package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.SampleLog;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DIRECTORY = Path.of("samples/directory.yaml");
    private static final String HOSTILE = "=cmd|' /C calc'!A0<script>document.title='run'</script>";

    @TempDir
    private Path folder;
    private Path log;
    private Path blockAll;

    @BeforeEach
    void write() throws Exception {
        log = folder.resolve("week.json");
        PolicyEngine engine = PolicyEngine.load(Path.of("rules/conditional-access"), PolicyEngine.loadDirectory(DIRECTORY));
        try (OutputStream out = Files.newOutputStream(log)) {
            new SampleLog(engine, 400, 7, 0).write(out, SampleLog.Dialect.MONITOR);
        }
        blockAll = Files.writeString(folder.resolve("block.yaml"), """
                kind: conditionalAccessPolicy
                id: block-browsers
                displayName: Block browsers
                state: enabled
                conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [browser] }
                grantControls: { operator: OR, builtInControls: [block] }
                """);
    }

    private record Result(int code, String out, String err) { }

    private static Result sallyport(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Sallyport.run(new Terminal(new PrintWriter(out), new PrintWriter(err), 100, false, false), true,
                List.of(arguments).stream().map(Object::toString).toArray(String[]::new));
        return new Result(code, out.toString(), err.toString());
    }

    @Test
    void log_thatAgreesWithThePolicies_exitsWithZero() {
        Result result = sallyport("replay", log, "-d", DIRECTORY);
        assertThat(result.out()).contains("400 records from 2026-11-16 to 2026-11-22", "The log agrees for every sign-in", "nothing changes",
                "MISSING FROM THE LOG");
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
    }

    @Test
    void disagreementsWithoutANumber_leaveTheLogThatFollows() {
        assertThat(sallyport("replay", "--disagreements", log, "-d", DIRECTORY).code()).isZero();
        assertThat(sallyport("replay", "--disagreements", "2", log, "-d", DIRECTORY, "-p", blockAll).out().split("policies that apply")).hasSizeLessThanOrEqualTo(3);
        assertThat(sallyport("replay", log, "-d", DIRECTORY, "-p", blockAll, "--disagreements").out().split("policies that apply")).hasSizeGreaterThan(3);
    }

    @Test
    void log_thatDisagrees_exitsWithOne_andShowsTheFirstWithTheirTraces() {
        Result result = sallyport("replay", log, "-d", DIRECTORY, "-p", blockAll, "--disagreements=2");
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out()).contains("outcome: the log says allow (0), now block", "block-browsers  failure", "newly blocked".toUpperCase(), "  block-browsers ",
                "It also lists", "by country");
        assertThat(result.out().replaceAll("\\s+", " ")).contains("to see them, use --disagreements");
        assertThat(result.out().split("policies that apply")).hasSizeLessThanOrEqualTo(3);
        assertThat(result.out()).doesNotContainPattern("(?m) $");
    }

    @Test
    void secondSet_givesChanges_inTextAndJsonAndCsvAndHtml() throws Exception {
        Path csv = folder.resolve("changes.csv");
        Path html = folder.resolve("report.html");
        Result text = sallyport("replay", log, "-d", DIRECTORY, "--against", blockAll, "--changes", csv, "--html", html);
        assertThat(text.code()).isEqualTo(1);
        assertThat(text.out()).contains("From " + Path.of("rules", "conditional-access") + " to " + blockAll, "NEWLY BLOCKED", "LET IN");
        Result json = sallyport("replay", log, "-d", DIRECTORY, "--against", blockAll, "--format", "json");
        List<String> lines = json.out().lines().toList();
        assertThat(lines.get(lines.size() - 1)).startsWith("{\"type\":\"summary\",\"records\":400,");
        assertThat(lines.subList(0, lines.size() - 1)).isNotEmpty().allSatisfy(line -> assertThat(line).startsWith("{\"type\":\"change\",\"change\":\""));
        assertThat(Files.readAllLines(csv)).hasSize(lines.size());
        assertThat(Files.readString(html)).contains("<svg", "block-browsers", "id=\"changes\"");
        assertThat(sallyport("replay", log, "-d", DIRECTORY, "--against", "rules/conditional-access").code()).isZero();
    }

    @Test
    void whatIsMalformed_isShownAndCounted_andWhatCannotBeRead_exitsWithTwo() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"id\": tru}\n" + Files.readString(log));
        Result result = sallyport("replay", broken, "-d", DIRECTORY);
        assertThat(result.out()).contains("400 records", "1 malformed");
        assertThat(result.err()).contains(broken + ":1:", "warning SP1801: invalid JSON");
        assertThat(result.code()).isZero();
        Result missing = sallyport("replay", folder.resolve("none.json"), log, "-d", DIRECTORY);
        assertThat(missing.code()).isEqualTo(2);
        assertThat(missing.err()).contains("error SP1001: no such file");
        assertThat(missing.out()).contains("400 records");
        Path text = Files.writeString(folder.resolve("notes.txt"), "a,b\n1,2\n");
        assertThat(sallyport("replay", text, "-d", DIRECTORY)).satisfies(other -> {
            assertThat(other.code()).isEqualTo(2);
            assertThat(other.err()).contains("neither JSON nor a table of sign-ins");
        });
        Path empty = Files.writeString(folder.resolve("empty.json"), "[]");
        assertThat(sallyport("replay", empty, "-d", DIRECTORY)).satisfies(other -> {
            assertThat(other.code()).isEqualTo(2);
            assertThat(other.err()).contains("error SP1802: the log contains no sign-in");
        });
    }

    @Test
    void standardInput_isALog() throws Exception {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(Files.readAllBytes(log)));
            assertThat(sallyport("replay", "-", "-d", DIRECTORY).out()).contains("400 records");
        } finally {
            System.setIn(before);
        }
    }

    private Path hostile() throws IOException {
        String record = "{\"id\":\"1\",\"createdDateTime\":\"2026-11-16T09:00:00Z\",\"userPrincipalName\":\"NAME\",\"userId\":\"u\",\"resourceDisplayName\":\"NAME\",\"clientAppUsed\":\"Browser\","
                + "\"status\":{\"errorCode\":0}}";
        return Files.writeString(folder.resolve("hostile.json"), record.replace("NAME", HOSTILE) + "\n"
                + record.replace("NAME", "plain@contoso.com") + "\n");
    }

    @Test
    void names_thatAreFormulasOrScripts_areText() throws Exception {
        Path csv = folder.resolve("changes.csv");
        Path html = folder.resolve("report.html");
        sallyport("replay", hostile(), "-d", DIRECTORY, "-p", blockAll, "--changes", csv, "--html", html);
        assertThat(Files.readString(csv)).contains(",'" + HOSTILE).doesNotContain(",=");
        assertThat(Files.readString(html)).doesNotContain("<script>document").contains("&lt;script&gt;document.title=&#39;run&#39;");
    }

    /** The page in a real browser: the table filters, and nothing that a log says is run. */
    @Test
    void page_inABrowser_filtersItsTable() throws Exception {
        assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium here");
        Path html = folder.resolve("report.html");
        sallyport("replay", hostile(), "-d", DIRECTORY, "-p", blockAll, "--html", html);
        Path dom = folder.resolve("dom.html");
        Process browser = new ProcessBuilder(CHROMIUM.toString(), "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + folder.resolve("profile"),
                "--dump-dom", html.toUri() + "#plain").redirectOutput(dom.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(browser.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String shown = Files.readString(dom, StandardCharsets.UTF_8);
        assertThat(shown).contains("1 of 2 shown", "<title>Replay of sign-ins</title>").containsOnlyOnce("hidden=\"\"");
    }

    @Test
    void samples_withoutAName_sayWhatThereIs() {
        assertThat(sallyport("samples")).satisfies(result -> {
            assertThat(result.code()).isEqualTo(2);
            assertThat(result.err()).contains("samples signins");
        });
        assertThat(sallyport("samples", "signins", "--help").out()).contains("--count", "--seed", "--gzip");
        assertThat(sallyport("replay", "--help").out()).contains("--against", "--disagreements", "--html");
    }
}
