package dev.sallyport.decide;

import dev.sallyport.Decision.RegistrationPrompt;
import dev.sallyport.Decision.SessionControls;
import dev.sallyport.Decision.StateChange;
import dev.sallyport.Outcome;
import dev.sallyport.ReasonCode;
import java.util.List;

/**
 * What an evaluator decides; the same for both.
 *
 * @param policies the ids of the policies that brought it about, sorted
 */
public record Ruling(Outcome outcome, ReasonCode reason, List<String> policies, Integer errorCode, List<String> requiredControls,
        RegistrationPrompt registration, SessionControls sessionControls, StateChange stateChange) {

    static Ruling allow(ReasonCode reason, SessionControls sessionControls, RegistrationPrompt registration, StateChange stateChange) {
        return new Ruling(Outcome.ALLOW, reason, List.of(), 0, List.of(), registration, sessionControls, stateChange);
    }

    static Ruling block(ReasonCode reason, Integer errorCode, List<String> policies) {
        return new Ruling(Outcome.BLOCK, reason, policies, errorCode, List.of(), null, SessionControls.NONE, null);
    }

    static Ruling challenge(ReasonCode reason, Integer errorCode, List<String> policies, List<String> requiredControls) {
        return new Ruling(Outcome.CHALLENGE, reason, policies, errorCode, requiredControls, null, SessionControls.NONE, null);
    }

    static Ruling promptRegister(Integer errorCode, List<String> policies, RegistrationPrompt registration) {
        return new Ruling(Outcome.PROMPT_REGISTER, ReasonCode.REGISTRATION_REQUIRED, policies, errorCode, List.of(), registration, SessionControls.NONE, null);
    }
}
