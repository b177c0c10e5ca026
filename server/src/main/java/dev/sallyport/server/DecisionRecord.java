package dev.sallyport.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Device;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.server.Settings.DecisionLogSettings;
import dev.sallyport.write.Json;
import dev.sallyport.write.RequestWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A line of the decision log: our own JSON, which {@code sallyport replay} reads, or an event of OCSF (class 3002, Authentication). */
final class DecisionRecord {

    /** The longest request that is logged, in characters. A longer one is left out, so that the queue takes little memory. */
    static final int LONGEST_REQUEST = 7 << 10;
    /** The longest text beside the request, in characters. */
    private static final int LONGEST_TEXT = 200;
    private static final String OCSF_VERSION = "1.3.0";
    private static final int AUTHENTICATION = 3002;
    private static final int LOGON = 1;

    private final DecisionLogSettings settings;

    DecisionRecord(DecisionLogSettings settings) {
        this.settings = settings;
    }

    /** The line about a decision. */
    String decided(Exchange exchange, @Nullable String trace, Request request, Decision decision, long nanos) {
        return settings.isOcsf() ? ocsf(exchange, trace, request.signIn(), decision, nanos)
                : json(exchange, trace, request, decision, nanos);
    }

    /**
     * The line about a request that was refused before the engine was asked.
     *
     * @param why why
     */
    String refused(Exchange exchange, @Nullable String trace, String why, Instant now) {
        return settings.isOcsf() ? Json.object(json -> {
            event(json, now, false, "refused", exchange);
            json.writeObjectFieldStart("user");
            json.writeStringField("name", "");
            json.writeEndObject();
            service(json, exchange.caller().name());
            json.writeObjectFieldStart("unmapped");
            refusal(json, exchange, trace, why);
            json.writeEndObject();
        }) : Json.object(json -> {
            head(json, exchange, trace, now);
            refusal(json, exchange, trace, why);
        });
    }

    private static void refusal(JsonGenerator json, Exchange exchange, @Nullable String trace, String why) throws IOException {
        json.writeStringField("outcome", Outcome.BLOCK.toString());
        json.writeStringField("reason", "invalidRequest");
        json.writeStringField("refusal", shortened(why));
    }

    // ---- our own JSON

    private String json(Exchange exchange, @Nullable String trace, Request request, Decision decision, long nanos) {
        Set<String> masked = new TreeSet<>(settings.mask());
        if (request.signIn().authentication().appPassword() != null) {
            masked.add(RequestWriter.APP_PASSWORD);
        }
        String facts = Json.object(json -> RequestWriter.writeFields(request, settings.mask(), json));
        boolean isTooLong = facts.length() > LONGEST_REQUEST;
        if (isTooLong) {
            masked.add("request");
        }
        return Json.object(json -> {
            head(json, exchange, trace, decision.evaluatedDateTime());
            if (decision.user() != null && !masksSubject()) {
                json.writeStringField("user", shortened(decision.user()));
            }
            result(json, decision, nanos);
            if (!masked.isEmpty()) {
                Json.texts(json, "masked", masked);
            }
            if (!isTooLong) {
                json.writeFieldName("request");
                json.writeRawValue(facts);
            }
        });
    }

    private void head(JsonGenerator json, Exchange exchange, @Nullable String trace, Instant time) throws IOException {
        json.writeStringField("kind", "decision");
        Json.instant(json, "time", time);
        json.writeStringField("requestId", exchange.id());
        json.writeStringField("caller", exchange.caller().name());
        json.writeStringField("path", shortened(exchange.path()));
        if (exchange.session() != null && !settings.mask().contains("session")) {
            json.writeStringField("sessionId", shortened(exchange.session()));
        }
        if (trace != null) {
            json.writeStringField("traceId", trace);
        }
    }

