package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.AuthzenMapping;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.Fingerprint;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicySet.NamedReference;
import dev.sallyport.model.PolicySet.TermsOfUse;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SecurityDefaults;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a set of files holds, as resources: a policy set and a directory. A document says what it is by {@code kind}, by
 * {@code @odata.type}, or by its shape; wrappers of exports are opened.
 */
public final class Resources {

    private final Diagnostics out;
    private final PolicyReader policyReader;
    private final LocationReader locationReader;
    private final SettingsReader settingsReader;
    private final DirectoryReader directoryReader;
    /** Files that hold something that is no object. */
    private final Set<String> strange = new HashSet<>();

    private final List<ConditionalAccessPolicy> policies = new ArrayList<>();
    private final List<NamedLocation> namedLocations = new ArrayList<>();
    private final List<AuthenticationStrength> strengths = new ArrayList<>();
    /** Strengths that policies of an export carry in full; one that is declared counts instead. */
    private final List<AuthenticationStrength> embeddedStrengths = new ArrayList<>();
    private final List<TermsOfUse> termsOfUse = new ArrayList<>();
    private final List<NamedReference> contexts = new ArrayList<>();
    private SecurityDefaults securityDefaults;
    private MfaSettings mfaSettings;
    private EvaluationSettings evaluationSettings;
    private AuthzenMapping authzenMapping;
    private final List<Node.Mapping> catalogues = new ArrayList<>();
    private Catalogue catalogue = Catalogue.builtIn();
    private Directory.Organization organization;
    private final List<String> breakGlass = new ArrayList<>();
    private final List<UserState> users = new ArrayList<>();
    private final List<Directory.Group> groups = new ArrayList<>();
    private final List<Directory.Application> applications = new ArrayList<>();
    private final List<dev.sallyport.model.Device> devices = new ArrayList<>();
    private final List<Directory.ServicePrincipal> servicePrincipals = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    /** Digests of the objects of the directory. */
    private final List<String> people = new ArrayList<>();
    private final Map<String, Position> skipped = new HashMap<>();
    private final Envelopes.Pages pages = new Envelopes.Pages();
    /** The policies that come from an export, by identity, as they are written there. */
    private final Map<ConditionalAccessPolicy, Fields> exported = new IdentityHashMap<>();
    /** Whether the object at hand is what an Azure resource of some type is made of, where a policy is none of the tenant's. */
    private boolean isOfTemplate;
    /** How many objects of a document are taken for something. */
    private int found;
    /** Where the objects of a directory stand, which do not know it themselves. */
    private final Map<Object, Position> positions = new IdentityHashMap<>();
    /** Takes the resources as they are written, instead of reading them; {@code null} when they are read. */
    private List<Written> written;

    private Resources(Diagnostics out) {
        this.out = out;
        this.policyReader = new PolicyReader(out, embeddedStrengths);
        this.locationReader = new LocationReader(out, policyReader);
        this.settingsReader = new SettingsReader(out);
        this.directoryReader = new DirectoryReader(out, Instant.now());
    }

    /** Reads files and folders; what is wrong with them is reported, and the rest is read all the same. */
    public static Resources read(List<Path> paths, Diagnostics out) {
        return of(Sources.read(paths, false, false, out), out);
    }

    /** Reads the files of a directory, which may be as large in YAML as an export in JSON. */
    public static Resources readDirectory(List<Path> paths, Diagnostics out) {
        return of(Sources.read(paths, false, true, out), out);
    }

    /** Reads documents that are parsed already. */
    public static Resources of(List<Sources.Document> documents, Diagnostics out) {
        Resources resources = new Resources(out);
        resources.addAll(Bindings.apply(documents, out));
        resources.directoryReader.warnAboutLeftOut();
        resources.catalogue = resources.catalogue.with(resources.catalogues, out);
        resources.tellSamePoliciesApart();
        resources.refuseDuplicates();
        resources.refuseUnknownNames();
        for (AuthenticationStrength embedded : resources.embeddedStrengths) {
            if (resources.strengths.stream().noneMatch(declared -> declared.id().equalsIgnoreCase(embedded.id()))) {
                resources.strengths.add(embedded);
            }
        }
        return resources;
    }

