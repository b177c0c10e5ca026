package dev.sallyport.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The custom security attributes of a service principal that are text; only these count in filters (CA-APP-20).
 *
 * @param texts the attributes with one value, by {@code set_attribute} in lower case
 * @param collections the attributes with several values, by {@code set_attribute} in lower case
 */
public record SecurityAttributes(Map<String, String> texts, Map<String, List<String>> collections) implements DeviceFilter.Properties {

    /** No attributes; also those of an application that the tenant does not know. */
    public static final SecurityAttributes NONE = new SecurityAttributes(Map.of(), Map.of());

    /** Copies the maps. */
    public SecurityAttributes {
        texts = Map.copyOf(texts);
        collections = Map.copyOf(collections);
    }

    @Override
    public @Nullable String text(String name) {
        return texts.get(name);
    }

    @Override
    public @Nullable List<String> texts(String name) {
        return collections.get(name);
    }

    @Override
    public boolean isRegistered() {
        return true;
    }

    @Override
    public boolean extensionAttributesAvailable() {
        return true;
    }
}
