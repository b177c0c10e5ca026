package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case of {@code src/test/resources/cases} ends as its {@code expected.md} says: each row is a command, its exit code and parts of its output. */
class CasesTest {

    private static final Path CASES = Path.of("src/test/resources/cases");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| (\\d) \\| (.+) \\|$");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LATER = Pattern.compile("(?m)^Not passing yet: .{20,}");

    static List<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(CASES)) {
            return folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).sorted().toList();
        }
    }

    /** A command in the folder of a case: what names a file there, or beside it, is that file. */
    private static CommandRun run(Path folder, int columns, String command) {
        return CommandRun.of(columns, Stream.of(command.split(" ")).map(word -> Files.exists(folder.resolve(word)) ? folder.resolve(word).toString() : word).toArray(String[]::new));
    }

    private static boolean isAsExpected(Path folder, MatchResult row, int columns) {
        CommandRun run = run(folder, columns, row.group(1));
        return run.code() == Integer.parseInt(row.group(2)) && CODE.matcher(row.group(3)).results().allMatch(part -> run.all().contains(part.group(1)));
    }

    private static String page(String name) throws IOException {
        return Files.readString(CASES.resolve(name).resolve("expected.md"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyCommand_endsAsThePageSays(String name) throws IOException {
        Path folder = CASES.resolve(name);
        List<MatchResult> rows = ROW.matcher(page(name)).results().toList();
        assertThat(rows).isNotEmpty();
        if (LATER.matcher(page(name)).find()) {
            assertThat(rows).as("it passes now: remove the line `Not passing yet` of %s", folder).anyMatch(row -> !isAsExpected(folder, row, 100));
        } else {
            assertThat(rows).allSatisfy(row -> assertThat(isAsExpected(folder, row, 100)).as("%s: %s\n%s", name, row.group(), run(folder, 100, row.group(1)).all()).isTrue());
        }
    }

    @Test
    void everySuite_isRun() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(18).allSatisfy(name -> assertThat(page(name).contains("| `test tests.yaml` |")).as(name)
                .isEqualTo(Files.exists(CASES.resolve(name).resolve("tests.yaml"))));
    }

    @Test
    void wideName_isShownAtEveryWidth() throws IOException {
        MatchResult row = ROW.matcher(page("wide-names")).results().findFirst().orElseThrow();
        for (int columns = 40; columns <= 140; columns++) {
            assertThat(isAsExpected(CASES.resolve("wide-names"), row, columns)).as("%d columns", columns).isTrue();
        }
    }
}
