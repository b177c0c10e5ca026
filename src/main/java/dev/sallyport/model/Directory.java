package dev.sallyport.model;

import dev.sallyport.diagnose.Diagnostic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tenant as the engine knows it: users with the state of their MFA, groups, applications, devices and service principals. Immutable.
 * Names and ids compare without regard to case.
 */
public final class Directory {

    private static final Directory EMPTY = new Directory(Organization.DEFAULT, List.of(), List.of(), List.of(), List.of(), List.of(),
            List.of(), Fingerprint.ofAll(List.of()), Gaps.NONE, Catalogue.builtIn(), List.of());

    private final Organization organization;
    private final List<UserState> users;
    private final List<Group> groups;
    private final List<Application> applications;
    private final List<Device> devices;
    private final List<ServicePrincipal> servicePrincipals;

    private final Map<String, UserState> usersByKey;
    private final Map<String, Group> groupsById = new HashMap<>();
    private final Map<String, List<String>> groupIdsByName = new HashMap<>();
    private final Map<String, Application> applicationsById = new LinkedHashMap<>();
    /** By folded name, or by folded id, which wins. */
    private final Map<String, List<String>> applicationIds = new HashMap<>();
    private final Map<String, Device> devicesByKey = new HashMap<>();
    private final Map<String, ServicePrincipal> servicePrincipalsByKey = new HashMap<>();
    /** For a member, by folded id or user principal name, the groups that list it. */
    private final Map<String, List<String>> listedIn = new HashMap<>();

    private final List<Diagnostic> warnings;
    private final @Nullable String version;
    private final Gaps gaps;
    private final Set<String> possibleGroups;
    private final Catalogue catalogue;
    private final List<String> breakGlass;

    /** Makes a directory of these objects, without a version. */
    public Directory(Organization organization, List<UserState> users, List<Group> groups, List<Application> applications,
            List<Device> devices, List<ServicePrincipal> servicePrincipals) {
        this(organization, users, groups, applications, devices, servicePrincipals, List.of(), null, Gaps.NONE);
    }

    /**
     * A directory of these objects that were read from files.
     *
     * @param warnings what is worth knowing about the files
     * @param version  a digest of them; {@code null} for none
     * @param gaps     what the files leave out
     */
    public Directory(Organization organization, List<UserState> users, List<Group> groups, List<Application> applications,
            List<Device> devices, List<ServicePrincipal> servicePrincipals, List<Diagnostic> warnings, @Nullable String version,
            Gaps gaps) {
        this(organization, users, groups, applications, devices, servicePrincipals, warnings, version, gaps, Catalogue.builtIn(),
                List.of());
    }

    private Directory(Organization organization, List<UserState> users, List<Group> groups, List<Application> applications,
            List<Device> devices, List<ServicePrincipal> servicePrincipals, List<Diagnostic> warnings, @Nullable String version,
            Gaps gaps, Catalogue catalogue, List<String> breakGlass) {
        this.catalogue = catalogue;
        this.breakGlass = List.copyOf(breakGlass);
        this.version = version;
        this.warnings = List.copyOf(warnings);
        this.gaps = gaps;
        this.organization = organization;
        this.users = List.copyOf(users);
        this.usersByKey = new HashMap<>(users.size() * 3);          // each by its id and its name
        this.groups = List.copyOf(groups);
        this.applications = List.copyOf(applications);
        this.devices = List.copyOf(devices);
        this.servicePrincipals = withBlueprints(servicePrincipals);
        index();
        this.possibleGroups = gaps.groups.isEmpty() ? Set.of() : holding(new ArrayDeque<>(gaps.groups));
    }

    /** A directory without any objects. */
    public static Directory empty() {
        return EMPTY;
    }

    /** The warnings about the files that this directory was loaded from; empty if it was made of objects. */
    public List<Diagnostic> warnings() {
        return warnings;
    }