    private void result(JsonGenerator json, Decision decision, long nanos) throws IOException {
        json.writeStringField("outcome", decision.outcome().toString());
        json.writeStringField("reason", decision.reason().code().toString());
        if (!settings.mask().contains("policies")) {
            Json.texts(json, "policies", decision.reason().policies());
        }
        if (decision.errorCode() != null) {
            json.writeNumberField("errorCode", decision.errorCode());
        }
        json.writeNumberField("durationMicroseconds", nanos / 1_000);
        json.writeStringField("policySetVersion", decision.policySetVersion());
        json.writeStringField("directoryVersion", decision.directoryVersion());
        if (settings.allowPercent() < 100 && decision.outcome() == Outcome.ALLOW) {
            json.writeNumberField("samplePercent", settings.allowPercent());
        }
    }

    private boolean masksSubject() {
        return settings.mask().contains("user") || settings.mask().contains("servicePrincipal");
    }

    // ---- OCSF

    private String ocsf(Exchange exchange, @Nullable String trace, SignIn signIn, Decision decision, long nanos) {
        Set<String> mask = settings.mask();
        return Json.object(json -> {
            event(json, decision.evaluatedDateTime(), decision.outcome() == Outcome.ALLOW, decision.reason().code().toString(), exchange);
            if (decision.errorCode() != null) {
                json.writeStringField("status_code", String.valueOf(decision.errorCode()));
            }
            json.writeNumberField("duration", nanos / 1_000_000);
            json.writeBooleanField("is_mfa", signIn.authentication().mfaDateTime() != null);
            json.writeObjectFieldStart("user");
            json.writeStringField("name", decision.user() == null || masksSubject() ? "" : shortened(decision.user()));
            json.writeEndObject();
            List<String> applications = signIn.applications();
            service(json, applications.isEmpty() || mask.contains("applications") ? exchange.caller().name()
                    : shortened(applications.get(0)));
            if (signIn.ipAddress() != null && !mask.contains("ipAddress")) {
                json.writeObjectFieldStart("src_endpoint");
                json.writeStringField("ip", shortened(signIn.ipAddress()));
                json.writeEndObject();
            }
            String device = device(signIn);
            if (device != null && !mask.contains("device")) {
                json.writeObjectFieldStart("device");
                json.writeStringField("uid", shortened(device));
                json.writeNumberField("type_id", 0);
                json.writeEndObject();
            }
            if (exchange.session() != null && !mask.contains("session")) {
                json.writeObjectFieldStart("session");
                json.writeStringField("uid", shortened(exchange.session()));
                json.writeEndObject();
            }
            json.writeObjectFieldStart("unmapped");
            json.writeStringField("caller", exchange.caller().name());
            if (trace != null) {
                json.writeStringField("traceId", trace);
            }
            result(json, decision, nanos);
            json.writeEndObject();
        });
    }

    private static @Nullable String device(SignIn signIn) {
        Device device = signIn.device();
        return device != null ? device.deviceId() : signIn.deviceName();
    }

    private static void event(JsonGenerator json, Instant time, boolean isSuccess, String detail, Exchange exchange) throws IOException {
        json.writeNumberField("category_uid", AUTHENTICATION / 1_000);
        json.writeNumberField("class_uid", AUTHENTICATION);
        json.writeNumberField("activity_id", LOGON);
        json.writeNumberField("type_uid", 100 * AUTHENTICATION + LOGON);
        json.writeNumberField("time", time.toEpochMilli());
        json.writeNumberField("severity_id", 1);
        json.writeNumberField("status_id", isSuccess ? 1 : 2);
        json.writeStringField("status_detail", detail);
        json.writeBooleanField("is_remote", true);
        json.writeObjectFieldStart("metadata");
        json.writeStringField("version", OCSF_VERSION);
        json.writeObjectFieldStart("product");
        json.writeStringField("name", "Sallyport");
        json.writeStringField("vendor_name", "Sallyport");
        json.writeEndObject();
        json.writeStringField("uid", exchange.id());
        json.writeArrayFieldStart("profiles");
        json.writeString("host");
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void service(JsonGenerator json, String name) throws IOException {
        json.writeObjectFieldStart("service");
        json.writeStringField("name", name);
        json.writeEndObject();
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
