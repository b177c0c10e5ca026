package dev.sallyport.decide;

import dev.sallyport.model.Decision.DecisionRule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the decision rules are written, read from their DRL files when an explanation first asks. */
final class RuleTexts {

    /** The files of the decision rules. */
    static final List<String> FILES = List.of("outcome.drl", "app-passwords.drl", "session.drl", "security-defaults.drl",
            "per-user-mfa.drl", "registration.drl", "grant.drl");

    private static final Pattern RULE = Pattern.compile("rule \"(.+)\"");
    private static final Pattern IDS = Pattern.compile("\\s*@id\\(\"(.+)\"\\)");
    private static final Map<String, DecisionRule> BY_NAME = read();

    private RuleTexts() { }

    /** A rule by its name. */
    static DecisionRule of(String name) {
        return BY_NAME.getOrDefault(name, new DecisionRule(name, "", List.of()));
    }

    private static Map<String, DecisionRule> read() {
        Map<String, DecisionRule> rules = new HashMap<>();
        for (String file : FILES) {
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                Matcher rule = RULE.matcher(lines.get(i));
                if (rule.matches()) {
                    Matcher ids = IDS.matcher(i + 1 < lines.size() ? lines.get(i + 1) : "");
                    rules.put(rule.group(1), new DecisionRule(rule.group(1), file + ":" + (i + 1), ids.matches()
                            ? List.of(ids.group(1).split(", ")) : List.of()));
                }
            }
        }
        return rules;
    }

    private static List<String> lines(String file) {
        try (InputStream in = RuleTexts.class.getResourceAsStream(file)) {
            return in == null ? List.of() : new ArrayList<>(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines()
                    .toList());
        } catch (IOException e) {
            return List.of();
        }
    }
}
