package dev.sallyport.model;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.Node;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is the same in every tenant, and changes when Microsoft changes it: applications, bundles, service dependencies, exemptions of
 * controls, Microsoft's own MFA, roles, strengths, licences, error codes, and the dates of changes. The built-in one is read from
 * {@code catalogue/*.yaml} beside this class. A tenant adds rows with documents of {@code kind: catalogue} in its policy set; a row with
 * the key of a built-in row replaces it. Each row names its source.
 */
public final class Catalogue {

    /** The lists of the built-in catalogue, by file. */
    private static final List<String> FILES =
            List.of("applications", "dependencies", "mandatory-mfa", "roles", "strengths", "licences", "errors", "dates");

    /**
     * Where a fact is from.
     *
     * @param name the name by which rows refer to it
     * @param page the page, file or message
     * @param date the date of the page; {@code null} if it has none
     * @param version the commit of a repository; {@code null} for pages
     */
    public record Source(String name, String page, @Nullable LocalDate date, @Nullable String version) {

        @Override
        public String toString() {
            return page + (date != null ? ", " + date : version != null ? ", " + version : "");
        }
    }

    /**
     * A row with its source.
     */
    public sealed interface Row permits Bundle, Application, Client, Use, ServiceDependency, ControlExemption, MandatoryMfa, Role, Strength,
            Licence, ErrorCode, Change {

        /** What tells the row from others of its list, in lower case. */
        String key();

        /** The name of the source; {@code tenant} for a row of a tenant that names none. */
        String source();
    }

    /**
     * A bundle: an entry of a policy that stands for several applications (CA-APP-06 to CA-APP-08).
     *
     * @param id how policies name it
     * @param displayName how a directory names it
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record Bundle(String id, String displayName, String source) implements Row {
        @Override
        public String key() {
            return WellKnown.fold(id);
        }
    }

    /**
     * An application.
     *
     * @param appId the id, in lower case
     * @param displayName the name; {@code null} where a reader would take it for another application or for a bundle
     * @param memberOf the ids of the bundles that hold it
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record Application(String appId, @Nullable String displayName, Set<String> memberOf, String source) implements Row {
        @Override
        public String key() {
            return appId;
        }
    }

    /**
     * A client, or another name of a resource. Policies are about resources (CA-APP-04): Conditional Access looks at what a client opens.
     *
     * @param appId the id, in lower case; {@code null} for another name of a resource
     * @param displayName the name
     * @param opens the ids of the resources that it opens, in lower case; one or more
     * @param memberOf the ids of the bundles that hold it
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record Client(@Nullable String appId, String displayName, List<String> opens, Set<String> memberOf, String source)
            implements Row {
        @Override
        public String key() {
            return appId != null ? appId : WellKnown.fold(displayName);
        }
    }

    /**
     * What the engine asks the catalogue for.
     *
     * @param name the purpose, such as {@code baselineScopes}
     * @param applications the ids of the applications, in lower case; one or more
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record Use(String name, List<String> applications, String source) implements Row {
        @Override
        public String key() {
            return WellKnown.fold(name);
        }
    }

    /**
     * A service that an application needs (CA-APP-14).
     *
     * @param application the id of the application, in lower case
     * @param dependsOn the id of the service, in lower case
     * @param isEarly whether the policies on the service have to be met when the user signs in to the application; else when the
     *     application asks for the service
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record ServiceDependency(String application, String dependsOn, boolean isEarly, String source) implements Row {
        @Override
        public String key() {
            return application + " " + dependsOn;
        }
    }

    /**
     * An application that a grant control never blocks (DEC-06).
     *
     * @param control the control
     * @param application the id of the application, in lower case
     * @param scopes the delegated permissions for which it holds; empty for all requests
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record ControlExemption(GrantControl control, String application, List<String> scopes, String source) implements Row {
        @Override
        public String key() {
            return WellKnown.fold(control.graphName()) + " " + application;
        }
    }

    /**
     * An application for which Microsoft asks for MFA itself (DEC-10).
     *
     * @param application the id of the application, in lower case
     * @param isForWritesOnly whether only create, update and delete count
     * @param since since when
     * @param postponableUntil until when a tenant could postpone it; {@code null} if it could not
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record MandatoryMfa(String application, boolean isForWritesOnly, Instant since, @Nullable Instant postponableUntil,
            String source) implements Row {
        @Override
        public String key() {
            return application;
        }
    }

    /** What security defaults do with holders of a role. */
    public enum SecurityDefaultsRole implements GraphEnum {
        /** They always ask for MFA (SD-MFA-01). */
        ALWAYS_MFA("alwaysMfa"),
        /** They do not apply (SD-10). */
        EXEMPT("exempt"),
        /** The role makes no difference. */
        NONE("none");

        private final String graphName;

        SecurityDefaultsRole(String graphName) {
            this.graphName = graphName;
        }

        @Override
        public String graphName() {
            return graphName;
        }
    }

    /**
     * A built-in role of the directory.
     *
     * @param id the template id, in lower case
     * @param displayName the name
     * @param securityDefaults what security defaults do with its holders
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record Role(String id, String displayName, SecurityDefaultsRole securityDefaults, String source) implements Row {
        @Override
        public String key() {
            return id;
        }
    }

    /**
     * An authentication strength that every tenant has (AS-03).
     *
     * @param value the strength
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record Strength(AuthenticationStrength value, String source) implements Row {
        @Override
        public String key() {
            return value.id();
        }
    }

    /**
     * A licence.
     *
     * @param name the short name, such as {@code P1}
     * @param displayName the name
     * @param servicePlans the service plans, in upper case, any of which includes it
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record Licence(String name, String displayName, List<String> servicePlans, String source) implements Row {
        @Override
        public String key() {
            return WellKnown.fold(name);
        }
    }

    /** What an error code says came of a sign-in. */
    public enum Said implements GraphEnum {
        /** The user was let in. */
        ALLOW("allow", Outcome.ALLOW),
        /** The user had to register first. */
        PROMPT_REGISTER("prompt-register", Outcome.PROMPT_REGISTER),
        /** The user had to do something else. */
        CHALLENGE("challenge", Outcome.CHALLENGE),
        /** The user was refused. */
        BLOCK("block", Outcome.BLOCK),
        /** The first factor failed: no policy was looked at. */
        FIRST_FACTOR("firstFactor", null);

        private final String graphName;
        private final @Nullable Outcome outcome;

        Said(String graphName, @Nullable Outcome outcome) {
            this.graphName = graphName;
            this.outcome = outcome;
        }

        @Override
        public String graphName() {
            return graphName;
        }

        /** The outcome; {@code null} if no policy was looked at. */
        public @Nullable Outcome outcome() {
            return outcome;
        }
    }

    /**
     * A sign-in error of Entra (ERR-01 to ERR-40).
     *
     * @param code the number
     * @param name Entra's name of it
     * @param said what it says came of the sign-in
     * @param asksForMfa whether MFA was still missing
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record ErrorCode(int code, String name, Said said, boolean asksForMfa, String source) implements Row {
        @Override
        public String key() {
            return Integer.toString(code);
        }
    }

    /**
     * A date at which Entra changed.
     *
     * @param name what changed
     * @param date when
     * @param source the name of the source; {@code tenant} for a row of a tenant that names none
     */
    public record Change(String name, Instant date, String source) implements Row {
        @Override
        public String key() {
            return WellKnown.fold(name);
        }
    }

    private final Map<String, Source> sources;
    /** The rows of each list by key, by the name of the list in YAML. */
    private final Map<String, Map<String, Row>> rows;
    private final Map<String, Client> clientsByName = new HashMap<>();
    private final Map<String, List<String>> services = new HashMap<>();
    private final boolean isBuiltIn;

    private Catalogue(Map<String, Source> sources, Map<String, Map<String, Row>> rows, boolean isBuiltIn) {
        this.sources = Collections.unmodifiableMap(sources);
        this.rows = rows;
        this.isBuiltIn = isBuiltIn;
        clients().forEach(client -> clientsByName.putIfAbsent(WellKnown.fold(client.displayName()), client));
        Map<String, List<String>> direct = new LinkedHashMap<>();
        serviceDependencies().stream().filter(ServiceDependency::isEarly)
                .forEach(row -> direct.computeIfAbsent(row.application(), any -> new ArrayList<>()).add(row.dependsOn()));
        direct.keySet().forEach(application -> services.put(application, closure(application, direct)));
    }

    /** The services behind an application, those behind them too. */
    private static List<String> closure(String application, Map<String, List<String>> direct) {
        Set<String> found = new LinkedHashSet<>();
        List<String> open = new ArrayList<>(direct.get(application));
        for (int i = 0; i < open.size(); i++) {
            if (!open.get(i).equals(application) && found.add(open.get(i))) {
                open.addAll(direct.getOrDefault(open.get(i), List.of()));
            }
        }
        return List.copyOf(found);
    }

    /** The built-in catalogue. */
    public static Catalogue builtIn() {
        return BuiltIn.CATALOGUE;
    }

    private static final class BuiltIn {
        private static final Catalogue CATALOGUE = load();

        private static Catalogue load() {
            Diagnostics out = new Diagnostics();
            CatalogueReader reader = new CatalogueReader(null, out);
            FILES.forEach(file -> reader.addBuiltIn("catalogue/" + file + ".yaml"));
            Catalogue catalogue = reader.catalogue();
            if (out.size() > 0) {
                throw new IllegalStateException("the built-in catalogue is broken: " + out.toList());
            }
            return catalogue;
        }
    }

    static Catalogue of(Map<String, Source> sources, Map<String, Map<String, Row>> rows, boolean isBuiltIn) {
        return new Catalogue(sources, rows, isBuiltIn);
    }

    /** Whether no tenant added to it. */
    public boolean isBuiltIn() {
        return isBuiltIn;
    }

    /** The sources by name. */
    public Map<String, Source> sources() {
        return sources;
    }

    /** The rows of a list, such as {@code serviceDependencies}; empty for an unknown list. */
    public List<Row> rows(String list) {
        return List.copyOf(rows.getOrDefault(list, Map.of()).values());
    }

    /** The names of the lists, in the order of the files. */
    public Set<String> lists() {
        return Collections.unmodifiableSet(rows.keySet());
    }

    Map<String, Map<String, Row>> all() {
        return rows;
    }

    private <R extends Row> List<R> list(String name, Class<R> type) {
        return rows.getOrDefault(name, Map.of()).values().stream().map(type::cast).toList();
    }

    private <R extends Row> @Nullable R row(String list, String key, Class<R> type) {
        Map<String, Row> found = rows.get(list);
        return found == null ? null : type.cast(found.get(key));
    }

    /** The bundles. */
    public List<Bundle> bundles() {
        return list("bundles", Bundle.class);
    }

    /** Whether an entry of a policy names a bundle of applications (CA-APP-06 to CA-APP-08). */
    public boolean isBundle(String entry) {
        return row("bundles", WellKnown.fold(entry), Bundle.class) != null;
    }

    /** The applications, without the clients. */
    public List<Application> applications() {
        return list("applications", Application.class);
    }

    /** The application with an id in lower case; {@code null} if unknown. */
    public @Nullable Application application(String foldedId) {
        return row("applications", foldedId, Application.class);
    }

    /** The name of an application, or its id if it has none here. */
    public String nameOf(String appId) {
        Application application = application(appId);
        return application == null || application.displayName() == null ? appId : application.displayName();
    }

    /** The clients. */
    public List<Client> clients() {
        return list("clients", Client.class);
    }

    /** The client with an id in lower case; {@code null} if unknown. */
    public @Nullable Client clientById(String foldedId) {
        return row("clients", foldedId, Client.class);
    }

    /** The client with a name, without regard to case; {@code null} if unknown. */
    public @Nullable Client clientByName(String name) {
        return name.length() > WellKnown.LONGEST_NAME ? null : clientsByName.get(WellKnown.fold(name));
    }

    /** The names of the resources that a client opens, for messages. */
    public String resourcesOf(Client client) {
        return String.join(" and ", client.opens().stream().map(id -> "`" + nameOf(id) + "`").toList());
    }

    /** The ids of the applications that the engine needs for a purpose, in lower case. */
    public List<String> use(String name) {
        Use use = row("uses", WellKnown.fold(name), Use.class);
        if (use == null) {
            throw new IllegalArgumentException("the catalogue has no use `" + name + "`");
        }
        return use.applications();
    }

    /** The service dependencies, early and late. */
    public List<ServiceDependency> serviceDependencies() {
        return list("serviceDependencies", ServiceDependency.class);
    }

    /** The ids of the services whose policies have to be met when a user signs in to an application, those behind them too (DEC-08). */
    public List<String> servicesOf(String appId) {
        return services.getOrDefault(appId, List.of());
    }

    /** The exemptions from grant controls. */
    public List<ControlExemption> controlExemptions() {
        return list("controlExemptions", ControlExemption.class);
    }

    /** The applications for which Microsoft asks for MFA itself. */
    public List<MandatoryMfa> mandatoryMfa() {
        return list("mandatoryMfa", MandatoryMfa.class);
    }

    /** The dates since which Entra decides otherwise. */
    public List<Change> changes() {
        return list("changes", Change.class);
    }

    /** The built-in roles. */
    public List<Role> roles() {
        return list("roles", Role.class);
    }

    /** The strengths that every tenant has. */
    public List<AuthenticationStrength> strengths() {
        return list("authenticationStrengths", Strength.class).stream().map(Strength::value).toList();
    }

    /** The service plans, in upper case, any of which includes a licence. */
    public List<String> servicePlans(String licence) {
        Licence found = row("licences", WellKnown.fold(licence), Licence.class);
        if (found == null) {
            throw new IllegalArgumentException("the catalogue has no licence `" + licence + "`");
        }
        return found.servicePlans();
    }

    /** The error with a number; {@code null} if it says nothing about policies. */
    public @Nullable ErrorCode errorCode(int code) {
        return row("errorCodes", Integer.toString(code), ErrorCode.class);
    }

    /** The number of an error by Entra's name of it. */
    public int errorCode(String name) {
        return list("errorCodes", ErrorCode.class).stream().filter(error -> error.name().equals(name)).findFirst().orElseThrow().code();
    }

    /** The date of a change. */
    public Instant dateOf(String change) {
        Change found = row("changes", WellKnown.fold(change), Change.class);
        if (found == null) {
            throw new IllegalArgumentException("the catalogue has no change `" + change + "`");
        }
        return found.date();
    }

    /**
     * This catalogue with the rows of documents of {@code kind: catalogue}.
     *
     * @param documents the documents, each an object of YAML or JSON
     * @param out for what is wrong with them
     */
    public Catalogue with(List<Node.Mapping> documents, Diagnostics out) {
        if (documents.isEmpty()) {
            return this;
        }
        CatalogueReader reader = new CatalogueReader(this, out);
        documents.forEach(reader::add);
        return reader.catalogue();
    }
}
