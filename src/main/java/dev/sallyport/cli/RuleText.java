package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Decision.Rule;

/** Rules of conditions in words. */
public final class RuleText {

    private RuleText() { }

    /** An include or exclude rule that matched, such as {@code group Staff}; ids are names where the directory has them. */
    public static String of(Rule rule, PolicyEngine engine) {
        return new DecisionText(engine, Terminal.NONE).rule(rule);
    }
}
