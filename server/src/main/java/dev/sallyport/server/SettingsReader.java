package dev.sallyport.server;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.Reference;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.Fields;
import dev.sallyport.read.Shape;
import dev.sallyport.read.Shapes;
import dev.sallyport.server.Settings.ApplicationEntry;
import dev.sallyport.server.Settings.CallerSettings;
import dev.sallyport.server.Settings.IssuerSettings;
import dev.sallyport.server.Settings.Wire;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads {@code server.yaml}, to the letter. */
final class SettingsReader {

    private static final String KIND = "decisionPoint";
    private static final String CAPABILITIES = ForwardAuth.CAPABILITIES;
    /** Facts that the decision point finds itself, or that a sign-in does not have. */
    private static final Set<String> NOT_FROM_HEADERS = Set.of("kind", "name", "application", "applications", "ipAddress", "clientAppType",
            "method", "displayName", "createdDateTime");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> CONTROLS = Set.of("authenticationStrength", "mfa", "passwordChange", "riskRemediation", "termsOfUse",
            "customAuthenticationFactor", Outcomes.REAUTHENTICATION);

    private final Path file;
    private final Diagnostics out = new Diagnostics();

    private SettingsReader(Path file) {
        this.file = file;
    }

    /**
     * Reads the settings.
     *
     * @throws PolicyLoadException if the file cannot be read or is wrong
     */
    static Wire read(Path file) throws PolicyLoadException {
        SettingsReader reader = new SettingsReader(file);
        List<Sources.Document> documents = Sources.read(List.of(file), reader.out);
        Wire wire = Wire.DEFAULT;
        if (documents.size() == 1 && documents.get(0).root() instanceof Node.Mapping mapping) {
            wire = reader.wire(new Fields(mapping, KIND, false, reader.out));
        } else if (!reader.out.hasErrors()) {
            reader.out.error("SP1101", Position.of(file.toString()), "the file must contain one document", "write `kind: " + KIND + "`");
        }
        if (reader.out.hasErrors()) {
            throw new PolicyLoadException(reader.out.toList());
        }
        return wire;
    }

    private Wire wire(Fields fields) {
        String kind = fields.text("kind");
        if (!KIND.equals(kind)) {
            out.error("SP1101", fields.position("kind"), kind == null ? "the document has no `kind`" : "unknown kind `" + kind + "`",
                    "write `kind: " + KIND + "`");
        }
        List<CallerSettings> callers = fields.objects("callers").stream().map(this::caller).toList();
        Path authorities = path(fields, "clientAuthorities");
        List<IpRange> proxies = new ArrayList<>();
        for (Reference text : fields.references("proxies")) {
            IpRange range = IpRange.parseCidr(text.text().contains("/") ? text.text() : text.text() + (text.text().contains(":") ? "/128"
                    : "/32"));
            if (range == null) {
                out.error("SP1115", text.position(), "invalid address range `" + text + "`", "write a range such as 10.0.0.0/8");
            } else {
                proxies.add(range);
            }
        }
        List<ApplicationEntry> applications = fields.objects("applications").stream().map(this::application).toList();
        List<IssuerSettings> issuers = fields.objects("issuers").stream().map(this::issuer).toList();
        if (issuers.stream().map(IssuerSettings::issuer).distinct().count() < issuers.size()) {
            out.error("SP1006", fields.position("issuers"), "duplicate issuer", "write each `issuer` once, with all its `audiences`");
        }
        Map<String, String> headers = headers(fields.object("headers"), !issuers.isEmpty());
        Settings.SignIn signIn = signIn(fields.object("signIn"));
        String publicUri = uri(fields, "publicUri");
        Settings.DecisionLogSettings decisionLog = decisionLog(fields.object("decisionLog"));
        Integer stale = fields.integer("staleAfterSeconds", 0, 86_400, null);
        fields.done();
        return new Wire(callers, authorities, List.copyOf(proxies), applications, headers, signIn,
                publicUri == null ? null : publicUri.replaceAll("/+$", ""), Settings.Limits.DEFAULT,
                stale == null ? Wire.DEFAULT.staleAfter() : Duration.ofSeconds(stale), issuers, decisionLog);
    }

