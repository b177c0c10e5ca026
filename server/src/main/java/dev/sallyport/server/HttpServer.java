package dev.sallyport.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 and HTTP/2 on one port, with or without TLS.
 *
 * <p>The way of a request: the caller is admitted by its headers, then the request waits for its turn, then the body is read without a
 * thread, then the protocol of its path answers. Over HTTP/1.1 a small body is answered in the thread that read it, because a decision
 * takes microseconds; streams of HTTP/2 have as many threads as there are processors. What may take longer moves to the pool.
 */
final class HttpServer {

    /** The largest body that is answered in the thread that read it, in bytes. */
    private static final int SMALL = 8 << 10;
    private static final byte[] APP_PASSWORD = Mapping.APP_PASSWORD.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    private static final Pattern REQUEST_ID = Pattern.compile("[\\x21-\\x7e]{1,200}");
    private static final String REQUEST_ID_HEADER = "X-Request-ID";
    /** The key of a gateway whose {@code Authorization} header belongs to its client. */
    private static final String KEY_HEADER = "X-Sallyport-Key";
    private static final String BEARER = "Bearer ";
    private static final List<String> LOOPBACK_NAMES = List.of("localhost", "127.0.0.1", "[::1]");
    private static final System.Logger LOG = System.getLogger("dev.sallyport.server");

    /**
     * A path.
     *
     * @param method the method; empty for every method
     * @param isOpen whether a caller needs no key
     * @param isGateway whether the {@code Authorization} header belongs to the client behind the caller
     * @param isLong whether it may take longer than a decision
     * @param protocol what answers
     */
    record Route(String method, boolean isOpen, boolean isGateway, boolean isLong, Protocol protocol) { }