    /**
     * {@code sha256:…} of the files that this directory was loaded from, independent of the order of objects and keys; {@code null}
     * if it was made of objects or changed.
     */
    public @Nullable String version() {
        return version;
    }

    private void index() {
        for (Group group : groups) {
            groupsById.put(fold(group.id()), group);
            groupIdsByName.computeIfAbsent(fold(group.displayName()), name -> new ArrayList<>(1)).add(fold(group.id()));
        }
        for (UserState user : users) {
            usersByKey.put(fold(user.id()), user);
            usersByKey.putIfAbsent(fold(user.userPrincipalName()), user);
        }
        for (Group group : groups) {
            for (String member : group.members()) {
                List<String> named = groupIds(member);
                for (String key : named.isEmpty() ? List.of(fold(member)) : named) {
                    listedIn.computeIfAbsent(key, any -> new ArrayList<>(1)).add(fold(group.id()));
                }
            }
        }
        catalogue.applications().forEach(row -> add(new Application(row.appId(), catalogue.nameOf(row.appId()), row.memberOf(),
                SecurityAttributes.NONE)));
        catalogue.clients().stream().filter(row -> row.appId() != null)
                .forEach(row -> add(new Application(row.appId(), row.appId(), row.memberOf(), SecurityAttributes.NONE)));
        applications.forEach(this::add);
        applicationsById.keySet().forEach(id -> applicationIds.put(id, List.of(id)));
        for (Device device : devices) {
            if (device.deviceId() != null) {
                devicesByKey.put(fold(device.deviceId()), device);
            }
        }
        unlessAmbiguous(devicesByKey, devices, Device::displayName);
        for (ServicePrincipal principal : servicePrincipals) {
            servicePrincipalsByKey.put(fold(principal.id()), principal);
            if (principal.appId() != null) {
                servicePrincipalsByKey.putIfAbsent(appId(principal), principal);
            }
        }
        unlessAmbiguous(servicePrincipalsByKey, servicePrincipals, ServicePrincipal::displayName);
        addAgentResources();
    }

    /** Makes every agent an application of the grouping of agents, and of that of its blueprint (AGT-06). */
    private void addAgentResources() {
        for (ServicePrincipal principal : servicePrincipals) {
            String blueprint = principal.isAgent() ? blueprintAppId(principal) : null;
            if (blueprint != null) {
                addAgentResource(blueprint, servicePrincipalsByKey.get(blueprint), Set.of());
            }
            if (principal.isAgent() || principal.isAgentIdentityBlueprint()) {
                addAgentResource(appId(principal), principal, blueprint == null ? Set.of() : Set.of(blueprint));
            }
        }
    }

    /** The application id, in lower case, of the blueprint of an agent; {@code null} if it is unknown. */
    private @Nullable String blueprintAppId(ServicePrincipal agent) {
        String named = agent.agentIdentityBlueprintId();
        ServicePrincipal blueprint = named == null ? null : servicePrincipal(named);
        List<String> ids = named == null ? List.of() : applicationIds(named);
        return named == null ? null : blueprint != null ? appId(blueprint) : ids.size() == 1 ? ids.get(0) : fold(named);
    }

    private static String appId(ServicePrincipal principal) {
        return fold(principal.appId() == null ? principal.id() : principal.appId());
    }

    private void addAgentResource(String id, @Nullable ServicePrincipal principal, Set<String> blueprint) {
        Application known = applicationsById.get(id);
        String named = known != null ? known.displayName() : principal != null ? principal.displayName() : null;
        String name = named == null ? id : named;
        Set<String> groupings = new HashSet<>(blueprint);
        groupings.add(WellKnown.ALL_AGENT_RESOURCES);
        if (known != null) {
            groupings.addAll(known.memberOf());
        }
        applicationsById.put(id, new Application(id, name, groupings, known == null ? SecurityAttributes.NONE
                : known.customSecurityAttributes()));
        applicationIds.put(id, List.of(id));
        applicationIds.putIfAbsent(fold(name), List.of(id));
    }

