package dev.sallyport.read;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes values for {@link CacheReader}. A number takes seven bits of each byte, the lowest first. A text is 0 for none, 1 with its length
 * and bytes the first time, and later its number from 2 on. A time is its seconds and nanoseconds, each a number, behind a 1; a list is its
 * length and its items.
 */
final class CacheWriter {

    private byte[] bytes = new byte[1 << 16];
    private int size;
    private final Map<String, Integer> texts = new HashMap<>();

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int count) {
        if (bytes.length - size < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length + (bytes.length >> 1), Math.addExact(size, count)));
        }
    }

    void bytes(byte[] added) {
        room(added.length);
        System.arraycopy(added, 0, bytes, size, added.length);
        size += added.length;
    }

    void number(long value) {
        room(10);
        long rest = value;
        for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
            bytes[size++] = (byte) (rest | 0x80);
        }
        bytes[size++] = (byte) rest;
    }

    void bool(boolean value) {
        number(value ? 1 : 0);
    }

    /** True, false or {@code null}. */
    void maybe(Boolean value) {
        number(value == null ? 0 : value ? 1 : 2);
    }

    void constant(Enum<?> constant) {
        number(constant == null ? 0 : constant.ordinal() + 1);
    }

    void time(Instant time) {
        bool(time != null);
        if (time != null) {
            number(time.getEpochSecond());
            number(time.getNano());
        }
    }

    void text(String text) {
        Integer known = text == null ? Integer.valueOf(0) : texts.get(text);
        if (known != null) {
            number(known);
            return;
        }
        texts.put(text, texts.size() + 2);
        boolean isLatin = StandardCharsets.ISO_8859_1.newEncoder().canEncode(text);
        Charset charset = isLatin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16BE;
        byte[] encoded = text.getBytes(charset);
        number(1);
        number(2L * encoded.length + (isLatin ? 0 : 1));
        bytes(encoded);
    }

    /** Adds what another one wrote, in which texts have numbers of their own. */
    void block(CacheWriter other) {
        number(other.size);
        bytes(other.toBytes());
    }

    <T> void list(Collection<T> items, Consumer<T> writer) {
        number(items.size());
        items.forEach(writer);
    }

    <T> void map(Map<String, T> map, Consumer<T> writer) {
        number(map.size());
        map.forEach((key, value) -> {
            text(key);
            writer.accept(value);
        });
    }
}
