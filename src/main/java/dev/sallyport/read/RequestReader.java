package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Device;
import dev.sallyport.model.Quote;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.parse.Node;
import java.util.ArrayList;
import java.util.List;

/** Turns documents into requests; only their form is looked at here, their sense when they are evaluated. */
public final class RequestReader {

    private final Diagnostics out;
    private final DirectoryReader directoryReader;

    /** @param out takes what is wrong with the requests */
    public RequestReader(Diagnostics out) {
        this.out = out;
        this.directoryReader = new DirectoryReader(out);
    }

    /** The requests of a document: one, or a list of them. A request with mistakes is left out, and they are reported. */
    public List<Request> read(Node root) {
        List<Request> requests = new ArrayList<>();
        List<Node> nodes = root instanceof Node.Sequence sequence ? sequence.items() : List.of(root);
        for (Node node : nodes) {
            if (node instanceof Node.Mapping mapping && mapping.get("signInIdentity") != null) {
                out.error("SP1101", node.position(), "this is the body of a What If request", "use `sallyport whatif`");
            } else if (node instanceof Node.Mapping mapping) {
                Diagnostics own = new Diagnostics();
                Request request = new RequestReader(own).request(new Fields(mapping, "a request", false, own));
                out.addAll(own);
                if (!own.hasErrors()) {
                    requests.add(request);
                }
            } else {
                out.error("SP1103", node.position(), "expected a request, found " + node.describe(), "write an object with `user:`");
            }
        }
        return requests;
    }

    /**
     * Where a field such as {@code authentication.methods} of a request stands, or the request itself when the field is not there.
     *
     * @param message what is wrong with it; quotes the item of a list that is meant
     */
    public static Position position(Node request, String field, String message) {
        Node found = request;
        for (String name : field.split("\\.")) {
            Node value = found instanceof Node.Mapping mapping ? value(mapping, name) : null;
            if (value == null) {
                break;
            }
            found = value;
        }
        return found instanceof Node.Sequence list ? item(list, message).position() : found.position();
    }

    /** The item of a list that a message quotes first; what it quotes later are suggestions. */
    private static Node item(Node.Sequence list, String message) {
        Node first = list;
        int at = message.length();
        for (Node item : list.items()) {
            int quoted = item instanceof Node.Scalar scalar ? message.indexOf(Quote.of(scalar.text())) : -1;
            if (quoted >= 0 && quoted < at) {
                first = item;
                at = quoted;
            }
        }
        return first;
    }

    private static Node value(Node.Mapping mapping, String name) {
        for (Node.Entry entry : mapping.entries()) {
            String key = entry.key().text();
            if (key.equalsIgnoreCase(name) || name.equals("application") && key.equalsIgnoreCase("applications")) {
                return entry.value();
            }
        }
        return null;
    }

