package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.By;
import org.openqa.selenium.support.ui.Select;

/**
 * The story of docs/story.md, clicked through in a real browser: from the attacker who registers first to the app password. The pictures of
 * docs/workbench.md are those that this test takes; {@code -Dsallyport.update=true} writes them anew.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoryTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve("docs/workbench.md");
    private static final int WIDTH = 1180;
    /** A picture shows the upper part of a longer page. */
    private static final int HEIGHT = 1_250;
    private static final String ATTACKER = "what-if?user=nina%40contoso.com&app=Office+365+Exchange+Online&client=browser&platform=linux&ip=192.0.2.77&country=AR";

    /** A path that is the same on every machine, because pages show it. */
    private static final Path FOLDER = Path.of("target/story");

    private static Chromium browser;
    private static Path directory;
    private static final List<String> TAKEN = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        if (Files.exists(FOLDER)) {
            try (Stream<Path> files = Files.walk(FOLDER)) {
                files.sorted(Comparator.reverseOrder()).forEach(each -> each.toFile().delete());
            }
        }
        Files.createDirectories(FOLDER);
        browser = Chromium.start();
        browser.show(WIDTH, false);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    private static UserState user(String name) throws Exception {
        return PolicyEngine.loadDirectory(directory).user(name);
    }

    /** Takes the picture that the page shows under this name. */
    private static void picture(String name) throws IOException {
        TAKEN.add(name);
        browser.picture("story-" + name, HEIGHT);
        if (Boolean.getBoolean("sallyport.update")) {
            Path target = ROOT.resolve("docs/images/workbench-" + name + ".png");
            Files.copy(Chromium.PICTURES.resolve("story-" + name + ".png"), target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Test
    @Order(1)
    void attacker_whoRegistersFirst_ownsTheAccount_untilThePhoneIsRemovedAndSessionsAreRevoked() throws Exception {
        try (Bench bench = Bench.of(Files.createDirectory(FOLDER.resolve("defaults")), ROOT.resolve("rules/security-defaults"),
                ROOT.resolve("samples/story/directory.yaml"))) {
            directory = bench.directory;
            browser.open(bench.door());
            browser.open(bench.page(ATTACKER));
            browser.sees("#verdict .chip", "prompt-register");
            browser.sees("#verdict", "REG-55");
            picture("attacker");

            browser.named("nav a", "Users").click();
            browser.sees("h1", "Users");
            browser.driver.findElements(By.cssSelector("a.tile")).stream().filter(each -> each.getText().contains("exposed"))
                    .findFirst().orElseThrow().click();
            browser.sees("#users-list", "3 of 5 users");
            picture("exposed");

            browser.named("table.users a", "Nina Holm").click();
            browser.sees("h1", "Nina Holm");
            browser.named("#offers-form label", "Elsewhere").click();
            browser.click("button[aria-label='Add Microsoft Authenticator']");
            browser.type("#add-name", "The attacker's phone");
            browser.named("#dialog button", "Next").click();
            browser.click("#dialog button[name=confirm]");
            browser.sees("#dialog .success", "Registered Microsoft Authenticator");
            browser.click("#dialog [data-close]");
            browser.sees(".methods", "The attacker's phone");
            assertThat(user("nina@contoso.com").isMfaRegistered()).isTrue();

            browser.click("button[aria-label^='Delete Microsoft Authenticator']");
            browser.click("#dialog button[name=confirm]");
            browser.sees("#dialog .success", "Deleted");
            browser.click("#dialog [data-close]");
            browser.named("button", "Revoke sessions").click();
            browser.sees("#dialog", "Revoke");
            picture("revoke");
            browser.click("#dialog button[name=confirm]");
            browser.find("#dialog .success");
            browser.click("#dialog [data-close]");
            assertThat(user("nina@contoso.com").isMfaRegistered()).isFalse();
            assertThat(user("nina@contoso.com").signInSessionsValidFromDateTime()).isEqualTo(Bench.CLOCK.instant());
        }
    }

    @Test
    @Order(2)
    void policy_thatBlocksUntilRegistration_stopsTheAttacker_andTheAdministratorGetsAnAppPassword() throws Exception {
        try (Bench bench = Bench.of(Files.createDirectory(FOLDER.resolve("policies")), ROOT.resolve("rules/conditional-access"),
                directory == null ? ROOT.resolve("samples/story/directory.yaml") : directory)) {
            directory = bench.directory;
            browser.open(bench.door());
            browser.open(bench.page(ATTACKER));
            browser.sees("#verdict h2", "Blocked");
            browser.sees(".matrix tr.decides", "Block access from any location except MFA trusted IPs");
            picture("blocked");

            browser.open(bench.page("users"));
            browser.click("input[aria-label='Select orders@contoso.com']");
            browser.named("button", "Enable").click();
            browser.click("#dialog button[name=confirm]");
            browser.sees("#dialog .success", "Enabled");
            browser.click("#dialog [data-close]");
            assertThat(user("orders@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.ENABLED);

            browser.click("input[aria-label='Select crm-admin@contoso.com']");
            browser.named("button", "Enforce").click();
            browser.sees("#dialog", "stop accepting the normal password");
            picture("enforce");
            browser.click("#dialog button[name=confirm]");
            browser.sees("#dialog .success", "Enforced MFA for");
            picture("enforced");
            browser.click("#dialog [data-close]");
            assertThat(user("crm-admin@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);

            browser.open(bench.page("users/security-info/orders%40contoso.com"));
            browser.click("button[aria-label='Add Phone (text message)']");
            browser.type("#add-phone", "+45 12345678");
            browser.named("#dialog button", "Next").click();
            browser.sees("#dialog .told", "enabled → enforced");
            browser.click("#dialog button[name=confirm]");
            browser.sees("#security-info", "Per-user MFA: Enforced");
            browser.click("#dialog [data-close]");
            picture("security-info");

            browser.sees("#offers", "MFA opens more: choose “Just done” above.");
            new Select(browser.find("#offers-mfa")).selectByValue("yes");
            browser.click("button[aria-label='Add App password']");
            browser.type("#add-name", "Order mails");
            browser.named("#dialog button", "Create app password").click();
            String password = browser.find("#app-password").getText();
            browser.sees("#dialog", "it is not shown again");
            picture("app-password");
            browser.click("#dialog button.primary");
            browser.sees(".methods", "Order mails");
            assertThat(user("orders@contoso.com").appPasswords()).hasSize(1);

            browser.type("#try-password", password);
            browser.named("button", "Try the sign-in").click();
            browser.sees("#tried .card.allow", "With the app password");
            picture("tried");

            browser.open(bench.page("policies"));
            browser.named("#policies .choices label, .choices label", "Off");
            browser.driver.findElements(By.cssSelector(".card")).stream()
                    .filter(each -> each.getText().startsWith("Block access from any location except MFA trusted IPs")).findFirst().orElseThrow()
                    .findElements(By.cssSelector(".choices label")).stream().filter(each -> each.getText().strip().equals("Off"))
                    .findFirst().orElseThrow().click();
            browser.sees("main", "1 change in the sandbox");
            browser.named("a, button", "Compare").click();
            browser.sees("main", "loosened");
            picture("sandbox");

            browser.open(bench.page("gaps"));
            browser.sees("main", "Nothing else is open");
            picture("gaps");
            browser.open(bench.page("matrix"));
            browser.sees("main", "applications");
            picture("matrix");
        }
    }

    @Test
    @Order(3)
    void page_showsEachPicture_andNoOther() throws Exception {
        String page = Files.readString(PAGE);
        List<String> shown = Pattern.compile("!\\[[^\\]]{20,}]\\(images/workbench-([a-z-]+)\\.png\\)").matcher(page).results().map(each -> each.group(1)).toList();
        assertThat(shown).containsExactlyElementsOf(TAKEN);
        for (String each : shown) {
            assertThat(ROOT.resolve("docs/images/workbench-" + each + ".png")).exists();
        }
    }
}
