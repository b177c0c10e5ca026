package dev.sallyport.server;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests of HTTP/1.1 at a fixed rate, as the clients of a gateway do, whether or not earlier ones are answered. The latency of a
 * request is counted from when it was due, so that it includes the time in which it waited for a connection.
 */
final class SteadyLoad {

    /** Shorter waits are not worth a system call. */
    private static final long SHORT = 20_000;
    private static final long SECOND = 1_000_000_000;

    private final byte[] request;
    private final int port;
    private final Selector selector = Selector.open();
    private final Deque<Connection> free = new ArrayDeque<>();
    /** All answers are equally long, because the request says what its id is. */
    private final int answerLength;
    private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);

    /** A connection with at most one request at a time. */
    private static final class Connection {

        private final SocketChannel channel;
        private final ByteBuffer out;
        private int due;
        private int received;

        Connection(SocketChannel channel, byte[] request) {
            this.channel = channel;
            this.out = ByteBuffer.allocateDirect(request.length).put(request);
        }
    }

    SteadyLoad(int port, String path, String body, int connections) throws IOException {
        this.port = port;
        this.request = ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Request-ID: steady\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
        this.answerLength = answerLength();
        for (int i = 0; i < connections; i++) {
            SocketChannel channel = connected();
            Connection connection = new Connection(channel, request);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, connection);
            free.add(connection);
        }
    }

    private SocketChannel connected() throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    private int answerLength() throws IOException {
        try (SocketChannel channel = connected()) {
            channel.write(ByteBuffer.wrap(request));
            ByteBuffer answer = ByteBuffer.allocate(1 << 14);
            while (channel.read(answer) > 0) {
                String text = new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
                int head = text.indexOf("\r\n\r\n");
                if (!text.startsWith("HTTP/1.1 200 ")) {
                    throw new IOException(text);
                }
                int length = text.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
                if (head > 0 && length > 0) {
                    return head + 4 + Integer.parseInt(text.substring(length + 16, text.indexOf('\r', length)));
                }
            }
            throw new EOFException("no answer");
        }
    }

    /** The latencies of all requests, in milliseconds, in rising order. */
    double[] run(int perSecond, int seconds) throws IOException {
        double[] latencies = new double[perSecond * seconds];
        long begin = System.nanoTime();
        int sent = 0;
        int answered = 0;
        while (answered < latencies.length) {
            long now = System.nanoTime() - begin;
            int due = (int) Math.min(latencies.length, now * perSecond / SECOND + 1);
            while (sent < due && !free.isEmpty()) {
                Connection connection = free.poll();
                connection.due = sent++;
                connection.received = 0;
                connection.out.flip();
                while (connection.out.hasRemaining()) {
                    connection.channel.write(connection.out);
                }
            }
            if (selector.selectNow() == 0) {
                LockSupport.parkNanos(SHORT);
                continue;
            }
            for (SelectionKey key : selector.selectedKeys()) {
                Connection connection = (Connection) key.attachment();
                in.clear();
                int read = connection.channel.read(in);
                if (read < 0) {
                    throw new EOFException("a connection was closed");
                }
                connection.received += read;
                if (connection.received == answerLength) {
                    latencies[connection.due] = (System.nanoTime() - begin - connection.due * SECOND / perSecond) / 1e6;
                    answered++;
                    free.add(connection);
                } else if (connection.received > answerLength) {
                    throw new IOException("the answers are not equally long");
                }
            }
            selector.selectedKeys().clear();
        }
        Arrays.sort(latencies);
        return latencies;
    }
}
