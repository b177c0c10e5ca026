package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents, and what the program says, are in plain English: they use none of the phrases below. */
class ProseTest {

    /** The documents, and the policies, samples, decision rules and scripts that a user reads, as files or folders. */
    private static final List<Path> DOCUMENTS = Stream.of("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "README.md", "docs", "rules", "samples", "sallyport", "src/main/resources").map(Path::of).toList();

    private static final List<Phrase> PHRASES = List.of(
            phrase("(?<!\\bthere\\s{1,9})\\b(?:is|are) no (?!longer\\b|more\\b|less\\b)[a-z]+", "write `is not a …`, `unknown …` or `invalid …`", "`x` is no kind of resource"),
            phrase("\\bstands? (?:in|at|on|twice|there|here|beside)\\b", "write `is in`, `is written`, `is defined twice`", "the key stands twice"),
            phrase("\\bwhoever\\b", "name the user, the author or the attacker", "Whoever reads the file"),
            phrase("\\bwhom\\b", "split the sentence, and name the user", "a member whom a request names"),
            phrase("\\bfared?\\b", "write `result`", "how each policy fared"),
            phrase("\\b(?:cannot|could not|can not) be had\\b", "write `cannot load …` or `is unavailable`", "the state of the user cannot be had"),
            phrase("\\bnobody is (?:named|meant|there|left)\\b", "write `no users selected`, `no users matched`", "nobody is meant"),
            phrase("\\bsomebody\\b", "name the user, the administrator or the attacker", "An old session of somebody else"),
            phrase("\\bthere is no place for\\b", "write `unexpected …`", "there is no place for `x`"),
            phrase("\\bonce an? (?:sign-in|request|user|day|minute)\\b", "write `once per …`", "asked once a sign-in"),
            phrase("\\b\\d[\\d,.]* an? (?:second|minute|hour|day|month|user|request|sign-in)\\b", "write `per …`", "600,000 a second"),
            phrase("\\bof which\\b", "split the sentence, or write `… of them`", "17 jars, of which one is the core"),
            phrase("\\b(?:makes?|making) no sense\\b|\\bdoes not make sense\\b", "write `invalid`", "a request that makes no sense"),
            phrase("\\bwithout a word\\b|\\bin silence\\b", "write `silently`", "A policy is lost without a word"),
            phrase("\\ball the same\\b", "write `still`", "The others are decided all the same"),
            phrase("\\bmend(?:s|ed|ing)?\\b", "write `fix` or `correct`", "how to mend it"),
            phrase("\\bfor want of\\b", "write `because … is missing`", "for want of a handle"),
            phrase("\\bnobody\\b", "name the user, or write `no user`", "so that nobody could undo it"),
            phrase("\\b(?:one|many) [a-z ]{1,30} an? (?:line|file|test)\\b", "write `per …`", "one user a line"),
            phrase("\\bis taken for\\b", "write `counts as` or `matches`", "`x` is taken for y"),
            phrase("\\bhangs? on\\b", "write `depends on`", "decisions that hang on it"));

    /** Comments, which are left out, and then the texts of Java. */
    private static final Pattern JAVA = Pattern.compile("(?s)/\\*.*?\\*/|//[^\\n]*|'(?:\\\\.|[^'\\\\])'|\"\"\"(.*?)\"\"\"|\"((?:\\\\.|[^\"\\\\\\n])*)\"");

    /** What is not prose: code blocks, code in a line, and the targets of links. */
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$|`[^`\\n]*`|]\\([^)\\n]*\\)");

    /** A phrase to avoid, what to write in its place, and an example of it. */
    private record Phrase(Pattern pattern, String instead, String example) { }

    private static Phrase phrase(String pattern, String instead, String example) {
        return new Phrase(Pattern.compile(pattern.replace(" ", "\\s+"), Pattern.CASE_INSENSITIVE), instead, example);
    }

    /** The phrases of a text as {@code line: phrase => advice}; a phrase may go over the end of a line. */
    private static List<String> findings(String text) {
        String prose = CODE.matcher(text).replaceAll(code -> code.group().replaceAll("[^\\n]", "*"));
        List<String> findings = new ArrayList<>();
        for (Phrase phrase : PHRASES) {
            Matcher found = phrase.pattern().matcher(prose);
            while (found.find()) {
                long line = prose.substring(0, found.start()).lines().count() + (found.start() == 0 || prose.charAt(found.start() - 1) == '\n' ? 1 : 0);
                findings.add(line + ": \"" + found.group().replaceAll("\\s+", " ") + "\" => " + phrase.instead());
            }
        }
        return findings;
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path document : DOCUMENTS) {
            try (Stream<Path> files = Files.walk(document)) {
                files.filter(file -> file.toString().matches(".*[.](md|adoc|yaml|drl|sh)|sallyport")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    @Test
    void documents_haveNoneOfThePhrases() throws IOException {
        List<String> findings = new ArrayList<>();
        for (Path page : pages()) {
            findings(Files.readString(page)).forEach(finding -> findings.add(page + ":" + finding));
        }
        assertThat(String.join("\n", findings)).as("phrases to avoid").isEmpty();
        assertThat(pages()).hasSizeGreaterThan(220);
    }

    /** Diagnostics, help, tables and errors; the engine's own package is not among them yet. */
    @Test
    void textsOfTheProgram_haveNoneOfThePhrases() throws IOException {
        List<String> findings = new ArrayList<>();
        try (Stream<Path> files = Stream.concat(Files.walk(Path.of("src/main/java")), Files.walk(Path.of("server/src/main/java")))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java") && !each.getParent().endsWith("decide")).sorted().toList()) {
                String source = Files.readString(file);
                texts(source).forEach((line, texts) -> texts.forEach(text -> findings(text).forEach(finding -> findings.add(file + ":" + line + finding.substring(1)))));
            }
        }
        assertThat(String.join("\n", findings)).as("phrases to avoid").isEmpty();
    }

    /** The texts of a Java source by the line on which they begin. */
    private static SortedMap<Integer, List<String>> texts(String source) {
        SortedMap<Integer, List<String>> texts = new TreeMap<>();
        Matcher part = JAVA.matcher(source);
        while (part.find()) {
            String text = part.group(1) != null ? part.group(1) : part.group(2);
            if (text != null) {
                texts.computeIfAbsent((int) source.substring(0, part.start()).chars().filter(each -> each == '\n').count() + 1, line -> new ArrayList<>()).add(text);
            }
        }
        return texts;
    }

    @Test
    void texts_ofAJavaSource_areFoundByLine_andCommentsAreNot() {
        String source = "/** \"whoever\" */\nString a = \"nobody\" + '\"' + \"is \\\"meant\\\"\"; // \"whom\"\nString b = \"\";\n";
        assertThat(texts(source)).containsExactly(Map.entry(2, List.of("nobody", "is \\\"meant\\\"")), Map.entry(3, List.of("")));
    }

    @ParameterizedTest
    @FieldSource("PHRASES")
    void phrase_inAText_isFoundOnItsLineWithAdvice(Phrase phrase) {
        String text = "# A page\n\nOne fact.\n" + phrase.example() + ", as we say.\n";
        assertThat(findings(text)).anyMatch(finding -> finding.startsWith("4: \"") && finding.endsWith(" => " + phrase.instead()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"There is no file.", "so there\nis no flow", "it is no longer enabled", "`name: nobody is meant`", "```yaml\nwhoever: whom\n```", "[a page](of which.md)"})
    void plainEnglish_andCode_areLeftAlone(String text) {
        assertThat(findings("One fact.\n" + text + "\n")).isEmpty();
    }
}
