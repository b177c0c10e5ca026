package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** What pages tell of the sandbox, and which of them ask it. */
class SandboxPagesTest {

    private static final String EMMA = "emma.hart@contoso.com";
    private static final String OUTSIDE = "what-if?user=" + EMMA + "&app=Office+365+Exchange+Online&client=browser&ip=192.0.2.60&country=DK";

    @TempDir
    static Path folder;

    private static Chromium browser;
    private static Bench bench;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start();
        bench = Bench.ofSamples(folder);
    }

    /** Another browser for each test, with a sandbox of its own. */
    @BeforeEach
    void enter() {
        browser.driver.manage().deleteAllCookies();
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

    private static void change(String policy, String state) {
        browser.open(bench.page("policies?q=" + policy.replace(" ", "+")));
        browser.find(".policy");
        browser.driver.findElement(By.xpath("//article[.//h2[normalize-space()='" + policy + "']]//label[span[text()='" + state + "']]")).click();
        browser.sees(".policy", "in the sandbox only");
    }

    @Test
    void pages_whileASandboxIsOpen_tellWhatTheyAsk_andAskItIfTold() throws Exception {
        browser.open(bench.page(OUTSIDE));
        browser.sees("#verdict h2", "challenge");
        assertThat(browser.driver.findElements(By.cssSelector(".sandbox"))).isEmpty();
        browser.open(bench.page("gaps"));
        browser.find(".headline");
        String written = browser.find(".tiles").getText();
        browser.open(bench.page("matrix?q=emma"));
        String row = browser.find("table.matrix tbody tr").getText();

        change("Require MFA outside trusted locations", "Off");
        browser.open(bench.page(OUTSIDE));
        browser.sees(".sandbox", "This page asks the policies as written. Your sandbox has 1 change.");
        browser.sees("#verdict h2", "challenge");
        browser.check("what if beside a sandbox");
        browser.named(".sandbox label", "Ask the sandbox").click();
        browser.sees(".sandbox", "This page asks your sandbox, which has 1 change.");
        browser.sees("#verdict h2", "Allowed");
        browser.type("#f-user", "emma");
        browser.sees("#user-hint", "matches " + EMMA);
        browser.sees("#verdict h2", "Allowed");
        browser.show(1600, false);
        browser.picture("sandbox-what-if");
        browser.check("what if of a sandbox");

        browser.open(bench.page("gaps"));
        browser.sees(".sandbox", "This page asks your sandbox");
        browser.find(".headline");
        assertThat(browser.find(".tiles").getText()).isNotEqualTo(written);
        browser.open(bench.page("matrix?q=emma"));
        assertThat(browser.find("table.matrix tbody tr").getText()).isNotEqualTo(row);
        for (String page : List.of("users", "coverage", "tests", "replay")) {
            browser.open(bench.page(page));
            browser.sees(".sandbox", "This page asks the policies as written");
            assertThat(browser.driver.findElements(By.cssSelector(".sandbox input"))).as(page).isEmpty();
        }
        browser.open(bench.page("matrix?q=emma"));
        browser.named(".sandbox label", "As written").click();
        browser.sees(".sandbox", "This page asks the policies as written");
        assertThat(browser.find("table.matrix tbody tr").getText()).isEqualTo(row);

        change("Block device code flow", "Off");
        browser.named("#sandbox button", "Discard …").click();
        browser.named("#dialog button", "Discard").click();
        browser.sees("#policies", "policies");
        browser.open(bench.page("gaps"));
        browser.find(".headline");
        assertThat(browser.find(".tiles").getText()).isEqualTo(written);
        assertThat(browser.driver.findElements(By.cssSelector(".sandbox"))).isEmpty();
    }

    @Test
    void sandbox_thatCannotBeLoaded_isNotAsked() throws Exception {
        browser.open(bench.page("policies/require-mfa-outside-trusted-locations"));
        browser.sees("#findings", "findings");
        browser.driver.executeScript("const editor = document.querySelector('.CodeMirror').CodeMirror;"
                + "editor.setValue(editor.getValue().replace('state: enabled', 'state: enabld'))");
        browser.sees("#sandbox", "The text has errors");
        browser.open(bench.page(OUTSIDE));
        browser.sees(".sandbox", "Your sandbox has 1 change, and cannot be asked: its text has errors.");
        browser.sees("#verdict h2", "challenge");
        assertThat(browser.driver.findElements(By.cssSelector(".sandbox input"))).isEmpty();
        browser.check("what if beside a sandbox with errors");
    }

    @Test
    void comparison_beginsWithPeopleAndWhatTheyMayDo() throws Exception {
        change("Require MFA outside trusted locations", "Off");
        WebElement compare = browser.named("#sandbox a", "Compare");
        assertThat(compare.getDomAttribute("class")).contains("primary");
        assertThat(browser.driver.findElements(By.cssSelector("#sandbox .primary"))).hasSize(1);
        compare.click();
        browser.sees("main", "What changes for people");
        browser.sees(".who-changes", "can now sign in");
        browser.sees(".who-changes", "without MFA in some cases.");
        browser.sees("main", "All other requests have the same outcome as before (proved for all requests, not for samples).");
        assertThat(browser.named("#sandbox button", "Write to files …").getDomAttribute("class")).isEqualTo("primary");
        for (int width : new int[] {390, 1600}) {
            browser.show(width, width == 390);
            browser.picture("sandbox-compare-" + width);
            browser.check("comparison");
        }
    }

    @Test
    void policies_ofAUser_tellThroughWhichAssignment() throws Exception {
        browser.open(bench.page("policies"));
        browser.type("input[name=user]", "greta");
        browser.sees("#policy-user", "greta.stone@contoso.com: ");
        String counts = browser.find("#policy-user").getText();
        List<String> cards = browser.driver.findElements(By.cssSelector(".policy")).stream().map(WebElement::getText).toList();
        assertThat(cards).allMatch(each -> each.contains("includes the user") || each.contains("leaves the user out"));
        long included = cards.stream().filter(each -> each.contains("includes the user")).count();
        assertThat(counts).contains(included + " policies include this user, " + (cards.size() - included) + " leave", " the user out, "
                + (17 - cards.size()) + " do not name the user.");
        assertThat(cards).anyMatch(each -> each.startsWith("Require MFA from administrators everywhere") && each.contains("through role "));
        assertThat(cards).anyMatch(each -> each.contains("includes the user through all users"));
        browser.show(1600, false);
        browser.picture("policies-of-a-user");
        browser.check("policies of a user");
        browser.type("input[name=user]", "nobody at all");
        browser.sees("#policy-user", "No user of the directory has this name.");
        browser.open(bench.page("policies?user=" + EMMA));
        browser.sees("#policy-user", EMMA + ": ");
        assertThat(browser.find("input[name=user]").getAttribute("value")).isEqualTo(EMMA);
    }

    @Test
    void whatIf_withIdsInItsAddress_showsNames() throws Exception {
        String exchange = "00000002-0000-0ff1-ce00-000000000000";
        browser.open(bench.page("what-if?user=" + EMMA + "&app=" + exchange + "&client=browser"));
        browser.sees("#verdict", EMMA);
        assertThat(browser.find("#f-app").getAttribute("value")).isEqualTo("Office 365 Exchange Online");
    }
}
