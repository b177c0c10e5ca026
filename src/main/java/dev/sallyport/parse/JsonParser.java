package dev.sallyport.parse;

import com.fasterxml.jackson.core.ErrorReportConfiguration;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.sallyport.diagnose.Echo;
import dev.sallyport.diagnose.Position;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;

/**
 * Reads JSON token by token; duplicate keys are errors. Several values in one text, as in NDJSON, are several documents.
 *
 * <p>The items of a {@link LongList} are checked like all others, and only then parsed again, so that nothing can be wrong with them.
 */
final class JsonParser {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(Limits.MAX_DEPTH + 2)
                    .maxStringLength(Limits.MAX_JSON_BYTES).build())
            .errorReportConfiguration(ErrorReportConfiguration.builder().maxErrorTokenLength(Echo.LONGEST_VALUE).build())
            .build();

    private final String file;
    private final String text;
    private final com.fasterxml.jackson.core.JsonParser tokens;
    private final StringPool pool;
    /** Where in the text the tokens begin: an offset, and a line and a column from 1. */
    private final int offset;
    private final int line;
    private final int column;
    private int values;

    private JsonParser(String file, String text, com.fasterxml.jackson.core.JsonParser tokens, StringPool pool, int offset, int line,
            int column) {
        this.file = file;
        this.text = text;
        this.tokens = tokens;
        this.pool = pool;
        this.offset = offset;
        this.line = line;
        this.column = column;
    }

    static List<Node> parse(String file, String text) throws SyntaxException {
        try (com.fasterxml.jackson.core.JsonParser tokens = FACTORY.createParser(text)) {
            JsonParser parser = new JsonParser(file, text, tokens, new StringPool(), 0, 1, 1);
            List<Node> documents = new ArrayList<>();
            for (JsonToken token = tokens.nextToken(); token != null; token = tokens.nextToken()) {
                documents.add(parser.node(token, 0));
            }
            return documents;
        } catch (JsonProcessingException e) {
            throw new SyntaxException("SP1004", position(file, e.getLocation()), "invalid JSON: " + problem(e),
                    "remove comments and commas before a closing bracket, and close each bracket once");
        } catch (IOException e) {
            throw new SyntaxException("SP1004", Position.of(file), "invalid JSON: " + e.getMessage(), null);
        }
    }

    private Node node(JsonToken token, int depth) throws IOException, SyntaxException {
        Position position = position();
        count(depth);
        return switch (token) {
            case START_OBJECT -> mapping(position, depth);
            case START_ARRAY -> sequence(position, depth);
            case VALUE_STRING -> new Node.Scalar(position, TextDecoder.wellFormed(position, pool.of(tokens)), Node.ScalarType.TEXT);
            case VALUE_NULL -> new Node.Scalar(position, "null", Node.ScalarType.NULL);
            case VALUE_TRUE, VALUE_FALSE -> new Node.Scalar(position, tokens.getText(), Node.ScalarType.BOOLEAN);
            default -> new Node.Scalar(position, tokens.getText(), Node.ScalarType.NUMBER);
        };
    }

    /** Counts a value. */
    private void count(int depth) throws SyntaxException {
        if (depth > Limits.MAX_DEPTH) {
            throw new SyntaxException("SP1005", position(), "nested deeper than " + Limits.MAX_DEPTH + " levels", Limits.DEPTH_HELP);
        }
        if (++values > Limits.MAX_JSON_VALUES) {
            throw new SyntaxException("SP1003", position(), "the file contains more than " + Limits.MAX_JSON_VALUES + " values",
                    "split it");
        }
    }

    private Node sequence(Position position, int depth) throws IOException, SyntaxException {
        LongList items = new LongList();
        for (JsonToken token = tokens.nextToken(); token != JsonToken.END_ARRAY; token = tokens.nextToken()) {
            if (items.isLong()) {
                Position place = position();
                items.add(offset + (int) tokens.currentTokenLocation().getCharOffset(), place.line(), place.column());
                int before = values;
                check(token, depth + 1);
                values = before + 1;                        // nothing is kept of what is in it
            } else {
                items.add(node(token, depth + 1));
            }
        }
        return new Node.Sequence(position, items.items(again(depth + 1)));
    }

    private Node mapping(Position position, int depth) throws IOException, SyntaxException {
        List<Node.Entry> entries = new ArrayList<>();
        Keys keys = new Keys();
        while (tokens.nextToken() != JsonToken.END_OBJECT) {
            Node.Scalar key = key();
            refuseSecond(key, keys.put(key, entries));
            entries.add(new Node.Entry(key, node(tokens.nextToken(), depth + 1)));
        }
        return new Node.Mapping(position, List.copyOf(entries));
    }

    private Node.Scalar key() throws IOException, SyntaxException {
        Position position = position();
        return new Node.Scalar(position, TextDecoder.wellFormed(position, tokens.currentName()), Node.ScalarType.TEXT);
    }

    private static void refuseSecond(Node.Scalar key, Node.Scalar before) throws SyntaxException {
        if (before != null) {
            throw YamlParser.duplicateKey(key, before.position());
        }
    }

    // ---- long lists

    /** Refuses what {@link #node} refuses, and makes nothing. */
    private void check(JsonToken token, int depth) throws IOException, SyntaxException {
        count(depth);
        if (token == JsonToken.START_OBJECT) {
            List<Node.Entry> entries = new ArrayList<>();
            Keys keys = new Keys();
            while (tokens.nextToken() != JsonToken.END_OBJECT) {
                Node.Scalar key = key();
                refuseSecond(key, keys.put(key, entries));
                entries.add(new Node.Entry(key, key));
                check(tokens.nextToken(), depth + 1);
            }
        } else if (token == JsonToken.START_ARRAY) {
            for (JsonToken item = tokens.nextToken(); item != JsonToken.END_ARRAY; item = tokens.nextToken()) {
                check(item, depth + 1);
            }
        } else if (token == JsonToken.VALUE_STRING && hasSurrogate()) {
            TextDecoder.wellFormed(position(), tokens.getText());
        }
    }

    private boolean hasSurrogate() throws IOException {
        char[] characters = tokens.getTextCharacters();
        int from = tokens.getTextOffset();
        for (int i = from + tokens.getTextLength() - 1; i >= from; i--) {
            if (Character.isSurrogate(characters[i])) {
                return true;
            }
        }
        return false;
    }

    /** Parses items of a list in this text again. */
    private LongList.Again again(int depth) {
        return new LongList.Again() {

            @Override
            public Node item(int at, int first, int from) {
                return itemsFrom(at, first, from).next();
            }

            @Override
            public Iterator<Node> itemsFrom(int at, int first, int from) {
                try {
                    com.fasterxml.jackson.core.JsonParser items = FACTORY.createParser(new Rest(text, at));
                    items.nextToken();
                    JsonParser parser = new JsonParser(file, text, items, pool, at - 1, first, from - 1);
                    return parser.items(depth);
                } catch (IOException e) {
                    throw new IllegalStateException("the list was parsed before", e);
                }
            }
        };
    }

    /** The items of a list, whose bracket was read. */
    private Iterator<Node> items(int depth) {
        return new Iterator<>() {

            @Override
            public boolean hasNext() {
                return true;                                // who asks for items knows their number
            }

            @Override
            public Node next() {
                try {
                    values = 0;
                    JsonToken token = tokens.nextToken();
                    if (token == JsonToken.END_ARRAY) {
                        throw new NoSuchElementException();
                    }
                    return node(token, depth);
                } catch (IOException | SyntaxException e) {
                    throw new IllegalStateException("the item was parsed before", e);
                }
            }
        };
    }

    /** A text from an offset, behind the bracket of a list. */
    private static final class Rest extends Reader {

        private final String text;
        private int at;
        private boolean isBegun;

        Rest(String text, int at) {
            this.text = text;
            this.at = at;
        }

        @Override
        public int read(char[] buffer, int from, int length) {
            if (!isBegun) {
                isBegun = true;
                buffer[from] = '[';
                return 1;
            }
            int count = Math.min(length, text.length() - at);
            text.getChars(at, at + count, buffer, from);
            at += count;
            return count == 0 ? -1 : count;
        }

        @Override
        public void close() { }
    }

    // ---- places and words

    /** What the parser says, in the form of our messages and without its remarks on where the text comes from. */
    private static String problem(JsonProcessingException e) {
        String text = e.getOriginalMessage().replaceAll("\\[Source: [^;]*; line: (\\d+), column: (\\d+)]", "line $1, column $2");
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    /** Where the token begins. */
    private Position position() {
        JsonLocation location = tokens.currentTokenLocation();
        return new Position(file, line + location.getLineNr() - 1, location.getColumnNr() + (location.getLineNr() == 1 ? column - 1 : 0));
    }

    private static Position position(String file, JsonLocation location) {
        return location == null ? Position.of(file) : new Position(file, location.getLineNr(), location.getColumnNr());
    }
}
