package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rule book (docs/semantics.md) and the project cite the same rules. */
class RuleBookTest {

    private static final Path BOOK = Path.of("docs/semantics.md");
    private static final String FAMILY = "AGT|AM|AMB|AP|AS|CA-[A-Z]{3}|DEC|ERR|EV|EXT|GR-[A-Z]{3}|IMP|LIC|LOG|MM|PU|REG|RES|RM|RO|RPL|RPT|RV|SD|SD-[A-Z]{3}|SS|TAP|TI|VAL|VER|WI";
    /** An id, or a range such as {@code CA-DEV-10..12}. */
    private static final Pattern CITED = Pattern.compile("(?<![A-Za-z0-9-])(" + FAMILY + ")-(\\d{2})(?:(?:\\.\\.| to \\1-)(\\d{2}))?(?!\\d)");
    private static final Pattern ANCHOR = Pattern.compile("<a id=\"([A-Z0-9-]+)\"></a>");

    /** The ids that a text cites; a range cites its ends, and what there is between them. */
    private static Set<String> cited(String text, Set<String> known) {
        Set<String> ids = new TreeSet<>();
        Matcher found = CITED.matcher(text);
        while (found.find()) {
            int first = Integer.parseInt(found.group(2));
            int last = found.group(3) == null ? first : Integer.parseInt(found.group(3));
            for (int number = first; number <= last; number++) {
                String id = "%s-%02d".formatted(found.group(1), number);
                if (number == first || number == last || known.contains(id)) {
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    private static List<String> anchors() throws IOException {
        return ANCHOR.matcher(Files.readString(BOOK)).results().map(found -> found.group(1)).toList();
    }

    /** The rows of the rules that are not built: their ids, and why. */
    private static List<String[]> notBuilt() throws IOException {
        return Files.readString(BOOK).split("(?m)^## \\d+\\. Not built$", 2)[1].lines().filter(line -> line.startsWith("|"))
                .map(line -> line.split(" *\\| *")).filter(cells -> CITED.matcher(cells[1]).find()).toList();
    }

    private static Set<String> idsNotBuilt() throws IOException {
        return cited(String.join(" ", notBuilt().stream().map(cells -> cells[1]).toList()), Set.of());
    }

    /** Which files cite a rule. */
    private static Map<String, Set<Path>> citations(Collection<String> roots) throws IOException {
        Set<String> known = new TreeSet<>(anchors());
        Map<String, Set<Path>> citations = new TreeMap<>();
        for (String root : roots) {
            try (Stream<Path> files = Files.walk(Path.of(root))) {
                for (Path file : files.filter(Files::isRegularFile).filter(file -> !file.equals(BOOK))
                        .filter(file -> file.toString().matches(".*\\.(java|drl|ya?ml|md|adoc)")).toList()) {
                    cited(Files.readString(file), known).forEach(id -> citations.computeIfAbsent(id, key -> new TreeSet<>()).add(file));
                }
            }
        }
        return citations;
    }

    @Test
    void rule_hasOneAnchor() throws IOException {
        assertThat(anchors()).hasSizeGreaterThan(850).doesNotHaveDuplicates();
    }

    @Test
    void ruleThatIsCited_isInTheBook() throws IOException {
        Map<String, Set<Path>> unknown = citations(List.of("src", "rules", "samples", "docs", "README.md", "SECURITY.md"));
        anchors().forEach(unknown::remove);
        assertThat(unknown).as("cited, and not in " + BOOK).isEmpty();
    }

    @Test
    void bookItself_citesRulesThatItHolds() throws IOException {
        Set<String> known = new TreeSet<>(anchors());
        assertThat(cited(Files.readString(BOOK), known)).isSubsetOf(known);
    }

    @Test
    void rule_isBuiltOrListedAsNotBuilt() throws IOException {
        Set<String> rules = new TreeSet<>(anchors());
        rules.removeAll(citations(List.of("src", "rules", "samples", "docs")).keySet());
        rules.removeAll(idsNotBuilt());
        assertThat(rules).as("neither cited by code or a test, nor listed as not built").isEmpty();
    }

    @Test
    void ruleThatIsListedAsNotBuilt_isNotCitedByCode() throws IOException {
        Map<String, Set<Path>> code = citations(List.of("src/main/java", "src/main/resources"));
        code.keySet().retainAll(idsNotBuilt());
        assertThat(code).isEmpty();
    }

    @Test
    void ruleThatIsNotBuilt_hasAReason() throws IOException {
        assertThat(notBuilt()).hasSizeGreaterThan(20).allSatisfy(cells -> assertThat(cells[2]).hasSizeGreaterThan(20));
        assertThat(notBuilt().stream().flatMap(cells -> CITED.matcher(cells[1]).results().map(MatchResult::group)).toList()).doesNotHaveDuplicates();
    }
}
