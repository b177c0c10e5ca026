package dev.sallyport.parse;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/** Texts that come again and again, one object each: no text is made of bytes twice while it is remembered. For one thread. */
public final class StringPool {

    private static final int SLOTS = 1 << 14;
    private static final int LONGEST = 100;

    private final String[] slots = new String[SLOTS];

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
        return slots[slot] = text.substring(from, to);
    }

    private String of(char[] characters, int from, int length) {
        if (length == 0) {
            return "";
        }
        int hash = 0;
        for (int i = from; i < from + length; i++) {
            hash = 31 * hash + characters[i];
        }
        int slot = (hash ^ hash >>> 15) & SLOTS - 1;
        String known = slots[slot];
        if (known != null && known.length() == length && known.hashCode() == hash && isEqual(known, characters, from)) {
            return known;
        }
        return slots[slot] = new String(characters, from, length);
    }

    private static boolean isEqual(String text, char[] characters, int from) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != characters[from + i]) {
                return false;
            }
        }
        return true;
    }
}
