package dev.sallyport.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads and writes messages of Protocol Buffers field by field: as much of the format as one call of gRPC needs. */
final class Protobuf {

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;
    /** What Java reads in place of bytes that are not UTF-8. */
    private static final char REPLACEMENT = '\ufffd';

    private Protobuf() { }

    /** Bytes that are not a message. */
    static final class Malformed extends Exception {

        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /** Goes through the fields of a message; fields that are not read are skipped. */
    static final class Reader {

        private final ByteBuffer bytes;
        private int field;
        private int type;
        private boolean isRead = true;

        private Reader(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        Reader(byte[] bytes, int offset, int length) {
            this(ByteBuffer.wrap(bytes, offset, length));
        }

        /** Goes to the next field; {@code false} at the end of the message. */
        boolean next() throws Malformed {
            if (!isRead) {
                skip();
            }
            if (!bytes.hasRemaining()) {
                return false;
            }
            long tag = varint();
            field = (int) (tag >>> 3);
            type = (int) tag & 7;
            if (tag >>> 32 != 0 || field == 0) {
                throw new Malformed("invalid field");
            }
            isRead = false;
            return true;
        }

        /** The number of the field. */
        int field() {
            return field;
        }

        /** The message in the field. */
        Reader message() throws Malformed {
            return new Reader(content());
        }

        /** The text in the field. */
        String text() throws Malformed {
            ByteBuffer content = content();
            String text = new String(content.array(), content.arrayOffset(), content.remaining(), StandardCharsets.UTF_8);
            if (text.indexOf(REPLACEMENT) >= 0 && !ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).equals(content)) {
                throw new Malformed("the text is not UTF-8");
            }
            return text;
        }

        private ByteBuffer content() throws Malformed {
            if (type != BYTES) {
                throw new Malformed("invalid type of a field");
            }
            int length = length(varint());
            ByteBuffer content = bytes.slice(bytes.position(), length);
            bytes.position(bytes.position() + length);
            isRead = true;
            return content;
        }

        private void skip() throws Malformed {
            switch (type) {
                case VARINT -> varint();
                case FIXED_64 -> bytes.position(bytes.position() + length(8));
                case BYTES -> content();
                case FIXED_32 -> bytes.position(bytes.position() + length(4));
                default -> throw new Malformed("invalid type of a field");
            }
        }

        private int length(long length) throws Malformed {
            if (length < 0 || length > bytes.remaining()) {
                throw new Malformed("the message ends within a field");
            }
            return (int) length;
        }

        private long varint() throws Malformed {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                if (!bytes.hasRemaining()) {
                    throw new Malformed("the message ends within a number");
                }
                byte next = bytes.get();
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new Malformed("the number is too long");
        }
    }

    /** Writes the fields of a message. */
    static final class Writer {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

        /** Adds a text. */
        Writer text(int field, String value) {
            return content(field, value.getBytes(StandardCharsets.UTF_8));
        }

        /** Adds a message. */
        Writer message(int field, Writer message) {
            return content(field, message.toBytes());
        }

        /** Adds a number. */
        Writer number(int field, long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        private Writer content(int field, byte[] value) {
            varint((long) field << 3 | BYTES);
            varint(value.length);
            bytes.writeBytes(value);
            return this;
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }

        byte[] toBytes() {
            return bytes.toByteArray();
        }
    }
}
