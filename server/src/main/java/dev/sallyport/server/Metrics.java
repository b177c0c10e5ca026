package dev.sallyport.server;

import dev.sallyport.PolicyEngine;
import dev.sallyport.ReloadingPolicyEngine;
import dev.sallyport.model.Decision;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Counts for Prometheus. No label holds what a client sends: outcomes, reasons, states and status codes are closed lists, and a policy set
 * has one version at a time.
 */
final class Metrics {

    /** The upper bounds of the buckets, in seconds: a decision takes microseconds, a user source milliseconds. */
    private static final double[] BOUNDS = {0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.001, 0.01, 0.1, 1};
    private static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter decisions = Counter.builder().name("sallyport_decisions_total").help("Decisions, by outcome and reason.")
            .labelNames("outcome", "reason").register(registry);
    private final Counter refusals = Counter.builder().name("sallyport_refusals_total")
            .help("Requests that were refused before the engine was asked, by what was wrong.").labelNames("reason").register(registry);
    private final Counter responses = Counter.builder().name("sallyport_responses_total").help("Responses, by the status code of HTTP.")
            .labelNames("status").register(registry);
    private final Histogram durations = Histogram.builder().name("sallyport_decision_duration_seconds").help("The time of a decision.")
            .classicOnly().classicUpperBounds(BOUNDS).withoutExemplars().register(registry);
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();

    /** What was wrong with a request that was refused before the engine was asked. */
    enum Refusal {
        /** The URL belongs to no application. */
        APPLICATION,
        /** A header comes twice, or holds what it cannot hold. */
        FACTS,
        /** The client has not signed in. */
        SUBJECT,
        /** The token proves nothing. */
        TOKEN,
        /** The mapping of AuthZEN's words does not fit. */
        MAPPING;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** @param log the decision log; {@code null} if there is none */
    Metrics(ReloadingPolicyEngine engine, @Nullable DecisionLog log) {
        Counter reloads = Counter.builder().name("sallyport_reloads_total").help("Changes of the files, by the state afterwards.")
                .labelNames("state").register(registry);
        reloads.initLabelValues("loaded");
        reloads.initLabelValues("stale");
        long[] loaded = {System.nanoTime()};
        engine.addListener(status -> {
            reloads.labelValues(status.state().name().toLowerCase(Locale.ROOT)).inc();
            if (status.state() == ReloadingPolicyEngine.State.LOADED) {
                synchronized (loaded) {
                    loaded[0] = System.nanoTime();
                }
            }
        });
        GaugeWithCallback.builder().name("sallyport_policy_set_age_seconds").help("The time since the files in force were loaded.")
                .callback(gauge -> {
                    synchronized (loaded) {
                        gauge.call((System.nanoTime() - loaded[0]) / 1e9);
                    }
                }).register(registry);
        GaugeWithCallback.builder().name("sallyport_policy_set_stale")
                .help("1 while the files cannot be loaded, and those from before are in force.")
                .callback(gauge -> gauge.call(engine.status().state() == ReloadingPolicyEngine.State.STALE ? 1 : 0)).register(registry);
        GaugeWithCallback.builder().name("sallyport_policy_set_info").help("The versions in force.")
                .labelNames("policy_set_version", "directory_version").callback(gauge -> {
                    PolicyEngine now = engine.engine();
                    gauge.call(1, now.policySet().version(), String.valueOf(now.directory().version()));
                }).register(registry);
        GaugeWithCallback.builder().name("sallyport_info").help("The version of the program.").labelNames("version")
                .callback(gauge -> gauge.call(1, version())).register(registry);
        if (log != null) {
            GaugeWithCallback.builder().name("sallyport_decision_log_queue").help("Lines of the decision log that wait.")
                    .callback(gauge -> gauge.call(log.queued())).register(registry);
            CounterWithCallback.builder().name("sallyport_decision_log_written_total").help("Lines of the decision log that were written.")
                    .callback(counter -> counter.call(log.written())).register(registry);
            CounterWithCallback.builder().name("sallyport_decision_log_dropped_total").help("Lines of the decision log that were dropped.")
                    .callback(counter -> counter.call(log.dropped())).register(registry);
        }
        for (Refusal each : Refusal.values()) {
            refusals.initLabelValues(each.toString());
        }
    }

    private static String version() {
        String version = Metrics.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    void decided(Decision decision, long nanos) {
        decisions.labelValues(decision.outcome().toString(), decision.reason().code().toString()).inc();
        durations.observe(nanos / 1e9);
    }

    void refused(Refusal why) {
        refusals.labelValues(why.toString()).inc();
    }

    void answered(int status) {
        responses.labelValues(String.valueOf(status)).inc();
    }

    /** All of them, in the text format of Prometheus. */
    Answer answer(Exchange exchange) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            writer.write(text, registry.scrape());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return new Answer(200, List.of(), CONTENT_TYPE, text.toString(StandardCharsets.UTF_8));
    }
}
