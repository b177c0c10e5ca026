package dev.sallyport.read;

import dev.sallyport.Directory;
import dev.sallyport.Position;
import dev.sallyport.UserState;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.NamedReference;
import dev.sallyport.model.SecurityDefaults;
import dev.sallyport.model.WellKnown;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What a set of files holds, as resources: a policy set and a directory. A document says what it is by {@code kind}, by
 * {@code @odata.type}, or by its shape; wrappers of exports are opened (corpora, point 5).
 */
public final class Resources {

    private static final Map<String, String> LIST_CONTEXTS = Map.of("users", "user", "groups", "group", "devices", "device",
            "applications", "application", "serviceprincipals", "servicePrincipal");

    private final Diagnostics out;
    private final PolicyReader policyReader;
    private final DirectoryReader directoryReader;

    private final List<ConditionalAccessPolicy> policies = new ArrayList<>();
    private final List<NamedLocation> namedLocations = new ArrayList<>();
    private final List<AuthenticationStrength> strengths = new ArrayList<>();
    private final List<NamedReference> termsOfUse = new ArrayList<>();
    private final List<NamedReference> contexts = new ArrayList<>();
    private SecurityDefaults securityDefaults;
    private MfaSettings mfaSettings;
    private EvaluationSettings evaluationSettings;
    private Directory.Organization organization;
    private final List<UserState> users = new ArrayList<>();
    private final List<Directory.Group> groups = new ArrayList<>();
    private final List<Directory.Application> applications = new ArrayList<>();
    private final List<dev.sallyport.Device> devices = new ArrayList<>();
    private final List<Directory.ServicePrincipal> servicePrincipals = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final Map<String, Position> skipped = new HashMap<>();

    private Resources(Diagnostics out) {
        this.out = out;
        this.policyReader = new PolicyReader(out, strengths);
        this.directoryReader = new DirectoryReader(out);
    }

    /** Reads files and folders; what is wrong with them is reported, and the rest is read all the same. */
    public static Resources read(List<Path> paths, Diagnostics out) {
        return of(Sources.read(paths, out), out);
    }

    /** Reads documents that are parsed already. */
    public static Resources of(List<Sources.Document> documents, Diagnostics out) {
        Resources resources = new Resources(out);
        for (Sources.Document document : documents) {
            resources.add(document.root(), document.isJson(), null);
        }
        resources.skipped.forEach((what, position) -> out.warning("SP1110", position, what + " is skipped", "it is no part of a policy set or a directory"));
        resources.refuseDuplicates();
        return resources;
    }

    /** The policy part, with references as they were written. */
    public PolicySet policySet() {
        return new PolicySet(policies.stream().sorted(Comparator.comparing(ConditionalAccessPolicy::id)).toList(), List.copyOf(namedLocations),
                List.copyOf(strengths), List.copyOf(termsOfUse), List.copyOf(contexts),
                securityDefaults == null ? SecurityDefaults.OFF : securityDefaults, mfaSettings == null ? MfaSettings.DEFAULT : mfaSettings,
                evaluationSettings == null ? EvaluationSettings.DEFAULT : evaluationSettings, version());
    }

    /** The directory part. */
    public Directory directory() {
        return new Directory(organization == null ? Directory.Organization.DEFAULT : organization, users, groups, applications, devices, servicePrincipals);
    }

    private void add(Node node, boolean json, String hint) {
        if (node instanceof Node.Sequence sequence) {
            sequence.items().forEach(item -> add(item, json, hint));
        } else if (node instanceof Node.Mapping mapping) {
            addMapping(mapping, json, hint);
        } else {
            out.error("SP1101", node.position(), "expected a resource, found " + node.describe(), "a resource is an object with `kind:`");
        }
    }

