package dev.sallyport.diagnose;

/**
 * Something that is wrong, or worth knowing, about a file or a request.
 *
 * @param severity {@link Severity#ERROR} keeps a file from being used, a warning does not
 * @param code     our own stable code, such as {@code SP1102}
 * @param message  what is wrong: lower case, no full stop, the user's words in backticks
 * @param position where it is, or {@code null} when it is nowhere in a file
 * @param help     what to do about it, or {@code null}
 * @param rule     the rule of the semantics that says so, such as {@code CA-LOC-11}, or {@code null}
 */
public record Diagnostic(Severity severity, String code, String message, Position position, String help, String rule) {

    /** How bad it is. */
    public enum Severity {
        /** The file, resource or request cannot be used. */
        ERROR,
        /** It is used, and does probably not what its author meant. */
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
