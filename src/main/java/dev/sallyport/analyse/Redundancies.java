package dev.sallyport.analyse;

import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Decision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which policies of a set decide nothing, and which contradict others. Every enabled policy is either idle or needed, apart from those that
 * {@link #notes} names.
 *
 * @param idle      the policies that no decision depends on
 * @param conflicts the demands that others overrule, or that cannot be met
 * @param needed    the policies that some decision depends on
 * @param notes     what the analysis approximates or leaves out, a sentence each
 * @param faults    policies that the evaluator does not confirm to be needed, with both answers; that is a fault of the analysis
 */
public record Redundancies(List<Idle> idle, List<Conflict> conflicts, List<Needed> needed, List<String> notes, List<String> faults) {

    /** Why no decision depends on a policy. */
    public enum Reason {
        /** It is disabled. */
        DISABLED("disabled"),
        /** It is about no user, not even one who could exist. */
        NO_USER("noUser"),
        /** It is about no application, action or authentication context. */
        NO_APPLICATION("noApplication"),
        /** No request meets all of its conditions. */
        CONTRADICTORY_CONDITIONS("contradictoryConditions"),
        /** It applies, and has no controls that ask for anything. */
        ASKS_NOTHING("asksNothing"),
        /** Wherever it applies, others block. */
        BLOCKED("blocked"),
        /** Wherever it applies, others ask at least as much. */
        SHADOWED("shadowed");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** The word in output, such as {@code shadowed}. */
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * A policy that no decision depends on.
     *
     * @param policy the id of the policy
     * @param reason why
     * @param conditions the conditions that contradict each other, such as {@code location}; empty for another reason
     * @param by the policies and rules that make it superfluous; empty if it never applies
     * @param isRemovable whether it belongs to the policies that can be removed together; those of {@code by} stay then. Otherwise it can
     *     be removed alone
     * @param hasSessionControlsOnly whether the policy asks for session controls only
     * @param source the position of the policy
     */
    public record Idle(String policy, Reason reason, List<String> conditions, List<By> by, boolean isRemovable,
            boolean hasSessionControlsOnly, @Nullable Position source) { }

    /**
     * What makes another policy superfluous.
     *
     * @param rule   the id of a policy, or the name of another rule, such as {@code per-user MFA}
     * @param source the position of the policy; {@code null} for another rule
     */
    public record By(String rule, @Nullable Position source) { }

    /**
     * A demand that is overruled, or that cannot be met.
     *
     * @param policy the id of the policy
     * @param other  the id of the policy that overrules it; {@code null} if no request can meet the policy
     * @param control what is demanded, such as {@code persistentBrowser always} or {@code compliantDevice}
     * @param source the position of the policy
     */
    public record Conflict(String policy, @Nullable String other, String control, @Nullable Position source) { }

    /**
     * A policy that some decision depends on.
     *
     * @param policy the id of the policy
     * @param who who asks in the witness: a user principal name, or what policies know a user who could exist by
     * @param witness a request with its decision; if its user is not in the directory, the policy changes nothing for the users of today
     * @param without the decision without the policy
     */
    public record Needed(String policy, String who, Witness witness, Decision without) { }
}
