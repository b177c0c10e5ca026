package dev.sallyport.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Opens a log: compressed or not, in any encoding, JSON or a table; all of that is told from its first bytes. */
public final class LogFile {

    private static final int BUFFER = 128 << 10;
    private static final int LOOK = 4096;

    /** How the answer of the Log Analytics API begins, whatever short fields stand before its tables. */
    private static final Pattern TABLES = Pattern.compile("\\{\\s*"
            + "(?:\"[^\"]{0,99}\"\\s*:\\s*(?:\"[^\"]{0,99}\"|[\\w.+-]{1,99}|\\{\\s*}|\\[\\s*])\\s*,\\s*)*+\"[Tt]ables\"\\s*:\\s*\\[");

    private LogFile() { }

    /** A splitter of this content, or {@code null} for an empty one; the caller closes the stream. */
    public static Splitter open(String name, InputStream in) throws IOException {
        InputStream plain = unpacked(in);
        PushbackInputStream bytes = new PushbackInputStream(plain, LOOK);
        byte[] start = bytes.readNBytes(LOOK);
        Charset charset = charset(start);
        int mark = charset == StandardCharsets.UTF_8 ? starts(start, 0xEF, 0xBB, 0xBF) ? 3 : 0 : starts(start, 0xFF, 0xFE)
                || starts(start, 0xFE, 0xFF) ? 2 : 0;
        bytes.unread(start, mark, start.length - mark);
        String text = new String(start, mark, start.length - mark, charset);
        String first = text.stripLeading();
        if (first.isEmpty()) {
            return null;
        }
        if (TABLES.matcher(first).lookingAt()) {
            return new TablesSplitter(name, new InputStreamReader(bytes, charset));
        }
        if (first.charAt(0) == '{' || first.charAt(0) == '[') {
            return new JsonSplitter(name, charset == StandardCharsets.UTF_8 ? bytes : new Recoded(new InputStreamReader(bytes, charset)));
        }
        return new CsvSplitter(name, new BufferedReader(new InputStreamReader(bytes, charset), BUFFER), separator(first));
    }

    /** What is inside, as often as it is compressed. */
    private static InputStream unpacked(InputStream in) throws IOException {
        PushbackInputStream bytes = new PushbackInputStream(in, 2);
        byte[] magic = bytes.readNBytes(2);
        bytes.unread(magic);
        return starts(magic, 0x1F, 0x8B) ? new GZIPInputStream(bytes, BUFFER) : bytes;
    }

    private static Charset charset(byte[] start) {
        if (starts(start, 0xFF, 0xFE) || start.length > 1 && start[0] != 0 && start[1] == 0) {
            return StandardCharsets.UTF_16LE;
        }
        return starts(start, 0xFE, 0xFF) || start.length > 1 && start[0] == 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8;
    }

    private static boolean starts(byte[] bytes, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (bytes.length <= i || (bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    private static char separator(String text) {
        String header = text.lines().findFirst().orElse("");
        return header.chars().filter(c -> c == ';').count() > header.chars().filter(c -> c == ',').count() ? ';' : ',';
    }

    /** Text as UTF-8. */
    private static final class Recoded extends InputStream {

        private final Reader text;
        private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();
        private final CharBuffer characters = CharBuffer.allocate(8192);
        private final ByteBuffer bytes = ByteBuffer.allocate(4 * 8192);
        private boolean atEnd;

        Recoded(Reader text) {
            this.text = text;
            bytes.limit(0);
        }

        @Override
        public int read() throws IOException {
            return fill() ? bytes.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, bytes.remaining());
            bytes.get(target, offset, count);
            return count;
        }

        private boolean fill() throws IOException {
            while (!bytes.hasRemaining() && !atEnd) {
                atEnd = text.read(characters) < 0;
                characters.flip();
                bytes.clear();
                encoder.encode(characters, bytes, atEnd);
                bytes.flip();
                characters.compact();
            }
            return bytes.hasRemaining();
        }
    }
}
