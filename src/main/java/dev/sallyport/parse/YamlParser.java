package dev.sallyport.parse;

import dev.sallyport.diagnose.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads YAML 1.2 event by event. Plain scalars keep their text: {@code NO}, {@code on} and {@code 010} mean what stands there.
 * Tags, duplicate keys, keys that are no text, aliases inside their own anchor and aliases that blow up are errors.
 *
 * <p>What is written plainly is read by {@link PlainYaml}, which knows no errors.
 */
public final class YamlParser {

    private static final char NO_BREAK_SPACE = 0xA0;
    private static final Pattern NUMBER = Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

    private final String file;
    private final Iterator<Event> events;
    private final Map<Anchor, Node> anchors = new HashMap<>();
    private final Map<Node, Integer> sizes = new IdentityHashMap<>();
    private final Set<Anchor> open = new HashSet<>();
    private int aliased;
    private Mark last;
    /** The lines of a text with characters beyond the first plane, else {@code null}; and the last place that was looked up in them. */
    private final String[] lines;
    private int line = -1;
    private int codePoints;
    private int units;

    private YamlParser(String file, String text) {
        this.file = file;
        this.lines = text.codePoints().allMatch(Character::isBmpCodePoint) ? null : text.split("\r\n|\r|\n", -1);
        LoadSettings settings = LoadSettings.builder().setLabel(file).setCodePointLimit(Integer.MAX_VALUE)
                .setParseComments(false).setUseMarks(true).build();
        this.events = new Parse(settings).parseString(text).iterator();
    }

    /** The documents of a file, without the empty ones. */
    public static List<Node> parse(String file, String text) throws SyntaxException {
        List<Node> plain = PlainYaml.parse(file, text);
        return plain != null ? plain : parseAny(file, text);
    }

    /** The documents of a file, by the library. */
    static List<Node> parseAny(String file, String text) throws SyntaxException {
        refuseControlCharacters(file, text);
        YamlParser parser = new YamlParser(file, text);
        try {
            return parser.documents();
        } catch (MarkedYamlEngineException e) {
            throw parser.problem(e, text);
        } catch (YamlEngineException e) {
            throw new SyntaxException("SP1004", parser.position(parser.last), "invalid YAML: " + firstLine(e.getMessage()), null);
        }
    }

