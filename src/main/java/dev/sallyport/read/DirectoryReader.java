package dev.sallyport.read;

import dev.sallyport.Device;
import dev.sallyport.Directory;
import dev.sallyport.UserState;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Turns objects into the parts of a directory. */
final class DirectoryReader {

    private static final List<String> DEVICE_TEXTS = List.of("deviceOwnership", "enrollmentProfileName", "manufacturer", "mdmAppId", "model",
            "operatingSystem", "operatingSystemVersion", "profileType");
    private static final List<String> DEVICE_COLLECTIONS = List.of("physicalIds", "systemLabels");

    private final Diagnostics out;

    DirectoryReader(Diagnostics out) {
        this.out = out;
    }

    Directory.Organization organization(Fields fields) {
        Fields trust = fields.object("inboundTrust");
        boolean mfa = false;
        boolean compliant = false;
        boolean hybrid = false;
        if (trust != null) {
            mfa = trust.bool("isMfaAccepted", false);
            compliant = trust.bool("isCompliantDeviceAccepted", false);
            hybrid = trust.bool("isHybridAzureADJoinedDeviceAccepted", false);
            trust.done();
        }
        Directory.Organization organization = new Directory.Organization(fields.text("displayName"), fields.text("tenantId"), fields.texts("licences"),
                mfa, compliant, hybrid);
        fields.done();
        return organization;
    }

    UserState user(Fields fields) {
        String name = fields.required("userPrincipalName");
        String id = fields.text("id");
        UserType type = fields.choice("userType", UserType.class);
        PerUserMfaState state = fields.choice("perUserMfaState", PerUserMfaState.class);
        List<UserState.AuthenticationMethod> methods = new ArrayList<>();
        for (Fields each : fields.objects("authenticationMethods")) {
            AuthenticationMethodMode mode = each.choice("method", AuthenticationMethodMode.class);
            if (mode == null) {
                if (!each.has("method")) {
                    out.error("SP1105", each.position(), "the authentication method has no `method`", "add `method: microsoftAuthenticatorPush` or another");
                }
            } else {
                methods.add(new UserState.AuthenticationMethod(mode, each.text("displayName"), each.bool("isDefault", false),
                        each.instant("createdDateTime"), each.bool("isUsable", true)));
            }
            each.ignore("id", "displayName", "isDefault", "createdDateTime", "isUsable");
            each.done();
        }
        List<UserState.AppPassword> appPasswords = new ArrayList<>();
        for (Fields each : fields.objects("appPasswords")) {
            appPasswords.add(new UserState.AppPassword(each.text("id"), each.text("displayName"), each.instant("createdDateTime"), each.text("hash")));
            each.done();
        }
        UserState user = new UserState(id == null || id.isBlank() ? name : id, name, fields.text("displayName"), fields.bool("accountEnabled", true),
                type == null ? UserType.MEMBER : type, fields.choice("externalUserType", GuestType.class), fields.text("homeTenantId"),
                fields.texts("memberOf"), fields.texts("roles"), state == null ? PerUserMfaState.DISABLED : state,
                fields.instant("perUserMfaEnabledDateTime"), fields.instant("firstSignInDateTime"), methods, appPasswords,
                fields.instant("signInSessionsValidFromDateTime"));
        finish(fields);
        return user;
    }

    Directory.Group group(Fields fields) {
        String name = fields.required("displayName");
        String id = fields.text("id");
        Directory.Group group = new Directory.Group(id == null || id.isBlank() ? name : id, name, fields.texts("members"));
        finish(fields);
        return group;
    }

    Directory.Application application(Fields fields) {
        String id = fields.required("appId");
        String name = fields.text("displayName");
        Directory.Application application = new Directory.Application(id, name == null ? id : name, new HashSet<>(fields.texts("memberOf")));
        finish(fields);
        return application;
    }

    Directory.ServicePrincipal servicePrincipal(Fields fields) {
        String id = fields.required("id");
        String appId = fields.text("appId");
        String name = fields.text("displayName");
        Directory.ServicePrincipal principal = new Directory.ServicePrincipal(id, appId == null ? id : appId, name == null ? id : name,
                fields.bool("isSingleTenant", true), fields.bool("isManagedIdentity", false));
        finish(fields);
        return principal;
    }

    Device device(Fields fields) {
        Map<String, String> texts = new HashMap<>();
        Map<String, List<String>> collections = new HashMap<>();
        String id = fields.text("deviceId");
        String name = fields.text("displayName");
        Boolean compliant = fields.bool("isCompliant");
        boolean managed = fields.bool("isManaged", false);
        String trust = fields.text("trustType");
        put(texts, "deviceId", id);
        put(texts, "displayName", name);
        put(texts, "isCompliant", compliant == null ? null : compliant ? "True" : "False");
        put(texts, "trustType", trust);
        for (String text : DEVICE_TEXTS) {
            put(texts, text, fields.text(text));
        }
        if (fields.has("ownership")) {
            put(texts, "deviceOwnership", fields.text("ownership"));
        }
        for (int i = 1; i <= 15; i++) {
            put(texts, "extensionAttribute" + i, fields.text("extensionAttribute" + i));
        }
        for (String collection : DEVICE_COLLECTIONS) {
            List<String> values = fields.texts(collection);
            if (!values.isEmpty()) {
                collections.put(collection, values);
            }
        }
        fields.ignore("id");
        finish(fields);
        return new Device(id, name, Boolean.TRUE.equals(compliant), managed, trust, texts, collections);
    }

    private static void put(Map<String, String> texts, String name, String value) {
        if (value != null) {
            texts.put(name, value);
        }
    }

    /** A Graph export of a directory object has dozens of fields that do not matter here; only an author's slips do. */
    private static void finish(Fields fields) {
        if (!fields.isExport()) {
            fields.done();
        }
    }
}
