package dev.sallyport.server;

import dev.sallyport.write.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A response.
 *
 * @param status the status code of HTTP
 * @param headers the names and values of headers, in turn, without {@code Content-Type}
 * @param contentType the type of the body; empty if there is no body
 * @param body the body
 * @param trailers the names and values of headers behind the body, in turn
 */
public record Answer(int status, List<Map.Entry<String, String>> headers, String contentType, byte[] body,
        List<Map.Entry<String, String>> trailers) {

    static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    /** A response with a text. */
    Answer(int status, List<Map.Entry<String, String>> headers, String contentType, String body) {
        this(status, headers, contentType, body.getBytes(StandardCharsets.UTF_8), List.of());
    }

    /** The body as text. */
    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** A response with JSON. */
    static Answer json(int status, String body) {
        return new Answer(status, List.of(), JSON, body);
    }

    /** A response without a body. */
    static Answer empty(int status) {
        return new Answer(status, List.of(), "", "");
    }

    /** A problem (RFC 9457): a title and one sentence. */
    static Answer problem(int status, String title, String detail) {
        return new Answer(status, List.of(), PROBLEM, Json.object(json -> {
            json.writeStringField("type", "about:blank");
            json.writeStringField("title", title);
            json.writeNumberField("status", status);
            json.writeStringField("detail", detail);
        }));
    }

    /** The same response with one more header. */
    Answer with(String name, String value) {
        List<Map.Entry<String, String>> all = new ArrayList<>(headers);
        all.add(Map.entry(name, value));
        return new Answer(status, List.copyOf(all), contentType, body, trailers);
    }
}
