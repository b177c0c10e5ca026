package dev.sallyport.server;

import dev.sallyport.PolicyEngine;
import dev.sallyport.ReloadingPolicyEngine;
import dev.sallyport.ReloadingPolicyEngine.State;
import dev.sallyport.ReloadingPolicyEngine.Status;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.read.Resources;
import io.opentelemetry.api.trace.Span;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks the engine in force, hands each decision to the log, the metrics and the trace, and tells whether answers can be relied on. */
final class Decider {

    /** How long one failed decision keeps the decision point from being ready, if no decision succeeds. */
    private static final Duration FAILED = Duration.ofSeconds(10);

    private final ReloadingPolicyEngine engine;
    private final Clock clock;
    private final Duration staleAfter;
    private final Tokens tokens;
    private final @Nullable DecisionLog log;
    private final @Nullable DecisionRecord records;
    private final int allowPercent;
    private final Metrics metrics;
    private final Traces traces = new Traces();
    /** When the last decision failed, by {@link System#nanoTime}; 0 if it did not. */
    private volatile long failedAt;
    private volatile boolean isStopping;

    /**
     * @param log the decision log; {@code null} if there is none
     * @param logging how decisions are logged; {@code null} if they are not
     */
    Decider(ReloadingPolicyEngine engine, Clock clock, Duration staleAfter, Tokens tokens, @Nullable DecisionLog log,
            Settings.@Nullable DecisionLogSettings logging, Metrics metrics) {
        this.engine = engine;
        this.clock = clock;
        this.staleAfter = staleAfter;
        this.tokens = tokens;
        this.log = log;
        this.records = logging == null ? null : new DecisionRecord(logging);
        this.allowPercent = logging == null ? 0 : logging.allowPercent();
        this.metrics = metrics;
    }

    /** The engine in force, for the decisions of one exchange. */
    PolicyEngine engine() {
        return engine.engine();
    }

    /** Decides a request. */
    Decision decide(PolicyEngine by, Request request, Exchange exchange) {
        return decided(request, exchange, by::evaluate);
    }

    /** Decides a request, and says how each policy fared. */
    Decision explain(PolicyEngine by, Request request, Exchange exchange) {
        return decided(request, exchange, by::explain);
    }

    /** What a decision would be, for a search: it is neither logged nor counted. */
    Decision probe(PolicyEngine by, Request request) {
        return noted(by.evaluate(request));
    }

    private Decision decided(Request request, Exchange exchange, Function<Request, Decision> engine) {
        Span span = traces.begin(exchange);
        long start = System.nanoTime();
        Decision decision = noted(engine.apply(request));
        long nanos = System.nanoTime() - start;
        Traces.end(span, decision);
        metrics.decided(decision, nanos);
        if (log != null && records != null && (decision.outcome() != Outcome.ALLOW || allowPercent == 100
                || ThreadLocalRandom.current().nextInt(100) < allowPercent)) {
            log.add(records.decided(exchange, traces.id(exchange), request, decision, nanos));
        }
        return decision;
    }

    /**
     * A request was refused before the engine was asked.
     *
     * @param what what was wrong
     * @param why why, for the log
     */
    void refused(Exchange exchange, Metrics.Refusal what, String why) {
        metrics.refused(what);
        if (log != null && records != null) {
            log.add(records.refused(exchange, traces.id(exchange), why, clock.instant()));
        }
    }

    private Decision noted(Decision decision) {
        if (decision.reason().code() == ReasonCode.EVALUATION_FAILED) {
            failedAt = System.nanoTime() | 1;
        } else if (failedAt != 0) {
            failedAt = 0;
        }
        return decision;
    }

    /** From now on, the decision point is not ready: it is about to stop. */
    void stop() {
        isStopping = true;
    }

    /** Why the decision point is not ready; {@code null} if it is. */
    @Nullable String unready() {
        Status status = engine.status();
        if (isStopping) {
            return "stopping";
        }
        if (Resources.isNothing(engine.engine().policySet())) {
            return "the policy set is empty";
        }
        if (status.state() == State.CLOSED) {
            return "closed";
        }
        if (status.state() == State.STALE && Duration.between(status.since(), Instant.now()).compareTo(staleAfter) > 0) {
            return "the files cannot be loaded since " + status.since();
        }
        long failed = failedAt;
        if (failed != 0 && System.nanoTime() - failed < TimeUnit.NANOSECONDS.convert(FAILED)) {
            return "the last decision failed";
        }
        String unlogged = log == null ? null : log.unready();
        return unlogged != null ? unlogged : tokens.unready();
    }
}
