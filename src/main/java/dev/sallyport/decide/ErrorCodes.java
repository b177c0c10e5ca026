package dev.sallyport.decide;

import dev.sallyport.compile.Control;

/** Entra's sign-in errors (section 16.6). */
final class ErrorCodes {

    static final int INVALID_USER_NAME_OR_PASSWORD = 50126;
    static final int IDS_LOCKED = 50053;
    static final int PASSWORD_EXPIRED = 50055;
    static final int USER_DISABLED = 50057;
    static final int FRESH_TOKEN_NEEDED = 50173;
    static final int BLOCKED_BY_CONDITIONAL_ACCESS = 53003;
    static final int BLOCKED_BY_SECURITY_DEFAULTS = 530035;
    static final int TOKEN_NOT_BOUND = 530084;
    static final int REFRESH_TOKEN_OF_BLOCKED_FLOW = 530036;
    static final int STRONG_AUTH_ENROLLMENT_INTERRUPT = 50072;
    static final int STRONG_AUTH_ENROLLMENT = 50079;
    static final int STRONG_AUTH_INTERRUPT = 50074;
    static final int STRONG_AUTH_REQUIRED = 50076;
    static final int STRONG_AUTH_EXPIRED = 50078;
    static final int PROOF_UP_BLOCKED_DUE_TO_RISK = 53004;
    static final int PROOF_UP_BLOCKED_DUE_TO_SECURITY_INFO_ACR = 53010;
    static final int BAD_TOKEN_DUE_TO_SIGN_IN_FREQUENCY = 70043;

    private ErrorCodes() { }

    /** The error of a control that cannot be met, or {@code null}; of a block, that of the token that ought to be bound (DEC-05). */
    static Integer failed(Control.Kind kind) {
        return switch (kind) {
            case BLOCK -> TOKEN_NOT_BOUND;
            case COMPLIANT_DEVICE -> 53000;
            case DOMAIN_JOINED_DEVICE -> 53001;
            case APPROVED_APPLICATION -> 53002;
            case COMPLIANT_APPLICATION -> 53009;
            case ENFORCED_MFA, AUTHENTICATION_STRENGTH -> null;
            default -> BLOCKED_BY_CONDITIONAL_ACCESS;
        };
    }

    /** The error of a control that the user is asked for, or {@code null} (AMB-32). */
    static Integer pending(Control.Kind kind, boolean interactive) {
        return switch (kind) {
            case MFA, AUTHENTICATION_STRENGTH -> interactive ? STRONG_AUTH_INTERRUPT : STRONG_AUTH_REQUIRED;
            case PASSWORD_CHANGE -> 50135;
            case TERMS_OF_USE, CUSTOM -> 50158;
            default -> null;
        };
    }
}
