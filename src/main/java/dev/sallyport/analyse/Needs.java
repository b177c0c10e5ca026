package dev.sallyport.analyse;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.TransferMethod;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a control needs of the request itself, apart from what the user proves: a compliant device is there or not, and an approved app runs
 * on phones only.
 */
enum Needs {
    COMPLIANT(Axis.DEVICE, signal -> shown(signal) && ((Signal.Origin) signal).shown().isKnownCompliant()),
    JOINED(Axis.DEVICE, signal -> shown(signal) && ((Signal.Origin) signal).shown().isDomainJoined()),
    REGISTERED(Axis.DEVICE, Needs::shown),
    NO_DEVICE_CODE(Axis.DEVICE, signal -> ((Signal.Origin) signal).flow() != TransferMethod.DEVICE_CODE_FLOW),
    /** A device that renews a primary refresh token, whose age counts (SS-13). */
    RENEWING(Axis.DEVICE, signal -> shown(signal) && ((Signal.Origin) signal).shown().isJoined()),
    /** Where MFA is remembered, an app forgets it (RM-04). */
    BROWSER(Axis.CLIENT, signal -> ((Signal.Client) signal).type() == ClientAppType.BROWSER),
    PHONE(Axis.CLIENT, signal -> isPhone(((Signal.Client) signal).platform())),
    PROTECTABLE(Axis.CLIENT, signal -> {
        DevicePlatform platform = ((Signal.Client) signal).platform();
        return platform == null || platform == DevicePlatform.WINDOWS || isPhone(platform);
    });

    private final Axis axis;
    private final Predicate<Signal> test;

    Needs(Axis axis, Predicate<Signal> test) {
        this.axis = axis;
        this.test = test;
    }

    private static boolean shown(Signal signal) {
        return ((Signal.Origin) signal).shown() != null;
    }

    private static boolean isPhone(DevicePlatform platform) {
        return platform == DevicePlatform.ANDROID || platform == DevicePlatform.IOS;
    }

    Axis axis() {
        return axis;
    }

    boolean isMetBy(Signal signal) {
        return test.test(signal);
    }

    /** What a literal needs; without one of them it cannot be met. */
    static List<Needs> of(Literal literal) {
        if (!(literal instanceof Literal.Grant grant)) {
            return List.of();
        }
        return switch (grant.control().kind()) {
            case COMPLIANT_DEVICE -> List.of(COMPLIANT);
            case DOMAIN_JOINED_DEVICE -> List.of(JOINED);
            case APPROVED_APPLICATION -> List.of(PHONE, REGISTERED);
            case COMPLIANT_APPLICATION -> List.of(PROTECTABLE, NO_DEVICE_CODE);
            case TERMS_OF_USE -> grant.control().isPerDevice() ? List.of(REGISTERED) : List.of();
            default -> List.of();
        };
    }

    /** Whether a literal is met by what it needs, and the user does nothing for it. */
    static boolean suffice(Literal literal) {
        return literal instanceof Literal.Grant grant && switch (grant.control().kind()) {
            case COMPLIANT_DEVICE, DOMAIN_JOINED_DEVICE -> true;
            default -> false;
        };
    }

    /** What the controls of a world need, so that no class of values mixes those with and without it. */
    static List<Needs> splitters(World world) {
        Set<Needs> needed = new LinkedHashSet<>();
        world.forEachControl(control -> needed.addAll(of(new Literal.Grant(control, false))));
        world.scopes.forEach(scope -> scope.grant().operands().forEach(control -> needed.addAll(of(new Literal.Grant(control, false)))));
        return List.copyOf(needed);
    }

    /** A source that asks nothing, so that no class of values mixes those with and without this. */
    Source splitter() {
        return new Source(name(), 0, null, Source.Reading.of(0), Map.of(axis, test), List.of());
    }
}
