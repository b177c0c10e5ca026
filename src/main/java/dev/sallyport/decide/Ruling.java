package dev.sallyport.decide;

import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision.RegistrationPrompt;
import dev.sallyport.model.Decision.SessionControls;
import dev.sallyport.model.Decision.StateChange;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import java.util.List;

/**
 * What an evaluator decides; the same for both.
 *
 * @param policies the ids of the policies that brought it about, sorted
 * @param notes    what was left out of the evaluation of the policies that applied (CA-SET-10)
 */
public record Ruling(Outcome outcome, ReasonCode reason, List<String> policies, Integer errorCode, List<String> requiredControls,
        RegistrationPrompt registration, SessionControls sessionControls, StateChange stateChange, List<String> notes) {

    private static final Ruling NOTHING_ASKED = new Ruling(Outcome.ALLOW, ReasonCode.NO_POLICY_APPLIES, List.of(), 0, List.of(), null,
            SessionControls.NONE, null, List.of());
    private static final Ruling SATISFIED = new Ruling(Outcome.ALLOW, ReasonCode.SATISFIED, List.of(), 0, List.of(), null,
            SessionControls.NONE, null, List.of());

    static Ruling allow(ReasonCode reason, SessionControls sessionControls, RegistrationPrompt registration, StateChange stateChange) {
        if (sessionControls == SessionControls.NONE && registration == null && stateChange == null) {
            switch (reason) {
                case SATISFIED:
                    return SATISFIED;
                case NO_POLICY_APPLIES:
                    return NOTHING_ASKED;
                default:
            }
        }
        return new Ruling(Outcome.ALLOW, reason, List.of(), 0, List.of(), registration, sessionControls, stateChange, List.of());
    }

    static Ruling block(ReasonCode reason, Integer errorCode, List<String> policies) {
        return new Ruling(Outcome.BLOCK, reason, policies, errorCode, List.of(), null, SessionControls.NONE, null, List.of());
    }

    static Ruling challenge(ReasonCode reason, Integer errorCode, List<String> policies, List<String> requiredControls) {
        return new Ruling(Outcome.CHALLENGE, reason, policies, errorCode, requiredControls, null, SessionControls.NONE, null, List.of());
    }

    static Ruling promptRegister(Integer errorCode, List<String> policies, RegistrationPrompt registration) {
        return new Ruling(Outcome.PROMPT_REGISTER, ReasonCode.REGISTRATION_REQUIRED, policies, errorCode, List.of(), registration,
                SessionControls.NONE, null, List.of());
    }

    Ruling withNotes(List<String> added) {
        return added.isEmpty() ? this : new Ruling(outcome, reason, policies, errorCode, requiredControls, registration, sessionControls,
                stateChange, List.copyOf(added));
    }

    /** This ruling, or another one that lets less pass. */
    Ruling orStricter(Ruling other) {
        return other.outcome.compareTo(outcome) > 0 ? other : this;
    }

    /** The note on a policy with parts that are not evaluated. */
    static String note(ConditionalAccessPolicy policy) {
        return "parts of `" + policy.id() + "` are not evaluated: " + String.join(", ", policy.notEvaluated()) + " [CA-SET-10]";
    }

    static String retirementNote(ConditionalAccessPolicy policy) {
        return "`" + policy.id() + "` asks for an approved client app, a control that is retired: write `compliantApplication` [GR-APP-03]";
    }
}
