package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.PolicyState;
import dev.sallyport.parse.Node;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Tells what the objects of an export are, and opens their wrappers: first what an object is, then what wraps it, so
 * that one more key never hides a policy (attack 67). What would lose a policy without a word is an error.
 */
final class Envelopes {

    /** The kind of a named location that is newer than the engine. */
    static final String UNKNOWN_LOCATION = "unknownNamedLocation";
    /** Stands for the kind of an object that says two things; that is reported. */
    static final String REFUSED = "";

    private static final String POLICY = "conditionalAccessPolicy";
    private static final String ANY_LOCATION = "namedLocation";
    private static final Set<String> LOCATIONS = Set.of("ipNamedLocation", "countryNamedLocation", "compliantNetworkNamedLocation",
            UNKNOWN_LOCATION);
    private static final String GRAPH_TYPE = "#microsoft.graph.";
    private static final Map<String, String> LIST_CONTEXTS = Map.of("users", "user", "groups", "group", "devices", "device",
            "applications", "application", "serviceprincipals", "servicePrincipal", "conditionalaccess/policies", POLICY,
            "conditionalaccess/namedlocations", ANY_LOCATION);

    /** Types of agents, and what they are types of (AGT-10). */
    private static final Map<String, String> AGENT_TYPES = Map.of("agentUser", "user", "agentIdentity", "servicePrincipal",
            "agentIdentityBlueprintPrincipal", "servicePrincipal", "agentIdentityBlueprint", "application");
    private static final String AGENT_LIST = "/microsoft\\.graph\\.agent\\w+$";

    /** Keys that wrap resources, in lower case, and what may stand beside them, in lower case, besides annotations. */
    private static final Map<String, Set<String>> WRAPPERS = Map.of(
            "value", Set.of("count"),                                                   // PowerShell 5 counts the items of a list
            "details", Set.of("id", "name", "description", "scenarios"),
            "policyconfig", Set.of(),
            "conditional_access_policies", Set.of(),
            "conditionalaccesspolicies", Set.of(),
            "policies", Set.of(),
            "resources", Set.of("$schema", "contentversion", "parameters", "variables", "functions", "outputs", "metadata",
                    "languageversion", "definitions"),
            "properties", Set.of("type", "apiversion", "name", "location", "dependson", "condition", "scope", "comments", "tags", "id"));

    /** What ConvertTo-Json of PowerShell writes for an object or a list that lies deeper than it goes. */
    private static final String CUT_OFF =
            "(?s)@\\{\\w+=.*|System\\.(Object|String|Collections|Management|Linq)\\b.*|Microsoft\\.(Graph|Open)\\.[\\w.]+";
    private static final String GUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final String CUT_OFF_LIST = GUID + "( " + GUID + ")+";
    /** Text that people write. */
    private static final Set<String> FREE_TEXT = Set.of("displayname", "description", "note", "rule", "name");

    private Envelopes() { }

    // ---- what an object is

    /** The kind that an object has by its fields, or {@code null}. */
    static String shape(Node.Mapping node) {
        if (has(node, "grantControls") || has(node, "sessionControls") || has(node, "conditions") && has(node, "state")
                || value(node, "conditions") instanceof Node.Mapping conditions && has(conditions, "users")) {
            return POLICY;
        }
        if (has(node, "ipRanges")) {
            return "ipNamedLocation";
        }
        if (has(node, "countriesAndRegions")) {
            return "countryNamedLocation";
        }
        if (has(node, "allowedCombinations")) {
            return "authenticationStrengthPolicy";
        }
        if (has(node, "isEnabled") && has(node, "displayName")) {
            return "identitySecurityDefaultsEnforcementPolicy";
        }
        if (has(node, "userPrincipalName")) {
            return "user";
        }
        if (has(node, "securityEnabled") || has(node, "groupTypes")) {
            return "group";
        }
        return null;
    }