    /** The service principals, of which those that agents name as their blueprints are blueprints (AGT-10). */
    private static List<ServicePrincipal> withBlueprints(List<ServicePrincipal> principals) {
        Set<String> named = new HashSet<>();
        principals.stream().map(ServicePrincipal::agentIdentityBlueprintId).filter(Objects::nonNull).forEach(id -> named.add(fold(id)));
        return named.isEmpty() ? List.copyOf(principals) : principals.stream()
                .map(each -> each.isAgent() || !named.contains(fold(each.id())) && !named.contains(appId(each))
                        && (each.displayName() == null || !named.contains(fold(each.displayName()))) ? each
                        : each.toBuilder().isAgentIdentityBlueprint(true).build()).toList();
    }

    /** Adds objects by name where no id is written like it and no other object has it. */
    private static <T> void unlessAmbiguous(Map<String, T> byKey, List<T> objects, Function<T, @Nullable String> name) {
        Map<String, T> named = new HashMap<>();
        Set<String> ambiguous = new HashSet<>();
        for (T object : objects) {
            if (name.apply(object) != null && named.put(fold(name.apply(object)), object) != null) {
                ambiguous.add(fold(name.apply(object)));
            }
        }
        named.keySet().removeAll(ambiguous);
        named.forEach(byKey::putIfAbsent);
    }

    private void add(Application application) {
        String id = fold(application.appId());
        Application known = applicationsById.get(id);
        Set<String> bundles = new HashSet<>(application.memberOf());
        if (known != null) {
            bundles.addAll(known.memberOf());
        }
        applicationsById.put(id, new Application(id, application.displayName(), bundles, application.customSecurityAttributes()));
        List<String> named = applicationIds.computeIfAbsent(fold(application.displayName()), name -> new ArrayList<>(1));
        if (!named.contains(id)) {
            named.add(id);
        }
    }

    private static String fold(String text) {
        return WellKnown.fold(text);
    }

    /** The tenant. */
    public Organization organization() {
        return organization;
    }

    /** All users. */
    public List<UserState> users() {
        return users;
    }

    /** All groups. */
    public List<Group> groups() {
        return groups;
    }

    /** All devices. */
    public List<Device> devices() {
        return devices;
    }

    /** All service principals. */
    public List<ServicePrincipal> servicePrincipals() {
        return servicePrincipals;
    }

    /** All applications, including those that every tenant has ({@link KnownApplications}). */
    public Collection<Application> applications() {
        return applicationsById.values();
    }

    /** The applications that the files declare. */
    public List<Application> declaredApplications() {
        return applications;
    }

    /** The user with a user principal name or id; {@code null} if unknown. */
    public @Nullable UserState user(String nameOrId) {
        return usersByKey.get(fold(nameOrId));
    }

    /** The ids, in lower case, of the groups with a name or id; empty if unknown, several if the name is not unique. */
    public List<String> groupIds(String nameOrId) {
        String key = fold(nameOrId);
        return groupsById.containsKey(key) ? List.of(key) : groupIdsByName.getOrDefault(key, List.of());
    }

    /** The ids, in lower case, of the applications with a name or id; empty if unknown, several if the name is not unique. */
    public List<String> applicationIds(String nameOrId) {
        return applicationIds.getOrDefault(fold(nameOrId), List.of());
    }

    /** The application with an application id; {@code null} if unknown. */
    public @Nullable Application application(String appId) {
        return applicationsById.get(fold(appId));
    }

    /** The custom security attributes of an application, or of its service principal (CA-APP-20). */
    public SecurityAttributes attributesOf(String appId) {
        Application application = application(appId);
        if (application != null && application.customSecurityAttributes() != SecurityAttributes.NONE) {
            return application.customSecurityAttributes();
        }
        ServicePrincipal principal = servicePrincipalsByKey.get(fold(appId));
        return principal == null || !WellKnown.isSame(principal.appId(), appId) ? SecurityAttributes.NONE
                : principal.customSecurityAttributes();
    }

