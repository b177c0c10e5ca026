package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.Quote;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the body of Graph's {@code conditionalAccess/evaluate} into a request (WI-20..36). As Graph does, and other than for the
 * files of a tenant, it refuses fields that it does not know: one that is misspelt would change the answer.
 */
public final class WhatIfReader {

    private static final String NAMESPACE = "#microsoft.graph.";
    private static final String USER = NAMESPACE + "userSignIn";
    private static final String SERVICE_PRINCIPAL = NAMESPACE + "servicePrincipalSignIn";
    private static final String AGENT = NAMESPACE + "agentSignIn";
    private static final String APPLICATION_CONTEXT = NAMESPACE + "applicationContext";
    private static final String AUTHENTICATION_CONTEXT = NAMESPACE + "authContext";
    private static final String USER_ACTION_CONTEXT = NAMESPACE + "userActionContext";
    /** Literals of policies, which no application of a request matches (WI-07). */
    private static final List<String> LITERALS = List.of("All", WellKnown.OFFICE_365, WellKnown.MICROSOFT_ADMIN_PORTALS);
    /** The longest body, in characters; Graph's own are shorter than 2,000. */
    public static final int MOST_CHARACTERS = 1 << 20;
    private static final int MOST_VALUES = 10_000;
    private static final int LONGEST_TEXT = 1_000;
    private static final String CONTEXT_HELP = "add \"signInContext\": {\"@odata.type\": \"" + APPLICATION_CONTEXT
            + "\", \"includeApplications\": [\"id\"]}, with the id of an application, or a context of another type";
    /** An id of a device that is registered although the body gives none; filters do not see it. */
    private static final String UNNAMED_DEVICE = "00000000-0000-0000-0000-000000000000";

    private final Diagnostics out;

    /** Where the values of the request stand, by the name of their field in {@link SignIn}. */
    private final Map<String, Place> places = new HashMap<>();
    private boolean isOfAgent;

    /** @param out takes what is wrong with the body */
    public WhatIfReader(Diagnostics out) {
        this.out = out;
    }

    /** The actions of WI-27. */
    private enum UserAction implements GraphEnum {
        REGISTER_SECURITY_INFORMATION("registerSecurityInformation", null),
        REGISTER_OR_JOIN_DEVICES("registerOrJoinDevices", "device");

        private final String graphName;
        private final String method;

        UserAction(String graphName, String method) {
            this.graphName = graphName;
            this.method = method;
        }

        @Override
        public String graphName() {
            return graphName;
        }
    }

    /**
     * A value of a body.
     *
     * @param path {@code signInConditions.ipAddress}
     */
    public record Place(String path, Node node) {

        /** Where it stands; within a list, the item that a message names in backticks. */
        public Position position(String message) {
            if (node instanceof Node.Sequence list) {
                for (Node item : list.items()) {
                    if (item instanceof Node.Scalar scalar && message.contains(Quote.of(scalar.text()))) {
                        return item.position();
                    }
                }
            }
            return node.position();
        }
    }

    /**
     * What a body asks.
     *
     * @param appliedPoliciesOnly whether to leave out the policies that do not apply (WI-03)
     * @param isOfBeta            whether only Graph's beta has what it asks: the sign-in or the risk of an agent (WI-24, WI-36)
     * @param places              where the values of the request stand, by the name of their field in {@link SignIn}
     */
    public record Question(Request request, boolean appliedPoliciesOnly, boolean isOfBeta, Map<String, Place> places) { }

    /** The question of a body, or {@code null} when it has mistakes, which are reported. */
    public Question read(Node body) {
        if (!(body instanceof Node.Mapping mapping)) {
            out.error("SP1103", body.position(), "expected the body of a What If request, found " + body.describe(),
                    "write an object with `signInIdentity`");
            return null;
        }
        if (isTooLarge(mapping)) {
            return null;
        }
        if (mapping.get("signInIdentity") == null && (mapping.get("user") != null || mapping.get("kind") != null)) {
            out.error("SP1101", body.position(), "this is not the body of a What If request",
                    "decide Sallyport requests with `sallyport evaluate`");
            return null;
        }
        Diagnostics own = new Diagnostics();
        Question question = new WhatIfReader(own).question(new Fields(mapping, "the body", false, own));
        out.addAll(own);
        return own.hasErrors() ? null : question;
    }

