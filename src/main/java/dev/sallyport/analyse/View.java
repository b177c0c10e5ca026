package dev.sallyport.analyse;

import dev.sallyport.compile.SignInFact;
import dev.sallyport.model.MfaSettings;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The policies of a world in an era, in which nothing but conditions on times depends on the time.
 *
 * @param world    the world at the beginning of the era
 * @param fact     takes what conditions look at
 * @param when     the times of the era; empty if there is one era
 * @param profiles the people by what they have in common
 */
record View(World world, SignInFact fact, Map<Axis, Predicate<Signal>> when, List<Profile> profiles) {

    /** These conditions, in the era. */
    Map<Axis, Predicate<Signal>> during(Map<Axis, Predicate<Signal>> where) {
        return when.isEmpty() ? where : Source.and(where, Axis.TIME, when.get(Axis.TIME));
    }

    /** Whether a place counts as an MFA trusted IP (TI-01, CA-LOC-18). */
    static boolean isTrustedIp(World world, Signal.Place place) {
        MfaSettings settings = world.set.mfaSettings();
        return place.isInside() && settings.skipMfaForFederatedIntranet() || place.address() != null && place.address().isPublic()
                && settings.trustedIps().stream().anyMatch(range -> range.contains(place.address()));
    }
}
