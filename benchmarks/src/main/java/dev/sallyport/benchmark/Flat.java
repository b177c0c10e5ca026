package dev.sallyport.benchmark;

import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The part of a company's policies that every engine can express, as names and sets: whether a policy applies. Deciding what
 * follows from the policies that apply is left to Sallyport alone, and so is the work of finding the groups of a user and the
 * locations of an address: the others are given both.
 */
final class Flat {

    private Flat() { }

    /** A policy; an empty set of clients, platforms, locations or risks asks nothing. */
    record Policy(String id, boolean everybody, Set<String> includedGroups, Set<String> excludedGroups, Set<String> roles, boolean everything,
            Set<String> applications, Set<String> clients, Set<String> platforms, Set<String> locations, boolean unlessTrusted, Set<String> risks) { }

    /** A request. */
    record Request(String user, Set<String> groups, Set<String> roles, String application, String client, String platform, Set<String> locations,
            boolean trusted, String risk) { }

    static List<Policy> policies(PolicySet set) {
        return set.policies().stream().map(Flat::policy).toList();
    }

    private static Policy policy(ConditionalAccessPolicy policy) {
        Conditions conditions = policy.conditions();
        boolean anywhere = conditions.locations() == null;
        return new Policy(policy.id(), !conditions.users().includeUsers().isEmpty(), ids(conditions.users().includeGroups()),
                ids(conditions.users().excludeGroups()), ids(conditions.users().includeRoles()),
                ids(conditions.applications().includeApplications()).contains("All"), ids(conditions.applications().includeApplications()),
                names(conditions.clientAppTypes().contains(ClientAppType.ALL) ? Set.of() : conditions.clientAppTypes()),
                names(conditions.platforms() == null ? Set.<DevicePlatform>of() : conditions.platforms().include()),
                anywhere || ids(conditions.locations().include()).contains("All") ? Set.of() : ids(conditions.locations().include()),
                !anywhere && !conditions.locations().exclude().isEmpty(), names(conditions.signInRiskLevels()));
    }

    private static Set<String> ids(List<Reference> references) {
        return references.stream().map(Reference::id).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Set<? extends GraphEnum> values) {
        return values.stream().map(GraphEnum::graphName).collect(Collectors.toCollection(TreeSet::new));
    }

    static Request request(SignIn signIn, PolicySet set, Directory directory) {
        UserState user = directory.user(signIn.user());
        IpAddress address = IpAddress.parse(signIn.ipAddress());
        Set<String> locations = new HashSet<>();
        boolean trusted = false;
        for (NamedLocation location : set.namedLocations()) {
            NamedLocation.Ip named = (NamedLocation.Ip) location;
            if (named.ranges().stream().anyMatch(range -> range.contains(address))) {
                locations.add(named.id());
                trusted |= named.isTrusted();
            }
        }
        return new Request(user.userPrincipalName(), directory.groupIdsOf(user), Directory.roleIdsOf(user), signIn.applications().get(0), signIn.clientAppType(),
                signIn.devicePlatform(), locations, trusted, signIn.signInRiskLevel());
    }
}
