package dev.sallyport.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rule book (docs/semantics.md), which the jar holds: the text of a rule, by its id. */
public final class RuleBook {

    private static final String RESOURCE = "/dev/sallyport/semantics.md";
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([A-Z]+(?:-[A-Z]+)?-\\d+)\"></a>");
    private static final Pattern NOT_BUILT = Pattern.compile("^## \\d+\\. Not built$");
    private static final Map<String, String> TAGS = Map.of("D", "documented by Microsoft", "S", "from Graph's schema", "X",
            "read off an official example",
            "C", "from the community", "I", "inferred from other rules", "U", "undocumented; this is our reading");

    /** The text of a rule as it is printed, by id. */
    private final Map<String, String> rules = new LinkedHashMap<>();

    /** Reads the book. */
    public RuleBook() {
        this(text().lines().toList());
    }

    private RuleBook(List<String> lines) {
        String section = "";
        List<String> header = List.of();
        String before = "";
        boolean built = true;
        for (String line : lines) {
            if (line.startsWith("#")) {
                section = line.replaceFirst("^#+ ", "");
                built &= !NOT_BUILT.matcher(line).matches();
            } else if (line.startsWith("|---")) {
                header = cells(before);
            }
            Matcher anchor = ANCHOR.matcher(line);
            while (built && anchor.find()) {
                String said = line.startsWith("|") ? row(header, cells(line)) : plain(line.replaceFirst("^- ", "")) + "\n";
                rules.put(anchor.group(1), "# " + anchor.group(1) + ": " + section + "\n\n" + said);
            }
            before = line;
        }
    }

    private static String text() {
        try (InputStream in = RuleBook.class.getResourceAsStream(RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> cells(String row) {
        return Stream.of(row.replaceFirst("^\\| *", "").replaceFirst(" *\\|$", "").split(" \\| *", -1)).map(RuleBook::plain).toList();
    }

    private static String plain(String cell) {
        return ANCHOR.matcher(cell).replaceAll("").strip();
    }

    /** A cell a line, under the names of the columns; the tag with what it means. */
    private static String row(List<String> header, List<String> cells) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < cells.size(); i++) {
            String name = i < header.size() ? header.get(i) : "";
            String cell = name.equals("Tag") && TAGS.containsKey(cells.get(i)) ? cells.get(i) + ", " + TAGS.get(cells.get(i))
                    : cells.get(i);
            if (!cell.isEmpty() && !cell.equals("-")) {
                text.append(name.isEmpty() ? "" : name + ": ").append(cell).append('\n');
            }
        }
        return text.toString();
    }

    /** The ids of all rules, in the order of the book. */
    public List<String> ids() {
        return List.copyOf(rules.keySet());
    }

    /** What the book says of a rule, in any case of its letters; {@code null} for an unknown one. */
    public @Nullable String rule(String id) {
        return rules.get(id.toUpperCase(Locale.ROOT));
    }
}
