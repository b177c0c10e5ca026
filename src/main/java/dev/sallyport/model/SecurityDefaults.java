package dev.sallyport.model;

import dev.sallyport.diagnose.Position;

/**
 * Security defaults (SD-01).
 *
 * @param registrationGracePeriodDays {@code null} for what Microsoft does at the time of the request (SD-REG-03)
 */
public record SecurityDefaults(boolean isEnabled, Integer registrationGracePeriodDays, Position source) {

    /** Off. */
    public static final SecurityDefaults OFF = new SecurityDefaults(false, null, null);
}
