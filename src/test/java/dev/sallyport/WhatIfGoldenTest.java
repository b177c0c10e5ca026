package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.sallyport.diagnose.PolicyLoadException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What If's responses, byte for byte but for line ends and indents, in {@code src/test/resources/whatif}: {@code exported} asks
 * what Graph's documentation asks (WI-90..93) of policies as Graph exports them, {@code authored} of policies that people write.
 * {@code mvn test -Dtest=WhatIfGoldenTest -Dsallyport.update=true} rewrites the responses; read the difference before you keep it.
 */
class WhatIfGoldenTest {

    private static final Path FOLDER = Path.of("src/test/resources/whatif");
    private static final boolean UPDATE = Boolean.getBoolean("sallyport.update");
    private static final JsonFactory JSON = new JsonFactory();

    static Stream<Path> requests() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            List<Path> requests = files.filter(file -> file.toString().endsWith(".request.json")).sorted().toList();
            assertThat(requests).hasSize(8);
            return requests.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void response_isTheGoldenOne(Path request) throws Exception {
        String response = indented(engine(request.getParent()).whatIf(Files.readString(request)));
        Path golden = Path.of(request.toString().replace(".request.json", ".response.json"));
        if (UPDATE) {
            Files.writeString(golden, response);
        }
        assertThat(golden).hasContent(response);
    }

    @Test
    void policies_ofAGraphExport_areGivenBackByteForByte() throws Exception {
        Path folder = FOLDER.resolve("exported");
        String response = engine(folder).whatIf(Files.readString(folder.resolve("all-policies-without-appliedPoliciesOnly.request.json")));
        assertThat(indented(response).replaceAll("\"policyApplies\": .*\\R *\"analysisReasons\": .*\\R *", "").replaceFirst("#Collection.*\"", "#…\""))
                .isEqualTo(indented(Files.readString(folder.resolve("policies.json"))).replaceFirst("#identity.*\"", "#…\""));
    }

    /** WI-90..93: who asks for what, and what applies. */
    @ParameterizedTest
    @ValueSource(strings = {
        "user-opens-sharepoint-at-high-risk: Office 365: limited experience, Change the password at high user risk",
        "user-steps-up-to-a-context: Sensitive sites: multifactor authentication",
        "administrator-registers-security-information: Change the password at high user risk, Administrators: multifactor authentication, "
            + "Registration: multifactor authentication",
        "service-principal-opens-sharepoint: Workload identities: block everywhere, Workload identities: block",
        "nothing-applies-to-an-excluded-user: "})
    void policiesOfTheDocumentedExamples_apply(String example) throws Exception {
        String name = example.substring(0, example.indexOf(':'));
        String golden = Files.readString(FOLDER.resolve("exported").resolve(name + ".response.json"));
        List<String> names = golden.lines().map(String::strip).filter(line -> line.startsWith("\"displayName\": ") && !line.contains("Multifactor"))
                .map(line -> line.replaceAll(".*: \"(.*)\",", "$1")).toList();
        assertThat(String.join(", ", names)).isEqualTo(example.substring(name.length() + 2));
        assertThat(golden).doesNotContain("\"policyApplies\": false");
    }

    /** Every id of the authored set says why its policy does not apply to a user of SharePoint. */
    @Test
    void reason_isTheFirstConditionThatIsNotSatisfied() throws Exception {
        String golden = Files.readString(FOLDER.resolve("authored/every-reason-why-a-policy-does-not-apply.response.json"));
        List<String> ids = values(golden, "id").stream().filter(id -> !id.startsWith("57e00000")).toList();
        assertThat(values(golden, "analysisReasons")).hasSize(16)
                .isEqualTo(ids.stream().map(id -> id.equals("applies") ? "notSet" : id.substring("because-of-".length())).toList());
    }

    private static List<String> values(String golden, String key) {
        return golden.lines().map(String::strip).filter(line -> line.startsWith("\"" + key + "\": ")).map(line -> line.replaceAll(".*: \"(.*)\",", "$1")).toList();
    }

    private static PolicyEngine engine(Path folder) throws PolicyLoadException {
        List<Path> policies = Stream.of("policies.json", "others.json", "policies.yaml").map(folder::resolve).filter(Files::exists).toList();
        return PolicyEngine.load(policies, PolicyEngine.loadDirectory(folder.resolve("directory.yaml")), Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC));
    }

    /** The same JSON with a line for each field. */
    static String indented(String json) throws IOException {
        DefaultPrettyPrinter lines = new DefaultPrettyPrinter(DefaultPrettyPrinter.DEFAULT_SEPARATORS.withObjectFieldValueSpacing(
                com.fasterxml.jackson.core.util.Separators.Spacing.AFTER)).withObjectIndenter(new DefaultIndenter("  ", "\n"));
        StringWriter text = new StringWriter();
        try (JsonParser tokens = JSON.createParser(json); JsonGenerator out = JSON.createGenerator(text).setPrettyPrinter(lines)) {
            for (JsonToken token = tokens.nextToken(); token != null; token = tokens.nextToken()) {
                out.copyCurrentEvent(tokens);
            }
        }
        return text.append('\n').toString();
    }
}
