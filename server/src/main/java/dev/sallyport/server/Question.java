package dev.sallyport.server;

import dev.sallyport.diagnose.Position;
import dev.sallyport.parse.Node;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of AuthZEN: may this subject do this action on this resource?
 *
 * @param subject the subject; its properties are not kept, because the directory knows the subject
 * @param action the action; its id is the name
 * @param resource the resource
 * @param context the context; {@code null} for none
 * @param position where it begins
 */
record Question(Entity subject, Entity action, Entity resource, Node.@Nullable Mapping context, Position position) {

    /**
     * A subject, resource or action.
     *
     * @param type the type; empty for an action
     * @param id the id, or the name of an action
     * @param properties the properties; {@code null} for none
     */
    record Entity(String type, String id, Node.@Nullable Mapping properties) { }

    /** The value of a placeholder, such as {@code resource.properties.status}; {@code null} if there is none. */
    @Nullable Node value(String placeholder) {
        return switch (placeholder) {
            case "subject.type" -> text(subject.type());
            case "subject.id" -> text(subject.id());
            case "resource.type" -> text(resource.type());
            case "resource.id" -> text(resource.id());
            case "action.name" -> text(action.id());
            default -> placeholder.startsWith("resource.properties.") ? below(resource.properties(), placeholder, 2)
                    : placeholder.startsWith("action.properties.") ? below(action.properties(), placeholder, 2)
                    : placeholder.startsWith("context.") ? below(context, placeholder, 1) : null;
        };
    }

    private Node text(String value) {
        return new Node.Scalar(position, value, Node.ScalarType.TEXT);
    }

    /** The value at a path of dots, without its first names. */
    private static @Nullable Node below(@Nullable Node start, String path, int skipped) {
        Node found = start;
        String[] names = path.split("\\.");
        for (int i = skipped; i < names.length; i++) {
            found = found instanceof Node.Mapping mapping ? mapping.get(names[i]) : null;
        }
        return found;
    }
}
