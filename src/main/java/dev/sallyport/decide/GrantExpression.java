package dev.sallyport.decide;

import dev.sallyport.compile.Control.Status;

/** What {@code grant.drl} looks at: one policy's operator, and which values its controls have. */
public final class GrantExpression {

    private final boolean requiresAll;
    private final boolean anySatisfied;
    private final boolean anyPending;
    private final boolean anyFailed;
    private Status conclusion;

    GrantExpression(boolean requiresAll, boolean anySatisfied, boolean anyPending, boolean anyFailed) {
        this.requiresAll = requiresAll;
        this.anySatisfied = anySatisfied;
        this.anyPending = anyPending;
        this.anyFailed = anyFailed;
    }

    /** All controls are required, not one. */
    public boolean isRequiresAll() {
        return requiresAll;
    }

    /** A control is satisfied. */
    public boolean isAnySatisfied() {
        return anySatisfied;
    }

    /** A control is pending. */
    public boolean isAnyPending() {
        return anyPending;
    }

    /** A control cannot be met. */
    public boolean isAnyFailed() {
        return anyFailed;
    }

    /** Called by the rule that matches. */
    public void conclude(Status status) {
        if (conclusion != null) {
            throw new IllegalStateException("two rules conclude " + conclusion + " and " + status);
        }
        conclusion = status;
    }

    Status conclusion() {
        return conclusion;
    }
}
