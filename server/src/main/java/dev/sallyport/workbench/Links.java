package dev.sallyport.workbench;

import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Addresses of other pages, and the sign-ins that they are about. */
final class Links {

    /** What the options of {@code sallyport evaluate} call clients, by their Graph names. */
    static final Map<String, String> CLIENTS = Map.of("browser", "browser", "mobileAppsAndDesktopClients", "app", "exchangeActiveSync",
            "activesync", "other", "legacy");

    private Links() { }

    /** The page of a policy. */
    static String policy(String id) {
        return Workbench.ROOT + PolicyPages.path(id);
    }

    /** What if, with the facts of a request of a user; the parameters are the options of {@code sallyport evaluate}. */
    static @Nullable String whatIf(Request request) {
        SignIn signIn = request.signIn();
        if (signIn.user() == null && signIn.servicePrincipal() == null) {
            return null;
        }
        StringBuilder query = new StringBuilder();
        add(query, "user", signIn.user());
        add(query, "service-principal", signIn.servicePrincipal());
        add(query, "service-principal-risk", signIn.servicePrincipalRiskLevel());
        add(query, "agent-risk", signIn.agentIdRiskLevel());
        add(query, "insider-risk", signIn.insiderRiskLevel());
        signIn.applications().forEach(each -> add(query, "app", each));
        add(query, "client", signIn.clientAppType() == null ? null : CLIENTS.get(signIn.clientAppType()));
        add(query, "platform", signIn.devicePlatform());
        add(query, "ip", signIn.ipAddress());
        add(query, "country", signIn.country());
        add(query, "risk", signIn.signInRiskLevel());
        add(query, "user-risk", signIn.userRiskLevel());
        add(query, "device", signIn.deviceName());
        add(query, "flow", "none".equals(signIn.authenticationFlow()) ? null : signIn.authenticationFlow());
        if (request instanceof Registration registration) {
            add(query, "register", registration.method() == null ? "none" : registration.method());
        }
        return Workbench.ROOT + "what-if?" + query;
    }

    private static void add(StringBuilder query, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            query.append(query.isEmpty() ? "" : "&").append(name).append('=').append(encoded(value));
        }
    }

    /** A query of parameters, those without a value aside; begins with a question mark. */
    static String query(Map<String, String> parameters) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> add(query, name, value));
        return "?" + query;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A sign-in with a password, as {@code sallyport evaluate} asks for one. */
    static SignIn signIn(String user, @Nullable String application, String client, @Nullable String platform, String address,
            @Nullable String country, Instant time) {
        return SignIn.builder().user(user).applications(application == null ? List.of() : List.of(application)).createdDateTime(time)
                .clientAppType(client).devicePlatform(platform).ipAddress(address).country(country)
                .authentication(SignIn.Authentication.builder().credential("password").methods(List.of("password")).firstFactor("passed")
                        .homeTenantMfa(false).build())
                .session(SignIn.Session.INTERACTIVE).build();
    }

    /** A number with separators of thousands. */
    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 user}, {@code 2,000 users}. */
    static String count(long number, String thing) {
        return number(number) + " " + thing + (number == 1 ? "" : "s");
    }
}
