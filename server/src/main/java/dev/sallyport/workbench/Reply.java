package dev.sallyport.workbench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The answer to a visit. */
sealed interface Reply {

    /** The content type of pages. */
    String HTML = "text/html;charset=utf-8";

    /**
     * Bytes.
     *
     * @param headers more headers, by name
     */
    record Content(int status, String type, byte[] bytes, Map<String, String> headers) implements Reply { }

    /** Another page, which the browser gets. */
    record Redirect(String location) implements Reply { }

    /** Events that are sent as they happen. */
    record Stream(Events events) implements Reply { }

    /** What sends events. */
    @FunctionalInterface
    interface Events {

        /** Sends events until it returns. An {@link IOException} means that the browser has gone. */
        void send(Channel channel) throws Exception;
    }

    /** Where events go. */
    @FunctionalInterface
    interface Channel {

        /**
         * Sends one event at once.
         *
         * @param name the name of the event
         * @param html what the page shows
         */
        void send(String name, String html) throws IOException;
    }

    /** A page or a part of one. */
    static Content html(String html) {
        return new Content(200, HTML, html.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** Text that is not shown as a page. */
    static Content text(String type, String text) {
        return new Content(200, type + ";charset=utf-8", text.getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** A file that the browser saves. */
    static Content file(String name, String type, String text) {
        return new Content(200, type + ";charset=utf-8", text.getBytes(StandardCharsets.UTF_8),
                Map.of("Content-Disposition", "attachment; filename=\"" + name.replaceAll("[^A-Za-z0-9._-]", "_") + "\""));
    }
}
