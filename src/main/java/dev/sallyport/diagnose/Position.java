package dev.sallyport.diagnose;

/**
 * A place in a file that a user wrote. Lines and columns count from 1; a line of 0 means the file as a whole.
 *
 * @param file   the path as the user gave it, or {@code -} for standard input
 * @param line   the line, from 1
 * @param column the column, from 1, in UTF-16 units, as editors count
 */
public record Position(String file, int line, int column) {

    /** The whole of a file. */
    public static Position of(String file) {
        return new Position(file, 0, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
