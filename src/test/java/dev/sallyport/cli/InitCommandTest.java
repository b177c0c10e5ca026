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
    void new_folder_passes_every_command_that_it_is_meant_for() throws IOException {
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
    void no_mutant_of_the_policies_goes_unnoticed() {
        CommandRun.of("init", temp.toString());
        CommandRun run = CommandRun.of("test", temp.resolve("tests").toString(), "--mutants");
        assertThat(run.code()).as(run.all()).isZero();
    }

    @Test
    void schema_that_a_file_names_on_its_first_line_is_there() throws IOException {
        CommandRun.of("init", temp.toString());
        for (String name : InitCommand.TEMPLATES.stream().filter(each -> each.endsWith(".yaml")).toList()) {
            Path file = temp.resolve(name);
            String first = Files.readAllLines(file).get(0);
            assertThat(first).startsWith("# yaml-language-server: $schema=");
            assertThat(file.resolveSibling(first.substring(first.indexOf('=') + 1))).as(name).exists();
        }
    }

    @Test
    void script_for_ci_runs_the_commands_that_pass() throws IOException {
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
    void policies_and_directory_of_the_folder_are_the_default(String arguments, String shown) throws Exception {
        CommandRun.of("init", temp.toString());
        CommandRun run = CommandRun.in(temp, arguments.split(" "));
        assertThat(run.out()).as(run.err()).contains(shown);
        assertThat(run.code()).isZero();
    }

    @Test
    void next_steps_begin_with_the_path_when_the_shell_would_not_find_the_command() throws IOException {
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
    void every_template_is_written() throws IOException {
        Path templates = Path.of("src/main/resources/dev/sallyport/init");
        try (Stream<Path> files = Files.walk(templates)) {
            assertThat(InitCommand.TEMPLATES).containsExactlyInAnyOrderElementsOf(files.filter(Files::isRegularFile).map(file -> templates.relativize(file).toString()).toList());
        }
    }

    @Test
    void folder_with_a_file_in_it_stays_as_it_is() throws IOException {
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
    void second_init_says_so_and_changes_nothing() throws IOException {
        CommandRun.of("init", temp.toString());
        Path policy = Files.writeString(temp.resolve("policies/mfa-settings.yaml"), "changed");
        assertThat(CommandRun.of("init", temp.toString()).code()).isEqualTo(2);
        assertThat(policy).content().isEqualTo("changed");
    }

    @Test
    void fresh_repository_is_empty_enough() throws IOException {
        Files.createDirectory(temp.resolve(".git"));
        assertThat(CommandRun.of("init", temp.toString()).code()).isZero();
    }

    @Test
    void place_below_a_file_leaves_nothing_behind() throws IOException {
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
    void wrong_argument_is_told_in_words_of_ours(String arguments, String message, String help) {
        CommandRun run = CommandRun.of(arguments.split(" "));
        assertThat(run.err()).isEqualTo("error: " + message + "\n    help: " + help + "\n");
        assertThat(run.code()).isEqualTo(2);
    }

    @Test
    void request_that_is_given_to_whatif_is_sent_to_its_command() {
        CommandRun.of("init", temp.toString());
        CommandRun run = CommandRun.of("whatif", temp.resolve("requests/at-home.yaml").toString(), "-p", temp.resolve("policies").toString(), "-d", temp.resolve("directory.yaml").toString());
        assertThat(run.err()).contains("SP1101: this is not the body of a What If request\n    help: decide Sallyport requests with `sallyport evaluate`\n").doesNotContain("SP1102");
    }

    @Test
    void misspelt_file_is_answered_with_its_neighbour() {
        CommandRun.of("init", temp.toString());
        assertThat(CommandRun.of("check", temp.resolve("polices").toString()).all()).contains("help: did you mean `" + temp.resolve("policies") + "`?");
    }

    @Test
    void suite_or_request_among_policies_is_sent_to_its_command() {
        CommandRun.of("init", temp.toString());
        assertThat(CommandRun.of("check", temp.toString()).all()).contains("run test suites with `sallyport test`", "decide requests with `sallyport evaluate`");
    }

    @Test
    void suite_without_a_directory_is_told_that_it_needs_one() throws IOException {
        CommandRun.of("init", temp.toString());
        Path suite = temp.resolve("tests/policies.yaml");
        Files.writeString(suite, Files.readString(suite).replaceAll("(?m)^directory:.*\\n", ""));
        CommandRun run = CommandRun.of("test", suite.toString());
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("unknown group `Break glass`", "SP1403", "add `directory:`");
    }
}
