package dev.sallyport.suite;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.Decision;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.Node;
import dev.sallyport.suite.DecisionShape.Field;
import dev.sallyport.suite.DecisionShape.Shape;
import dev.sallyport.suite.DecisionShape.Shape.Flag;
import dev.sallyport.suite.DecisionShape.Shape.Number;
import dev.sallyport.suite.DecisionShape.Shape.Part;
import dev.sallyport.suite.DecisionShape.Shape.Parts;
import dev.sallyport.suite.DecisionShape.Shape.Rows;
import dev.sallyport.suite.DecisionShape.Shape.Text;
import dev.sallyport.suite.DecisionShape.Shape.Texts;
import dev.sallyport.suite.DecisionShape.Shape.Time;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a test says about a decision: some of its fields, each as it has to be. Only fields that a decision has, and values that
 * they can have, get here: what could never be compared would never fail either.
 */
public final class Expectation {

    /** What an expectation may say, for schemas. */
    public static final dev.sallyport.read.Shape SHAPE = DecisionShape.inFiles(DecisionShape.DECISION);

    private final Node.Mapping expected;
    private final Set<String> rows;

    private Expectation(Node.Mapping expected, Set<String> rows) {
        this.expected = expected;
        this.rows = Set.copyOf(rows);
    }

    /**
     * A field that is not as expected.
     *
     * @param path   such as {@code policies.block-legacy-authentication.result}
     * @param policy the policy whose row it belongs to, or {@code null}
     * @param position where the expectation stands
     */
    public record Difference(String path, String expected, String actual, String policy, Position position) { }

    /**
     * Reads an expectation.
     *
     * @param policies ids of the policies that take part
     * @return {@code null} when something is wrong with it, which is reported
     */
    public static Expectation of(Node.Mapping node, Collection<String> policies, Diagnostics out) {
        Set<String> rows = new HashSet<>();
        Diagnostics own = new Diagnostics();
        new Checker(policies, rows, own).part(node, DecisionShape.DECISION, "a decision");
        out.addAll(own);
        return own.hasErrors() ? null : new Expectation(node, rows);
    }

    /** The decision with as many rows as it takes to compare it. */
    Decision decide(PolicyEngine engine, Request request, UserState user) {
        return asksForStatus() ? engine.explain(request, user)
                : rows.isEmpty() && expected.get("requirements") == null ? engine.evaluate(request, user) : engine.explain(request, user,
                rows);
    }

    /** Whether how policies fare that do not apply may make a difference to the status. */
    boolean asksForStatus() {
        return expected.get("conditionalAccessStatus") != null;
    }

    /** Ids of the policies whose rows it says something about. */
    Set<String> rows() {
        return rows;
    }

    /** Whether a request that makes no sense is what is expected. */
    boolean expects(ReasonCode code) {
        Node reason = expected.get("reason");
        Node text = reason instanceof Node.Mapping mapping ? mapping.get("code") : reason;
        return text instanceof Node.Scalar scalar && scalar.text().equals(code.toString());
    }

    /** Every field that is not as expected, in the order of the file. */
    List<Difference> compare(Decision decision) {
        List<Difference> differences = new ArrayList<>();
        part("", expected, DecisionShape.DECISION, decision, null, differences);
        return differences;
    }

    // ---- compare

    private static void part(String path, Node.Mapping wanted, Part shape, Object actual, String policy, List<Difference> out) {
        if (wanted.entries().isEmpty() && actual != null) {
            shape.fields().forEach((name, field) -> {
                Object value = field.value().apply(actual);
                if (value != null && !value.equals(false)) {
                    out.add(new Difference(path + name, "not set", show(field.shape(), value), policy, wanted.position()));
                }
            });
        }
        for (Node.Entry entry : wanted.entries()) {
            Field field = shape.fields().get(entry.key().text());
            value(path + entry.key().text(), entry.value(), field.shape(), actual == null ? null : field.value().apply(actual), policy,
                    out);
        }
    }

