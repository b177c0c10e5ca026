package dev.sallyport.decide;

import dev.sallyport.compile.Control;
import dev.sallyport.model.Catalogue;

/** Entra's sign-in errors by their names there (section 16.6), with numbers from the catalogue; the decision rules name them too. */
public final class ErrorCodes {

    public static final int INVALID_USER_NAME_OR_PASSWORD = code("InvalidUserNameOrPassword");
    public static final int IDS_LOCKED = code("IdsLocked");
    public static final int PASSWORD_EXPIRED = code("InvalidPasswordExpiredPassword");
    public static final int USER_DISABLED = code("UserDisabled");
    public static final int FRESH_TOKEN_NEEDED = code("FreshTokenNeeded");
    public static final int BLOCKED_BY_CONDITIONAL_ACCESS = code("BlockedByConditionalAccess");
    public static final int BLOCKED_BY_SECURITY_DEFAULTS = code("BlockedBySecurityDefaults");
    public static final int TOKEN_NOT_BOUND = code("TokenNotBound");
    public static final int REFRESH_TOKEN_OF_BLOCKED_FLOW = code("RefreshTokenInvalidDueToAuthenticationFlow");
    public static final int STRONG_AUTH_ENROLLMENT_INTERRUPT = code("UserStrongAuthEnrollmentRequiredInterrupt");
    public static final int STRONG_AUTH_ENROLLMENT = code("UserStrongAuthEnrollmentRequired");
    public static final int STRONG_AUTH_INTERRUPT = code("UserStrongAuthClientAuthNRequiredInterrupt");
    public static final int STRONG_AUTH_REQUIRED = code("UserStrongAuthClientAuthNRequired");
    public static final int STRONG_AUTH_EXPIRED = code("UserStrongAuthExpired");
    public static final int PROOF_UP_BLOCKED_DUE_TO_RISK = code("ProofUpBlockedDueToRisk");
    public static final int PROOF_UP_BLOCKED_DUE_TO_SECURITY_INFO_ACR = code("ProofUpBlockedDueToSecurityInfoAcr");
    public static final int BAD_TOKEN_DUE_TO_SIGN_IN_FREQUENCY = code("BadTokenDueToSignInFrequency");

    public static final int DEVICE_NOT_COMPLIANT = code("DeviceNotCompliant");
    public static final int DEVICE_NOT_DOMAIN_JOINED = code("DeviceNotDomainJoined");
    public static final int APPLICATION_NOT_APPROVED = code("ApplicationUsedIsNotAnApprovedApp");
    public static final int APPLICATION_NOT_PROTECTED = code("ApplicationNotProtected");
    public static final int PASSWORD_CHANGE_REQUIRED = code("PasswordChangeCompromisedPassword");
    public static final int EXTERNAL_SECURITY_CHALLENGE = code("ExternalSecurityChallenge");

    private ErrorCodes() { }

    private static int code(String name) {
        return Catalogue.builtIn().errorCode(name);
    }

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