    /** The device with an id or name; {@code null} if unknown or if several have the name. */
    public @Nullable Device device(String nameOrId) {
        return devicesByKey.get(fold(nameOrId));
    }

    /** The service principal with an id, application id or name (CA-WID-10); {@code null} if unknown or if several have the name. */
    public @Nullable ServicePrincipal servicePrincipal(String nameOrId) {
        return servicePrincipalsByKey.get(fold(nameOrId));
    }

    /** The ids, in lower case, by which policies name the blueprint of an agent (AGT-03); empty if it is unknown. */
    public Set<String> blueprintIdsOf(ServicePrincipal agent) {
        String appId = blueprintAppId(agent);
        String named = agent.agentIdentityBlueprintId();
        ServicePrincipal blueprint = named == null ? null : servicePrincipal(named);
        return appId == null ? Set.of() : blueprint == null ? Set.of(appId) : new HashSet<>(List.of(appId, fold(blueprint.id())));
    }

    /** Whether a policy that names an id, in lower case, may name a blueprint by it (AGT-04). */
    public boolean mayBeBlueprint(String id) {
        ServicePrincipal named = servicePrincipalsByKey.get(id);
        return named == null || named.isAgentIdentityBlueprint() || named.isAgentIdentity() == null;
    }

    /** The ids, in lower case, of all groups that hold a user, directly or through other groups (CA-USR-09); cycles end. */
    public Set<String> groupIdsOf(UserState user) {
        Deque<String> open = new ArrayDeque<>();
        for (String group : user.memberOf()) {
            List<String> ids = groupIds(group);
            open.addAll(ids.isEmpty() ? List.of(fold(group)) : ids);
        }
        open.addAll(listedIn.getOrDefault(fold(user.id()), List.of()));
        open.addAll(listedIn.getOrDefault(fold(user.userPrincipalName()), List.of()));
        return holding(open);
    }

    /** These groups, and all that hold them, directly or through others; cycles end. */
    private Set<String> holding(Deque<String> open) {
        Set<String> found = new HashSet<>();
        while (!open.isEmpty()) {
            String group = open.pop();
            if (found.add(group)) {
                open.addAll(listedIn.getOrDefault(group, List.of()));
            }
        }
        return found;
    }

    /** The ids, in lower case, of the groups that may hold every user: an export leaves out their members, or those of a group in them. */
    public Set<String> possibleGroupIds() {
        return possibleGroups;
    }

    /** Whether the type or the account of a user is unknown, because an export leaves it out. */
    public boolean leavesOut(UserState user) {
        return !gaps.users.isEmpty() && gaps.users.contains(fold(user.id()));
    }

    /**
     * The template ids of the roles of a user in the whole tenant, which Conditional Access knows; a name that is not a built-in role
     * stays as it is, in lower case (CA-USR-10).
     */
    public static Set<String> roleIdsOf(UserState user) {
        Set<String> ids = new HashSet<>();
        for (String role : user.roles()) {
            ids.add(roleId(role));
        }
        return ids;
    }

    /** The template ids of the roles of a user in the tenant or a part of it, which security defaults know (SD-MFA-09, DEC-13). */
    public static Set<String> roleIdsInAnyScopeOf(UserState user) {
        Set<String> ids = roleIdsOf(user);
        for (UserState.ScopedRole scoped : user.scopedRoles()) {
            ids.add(roleId(scoped.role()));
        }
        return ids;
    }

    /** The template id of a role by name or id; the text itself, in lower case, if no built-in role has that name. */
    public static String roleId(String nameOrId) {
        return Roles.id(nameOrId);
    }

