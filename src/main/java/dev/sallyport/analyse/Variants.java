package dev.sallyport.analyse;

import dev.sallyport.analyse.Why.Change;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A user as the directory has them, and with other groups, roles or account: every group and role that policies name is joined or left,
 * and two of them at once.
 */
final class Variants {

    /** As many changes as are combined with each other. */
    private static final int MOST_COMBINED = 150;
    /** The change of a user who has registered a first method. */
    static final Change REGISTERED = new Change("account", false, List.of("registered"), "", "once a method for MFA is registered");

    /** A user with changes, or a service principal, which has none. */
    record Variant(Person person, List<Change> changes) {

        static Variant of(UserState user, List<Change> changes) {
            return new Variant(Person.of(user, List.of(), Person.Standing.REGISTERED, false), changes);
        }

        /** Whether the user does MFA only after registering a method for it here. */
        boolean registersFirst() {
            UserState user = person.state();
            return user != null && !user.isMfaRegistered() && user.guestType() == null;
        }
    }

    private final World world;
    private final UserState user;
    private final List<Variant> single = new ArrayList<>();

    private Variants(World world, UserState user) {
        this.world = world;
        this.user = user;
    }

    /** The variants of a user with so many changes at most, and at most two; first the one without a change. */
    static List<Variant> of(World world, Person person, int changes) {
        UserState user = person.state();
        if (user == null) {
            return List.of(new Variant(person, List.of()));
        }
        Variants variants = new Variants(world, user);
        variants.memberships();
        variants.account();
        List<Variant> all = new ArrayList<>(List.of(Variant.of(user, List.of())));
        all.addAll(variants.single);
        if (changes > 1 && variants.isCombined()) {
            for (Variant one : variants.single) {
                Variants second = new Variants(world, Objects.requireNonNull(one.person().state()));
                second.memberships();
                second.account();
                second.single.stream().filter(other -> isBefore(one.changes().get(0), other.changes().get(0))).forEach(other -> all.add(
                        new Variant(other.person(), List.of(one.changes().get(0), other.changes().get(0)))));
            }
        }
        return all;
    }

    /** Of two changes one comes first: what changes of the account comes after groups and roles. */
    private static boolean isBefore(Change one, Change other) {
        boolean isAccount = one.subject().equals("account");
        return isAccount == other.subject().equals("account") ? one.text().compareTo(other.text()) < 0 : !isAccount;
    }

    /** Whether two changes at once are tried. */
    static boolean isCombined(World world, Person person) {
        UserState user = person.state();
        if (user == null) {
            return true;
        }
        Variants variants = new Variants(world, user);
        variants.memberships();
        return variants.isCombined();
    }

    private boolean isCombined() {
        return single.size() <= MOST_COMBINED;
    }

    private void memberships() {
        Map<String, String> groups = new LinkedHashMap<>();
        Map<String, String> roles = new LinkedHashMap<>();
        world.policies.forEach(policy -> {
            Users users = policy.policy().conditions().users();
            Stream.of(users.includeGroups(), users.excludeGroups()).flatMap(List::stream).forEach(each -> groups.putIfAbsent(each.id(),
                    name(each)));
            Stream.of(users.includeRoles(), users.excludeRoles()).flatMap(List::stream).forEach(each -> roles.putIfAbsent(each.id(),
                    each.text()));
        });
        Set<String> own = world.directory.groupIdsOf(user);
        groups.forEach((id, name) -> {
            boolean isMember = own.contains(WellKnown.fold(id));
            List<String> others = isMember ? user.memberOf().stream().filter(each -> !world.directory.groupIdsOf(UserState.builder()
                    .id("00000000-0000-4000-8000-000000000000").userPrincipalName("user@example.invalid").memberOf(List.of(each)).build())
                    .contains(WellKnown.fold(id))).toList() : with(user.memberOf(), id);
            UserState changed = user.toBuilder().memberOf(others).build();
            if (world.directory.groupIdsOf(changed).contains(WellKnown.fold(id)) != isMember) {
                add(changed, "membership", name, (isMember ? "without membership of " : "as a member of ") + name, isMember);
            }
        });
        Set<String> held = Directory.roleIdsOf(user);
        roles.forEach((id, name) -> {
            String role = Directory.roleId(id);
            boolean isHeld = held.contains(role);
            List<String> others = isHeld ? user.roles().stream().filter(each -> !Directory.roleId(each).equals(role)).toList()
                    : with(user.roles(), id);
            add(user.toBuilder().roles(others).build(), "role", name, (isHeld ? "without the role " : "with the role ") + name, isHeld);
        });
    }

    private String name(Reference group) {
        return world.directory.groups().stream().filter(each -> WellKnown.isSame(each.id(), group.id()))
                .map(Directory.Group::displayName).findFirst().orElse(group.text());
    }

    private static List<String> with(List<String> names, String more) {
        return Stream.concat(names.stream(), Stream.of(more)).toList();
    }

    private void account() {
        if (!user.accountEnabled()) {
            add(user.toBuilder().accountEnabled(true).build(), "account", "enabled", "with an enabled account", false);
        }
        if (user.perUserMfaState() != PerUserMfaState.DISABLED) {
            add(Lifecycle.disable(user), "account", "perUserMfaState disabled", "without per-user MFA", false);
        } else {
            add(Lifecycle.enforce(user, world.now), "account", "perUserMfaState enforced", "with enforced per-user MFA", false);
        }
        if (user.isMfaRegistered()) {
            add(Lifecycle.unregisterAll(user), "account", "no method", "without a method for MFA", false);
        } else {
            single.add(Variant.of(Lifecycle.register(user, AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, null, world.now),
                    List.of(REGISTERED)));
        }
    }

    private void add(UserState changed, String subject, String value, String text, boolean isLeft) {
        single.add(Variant.of(changed, List.of(new Change(subject, isLeft, List.of(value), isLeft ? value : "", text))));
    }
}
