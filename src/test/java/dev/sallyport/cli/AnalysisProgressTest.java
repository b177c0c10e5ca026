package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Analyses of many users tell how far they are, on a terminal, on a line that is wiped. */
class AnalysisProgressTest {

    @TempDir
    private Path folder;

    private String run(boolean isTerminal, int users, String command) throws IOException {
        StringBuilder directory = new StringBuilder("kind: directory\ngroups: [{ displayName: Break glass }, { displayName: Finance }]\nusers:\n");
        for (int i = 0; i < users; i++) {
            directory.append("- userPrincipalName: u").append(i).append("@contoso.com\n");
        }
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("-d", Files.writeString(folder.resolve("directory.yaml"), directory).toString()));
        StringWriter err = new StringWriter();
        Terminal terminal = new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err), 120, false, false, new BufferedReader(
                new StringReader("")), isTerminal);
        assertThat(Sallyport.run(terminal, true, arguments.toArray(String[]::new))).as(err.toString()).isLessThan(ExitCode.UNUSABLE.code());
        return err.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gaps -p samples/change/before.yaml", "diff samples/change/before.yaml samples/change/after.yaml",
        "prove rules/invariants/legacy.yaml -p samples/change/before.yaml", "redundant -p samples/change/before.yaml"})
    void manyUsers_onATerminal_showHowFarItIs(String command) throws Exception {
        String stage = command.substring(0, command.indexOf(' '));
        assertThat(run(true, 1_000, command)).containsPattern("\r" + stage + " +[█░]+ +[0-9]+ % of 1,000\r").containsOnlyOnce(" \r");
        assertThat(run(false, 1_000, command)).doesNotContain("\r");
    }

    @Test
    void fewUsers_onATerminal_showNothing() throws Exception {
        assertThat(run(true, 10, "diff samples/change/before.yaml samples/change/after.yaml")).doesNotContain("\r");
    }
}
