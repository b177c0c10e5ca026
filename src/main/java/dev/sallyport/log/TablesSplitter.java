package dev.sallyport.log;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts what the Log Analytics API answers: {@code {"tables": [{"columns": [{"name": …}], "rows": [[…]]}]}}. A row becomes one of a
 * table, with the text of its values. Tables that are not of sign-ins are passed over.
 */
final class TablesSplitter implements Splitter {

    private static final int ROWS = 128;
    private static final char MARK = '\uffff';
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).maxStringLength(2 * JsonSplitter.MAX_RECORD)
            .build())
            .build();

    private final String file;
    private final JsonParser json;
    private CsvColumns columns;
    private boolean inTables;
    private boolean inTable;
    private boolean inRows;
    private boolean anySignIns;
    private boolean ended;
    /** What follows the rows that were handed out last. */
    private Chunk.Broken pending;

    TablesSplitter(String file, Reader text) throws IOException {
        this.file = file;
        this.json = FACTORY.createParser(new BoundedTexts(text));
        json.nextToken();
    }

    @Override
    public Chunk next() throws IOException {
        if (pending != null) {
            return told();
        }
        List<Chunk.Row> chunk = new ArrayList<>(ROWS);
        int line = 1;
        try {
            while (!ended && chunk.size() < ROWS && (inRows || nextTable())) {
                line = json.currentTokenLocation().getLineNr();
                if (json.nextToken() == JsonToken.END_ARRAY) {
                    inRows = false;
                    if (!chunk.isEmpty()) {
                        break;
                    }
                } else {
                    line = json.currentTokenLocation().getLineNr();
                    List<String> row = row();
                    if (row.stream().anyMatch(cell -> cell.endsWith(String.valueOf(MARK)))) {
                        pending = new Chunk.Broken(file, line, "the row that begins here has a value longer than "
                                + (JsonSplitter.MAX_RECORD >> 20)
                                + " MB and was left out");
                        break;
                    }
                    chunk.add(new Chunk.Row(line, row));
                }
            }
        } catch (JacksonException e) {
            ended = true;
            pending = new Chunk.Broken(file, line, "the table is invalid here, and the rest is not read: " + e.getOriginalMessage());
        }
        return !chunk.isEmpty() ? new Chunk.Csv(file, columns, chunk) : pending != null ? told() : null;
    }

    private Chunk.Broken told() {
        Chunk.Broken told = pending;
        pending = null;
        return told;
    }

    /** Goes on to the rows of the next table of sign-ins. */
    private boolean nextTable() throws IOException {
        while (true) {
            JsonToken token = json.nextToken();
            if (token == null) {
                ended = true;
                if (!anySignIns) {
                    throw new IOException("none of these Log Analytics tables contains sign-ins:"
                            + " the column UserId or UserPrincipalName is missing");
                }
                return false;
            }
            if (!inTables) {
                inTables = token == JsonToken.FIELD_NAME && json.currentName().equalsIgnoreCase("tables")
                        && json.nextToken() == JsonToken.START_ARRAY;
                if (!inTables && token == JsonToken.FIELD_NAME) {
                    skip();
                }
            } else if (!inTable) {
                inTable = token == JsonToken.START_OBJECT;
                inTables = token != JsonToken.END_ARRAY;
                columns = null;
            } else if (token == JsonToken.END_OBJECT) {
                inTable = false;
            } else if (token == JsonToken.FIELD_NAME && json.currentName().equalsIgnoreCase("columns")) {
                columns = json.nextToken() == JsonToken.START_ARRAY ? columns() : null;
            } else if (token == JsonToken.FIELD_NAME && json.currentName().equalsIgnoreCase("rows") && columns != null
                    && columns.areOfSignIns()) {
                anySignIns = true;
                inRows = json.nextToken() == JsonToken.START_ARRAY;
                return inRows;
            } else {
                skip();
            }
        }
    }

    private void skip() throws IOException {
        if (json.currentToken() == JsonToken.FIELD_NAME) {
            json.nextToken();
        }
        json.skipChildren();
    }

    private CsvColumns columns() throws IOException {
        List<String> names = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            String name = "";
            if (json.currentToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean isName = json.currentName().equalsIgnoreCase("name");
                    json.nextToken();
                    name = isName && json.currentToken().isScalarValue() ? json.getText() : name;
                    json.skipChildren();
                }
            } else {
                json.skipChildren();
            }
            names.add(name);
        }
        return CsvColumns.of(names);
    }

    /** The values of a row as text; what is nested stays JSON. */
    private List<String> row() throws IOException {
        List<String> cells = new ArrayList<>(columns.fields().size());
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return List.of("");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            cells.add(json.currentToken().isStructStart() ? nested() : json.currentToken() == JsonToken.VALUE_NULL ? "" : json.getText());
        }
        return cells;
    }

    private String nested() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator copy = FACTORY.createGenerator(text)) {
            copy.copyCurrentStructure(json);
        }
        return text.toString();
    }

    /** JSON whose texts are no longer than a record may be: the rest of one is thrown away, and a mark ends it. */
    private static final class BoundedTexts extends Reader {

        private final Reader text;
        private boolean inText;
        /** How many characters of an escape are still to come. */
        private int escape;
        private int length;
        private boolean isCut;

        BoundedTexts(Reader text) {
            this.text = text;
        }

        @Override
        public int read(char[] target, int offset, int count) throws IOException {
            int read = text.read(target, offset, Math.max(1, count - 1));
            int written = offset;
            for (int i = offset; i < offset + read; i++) {
                char c = target[i];
                if (!inText) {
                    inText = c == '"';
                    length = 0;
                } else if (escape > 0) {
                    escape += c == 'u' && escape == 1 ? 3 : -1;
                } else if (c == '"') {
                    inText = false;
                    isCut = false;
                } else {
                    escape = c == '\\' ? 1 : 0;
                    if (!isCut && ++length > JsonSplitter.MAX_RECORD) {
                        isCut = true;
                        target[written++] = MARK;
                    }
                }
                if (!isCut) {
                    target[written++] = c;
                }
            }
            return read < 0 ? -1 : written == offset ? read(target, offset, count) : written - offset;
        }

        @Override
        public void close() throws IOException {
            text.close();
        }
    }
}
