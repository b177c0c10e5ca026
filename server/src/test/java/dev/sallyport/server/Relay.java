package dev.sallyport.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A port between a gateway and the decision point, at which the decision point can fail in any way. */
final class Relay implements AutoCloseable {

    /** What becomes of a connection. */
    enum Mode {
        /** The decision point answers. */
        OPEN,
        /** The process is dead: the connection is refused. */
        DEAD,
        /** The process dies when it has read the request. */
        DYING,
        /** The process dies in the middle of an answer that would be an allow. */
        DYING_WHILE_IT_ALLOWS,
        /** The process never answers. */
        SILENT
    }

    private static final String HALF = "HTTP/1.1 200 OK\r\nX-Sallyport-Outcome: allow\r\nX-Sallyp";

    private final int target;
    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private ServerSocket server;
    private volatile Mode mode;

    Relay(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.port = server.getLocalPort();
        become(Mode.OPEN);
    }

    int port() {
        return port;
    }

    /** Ends all connections, and treats new ones in another way. */
    void become(Mode next) throws IOException {
        mode = next;
        close();
        if (next != Mode.DEAD) {
            ServerSocket opened = opened();
            server = opened;
            work(() -> {
                while (true) {
                    Socket socket = opened.accept();
                    sockets.add(socket);
                    work(() -> treat(socket));
                }
            });
        }
    }

    /** The same port again, which another connection may have taken for a moment. */
    private ServerSocket opened() throws IOException {
        for (int i = 0; ; i++) {
            ServerSocket opened = new ServerSocket();
            try {
                opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return opened;
            } catch (BindException e) {
                opened.close();
                if (i == 100) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private void treat(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        if (mode == Mode.OPEN) {
            Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(to);
            work(() -> pipe(to.getInputStream(), socket.getOutputStream(), socket));
            pipe(in, to.getOutputStream(), to);
        } else if (mode != Mode.SILENT) {
            in.read(new byte[1 << 16]);
            if (mode == Mode.DYING_WHILE_IT_ALLOWS) {
                socket.getOutputStream().write(HALF.getBytes(StandardCharsets.US_ASCII));
            }
            socket.close();
        }
    }

    private static void pipe(InputStream from, OutputStream to, Socket ended) throws IOException {
        from.transferTo(to);
        ended.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void work(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // the connection has ended
            }
        }, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket each : sockets) {
            each.close();
        }
        sockets.clear();
    }
}