    /** Whether there is more in it than any question needs, which is reported: what is said of a body stays as short as a body. */
    private boolean isTooLarge(Node.Mapping body) {
        Deque<Node> open = new ArrayDeque<>(List.of(body));
        int values = 0;
        while (!open.isEmpty()) {
            Node node = open.pop();
            List<? extends Node> parts = List.of();
            String text = "";
            if (node instanceof Node.Mapping mapping) {
                values += mapping.entries().size();
                for (Node.Entry entry : values > MOST_VALUES ? List.<Node.Entry>of() : mapping.entries()) {
                    open.push(entry.key());
                    open.push(entry.value());
                }
            } else if (node instanceof Node.Sequence list) {
                values += list.items().size();
                parts = values > MOST_VALUES ? List.of() : list.items();
            } else if (node instanceof Node.Scalar scalar) {
                text = scalar.text();
            }
            parts.forEach(open::push);
            if (values > MOST_VALUES || text.length() > LONGEST_TEXT) {
                out.error("SP1003", node.position(), values > MOST_VALUES ? "the body contains more than " + MOST_VALUES + " values"
                        : "a text of " + text.length() + " characters is too long; the maximum is " + LONGEST_TEXT,
                        "send a body as for Graph's conditionalAccess/evaluate");
                return true;
            }
        }
        return false;
    }

    private Question question(Fields fields) {
        SignIn.Builder signIn = SignIn.builder();
        identity(fields, signIn);
        UserAction action = context(fields, signIn);
        Fields conditions = fields.object("signInConditions");
        if (conditions != null) {
            conditions(conditions, signIn);
        }
        boolean applied = flag(fields, "appliedPoliciesOnly");
        fields.done();
        SignIn read = signIn.build();
        return new Question(action == null ? read : new Registration(read, action.method, null), applied, isOfAgent
                || read.agentIdRiskLevel() != null, places);
    }

    // ---- who (WI-20..24)

    private void identity(Fields fields, SignIn.Builder signIn) {
        Fields identity = fields.object("signInIdentity");
        if (identity == null) {
            out.error("SP1105", fields.position(), "the body has no `signInIdentity`",
                    "add `\"signInIdentity\": {\"@odata.type\": \"" + USER + "\", \"userId\": \"…\"}`");
            return;
        }
        String type = type(identity, "signInIdentity", List.of(USER, SERVICE_PRINCIPAL, AGENT));
        if (USER.equals(type)) {
            identity.required("userId");
            signIn.user(text(identity, "userId", "signInIdentity", "user"))
                    .externalTenantId(text(identity, "externalTenantId", "signInIdentity", "externalTenantId"))
                    .externalUserType(externalUserType(identity));
            identity.done();
        } else if (SERVICE_PRINCIPAL.equals(type)) {
            identity.required("servicePrincipalId");
            signIn.servicePrincipal(text(identity, "servicePrincipalId", "signInIdentity", "servicePrincipal"));
            identity.done();
        } else if (AGENT.equals(type)) {
            isOfAgent = true;
            identity.required("agentServicePrincipalId");
            signIn.servicePrincipal(text(identity, "agentServicePrincipalId", "signInIdentity", "servicePrincipal"));
            identity.done();
        }
    }

    /** WI-22: a flags enum, of which a user can be one. */
    private String externalUserType(Fields identity) {
        Node node = identity.take("externalUserType");
        String text = identity.text("externalUserType");
        if (text == null || text.strip().equalsIgnoreCase("none")) {
            return null;
        }
        if (text.contains(",")) {
            out.error("SP1104", node.position(), "`" + text + "` names several values of `externalUserType`", "keep one of them");
            return null;
        }
        return name(identity.constant("externalUserType", node.position(), text.strip(), GuestType.class));
    }

    // ---- what (WI-25..27)

    /** Takes the context into the sign-in, or returns it when it is a user action. */
    private UserAction context(Fields fields, SignIn.Builder signIn) {
        boolean given = fields.take("signInContext") != null;
        Fields context = fields.object("signInContext");
        if (!given) {
            out.error("SP1105", fields.position(), "the body has no `signInContext`", CONTEXT_HELP);
        }
        if (context == null) {
            return null;
        }
        String type = type(context, "signInContext", List.of(APPLICATION_CONTEXT, AUTHENTICATION_CONTEXT, USER_ACTION_CONTEXT));
        UserAction action = null;
        if (APPLICATION_CONTEXT.equals(type)) {
            note(context, "includeApplications", "signInContext", "application");
            if (context.take("includeApplications") == null) {
                out.error("SP1105", context.position(), "signInContext has no `includeApplications`", CONTEXT_HELP);
            }
            signIn.applications(applications(context.references("includeApplications"), context.position("includeApplications")));
        } else if (AUTHENTICATION_CONTEXT.equals(type)) {
            context.required("authenticationContextValue");
            signIn.authenticationContext(text(context, "authenticationContextValue", "signInContext", "authenticationContext"));
        } else if (USER_ACTION_CONTEXT.equals(type)) {
            context.required("userAction");
            action = context.choice("userAction", UserAction.class);
        }
        if (type != null) {
            context.done();
        }
        return action;
    }

