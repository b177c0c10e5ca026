package dev.sallyport.diagnose;

import dev.sallyport.diagnose.Diagnostic.Severity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is found while files are read and checked, so that one mistake does not hide the next. */
public final class Diagnostics {

    static {
        Echo.withoutHashes(Echo.cut("hash"));           // loads the class: a reload that fails for want of a file handle can load none
    }

    /** Nobody reads more, and a hostile file could bring about any number. */
    private static final int MOST = 10_000;

    /** How much is asked of an export. */
    public enum Exports {
        /** It always loads: whatever is wrong with a policy in it is a warning, and the policy fails closed (IMP-01). */
        LOADED,
        /** What is not understood in it is an error, what has only one possible meaning a warning (IMP-09). */
        CHECKED,
        /** It is held to the letter, as YAML is. */
        STRICT
    }

    private final Set<Diagnostic> found = new LinkedHashSet<>();
    private final Exports exports;
    private boolean hasErrors;

    /** For files of which exports always load. */
    public Diagnostics() {
        this(Exports.LOADED);
    }

    /** For files of which this much is asked where they are exports. */
    public Diagnostics(Exports exports) {
        this.exports = exports;
    }

    /** How much is asked of an export. */
    public Exports exports() {
        return exports;
    }

    /** Adds an error. */
    public void error(String code, Position position, String message, String help) {
        add(Severity.ERROR, code, position, message, help, null);
    }

    /** Adds a warning. */
    public void warning(String code, Position position, String message, String help) {
        add(Severity.WARNING, code, position, message, help, null);
    }

    /** Adds a finding about something in an export that is not understood, so that its policy fails closed (IMP-02 to IMP-04). */
    public void notUnderstood(String code, Position position, String message, String help, String rule) {
        add(exports == Exports.LOADED ? Severity.WARNING : Severity.ERROR, code, position, message, help, rule);
    }

    /** Adds a finding about something in an export that has only one possible meaning, which is taken (IMP-05, IMP-07, IMP-08). */
    public void meant(String code, Position position, String message, String help, String rule) {
        add(exports == Exports.STRICT ? Severity.ERROR : Severity.WARNING, code, position, message, help, rule);
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

    /** How many there are. */
    public int size() {
        return found.size();
    }

    /** All of them, in the order in which they were found. */
    public List<Diagnostic> toList() {
        return List.copyOf(new ArrayList<>(found));
    }
}
