package dev.sallyport.analyse;

import dev.sallyport.analyse.Person.Name;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Directory.ServicePrincipal;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Roles;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AuthenticationMethod;
import dev.sallyport.model.UserType;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The people of an analysis, and which policies are about them.
 *
 * <p>People who could exist: an unremarkable member, a member behind each user, group, role, kind of guest and home tenant that policies
 * name, and two such names at once where that leaves a policy behind that each of them alone does not.
 */
final class People {

    /** Names that are not those of a user, group or role. */
    private static final Set<String> LITERALS = Set.of("All", "None", "GuestsOrExternalUsers");
    private static final String OTHER_TENANT = "00000000-0000-4000-8000-00000000fe01";
    private static final String OTHER_BLUEPRINT = "00000000-0000-4000-8000-00000000fe02";
    private static final String DOMAIN = "@anybody.example";
    private static final AuthenticationMethod METHOD = new AuthenticationMethod(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH,
            null, true, null, true);
    private static final UserState.AppPassword APP_PASSWORD = new UserState.AppPassword("app-password-1", "Mail", null, null);

    private final List<Person> persons;
    /** For each snapshot and policy by index the people that it is about, as bits. */
    private final Map<Snapshot, long[][]> concerned = new IdentityHashMap<>();
    private final Map<World, Keys> keys = Collections.synchronizedMap(new IdentityHashMap<>());

    private People(List<Person> persons, List<World> worlds) {
        this.persons = persons;
        for (World world : worlds) {
            Snapshot snapshot = world.snapshot;
            long[][] bits = new long[snapshot.size()][Sets.words(persons.size())];
            long[][] rows = persons.parallelStream().map(person -> row(person, snapshot)).toArray(long[][]::new);
            for (int i = 0; i < rows.length; i++) {
                long[] row = rows[i];
                for (int w = 0; w < row.length; w++) {
                    for (long left = row[w]; left != 0; left &= left - 1) {
                        Sets.add(bits[(w << 6) + Long.numberOfTrailingZeros(left)], i);
                    }
                }
            }
            concerned.put(snapshot, bits);
        }
    }

    /** What people have in common beside the policies, at a time: for each of them its number, and the keys by number. */
    private record Keys(int[] of, List<Profile.Key> keys, List<Integer> firsts) { }

    private static Keys keys(List<Person> persons, World world) {
        Map<Profile.Key, Integer> numbers = new LinkedHashMap<>();
        List<Integer> firsts = new ArrayList<>();
        int[] of = new int[persons.size()];
        for (int i = 0; i < of.length; i++) {
            int person = i;
            of[i] = numbers.computeIfAbsent(Profile.Key.of(persons.get(i), world), any -> {
                firsts.add(person);
                return firsts.size() - 1;
            });
        }
        return new Keys(of, List.copyOf(numbers.keySet()), firsts);
    }

    /** The users of the directory. */
    static People ofDirectory(World world) {
        return of(List.of(world), Kind.SIGN_IN, false);
    }

    /** The people who could exist. */
    static People open(World world) {
        return of(List.of(world), Kind.SIGN_IN, true);
    }

    /**
     * Those who make requests of a kind.
     *
     * @param worlds   what is compared: all policies that name people; the directory is that of the first one
     * @param isOpen   whether those who could exist are asked, and not those of the directory
     */
    static People of(List<World> worlds, Kind kind, boolean isOpen) {
        return new People(isOpen ? openPersons(worlds, kind) : persons(worlds.get(0).directory, kind), worlds);
    }

    /** Those who could exist and make requests of a kind, of all the worlds together. */
    static List<Person> openPersons(List<World> worlds, Kind kind) {
        return new Open(worlds).persons(kind);
    }

    /** Those of a directory who make requests of a kind. */
    static List<Person> persons(Directory directory, Kind kind) {
        Stream<Person> users = directory.users().stream().filter(user -> user.isAgentUser() == (kind == Kind.AGENT))
                .map(user -> Person.of(user, List.of(), Person.Standing.REGISTERED, false));
        Stream<Person> principals = directory.servicePrincipals().stream().filter(each -> each.mayBeAgent() == (kind == Kind.AGENT))
                .map(each -> Person.of(each, List.of(), false));
        return (kind == Kind.AGENT ? Stream.concat(principals, users) : kind == Kind.WORKLOAD ? principals : users).toList();
    }

    /** Some people, in their order. */
    static People of(List<Person> persons, World world) {
        return new People(persons, List.of(world));
    }

    /** Groups that may be told in place of these people. */
    GroupNames groups(Directory directory) {
        return new GroupNames(persons, directory);
    }

