package dev.sallyport.replay;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Writes changes as a table, one row a sign-in. */
public final class ChangesCsv implements AutoCloseable {

    private final CsvWriter csv;

    /** A table in a file, which is written anew. */
    public ChangesCsv(Path file) throws IOException {
        csv = CsvWriter.builder().build(file, StandardCharsets.UTF_8);
        csv.writeRecord("Change", "Time", "User", "Application", "Country", "IPAddress", "Client", "Before", "After", "Reason", "Policies",
                "HangsOn", "Id", "Place");
    }

    /** One row. */
    public void write(Change change) {
        csv.writeRecord(change.kind().toString(), change.time().toString(), cell(change.user()), cell(change.application()),
                cell(change.country()),
                cell(change.ipAddress()), cell(change.client()), change.before().toString(), change.after().toString(), change.reason(),
                cell(String.join(", ", change.policies())), String.join(", ", change.hangsOn()), cell(change.id()),
                cell(change.file() + ":" + change.line()));
    }

    /** Text that no spreadsheet takes for a formula, whoever wrote it into the log. */
    static String cell(String text) {
        if (text == null || text.isEmpty()) {
            return "";
        }
        return "=+-@\t\r\n|".indexOf(text.stripLeading().isEmpty() ? text.charAt(0) : text.stripLeading().charAt(0)) >= 0 ? "'" + text
                : text;
    }

    @Override
    public void close() throws IOException {
        csv.close();
    }
}
