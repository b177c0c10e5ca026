package dev.sallyport.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.UserState.PerUserMfaChange;
import dev.sallyport.model.UserState.ScopedRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a user as one stands in the JSON of a directory, hashes of app passwords included; what is not set is left out. */
public final class UserWriter {

    private static final JsonFactory FACTORY = new JsonFactory();

    private UserWriter() { }

    /** A user on one line, as the reader of directories takes it. */
    public static String json(UserState user) {
        return Json.object(json -> write(user, json));
    }

    /** The fields in which a state of a user differs from another one, as an object on one line; a field that is gone is null. */
    public static String changes(UserState before, UserState after) {
        Map<String, String> old = fields(json(before));
        Map<String, String> fields = fields(json(after));
        return Json.object(json -> {
            for (Map.Entry<String, String> field : fields.entrySet()) {
                if (!field.getValue().equals(old.remove(field.getKey()))) {
                    json.writeFieldName(field.getKey());
                    json.writeRawValue(field.getValue());
                }
            }
            for (String gone : old.keySet()) {
                json.writeNullField(gone);
            }
        });
    }

    /** The text of each field of an object. */
    private static Map<String, String> fields(String object) {
        Map<String, String> fields = new LinkedHashMap<>();
        try (JsonParser json = FACTORY.createParser(object)) {
            json.nextToken();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                int begin = (int) json.currentTokenLocation().getCharOffset();
                json.skipChildren();
                json.finishToken();
                fields.put(name, object.substring(begin, (int) json.currentLocation().getCharOffset()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return fields;
    }

    private static void write(UserState user, JsonGenerator json) throws IOException {
        json.writeStringField("@odata.type", "#microsoft.graph.user");
        text(json, "id", user.id());
        text(json, "userPrincipalName", user.userPrincipalName());
        text(json, "displayName", user.displayName());
        json.writeBooleanField("accountEnabled", user.accountEnabled());
        name(json, "userType", user.userType());
        name(json, "externalUserType", user.externalUserType());
        text(json, "homeTenantId", user.homeTenantId());
        text(json, "identityParentId", user.identityParentId());
        Json.texts(json, "memberOf", user.memberOf());
        json.writeArrayFieldStart("roles");
        for (String role : user.roles()) {
            json.writeString(role);
        }
        for (ScopedRole each : user.scopedRoles()) {
            json.writeStartObject();
            json.writeStringField("role", each.role());
            json.writeStringField("directoryScopeId", each.directoryScopeId());
            json.writeEndObject();
        }
        json.writeEndArray();
        name(json, "perUserMfaState", user.perUserMfaState());
        time(json, "perUserMfaEnabledDateTime", user.perUserMfaEnabledDateTime());
        time(json, "firstSignInDateTime", user.firstSignInDateTime());
        json.writeArrayFieldStart("authenticationMethods");
        for (AuthenticationMethod each : user.authenticationMethods()) {
            json.writeStartObject();
            name(json, "method", each.method());
            text(json, "displayName", each.displayName());
            json.writeBooleanField("isDefault", each.isDefault());
            time(json, "createdDateTime", each.createdDateTime());
            json.writeBooleanField("isUsable", each.isUsable());
            text(json, "phoneNumber", each.phoneNumber());
            text(json, "emailAddress", each.emailAddress());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("appPasswords");
        for (AppPassword each : user.appPasswords()) {
            json.writeStartObject();
            text(json, "id", each.id());
            text(json, "displayName", each.displayName());
            time(json, "createdDateTime", each.createdDateTime());
            text(json, "hash", each.hash());
            json.writeEndObject();
        }
        json.writeEndArray();
        time(json, "signInSessionsValidFromDateTime", user.signInSessionsValidFromDateTime());
        time(json, "rememberDevicesNotIssuedBefore", user.rememberDevicesNotIssuedBefore());
        json.writeArrayFieldStart("perUserMfaHistory");
        for (PerUserMfaChange each : user.perUserMfaHistory()) {
            json.writeStartObject();
            time(json, "dateTime", each.dateTime());
            name(json, "from", each.from());
            name(json, "to", each.to());
            text(json, "by", each.by());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void text(JsonGenerator json, String field, String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }

    private static void name(JsonGenerator json, String field, GraphEnum value) throws IOException {
        text(json, field, value == null ? null : value.graphName());
    }

    private static void time(JsonGenerator json, String field, Instant value) throws IOException {
        text(json, field, value == null ? null : value.toString());
    }
}
