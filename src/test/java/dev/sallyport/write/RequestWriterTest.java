package dev.sallyport.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Shape;
import dev.sallyport.read.Shapes;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestWriterTest {

    private static Request read(String text) {
        Diagnostics out = new Diagnostics();
        List<Request> requests = new RequestReader(out).read(Sources.parse("request", text, out).get(0).root());
        assertThat(out.toList()).as(text).isEmpty();
        return requests.get(0);
    }

    private static Request withoutAppPassword(Request request) {
        SignIn signIn = request.signIn().toBuilder().authentication(request.signIn().authentication().toBuilder().appPassword(null).build()).build();
        return request instanceof Registration registration ? new Registration(signIn, registration.method(), registration.displayName()) : signIn;
    }

    @Test
    void requests_writtenAndRead_areTheSame() {
        for (long seed = 1; seed <= 60; seed++) {
            RandomWorld world = RandomWorld.of(seed);
            for (int i = 0; i < 50; i++) {
                Request request = world.request(i);

                assertThat(read(RequestWriter.toJson(request))).as("seed " + seed + ", request " + i).isEqualTo(withoutAppPassword(request));
            }
        }
    }

    /** A field that the reader gains, and the writer forgets, is found here. */
    @Test
    void everyField_ofARequest_isWritten() {
        Set<String> missing = new TreeSet<>();
        fields(Shapes.ANY_REQUEST, "", missing);
        for (String path : new TreeSet<>(missing)) {
            String value = value(Shapes.ANY_REQUEST, path);
            String document = nested(path, value);
            if (value == null || RequestWriter.toJson(read(document)).contains("\"" + path.substring(path.lastIndexOf('.') + 1) + "\"")) {
                missing.remove(path);
            }
        }
        assertThat(missing).as("read under another name, never written, or ignored").containsExactly("application",
                RequestWriter.APP_PASSWORD, "device.id", "device.ownership");
    }

    private static void fields(Shape shape, String in, Set<String> paths) {
        shape.fields().forEach((name, field) -> {
            if (field.type() == Shape.Type.OBJECT) {
                fields(field, in + name + ".", paths);
            } else {
                paths.add(in + name);
            }
        });
    }

    /** A value of a field; {@code null} for what is not a fact. */
    private static String value(Shape shape, String path) {
        Shape found = shape;
        for (String name : path.split("\\.")) {
            found = found.fields().get(name);
        }
        return path.equals("kind") ? null : switch (found.type()) {
            case LIST -> "[\"x\"]";
            case BOOLEAN -> "true";
            default -> path.endsWith("DateTime") ? "\"2026-11-22T10:15:00Z\"" : "\"x\"";
        };
    }

    private static String nested(String path, String value) {
        String kind = path.equals("method") || path.equals("displayName") ? "\"kind\":\"registration\"," : "";
        int dot = path.indexOf('.');
        return "{" + kind + (dot < 0 ? "\"" + path + "\":" + value : "\"" + path.substring(0, dot) + "\":{\"" + path.substring(dot + 1) + "\":"
                + value + "}") + "}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipAddress", "authentication.methods", "authentication", "device"})
    void field_leftOut_isNotWritten(String field) {
        Request request = read("{\"user\":\"ann\",\"ipAddress\":\"192.0.2.1\",\"authentication\":{\"methods\":[\"sms\"],\"aaguid\":\"a\"},\"device\":{\"model\":\"m\"}}");
        String name = field.substring(field.lastIndexOf('.') + 1);

        assertThat(RequestWriter.toJson(request)).contains("\"" + name + "\"");
        String without = Json.object(json -> RequestWriter.writeFields(request, Set.of(field), json));
        assertThat(without).doesNotContain("\"" + name + "\"").contains("\"user\":\"ann\"");
    }
}
