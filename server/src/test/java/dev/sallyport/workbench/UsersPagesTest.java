package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.UserState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** What an administrator does with users, in a real browser: enforce, register, make an app password, try it, delete it. */
class UsersPagesTest {

    private static final String ADMIN = "crm-admin@contoso.com";

    @TempDir
    static Path folder;

    private static Bench bench;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start();
        bench = Bench.ofSamples(folder);
        Files.delete(bench.policies.resolve("block-legacy-authentication.yaml"));   // it blocks all programs without modern authentication
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

    private static UserState user(String name) throws Exception {
        return PolicyEngine.loadDirectory(bench.directory).user(name);
    }

    private static void picture(String name) throws Exception {
        for (int width : new int[] {390, 820, 1600}) {
            for (boolean isDark : new boolean[] {false, true}) {
                browser.show(width, isDark);
                browser.picture(name + "-" + width + (isDark ? "-dark" : ""));
            }
        }
        browser.show(1280, false);
    }

    /** The story that the product began with: the user is enforced, makes an app password, and a function app signs in with it. */
    @Test
    void enforcing_thenAnAppPassword_worksWithoutReadingAnything() throws Exception {
        String before = Files.readString(bench.directory);
        browser.open(bench.page("users"));
        browser.type("#users-search", "crm");
        browser.sees("#users-list", "1 of 16 users");
        assertThat(browser.driver.findElements(By.cssSelector("table.users tbody tr"))).hasSize(1);
        assertThat(browser.driver.getCurrentUrl()).endsWith("users?q=crm");
        browser.click("table.users tbody input[name=user]");
        browser.sees("[data-selected]", "1 selected");
        browser.named("button", "Enforce").click();
        browser.sees("#dialog", "Enforce MFA for " + ADMIN + "?");
        browser.sees("#dialog", "stop accepting the normal password");
        assertThat(browser.find("#dialog .buttons").getText()).contains("directory.yaml only, not the tenant.");
        assertThat(browser.find("#dialog h3").getText()).as("long folders aside").startsWith("What is written to …/").endsWith("/directory.yaml");
        assertThat(browser.find("#dialog pre.diff").getText()).doesNotContain(bench.directory.toString()).startsWith("--- …/");
        browser.check("the question before enforcing");
        picture("dialog-enforce");
        assertThat(bench.directory).as("before it is confirmed").hasContent(before);
        browser.named("#dialog button", "Enforce 1 user").click();
        browser.sees("#dialog .success", "Enforced MFA for " + ADMIN);
        browser.sees("#dialog .success", "/directory.yaml; the tenant is unchanged.");
        browser.sees("#dialog", "may create app passwords now");
        browser.sees("table.users", "Enforced");
        browser.check("what was enforced");
        picture("dialog-enforced");
        String block = before.substring(before.indexOf("  - id: d0278594"), before.indexOf("\n  # enforced: registered"));
        assertThat(bench.directory).hasContent(before.replace(block, block.replace("perUserMfaState: enabled", "perUserMfaState: enforced")
                .stripTrailing() + "\n    perUserMfaHistory:\n      - { dateTime: 2026-11-22T10:15:00Z, from: enabled, to: enforced, by: users enforce }\n"));

        browser.named("#dialog a", ADMIN).click();
        browser.sees("h1", "CRM Admin");
        browser.sees("#security-info", "Per-user MFA: Enforced");
        browser.check("security info");
        browser.click("button[aria-label='Add App password']");
        browser.type("#add-name", "Function app");
        assertThat(browser.find("#dialog .buttons").getText()).contains("not the tenant");
        browser.check("the name of an app password");
        browser.named("#dialog button", "Create app password").click();
        String password = browser.find("#app-password").getText();
        browser.sees("#dialog", "it is not shown again");
        browser.sees("#dialog .success", "/directory.yaml; the tenant is unchanged");
        for (int i = 0; i < 3; i++) {
            browser.driver.switchTo().activeElement().sendKeys(Keys.ESCAPE);
            browser.sees("#dialog .warning", "Copy it first,");
            assertThat(browser.driver.switchTo().activeElement().getText()).isEqualTo("Copy");
        }
        browser.check("the app password");
        picture("dialog-app-password");
        assertThat(AppPasswords.isAppPassword(password)).isTrue();
        assertThat(user(ADMIN).appPasswords()).singleElement().satisfies(each -> {
            assertThat(each.displayName()).isEqualTo("Function app");
            assertThat(AppPasswords.matches(password, each.hash())).isTrue();
        });
        browser.click("#dialog form button[type=submit]");
        browser.sees("#tried-now", "Let in");
        browser.check("the app password, tried");
        browser.click("#dialog button.primary");
        assertNowhere(password);
        browser.sees(".methods", "Function app");
        browser.driver.navigate().refresh();
        browser.sees(".methods", "Function app");
        assertNowhere(password);
        browser.driver.navigate().back();
        browser.find("h1");
        assertNowhere(password);
        browser.driver.navigate().forward();
        browser.sees("h1", "CRM Admin");
        assertNowhere(password);

        browser.type("#try-password", password);
        browser.named("button", "Try the sign-in").click();
        browser.sees("#tried", "With the normal password");
        assertThat(browser.find("#tried .card.allow").getText()).contains("With the app password");
        assertThat(browser.find("#tried .card.block").getText()).contains("With the normal password");
        assertThat(browser.driver.getCurrentUrl()).doesNotContain(password);
        browser.driver.executeScript("scrollTo(0, 0)");                 // the bar of the page would lie over a field
        browser.check("a sign-in that was tried");
        picture("security-info-tried");

        browser.click("button[aria-label='Delete the app password Function app']");
        browser.sees("#dialog", "Delete the app password “Function app”");
        assertThat(browser.find("#dialog pre.diff").getText()).as("the hash is hidden").doesNotContain("$argon2id$v=19$m=4096").contains("Function app");
        browser.check("the question before deleting");
        browser.click("#dialog button[name=confirm]");
        browser.sees("#dialog .success", "Deleted the app password");
        assertThat(browser.find("#dialog td code").getText()).isEqualTo("Function app");
        assertThat(browser.find("#dialog").getText()).doesNotContain("`");
        browser.driver.switchTo().activeElement().sendKeys(Keys.ESCAPE);
        assertThat((Boolean) browser.driver.executeScript("return document.getElementById('dialog').open")).as("nothing is lost").isFalse();
        assertThat(user(ADMIN).appPasswords()).isEmpty();
    }

