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
 * @param name       what people call it: the id of the policy, or the rule
 * @param policy     the policy; {@code null} for another rule
 * @param action     the action that its conditions are compared with, as {@link CompiledPolicy} numbers them
 * @param seesDevice whether its device conditions look at the device, and do not take it for an unregistered one
 * @param narrower   what else has to hold, by dimension
 * @param demands    what it asks of which people; each of them is in one demand at most
 */
record Source(String name, @Nullable CompiledPolicy policy, int action, boolean seesDevice, Map<Axis, Predicate<Signal>> narrower,
        List<Demand> demands) {

    /**
     * What is asked of some people.
     *
     * @param requirement the number of a requirement
     * @param gap         its value for gaps
     * @param people      the people, as bits
     */
    record Demand(int requirement, int gap, long[] people) { }

    /** A rule beside policies. */
    static Source rule(String name, Map<Axis, Predicate<Signal>> narrower, List<Demand> demands) {
        return new Source(name, null, 0, true, narrower, demands);
    }

    /** These conditions and one more. */
    static Map<Axis, Predicate<Signal>> and(Map<Axis, Predicate<Signal>> before, Axis axis, Predicate<Signal> more) {
        Map<Axis, Predicate<Signal>> both = new EnumMap<>(Axis.class);
        both.putAll(before);
        both.merge(axis, more, Predicate::and);
        return both;
    }
}
