package dev.sallyport;

import dev.sallyport.model.Decision;
import dev.sallyport.model.Request;

/** Hears of every decision of an engine, to count, time and log them: see {@link PolicyEngine#withListener}. */
@FunctionalInterface
public interface DecisionListener {

    /**
     * Something was decided. Called by the thread that asked, before it gets its answer, so this had better be quick; what it
     * throws is dropped, and changes nothing.
     *
     * @param request  what was asked, as the caller gave it; it may hold an app password, which a log must not
     * @param decision outcome and reason are fit for metrics; names of users are not
     * @param nanos    how long it took, the source of user states included
     */
    void decided(Request request, Decision decision, long nanos);
}
