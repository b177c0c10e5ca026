package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What docs/analysis.md shows is what happens: each {@code console} block holds one command and what it prints. {@code mvn test
 * -Dtest=AnalysisPageTest -Dsallyport.update=true} writes the outputs anew.
 */
class AnalysisPageTest {

    private static final Path PAGE = Path.of("docs/analysis.md");
    private static final Pattern BLOCK = Pattern.compile("```console\\n(.*?)```", Pattern.DOTALL);
    private static final String PROMPT = "$ ./sallyport ";

    @Test
    void page_showsRealOutput() throws Exception {
        StringBuilder real = new StringBuilder();
        Matcher block = BLOCK.matcher(Files.readString(PAGE));
        while (block.find()) {
            String command = block.group(1).lines().findFirst().orElseThrow();
            assertThat(command).startsWith(PROMPT);
            CommandRun run = CommandRun.of(command.substring(PROMPT.length()).split(" "));
            assertThat(run.code()).as(run.all()).isLessThan(ExitCode.UNUSABLE.code());
            block.appendReplacement(real, Matcher.quoteReplacement("```console\n" + command + "\n" + run.all() + "```"));
        }
        block.appendTail(real);
        if (Boolean.getBoolean("sallyport.update")) {
            Files.writeString(PAGE, real.toString());
        }
        assertThat(PAGE).content().isEqualTo(real.toString());
    }
}
