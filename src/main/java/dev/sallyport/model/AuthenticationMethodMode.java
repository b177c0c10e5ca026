package dev.sallyport.model;

/** A way to authenticate, by its name in Microsoft Graph (AS-01); strengths do not hold the last four. */
public enum AuthenticationMethodMode implements GraphEnum {
    /** A password. */
    PASSWORD("password"),
    /** A phone call. */
    VOICE("voice"),
    /** A one-time code of a hardware token. */
    HARDWARE_OATH("hardwareOath"),
    /** A one-time code of an app. */
    SOFTWARE_OATH("softwareOath"),
    /** A one-time code in a text message. */
    SMS("sms"),
    /** A passkey or a FIDO2 security key. */
    FIDO2("fido2"),
    /** Windows Hello for Business. */
    WINDOWS_HELLO_FOR_BUSINESS("windowsHelloForBusiness"),
    /** A notification of Microsoft Authenticator, as the second factor. */
    MICROSOFT_AUTHENTICATOR_PUSH("microsoftAuthenticatorPush"),
    /** Phone sign-in with Microsoft Authenticator, without a password. */
    DEVICE_BASED_PUSH("deviceBasedPush"),
    /** A Temporary Access Pass that is valid once. */
    TEMPORARY_ACCESS_PASS_ONE_TIME("temporaryAccessPassOneTime"),
    /** A Temporary Access Pass that is valid several times. */
    TEMPORARY_ACCESS_PASS_MULTI_USE("temporaryAccessPassMultiUse"),
    /** A one-time code in an email. */
    EMAIL("email"),
    /** A certificate that counts as one factor. */
    X509_CERTIFICATE_SINGLE_FACTOR("x509CertificateSingleFactor"),
    /** A certificate that counts as several factors. */
    X509_CERTIFICATE_MULTI_FACTOR("x509CertificateMultiFactor"),
    /** One factor at a federated identity provider. */
    FEDERATED_SINGLE_FACTOR("federatedSingleFactor"),
    /** MFA at a federated identity provider. */
    FEDERATED_MULTI_FACTOR("federatedMultiFactor"),
    /** A QR code with a PIN. */
    QR_CODE_PIN("qrCodePin"),
    /** A security question, for password resets only. */
    SECURITY_QUESTION("securityQuestion"),
    /** An app password (AP-01). */
    APP_PASSWORD("appPassword"),
    /** MFA at an external provider (DEC-12). */
    EXTERNAL_AUTHENTICATION_METHOD("externalAuthenticationMethod"),
    /** Platform SSO on macOS; a session that used it meets the strengths that Windows Hello for Business meets (DEC-12). */
    PLATFORM_CREDENTIAL("platformCredential");

    private final String graphName;

    AuthenticationMethodMode(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }

    /** Whether a combination of an authentication strength can contain it (AS-01). */
    public boolean isInStrengths() {
        return ordinal() < SECURITY_QUESTION.ordinal();
    }
}
