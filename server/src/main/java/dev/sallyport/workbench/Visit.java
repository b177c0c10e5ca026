package dev.sallyport.workbench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A request of a browser that was let in.
 *
 * @param path the path below the workbench, such as {@code /users}; without the part that {@code rest} holds
 * @param rest what follows the path of the page, decoded, such as a name; empty for nothing
 * @param values the parameters of the query, and of a form that was sent
 * @param session the session of the browser
 * @param isPart whether the browser puts the answer into a page that it shows already
 * @param body the body, if it is not a form
 */
record Visit(String path, String rest, Map<String, List<String>> values, Session session, boolean isPart, Body body) {

    /** A body that is read while it arrives. */
    @FunctionalInterface
    interface Body {

        InputStream open() throws IOException;
    }

    /** The value of a parameter without blanks around it, the first one if there are several; empty if it is missing. */
    String get(String name) {
        return raw(name).strip();
    }

    /** The value of a parameter as it was sent; empty if it is missing. */
    String raw(String name) {
        return values.getOrDefault(name, List.of("")).get(0);
    }

    /** The values of a parameter that are not blank. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of()).stream().map(String::strip).filter(each -> !each.isEmpty()).toList();
    }

    /** Whether a parameter has a value. */
    boolean has(String name) {
        return !get(name).isEmpty();
    }

    /** The body as text. */
    String text() throws IOException {
        try (InputStream in = body.open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
