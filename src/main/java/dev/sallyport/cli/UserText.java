package dev.sallyport.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Lifecycle.Event;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.UserState.PerUserMfaChange;
import dev.sallyport.write.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Users, and what happened to them, in words and in JSON. */
public final class UserText {

    private UserText() { }

    /** What happened between two states. */
    public static List<String> changes(UserState before, UserState after) {
        List<String> changes = new ArrayList<>();
        for (Event event : Lifecycle.events(before, after)) {
            changes.add(words(event));
        }
        return changes;
    }

    /** The roles of a user, each with its scope unless that is the tenant (DEC-13). */
    public static List<String> roles(UserState user) {
        List<String> roles = new ArrayList<>(user.roles());
        user.scopedRoles().forEach(each -> roles.add(each.role() + " (" + each.directoryScopeId() + ")"));
        return roles;
    }

    private static String words(Event event) {
        if (event instanceof Event.PerUserMfaChanged each) {
            return "per-user MFA: " + each.from().graphName() + " → " + each.to().graphName();
        } else if (event instanceof Event.GracePeriodStarted each) {
            return "grace period counts from " + each.from();
        } else if (event instanceof Event.MethodRegistered each) {
            return "registered " + name(each.method());
        } else if (event instanceof Event.MethodRemoved each) {
            return "removed " + name(each.method());
        } else if (event instanceof Event.MethodChanged each) {
            return name(each.to()) + (each.to().isUsable() ? each.to().isDefault() ? " is the default now" : " is no longer the default"
                    : " is deactivated");
        } else if (event instanceof Event.AppPasswordCreated each) {
            return "created the app password `" + each.appPassword().displayName() + "`";
        } else if (event instanceof Event.AppPasswordDeleted each) {
            return "deleted the app password `" + each.appPassword().displayName() + "`";
        } else if (event instanceof Event.SessionsRevoked each) {
            return "sessions from before " + each.before() + " are revoked";
        } else if (event instanceof Event.RememberedMfaRevoked each) {
            return "MFA remembered before " + each.before() + " no longer counts";
        } else if (event instanceof Event.SignedInFirst each) {
            return "signed in first at " + each.at();
        }
        return ((Event.AccountChanged) event).isEnabled() ? "account enabled" : "account disabled";
    }

    static String name(AuthenticationMethod method) {
        return method.method().graphName() + (method.displayName() == null ? "" : " `" + method.displayName() + "`");
    }

    /** {@code {"event": "perUserMfaChanged", "from": "enabled", "to": "enforced"}}. */
    static void write(Event event, JsonGenerator json) throws IOException {
        json.writeStartObject();
        String name = event.getClass().getSimpleName();
        json.writeStringField("event", Character.toLowerCase(name.charAt(0)) + name.substring(1));
        if (event instanceof Event.PerUserMfaChanged each) {
            json.writeStringField("from", each.from().graphName());
            json.writeStringField("to", each.to().graphName());
        } else if (event instanceof Event.GracePeriodStarted each) {
            Json.instant(json, "from", each.from());
        } else if (event instanceof Event.MethodRegistered each) {
            method(json, each.method());
        } else if (event instanceof Event.MethodRemoved each) {
            method(json, each.method());
        } else if (event instanceof Event.MethodChanged each) {
            method(json, each.to());
        } else if (event instanceof Event.AppPasswordCreated each) {
            json.writeStringField("displayName", each.appPassword().displayName());
        } else if (event instanceof Event.AppPasswordDeleted each) {
            json.writeStringField("displayName", each.appPassword().displayName());
        } else if (event instanceof Event.SessionsRevoked each) {
            Json.instant(json, "before", each.before());
        } else if (event instanceof Event.RememberedMfaRevoked each) {
            Json.instant(json, "before", each.before());
        } else if (event instanceof Event.SignedInFirst each) {
            Json.instant(json, "at", each.at());
        } else if (event instanceof Event.AccountChanged each) {
            json.writeBooleanField("accountEnabled", each.isEnabled());
        }
        json.writeEndObject();
    }

    /** A user with everything but the hashes of app passwords. */
    static String json(UserState user) {
        return Json.object(json -> write(user, json));
    }

    private static void write(UserState user, JsonGenerator json) throws IOException {
        json.writeStringField("id", user.id());
        json.writeStringField("userPrincipalName", user.userPrincipalName());
        json.writeStringField("displayName", user.displayName());
        json.writeBooleanField("accountEnabled", user.accountEnabled());
        json.writeStringField("perUserMfaState", user.perUserMfaState().graphName());
        Json.instant(json, "perUserMfaEnabledDateTime", user.perUserMfaEnabledDateTime());
        json.writeBooleanField("isMfaRegistered", user.isMfaRegistered());
        json.writeArrayFieldStart("authenticationMethods");
        for (AuthenticationMethod method : user.authenticationMethods()) {
            json.writeStartObject();
            method(json, method);
            json.writeStringField("phoneNumber", method.phoneNumber());
            json.writeStringField("emailAddress", method.emailAddress());
            json.writeBooleanField("isDefault", method.isDefault());
            json.writeBooleanField("isUsable", method.isUsable());
            Json.instant(json, "createdDateTime", method.createdDateTime());
            json.writeEndObject();
        }
        for (AppPassword password : user.appPasswords()) {
            json.writeStartObject();
            json.writeStringField("method", "appPassword");
            json.writeStringField("displayName", password.displayName());
            Json.instant(json, "createdDateTime", password.createdDateTime());
            json.writeEndObject();
        }
        json.writeEndArray();
        Json.instant(json, "signInSessionsValidFromDateTime", user.signInSessionsValidFromDateTime());
        Json.instant(json, "rememberDevicesNotIssuedBefore", user.rememberDevicesNotIssuedBefore());
        json.writeArrayFieldStart("perUserMfaHistory");
        for (PerUserMfaChange change : user.perUserMfaHistory()) {
            json.writeStartObject();
            Json.instant(json, "dateTime", change.dateTime());
            json.writeStringField("from", change.from() == null ? null : change.from().graphName());
            json.writeStringField("to", change.to() == null ? null : change.to().graphName());
            json.writeStringField("by", change.by());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void method(JsonGenerator json, AuthenticationMethod method) throws IOException {
        json.writeStringField("method", method.method().graphName());
        json.writeStringField("displayName", method.displayName());
    }
}
