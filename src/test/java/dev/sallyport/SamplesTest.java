package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Request;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.RequestReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples tell the story that their comments promise, under both sets of rules. */
class SamplesTest {

    private static final Map<String, String> CONDITIONAL_ACCESS = table("""
            01.1 block blockedByConditionalAccess
            01.2 block blockedByConditionalAccess
            01.3 allow noPolicyApplies
            01.4 allow noPolicyApplies
            02.1 allow noPolicyApplies
            02.2 block blockedByConditionalAccess
            02.3 prompt-register registrationRequired
            02.4 prompt-register registrationRequired
            02.5 challenge sessionRevoked
            02.6 prompt-register registrationRequired
            02.7 allow noPolicyApplies
            03.1 block appPasswordNeedsEnforcedMfa
            03.2 prompt-register registrationRequired
            03.3 block appPasswordNeedsEnforcedMfa
            03.4 challenge mfaRequired
            03.5 allow satisfied
            03.6 block blockedByConditionalAccess
            04.1 challenge mfaRequired
            04.2 allow satisfied
            04.3 allow noPolicyApplies
            04.4 challenge mfaRequired
            04.5 allow satisfied
            04.6 allow registrationOptional
            04.7 allow noPolicyApplies
            05.1 allow satisfied
            05.2 challenge mfaRequired
            06.1 challenge mfaRequired
            06.2 allow satisfied
            06.3 challenge mfaRequired
            06.4 block deviceNotCompliant
            07.1 block blockedByConditionalAccess
            07.2 allow satisfied
            07.3 block appPasswordRequired
            07.4 block blockedByConditionalAccess
            07.5 block accountDisabled
            08.1 challenge mfaRequired
            08.2 challenge termsOfUseRequired
            08.3 allow satisfied
            """);

    private static final Map<String, String> SECURITY_DEFAULTS = table("""
            01.1 prompt-register registrationRequired
            01.2 allow noPolicyApplies
            01.3 prompt-register registrationRequired
            01.4 allow noPolicyApplies
            02.1 prompt-register registrationRequired
            02.2 prompt-register registrationRequired
            02.3 prompt-register registrationRequired
            02.4 prompt-register registrationRequired
            02.5 challenge sessionRevoked
            02.6 prompt-register registrationRequired
            02.7 prompt-register registrationRequired
            03.1 block appPasswordsNotAllowed
            03.2 block appPasswordsNotAllowed
            03.3 block appPasswordsNotAllowed
            03.4 block appPasswordsNotAllowed
            03.5 block appPasswordsNotAllowed
            03.6 block blockedBySecurityDefaults
            04.1 challenge mfaRequired
            04.2 allow satisfied
            04.3 allow satisfied
            04.4 challenge mfaRequired
            04.5 challenge mfaRequired
            04.6 prompt-register registrationRequired
            04.7 allow noPolicyApplies
            05.1 allow satisfied
            05.2 challenge mfaRequired
            06.1 challenge mfaRequired
            06.2 allow satisfied
            06.3 challenge mfaRequired
            06.4 allow satisfied
            07.1 block blockedBySecurityDefaults
            07.2 block blockedBySecurityDefaults
            07.3 block blockedBySecurityDefaults
            07.4 block blockedBySecurityDefaults
            07.5 block accountDisabled
            08.1 challenge mfaRequired
            08.2 allow satisfied
            08.3 allow satisfied
            """);

    private static Map<String, String> table(String lines) {
        Map<String, String> table = new TreeMap<>();
        lines.lines().forEach(line -> table.put(line.substring(0, 4), line.substring(5)));
        return table;
    }

    @Test
    void samples_underConditionalAccess_areDecidedAsTold() throws Exception {
        assertThat(decisions("conditional-access")).containsExactlyEntriesOf(CONDITIONAL_ACCESS);
    }

    @Test
    void samples_underSecurityDefaults_areDecidedAsTold() throws Exception {
        assertThat(decisions("security-defaults")).containsExactlyEntriesOf(SECURITY_DEFAULTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conditional-access", "security-defaults", "templates"})
    void rules_withTheSampleDirectory_loadWithoutAnyFinding(String set) throws Exception {
        assertThat(PolicyEngine.load(Path.of("rules", set), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml"))).warnings()).isEmpty();
    }

    @Test
    void templates_withoutADirectory_loadWithoutAnyFinding() throws Exception {
        assertThat(PolicyEngine.load(Path.of("rules/templates"), Directory.empty()).warnings()).isEmpty();
    }

    /** Every row of samples/README.md that names a file of requests tells the outcomes of its requests. */
    @Test
    void page_ofTheSamples_tellsTheOutcomes() throws Exception {
        Map<String, String> decided = decisions("conditional-access");
        Matcher row = Pattern.compile("(?m)^\\| \\[.*?]\\(requests/(\\d\\d).*?\\) \\| .*? \\| (.*?) \\|$").matcher(Files.readString(Path.of("samples/README.md")));
        Map<String, String> told = new TreeMap<>();
        while (row.find()) {
            String[] outcomes = row.group(2).split(", ");
            for (int i = 0; i < outcomes.length; i++) {
                told.put(row.group(1) + "." + (i + 1), outcomes[i]);
            }
        }
        decided.replaceAll((request, decision) -> decision.substring(0, decision.indexOf(' ')));
        assertThat(told).isEqualTo(decided);
    }

    /** Decisions by number of file and of request in it. */
    private static Map<String, String> decisions(String set) throws Exception {
        PolicyEngine engine = PolicyEngine.load(Path.of("rules", set), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
        Map<String, String> decisions = new TreeMap<>();
        try (Stream<Path> files = Files.list(Path.of("samples/requests"))) {
            for (Path file : files.sorted().toList()) {
                Diagnostics diagnostics = new Diagnostics();
                List<Request> requests = new ArrayList<>();
                Sources.read(List.of(file), diagnostics).forEach(document -> requests.addAll(new RequestReader(diagnostics).read(document.root())));
                assertThat(diagnostics.toList()).isEmpty();
                for (int i = 0; i < requests.size(); i++) {
                    Decision decision = engine.explain(requests.get(i));
                    decisions.put(file.getFileName().toString().substring(0, 2) + "." + (i + 1), decision.outcome() + " " + decision.reason().code());
                }
            }
        }
        return decisions;
    }
}
