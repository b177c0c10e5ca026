package dev.sallyport.server;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.AuthzenMapping;
import dev.sallyport.model.AuthzenMapping.Template;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Request;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.Node;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Shapes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies a mapping of AuthZEN's words: a {@link Question} becomes a sign-in, and names of the directory become ids of AuthZEN again.
 *
 * <p>A template is applied only if its text leads back to the same values, so that no two questions share a name.
 */
final class Mapping {

    /** Facts that the subject and the resource of a question give, or that a sign-in does not have. */
    private static final Set<String> NOT_FROM_CONTEXT = Set.of("kind", "name", "user", "serviceprincipal", "application", "applications",
            "method", "displayname");

    /** The fact whose verification takes milliseconds. */
    static final String APP_PASSWORD = "appPassword";

    private final AuthzenMapping mapping;

    Mapping(AuthzenMapping mapping) {
        this.mapping = mapping;
    }

    /** A question that the mapping cannot turn into a sign-in; its answer is no. */
    static final class Unmapped extends Exception {

        private static final long serialVersionUID = 1;

        Unmapped(String message) {
            super(message, null, false, false);
        }
    }

    /** Whether a mapping makes an app password of what a question says elsewhere. */
    static boolean takesAppPasswords(AuthzenMapping mapping) {
        return mapping.context() != null && names(mapping.context(), APP_PASSWORD);
    }

    private static boolean names(Node node, String field) {
        if (node instanceof Node.Mapping object) {
            for (Node.Entry each : object.entries()) {
                if (each.key().text().equalsIgnoreCase(field) || names(each.value(), field)) {
                    return true;
                }
            }
        }
        return false;
    }

    boolean isSubjectType(String type) {
        return mapping.subjectTypes().isEmpty() || mapping.subjectTypes().contains(type);
    }

    boolean isResourceType(String type) {
        return mapping.resourceTypes().isEmpty() || mapping.resourceTypes().contains(type);
    }

    /**
     * The sign-in that a question is about.
     *
     * @throws Unmapped if a type is unknown, an application is not in the directory, or a fact has the wrong type
     */
    Request request(Question question, Directory directory) throws Unmapped {
        if (!isSubjectType(question.subject().type())) {
            throw new Unmapped("unknown type of subject");
        }
        if (!isResourceType(question.resource().type())) {
            throw new Unmapped("unknown type of resource");
        }
        List<Node> applications = new ArrayList<>();
        for (Template each : mapping.applications()) {
            String name = rendered(each, question);
            if (name != null && directory.applicationIds(name).isEmpty()) {
                throw new Unmapped("unknown application");
            }
            if (name != null) {
                applications.add(text(name, question));
            }
        }
        String subject = rendered(mapping.subject(), question);
        if (applications.isEmpty() || subject == null) {
            throw new Unmapped("no name for the subject or the resource");
        }
        List<Node.Entry> entries = new ArrayList<>();
        entries.add(entry(mapping.isWorkload() ? "servicePrincipal" : "user", text(subject, question)));
        entries.add(entry("applications", new Node.Sequence(question.position(), applications)));
        if (mapping.context() == null) {
            addFacts(question.context(), entries);
        } else if (filled(mapping.context(), question) instanceof Node.Mapping facts) {
            entries.addAll(facts.entries());
        }
        Diagnostics out = new Diagnostics();
        List<Request> requests = new RequestReader(out).read(new Node.Mapping(question.position(), entries));
        if (requests.isEmpty()) {
            throw new Unmapped("a fact of the context has the wrong type");
        }
        return requests.get(0);
    }

    /** The entries of a context that are facts of a request; others are ignored, as AuthZEN asks. */
    private static void addFacts(Node.@Nullable Mapping context, List<Node.Entry> entries) {
        if (context == null) {
            return;
        }
        for (Node.Entry each : context.entries()) {
            String name = each.key().text();
            if (Shapes.ANY_REQUEST.field(name) != null && !NOT_FROM_CONTEXT.contains(name.toLowerCase(Locale.ROOT))) {
                entries.add(each);
            }
        }
    }

    private static Node.Entry entry(String name, Node value) {
        return new Node.Entry(new Node.Scalar(value.position(), name, Node.ScalarType.TEXT), value);
    }

    private static Node text(String value, Question question) {
        return new Node.Scalar(question.position(), value, Node.ScalarType.TEXT);
    }

