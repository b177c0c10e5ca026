package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the README shows is what happens. {@code mvn test -Dtest=ReadmeTest -Dsallyport.update=true} writes outputs and excerpts
 * anew.
 */
class ReadmeTest {

    private static final Path README = Path.of("README.md");
    private static final Path EXAMPLE = Path.of("src/test/java/dev/sallyport/GatewayExampleTest.java");
    private static final Path CONTRIBUTING = Path.of("CONTRIBUTING.md");
    private static final Path PICTURE = Path.of("docs/images/report.svg");
    private static final String PICTURED = "users report -d samples/story/directory.yaml -p rules/security-defaults --clock 2026-11-22T03:00:00Z";
    private static final Pattern BLOCK = Pattern.compile("```(\\w*)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");

    @Test
    void readme_showsRealOutput_realFiles_andCompiledCode() throws Exception {
        String readme = Files.readString(README);
        StringBuilder real = new StringBuilder();
        Matcher block = BLOCK.matcher(readme);
        int commands = 0;
        while (block.find()) {
            String body = switch (block.group(1)) {
                case "console" -> console(block.group(2));
                case "java" -> example();
                case "yaml" -> Files.readString(Path.of("rules/conditional-access/block-unless-trusted-ip.yaml"));
                default -> block.group(2);
            };
            commands += block.group(1).equals("console") ? 1 : 0;
            block.appendReplacement(real, Matcher.quoteReplacement("```" + block.group(1) + "\n" + body + "```"));
        }
        block.appendTail(real);
        if (Boolean.getBoolean("sallyport.update")) {
            Files.writeString(README, real.toString());
        }
        assertThat(commands).isGreaterThanOrEqualTo(3);
        assertThat(README).content().isEqualTo(real.toString());
    }

    @Test
    void firstCommand_ofTheReadme_decidesTheSamples() throws Exception {
        assertThat(Files.readString(README)).contains("\n./sallyport evaluate samples/requests -d samples/directory.yaml\nmvn -B verify\n");
        String output = run("evaluate samples/requests -d samples/directory.yaml");
        assertThat(output).contains("38 requests:");
        assertThat(Files.readString(Path.of(".ci/run"))).contains("mvn -B -ntp verify");
    }

    /** The commands that are shown without what they print, in their order. */
    @Test
    void commands_ofTheReadme_work(@TempDir Path folder) throws Exception {
        Matcher block = BLOCK.matcher(Files.readString(README));
        int commands = 0;
        while (block.find()) {
            for (String line : block.group(1).isEmpty() ? block.group(2).lines().toList() : List.<String>of()) {
                if (line.startsWith("./sallyport serve ")) {
                    // the tests of the decision point start it; here it is not on the class path
                    CommandRun refused = CommandRun.of(line.substring("./sallyport ".length()).split(" "));
                    assertThat(refused.code()).isEqualTo(2);
                    assertThat(refused.err()).contains("start it with the launcher `sallyport`, which builds it");
                    continue;
                }
                if (line.startsWith("./sallyport ")) {
                    String[] parts = line.substring("./sallyport ".length()).replaceAll("\\b(log\\.json\\.gz|report\\.html)\\b", folder + "/$1").split(" > ");
                    if (parts.length > 1) {
                        runToFile(parts[0], Path.of(parts[1]));
                    } else {
                        assertThat(run(parts[0])).as(line).isNotEmpty();
                    }
                    commands++;
                }
            }
        }
        assertThat(commands).isGreaterThan(8);
        assertThat(folder.resolve("report.html")).isNotEmptyFile();
    }

    /** The picture is what the command prints on a terminal with colours. */
    @Test
    void picture_ofTheReadme_isWhatTheCommandPrints() throws Exception {
        assertThat(Files.readString(README)).contains("](" + PICTURE + ")").contains("\n./sallyport " + PICTURED + "\n");
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        assertThat(Sallyport.run(new Terminal(writer, writer, 112, true, true), true, PICTURED.split(" "))).isZero();
        writer.flush();
        String picture = TerminalPicture.of("$ ./sallyport " + PICTURED + "\n\n" + out);
        if (Boolean.getBoolean("sallyport.update")) {
            Files.createDirectories(PICTURE.getParent());
            Files.writeString(PICTURE, picture);
        }
        assertThat(PICTURE).content().isEqualTo(picture);
    }

    @Test
    void wayFromTheReadmeToTheRule_asContributingTellsIt_isThere() throws Exception {
        String way = Files.readString(CONTRIBUTING).split("## From README to the rule\n")[1].split("\n## ")[0];
        assertThat(Files.readString(README)).contains("[AP-01]", "CONTRIBUTING.md#from-readme-to-the-rule", "\n## For policy authors\n");
        Matcher step = Pattern.compile("(?m)^(\\d)\\. \\[[^]]+]\\(([^)#]+)[^)]*\\)").matcher(way);
        List<Path> steps = new ArrayList<>();
        while (step.find()) {
            steps.add(Path.of(step.group(2)));
        }
        assertThat(steps).hasSize(4).allSatisfy(file -> assertThat(file).content().contains("AP-01"));
        assertThat(Files.readString(steps.get(1))).contains("<a id=\"AP-01\"></a>");
        assertThat(Files.readString(steps.get(2))).contains("@id(\"AP-01, AP-15\")");
        assertThat(Files.readString(steps.get(3))).contains("// AP-01");
        assertThat(run("check --explain AP-01")).contains("AP-01");
    }

    @Test
    void links_ofTheReadme_leadToFiles() throws Exception {
        List<String> links = new ArrayList<>();
        Matcher link = LINK.matcher(Files.readString(README));
        while (link.find()) {
            links.add(link.group(1));
        }
        assertThat(links).hasSizeGreaterThan(6).allSatisfy(target -> assertThat(Path.of(target.replaceFirst("#.*", ""))).exists());
    }

    private static String console(String body) {
        String command = body.lines().findFirst().orElseThrow();
        assertThat(command).startsWith("$ ./sallyport ");
        return command + "\n" + run(command.substring("$ ./sallyport ".length()));
    }

    private static String run(String arguments) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        int code = Sallyport.run(new Terminal(writer, writer, 100, false, false), true, arguments.split(" "));
        writer.flush();
        assertThat(code).as(out.toString()).isEqualTo(arguments.contains("--against") ? ExitCode.DOES_NOT_HOLD.code() : 0);
        return out.toString();
    }

    private static void runToFile(String arguments, Path file) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", System.getProperty("java.class.path"),
                Sallyport.class.getName()));
        command.addAll(List.of(arguments.split(" ")));
        assertThat(new ProcessBuilder(command).redirectOutput(file.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start().waitFor()).isZero();
    }

    private static String example() throws Exception {
        String marked = Files.readString(EXAMPLE).split("        // README\\n")[1];
        return marked.replaceAll("(?m)^        ", "");
    }
}
