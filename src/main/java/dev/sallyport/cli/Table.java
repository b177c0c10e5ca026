package dev.sallyport.cli;

import dev.sallyport.cli.Terminal.Style;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Rows of cells in aligned columns, as wide as the terminal at most. Long text is wrapped inside its cell between words. Where columns are
 * too narrow for words, such as a user's name or a path, the cells of a row are written below each other instead.
 */
final class Table {

    private static final String GAP = "  ";

    private final int indent;
    private final List<Cell[]> rows = new ArrayList<>();
    private boolean hasHeader;

    /** Text in one style; what a terminal would not show as it is gets written out. */
    record Cell(String text, Style style) {

        Cell {
            text = Glyphs.visible(text);
        }

        static Cell of(String text) {
            return new Cell(text, Style.PLAIN);
        }
    }

    /** @param indent how many blanks stand before each line */
    Table(int indent) {
        this.indent = indent;
    }

    /** The first row, which is underlined. */
    Table header(String... names) {
        hasHeader = true;
        return row(Arrays.stream(names).map(name -> new Cell(name, Style.BOLD)).toArray(Cell[]::new));
    }

    /** One more row; all rows have the same number of cells. */
    Table row(Cell... cells) {
        rows.add(cells);
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** Writes the table to the terminal's results. */
    void print(Terminal terminal) {
        if (rows.isEmpty()) {
            return;
        }
        int[] widths = widths(terminal.columns() - indent);
        if (widths == null) {
            printBelowEachOther(terminal);
            return;
        }
        boolean first = hasHeader;
        for (Cell[] row : rows) {
            print(row, widths, terminal);
            if (first) {
                print(Arrays.stream(widths).mapToObj(width -> Cell.of("─".repeat(width))).toArray(Cell[]::new), widths, terminal);
                first = false;
            }
        }
    }

    private void print(Cell[] row, int[] widths, Terminal terminal) {
        List<List<String>> cells = new ArrayList<>();
        int height = 0;
        for (int column = 0; column < row.length; column++) {
            List<String> lines = Glyphs.wrap(row[column].text(), widths[column]);
            cells.add(lines);
            height = Math.max(height, lines.size());
        }
        for (int i = 0; i < height; i++) {
            StringBuilder line = new StringBuilder();
            int blanks = indent;
            for (int column = 0; column < row.length; column++) {
                String text = i < cells.get(column).size() ? cells.get(column).get(i) : "";
                if (!text.isEmpty()) {
                    line.append(" ".repeat(blanks)).append(terminal.coloursOut() ? row[column].style().on(text) : text);
                    blanks = 0;
                }
                blanks += widths[column] - Glyphs.width(text) + GAP.length();
            }
            terminal.out().println(line);
        }
    }

    private void printBelowEachOther(Terminal terminal) {
        for (Cell[] row : rows.subList(hasHeader ? 1 : 0, rows.size())) {
            for (int column = 0; column < row.length; column++) {
                String label = hasHeader ? rows.get(0)[column].text() + ": " : "";
                int blanks = column == 0 ? indent : indent + GAP.length();
                if (!row[column].text().isEmpty()) {
                    printParagraph(label, row[column], blanks, terminal);
                }
            }
        }
    }

    private static void printParagraph(String label, Cell cell, int blanks, Terminal terminal) {
        List<String> lines = Glyphs.wrap(label + cell.text().strip(), terminal.columns() - blanks);
        for (int i = 0; i < lines.size(); i++) {
            String start = i == 0 ? lines.get(i).substring(0, Math.min(label.length(), lines.get(i).length())) : "";
            String text = lines.get(i).substring(start.length());
            terminal.out().println(" ".repeat(blanks) + (terminal.coloursOut() ? Style.BOLD.on(start) + cell.style().on(text) : start
                    + text));
        }
    }

    /**
     * The natural width of each column where they fit side by side; else narrow columns keep theirs and wide ones share the rest, none
     * less than its words need. {@code null} where that is more than there is.
     */
    private int[] widths(int available) {
        int columns = rows.get(0).length;
        int[] natural = new int[columns];
        int[] least = new int[columns];
        for (Cell[] row : rows) {
            for (int column = 0; column < columns; column++) {
                String text = row[column].text();
                natural[column] = Math.max(natural[column], Glyphs.width(text));
                least[column] = Math.max(least[column], Glyphs.widestPiece(text));
            }
        }
        int all = available - GAP.length() * (columns - 1);
        if (columns == 1 || Arrays.stream(natural).asLongStream().sum() <= all) {
            return Arrays.stream(natural).map(width -> Math.max(1, Math.min(all, width))).toArray();
        }
        if (Arrays.stream(least).asLongStream().sum() > all) {
            return null;
        }
        int[] widths = shared(all, natural, new int[columns]);
        for (int[] kept = new int[columns]; tooNarrow(widths, least) >= 0; widths = shared(all, natural, kept)) {
            int column = tooNarrow(widths, least);
            kept[column] = least[column];
        }
        return widths;
    }

    /** Columns that have no width yet get their natural one or an equal share of what is left. */
    private static int[] shared(int available, int[] natural, int[] kept) {
        int[] widths = kept.clone();
        int room = available - Arrays.stream(kept).sum();
        for (int open = (int) Arrays.stream(kept).filter(width -> width == 0).count(); open > 0; open--) {
            int share = room / open;
            int next = first(widths, column -> widths[column] == 0 && natural[column] <= share);
            next = next < 0 ? first(widths, column -> widths[column] == 0) : next;
            widths[next] = Math.max(1, Math.min(share, natural[next]));
            room -= widths[next];
        }
        return widths;
    }

    private static int tooNarrow(int[] widths, int[] least) {
        return first(widths, column -> widths[column] < least[column]);
    }

    private static int first(int[] widths, IntPredicate wanted) {
        return IntStream.range(0, widths.length).filter(wanted).findFirst().orElse(-1);
    }
}
