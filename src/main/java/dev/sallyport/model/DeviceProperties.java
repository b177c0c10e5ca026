package dev.sallyport.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a device, as filter rules see them.
 *
 * @param device the device; {@code null} for an unregistered one, which has no properties (CA-DEV-03)
 */
public record DeviceProperties(@Nullable Device device) implements DeviceFilter.Properties {

    private static final DeviceProperties UNREGISTERED = new DeviceProperties(null);

    /** The properties of a device; {@code null} is an unregistered one. */
    public static DeviceProperties of(@Nullable Device device) {
        return device == null ? UNREGISTERED : new DeviceProperties(device);
    }

    /** Whether a device has every property that a rule reads; an empty value counts. */
    public static boolean tell(Device device, DeviceFilter filter) {
        for (String property : filter.properties()) {
            boolean extension = property.startsWith("extensionAttribute");
            boolean readable = device.hasReadableExtensionAttributes() || device.isManaged() != null && device.isCompliant() != null
                    && device.trustType() != null;
            if (!device.texts().containsKey(property) && !device.collections().containsKey(property) || extension && !readable) {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable String text(String name) {
        return device == null ? null : device.texts().get(name);
    }

    @Override
    public @Nullable List<String> texts(String name) {
        return device == null ? null : device.collections().get(name);
    }

    @Override
    public boolean isRegistered() {
        return device != null;
    }

    /** Whether the device is managed, compliant or hybrid joined, so that Entra reads its extension attributes (CA-DEV-05). */
    @Override
    public boolean extensionAttributesAvailable() {
        return device != null && device.hasReadableExtensionAttributes();
    }
}
