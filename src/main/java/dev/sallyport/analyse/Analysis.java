package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import java.util.function.UnaryOperator;

/**
 * Proofs about the policy set and the directory of an engine. Each question takes some milliseconds for a set of the usual size, and
 * nothing is remembered between questions.
 *
 * <pre>{@code
 * Gaps gaps = Analysis.of(engine).gaps(GapOptions.ofDirectory());
 * }</pre>
 */
public final class Analysis {

    private final PolicyEngine engine;

    private Analysis(PolicyEngine engine) {
        this.engine = engine;
    }

    /** An analysis of what an engine holds, at the time of its clock. */
    public static Analysis of(PolicyEngine engine) {
        return new Analysis(engine);
    }

    /**
     * Finds every request that a password alone opens, or that registering first opens. Absent signals count as Entra takes them, whatever
     * the policy set says of them.
     *
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public Gaps gaps(GapOptions options) throws PolicyLoadException {
        return new GapSearch(engine, options).found();
    }

    /**
     * Finds every policy that no decision depends on: it never applies, or others ask at least as much wherever it does. Users of the
     * directory are asked, and users who could exist: a policy is needed if it changes something for any of them.
     *
     * @param withReportOnly whether report-only policies count as enabled
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public Redundancies redundant(boolean withReportOnly) throws PolicyLoadException {
        return new RedundancySearch(engine, withReportOnly).found();
    }

    /**
     * Proves invariants, or finds requests for which they do not hold. Users of the directory are asked, and users who could exist.
     *
     * @param withReportOnly whether report-only policies count as enabled
     * @throws PolicyLoadException if an invariant names what neither the directory nor the policy set knows, if no request can be in the
     *     box of one, or if device filters compare too much to analyse every combination
     */
    public Verdicts prove(Invariants invariants, boolean withReportOnly) throws PolicyLoadException {
        return new Prover(engine, invariants, withReportOnly, UnaryOperator.identity()).proved();
    }
}