    private final Settings settings;
    private final Callers callers;
    private final Server server;
    private final ServerConnector connector;
    /** Takes microseconds for each task, so that more threads than processors would only get in each other's way. */
    private final ExecutorService quick = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), task -> {
        Thread thread = new Thread(task, "sallyport-quick");
        thread.setDaemon(true);
        return thread;
    });

    private final Handler decisions;
    private volatile Work work = new Work(Map.of(), Map.of(), () -> true, status -> { });

    /**
     * What the server does.
     *
     * @param routes what answers, by path
     * @param prefixes what answers paths with anything behind them; these end in a slash
     * @param mayWait whether a short question may take longer than a few microseconds
     * @param answered takes the status code of each answer
     */
    record Work(Map<String, Route> routes, Map<String, Route> prefixes, BooleanSupplier mayWait, IntConsumer answered) { }

    /**
     * A server that does not listen yet, so that it can be made while the policies are loaded.
     *
     * @param tls the certificate; {@code null} for plain HTTP
     */
    HttpServer(Settings settings, Callers callers, SslContextFactory.@Nullable Server tls) {
        this.settings = settings;
        this.callers = callers;
        Settings.Limits limits = settings.wire().limits();
        QueuedThreadPool pool = new QueuedThreadPool(limits.concurrent() + 8, 4);
        pool.setName("sallyport");
        this.server = new Server(pool);
        this.connector = new ServerConnector(server, 1, Runtime.getRuntime().availableProcessors(), factories(tls, limits));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(limits.timeout().toMillis());
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
        connector.addBean(new SlowConnections(connector, limits.timeout().multipliedBy(2)));
        Answering answering = new Answering();
        QoSHandler queue = new QoSHandler(answering);
        queue.setMaxRequestCount(limits.concurrent());
        queue.setMaxSuspendedRequestCount(limits.queue());
        queue.setMaxSuspend(limits.timeout());
        decisions = new Admission(queue, answering);
        server.setErrorHandler(this::refused);
        server.setStopTimeout(limits.timeout().plusMillis(2 * connector.getShutdownIdleTimeout()).toMillis());
    }

    private static ConnectionFactory[] factories(SslContextFactory.@Nullable Server tls, Settings.Limits limits) {
        HttpConfiguration config = new HttpConfiguration();
        config.setHttpCompliance(HttpCompliance.STRICT);        // a line feed alone ends no line, so that no proxy reads another request
        config.setSendServerVersion(false);
        config.setSendDateHeader(false);
        config.setRequestHeaderSize(limits.headerBytes());
        HttpConnectionFactory http1 = new HttpConnectionFactory(config);
        if (tls == null) {
            return new ConnectionFactory[] {http1, new HTTP2CServerConnectionFactory(config)};
        }
        SecureRequestCustomizer secure = new SecureRequestCustomizer();
        secure.setSniHostCheck(false);                  // callers may use an address; the name of the certificate is theirs to check
        config.addCustomizer(secure);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        return new ConnectionFactory[] {new SslConnectionFactory(tls, alpn.getProtocol()), alpn,
            new HTTP2ServerConnectionFactory(config), http1};
    }

    /**
     * Listens.
     *
     * @param front answers some paths before the decision point; {@code null} for none
     */
    void start(Work toDo, @Nullable Handler front) throws Exception {
        work = toDo;
        server.setHandler(new GracefulHandler(front == null ? decisions : new Handler.Sequence(front, decisions)));
        server.start();
    }

    int port() {
        return connector.getLocalPort();
    }

    /** Answers what has begun, refuses what is new, and stops. What is not answered in time is cut off. */
    void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "requests were cut off: " + e);
        }
        quick.shutdown();
    }

    /** Waits until the server has stopped. */
    void join() throws InterruptedException {
        server.join();
    }

    private @Nullable Route route(String path) {
        Route exact = work.routes().get(path);
        if (exact != null) {
            return exact;
        }
        for (Map.Entry<String, Route> each : work.prefixes().entrySet()) {
            if (path.startsWith(each.getKey())) {
                return each.getValue();
            }
        }
        return null;
    }

    /** Finds the route and the caller by the headers alone: a stranger makes no work. */
    private final class Admission extends Handler.Wrapper {

        private final Answering answering;

        /**
         * @param queue where requests wait for their turn
         * @param answering answers those that do not wait: a decision point that is busy still says how it is
         */
        Admission(Handler queue, Answering answering) {
            super(queue);
            this.answering = answering;
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            String id = requestId(request);
            Route route = route(request.getHttpURI().getPath() == null ? "" : request.getHttpURI().getPath());
            if (route == null) {
                write(Answer.problem(404, "Not found", "The decision point has no such path."), id, response, callback);
                return true;
            }
            if (!route.method().isEmpty() && !route.method().equals(request.getMethod())) {
                write(Answer.problem(405, "Method not allowed", "Use " + route.method() + ".").with("Allow", route.method()), id, response,
                        callback);
                return true;
            }
            Caller caller = caller(request, route);
            if (caller == null) {
                write(Answer.problem(401, "Unknown caller", "Show the key of a caller, or a client certificate.")
                        .with("WWW-Authenticate", "Bearer realm=\"sallyport\""), id, response, callback);
                return true;
            }
            long length = request.getLength();
            if (length > settings.wire().limits().bodyBytes()) {
                write(tooLarge(), id, response, callback);
                return true;
            }
            request.setAttribute(Admitted.class.getName(), new Admitted(route, caller, id));
            return route.isOpen() ? answering.handle(request, response, callback) : super.handle(request, response, callback);
        }

        private @Nullable Caller caller(Request request, Route route) {
            if (settings.isInsecureLocal() && !route.isGateway() && !isLocalName(request.getHttpURI().getHost())) {
                return null;                // a page in a browser of this machine, which found the port by a name of its own
            }
            HttpFields headers = request.getHeaders();
            String key = headers.get(KEY_HEADER);
            String authorization = headers.get(HttpHeader.AUTHORIZATION);
            if (key == null && !route.isGateway() && authorization != null && authorization.regionMatches(true, 0, BEARER, 0,
                    BEARER.length())) {
                key = authorization.substring(BEARER.length()).strip();
            }
            Caller found = callers.of(key, certificate(request));
            return found != null || !route.isOpen() ? found : new Caller("", false);
        }
    }

    private static boolean isLocalName(@Nullable String host) {
        return host != null && LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT));
    }

    /** The verified certificate of the client; {@code null} for none. */
    private static @Nullable X509Certificate certificate(Request request) {
        return request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE) instanceof EndPoint.SslSessionData data
                && data.peerCertificates() != null && data.peerCertificates().length > 0 ? data.peerCertificates()[0] : null;
    }

    private record Admitted(Route route, Caller caller, String id) { }

    /** A timer for what has usually ended before a timer is needed. */
    private static final class Patience {

        private volatile boolean isEnded;
        private volatile Scheduler.@Nullable Task timer;

        void begin(Supplier<Scheduler.Task> start) {
            if (!isEnded) {
                timer = start.get();
                if (isEnded) {
                    end();
                }
            }
        }

        void end() {
            isEnded = true;
            Scheduler.Task begun = timer;
            if (begun != null) {
                begun.cancel();
            }
        }
    }

    /** Reads the body and answers. */
    private final class Answering extends Handler.Abstract {

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Admitted admitted = (Admitted) request.getAttribute(Admitted.class.getName());
            Patience patience = new Patience();
            Content.Source.asByteArrayAsync(request, settings.wire().limits().bodyBytes(), Promise.Invocable.from(
                    InvocationType.NON_BLOCKING, (body, failure) -> {
                        patience.end();
                        if (failure != null) {
                            unread(failure, admitted, response, callback);
                        } else if (!takesMicroseconds(admitted.route(), body)) {
                            answerInTime(request, admitted, body, response, callback);
                        } else if (request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2) {
                            // a connection with many streams would keep the thread that reads, and those of others would starve
                            quick.execute(() -> write(answer(request, admitted, body), admitted.id(), response, callback));
                        } else {
                            write(answer(request, admitted, body), admitted.id(), response, callback);
                        }
                    }));
            patience.begin(() -> later(request, () -> request.fail(new TimeoutException("the body took too long"))));
            return true;
        }

        private boolean takesMicroseconds(Route route, byte[] body) {
            return route.isOpen() || !route.isLong() && body.length <= SMALL && !mayHoldAppPassword(body) && !work.mayWait().getAsBoolean();
        }

        /** Runs something when a request has taken as long as it may. */
        private Scheduler.Task later(Request request, Runnable task) {
            long left = settings.wire().limits().timeout().toNanos() - (System.nanoTime() - request.getBeginNanoTime());
            return request.getComponents().getScheduler().schedule(task, Math.max(0, left), TimeUnit.NANOSECONDS);
        }

        /** Answers in a thread of the pool, or says in time that it takes too long. The place among those at work is kept until it ends. */
        private void answerInTime(Request request, Admitted admitted, byte[] body, Response response, Callback callback) {
            AtomicBoolean isAnswered = new AtomicBoolean();
            Scheduler.Task timer = later(request, () -> {
                if (isAnswered.compareAndSet(false, true)) {
                    write(Answer.problem(503, "Time out", "The decision took too long.").with("Retry-After", "5")
                            .with("Connection", "close"), admitted.id(), response, Callback.NOOP);     // HTTP/1 waits for the end
                }
            });
            request.getComponents().getExecutor().execute(() -> {
                Answer answer = answer(request, admitted, body);
                timer.cancel();
                if (isAnswered.compareAndSet(false, true)) {
                    write(answer, admitted.id(), response, callback);
                } else {
                    callback.succeeded();
                }
            });
        }

        private void unread(Throwable failure, Admitted admitted, Response response, Callback callback) {
            if (failure instanceof TimeoutException || response.isCommitted()) {
                write(Answer.problem(503, "Time out", "The body took too long."), admitted.id(), response, callback);
            } else if (failure instanceof IllegalStateException || failure instanceof IndexOutOfBoundsException) {
                write(tooLarge(), admitted.id(), response, callback);
            } else {
                callback.failed(failure);
            }
        }

        private Answer answer(Request request, Admitted admitted, byte[] body) {
            try {
                return admitted.route().protocol().answer(exchange(request, admitted, body));
            } catch (Refusal e) {
                return e.answer();
            } catch (Throwable e) {
                LOG.log(System.Logger.Level.ERROR, "an answer failed", e);
                return Answer.problem(503, "The decision failed", "Something failed inside.").with("Retry-After", "5");
            }
        }
    }

    private Answer tooLarge() {
        return Answer.problem(413, "Too large", "A body holds at most " + settings.wire().limits().bodyBytes() + " bytes.");
    }

    /**
     * Whether a body may hold an app password, whose verification takes milliseconds: the name of its field in any case, or an escape that
     * could hide it.
     */
    static boolean mayHoldAppPassword(byte[] body) {
        for (int i = 0; i < body.length; i++) {
            int matched = 0;
            while (matched < APP_PASSWORD.length && i + matched < body.length && (body[i + matched] | 0x20) == APP_PASSWORD[matched]) {
                matched++;
            }
            if (matched == APP_PASSWORD.length || body[i] == '\\') {
                return true;
            }
        }
        return false;
    }

    private static Exchange exchange(Request request, Admitted admitted, byte[] body) {
        HttpURI uri = request.getHttpURI();
        HttpFields fields = request.getHeaders();
        return new Exchange(request.getMethod(), uri.getPath(), uri.getQuery() == null ? "" : uri.getQuery(), new Exchange.Headers() {
            @Override
            public @Nullable String get(String name) {
                return fields.get(name);
            }

            @Override
            public List<String> all(String name) {
                return fields.getValuesList(name);
            }
        }, body, admitted.caller(), admitted.id(), uri.getScheme() + "://" + uri.getAuthority());
    }

    /** The answer to what is not HTTP, is too much, or comes too late: Jetty has set the status. */
    private boolean refused(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        String detail = switch (status) {
            case HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 -> "The headers hold at most " + settings.wire().limits().headerBytes()
                    + " bytes.";
            case HttpStatus.SERVICE_UNAVAILABLE_503 -> "Too many requests wait, or the decision point is about to stop.";
            default -> "The request is not valid HTTP.";
        };
        Answer answer = Answer.problem(status, HttpStatus.getMessage(status), detail);
        write(status == HttpStatus.SERVICE_UNAVAILABLE_503 ? answer.with("Retry-After", "1") : answer, requestId(request), response,
                callback);
        return true;
    }

    private static String requestId(Request request) {
        String given = request.getHeaders().get(REQUEST_ID_HEADER);
        if (given != null && isRequestId(given)) {
            return given;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();         // an id is not a secret
        return new UUID(random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() >>> 2 | 1L << 63).toString();
    }

    /** Whether a text can be the id of a request. */
    static boolean isRequestId(String text) {
        return REQUEST_ID.matcher(text).matches();
    }

    private void write(Answer answer, String id, Response response, Callback callback) {
        work.answered().accept(answer.status());
        response.setStatus(answer.status());
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(REQUEST_ID_HEADER, id);
        answer.headers().forEach(each -> headers.put(each.getKey(), each.getValue()));
        if (!answer.contentType().isEmpty()) {
            headers.put(HttpHeader.CONTENT_TYPE, answer.contentType());
        }
        if (!answer.trailers().isEmpty()) {
            HttpFields.Mutable trailers = HttpFields.build();
            answer.trailers().forEach(each -> trailers.put(each.getKey(), each.getValue()));
            response.setTrailersSupplier(() -> trailers);
        }
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
    }
}