    int size() {
        return persons.size();
    }

    Person person(int index) {
        return persons.get(index);
    }

    private Keys keys(World world) {
        return keys.computeIfAbsent(world, any -> keys(persons, world));
    }

    /** The profiles of people in requests of a kind, by the number of their keys. */
    List<Profile> profiles(World world, Kind kind) {
        Keys all = keys(world);
        return IntStream.range(0, all.keys().size()).mapToObj(i -> new Profile(all.keys().get(i), persons.get(all.firsts().get(i)), kind,
                world)).toList();
    }

    /** The number of a person's key. */
    int keyOf(World world, int person) {
        return keys(world).of()[person];
    }

    /** For each person the number of the key. */
    int[] keysOf(World world) {
        return keys(world).of();
    }

    /** The people that a policy is about. */
    long[] concerned(World world, int policy) {
        return concerned.get(world.snapshot)[policy];
    }

    private static long[] row(Person person, Snapshot snapshot) {
        UserState user = person.state();
        if (user == null) {
            return snapshot.subject(Objects.requireNonNull(person.principal())).row();
        }
        String tenant = user.homeTenantId() == null ? null : WellKnown.fold(user.homeTenantId());
        return snapshot.subject(user, user.guestType(), 0, tenant, Set.of()).row();
    }

    // ---- who could exist

    private static final class Open {

        private final List<World> worlds;
        private final List<PolicySet> sets;
        private final Directory directory;
        private final Map<List<Object>, Name> names = new LinkedHashMap<>();
        private final Set<Name> excluded = new LinkedHashSet<>();
        private final List<Person> persons = new ArrayList<>();

        Open(List<World> worlds) {
            this.worlds = worlds;
            sets = worlds.stream().map(world -> world.set).toList();
            directory = worlds.get(0).directory;
        }

        List<Person> persons(Kind kind) {
            switch (kind) {
                case WORKLOAD -> workloads();
                case AGENT -> agents();
                default -> users();
            }
            return persons;
        }

        private Stream<ConditionalAccessPolicy> policies() {
            return worlds.stream().flatMap(world -> world.everyPolicy().stream());
        }

        private void users() {
            guests(null, GuestType.values(), false);
            policies().forEach(policy -> names(policy.conditions().users()));
            if (sets.stream().anyMatch(set -> set.securityDefaults().isEnabled())) {
                Roles.EXEMPT.forEach(role -> named(Name.Type.ROLE, role, "", true));
            }
            add(List.of());
            Map<Name, List<long[]>> rows = new LinkedHashMap<>();
            for (Name name : names.values()) {
                add(List.of(name));
                rows.put(name, rows(List.of(name)));
            }
            List<Name> pairable = Stream.concat(excluded.stream(), names.values().stream().filter(name -> name.type() == Name.Type.GUEST))
                    .distinct().toList();
            for (int i = 0; i < pairable.size(); i++) {
                for (int j = i + 1; j < pairable.size(); j++) {
                    Name one = pairable.get(i);
                    Name other = pairable.get(j);
                    if (one.goesWith(other)) {
                        List<long[]> both = rows(List.of(one, other));
                        if (IntStream.range(0, both.size()).anyMatch(w -> leavesBehind(both.get(w), one, other, rows, w))) {
                            add(List.of(one, other));
                        }
                    }
                }
            }
        }

        /** For each world the policies that are about who has these names. */
        private List<long[]> rows(List<Name> known) {
            Person person = Person.of(state(known, 0), known, Person.Standing.UNREGISTERED, true);
            return worlds.stream().map(world -> row(person, world.snapshot)).toList();
        }

        /** Whether both names together leave a policy behind that each of them alone does not; a guest is compared with guests only. */
        private static boolean leavesBehind(long[] both, Name one, Name other, Map<Name, List<long[]>> rows, int world) {
            return (other.type() == Name.Type.GUEST || losesAny(rows.get(one).get(world), both))
                    && (one.type() == Name.Type.GUEST || losesAny(rows.get(other).get(world), both));
        }

        private static boolean losesAny(long[] before, long[] after) {
            for (int w = 0; w < before.length; w++) {
                if ((before[w] & ~after[w]) != 0) {
                    return true;
                }
            }
            return false;
        }