    /** This directory with the objects that only another one has; of objects that both have, those of this one stay. */
    public Directory with(Directory other) {
        if (other.isEmpty()) {
            return this;
        }
        return new Directory(other.organization.equals(Organization.DEFAULT) || !organization.equals(Organization.DEFAULT) ? organization
                : other.organization,
                and(users, other.users, UserState::id), and(groups, other.groups, Group::id), and(applications, other.applications,
                Application::appId),
                and(devices, other.devices, Device::deviceId), and(servicePrincipals, other.servicePrincipals, ServicePrincipal::id),
                warnings, version == null || other.version == null ? null : Fingerprint.ofAll(List.of(version, other.version)),
                gaps.and(other.gaps, this), catalogue,
                Stream.concat(breakGlass.stream(), other.breakGlass.stream()).distinct().toList());
    }

    /** What the files that this directory was loaded from leave out; {@link Gaps#NONE} if it was made of objects. */
    public Gaps gaps() {
        return gaps;
    }

    private boolean isEmpty() {
        return organization.equals(Organization.DEFAULT) && users.isEmpty() && groups.isEmpty() && applications.isEmpty()
                && devices.isEmpty() && servicePrincipals.isEmpty() && breakGlass.isEmpty();
    }

    private static <T> List<T> and(List<T> own, List<T> others, Function<T, @Nullable String> id) {
        Set<String> known = new HashSet<>();
        own.forEach(each -> known.add(id.apply(each) == null ? null : fold(id.apply(each))));
        List<T> all = new ArrayList<>(own);
        others.stream().filter(each -> id.apply(each) == null || !known.contains(fold(id.apply(each)))).forEach(all::add);
        return all;
    }

    /** The same directory with another state of one user, found by id. */
    public Directory with(UserState changed) {
        List<UserState> others = new ArrayList<>(users);
        others.replaceAll(user -> WellKnown.isSame(user.id(), changed.id()) ? changed : user);
        return new Directory(organization, others, groups, applications, devices, servicePrincipals, warnings, null, gaps, catalogue,
                breakGlass);
    }

    /** The same directory with other users. */
    public Directory withUsers(List<UserState> others) {
        return new Directory(organization, others, groups, applications, devices, servicePrincipals, warnings, null, gaps, catalogue,
                breakGlass);
    }

    /** The catalogue of applications, with what the policy set adds to it. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** The same directory with the catalogue of a policy set. */
    public Directory with(Catalogue other) {
        return other == catalogue ? this
                : new Directory(organization, users, groups, applications, devices, servicePrincipals, warnings, version, gaps, other,
                breakGlass);
    }

    /** The same directory with another tenant. */
    public Directory with(Organization changed) {
        return new Directory(changed, users, groups, applications, devices, servicePrincipals, warnings, null, gaps, catalogue,
                breakGlass);
    }

    /** The same directory with other break-glass accounts: names or ids of users and groups. */
    public Directory withBreakGlass(List<String> accounts) {
        return accounts.equals(breakGlass) ? this
                : new Directory(organization, users, groups, applications, devices, servicePrincipals, warnings, version, gaps, catalogue,
                accounts);
    }

    /** The names or ids of the users and groups that are break-glass accounts; empty if the directory declares none. */
    public List<String> breakGlass() {
        return breakGlass;
    }

    /** Whether a user is a break-glass account, or in a group of them. */
    public boolean isBreakGlass(UserState user) {
        if (breakGlass.isEmpty()) {
            return false;
        }
        Set<String> own = groupIdsOf(user);
        own.add(fold(user.id()));
        own.add(fold(user.userPrincipalName()));
        return breakGlass.stream().anyMatch(each -> own.contains(fold(each)) || groupIds(each).stream().anyMatch(own::contains));
    }

    /**
     * What an export leaves out, which strict mode takes as unknown (attack 77).
     *
     * @param users the ids, in lower case, of users without {@code userType} or {@code accountEnabled}
     * @param groups the ids, in lower case, of groups without {@code members}
     */
    public record Gaps(Set<String> users, Set<String> groups) {

        /** The export leaves nothing out. */
        public static final Gaps NONE = new Gaps(Set.of(), Set.of());

        public Gaps {
            users = Set.copyOf(users);
            groups = Set.copyOf(groups);
        }

