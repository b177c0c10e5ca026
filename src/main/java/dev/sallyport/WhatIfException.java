package dev.sallyport;

import dev.sallyport.diagnose.Diagnostic;
import java.util.List;

/** A What If request that cannot be answered. {@link #diagnostics()} lists every error and warning. */
public final class WhatIfException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<Diagnostic> diagnostics;

    /** Makes the exception; its message lists the errors. */
    WhatIfException(List<Diagnostic> diagnostics) {
        super(String.join("\n", diagnostics.stream().filter(Diagnostic::isError).map(Diagnostic::toString).toList()));
        this.diagnostics = List.copyOf(diagnostics);
    }

    /** Every error and warning; positions are in the file {@code body}. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