    private Request request(Fields fields) {
        String kind = fields.text("kind");
        boolean registration = "registration".equals(kind);
        if (kind != null && !registration && !kind.equals("signIn")) {
            String command = kind.equals("policyTests") ? "run test suites with `sallyport test`" : !Resources.kinds().contains(kind) ? null
                    : Resources.isOfDirectory(kind) ? "name a directory with `-d`" : "name a policy set with `-p`";
            out.error("SP1101", fields.position(), "unknown request kind `" + kind + "`", command != null ? command
                    : "use signIn or registration");
            if (command != null) {
                return null;                                    // none of its fields is a request's
            }
        }
        SignIn.Builder builder = SignIn.builder().name(fields.text("name")).user(fields.text("user"))
                .servicePrincipal(fields.text("servicePrincipal"))
                .authenticationContext(fields.text("authenticationContext")).clientAppType(fields.text("clientAppType"))
                .devicePlatform(fields.text("devicePlatform")).ipAddress(fields.text("ipAddress")).country(fields.text("country"))
                .signInRiskLevel(fields.text("signInRiskLevel")).userRiskLevel(fields.text("userRiskLevel"))
                .insiderRiskLevel(fields.text("insiderRiskLevel")).servicePrincipalRiskLevel(fields.text("servicePrincipalRiskLevel"))
                .agentIdRiskLevel(fields.text("agentIdRiskLevel")).authenticationFlow(fields.text("authenticationFlow"))
                .createdDateTime(fields.instant("createdDateTime"))
                .scopes(fields.texts("scopes")).insideCorporateNetwork(fields.bool("insideCorporateNetwork"))
                .compliantNetwork(fields.bool("compliantNetwork")).azureResourceOperation(fields.text("azureResourceOperation"))
                .securityDefaultsPrompt(fields.text("securityDefaultsPrompt"))
                .externalTenantId(fields.text("externalTenantId"))
                .externalUserType(fields.text("externalUserType"));
        String application = fields.text("application");
        List<String> applications = fields.texts("applications");
        builder.applications(application == null ? applications : applications.isEmpty() ? List.of(application) : both(fields));
        device(fields, builder);
        Fields authentication = fields.object("authentication");
        if (authentication != null) {
            builder.authentication(authentication(authentication));
        }
        Fields session = fields.object("session");
        if (session != null) {
            builder.session(session(session));
        }
        Fields client = fields.object("clientApplication");
        if (client != null) {
            builder.clientApplication(new SignIn.ClientApplication(client.bool("isApproved"), client.bool("isProtected")));
            client.done();
        }
        Fields gps = fields.object("gps");
        if (gps != null) {
            builder.gps(new SignIn.Gps(gps.text("country")));
            gps.done();
        }
        Fields satisfied = fields.object("satisfied");
        if (satisfied != null) {
            builder.satisfied(new SignIn.Satisfied(satisfied.texts("termsOfUse"), satisfied.bool("passwordChanged"),
                    satisfied.bool("riskRemediated"), satisfied.texts("customAuthenticationFactors")));
            satisfied.done();
        }
        SignIn signIn = builder.build();
        Request request = registration ? new Registration(signIn, fields.text("method"), fields.text("displayName")) : signIn;
        fields.done();
        return request;
    }

    private List<String> both(Fields fields) {
        out.error("SP1105", fields.position(), "the request has both `application` and `applications`", "keep one of them");
        return List.of();
    }

    private void device(Fields fields, SignIn.Builder builder) {
        Node device = fields.take("device");
        if (device instanceof Node.Mapping mapping) {
            Device read = directoryReader.device(new Fields(mapping, "device", false, out));
            builder.device(read);
        } else if (device instanceof Node.Scalar scalar) {
            builder.deviceName(scalar.text());
        } else if (device != null) {
            out.error("SP1103", device.position(), "`device` is " + device.describe(), "write the id or name of a device, or an object");
        }
    }

    private static SignIn.Authentication authentication(Fields fields) {
        SignIn.Authentication authentication = SignIn.Authentication.builder().credential(fields.text("credential"))
                .methods(fields.texts("methods")).mfaDateTime(fields.instant("mfaDateTime"))
                .signInDateTime(fields.instant("signInDateTime")).firstFactor(fields.text("firstFactor"))
                .homeTenantMfa(fields.bool("homeTenantMfa")).aaguid(fields.text("aaguid"))
                .certificateIssuerSki(fields.text("certificateIssuerSki")).certificatePolicyOids(fields.texts("certificatePolicyOids"))
                .appPassword(fields.text("appPassword")).build();
        fields.done();
        return authentication;
    }

    private static SignIn.Session session(Fields fields) {
        SignIn.Session session = SignIn.Session.builder().isInteractive(fields.bool("isInteractive"))
                .isNewDevice(fields.bool("isNewDevice")).isPrivateBrowsing(fields.bool("isPrivateBrowsing"))
                .startedDateTime(fields.instant("startedDateTime")).isTokenProtected(fields.bool("isTokenProtected"))
                .rememberedMfaDateTime(fields.instant("rememberedMfaDateTime"))
                .originalTransferMethod(fields.text("originalTransferMethod")).corporateIpAddress(fields.text("corporateIpAddress"))
                .primaryRefreshTokenDateTime(fields.instant("primaryRefreshTokenDateTime"))
                .isDirectConnectEligible(fields.bool("isDirectConnectEligible")).build();
        fields.done();
        return session;
    }
}
