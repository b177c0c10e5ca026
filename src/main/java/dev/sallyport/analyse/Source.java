package dev.sallyport.analyse;

import dev.sallyport.compile.CompiledPolicy;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What may ask something of a request: a policy, or another rule of the engine with the same shape. A policy may be several sources, which
 * share its conditions and have narrower ones beside.
 *
 * @param name     what people call it: the id of the policy, or the rule
 * @param view     the number of the view whose policy or rule it is
 * @param policy   the policy; {@code null} for another rule
 * @param reading  how its conditions read a request
 * @param narrower what else has to hold, by dimension
 * @param demands  what it asks of which people; each of them is in one demand at most
 */
record Source(String name, int view, @Nullable CompiledPolicy policy, Reading reading, Map<Axis, Predicate<Signal>> narrower,
        List<Demand> demands) {

    /**
     * How conditions read a request.
     *
     * @param action      the action that they are compared with, as {@link CompiledPolicy} numbers them
     * @param seesDevice  whether device conditions look at the device, and do not take it for an unregistered one
     * @param isInBrowser whether scopes of sign-in alone are those of a confidential client (CA-APP-17)
     * @param isExempt    whether the application is exempt from the control on compliant devices (DEC-06)
     * @param stepsUp     whether the request carries an authentication context, and so may name no application (CA-ACX-04)
     */
    record Reading(int action, boolean seesDevice, boolean isInBrowser, boolean isExempt, boolean stepsUp) {

        /** How the conditions of a whole policy read requests for an action. */
        static Reading of(int action) {
            return new Reading(action, true, false, false, false);
        }
    }

    /**
     * What is asked of some people.
     *
     * @param requirement the number of a requirement
     * @param gap         its value for gaps
     * @param guard       the number of the requirement without which it refuses to register in the middle of the request (REG-41)
     * @param prompt      the number of what of the requirement asks to register, {@link Requirements#BLOCK} where that opens nothing
     * @param people      the people, as bits
     */
    record Demand(int requirement, int gap, int guard, int prompt, long[] people) {

        /** What asks nothing. */
        static Demand nothing(long[] people) {
            return new Demand(Requirements.NOTHING, 0, Requirements.NOTHING, Requirements.NOTHING, people);
        }
    }

    /** These conditions and one more. */
    static Map<Axis, Predicate<Signal>> and(Map<Axis, Predicate<Signal>> before, Axis axis, Predicate<Signal> more) {
        Map<Axis, Predicate<Signal>> both = new EnumMap<>(Axis.class);
        both.putAll(before);
        both.merge(axis, more, Predicate::and);
        return both;
    }
}
