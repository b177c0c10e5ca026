package dev.sallyport.analyse;

import dev.sallyport.analyse.Source.Reading;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A part of the requests that a policy is about, in which each person is asked the same by it.
 *
 * @param narrower          what holds in this part, by dimension
 * @param whose             the people whom it is about
 * @param reading           how the conditions of the policy read a request
 * @param hasDevice         whether the device is registered, as terms of use may ask (GR-CTL-26)
 * @param isOverActiveSync  whether the client is Exchange ActiveSync and shows its device (AMB-59)
 * @param isWithoutPosition whether Authenticator does not tell the position that a policy asks for, which blocks (CA-LOC-17)
 */
record Facet(Map<Axis, Predicate<Signal>> narrower, Predicate<Profile> whose, Reading reading, boolean hasDevice,
        boolean isOverActiveSync, boolean isWithoutPosition) {

    boolean isExempt() {
        return reading.isExempt();
    }

    private Facet where(Axis axis, Predicate<Signal> holds) {
        return new Facet(Source.and(narrower, axis, holds), whose, reading, hasDevice, isOverActiveSync, isWithoutPosition);
    }

    /** Everything that a view is about. */
    static Facet of(Map<Axis, Predicate<Signal>> narrower, int action) {
        return new Facet(narrower, profile -> true, Reading.of(action), false, false, false);
    }

    /** The parts for those whose device the tenant looks at, and for the others. */
    List<Facet> byVisibility() {
        return List.of(seeing(true), seeing(false));
    }

    private Facet seeing(boolean sees) {
        return new Facet(narrower, whose.and(profile -> profile.hidesDevice() != sees), new Reading(reading.action(), sees,
                reading.isInBrowser(), reading.isExempt(), reading.stepsUp()), hasDevice, isOverActiveSync, isWithoutPosition);
    }

    /** The parts with and without a registered device. */
    List<Facet> byDevice() {
        if (!reading.seesDevice()) {
            return List.of(this);
        }
        Predicate<Signal> shown = signal -> ((Signal.Origin) signal).shown() != null;
        Facet with = where(Axis.DEVICE, shown);
        return List.of(where(Axis.DEVICE, shown.negate()), new Facet(with.narrower, whose, reading, true, isOverActiveSync,
                isWithoutPosition));
    }

    /** The parts with and without a position by Authenticator. */
    List<Facet> byPosition() {
        Predicate<Signal> told = signal -> ((Signal.Place) signal).gps() != null;
        Facet without = where(Axis.LOCATION, told.negate());
        return List.of(where(Axis.LOCATION, told), new Facet(without.narrower, whose, reading, hasDevice, isOverActiveSync, true));
    }

    /** The parts of the applications that are exempt from the control on compliant devices, and of the others. */
    List<Facet> byExemption(Predicate<Signal> exempt) {
        Facet within = where(Axis.APPLICATION, exempt);
        return List.of(where(Axis.APPLICATION, exempt.negate()), new Facet(within.narrower, whose, new Reading(reading.action(),
                reading.seesDevice(), reading.isInBrowser(), true, reading.stepsUp()), hasDevice, isOverActiveSync, isWithoutPosition));
    }

    /** The parts of Exchange ActiveSync, and of other clients. */
    List<Facet> byActiveSync() {
        Predicate<Signal> own = signal -> ((Signal.Client) signal).isActiveSync();
        Facet within = where(Axis.CLIENT, own);
        return List.of(where(Axis.CLIENT, own.negate()), new Facet(within.narrower, whose, reading, hasDevice, true, isWithoutPosition));
    }

    /** The parts of browsers, and of other clients. */
    List<Facet> byBrowser() {
        Predicate<Signal> own = signal -> ((Signal.Client) signal).isBrowser();
        Facet within = where(Axis.CLIENT, own);
        return List.of(where(Axis.CLIENT, own.negate()), new Facet(within.narrower, whose, new Reading(reading.action(),
                reading.seesDevice(), true, reading.isExempt(), reading.stepsUp()), hasDevice, isOverActiveSync, isWithoutPosition));
    }

    /** The parts without and with an authentication context, where a request may name no application (CA-ACX-04). */
    List<Facet> byContext() {
        Predicate<Signal> stepsUp = signal -> ((Signal.Context) signal).number() != 0;
        Facet within = where(Axis.AUTHENTICATION_CONTEXT, stepsUp);
        return List.of(where(Axis.AUTHENTICATION_CONTEXT, stepsUp.negate()), new Facet(within.narrower, whose, new Reading(reading.action(),
                reading.seesDevice(), reading.isInBrowser(), reading.isExempt(), true), hasDevice, isOverActiveSync, isWithoutPosition));
    }

    /** The part of a kind of service principal, without the applications that are beyond policies for it (AGT-05). */
    Facet within(Profile.Principal principal, Predicate<Signal> policies) {
        Facet within = where(Axis.APPLICATION, policies);
        return new Facet(within.narrower, whose.and(profile -> profile.key.principal() == principal), reading, hasDevice, isOverActiveSync,
                isWithoutPosition);
    }
}
