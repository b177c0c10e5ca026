package dev.sallyport.server;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Decision;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.Node;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Shape;
import dev.sallyport.server.Outcomes.Client;
import dev.sallyport.server.Settings.ApplicationEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Forward authentication: a gateway asks about each request of its clients, in the dialect of nginx, Traefik, Caddy or Envoy's plain HTTP.
 *
 * <p>The subject comes from the verified token of the client if issuers are configured, and else from a header. Other facts come from the
 * headers that the configuration names; the gateway must overwrite them. The application comes from the table, and the address from the
 * hops that the gateway reports.
 */
final class ForwardAuth {

    /** The header, among the configured ones, that holds the capabilities of a client, such as {@code cp1}. */
    static final String CAPABILITIES = "clientCapabilities";
    /** The path of Envoy's plain HTTP, with the path of the client's request behind it. */
    static final String ENVOY_PATH = "/forward-auth/envoy";
    private static final Set<String> DIALECTS = Set.of("nginx", "traefik", "caddy", "haproxy");
    private static final Position HEADERS = Position.of("headers");
    private static final String BEARER = "Bearer ";
    private static final String FORWARDED_HOST = "X-Forwarded-Host";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

    private final Decider decider;
    private final Outcomes outcomes;
    private final Settings.Wire wire;
    private final Tokens tokens;
    private final ApplicationTable applications;

    ForwardAuth(Decider decider, Outcomes outcomes, Settings.Wire wire, Tokens tokens) {
        this.decider = decider;
        this.outcomes = outcomes;
        this.wire = wire;
        this.tokens = tokens;
        this.applications = new ApplicationTable(wire.applications());
    }

    /** A header that comes twice, or that holds what it cannot hold: it is not clear what the client asked for. */
    private static final class Ambiguous extends Exception {

        private static final long serialVersionUID = 1;

        Ambiguous() {
            super(null, null, false, false);
        }
    }

    /**
     * The URL that a client asked for.
     *
     * @param authority its host, with or without a port
     * @param target its path and query
     */
    record Original(String scheme, String authority, String target) {

        String url() {
            return scheme + "://" + authority + target;
        }
    }

    /**
     * What was decided about a request of a client.
     *
     * @param answer the response for the client
     * @param decision the decision; {@code null} if the engine was not asked
     */
    record Ruling(Answer answer, @Nullable Decision decision) { }

    /** The answer to a gateway that names its dialect. */
    Answer answer(Exchange exchange) throws Refusal {
        String dialect = exchange.parameter("dialect");
        if (dialect == null || !DIALECTS.contains(dialect)) {
            throw Refusal.malformed("`dialect` must be nginx, traefik, caddy or haproxy.");
        }
        try {
            Answer answer = decided(exchange, dialect.equals("nginx") ? ofNginx(exchange) : forwarded(exchange), null).answer();
            return dialect.equals("nginx") ? forNginx(answer) : answer;
        } catch (Ambiguous e) {
            return unclear(exchange);
        }
    }

    /** The answer to Envoy. */
    Answer answerEnvoy(Exchange exchange) {
        try {
            String path = exchange.path().substring(ENVOY_PATH.length());
            String scheme = one(exchange, FORWARDED_PROTO);
            Original original = new Original(scheme == null ? "https" : scheme, exchange.base().replaceFirst("^[a-z]+://", ""),
                    exchange.query().isEmpty() ? path : path + "?" + exchange.query());
            return decided(exchange, original, null).answer();
        } catch (Ambiguous e) {
            return unclear(exchange);
        }
    }

    /**
     * The ruling about a request of a client that a gateway describes.
     *
     * @param exchange the request of the client
     * @param peer the address that the gateway saw, after the hops of {@code X-Forwarded-For}; {@code null} if unknown
     */
    Ruling ruling(Exchange exchange, Original original, @Nullable String peer) {
        try {
            return decided(exchange, original, peer);
        } catch (Ambiguous e) {
            return new Ruling(unclear(exchange), null);
        }
    }

    private Answer unclear(Exchange exchange) {
        decider.refused(exchange, Metrics.Refusal.FACTS, "a header is missing, comes twice, or holds what it cannot hold");
        return outcomes.denied(client(exchange, ""), exchange.id());
    }