    private static void value(String path, Node wanted, Shape shape, Object actual, String policy, List<Difference> out) {
        if (shape instanceof Part part) {
            if (wanted instanceof Node.Mapping mapping && actual != null) {
                part(path + ".", mapping, part, actual, policy, out);
            } else if (wanted instanceof Node.Scalar && !Node.isNull(wanted) && actual != null) {
                Field field = part.fields().get(part.shorthand());
                value(path, wanted, field.shape(), field.value().apply(actual), policy, out);
            } else if (Node.isNull(wanted) != (actual == null)) {
                out.add(new Difference(path, show(wanted), show(shape, actual), policy, wanted.position()));
            }
        } else if (shape instanceof Rows each) {
            for (Node.Entry entry : ((Node.Mapping) wanted).entries()) {
                String id = entry.key().text();
                Object row = ((List<?>) actual).stream().map(Decision.PolicyResult.class::cast).filter(policyRow -> policyRow.id()
                        .equals(id)).findFirst()
                        .orElse(null);
                value(path + "." + id, entry.value(), each.row(), row, id, out);
            }
        } else if (!matches(wanted, shape, actual)) {
            out.add(new Difference(path, show(wanted), show(shape, actual), policy, wanted.position()));
        }
    }

    private static boolean matches(Node wanted, Shape shape, Object actual) {
        if (shape instanceof Texts texts) {
            List<String> values = ((Node.Sequence) wanted).items().stream().map(item -> ((Node.Scalar) item).text()).toList();
            return texts.inOrder() ? values.equals(actual) : new HashSet<>(values).equals(new HashSet<>((List<?>) actual));
        }
        if (shape instanceof Parts parts) {
            List<Node> items = ((Node.Sequence) wanted).items();
            List<?> found = (List<?>) actual;
            return items.isEmpty() ? found.isEmpty() : items.stream().allMatch(item -> found.stream().anyMatch(each -> {
                List<Difference> differences = new ArrayList<>();
                part("", (Node.Mapping) item, parts.item(), each, null, differences);
                return differences.isEmpty();
            }));
        }
        String text = Node.isNull(wanted) ? null : ((Node.Scalar) wanted).text();
        if (shape instanceof Flag) {
            return Boolean.parseBoolean(text) == Boolean.TRUE.equals(actual);
        }
        if (shape instanceof Time && text != null) {
            return instant(text).equals(actual);
        }
        return Objects.equals(text, actual == null ? null : actual.toString());
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    private static String show(Node node) {
        if (node instanceof Node.Sequence list) {
            return "[" + String.join(", ", list.items().stream().map(Expectation::show).toList()) + "]";
        }
        if (node instanceof Node.Mapping mapping) {
            return "{ " + String.join(", ", mapping.entries().stream().map(entry -> entry.key().text() + ": " + show(entry.value()))
                    .toList()) + " }";
        }
        return Node.isNull(node) ? "null" : ((Node.Scalar) node).text();
    }

    private static String show(Shape shape, Object actual) {
        if (actual == null) {
            return shape instanceof Flag ? "false" : "null";
        }
        if (shape instanceof Part part) {
            List<String> fields = new ArrayList<>();
            part.fields().forEach((name, field) -> {
                Object value = field.value().apply(actual);
                if (value != null && !value.equals(List.of())) {
                    fields.add(name + ": " + show(field.shape(), value));
                }
            });
            return "{ " + String.join(", ", fields) + " }";
        }
        if (shape instanceof Parts parts) {
            return "[" + String.join(", ", ((List<?>) actual).stream().map(each -> show(parts.item(), each)).toList()) + "]";
        }
        return actual.toString();
    }

    // ---- check

    /** Reports what no decision could ever be compared with. */
    private record Checker(Collection<String> policies, Set<String> rows, Diagnostics out) {

        void part(Node.Mapping node, Part shape, String what) {
            if (node.entries().isEmpty() && !shape.mayBeEmpty()) {
                out.error("SP1603", node.position(), "the expectation of " + what + " is empty: it can never fail",
                        "name a field: " + String.join(", ", shape.fields().keySet()));
            }
            for (Node.Entry entry : node.entries()) {
                String name = entry.key().text();
                Field field = shape.fields().get(name);
                if (field == null) {
                    String near = Suggestions.didYouMean(name, shape.fields().keySet());
                    out.error("SP1102", entry.key().position(), "unknown key `" + name + "` in " + what,
                            near != null ? near : "use one of " + String.join(", ", shape.fields().keySet()));
                } else {
                    value(name, entry.value(), field.shape());
                }
            }
        }

        private void value(String name, Node node, Shape shape) {
            if (shape instanceof Part part) {
                if (node instanceof Node.Mapping mapping) {
                    part(mapping, part, "`" + name + "`");
                } else if (node instanceof Node.Scalar && !Node.isNull(node) && part.shorthand() != null) {
                    value(name, node, part.fields().get(part.shorthand()).shape());
                } else if (!Node.isNull(node) || !part.mayBeNull()) {
                    wrongType(name, node, "an object");
                }
            } else if (shape instanceof Rows each) {
                rows(name, node, each);
            } else if (shape instanceof Texts texts) {
                if (node instanceof Node.Sequence list) {
                    list.items().forEach(item -> text(name, item, texts.allowed(), false));
                } else {
                    wrongType(name, node, node instanceof Node.Scalar scalar && !Node.isNull(node) ? "a list: write `[" + scalar.text()
                            + "]`" : "a list, [] for none");
                }
            } else if (shape instanceof Parts parts) {
                if (node instanceof Node.Sequence list) {
                    list.items().forEach(item -> value(name, item, parts.item()));
                } else {
                    wrongType(name, node, "a list of objects, [] for none");
                }
            } else {
                scalar(name, node, shape);
            }
        }

        private void rows(String name, Node node, Rows shape) {
            if (!(node instanceof Node.Mapping mapping)) {
                wrongType(name, node, "an object of policy ids and results");
                return;
            }
            if (mapping.entries().isEmpty()) {
                out.error("SP1603", mapping.position(), "the expectation of `policies` is empty: it can never fail",
                        "name a policy and its result");
            }
            for (Node.Entry entry : mapping.entries()) {
                String id = entry.key().text();
                if (!policies.contains(id)) {
                    String near = Suggestions.didYouMean(id, policies);
                    out.error("SP1202", entry.key().position(), "unknown policy id `" + id + "`",
                            near != null ? near : policies.isEmpty() ? "the test selects no policy: see `given.policies`"
                                    : "name it by its `id`, such as `" + policies.iterator()
                                    .next() + "`, or add it to the policy set or to `given.policies`");
                } else {
                    rows.add(id);
                    value(id, entry.value(), shape.row());
                }
            }
        }

        private void scalar(String name, Node node, Shape shape) {
            if (shape instanceof Text text) {
                text(name, node, text.allowed(), true);
            } else if (!(node instanceof Node.Scalar scalar)) {
                wrongType(name, node, shape instanceof Number ? "a whole number" : shape instanceof Flag ? "true or false"
                        : "a date and time");
            } else if (!Node.isNull(node) && shape instanceof Number && !scalar.text().matches("0|[1-9][0-9]{0,8}")) {
                wrongType(name, node, "a whole number");
            } else if (shape instanceof Flag && scalar.type() != Node.ScalarType.BOOLEAN) {
                wrongType(name, node, "true or false");
            } else if (!Node.isNull(node) && shape instanceof Time && !isTime(scalar.text())) {
                out.error("SP1107", node.position(), "`" + name + "` is not a date and time with a time zone: `" + scalar.text() + "`",
                        "write a time such as 2026-11-22T10:15:00Z");
            }
        }

        private static boolean isTime(String text) {
            try {
                return instant(text) != null;
            } catch (DateTimeException e) {
                return false;
            }
        }

        private void text(String name, Node node, Collection<String> allowed, boolean mayBeNull) {
            if (!(node instanceof Node.Scalar scalar) || Node.isNull(node) && !mayBeNull) {
                wrongType(name, node, "text");
            } else if (!Node.isNull(node) && !allowed.isEmpty() && !allowed.contains(scalar.text())) {
                String near = Suggestions.didYouMean(scalar.text(), allowed);
                out.error("SP1104", node.position(), "unknown value `" + scalar.text() + "` for `" + name + "`",
                        near != null ? near : "use one of " + String.join(", ", allowed));
            }
        }

        private void wrongType(String name, Node node, String expected) {
            out.error("SP1103", node.position(), "`" + name + "` is " + node.describe(), "it must be " + expected);
        }
    }
}
