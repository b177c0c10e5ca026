package dev.sallyport.write;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.model.Device;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request as the body of Graph's {@code conditionalAccess/evaluate} (WI-20 to WI-36). The body says who signs in, to what and
 * how; it has no place for what the session has proved (WI-11).
 */
public final class WhatIfWriter {

    private static final String TYPE = "@odata.type";
    private static final String NAMESPACE = "#microsoft.graph.";
    private static final String DEVICES = "device";
    private static final String COMPLIANT = "isCompliant";

    private WhatIfWriter() { }

    /**
     * The body as one line of JSON, without a line end.
     *
     * @param userId the id of the user of a request
     * @param appIds gives the id of an application that the request names
     * @param device the device of the request; {@code null} for none
     */
    public static String toJson(Request request, @Nullable String userId, UnaryOperator<String> appIds, @Nullable Device device) {
        SignIn signIn = request.signIn();
        return Json.object(json -> {
            json.writeObjectFieldStart("signInIdentity");
            if (userId != null) {
                json.writeStringField(TYPE, NAMESPACE + "userSignIn");
                json.writeStringField("userId", userId);
                text(json, "externalTenantId", signIn.externalTenantId());
                text(json, "externalUserType", signIn.externalUserType());
            } else {
                json.writeStringField(TYPE, NAMESPACE + "servicePrincipalSignIn");
                json.writeStringField("servicePrincipalId", signIn.servicePrincipal());
            }
            json.writeEndObject();
            json.writeObjectFieldStart("signInContext");
            context(json, request, appIds);
            json.writeEndObject();
            json.writeObjectFieldStart("signInConditions");
            conditions(json, signIn, device);
            json.writeEndObject();
            json.writeBooleanField("appliedPoliciesOnly", false);
        });
    }

    private static void context(JsonGenerator json, Request request, UnaryOperator<String> appIds) throws IOException {
        SignIn signIn = request.signIn();
        if (request instanceof Registration registration) {
            json.writeStringField(TYPE, NAMESPACE + "userActionContext");
            json.writeStringField("userAction", DEVICES.equals(registration.method()) ? "registerOrJoinDevices"
                    : "registerSecurityInformation");
        } else if (signIn.authenticationContext() != null) {
            json.writeStringField(TYPE, NAMESPACE + "authContext");
            json.writeStringField("authenticationContextValue", signIn.authenticationContext());
        } else {
            json.writeStringField(TYPE, NAMESPACE + "applicationContext");
            Json.texts(json, "includeApplications", signIn.applications().stream().map(appIds).toList());
        }
    }

    private static void conditions(JsonGenerator json, SignIn signIn, @Nullable Device device) throws IOException {
        text(json, "clientAppType", signIn.clientAppType());
        text(json, "devicePlatform", signIn.devicePlatform());
        text(json, "ipAddress", signIn.ipAddress());
        text(json, "country", signIn.country());
        text(json, "signInRiskLevel", signIn.signInRiskLevel());
        text(json, "userRiskLevel", signIn.userRiskLevel());
        text(json, "insiderRiskLevel", signIn.insiderRiskLevel());
        text(json, "servicePrincipalRiskLevel", signIn.servicePrincipalRiskLevel());
        if (signIn.authenticationFlow() != null) {
            json.writeObjectFieldStart("authenticationFlow");
            json.writeStringField("transferMethod", signIn.authenticationFlow());
            json.writeEndObject();
        }
        if (device != null) {
            json.writeObjectFieldStart("deviceInfo");
            for (Map.Entry<String, String> each : new TreeMap<>(device.texts()).entrySet()) {
                if (!each.getKey().equals(COMPLIANT)) {
                    json.writeStringField(each.getKey(), each.getValue());
                }
            }
            for (Map.Entry<String, List<String>> each : new TreeMap<>(device.collections()).entrySet()) {
                Json.texts(json, each.getKey(), each.getValue());
            }
            bool(json, COMPLIANT, device.isCompliant());
            bool(json, "isManaged", device.isManaged());
            json.writeEndObject();
        }
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private static void bool(JsonGenerator json, String name, @Nullable Boolean value) throws IOException {
        if (value != null) {
            json.writeBooleanField(name, value);
        }
    }
}
