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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads JSON token by token; duplicate keys are errors. Several values in one text, as in NDJSON, are several documents. */
final class JsonParser {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(Limits.MAX_DEPTH + 2)
                    .maxStringLength(Limits.MAX_JSON_BYTES).build())
            .errorReportConfiguration(ErrorReportConfiguration.builder().maxErrorTokenLength(Echo.LONGEST_VALUE).build())
            .build();

    private final String file;
    private final com.fasterxml.jackson.core.JsonParser tokens;
    private int values;

    private JsonParser(String file, com.fasterxml.jackson.core.JsonParser tokens) {
        this.file = file;
        this.tokens = tokens;
    }

    static List<Node> parse(String file, String text) throws SyntaxException {
        try (com.fasterxml.jackson.core.JsonParser tokens = FACTORY.createParser(text)) {
            JsonParser parser = new JsonParser(file, tokens);
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
        Position position = position(file, tokens.currentTokenLocation());
        if (depth > Limits.MAX_DEPTH) {
            throw new SyntaxException("SP1005", position, "nested deeper than " + Limits.MAX_DEPTH + " levels", Limits.DEPTH_HELP);
        }
        if (++values > Limits.MAX_JSON_VALUES) {
            throw new SyntaxException("SP1003", position, "the file contains more than " + Limits.MAX_JSON_VALUES + " values", "split it");
        }
        return switch (token) {
            case START_OBJECT -> mapping(position, depth);
            case START_ARRAY -> sequence(position, depth);
            case VALUE_STRING -> new Node.Scalar(position, TextDecoder.wellFormed(position, tokens.getText()), Node.ScalarType.TEXT);
            case VALUE_NULL -> new Node.Scalar(position, "null", Node.ScalarType.NULL);
            case VALUE_TRUE, VALUE_FALSE -> new Node.Scalar(position, tokens.getText(), Node.ScalarType.BOOLEAN);
            default -> new Node.Scalar(position, tokens.getText(), Node.ScalarType.NUMBER);
        };
    }

    private Node sequence(Position position, int depth) throws IOException, SyntaxException {
        List<Node> items = new ArrayList<>();
        for (JsonToken token = tokens.nextToken(); token != JsonToken.END_ARRAY; token = tokens.nextToken()) {
            items.add(node(token, depth + 1));
        }
        return new Node.Sequence(position, List.copyOf(items));
    }

    private Node mapping(Position position, int depth) throws IOException, SyntaxException {
        List<Node.Entry> entries = new ArrayList<>();
        Keys keys = new Keys();
        while (tokens.nextToken() != JsonToken.END_OBJECT) {
            Position at = position(file, tokens.currentTokenLocation());
            Node.Scalar key = new Node.Scalar(at, TextDecoder.wellFormed(at, tokens.currentName()), Node.ScalarType.TEXT);
            Node.Scalar before = keys.put(key, entries);
            if (before != null) {
                throw YamlParser.duplicateKey(key, before.position());
            }
            entries.add(new Node.Entry(key, node(tokens.nextToken(), depth + 1)));
        }
        return new Node.Mapping(position, List.copyOf(entries));
    }

    /** What the parser says, in the form of our messages and without its remarks on where the text comes from. */
    private static String problem(JsonProcessingException e) {
        String text = e.getOriginalMessage().replaceAll("\\[Source: [^;]*; line: (\\d+), column: (\\d+)]", "line $1, column $2");
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }

    private static Position position(String file, JsonLocation location) {
        return location == null ? Position.of(file) : new Position(file, location.getLineNr(), location.getColumnNr());
    }
}
