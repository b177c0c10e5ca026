package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.UnknownSignals;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What an analysis approximates or leaves out, a sentence each. */
final class Notes {

    private final PolicyEngine engine;
    private final List<String> notes = new ArrayList<>();

    Notes(PolicyEngine engine) {
        this.engine = engine;
    }

    Notes add(boolean holds, String note) {
        if (holds) {
            notes.add(note);
        }
        return this;
    }

    /** Whether a test holds for an enabled policy. */
    boolean any(Predicate<ConditionalAccessPolicy> test) {
        return engine.policySet().policies().stream().anyMatch(policy -> policy.state() == PolicyState.ENABLED && test.test(policy));
    }

    /**
     * What every analysis approximates.
     *
     * @param withReportOnly whether report-only policies count
     * @param isAnybody      whether people who could exist are asked
     * @param maybe          the policies that do not count, because they may apply to less than they seem to
     * @param hasDefaults    whether security defaults count
     */
    Notes usual(boolean withReportOnly, boolean isAnybody, List<ConditionalAccessPolicy> maybe, boolean hasDefaults) {
        long reporting = engine.policySet().policies().stream().filter(policy -> policy.state() == PolicyState.REPORT_ONLY).count();
        return add(reporting > 0 && !withReportOnly, "report-only policies do not count: " + reporting)
                .add(!maybe.isEmpty(), "policies with a condition that is not evaluated do not count as protection: "
                        + String.join(", ", maybe.stream().map(ConditionalAccessPolicy::id).toList()))
                .add(any(policy -> policy.conditions().times() != null),
                        "conditions on times are analysed from now on, a week from now and from each end of their ranges")
                .add(any(policy -> policy.conditions().applications().filter() != null),
                        "filters for applications are analysed with the applications of the directory")
                .add(hasDefaults, "security defaults count as asking for MFA wherever Microsoft may (SD-MFA-03)")
                .add(isAnybody, "people have at most two of the names that policies exclude")
                .add(engine.policySet().evaluationSettings().unknownSignals() == UnknownSignals.STRICT,
                        "absent signals count as Entra takes them, and not as strict mode does");
    }

    List<String> all() {
        return List.copyOf(notes);
    }
}
