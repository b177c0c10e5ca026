package dev.sallyport.model;

/**
 * A user registers security information, an app password or a device (CA-ACT-01, AP-23).
 *
 * @param signIn      the session in which it happens; its applications do not matter
 * @param method      {@code appPassword}, {@code device}, a method such as {@code fido2}, or {@code none} for opening the
 *                    Security info page; {@code null} is {@code none} too, and invalid in strict mode
 * @param displayName the name of what is created, or {@code null}
 */
public record Registration(SignIn signIn, String method, String displayName) implements Request {

    /** A registration by a user in an interactive browser session. */
    public static Registration of(String user, String method) {
        return new Registration(SignIn.builder().user(user).clientAppType("browser").build(), method, null);
    }
}
