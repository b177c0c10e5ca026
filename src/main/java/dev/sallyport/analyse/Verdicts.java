package dev.sallyport.analyse;

import java.util.List;

/**
 * Which invariants hold.
 *
 * @param verdicts one per invariant, in their order
 * @param notes what the analysis approximates or leaves out, a sentence each
 * @param faults counterexamples that the evaluator does not confirm, with both answers; such a counterexample is a fault of the analysis
 */
public record Verdicts(List<Verdict> verdicts, List<String> notes, List<String> faults) {

    /** Whether every invariant is proved. */
    public boolean areProved() {
        return verdicts.stream().allMatch(Verdict::isProved);
    }
}
