package dev.sallyport.model;

/** Why a decision is what it is; a closed list. */
public enum ReasonCode {
    NO_POLICY_APPLIES("noPolicyApplies", "no policy or other source requires anything"),
    SATISFIED("satisfied", "all requirements are satisfied"),
    MFA_REQUIRED("mfaRequired", "multifactor authentication is required"),
    REGISTRATION_REQUIRED("registrationRequired", "security information must be registered first"),
    REGISTRATION_OPTIONAL("registrationOptional", "security information may be registered now, and must be by the due date"),
    TERMS_OF_USE_REQUIRED("termsOfUseRequired", "terms of use must be accepted"),
    PASSWORD_CHANGE_REQUIRED("passwordChangeRequired", "the password must be changed"),
    REAUTHENTICATION_REQUIRED("reauthenticationRequired", "the authentication is older than the sign-in frequency allows"),
    CUSTOM_CONTROL_REQUIRED("customControlRequired", "an external provider must confirm the sign-in"),
    BLOCKED_BY_CONDITIONAL_ACCESS("blockedByConditionalAccess", "Conditional Access does not let this sign-in pass"),
    BLOCKED_BY_SECURITY_DEFAULTS("blockedBySecurityDefaults", "security defaults block legacy authentication"),
    DEVICE_NOT_COMPLIANT("deviceNotCompliant", "the device is not known to be compliant"),
    DEVICE_NOT_DOMAIN_JOINED("deviceNotDomainJoined", "the device is not hybrid joined"),
    APPLICATION_NOT_APPROVED("applicationNotApproved", "the client application is not approved"),
    APPLICATION_NOT_PROTECTED("applicationNotProtected", "the client application has no app protection policy"),
    REGISTRATION_BLOCKED_BY_RISK("registrationBlockedByRisk", "an unregistered user cannot register in a risky sign-in"),
    REGISTRATION_NOT_ALLOWED("registrationNotAllowed", "security information is required, and may not be registered from here"),
    APP_PASSWORDS_NOT_ALLOWED("appPasswordsNotAllowed", "the tenant does not allow app passwords"),
    APP_PASSWORD_NEEDS_ENFORCED_MFA("appPasswordNeedsEnforcedMfa", "only users whose per-user MFA is enforced may create app passwords"),
    APP_PASSWORD_LIMIT_REACHED("appPasswordLimitReached", "the user already has the maximum number of app passwords"),
    APP_PASSWORD_REQUIRED("appPasswordRequired", "per-user MFA is enforced: this client needs an app password"),
    APP_PASSWORD_NOT_ACCEPTED("appPasswordNotAccepted", "an app password is not accepted here"),
    SESSION_REVOKED("sessionRevoked", "the session was revoked: a fresh sign-in is needed"),
    ACCOUNT_DISABLED("accountDisabled", "the account is disabled"),
    FIRST_FACTOR_FAILED("firstFactorFailed", "the first factor was not passed"),
    AUTHENTICATION_STRENGTH_CANNOT_BE_MET("authenticationStrengthCannotBeMet", "no method that the user has or can register now meets the authentication strength"),
    INVALID_REQUEST("invalidRequest", "the request is invalid"),
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
