package dev.sallyport.diagnose;

/**
 * A position in a file.
 *
 * @param file the path as the user gave it, or {@code -} for standard input
 * @param line the line, from 1; 0 for the file as a whole
 * @param column the column, from 1, in UTF-16 units, as editors count; 0 for the file as a whole
 */
public record Position(String file, int line, int column) {

    /** The position of a file as a whole. */
    public static Position of(String file) {
        return new Position(file, 0, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
