package dev.sallyport.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the reader of plain YAML makes of a text is what the library makes of it, values and places; or it leaves the text to the library. */
class PlainYamlTest {

    private static final long SEED = Long.getLong("sallyport.seed", 20);
    private static final int TEXTS = Integer.getInteger("sallyport.yamlTexts", 60_000);
    private static final List<Path> FOLDERS = List.of(Path.of("rules"), Path.of("samples"), Path.of("src/test/resources"));
    private static final String[] WORDS = {"a", "b:", "c: ", "- ", "-", ":", ": ", " ", "  ", "    ", "\n", "\n", "\n  ", "\n- ", "\n  - ", "[", "]", "{", "}", ",", ", ",
        "#", " # x", "'", "\"", "'x y'", "\"x: y\"", "---", "\n---\n", "...", "\r\n", "\r", "\t", "?", "? ", "!", "&a ", "*a", "|", ">", "%", "@", "\\", "~", "null", "true",
        "1.5e3", "010", "é", "😀", "\u2028", "\u0085", "\u00A0", "\uFEFF", "<<", "=", "x#y", "a:b", "-x", "a: 1\n", "b:\n", "k: [a, b]\n", "k: { a: 1, b: 2 }\n"};

    private static void assertSame(String text) {
        List<Node> plain = PlainYaml.parse("x.yaml", text);
        if (plain != null) {
            try {
                assertThat(plain).as(text).isEqualTo(YamlParser.parseAny("x.yaml", text));
            } catch (SyntaxException e) {
                throw new AssertionError("the library refuses\n" + text, e);
            }
        }
    }

    private static List<String> textsOfTheProject() throws IOException {
        List<String> texts = new ArrayList<>();
        for (Path folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(each -> each.toString().matches(".*\\.ya?ml")).sorted().toList()) {
                    texts.add(Files.readString(file));
                }
            }
        }
        return texts;
    }

    @Test
    void everyFileOfTheProject_isReadAlike_andMostArePlain() throws IOException {
        List<String> texts = textsOfTheProject();
        texts.forEach(PlainYamlTest::assertSame);
        assertThat(texts.stream().filter(text -> PlainYaml.parse("x.yaml", text) != null).count()).isGreaterThan(texts.size() / 2);
        assertThat(PlainYaml.parse("x.yaml", Files.readString(Path.of("samples/directory.yaml")))).isNotNull();
    }

    @Test
    void filesWithSomeCharactersChanged_areReadAlike() throws IOException {
        List<String> texts = textsOfTheProject().stream().filter(text -> text.length() < 5_000).toList();
        Random random = new Random(SEED);
        int plain = 0;
        for (int i = 0; i < TEXTS / 10; i++) {
            StringBuilder text = new StringBuilder(texts.get(random.nextInt(texts.size())));
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int from = random.nextInt(text.length() + 1);
                text.replace(from, Math.min(text.length(), from + (random.nextBoolean() ? 0 : random.nextInt(6))),
                        random.nextInt(4) == 0 ? "" : WORDS[random.nextInt(WORDS.length)]);
            }
            assertSame(text.toString());
            plain += PlainYaml.parse("x.yaml", text.toString()) != null ? 1 : 0;
        }
        assertThat(plain).isGreaterThan(TEXTS / 100);
    }

    @Test
    void randomTexts_areReadAlike() {
        Random random = new Random(SEED);
        int plain = 0;
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder();
            for (int words = 1 + random.nextInt(12); words > 0; words--) {
                text.append(WORDS[random.nextInt(WORDS.length)]);
            }
            assertSame(text.toString());
            plain += PlainYaml.parse("x.yaml", text.toString()) != null ? 1 : 0;
        }
        assertThat(plain).isGreaterThan(TEXTS / 100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: b\n", "a:\n- b\n- c: d\n  e: [f, {g: h, i: 'j'}]\nk:\n", "- \n-\n- a\n", "# only\n\n", "", "---\n---\na: 1 # x\n---\n- 2\n", "a: [b,\n    c, # d\n  e]\n",
        "a:\r\n  b: ~\r\n  \"c\": 0x1F\r\n", "a: é😀x\nb: {c: \"😀\", d: e}\n", "- - a\n  - b\n- c:\n    d: e\n  f: g", "a: b#c # d\ne: f:g\n"})
    void plainText_isRead(String text) throws SyntaxException {
        assertThat(PlainYaml.parse("x.yaml", text)).isNotNull().isEqualTo(YamlParser.parseAny("x.yaml", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: &b c\n", "a: *b\n", "a: !!str b\n", "a: |\n  b\n", "a: b\n  c\n", "a: \"b\\n\"\n", "a: 'b''c'\n", "a: 1\na: 2\n", "{a: b}\n", "a: [b: c]\n", "a:\tb\n",
        "a: b: c\n", "? a\n", "%YAML 1.2\n---\na: b\n", "a: {b: }\n", "a: b\n...\n", "text\n", "a: [b\n", "a: b\n c: d\n", "a: \u0085b\n", "a: \uD83D\n"})
    void otherText_isLeftToTheLibrary(String text) {
        assertThat(PlainYaml.parse("x.yaml", text)).isNull();
    }

    @Test
    void deepNesting_isLeftToTheLibrary() {
        assertThat(PlainYaml.parse("x.yaml", "a: " + "[".repeat(100_000))).isNull();
        assertThat(PlainYaml.parse("x.yaml", "- ".repeat(100_000) + "a")).isNull();
    }
}
