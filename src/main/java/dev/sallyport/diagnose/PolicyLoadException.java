package dev.sallyport.diagnose;

import java.util.List;

/**
 * The files of a policy set or a directory cannot be used, and nothing of them is in force. {@link #diagnostics()} lists every error and
 * warning.
 */
public final class PolicyLoadException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<Diagnostic> diagnostics;

    /** Makes the exception; its message lists the errors. */
    public PolicyLoadException(List<Diagnostic> diagnostics) {
        super(message(diagnostics));
        this.diagnostics = List.copyOf(diagnostics);
    }

    private static String message(List<Diagnostic> diagnostics) {
        return String.join("\n", diagnostics.stream().filter(Diagnostic::isError).map(Diagnostic::toString).toList());
    }

    /** Every error and warning, in the order in which they were found. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
