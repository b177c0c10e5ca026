package dev.sallyport.model;

/** A way to authenticate (AS-01), and those that directories also list. */
public enum AuthenticationMethodMode implements GraphEnum {
    PASSWORD("password"),
    VOICE("voice"),
    HARDWARE_OATH("hardwareOath"),
    SOFTWARE_OATH("softwareOath"),
    SMS("sms"),
    FIDO2("fido2"),
    WINDOWS_HELLO_FOR_BUSINESS("windowsHelloForBusiness"),
    MICROSOFT_AUTHENTICATOR_PUSH("microsoftAuthenticatorPush"),
    DEVICE_BASED_PUSH("deviceBasedPush"),
    TEMPORARY_ACCESS_PASS_ONE_TIME("temporaryAccessPassOneTime"),
    TEMPORARY_ACCESS_PASS_MULTI_USE("temporaryAccessPassMultiUse"),
    EMAIL("email"),
    X509_CERTIFICATE_SINGLE_FACTOR("x509CertificateSingleFactor"),
    X509_CERTIFICATE_MULTI_FACTOR("x509CertificateMultiFactor"),
    FEDERATED_SINGLE_FACTOR("federatedSingleFactor"),
    FEDERATED_MULTI_FACTOR("federatedMultiFactor"),
    QR_CODE_PIN("qrCodePin"),
    SECURITY_QUESTION("securityQuestion"),
    APP_PASSWORD("appPassword");

    private final String graphName;

    AuthenticationMethodMode(String graphName) {
        this.graphName = graphName;
    }

    @Override
    public String graphName() {
        return graphName;
    }
}