        private void names(Users users) {
            users.includeUsers().forEach(each -> named(Name.Type.USER, each, false));
            users.excludeUsers().forEach(each -> named(Name.Type.USER, each, true));
            users.includeGroups().forEach(each -> named(Name.Type.GROUP, each, false));
            users.excludeGroups().forEach(each -> named(Name.Type.GROUP, each, true));
            users.includeRoles().forEach(each -> named(Name.Type.ROLE, each, false));
            users.excludeRoles().forEach(each -> named(Name.Type.ROLE, each, true));
            guests(users.includeGuestsOrExternalUsers(), new GuestType[0], false);
            guests(users.excludeGuestsOrExternalUsers(), new GuestType[0], true);
        }

        private void named(Name.Type type, Reference reference, boolean isExcluded) {
            if (!LITERALS.contains(reference.id())) {
                named(type, reference.id(), reference.text(), isExcluded);
            }
        }

        private void named(Name.Type type, String id, String text, boolean isExcluded) {
            Name name = names.computeIfAbsent(List.of(type, id), key -> new Name(type, id, text(type, id, text), null));
            if (isExcluded) {
                excluded.add(name);
            }
        }

        /** The name that one of the directories has. */
        private String text(Name.Type type, String id, String text) {
            return worlds.stream().map(world -> People.text(type, id, text, world.directory)).filter(each -> !each.equals(text)).findFirst()
                    .orElse(text);
        }

        private void guests(GuestsOrExternalUsers guests, GuestType[] more, boolean isExcluded) {
            Set<GuestType> types = new LinkedHashSet<>(List.of(more));
            Set<String> tenants = new LinkedHashSet<>();
            if (guests != null) {
                types.addAll(guests.types());
                if (guests.tenants() != null) {
                    guests.tenants().stream().sorted().forEach(tenants::add);
                    tenants.add(OTHER_TENANT);
                }
            }
            for (GuestType type : GuestType.values()) {
                if (types.contains(type)) {
                    guest(type, "", isExcluded && tenants.isEmpty());
                    tenants.forEach(tenant -> guest(type, tenant, isExcluded && !tenant.equals(OTHER_TENANT)));
                }
            }
        }

        private void guest(GuestType type, String tenant, boolean isExcluded) {
            String text = type.graphName() + (tenant.isEmpty() ? "" : tenant.equals(OTHER_TENANT) ? " of another tenant" : " of " + tenant);
            Name name = names.computeIfAbsent(List.of(type, tenant), key -> new Name(Name.Type.GUEST, tenant, text, type));
            if (isExcluded) {
                excluded.add(name);
            }
        }

        private void add(List<Name> known) {
            for (Person.Standing standing : Person.Standing.values()) {
                if (standing != Person.Standing.WITH_APP_PASSWORD || sets.stream().anyMatch(set -> set.mfaSettings()
                        .allowAppPasswords())) {
                    UserState state = state(known, persons.size());
                    persons.add(Person.of(with(state, standing), known, standing, true));
                }
            }
        }

        private static UserState with(UserState state, Person.Standing standing) {
            return switch (standing) {
                case UNREGISTERED -> state;
                case REGISTERED -> state.toBuilder().authenticationMethods(List.of(METHOD)).build();
                case WITH_APP_PASSWORD -> state.toBuilder().authenticationMethods(List.of(METHOD)).perUserMfaState(PerUserMfaState.ENFORCED)
                        .appPasswords(List.of(APP_PASSWORD)).build();
            };
        }

        private static UserState state(List<Name> known, int number) {
            UserState.Builder builder = UserState.builder().id("00000000-0000-4000-8000-" + String.format(Locale.ROOT, "%012d", number))
                    .userPrincipalName("user-" + number + DOMAIN);
            List<String> groups = new ArrayList<>();
            List<String> roles = new ArrayList<>();
            for (Name name : known) {
                switch (name.type()) {
                    case USER -> builder.id(name.id());
                    case GROUP -> groups.add(name.id());
                    case ROLE -> roles.add(name.id());
                    case GUEST -> builder.externalUserType(name.guest()).homeTenantId(name.id().isEmpty() ? null : name.id())
                            .userType(name.guest() == GuestType.B2B_COLLABORATION_MEMBER ? UserType.MEMBER : UserType.GUEST);
                    default -> { }
                }
            }
            return builder.memberOf(groups).roles(roles).build();
        }

        // ---- service principals and agents

        private void workloads() {
            List<Name> named = new ArrayList<>();
            named.add(null);
            policies().map(policy -> policy.conditions().clientApplications()).filter(Objects::nonNull).forEach(each -> {
                each.includeServicePrincipals().forEach(reference -> principal(named, Name.Type.PRINCIPAL, reference));
                each.excludeServicePrincipals().forEach(reference -> principal(named, Name.Type.PRINCIPAL, reference));
            });
            for (Name name : named) {
                add(name, principal(name).isAgentIdentity(false));
            }
            add(other("a service principal of another tenant"), principal(null).isAgentIdentity(false).isSingleTenant(false));
            add(other("a managed identity"), principal(null).isAgentIdentity(false).isManagedIdentity(true));
            add(other("a blueprint of agents"), principal(null).isAgentIdentity(false).isAgentIdentityBlueprint(true));
        }

