package dev.sallyport.read;

import dev.sallyport.model.GraphEnum;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a value may be: its type, the values of a choice, the fields of an object in their canonical order. The readers take the
 * same fields; a test asks them for each object which fields they know.
 *
 * @param values   the only texts allowed, or none for any
 * @param fields   the fields of an object
 * @param items    what a list holds
 * @param orText   whether one value may stand for it: text joined by commas or one object for a list, a text for an object, of
 *     {@code values} if there are any
 * @param refersTo what a text names, or {@code null}
 * @param required fields that have to be there
 * @param min      the least number
 * @param max      the greatest number
 */
public record Shape(Type type, List<String> values, Map<String, Shape> fields, Shape items, boolean orText, Target refersTo,
        Set<String> required,
        int min, int max, String description) {

    /** The types of values; {@link #OPEN} is an object whose keys are the author's own, or just their order when it has fields. */
    public enum Type { TEXT, BOOLEAN, INTEGER, DATE_TIME, OBJECT, LIST, OPEN, ANY }

    /** What references name. */
    public enum Target { USER, GROUP, ROLE, APPLICATION, LOCATION, SERVICE_PRINCIPAL, TERMS_OF_USE, STRENGTH }

    /** A field of an object; a list of them is easier to read than a map. */
    public record Field(String name, Shape shape) { }

    private static Shape of(Type type) {
        return new Shape(type, List.of(), Map.of(), null, false, null, Set.of(), 0, 0, null);
    }

    public static Shape text() {
        return of(Type.TEXT);
    }

    public static Shape bool() {
        return of(Type.BOOLEAN);
    }

    public static Shape dateTime() {
        return of(Type.DATE_TIME);
    }

    public static Shape any() {
        return of(Type.ANY);
    }

    public static Shape integer(int min, int max) {
        return new Shape(Type.INTEGER, List.of(), Map.of(), null, false, null, Set.of(), min, max, null);
    }

    public static Shape oneOf(String... values) {
        return new Shape(Type.TEXT, List.of(values), Map.of(), null, false, null, Set.of(), 0, 0, null);
    }

    public static <E extends Enum<E> & GraphEnum> Shape oneOf(Class<E> type) {
        return oneOf(Arrays.stream(type.getEnumConstants()).map(GraphEnum::graphName).toArray(String[]::new));
    }

    public static Shape nameOf(Target target) {
        return new Shape(Type.TEXT, List.of(), Map.of(), null, false, target, Set.of(), 0, 0, null);
    }

    public static Shape list(Shape items) {
        return new Shape(Type.LIST, List.of(), Map.of(), items, false, null, Set.of(), 0, 0, null);
    }

    public static Shape open(Shape values) {
        return new Shape(Type.OPEN, List.of(), Map.of(), values, false, null, Set.of(), 0, 0, null);
    }

    public static Shape object(Field... fields) {
        Map<String, Shape> byName = new LinkedHashMap<>();
        for (Field field : fields) {
            byName.put(field.name(), field.shape());
        }
        return new Shape(Type.OBJECT, List.of(), java.util.Collections.unmodifiableMap(byName), null, false, null, Set.of(), 0, 0, null);
    }

    /** An object whose fields stay in the order in which they are written. */
    public static Shape inAnyOrder(Field... fields) {
        return new Shape(Type.OPEN, List.of(), object(fields).fields, null, false, null, Set.of(), 0, 0, null);
    }

    public static Field field(String name, Shape shape) {
        return new Field(name, shape);
    }

    public static Field field(String name, Shape shape, String description) {
        return new Field(name, new Shape(shape.type, shape.values, shape.fields, shape.items, shape.orText, shape.refersTo, shape.required,
                shape.min, shape.max,
                description));
    }

    public Shape orOne() {
        return new Shape(type, values, fields, items, true, refersTo, required, min, max, description);
    }

    public Shape with(String... names) {
        return new Shape(type, values, fields, items, orText, refersTo, Set.of(names), min, max, description);
    }

    /** The same object with more fields in front. */
    public Shape after(Field... first) {
        Map<String, Shape> all = new LinkedHashMap<>(object(first).fields);
        all.putAll(fields);
        return new Shape(type, values, java.util.Collections.unmodifiableMap(all), items, orText, refersTo, required, min, max,
                description);
    }

    /** The field of this name in any case, or {@code null}. */
    public Shape field(String name) {
        Shape exact = fields.get(name);
        if (exact != null || type == Type.OPEN) {
            return exact != null ? exact : items;
        }
        for (Map.Entry<String, Shape> field : fields.entrySet()) {
            if (field.getKey().equalsIgnoreCase(name)) {
                return field.getValue();
            }
        }
        return null;
    }
}