    private void addMapping(Node.Mapping node, boolean json, String hint) {
        if (node.get("kind") instanceof Node.Scalar kind) {
            addKind(kind.text(), kind, new Fields(node, kind.text(), false, out));
            return;
        }
        for (String wrapper : List.of("value", "details", "PolicyConfig", "conditional_access_policies", "resources", "properties")) {
            Node inner = node.get(wrapper);
            if (inner instanceof Node.Sequence || inner instanceof Node.Mapping && !wrapper.equals("value")) {
                String context = node.get("@odata.context") instanceof Node.Scalar text ? text.text() : "";
                String set = context.replaceAll(".*[#/]", "").replaceAll("[^A-Za-z].*", "").toLowerCase(java.util.Locale.ROOT);
                add(inner, json, LIST_CONTEXTS.getOrDefault(set, hint));
                return;
            }
        }
        String kind = recognise(node, hint);
        if (kind != null) {
            addKind(kind, null, new Fields(node, kind, json, out));
        } else if (json) {
            Node type = node.get("@odata.type");
            skipped.putIfAbsent(type instanceof Node.Scalar text ? "an object of type `" + text.text() + "`" : "an object of no known kind", node.position());
        } else {
            out.error("SP1101", node.position(), "the document does not say what it is", "add `kind:`, such as `kind: conditionalAccessPolicy`");
        }
    }

    private static String recognise(Node.Mapping node, String hint) {
        if (node.get("@odata.type") instanceof Node.Scalar type && type.text().startsWith("#microsoft.graph.")) {
            String name = type.text().substring("#microsoft.graph.".length());
            if (KINDS.containsKey(name)) {
                return name;
            }
        }
        if (hint != null) {
            return hint;
        }
        Function<String, Boolean> has = key -> node.entries().stream().anyMatch(entry -> entry.key().text().equalsIgnoreCase(key));
        if (has.apply("conditions") && (has.apply("grantControls") || has.apply("sessionControls") || has.apply("state"))) {
            return "conditionalAccessPolicy";
        }
        if (has.apply("ipRanges")) {
            return "ipNamedLocation";
        }
        if (has.apply("countriesAndRegions")) {
            return "countryNamedLocation";
        }
        if (has.apply("allowedCombinations")) {
            return "authenticationStrengthPolicy";
        }
        if (has.apply("isEnabled") && has.apply("displayName")) {
            return "identitySecurityDefaultsEnforcementPolicy";
        }
        if (has.apply("userPrincipalName")) {
            return "user";
        }
        if (has.apply("securityEnabled") || has.apply("groupTypes")) {
            return "group";
        }
        return null;
    }

    private interface Reader {
        void read(Resources into, Fields fields);
    }

    private static final Map<String, Reader> KINDS = Map.ofEntries(
            Map.entry("conditionalAccessPolicy", (into, fields) -> into.policies.add(into.policyReader.policy(fields))),
            Map.entry("ipNamedLocation", (into, fields) -> into.namedLocations.add(into.policyReader.ipNamedLocation(fields))),
            Map.entry("countryNamedLocation", (into, fields) -> into.namedLocations.add(into.policyReader.countryNamedLocation(fields))),
            Map.entry("authenticationStrengthPolicy", (into, fields) -> into.strengths.add(into.policyReader.strength(fields))),
            Map.entry("securityDefaults", (into, fields) -> into.securityDefaults(fields)),
            Map.entry("identitySecurityDefaultsEnforcementPolicy", (into, fields) -> into.securityDefaults(fields)),
            Map.entry("mfaSettings", (into, fields) -> into.mfaSettings(fields)),
            Map.entry("evaluationSettings", (into, fields) -> into.evaluationSettings(fields)),
            Map.entry("authenticationContextClassReference", (into, fields) -> into.contexts.add(into.policyReader.authenticationContext(fields))),
            Map.entry("termsOfUse", (into, fields) -> into.termsOfUse.add(into.policyReader.termsOfUse(fields))),
            Map.entry("agreement", (into, fields) -> into.termsOfUse.add(into.policyReader.termsOfUse(fields))),
            Map.entry("directory", (into, fields) -> into.directory(fields)),
            Map.entry("user", (into, fields) -> into.users.add(into.directoryReader.user(fields))),
            Map.entry("group", (into, fields) -> into.groups.add(into.directoryReader.group(fields))),
            Map.entry("application", (into, fields) -> into.applications.add(into.directoryReader.application(fields))),
            Map.entry("device", (into, fields) -> into.devices.add(into.directoryReader.device(fields))),
            Map.entry("servicePrincipal", (into, fields) -> into.servicePrincipals.add(into.directoryReader.servicePrincipal(fields))));