    /** The library says so too, but not where. */
    private static void refuseControlCharacters(String file, String text) throws SyntaxException {
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (!StreamReader.isPrintable(text.codePointAt(i))) {
                throw new SyntaxException("SP1002", TextDecoder.at(file, text, i),
                        String.format(Locale.ROOT, "the text contains the control character U+%04X", text.codePointAt(i)),
                        "remove it");
            }
        }
    }

    /**
     * What the library says of a slip, and what an author is told instead.
     *
     * @param isAtBegin whether the place is where the broken part begins, and not where reading had to stop
     */
    private record Slip(String problem, String message, String help, boolean isAtBegin) { }

    private static final String FITS = "start all fields of an object in the same column";
    private static final List<Slip> SLIPS = List.of(
            new Slip("\\t(TAB)", "a tab is not allowed as indentation", "use spaces", false),
            new Slip("could not find expected ':'", "neither a field nor an item of a list",
            "write a field as `name: value` or an item as `- value`, each with a space", true),
            new Slip("expected <block end>", "the indentation does not match the lines above", FITS, false),
            new Slip("expected ',' or ']'", "the list that begins here is not closed, or a comma is missing", "close it with `]`", true),
            new Slip("expected ',' or '}'", "the object that begins here is not closed, or a comma is missing", "close it with `}`", true),
            new Slip("expected the node content", "a value is missing, or the end of a list or an object", "add it", false),
            new Slip("found unexpected end of stream", "the quotes that begin here are not closed", "close them", true));
    private static final Pattern NO_BEGINNING = Pattern.compile("found character '?(.+?)'? ?that cannot start any token.*");

    private SyntaxException problem(MarkedYamlEngineException e, String text) {
        String problem = firstLine(e.getProblem());
        Optional<Slip> slip = SLIPS.stream().filter(each -> problem.contains(each.problem)).findFirst();
        Mark mark = (slip.isPresent() && slip.get().isAtBegin ? e.getContextMark().or(e::getProblemMark) : e.getProblemMark()
                .or(e::getContextMark)).orElse(last);
        Position position = position(mark);
        String[] all = text.split("\r\n|\r|\n", -1);
        String line = position.line() > all.length ? "" : all[position.line() - 1];
        Matcher beginning = NO_BEGINNING.matcher(problem);
        String message;
        String help;
        if (slip.isPresent()) {
            message = slip.get().message;
            help = slip.get().help;
        } else if (beginning.matches()) {
            message = "text cannot begin with `" + beginning.group(1) + "`";
            help = "put it in quotes";
        } else if (problem.contains("mapping values are not allowed")) {
            boolean isSecond = line.substring(0, Math.min(line.length(), position.column() - 1)).contains(": ");
            message = isSecond ? "a second `: ` in one line" : "a field is not allowed here";
            help = isSecond ? "put text that contains `: ` in quotes" : FITS;
        } else {
            message = problem + (e.getContext() == null ? "" : " " + firstLine(e.getContext()));
            help = "use spaces instead of tabs, and put text that contains `: ` or `#` in quotes";
        }
        return new SyntaxException("SP1004", position, "invalid YAML: " + message, line.indexOf(NO_BREAK_SPACE) < 0 ? help
                : "the line contains a no-break space (U+00A0), often copied from a web page: type the space again");
    }

    private static String firstLine(String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }

    private List<Node> documents() throws SyntaxException {
        List<Node> documents = new ArrayList<>();
        while (events.hasNext()) {
            Event event = next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    anchors.clear();
                    open.clear();
                    Node document = node(next(), 0);
                    if (!Node.isNull(document)) {
                        documents.add(document);
                    }
                }
                default -> { }
            }
        }
        return documents;
    }

    private Event next() {
        Event event = events.next();
        last = event.getStartMark().orElse(last);
        return event;
    }

    private Node node(Event event, int depth) throws SyntaxException {
        if (event instanceof AliasEvent alias) {
            return alias(alias);
        }
        if (depth > Limits.MAX_DEPTH) {
            throw new SyntaxException("SP1005", position(event), "nested deeper than " + Limits.MAX_DEPTH + " levels", Limits.DEPTH_HELP);
        }
        refuseTag(event);
        Optional<Anchor> anchor = ((NodeEvent) event).getAnchor();
        anchor.ifPresent(open::add);
        Node node;
        if (event instanceof ScalarEvent scalar) {
            node = scalar(scalar);
        } else if (event instanceof SequenceStartEvent) {
            node = sequence(event, depth);
        } else {
            node = mapping((MappingStartEvent) event, depth);
        }
        anchor.ifPresent(name -> {
            open.remove(name);
            anchors.put(name, node);
        });
        return node;
    }

    private Node alias(AliasEvent event) throws SyntaxException {
        Anchor name = event.getAlias();
        if (open.contains(name)) {
            throw new SyntaxException("SP1007", position(event), "the alias `*" + name + "` is inside its own anchor",
                    "replace the alias with its value");
        }
        Node node = anchors.get(name);
        if (node == null) {
            throw new SyntaxException("SP1007", position(event), "no anchor `&" + name + "` before this alias",
                    "replace the alias with its value");
        }
        aliased += size(node);
        if (aliased > Limits.MAX_ALIASED_NODES) {
            throw new SyntaxException("SP1007", position(event),
                    "the aliases of this file expand to more than " + Limits.MAX_ALIASED_NODES + " values",
                            "replace aliases with their values, or split the file");
        }
        return node;
    }

    private int size(Node node) {
        if (node instanceof Node.Scalar scalar) {
            return 1 + scalar.text().length() / Limits.ALIASED_CHARACTERS;
        }
        Integer known = sizes.get(node);
        if (known == null) {
            int size = 1;
            if (node instanceof Node.Sequence sequence) {
                for (Node item : sequence.items()) {
                    size += size(item);
                }
            } else {
                for (Node.Entry entry : ((Node.Mapping) node).entries()) {
                    size += 1 + size(entry.value());
                }
            }
            known = size;
            sizes.put(node, known);
        }
        return known;
    }

    private void refuseTag(Event event) throws SyntaxException {
        Optional<?> tag = event instanceof ScalarEvent scalar ? scalar.getTag() : ((CollectionStartEvent) event).getTag();
        if (tag.isPresent()) {
            throw new SyntaxException("SP1008", position(event), "the tag `" + tag.get() + "` is not allowed", "remove the tag");
        }
    }

    private Node.Scalar scalar(ScalarEvent event) throws SyntaxException {
        String text = TextDecoder.wellFormed(position(event), event.getValue());
        return new Node.Scalar(position(event), text, event.isPlain() ? type(text) : Node.ScalarType.TEXT);
    }

    /** What a text without quotes is. */
    static Node.ScalarType type(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> Node.ScalarType.NULL;
            case "true", "True", "TRUE", "false", "False", "FALSE" -> Node.ScalarType.BOOLEAN;
            default -> isNumber(text) ? Node.ScalarType.NUMBER : Node.ScalarType.TEXT;
        };
    }

    private static boolean isNumber(String text) {
        char first = text.charAt(0);
        return (first <= '9' && first >= '+') && NUMBER.matcher(text).matches();
    }

    private Node sequence(Event start, int depth) throws SyntaxException {
        List<Node> items = new ArrayList<>();
        for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
            items.add(node(event, depth + 1));
        }
        return new Node.Sequence(position(start), List.copyOf(items));
    }

    private Node mapping(MappingStartEvent start, int depth) throws SyntaxException {
        List<Node.Entry> entries = new ArrayList<>();
        Keys keys = new Keys();
        for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
            if (!(node(event, depth + 1) instanceof Node.Scalar key)) {
                throw new SyntaxException("SP1004", position(event), "a key must be text", "write the key out");
            }
            Node.Scalar before = keys.put(key, entries);
            if (before != null) {
                throw duplicateKey(key, before.position());
            }
            entries.add(new Node.Entry(key, node(next(), depth + 1)));
        }
        return new Node.Mapping(position(start), List.copyOf(entries));
    }

    static SyntaxException duplicateKey(Node.Scalar key, Position before) {
        return new SyntaxException("SP1006", key.position(), "duplicate key `" + key.text() + "`",
                "it is first defined in line " + before.line() + ": remove one of them");
    }

    private Position position(Event event) {
        return position(event.getStartMark().orElse(last));
    }

    private Position position(Mark mark) {
        return mark == null ? new Position(file, 1, 1) : new Position(file, mark.getLine() + 1, column(mark) + 1);
    }

    /** Columns count UTF-16 units, as in JSON and in editors; the library counts code points. */
    private int column(Mark mark) {
        if (lines == null || mark.getLine() >= lines.length) {
            return mark.getColumn();
        }
        if (mark.getLine() != line || mark.getColumn() < codePoints) {
            line = mark.getLine();
            codePoints = 0;
            units = 0;
        }
        String text = lines[line];
        for (; codePoints < mark.getColumn() && units < text.length(); codePoints++) {
            units += Character.charCount(text.codePointAt(units));
        }
        return units;
    }
}
