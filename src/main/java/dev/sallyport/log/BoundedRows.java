package dev.sallyport.log;

import java.io.IOException;
import java.io.Reader;
import java.util.List;

/**
 * A table in which no row is longer than {@link #MAX_ROW}: what is behind that is thrown away, and the row gets one more cell, by which
 * it is recognised. So a reader of tables stays within its buffer, and the rows behind are not lost.
 */
final class BoundedRows extends Reader {

    /** The most characters of a row. */
    static final int MAX_ROW = JsonSplitter.MAX_RECORD;
    private static final char MARK = '\uffff';

    private enum State { START_OF_CELL, CELL, QUOTED, QUOTE_IN_QUOTED }

    private final Reader text;
    private final char separator;
    private final char[] in = new char[8192];
    private int at;
    private int filled;
    private State state = State.START_OF_CELL;
    private int length;
    private String waiting = "";

    BoundedRows(Reader text, char separator) {
        this.text = text;
        this.separator = separator;
    }

    /** Whether cells are those of a row that was cut. */
    static boolean isCut(List<String> cells) {
        return cells.get(cells.size() - 1).equals(String.valueOf(MARK));
    }

    @Override
    public int read(char[] target, int offset, int count) throws IOException {
        int written = 0;
        while (written < count) {
            if (!waiting.isEmpty()) {
                target[offset + written++] = waiting.charAt(0);
                waiting = waiting.substring(1);
                continue;
            }
            if (at == filled) {
                if (written > 0) {
                    return written;
                }
                at = 0;
                filled = Math.max(0, text.read(in));
                if (filled == 0) {
                    return -1;
                }
            }
            char c = in[at++];
            boolean wasQuoted = state == State.QUOTED;
            state = next(c);
            boolean endsRow = (c == '\n' || c == '\r') && state != State.QUOTED;
            length = endsRow ? 0 : length + 1;
            if (length == MAX_ROW + 1) {
                waiting = (wasQuoted ? "\"" : "") + separator + MARK;
            }
            if (length <= MAX_ROW) {
                target[offset + written++] = c;
            }
        }
        return written;
    }

    private State next(char c) {
        boolean ends = c == separator || c == '\n' || c == '\r';
        return switch (state) {
            case START_OF_CELL -> c == '"' ? State.QUOTED : ends ? State.START_OF_CELL : State.CELL;
            case CELL -> ends ? State.START_OF_CELL : State.CELL;
            case QUOTED -> c == '"' ? State.QUOTE_IN_QUOTED : State.QUOTED;
            case QUOTE_IN_QUOTED -> c == '"' ? State.QUOTED : ends ? State.START_OF_CELL : State.CELL;
        };
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