    /** nginx hands only 401 and 403 on, and makes an error of its own of a redirect: its configuration sends the client to the location. */
    private static Answer forNginx(Answer answer) {
        if (answer.status() != 302) {
            return answer;
        }
        String location = answer.headers().stream().filter(each -> each.getKey().equals("Location")).findFirst().orElseThrow().getValue();
        return Answer.empty(401).with("X-Sallyport-Location", location);
    }

    private static Original ofNginx(Exchange exchange) throws Ambiguous {
        String url = one(exchange, "X-Original-URL");
        if (url == null) {
            throw new Ambiguous();
        }
        int scheme = url.indexOf("://");
        int path = scheme < 0 ? -1 : url.indexOf('/', scheme + 3);
        if (path < 0) {
            throw new Ambiguous();
        }
        return new Original(url.substring(0, scheme), url.substring(scheme + 3, path), url.substring(path));
    }

    private static Original forwarded(Exchange exchange) throws Ambiguous {
        String host = one(exchange, FORWARDED_HOST);
        String uri = one(exchange, "X-Forwarded-Uri");
        String scheme = one(exchange, FORWARDED_PROTO);
        if (host == null || uri == null || scheme == null) {
            throw new Ambiguous();
        }
        return new Original(scheme, host, uri);
    }

    private Ruling decided(Exchange exchange, Original original, @Nullable String peer) throws Ambiguous {
        if (!Set.of("http", "https").contains(original.scheme())) {
            throw new Ambiguous();
        }
        Client client = client(exchange, original.url());
        ApplicationEntry entry = applications.find(original.authority(), original.target());
        if (entry == null) {
            decider.refused(exchange, Metrics.Refusal.APPLICATION, "no application has the URL");
            return new Ruling(outcomes.denied(client, exchange.id()), null);
        }
        if (!tokens.areRequired()) {
            return decided(exchange, entry, null, client, peer);
        }
        String text = bearer(exchange);
        if (text == null) {
            decider.refused(exchange, Metrics.Refusal.SUBJECT, "no token");
            return new Ruling(outcomes.unauthenticated(client, exchange.id()), null);
        }
        Token token;
        try {
            token = tokens.verified(text);
        } catch (Tokens.Refused e) {
            decider.refused(exchange, Metrics.Refusal.TOKEN, String.valueOf(e.getMessage()));
            return new Ruling(outcomes.tokenRefused(e, client, exchange.id()), null);
        }
        Client known = new Client(client.isBrowser(), token.takesClaims(), client.url());
        return decided(exchange.withSession(token.session()), entry, token, known, peer);
    }

    /** @param token the token of the client; {@code null} if its subject comes from a header */
    private Ruling decided(Exchange exchange, ApplicationEntry entry, @Nullable Token token, Client client, @Nullable String peer)
            throws Ambiguous {
        Map<String, Node> facts = facts(exchange);
        if (token == null && !facts.containsKey("user") && !facts.containsKey("servicePrincipal")) {
            decider.refused(exchange, Metrics.Refusal.SUBJECT, "no header names the subject");
            return new Ruling(outcomes.unauthenticated(client, exchange.id()), null);
        }
        facts.put("application", text(entry.application()));
        facts.put("clientAppType", text(entry.clientAppType()));
        String address = address(exchange, peer);
        if (address != null) {
            facts.put("ipAddress", text(address));
        }
        Diagnostics out = new Diagnostics();
        List<Request> requests = new RequestReader(out).read(new Node.Mapping(HEADERS, facts.entrySet().stream()
                .map(each -> new Node.Entry(new Node.Scalar(HEADERS, each.getKey(), Node.ScalarType.TEXT), each.getValue())).toList()));
        PolicyEngine engine = decider.engine();
        if (requests.isEmpty() || engine.directory().applicationIds(entry.application()).isEmpty()) {
            decider.refused(exchange, Metrics.Refusal.FACTS, "a header holds the wrong type, or the directory lost the application");
            return new Ruling(outcomes.denied(client, exchange.id()), null);
        }
        SignIn given = requests.get(0).signIn();
        SignIn signIn = token == null ? given : token.applyTo(given, wire.signIn().authenticationContexts(), engine);
        Decision decision = decider.decide(engine, signIn, exchange);
        return new Ruling(outcomes.http(decision, client, exchange.id(), decision.reason().code() != ReasonCode.SESSION_REVOKED ? null
                : validFrom(engine, signIn)), decision);
    }

