package dev.sallyport.log;

import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Outcome;
import java.util.Locale;

/** What error codes and words of the log say came of a sign-in (ERR-01..40). */
public final class Recorded {

    private Recorded() { }

    /**
     * The outcome that a code stands for; {@code null} when something else decided, such as an application that the user is not assigned
     * to,
     * or when the user could go on without doing what was asked, such as registering for password reset (REG-05).
     */
    public static Outcome outcome(int code) {
        Catalogue.ErrorCode error = Catalogue.builtIn().errorCode(code);
        return error == null ? null : error.said().outcome();
    }

    /** A first factor that failed: no policy was looked at (RPL-03, ERR-02..05). */
    public static boolean isFirstFactor(int code) {
        Catalogue.ErrorCode error = Catalogue.builtIn().errorCode(code);
        return error != null && error.said() == Catalogue.Said.FIRST_FACTOR;
    }

    /** Whether a code says that MFA was still missing. */
    static boolean asksForMfa(int code) {
        Catalogue.ErrorCode error = Catalogue.builtIn().errorCode(code);
        return error != null && error.asksForMfa();
    }

    /** Whether {@code enforcedGrantControls} names a control of Entra's own this way; other names are those of terms of use. */
    static boolean isBuiltIn(String control) {
        return switch (control.toLowerCase(Locale.ROOT)) {
            case "mfa", "block", "requirecompliantdevice", "requiredomainjoineddevice", "requireapprovedapp", "requirecompliantapp",
                    "requireauthenticationstrength",
                    "passwordchange", "requirepasswordchange", "riskremediation" -> true;
            default -> false;
        };
    }
}
