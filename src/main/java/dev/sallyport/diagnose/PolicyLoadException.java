package dev.sallyport.diagnose;

import java.util.List;

/** Files that cannot be used. Nothing of them is in force; {@link #diagnostics()} says what is wrong and where. */
public final class PolicyLoadException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<Diagnostic> diagnostics;

    /** With everything that was found, errors and warnings. */
    public PolicyLoadException(List<Diagnostic> diagnostics) {
        super(message(diagnostics));
        this.diagnostics = List.copyOf(diagnostics);
    }

    private static String message(List<Diagnostic> diagnostics) {
        return String.join("\n", diagnostics.stream().filter(Diagnostic::isError).map(Diagnostic::toString).toList());
    }

    /** Everything that was found, errors and warnings. */
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
