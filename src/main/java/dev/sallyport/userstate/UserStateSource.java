package dev.sallyport.userstate;

import dev.sallyport.model.UserState;

/**
 * Where a gateway keeps the state of its users, if not in directory files: see {@code PolicyEngine#withUserStates}. Called once a
 * decision, by many threads at once. A {@link dev.sallyport.model.Directory} is one, as {@code directory::user}.
 *
 * <p>A decision waits for its source as long as that takes, so one that can hang belongs behind a {@link CachingUserStateSource}.
 */
@FunctionalInterface
public interface UserStateSource {

    /**
     * The state of a user now.
     *
     * @param user a user principal name or an id as the request has it, so in any case and maybe not of this world
     * @return {@code null} when there is no such user, which makes the request invalid; the state of anybody else fails the
     *         evaluation
     * @throws Exception when nobody can tell; the evaluation fails then, which blocks
     */
    UserState find(String user) throws Exception;
}
