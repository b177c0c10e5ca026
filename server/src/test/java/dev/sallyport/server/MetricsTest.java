package dev.sallyport.server;

import static dev.sallyport.server.Running.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.LoadOptions;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a decision point tells of itself: metrics for Prometheus, and a span per decision. */
class MetricsTest {

    private static final String KEY = "gateway-key-of-today-gateway-key-of-today";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @TempDir
    private Path folder;

    private Running running(Path policies, Settings.DecisionLogSettings log) throws Exception {
        Settings.Wire wire = SettingsReader.read(Running.resource("gateway/server.yaml"));
        return Running.of(new Settings(List.of(policies), List.of(Running.resource("gateway/directory.yaml")), LoadOptions.lenient(), "127.0.0.1", 0, null,
                null, false, new Settings.Wire(wire.callers(), null, wire.proxies(), wire.applications(), wire.headers(), wire.signIn(), null,
                wire.limits(), wire.staleAfter(), wire.issuers(), log)), Running.CLOCK);
    }

    private static String metrics(Running running) throws Exception {
        HttpResponse<String> response = running.get("/metrics", "Authorization", "Bearer " + KEY);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain; version=0.0.4");
        return response.body();
    }

    private static void decide(Running running, String user, String... headers) throws Exception {
        String[] all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = "Bearer " + KEY;
        System.arraycopy(headers, 0, all, 2, headers.length);
        assertThat(running.post("/v1/decisions", json("{'user':'" + user + "','application':'Wiki','clientAppType':'browser'}"), all).statusCode()).isEqualTo(200);
    }

    @Test
    void metrics_ofDecisions_areCountedByOutcomeAndReason() throws Exception {
        Settings.DecisionLogSettings log = new Settings.DecisionLogSettings(folder.resolve("log"), false, 1 << 20, 2, false, Set.of(), 100);
        try (Running running = running(Running.resource("gateway/policies.yaml"), log)) {
            for (String each : List.of("ann", "ann", "gus", "ben", "nobody", "nobody\\n\\\"evil\\\"{}")) {
                decide(running, each);
            }
            running.get("/forward-auth?dialect=nginx", "X-Sallyport-Key", KEY, "X-Sallyport-User", "ann", "X-Original-URL", "https://other.contoso.com/");
            running.get("/forward-auth?dialect=nginx", "X-Sallyport-Key", KEY, "X-Original-URL", "https://wiki.contoso.com/");
            running.get("/forward-auth?dialect=nginx", "X-Sallyport-Key", KEY);
            assertThat(running.get("/metrics").statusCode()).as("without a key").isEqualTo(401);
            Eventually.is(true, () -> metrics(running).contains("sallyport_decision_log_written_total 9.0"));
            String text = metrics(running);

            assertThat(text).contains("sallyport_decisions_total{outcome=\"allow\",reason=\"noPolicyApplies\"} 2.0\n",
                    "sallyport_decisions_total{outcome=\"block\",reason=\"blockedByConditionalAccess\"} 1.0\n",
                    "sallyport_decisions_total{outcome=\"challenge\",reason=\"mfaRequired\"} 1.0\n",
                    "sallyport_decisions_total{outcome=\"block\",reason=\"invalidRequest\"} 2.0\n",
                    "sallyport_decision_duration_seconds_count 6\n", "sallyport_decision_duration_seconds_bucket{le=\"+Inf\"} 6\n",
                    "sallyport_refusals_total{reason=\"application\"} 1.0\n", "sallyport_refusals_total{reason=\"subject\"} 1.0\n",
                    "sallyport_refusals_total{reason=\"facts\"} 1.0\n", "sallyport_refusals_total{reason=\"token\"} 0.0\n",
                    "sallyport_responses_total{status=\"403\"} 2.0\n", "sallyport_responses_total{status=\"401\"} 2.0\n",
                    "sallyport_decision_log_dropped_total 0.0\n", "sallyport_decision_log_queue 0.0\n", "sallyport_policy_set_stale 0.0\n",
                    "sallyport_info{version=\"");
            assertThat(text).containsPattern("sallyport_policy_set_info\\{directory_version=\"sha256:[0-9a-f]{64}\",policy_set_version=\"sha256:[0-9a-f]{64}\"} 1.0")
                    .doesNotContain("evil").doesNotContain("nobody").doesNotContain("ann@");
            assertThat(text.lines().filter(each -> !each.startsWith("#"))).allMatch(each -> each.matches("[a-z_]+(\\{([a-z_]+=\"[^\"\\\\]*\",?)*})? [0-9.E+-]+"));
        }
    }

