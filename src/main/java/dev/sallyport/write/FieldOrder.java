package dev.sallyport.write;

import dev.sallyport.read.Shape;
import dev.sallyport.read.Shape.Type;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** The order in which the fields of an object are written: that of its shape; others behind, as they stand. */
final class FieldOrder {

    private FieldOrder() { }

    static <T> List<T> sorted(List<T> fields, Function<T, String> name, Shape shape) {
        return fields.stream().sorted(by(name, shape)).toList();
    }

    static <T> Comparator<T> by(Function<T, String> name, Shape shape) {
        List<String> order = (shape.type() == Type.OPEN ? Set.<String>of() : shape.fields().keySet()).stream()
                .map(each -> each.toLowerCase(Locale.ROOT)).toList();
        return Comparator.comparingInt(field -> {
            int at = order.indexOf(name.apply(field).toLowerCase(Locale.ROOT));
            return name.apply(field).equals("kind") ? -1 : at < 0 ? order.size() : at;
        });
    }
}
