package dev.sallyport.workbench;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each page in a real browser, at three widths and in both themes. The pictures are in {@code target/pictures}. */
class PagesTest {

    private static final int[] WIDTHS = {390, 820, 1600};

    @TempDir
    static Path folder;

    private static Bench bench;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start();
        bench = Bench.ofSamples(folder);
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

    @ParameterizedTest
    @ValueSource(strings = {"what-if", "rules/PU-13"})
    void page_atEveryWidthAndInBothThemes_keepsTheRules(String page) throws Exception {
        for (int width : WIDTHS) {
            for (boolean isDark : new boolean[] {false, true}) {
                browser.show(width, isDark);
                browser.open(bench.page(page));
                browser.find("h1");
                String name = page.replaceAll("[^a-z0-9]+", "-") + "-" + width + (isDark ? "-dark" : "");
                browser.picture(name);
                browser.check(name);
            }
        }
    }
}
