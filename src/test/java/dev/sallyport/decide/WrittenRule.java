package dev.sallyport.decide;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A decision rule as its DRL file has it.
 *
 * @param when in words
 * @param ids  separated by commas
 */
record WrittenRule(int salience, String name, String when, String then, String ids, String source) {

    static final Path RULES = Path.of("src/main/resources/dev/sallyport/decide");
    /** The files of rules of which the first that matches decides. */
    static final List<String> DECIDING = List.of("outcome", "app-passwords", "session");

    private static final Pattern RULE = Pattern.compile("rule \"(.+?)\"\\s+@id\\(\"(.+?)\"\\)\\s+(?:salience (\\d+)\\s+)?"
            + "when\\s+\\$\\w+ : \\w+\\( (.+?) \\)\\s+then\\s+(.+?)\\s+end\\b", Pattern.DOTALL);

    /** The rules of which the first that matches decides, in firing order. */
    static List<WrittenRule> deciding() {
        return in(DECIDING);
    }

    /** The rules of some files, in firing order: by salience, across files. */
    static List<WrittenRule> in(List<String> files) {
        List<WrittenRule> rules = new ArrayList<>();
        for (String file : files) {
            String text = text(file);
            Matcher matcher = RULE.matcher(text);
            while (matcher.find()) {
                long line = text.substring(0, matcher.start()).lines().count() + 1;
                int salience = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
                String then = matcher.group(5).replaceAll("\\s*\\$\\w+\\.", " ").strip()
                        .replaceAll("ReasonCode\\.|Kind\\.|Status\\.|ErrorCodes\\.", "");
                rules.add(new WrittenRule(salience, matcher.group(1), words(matcher.group(4)), then, matcher.group(2),
                        file + ".drl:" + line));
            }
        }
        rules.sort(Comparator.comparing(WrittenRule::salience).reversed());
        return rules;
    }

    static String text(String file) {
        try {
            return Files.readString(RULES.resolve(file + ".drl"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code !legacy, firstFailed == Kind.MFA} as words. */
    private static String words(String constraints) {
        List<String> words = new ArrayList<>();
        for (String constraint : constraints.split(", ")) {
            String word = constraint.replaceAll("Kind\\.|FirstFactor\\.", "").replace("||", "or").replace("==", "is");
            word = word.startsWith("!") ? "not " + word.substring(1) : word;
            words.add(word.replaceAll("([a-z])([A-Z])(?=[a-z])", "$1 $2").toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        return String.join(", ", words);
    }
}
