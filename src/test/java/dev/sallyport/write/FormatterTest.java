package dev.sallyport.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.cli.Schemas;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.WorldYaml;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The canonical form is reached in one step, keeps what is said and every comment, and is the form of our own files. */
class FormatterTest {

    private final Diagnostics found = new Diagnostics();

    private String format(String text) {
        String formatted = Formatter.format("x.yaml", text, Schemas::shapeOf, found);
        assertThat(found.toList()).as(text).isEmpty();
        assertThat(Formatter.format("x.yaml", formatted, Schemas::shapeOf, found)).as(text).isEqualTo(formatted);
        return formatted;
    }

    @Test
    void fields_takeTheOrderOfTheirKind_andBracketsOneColumn() {
        assertThat(format("""
                # above all
                state:   enabled      # for now
                kind: conditionalAccessPolicy
                grantControls: {builtInControls: [ block ],operator: OR}

                # who and what
                conditions:
                    applications: { includeApplications: [All] }
                    users:    {includeUsers: [All]}
                    # at the end
                displayName: 'Block all'
                """)).isEqualTo("""
                # above all
                kind: conditionalAccessPolicy
                displayName: "Block all"
                state: enabled        # for now

                # who and what
                conditions:
                  users:        { includeUsers: [All] }
                  applications: { includeApplications: [All] }
                  # at the end
                grantControls: { operator: OR, builtInControls: [block] }
                """);
    }

