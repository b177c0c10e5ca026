package dev.sallyport.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Jackson's parser of YAML, which sits on another one than ours, reads every file of the project alike: the same texts at the same places. Where the
 * two differ, ours is held to YAML 1.2; the tests below say where, and why the product does not read through it.
 */
class YamlParsersAgreeTest {

    private static final List<Path> FOLDERS = List.of(Path.of("rules"), Path.of("samples"), Path.of("src/test/resources"), Path.of("src/main/resources"));

    /** What a document holds, a line each: where, and what. An alias is what our reader puts in its place, so neither side tells of it. */
    private static void ours(Node node, String path, List<String> out) {
        if (node instanceof Node.Mapping mapping) {
            out.add(path + " {}");
            mapping.entries().forEach(entry -> ours(entry.value(), path + "/" + entry.key().text(), out));
        } else if (node instanceof Node.Sequence sequence) {
            out.add(path + " []");
            for (int i = 0; i < sequence.items().size(); i++) {
                ours(sequence.items().get(i), path + "/" + i, out);
            }
        } else if (node instanceof Node.Scalar scalar) {
            out.add(path + " " + place(scalar.position().line(), scalar.position().column()) + " " + (scalar.type() == Node.ScalarType.NULL ? "(null)" : scalar.text()));
        }
    }

    private static String place(int line, int column) {
        return line + ":" + column;
    }

    private static List<String> jacksons(String text) throws IOException {
        List<String> out = new ArrayList<>();
        YAMLFactory factory = YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
        try (YAMLParser parser = factory.createParser(text)) {
            int document = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                value(parser, token, "#" + document++, out);
            }
        }
        return out;
    }

    private static void value(YAMLParser parser, JsonToken token, String path, List<String> out) throws IOException {
        if (token == JsonToken.START_OBJECT) {
            out.add(path + " {}");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                value(parser, parser.nextToken(), path + "/" + key, out);
            }
        } else if (token == JsonToken.START_ARRAY) {
            out.add(path + " []");
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                value(parser, parser.currentToken(), path + "/" + i, out);
            }
        } else {
            out.add(path + " " + place(parser.currentTokenLocation().getLineNr(), parser.currentTokenLocation().getColumnNr()) + " "
                    + (token == JsonToken.VALUE_NULL ? "(null)" : parser.getText()));
        }
    }

    private static List<String> ours(String file, String text) {
        List<String> out = new ArrayList<>();
        int document = 0;
        for (Sources.Document each : Sources.parseText(file, text, new Diagnostics())) {
            ours(each.root(), "#" + document++, out);
        }
        return out;
    }

    @Test
    void everyFileOfTheProject_isReadAlike_textsAndPlaces() throws IOException {
        int compared = 0;
        for (Path folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(each -> each.toString().matches(".*\\.ya?ml")).toList()) {
                    String text = Files.readString(file);
                    if (text.contains(": *") || text.contains("[*") || text.contains("- *")) {
                        continue;
                    }
                    Diagnostics wrong = new Diagnostics();
                    Sources.parseText(file.toString(), text, wrong);
                    if (wrong.hasErrors()) {
                        continue;
                    }
                    assertThat(ours(file.toString(), text)).as(file.toString()).isEqualTo(jacksons(text));
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(50);
    }

    @Test
    void numbersAndWordsOfYaml11_keepTheirText_inBoth() throws IOException {
        String text = "a: NO\nb: on\nc: 010\nd: 0x1F\ne: 1_000\nf: 2026-11-22\ng: ~\n";
        assertThat(ours("x.yaml", text).stream().map(line -> line.substring(line.lastIndexOf(' ') + 1)).limit(7).toList())
                .contains("NO", "on", "010", "0x1F", "1_000");
        assertThat(jacksons(text).stream().map(line -> line.substring(line.lastIndexOf(' ') + 1)).toList()).contains("NO", "on", "010", "0x1F", "1_000");
    }

    /** An alias arrives as a text like any other: a reader that forgets to ask takes {@code *base} for the name `base`. */
    @Test
    void alias_isAPlainTextToJackson_andWhatItStandsForToUs() throws IOException {
        String text = "a: &base { x: 1 }\nb: *base\n";
        assertThat(ours("x.yaml", text)).contains("#0/b {}", "#0/b/x 1:15 1");
        assertThat(jacksons(text)).contains("#0/b 2:4 base");
    }

    /** Positions count characters as editors do in ours, and code points in the other, beyond the first plane. */
    @Test
    void position_ofOurs_isThatOfTheText() {
        assertThat(ours("x.yaml", "a: [\"\uD83D\uDE00\", b]\n")).contains("#0/a/1 1:11 b");
        assertThat(Position.of("x.yaml").file()).isEqualTo("x.yaml");
    }
}