        /** These, and those of another directory for what only that one has. */
        private Gaps and(Gaps others, Directory own) {
            if (others.users.isEmpty() && others.groups.isEmpty()) {
                return this;
            }
            Set<String> allUsers = new HashSet<>(others.users);
            own.users.forEach(user -> allUsers.remove(fold(user.id())));
            allUsers.addAll(users);
            Set<String> allGroups = new HashSet<>(others.groups);
            own.groups.forEach(group -> allGroups.remove(fold(group.id())));
            allGroups.addAll(groups);
            return new Gaps(allUsers, allGroups);
        }
    }

    /**
     * The tenant.
     *
     * @param displayName the name; {@code null} if unknown
     * @param tenantId the id; {@code null} if unknown
     * @param licences the service plans, such as {@code AAD_PREMIUM} and {@code AAD_PREMIUM_P2} (LIC-03, LIC-04); empty if unknown
     * @param isMfaAccepted whether the tenant trusts MFA of the home tenant of external users (EXT-01)
     * @param isCompliantDeviceAccepted whether the tenant trusts the compliance of their devices (EXT-03)
     * @param isHybridAzureADJoinedDeviceAccepted whether the tenant trusts the hybrid join of their devices (EXT-03)
     */
    public record Organization(@Nullable String displayName, @Nullable String tenantId, List<String> licences, boolean isMfaAccepted,
            boolean isCompliantDeviceAccepted, boolean isHybridAzureADJoinedDeviceAccepted) {

        /** A tenant without a name, an id, licences and trust settings. */
        public static final Organization DEFAULT = new Organization(null, null, List.of(), false, false, false);
    }

    /**
     * A group.
     *
     * @param id the object id
     * @param displayName the name; names need not be unique
     * @param members the names or ids of users and groups that are direct members
     */
    public record Group(String id, String displayName, List<String> members) { }

    /**
     * An application.
     *
     * @param appId the application id
     * @param displayName the name
     * @param memberOf the groupings that hold it, as policies name them (CA-APP-06 to CA-APP-08): {@code Office365},
     *     {@code MicrosoftAdminPortals}, or the id of the Windows Azure Service Management API
     * @param customSecurityAttributes the custom security attributes (CA-APP-20); {@link SecurityAttributes#NONE} for none
     */
    public record Application(String appId, String displayName, Set<String> memberOf, SecurityAttributes customSecurityAttributes) { }

