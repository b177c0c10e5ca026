package dev.sallyport.model;

import org.jspecify.annotations.Nullable;

/**
 * A request to register security information, an app password or a device (CA-ACT-01, AP-23).
 *
 * @param signIn the session in which the user registers; its applications do not matter
 * @param method {@code appPassword}, {@code device}, the Graph name of a method such as {@code fido2}, or {@code none} to open the
 *     Security info page; {@code null} counts as {@code none}, and is invalid in strict mode
 * @param displayName the name of what is created; {@code null} for none
 */
public record Registration(SignIn signIn, @Nullable String method, @Nullable String displayName) implements Request {

    /** A registration by a user in a browser session. */
    public static Registration of(String user, @Nullable String method) {
        return new Registration(SignIn.builder().user(user).clientAppType("browser").build(), method, null);
    }
}