    /** A value of the mapping with the values of a question; {@code null} if a placeholder has none. */
    private static @Nullable Node filled(Node node, Question question) throws Unmapped {
        if (node instanceof Node.Mapping object) {
            List<Node.Entry> entries = new ArrayList<>();
            for (Node.Entry each : object.entries()) {
                Node value = filled(each.value(), question);
                if (value != null) {
                    entries.add(new Node.Entry(each.key(), value));
                }
            }
            return entries.isEmpty() && !object.entries().isEmpty() ? null : new Node.Mapping(object.position(), entries);
        }
        if (node instanceof Node.Sequence list) {
            List<Node> items = new ArrayList<>();
            for (Node each : list.items()) {
                Node value = filled(each, question);
                if (value != null) {
                    items.add(value);
                }
            }
            return new Node.Sequence(list.position(), items);
        }
        if (!(node instanceof Node.Scalar scalar) || scalar.type() != Node.ScalarType.TEXT || !scalar.text().contains("${")) {
            return node;
        }
        Template template = Template.of(scalar.text());
        if (template.isPlaceholder()) {
            Node value = question.value(template.placeholders().get(0));
            return Node.isNull(value) ? null : value;
        }
        String text = rendered(template, question);
        return text == null ? null : new Node.Scalar(scalar.position(), text, Node.ScalarType.TEXT);
    }

    /**
     * The text of a template; {@code null} if a placeholder has no value.
     *
     * @throws Unmapped if a value is no text, number or boolean, or contains the text that follows it
     */
    private static @Nullable String rendered(Template template, Question question) throws Unmapped {
        StringBuilder text = new StringBuilder(template.literals().get(0));
        for (int i = 0; i < template.placeholders().size(); i++) {
            Node node = question.value(template.placeholders().get(i));
            if (Node.isNull(node)) {
                return null;
            }
            if (!(node instanceof Node.Scalar scalar)) {
                throw new Unmapped("a list or an object where a name is made of it");
            }
            String value = scalar.text();
            String next = template.literals().get(i + 1);
            if (!next.isEmpty() && (value + next).indexOf(next) != value.length()) {
                throw new Unmapped("a value contains the text that follows it in the mapping");
            }
            text.append(value).append(next);
        }
        return text.toString();
    }

    /** The values of the placeholders that make a name; {@code null} if the template does not make it. */
    private static @Nullable Map<String, String> parsed(Template template, @Nullable String name) {
        if (name == null || !name.startsWith(template.literals().get(0))) {
            return null;
        }
        Map<String, String> values = new LinkedHashMap<>();
        int from = template.literals().get(0).length();
        for (int i = 0; i < template.placeholders().size(); i++) {
            String next = template.literals().get(i + 1);
            int end = next.isEmpty() ? name.length() : name.indexOf(next, from);
            if (end < 0) {
                return null;
            }
            String value = name.substring(from, end);
            String before = values.put(template.placeholders().get(i), value);
            if (before != null && !before.equals(value)) {
                return null;
            }
            from = end + next.length();
        }
        return from == name.length() ? values : null;
    }

    /** The ids of the subjects of a type that the directory has, in its order. */
    List<String> subjectIds(String type, Directory directory) {
        if (!isSubjectType(type)) {
            return List.of();
        }
        List<String> ids = new ArrayList<>();
        for (String name : mapping.isWorkload() ? directory.servicePrincipals().stream().map(Directory.ServicePrincipal::id).toList()
                : directory.users().stream().map(UserState::userPrincipalName).toList()) {
            Map<String, String> values = parsed(mapping.subject(), name);
            if (values == null) {
                continue;
            }
            String id = values.get("subject.id");
            if (id != null && !id.isEmpty() && type.equals(values.getOrDefault("subject.type", type))) {
                ids.add(id);
            }
        }
        return ids;
    }

    /**
     * The values of a placeholder of the first application template, for the applications of the directory that fit a question.
     *
     * @param wanted the placeholder, such as {@code resource.id}
     * @param given the values of others, such as {@code resource.type}
     */
    List<String> resourceValues(String wanted, Map<String, String> given, Directory directory) {
        if (!isResourceType(given.getOrDefault("resource.type", "")) || !isSubjectType(given.getOrDefault("subject.type", ""))) {
            return List.of();
        }
        Set<String> found = new LinkedHashSet<>();
        for (Directory.Application application : directory.declaredApplications()) {
            for (String name : new String[] {application.displayName(), application.appId()}) {
                Map<String, String> values = parsed(mapping.applications().get(0), name);
                if (values == null) {
                    continue;
                }
                String value = values.get(wanted);
                if (value != null && !value.isEmpty()
                        && values.entrySet().stream().allMatch(each -> each.getValue().equals(given.getOrDefault(each.getKey(),
                        each.getValue())))) {
                    found.add(value);
                    break;
                }
            }
        }
        return List.copyOf(found);
    }
}
