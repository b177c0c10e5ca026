package dev.sallyport.compile;

import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.SecurityAttributes;

/**
 * A filter by custom security attributes (CA-APP-20, CA-WID-02, AGT-03).
 *
 * @param excludes whether it excludes what it matches; otherwise it includes it
 * @param rule     the rule; {@code null} for one that does not parse: it includes everything and excludes nothing (CA-DEV-47)
 */
record AttributeFilter(boolean excludes, DeviceFilter rule) {

    boolean matches(SecurityAttributes attributes) {
        return rule == null ? !excludes : rule.matches(attributes);
    }
}
