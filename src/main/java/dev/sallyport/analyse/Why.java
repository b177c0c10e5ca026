package dev.sallyport.analyse;

import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.model.Decision;
import java.util.List;

/**
 * The nearest changes of a request that change its outcome.
 *
 * @param decision the decision about the request
 * @param ways the ways, the nearest first; no way contains another one
 * @param notes what the analysis approximates or leaves out, a sentence each
 * @param faults ways that the evaluator does not confirm, with both answers; that is a fault of the analysis
 */
public record Why(Decision decision, List<Way> ways, List<String> notes, List<String> faults) {

    /**
     * Changes that together change the outcome, and of which none is superfluous.
     *
     * @param changes the changes
     * @param witness a request with these changes, of the user with these changes
     * @param isUserChanged whether the state of the user differs from the one that was asked about
     */
    public record Way(List<Change> changes, Witness witness, boolean isUserChanged) { }

    /**
     * One change.
     *
     * @param subject what changes: a dimension of requests such as {@code location}, {@code membership} or {@code role} of the user,
     *     {@code account}, {@code session}, or {@code proof} for what the user proves
     * @param isAnyBut whether every value is such a change but these
     * @param values the values in words, each of which is such a change
     * @param from the value of the request; empty for a proof
     * @param text the change in words, such as {@code from Head office instead of elsewhere}
     */
    public record Change(String subject, boolean isAnyBut, List<String> values, String from, String text) { }
}