    private static void assertNowhere(String password) {
        assertThat(browser.driver.getPageSource()).doesNotContain(password);
        assertThat((String) browser.driver.executeScript("return JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), history.state])"))
                .doesNotContain(password);
        assertThat(browser.driver.getCurrentUrl()).doesNotContain(password);
    }

    /** Registration makes an enabled user enforced, and what was registered can be removed. */
    @Test
    void registering_makesTheUserEnforced_andTheMethodCanBeDeleted() throws Exception {
        browser.open(bench.page("users/security-info/lena.okafor%40contoso.com"));
        browser.sees("#offers", "may add");
        browser.named("#offers-form label", "Elsewhere").click();
        browser.sees("#offers", "Blocked");
        browser.check("what is offered elsewhere");
        picture("security-info-elsewhere");
        browser.named("#offers-form label", "Trusted place").click();
        browser.click("button[aria-label='Add Phone (text message)']");
        browser.type("#add-phone", "+45 12345678");
        browser.named("#dialog button", "Next").click();
        browser.sees("#dialog", "Register Phone (text message) for lena.okafor@contoso.com?");
        browser.sees("#dialog .told", "enabled → enforced");
        browser.check("the question before registering");
        browser.click("#dialog button[name=confirm]");
        browser.sees("#dialog .success", "Registered Phone (text message)");
        browser.sees("#security-info", "Per-user MFA: Enforced");
        assertThat(user("lena.okafor@contoso.com").isMfaRegistered()).isTrue();
        browser.click("#dialog [data-close]");
        browser.click("button[aria-label='Delete Phone (text message)']");
        browser.click("#dialog button[name=confirm]");
        browser.sees("#dialog .success", "Deleted Phone (text message)");
        browser.sees("#security-info", "No method is registered");
        assertThat(user("lena.okafor@contoso.com").authenticationMethods()).isEmpty();
    }