    /**
     * A workload identity (CA-WID-01).
     *
     * @param id the object id
     * @param appId the id of its application; {@code null} if unknown
     * @param displayName the name; {@code null} if unknown
     * @param isSingleTenant whether it belongs to this tenant only; policies apply to single-tenant ones only (CA-WID-01)
     * @param isManagedIdentity whether it is a managed identity; policies do not apply to those (CA-WID-01)
     * @param customSecurityAttributes the custom security attributes (CA-WID-02); {@link SecurityAttributes#NONE} for none
     * @param isAgentIdentity whether it is the identity of an agent; {@code null} if unknown, and policies for agents then stay
     *     applicable (AGT-04)
     * @param agentIdentityBlueprintId the application id, object id or name of the blueprint of an agent; {@code null} if unknown, and
     *     policies for any blueprint then stay applicable (AGT-04)
     * @param isAgentIdentityBlueprint whether it is a blueprint of agents (AGT-10)
     */
    public record ServicePrincipal(String id, @Nullable String appId, @Nullable String displayName, boolean isSingleTenant,
            boolean isManagedIdentity, SecurityAttributes customSecurityAttributes, @Nullable Boolean isAgentIdentity,
            @Nullable String agentIdentityBlueprintId, boolean isAgentIdentityBlueprint) {

        /** A builder for a service principal of this tenant only, without attributes. */
        public static Builder builder() {
            return new Builder();
        }

        /** A builder that holds every value of this one, to change some of them. */
        public Builder toBuilder() {
            Builder builder = new Builder();
            builder.id = id;
            builder.appId = appId;
            builder.displayName = displayName;
            builder.isSingleTenant = isSingleTenant;
            builder.isManagedIdentity = isManagedIdentity;
            builder.customSecurityAttributes = customSecurityAttributes;
            builder.isAgentIdentity = isAgentIdentity;
            builder.agentIdentityBlueprintId = agentIdentityBlueprintId;
            builder.isAgentIdentityBlueprint = isAgentIdentityBlueprint;
            return builder;
        }

        /** Builds a {@link ServicePrincipal}. Set {@code id}; every other value is optional. */
        public static final class Builder {

            private @Nullable String id;
            private @Nullable String appId;
            private @Nullable String displayName;
            private boolean isSingleTenant = true;
            private boolean isManagedIdentity;
            private SecurityAttributes customSecurityAttributes = SecurityAttributes.NONE;
            private @Nullable Boolean isAgentIdentity;
            private @Nullable String agentIdentityBlueprintId;
            private boolean isAgentIdentityBlueprint;

            private Builder() { }

            /** The object id. */
            public Builder id(String value) {
                this.id = value;
                return this;
            }

            /** The id of its application; {@code null} (default) if unknown. */
            public Builder appId(@Nullable String value) {
                this.appId = value;
                return this;
            }

            /** The display name; {@code null} (default) if unknown. */
            public Builder displayName(@Nullable String value) {
                this.displayName = value;
                return this;
            }

            /** Whether only this tenant has it; default {@code true}. Policies apply to single-tenant ones only (CA-WID-01). */
            public Builder isSingleTenant(boolean value) {
                this.isSingleTenant = value;
                return this;
            }

            /** Whether it is a managed identity, to which no policy applies (CA-WID-01); default {@code false}. */
            public Builder isManagedIdentity(boolean value) {
                this.isManagedIdentity = value;
                return this;
            }

            /** The custom security attributes; default {@link SecurityAttributes#NONE}. */
            public Builder customSecurityAttributes(SecurityAttributes value) {
                this.customSecurityAttributes = value;
                return this;
            }

            /**
             * Whether it is an identity of an agent; {@code null} (default) if unknown, and policies for agents then stay applicable
             * (AGT-04).
             */
            public Builder isAgentIdentity(@Nullable Boolean value) {
                this.isAgentIdentity = value;
                return this;
            }

            /**
             * The application id, object id or name of the blueprint of an agent; {@code null} (default) if unknown, and policies for any
             * blueprint then stay applicable (AGT-04).
             */
            public Builder agentIdentityBlueprintId(@Nullable String value) {
                this.agentIdentityBlueprintId = value;
                return this;
            }

            /** Whether it is a blueprint of agents (AGT-10); default {@code false}. */
            public Builder isAgentIdentityBlueprint(boolean value) {
                this.isAgentIdentityBlueprint = value;
                return this;
            }

            /**
             * The service principal with these values.
             *
             * @throws NullPointerException if {@code id} is missing
             */
            public ServicePrincipal build() {
                return new ServicePrincipal(Objects.requireNonNull(id, "`id` is missing"), appId, displayName, isSingleTenant,
                        isManagedIdentity, customSecurityAttributes, isAgentIdentity, agentIdentityBlueprintId, isAgentIdentityBlueprint);
            }
        }

        /** Whether this service principal has an id, an application id or a name, without regard to case. */
        public boolean isNamed(String nameOrId) {
            String name = fold(nameOrId);
            return name.equals(fold(id)) || appId != null && name.equals(fold(appId)) || displayName != null
                    && name.equals(fold(displayName));
        }

        /** Whether it is known to be the identity of an agent (AGT-10). */
        public boolean isAgent() {
            return Boolean.TRUE.equals(isAgentIdentity);
        }

        /** Whether it is the identity of an agent, or may be (AGT-04). */
        public boolean mayBeAgent() {
            return isAgent() || isAgentIdentity == null && !isManagedIdentity && !isAgentIdentityBlueprint;
        }
    }
}
