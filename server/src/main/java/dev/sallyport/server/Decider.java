package dev.sallyport.server;

import dev.sallyport.PolicyEngine;
import dev.sallyport.ReloadingPolicyEngine;
import dev.sallyport.ReloadingPolicyEngine.State;
import dev.sallyport.ReloadingPolicyEngine.Status;
import dev.sallyport.model.Decision;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.read.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the engine in force, and tells whether its answers can be relied on. */
final class Decider {

    /** How long one failed decision keeps the decision point from being ready, if no decision succeeds. */
    private static final Duration FAILED = Duration.ofSeconds(10);

    private final ReloadingPolicyEngine engine;
    private final Duration staleAfter;
    private final Tokens tokens;
    /** When the last decision failed, by {@link System#nanoTime}; 0 if it did not. */
    private volatile long failedAt;
    private volatile boolean isStopping;

    Decider(ReloadingPolicyEngine engine, Duration staleAfter, Tokens tokens) {
        this.engine = engine;
        this.staleAfter = staleAfter;
        this.tokens = tokens;
    }

    /** The engine in force, for the decisions of one exchange. */
    PolicyEngine engine() {
        return engine.engine();
    }

    /** Decides a request. */
    Decision decide(PolicyEngine by, Request request) {
        return noted(by.evaluate(request));
    }

    /** Decides a request, and says how each policy fared. */
    Decision explain(PolicyEngine by, Request request) {
        return noted(by.explain(request));
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
        return tokens.unready();
    }
}
