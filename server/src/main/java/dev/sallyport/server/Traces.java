package dev.sallyport.server;

import dev.sallyport.model.Decision;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

/**
 * A span per decision, in the trace of the caller ({@code traceparent}, W3C Trace Context). Without an SDK, which the agent of
 * OpenTelemetry brings, spans go nowhere and cost nothing; the id of the trace is logged all the same.
 */
final class Traces {

    private static final TextMapGetter<Exchange> HEADERS = (exchange, name) -> exchange == null ? null : exchange.headers().get(name);

    private final Tracer tracer = GlobalOpenTelemetry.getTracer("dev.sallyport.server");

    /** Begins the span of a decision. */
    Span begin(Exchange exchange) {
        return tracer.spanBuilder("sallyport.decide").setParent(context(exchange)).startSpan();
    }

    /** Ends the span of a decision. */
    static void end(Span span, Decision decision) {
        if (span.isRecording()) {
            span.setAttribute("sallyport.outcome", decision.outcome().toString());
            span.setAttribute("sallyport.reason", decision.reason().code().toString());
            span.setAttribute("sallyport.policy_set.version", decision.policySetVersion());
        }
        span.end();
    }

    /** The id of the trace; {@code null} if there is none. */
    @Nullable String id(Exchange exchange) {
        Span span = Span.fromContext(context(exchange));
        return span.getSpanContext().isValid() ? span.getSpanContext().getTraceId() : null;
    }

    /** The trace in which this thread works already, or that of the caller. */
    private static Context context(Exchange exchange) {
        Context now = Context.current();
        return Span.fromContext(now).getSpanContext().isValid() || exchange.headers().get("traceparent") == null ? now
                : W3CTraceContextPropagator.getInstance().extract(now, exchange, HEADERS);
    }
}
