package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.results.CheckedNode;
import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Collectors;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A real Chromium without a window. */
final class Chromium implements AutoCloseable {

    /** Where pictures of pages are written. */
    static final Path PICTURES = Path.of("target/pictures");

    private static final Path BROWSER = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final List<String> WCAG = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    final ChromeDriver driver;

    private Chromium(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts one; without Chromium the test is skipped, and says so. */
    static Chromium start() {
        assumeTrue(Files.exists(BROWSER) && Files.exists(DRIVER), "missing Chromium: install the packages chromium and chromium-driver");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(BROWSER.toString());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
                "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--force-color-profile=srgb");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        Chromium chromium = new Chromium(new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile())
                .withSilent(true).build(), options));
        chromium.show(1280, false);
        return chromium;
    }

    /** The width of the window, and whether the system prefers dark colours. */
    void show(int width, boolean isDark) {
        driver.manage().window().setSize(new Dimension(width, 900));
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value",
                isDark ? "dark" : "light"), Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    void open(String url) {
        driver.get(url);
    }

    /** The first element of a selector of CSS, once it is visible. */
    WebElement find(String selector) {
        return new WebDriverWait(driver, PATIENCE).until(ExpectedConditions.visibilityOfElementLocated(By.cssSelector(selector)));
    }

    /** The first element whose whole text this is, once it is visible; {@code kind} is its selector, such as {@code button}. */
    WebElement named(String kind, String text) {
        return new WebDriverWait(driver, PATIENCE).until(any -> driver.findElements(By.cssSelector(kind)).stream()
                .filter(each -> each.isDisplayed() && each.getText().strip().equals(text)).findFirst().orElse(null));
    }

    /** Waits until an element holds a text. */
    void sees(String selector, String text) {
        new WebDriverWait(driver, PATIENCE).withMessage(() -> "`" + text + "` in " + selector + ", which holds: "
                + driver.findElements(By.cssSelector(selector)).stream().map(WebElement::getText).collect(Collectors.joining(" | ")))
                .until(ExpectedConditions.textToBePresentInElementLocated(By.cssSelector(selector), text));
    }

    void click(String selector) {
        find(selector).click();
    }

    /** Replaces what a field holds. */
    void type(String selector, String text) {
        WebElement field = find(selector);
        field.clear();
        field.sendKeys(text);
    }

    /** A picture of the whole page, below {@link #PICTURES}. */
    void picture(String name) throws IOException {
        long height = ((Number) driver.executeScript("return Math.max(document.documentElement.scrollHeight, 900)")).longValue();
        long width = ((Number) driver.executeScript("return document.documentElement.clientWidth")).longValue();
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", Math.min(height, 6_000), "deviceScaleFactor", 1,
                "mobile", false));
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What a page must keep: no rule of WCAG 2.2 AA is broken, nothing is wider than the window, and the console is silent. */
    void check(String page) {
        List<String> broken = new AxeBuilder().setLegacyMode().withTags(WCAG).analyze(driver).getViolations().stream().map(Chromium::text).toList();
        assertThat(broken).as("accessibility of " + page).isEmpty();
        assertThat((Boolean) driver.executeScript("return document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                .as(page + " fits the width of the window").isTrue();
        assertSilent(page);
    }

    /** Nothing was refused by the Content-Security-Policy, and no script failed. */
    void assertSilent(String page) {
        assertThat(driver.manage().logs().get(LogType.BROWSER).getAll().stream().filter(each -> each.getLevel().intValue() >= Level.WARNING.intValue()))
                .as("the console of " + page).isEmpty();
    }

    private static String text(Rule rule) {
        return rule.getId() + ": " + rule.getHelp() + ": " + rule.getNodes().stream().map(CheckedNode::getHtml).limit(5).collect(Collectors.joining(" | "));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
