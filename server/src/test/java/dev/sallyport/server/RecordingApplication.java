package dev.sallyport.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An application behind a gateway: it keeps the head of each request as it arrived. */
final class RecordingApplication implements AutoCloseable {

    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\napplication";

    private final ServerSocket server;
    private final List<String> heads = new CopyOnWriteArrayList<>();

    RecordingApplication() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "application");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                String head = head(socket.getInputStream());
                if (!head.isEmpty()) {
                    heads.add(head);
                    socket.getOutputStream().write(ANSWER.getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                // the next one
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            bytes.write(next);
            if (next == '\n' && bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                return bytes.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    /** The heads of the requests since the last call. */
    List<String> taken() {
        List<String> taken = new ArrayList<>(heads);
        heads.clear();
        return taken;
    }

    /** The values of a header in a head; names compare without regard to case. */
    static List<String> values(String head, String name) {
        return head.lines().skip(1).filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip()).toList();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
