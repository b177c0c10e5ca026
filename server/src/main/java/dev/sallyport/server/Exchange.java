package dev.sallyport.server;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request of an admitted caller, whatever the version of HTTP.
 *
 * @param method the method, such as {@code POST}
 * @param path the path, as it was sent
 * @param query the query, as it was sent; empty for none
 * @param headers the headers
 * @param body the body
 * @param caller the caller
 * @param id the id of the request
 * @param base the origin that the caller used, such as {@code https://decisions.example}
 * @param session the id of the session in the token of the client; {@code null} if there is none
 */
public record Exchange(String method, String path, String query, Headers headers, byte[] body, Caller caller, String id, String base,
        @Nullable String session) {

    /** A request without a token. */
    Exchange(String method, String path, String query, Headers headers, byte[] body, Caller caller, String id, String base) {
        this(method, path, query, headers, body, caller, id, base, null);
    }

    /** The same request in a session. */
    Exchange withSession(@Nullable String id) {
        return new Exchange(method, path, query, headers, body, caller, this.id, base, id);
    }

    /** The name of a document in the positions of diagnostics. */
    private static final String BODY = "body";

    /** The headers of a request; names compare without regard to case. */
    public interface Headers {

        /** The value of a header, the first one if there are several; {@code null} if it is missing. */
        @Nullable String get(String name);

        /** The values of a header, in their order. */
        List<String> all(String name);
    }

    /** The value of a parameter of the query; {@code null} if it is missing. */
    @Nullable String parameter(String name) {
        for (String each : query.split("&")) {
            if (each.startsWith(name + "=")) {
                return each.substring(name.length() + 1);
            }
        }
        return null;
    }

    /** The body as text. */
    String text() throws Refusal {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
        } catch (CharacterCodingException e) {
            throw Refusal.malformed("The body is not UTF-8.");
        }
    }

    /** The body as one value of JSON. */
    Node json() throws Refusal {
        String type = headers.get("Content-Type");
        String name = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!name.equals(Answer.JSON)) {
            throw Refusal.malformed("The Content-Type must be application/json.");
        }
        Diagnostics out = new Diagnostics();
        List<Sources.Document> documents = Sources.parse(BODY, text(), out);
        if (out.hasErrors()) {
            throw Refusal.malformed(out.toList().get(0).toString());
        }
        if (documents.size() != 1) {
            throw Refusal.malformed("The body must be one JSON value.");
        }
        return documents.get(0).root();
    }
}
