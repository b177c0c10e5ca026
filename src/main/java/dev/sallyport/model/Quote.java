package dev.sallyport.model;

import org.jspecify.annotations.Nullable;

/** Shows foreign text in messages: on one line, short, and without characters that control a terminal or a log. */
public final class Quote {

    /** The most characters of a value that a message shows. */
    private static final int MOST = 100;
    private static final int LONGEST_ESCAPE = 8;

    private Quote() { }

    /** A value in backticks, as {@link #shown} shows it. */
    public static String of(@Nullable String value) {
        return "`" + shown(value) + "`";
    }

    /**
     * A value with control characters, format characters, line ends and lone surrogates escaped, and cut after 100 characters;
     * {@code null} for {@code null}.
     */
    public static @Nullable String shown(@Nullable String value) {
        if (value == null || value.length() <= MOST && isPlain(value)) {
            return value;
        }
        int end = value.length() <= MOST ? value.length() : Character.isHighSurrogate(value.charAt(MOST - 1)) ? MOST - 1 : MOST;
        String beginning = value.substring(0, end);
        if (isPlain(beginning)) {
            return beginning.concat("…");
        }
        StringBuilder shown = new StringBuilder(MOST + 1);
        for (int i = 0; i < end; i += Character.charCount(value.codePointAt(i))) {
            if (shown.length() > MOST - LONGEST_ESCAPE) {
                return shown.append('…').toString();
            }
            append(value.codePointAt(i), shown);
        }
        return (end < value.length() ? shown.append('…') : shown).toString();
    }

    /** A text with those characters escaped, at full length; {@code null} for {@code null}. */
    public static @Nullable String escaped(@Nullable String text) {
        return text == null || isPlain(text) ? text : escapedAll(text);
    }

    /** A foreign message on one line: line ends become spaces, and the other characters are escaped. */
    public static String line(String message) {
        return isPlain(message) ? message : escapedAll(message.strip().replaceAll("\\s*\\R\\s*", " "));
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' && isEscaped(text.codePointAt(i))) {
                return false;
            }
            i += Character.isHighSurrogate(c) ? 1 : 0;
        }
        return true;
    }

    private static String escapedAll(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> append(c, escaped));
        return escaped.toString();
    }

    /** By hand, because a format would cost more than the rest of a refusal. */
    private static void append(int c, StringBuilder out) {
        if (c >= ' ' && !isEscaped(c)) {
            out.appendCodePoint(c);
        } else if (c == '\n' || c == '\r' || c == '\t') {
            out.append('\\').append(c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        } else {
            out.append("\\u");
            for (int shift = c < 0x10000 ? 12 : 20; shift >= 0; shift -= 4) {
                out.append(Character.forDigit(c >> shift & 15, 16));
            }
        }
    }

    private static boolean isEscaped(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