    @Test
    void comments_stayWithWhatTheyBelongTo() {
        assertThat(format("""
                a:   # of a
                    # of x
                    - x   # behind x
                    # of the object
                    - k: 1
                      # of l
                      l: [1, # of one
                         2 ] # behind the list
                      # end of the object
                    # end of the list
                # of b
                b: |   # of the block
                   # text
                     more

                   text
                c: "# no comment"   # a comment


                # end
                ---
                # next
                d: 'x # y'
                ...
                """)).isEqualTo("""
                a:   # of a
                  # of x
                  - x     # behind x
                  # of the object
                  - k: 1
                    # of l
                    l:       # behind the list
                      - 1    # of one
                      - 2
                    # end of the object
                  # end of the list
                # of b
                b: |   # of the block
                  # text
                    more

                  text
                c: "# no comment"   # a comment

                # end
                ---
                # next
                d: "x # y"
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: 1", "- a\n- - b\n  - c\n-\n  d: 1\n", "a:\n- b\n- c\n", "", "# only a comment\n", "---\n---\na: 1\n", "a: !!str 1", "? a\n: b\n", "{a: {b: [c, {d}]}}",
        "a: &x { b: 1 }\nc: *x\n", "a: &x\n  b: 1\nc: *x\n", "a: &x b\nc: [*x, *x]\n", "a:\n  - &x b\n  - *x\n", "a: >-\n  folded\n  text\n\n  more\n", "a: |+\n  keep\n\n\nb: 1\n",
        "a: |2\n    two\n  none\n", "a: >2-\n   x\n", "- |\n  text\n- >\n  text\n", "a: [\n  # first\n  b,\n\n  c # last\n]\n", "a: {\n  # none\n}\n", "a: [] # none\n", "--- # top\na: 1\n",
        "--- |\n  text\n", "text", "\"text\" # quoted", "a: 'it''s'\nb: \"tab\\there\"\n", "a: multi\n  line\n  plain\n", "a: \"multi\n  line\"\n", "\uD83D\uDE80: \uD83D\uDE80 # \uD83D\uDE80\n",
        "a: 1\r\nb:   2 # c\r\n", "a:\n  # only a comment\nb: 1\n", "a: 1\n  # deeper\n# shallow\n", "a:\n  b:\n    c: 1\n   # odd\n", "a: [b, c]: d", "{}", "[]", "a: ~\nb:\nc: null\n",
        "\"a b\": 1\n'c': 2\n", "- a: 1\n\n  b: 2\n\n\n- c: 3\n", "a: |\n  x\n\n# after\n", "- # of nothing\n  a: 1\n", "a: # here\n  b: 1 # there\n", "kind: signIn\nuser: &u x\nname: *u\n",
        "a: b#c\nd: 'e' #f\n", "a:\n  - b\n # odd\n  - c\n", "a: {b: 1, # one\n    c: 2}\n", "a: {b: |-\n x}", "a: !x b", "a: 1\n# last"})
    void unusualYaml_isFormattedOnce_orLeftAlone(String text) {
        String formatted = Formatter.format("x.yaml", text, Schemas::shapeOf, found);
        if (formatted == null) {
            assertThat(found.hasErrors()).isTrue();
            return;
        }
        assertThat(Formatter.format("x.yaml", formatted, Schemas::shapeOf, found)).as(formatted).isEqualTo(formatted);
        assertThat(found.toList()).isEmpty();
        assertThat(formatted.chars().filter(c -> c == '#').count()).isEqualTo(text.chars().filter(c -> c == '#').count());
    }

    @ParameterizedTest
    @CsvSource({"a: [1, SP1004", "'a: 1\na: 2', SP1006", "a: !x 1, SP1008", "*a : 1, SP1007"})
    void brokenYaml_isReportedAndNotFormatted(String text, String code) {
        assertThat(Formatter.format("x.yaml", text, Schemas::shapeOf, found)).isNull();
        assertThat(found.toList()).extracting(Diagnostic::code).containsExactly(code);
    }

    /** All YAML but the files that are broken or unformatted on purpose: their folder is called so. */
    @Test
    void ownFiles_areInCanonicalForm() throws Exception {
        List<Path> files = new ArrayList<>();
        for (String root : List.of("rules", "samples", "src/main/resources", "src/test/resources")) {
            yaml(Path.of(root)).stream().filter(file -> !file.getParent().getFileName().toString().matches("broken|unformatted")).forEach(files::add);
        }
        assertThat(files).hasSizeGreaterThan(130);
        for (Path file : files) {
            assertThat(Formatter.format(file.toString(), Files.readString(file), Schemas::shapeOf, found)).as("run `sallyport fmt %s`", file).isEqualTo(Files.readString(file));
        }
        assertThat(found.toList()).isEmpty();
    }

    @Test
    void brokenFiles_areReportedAndNotFormatted() throws Exception {
        for (Path file : yaml(Path.of("src/test/resources/conformance/check/broken"))) {
            Diagnostics broken = new Diagnostics();
            assertThat(Formatter.format(file.toString(), Files.readString(file), Schemas::shapeOf, broken)).as(file.toString()).isNull();
            assertThat(broken.hasErrors()).as(file.toString()).isTrue();
        }
    }

    private static List<Path> yaml(Path root) throws Exception {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
        }
    }

    /** Random worlds with random comments, empty lines, indentation and spaces. */
    @Test
    void randomYaml_isFormattedOnce_andKeepsItsCommentsAndItsMeaning() {
        int formattedTexts = 0;
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            String text = disturbed(yaml(RandomWorld.of(seed)), random);
            Diagnostics broken = new Diagnostics();
            Sources.parseText("x.yaml", text, broken);
            if (broken.hasErrors()) {
                continue;                                       // a comment has cut a text in two
            }
            formattedTexts++;
            String formatted = Formatter.format("x.yaml", text, Schemas::shapeOf, found);
            assertThat(found.toList()).as("seed %d\n%s", seed, text).isEmpty();
            assertThat(Formatter.format("x.yaml", formatted, Schemas::shapeOf, found)).as("seed %d", seed).isEqualTo(formatted);
            assertThat(comments(formatted)).as("seed %d", seed).isEqualTo(comments(text));
        }
        assertThat(formattedTexts).isGreaterThan(30);
    }

    private static String yaml(RandomWorld world) {
        List<Node> documents = new ArrayList<>(WorldYaml.policySet(world.written()));
        documents.add(WorldYaml.directory(world.directory()));
        return WorldYaml.print(documents);
    }

    private static String disturbed(String yaml, Random random) {
        List<String> lines = new ArrayList<>();
        boolean isWide = random.nextBoolean();
        for (String line : yaml.split("\n")) {
            String indent = line.substring(0, line.length() - line.stripLeading().length());
            String text = isWide ? indent + line.replaceFirst("^( *)- ", "$1-   ") : line;
            switch (random.nextInt(8)) {
                case 0 -> lines.add(indent + "# comment-" + lines.size() + "!");
                case 1 -> lines.add("");
                case 2 -> text += " ".repeat(1 + random.nextInt(5)) + "# comment-" + lines.size() + "!";
                case 3 -> lines.add(" ".repeat(random.nextInt(9)) + "# comment-" + lines.size() + "!");
                default -> { }
            }
            lines.add(text);
        }
        return String.join("\n", lines) + "\n";
    }

    private static List<String> comments(String text) {
        return java.util.regex.Pattern.compile("# comment-\\d+!").matcher(text).results().map(java.util.regex.MatchResult::group).sorted().toList();
    }
}