    /**
     * The kind of an object, by its type, by the list that it stands in, or by its fields; {@code null} when nothing tells,
     * {@link #REFUSED}
     * when its fields are those of a policy or location and the others say something else (attack 73).
     */
    static String kind(Node.Mapping node, String shape, String hint, Diagnostics out) {
        String written = node.get("@odata.type") instanceof Node.Scalar text && text.text().startsWith(GRAPH_TYPE) ? text.text()
                .substring(GRAPH_TYPE.length()) : null;
        String type = written == null ? null : AGENT_TYPES.getOrDefault(written, written);
        String own = hint(context(node), null);
        String listed = hint != null ? hint : has(node, "value") ? null : own;
        boolean isKnownType = type != null && Resources.kinds().contains(type);
        boolean isLocationType = type != null && !isKnownType && type.endsWith("NamedLocation");
        boolean isOfPolicySet = shape != null && (shape.equals(POLICY) || LOCATIONS.contains(shape));
        if (isOfPolicySet && type != null && !type.equals(shape) || isOfPolicySet && listed != null && !isSame(listed, shape)
                || isKnownType && listed != null && (POLICY.equals(type) || LOCATIONS.contains(type)) && !isSame(listed, type)) {
            String said = type != null && !type.equals(shape) ? type : listed;
            out.error("SP1130", node.position(), "the object says that it is `" + said + "`, but has the fields of `" + (isOfPolicySet
                    ? shape : type) + "`",
                    "export it again, or remove the wrong type");
            return REFUSED;
        }
        if (isKnownType) {
            return type;
        }
        if (isLocationType) {
            return UNKNOWN_LOCATION;
        }
        return listed == null || listed.equals(ANY_LOCATION) ? shape : listed;
    }

    private static boolean isSame(String listed, String kind) {
        return listed.equals(kind) || listed.equals(ANY_LOCATION) && LOCATIONS.contains(kind);
    }

    /** What Graph says an answer holds, without its address, in lower case; empty when it does not say. */
    static String context(Node.Mapping node) {
        String text = node.get("@odata.context") instanceof Node.Scalar context ? context.text() : "";
        return text.replaceAll(".*#", "").replaceAll("/\\$entity$", "").replaceAll("\\([^/]*\\)$", "").toLowerCase(Locale.ROOT);
    }

    /** The kind of the objects of a list in such a context. */
    static String hint(String context, String otherwise) {
        String list = context.replaceAll(AGENT_LIST, "");
        for (Map.Entry<String, String> each : LIST_CONTEXTS.entrySet()) {
            if (list.equals(each.getKey()) || list.endsWith("/" + each.getKey())) {
                return each.getValue();
            }
        }
        return otherwise;
    }

    // ---- wrappers

    /** The keys of an object that wrap others. */
    static List<Node.Entry> wrappers(Node.Mapping node) {
        return node.entries().stream().filter(entry -> {
            String key = entry.key().text().toLowerCase(Locale.ROOT);
            return WRAPPERS.containsKey(key) && (entry.value() instanceof Node.Sequence || entry.value() instanceof Node.Mapping
                    && !key.equals("value"));
        }).toList();
    }

    /** Whether an object is a resource of an Azure template. */
    static boolean isAzureResource(Node.Mapping node) {
        return has(node, "apiVersion") && value(node, "type") instanceof Node.Scalar type && type.text().indexOf('/') > 0;
    }

    /** Refuses what stands beside a wrapper and would be lost. */
    static void refuseOthers(Node.Mapping node, Node.Entry wrapper, Diagnostics out) {
        Set<String> allowed = WRAPPERS.get(wrapper.key().text().toLowerCase(Locale.ROOT));
        for (Node.Entry entry : node.entries()) {
            String key = entry.key().text();
            if (entry != wrapper && !key.contains("@") && !Node.isEmpty(entry.value()) && !allowed.contains(key.toLowerCase(Locale.ROOT))) {
                out.error("SP1127", entry.key().position(), "`" + key + "` is next to the wrapper `" + wrapper.key()
                        .text() + "` and would be lost",
                        "keep only annotations next to `" + wrapper.key().text() + "`");
            }
        }
    }

    /** Whether an object of no known kind holds a policy somewhere inside, or the beginning of one, which is reported. */
    static boolean hidesPolicy(Node.Mapping node, Diagnostics out) {
        Position inside = policyInside(node);
        if (inside != null) {
            out.error("SP1127", inside, "a policy inside an object of an unknown kind is not read",
                    "put it into its own list, as Graph exports it");
        } else if (isBeginning(node)) {
            out.error("SP1126", node.position(), "the policy has neither conditions nor controls: the export is incomplete",
                    "export policies without `$select`");
            return true;
        }
        return inside != null;
    }

    private static boolean isBeginning(Node.Mapping node) {
        return value(node, "state") instanceof Node.Scalar state && GraphEnum.anyCase(PolicyState.class, state.text()) != null
                && (has(node, "displayName") || has(node, "id"));
    }

