package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {

    @TempDir
    private Path folder;

    @Test
    void script_is_one_that_bash_accepts() throws Exception {
        assertThat(bash("-n", script().toString())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "sallyport ev,           1, evaluate",
        "sallyport users rep,    2, report",
        "sallyport test --min-c, 2, --min-coverage",
        "sallyport app-pass,     1, app-passwords"})
    void word_begun_is_completed(String typed, int word, String expected) throws Exception {
        String program = """
                source "$1"; shift
                COMP_CWORD=$1; shift
                COMP_WORDS=("$@")
                COMP_LINE="$*"
                _complete_sallyport
                printf '%s\\n' "${COMPREPLY[@]}"
                """;
        Path run = Files.writeString(folder.resolve("run"), program);
        String[] words = typed.split(" ");
        String[] arguments = new String[words.length + 3];
        arguments[0] = run.toString();
        arguments[1] = script().toString();
        arguments[2] = "" + word;
        System.arraycopy(words, 0, arguments, 3, words.length);
        assertThat(bash(arguments).lines().map(String::strip)).contains(expected);
    }

    @Test
    void zsh_gets_a_script_that_starts_bashcompinit() {
        CommandRun run = CommandRun.of("completion", "zsh");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("bashcompinit");
    }

    @Test
    void other_shell_is_refused_and_the_known_ones_are_named() {
        CommandRun run = CommandRun.of("completion", "fish");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).containsIgnoringCase("bash").containsIgnoringCase("zsh");
    }

    private Path script() throws IOException {
        return Files.writeString(folder.resolve("completion"), CommandRun.of("completion", "bash").out());
    }

    private static String bash(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
