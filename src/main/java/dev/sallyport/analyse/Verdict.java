package dev.sallyport.analyse;

import dev.sallyport.analyse.Gap.Crowd;
import dev.sallyport.analyse.Gap.Range;
import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.analyse.Invariants.Invariant;
import dev.sallyport.diagnose.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an invariant holds.
 *
 * @param invariant the invariant
 * @param answers for the users of the directory, if it has any, and for users who could exist
 */
public record Verdict(Invariant invariant, List<Answer> answers) {

    /** Whether it is proved for the users of the directory and for users who could exist. */
    public boolean isProved() {
        return answers.stream().allMatch(answer -> answer.counterexamples().isEmpty());
    }

    /**
     * The answer for some people.
     *
     * @param isAnybody whether these are users who could exist: a member behind every name. Otherwise they are those of the directory
     * @param people the number of people in the box; of users who could exist, the number of kinds of them
     * @param counterexamples requests for which the invariant does not hold; empty if it is proved. An invariant has one per kind of
     *     request at most, and with {@code each: exclusion} one per exclusion and kind
     */
    public record Answer(boolean isAnybody, int people, List<Counterexample> counterexamples) { }

    /**
     * Requests for which an invariant does not hold, and one of them.
     *
     * @param kind the kind of request
     * @param people the people; the invariant holds at none of the requests for any of them
     * @param box the values of each dimension that the requests do not wholly cover
     * @param exclusion the exclusion that has no fallback; {@code null} for an invariant about a box
     * @param isRegistering whether the user of the witness registers a method first
     * @param witness one of the requests, with the least that the policies ask for
     */
    public record Counterexample(Kind kind, Crowd people, List<Range> box, @Nullable Exclusion exclusion, boolean isRegistering,
            Witness witness) { }

    /**
     * An exclusion of a policy.
     *
     * @param policy the id of the policy
     * @param condition the condition, such as {@code excludeGroups}
     * @param value what it excludes
     * @param source the position of the value
     */
    public record Exclusion(String policy, String condition, String value, Position source) { }
}
