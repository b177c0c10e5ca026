package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.AuthzenMapping;
import dev.sallyport.model.AuthzenMapping.Template;
import dev.sallyport.model.Reference;
import dev.sallyport.parse.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Turns an object into the mapping of AuthZEN's words to the facts of a sign-in. */
final class AuthzenMappingReader {

    /** Placeholders that every request fills. */
    private static final Set<String> ALWAYS = Set.of("subject.type", "subject.id", "resource.type", "resource.id", "action.name");
    private static final List<String> OPTIONAL = List.of("resource.properties.", "action.properties.", "context.");
    private static final String WIRE_SUBJECT = "subject.properties.";
    /** Fields of a request that other fields of the mapping fill, or that a sign-in does not have. */
    private static final Set<String> ELSEWHERE = Set.of("kind", "name", "user", "serviceprincipal", "application", "applications", "method",
            "displayname");

    private final Diagnostics out;

    AuthzenMappingReader(Diagnostics out) {
        this.out = out;
    }

    AuthzenMapping read(Fields fields) {
        Fields subject = fields.object("subject");
        Reference user = subject == null ? null : subject.reference("user");
        Reference principal = subject == null ? null : subject.reference("servicePrincipal");
        if ((user == null) == (principal == null)) {
            out.error("SP1105", fields.position("subject"), "the mapping needs one of `user` and `servicePrincipal` in `subject`",
                    "write `subject: { user: \"${subject.id}\" }`");
        }
        if (subject != null) {
            subject.done();
        }
        Reference named = user != null ? user : principal;
        Template name = named == null ? AuthzenMapping.DEFAULT.subject() : always(named);

        List<Template> applications = new ArrayList<>();
        for (Reference each : fields.references("applications")) {
            applications.add(applications.isEmpty() ? always(each) : template(each.text(), each.position()));
        }
        if (applications.isEmpty()) {
            out.error("SP1105", fields.position("applications"), "the mapping names no application",
                    "write `applications: [\"${resource.id}\"]`");
        }
        Fields types = fields.object("types");
        List<String> subjectTypes = types == null ? List.of() : types.texts("subject");
        List<String> resourceTypes = types == null ? List.of() : types.texts("resource");
        if (types != null) {
            types.done();
        }
        Fields context = fields.object("context");
        if (context != null) {
            checkContext(context.node());
        }
        fields.done();
        return new AuthzenMapping(name, principal != null, List.copyOf(applications), subjectTypes, resourceTypes,
                context == null ? new Node.Mapping(fields.position(), List.of()) : context.node(), fields.position());
    }

    /** A template that every request fills: without it, a request would have no subject or no application. */
    private Template always(Reference text) {
        Template template = template(text.text(), text.position());
        for (String path : template.placeholders()) {
            if (!ALWAYS.contains(path) && isKnown(path)) {
                out.error("SP1182", text.position(), "`${" + path + "}` is optional, and a request without it would have no name here",
                        "use `${resource.type}`, `${resource.id}`, `${action.name}`, `${subject.type}` or `${subject.id}`; put optional "
                                + "properties into further `applications`");
            }
        }
        return template;
    }

    private Template template(String text, Position position) {
        Template template;
        try {
            template = Template.of(text);
        } catch (IllegalArgumentException e) {
            out.error("SP1180", position, "a placeholder is not closed in `" + text + "`", "write `}` at its end");
            return new Template(List.of(text), List.of());
        }
        for (String path : template.placeholders()) {
            if (path.startsWith(WIRE_SUBJECT)) {
                out.error("SP1181", position, "`${" + path + "}` takes what the request claims about its subject",
                        "put users into groups or roles of the directory, and use them in policies");
            } else if (!isKnown(path)) {
                String near = Suggestions.didYouMean(path, ALWAYS);
                out.error("SP1180", position, "unknown placeholder `${" + path + "}`", near != null ? near
                        : "use `subject.type`, `subject.id`, `resource.type`, `resource.id`, `action.name`, `resource.properties.NAME`, "
                                + "`action.properties.NAME` or `context.NAME`");
            }
        }
        for (int i = 1; i < template.placeholders().size(); i++) {
            if (template.literals().get(i).isEmpty()) {
                out.error("SP1183", position, "two placeholders have no text between them in `" + text + "`",
                        "write a separator, such as `/`: without it, two requests could share a name");
            }
        }
        return template;
    }

    private static boolean isKnown(String path) {
        return ALWAYS.contains(path) || OPTIONAL.stream().anyMatch(each -> path.startsWith(each) && path.length() > each.length())
                || path.startsWith(WIRE_SUBJECT);
    }

    /** Checks the fields as those of a request in which every placeholder is absent. */
    private void checkContext(Node.Mapping context) {
        for (Node.Entry entry : context.entries()) {
            if (ELSEWHERE.contains(entry.key().text().toLowerCase(Locale.ROOT))) {
                out.error("SP1184", entry.key().position(), "`context` of a mapping cannot set `" + entry.key().text() + "`",
                        "use `subject` and `applications` of the mapping, or remove the field");
            }
        }
        Node constants = constants(context);
        if (constants instanceof Node.Mapping mapping) {
            Diagnostics own = new Diagnostics();
            new RequestReader(own).read(mapping);
            out.addAll(own);
        }
    }

    private Node constants(Node node) {
        if (node instanceof Node.Mapping mapping) {
            return new Node.Mapping(mapping.position(), mapping.entries().stream()
                    .map(entry -> new Node.Entry(entry.key(), constants(entry.value()))).toList());
        }
        if (node instanceof Node.Sequence list) {
            return new Node.Sequence(list.position(), list.items().stream().filter(item -> !hasPlaceholder(item)).toList());
        }
        return hasPlaceholder(node) ? new Node.Scalar(node.position(), "null", Node.ScalarType.NULL) : node;
    }

    private boolean hasPlaceholder(Node node) {
        return node instanceof Node.Scalar scalar && scalar.type() == Node.ScalarType.TEXT
                && !template(scalar.text(), scalar.position()).placeholders().isEmpty();
    }
}
