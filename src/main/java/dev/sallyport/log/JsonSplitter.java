package dev.sallyport.log;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Cuts JSON into records without reading them: objects one after another, an array, or an array under {@code value} or
 * {@code records}, as deep as these are wrapped in each other. A record that is too long is left out, and those behind it are not.
 *
 * <h2>Broken records</h2>
 * A brace or a quote that is missing must not swallow what follows. Where records begin on lines of their own, a line that begins
 * like the record did, at the same indentation and with a brace, is the next record, whatever the braces say; files whose nested
 * objects are written that way are recognised by their other lines, and are taken by their braces alone.
 */
final class JsonSplitter implements Splitter {

    private static final int CHUNK = 256 << 10;
    static final int MAX_RECORD = 16 << 20;
    private static final byte[][] WRAPPERS = {"value".getBytes(StandardCharsets.US_ASCII), "records".getBytes(StandardCharsets.US_ASCII)};

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long LINE_ENDS = '\n' * ONES;

    /** What surrounds the records: nothing, an array, an array inside an object. */
    private enum Around { NOTHING, ARRAY, WRAPPER }

    private final String file;
    private final InputStream in;
    private byte[] bytes = new byte[CHUNK];
    private int filled;
    private int at;
    private boolean broken;
    /** What is scanned is part of a record that is too long: it is told of already, and thrown away. */
    private boolean skipping;

    private final Around[] outer = new Around[8];
    private int depthOfOuter;
    private Around around = Around.NOTHING;

    private boolean inRecord;
    private boolean inTail;
    private boolean inString;
    private boolean escaped;
    private int depth;
    private int start;
    private int startLine;
    private int line = 1;
    private int stringStart;
    private boolean afterWrapperKey;
    /** Something that is no object where a record is expected. */
    private boolean inStray;

    private boolean lineIsBlank = true;
    private int indentation;
    private int recordIndentation = -1;
    private boolean trustsLines = true;
    private boolean afterBrokenLine;

    private int[] spans;
    private int count;
    private BitSet cut;

