package dev.sallyport.server;

import dev.sallyport.PolicyEngine;
import dev.sallyport.ReloadingPolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.Directory;
import dev.sallyport.server.HttpServer.Route;
import dev.sallyport.workbench.Desk;
import dev.sallyport.workbench.Workbench;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** A running decision point. */
public final class DecisionPoint implements AutoCloseable {

    private final Decider decider;
    private final HttpServer http;
    /** What ends after the last answer. */
    private final Parts parts;

    private final @Nullable Workbench workbench;

    private DecisionPoint(Decider decider, HttpServer http, Parts parts, @Nullable Workbench workbench) {
        this.decider = decider;
        this.http = http;
        this.parts = parts;
        this.workbench = workbench;
    }

    /** What has begun, and has to end, in the opposite order. */
    private static final class Parts {

        private final Deque<Runnable> ends = new ArrayDeque<>();

        void add(Runnable end) {
            ends.push(end);
        }

        void end() {
            while (!ends.isEmpty()) {
                ends.pop().run();
            }
        }
    }

    /**
     * Loads the files, and listens.
     *
     * @throws PolicyLoadException if a file cannot be used
     * @throws SettingsException if the settings cannot be used
     */
    public static DecisionPoint start(Settings settings, Clock clock) throws PolicyLoadException, SettingsException {
        return start(settings, clock, UnaryOperator.identity(), false);
    }

    /**
     * Loads the files, and listens. Each decision may wait for what the setup adds to the engines.
     *
     * @param setup prepares each engine, such as {@code engine -> engine.withUserStates(source)}
     * @throws PolicyLoadException if a file cannot be used
     * @throws SettingsException if the settings cannot be used
     */
    public static DecisionPoint start(Settings settings, Clock clock, UnaryOperator<PolicyEngine> setup)
            throws PolicyLoadException, SettingsException {
        return start(settings, clock, setup, true);
    }

    private static DecisionPoint start(Settings settings, Clock clock, UnaryOperator<PolicyEngine> setup, boolean mayWait)
            throws PolicyLoadException, SettingsException {
        boolean isLoopback = isLoopback(settings);
        requireCallers(settings, isLoopback);
        Settings.Wire wire = settings.wire();
        Callers callers = Callers.of(wire.callers(), settings.isInsecureLocal());
        SslContextFactory.Server tls = tls(settings);
        Parts parts = new Parts();
        try {
            Tokens tokens = new Tokens(wire.issuers(), clock);
            parts.add(tokens::close);
            CompletableFuture<HttpServer> making = CompletableFuture.supplyAsync(() -> new HttpServer(settings, callers, tls));
            ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(settings.policies(), settings.directory(), clock, settings.loading(),
                    setup);
            parts.add(engine::close);
            requireApplications(wire, engine.engine());
            Settings.DecisionLogSettings logging = wire.decisionLog();
            DecisionLog log = logging == null ? null : new DecisionLog(logging);
            if (log != null) {
                parts.add(log::close);
            }
            Metrics metrics = new Metrics(engine, log);
            Decider decider = new Decider(engine, clock, wire.staleAfter(), tokens, log, logging, metrics);
            Outcomes outcomes = new Outcomes(wire.signIn());
            ForwardAuth gateways = new ForwardAuth(decider, outcomes, wire, tokens);
            boolean isSlow = mayWait || logging != null && logging.blocksWhenFull()
                    || wire.headers().containsKey("authentication." + Mapping.APP_PASSWORD);
            Workbench workbench = !settings.hasWorkbench() ? null : new Workbench(new Desk(engine, settings.policies(),
                    settings.directory(), settings.loading(), clock), isLoopback, tls != null);
            HttpServer http = making.join();
            http.start(new HttpServer.Work(routes(decider, outcomes, wire, gateways, metrics),
                    Map.of(ForwardAuth.ENVOY_PATH + "/", new Route("", false, true, false, gateways::answerEnvoy)),
                    () -> isSlow || Mapping.takesAppPasswords(engine.engine().policySet().authzenMapping()), metrics::answered), workbench);
            parts.add(new SecretFiles(settings, callers, tls)::close);
            return new DecisionPoint(decider, http, parts, workbench);
        } catch (PolicyLoadException | SettingsException e) {
            parts.end();
            throw e;
        } catch (Exception e) {
            parts.end();
            throw new SettingsException("cannot listen at " + settings.host() + ":" + settings.port() + ": " + e.getMessage(),
                    "choose another port with `--port`");
        }
    }

