package dev.sallyport.parse;

import dev.sallyport.diagnose.Position;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Turns the bytes of a file into text: UTF-8 or UTF-16, with or without byte order mark. */
public final class TextDecoder {

    /** What Java puts in the place of invalid bytes; where it is written, a second look tells. */
    private static final char REPLACED = '\uFFFD';

    private TextDecoder() { }

    /** How the text of a file is written as bytes; {@code mark} is the number of bytes of its byte order mark. */
    public record Encoding(Charset charset, int mark) { }

    /** What bytes of text begin with tells their encoding. */
    public static Encoding encoding(byte[] bytes) {
        if (starts(bytes, 0xEF, 0xBB, 0xBF)) {
            return new Encoding(StandardCharsets.UTF_8, 3);
        }
        if (starts(bytes, 0xFF, 0xFE)) {
            return new Encoding(StandardCharsets.UTF_16LE, 2);
        }
        if (starts(bytes, 0xFE, 0xFF)) {
            return new Encoding(StandardCharsets.UTF_16BE, 2);
        }
        if (bytes.length >= 2 && bytes[0] != 0 && bytes[1] == 0) {
            return new Encoding(StandardCharsets.UTF_16LE, 0);
        }
        return new Encoding(bytes.length >= 2 && bytes[0] == 0 && bytes[1] != 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_8, 0);
    }

    static String decode(String file, byte[] bytes) throws SyntaxException {
        Encoding encoding = encoding(bytes);
        Charset charset = encoding.charset();
        int skip = encoding.mark();
        ByteBuffer input = ByteBuffer.wrap(bytes, skip, bytes.length - skip);
        String text = new String(bytes, skip, bytes.length - skip, charset);
        try {
            text = text.indexOf(REPLACED) < 0 ? text : charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).decode(input).toString();
        } catch (CharacterCodingException e) {
            String before = charset.decode(ByteBuffer.wrap(bytes, skip, input.position() - skip)).toString();
            throw new SyntaxException("SP1002", at(file, before, before.length()), "the text is not valid " + charset,
                    "save the file as UTF-8");
        }
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw new SyntaxException("SP1002", at(file, text, nul), "the text contains a NUL character", "save the file as UTF-8 text");
        }
        return text;
    }

    /** Refuses half a surrogate pair, which no valid text holds. */
    static String wellFormed(Position position, String text) throws SyntaxException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new SyntaxException("SP1002", position, "the text contains half a surrogate pair",
                        "write the character itself, or both halves");
            }
        }
        return text;
    }

    /** The place of an offset into a text. */
    static Position at(String file, String text, int offset) {
        int line = 1;
        int start = 0;
        for (int i = 0; i < offset; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                start = i + 1;
            }
        }
        return new Position(file, line, offset - start + 1);
    }

    private static boolean starts(byte[] bytes, int... mark) {
        if (bytes.length < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((bytes[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
