package dev.sallyport.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.model.Device;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request as JSON, as the reader of requests takes it; a fact that is absent is left out. An app password is a secret, and is
 * not written.
 */
public final class RequestWriter {

    private static final JsonFactory FACTORY = new JsonFactory();

    private RequestWriter() { }

    /** The request on one line. */
    public static String json(Request request) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(request, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(Request request, JsonGenerator json) throws IOException {
        SignIn signIn = request.signIn();
        json.writeStartObject();
        json.writeStringField("kind", request instanceof Registration ? "registration" : "signIn");
        field(json, "name", signIn.name());
        field(json, "user", signIn.user());
        field(json, "servicePrincipal", signIn.servicePrincipal());
        if (request instanceof Registration registration) {
            field(json, "method", registration.method());
            field(json, "displayName", registration.displayName());
        }
        field(json, "applications", signIn.applications());
        field(json, "scopes", signIn.scopes());
        field(json, "authenticationContext", signIn.authenticationContext());
        field(json, "clientAppType", signIn.clientAppType());
        field(json, "devicePlatform", signIn.devicePlatform());
        field(json, "ipAddress", signIn.ipAddress());
        field(json, "country", signIn.country());
        if (signIn.gps() != null) {
            json.writeObjectFieldStart("gps");
            field(json, "country", signIn.gps().country());
            json.writeEndObject();
        }
        field(json, "insideCorporateNetwork", signIn.insideCorporateNetwork());
        field(json, "compliantNetwork", signIn.compliantNetwork());
        field(json, "device", signIn.deviceName());
        if (signIn.device() != null) {
            device(signIn.device(), json);
        }
        field(json, "signInRiskLevel", signIn.signInRiskLevel());
        field(json, "userRiskLevel", signIn.userRiskLevel());
        field(json, "insiderRiskLevel", signIn.insiderRiskLevel());
        field(json, "servicePrincipalRiskLevel", signIn.servicePrincipalRiskLevel());
        field(json, "authenticationFlow", signIn.authenticationFlow());
        field(json, "createdDateTime", signIn.createdDateTime());
        authentication(signIn.authentication(), json);
        session(signIn.session(), json);
        SignIn.ClientApplication client = signIn.clientApplication();
        json.writeObjectFieldStart("clientApplication");
        field(json, "isApproved", client.isApproved());
        field(json, "isProtected", client.isProtected());
        json.writeEndObject();
        SignIn.Satisfied satisfied = signIn.satisfied();
        json.writeObjectFieldStart("satisfied");
        field(json, "termsOfUse", satisfied.termsOfUse());
        field(json, "passwordChanged", satisfied.passwordChanged());
        field(json, "riskRemediated", satisfied.riskRemediated());
        field(json, "customAuthenticationFactors", satisfied.customAuthenticationFactors());
        json.writeEndObject();
        field(json, "securityDefaultsPrompt", signIn.securityDefaultsPrompt());
        field(json, "externalTenantId", signIn.externalTenantId());
        field(json, "externalUserType", signIn.externalUserType());
        json.writeEndObject();
    }

    private static void authentication(SignIn.Authentication authentication, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("authentication");
        field(json, "credential", authentication.credential());
        field(json, "methods", authentication.methods());
        field(json, "mfaDateTime", authentication.mfaDateTime());
        field(json, "signInDateTime", authentication.signInDateTime());
        field(json, "firstFactor", authentication.firstFactor());
        field(json, "homeTenantMfa", authentication.homeTenantMfa());
        field(json, "aaguid", authentication.aaguid());
        field(json, "certificateIssuerSki", authentication.certificateIssuerSki());
        field(json, "certificatePolicyOids", authentication.certificatePolicyOids());
        json.writeEndObject();
    }

    private static void session(SignIn.Session session, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("session");
        field(json, "isInteractive", session.isInteractive());
        field(json, "isNewDevice", session.isNewDevice());
        field(json, "isPrivateBrowsing", session.isPrivateBrowsing());
        field(json, "startedDateTime", session.startedDateTime());
        field(json, "isTokenProtected", session.isTokenProtected());
        field(json, "rememberedMfaDateTime", session.rememberedMfaDateTime());
        field(json, "originalTransferMethod", session.originalTransferMethod());
        field(json, "corporateIpAddress", session.corporateIpAddress());
        field(json, "primaryRefreshTokenDateTime", session.primaryRefreshTokenDateTime());
        field(json, "isDirectConnectEligible", session.isDirectConnectEligible());
        json.writeEndObject();
    }

    private static void device(Device device, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("device");
        for (Map.Entry<String, String> text : new TreeMap<>(device.texts()).entrySet()) {
            field(json, text.getKey(), text.getKey().equals("isCompliant") ? (Object) Boolean.valueOf(text.getValue()) : text.getValue());
        }
        for (Map.Entry<String, List<String>> collection : new TreeMap<>(device.collections()).entrySet()) {
            field(json, collection.getKey(), collection.getValue());
        }
        field(json, "isManaged", device.isManaged());
        json.writeEndObject();
    }

    private static void field(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value instanceof Boolean bool) {
            json.writeBooleanField(name, bool);
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            json.writeArrayFieldStart(name);
            for (Object each : list) {
                json.writeString(each.toString());
            }
            json.writeEndArray();
        } else if (value != null && !(value instanceof List<?>)) {
            json.writeStringField(name, value.toString());
        }
    }
}
