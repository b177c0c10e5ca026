package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.SampleLog;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.Select;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Gaps, matrix, coverage, tests and replay, as an administrator uses them in a browser; what they say is what the commands say. */
class ReportPagesTest {

    private static final int MANY = 50_000;
    private static final Duration LONG = Duration.ofMinutes(4);
    /** By width: whether the colours are dark. PagesTest looks at each width in both. */
    private static final Map<Integer, Boolean> LOOKS = new TreeMap<>(Map.of(390, false, 820, true, 1600, false));
    private static final String RESULT = ".headline";
    private static final List<String> HOSTILE = List.of("<script>alert(1)</script>", "\"onmouseover=alert(1) x=\"", "a\u202Eb\u0007c",
            "=cmd|' /C calc'!A0");

    @TempDir
    static Path folder;

    private static Bench bench;
    private static Chromium browser;
    private static Path tests;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start();
        bench = Bench.ofSamples(folder);
        Path samples = Path.of("..").toAbsolutePath().normalize().resolve("samples/tests");
        tests = Files.createDirectory(folder.resolve("tests"));
        Files.copy(samples.resolve("conditional-access.yaml"), tests.resolve("conditional-access.yaml"));
    }

    /** A browser has one cookie for all ports of a host. */
    @BeforeEach
    void enter() {
        browser.open(bench.door());
    }

    @AfterAll
    static void stop() {
        if (bench != null) {
            bench.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    // ---- gaps

    @Test
    void gaps_areThoseOfTheCommand_andTheirTestsPass() throws Exception {
        String told = command("gaps", "-p", bench.policies.toString(), "-d", bench.directory.toString());
        open("gaps?whose=both");
        browser.sees(RESULT, first(told, "(?m)^(\\d+ gaps?)"));
        List<WebElement> cards = browser.driver.findElements(By.cssSelector(".gap"));
        assertThat(cards).hasSize(Integer.parseInt(first(told, "(?m)^(\\d+) gaps?")));
        browser.sees(RESULT, "Nothing else is open (proved).");
        for (WebElement card : cards) {
            assertThat(oneLine(told)).contains(card.findElement(By.cssSelector("h3")).getText().replaceFirst("\\d+\\. ", ""));
        }
        Path suite = Files.writeString(folder.resolve("gap.yaml"), text("#test-1"));
        assertThat(command("test", suite.toString(), "-p", bench.policies.toString(), "-d", bench.directory.toString()))
                .contains("1 passed");
        assertThat((Long) browser.driver.executeScript("return performance.getEntriesByType('resource').filter(each => "
                + "each.name.includes('/gaps/run')).length")).as("searches").isLessThanOrEqualTo(1);
        look("gaps");
        browser.driver.findElement(By.cssSelector(".gap a.button")).click();
        assertThat(browser.driver.getCurrentUrl()).contains("/workbench/what-if?user=");
    }

    @Test
    void gaps_ofAPolicySetWithoutAPolicy_areTheNewOnes() throws Exception {
        open("gaps?whose=people");
        int before = browser.driver.findElements(By.cssSelector(".gap")).size();
        new Select(browser.find("#without")).selectByValue("block-legacy-authentication");
        browser.sees(RESULT, "Removing this policy opens");
        assertThat(browser.driver.findElements(By.cssSelector(".gap"))).isNotEmpty();
        assertThat(text("main")).contains("sign-ins of legacy clients");
        Path without = folder.resolve("without");
        copy(bench.policies, without);
        try (Stream<Path> files = Files.list(without)) {
            for (Path file : files.toList()) {
                if (Files.readString(file).contains("id: block-legacy-authentication")) {
                    Files.delete(file);
                }
            }
        }
        String told = command("gaps", "-p", without.toString(), "-d", bench.directory.toString(), "--people");
        int fresh = browser.driver.findElements(By.cssSelector(".gap")).size();
        assertThat(Integer.parseInt(first(told, "(?m)^(\\d+) gaps?"))).isGreaterThan(before).isLessThanOrEqualTo(before + fresh);
        browser.check("gaps without a policy");
    }

    @Test
    void gap_thatIsAccepted_isWrittenBesideThePolicies_afterItsDiffWasShown() throws Exception {
        Path own = Files.createDirectories(folder.resolve("accepting"));
        try (Bench other = Bench.of(own, bench.policies, bench.directory)) {
            Path file = own.resolve("invariants.yaml");
            browser.open(other.door());
            browser.open(other.page("gaps"));
            browser.find(RESULT);
            int before = browser.driver.findElements(By.cssSelector(".gap")).size();
            accept("too late", "2026-11-21");
            assertThat(browser.driver.executeScript("return document.getElementById('accept-until').validity.rangeUnderflow")).isEqualTo(true);
            browser.driver.executeScript("document.getElementById('accept-until').removeAttribute('min')");
            browser.named("#dialog button", "Show the change").click();
            browser.sees("#dialog", "The last day is over. Choose 2026-11-22 or a later day.");
            browser.named("#dialog button", "Cancel").click();
            accept("the auditors know & <b>agree</b>", "2027-01-31");
            browser.sees("#dialog", "This gap");
            browser.sees("#dialog", "will be accepted. ");
            browser.sees("#dialog pre.diff .added", "+kind: invariants");
            browser.check("accepting a gap");
            browser.show(1280, false);
            browser.picture("gap-accept");
            assertThat(file).doesNotExist();
            browser.named("#dialog button", "Write to the file").click();
            browser.sees("main", "The gap is accepted. It is written to");
            browser.sees("main", "Accepted gaps are in");
            browser.find(RESULT);
            assertThat(browser.driver.findElements(By.cssSelector(".gap")).size()).isLessThan(before);
            browser.sees("table", "the auditors know & <b>agree</b>, until 2027-01-31");
            String written = Files.readString(file);
            assertThat(written).contains("reason: \"the auditors know & <b>agree</b>\"", "until: \"2027-01-31\"");
            assertThat(command("gaps", "--people", "-p", other.policies.toString(), "-d", other.directory.toString(), "--accept", file.toString()))
                    .contains("the auditors know");

            Files.writeString(file, "# ours\n" + written);
            browser.open(other.page("gaps"));
            browser.find(RESULT);
            accept("known too", "");
            browser.find("#dialog pre.diff");
            String theirs = "# theirs\n" + written.replace("2027-01-31", "2027-02-28");
            Files.writeString(file, theirs);
            browser.named("#dialog button", "Write to the file").click();
            browser.sees("#dialog pre.diff", "2027-02-28");
            assertThat(file).content().isEqualTo(theirs);
            browser.named("#dialog button", "Write to the file").click();
            browser.sees("table", "known too");
            assertThat(Files.readString(file)).startsWith(theirs).contains("reason: known too").doesNotContain("---");
            browser.driver.manage().logs().get(LogType.BROWSER);
        }
    }

    private static void accept(String reason, String until) {
        browser.driver.findElement(By.xpath("(//section[contains(@class,'gap')]//button[starts-with(normalize-space(),'Accept')])[1]")).click();
        browser.find("#accept-reason").sendKeys(reason);
        browser.driver.executeScript("document.getElementById('accept-until').value = arguments[0]", until);
        browser.named("#dialog button", "Show the change").click();
    }

    // ---- matrix

    @Test
    void matrix_groupsUsersWhoAreTreatedAlike_andLeadsToWhatIf() throws Exception {
        browser.open(bench.page("matrix"));
        browser.find("table.matrix");
        int users = PolicyEngine.loadDirectory(bench.directory).users().size();
        assertThat(rows()).isEqualTo(users);
        look("matrix", "table.matrix");
        browser.driver.executeScript("window.same = document");
        browser.type("#q", "emma");
        browser.sees("#result", "1 user in 1 row");
        assertThat(rows()).isEqualTo(1);
        assertThat(browser.driver.getCurrentUrl()).contains("q=emma");
        new Select(browser.find("#country")).selectByValue("KP");
        browser.sees("#result", "1 user in 1 row");
        assertThat(browser.driver.getCurrentUrl()).contains("country=KP");
        browser.named("label", "Policies").click();
        browser.find("label[for=column]");
        browser.sees("main", "Search policies");
        browser.sees("#result", "1 user in 1 row");
        assertThat(browser.driver.findElements(By.cssSelector("#country"))).isEmpty();
        assertThat((Boolean) browser.driver.executeScript("return document.activeElement.id === 'view-policies'")).as("the focus stays").isTrue();
        browser.named("label", "Applications").click();
        browser.find("#country");
        browser.sees("#result", "1 user in 1 row");
        assertThat((Boolean) browser.driver.executeScript("return window.same === document")).as("the page stays").isTrue();
        browser.driver.findElement(By.cssSelector("table.matrix a.chip")).click();
        assertThat(browser.driver.getCurrentUrl()).contains("what-if?user=emma.hart%40contoso.com").contains("client=browser", "ip=");
    }

    @Test
    void matrix_ofPolicies_tellsThroughWhichGroup() throws Exception {
        browser.open(bench.page("matrix?view=policies"));
        browser.find("table.matrix");
        assertThat(rows()).isEqualTo(PolicyEngine.loadDirectory(bench.directory).users().size());
        assertThat(browser.driver.findElements(By.cssSelector("table.matrix .chip")).stream().map(each -> each.getAttribute("title")))
                .anyMatch(title -> title.startsWith("excluded: group ")).anyMatch(title -> title.startsWith("included: "));
        look("matrix-policies", "table.matrix");
    }

    /** How many users the rows hold. */
    private static int rows() {
        return browser.driver.findElements(By.cssSelector("table.matrix tbody tr")).stream().mapToInt(row -> 1 + row.findElements(
                By.cssSelector("th .soft")).stream().mapToInt(more -> Integer.parseInt(first(more.getAttribute("textContent"),
                "and (\\d+) more"))).findFirst().orElse(0)).sum();
    }

    // ---- tests

    @Test
    void tests_areThoseOfTheCommand_andTellWhatFailsWithItsTrace() throws Exception {
        String told = command("test", tests.toString(), "-p", bench.policies.toString(), "-d", bench.directory.toString());
        open("tests");
        browser.sees(RESULT, "All tests pass.");
        assertThat(tiles()).contains(first(told, "(\\d+) tests:") + " tests", first(told, "(\\d+) passed") + " passed", "0 failed");
        look("tests");
        Path failing = Files.writeString(tests.resolve("failing.yaml"), """
                kind: policyTests
                clock: 2026-11-22T09:00:00Z
                tests:
                  - name: emma is let in with a password
                    request:
                      user: emma.hart@contoso.com
                      application: Office 365 Exchange Online
                      clientAppType: browser
                      ipAddress: 192.0.2.60
                      country: DK
                    expect: { outcome: allow }
                """);
        try {
            open("tests?failed=on");
            browser.sees(RESULT, "1 test fails.");
            assertThat(browser.driver.findElements(By.cssSelector(".cases details"))).hasSize(1);
            browser.click(".cases summary");
            browser.sees(".cases .trace pre", "require-mfa-outside-trusted-locations");
            assertThat(text(".cases")).contains("Expected", "outcome", "challenge", "failing.yaml:4:", "11:");
            look("tests-failed", ".cases .inside");
            assertThat(browser.driver.findElement(By.cssSelector(".cases a.button")).getAttribute("href"))
                    .contains("user=emma.hart%40contoso.com");
        } finally {
            Files.delete(failing);
        }
    }

    @Test
    void coverage_isThatOfTheCommand_withChangesThatNoTestNotices() throws Exception {
        String told = command("test", tests.toString(), "-p", bench.policies.toString(), "-d", bench.directory.toString(), "--coverage",
                "--mutants");
        open("coverage?mutants=on&under=workbench");
        assertThat(tiles()).contains(first(told, "coverage: ([0-9.]+) %").replace(".0", "") + " % covered", first(told,
                "\\((\\d+ of \\d+)\\)")
                + " seen in tests");
        Matcher noticed = Pattern.compile("mutants: (\\d+) of (\\d+) changes noticed").matcher(told);
        assertThat(noticed.find()).as(told).isTrue();
        assertThat(text("main")).contains("Tests notice " + noticed.group(1) + " of " + noticed.group(2) + " changes");
        look("coverage");
    }

    @Test
    void coverage_tellsTheRequestsThatNoTestEnters_withTestsThatEnterThem() throws Exception {
        Path own = Files.createDirectories(folder.resolve("untested"));
        try (Bench other = Bench.of(own, bench.policies, bench.directory)) {
            Path suite = Files.writeString(Files.createDirectory(own.resolve("tests")).resolve("own.yaml"), """
                    kind: policyTests
                    policies: [../policies]
                    directory: [../directory.yaml]
                    clock: 2026-11-22T09:00:00Z
                    tests:
                      - name: emma does MFA outside
                        request: { user: emma.hart@contoso.com, application: Office 365 Exchange Online, clientAppType: browser, ipAddress: 192.0.2.60,
                          country: DK }
                        expect: { outcome: challenge }
                    """);
            browser.open(other.door());
            browser.open(other.page("coverage"));
            browser.find(RESULT);
            assertThat(new Select(browser.find("#under")).getFirstSelectedOption().getText()).isEqualTo("Those that the suites name");
            String told = first(text("main"), "(Tests enter [0-9,]+ of [0-9,]+ classes)");
            assertThat(told).isEqualTo("Tests enter " + first(command("test", suite.toString(), "--coverage"), "classes of requests: (\\d+ of \\d+)")
                    + " classes");
            look("coverage-classes", "#class-1");
            Files.writeString(suite.resolveSibling("class.yaml"), text("#class-test-1"));
            assertThat(command("test", suite.resolveSibling("class.yaml").toString())).contains("1 passed");
            browser.open(other.page("coverage"));
            browser.find(RESULT);
            assertThat(entered(first(text("main"), "(Tests enter [0-9,]+ of [0-9,]+ classes)"))).isGreaterThan(entered(told));
            Files.delete(suite.resolveSibling("class.yaml"));
            Files.writeString(suite, "kind: policyTests\ntests: [{ name: 1, requests: [] }]\n");
            browser.open(other.page("coverage"));
            browser.find(RESULT);
            assertThat(text("main")).contains("The suites have errors.", "Coverage is not measured").doesNotContain("% covered", "0 of 0");
        }
    }

    private static int entered(String told) {
        return Integer.parseInt(first(told, "Tests enter ([0-9]+) of"));
    }

    @Test
    void tests_withoutASuite_offerOneThatPasses() throws Exception {
        Path alone = Files.createDirectories(folder.resolve("alone/deep"));
        try (Bench other = Bench.of(alone, bench.policies, bench.directory)) {
            browser.open(other.door());
            browser.open(other.page("tests"));
            browser.sees("main", "There are no tests yet");
            browser.check("tests without a suite");
            String suite = (String) browser.driver.executeAsyncScript("const done = arguments[0]; fetch('/workbench/tests/starter').then(answer => "
                    + "answer.text()).then(done)");
            Path file = Files.writeString(Files.createDirectory(alone.resolve("tests")).resolve("starter.yaml"), suite);
            assertThat(command("test", file.toString())).contains(" passed").doesNotContain("failed");
            browser.open(other.page("tests"));
            browser.sees(RESULT, "All tests pass.");
        }
    }

    // ---- replay

    @Test
    void replay_ofManyRecords_showsItsProgress_andSaysWhatTheCommandSays() throws Exception {
        Path log = folder.resolve("signins.json");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(log))) {
            Path before = Path.of("..").toAbsolutePath().normalize().resolve("rules/security-defaults");
            new SampleLog(PolicyEngine.load(before, bench.directory), MANY, 7, 0).write(out, SampleLog.Dialect.MONITOR);
        }
        browser.open(bench.page("replay"));
        look("replay-empty", ".drop");
        browser.driver.executeScript("window.seen = []; new MutationObserver(() => document.querySelectorAll('.waiting p').forEach(each => "
                + "seen.push(each.textContent))).observe(document.body, {childList: true, subtree: true})");
        browser.find("#log").sendKeys(log.toString());
        new WebDriverWait(browser.driver, LONG).until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(RESULT)));
        assertThat((List<?>) browser.driver.executeScript("return seen")).anySatisfy(each -> assertThat((String) each)
                .matches("[0-9,]+ records read"));
        String told = command("replay", log.toString(), "-p", bench.policies.toString(), "-d", bench.directory.toString());
        assertThat(text("#replay-text").strip()).isEqualTo(told.strip());
        assertThat(told).contains("50,000 records");
        assertThat(tiles().get(0)).isEqualTo(first(told, ": ([0-9,]+) sign-ins decided") + " sign-ins decided");
        int changes = browser.driver.findElements(By.cssSelector("#changes tbody tr")).size();
        browser.type("input#q", "emma.hart crm");
        browser.sees("#n", " of " + changes + " shown");
        assertThat(browser.driver.findElements(By.cssSelector("#replayed details.covered"))).hasSize(10);
        look("replay", RESULT);
        assertThat(temporary()).isEmpty();
        browser.open(bench.page("replay"));
        browser.find(RESULT);                                                       // the report of the last log stays
    }

    @Test
    void replay_ofABrokenLog_tellsTheLine() throws Exception {
        Path log = folder.resolve("broken.json");
        try (OutputStream out = Files.newOutputStream(log)) {
            new SampleLog(PolicyEngine.load(bench.policies, bench.directory), 40, 7, 0).write(out, SampleLog.Dialect.MONITOR);
        }
        Files.writeString(log, "{\"id\": tru}\n", StandardOpenOption.APPEND);
        send(log);
        browser.sees(".notice", "broken.json:" + Files.readAllLines(log).size() + ":");
        browser.check("replay of a broken log");
        send(Files.writeString(folder.resolve("notes.txt"), "a,b\n1,2\n"));
        browser.sees(".notice.error", "neither JSON nor a table of sign-ins");
        browser.check("replay of another file");
    }

    private static void send(Path log) {
        browser.open(bench.page("replay"));
        browser.driver.executeScript("document.getElementById('replayed').replaceChildren()");
        browser.find("#log").sendKeys(log.toString());
    }

    private static List<Path> temporary() throws Exception {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("sallyport-log")).toList();
        }
    }

    // ---- names of attackers

    @Test
    void hostileNames_areText() throws Exception {
        Path own = Files.createDirectories(folder.resolve("hostile"));
        StringBuilder users = new StringBuilder("kind: user\n");
        List<String> records = new ArrayList<>();
        StringBuilder cases = new StringBuilder("kind: policyTests\nclock: 2026-11-22T09:00:00Z\ntests:\n");
        StringBuilder directory = new StringBuilder();
        for (int i = 0; i < HOSTILE.size(); i++) {
            String name = json(HOSTILE.get(i));
            directory.append(i == 0 ? "" : "---\n").append("kind: user\nid: 0000000").append(i)
                    .append("-0000-4000-8000-000000000000\nuserPrincipalName: ").append(name).append("\ndisplayName: ").append(name)
                    .append('\n');
            records.add("{\"id\":\"1\",\"createdDateTime\":\"2026-11-16T09:00:00Z\",\"userPrincipalName\":" + name + ",\"userId\":\"u\","
                    + "\"resourceDisplayName\":" + name + ",\"clientAppUsed\":\"Browser\",\"status\":{\"errorCode\":0}}");
            cases.append("  - { name: ").append(name).append(", request: { user: ").append(name)
                    .append(" }, expect: { outcome: allow } }\n");
        }
        Path people = Files.writeString(own.resolve("people.yaml"), directory);
        Path policies = Files.createDirectory(own.resolve("set"));
        Files.writeString(policies.resolve("mfa.yaml"), """
                kind: conditionalAccessPolicy
                id: hostile
                displayName: %s
                state: enabled
                conditions: { users: { includeUsers: [All], excludeUsers: [%s] }, applications: { includeApplications: [All] } }
                grantControls: { operator: OR, builtInControls: [mfa] }
                """.formatted(json(HOSTILE.get(0)), json(HOSTILE.get(1))));
        Path work = Files.createDirectory(own.resolve("work"));
        Files.writeString(Files.createDirectory(work.resolve("tests")).resolve("tests.yaml"), cases);
        Path log = Files.writeString(own.resolve("log.json"), String.join("\n", records));
        try (Bench other = Bench.of(work, policies, people)) {
            browser.open(other.door());
            for (String page : List.of("gaps", "gaps?without=hostile", "tests", "coverage")) {
                browser.open(other.page(page));
                browser.find(RESULT);
                assertText(page);
            }
            for (String page : List.of("matrix", "matrix?view=policies")) {
                browser.open(other.page(page));
                browser.find("table.matrix");
                assertText(page);
            }
            browser.open(other.page("replay"));
            browser.find("#log").sendKeys(log.toString());
            browser.find(RESULT);
            assertText("replay");
        }
    }

    private static void assertText(String page) throws Exception {
        assertThat(browser.driver.findElements(By.cssSelector("main script, main [onmouseover]"))).as(page).isEmpty();
        assertThat(browser.driver.getPageSource()).as(page).doesNotContain("\u202E", "\u0007").contains("&lt;script&gt;");
        browser.check("hostile names on " + page);
    }

    private static String json(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> json.append(c == '"' || c == '\\' ? "\\" + (char) c : c < 0x20 || c > 0x7E ? String.format("\\u%04x", c)
                : String.valueOf((char) c)));
        return json.append('"').toString();
    }

    // ---- reports in files

    @Test
    void reportsInFiles_keepTheRulesOfPages() throws Exception {
        Path coverage = folder.resolve("coverage.html");
        Path replay = folder.resolve("replay.html");
        Path log = folder.resolve("some.json");
        try (OutputStream out = Files.newOutputStream(log)) {
            new SampleLog(PolicyEngine.load(bench.policies, bench.directory), 500, 7, 0).write(out, SampleLog.Dialect.GRAPH);
        }
        command("test", tests.toString(), "-p", bench.policies.toString(), "-d", bench.directory.toString(), "--coverage-html", coverage
                .toString());
        command("replay", log.toString(), "-p", bench.policies.toString(), "-d", bench.directory.toString(), "--html", replay.toString());
        for (Path page : List.of(coverage, replay)) {
            browser.open(page.toUri().toString());
            look("file-" + page.getFileName().toString().replace(".html", ""), "h1");
        }
    }

    // ---- tools

    /** Opens a page, and waits for its result. */
    private static void open(String page) {
        browser.open(bench.page(page));
        browser.find(RESULT);
    }

    private static void look(String name) throws Exception {
        look(name, RESULT);
    }

    /** Looks at a page at every width, without loading it again. */
    private static void look(String name, String selector) throws Exception {
        for (Map.Entry<Integer, Boolean> each : LOOKS.entrySet()) {
            browser.show(each.getKey(), each.getValue());
            browser.find(selector);
            String full = "r-" + name + "-" + each.getKey() + (each.getValue() ? "-dark" : "");
            browser.picture(full);
            browser.check(full);
        }
        browser.show(1280, false);
    }

    private static String text(String selector) {
        return browser.driver.findElement(By.cssSelector(selector)).getAttribute("textContent");
    }

    private static List<String> tiles() {
        return browser.driver.findElements(By.cssSelector(".tile")).stream().map(each -> each.getText().replaceAll("\\s+", " ")).toList();
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    private static void copy(Path from, Path to) throws Exception {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    /** What a command writes, as a process of its own. */
    private static String command(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), "dev.sallyport.cli.Sallyport"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }

    private static String first(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }
}