    /**
     * A resource as it is written.
     *
     * @param isExport whether it says itself, by its type or its shape, what it is, as exports do
     * @param isNamed  whether it could tell so without its surroundings
     */
    public record Written(String kind, Node.Mapping node, boolean isExport, boolean isNamed) { }

    /** The resources of documents as they are written, out of their wrappers; what is no resource is reported. */
    public static List<Written> list(List<Sources.Document> documents, Diagnostics out) {
        Resources resources = new Resources(out);
        resources.written = new ArrayList<>();
        resources.addAll(documents);
        return List.copyOf(resources.written);
    }

    private void addAll(List<Sources.Document> documents) {
        for (Sources.Document document : documents) {
            found = 0;
            add(document.root(), document.isJson(), null);
            if (found == 0 && document.isJson()) {
                out.warning("SP1820", document.root().position(), "the file contains no resource", "export again, or remove the file");
            }
        }
        skipped.forEach((what, position) -> out.warning("SP1110", position, what + " is skipped",
                "objects of this type are not part of a policy set or a directory"));
        pages.refuseMissing(out);
    }

    /** The policy part, with references as they were written. */
    public PolicySet policySet() {
        return new PolicySet(policies.stream().map(this::open).sorted(Comparator.comparing(ConditionalAccessPolicy::id)).toList(),
                List.copyOf(namedLocations),
                List.copyOf(strengths), List.copyOf(termsOfUse), List.copyOf(contexts),
                securityDefaults == null ? SecurityDefaults.OFF : securityDefaults, mfaSettings == null ? MfaSettings.DEFAULT : mfaSettings,
                evaluationSettings == null ? EvaluationSettings.DEFAULT : evaluationSettings,
                catalogue, authzenMapping == null ? AuthzenMapping.DEFAULT : authzenMapping, Fingerprint.ofAll(texts));
    }

    /** Whether a set asks for nothing: neither policies nor security defaults nor MFA settings do. */
    public static boolean isNothing(PolicySet set) {
        return set.policies().isEmpty() && !set.securityDefaults().isEnabled() && set.mfaSettings().source() == null;
    }

    /**
     * Refuses a set that asks for nothing and does not say, by security defaults that are off, that it means it: a path is wrong then
     * (IMP-10).
     */
    public static void refuseNothing(PolicySet set, List<Path> paths, Diagnostics out) {
        if (!isNothing(set) || set.securityDefaults().source() != null || out.hasErrors()) {
            return;
        }
        List<String> unread = paths.stream().flatMap(path -> Sources.unread(path).stream()).limit(3).toList();
        out.error("SP1117", paths.isEmpty() ? null : Position.of(paths.get(0).toString()),
                "the policy set contains no policy, no security defaults and no MFA settings",
                (unread.isEmpty() ? "" : "not read, because the name does not end in .yaml, .yml or .json: `" + String.join("`, `", unread)
                + "`; ")
                + "to ask users for nothing, write `kind: securityDefaults` with `isEnabled: false`");
    }

