package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class InitCommandTest {

    @TempDir
    private Path temp;

    @Test
    void folder_thatIsNew_passesItsCommands() throws IOException {
        Path folder = temp.resolve("new/mine");
        assertThat(CommandRun.of("init", folder.toString()).code()).isZero();
        String policies = folder.resolve("policies").toString();
        String directory = folder.resolve("directory.yaml").toString();

        CommandRun check = CommandRun.of("check", "--strict", "-p", policies, "-d", directory);
        assertThat(check.code()).as(check.all()).isZero();
        assertThat(check.all()).contains("no errors, no warnings");
        CommandRun fmt = CommandRun.of("fmt", "--check", folder.toString());
        assertThat(fmt.code()).as(fmt.all()).isZero();
        CommandRun test = CommandRun.of("test", folder.resolve("tests").toString(), "--min-coverage", "100");
        assertThat(test.code()).as(test.all()).isZero();
        CommandRun evaluate = CommandRun.of("evaluate", folder.resolve("requests").toString(), "-p", policies, "-d", directory);
        assertThat(evaluate.code()).as(evaluate.all()).isZero();
        assertThat(evaluate.err()).isEmpty();
        CommandRun users = CommandRun.of("users", "report", "-p", policies, "-d", directory);
        assertThat(users.code()).as(users.all()).isZero();
    }

    @Test
    void mutants_ofTheNewFolder_areAllNoticed() {
        CommandRun.of("init", temp.toString());
        CommandRun run = CommandRun.of("test", temp.resolve("tests").toString(), "--mutants");
        assertThat(run.code()).as(run.all()).isZero();
    }

    @Test
    void schema_namedByAFile_exists() throws IOException {
        CommandRun.of("init", temp.toString());
        for (String name : InitCommand.TEMPLATES.stream().filter(each -> each.endsWith(".yaml")).toList()) {
            Path file = temp.resolve(name);
            String first = Files.readAllLines(file).get(0);
            assertThat(first).startsWith("# yaml-language-server: $schema=");
            assertThat(file.resolveSibling(first.substring(first.indexOf('=') + 1))).as(name).exists();
        }
    }

    @Test
    void script_forCi_runsTheCommandsThatPass() throws IOException {
        CommandRun.of("init", temp.toString());
        assertThat(temp.resolve("ci.sh")).content().contains("fmt --check .", "check --strict", "test tests --min-coverage 100");
    }

    /** -p and -d default to ./policies and ./directory.yaml where there is no ./rules/conditional-access. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "check --strict            | 7 files, 5 policies: no errors, no warnings",
        "evaluate requests         | unregistered-outside-trusted-ips",
        "users report --format csv | Enabled via Conditional Access",
        "test --generate requests  | policies: [policies]"})
    void folder_withPoliciesAndDirectory_isTheDefault(String arguments, String shown) throws Exception {
        CommandRun.of("init", temp.toString());
        CommandRun run = CommandRun.in(temp, arguments.split(" "));
        assertThat(run.out()).as(run.err()).contains(shown);
        assertThat(run.code()).isZero();
    }

    @Test
    void nextSteps_withoutTheCommandOnThePath_nameItsPath() throws IOException {
        Path bin = Files.createDirectory(temp.resolve("bin dir"));
        assertThat(next(temp.resolve("a"), bin)).contains("  PATH=$PATH:'" + bin + "'  # so that your shell finds it\n");
        Files.createFile(bin.resolve("sallyport")).toFile().setExecutable(true);
        assertThat(next(temp.resolve("b"), bin)).doesNotContain("PATH=");
    }

    private static String next(Path folder, Path bin) {
        StringWriter out = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(out), 100, false, false);
        assertThat(new CommandLine(new InitCommand(terminal, bin.toString(), "/nowhere:" + bin)).execute(folder.toString())).isZero();
        terminal.out().flush();
        return out.toString();
    }

    @Test
    void init_ofEveryTemplate_writesIt() throws IOException {
        Path templates = Path.of("src/main/resources/dev/sallyport/init");
        try (Stream<Path> files = Files.walk(templates)) {
            assertThat(InitCommand.TEMPLATES).containsExactlyInAnyOrderElementsOf(files.filter(Files::isRegularFile).map(file -> templates.relativize(file).toString()).toList());
        }
    }

    @Test
    void folder_withAFile_staysAsItIs() throws IOException {
        Files.writeString(temp.resolve("notes.txt"), "mine");
        CommandRun run = CommandRun.of("init", temp.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("is not empty", "notes.txt", "help: ");
        try (Stream<Path> files = Files.list(temp)) {
            assertThat(files).containsExactly(temp.resolve("notes.txt"));
        }
    }

    @Test
    void init_again_changesNothing() throws IOException {
        CommandRun.of("init", temp.toString());
        Path policy = Files.writeString(temp.resolve("policies/mfa-settings.yaml"), "changed");
        assertThat(CommandRun.of("init", temp.toString()).code()).isEqualTo(2);
        assertThat(policy).content().isEqualTo("changed");
    }

    @Test
    void repository_withoutFiles_isEmptyEnough() throws IOException {
        Files.createDirectory(temp.resolve(".git"));
        assertThat(CommandRun.of("init", temp.toString()).code()).isZero();
    }

    @Test
    void place_belowAFile_leavesNothingBehind() throws IOException {
        Path file = Files.writeString(temp.resolve("notes.txt"), "mine");
        for (Path folder : List.of(file, file.resolve("new"))) {
            CommandRun run = CommandRun.of("init", folder.toString());
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err()).startsWith("error: ").contains("help: ");
        }
        assertThat(file).content().isEqualTo("mine");
    }

    // ---- what goes wrong in the first hour says what to do

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "check --format xml             | unknown value `xml` for `--format`            | use one of text, json, sarif; see `sallyport check --help`",
        "convert --to xml policies      | unknown value `xml` for `--to`                | use one of yaml, graph; see `sallyport convert --help`",
        "completion fish                | unknown value `fish`                   | use one of bash, zsh; see `sallyport completion --help`",
        "test tests --min-coverage most | invalid value for option `--min-coverage`: `most` is not a number | see `sallyport test --help`",
        "test tests --slowest $1        | invalid value for option `--slowest`: `$1` is not a whole number  | see `sallyport test --help`",
        "users                          | missing command after `sallyport users`        | start with `sallyport users list`; see `sallyport users --help`"})
    void argument_thatIsUnknown_isNamed(String arguments, String message, String help) {
        CommandRun run = CommandRun.of(arguments.split(" "));
        assertThat(run.err()).isEqualTo("error: " + message + "\n    help: " + help + "\n");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void request_givenToWhatif_isSentToItsCommand() {
        CommandRun.of("init", temp.toString());
        CommandRun run = CommandRun.of("whatif", temp.resolve("requests/at-home.yaml").toString(), "-p", temp.resolve("policies").toString(), "-d", temp.resolve("directory.yaml").toString());
        assertThat(run.err()).contains("SP1101: this is not the body of a What If request\n    help: decide Sallyport requests with `sallyport evaluate`\n").doesNotContain("SP1102");
    }

    @Test
    void file_misspelt_isAnsweredWithTheNearest() {
        CommandRun.of("init", temp.toString());
        assertThat(CommandRun.of("check", temp.resolve("polices").toString()).all()).contains("help: did you mean `" + temp.resolve("policies") + "`?");
    }

    @Test
    void suiteOrRequest_amongPolicies_isSentToItsCommand() {
        CommandRun.of("init", temp.toString());
        assertThat(CommandRun.of("check", temp.toString()).all()).contains("run test suites with `sallyport test`", "decide requests with `sallyport evaluate`");
    }

    @Test
    void suite_withoutADirectory_saysThatItNeedsOne() throws IOException {
        CommandRun.of("init", temp.toString());
        Path suite = temp.resolve("tests/policies.yaml");
        Files.writeString(suite, Files.readString(suite).replaceAll("(?m)^directory:.*\\n", ""));
        CommandRun run = CommandRun.of("test", suite.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("unknown group `Break glass`", "SP1403", "add `directory:`");
    }
}
