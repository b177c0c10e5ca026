package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionTest {

    @TempDir
    private Path folder;

    @Test
    void script_forBash_isAcceptedByBash() throws Exception {
        assertThat(bash("-n", script().toString())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "sallyport ev,           1, evaluate",
        "sallyport users rep,    2, report",
        "sallyport test --min-c, 2, --min-coverage",
        "sallyport check --format s, 3, sarif",
        "sallyport completion z, 2, zsh",
        "sallyport app-pass,     1, app-passwords"})
    void word_begun_isCompleted(String typed, int word, String expected) throws Exception {
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

    /** A shell at a terminal, and somebody who types. */
    @ParameterizedTest
    @ValueSource(strings = {"bash --noprofile --norc -i", "zsh -f -i"})
    @DisabledOnOs(value = OS.MAC, disabledReason = "its script takes other arguments")
    void tab_inARealShell_completes(String shell) throws Exception {
        String program = shell.substring(0, shell.indexOf(' '));
        assumeTrue(isInstalled("script") && isInstalled(program), program + " or script is not installed");
        Path screen = folder.resolve("screen");
        ProcessBuilder builder = new ProcessBuilder("script", "-qec", shell, "/dev/null").redirectErrorStream(true).redirectOutput(screen.toFile());
        builder.environment().put("TERM", "dumb");
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("HISTFILE", "/dev/null");      // a shell that hangs up writes its history into a folder that is being deleted
        Process process = builder.start();
        try (Writer keys = process.outputWriter()) {
            type(keys, "source " + script() + "; echo read''y\n", screen, "ready");
            type(keys, "sallyport users rep\t", screen, "sallyport users report ");
            type(keys, "--fo\t", screen, "--format ");
            type(keys, "\003", screen, "");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
    }

    private static void type(Writer keys, String text, Path screen, String expected) throws Exception {
        keys.write(text);
        keys.flush();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!Files.readString(screen, StandardCharsets.ISO_8859_1).replaceAll(".\b|\r|\007", "").contains(expected)) {
            assertThat(System.nanoTime()).as(Files.readString(screen, StandardCharsets.ISO_8859_1)).isLessThan(end);
            Thread.sleep(20);
        }
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    @Test
    void script_forZsh_startsBashcompinit() {
        CommandRun run = CommandRun.of("completion", "zsh");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("bashcompinit");
    }

    @Test
    void shell_thatIsUnknown_isRefusedAndTheKnownOnesAreNamed() {
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
