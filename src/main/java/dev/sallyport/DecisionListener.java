package dev.sallyport;

import dev.sallyport.model.Decision;
import dev.sallyport.model.Request;
import org.jspecify.annotations.Nullable;

/** Receives every decision of an engine, to count, time and log it: see {@link PolicyEngine#withListener}. */
@FunctionalInterface
public interface DecisionListener {

    /**
     * Called after every decision, by the thread that asked and before it gets the answer, so it should return quickly. An exception is
     * ignored.
     *
     * @param request the request as the caller gave it, {@code null} included; it may hold an app password, which must not be logged
     * @param decision the decision; its outcome and reason are suitable for metrics, names of users are not
     * @param nanos the duration in nanoseconds, including the source of user states
     */
    void decided(@Nullable Request request, Decision decision, long nanos);
}
