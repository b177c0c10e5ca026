package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.PolicySet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Analyses whose evaluators see other policies than the analysis does, which stands for a fault in one of them. */
public final class OtherEvaluator {

    private OtherEvaluator() { }

    public static Function<PolicyEngine, Analysis> seeing(UnaryOperator<PolicySet> seen) {
        return engine -> new Analysis(engine, seen);
    }
}
