package dev.sallyport.analyse;

import dev.sallyport.analyse.Person.Name;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.compile.Subject;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Directory;
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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

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
    private static final String DOMAIN = "@anybody.example";
    private static final AuthenticationMethod METHOD = new AuthenticationMethod(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH,
            null, true, null, true);
    private static final UserState.AppPassword APP_PASSWORD = new UserState.AppPassword("app-password-1", "Mail", null, null);

    private final List<Person> persons;
    /** For each policy by index the people that it is about, as bits. */
    private final long[][] concerned;

    /** Each person's key by number, and for each number the key and the first person who has it. */
    private final int[] keyOf;
    private final Map<Profile.Key, Integer> keys = new LinkedHashMap<>();
    private final List<Integer> firstOf = new ArrayList<>();

    private People(List<Person> persons, World world) {
        Snapshot snapshot = world.snapshot;
        this.persons = persons;
        keyOf = new int[persons.size()];
        concerned = new long[snapshot.size()][Sets.words(persons.size())];
        for (int i = 0; i < persons.size(); i++) {
            int person = i;
            keyOf[i] = keys.computeIfAbsent(Profile.Key.of(persons.get(i).state(), world), any -> {
                firstOf.add(person);
                return firstOf.size() - 1;
            });
            long[] row = row(persons.get(i).state(), snapshot);
            for (int w = 0; w < row.length; w++) {
                for (long bits = row[w]; bits != 0; bits &= bits - 1) {
                    Sets.add(concerned[(w << 6) + Long.numberOfTrailingZeros(bits)], i);
                }
            }
        }
    }

    /** The users of the directory. */
    static People ofDirectory(World world) {
        return new People(world.directory.users().stream().map(user -> new Person(user, List.of(), Person.Standing.REGISTERED, false))
                .toList(), world);
    }

    /** The people who could exist. */
    static People open(World world) {
        return new People(openPersons(List.of(world)), world);
    }

    /** The people who could exist, of all the worlds together. */
    static List<Person> openPersons(List<World> worlds) {
        return new Open(worlds).persons();
    }

    /** Some people, in their order. */
    static People of(List<Person> persons, World world) {
        return new People(persons, world);
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

    /** What people have in common beside the policies, each once. */
    List<Profile.Key> keys() {
        return List.copyOf(keys.keySet());
    }

    /** The first person who has a key. */
    Person first(int key) {
        return persons.get(firstOf.get(key));
    }

    /** The number of a person's key. */
    int keyOf(int person) {
        return keyOf[person];
    }

    /** The people that a policy is about. */
    long[] concerned(int policy) {
        return concerned[policy];
    }

    private static long[] row(UserState user, Snapshot snapshot) {
        String tenant = user.homeTenantId() == null ? null : WellKnown.fold(user.homeTenantId());
        Subject subject = snapshot.subject(user, user.guestType(), 0, tenant, Set.of());
        return subject.row();
    }

    // ---- who could exist

    private static final class Open {

        private final List<World> worlds;
        private final Map<List<Object>, Name> names = new LinkedHashMap<>();
        private final Set<Name> excluded = new LinkedHashSet<>();
        private final List<Person> persons = new ArrayList<>();

        Open(List<World> worlds) {
            this.worlds = worlds;
        }

        private boolean any(Predicate<PolicySet> test) {
            return worlds.stream().anyMatch(world -> test.test(world.set));
        }

        /** The policies of all worlds that are about a user. */
        private long[] row(UserState user) {
            return worlds.stream().flatMapToLong(world -> Arrays.stream(People.row(user, world.snapshot))).toArray();
        }

        List<Person> persons() {
            guests(null, GuestType.values(), false);
            for (World world : worlds) {
                world.everyPolicy().forEach(policy -> names(policy.conditions().users()));
            }
            if (any(set -> set.securityDefaults().isEnabled())) {
                Roles.EXEMPT.forEach(role -> named(Name.Type.ROLE, role, "", true));
            }
            add(List.of());
            Map<Name, long[]> rows = new LinkedHashMap<>();
            for (Name name : names.values()) {
                add(List.of(name));
                rows.put(name, row(state(List.of(name), 0)));
            }
            List<Name> pairable = Stream.concat(excluded.stream(), names.values().stream().filter(name -> name.type() == Name.Type.GUEST))
                    .distinct().toList();
            for (int i = 0; i < pairable.size(); i++) {
                for (int j = i + 1; j < pairable.size(); j++) {
                    Name one = pairable.get(i);
                    Name other = pairable.get(j);
                    if (one.goesWith(other) && leavesBehind(row(state(List.of(one, other), 0)), one, other, rows)) {
                        add(List.of(one, other));
                    }
                }
            }
            return persons;
        }

        /** Whether both names together leave a policy behind that each of them alone does not; a guest is compared with guests only. */
        private static boolean leavesBehind(long[] both, Name one, Name other, Map<Name, long[]> rows) {
            return (other.type() == Name.Type.GUEST || losesAny(rows.get(one), both))
                    && (one.type() == Name.Type.GUEST || losesAny(rows.get(other), both));
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
                if (standing != Person.Standing.WITH_APP_PASSWORD || any(set -> set.mfaSettings().allowAppPasswords())) {
                    UserState state = state(known, persons.size());
                    persons.add(new Person(with(state, standing), known, standing, true));
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
                }
            }
            return builder.memberOf(groups).roles(roles).build();
        }
    }

    private static String text(Name.Type type, String id, String text, Directory directory) {
        return switch (type) {
            case USER -> directory.user(id) == null ? text : directory.user(id).userPrincipalName();
            case GROUP -> directory.groups().stream().filter(group -> WellKnown.isSame(group.id(), id)).map(Directory.Group::displayName)
                    .findFirst().orElse(text);
            default -> Roles.IDS.entrySet().stream().filter(role -> role.getValue().equals(id)).map(Map.Entry::getKey).findFirst()
                    .orElse(text);
        };
    }
}
