package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policies in a real browser: switched, edited, compared and written. */
class PolicyPagesTest {

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

    @Test
    void pictures() throws Exception {
        browser.show(1600, false);
        browser.open(bench.page("policies"));
        browser.find(".policy");
        browser.picture("pol-list-1600");
        browser.click("#policy-0 .choices label:nth-of-type(3)");
        browser.find(".sandbox .chip");
        browser.picture("pol-switched-1600");
        browser.open(bench.page("policies/changes"));
        browser.find(".change");
        browser.picture("pol-changes-1600");
        browser.open(bench.page("policies/require-mfa-for-admins"));
        browser.find(".CodeMirror-line");
        browser.find("#findings p, #findings li");
        browser.picture("pol-detail-1600");
        browser.open(bench.page("errors/SP1203"));
        browser.picture("pol-error-1600");
        browser.open(bench.page("policies"));
        browser.click(".sandbox .primary");
        browser.find("#dialog pre.diff");
        browser.picture("pol-dialog-1600");
        browser.assertSilent("x");
    }
}