    private static Position policyInside(Node node) {
        if (node instanceof Node.Mapping mapping) {
            for (Node.Entry entry : mapping.entries()) {
                if (entry.value() instanceof Node.Mapping inner && (POLICY.equals(shape(inner)) || isBeginning(inner))) {
                    return inner.position();
                }
                Position inside = policyInside(entry.value());
                if (inside != null) {
                    return inside;
                }
            }
        } else if (node instanceof Node.Sequence list) {
            for (Node item : list.items()) {
                Position inside = item instanceof Node.Mapping inner && (POLICY.equals(shape(inner)) || isBeginning(inner))
                        ? inner.position() : policyInside(item);
                if (inside != null) {
                    return inside;
                }
            }
        }
        return null;
    }

    // ---- what is no export

    /** Whether an object is what Graph, or the service that gives tokens, answers to what it refuses; that is reported. */
    static boolean isGraphError(Node.Mapping node, Diagnostics out) {
        for (String key : List.of("error", "odata.error")) {
            Node error = value(node, key);
            if (error instanceof Node.Mapping body && has(body, "code")) {
                Node message = value(body, "message") instanceof Node.Mapping inner ? value(inner, "value") : value(body, "message");
                return graphError(node, value(body, "code"), message, out);
            }
            if (error instanceof Node.Scalar code && has(node, "error_description")) {
                return graphError(node, code, value(node, "error_description"), out);
            }
        }
        return false;
    }

    private static boolean graphError(Node.Mapping node, Node code, Node message, Diagnostics out) {
        out.error("SP1128", node.position(), "Graph returned an error: " + text(code) + (Node.isNull(message) ? "" : ": " + text(message)),
                "export again with an account or application that has the permission Policy.Read.All");
        return true;
    }

    private static String text(Node node) {
        String text = node instanceof Node.Scalar scalar ? scalar.text() : "";
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }

    /** Whether PowerShell cut something off, which is reported: what is lost cannot be guessed. */
    static boolean isCutOff(Node.Mapping node, Diagnostics out) {
        Node.Entry lost = cutOff(node);
        if (lost != null) {
            out.error("SP1126", lost.value().position(), "`" + lost.key().text() + "` is cut off: " + lost.value().describe(),
                    "export again with `ConvertTo-Json -Depth 10`: the default depth is 2");
        }
        return lost != null;
    }

    private static Node.Entry cutOff(Node.Mapping node) {
        for (Node.Entry entry : node.entries()) {
            List<Node> values = entry.value() instanceof Node.Sequence list ? list.items() : List.of(entry.value());
            for (Node value : values) {
                if (value instanceof Node.Mapping inner) {
                    Node.Entry lost = cutOff(inner);
                    if (lost != null) {
                        return lost;
                    }
                } else if (value instanceof Node.Scalar scalar && scalar.type() == Node.ScalarType.TEXT && mayBeCutOff(scalar.text())
                        && !FREE_TEXT.contains(entry.key().text().toLowerCase(Locale.ROOT))) {
                    return new Node.Entry(entry.key(), scalar);
                }
            }
        }
        return null;
    }

    private static boolean mayBeCutOff(String text) {
        return (text.startsWith("@{") || text.startsWith("System.") || text.startsWith("Microsoft.")) && text.matches(CUT_OFF)
                || text.length() > 72 && text.matches(CUT_OFF_LIST);
    }

    /** The pages of lists that Graph gives in several; all but the last say that there is another. */
    static final class Pages {

        private final Map<String, Position> unfinished = new LinkedHashMap<>();
        private final Map<String, Integer> last = new HashMap<>();

        void add(String context, Node nextLink) {
            if (Node.isNull(nextLink)) {
                last.merge(context, 1, Integer::sum);
            } else {
                unfinished.putIfAbsent(context, nextLink.position());
            }
        }

        void refuseMissing(Diagnostics out) {
            unfinished.forEach((context, position) -> {
                if (!last.containsKey(context)) {
                    out.error("SP1119", position, "the export is one page of several, and the last is missing",
                            "follow `@odata.nextLink` and add the other pages to the set");
                }
            });
        }
    }

    private static boolean has(Node.Mapping node, String key) {
        return node.entries().stream().anyMatch(entry -> entry.key().text().equalsIgnoreCase(key));
    }

    private static Node value(Node.Mapping node, String key) {
        return node.entries().stream().filter(entry -> entry.key().text().equalsIgnoreCase(key)).map(Node.Entry::value).findFirst()
                .orElse(null);
    }
}
