package dev.sallyport.edit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.sallyport.diagnose.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * From where to where the parts of some objects stand in a text that is known to parse. Only these objects are remembered, so
 * that a large file costs little more than being read once.
 */
final class Outline {

    /** A part of a text, from one offset to another. The end is that of what is written: no comment or blank line after it. */
    sealed interface Span {
        int start();

        int end();
    }

    /** A value without parts. {@code isBlock} says whether it is literal or folded; an alias is one too. */
    record Scalar(int start, int end, boolean isBlock, boolean isAlias) implements Span { }

    /** A list, between brackets if it {@code isFlow}. */
    record Items(int start, int end, boolean isFlow, List<Span> items) implements Span { }

    /** An object, between braces if it {@code isFlow}. */
    record Fields(int start, int end, boolean isFlow, List<Field> fields) implements Span {

        /** The field that a reader would take for this name, or {@code null}. */
        Field get(String name) {
            Field found = null;
            for (Field field : fields) {
                if (field.name().equalsIgnoreCase(name)) {
                    found = found == null || field.name().equals(name) ? field : found;
                }
            }
            return found;
        }
    }

    /** A key, where it stands, and its value. */
    record Field(String name, int start, int end, Span value) { }

    private final String text;
    private final Set<Position> wanted;
    private final Map<Position, Fields> found = new HashMap<>();
    private final IntConsumer progress;

    private Outline(String text, Set<Position> wanted, IntConsumer progress) {
        this.text = text;
        this.wanted = wanted;
        this.progress = progress;
    }

    /**
     * The objects that begin at these positions.
     *
     * @param progress told how many of them are found
     */
    static Map<Position, Fields> of(String file, String text, boolean isJson, Set<Position> wanted, IntConsumer progress) {
        Outline outline = new Outline(text, wanted, progress);
        if (isJson) {
            outline.new Json(file).read();
        } else {
            outline.new Yaml(file).read();
        }
        return outline.found;
    }

    private final class Yaml {

        private final String file;
        private final Iterator<Event> events;
        /** Marks count code points; these two are the last offset that was asked for, in both units. */
        private int codePoints;
        private int offset;
        /** The last line that was asked for, and the offset of its beginning. */
        private int line = -1;
        private int lineStart;
        private final boolean isOneUnit;

        Yaml(String file) {
            this.file = file;
            LoadSettings settings = LoadSettings.builder().setLabel(file).setCodePointLimit(Integer.MAX_VALUE).setParseComments(false)
                    .setUseMarks(true).build();
            events = new Parse(settings).parseString(text).iterator();
            isOneUnit = text.codePointCount(0, text.length()) == text.length();
        }

        void read() {
            while (events.hasNext()) {
                Event event = events.next();
                if (event instanceof MappingStartEvent) {
                    Mark mark = event.getStartMark().orElseThrow();
                    Position position = new Position(file, mark.getLine() + 1, column(mark) + 1);
                    if (wanted.contains(position)) {
                        found.put(position, (Fields) span(event));
                        progress.accept(found.size());
                    }
                }
            }
        }

        /** Positions count UTF-16 units. */
        private int column(Mark mark) {
            if (isOneUnit) {
                return mark.getColumn();
            }
            int at = offset(mark);
            if (mark.getLine() != line) {
                line = mark.getLine();
                lineStart = text.offsetByCodePoints(at, -mark.getColumn());
            }
            return at - lineStart;
        }

        private int offset(Mark mark) {
            if (isOneUnit) {
                return mark.getIndex();
            }
            offset = text.offsetByCodePoints(offset, mark.getIndex() - codePoints);
            codePoints = mark.getIndex();
            return offset;
        }

        private Span span(Event event) {
            int start = offset(event.getStartMark().orElseThrow());
            if (event instanceof CollectionStartEvent collection) {
                return collection instanceof MappingStartEvent ? fields(start, collection.isFlow()) : items(start, collection.isFlow());
            }
            int end = offset(event.getEndMark().orElseThrow());
            boolean isBlock = event instanceof ScalarEvent scalar && (scalar.isLiteral() || scalar.isFolded());
            return new Scalar(start, end, isBlock, event instanceof AliasEvent);
        }

        private Span items(int start, boolean isFlow) {
            List<Span> items = new ArrayList<>();
            Event event = events.next();
            for (; event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
                items.add(span(event));
            }
            int end = isFlow ? offset(event.getEndMark().orElseThrow()) : items.get(items.size() - 1).end();
            return new Items(start, end, isFlow, items);
        }

        private Span fields(int start, boolean isFlow) {
            List<Field> fields = new ArrayList<>();
            Event event = events.next();
            for (; event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
                String name = event instanceof ScalarEvent scalar ? scalar.getValue() : "";
                Span key = span(event);
                fields.add(new Field(name, key.start(), key.end(), span(events.next())));
            }
            int end = isFlow ? offset(event.getEndMark().orElseThrow()) : fields.get(fields.size() - 1).value().end();
            return new Fields(start, end, isFlow, fields);
        }
    }

    private final class Json {

        private static final JsonFactory FACTORY = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build()).build();

        private final String file;

        Json(String file) {
            this.file = file;
        }

        void read() {
            try (JsonParser tokens = FACTORY.createParser(text)) {
                while (tokens.nextToken() != null) {
                    if (tokens.currentToken() == JsonToken.START_OBJECT) {
                        JsonLocation location = tokens.currentTokenLocation();
                        Position position = new Position(file, location.getLineNr(), location.getColumnNr());
                        if (wanted.contains(position)) {
                            found.put(position, (Fields) span(tokens));
                            progress.accept(found.size());
                        }
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static int start(JsonParser tokens) {
            return (int) tokens.currentTokenLocation().getCharOffset();
        }

        private static int end(JsonParser tokens) throws IOException {
            tokens.finishToken();
            return (int) tokens.currentLocation().getCharOffset();
        }

        private Span span(JsonParser tokens) throws IOException {
            int start = start(tokens);
            if (tokens.currentToken() == JsonToken.START_ARRAY) {
                List<Span> items = new ArrayList<>();
                while (tokens.nextToken() != JsonToken.END_ARRAY) {
                    items.add(span(tokens));
                }
                return new Items(start, end(tokens), true, items);
            }
            if (tokens.currentToken() != JsonToken.START_OBJECT) {
                return new Scalar(start, end(tokens), false, false);
            }
            List<Field> fields = new ArrayList<>();
            while (tokens.nextToken() != JsonToken.END_OBJECT) {
                int key = start(tokens);
                // the reader of names looks ahead to the colon, so the end of the key is found in the text
                int after = endOfKey(key);
                String name = tokens.currentName();
                tokens.nextToken();
                fields.add(new Field(name, key, after, span(tokens)));
            }
            return new Fields(start, end(tokens), true, fields);
        }

        private int endOfKey(int start) {
            int at = start + 1;
            while (text.charAt(at) != '"') {
                at += text.charAt(at) == '\\' ? 2 : 1;
            }
            return at + 1;
        }
    }
}
