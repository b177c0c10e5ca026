package dev.sallyport.replay;

import dev.sallyport.model.Outcome;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * A sign-in that ends otherwise.
 *
 * @param before   what the log says, or the first policy set
 * @param after    what the first policy set says, or the second
 * @param reason   why it ends so, as a code
 * @param policies the policies to blame: those behind {@code after}, or for whoever is let in, those behind {@code before}
 * @param hangsOn  the facts that the log does not give and that could change the outcome
 */
public record Change(String file, int line, String id, Instant time, String user, String application, String country, String ipAddress,
        String client,
        Outcome before, Outcome after, String reason, List<String> policies, List<String> hangsOn) implements Serializable {

    /** What happens to the person. */
    public enum Kind {
        /** Refused, and was not. */
        NEWLY_BLOCKED("newly blocked"),
        /** Asked for something, and was not. */
        NEWLY_CHALLENGED("newly challenged"),
        /** Sent to registration, and was not. */
        ASKED_TO_REGISTER("asked to register"),
        /** Let in, and was not. */
        LET_IN("let in");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** The kind, for people. */
        @Override
        public String toString() {
            return words;
        }
    }

    /** What happens to the person. */
    public Kind kind() {
        return switch (after) {
            case BLOCK -> Kind.NEWLY_BLOCKED;
            case CHALLENGE -> Kind.NEWLY_CHALLENGED;
            case PROMPT_REGISTER -> Kind.ASKED_TO_REGISTER;
            case ALLOW -> Kind.LET_IN;
        };
    }
}
