package dev.sallyport.cli;

import dev.sallyport.cli.Terminal.Style;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of cells in aligned columns, as wide as the terminal at most; long text is wrapped inside its cell. */
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

    /** The natural width of each column where they fit side by side; else narrow columns keep theirs and wide ones share the rest. */
    private int[] widths(int available) {
        int columns = rows.get(0).length;
        int[] natural = new int[columns];
        for (Cell[] row : rows) {
            for (int column = 0; column < columns; column++) {
                natural[column] = Math.max(natural[column], Glyphs.width(row[column].text()));
            }
        }
        int room = available - GAP.length() * (columns - 1);
        int[] widths = new int[columns];
        int open = columns;
        boolean changed = true;
        while (changed && open > 0) {
            changed = false;
            int share = room / open;
            for (int column = 0; column < columns; column++) {
                if (widths[column] == 0 && natural[column] <= share) {
                    widths[column] = Math.max(1, natural[column]);
                    room -= widths[column];
                    open--;
                    changed = true;
                    break;
                }
            }
        }
        for (int column = 0; column < columns; column++) {
            if (widths[column] == 0) {
                widths[column] = Math.max(1, room / open);
                room -= widths[column];
                open--;
            }
        }
        return widths;
    }
}
