package dev.sallyport.read;

import dev.sallyport.Diagnostic;
import dev.sallyport.Diagnostic.Severity;
import dev.sallyport.Position;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is found while files are read and checked, so that one mistake does not hide the next. */
public final class Diagnostics {

    /** Nobody reads more, and a hostile file could bring about any number. */
    private static final int MOST = 10_000;

    private final Set<Diagnostic> found = new LinkedHashSet<>();
    private boolean hasErrors;

    /** Adds an error. */
    public void error(String code, Position position, String message, String help) {
        add(Severity.ERROR, code, position, message, help, null);
    }

    /** Adds a warning. */
    public void warning(String code, Position position, String message, String help) {
        add(Severity.WARNING, code, position, message, help, null);
    }

    /** Adds a finding that a rule of the semantics asks for. */
    public void add(Severity severity, String code, Position position, String message, String help, String rule) {
        boolean isAboutFiles = code.equals("SP1001");
        add(new Diagnostic(severity, code, Echo.withoutHashes(isAboutFiles ? message : Echo.cut(message)), position,
                Echo.withoutHashes(isAboutFiles ? help : Echo.cut(help)), rule));
    }

    /** Keeps the first {@link #MOST}, and the first error whenever it comes, since it decides whether anything loads. */
    private void add(Diagnostic diagnostic) {
        if (found.size() < MOST || diagnostic.isError() && !hasErrors) {
            found.add(diagnostic);
            hasErrors |= diagnostic.isError();
        }
    }

    /** Adds all findings of another collector. */
    public void addAll(Diagnostics other) {
        other.found.forEach(this::add);
    }

    /** Whether there is an error among them. */
    public boolean hasErrors() {
        return hasErrors;
    }

    /** All of them, in the order in which they were found. */
    public List<Diagnostic> toList() {
        return List.copyOf(new ArrayList<>(found));
    }
}
