package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.SyntaxException;
import dev.sallyport.parse.YamlParser;
import dev.sallyport.read.RequestReader;
import dev.sallyport.write.RequestWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Writes a suite that expects of requests what is decided today, for an author to go on from. */
public final class StarterSuite {

    /** Text that YAML takes for text without quotes, in braces too. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9_./@+-]*(?: "
            + "[A-Za-z0-9_./@+-]+)*|[0-9]{1,3}(?:\\.[0-9]{1,3}){3}"
            + "|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
    private static final Pattern NO_TEXT = Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n");

    private final Inputs inputs;
    private final Instant clock;

    /**
     * @param inputs where the policy set and the directory are
     * @param clock  the time of requests that do not say when they happen
     */
    StarterSuite(Inputs inputs, Instant clock) {
        this.inputs = inputs;
        this.clock = clock;
    }

    /** The suite as YAML; what is wrong with requests is reported. */
    String of(List<Requests.Placed> requests, Diagnostics out) throws PolicyLoadException {
        return of(inputs.load(Clock.fixed(clock, ZoneOffset.UTC)), inputs.policyPaths(), inputs.directoryPaths(), clock, requests, out);
    }

    /**
     * A suite of requests that are not from files, as YAML. Each request needs a name.
     *
     * @param policies the files and folders of the policy set, as the suite names them
     * @param directories the files and folders of the directory, as the suite names them
     */
    public static String of(PolicyEngine engine, List<Path> policies, List<Path> directories, List<Request> requests) {
        List<Requests.Placed> placed = requests.stream().map(request -> new Requests.Placed("", request, written(request))).toList();
        return of(engine, policies, directories, engine.now(), placed, new Diagnostics());
    }

    private static Node written(Request request) {
        try {
            return YamlParser.parse("request", RequestWriter.toJson(request)).get(0);
        } catch (SyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String of(PolicyEngine engine, List<Path> policies, List<Path> directories, Instant clock,
            List<Requests.Placed> requests,
            Diagnostics out) {
        StringBuilder suite = new StringBuilder();
        suite.append("# The current decisions. The paths are relative to the folder of this file.\n");
        suite.append("kind: policyTests\n");
        suite.append("policies: ").append(paths(policies)).append('\n');
        if (!directories.isEmpty()) {
            suite.append("directory: ").append(paths(directories)).append('\n');
        }
        suite.append("clock: ").append(clock).append("\ntests:\n");
        Map<String, Integer> names = new HashMap<>();
        for (Requests.Placed placed : requests) {
            Decision decision = placed.request() == null ? null : engine.explain(placed.request());
            if (decision == null) {
                continue;
            }
            if (decision.reason().code() == ReasonCode.INVALID_REQUEST || decision.reason().code() == ReasonCode.EVALUATION_FAILED) {
                String message = decision.reason().message();
                out.error("SP1401", RequestReader.position(placed.node(), message.substring(0, message.indexOf(": ")), message),
                        Requests.suggestion(engine, placed.request(), message), null);
                continue;
            }
            String name = placed.request().signIn().name();
            String title = name == null || name.isBlank() ? placed.place() : name;
            int times = names.merge(title, 1, Integer::sum);
            suite.append("  - name: ").append(text(times == 1 ? title : title + " (" + times + ")")).append('\n');
            suite.append("    request: ").append(request((Node.Mapping) placed.node())).append('\n');
            suite.append("    expect: ").append(expect(decision)).append('\n');
        }
        return suite.toString();
    }

    private static String paths(List<Path> paths) {
        return "[" + String.join(", ", paths.stream().map(path -> text(path.toString())).toList()) + "]";
    }

    private static String request(Node.Mapping request) {
        return yaml(new Node.Mapping(request.position(), request.entries().stream()
                .filter(entry -> !entry.key().text().equals("name") && !(entry.key().text().equals("kind")
                && entry.value() instanceof Node.Scalar kind
                        && kind.text().equals("signIn"))).toList()));
    }

    /** What a gateway acts on, and how the policies fared that apply. */
    private static String expect(Decision decision) {
        List<String> fields = new ArrayList<>();
        fields.add("outcome: " + decision.outcome());
        fields.add("reason: " + decision.reason().code());
        if (!decision.requiredControls().isEmpty()) {
            fields.add("requiredControls: [" + String.join(", ", decision.requiredControls()) + "]");
        }
        List<String> rows = decision.policies().stream().filter(PolicyResult::applies).map(row -> text(row.id()) + ": " + row.result())
                .toList();
        if (!rows.isEmpty()) {
            fields.add("policies: { " + String.join(", ", rows) + " }");
        }
        return "{ " + String.join(", ", fields) + " }";
    }

    private static String yaml(Node node) {
        if (node instanceof Node.Mapping mapping) {
            return mapping.entries().isEmpty() ? "{}"
                    : "{ " + String.join(", ", mapping.entries().stream().map(entry -> text(entry.key().text()) + ": "
                    + yaml(entry.value())).toList()) + " }";
        }
        if (node instanceof Node.Sequence list) {
            return "[" + String.join(", ", list.items().stream().map(StarterSuite::yaml).toList()) + "]";
        }
        Node.Scalar scalar = (Node.Scalar) node;
        return scalar.type() == Node.ScalarType.TEXT ? text(scalar.text()) : Node.isNull(scalar) ? "null" : scalar.text();
    }

    /** Text in quotes where YAML would take it for something else. */
    private static String text(String text) {
        if (PLAIN.matcher(text).matches() && !NO_TEXT.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c < 0x20 || c >= 0x7F && c < 0xA0 || c == 0x2028 || c == 0x2029 || c == 0xFEFF) {
                quoted.append(String.format("\\u%04x", c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
