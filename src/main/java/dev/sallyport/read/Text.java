package dev.sallyport.read;

import dev.sallyport.Position;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Turns the bytes of a file into text: UTF-8 or UTF-16, with or without byte order mark (corpora, point 1). */
final class Text {

    private Text() { }

    static String decode(String file, byte[] bytes) throws SyntaxException {
        Charset charset = StandardCharsets.UTF_8;
        int skip = 0;
        if (starts(bytes, 0xEF, 0xBB, 0xBF)) {
            skip = 3;
        } else if (starts(bytes, 0xFF, 0xFE)) {
            charset = StandardCharsets.UTF_16LE;
            skip = 2;
        } else if (starts(bytes, 0xFE, 0xFF)) {
            charset = StandardCharsets.UTF_16BE;
            skip = 2;
        } else if (bytes.length >= 2 && bytes[0] != 0 && bytes[1] == 0) {
            charset = StandardCharsets.UTF_16LE;
        } else if (bytes.length >= 2 && bytes[0] == 0 && bytes[1] != 0) {
            charset = StandardCharsets.UTF_16BE;
        }
        ByteBuffer input = ByteBuffer.wrap(bytes, skip, bytes.length - skip);
        String text;
        try {
            text = charset.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).decode(input).toString();
        } catch (CharacterCodingException e) {
            String before = charset.decode(ByteBuffer.wrap(bytes, skip, input.position() - skip)).toString();
            throw new SyntaxException("SP1002", at(file, before, before.length()), "the text is not valid " + charset,
                    "save the file as UTF-8");
        }
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw new SyntaxException("SP1002", at(file, text, nul), "the text holds a NUL character", "save the file as UTF-8 text");
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
                throw new SyntaxException("SP1002", position, "the text holds half a surrogate pair", "write the character itself, or both halves");
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
