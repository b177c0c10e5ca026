package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Roles;
import dev.sallyport.model.SecurityAttributes;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.ScopedRole;
import dev.sallyport.model.UserType;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns objects into the parts of a directory. */
public final class DirectoryReader {

    private static final List<Catalogue.Bundle> BUNDLES = Catalogue.builtIn().bundles();

    private static final List<String> DEVICE_TEXTS = List.of("deviceOwnership", "enrollmentProfileName", "manufacturer", "mdmAppId",
            "model",
            "operatingSystem", "operatingSystemVersion", "profileType");
    private static final List<String> DEVICE_COLLECTIONS = List.of("physicalIds", "systemLabels");

    /** What Graph writes for the scope of a role: the tenant, an object, or what lies in an administrative unit or attribute set. */
    private static final String SCOPE = "/|/(administrativeUnits/)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|/attributeSets/\\w+";
    private static final String TYPE = "@odata.type";

    /** How far the clock that wrote a date may run ahead. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final Diagnostics out;
    private final Instant latest;
    private final Mentions mentions = new Mentions();
    /** What objects of an export lack, and the first that does. */
    private final Map<String, LeftOut> leftOut = new LinkedHashMap<>();
    private final Set<String> incompleteUsers = new HashSet<>();
    private final Set<String> incompleteGroups = new HashSet<>();

    /** Where an export first leaves something out, and what to do. */
    private record LeftOut(Position position, String help) { }

    /** Graph expands no more than the first 20 of a relationship, and does not say that there are others. */
    private static final int MOST_EXPANDED = 20;
    private static final String MEMBERS_HELP = "export the members of each group with `GET /groups/{id}/members`, and write them as its "
            + "`members`: a policy on a group applies to its members";
    private static final String MEMBER_OF_HELP = "export the groups of each user with `GET /users/{id}/memberOf`, and write them as its "
            + "`memberOf`: a policy on a group applies to its members";
    private static final String USERS_HELP = "export them with `$select=id,userPrincipalName,displayName,userType,accountEnabled`";

    /** A name that has to be one of a group, or of a user or group, once all of the directory is read. */
    public record Mention(Reference reference, boolean isMember) { }

    /** Mentions, each in a few bytes: there may be millions. */
    private static final class Mentions extends AbstractList<Mention> {

        private final List<String> texts = new ArrayList<>();
        private final List<String> files = new ArrayList<>();
        private final BitSet members = new BitSet();
        private int[] places = new int[64];

        void add(String text, Position position, boolean isMember) {
            int at = texts.size();
            if (2 * at == places.length) {
                places = Arrays.copyOf(places, 2 * places.length);
            }
            places[2 * at] = position.line();
            places[2 * at + 1] = position.column();
            members.set(at, isMember);
            texts.add(text);
            files.add(position.file());
        }

        @Override
        public Mention get(int index) {
            Position position = new Position(files.get(index), places[2 * index], places[2 * index + 1]);
            return new Mention(new Reference(texts.get(index), texts.get(index), position), members.get(index));
        }

        @Override
        public int size() {
            return texts.size();
        }
    }

    /** Names of agent identities and blueprints, which have to be known once all of the directory is read (AGT-10). */
    private final List<Reference> agents = new ArrayList<>();

    /** Says once of each kind what an export leaves out that decisions hang on (attack 77). */
    void warnAboutLeftOut() {
        leftOut.forEach((what, first) -> out.warning("SP1129", first.position(), "the export has " + what, first.help()));
    }

    private boolean leavesOut(Fields fields, String name, String what, String help) {
        return isLeftOut(fields.isExport() && !fields.has(name), what, fields.position(), help);
    }

    /** Whether there may be more of a relationship than an export has. */
    private boolean isCut(Fields fields, String name, String what, String help) {
        return isLeftOut(fields.expanded(name).size() == MOST_EXPANDED,
                what + " with " + MOST_EXPANDED + " `" + name + "`, the most that `$expand` returns: there may be more",
                fields.position(), help);
    }

    private boolean isLeftOut(boolean isLeftOut, String what, Position position, String help) {
        if (isLeftOut) {
            leftOut.putIfAbsent(what, new LeftOut(position, help));
        }
        return isLeftOut;
    }

    /** What the objects lack that were read. */
    Directory.Gaps gaps() {
        return new Directory.Gaps(incompleteUsers, incompleteGroups);
    }

    /** The names that authors wrote; an export writes ids. */
    public List<Mention> mentions() {
        return mentions;
    }

    /** The names of agent identities and blueprints that authors wrote. */
    List<Reference> agents() {
        return agents;
    }

