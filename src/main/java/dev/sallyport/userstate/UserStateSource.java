package dev.sallyport.userstate;

import dev.sallyport.model.UserState;
import org.jspecify.annotations.Nullable;

/**
 * Loads the states of users that a gateway does not keep in directory files: see {@code PolicyEngine#withUserStates}. Called once per
 * decision, by many threads at once. A {@link dev.sallyport.model.Directory} is a source, as {@code directory::user}.
 *
 * <p>A decision waits as long as its source takes. Put a {@link CachingUserStateSource} before a source that can hang.
 */
@FunctionalInterface
public interface UserStateSource {

    /**
     * Loads the current state of a user.
     *
     * @param user a user principal name or an id as the request has it, in any case; it may be unknown
     * @return the state; {@code null} if the user is unknown, which makes the request invalid. The state of another user makes the
     *     decision {@code block} with the reason {@code evaluationFailed}
     * @throws Exception if the state cannot be loaded; the decision is then {@code block} with the reason {@code evaluationFailed}
     */
    @Nullable UserState find(String user) throws Exception;
}
