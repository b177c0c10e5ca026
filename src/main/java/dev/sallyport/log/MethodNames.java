package dev.sallyport.log;

import java.util.Locale;

/** The methods of AS-01 behind the words that logs have for them. */
final class MethodNames {

    private static final String[][] WORDS = {
        {"temporary access pass", "temporaryAccessPassOneTime"}, {"app password", "appPassword"}, {"password hash", "password"},
        {"passwordless", "deviceBasedPush"}, {"phone sign-in", "deviceBasedPush"}, {"password", "password"},
        {"mobile app notification", "microsoftAuthenticatorPush"}, {"authenticator", "microsoftAuthenticatorPush"},
        {"phoneappnotification", "microsoftAuthenticatorPush"},
        {"passkey", "fido2"}, {"fido2", "fido2"}, {"platform credential", "platformCredential"},
        {"external", "externalAuthenticationMethod"}, {"hello", "windowsHelloForBusiness"}, {"x.509", "x509CertificateMultiFactor"},
        {"certificate", "x509CertificateMultiFactor"},
        {"hardware", "hardwareOath"}, {"verification code", "softwareOath"}, {"oath", "softwareOath"}, {"phoneappotp", "softwareOath"},
        {"text message", "sms"}, {"sms", "sms"}, {"phone call", "voice"}, {"voice", "voice"}, {"federated", "federatedSingleFactor"}
    };

    private MethodNames() { }

    /** The method, or {@code null} for words that name none, such as {@code Previously satisfied}. */
    static String of(String words) {
        String folded = words.toLowerCase(Locale.ROOT);
        for (String[] word : WORDS) {
            if (folded.contains(word[0])) {
                return word[1];
            }
        }
        return null;
    }

    /** Whether whoever used the method has done MFA: by itself, or because it only comes second. */
    static boolean isMultifactor(String method) {
        return switch (method) {
            case "password", "appPassword", "federatedSingleFactor", "temporaryAccessPassOneTime" -> false;
            default -> true;
        };
    }
}