    private CallerSettings caller(Fields fields) {
        String name = fields.required("name");
        Path keyFile = path(fields, "keyFile");
        String certificate = fields.text("certificate");
        if (keyFile == null && certificate == null) {
            out.error("SP1105", fields.position(), "the caller has no `keyFile` and no `certificate`",
                    "add `keyFile:` with a file of keys, or `certificate:` with a name of its client certificate");
        }
        boolean isTrusted = fields.bool("isTrusted", false);
        fields.done();
        return new CallerSettings(name, keyFile, certificate, isTrusted);
    }

    private IssuerSettings issuer(Fields fields) {
        String issuer = fields.required("issuer");
        String tenant = fields.required("tenant");
        List<String> audiences = fields.texts("audiences");
        if (audiences.isEmpty()) {
            out.error("SP1105", fields.position(), "the issuer has no `audiences`", "add the client id or the URI of your API");
        }
        String keysUri = uri(fields, "keysUri");
        Path keysFile = path(fields, "keysFile");
        if ((fields.text("keysUri") == null) == (keysFile == null)) {
            out.error("SP1105", fields.position(), "the issuer needs `keysUri` or `keysFile`, and not both",
                    "write the `jwks_uri` of its metadata into `keysUri`");
        } else if (keysUri != null && keysUri.startsWith("http:") && !LOOPBACK.contains(URI.create(keysUri).getHost())) {
            out.error("SP1104", fields.position("keysUri"), "`keysUri` is not fetched over TLS: `" + keysUri + "`", "use https");
        }
        fields.done();
        return new IssuerSettings(issuer, keysUri == null ? null : URI.create(keysUri), keysFile, audiences, tenant);
    }

    private Settings.@Nullable DecisionLogSettings decisionLog(@Nullable Fields fields) {
        if (fields == null) {
            return null;
        }
        String text = fields.required("file");
        String format = fields.option("format", null, "json", "ocsf");
        Integer megabytes = fields.integer("maxFileMegabytes", 1, 10_000, null);
        Integer files = fields.integer("maxFiles", 1, 1_000, null);
        String full = fields.option("whenFull", null, "drop", "block");
        Integer percent = fields.integer("allowPercent", 0, 100, null);
        Set<String> mask = new TreeSet<>();
        for (Reference each : fields.references("mask")) {
            String name = each.text().equals("application") ? "applications" : each.text();
            if (isMaskable(name)) {
                mask.add(name);
            } else {
                String near = Suggestions.didYouMean(name, Shapes.ANY_REQUEST.fields().keySet());
                out.error("SP1102", each.position(), "unknown field `" + name + "` in `mask`", near != null ? near
                        : "use a field of a request, such as `ipAddress` or `authentication.methods`, or `policies`");
            }
        }
        fields.done();
        return new Settings.DecisionLogSettings("-".equals(text) || text == null ? null : file.resolveSibling(text), "ocsf".equals(format),
                (megabytes == null ? 100L : megabytes) << 20, files == null ? 10 : files, "block".equals(full), Set.copyOf(mask),
                percent == null ? 100 : percent);
    }

    private static boolean isMaskable(String path) {
        Shape found = Shapes.ANY_REQUEST;
        for (String name : path.split("\\.")) {
            found = found == null ? null : found.fields().get(name);
        }
        return found != null && !path.equals("kind") || path.equals("policies");
    }

    private ApplicationEntry application(Fields fields) {
        String host = fields.required("host");
        String path = fields.text("path");
        Reference application = fields.reference("application");
        String clientAppType = fields.option("clientAppType", null, "browser", "mobileAppsAndDesktopClients");
        if (!ApplicationTable.isHost(host)) {
            out.error("SP1104", fields.position("host"), "`host` is not the name of a host: `" + host + "`",
                    "write it without scheme and port, such as mail.contoso.com");
        }
        if (path != null && !ApplicationTable.isPlainPath(path)) {
            out.error("SP1104", fields.position("path"), "`path` is not a plain path: `" + path + "`",
                    "begin with `/`, and write no `//`, `.`, `%`, `;` or `\\`");
        }
        if (application == null) {
            out.error("SP1105", fields.position(), "the row has no `application`", "add `application:` with a name or an appId");
        }
        fields.done();
        return new ApplicationEntry(host, path == null ? "/" : path, application == null ? "" : application.text(),
                clientAppType == null ? "browser" : clientAppType, application == null ? fields.position() : application.position());
    }