    /** The token of the client in {@code Authorization}; {@code null} if there is none. */
    private static @Nullable String bearer(Exchange exchange) throws Ambiguous {
        String authorization = one(exchange, "Authorization");
        return authorization == null || !authorization.regionMatches(true, 0, BEARER, 0, BEARER.length()) ? null
                : authorization.substring(BEARER.length()).strip();
    }

    private static @Nullable Instant validFrom(PolicyEngine engine, SignIn signIn) {
        UserState user = signIn.user() == null ? null : engine.directory().user(signIn.user());
        return user == null ? null : user.signInSessionsValidFromDateTime();
    }

    /** Only the form of a refusal hangs on what the client says of itself. */
    private Client client(Exchange exchange, String url) {
        String accept = exchange.headers().get("Accept");
        String header = wire.headers().get(CAPABILITIES);
        String capabilities = header == null ? null : exchange.headers().get(header);
        return new Client(accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html"),
                capabilities != null && Arrays.asList(capabilities.split("[ ,]+")).contains("cp1"), url);
    }

    /** The facts in the configured headers, as a request writes them. */
    private Map<String, Node> facts(Exchange exchange) throws Ambiguous {
        Map<String, Node> facts = new LinkedHashMap<>();
        for (Map.Entry<String, String> each : wire.headers().entrySet()) {
            String value = one(exchange, each.getValue());
            if (value == null || value.isEmpty() || each.getKey().equals(CAPABILITIES)) {
                continue;
            }
            int dot = each.getKey().indexOf('.');
            Node node = value(SettingsReader.shape(each.getKey()), value);
            if (dot < 0) {
                facts.put(each.getKey(), node);
            } else {
                String object = each.getKey().substring(0, dot);
                List<Node.Entry> fields = new ArrayList<>(facts.get(object) instanceof Node.Mapping before ? before.entries() : List.of());
                fields.add(new Node.Entry(text(each.getKey().substring(dot + 1)), node));
                facts.put(object, new Node.Mapping(HEADERS, fields));
            }
        }
        return facts;
    }

    private static Node value(@Nullable Shape shape, String value) {
        if (shape != null && shape.type() == Shape.Type.LIST) {
            return new Node.Sequence(HEADERS, Arrays.stream(value.split(",")).map(String::strip).<Node>map(ForwardAuth::text).toList());
        }
        return shape != null && shape.type() == Shape.Type.BOOLEAN && value.matches("true|false")
                ? new Node.Scalar(HEADERS, value, Node.ScalarType.BOOLEAN) : text(value);
    }

    private static Node.Scalar text(String value) {
        return new Node.Scalar(HEADERS, value, Node.ScalarType.TEXT);
    }

    /** The last hop that is not one of the proxies; {@code null} if the gateway reports none. */
    private @Nullable String address(Exchange exchange, @Nullable String peer) {
        List<String> hops = Stream.concat(exchange.headers().all("X-Forwarded-For").stream().flatMap(each -> Arrays.stream(each.split(",",
                -1))), Stream.ofNullable(peer)).map(String::strip).toList();
        for (int i = hops.size() - 1; i >= 0; i--) {
            IpAddress hop = IpAddress.parse(hops.get(i));
            if (i == 0 || hop == null || wire.proxies().stream().noneMatch(each -> each.contains(hop))) {
                return hops.get(i);
            }
        }
        return null;
    }

    /**
     * The value of a header; {@code null} if it is missing.
     *
     * @throws Ambiguous if it comes twice: two servers could take another one each
     */
    private static @Nullable String one(Exchange exchange, String name) throws Ambiguous {
        List<String> values = exchange.headers().all(name);
        if (values.size() > 1) {
            throw new Ambiguous();
        }
        return values.isEmpty() ? null : values.get(0);
    }
}