    JsonSplitter(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    @Override
    public Chunk next() throws IOException {
        if (broken) {
            return null;
        }
        spans = new int[3 * 128];
        cut = new BitSet();
        count = 0;
        while (count == 0) {
            keep();
            filled += in.readNBytes(bytes, filled, bytes.length - filled);
            boolean atEnd = filled < bytes.length;
            scan();
            if (count == 0 && atEnd && inStray) {
                add(filled);
                inStray = false;
            } else if (count == 0 && atEnd) {
                broken = true;
                return inRecord ? new Chunk.Broken(file, startLine, "the file ends inside the record that begins here") : null;
            } else if (count == 0 && (inRecord || inStray) && !skipping && filled - start >= MAX_RECORD) {
                skipping = true;
                return new Chunk.Broken(file, startLine,
                        "the record that begins here is longer than " + (MAX_RECORD >> 20) + " MB and was left out");
            }
        }
        return new Chunk.Json(file, bytes, spans, count, cut);
    }

    /** Moves what is not handed out yet to a new buffer, for the old one belongs to a chunk now. */
    private void keep() {
        int from = (inRecord || inStray) && !skipping ? start : at;
        int rest = filled - from;
        byte[] next = new byte[Math.max(CHUNK, Math.min(2 * rest, Math.max(rest, MAX_RECORD) + CHUNK))];
        System.arraycopy(bytes, from, next, 0, rest);
        bytes = next;
        filled = rest;
        at -= from;
        start -= from;
        stringStart -= from;
    }

    private void scan() {
        byte[] b = bytes;
        int end = filled;
        int i = at;
        while (i < end) {
            byte c = b[i];
            if (inString) {
                i = string(i);
                continue;
            }
            if (c == '\n') {
                if (inStray) {
                    add(i);
                    inStray = false;
                }
                newLine();
                i++;
                continue;
            }
            boolean first = false;
            if (lineIsBlank) {
                if (c == ' ' || c == '\t' || c == '\r') {
                    indentation++;
                    i++;
                    continue;
                }
                lineIsBlank = false;
                first = true;
                lookAtLine(c, i);
            }
            if (inStray) {
                inStray = c != ',' && c != ']' && c != '{';
                if (!inStray) {
                    add(i);
                }
            }
            if (inRecord || inTail) {
                inside(c, i);
            } else if (!inStray) {
                between(c, i, first);
            }
            i++;
        }
        at = i;
    }

    /** Goes on in a string; returns where to go on behind. */
    private int string(int from) {
        byte[] b = bytes;
        int end = filled;
        int i = from;
        if (escaped) {
            escaped = false;
            return i + 1;
        }
        long found = 0;
        while (i + 8 <= end && (found = special((long) EIGHT.get(b, i))) == 0) {
            i += 8;
        }
        if (found != 0) {
            i += Long.numberOfTrailingZeros(found) >>> 3;
        } else {
            while (i < end && b[i] != '"' && b[i] != '\\' && b[i] != '\n') {
                i++;
            }
            if (i == end) {
                return i;
            }
        }
        byte c = b[i];
        if (c == '"') {
            inString = false;
            if (depth == 1 && inRecord) {
                afterWrapperKey = isWrapperKey(stringStart, i);
            }
        } else if (c == '\\') {
            escaped = true;
        } else {
            newLine();
            if (trustsLines && recordIndentation >= 0) {
                inString = false;          // no string goes on behind a line: this record is lost, the next one need not be
                afterBrokenLine = true;
            }
        }
        return i + 1;
    }

    /** The first quote, backslash or line end among eight bytes, as the lowest bit that is set; most of a log is the inside of strings. */
    private static long special(long eight) {
        return zeros(eight ^ QUOTES) | zeros(eight ^ BACKSLASHES) | zeros(eight ^ LINE_ENDS);
    }

    /** The highest bit of the first byte that is zero, and perhaps of some behind it. */
    private static long zeros(long eight) {
        return eight - ONES & ~eight & ONES << 7;
    }

    /** What the first byte of a line tells about the record that it is in. */
    private void lookAtLine(byte c, int i) {
        if (!inRecord || recordIndentation < 0 || !trustsLines || indentation > recordIndentation || line == startLine) {
            return;
        }
        if (c == '{' && indentation == recordIndentation) {
            cut.set(count, !skipping);
            add(i);
            inRecord = false;
        } else if (c != '}' && c != ']' && c != ',' && !afterBrokenLine) {
            trustsLines = false;
        }
    }

    private void inside(byte c, int i) {
        switch (c) {
            case '"' -> {
                inString = true;
                stringStart = i + 1;
                return;
            }
            case '{' -> depth++;
            case '[' -> {
                depth++;
                if (depth == 2 && inRecord && afterWrapperKey && enter(Around.WRAPPER)) {
                    inRecord = false;
                    skipping = false;
                }
            }
            case '}', ']' -> {
                depth--;
                if (depth == 0) {
                    if (inRecord) {
                        add(i + 1);
                    }
                    inRecord = false;
                    inTail = false;
                }
            }
            default -> { }
        }
        if (c != ':' && c != ' ' && c != '\t' && c != '\r') {
            afterWrapperKey = false;
        }
    }

    private void between(byte c, int i, boolean first) {
        switch (c) {
            case ' ', '\t', '\r', ',' -> { }
            case '{' -> {
                inRecord = true;
                afterBrokenLine = false;
                afterWrapperKey = false;
                depth = 1;
                begin(i);
                recordIndentation = first ? indentation : -1;
            }
            case '[' -> enter(Around.ARRAY);
            case ']' -> {
                if (around == Around.WRAPPER) {
                    inTail = true;
                    depth = 1;
                }
                around = depthOfOuter == 0 ? Around.NOTHING : outer[--depthOfOuter];
            }
            default -> {
                inStray = true;
                begin(i);
            }
        }
    }

    private boolean enter(Around inner) {
        if (depthOfOuter == outer.length) {
            return false;
        }
        outer[depthOfOuter++] = around;
        around = inner;
        trustsLines = true;
        return true;
    }

    private void begin(int i) {
        start = i;
        startLine = line;
    }

    private void newLine() {
        line++;
        lineIsBlank = true;
        indentation = 0;
    }

    private void add(int end) {
        if (skipping) {
            skipping = false;
            return;
        }
        if (spans.length < 3 * (count + 1)) {
            spans = Arrays.copyOf(spans, spans.length * 2);
        }
        spans[3 * count] = start;
        spans[3 * count + 1] = end;
        spans[3 * count + 2] = startLine;
        count++;
    }

    private boolean isWrapperKey(int from, int to) {
        for (byte[] wrapper : WRAPPERS) {
            int i = 0;
            while (from >= 0 && to - from == wrapper.length && i < wrapper.length && (bytes[from + i] | 0x20) == wrapper[i]) {
                i++;
            }
            if (i == wrapper.length) {
                return true;
            }
        }
        return false;
    }
}
