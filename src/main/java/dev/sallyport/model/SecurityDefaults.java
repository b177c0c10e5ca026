package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import org.jspecify.annotations.Nullable;

/**
 * Security defaults (SD-01).
 *
 * @param isEnabled whether they are enabled
 * @param registrationGracePeriodDays the number of days for which registration may be postponed (SD-REG-02); {@code null} for what
 *     Microsoft does at the time of the request (SD-REG-03)
 * @param source the position of its declaration; {@code null} if not declared
 */
public record SecurityDefaults(boolean isEnabled, @Nullable Integer registrationGracePeriodDays, @Nullable Position source) {

    /** Security defaults that are not declared: disabled. */
    public static final SecurityDefaults OFF = new SecurityDefaults(false, null, null);
}
