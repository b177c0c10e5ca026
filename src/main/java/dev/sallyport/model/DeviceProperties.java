package dev.sallyport.model;

import java.util.List;

/** A device as filter rules see it; an unregistered one has no properties (CA-DEV-03). */
public record DeviceProperties(Device device) implements DeviceFilter.Properties {

    private static final DeviceProperties UNREGISTERED = new DeviceProperties(null);

    /** The properties of a device; {@code null} is an unregistered one. */
    public static DeviceProperties of(Device device) {
        return device == null ? UNREGISTERED : new DeviceProperties(device);
    }

    /** Whether a device says all that a rule reads, be it that a property is empty. */
    public static boolean tell(Device device, DeviceFilter filter) {
        for (String property : filter.properties()) {
            boolean extension = property.startsWith("extensionAttribute");
            boolean readable = device.hasReadableExtensionAttributes() || device.isManaged() != null && device.isCompliant() != null && device.trustType() != null;
            if (!device.texts().containsKey(property) && !device.collections().containsKey(property) || extension && !readable) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String text(String name) {
        return device.texts().get(name);
    }

    @Override
    public List<String> texts(String name) {
        return device.collections().get(name);
    }

    @Override
    public boolean isRegistered() {
        return device != null;
    }

    /** CA-DEV-05. */
    @Override
    public boolean extensionAttributesAvailable() {
        return device != null && device.hasReadableExtensionAttributes();
    }
}
