package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.server.RawHttp2.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attacks on the connection: each is refused, none is an allow, memory stays bounded, and the next request is answered.
 * {@code -Dsallyport.connections=10000} opens more connections than a build does.
 */
class AttacksTest {

    private static final int CONNECTIONS = Integer.getInteger("sallyport.connections", 500);
    private static final String QUESTION = "{\"subject\":{\"type\":\"user\",\"id\":\"ann\"},\"action\":{\"name\":\"open\"},"
            + "\"resource\":{\"type\":\"application\",\"id\":\"Wiki\"}}";
    private static final String ALLOWED = "{\"decision\":true}";

    private static Running running;
    private static long usedBefore;

    @BeforeAll
    static void start() throws Exception {
        Settings.Limits usual = Settings.Limits.DEFAULT;
        running = Running.of(settings(new Settings.Limits(usual.bodyBytes(), usual.batch(), usual.headerBytes(), Duration.ofSeconds(2),
                usual.concurrent(), usual.queue(), usual.connections())));
        assertThat(ask()).isEqualTo(ALLOWED);
        usedBefore = used();
    }

    private static Settings settings(Settings.Limits limits) {
        Settings.Wire wire = Settings.Wire.DEFAULT;
        return Running.local(Running.resource("gateway/policies.yaml"), Running.resource("gateway/directory.yaml"),
                new Settings.Wire(wire.callers(), null, wire.proxies(), wire.applications(), wire.headers(), wire.signIn(), null, limits,
                wire.staleAfter(), wire.issuers(), null));
    }

    /** Whatever was done to it, the process lives on, answers, and has not kept what it was sent. */
    @AfterEach
    void livesOn() throws Exception {
        assertThat(ask()).isEqualTo(ALLOWED);
    }

    @AfterAll
    static void keepsNothing() {
        running.close();
        assertThat(used() - usedBefore).as("bytes more in use").isLessThan(50 << 20);
    }