    /** The policy, which holds everywhere where it includes a location that is not understood, and says so (IMP-02, IMP-09). */
    private ConditionalAccessPolicy open(ConditionalAccessPolicy policy) {
        List<String> notEvaluated = new ArrayList<>(policy.notEvaluated());
        Conditions old = policy.conditions();
        Locations locations = old.locations();
        if (locations != null && namesPartlyUnderstood(locations.include(), namedLocations, NamedLocation::id,
                NamedLocation::displayName)) {
            notEvaluated.add("includeLocations");
            locations = new Locations(Stream.concat(locations.include().stream(), Stream.of(PolicyReader.ALL)).toList(),
                    locations.exclude());
        }
        if (locations != null && namesPartlyUnderstood(locations.exclude(), namedLocations, NamedLocation::id,
                NamedLocation::displayName)) {
            notEvaluated.add("excludeLocations");
        }
        GrantControls grant = policy.grantControls();
        if (grant != null && grant.authenticationStrength() != null
                && namesPartlyUnderstood(List.of(grant.authenticationStrength()), strengths, AuthenticationStrength::id,
                AuthenticationStrength::displayName)) {
            notEvaluated.add("authenticationStrength");
        }
        if (notEvaluated.size() == policy.notEvaluated().size()) {
            return policy;
        }
        Conditions conditions = new Conditions(old.users(), old.clientApplications(), old.agents(), old.applications(),
                old.clientAppTypes(), old.platforms(), locations, old.signInRiskLevels(), old.userRiskLevels(),
                old.servicePrincipalRiskLevels(), old.agentIdRiskLevels(), old.insiderRiskLevels(), old.deviceFilter(),
                old.excludedDeviceStates(), old.transferMethods(), old.times());
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), policy.state(), conditions, grant, policy.sessionControls(),
                notEvaluated.stream().distinct().toList(), policy.annotations(), policy.source());
    }

    private <T> boolean namesPartlyUnderstood(List<Reference> references, List<T> resources, Function<T, String> id,
            Function<T, String> name) {
        return resources.stream().filter(policyReader::isPartlyUnderstood)
                .anyMatch(resource -> references.stream().anyMatch(reference -> WellKnown.isSame(reference.text(), id.apply(resource))
                        || WellKnown.isSame(reference.text(), name.apply(resource))));
    }

    /** The directory part, with what was found while it was read. */
    public Directory directory() {
        return new Directory(organization == null ? Directory.Organization.DEFAULT : organization, users, groups, applications, devices,
                servicePrincipals,
                out.toList(), Fingerprint.ofAll(people), directoryReader.gaps()).withBreakGlass(breakGlass.stream().distinct().toList());
    }

    /** Where a user of {@link #directory()} stands. */
    public Position position(UserState user) {
        return positions.get(user);
    }

    private void add(Node node, boolean json, String hint) {
        if (node instanceof Node.Sequence sequence) {
            sequence.items().forEach(item -> add(item, json, hint));
        } else if (node instanceof Node.Mapping mapping) {
            addMapping(mapping, json, hint);
        } else if (strange.add(node.position().file())) {      // once: the file may be a list of secrets
            out.error("SP1101", node.position(), "expected a resource, found " + node.describe(), "write an object with `kind:`");
        }
    }

    private void addMapping(Node.Mapping node, boolean json, String hint) {
        String shape = Envelopes.shape(node);
        if (node.get("kind") instanceof Node.Scalar kind && (!json || KINDS.containsKey(kind.text()) || shape == null)) {
            ExportRemainder whole = ExportRemainder.of(node);
            addKind(kind.text(), kind, node, new Fields(whole.node(), kind.text(), false, whole.values(),
                    !DIRECTORY_KINDS.contains(kind.text()), out));
            return;
        }
        if (node.get("kind") != null && !json) {
            out.error("SP1103", node.get("kind").position(), "`kind` is " + node.get("kind").describe(), "it must be text");
            return;
        }
        String other = NotEvaluated.kind(node);
        if (other != null) {
            found++;
            out.warning("SP1132", node.position(), "`" + other + "` is skipped: " + NotEvaluated.reason(other), null);
            return;
        }
        String kind = Envelopes.kind(node, shape, hint, out);
        if (Envelopes.REFUSED.equals(kind) || Envelopes.isGraphError(node, out) || json && Envelopes.isCutOff(node, out)) {
            found++;
        } else if (kind != null) {
            addKind(kind, null, node, new Fields(node, kind, json, Set.of(), !DIRECTORY_KINDS.contains(kind), out));
        } else if (node.get("details") instanceof Node.Mapping details && "conditionalAccessPolicy".equals(Envelopes.shape(details))) {
            addTemplate(node, details, json);
        } else {
            addWrapped(node, json, hint);
        }
    }

    /** What stands in a wrapper of an export. */
    private void addWrapped(Node.Mapping node, boolean json, String hint) {
        List<Node.Entry> wrappers = Envelopes.wrappers(node);
        if (wrappers.size() == 1) {
            Envelopes.refuseOthers(node, wrappers.get(0), out);
            String context = Envelopes.context(node);
            pages.add(context, node.get("@odata.nextLink"));
            isOfTemplate |= Envelopes.isAzureResource(node);
            add(wrappers.get(0).value(), json, context.isEmpty() ? hint : Envelopes.hint(context, hint));
            isOfTemplate = false;
        } else if (!wrappers.isEmpty()) {
            found++;
            out.error("SP1127", wrappers.get(1).key().position(), "`" + wrappers.get(0).key().text() + "` and `" + wrappers.get(1).key()
                    .text() + "` are in one object",
                    "split it into two objects: an object wraps one list");
        } else if (!json) {
            out.error("SP1101", node.position(), "the document has no `kind`", "add `kind:`, such as `kind: conditionalAccessPolicy`");
        } else {
            found++;
            if (isOfTemplate || !Envelopes.hidesPolicy(node, out)) {
                Node type = node.get("@odata.type");
                skipped.putIfAbsent(type instanceof Node.Scalar text ? "an object of type `" + text.text() + "`"
                        : "an object of an unknown kind", node.position());
            }
        }
    }

    /** A policy template of Graph is named outside and has no state: a policy made from it starts in report-only (CA-POL-14). */
    private void addTemplate(Node.Mapping template, Node.Mapping details, boolean json) {
        List<Node.Entry> entries = new ArrayList<>(details.entries());
        addMissing(entries, "id", template.get("id"));
        addMissing(entries, "displayName", template.get("name"));
        if (addMissing(entries, "state", new Node.Scalar(details.position(), PolicyState.REPORT_ONLY.graphName(), Node.ScalarType.TEXT))) {
            out.add(Severity.WARNING, "SP1111", template.position(), "a template has no state: it counts as report-only",
                    "to enforce it, make it a policy", "CA-POL-14");
        }
        addMapping(new Node.Mapping(details.position(), List.copyOf(entries)), json, null);
    }

    private static boolean addMissing(List<Node.Entry> entries, String key, Node value) {
        if (value == null || entries.stream().anyMatch(entry -> entry.key().text().equalsIgnoreCase(key) && !Node.isNull(entry.value()))) {
            return false;
        }
        entries.removeIf(entry -> entry.key().text().equalsIgnoreCase(key));
        return entries.add(new Node.Entry(new Node.Scalar(value.position(), key, Node.ScalarType.TEXT), value));
    }

    private interface Reader {
        void read(Resources into, Fields fields);
    }

    private static final Map<String, Reader> KINDS = Map.ofEntries(
            Map.entry("conditionalAccessPolicy", (into, fields) -> into.policy(fields)),
            Map.entry(Envelopes.UNKNOWN_LOCATION,
                    (into, fields) -> into.namedLocations.add(into.locationReader.unknownNamedLocation(fields))),
            Map.entry("ipNamedLocation", (into, fields) -> into.namedLocations.add(into.locationReader.ipNamedLocation(fields))),
            Map.entry("compliantNetworkNamedLocation",
                    (into, fields) -> into.namedLocations.add(into.locationReader.compliantNetworkNamedLocation(fields))),
            Map.entry("countryNamedLocation", (into, fields) -> into.namedLocations.add(into.locationReader.countryNamedLocation(fields))),
            Map.entry("authenticationStrengthPolicy", (into, fields) -> into.strengths.add(into.policyReader.strength(fields))),
            Map.entry("securityDefaults", (into, fields) -> into.securityDefaults(fields)),
            Map.entry("identitySecurityDefaultsEnforcementPolicy", (into, fields) -> into.securityDefaults(fields)),
            Map.entry("mfaSettings", (into, fields) -> into.mfaSettings(fields)),
            Map.entry("evaluationSettings", (into, fields) -> into.evaluationSettings(fields)),
            Map.entry("catalogue", (into, fields) -> into.catalogues.add(fields.node())),
            Map.entry("authzenMapping", (into, fields) -> into.authzenMapping(fields)),
            Map.entry("authenticationContextClassReference",
                    (into, fields) -> into.contexts.add(into.policyReader.authenticationContext(fields))),
            Map.entry("termsOfUse", (into, fields) -> into.termsOfUse.add(into.policyReader.termsOfUse(fields))),
            Map.entry("agreement", (into, fields) -> into.termsOfUse.add(into.policyReader.termsOfUse(fields))),
            Map.entry(Bindings.KIND, (into, fields) -> fields.ignore(Bindings.KIND)),
            Map.entry("directory", (into, fields) -> into.directory(fields)),
            Map.entry("user", (into, fields) -> into.add(into.users, fields, into.directoryReader.user(fields))),
            Map.entry("group", (into, fields) -> into.add(into.groups, fields, into.directoryReader.group(fields))),
            Map.entry("application", (into, fields) -> into.add(into.applications, fields, into.directoryReader.application(fields))),
            Map.entry("device", (into, fields) -> into.add(into.devices, fields, into.directoryReader.device(fields))),
            Map.entry("servicePrincipal", (into, fields) -> into.add(into.servicePrincipals, fields,
                    into.directoryReader.servicePrincipal(fields))));

    /** Every {@code kind} that a document of a set can have. */
    public static Set<String> kinds() {
        return KINDS.keySet().stream().filter(kind -> !kind.equals(Envelopes.UNKNOWN_LOCATION)).collect(Collectors.toSet());
    }

    /** Whether resources of a kind belong to a directory and not to a policy set. */
    public static boolean isOfDirectory(String kind) {
        return DIRECTORY_KINDS.contains(kind);
    }

    private static final Set<String> DIRECTORY_KINDS = Set.of("directory", "user", "group", "application", "device", "servicePrincipal");

    private void addKind(String kind, Node.Scalar where, Node.Mapping node, Fields fields) {
        Reader reader = where != null && kind.equals(Envelopes.UNKNOWN_LOCATION) ? null : KINDS.get(kind);
        String reason = reader == null ? NotEvaluated.reason(kind) : null;
        if (reason != null) {
            out.error("SP1132", where.position(), "`" + kind + "` is not evaluated: " + reason, "remove the document");
            return;
        }
        if (reader == null) {
            String near = kind.equals("policyTests") ? "run test suites with `sallyport test`"
                    : kind.equals("invariants") ? "prove invariants with `sallyport prove`"
                    : kind.equals("signIn") || kind.equals("registration") ? "decide requests with `sallyport evaluate`"
                    : Suggestions.didYouMean(kind, kinds());
            out.error("SP1101", where.position(), "unknown resource kind `" + kind + "`",
                    near != null ? near : "use one of " + String.join(", ", kinds().stream().sorted().toList()));
            return;
        }
        found++;
        if (written != null) {
            written.add(new Written(kind, node, where == null, where != null || kind.equals(Envelopes.kind(node, Envelopes.shape(node),
                    null, new Diagnostics()))));
            return;
        }
        fields.ignore("kind", "@odata.type");
        if (fields.isDeleted(out)) {
            return;
        }
        reader.read(this, fields);
        if (!DIRECTORY_KINDS.contains(kind)) {
            texts.add(fields.canonicalText());
        }
    }

    private void securityDefaults(Fields fields) {
        refuseSecond(securityDefaults == null ? null : securityDefaults.source(), fields, "security defaults");
        securityDefaults = settingsReader.securityDefaults(fields);
    }

    private void mfaSettings(Fields fields) {
        refuseSecond(mfaSettings == null ? null : mfaSettings.source(), fields, "the MFA settings");
        mfaSettings = settingsReader.mfaSettings(fields);
    }

    private void evaluationSettings(Fields fields) {
        refuseSecond(evaluationSettings == null ? null : evaluationSettings.source(), fields, "the evaluation settings");
        evaluationSettings = settingsReader.evaluationSettings(fields);
    }

    private void authzenMapping(Fields fields) {
        refuseSecond(authzenMapping == null ? null : authzenMapping.source(), fields, "AuthZEN mappings");
        authzenMapping = new AuthzenMappingReader(out).read(fields);
    }

    private void directory(Fields fields) {
        Fields tenant = fields.object("organization");
        if (tenant != null) {
            organization = directoryReader.organization(tenant);
            people.add(Fingerprint.ofAll(List.of(tenant.canonicalText())));
        }
        List<String> accounts = directoryReader.breakGlass(fields);
        if (!accounts.isEmpty()) {
            breakGlass.addAll(accounts);
            people.add(Fingerprint.ofAll(accounts));
        }
        fields.forEachObject("groups", each -> add(groups, each, directoryReader.group(each)));
        fields.forEachObject("applications", each -> add(applications, each, directoryReader.application(each)));
        fields.forEachObject("devices", each -> add(devices, each, directoryReader.device(each)));
        fields.forEachObject("servicePrincipals", each -> add(servicePrincipals, each, directoryReader.servicePrincipal(each)));
        fields.forEachObject("users", each -> add(users, each, directoryReader.user(each)));
        fields.done();
    }

    private <T> void add(List<T> objects, Fields fields, T object) {
        objects.add(object);
        people.add(Fingerprint.ofAll(List.of(fields.canonicalText())));
        positions.put(object, fields.position());
    }

    private void refuseSecond(Position first, Fields second, String what) {
        if (first != null) {
            out.error("SP1201", second.position(), what + " are defined twice", "they are first defined at " + first
                    + ": remove one of them");
        }
    }

    private void policy(Fields fields) {
        ConditionalAccessPolicy policy = policyReader.policy(fields);
        policies.add(policy);
        if (fields.isExport()) {
            exported.put(policy, fields);
        }
    }

    /**
     * Policies of an export may share a name: those that have no id of their own get one made of what they say. One that stands there twice
     * counts once (IMP-08).
     */
    private void tellSamePoliciesApart() {
        Map<String, List<ConditionalAccessPolicy>> byId = new LinkedHashMap<>();
        policies.forEach(policy -> byId.computeIfAbsent(WellKnown.fold(policy.id()), any -> new ArrayList<>()).add(policy));
        byId.values().stream().filter(same -> same.size() > 1).forEach(same -> {
            Set<String> seen = new HashSet<>();
            for (ConditionalAccessPolicy policy : same) {
                Fields fields = exported.get(policy);
                if (fields == null) {
                    continue;
                }
                boolean isNamed = fields.hasText("id");
                if (!seen.add(isNamed + fields.fingerprint())) {
                    policies.remove(policies.lastIndexOf(policy));
                    out.meant("SP1201", policy.source(), "duplicate policy `" + policy.id() + "` in the export", "remove one of the two",
                            "IMP-08");
                } else if (!isNamed) {
                    String id = policy.id() + " (" + fields.fingerprint() + ")";
                    out.meant("SP1201", policy.source(), "several policies are named `" + policy.id() + "` and have no id",
                            "export it with its id; until then, its id is `" + id + "`", "IMP-08");
                    policies.set(policies.indexOf(policy), new ConditionalAccessPolicy(id, policy.displayName(), policy.state(),
                            policy.conditions(),
                            policy.grantControls(), policy.sessionControls(), policy.notEvaluated(), policy.annotations(),
                            policy.source()));
                }
            }
        });
    }

    private void refuseDuplicates() {
        refuseDuplicates(policies, each -> List.of(each.id()), ConditionalAccessPolicy::source, "policies");
        refuseDuplicates(namedLocations, each -> List.of(each.id()), NamedLocation::source, "named locations");
        refuseDuplicates(strengths, each -> List.of(each.id()), AuthenticationStrength::source, "authentication strengths");
        refuseDuplicates(termsOfUse, each -> List.of(each.id()), TermsOfUse::source, "terms of use");
        refuseDuplicates(contexts, each -> List.of(each.id()), NamedReference::source, "authentication contexts");
        refuseDuplicates(users, each -> List.of(each.id(), each.userPrincipalName()), positions::get, "users");
        refuseDuplicates(groups.stream().filter(each -> !Sources.isJson(positions.get(each).file())).toList(), each -> List.of(each.id()),
                positions::get, "groups");
        warnAboutRenamedGroups();
        refuseDuplicates(applications, each -> List.of(each.appId()), positions::get, "applications");
        refuseDuplicates(devices, each -> each.deviceId() == null ? List.of() : List.of(each.deviceId()), positions::get, "devices");
        refuseDuplicates(servicePrincipals, each -> List.of(each.id()), positions::get, "service principals");
    }

    private <T> void refuseDuplicates(List<T> resources, Function<T, List<String>> ids, Function<T, Position> source, String what) {
        Map<String, T> seen = new HashMap<>(resources.size() * 3);
        for (T resource : resources) {
            for (String id : ids.apply(resource)) {
                T first = id.isEmpty() ? resource : seen.putIfAbsent(WellKnown.fold(id), resource);
                if (first != null && first != resource) {
                    out.error("SP1201", source.apply(resource), "two " + what + " have the id `" + id + "`", "the first one is at "
                            + source.apply(first));
                }
            }
        }
    }

    /** Exports of different days name a group by its names of those days; it is one group under all of them. */
    private void warnAboutRenamedGroups() {
        Map<String, Directory.Group> seen = new HashMap<>();
        for (Directory.Group group : groups) {
            Directory.Group first = seen.putIfAbsent(WellKnown.fold(group.id()), group);
            if (first != null && (Sources.isJson(positions.get(group).file()) || Sources.isJson(positions.get(first).file()))) {
                out.warning("SP1201", positions.get(group), "two groups have the id `" + group.id() + "`",
                        "they count as one group with two names; the first one is at " + positions.get(first));
            }
        }
    }

    /** The number of agent identities and blueprints that are named and unknown; they are refused (AGT-10). */
    private int refuseUnknownAgents() {
        List<String> names = Stream.concat(servicePrincipals.stream().map(Directory.ServicePrincipal::displayName),
                applications.stream().map(Directory.Application::displayName)).toList();
        int unknowns = 0;
        for (Reference agent : directoryReader.agents()) {
            boolean isKnown = WellKnown.isId(WellKnown.fold(agent.text())) || names.stream().anyMatch(agent.text()::equalsIgnoreCase)
                    || servicePrincipals.stream().anyMatch(each -> each.isNamed(agent.text()));
            if (!isKnown) {
                String near = ++unknowns > Suggestions.MOST ? null : Suggestions.didYouMean(agent.text(), names);
                out.error("SP1202", agent.position(), "unknown agent identity or blueprint `" + agent + "`", near != null ? near
                        : "add it to the directory, or write an id");
            }
        }
        return unknowns;
    }

    /** A misspelt group or role would leave its user out of the policies that are meant for it. */
    private void refuseUnknownNames() {
        Map<String, Integer> groupNames = new HashMap<>();
        Set<String> ids = new HashSet<>();
        for (Directory.Group group : groups) {
            groupNames.merge(WellKnown.fold(group.displayName()), 1, Integer::sum);
            ids.add(WellKnown.fold(group.id()));
        }
        Set<String> people = new HashSet<>();
        List<String> groupsOnly = groups.stream().map(Directory.Group::displayName).toList();
        List<String> names = new ArrayList<>();
        int unknowns = refuseUnknownAgents();
        for (DirectoryReader.Mention mention : directoryReader.mentions()) {
            String name = WellKnown.fold(mention.reference().text());
            if (WellKnown.isId(name) || ids.contains(name)) {
                continue;
            }
            if (mention.isMember() && people.isEmpty()) {
                users.forEach(user -> people.addAll(List.of(WellKnown.fold(user.id()), WellKnown.fold(user.userPrincipalName()))));
            }
            if (mention.isMember() && people.contains(name)) {
                continue;
            }
            Position position = mention.reference().position();
            int matches = groupNames.getOrDefault(name, 0);
            if (matches > 1) {
                out.error("SP1203", position, "`" + mention.reference() + "` is the name of " + matches + " groups",
                        "write the id instead");
            } else if (matches == 0) {
                if (names.isEmpty()) {
                    names.addAll(groupsOnly);
                    users.forEach(user -> names.add(user.userPrincipalName()));
                }
                String near = ++unknowns > Suggestions.MOST ? null : Suggestions.didYouMean(mention.reference().text(), mention.isMember()
                        ? names : groupsOnly);
                out.error("SP1202", position, "unknown " + (mention.isMember() ? "user or group" : "group") + " `" + mention.reference()
                        + "`",
                        near != null ? near : "add it to the directory, or write an id");
            }
        }
    }
}
