package dev.sallyport.model;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device of the directory, or what a request says about its device. Properties have the names of device filter rules (CA-DEV-20 to
 * CA-DEV-32).
 *
 * <p>A property that a request leaves out is null in Entra (CA-DEV-04), and unknown in strict mode; {@code ""} means known to be empty. A
 * device of the directory has exactly the properties that the directory lists.
 *
 * @param deviceId the device id; {@code null} if not registered or unknown
 * @param displayName the name; {@code null} if unknown
 * @param isCompliant whether Intune found it compliant; {@code null} if unknown
 * @param isManaged whether Intune manages it (CA-DEV-05); {@code null} if unknown
 * @param trustType {@code AzureAD} (joined), {@code ServerAD} (hybrid joined) or {@code Workplace} (registered) (CA-DEV-31); {@code null}
 *     if unknown
 * @param texts every text property by its canonical name, including those above; booleans as {@code True} and {@code False}
 * @param collections the elements of {@code physicalIds} and {@code systemLabels}
 */
public record Device(@Nullable String deviceId, @Nullable String displayName, @Nullable Boolean isCompliant, @Nullable Boolean isManaged,
        @Nullable String trustType, Map<String, String> texts, Map<String, List<String>> collections) {

    public Device {
        texts = copy(texts);
        collections = copy(collections);
    }

    /**
     * A copy that nobody can change. One that is {@code null}, or has a value that is, is left for the evaluation to refuse (attack 94).
     */
    private static <T> @Nullable Map<String, T> copy(@Nullable Map<String, T> map) {
        try {
            return map == null ? null : Map.copyOf(map);
        } catch (NullPointerException e) {
            return Collections.unmodifiableMap(new HashMap<>(map));
        }
    }

    /** Whether the device is registered; without an id or a trust type it is not (CA-DEV-03). */
    public boolean isRegistered() {
        return deviceId != null && !deviceId.isBlank() || trustType != null && !trustType.isBlank();
    }

    /** Whether it is known to be compliant (GR-CTL-04). */
    public boolean isKnownCompliant() {
        return Boolean.TRUE.equals(isCompliant);
    }

    /**
     * Whether it is known to be managed, compliant or hybrid joined, so that Entra reads its extension attributes (CA-DEV-05, CA-DEV-06).
     */
    public boolean hasReadableExtensionAttributes() {
        return Boolean.TRUE.equals(isManaged) || isKnownCompliant() || isDomainJoined();
    }

    /** Whether the device is joined, hybrid or not, and so has a primary refresh token that unlocking renews (SS-13). */
    public boolean isJoined() {
        return isDomainJoined() || WellKnown.isSame("AzureAD", trustType);
    }

    /** Whether the device is hybrid joined (GR-CTL-05). */
    public boolean isDomainJoined() {
        return WellKnown.isSame("ServerAD", trustType);
    }
}
