package dev.sallyport.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.UserType;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What is registered, in the shape of Graph's {@code userRegistrationDetails} (RPT-01..12). What a directory cannot tell, all about
 * self-service password reset and the system-preferred method, is left out.
 */
public final class RegistrationDetails {

    private RegistrationDetails() { }

    /** A collection of all users, as JSON on one line. */
    public static String of(List<UserState> users, Instant now) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("@odata.context",
                    "https://graph.microsoft.com/beta/$metadata#reports/authenticationMethods/userRegistrationDetails");
            json.writeArrayFieldStart("value");
            for (UserState user : users) {
                write(user, now, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(UserState user, Instant now, JsonGenerator json) throws IOException {
        List<AuthenticationMethod> methods = user.authenticationMethods();
        json.writeStartObject();
        json.writeStringField("id", user.id());
        json.writeStringField("userPrincipalName", user.userPrincipalName());
        json.writeStringField("userDisplayName", user.displayName());
        json.writeStringField("userType", user.userType() == UserType.GUEST ? "guest" : "member");
        json.writeBooleanField("isAdmin", !user.roles().isEmpty() || !user.scopedRoles().isEmpty());
        json.writeBooleanField("isMfaRegistered", methods.stream().anyMatch(method -> UserState.isStrong(method.method())));
        json.writeBooleanField("isMfaCapable", user.isMfaRegistered());
        json.writeBooleanField("isPasswordlessCapable", methods.stream().anyMatch(method -> method.isUsable()
                && isPasswordless(method.method())));
        json.writeArrayFieldStart("methodsRegistered");
        for (String name : methods.stream().map(method -> name(method.method())).filter(Objects::nonNull).distinct().toList()) {
            json.writeString(name);
        }
        json.writeEndArray();
        AuthenticationMethodMode preferred = methods.stream().filter(AuthenticationMethod::isDefault).map(AuthenticationMethod::method)
                .findFirst().orElse(null);
        json.writeStringField("defaultMfaMethod", defaultMethod(preferred));
        json.writeStringField("userPreferredMethodForSecondaryAuthentication", preferredMethod(preferred));
        json.writeStringField("lastUpdatedDateTime", now.toString());
        json.writeEndObject();
    }

    /** Whether a method signs in without a password (RPT-05). */
    private static boolean isPasswordless(AuthenticationMethodMode method) {
        return method == AuthenticationMethodMode.FIDO2 || method == AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS
                || method == AuthenticationMethodMode.PLATFORM_CREDENTIAL || method == AuthenticationMethodMode.DEVICE_BASED_PUSH;
    }

    /** RPT-07; {@code null} for what Graph does not list there. */
    private static String name(AuthenticationMethodMode method) {
        return switch (method) {
            case SMS, VOICE -> "mobilePhone";
            case EMAIL -> "email";
            case MICROSOFT_AUTHENTICATOR_PUSH -> "microsoftAuthenticatorPush";
            case DEVICE_BASED_PUSH -> "microsoftAuthenticatorPasswordless";
            case SOFTWARE_OATH -> "softwareOneTimePasscode";
            case HARDWARE_OATH -> "hardwareOneTimePasscode";
            case FIDO2 -> "passKeyDeviceBound";
            case WINDOWS_HELLO_FOR_BUSINESS -> "windowsHelloForBusiness";
            case TEMPORARY_ACCESS_PASS_ONE_TIME, TEMPORARY_ACCESS_PASS_MULTI_USE -> "temporaryAccessPass";
            case SECURITY_QUESTION -> "securityQuestion";
            case EXTERNAL_AUTHENTICATION_METHOD -> "externalAuthMethod";
            case PLATFORM_CREDENTIAL -> "macOsSecureEnclaveKey";
            default -> null;
        };
    }

    /** The name of the default method in {@code defaultMfaMethod} (RPT-08). */
    private static String defaultMethod(AuthenticationMethodMode preferred) {
        return preferred == null ? "none" : switch (preferred) {
            case SMS, VOICE -> "mobilePhone";
            case MICROSOFT_AUTHENTICATOR_PUSH, DEVICE_BASED_PUSH -> "microsoftAuthenticatorPush";
            case SOFTWARE_OATH, HARDWARE_OATH -> "softwareOneTimePasscode";
            default -> "none";
        };
    }

    /** The name of the default method in {@code userPreferredMethodForSecondaryAuthentication} (RPT-09). */
    private static String preferredMethod(AuthenticationMethodMode preferred) {
        return preferred == null ? "none" : switch (preferred) {
            case SMS -> "sms";
            case VOICE -> "voiceMobile";
            case MICROSOFT_AUTHENTICATOR_PUSH, DEVICE_BASED_PUSH -> "push";
            case SOFTWARE_OATH, HARDWARE_OATH -> "oath";
            default -> "none";
        };
    }
}
