package dev.sallyport.log;

import java.util.List;

/** Some whole records of a log, not read yet, in their order. */
public sealed interface Chunk {

    /**
     * Records as JSON.
     *
     * @param spans three numbers a record: first byte, byte behind the last, line in the file
     * @param cut   the records that end before they are complete, as bits by number
     */
    record Json(String file, byte[] bytes, int[] spans, int count, java.util.BitSet cut) implements Chunk { }

    /** Records as rows of a table. */
    record Csv(String file, CsvColumns columns, List<Row> rows) implements Chunk { }

    /** One row and the line on which it begins. */
    record Row(int line, List<String> cells) { }

    /** A place from which a file cannot be read any further. */
    record Broken(String file, int line, String message) implements Chunk { }
}