    /** Users who never registered are asked about apart, and skipped unless that is chosen. */
    @Test
    void enforcingMany_skipsUsersWhoNeverRegistered_unlessChosen() throws Exception {
        browser.open(bench.page("users"));
        for (String name : List.of("emma.hart", "noah.berg", "milan.novak")) {
            browser.click("input[aria-label='Select " + name + "@contoso.com']");
        }
        browser.sees("[data-selected]", "3 selected");
        browser.type("#users-search", "emma");
        browser.sees("#users-list", "1 of 16 users");
        browser.sees("[data-selected]", "3 selected");
        browser.named("button", "Enforce").click();
        browser.sees("#dialog", "2 of them have never registered a method.");
        assertThat(browser.find("#dialog button[name=confirm]").getText()).isEqualTo("Enforce 1 user");
        browser.check("the question about users who never registered");
        browser.named("#dialog label", "Enforce them too").click();
        browser.sees("#dialog button[name=confirm]", "Enforce 3 users");
        picture("dialog-enforce-apart");
        browser.named("#dialog label", "Skip them").click();
        browser.sees("#dialog button[name=confirm]", "Enforce 1 user");
        browser.named("#dialog button", "Cancel").click();
        assertThat(user("emma.hart@contoso.com").perUserMfaState().graphName()).isEqualTo("disabled");
        assertThat(browser.named("button", "Disable").getDomAttribute("aria-disabled")).isEqualTo("false");
        browser.named("button", "Clear selection").click();
        browser.sees("[data-selected]", "0 selected");
        browser.sees("#users-list", "Check the boxes of users to change them.");
        browser.open(bench.page("users"));
        browser.click("input[aria-label='Select noah.berg@contoso.com']");
        browser.named("button", "Enforce").click();
        browser.sees("#dialog", "noah.berg@contoso.com has never registered a method.");
        assertThat(browser.find("#dialog").getText()).contains("Let them register first").doesNotContainIgnoringCase("of them").doesNotContain("Skip them")
                .doesNotContain("Conditional Access already asks");
        browser.check("the question about one user who never registered");
        browser.named("#dialog button", "Cancel").click();
        browser.click("input[aria-label='Select milan.novak@contoso.com']");
        browser.named("button", "Enforce").click();
        browser.sees("#dialog", "None of the 2 users has ever registered a method.");
        assertThat(browser.find("#dialog").getText()).doesNotContain("Skip them");
        browser.open(bench.page("users"));
        browser.sees("[data-selected]", "0 selected");
        assertThat(browser.named("button", "Disable").getDomAttribute("aria-disabled")).isEqualTo("true");
        browser.named("button", "Disable").click();
        browser.sees("#dialog", "No users are selected");
    }

    /** What a password opens anywhere and only from trusted places is told apart, and leads to those users. */
    @Test
    void tiles_tellAnywhereFromTrustedPlaces_andLeadToTheUsers() throws Exception {
        browser.open(bench.page("users"));
        assertThat(tile("open with a password alone, anywhere") + tile("open with a password alone, only from trusted places")
                + tile("closed to a password alone") + tile("disabled accounts")).as("each user once").isEqualTo(16);
        browser.named("a.tile span", "open with a password alone, only from trusted places").click();
        browser.sees("#users-list", "12 of 16 users");
        long registering = browser.driver.findElements(By.cssSelector("td[data-label='Only from trusted']")).stream()
                .filter(each -> each.getText().startsWith("registration")).count();
        assertThat(registering).isPositive();
        browser.sees("#users-tiles", "exposed to first registration, anywhere; " + registering + " more only from trusted places");
        assertThat(browser.named("table.users .by a", "Require MFA outside trusted locations").getDomAttribute("href"))
                .endsWith("/policies/require-mfa-outside-trusted-locations");
        assertThat(browser.driver.findElement(By.id("users-opens")).getDomProperty("value")).isEqualTo("trusted");
        assertThat(browser.find("table.users").getText()).contains("emma.hart@contoso.com", "Outside", "browser and modern apps (all but ")
                .doesNotContain("emergency-1");
        assertThat(browser.named("a", "Download CSV").getDomAttribute("href")).endsWith("/users/report?opens=trusted");
        browser.named("a.tile span", "open with a password alone, anywhere").click();
        browser.sees("#users-list", "1 of 16 users");
        assertThat(browser.find("table.users").getText()).contains("emergency-1@contoso.com", "legacy clients", "nothing more");
        browser.named("a.tile span", "disabled accounts").click();
        browser.sees("table.users", "former.colleague@contoso.com");
        browser.check("the users with a disabled account");
        browser.driver.executeScript("document.querySelector('main a.skip').focus()");
        assertThat(browser.driver.switchTo().activeElement().getLocation().getX()).as("the link that skips is in sight").isNotNegative();
        browser.driver.switchTo().activeElement().sendKeys(Keys.ENTER);
        assertThat(browser.driver.switchTo().activeElement().getDomAttribute("id")).isEqualTo("users-list");
    }

    private static int tile(String name) {
        return Integer.parseInt(browser.driver.findElements(By.cssSelector("a.tile")).stream().map(each -> each.getText().split("\\R"))
                .filter(each -> each[1].equals(name)).findFirst().orElseThrow()[0]);
    }

