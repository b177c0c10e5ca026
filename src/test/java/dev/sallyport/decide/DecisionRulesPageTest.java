package dev.sallyport.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/decision-rules.md} is made from the decision rules. When they change, {@code mvn test
 * -Dtest=DecisionRulesPageTest -Dsallyport.update=true} writes it anew; otherwise this test says that it is stale.
 */
class DecisionRulesPageTest {

    private static final Path PAGE = Path.of("docs/decision-rules.md");
    private static final List<String> DEMANDING = List.of("security-defaults", "per-user-mfa", "registration", "grant");
    private static final List<String> FILES = Stream.concat(WrittenRule.DECIDING.stream(), DEMANDING.stream()).toList();
    /** What the rules of an order and above decide about, up to the next band. */
    private static final NavigableMap<Integer, String> BANDS = new TreeMap<>(Map.of(970, "First factor", 900, "Blocks",
            805, "Legacy clients and app passwords", 740, "Controls that cannot be met", 650, "Registration", 550, "Challenge",
            450, "Session controls", 0, "Let in"));
    private static final Pattern ID = Pattern.compile("[A-Z]+(-[A-Z]+)?-\\d+");

    @Test
    void page_ofTheDecisionRules_isWhatTheRulesSay() throws IOException {
        String page = page();
        if (Boolean.getBoolean("sallyport.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).content().isEqualTo(page);
    }

    @Test
    void everyRule_citesTheSemantics_andHasANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        for (String file : FILES) {
            List<WrittenRule> rules = WrittenRule.in(List.of(file));
            for (WrittenRule rule : rules) {
                assertThat(names.add(rule.name())).as(rule.name()).isTrue();
                assertThat(rule.ids().split(", ")).allMatch(ID.asMatchPredicate());
            }
            assertThat(WrittenRule.text(file).lines().filter(line -> line.startsWith("rule ")).count()).as(file).isEqualTo(rules.size());
        }
        assertThat(names).hasSizeGreaterThan(60);
    }

    private static String page() {
        StringBuilder page = new StringBuilder(String.format(Locale.ROOT, """
                # Decision rules

                Made from the rules in `%s`; do not edit. Ids lead to the [rule book](semantics.md), files to the rules.

                ## What is proved

                `DecisionRulesProofTest` and `DemandRulesProofTest` show this of every situation, not of samples:

                - The rules can see %,.0f situations. A rule decides each of them.
                - What refuses a request ends in `block`, never in `allow`. What is asked for never ends in `allow`.
                - A request ends in `allow` if nothing refuses it and nothing is asked for.
                - A demand more never leads to a weaker outcome. One fact is an exception: a revoked session begins anew ahead of a block.
                  The session that follows is blocked ([RV-03](semantics.md#RV-03)).
                - The rules of the other sources can see %,d situations. A source more never demands less, and proof never adds a demand.
                - One rule of `grant` concludes each of its 16 inputs. A control that is further from met never brings its policy closer.
                - Each rule is needed: without it, the situation in its row is decided otherwise, or less is demanded. It is a smallest one:
                  the row names every fact that is so.

                These situations cannot be:

                """, WrittenRule.RULES, OpenCase.situations(), DemandRules.SITUATIONS));
        Situations.IMPOSSIBLE.forEach(reason -> page.append("- ").append(linked(reason.words())).append('\n'));
        DemandRules.IMPOSSIBLE.forEach(reason -> page.append("- ").append(linked(reason.words())).append('\n'));
        page.append("""

                ## What is decided

                The first rule that matches decides. The rules are in firing order over all files; `order` is their salience (EV-13).
                """);
        Map<String, String> deciding = deciding();
        String band = null;
        for (WrittenRule rule : WrittenRule.deciding()) {
            String next = BANDS.floorEntry(rule.salience()).getValue();
            if (!next.equals(band)) {
                page.append("\n### ").append(next).append("\n\n| order | rule | when | then | smallest situation | ids | source |\n")
                        .append("|---|---|---|---|---|---|---|\n");
                band = next;
            }
            page.append("| ").append(rule.salience()).append(' ');
            row(page, rule, deciding);
        }
        page.append("\n## What the other sources demand\n\nEvery rule that matches takes part; their order does not matter.\n");
        Map<String, String> demanding = demanding();
        for (String file : DEMANDING) {
            page.append("\n### ").append(file).append("\n\n").append(comment(WrittenRule.text(file)))
                    .append("\n\n| rule | when | then | smallest situation | ids | source |\n|---|---|---|---|---|---|\n");
            for (WrittenRule rule : WrittenRule.in(List.of(file))) {
                row(page, rule, demanding);
            }
        }
        return page.toString();
    }

    private static void row(StringBuilder page, WrittenRule rule, Map<String, String> smallest) {
        String file = rule.source().replaceFirst(":(\\d+)$", "#L$1");
        page.append("| ").append(rule.name()).append(" | ").append(rule.when()).append(" | `").append(rule.then()).append("` | ")
                .append(smallest.get(rule.name())).append(" | ").append(linked(rule.ids())).append(" | [").append(rule.source())
                .append("](../").append(WrittenRule.RULES).append('/').append(file).append(") |\n");
    }

    private static String linked(String text) {
        return ID.matcher(text).replaceAll("[$0](semantics.md#$0)");
    }

    /** The smallest situation of each deciding rule, by its name. */
    private static Map<String, String> deciding() {
        RuleTable table = RuleTable.ofProduct();
        DecisionRulesProof proof = new DecisionRulesProof(table, Situations.IMPOSSIBLE);
        Map<String, String> smallest = new HashMap<>();
        for (int rule = 0; rule < table.rules().size(); rule++) {
            smallest.put(table.rules().get(rule).name(), proof.smallest(rule));
        }
        return smallest;
    }

    /** The smallest situation of each rule on demands, and the smallest input of each rule on grants, by its name. */
    private static Map<String, String> demanding() {
        DemandRules demands = DemandRules.ofProduct();
        Map<String, String> smallest = new HashMap<>();
        for (int rule = 0; rule < demands.names().size(); rule++) {
            smallest.put(demands.names().get(rule), demands.smallest(rule));
        }
        DecisionRules.RuleSet grant = DecisionRules.WALKED.grant;
        List<String> facts = List.of("any failed", "any pending", "any satisfied", "requires all");
        IntStream.range(0, 16).boxed().sorted(DemandRules.SMALLER).forEach(input -> smallest.putIfAbsent(
                grant.names.get(grant.first(DecisionRules.expression(input))), DemandRules.words(input, facts)));
        return smallest;
    }

    /** The comment at the top of a file, as a paragraph. */
    private static String comment(String text) {
        return String.join(" ", text.lines().takeWhile(line -> line.startsWith("//")).map(line -> line.substring(2).strip()).toList());
    }
}
