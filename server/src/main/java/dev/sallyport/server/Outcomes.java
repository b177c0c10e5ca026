package dev.sallyport.server;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.write.DecisionWriter;
import dev.sallyport.write.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What each outcome becomes on the wire: the table of docs/server.md in one place.
 *
 * <p>Only {@code ALLOW} is a yes. The names of policies, and the reason for a block, go to trusted callers only. A blocked and an invalid
 * request look the same to a client.
 */
final class Outcomes {

    /** The demand for a fresh sign-in, in the bindings of authentication contexts. */
    static final String REAUTHENTICATION = "reauthentication";

    private static final Set<ReasonCode> OPEN_REASONS = Set.of(ReasonCode.EVALUATION_FAILED);
    private static final String INVALID_TOKEN = "Bearer realm=\"\", error=\"invalid_token\"";
    private static final String HTML = "text/html;charset=utf-8";

    private final Settings.SignIn signIn;

    Outcomes(Settings.SignIn signIn) {
        this.signIn = signIn;
    }

    /**
     * The client behind a gateway.
     *
     * @param isBrowser whether it is a browser, which can be sent to another page
     * @param takesClaims whether it declared {@code cp1}, so that it understands a claims challenge
     * @param url the URL that it asked for
     */
    record Client(boolean isBrowser, boolean takesClaims, String url) { }

    // ---- forward authentication

    /**
     * The response for a gateway that hands it to its client.
     *
     * @param validFrom the time before which the user's sessions are revoked; {@code null} if unknown
     */
    Answer http(Decision decision, Client client, String id, @Nullable Instant validFrom) {
        return switch (decision.outcome()) {
            case ALLOW -> allowed(decision);
            case CHALLENGE -> challenged(decision, client, id, validFrom);
            case PROMPT_REGISTER -> registering(decision, client, id);
            case BLOCK -> decision.reason().code() == ReasonCode.EVALUATION_FAILED ? failed(id) : denied(client, id);
        };
    }

    /** Always the same headers, so that a gateway that copies them leaves none of what a client sent. */
    private static Answer allowed(Decision decision) {
        return Answer.empty(200).with("X-Sallyport-Outcome", Outcome.ALLOW.toString())
                .with("X-Sallyport-Policy-Set-Version", decision.policySetVersion())
                .with("X-Sallyport-Session-Controls", DecisionWriter.sessionControls(decision.sessionControls()));
    }

    private Answer challenged(Decision decision, Client client, String id, @Nullable Instant validFrom) {
        boolean isRevoked = decision.reason().code() == ReasonCode.SESSION_REVOKED;
        String context = context(decision);
        String claims = isRevoked ? revocation(validFrom) : context == null ? null : stepUp(context);
        if (client.isBrowser() && signIn.authorizationUri() != null) {
            String prompt = isRevoked || decision.reason().code() == ReasonCode.REAUTHENTICATION_REQUIRED ? "login" : null;
            return Answer.empty(302).with("Location", withParameters(signIn.authorizationUri(), isRevoked ? null : claims, prompt,
                    client.url()));
        }
        if (!client.isBrowser() && client.takesClaims() && claims != null) {
            return problem(401, "More proof is needed to sign in", id, json -> Json.texts(json, "requiredControls",
                    decision.requiredControls())).with("WWW-Authenticate", "Bearer realm=\"\"" + (signIn.authorizationUri() == null ? ""
                    : ", authorization_uri=\"" + signIn.authorizationUri() + "\"") + ", error=\"insufficient_claims\", claims=\""
                    + Base64.getEncoder().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + "\"");
        }
        if (!client.isBrowser() && isRevoked) {
            return problem(401, "Sign in again", id, json -> { }).with("WWW-Authenticate", INVALID_TOKEN);
        }
        return client.isBrowser() ? page("More proof is needed to sign in.", id)
                : problem(403, "More proof is needed to sign in", id, json -> Json.texts(json, "requiredControls",
                decision.requiredControls()));
    }

    private Answer registering(Decision decision, Client client, String id) {
        String uri = signIn.registrationUri();
        if (client.isBrowser()) {
            return uri != null ? Answer.empty(302).with("Location", uri) : page("Register your security information first.", id);
        }
        return problem(403, "Security information must be registered first", id, json -> {
            if (uri != null) {
                json.writeStringField("registration_uri", uri);
            }
            registration(decision, json);
        });
    }

    /** The response to a client that has not signed in. */
    Answer unauthenticated(Client client, String id) {
        if (client.isBrowser() && signIn.authorizationUri() != null) {
            return Answer.empty(302).with("Location", withParameters(signIn.authorizationUri(), null, null, client.url()));
        }
        return client.isBrowser() ? page("Sign in first.", id)
                : problem(401, "Sign in first", id, json -> { }).with("WWW-Authenticate", "Bearer realm=\"\"");
    }

    /** The response to a client whose token proves nothing. */
    Answer tokenRefused(Tokens.Refused why, Client client, String id) {
        if (why.isPassing()) {
            return failed(id);
        }
        return client.isBrowser() ? unauthenticated(client, id) : problem(401, "Sign in again", id, json -> { })
                .with("WWW-Authenticate", INVALID_TOKEN);
    }

    /** The response for a request that is invalid: the same as for a block. */
    Answer denied(Client client, String id) {
        return client.isBrowser() ? page("You do not have access.", id) : problem(403, "Access denied", id, json -> { });
    }