    /** What takes something away is not what a careless Enter does. */
    @Test
    void dialogs_thatTakeAway_focusCancel_andShowTheirBeginning() throws Exception {
        browser.open(bench.page("users/security-info/oscar.lind%40contoso.com"));
        for (String step : List.of("Disable", "Revoke sessions", "Revoke remembered MFA", "Require re-register")) {
            browser.named("button", step).click();
            browser.find("#dialog button.danger");
            assertThat(browser.driver.switchTo().activeElement().getText()).as(step).isEqualTo("Cancel");
            browser.driver.switchTo().activeElement().click();
        }
        browser.open(bench.page("users"));
        browser.named("button", "Revoke all sessions").click();
        browser.sees("#dialog", "of 16 users?");
        assertThat(browser.driver.switchTo().activeElement().getText()).isEqualTo("Cancel");
        assertThat(((Number) browser.driver.executeScript("return document.getElementById('dialog').scrollTop")).intValue()).isZero();
    }

    /** On a phone, the menu is whole and the actions stay in sight. */
    @Test
    void phone_showsTheWholeMenu_andKeepsTheActionsInSight() {
        browser.show(390, false);
        browser.open(bench.page("users"));
        List<?> cut = (List<?>) browser.driver.executeScript("return [...document.querySelectorAll('.top nav a')].map(each => each.getBoundingClientRect())"
                + ".filter(box => box.left < 0 || box.right > innerWidth)");
        assertThat(cut).as("sections beside the window").isEmpty();
        browser.driver.executeScript("scrollTo(0, 2000)");
        Number top = (Number) browser.driver.executeScript("return document.querySelector('#users-form > .user-actions').getBoundingClientRect().top");
        assertThat(top.intValue()).isZero();
        assertThat(browser.find("#users-form > .user-actions").getText()).as("beside its buttons").contains("0 selected");
        assertThat(browser.driver.findElements(By.cssSelector("table.users .by"))).isNotEmpty().allMatch(each -> each.isDisplayed());
        browser.show(700, false);
        browser.open(bench.page("replay"));
        Boolean shown = (Boolean) browser.driver.executeScript("const menu = document.querySelector('.top nav').getBoundingClientRect(), current = "
                + "document.querySelector('.top nav [aria-current]').getBoundingClientRect(); return current.left >= menu.left && current.right <= menu.right + 1");
        assertThat(shown).as("the section of the page is in sight").isTrue();
        browser.show(1280, false);
    }

    @Test
    void securityInfo_listsThePoliciesThatConcernTheUser_withWhatIncludesAndExcludes() throws Exception {
        browser.open(bench.page("users/security-info/emergency-1%40contoso.com"));
        browser.sees(".assigned", "group Break glass");
        browser.open(bench.page("users/security-info/greta.stone%40contoso.com"));
        assertThat(browser.named("dl.facts a", "Require MFA from administrators everywhere").getDomAttribute("href")).endsWith("/policies/require-mfa-for-admins");
        browser.named("button", "Enforce").click();
        browser.sees("#dialog", "Conditional Access already asks for MFA");
        browser.named("#dialog button", "Cancel").click();
        browser.open(bench.page("users/security-info/emergency-1%40contoso.com"));
        assertThat(row("Require MFA outside trusted locations")).contains("On", "all users", "group Break glass");
        assertThat(row("Require MFA from administrators everywhere")).contains("role ");
        browser.check("the policies of a user");
        browser.open(bench.page("users/security-info/lena.okafor%40contoso.com"));
        assertThat(row("Block access from any location except MFA trusted IPs")).contains("group Staff not yet registered", "not excluded");
        assertThat(browser.named("a", "Show them in Policies").getDomAttribute("href")).endsWith("/policies?user=lena.okafor%40contoso.com");
        browser.named(".assigned a", "Require MFA outside trusted locations").click();
        browser.sees("h1", "Require MFA outside trusted locations");
    }

    private static String row(String policy) {
        return browser.driver.findElements(By.cssSelector(".assigned tbody tr")).stream().map(each -> each.getText()).filter(text -> text.startsWith(policy))
                .findFirst().orElseThrow(() -> new AssertionError("missing " + policy + " in " + browser.find(".assigned").getText()));
    }

    @Test
    void wrongAppPassword_isToldToBeNone() {
        browser.open(bench.page("users/security-info/tom.visser%40contoso.com"));
        browser.type("#try-password", "abcdefghijklmnop");
        browser.named("button", "Try the sign-in").click();
        browser.sees("#tried", "This is not an app password of tom.visser@contoso.com.");
        assertThat(browser.find("#tried .card h3").getText()).contains("Wrong password");
        assertThat(browser.find("#tried").getText()).doesNotContain("not accepted");
        assertThat(browser.find("#tried").getText()).contains("With what you typed").doesNotContain("With the app password");
        browser.open(bench.page("users/security-info/emma.hart%40contoso.com"));
        browser.type("#try-password", "abcdefghijklmnop");
        browser.named("button", "Try the sign-in").click();
        browser.sees("#tried", "who has none");
    }
}