        private void agents() {
            List<Name> named = new ArrayList<>();
            List<Name> blueprints = new ArrayList<>();
            List<Name> users = new ArrayList<>();
            named.add(null);
            blueprints.add(null);
            users.add(null);
            policies().forEach(policy -> {
                ClientApplications principals = policy.conditions().clientApplications();
                if (principals != null) {
                    Stream.of(principals.includeServicePrincipals(), principals.excludeServicePrincipals(),
                            principals.includeAgentIdServicePrincipals(), principals.excludeAgentIdServicePrincipals())
                            .flatMap(List::stream).forEach(reference -> principal(named, Name.Type.AGENT, reference));
                    Stream.of(principals.includeAgentIdServicePrincipals(), principals.excludeAgentIdServicePrincipals())
                            .flatMap(List::stream).forEach(reference -> principal(blueprints, Name.Type.BLUEPRINT, reference));
                }
                Users ofPeople = policy.conditions().users();
                Stream<Reference> ofAgents = policy.conditions().agents() == null ? Stream.of() : Stream.concat(policy.conditions().agents()
                        .includeAgentUsers().stream(), policy.conditions().agents().excludeAgentUsers().stream());
                Stream.concat(ofAgents, Stream.concat(ofPeople.includeUsers().stream(), ofPeople.excludeUsers().stream()))
                        .forEach(reference -> principal(users, Name.Type.AGENT_USER, reference));
            });
            for (Name name : named) {
                for (Name blueprint : blueprints) {
                    List<Name> known = Stream.of(name, blueprint).filter(Objects::nonNull).toList();
                    add(known, principal(name).isAgentIdentity(true).agentIdentityBlueprintId(blueprint == null ? OTHER_BLUEPRINT
                            : blueprint.id()));
                }
                add(Stream.of(name, other("an agent whose blueprint is unknown")).filter(Objects::nonNull).toList(), principal(name)
                        .isAgentIdentity(true));
            }
            for (Name name : users) {
                UserState.Builder user = UserState.builder().id(name == null ? id() : name.id()).identityParentId("")
                        .userPrincipalName("agent-user-" + persons.size() + DOMAIN);
                persons.add(Person.of(user.build(), List.of(name == null ? other("an agent user") : name), Person.Standing.REGISTERED,
                        true));
            }
        }

        private static Name other(String text) {
            return new Name(Name.Type.OTHER, text, text, null);
        }

        private void principal(List<@Nullable Name> known, Name.Type type, Reference reference) {
            boolean isLiteral = LITERALS.contains(reference.id()) || reference.id().equals(WellKnown.ALL_AGENT_USERS)
                    || reference.id().equals("ServicePrincipalsInMyTenant");
            Name name = new Name(type, WellKnown.fold(reference.id()), People.text(type, reference.id(), reference.text(), directory),
                    null);
            if (!isLiteral && !known.contains(name)) {
                known.add(name);
            }
        }

        private String id() {
            return "00000000-0000-4000-8000-" + String.format(Locale.ROOT, "%012d", persons.size());
        }

        private ServicePrincipal.Builder principal(@Nullable Name name) {
            return ServicePrincipal.builder().id(name == null ? id() : name.id());
        }

        private void add(@Nullable Name name, ServicePrincipal.Builder principal) {
            add(name == null ? List.of() : List.of(name), principal);
        }

        private void add(List<Name> known, ServicePrincipal.Builder principal) {
            persons.add(Person.of(principal.build(), known, true));
        }
    }

    private static String text(Name.Type type, String id, String text, Directory directory) {
        return switch (type) {
            case USER, AGENT_USER -> directory.user(id) == null ? text : directory.user(id).userPrincipalName();
            case PRINCIPAL, AGENT, BLUEPRINT -> directory.servicePrincipal(id) == null ? text
                    : Objects.requireNonNullElse(directory.servicePrincipal(id).displayName(), text);
            case GROUP -> directory.groups().stream().filter(group -> WellKnown.isSame(group.id(), id)).map(Directory.Group::displayName)
                    .findFirst().orElse(text);
            default -> Roles.IDS.entrySet().stream().filter(role -> role.getValue().equals(id)).map(Map.Entry::getKey).findFirst()
                    .orElse(text);
        };
    }
}