    /** WI-07: what policies write for many applications is none in a request, in Graph as here. */
    private List<String> applications(List<Reference> references, Position position) {
        List<String> applications = new ArrayList<>();
        for (Reference reference : references) {
            String literal = LITERALS.stream().filter(reference.text()::equalsIgnoreCase).findFirst().orElse(null);
            if (literal == null) {
                applications.add(reference.text());
            } else {
                String policies = literal.equals("All") ? "all applications" : "`" + literal + "`";
                out.add(Diagnostic.Severity.WARNING, "SP1405", reference.position(), "`" + literal
                        + "` is not an application in a request: policies on "
                        + policies + " do not match it", "write the id of an application", "WI-07");
            }
        }
        if (references.isEmpty()) {
            out.add(Diagnostic.Severity.WARNING, "SP1405", position, "the body names no application: no policy on applications matches it",
                    CONTEXT_HELP, "WI-04");
        }
        return applications;
    }

    // ---- under which conditions (WI-28..36)

    private void conditions(Fields fields, SignIn.Builder signIn) {
        DevicePlatform platform = fields.choice("devicePlatform", DevicePlatform.class);
        ClientAppType client = fields.choice("clientAppType", ClientAppType.class);
        signIn.devicePlatform(platform == DevicePlatform.ALL ? null : name(platform))                                   // WI-40
                .clientAppType(client == ClientAppType.ALL ? null                                                       // WI-41
                        : client == ClientAppType.EAS_SUPPORTED ? ClientAppType.EXCHANGE_ACTIVE_SYNC.graphName() : name(client))
                .signInRiskLevel(name(fields.choice("signInRiskLevel", RiskLevel.class)))
                .userRiskLevel(name(fields.choice("userRiskLevel", RiskLevel.class)))
                .servicePrincipalRiskLevel(name(fields.choice("servicePrincipalRiskLevel", RiskLevel.class)))
                .agentIdRiskLevel(name(fields.choice("agentIdRiskLevel", RiskLevel.class)))                             // WI-36
                .insiderRiskLevel(name(fields.choice("insiderRiskLevel", InsiderRiskLevel.class)))
                .country(text(fields, "country", "signInConditions", "country"))
                .ipAddress(text(fields, "ipAddress", "signInConditions", "ipAddress"));
        Fields flow = fields.object("authenticationFlow");
        if (flow != null) {
            signIn.authenticationFlow(name(flow.choice("transferMethod", TransferMethod.class)));
            flow.done();
        }
        signIn.device(device(fields));
        fields.done();
    }

    /** WI-35, WI-99: whatever is said of a device, it is a registered one; filters know the names of WI-45. */
    private Device device(Fields conditions) {
        Fields fields = conditions.object("deviceInfo");
        Device device = fields == null ? null : new DirectoryReader(out).device(fields);
        if (device == null || !fields.saysSomething()) {
            return null;
        }
        Map<String, String> texts = new HashMap<>(device.texts());
        texts.putIfAbsent("isCompliant", "False");
        String id = device.isRegistered() ? device.deviceId() : UNNAMED_DEVICE;
        return new Device(id, device.displayName(), device.isCompliant(), device.isManaged(), device.trustType(), texts,
                device.collections());
    }

    // ---- fields

    /** The type of an object that can be one of several, or {@code null} when it is none of them, which is reported. */
    private String type(Fields fields, String what, List<String> types) {
        Node node = fields.take("@odata.type");
        if (!(node instanceof Node.Scalar scalar)) {
            out.error("SP1105", fields.position(), "`" + what + "` has no `@odata.type`", "use one of " + String.join(", ", types));
            return null;
        }
        String type = scalar.text().startsWith("#") ? scalar.text() : "#" + scalar.text();
        if (!types.contains(type)) {
            String near = Suggestions.didYouMean(type, types);
            out.error("SP1104", node.position(), "unknown type `" + scalar.text() + "` for `" + what + "`",
                    near != null ? near : "use one of " + String.join(", ", types));
            return null;
        }
        return type;
    }

    private String text(Fields fields, String name, String parent, String field) {
        note(fields, name, parent, field);
        return fields.text(name);
    }

    private void note(Fields fields, String name, String parent, String field) {
        Node node = fields.take(name);
        if (node != null) {
            places.put(field, new Place(parent + "." + name, node));
        }
    }

    /** Graph's own examples write truth with quotes and without. */
    private boolean flag(Fields fields, String name) {
        Node node = fields.take(name);
        if (node instanceof Node.Scalar scalar && scalar.text().matches("(?i)true|false")) {
            return Boolean.parseBoolean(scalar.text());
        }
        return fields.bool(name, false);
    }

    private static String name(GraphEnum constant) {
        return constant == null ? null : constant.graphName();
    }
}
