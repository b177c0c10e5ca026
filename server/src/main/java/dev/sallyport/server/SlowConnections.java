package dev.sallyport.server;

import dev.sallyport.workbench.Workbench;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections of HTTP/1.1 that send the headers of a request, or take its answer, so slowly that none is done in time. The idle
 * time-out does not see them, because a byte now and then is enough for it.
 */
final class SlowConnections extends AbstractLifeCycle {

    private final ServerConnector connector;
    private final long mostNanos;
    private Map<EndPoint, Seen> seen = new HashMap<>();
    private volatile Scheduler.@Nullable Task next;

    /** The number of requests that a connection had when it was looked at first, by {@link System#nanoTime}. */
    private record Seen(long requests, long since) { }

    /** @param most the longest time between an answer and the next request with all its headers */
    SlowConnections(ServerConnector connector, Duration most) {
        this.connector = connector;
        this.mostNanos = most.toNanos();
    }

    @Override
    protected void doStart() {
        next = connector.getScheduler().schedule(this::look, mostNanos / 2, TimeUnit.NANOSECONDS);
    }

    @Override
    protected void doStop() {
        Scheduler.Task last = next;
        if (last != null) {
            last.cancel();
        }
    }

    private void look() {
        Map<EndPoint, Seen> now = new HashMap<>();
        long time = System.nanoTime();
        for (EndPoint each : connector.getConnectedEndPoints()) {
            Connection connection = each.getConnection() instanceof SslConnection tls ? tls.getSslEndPoint().getConnection()
                    : each.getConnection();
            if (connection == null || connection instanceof HTTP2Connection || connection.getMessagesIn() != connection.getMessagesOut()) {
                continue;                               // a request is at work, which has a time-out of its own
            }
            if (connection instanceof ConnectionMetaData meta && meta.getAttribute(Workbench.IS_AT_WORK) != null) {
                continue;                               // a browser sends or watches something long
            }
            Seen before = seen.get(each);
            boolean isSame = before != null && before.requests() == connection.getMessagesIn();
            if (before != null && isSame && time - before.since() >= mostNanos) {
                each.close();
            } else {
                now.put(each, before != null && isSame ? before : new Seen(connection.getMessagesIn(), time));
            }
        }
        seen = now;
        if (isRunning()) {
            next = connector.getScheduler().schedule(this::look, mostNanos / 2, TimeUnit.NANOSECONDS);
        }
    }
}
