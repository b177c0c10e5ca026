package dev.sallyport.diagnose;

import dev.sallyport.diagnose.Diagnostic.Severity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the diagnostics about files, so that one mistake does not hide the next: the first 10,000, each once. */
public final class Diagnostics {

    static {
        Echo.withoutHashes(Echo.cut("hash"));           // loads the class: a reload that fails for want of a file handle can load none
    }

    /** Nobody reads more, and a hostile file could bring about any number. */
    private static final int MOST = 10_000;

    /** The strictness towards exports. */
    public enum Exports {
        /** An export always loads: a mistake in a policy is a warning, and the policy fails closed (IMP-01). */
        LOADED,
        /** What is not understood is an error, and what has only one possible meaning a warning (IMP-09). */
        CHECKED,
        /** Every mistake is an error, as in YAML. */
        STRICT
    }

    private final Set<Diagnostic> found = new LinkedHashSet<>();
    private final Exports exports;
    private boolean hasErrors;

    /** Collects for exports that always load. */
    public Diagnostics() {
        this(Exports.LOADED);
    }

    /** Collects with a strictness towards exports. */
    public Diagnostics(Exports exports) {
        this.exports = exports;
    }

    /** The strictness towards exports. */
    public Exports exports() {
        return exports;
    }

    /** Adds an error without a rule; position and help may be {@code null}. */
    public void error(String code, @Nullable Position position, String message, @Nullable String help) {
        add(Severity.ERROR, code, position, message, help, null);
    }

    /** Adds a warning without a rule; position and help may be {@code null}. */
    public void warning(String code, @Nullable Position position, String message, @Nullable String help) {
        add(Severity.WARNING, code, position, message, help, null);
    }

    /** Adds a finding about something in an export that is not understood, so that its policy fails closed (IMP-02 to IMP-04). */
    public void notUnderstood(String code, @Nullable Position position, String message, @Nullable String help,
            @Nullable String rule) {
        add(exports == Exports.LOADED ? Severity.WARNING : Severity.ERROR, code, position, message, help, rule);
    }

    /** Adds a finding about something in an export that has only one possible meaning, which is taken (IMP-05, IMP-07, IMP-08). */
    public void meant(String code, @Nullable Position position, String message, @Nullable String help,
            @Nullable String rule) {
        add(exports == Exports.STRICT ? Severity.ERROR : Severity.WARNING, code, position, message, help, rule);
    }

    /** Adds a finding that a rule of the semantics asks for. */
    public void add(Severity severity, String code, @Nullable Position position, String message, @Nullable String help,
            @Nullable String rule) {
        add(new Diagnostic(severity, code, shown(code, message), position, help == null ? null : shown(code, help), rule));
    }

    /** A text without hashes; its values are cut, unless they are paths. */
    private static String shown(String code, String text) {
        return Echo.withoutHashes(code.equals("SP1001") ? text : Echo.cut(text));
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

    /** Whether one of the diagnostics is an error. */
    public boolean hasErrors() {
        return hasErrors;
    }

    /** The number of diagnostics. */
    public int size() {
        return found.size();
    }

    /** The diagnostics, in the order in which they were added. */
    public List<Diagnostic> toList() {
        return List.copyOf(new ArrayList<>(found));
    }
}