    /** @param isToken whether tokens name the subjects */
    private Map<String, String> headers(@Nullable Fields fields, boolean isToken) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (fields == null) {
            return headers;
        }
        for (String name : fields.names()) {
            String header = fields.text(name);
            Shape shape = shape(name);
            if (shape == null && !name.equals(CAPABILITIES) || NOT_FROM_HEADERS.contains(name)) {
                String near = Suggestions.didYouMean(name, Shapes.ANY_REQUEST.fields().keySet());
                out.error("SP1102", fields.position(name), "`" + name + "` is not a fact that a header can hold", near != null ? near
                        : "use a field of a request, such as `user`, `country` or `authentication.mfaDateTime`");
            } else if (isToken && Token.FACTS.contains(name)) {
                out.error("SP1102", fields.position(name), "`" + name + "` comes from the token, so a header cannot hold it",
                        "remove `" + name + "`, or remove `issuers`");
            } else if (header == null || !header.matches("[A-Za-z0-9-]+")) {
                out.error("SP1104", fields.position(name), "`" + header + "` is not the name of a header", "use letters, digits and `-`");
            } else {
                headers.put(name, header);
            }
        }
        fields.done();
        return headers;
    }

    /** The shape of a fact at a path of dots that a header can hold; {@code null} if there is none. */
    static @Nullable Shape shape(String path) {
        Shape found = Shapes.ANY_REQUEST;
        for (String name : path.split("\\.")) {
            found = found == null ? null : found.fields().get(name);
        }
        return found == null || found.type() == Shape.Type.OBJECT || found.type() == Shape.Type.ANY ? null : found;
    }

    private Settings.SignIn signIn(@Nullable Fields fields) {
        if (fields == null) {
            return Wire.DEFAULT.signIn();
        }
        String authorizationUri = uri(fields, "authorizationUri");
        String registrationUri = uri(fields, "registrationUri");
        Map<String, String> contexts = new LinkedHashMap<>();
        Fields bound = fields.object("authenticationContexts");
        if (bound != null) {
            for (String control : bound.names()) {
                String context = bound.text(control);
                if (!CONTROLS.contains(control)) {
                    String near = Suggestions.didYouMean(control, CONTROLS);
                    out.error("SP1102", bound.position(control), "unknown control `" + control + "`", near != null ? near
                            : "use one of " + String.join(", ", CONTROLS.stream().sorted().toList()));
                } else if (context == null || !context.matches("c[1-9][0-9]?")) {
                    out.error("SP1116", bound.position(control), "invalid id `" + context + "` of an authentication context",
                            "write `c1` to `c99`");
                } else {
                    contexts.put(control, context);
                }
            }
            bound.done();
        }
        fields.done();
        return new Settings.SignIn(authorizationUri, registrationUri, Map.copyOf(contexts));
    }

    /** A URI with a scheme and a host, without quotes and a fragment; {@code null} if absent. */
    private @Nullable String uri(Fields fields, String name) {
        String text = fields.text(name);
        if (text == null) {
            return null;
        }
        try {
            URI uri = new URI(text);
            if (uri.getHost() != null && List.of("http", "https").contains(String.valueOf(uri.getScheme())) && uri.getFragment() == null) {
                return text;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        out.error("SP1104", fields.position(name), "`" + name + "` is not a URI: `" + text + "`", "write it in full, such as https://host");
        return null;
    }

    private @Nullable Path path(Fields fields, String name) {
        String text = fields.text(name);
        return text == null ? null : file.resolveSibling(text);
    }
}
