package dev.sallyport.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/decision-rules.md} is made from the decision rules. When they change, {@code mvn test
 * -Dtest=DecisionRulesPageTest -Dsallyport.update=true} writes it anew; otherwise this test says that it is stale.
 */
class DecisionRulesPageTest {

    private static final Path RULES = Path.of("src/main/resources/dev/sallyport/decide");
    private static final Path PAGE = Path.of("docs/decision-rules.md");
    private static final List<String> FILES = List.of("outcome", "app-passwords", "session", "grant", "security-defaults", "per-user-mfa", "registration");
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

    private static String page() throws IOException {
        StringBuilder page = new StringBuilder("# Decision rules\n\nMade from the rules in `" + RULES + "`; do not edit. Ids are those of the semantics.\n");
        for (String file : FILES) {
            String text = Files.readString(RULES.resolve(file + ".drl"));
            boolean ordered = text.contains("salience");
            page.append("\n## ").append(file).append("\n\n").append(comment(text)).append("\n\n")
                    .append(ordered ? "| order | rule | when | then | ids |\n|---|---|---|---|---|\n" : "| rule | when | then | ids |\n|---|---|---|---|\n");
            Matcher matcher = RULE.matcher(text);
            while (matcher.find()) {
                String then = matcher.group(6).replaceAll("\\s*\\$\\w+\\.", " ").strip().replaceAll("ReasonCode\\.|Kind\\.|Status\\.", "");
                page.append(ordered ? "| " + matcher.group(3) + " " : "").append("| ").append(matcher.group(1)).append(" | ")
                        .append(words(matcher.group(5))).append(" | `").append(then).append("` | ").append(matcher.group(2)).append(" |\n");
            }
        }
        return page.toString();
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
