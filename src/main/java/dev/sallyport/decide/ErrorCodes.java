package dev.sallyport.decide;

import dev.sallyport.compile.Control;

/** Entra's sign-in errors by their names there (section 16.6); the decision rules name them too. */
public final class ErrorCodes {

    public static final int INVALID_USER_NAME_OR_PASSWORD = 50126;
    public static final int IDS_LOCKED = 50053;
    public static final int PASSWORD_EXPIRED = 50055;
    public static final int USER_DISABLED = 50057;
    public static final int FRESH_TOKEN_NEEDED = 50173;
    public static final int BLOCKED_BY_CONDITIONAL_ACCESS = 53003;
    public static final int BLOCKED_BY_SECURITY_DEFAULTS = 530035;
    public static final int TOKEN_NOT_BOUND = 530084;
    public static final int REFRESH_TOKEN_OF_BLOCKED_FLOW = 530036;
    public static final int STRONG_AUTH_ENROLLMENT_INTERRUPT = 50072;
    public static final int STRONG_AUTH_ENROLLMENT = 50079;
    public static final int STRONG_AUTH_INTERRUPT = 50074;
    public static final int STRONG_AUTH_REQUIRED = 50076;
    public static final int STRONG_AUTH_EXPIRED = 50078;
    public static final int PROOF_UP_BLOCKED_DUE_TO_RISK = 53004;
    public static final int PROOF_UP_BLOCKED_DUE_TO_SECURITY_INFO_ACR = 53010;
    public static final int BAD_TOKEN_DUE_TO_SIGN_IN_FREQUENCY = 70043;

    public static final int DEVICE_NOT_COMPLIANT = 53000;
    public static final int DEVICE_NOT_DOMAIN_JOINED = 53001;
    public static final int APPLICATION_NOT_APPROVED = 53002;
    public static final int APPLICATION_NOT_PROTECTED = 53009;
    public static final int PASSWORD_CHANGE_REQUIRED = 50135;
    public static final int EXTERNAL_SECURITY_CHALLENGE = 50158;

    private ErrorCodes() { }

    /** The error of a control that cannot be met, or {@code null}; of a block, that of the token that ought to be bound (DEC-05). */
    static Integer failed(Control.Kind kind) {
        return switch (kind) {
            case BLOCK -> TOKEN_NOT_BOUND;
            case COMPLIANT_DEVICE -> DEVICE_NOT_COMPLIANT;
            case DOMAIN_JOINED_DEVICE -> DEVICE_NOT_DOMAIN_JOINED;
            case APPROVED_APPLICATION -> APPLICATION_NOT_APPROVED;
            case COMPLIANT_APPLICATION -> APPLICATION_NOT_PROTECTED;
            case ENFORCED_MFA, AUTHENTICATION_STRENGTH -> null;
            default -> BLOCKED_BY_CONDITIONAL_ACCESS;
        };
    }

    /** The error of a control that the user is asked for, or {@code null} (AMB-32). */
    static Integer pending(Control.Kind kind, boolean interactive) {
        return switch (kind) {
            case MFA, AUTHENTICATION_STRENGTH -> interactive ? STRONG_AUTH_INTERRUPT : STRONG_AUTH_REQUIRED;
            case PASSWORD_CHANGE -> PASSWORD_CHANGE_REQUIRED;
            case TERMS_OF_USE, CUSTOM -> EXTERNAL_SECURITY_CHALLENGE;
            default -> null;
        };
    }
}
