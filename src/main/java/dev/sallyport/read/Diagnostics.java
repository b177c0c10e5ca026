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

    private final Set<Diagnostic> found = new LinkedHashSet<>();

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
        found.add(new Diagnostic(severity, code, message, position, help, rule));
    }

    /** Adds all findings of another collector. */
    public void addAll(Diagnostics other) {
        found.addAll(other.found);
    }

    /** Whether there is an error among them. */
    public boolean hasErrors() {
        return found.stream().anyMatch(Diagnostic::isError);
    }

    /** All of them, in the order in which they were found. */
    public List<Diagnostic> toList() {
        return List.copyOf(new ArrayList<>(found));
    }
}
