package dev.sallyport.server;

import dev.sallyport.model.Decision;
import dev.sallyport.server.ForwardAuth.Original;
import dev.sallyport.server.ForwardAuth.Ruling;
import dev.sallyport.server.Protobuf.Malformed;
import dev.sallyport.server.Protobuf.Reader;
import dev.sallyport.server.Protobuf.Writer;
import dev.sallyport.write.DecisionWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's external authorization over gRPC: {@code Check} of {@code envoy.service.auth.v3.Authorization}.
 *
 * <p>A call is one request of HTTP/2 with one message before which five bytes say how long it is, and an answer that ends with trailers.
 * The numbers of the fields are those of external_auth.proto, attribute_context.proto, address.proto and base.proto in the API of Envoy.
 */
final class EnvoyGrpc {

    static final String PATH = "/envoy.service.auth.v3.Authorization/Check";
    private static final String TYPE = "application/grpc";
    private static final int PREFIX = 5;
    // status codes of gRPC
    private static final int OK = 0;
    private static final int INVALID_ARGUMENT = 3;
    private static final int PERMISSION_DENIED = 7;
    private static final int UNIMPLEMENTED = 12;
    private static final int UNAVAILABLE = 14;
    private static final int UNAUTHENTICATED = 16;
    /** The action of a header that replaces what the client sent. */
    private static final int OVERWRITE_IF_EXISTS_OR_ADD = 2;

    private final ForwardAuth gateways;

    EnvoyGrpc(ForwardAuth gateways) {
        this.gateways = gateways;
    }

    /** What Envoy says about a request of its client, as it is read. */
    private static final class Check {

        private String id = "";
        private String method = "";
        private String path = "";
        private String host = "";
        private String scheme = "";
        private @Nullable String source;
        private final Map<String, List<String>> headers = new LinkedHashMap<>();
    }

    /** The answer to a call. */
    Answer check(Exchange exchange) throws Refusal {
        String type = exchange.headers().get("Content-Type");
        if (type == null || !type.equals(TYPE) && !type.startsWith(TYPE + "+proto")) {
            throw new Refusal(415, "Unsupported type", "The Content-Type must be " + TYPE + ".");
        }
        byte[] body = exchange.body();
        if (body.length < PREFIX || ByteBuffer.wrap(body).getInt(1) != body.length - PREFIX) {
            return ended(INVALID_ARGUMENT, "one message is needed");
        }
        if (body[0] != 0) {
            return ended(UNIMPLEMENTED, "a message must not be compressed");
        }
        Check check = new Check();
        try {
            request(new Reader(body, PREFIX, body.length - PREFIX), check);
        } catch (Malformed e) {
            return ended(INVALID_ARGUMENT, e.getMessage());
        }
        Exchange client = new Exchange(check.method, check.path, "", headers(check.headers), new byte[0], exchange.caller(),
                HttpServer.isRequestId(check.id) ? check.id : exchange.id(), exchange.base());
        Original original = new Original(check.scheme, check.host, check.path);
        return message(response(gateways.ruling(client, original, check.source), exchange.caller()));
    }

    private static Exchange.Headers headers(Map<String, List<String>> headers) {
        return new Exchange.Headers() {
            @Override
            public @Nullable String get(String name) {
                List<String> values = all(name);
                return values.isEmpty() ? null : values.get(0);
            }

            @Override
            public List<String> all(String name) {
                return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
            }
        };
    }

    // ---- reading

    private static void request(Reader in, Check out) throws Malformed {
        while (in.next()) {
            if (in.field() == 1) {
                attributes(in.message(), out);
            }
        }
    }

    private static void attributes(Reader in, Check out) throws Malformed {
        while (in.next()) {
            if (in.field() == 1) {
                source(in.message(), out);
            } else if (in.field() == 4) {
                Reader request = in.message();
                while (request.next()) {
                    if (request.field() == 2) {
                        http(request.message(), out);
                    }
                }
            }
        }
    }

