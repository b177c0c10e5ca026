package dev.sallyport.model;

import java.util.List;
import java.util.Map;

/**
 * The custom security attributes of an application's service principal that are text; only these count in filters (CA-APP-20).
 *
 * @param texts       attributes of one value, by {@code set_attribute} in lower case
 * @param collections attributes of several values, by the same name
 */
public record SecurityAttributes(Map<String, String> texts, Map<String, List<String>> collections) implements DeviceFilter.Properties {

    /** Of an application without any, and of one that the tenant does not know. */
    public static final SecurityAttributes NONE = new SecurityAttributes(Map.of(), Map.of());

    /** Copies what it is given. */
    public SecurityAttributes {
        texts = Map.copyOf(texts);
        collections = Map.copyOf(collections);
    }

    @Override
    public String text(String name) {
        return texts.get(name);
    }

    @Override
    public List<String> texts(String name) {
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