    private static Answer failed(String id) {
        return problem(503, "The decision failed", id, json -> { }).with("Retry-After", "5");
    }

    private static Answer page(String sentence, String id) {
        return new Answer(403, List.of(Map.entry("Cache-Control", "no-store")), HTML, "<!doctype html><html lang=\"en\"><title>Access "
                + "denied</title><p>" + sentence + "</p><p>Request: " + id.replaceAll("[^A-Za-z0-9._:-]", "") + "</p></html>\n");
    }

    private static Answer problem(int status, String title, String id, Json.Fields more) {
        return new Answer(status, List.of(Map.entry("Cache-Control", "no-store")), "application/problem+json", Json.object(json -> {
            json.writeStringField("type", "about:blank");
            json.writeStringField("title", title);
            json.writeNumberField("status", status);
            json.writeStringField("requestId", id);
            more.write(json);
        }));
    }

    private static String withParameters(String uri, @Nullable String claims, @Nullable String prompt, String state) {
        StringBuilder text = new StringBuilder(uri);
        char separator = uri.indexOf('?') < 0 ? '?' : '&';
        for (String[] each : new String[][] {{"claims", claims}, {"prompt", prompt}, {"state", state}}) {
            if (each[1] != null) {
                text.append(separator).append(each[0]).append('=').append(URLEncoder.encode(each[1], StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        return text.toString();
    }

    /** The authentication context that the configuration binds to what is missing; {@code null} if there is none. */
    private @Nullable String context(Decision decision) {
        Map<String, String> bound = signIn.authenticationContexts();
        if (decision.reason().code() == ReasonCode.REAUTHENTICATION_REQUIRED && bound.containsKey(REAUTHENTICATION)) {
            return bound.get(REAUTHENTICATION);
        }
        return decision.requiredControls().isEmpty() ? null : bound.get(decision.requiredControls().get(0));
    }

    private static String stepUp(String context) {
        return "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"" + context + "\"}}}";
    }

    private static @Nullable String revocation(@Nullable Instant validFrom) {
        return validFrom == null ? null
                : "{\"access_token\":{\"nbf\":{\"essential\":true,\"value\":\"" + validFrom.getEpochSecond() + "\"}}}";
    }

    // ---- AuthZEN

    /** The answer of AuthZEN to one evaluation. */
    String authzen(Decision decision, Caller caller) {
        boolean isAllowed = decision.outcome() == Outcome.ALLOW;
        if (isAllowed && decision.sessionControls().equals(Decision.SessionControls.NONE)) {
            return "{\"decision\":true}";
        }
        return Json.object(json -> {
            json.writeBooleanField("decision", isAllowed);
            json.writeObjectFieldStart("context");
            if (isAllowed) {
                json.writeFieldName("sessionControls");
                json.writeRawValue(DecisionWriter.sessionControls(decision.sessionControls()));
            } else {
                refusal(decision, caller, json);
            }
            json.writeEndObject();
        });
    }

    private void refusal(Decision decision, Caller caller, JsonGenerator json) throws IOException {
        json.writeStringField("outcome", decision.outcome().toString());
        ReasonCode reason = decision.reason().code();
        if (decision.outcome() != Outcome.BLOCK || caller.isTrusted() || OPEN_REASONS.contains(reason)) {
            json.writeStringField("reason", reason.toString());
        }
        if (caller.isTrusted()) {
            Json.texts(json, "policies", decision.reason().policies());
        }
        if (decision.outcome() == Outcome.CHALLENGE) {
            Json.texts(json, "requiredControls", decision.requiredControls());
            String context = context(decision);
            if (context != null) {
                json.writeFieldName("claims");
                json.writeRawValue(stepUp(context));
            }
        }
        registration(decision, json);
    }

    private static void registration(Decision decision, JsonGenerator json) throws IOException {
        if (decision.outcome() == Outcome.PROMPT_REGISTER && decision.registration() != null) {
            json.writeObjectFieldStart("registration");
            Json.texts(json, "methods", decision.registration().methods());
            json.writeEndObject();
        }
    }

    /**
     * The answer of AuthZEN to an evaluation that cannot be decided: no.
     *
     * @param why one sentence; {@code null} if the caller may not know
     */
    static String authzenRefusal(@Nullable String why) {
        return Json.object(json -> {
            json.writeBooleanField("decision", false);
            json.writeObjectFieldStart("context");
            json.writeStringField("outcome", Outcome.BLOCK.toString());
            if (why != null) {
                json.writeStringField("error", why);
            }
            json.writeEndObject();
        });
    }

    /** A result of a search for subjects or resources. */
    String entity(String type, String id) {
        return Json.object(json -> {
            json.writeStringField("type", type);
            json.writeStringField("id", id);
        });
    }

    /** A result of a search for actions. */
    String action(String name) {
        return Json.object(json -> json.writeStringField("name", name));
    }

    // ---- our own JSON

    /** A decision as a caller may see it. */
    static Decision shown(Decision decision, Caller caller) {
        if (caller.isTrusted()) {
            return decision;
        }
        ReasonCode code = decision.reason().code();
        return new Decision(decision.request(), decision.user(), decision.outcome(), Decision.Reason.of(code, List.of()),
                decision.errorCode(), decision.requiredControls(), decision.registration(), decision.sessionControls(), List.of(),
                List.of(), null, decision.stateChange(), List.of(), List.of(), List.of(), decision.policySetVersion(),
                decision.directoryVersion(), decision.evaluatedDateTime());
    }
}
