package dev.sallyport.replay;

import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import java.util.List;

/**
 * What one policy set says about a recorded sign-in.
 *
 * @param policies the policies that brought the outcome about
 * @param status   as the log would have it (RES-43)
 * @param results  how each policy of the set fared, in the order of their ids; {@code null} for one of which that is not known
 * @param hangsOn  the facts that the log does not give and that could change the outcome
 */
public record Verdict(Outcome outcome, ReasonCode reason, List<String> policies, String status, List<String> results,
        List<String> hangsOn) {

    /** The reason and the policies, for people: {@code mfaRequired: a, b}. */
    String why() {
        return policies.isEmpty() ? reason.toString() : reason + ": " + String.join(", ", policies);
    }
}
