package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Position;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The log is what SARIF 2.1.0 says a log is: validated against the schema that OASIS publishes. */
class SarifTest {

    private static final Path CHECKED = Path.of("src/test/resources/conformance/check");

    private static List<Error> violations(String log) throws IOException {
        try (InputStream in = SarifTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
            Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8),
                    InputFormat.JSON);
            return schema.validate(log, InputFormat.JSON);
        }
    }

    private static JsonNode run(String log) throws IOException {
        assertThat(violations(log)).isEmpty();
        return new JsonMapper().readTree(log).get("runs").get(0);
    }

    private static String log(Map<String, String> texts, Diagnostic... findings) {
        return new Sarif(new Excerpts(texts), Path.of("/repo")).log(List.of(findings), true);
    }

    @Test
    void schema_ofOtherJson_isRefused() throws IOException {
        assertThat(violations("{ \"version\": \"2.1.0\", \"runs\": [ { \"tool\": {} } ] }")).isNotEmpty();
    }

    @Test
    void log_withoutFindings_isValid() throws IOException {
        assertThat(run(log(Map.of())).get("results")).isEmpty();
    }

    @Test
    void finding_inTheLog_hasRuleLevelPlaceAndPage() throws IOException {
        JsonNode run = run(log(Map.of("/repo/rules/a b.yaml", "x\n🚀: [passwordChange]"),
                new Diagnostic(Severity.ERROR, "SP1311", "no", new Position("/repo/rules/a b.yaml", 2, 6), "do this", "VAL-01"),
                new Diagnostic(Severity.WARNING, "SP1403", "nowhere", null, null, null)));
        JsonNode result = run.get("results").get(0);
        assertThat(result.get("ruleId").asString()).isEqualTo("SP1311");
        assertThat(result.get("level").asString()).isEqualTo("error");
        assertThat(result.get("message").get("text").asString()).isEqualTo("no; help: do this");
        assertThat(result.get("properties").get("rule").asString()).isEqualTo("VAL-01");
        JsonNode place = result.get("locations").get(0).get("physicalLocation");
        assertThat(place.get("artifactLocation").get("uri").asString()).isEqualTo("rules/a%20b.yaml");
        assertThat(place.get("region").toString()).isEqualTo("{\"startLine\":2,\"startColumn\":6,\"endColumn\":20}");
        assertThat(run.get("columnKind").asString()).isEqualTo("utf16CodeUnits");
        assertThat(run.get("results").get(1).get("locations")).isNull();
        JsonNode rule = run.get("tool").get("driver").get("rules").get(result.get("ruleIndex").asInt());
        assertThat(rule.get("id").asString()).isEqualTo("SP1311");
        assertThat(rule.get("shortDescription").get("text").asString()).isEqualTo("a password change without MFA");
        assertThat(rule.get("helpUri")).as("an address would be one of this machine").isNull();
        assertThat(rule.get("help").get("markdown").asString()).startsWith("# SP1311: a password change without MFA\n").contains("```yaml", "Why: ")
                .doesNotContain("](SP");
        assertThat(rule.get("properties").get("tags").get(0).asString()).isEqualTo("VAL-01");
    }

    @Test
    void file_asAWholeOrElsewhere_hasNoRegionButItsName() throws IOException {
        JsonNode run = run(log(Map.of(), new Diagnostic(Severity.ERROR, "SP1001", "no", Position.of("../other/ü.yaml"), null, null),
                new Diagnostic(Severity.ERROR, "SP1001", "no", Position.of("-"), null, null)));
        JsonNode place = run.get("results").get(0).get("locations").get(0).get("physicalLocation");
        assertThat(place.get("region")).isNull();
        assertThat(place.get("artifactLocation").get("uri").asString()).isEqualTo("../other/%C3%BC.yaml");
        assertThat(run.get("results").get(1).get("locations").get(0).toString()).contains("\"stdin\"");
    }

    @Test
    void log_ofEveryKindOfMistake_isValid() throws IOException {
        CommandRun run = CommandRun.of("check", CHECKED.toString(), "-d", CHECKED.resolve("../world/directory.yaml").toString(), "--format", "sarif");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run(run.out()).get("results").size()).isGreaterThan(30);
    }
}