    private static final Set<String> DIRECTORY_KINDS = Set.of("directory", "user", "group", "application", "device", "servicePrincipal");

    private void addKind(String kind, Node.Scalar where, Fields fields) {
        Reader reader = KINDS.get(kind);
        if (reader == null) {
            String near = Suggestions.didYouMean(kind, KINDS.keySet());
            out.error("SP1101", where.position(), "`" + kind + "` is no kind of resource",
                    near != null ? near : "it is one of " + String.join(", ", KINDS.keySet().stream().sorted().toList()));
            return;
        }
        fields.ignore("kind", "@odata.type");
        reader.read(this, fields);
        if (!DIRECTORY_KINDS.contains(kind)) {
            texts.add(fields.canonicalText());
        }
    }

    private void securityDefaults(Fields fields) {
        refuseSecond(securityDefaults == null ? null : securityDefaults.source(), fields, "security defaults");
        securityDefaults = policyReader.securityDefaults(fields);
    }

    private void mfaSettings(Fields fields) {
        refuseSecond(mfaSettings == null ? null : mfaSettings.source(), fields, "the MFA settings");
        mfaSettings = policyReader.mfaSettings(fields);
    }

    private void evaluationSettings(Fields fields) {
        refuseSecond(evaluationSettings == null ? null : evaluationSettings.source(), fields, "the evaluation settings");
        evaluationSettings = policyReader.evaluationSettings(fields);
    }

    private void directory(Fields fields) {
        Fields tenant = fields.object("organization");
        if (tenant != null) {
            organization = directoryReader.organization(tenant);
        }
        fields.objects("groups").forEach(each -> groups.add(directoryReader.group(each)));
        fields.objects("applications").forEach(each -> applications.add(directoryReader.application(each)));
        fields.objects("devices").forEach(each -> devices.add(directoryReader.device(each)));
        fields.objects("servicePrincipals").forEach(each -> servicePrincipals.add(directoryReader.servicePrincipal(each)));
        fields.objects("users").forEach(each -> users.add(directoryReader.user(each)));
        fields.done();
    }

    private void refuseSecond(Position first, Fields second, String what) {
        if (first != null) {
            out.error("SP1201", second.position(), what + " stand twice", "they stand first at " + first + ": keep one");
        }
    }

    private void refuseDuplicates() {
        refuseDuplicates(policies, ConditionalAccessPolicy::id, ConditionalAccessPolicy::source, "policies");
        refuseDuplicates(namedLocations, NamedLocation::id, NamedLocation::source, "named locations");
        refuseDuplicates(strengths, AuthenticationStrength::id, AuthenticationStrength::source, "authentication strengths");
        refuseDuplicates(users, UserState::id, user -> null, "users");
        refuseDuplicates(users, UserState::userPrincipalName, user -> null, "users");
        refuseDuplicates(groups, Directory.Group::id, group -> null, "groups");
    }

    private <T> void refuseDuplicates(List<T> resources, Function<T, String> id, Function<T, Position> source, String what) {
        Map<String, T> seen = new HashMap<>();
        for (T resource : resources) {
            String key = WellKnown.fold(id.apply(resource));
            T first = key.isEmpty() ? null : seen.put(key, resource);
            if (first != null && source.apply(resource) != source.apply(first) | source.apply(resource) == null) {
                Position at = source.apply(first);
                out.error("SP1201", source.apply(resource), "two " + what + " have the id `" + id.apply(resource) + "`",
                        at == null ? "give each its own" : "the first stands at " + at);
            }
        }
    }

    private String version() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            texts.stream().sorted().forEach(text -> sha.update(text.getBytes(StandardCharsets.UTF_8)));
            return "sha256:" + HexFormat.of().formatHex(sha.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
