package dev.sallyport.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.PolicyState;
import dev.sallyport.read.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyFileEditsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final String BODY = """
            conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
            grantControls: { operator: OR, builtInControls: [block] }
            """;

    @TempDir
    Path folder;

    private PolicyFiles files(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name), text);
        return PolicyFiles.read(List.of(folder), null);
    }

    private String name(String file) {
        return folder.resolve(file).toString();
    }

    private static Position position(PolicyFiles files, String id) {
        Diagnostics found = new Diagnostics();
        return Resources.of(files.documents(found), found).policySet().policies().stream().filter(policy -> policy.id().equals(id)).findFirst()
                .map(ConditionalAccessPolicy::source).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"state: enabled", "state: enabled   # on since May", "state:   'enabled'", "state: \"enabled\"\t", "STATE:\n  enabled"})
    void state_switchedInYaml_changesNothingButTheValue(String line) throws Exception {
        String text = "# a comment\r\nkind: conditionalAccessPolicy\r\nid: p \u202e\n" + line + "\n" + BODY + "\n# the end";
        text = text.replace("id: p \u202e", "id: p");
        PolicyFiles before = files("a.yaml", text);

        PolicyFiles after = before.with(position(before, "p"), PolicyState.REPORT_ONLY);

        assertThat(after.text(name("a.yaml"))).isEqualTo(text.replaceFirst("enabled", "enabledForReportingButNotEnforced"));
        assertThat(after.with(position(after, "p"), PolicyState.ENABLED).bytes(name("a.yaml"))).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(before.text(name("a.yaml"))).isEqualTo(text);
    }

    @Test
    void state_switchedInAnExport_changesNothingButTheValue() throws Exception {
        String policy = "{\"id\":\"%s\", \"displayName\" : \"P \\u00e9\",\t\"state\" :\"enabled\",\"conditions\":{\"users\":{\"includeUsers\":[\"All\"]},"
                + "\"applications\":{\"includeApplications\":[\"All\"]},\"clientAppTypes\":[\"all\"]},"
                + "\"grantControls\":{\"operator\":\"OR\",\"builtInControls\":[\"mfa\"]}, \"state2\": \"enabled\"}";
        String text = "\uFEFF{\"value\":[" + policy.formatted("a") + ",\r\n " + policy.formatted("b") + "]}";
        PolicyFiles before = files("export.json", text);

        PolicyFiles after = before.with(position(before, "b"), PolicyState.DISABLED);

        int at = text.indexOf("enabled", text.indexOf("\"b\""));
        assertThat(new String(after.bytes(name("export.json")), StandardCharsets.UTF_8)).isEqualTo(text.substring(0, at) + "disabled"
                + text.substring(at + "enabled".length()));
    }

    @Test
    void state_switchedInAnotherEncoding_keepsTheEncoding() throws Exception {
        String text = "\uFEFFkind: conditionalAccessPolicy\nid: p\nstate: disabled\n" + BODY;
        Files.write(folder.resolve("a.yaml"), text.getBytes(StandardCharsets.UTF_16LE));
        PolicyFiles before = PolicyFiles.read(List.of(folder), null);

        PolicyFiles after = before.with(position(before, "p"), PolicyState.ENABLED);

        assertThat(after.bytes(name("a.yaml"))).isEqualTo(text.replace("disabled", "enabled").getBytes(StandardCharsets.UTF_16LE));
        assertThatThrownBy(() -> after.patch(before, folder)).hasMessageContaining("UTF-16LE");
    }

    @Test
    void state_thatIsAnAnchor_isNotSwitched() throws Exception {
        PolicyFiles files = files("a.yaml", "kind: conditionalAccessPolicy\nid: p\nstate: &on enabled\n" + BODY
                + "---\nkind: conditionalAccessPolicy\nid: q\nstate: |\n  enabled\n" + BODY);

        assertThatThrownBy(() -> files.with(position(files, "q"), PolicyState.DISABLED)).isInstanceOf(EditException.class)
                .hasMessageContaining("`state` is not a plain value");
        String shared = "kind: conditionalAccessPolicy\nid: p\nstate: &on enabled\ndescription: *on\n" + BODY;
        PolicyFiles aliased = files("a.yaml", shared);
        assertThatThrownBy(() -> aliased.with(position(aliased, "p"), PolicyState.DISABLED)).isInstanceOf(EditException.class);
    }

    @Test
    void text_ofAFileThatIsNotText_isRefused() throws Exception {
        Files.write(folder.resolve("a.yaml"), new byte[] {'a', ':', ' ', (byte) 0xFF, '\n'});
        PolicyFiles files = PolicyFiles.read(List.of(folder), null);

        assertThatThrownBy(() -> files.text(name("a.yaml"))).isInstanceOf(EditException.class).hasMessageContaining("not valid UTF-8");
        assertThatThrownBy(() -> files.text("/etc/passwd")).isInstanceOf(EditException.class).hasMessageContaining("unknown file");
        assertThatThrownBy(() -> files.with("/etc/passwd", "x")).isInstanceOf(EditException.class);
    }

    @Test
    void files_changedByAnotherWriter_areNotWritten() throws Exception {
        PolicyFiles before = files("a.yaml", "kind: conditionalAccessPolicy\nid: p\nstate: enabled\n" + BODY);
        files("b.yaml", "kind: conditionalAccessPolicy\nid: q\nstate: enabled\n" + BODY);
        PolicyFiles all = PolicyFiles.read(List.of(folder), before);
        PolicyFiles after = all.with(position(all, "p"), PolicyState.DISABLED).with(position(all, "q"), PolicyState.DISABLED);
        Files.writeString(folder.resolve("b.yaml"), "# mine\n", java.nio.file.StandardOpenOption.APPEND);

        assertThatThrownBy(() -> after.write(List.of(folder), all, PATIENCE)).isInstanceOf(EditException.class)
                .hasMessageContaining("changed by another program");

        assertThat(folder.resolve("a.yaml")).content().contains("state: enabled");
        PolicyFiles now = PolicyFiles.read(List.of(folder), all);
        PolicyFiles again = now.with(position(now, "p"), PolicyState.DISABLED);
        assertThat(again.write(List.of(folder), now, PATIENCE)).containsExactly(folder.resolve("a.yaml"));
        assertThat(folder.resolve("a.yaml")).content().contains("state: disabled");
        assertThat(folder.resolve("b.yaml")).content().endsWith("# mine\n").contains("state: enabled");
        assertThat(folder.resolve(".sallyport.lock")).doesNotExist();
    }

    @Test
    void patch_ofRandomChanges_isTakenByGit() throws Exception {
        Random random = new Random(7);
        git("init", "-q");
        for (int round = 0; round < 25; round++) {
            String name = List.of("a.yaml", "with blank.yaml", "d\u00e4r/b\"x.yaml", "sub/c.yml").get(round % 4);
            String before = text(random, random.nextInt(60));
            String after = round % 5 == 0 ? text(random, random.nextInt(60)) : changed(before, random);
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, before);
            Files.writeString(folder.resolve("change.patch"), UnifiedDiff.of(name, before, after));

            if (!before.equals(after)) {
                git("apply", "--whitespace=nowarn", "change.patch");
            }

            assertThat(Files.readString(file)).as("round " + round).isEqualTo(after);
            Files.delete(file);
        }
    }

    @Test
    void patch_ofAPolicySet_isTakenByGitBelowItsFolder() throws Exception {
        Files.createDirectory(folder.resolve("rules"));
        PolicyFiles before = files("rules/a.yaml", "kind: conditionalAccessPolicy\nid: p\nstate: enabled\r\n" + BODY.strip());
        PolicyFiles after = before.with(position(before, "p"), PolicyState.DISABLED);
        git("init", "-q");
        Files.writeString(folder.resolve("change.patch"), after.patch(before, folder));

        git("apply", "change.patch");

        assertThat(Files.readAllBytes(folder.resolve("rules/a.yaml"))).isEqualTo(after.bytes(name("rules/a.yaml")));
        assertThat(after.diff(before, folder)).contains("-state: enabled\r\n+state: disabled\r\n").contains("\\ No newline at end of file");
    }

    @Test
    void diff_ofTextsThatHaveNothingInCommon_isQuick() {
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            before.append("a").append(i).append('\n');
            after.append("b").append(i).append('\n');
        }
        assertThat(UnifiedDiff.of("x", before.toString(), after.toString()).lines()).hasSize(40_004);
    }

    private static String text(Random random, int lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(List.of("a", "b  ", "", "\tc", "d\r", "\u00e9", "- x", "+ y", " z").get(random.nextInt(9))).append('\n');
        }
        return random.nextBoolean() ? text.toString() : text + "end";
    }

    private static String changed(String text, Random random) {
        List<String> lines = new ArrayList<>(List.of(text.split("(?<=\n)")));
        for (int i = random.nextInt(6); i >= 0 && !lines.isEmpty(); i--) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(3)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(at, "new " + i + "\n");
                default -> lines.set(at, "other\n");
            }
        }
        return String.join("", lines);
    }

    private void git(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
