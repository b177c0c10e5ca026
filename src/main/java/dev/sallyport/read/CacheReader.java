package dev.sallyport.read;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Reads what {@link CacheWriter} wrote; other bytes make it throw a {@link RuntimeException}. */
final class CacheReader {

    private final byte[] bytes;
    private final int end;
    private int at;
    private final List<String> texts = new ArrayList<>();
    private Instant last = Instant.EPOCH;

    CacheReader(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    boolean isAtEnd() {
        return at == end;
    }

    /** What is read by itself. */
    CacheReader block() {
        int length = count();
        at += length;
        return new CacheReader(bytes, at - length, at);
    }

    byte[] bytes(int count) {
        byte[] read = new byte[count];
        System.arraycopy(bytes, at, read, 0, count);
        at += count;
        return read;
    }

    private long longNumber() {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte next = bytes[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    int number() {
        return Math.toIntExact(longNumber());
    }

    boolean bool() {
        return number() != 0;
    }

    Boolean maybe() {
        int value = number();
        return value == 0 ? null : Boolean.valueOf(value == 1);
    }

    <E extends Enum<E>> E constant(E[] constants) {
        int number = number();
        return number == 0 ? null : constants[number - 1];
    }

    Instant time() {
        if (!bool()) {
            return null;
        }
        long second = longNumber();
        int nano = number();
        if (last.getEpochSecond() != second || last.getNano() != nano) {
            last = Instant.ofEpochSecond(second, nano);
        }
        return last;
    }

    String text() {
        int number = number();
        if (number > 1) {
            return texts.get(number - 2);
        }
        if (number == 0) {
            return null;
        }
        int length = number();
        String text = new String(bytes, at, length >> 1, (length & 1) == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_16BE);
        at += length >> 1;
        texts.add(text);
        return text;
    }

    List<String> texts() {
        int count = count();
        if (count == 0) {
            return List.of();
        }
        String[] read = new String[count];
        for (int i = 0; i < count; i++) {
            read[i] = text();
        }
        return List.of(read);
    }

    <T> List<T> list(Supplier<T> reader) {
        int count = count();
        if (count == 0) {
            return List.of();
        }
        List<T> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(reader.get());
        }
        return items;
    }

    <T> Map<String, T> map(Supplier<T> reader) {
        int count = count();
        Map<String, T> map = new HashMap<>(count * 2);
        for (int i = 0; i < count; i++) {
            map.put(text(), reader.get());
        }
        return map;
    }

    /** A number of items, each of which takes a byte at least. */
    private int count() {
        int count = number();
        if (count < 0 || count > end - at) {
            throw new IllegalArgumentException("more items than bytes");
        }
        return count;
    }
}