    /** AGT-10: the agent or blueprint that an object belongs to, or {@code null}. */
    private String parent(Fields fields, String name) {
        Reference parent = fields.reference(name);
        if (parent != null && !parent.text().isEmpty() && !fields.isExport()) {
            agents.add(parent);
        }
        return parent == null ? null : parent.text();
    }

    /** A field that only Graph writes: of an export, or of what a converted object keeps of one. */
    private static String exported(Fields fields, String name) {
        Node own = fields.node().get(name);
        Node kept = fields.node().get(ExportRemainder.KEY);
        return text(own != null ? own : kept instanceof Node.Mapping rest ? rest.get(name) : null);
    }

    /**
     * The ids of objects that Graph put into an export for their relationship to this one: of directory roles that of the template, which
     * policies name.
     *
     * @param roles whether directory roles are asked for, or everything else
     */
    private List<String> expanded(List<Node.Mapping> objects, boolean roles) {
        List<String> ids = new ArrayList<>();
        for (Node.Mapping object : objects) {
            boolean isRole = object.get("roleTemplateId") != null || text(object.get("@odata.type")).endsWith("directoryRole");
            String field = isRole ? "roleTemplateId" : "id";
            String id = text(object.get(field));
            if (isRole == roles && id.isBlank()) {
                out.error("SP1105", object.position(), "the object has no `" + field + "`", "export it with `$select=" + field + "`");
            } else if (isRole == roles) {
                ids.add(id);
            }
        }
        return ids;
    }

    private static String text(Node node) {
        return !Node.isNull(node) && node instanceof Node.Scalar scalar ? scalar.text() : "";
    }

    private List<String> mention(Fields fields, String name, boolean isMember) {
        List<Node.Mapping> objects = fields.expanded(name);
        if (!objects.isEmpty()) {
            fields.ignore(name);
            return expanded(objects, false);
        }
        List<Reference> references = fields.references(name);
        List<String> names = new ArrayList<>(references.size());
        for (Reference reference : references) {
            names.add(reference.text());
            if (!fields.isExport()) {
                mentions.add(reference.text(), reference.position(), isMember);
            }
        }
        return names;
    }

    /** For parts of a directory that are read by themselves, for a time of their own. */
    public DirectoryReader(Diagnostics out) {
        this.out = out;
        this.latest = Instant.MAX;
    }

    /** @param now what dates of the past are compared with */
    public DirectoryReader(Diagnostics out, Instant now) {
        this.out = out;
        this.latest = now.plus(CLOCK_SKEW);
    }

    /** The break-glass accounts of a directory: names or ids of users and groups. */
    List<String> breakGlass(Fields fields) {
        return mention(fields, "breakGlass", true);
    }

    public Directory.Organization organization(Fields fields) {
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
        Directory.Organization organization = new Directory.Organization(fields.text("displayName"), fields.text("tenantId"),
                fields.texts("licences"),
                mfa, compliant, hybrid);
        fields.done();
        return organization;
    }