    private static SslContextFactory.@Nullable Server tls(Settings settings) throws SettingsException {
        Path certificate = settings.certificate();
        Path key = settings.key();
        Path authorities = settings.wire().clientAuthorities();
        if ((certificate == null) != (key == null)) {
            throw new SettingsException("TLS needs a certificate and a key", "use `--tls-cert` and `--tls-key` together");
        }
        if (certificate == null || key == null) {
            if (authorities != null) {
                throw new SettingsException("client certificates need TLS", "use `--tls-cert` and `--tls-key`");
            }
            return null;
        }
        SslContextFactory.Server tls = new SslContextFactory.Server();
        SecretFiles.load(tls, certificate, key, authorities);
        return tls;
    }

    /** Every application of the table is in the directory. */
    private static void requireApplications(Settings.Wire wire, PolicyEngine engine) throws PolicyLoadException {
        Diagnostics out = new Diagnostics();
        for (Settings.ApplicationEntry each : wire.applications()) {
            if (engine.directory().applicationIds(each.application()).isEmpty()) {
                String near = Suggestions.didYouMean(each.application(), engine.directory().applications().stream()
                        .map(Directory.Application::displayName).toList());
                out.error("SP1202", each.position(), "unknown application `" + each.application() + "`", near != null ? near
                        : "add it to the directory");
            }
        }
        if (out.hasErrors()) {
            throw new PolicyLoadException(out.toList());
        }
    }

    private static Map<String, Route> routes(Decider decider, Outcomes outcomes, Settings.Wire wire, ForwardAuth gateways,
            Metrics metrics) {
        Authzen authzen = new Authzen(decider, outcomes, wire.limits().batch(), wire.publicUri());
        Decisions decisions = new Decisions(decider, wire.limits().batch());
        Map<String, Route> routes = new HashMap<>();
        routes.put("/access/v1/evaluation", api(false, authzen::evaluation));
        routes.put("/access/v1/evaluations", api(false, authzen::evaluations));
        routes.put("/access/v1/search/subject", api(true, authzen::subjects));
        routes.put("/access/v1/search/resource", api(true, authzen::resources));
        routes.put("/access/v1/search/action", api(true, authzen::actions));
        routes.put("/v1/decisions", api(false, decisions::decide));
        routes.put("/v1/decisions:explain", api(true, decisions::explain));
        routes.put("/identity/conditionalAccess/evaluate", api(true, decisions::whatIf));
        routes.put("/forward-auth", new Route("", false, true, false, gateways::answer));
        routes.put(EnvoyGrpc.PATH, new Route("POST", false, true, false, new EnvoyGrpc(gateways)::check));
        routes.put("/.well-known/authzen-configuration", open(authzen::metadata));
        routes.put("/metrics", new Route("GET", false, false, false, metrics::answer));
        routes.put("/health/live", open(exchange -> Answer.json(200, "{\"status\":\"live\"}")));
        routes.put("/health/ready", open(exchange -> ready(decider)));
        return routes;
    }

    private static Route api(boolean isLong, Protocol protocol) {
        return new Route("POST", false, false, isLong, protocol);
    }

    private static Route open(Protocol protocol) {
        return new Route("GET", true, false, false, protocol);
    }

    private static Answer ready(Decider decider) {
        String why = decider.unready();
        return why == null ? Answer.json(200, "{\"status\":\"ready\"}") : Answer.problem(503, "Not ready", why);
    }

    private static boolean isLoopback(Settings settings) throws SettingsException {
        try {
            return InetAddress.getByName(settings.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new SettingsException("unknown host `" + settings.host() + "`", "use an address of this machine");
        }
    }

    /** Every caller shows a key or a certificate, unless only this machine can ask. */
    private static void requireCallers(Settings settings, boolean isLoopback) throws SettingsException {
        if (settings.isInsecureLocal() && !isLoopback) {
            throw new SettingsException("`--insecure-local` needs a loopback address, and `" + settings.host() + "` is not one",
                    "remove `--insecure-local`, and give callers a key with `--caller-key`");
        }
        if (!settings.isInsecureLocal() && settings.wire().callers().isEmpty() && !settings.hasWorkbench()) {
            throw new SettingsException("no caller may ask",
                    "give callers a key with `--caller-key`, or use `--insecure-local` to try it out");
        }
        if (settings.hasWorkbench() && !isLoopback && settings.certificate() == null) {
            throw new SettingsException("the workbench needs TLS at `" + settings.host() + "`, which other machines reach",
                    "use `--tls-cert` and `--tls-key`, or leave out `--host`, and reach it with `ssh -L`");
        }
    }

    /** The path of the workbench, with the token that opens it; {@code null} if it is not served. */
    public @Nullable String workbenchPath() {
        return workbench == null ? null : workbench.path();
    }

    /** The port it listens at. */
    public int port() {
        return http.port();
    }

    /** Waits until it has stopped. */
    public void join() throws InterruptedException {
        http.join();
    }

    /** Is no longer ready, answers what has begun, and stops. */
    @Override
    public void close() {
        decider.stop();
        http.stop();
        parts.end();
    }
}
