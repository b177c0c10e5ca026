package dev.sallyport.server;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Requests that no client library would send. */
final class RawHttp {

    private RawHttp() { }

    /**
     * The status of the answer to a request without a body; 0 if the connection was closed without one.
     *
     * @param line the request line
     * @param host the header {@code Host}, with its name
     * @param headers the names and values of other headers, in turn
     */
    static int status(Running running, String line, String host, String... headers) throws IOException {
        StringBuilder text = new StringBuilder(line + "\r\n" + host + "\r\nConnection: close\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            text.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        String answer = send(running, text.append("\r\n").toString());
        return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }

    /** Sends text, and reads until the server closes the connection. */
    static String send(Running running, String text) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", running.point.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
