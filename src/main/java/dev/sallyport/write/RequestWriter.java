package dev.sallyport.write;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.model.Device;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes a request as JSON (interface, section 2): what {@code RequestReader} reads is the same request again. Absent facts are left out.
 * An app password is never written.
 */
public final class RequestWriter {

    /** The field that is never written. */
    public static final String APP_PASSWORD = "authentication.appPassword";

    private final JsonGenerator json;
    private final Set<String> left;

    private RequestWriter(JsonGenerator json, Set<String> left) {
        this.json = json;
        this.left = left;
    }

    /** The request as one line of JSON, without a line end. */
    public static String toJson(Request request) {
        return Json.object(json -> writeFields(request, Set.of(), json));
    }

    /**
     * Writes the fields of a request into an object.
     *
     * @param left the fields to leave out, such as {@code ipAddress} or {@code authentication.methods}; {@code application} is
     *     {@code applications} here
     */
    public static void writeFields(Request request, Set<String> left, JsonGenerator json) throws IOException {
        new RequestWriter(json, left).write(request);
    }

    private void write(Request request) throws IOException {
        SignIn signIn = request.signIn();
        if (request instanceof Registration) {
            json.writeStringField("kind", "registration");
        }
        text("name", signIn.name());
        text("user", signIn.user());
        text("servicePrincipal", signIn.servicePrincipal());
        if (request instanceof Registration registration) {
            text("method", registration.method());
            text("displayName", registration.displayName());
        }
        texts("", "applications", signIn.applications());
        text("authenticationContext", signIn.authenticationContext());
        text("clientAppType", signIn.clientAppType());
        text("devicePlatform", signIn.devicePlatform());
        text("ipAddress", signIn.ipAddress());
        text("country", signIn.country());
        text("device", signIn.deviceName());
        if (signIn.device() != null && !left.contains("device")) {
            device(signIn.device());
        }
        text("signInRiskLevel", signIn.signInRiskLevel());
        text("userRiskLevel", signIn.userRiskLevel());
        text("insiderRiskLevel", signIn.insiderRiskLevel());
        text("servicePrincipalRiskLevel", signIn.servicePrincipalRiskLevel());
        text("agentIdRiskLevel", signIn.agentIdRiskLevel());
        text("authenticationFlow", signIn.authenticationFlow());
        instant("", "createdDateTime", signIn.createdDateTime());
        if (signIn.authentication() != null && !signIn.authentication().equals(SignIn.Authentication.NONE)) {
            object("authentication", () -> authentication(signIn.authentication()));
        }
        if (signIn.session() != null && !signIn.session().equals(SignIn.Session.UNKNOWN)) {
            object("session", () -> session(signIn.session()));
        }
        SignIn.ClientApplication client = signIn.clientApplication();
        if (client != null && !client.equals(SignIn.ClientApplication.UNKNOWN)) {
            object("clientApplication", () -> {
                bool("clientApplication.", "isApproved", client.isApproved());
                bool("clientApplication.", "isProtected", client.isProtected());
            });
        }
        texts("", "scopes", signIn.scopes());
        if (signIn.gps() != null) {
            object("gps", () -> text("gps.", "country", signIn.gps().country()));
        }
        bool("", "insideCorporateNetwork", signIn.insideCorporateNetwork());
        bool("", "compliantNetwork", signIn.compliantNetwork());
        text("azureResourceOperation", signIn.azureResourceOperation());
        text("securityDefaultsPrompt", signIn.securityDefaultsPrompt());
        if (signIn.satisfied() != null && !signIn.satisfied().equals(SignIn.Satisfied.NOTHING)) {
            object("satisfied", () -> satisfied(signIn.satisfied()));
        }
        text("externalTenantId", signIn.externalTenantId());
        text("externalUserType", signIn.externalUserType());
    }

    private void authentication(SignIn.Authentication authentication) throws IOException {
        String in = "authentication.";
        text(in, "credential", authentication.credential());
        texts(in, "methods", authentication.methods());
        instant(in, "mfaDateTime", authentication.mfaDateTime());
        instant(in, "signInDateTime", authentication.signInDateTime());
        text(in, "firstFactor", authentication.firstFactor());
        bool(in, "homeTenantMfa", authentication.homeTenantMfa());
        text(in, "aaguid", authentication.aaguid());
        text(in, "certificateIssuerSki", authentication.certificateIssuerSki());
        texts(in, "certificatePolicyOids", authentication.certificatePolicyOids());
    }

    private void session(SignIn.Session session) throws IOException {
        String in = "session.";
        bool(in, "isInteractive", session.isInteractive());
        bool(in, "isNewDevice", session.isNewDevice());
        bool(in, "isPrivateBrowsing", session.isPrivateBrowsing());
        instant(in, "startedDateTime", session.startedDateTime());
        bool(in, "isTokenProtected", session.isTokenProtected());
        instant(in, "rememberedMfaDateTime", session.rememberedMfaDateTime());
        text(in, "originalTransferMethod", session.originalTransferMethod());
        text(in, "corporateIpAddress", session.corporateIpAddress());
        instant(in, "primaryRefreshTokenDateTime", session.primaryRefreshTokenDateTime());
        bool(in, "isDirectConnectEligible", session.isDirectConnectEligible());
    }

    private void satisfied(SignIn.Satisfied satisfied) throws IOException {
        String in = "satisfied.";
        texts(in, "termsOfUse", satisfied.termsOfUse());
        bool(in, "passwordChanged", satisfied.passwordChanged());
        bool(in, "riskRemediated", satisfied.riskRemediated());
        texts(in, "customAuthenticationFactors", satisfied.customAuthenticationFactors());
    }

    private void device(Device device) throws IOException {
        object("device", () -> {
            String in = "device.";
            bool(in, "isCompliant", device.isCompliant());
            bool(in, "isManaged", device.isManaged());
            TreeMap<String, String> texts = new TreeMap<>(device.texts());
            texts.remove("isCompliant");
            for (var each : texts.entrySet()) {
                text(in, each.getKey(), each.getValue());
            }
            for (var each : new TreeMap<>(device.collections()).entrySet()) {
                texts(in, each.getKey(), each.getValue());
            }
        });
    }

    // ---- fields

    /** Writes the fields of an object. */
    private interface Body {
        void write() throws IOException;
    }

    private void object(String name, Body body) throws IOException {
        if (!left.contains(name)) {
            json.writeObjectFieldStart(name);
            body.write();
            json.writeEndObject();
        }
    }

    private void text(String name, String value) throws IOException {
        text("", name, value);
    }

    private void text(String in, String name, String value) throws IOException {
        if (value != null && !left.contains(in + name)) {
            json.writeStringField(name, value);
        }
    }

    private void instant(String in, String name, Instant value) throws IOException {
        text(in, name, value == null ? null : value.toString());
    }

    private void bool(String in, String name, Boolean value) throws IOException {
        if (value != null && !left.contains(in + name)) {
            json.writeBooleanField(name, value);
        }
    }

    private void texts(String in, String name, List<String> values) throws IOException {
        if (values != null && !values.isEmpty() && !left.contains(in + name)) {
            Json.texts(json, name, values);
        }
    }
}
