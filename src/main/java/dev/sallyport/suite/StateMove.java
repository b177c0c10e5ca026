package dev.sallyport.suite;

import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.UserState;
import java.time.Instant;

/**
 * A step of a user's life, as {@code sallyport users} takes it.
 *
 * @param userId      the folded id of the user
 * @param method      what is registered, else {@code null}
 * @param displayName the name of what is registered, or {@code null}
 */
public record StateMove(Operation operation, String userId, AuthenticationMethodMode method, String displayName) {

    /** What is done. */
    public enum Operation {
        ENABLE("enable"), ENFORCE("enforce"), DISABLE("disable"), REVOKE_SESSIONS("revoke-sessions"), REGISTER("register");

        private final String text;

        Operation(String text) {
            this.text = text;
        }

        /** The word in a timeline. */
        @Override
        public String toString() {
            return text;
        }
    }

    UserState of(UserState user, Instant now) {
        return switch (operation) {
            case ENABLE -> Lifecycle.enable(user, now);
            case ENFORCE -> Lifecycle.enforce(user, now);
            case DISABLE -> Lifecycle.disable(user);
            case REVOKE_SESSIONS -> Lifecycle.revokeSessions(user, now);
            case REGISTER -> Lifecycle.register(user, method, displayName, now);
        };
    }
}
