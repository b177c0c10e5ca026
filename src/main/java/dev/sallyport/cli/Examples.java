package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.model.Directory;
import dev.sallyport.model.SignIn;
import dev.sallyport.write.Json;
import dev.sallyport.write.RequestWriter;
import dev.sallyport.write.YamlText;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The examples of an analysis in words and as policy tests.
 *
 * @param policies the files and folders of the policy set
 * @param directories the files and folders of the directory
 */
public record Examples(PolicyEngine engine, List<Path> policies, List<Path> directories) {

    /** Who asks for what from where, and what the evaluator decides. */
    public String text(Witness witness) {
        return request(witness) + ": " + witness.decision().outcome() + ", confirmed by the evaluator";
    }

    /** Who asks for what from where. */
    public String request(Witness witness) {
        SignIn signIn = witness.request().signIn();
        Directory directory = engine.directory();
        Directory.ServicePrincipal principal = witness.principal();
        List<String> facts = new ArrayList<>(List.of(!witness.isInDirectory() ? principal == null ? "such a user" : "such a principal"
                : principal == null ? signIn.user() : Objects.requireNonNullElse(principal.displayName(), principal.id())));
        signIn.applications().forEach(id -> facts.add(directory.application(id) == null ? id : directory.application(id).displayName()));
        Stream.of(signIn.clientAppType(), signIn.devicePlatform(), signIn.ipAddress(), signIn.country()).filter(Objects::nonNull)
                .forEach(facts::add);
        return String.join(", ", facts);
    }

    /**
     * A suite with the request of an example, which passes as long as the policies decide so.
     *
     * @param folder where the suite is; its files are named from there
     * @param given  what is different from the files; {@code null} for nothing
     */
    public String suite(String name, Witness witness, Instant clock, Path folder, Json.@Nullable Fields given) {
        return YamlText.of(List.of(Json.object(json -> {
            json.writeStringField("kind", "policyTests");
            Json.texts(json, "policies", policies.stream().map(path -> from(folder, path)).toList());
            Json.texts(json, "directory", directories.stream().map(path -> from(folder, path)).toList());
            json.writeStringField("clock", clock.toString());
            json.writeArrayFieldStart("resources");
            for (String resource : witness.resources()) {
                json.writeRawValue(resource);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("tests");
            json.writeStartObject();
            json.writeStringField("name", name);
            if (given != null) {
                json.writeObjectFieldStart("given");
                given.write(json);
                json.writeEndObject();
            }
            json.writeFieldName("request");
            json.writeRawValue(RequestWriter.toJson(witness.request()));
            json.writeObjectFieldStart("expect");
            json.writeStringField("outcome", witness.decision().outcome().toString());
            json.writeEndObject();
            json.writeEndObject();
            json.writeEndArray();
        })));
    }

    private static String from(Path folder, Path path) {
        return folder.toAbsolutePath().relativize(path.toAbsolutePath()).toString().replace('\\', '/');
    }
}
