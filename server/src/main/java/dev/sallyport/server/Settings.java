package dev.sallyport.server;

import dev.sallyport.LoadOptions;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.IpRange;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the decision point is set up.
 *
 * @param policies the files and folders of the policy set
 * @param directory the files and folders of the directory
 * @param loading how they are loaded
 * @param host the address to listen at
 * @param port the port to listen at; 0 for a free one
 * @param certificate the file with the certificate and its chain in PEM; {@code null} for plain HTTP
 * @param key the file with the private key in PEM (PKCS#8); {@code null} for plain HTTP
 * @param isInsecureLocal whether every process of this machine may ask, without a key
 * @param wire what {@code server.yaml} says
 * @param hasWorkbench whether the workbench is served too
 */
public record Settings(List<Path> policies, List<Path> directory, LoadOptions loading, String host, int port, @Nullable Path certificate,
        @Nullable Path key, boolean isInsecureLocal, Wire wire, boolean hasWorkbench) {

    /** Settings without the workbench. */
    public Settings(List<Path> policies, List<Path> directory, LoadOptions loading, String host, int port, @Nullable Path certificate,
            @Nullable Path key, boolean isInsecureLocal, Wire wire) {
        this(policies, directory, loading, host, port, certificate, key, isInsecureLocal, wire, false);
    }

    /**
     * What {@code server.yaml} says.
     *
     * @param callers the callers
     * @param clientAuthorities the file with the authorities of client certificates in PEM; {@code null} for none
     * @param proxies the addresses of proxies between the client and the gateway
     * @param applications the table of applications
     * @param headers the headers of a gateway that hold facts, by the field of a request; {@code clientCapabilities} is one too
     * @param signIn where users sign in and register
     * @param publicUri the origin of the decision point as callers see it; {@code null} for the one that a caller uses
     * @param limits the limits
     * @param staleAfter how long files may be invalid before the decision point is not ready
     * @param issuers the issuers of access tokens; empty if subjects come from headers
     * @param decisionLog how decisions are logged; {@code null} if they are not
     */
    public record Wire(List<CallerSettings> callers, @Nullable Path clientAuthorities, List<IpRange> proxies,
            List<ApplicationEntry> applications, Map<String, String> headers, SignIn signIn, @Nullable String publicUri, Limits limits,
            Duration staleAfter, List<IssuerSettings> issuers, @Nullable DecisionLogSettings decisionLog) {

        /** The settings without a {@code server.yaml}. */
        public static final Wire DEFAULT = new Wire(List.of(), null, List.of(), List.of(), Map.of(), new SignIn(null, null, Map.of()), null,
                Limits.DEFAULT, Duration.ofMinutes(5), List.of(), null);
    }

    /**
     * A caller.
     *
     * @param name the name in logs
     * @param keyFile the file with its keys, one per line; {@code null} for none
     * @param certificate the name in its client certificate; {@code null} for none
     * @param isTrusted whether it may see reasons and the names of policies
     */
    public record CallerSettings(String name, @Nullable Path keyFile, @Nullable String certificate, boolean isTrusted) { }

    /**
     * An issuer of access tokens.
     *
     * @param issuer the claim {@code iss}
     * @param keysUri where its JWKS document is; {@code null} if a file holds it
     * @param keysFile the file with its JWKS document; {@code null} if it is fetched
     * @param audiences the values of the claim {@code aud} that are accepted
     * @param tenant the claim {@code tid}
     */
    public record IssuerSettings(String issuer, @Nullable URI keysUri, @Nullable Path keysFile, List<String> audiences, String tenant) { }

    /**
     * How decisions are logged.
     *
     * @param file the file; {@code null} for standard output
     * @param isOcsf whether lines are events of OCSF instead of our own JSON
     * @param maxFileBytes the size from which a new file is begun, in bytes
     * @param maxFiles the number of files, with those of before
     * @param blocksWhenFull whether a request waits while too many lines wait, instead of its line being dropped
     * @param mask the fields of a request that are left out, and {@code policies}
     * @param allowPercent how many of 100 decisions with {@code ALLOW} are logged; all others are
     */
    public record DecisionLogSettings(@Nullable Path file, boolean isOcsf, long maxFileBytes, int maxFiles, boolean blocksWhenFull,
            Set<String> mask, int allowPercent) { }

    /**
     * A row of the table of applications.
     *
     * @param host the host
     * @param path the beginning of the path, in whole segments; {@code /} for every path
     * @param application the name or id of the application
     * @param clientAppType the kind of its clients, such as {@code browser}
     * @param position the position of the application
     */
    public record ApplicationEntry(String host, String path, String application, String clientAppType, Position position) { }

    /**
     * Where users sign in and register.
     *
     * @param authorizationUri the authorization endpoint with its parameters, to which {@code claims}, {@code prompt} and {@code state}
     *     are added; {@code null} if users are not sent there
     * @param registrationUri the page where users register security information; {@code null} if users are not sent there
     * @param authenticationContexts the authentication contexts, {@code c1} to {@code c99}, by the control that they satisfy
     */
    public record SignIn(@Nullable String authorizationUri, @Nullable String registrationUri,
            Map<String, String> authenticationContexts) { }

    /**
     * The limits of requests.
     *
     * @param bodyBytes the largest body, in bytes
     * @param batch the largest number of decisions in a request
     * @param headerBytes the largest size of all headers, in bytes
     * @param timeout the longest time of a request
     * @param concurrent the number of requests that are decided at the same time
     * @param queue the number of requests that wait
     * @param connections the number of connections
     */
    public record Limits(int bodyBytes, int batch, int headerBytes, Duration timeout, int concurrent, int queue, int connections) {

        /** The limits that no file changes. */
        public static final Limits DEFAULT = new Limits(1 << 20, 1_000, 16 << 10, Duration.ofSeconds(10), 128, 1_000, 20_000);
    }
}