    @Test
    void metrics_ofReloads_tellStateVersionAndAge() throws Exception {
        Path policies = folder.resolve("policies.yaml");
        Files.copy(Running.resource("gateway/policies.yaml"), policies);
        try (Running running = running(policies, null)) {
            String before = metrics(running).lines().filter(each -> each.startsWith("sallyport_policy_set_info")).findFirst().orElseThrow();
            assertThat(metrics(running)).contains("sallyport_reloads_total{state=\"loaded\"} 0.0").doesNotContain("sallyport_decision_log");

            replace(policies, Files.readString(policies).replace("MFA for some", "MFA for a few"));
            Eventually.is(true, () -> metrics(running).contains("sallyport_reloads_total{state=\"loaded\"} 1.0"));
            assertThat(metrics(running)).doesNotContain(before);
            assertThat(age(metrics(running))).isBetween(0.0, 19.0);

            replace(policies, "kind: [");
            Eventually.is(true, () -> metrics(running).contains("sallyport_policy_set_stale 1.0"));
            assertThat(metrics(running)).contains("sallyport_reloads_total{state=\"stale\"} 1.0");
        }
    }

    /** In one step, so that no reload sees a part of it. */
    private void replace(Path file, String text) throws Exception {
        Path next = folder.resolve("next");
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static double age(String metrics) {
        return Double.parseDouble(metrics.lines().filter(each -> each.startsWith("sallyport_policy_set_age_seconds ")).findFirst().orElseThrow().split(" ")[1]);
    }

    // ---- traces

    @Test
    void span_ofADecision_continuesTheTraceOfTheCaller() throws Exception {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        GlobalOpenTelemetry.resetForTest();
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder().setTracerProvider(SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans))
                .build()).buildAndRegisterGlobal();
        Settings.DecisionLogSettings log = new Settings.DecisionLogSettings(folder.resolve("log"), false, 1 << 20, 2, false, Set.of(), 100);
        List<SpanData> found;
        try (Running running = running(Running.resource("gateway/policies.yaml"), log)) {
            decide(running, "gus", "traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");
            decide(running, "ann");
            decide(running, "ann", "traceparent", "00-zz");
            found = spans.getFinishedSpanItems();
        } finally {
            sdk.close();
            GlobalOpenTelemetry.resetForTest();
        }
        assertThat(found).extracting(SpanData::getName).containsExactly("sallyport.decide", "sallyport.decide", "sallyport.decide");
        assertThat(found.get(0).getTraceId()).isEqualTo(TRACE);
        assertThat(found.get(0).getParentSpanId()).isEqualTo("b7ad6b7169203331");
        assertThat(found.get(0).getAttributes().get(AttributeKey.stringKey("sallyport.outcome"))).isEqualTo("block");
        assertThat(found.get(0).getAttributes().get(AttributeKey.stringKey("sallyport.reason"))).isEqualTo("blockedByConditionalAccess");
        assertThat(found.get(0).getAttributes().get(AttributeKey.stringKey("sallyport.policy_set.version"))).startsWith("sha256:");
        assertThat(found.get(0).getAttributes().size()).as("no user, no address").isEqualTo(3);
        assertThat(found.get(1).getParentSpanContext().isValid()).isFalse();
        assertThat(found.get(2).getTraceId()).isNotEqualTo(TRACE);
        assertThat(Files.readAllLines(folder.resolve("log")).get(0)).contains("\"traceId\":\"" + TRACE + "\"");
    }

    @Test
    void trace_withoutAnSdk_isLoggedAllTheSame() throws Exception {
        Settings.DecisionLogSettings log = new Settings.DecisionLogSettings(folder.resolve("log"), false, 1 << 20, 2, false, Set.of(), 100);
        try (Running running = running(Running.resource("gateway/policies.yaml"), log)) {
            decide(running, "gus", "traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");
            decide(running, "gus", "traceparent", "00-" + TRACE + "\"-b7ad6b7169203331-01");
        }
        assertThat(Files.readAllLines(folder.resolve("log"))).hasSize(2).satisfiesExactly(first -> assertThat(first).contains("\"traceId\":\"" + TRACE + "\""),
                second -> assertThat(second).doesNotContain("traceId"));
    }
}
