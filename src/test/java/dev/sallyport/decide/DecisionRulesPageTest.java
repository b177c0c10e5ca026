package dev.sallyport.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/decision-rules.md} is made from the decision rules. When they change, {@code mvn test
 * -Dtest=DecisionRulesPageTest -Dsallyport.update=true} writes it anew; otherwise this test says that it is stale.
 */
class DecisionRulesPageTest {

    private static final Path RULES = Path.of("src/main/resources/dev/sallyport/decide");
    private static final Path PAGE = Path.of("docs/decision-rules.md");
    /** The files of rules of which the first that matches decides. */
    private static final List<String> DECIDING = List.of("outcome", "app-passwords", "session");
    private static final List<String> DEMANDING = List.of("security-defaults", "per-user-mfa", "registration", "grant");
    private static final List<String> FILES = List.of("outcome", "app-passwords", "session", "grant", "security-defaults", "per-user-mfa", "registration");
    /** What the rules of an order and above decide about, up to the next band. */
    private static final NavigableMap<Integer, String> BANDS = new TreeMap<>(Map.of(970, "First factor", 900, "Blocks", 805, "Legacy clients and app passwords", 740, "Controls that cannot be met",
            650, "Registration", 550, "Challenge", 450, "Session controls", 0, "Let in"));
    private static final Pattern RULE = Pattern.compile(
            "rule \"(.+?)\"\\s+@id\\(\"(.+?)\"\\)\\s+(?:salience (\\d+)\\s+)?when\\s+\\$\\w+ : (\\w+)\\( (.+?) \\)\\s+then\\s+(.+?)\\s+end\\b", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile("[A-Z]+(-[A-Z]+)?-\\d+");

    @Test
    void page_ofTheDecisionRules_isWhatTheRulesSay() throws Exception {
        String page = page();
        if (Boolean.getBoolean("sallyport.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).content().isEqualTo(page);
    }

    @Test
    void everyRule_citesTheSemantics_andHasANameOfItsOwn() throws Exception {
        Set<String> names = new HashSet<>();
        for (String file : FILES) {
            String text = Files.readString(RULES.resolve(file + ".drl"));
            Matcher matcher = RULE.matcher(text);
            int rules = 0;
            while (matcher.find()) {
                rules++;
                assertThat(names.add(matcher.group(1))).as(matcher.group(1)).isTrue();
                assertThat(matcher.group(2).split(", ")).allMatch(ID.asMatchPredicate());
            }
            assertThat(text.lines().filter(line -> line.startsWith("rule ")).count()).as(file).isEqualTo(rules);
        }
        assertThat(names).hasSizeGreaterThan(60);
    }

    /** A rule as it is written. */
    private record Written(int salience, String name, String when, String then, String ids, String source) { }

    /** The rules of some files, in firing order: by salience, across files. */
    private static List<Written> rules(List<String> files) throws IOException {
        List<Written> rules = new ArrayList<>();
        for (String file : files) {
            String text = Files.readString(RULES.resolve(file + ".drl"));
            Matcher matcher = RULE.matcher(text);
            while (matcher.find()) {
                long line = text.substring(0, matcher.start()).lines().count() + 1;
                rules.add(new Written(matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3)), matcher.group(1), words(matcher.group(5)),
                        matcher.group(6).replaceAll("\\s*\\$\\w+\\.", " ").strip().replaceAll("ReasonCode\\.|Kind\\.|Status\\.|ErrorCodes\\.", ""), matcher.group(2), file + ".drl:" + line));
            }
        }
        rules.sort(Comparator.comparing(Written::salience).reversed());
        return rules;
    }

    private static String page() throws IOException {
        StringBuilder page = new StringBuilder("# Decision rules\n\nMade from the rules in `" + RULES + "`; do not edit. Ids lead to the [rule book](semantics.md), files to the rules.\n")
                .append("\n## What is decided\n\nThe first rule that matches decides. The rules are in firing order over all files; `order` is their salience (EV-13).\n");
        String band = null;
        for (Written rule : rules(DECIDING)) {
            String next = BANDS.floorEntry(rule.salience()).getValue();
            if (!next.equals(band)) {
                page.append("\n### ").append(next).append("\n\n| order | rule | when | then | ids | source |\n|---|---|---|---|---|---|\n");
                band = next;
            }
            page.append("| ").append(rule.salience()).append(' ');
            row(page, rule);
        }
        page.append("\n## What the other sources demand\n\nEvery rule that matches takes part; their order does not matter.\n");
        for (String file : DEMANDING) {
            page.append("\n### ").append(file).append("\n\n").append(comment(Files.readString(RULES.resolve(file + ".drl")))).append("\n\n| rule | when | then | ids | source |\n|---|---|---|---|---|\n");
            for (Written rule : rules(List.of(file))) {
                row(page, rule);
            }
        }
        return page.toString();
    }

    private static void row(StringBuilder page, Written rule) {
        String ids = Stream.of(rule.ids().split(", ")).map(id -> "[" + id + "](semantics.md#" + id + ")").collect(Collectors.joining(", "));
        String file = rule.source().replaceFirst(":(\\d+)$", "#L$1");
        page.append("| ").append(rule.name()).append(" | ").append(rule.when()).append(" | `").append(rule.then()).append("` | ").append(ids)
                .append(" | [").append(rule.source()).append("](../").append(RULES).append('/').append(file).append(") |\n");
    }

    /** The comment at the top of a file, as a paragraph. */
    private static String comment(String text) {
        return String.join(" ", text.lines().takeWhile(line -> line.startsWith("//")).map(line -> line.substring(2).strip()).toList());
    }

    /** {@code !legacy, firstFailed == Kind.MFA} as words. */
    private static String words(String constraints) {
        List<String> words = new ArrayList<>();
        for (String constraint : constraints.split(", ")) {
            String word = constraint.replaceAll("Kind\\.|FirstFactor\\.", "").replace("||", "or").replace("==", "is");
            word = word.startsWith("!") ? "not " + word.substring(1) : word;
            words.add(word.replaceAll("([a-z])([A-Z])(?=[a-z])", "$1 $2").toLowerCase(Locale.ROOT));
        }
        return String.join(", ", words);
    }
}
