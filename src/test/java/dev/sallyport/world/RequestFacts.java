package dev.sallyport.world;

import dev.sallyport.Device;
import dev.sallyport.Registration;
import dev.sallyport.Request;
import dev.sallyport.SignIn;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The facts of a request: the components of its records, found by reflection, so that none is forgotten that is added one day. A fact is named
 * by its path, such as {@code session.isInteractive}; each property of a device is one.
 */
public final class RequestFacts {

    private RequestFacts() { }

    /** The paths of all facts that there are, but for the properties of devices, which are whatever they are. */
    public static List<String> all() {
        List<String> paths = new ArrayList<>(List.of("method", "displayName"));
        declared("", SignIn.class, paths);
        return paths;
    }

    private static void declared(String prefix, Class<?> type, List<String> paths) {
        for (RecordComponent component : type.getRecordComponents()) {
            paths.add(prefix + component.getName());
            if (component.getType().isRecord()) {
                declared(prefix + component.getName() + ".", component.getType(), paths);
            }
        }
    }

    /** The paths of the facts that a request gives. */
    public static List<String> of(Request request) {
        List<String> paths = new ArrayList<>();
        if (request instanceof Registration registration) {
            given("method", registration.method(), paths);
            given("displayName", registration.displayName(), paths);
        }
        components("", request.signIn(), paths);
        return paths;
    }

    private static void components(String prefix, Record record, List<String> paths) {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            given(prefix + component.getName(), value(component, record), paths);
        }
    }

    private static void given(String path, Object value, List<String> paths) {
        if (value == null || value instanceof List<?> list && list.isEmpty()) {
            return;
        }
        if (value instanceof Map<?, ?> map) {
            map.keySet().stream().map(Object::toString).sorted().forEach(key -> paths.add(path + "." + key));
            return;
        }
        paths.add(path);
        if (value instanceof Record record) {
            components(path + ".", record, paths);
        }
    }

    /** A request without one of the facts that it gives. */
    public static Request without(Request request, String path) {
        if (request instanceof Registration registration) {
            return switch (path) {
                case "method" -> new Registration(registration.signIn(), null, registration.displayName());
                case "displayName" -> new Registration(registration.signIn(), registration.method(), null);
                default -> new Registration((SignIn) without(registration.signIn(), path.split("\\.")), registration.method(), registration.displayName());
            };
        }
        return (SignIn) without(request.signIn(), path.split("\\."));
    }

    private static Record without(Record record, String... path) {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            Object value = value(components[i], record);
            boolean meant = components[i].getName().equals(path[0]);
            boolean alsoText = record instanceof Device && components[i].getName().equals("texts") && path.length == 1;
            if (meant && path.length == 1) {
                values[i] = absent(components[i].getType());
            } else if (meant && value instanceof Map<?, ?> map) {
                values[i] = without(map, path[1]);
            } else if (meant) {
                values[i] = without((Record) value, Arrays.copyOfRange(path, 1, path.length));
            } else {
                values[i] = alsoText ? without((Map<?, ?>) value, path[0]) : value;      // what a device says of itself as a property too
            }
        }
        return make(record.getClass(), values);
    }

    private static Map<?, ?> without(Map<?, ?> map, String key) {
        Map<Object, Object> left = new HashMap<>(map);
        left.remove(key);
        return left;
    }

    /** What stands for a fact that is absent. */
    private static Object absent(Class<?> type) {
        if (type == List.class) {
            return List.of();
        }
        if (type == Map.class) {
            return new TreeMap<>();
        }
        if (!type.isRecord() || type == Device.class || type == SignIn.Gps.class) {
            return null;
        }
        return make(type, Arrays.stream(type.getRecordComponents()).map(component -> absent(component.getType())).toArray());
    }

    private static Object value(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Record make(Class<?> type, Object[] values) {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new);
            return (Record) type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