    /** The address of the client, unless it is a path or a name. */
    private static void source(Reader in, Check out) throws Malformed {
        while (in.next()) {
            if (in.field() == 1) {
                Reader address = in.message();
                while (address.next()) {
                    if (address.field() == 1) {
                        Reader socket = address.message();
                        while (socket.next()) {
                            if (socket.field() == 2) {
                                out.source = socket.text();
                            }
                        }
                    }
                }
            }
        }
    }

    private static void http(Reader in, Check out) throws Malformed {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> out.id = in.text();
                case 2 -> out.method = in.text();
                case 3 -> header(in.message(), out);                    // an entry of a map has the fields of a header
                case 4 -> out.path = in.text();
                case 5 -> out.host = in.text();
                case 6 -> out.scheme = in.text();
                case 13 -> {
                    Reader list = in.message();
                    while (list.next()) {
                        if (list.field() == 1) {
                            header(list.message(), out);
                        }
                    }
                }
                default -> { }
            }
        }
    }

    private static void header(Reader in, Check out) throws Malformed {
        String name = "";
        String value = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2, 3 -> value = in.text();                         // as text, or as bytes
                default -> { }
            }
        }
        out.headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), any -> new ArrayList<>(1)).add(value);
    }

    // ---- writing

    private static Writer response(Ruling ruling, Caller caller) {
        Answer answer = ruling.answer();
        boolean isAllowed = answer.status() == 200;
        Writer out = new Writer().message(1, new Writer().number(1, switch (answer.status()) {
            case 200 -> OK;
            case 401 -> UNAUTHENTICATED;
            case 503 -> UNAVAILABLE;
            default -> PERMISSION_DENIED;
        }));
        Writer http = isAllowed ? new Writer() : new Writer().message(1, new Writer().number(1, answer.status()));
        answer.headers().forEach(each -> http.message(2, header(each.getKey(), each.getValue())));
        if (!isAllowed) {
            if (!answer.contentType().isEmpty()) {
                http.message(2, header("content-type", answer.contentType()));
            }
            http.text(3, answer.text());
        }
        out.message(isAllowed ? 3 : 2, http);
        Decision decision = ruling.decision();
        return decision == null ? out : out.message(4, metadata(decision, caller));
    }

    private static Writer header(String name, String value) {
        return new Writer().message(1, new Writer().text(1, name.toLowerCase(Locale.ROOT)).text(2, value))
                .number(3, OVERWRITE_IF_EXISTS_OR_ADD);
    }

    /** What Envoy's later filters and its log may know. */
    private static Writer metadata(Decision decision, Caller caller) {
        Writer out = new Writer();
        entry(out, "outcome", text(decision.outcome().toString()));
        entry(out, "policySetVersion", text(decision.policySetVersion()));
        if (!decision.sessionControls().equals(Decision.SessionControls.NONE)) {
            entry(out, "sessionControls", text(DecisionWriter.sessionControls(decision.sessionControls())));
        }
        if (caller.isTrusted()) {
            entry(out, "reason", text(decision.reason().code().toString()));
            Writer list = new Writer();
            decision.reason().policies().forEach(each -> list.message(1, text(each)));
            entry(out, "policies", new Writer().message(6, list));
        }
        return out;
    }

    private static void entry(Writer struct, String name, Writer value) {
        struct.message(1, new Writer().text(1, name).message(2, value));
    }

    private static Writer text(String value) {
        return new Writer().text(3, value);
    }

    private static Answer message(Writer message) {
        byte[] bytes = message.toBytes();
        return new Answer(200, List.of(), TYPE, ByteBuffer.allocate(PREFIX + bytes.length).put((byte) 0).putInt(bytes.length).put(bytes)
                .array(), List.of(Map.entry("grpc-status", "0")));
    }

    private static Answer ended(int status, @Nullable String message) {
        return new Answer(200, List.of(), TYPE, new byte[0], List.of(Map.entry("grpc-status", String.valueOf(status)),
                Map.entry("grpc-message", String.valueOf(message))));
    }
}
