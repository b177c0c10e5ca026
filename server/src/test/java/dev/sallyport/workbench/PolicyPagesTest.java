package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.logging.LogType;

/** The policies in a real browser: searched, switched, edited, compared, saved as a patch and written. */
class PolicyPagesTest {

    private static final String DEVICE_CODE = "block-device-code-flow.yaml";

    @TempDir
    static Path folder;

    private static Chromium browser;

    @BeforeAll
    static void start() {
        browser = Chromium.start();
        browser.show(1280, false);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    private static Bench bench(String name) throws Exception {
        Bench bench = Bench.ofSamples(Files.createDirectory(folder.resolve(name)));
        browser.open(bench.door());
        return bench;
    }

    /** The card of a policy on the list. */
    private static WebElement card(String name) {
        return browser.driver.findElements(By.cssSelector(".policy")).stream().filter(each -> each.findElement(By.tagName("h2")).getText().equals(name))
                .findFirst().orElseThrow();
    }

    private static void change(String policy, String state) {
        card(policy).findElement(By.xpath(".//label[span[text()='" + state + "']]")).click();
        new org.openqa.selenium.support.ui.WebDriverWait(browser.driver, java.time.Duration.ofSeconds(20)).ignoring(
                org.openqa.selenium.StaleElementReferenceException.class).until(any -> card(policy).getText().contains("in the sandbox"));
    }

    @Test
    void policy_switchedComparedAndWritten_changesItsStateAndNothingElse() throws Exception {
        try (Bench bench = bench("switched")) {
            Path file = bench.policies.resolve(DEVICE_CODE);
            String before = Files.readString(file);
            browser.open(bench.page("policies"));
            browser.sees("#policies", "17 policies");
            assertThat(card("Require MFA outside trusted locations").getText()).contains("Requires MFA for every user, except members of Break glass (1 person), "
                    + "to every application, outside trusted locations.", "15 people", "require-mfa-outside-trusted-locations.yaml:3:1");
            browser.check("policies");

            browser.type("[data-search]", "device code");
            browser.sees("#policies", "1 of 17 policies");
            change("Block device code flow", "Off");
            browser.sees("#sandbox", "1 change in the sandbox");
            browser.sees("#sandbox .chip", "1 effect: 1 loosened");
            assertThat(file).content().isEqualTo(before);
            browser.check("policies with a sandbox");

            browser.named("#sandbox a", "Compare").click();
            browser.sees("main", "No longer blocked");
            browser.sees(".who-changes", "14 people can now sign in");
            browser.sees("main", "All other requests have the same outcome as before (proved for all requests, not for samples).");
            browser.driver.executeScript("document.querySelectorAll('details.card').forEach(each => { each.open = true; })");
            browser.sees("main", "enabled → disabled");
            browser.sees("main", "who 15 → 0");
            assertThat(browser.find(".change a").getDomAttribute("href")).startsWith("/workbench/what-if?user=").contains("&flow=deviceCodeFlow");
            browser.check("changes");

            browser.named("#sandbox button", "Write to files …").click();
            browser.sees("#dialog", "Loosened: 14 people can now sign in");
            assertThat(browser.find("#dialog .removed").getText()).isEqualTo("-state: enabled");
            assertThat(browser.find("#dialog .added").getText()).isEqualTo("+state: disabled");
            assertThat(file).content().isEqualTo(before);
            browser.check("dialog");
            browser.named("#dialog button", "Write to files").click();

            browser.sees(".notice.success", "The change is written to 1 file, and is in force.");
            assertThat(file).content().isEqualTo(before.replace("state: enabled", "state: disabled"));
            assertThat(browser.driver.findElements(By.cssSelector(".sandbox"))).isEmpty();
            browser.type("[data-search]", "device code");
            browser.sees("#policies", "1 of 17 policies");
            assertThat(card("Block device code flow").findElement(By.cssSelector("input[value=disabled]")).isSelected()).isTrue();
        }
    }

    @Test
    void text_editedWithErrors_isDiagnosedWhileItIsTyped() throws Exception {
        try (Bench bench = bench("edited")) {
            Path file = bench.policies.resolve("require-mfa-for-admins.yaml");
            Files.writeString(file, Files.readString(file).replace("\n", "\r\n").replace("# These", "# \u202eThese"));
            String before = Files.readString(file);
            Thread.sleep(1_500);
            browser.open(bench.page("policies/require-mfa-for-admins"));
            browser.sees("h1", "Require MFA from administrators everywhere");
            browser.sees("#findings", "No findings in this file");
            assertThat(browser.driver.findElements(By.cssSelector(".sandbox"))).as("nothing was typed").isEmpty();
            browser.sees("main", "greta.stone@contoso.com");
            browser.check("policy");

            replace("state: enabled", "state: enabld");
            browser.sees("#findings", "SP1104");
            browser.sees("#sandbox", "The text has errors");
            browser.find(".CodeMirror-lint-marker-error");
            assertThat(browser.driver.findElements(By.cssSelector("#sandbox .primary"))).isEmpty();
            browser.check("policy with errors");
            browser.named("#findings a", "SP1104").click();
            browser.sees("h1", "SP1104");
            browser.check("the page about a code");
            browser.driver.navigate().back();
            browser.sees("#findings", "SP1104");

            replace("state: enabld", "state: disabled");
            browser.sees("#sandbox .chip", "loosened");
            browser.sees(".policy", "in the sandbox only; in force: On");
            WebElement editor = browser.driver.findElement(By.cssSelector(".CodeMirror-code"));
            editor.sendKeys(Keys.ESCAPE, Keys.TAB);
            assertThat((Boolean) browser.driver.executeScript("return !document.activeElement.closest('.CodeMirror')")).as("Tab leaves the editor").isTrue();

            Path patch = Files.createDirectory(folder.resolve("patched")).resolve("change.patch");
            Files.writeString(patch, get("policies/patch"));
            Files.createDirectory(patch.resolveSibling("policies"));
            Path copy = Files.writeString(patch.resolveSibling("policies").resolve(file.getFileName()), before);
            git(copy.getParent(), "init", "-q");
            git(copy.getParent(), "apply", "--whitespace=nowarn", "../change.patch");
            assertThat(copy).content().isEqualTo(before.replace("state: enabled", "state: disabled"));

            browser.named("form button", "Take the text back").click();
            browser.sees("h1", "Require MFA from administrators everywhere");
            assertThat(browser.driver.findElements(By.cssSelector(".sandbox"))).isEmpty();
            browser.named("#removal button", "What removing this policy would open").click();
            browser.sees("#removal", "same outcome as before (proved");
            assertThat(file).content().isEqualTo(before);
            browser.assertSilent("policy");
        }
    }

    private static void replace(String from, String to) {
        browser.find(".CodeMirror-line");
        browser.driver.executeScript("const editor = document.querySelector('.CodeMirror').CodeMirror;"
                + "editor.setValue(editor.getValue().replace(arguments[0], arguments[1]))", from, to);
    }

    private static String get(String path) {
        return URLDecoder.decode((String) browser.driver.executeAsyncScript("const done = arguments[arguments.length - 1];"
                + "fetch('/workbench/' + arguments[0]).then(each => each.text()).then(each => done(encodeURIComponent(each)))", path),
                StandardCharsets.UTF_8);                    // the driver changes line ends
    }

    private static void git(Path where, String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @Test
    void secondWriter_isToldThatTheFilesChanged() throws Exception {
        try (Bench bench = bench("raced")) {
            Path file = bench.policies.resolve(DEVICE_CODE);
            browser.driver.manage().logs().get(LogType.BROWSER);
            browser.open(bench.page("policies"));
            change("Block device code flow", "Off");
            browser.named("#sandbox button", "Write to files …").click();
            browser.sees("#dialog", "Loosened");
            String others = Files.readString(file).replace("state: enabled", "state: enabledForReportingButNotEnforced");
            Files.writeString(file, others);

            browser.named("#dialog button", "Write to files").click();

            browser.sees("#messages", "Another program changed");
            browser.sees("#messages", "Nothing was written");
            assertThat(browser.driver.findElement(By.id("dialog")).isDisplayed()).as("the message is not behind the dialog").isFalse();
            assertThat(browser.driver.manage().logs().get(LogType.BROWSER).getAll()).as("the console").allMatch(each -> each.getMessage().contains("409"));
            assertThat(file).content().isEqualTo(others);
            browser.open(bench.page("policies"));
            browser.sees("#sandbox", "Discard the sandbox, and make the change again");
            browser.check("policies that were overtaken");
            browser.named("#sandbox button", "Discard …").click();
            browser.sees("#dialog", "Discard the change?");
            browser.named("#dialog button", "Discard").click();
            browser.sees("#policies", "17 policies");
            assertThat(browser.driver.findElements(By.cssSelector(".sandbox"))).isEmpty();
        }
    }

    @Test
    void attackNames_areShownAsTextAndDoNothing() throws Exception {
        Path policies = Files.createDirectories(folder.resolve("attack-source"));
        String name = "<script>alert(1)</script>\\\" onmouseover=x \\u202e =cmd|' /C calc'!A0";
        Files.writeString(policies.resolve("a.yaml"), "kind: conditionalAccessPolicy\nid: \"" + name + "\"\ndisplayName: \"" + name + "\"\nstate: enabled\n"
                + "conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }\n"
                + "grantControls: { operator: OR, builtInControls: [mfa] }\n");
        try (Bench bench = Bench.of(Files.createDirectory(folder.resolve("attack")), policies, Path.of("../samples/directory.yaml"))) {
            browser.open(bench.door());
            browser.open(bench.page("policies"));
            browser.sees(".policy h2", "<script>alert(1)</script>\" onmouseover=x \\u202e =cmd|' /C calc'!A0");
            browser.check("attack names");
            browser.driver.findElement(By.cssSelector(".policy .choices label:nth-of-type(3)")).click();
            browser.sees("#sandbox", "1 change in the sandbox");
            browser.open(bench.page("policies/changes"));
            browser.sees("main", "<script>alert(1)</script>");
            browser.check("changes of attack names");
            browser.open(bench.page("policies"));
            browser.click(".policy h2 a");
            browser.sees("h1", "<script>alert(1)</script>");
            browser.find("#findings > *");
            browser.check("policy with an attack name");
            assertThat(get("policies/source?file=/etc/passwd")).doesNotContain("root:").contains("Unknown file");
            browser.driver.manage().logs().get(LogType.BROWSER);                    // the refusal is told there
        }
    }

    @Test
    void requestsThatChangeSomething_withoutTheTokenOrByGet_areRefused() throws Exception {
        try (Bench bench = bench("refused")) {
            HttpClient client = HttpClient.newHttpClient();
            for (String path : List.of("policies/state", "policies/check", "policies/write", "policies/discard")) {
                HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(bench.page(path))).POST(HttpRequest.BodyPublishers.ofString(
                        "policy=block-device-code-flow&state=disabled")).header("Content-Type", "application/x-www-form-urlencoded").header("Origin", bench.origin())
                        .header("Cookie", browser.driver.manage().getCookies().stream().map(each -> each.getName() + "=" + each.getValue())
                                .collect(Collectors.joining("; "))).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(path).isEqualTo(403);
                assertThat(get(path)).doesNotContain("in the sandbox");
            }
            browser.driver.manage().logs().get(LogType.BROWSER);                    // the refusals are told there
        }
    }
}