    public UserState user(Fields fields) {
        boolean incomplete = leavesOut(fields, "userType", "users without `userType`: they count as members", USERS_HELP)
                | leavesOut(fields, "accountEnabled", "users without `accountEnabled`: they count as enabled", USERS_HELP)
                | isCut(fields, "memberOf", "users", MEMBER_OF_HELP);
        String name = fields.required("userPrincipalName");
        String id = fields.text("id");
        if (incomplete && name != null) {
            incompleteUsers.add(WellKnown.fold(id == null || id.isBlank() ? name : id));
        }
        UserType type = fields.choice("userType", UserType.class);
        PerUserMfaState state = fields.choice("perUserMfaState", PerUserMfaState.class);
        List<UserState.AuthenticationMethod> methods = new ArrayList<>();
        for (Fields each : fields.objects("authenticationMethods")) {
            AuthenticationMethodMode mode = each.choice("method", AuthenticationMethodMode.class);
            if (mode == null) {
                if (!each.has("method")) {
                    out.error("SP1105", each.position(), "the authentication method has no `method`",
                            "add `method: microsoftAuthenticatorPush` or another");
                }
            } else {
                methods.add(new UserState.AuthenticationMethod(mode, each.text("displayName"), each.bool("isDefault", false),
                        each.instant("createdDateTime"), each.bool("isUsable", true), each.text("phoneNumber"), each.text("emailAddress")));
            }
            each.ignore("id", "displayName", "isDefault", "createdDateTime", "isUsable", "phoneNumber", "emailAddress");
            each.done();
        }
        List<UserState.AppPassword> appPasswords = new ArrayList<>();
        for (Fields each : fields.objects("appPasswords")) {
            String hash = each.text("hash");
            if (hash != null && !AppPasswords.isHash(hash)) {
                out.warning("SP1121", each.position("hash"), "`hash` is not an Argon2id hash that can be verified",
                        "the app password will be refused; create a new one with `sallyport app-passwords create`");
            }
            appPasswords.add(new UserState.AppPassword(each.text("id"), each.text("displayName"), each.instant("createdDateTime"), hash));
            each.done();
        }
        List<UserState.PerUserMfaChange> history = new ArrayList<>();
        for (Fields each : fields.objects("perUserMfaHistory")) {
            history.add(new UserState.PerUserMfaChange(each.instant("dateTime"), each.choice("from", PerUserMfaState.class),
                    each.choice("to", PerUserMfaState.class), each.text("by")));
            each.done();
        }
        List<String> roles = new ArrayList<>();
        List<ScopedRole> scopedRoles = new ArrayList<>();
        roles(fields, roles, scopedRoles);
        String parent = parent(fields, "identityParentId");
        String agent = parent == null && exported(fields, TYPE).endsWith(".agentUser") ? "" : parent;
        UserState user = UserState.builder().id(id == null || id.isBlank() ? name : id).userPrincipalName(name)
                .displayName(fields.text("displayName")).accountEnabled(fields.bool("accountEnabled", true))
                .userType(type == null ? UserType.MEMBER : type).externalUserType(fields.choice("externalUserType", GuestType.class))
                .homeTenantId(fields.text("homeTenantId")).memberOf(mention(fields, "memberOf", false)).roles(roles)
                .scopedRoles(scopedRoles)
                .perUserMfaState(state == null ? PerUserMfaState.DISABLED : state)
                .perUserMfaEnabledDateTime(past(fields, "perUserMfaEnabledDateTime"))
                .firstSignInDateTime(past(fields, "firstSignInDateTime")).authenticationMethods(methods).appPasswords(appPasswords)
                .signInSessionsValidFromDateTime(fields.instant("signInSessionsValidFromDateTime"))
                .rememberDevicesNotIssuedBefore(fields.instant("rememberDevicesNotIssuedBefore")).perUserMfaHistory(history)
                .identityParentId(agent).build();
        finish(fields);
        return user;
    }

    /** PU-13, SD-REG-02: a day from which registration may wait for a while, and which has come. */
    private Instant past(Fields fields, String name) {
        Instant date = fields.instant(name);
        if (date != null && date.isAfter(latest)) {
            out.warning("SP1122", fields.position(name), "`" + name + "` is in the future: `" + date + "`",
                    "registration is due at once; write the actual date");
        }
        return date;
    }

    /**
     * Reads the roles of a user; an unknown one is an error (CA-USR-10, CA-USR-11).
     *
     * @param tenantWide takes those in the whole tenant
     * @param scoped takes those in a part of it (DEC-13)
     */
    private void roles(Fields fields, List<String> tenantWide, List<ScopedRole> scoped) {
        for (Fields each : fields.objects("roles", "role")) {
            Reference role = each.reference("role");
            Reference scope = each.reference("directoryScopeId");
            each.done();
            if (role == null) {
                if (!each.isMisshapen("role")) {
                    out.error("SP1105", each.position(), "the assignment of a role has no `role`", "add `role: Helpdesk Administrator` or "
                            + "another");
                }
                continue;
            }
            if (!WellKnown.isId(Directory.roleId(role.text()))) {
                String near = Suggestions.didYouMean(role.text(), Roles.IDS.keySet());
                out.error("SP1202", role.position(), "unknown built-in role `" + role + "`", near != null ? near
                        : "write the template id of the role");
            }
            if (scope != null && !scope.text().matches(SCOPE)) {
                out.error("SP1141", scope.position(), "invalid `directoryScopeId` `" + scope + "`", "write / for the whole tenant, "
                        + "/administrativeUnits/ and an id, or / and the id of an object");
            }
            if (scope == null || scope.text().equals("/")) {
                tenantWide.add(role.text());
            } else {
                scoped.add(new ScopedRole(role.text(), scope.text()));
            }
        }
        tenantWide.addAll(expanded(fields.expanded("memberOf"), true));
    }

    /** CA-APP-06..08: as policies name them, so that they compare. */
    private Set<String> bundles(Fields fields) {
        Set<String> bundles = new HashSet<>();
        for (Reference bundle : fields.isExport() ? List.<Reference>of() : fields.references("memberOf")) {
            List<String> names = BUNDLES.stream().map(Catalogue.Bundle::displayName).sorted().toList();
            String id = BUNDLES.stream().filter(each -> each.displayName().equalsIgnoreCase(bundle.text())).map(Catalogue.Bundle::id)
                    .findFirst().orElse(null);
            if (id == null) {
                String near = Suggestions.didYouMean(bundle.text(), names);
                out.error("SP1104", bundle.position(), "unknown bundle of applications `" + bundle + "`",
                        near != null ? near : "use one of " + String.join(", ", names));
            } else {
                bundles.add(id);
            }
        }
        return bundles;
    }

