package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.LoadOptions;
import dev.sallyport.PolicyEngine;
import dev.sallyport.log.SampleLog;
import dev.sallyport.server.DecisionPoint;
import dev.sallyport.server.Settings;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page watches work that takes longer than the decision point gives a caller. */
class EventsTest {

    private static final Duration TIMEOUT = Duration.ofMillis(700);
    private static final int RECORDS = 60_000;

    @TempDir
    Path folder;

    @Test
    void events_thatTakeLongerThanAnAnswerMay_areSentToTheirEnd() throws Exception {
        Path samples = Path.of("..").toAbsolutePath().normalize();
        Path policies = samples.resolve("rules/conditional-access");
        Path directory = samples.resolve("samples/directory.yaml");
        Path log = folder.resolve("log.json");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(log))) {
            new SampleLog(PolicyEngine.load(policies, directory), RECORDS, 7, 0).write(out, SampleLog.Dialect.MONITOR);
        }
        Settings.Wire usual = Settings.Wire.DEFAULT;
        Settings.Limits limits = usual.limits();
        Settings.Wire wire = new Settings.Wire(usual.callers(), null, List.of(), List.of(), usual.headers(), usual.signIn(), null,
                new Settings.Limits(limits.bodyBytes(), limits.batch(), limits.headerBytes(), TIMEOUT, limits.concurrent(), limits.queue(),
                limits.connections()), usual.staleAfter(), List.of(), null);
        CookieManager cookies = new CookieManager();
        try (DecisionPoint point = DecisionPoint.start(new Settings(List.of(policies), List.of(directory), LoadOptions.lenient(),
                "127.0.0.1", 0, null, null, false, wire, true), Bench.CLOCK)) {
            String origin = "http://127.0.0.1:" + point.port();
            Matcher token = Pattern.compile("\"form-token\":\"([\\w-]+)\"").matcher(get(cookies, origin + point.workbenchPath()));
            assertThat(token.find()).isTrue();
            HttpRequest upload = HttpRequest.newBuilder(URI.create(origin + "/workbench/replay/log?name=log.json"))
                    .header("form-token", token.group(1)).header("Origin", origin).POST(BodyPublishers.ofFile(log)).build();
            assertThat(browser(cookies).send(upload, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            long begun = System.nanoTime();
            String events = get(cookies, origin + "/workbench/replay/run");
            assumeTrue(Duration.ofNanos(System.nanoTime() - begun).compareTo(TIMEOUT.multipliedBy(3)) > 0, "the replay was too fast");
            assertThat(events).contains("event: progress\n", "60,000 records").endsWith("event: done\ndata: done\n\n");
        }
    }

    /** A browser with a connection of its own, which the server has not closed yet. */
    private static HttpClient browser(CookieManager cookies) {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).cookieHandler(cookies).followRedirects(Redirect.NORMAL).build();
    }

    private static String get(CookieManager cookies, String url) throws Exception {
        return browser(cookies).send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString()).body();
    }
}
