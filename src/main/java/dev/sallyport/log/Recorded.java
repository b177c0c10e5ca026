package dev.sallyport.log;

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
        return switch (code) {
            case 0 -> Outcome.ALLOW;
            case 50072, 50079 -> Outcome.PROMPT_REGISTER;
            case 50074, 50076, 50078, 50135, 50158,
                    // ERR-11, ERR-13: the device or its broker has to answer first
                    50097, 50127, 50129,
                    50132, 50133, 50173, 70043 -> Outcome.CHALLENGE;                    // ERR-15, ERR-30: sign in again
            // ERR-18: the device failed, and no prompt mends it (ERR-40)
            case 50155, 50187,
                    50005, 50131, 53000, 53001, 53002, 53003, 53004, 53009, 53010, 53011, 530034, 530035, 530036, 530084 -> Outcome.BLOCK;
            default -> null;
        };
    }

    /** A first factor that failed: no policy was looked at (RPL-03, ERR-02..05). */
    public static boolean isFirstFactor(int code) {
        return switch (code) {
            case 50126, 50053, 50055, 50056, 50057, 50058 -> true;
            default -> false;
        };
    }

    /** Whether a code says that MFA was still missing. */
    static boolean asksForMfa(int code) {
        return switch (code) {
            case 50072, 50074, 50076, 50078, 50079 -> true;
            default -> false;
        };
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
