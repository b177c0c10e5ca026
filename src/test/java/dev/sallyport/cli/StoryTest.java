package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The story of docs/story.md, command by command in one shell. {@code mvn test -Dtest=StoryTest -Dsallyport.update=true} writes what
 * the commands print anew.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the story is told in a POSIX shell")
class StoryTest {

    private static final Path STORY = Path.of("docs/story.md");
    private static final Pattern BLOCK = Pattern.compile("```console\\n(.*?)```", Pattern.DOTALL);
    private static final String MARK = "-- next command --";

    @Test
    void story_happensAsItIsTold(@TempDir Path folder) throws Exception {
        String story = Files.readString(STORY);
        List<List<String>> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(story);
        while (block.find()) {
            blocks.add(block.group(1).lines().filter(line -> line.startsWith("$ ")).map(line -> line.substring(2)).toList());
        }
        List<String> outputs = run(folder, blocks.stream().flatMap(List::stream).toList());
        StringBuilder real = new StringBuilder();
        block.reset();
        int command = 0;
        for (List<String> commands : blocks) {
            StringBuilder body = new StringBuilder();
            for (String each : commands) {
                body.append("$ ").append(each).append('\n').append(outputs.get(command++));
            }
            block.find();
            block.appendReplacement(real, Matcher.quoteReplacement("```console\n" + body + "```"));
        }
        block.appendTail(real);
        if (Boolean.getBoolean("sallyport.update")) {
            Files.writeString(STORY, real.toString());
        }
        assertThat(command).isGreaterThan(20);
        assertThat(STORY).content().isEqualTo(real.toString());
    }

    /** What each command prints, results and diagnostics together, in a folder that looks like the root of the repository. */
    private static List<String> run(Path folder, List<String> commands) throws IOException, InterruptedException {
        for (String name : List.of("rules", "samples")) {
            Files.createSymbolicLink(folder.resolve(name), Path.of(name).toAbsolutePath());
        }
        Path launcher = Files.writeString(folder.resolve("sallyport"), "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '" + System.getProperty("java.class.path") + "' dev.sallyport.cli.Sallyport \"$@\"\n");
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        StringBuilder script = new StringBuilder("exec 2>&1\n");
        commands.forEach(command -> script.append(command).append("\necho '").append(MARK).append("'\n"));
        Path file = Files.writeString(folder.resolve("story.sh"), script);
        ProcessBuilder shell = new ProcessBuilder("bash", file.toString()).directory(folder.toFile()).redirectErrorStream(true);
        shell.environment().put("COLUMNS", "100");
        shell.environment().put("LC_ALL", "C.UTF-8");
        Process process = shell.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        List<String> outputs = List.of(output.split(Pattern.quote(MARK + "\n"), -1));
        assertThat(outputs).as(output).hasSize(commands.size() + 1);
        return outputs;
    }
}
