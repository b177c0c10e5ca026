package dev.sallyport.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The later items of a long list in JSON are parsed again: the same values at the same places, and the same is refused. */
class LongListTest {

    private static final int ITEMS = 3 * LongList.KEPT;

    @TempDir
    Path folder;

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 5 : 8)) {
            case 0 -> "\"é😀 text " + random.nextInt(9) + "\"";
            case 1 -> String.valueOf(random.nextInt());
            case 2 -> "true";
            case 3 -> "null";
            case 4 -> "\"\"";
            case 5 -> "[" + IntStream.range(0, random.nextInt(4)).mapToObj(i -> value(random, depth + 1)).collect(Collectors.joining(", ")) + "]";
            default -> "{" + IntStream.range(0, random.nextInt(4)).mapToObj(i -> "\"k" + i + "\": " + value(random, depth + 1)).collect(Collectors.joining(",  ")) + "}";
        };
    }

    @Test
    void items_byIteratorAndByIndex_areThoseOfTheYamlLibrary() throws SyntaxException {
        Random random = new Random(Long.getLong("sallyport.seed", 20));
        for (int round = 0; round < 30; round++) {
            String between = round % 3 == 0 ? "," : round % 3 == 1 ? ",\n" : " ,\n   ";
            String items = IntStream.range(0, ITEMS).mapToObj(i -> value(random, 0)).collect(Collectors.joining(between));
            String text = "{\"a\": 1, \"list\": [" + items + "], \"b\": [" + value(random, 0) + "]}";
            Node.Mapping read = (Node.Mapping) JsonParser.parse("x.json", text).get(0);
            assertThat(YamlParser.parseAny("x.json", text)).isEqualTo(List.of(read));
            List<Node> list = ((Node.Sequence) read.get("list")).items();
            List<Node> iterated = new ArrayList<>();
            list.forEach(iterated::add);
            assertThat(iterated).hasSize(ITEMS).isEqualTo(IntStream.range(0, ITEMS).mapToObj(list::get).toList());
            assertThat(list.stream().toList()).isEqualTo(iterated);
        }
    }

    @Test
    void longListInALongList_isParsedAgain() throws SyntaxException {
        String inner = "[" + IntStream.range(0, ITEMS).mapToObj(String::valueOf).collect(Collectors.joining(",")) + "]";
        String text = "[" + IntStream.range(0, ITEMS).mapToObj(i -> inner).collect(Collectors.joining(",\n")) + "]";
        assertThat(YamlParser.parseAny("x.json", text)).isEqualTo(JsonParser.parse("x.json", text));
    }

    private static SyntaxException refusal(int items, int index, String item) {
        List<String> all = new ArrayList<>(IntStream.range(0, items).mapToObj(i -> "{\"a\": " + i + "}").toList());
        all.set(index, item);
        return catchThrowableOfType(SyntaxException.class, () -> JsonParser.parse("x.json", "[\n" + String.join(",\n", all) + "\n]"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"SP1006 | {\"a\": 1, \"a\": 2}", "SP1006 | {\"b\": {\"a\": 1, \"a\": 2}}", "SP1002 | [\"\\ud83d\"]",
        "SP1004 | {\"\\ud83d\": 1}", "SP1004 | {\"a\": }", "SP1004 | {\"a\": 1,}", "SP1004 | 'a'"})
    void wrongItem_isRefusedAlike_inAShortListAndLateInALongOne(String code, String item) {
        SyntaxException early = refusal(5, 3, item);
        SyntaxException late = refusal(ITEMS, ITEMS - 2, item);
        assertThat(late.code).isEqualTo(early.code).isEqualTo(code);
        assertThat(late.help).isEqualTo(early.help == null ? null : early.help.replace("line 5", "line " + ITEMS));
        assertThat(late.getMessage()).isEqualTo(early.getMessage());
        assertThat(late.position).isEqualTo(new Position("x.json", early.position.line() + ITEMS - 5, early.position.column()));
    }

    @Test
    void deepItem_isRefused() {
        String deep = "[".repeat(100) + "]".repeat(100);
        String text = "[" + "1,\n".repeat(ITEMS) + deep + "]";
        assertThatThrownBy(() -> JsonParser.parse("x.json", text)).isInstanceOfSatisfying(SyntaxException.class, e -> {
            assertThat(e.code).isEqualTo("SP1005");
            assertThat(e.position.line()).isEqualTo(ITEMS + 1);
        });
    }

    @Test
    void wrongUser_ofMany_isReportedWhereItIs() throws Exception {
        String users = IntStream.range(0, ITEMS).mapToObj(i -> "  { \"userPrincipalName\": \"u" + i + "@contoso.com\", \"" + (i == ITEMS - 2 ? "acountEnabled" : "accountEnabled")
                + "\": true, \"memberOf\": [\"" + (i == ITEMS - 1 ? "Stuff" : "Staff") + "\"] }").collect(Collectors.joining(",\n"));
        Path file = Files.writeString(folder.resolve("directory.json"),
                "{ \"kind\": \"directory\", \"groups\": [{ \"displayName\": \"Staff\" }], \"users\": [\n" + users + "\n]}\n");
        assertThatThrownBy(() -> PolicyEngine.loadDirectory(file)).isInstanceOfSatisfying(PolicyLoadException.class, e -> assertThat(e.diagnostics())
                .extracting(each -> each.position().line() + ":" + each.position().column() + " " + each.code() + " " + each.message())
                .containsExactly(ITEMS + ":46 SP1102 unknown key `acountEnabled` in users", (ITEMS + 1) + ":83 SP1202 unknown group `Stuff`"));
    }
}
