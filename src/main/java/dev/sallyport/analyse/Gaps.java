package dev.sallyport.analyse;

import dev.sallyport.analyse.Invariants.Accepted;
import java.util.List;

/**
 * Every gap of a policy set: the requests that a password alone opens, and those that registering first opens. If {@link #isComplete}
 * holds, no other request is open.
 *
 * @param gaps the gaps, those of a password alone first, then by kind and by share; accepted ones are among them
 * @param extents how much is open, per kind of request
 * @param notes what the analysis approximates or leaves out, a sentence each
 * @param unused the accepted gaps that are not there; those past their last day are not among them
 * @param faults gaps that the evaluator does not confirm, with both answers; such a gap is a fault of the analysis
 */
public record Gaps(List<Gap> gaps, List<Extent> extents, List<String> notes, List<Accepted> unused,
        List<String> faults) {

    /**
     * How much is open.
     *
     * @param kind the kind of request
     * @param requests the number of combinations of values and people
     * @param passwordAlone the share of them that a password alone opens, from 0 to 1
     * @param registeringFirst the share that registering first opens
     * @param accepted the share of both that is accepted
     * @param leftOut the share that is open, not accepted, and belongs to no gap that is told
     * @param classes the number of combinations that policies can tell apart, people aside
     */
    public record Extent(Kind kind, double requests, double passwordAlone, double registeringFirst, double accepted, double leftOut,
            double classes) { }

    /** Whether every request that is open is accepted or belongs to a gap that is told. */
    public boolean isComplete() {
        return extents.stream().allMatch(extent -> extent.leftOut() == 0);
    }
}