    private static String ask() throws Exception {
        return running.post("/access/v1/evaluation", QUESTION).body();
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    // ---- two servers that read one request in two ways

    /**
     * A request that two servers could cut in two ways.
     *
     * @param head the lines after the request line, with their ends
     * @param body what follows the empty line
     */
    private record Smuggled(String what, String head, String body) {

        @Override
        public String toString() {
            return what;
        }
    }

    static List<Smuggled> smuggled() {
        String inner = "POST /access/v1/evaluation HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + QUESTION.length()
                + "\r\n\r\n" + QUESTION;
        String chunked = "0\r\n\r\n" + inner;
        String host = "Host: localhost\r\nContent-Type: application/json\r\n";
        return List.of(new Smuggled("length and chunks", host + "Content-Length: " + chunked.length() + "\r\nTransfer-Encoding: chunked\r\n", chunked),
                new Smuggled("chunks and length", host + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunked),
                new Smuggled("two lengths", host + "Content-Length: 0\r\nContent-Length: " + inner.length() + "\r\n", inner),
                new Smuggled("two lengths in one line", host + "Content-Length: 0, " + inner.length() + "\r\n", inner),
                new Smuggled("length with a sign", host + "Content-Length: +0\r\n", inner), new Smuggled("negative length", host + "Content-Length: -1\r\n", inner),
                new Smuggled("length in hexadecimal", host + "Content-Length: 0x0\r\n", inner),
                new Smuggled("length beyond all numbers", host + "Content-Length: 99999999999999999999\r\n", inner),
                new Smuggled("length with text behind it", host + "Content-Length: 0 a\r\n", inner),
                new Smuggled("space before the colon", host + "Content-Length : 0\r\n", inner),
                new Smuggled("folded header", host + "X-A: b\r\n Transfer-Encoding: chunked\r\n", chunked),
                new Smuggled("folded length", host + "Content-Length:\r\n 0\r\n", inner),
                new Smuggled("chunks that are not last", host + "Transfer-Encoding: chunked, identity\r\n", chunked),
                new Smuggled("chunks twice", host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunked),
                new Smuggled("unknown encoding", host + "Transfer-Encoding: xchunked\r\n", chunked),
                new Smuggled("encoding behind a control", host + "Transfer-Encoding: \u000bchunked\r\n", chunked),
                new Smuggled("line feed alone", "Host: localhost\nContent-Type: application/json\nTransfer-Encoding: chunked\n", chunked),
                new Smuggled("carriage return alone", host + "X-A: b\rTransfer-Encoding: chunked\r\n", chunked),
                new Smuggled("null in a header", host + "X-A: b\u0000\r\nContent-Length: 0\r\n", inner),
                new Smuggled("chunk size with a sign", host + "Transfer-Encoding: chunked\r\n", "+0\r\n\r\n" + inner),
                new Smuggled("chunk size beyond all numbers", host + "Transfer-Encoding: chunked\r\n", "ffffffffffffffff1\r\n" + inner),
                new Smuggled("chunk size in no digits", host + "Transfer-Encoding: chunked\r\n", "x\r\n\r\n" + inner),
                new Smuggled("chunk without its end", host + "Transfer-Encoding: chunked\r\n", "1\r\n{0\r\n\r\n" + inner),
                new Smuggled("two hosts", host + "Host: wiki.contoso.com\r\nContent-Length: 0\r\n", inner),
                new Smuggled("no host", "Content-Length: 0\r\n", inner));
    }

    /** The first of two readings has to fail, and the connection with it: the second request is never answered. */
    @ParameterizedTest
    @MethodSource("smuggled")
    void request_withTwoReadings_endsTheConnection(Smuggled smuggled) throws Exception {
        String answer = RawHttp.send(running, "POST /access/v1/evaluation HTTP/1.1\r\n" + smuggled.head() + "\r\n" + smuggled.body());

        assertThat(answer).doesNotContain("decision").doesNotContain(" 200 ");
        assertThat(answer.split("HTTP/1.1 ", -1)).as(answer).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void requests_oneAfterTheOther_areBothAnswered() throws Exception {
        String one = "POST /access/v1/evaluation HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " + QUESTION.length();

        assertThat(RawHttp.send(running, one + "\r\n\r\n" + QUESTION + one + "\r\nConnection: close\r\n\r\n" + QUESTION).split("\"decision\":true", -1)).hasSize(3);
    }

    // ---- time

    /** Connections that send a byte now and then hold nothing for long. */
    @Test
    void headers_thatNeverEnd_endTheConnection() throws Exception {
        List<SocketChannel> slow = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", running.point.port()));
                slow.add(channel);
                channel.write(ByteBuffer.wrap("POST /access/v1/evaluation HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII)));
            }
            assertThat(ask()).as("with " + CONNECTIONS + " connections open").isEqualTo(ALLOWED);
            int open = slow.size();
            long start = System.nanoTime();
            while (open > 0 && Duration.ofNanos(System.nanoTime() - start).toSeconds() < 40) {
                Thread.sleep(500);
                open = 0;
                for (SocketChannel each : slow) {
                    open += isOpen(each) ? 1 : 0;
                }
            }
            assertThat(open).as("connections that are still open").isZero();
        } finally {
            for (SocketChannel each : slow) {
                each.close();
            }
        }
    }

    /** Neither is a handshake that never ends, nor headers behind one. */
    @Test
    void tls_thatIsSlow_endsTheConnection(@TempDir Path folder) throws Exception {
        Certificates certificates = new Certificates(folder);
        certificates.make("server", "EC", "dns:localhost,ip:127.0.0.1");
        Settings plain = settings(new Settings.Limits(1 << 20, 10, 16 << 10, Duration.ofSeconds(1), 8, 8, 100));
        SSLContext context = certificates.client("server", null);
        try (Running tls = Running.of(new Settings(plain.policies(), plain.directory(), plain.loading(), plain.host(), 0, folder.resolve("server.crt"),
                folder.resolve("server.key"), true, plain.wire()), HttpClient.newBuilder().sslContext(context).build());
                SocketChannel handshake = SocketChannel.open(new InetSocketAddress("127.0.0.1", tls.point.port()));
                Socket headers = context.getSocketFactory().createSocket("localhost", tls.point.port())) {
            handshake.write(ByteBuffer.wrap(new byte[] {22, 3, 1, 3, 0}));
            headers.getOutputStream().write("GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
            Eventually.is(false, () -> isOpen(handshake));
            Eventually.is(false, () -> {
                try {
                    headers.getOutputStream().write('a');
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
            assertThat(tls.post("/access/v1/evaluation", QUESTION).body()).isEqualTo(ALLOWED);
        }
    }

    /** Sends one byte more; a connection that was closed says so at the second attempt. */
    private static boolean isOpen(SocketChannel channel) {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {'a'}));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void connections_thatAreManyAndIdle_holdNoThread() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                idle.add(new Socket("127.0.0.1", running.point.port()));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(ask()).isEqualTo(ALLOWED);
            }
        } finally {
            for (Socket each : idle) {
                each.close();
            }
        }
    }

    @Test
    void headers_thatAreHuge_areRefusedBeforeTheyAreKept() throws Exception {
        byte[] part = ("X-" + "a".repeat(1_000) + ": " + "b".repeat(1_000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket("127.0.0.1", running.point.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n".getBytes(StandardCharsets.US_ASCII));
            int sent = 0;
            try {
                for (; sent < 100_000; sent++) {
                    socket.getOutputStream().write(part);
                }
            } catch (IOException e) {
                // the server has closed the connection
            }
            assertThat(sent).as("parts of 2 kB that it took").isLessThan(10_000);
        }
    }

    // ---- HTTP/2

    private static byte[] question(int stream) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, RawHttp2.headers("POST", "/access/v1/evaluation", "content-type",
                "application/json")));
        frames.writeBytes(RawHttp2.frame(RawHttp2.DATA, RawHttp2.END_STREAM, stream, QUESTION.getBytes(StandardCharsets.US_ASCII)));
        return frames.toByteArray();
    }

    @Test
    void http2_aRequest_isAnswered() throws Exception {
        try (RawHttp2 connection = new RawHttp2(running)) {
            connection.write(question(1));
            Frame frame = connection.next();
            while (frame != null && frame.type() != RawHttp2.DATA) {
                frame = connection.next();
            }
            assertThat(frame).isNotNull();
            assertThat(new String(frame.payload(), StandardCharsets.UTF_8)).isEqualTo(ALLOWED);
        }
    }

    /** A client with a stream always ready does not keep a thread that reads, so other connections do not starve. */
    @Test
    void http2_streamThatIsBeingAnswered_keepsNoOtherConnectionFromBeingRead() throws Exception {
        StoppingClock clock = new StoppingClock();
        try (Running slow = Running.of(settings(Settings.Limits.DEFAULT), clock); RawHttp2 connection = new RawHttp2(slow)) {
            clock.stopsNext.set(true);
            connection.write(question(1));
            try {
                assertThat(clock.hasStopped.await(20, TimeUnit.SECONDS)).as("the stream is being answered").isTrue();
                for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {      // some for each thread that reads
                    assertThat(RawHttp.status(slow, "GET /health/live HTTP/1.1", "Host: localhost")).isEqualTo(200);
                }
            } finally {
                clock.goesOn.countDown();
            }
        }
    }

    /** A clock at which a decision waits. */
    private static final class StoppingClock extends Clock {

        private final AtomicBoolean stopsNext = new AtomicBoolean();
        private final CountDownLatch hasStopped = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);

        @Override
        public Instant instant() {
            if (stopsNext.compareAndSet(true, false)) {
                hasStopped.countDown();
                try {
                    goesOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return Running.CLOCK.instant();
        }

        @Override
        public ZoneId getZone() {
            return Running.CLOCK.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    /** Rapid reset (CVE-2023-44487): requests that are taken back at once cost the server its work and the client nothing. */
    @Test
    void http2_requestsTakenBack_endTheConnection() throws Exception {
        assertEnds(stream -> {
            ByteArrayOutputStream frames = new ByteArrayOutputStream();
            frames.writeBytes(question(stream));
            frames.writeBytes(RawHttp2.frame(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
            return frames.toByteArray();
        });
    }

    /** Continuation flood (CVE-2024-24549 and its kin): a block of headers that never ends. */
    @Test
    void http2_headersThatNeverEnd_endTheConnection() throws Exception {
        byte[] more = RawHttp2.headers("GET", "/", "x-long", "y".repeat(1_000));
        assertEnds(stream -> stream == 1 ? RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.headers("GET", "/health/live"))
                : RawHttp2.frame(RawHttp2.CONTINUATION, 0, 1, more));
    }

    @Test
    void http2_emptyContinuations_endTheConnection() throws Exception {
        assertEnds(stream -> stream == 1 ? RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.headers("GET", "/health/live"))
                : RawHttp2.frame(RawHttp2.CONTINUATION, 0, 1, new byte[0]));
    }

    @Test
    void http2_pingsAndSettingsAndEmptyData_endTheConnection() throws Exception {
        assertEnds(stream -> RawHttp2.frame(RawHttp2.PING, 0, 0, new byte[8]));
        assertEnds(stream -> RawHttp2.frame(RawHttp2.SETTINGS, 0, 0, new byte[0]));
        assertEnds(stream -> stream == 1 ? RawHttp2.frame(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.headers("POST", "/access/v1/evaluation"))
                : RawHttp2.frame(RawHttp2.DATA, 0, 1, new byte[0]));
    }

    /** A block of a few kilobytes that names one long header of the dynamic table again and again. */
    @Test
    void http2_headersThatUnpackToMuch_areRefused() throws Exception {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(RawHttp2.headers("GET", "/health/live"));
        block.write(0x40);                                  // a literal that enters the dynamic table
        block.write(1);
        block.write('x');
        block.write(127);
        block.writeBytes(new byte[] {(byte) 0xa1, 0x1e});   // 4,000
        block.writeBytes("y".repeat(4_000).getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 10_000; i++) {
            block.write(0xbe);                              // the newest entry, again: 40 MB in all
        }
        try (RawHttp2 connection = new RawHttp2(running)) {
            connection.send(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, 1, block.toByteArray());
            Frame frame = connection.next();
            while (frame != null && frame.type() != RawHttp2.HEADERS && frame.type() != RawHttp2.GOAWAY && frame.type() != RawHttp2.RST_STREAM) {
                frame = connection.next();
            }
            boolean isOk = frame != null && frame.type() == RawHttp2.HEADERS && frame.payload()[0] == (byte) 0x88;      // :status 200
            assertThat(isOk).isFalse();
        }
    }

    /** What a client sends for the stream of a number. */
    private interface Flood {
        byte[] frames(int stream);
    }

    private void assertEnds(Flood flood) throws Exception {
        try (RawHttp2 connection = new RawHttp2(running)) {
            int sent = 0;
            try {
                for (int stream = 1; stream < 400_000; stream += 2) {
                    connection.write(flood.frames(stream));
                    sent++;
                }
            } catch (IOException e) {
                // the server has closed the connection
            }
            assertThat(connection.isClosed()).isTrue();
            assertThat(sent).isLessThan(200_000);
        }
    }
}
