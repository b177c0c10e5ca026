package dev.sallyport.parse;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.Arrays;

/** Texts that come again and again, one object each: no text is made of bytes twice while it is remembered. For one thread. */
public final class StringPool {

    private static final int SLOTS = 1 << 14;
    private static final int LONGEST = 100;

    private final String[] slots = new String[SLOTS];
    /** The characters of those that were made of characters, which are compared many at once. */
    private final char[][] characters = new char[SLOTS][];

    /** The text of the current token. */
    public String of(JsonParser json) throws IOException {
        int length = json.getTextLength();
        return length > LONGEST ? json.getText() : of(json.getTextCharacters(), json.getTextOffset(), length);
    }

    /** A part of a text. */
    String of(String text, int from, int to) {
        int length = to - from;
        if (length > LONGEST) {
            return text.substring(from, to);
        }
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + text.charAt(i);
        }
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        String known = slots[slot];
        if (known != null && known.length() == length && known.hashCode() == hash && text.startsWith(known, from)) {
            return known;
        }
        characters[slot] = null;
        return slots[slot] = text.substring(from, to);
    }

    private String of(char[] read, int from, int length) {
        if (length == 0) {
            return "";
        }
        int hash = 0;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + read[i];
        }
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        String known = slots[slot];
        char[] own = characters[slot];
        if (known != null && known.length() == length && known.hashCode() == hash
                && own != null && Arrays.equals(own, 0, length, read, from, from + length)) {
            return known;
        }
        characters[slot] = Arrays.copyOfRange(read, from, from + length);
        return slots[slot] = new String(read, from, length);
    }
}
