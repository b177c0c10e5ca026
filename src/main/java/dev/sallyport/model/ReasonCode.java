package dev.sallyport.model;

/** The reason for a decision, by its stable code. The list is closed. */
public enum ReasonCode {
    /** Allowed: no policy and no other source asks for anything. */
    NO_POLICY_APPLIES("noPolicyApplies", "no policy or other source requires anything"),
    /** Allowed: every demand is satisfied. */
    SATISFIED("satisfied", "all requirements are satisfied"),
    /** Challenged: multifactor authentication is required. */
    MFA_REQUIRED("mfaRequired", "multifactor authentication is required"),
    /** Prompted: the user has to register security information first. */
    REGISTRATION_REQUIRED("registrationRequired", "security information must be registered first"),
    /** Allowed: the user may register now, and has to by the due date. */
    REGISTRATION_OPTIONAL("registrationOptional", "security information may be registered now, and must be by the due date"),
    /** Challenged: the user has to accept terms of use. */
    TERMS_OF_USE_REQUIRED("termsOfUseRequired", "terms of use must be accepted"),
    /** Challenged: the user has to change the password. */
    PASSWORD_CHANGE_REQUIRED("passwordChangeRequired", "the password must be changed"),
    /** Challenged: the authentication is older than the sign-in frequency allows. */
    REAUTHENTICATION_REQUIRED("reauthenticationRequired", "the authentication is older than the sign-in frequency allows"),
    /** Challenged: an external provider has to confirm the sign-in. */
    CUSTOM_CONTROL_REQUIRED("customControlRequired", "an external provider must confirm the sign-in"),
    /** Blocked: a policy blocks, or one of its controls cannot be satisfied. */
    BLOCKED_BY_CONDITIONAL_ACCESS("blockedByConditionalAccess", "Conditional Access does not let this sign-in pass"),
    /** Blocked: security defaults block legacy authentication. */
    BLOCKED_BY_SECURITY_DEFAULTS("blockedBySecurityDefaults", "security defaults block legacy authentication"),
    /** Blocked: the device is not known to be compliant. */
    DEVICE_NOT_COMPLIANT("deviceNotCompliant", "the device is not known to be compliant"),
    /** Blocked: the device is not hybrid joined. */
    DEVICE_NOT_DOMAIN_JOINED("deviceNotDomainJoined", "the device is not hybrid joined"),
    /** Blocked: the client app is not an approved one. */
    APPLICATION_NOT_APPROVED("applicationNotApproved", "the client application is not approved"),
    /** Blocked: the client app has no app protection policy. */
    APPLICATION_NOT_PROTECTED("applicationNotProtected", "the client application has no app protection policy"),
    /** Blocked: an unregistered user cannot register in a risky sign-in. */
    REGISTRATION_BLOCKED_BY_RISK("registrationBlockedByRisk", "an unregistered user cannot register in a risky sign-in"),
    /** Blocked: the user has to register, and may not from here. */
    REGISTRATION_NOT_ALLOWED("registrationNotAllowed", "security information is required, and may not be registered from here"),
    /** Blocked: the tenant does not allow app passwords. */
    APP_PASSWORDS_NOT_ALLOWED("appPasswordsNotAllowed", "the tenant does not allow app passwords"),
    /** Blocked: only users whose per-user MFA is enforced may create app passwords. */
    APP_PASSWORD_NEEDS_ENFORCED_MFA("appPasswordNeedsEnforcedMfa", "only users whose per-user MFA is enforced may create app passwords"),
    /** Blocked: the user has as many app passwords as are allowed. */
    APP_PASSWORD_LIMIT_REACHED("appPasswordLimitReached", "the user already has the maximum number of app passwords"),
    /** Blocked: per-user MFA is enforced, and a legacy client needs an app password. */
    APP_PASSWORD_REQUIRED("appPasswordRequired", "per-user MFA is enforced: this client needs an app password"),
    /** Blocked: an app password is not accepted here. */
    APP_PASSWORD_NOT_ACCEPTED("appPasswordNotAccepted", "an app password is not accepted here"),
    /** Challenged: the session was revoked, and the user has to sign in again. */
    SESSION_REVOKED("sessionRevoked", "the session was revoked: a fresh sign-in is needed"),
    /** Blocked: the account is disabled. */
    ACCOUNT_DISABLED("accountDisabled", "the account is disabled"),
    /** Blocked: the first factor was not passed. */
    FIRST_FACTOR_FAILED("firstFactorFailed", "the first factor was not passed"),
    /** Blocked: no method that the user has or can register meets the authentication strength. */
    AUTHENTICATION_STRENGTH_CANNOT_BE_MET("authenticationStrengthCannotBeMet", "no method that the user has or can register now meets the "
            + "authentication strength"),
    /** Blocked: the request is invalid; the message of the reason names the field. */
    INVALID_REQUEST("invalidRequest", "the request is invalid"),
    /** Blocked: the evaluation failed, or the state of the user cannot be loaded. */
    EVALUATION_FAILED("evaluationFailed", "the evaluation failed");

    private final String text;
    private final String message;

    ReasonCode(String text, String message) {
        this.text = text;
        this.message = message;
    }

    /** The reason in one sentence, for people. */
    public String message() {
        return message;
    }

    /** The code in files and output, such as {@code mfaRequired}. */
    @Override
    public String toString() {
        return text;
    }
}
