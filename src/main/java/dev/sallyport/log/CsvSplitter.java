package dev.sallyport.log;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Cuts the rows of a table; the first one names the columns. */
final class CsvSplitter implements Splitter {

    private static final int ROWS = 128;

    private final String file;
    private final CloseableIterator<CsvRecord> rows;
    private final CsvColumns columns;
    private int line = 1;
    private boolean broken;
    /** What follows the rows that were handed out last. */
    private Chunk.Broken pending;

    CsvSplitter(String file, Reader text, char separator) throws IOException {
        this.file = file;
        BoundedRows bounded = new BoundedRows(text, separator);
        this.rows = CsvReader.builder().fieldSeparator(separator).extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .maxBufferSize(2 * BoundedRows.MAX_ROW).ofCsvRecord(bounded).iterator();
        try {
            columns = CsvColumns.of(rows.hasNext() ? rows.next().getFields() : List.of());
        } catch (CsvParseException | UncheckedIOException e) {
            throw new IOException("the first line contains no column names: " + e.getMessage());
        }
        if (!columns.areOfSignIns()) {
            throw new IOException("neither JSON nor a table of sign-ins: the column UserId or UserPrincipalName is missing");
        }
    }

    @Override
    public Chunk next() throws IOException {
        if (pending != null) {
            Chunk.Broken told = pending;
            pending = null;
            return told;
        }
        List<Chunk.Row> chunk = new ArrayList<>(ROWS);
        try {
            while (!broken && chunk.size() < ROWS && rows.hasNext()) {
                CsvRecord row = rows.next();
                line = (int) row.getStartingLineNumber();
                if (BoundedRows.isCut(row.getFields())) {
                    pending = new Chunk.Broken(file, line,
                            "the row that begins here is longer than " + (BoundedRows.MAX_ROW >> 20) + " MB and was left out");
                    return chunk.isEmpty() ? next() : new Chunk.Csv(file, columns, chunk);
                }
                chunk.add(new Chunk.Row(line, row.getFields()));
            }
        } catch (CsvParseException e) {
            if (chunk.isEmpty()) {
                broken = true;
                return new Chunk.Broken(file, line + 1, "the table is invalid after line " + line + ": " + e.getMessage());
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return chunk.isEmpty() ? null : new Chunk.Csv(file, columns, chunk);
    }
}
