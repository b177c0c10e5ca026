package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.parse.Sources;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** convert and fmt as their users meet them. */
class ConvertCommandTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Sallyport.run(new Terminal(new PrintWriter(out), new PrintWriter(err), 100, false, false), true, arguments);
    }

    @Test
    void out_writesAFilePerPolicy_andNeverReplacesOneUnlessForced() throws Exception {
        String target = folder.resolve("new/set").toString();
        assertThat(run("convert", "--to", "graph", "rules/conditional-access", "-d", "samples/directory.yaml", "--out", target)).isZero();
        Path policy = folder.resolve("new/set/policies/block-device-code-flow.json");
        assertThat(policy).content().contains("\"bb4c1843-cd17-417b-a23d-5adc46d06115\"");
        assertThat(out.toString()).isEqualTo("16 policies and 2 other files written to " + target + "\n");

        Files.writeString(policy, "mine");
        assertThat(run("convert", "--to", "graph", "rules/conditional-access", "--out", target)).isEqualTo(2);
        assertThat(err.toString()).contains("18 files exist already, such as `" + policy + "`: nothing is written").contains("--force");
        assertThat(policy).content().isEqualTo("mine");
        assertThat(run("convert", "--to", "graph", "rules/conditional-access", "--out", target, "--force")).isZero();
        assertThat(policy).content().startsWith("{");
        try (var left = Files.list(policy.getParent())) {
            assertThat(left).allMatch(file -> file.toString().endsWith(".json")).hasSize(16);
        }
    }

    @Test
    void fileThatCannotBeRead_isReported_andTheOthersAreConverted() throws Exception {
        Files.writeString(folder.resolve("broken.json"), "{");
        Files.copy(Path.of("rules/conditional-access/require-mfa-for-guests.yaml"), folder.resolve("good.yaml"));
        assertThat(run("convert", "--to", "yaml", folder.toString())).isEqualTo(2);
        assertThat(out.toString()).contains("id: require-mfa-for-guests");
        assertThat(err.toString()).contains("broken.json").contains("SP1004");
    }

    @Test
    void attack_108_yamlThatWillNotLoadAgain_isNamedOnStandardError() throws Exception {
        Path export = Files.writeString(folder.resolve("export.json"), """
                { "id": "a1", "displayName": "Terms", "state": "enabled",
                  "conditions": { "users": { "includeUsers": ["The administrator"] }, "applications": { "includeApplications": ["All"] }, "clientAppTypes": ["all"] },
                  "grantControls": { "operator": "OR", "builtInControls": ["mfa", "unknownFutureValue"], "termsOfUse": ["House rules"] } }
                """);
        assertThat(run("convert", "--to", "yaml", export.toString())).isZero();
        assertThat(err.toString()).contains("SP1131", "unknown user `The administrator`", "unknown terms of use `House rules`").doesNotContain("unknownFutureValue");
        err.getBuffer().setLength(0);
        assertThat(run("convert", "--to", "yaml", "--out", folder.resolve("set").toString(), export.toString())).isZero();
        assertThat(err.toString()).contains(folder.resolve("set/policies/terms.yaml") + ":");
    }

    @Test
    void nameWithoutId_isWrittenAsItStands_withAWarning() {
        assertThat(run("convert", "--to", "graph", "rules/conditional-access/block-device-code-flow.yaml")).isZero();
        assertThat(out.toString()).contains("\"Break glass\"");
        assertThat(err.toString()).contains("warning SP1703: the group `Break glass` has no known id: it is written as a name");
    }

    @Test
    void directoryOfTheFolder_isTheDefault_asElsewhere() throws Exception {
        CommandRun.of("init", folder.toString());
        CommandRun run = CommandRun.in(folder, "convert", "--to", "graph", "policies/require-mfa-for-admins.yaml", "policies/named-locations.yaml");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).doesNotContain("Break glass");
        assertThat(CommandRun.in(folder, "evaluate", "requests")).satisfies(evaluate -> assertThat(evaluate.code()).as(evaluate.all()).isZero());
    }

    @Test
    void nothingToFormatOrToConvert_isAnErrorThatSaysSo() throws Exception {
        assertThat(run("fmt", folder + "/nofile")).isEqualTo(2);
        assertThat(err.toString()).isEqualTo(folder + "/nofile: error SP1001: no such file or folder\n1 error\n");
        err.getBuffer().setLength(0);
        Files.writeString(folder.resolve("notes.txt"), "mine");
        assertThat(run("fmt", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("error: there is no YAML in `" + folder + "`\n    help: name a file, or a folder with .yaml or .yml files\n");
        err.getBuffer().setLength(0);
        assertThat(run("convert", "--to", "yaml", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("error: there is nothing to convert in `" + folder + "`\n    help: name a file, or a folder with .yaml, .yml or .json files\n");
        Files.writeString(folder.resolve("a.json"), "[]");
        assertThat(run("fmt", folder.toString())).isZero();
        assertThat(run("convert", "--to", "yaml", folder.toString())).isZero();
    }

    /** A folder where a file should be made, as rights do not stop whoever is root. */
    @Test
    void placeThatCannotBeWritten_isNamed_withTheReason() throws Exception {
        Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
        assertThat(run("convert", "--to", "graph", "rules/security-defaults", "--out", file + "/out")).isEqualTo(2);
        assertThat(err.toString()).startsWith("error: `" + file).contains("` cannot be used: ").doesNotContain("internal error");
        err.getBuffer().setLength(0);
        assertThat(run("test", "samples/tests/security-defaults.yaml", "--junit", file + "/junit.xml")).isEqualTo(2);
        assertThat(err.toString()).startsWith("error: `" + file + "/junit.xml` cannot be written: ");
        assertThat(Sources.why(new AccessDeniedException(file.toString()))).isEqualTo("access is denied");
    }

    @Test
    void fmt_check_listsWhatWouldChange_andFmtChangesItOnce() throws Exception {
        Path file = folder.resolve("a.yaml");
        Files.writeString(file, "kind: mfaSettings # mine\nmaxAppPasswords: 4\nallowAppPasswords:   true\n");
        Files.writeString(folder.resolve("b.json"), "{ }");
        assertThat(run("fmt", "--check", folder.toString())).isEqualTo(1);
        assertThat(out.toString()).isEqualTo(file + "\n");
        assertThat(err.toString()).isEqualTo("1 file, 1 would change; JSON files are skipped (1 file)\n");
        assertThat(run("fmt", folder.toString())).isZero();
        assertThat(file).content().isEqualTo("kind: mfaSettings  # mine\nallowAppPasswords: true\nmaxAppPasswords: 4\n");
        assertThat(run("fmt", "--check", folder.toString())).isZero();
    }

    @Test
    void schema_isPrinted_andAnUnknownNameIsAnsweredWithTheNames() {
        assertThat(run("schema", "request")).isZero();
        assertThat(out.toString()).startsWith("{").contains("\"Sallyport: sign-ins and registrations\"");
        assertThat(run("schema", "policies")).isEqualTo(2);
        assertThat(err.toString()).contains("use one of policy-set, directory, request, tests");
    }
}
