package dev.sallyport;

import dev.sallyport.diagnose.Diagnostic;
import java.util.List;

/** The body of a What If request that cannot be answered; {@link #diagnostics()} says what is wrong and where. */
public final class WhatIfException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<Diagnostic> diagnostics;

    /** With everything that was found, errors and warnings. */
    WhatIfException(List<Diagnostic> diagnostics) {
        super(String.join("\n", diagnostics.stream().filter(Diagnostic::isError).map(Diagnostic::toString).toList()));
        this.diagnostics = List.copyOf(diagnostics);
    }

    /** Everything that was found, errors and warnings; positions are in {@code body}. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
