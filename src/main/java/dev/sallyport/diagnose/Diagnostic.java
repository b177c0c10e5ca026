package dev.sallyport.diagnose;

import org.jspecify.annotations.Nullable;

/**
 * A diagnostic about a file or a request: what is wrong, where, and what to do.
 *
 * @param severity {@link Severity#ERROR} if the input cannot be used
 * @param code the stable code, such as {@code SP1102}; each has a page in docs/errors
 * @param message what is wrong: lower case, no full stop, the user's words in backticks
 * @param position the position in a file; {@code null} for none
 * @param help what to do; {@code null} for none
 * @param rule the rule of the semantics behind it, such as {@code CA-LOC-11}; {@code null} for none
 */
public record Diagnostic(Severity severity, String code, String message, @Nullable Position position, @Nullable String help,
        @Nullable String rule) {

    /** Whether the input can be used. */
    public enum Severity {
        /** The file, resource or request cannot be used. */
        ERROR,
        /** The input is used, and probably does not do what its author meant. */
        WARNING;

        @Override
        public String toString() {
            return this == ERROR ? "error" : "warning";
        }
    }

    /** Whether this keeps the input from being used. */
    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code file:line:column: error SP1102: message [RULE]}, with the help on a line of its own. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (position != null) {
            text.append(position).append(": ");
        }
        text.append(severity).append(' ').append(code).append(": ").append(message);
        if (rule != null) {
            text.append(" [").append(rule).append(']');
        }
        if (help != null) {
            text.append("\n    help: ").append(help);
        }
        return text.toString();
    }
}
