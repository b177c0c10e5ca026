package dev.sallyport.cli;

import java.io.PrintWriter;

/**
 * Takes text for people, of which no line is a command to the CI server that shows it. GitHub Actions obeys lines that begin with two
 * colons, blanks aside, and like Azure Pipelines and TeamCity what follows two number signs, a name and a bracket, anywhere. A colon and
 * a bracket are written as {@code \u003a} and {@code \u005b} there, which in JSON is the same text.
 */
final class TextWriter extends PrintWriter {

    private final PrintWriter raw;
    /** Nothing but blanks stands before in the line. */
    private boolean isBlank = true;
    /** The line begins with a colon. */
    private boolean isColon;
    /** How many number signs stand before, names behind two of them aside. */
    private int signs;
    private boolean isNamed;

    private TextWriter(PrintWriter raw) {
        super(raw);
        this.raw = raw;
    }

    /** What writes such text to another writer, which is that one if it does so. */
    static TextWriter of(PrintWriter writer) {
        return writer instanceof TextWriter text ? text : new TextWriter(writer);
    }

    /** Takes data, such as YAML and CSV, as they are. */
    PrintWriter raw() {
        return raw;
    }

    @Override
    public void write(String text, int offset, int length) {
        synchronized (lock) {
            int done = offset;
            for (int i = offset; i < offset + length; i++) {
                if (isCommand(text.charAt(i))) {
                    raw.write(text, done, i - done);
                    raw.write(String.format("\\u%04x", (int) text.charAt(i)));
                    done = i + 1;
                }
            }
            raw.write(text, done, offset + length - done);
        }
    }

    /** Whether a character, written next, would make a command of the line. */
    private boolean isCommand(char c) {
        boolean isCommand = c == ':' && isColon || c == '[' && signs == 2;
        isColon = c == ':' && isBlank;
        isBlank = c == '\n' || c == '\r' || isBlank && (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085');
        boolean isName = signs == 2 && (Character.isLetterOrDigit(c) || c == '-' || c == '_');
        signs = isName ? 2 : c == '#' ? Math.min(2, isNamed ? 1 : signs + 1) : 0;
        isNamed = isName;
        return isCommand;
    }

    @Override
    public void write(String text) {
        write(text, 0, text.length());
    }

    @Override
    public void write(char[] text, int offset, int length) {
        write(new String(text, offset, length), 0, length);
    }

    @Override
    public void write(int c) {
        write(String.valueOf((char) c), 0, 1);
    }

    @Override
    public void println() {
        write(System.lineSeparator());
    }
}