    public Directory.Group group(Fields fields) {
        boolean incomplete = isCut(fields, "members", "groups", MEMBERS_HELP)
                | leavesOut(fields, "members", "groups without `members`: they count as empty", MEMBERS_HELP);
        String name = fields.required("displayName");
        String id = fields.text("id");
        if (incomplete && (id != null || name != null)) {
            incompleteGroups.add(WellKnown.fold(id == null || id.isBlank() ? name : id));
        }
        Directory.Group group = new Directory.Group(id == null || id.isBlank() ? name : id, name, mention(fields, "members", true));
        finish(fields);
        return group;
    }

    public Directory.Application application(Fields fields) {
        String id = fields.required("appId");
        String name = fields.text("displayName");
        Directory.Application application = new Directory.Application(id, name == null ? id : name, bundles(fields), attributes(fields));
        finish(fields);
        return application;
    }

    public Directory.ServicePrincipal servicePrincipal(Fields fields) {
        String id = fields.required("id");
        String appId = fields.text("appId");
        String name = fields.text("displayName");
        String blueprint = parent(fields, "agentIdentityBlueprintId");
        String type = exported(fields, TYPE);
        Directory.ServicePrincipal principal = Directory.ServicePrincipal.builder().id(id).appId(appId == null ? id : appId)
                .displayName(name == null ? id : name).isSingleTenant(fields.bool("isSingleTenant", true))
                .isManagedIdentity(fields.bool("isManagedIdentity", false)).customSecurityAttributes(attributes(fields))
                .isAgentIdentity(isAgentIdentity(fields, type, blueprint)).agentIdentityBlueprintId(blueprint)
                .isAgentIdentityBlueprint(fields.bool("isAgentIdentityBlueprint", type.endsWith(".agentIdentityBlueprintPrincipal")))
                .build();
        finish(fields);
        return principal;
    }

    /** AGT-10: what is written, else what Graph says of the type; {@code null} if nothing does. */
    private Boolean isAgentIdentity(Fields fields, String type, String blueprint) {
        Boolean written = fields.bool("isAgentIdentity");
        if (Boolean.FALSE.equals(written) && blueprint != null) {
            out.add(Severity.ERROR, "SP1104", fields.position("isAgentIdentity"),
                    "`isAgentIdentity` is false, but the service principal has an `agentIdentityBlueprintId`", "remove one of them",
                    "AGT-10");
        }
        String kind = exported(fields, "servicePrincipalType");
        return written != null ? written : blueprint != null || type.endsWith(".agentIdentity") || kind.equals("ServiceIdentity")
                ? Boolean.TRUE : kind.isEmpty() && !type.endsWith(".agentIdentityBlueprintPrincipal") ? null : Boolean.FALSE;
    }

    /** Graph's shape: attribute sets, in each the attributes; what is no text counts for nothing (CA-APP-20). */
    private SecurityAttributes attributes(Fields fields) {
        Fields sets = fields.object("customSecurityAttributes");
        if (sets == null) {
            return SecurityAttributes.NONE;
        }
        Map<String, String> texts = new HashMap<>();
        Map<String, List<String>> collections = new HashMap<>();
        for (String set : sets.names()) {
            Fields attributes = sets.object(set);
            for (String attribute : attributes == null ? List.<String>of() : attributes.names()) {
                String name = WellKnown.fold(set + "_" + attribute);
                Node value = attributes.take(attribute);
                if (value instanceof Node.Sequence list) {
                    collections.put(name, list.items().stream().filter(DirectoryReader::isText).map(item -> ((Node.Scalar) item).text())
                            .toList());
                } else if (isText(value)) {
                    texts.put(name, ((Node.Scalar) value).text());
                }
            }
        }
        return new SecurityAttributes(texts, collections);
    }

    private static boolean isText(Node node) {
        return node instanceof Node.Scalar scalar && scalar.type() == Node.ScalarType.TEXT;
    }

    public Device device(Fields fields) {
        Map<String, String> texts = new HashMap<>();
        Map<String, List<String>> collections = new HashMap<>();
        String id = fields.text("deviceId");
        String name = fields.text("displayName");
        Boolean compliant = fields.bool("isCompliant");
        Boolean managed = fields.bool("isManaged");
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
        return new Device(id, name, compliant, managed, trust, texts, collections);
    }

    private static void put(Map<String, String> texts, String name, String value) {
        if (value != null) {
            texts.put(name, value);
        }
    }

    /** A Graph export of a directory object has dozens of fields that do not matter here; only an author's slips do. */
    private static void finish(Fields fields) {
        if (!fields.isExport()) {
            fields.ignore(ExportRemainder.KEY);
            fields.done();
        }
    }
}
