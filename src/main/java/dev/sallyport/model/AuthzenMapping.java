package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import dev.sallyport.parse.Node;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the words of an AuthZEN request mean: how its subject, resource, action and context become the facts of a sign-in. The decision
 * point applies it; no policy knows it.
 *
 * @param subject the name of the user or service principal
 * @param isWorkload whether the subject is a service principal
 * @param applications the names of the applications that a request opens; the first one needs no optional property
 * @param subjectTypes the types of subjects; empty for every type
 * @param resourceTypes the types of resources; empty for every type
 * @param context the facts by the fields of a request, each with a constant or a template; {@code null} if the context of a request has
 *     the fields of a request itself
 * @param source the position of its declaration; {@code null} if not declared
 */
public record AuthzenMapping(Template subject, boolean isWorkload, List<Template> applications, List<String> subjectTypes,
        List<String> resourceTypes, Node.@Nullable Mapping context, @Nullable Position source) {

    /** A mapping that is not declared: {@code subject.id} names the user, {@code resource.id} the application. */
    public static final AuthzenMapping DEFAULT = new AuthzenMapping(Template.of("${subject.id}"), false,
            List.of(Template.of("${resource.id}")), List.of("user"), List.of(), null, null);

    /**
     * Text with placeholders, such as {@code ${resource.type}/${resource.id}}. Literals and placeholders alternate.
     *
     * @param literals the text before each placeholder and after the last one, so one more than {@code placeholders}
     * @param placeholders the paths, such as {@code resource.properties.status}
     */
    public record Template(List<String> literals, List<String> placeholders) {

        private static final String OPEN = "${";

        /**
         * Parses a template.
         *
         * @throws IllegalArgumentException if a placeholder is not closed
         */
        public static Template of(String text) {
            List<String> literals = new ArrayList<>();
            List<String> placeholders = new ArrayList<>();
            int from = 0;
            for (int at = text.indexOf(OPEN); at >= 0; at = text.indexOf(OPEN, from)) {
                int end = text.indexOf('}', at);
                if (end < 0) {
                    throw new IllegalArgumentException("a placeholder is not closed");
                }
                literals.add(text.substring(from, at));
                placeholders.add(text.substring(at + OPEN.length(), end));
                from = end + 1;
            }
            literals.add(text.substring(from));
            return new Template(List.copyOf(literals), List.copyOf(placeholders));
        }

        /** Whether the text is one placeholder and nothing else, so that its value may be of any type. */
        public boolean isPlaceholder() {
            return placeholders.size() == 1 && literals.stream().allMatch(String::isEmpty);
        }
    }
}
