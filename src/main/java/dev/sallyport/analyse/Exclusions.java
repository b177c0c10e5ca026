package dev.sallyport.analyse;

import dev.sallyport.analyse.Verdict.Exclusion;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GuestsOrExternalUsers;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What policies exclude: each entry, with the requests that the policy would be about without exclusions, and those of the entry. */
final class Exclusions {

    private static final Reference ALL = new Reference("All", "All", null);
    private static final Users ANYONE = new Users(List.of(ALL), List.of(), List.of(), List.of(), List.of(), List.of(), null, null);

    /**
     * An entry.
     *
     * @param policy the conditions of the policy, without what they exclude
     * @param entry  the conditions of a policy that includes the entry, and nothing else
     */
    record Entry(Exclusion exclusion, Conditions policy, Conditions entry) { }

    private final ConditionalAccessPolicy policy;
    private final Conditions wide;
    private final List<Entry> entries = new ArrayList<>();

    private Exclusions(ConditionalAccessPolicy policy) {
        this.policy = policy;
        Conditions old = policy.conditions();
        Users users = old.users();
        wide = new Conditions(new Users(users.includeUsers(), List.of(), users.includeGroups(), List.of(), users.includeRoles(), List.of(),
                users.includeGuestsOrExternalUsers(), null), old.clientApplications(), old.agents(), applications(old.applications()
                .includeApplications(), old.applications()), old.clientAppTypes(),
                old.platforms() == null ? null : new Platforms(old.platforms().include(), Set.of()),
                old.locations() == null ? null : new Locations(old.locations().include(), List.of()), old.signInRiskLevels(),
                old.userRiskLevels(), old.servicePrincipalRiskLevels(), old.agentIdRiskLevels(), old.insiderRiskLevels(),
                old.deviceFilter(), old.excludedDeviceStates(), old.transferMethods(), old.times());
    }

    /** The exclusions of a policy that asks for something. */
    static List<Entry> of(ConditionalAccessPolicy policy) {
        return policy.grantControls() == null || policy.grantControls().isEmpty() ? List.of() : new Exclusions(policy).all();
    }

    private static Applications applications(List<Reference> included, Applications old) {
        return new Applications(included, List.of(), old.includeUserActions(), old.includeAuthenticationContextClassReferences(), null,
                false);
    }

    private List<Entry> all() {
        Conditions old = policy.conditions();
        Users users = old.users();
        add("excludeUsers", users.excludeUsers(), one -> new Users(one, List.of(), List.of(), List.of(), List.of(), List.of(), null, null));
        add("excludeGroups", users.excludeGroups(), one -> new Users(List.of(), List.of(), one, List.of(), List.of(), List.of(), null,
                null));
        add("excludeRoles", users.excludeRoles(), one -> new Users(List.of(), List.of(), List.of(), List.of(), one, List.of(), null,
                null));
        GuestsOrExternalUsers guests = users.excludeGuestsOrExternalUsers();
        if (guests != null) {
            for (GuestType type : GuestType.values()) {
                if (guests.types().contains(type)) {
                    entry("excludeGuestsOrExternalUsers", new Reference(type.graphName(), type.graphName(), policy.source()),
                            with(new Users(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                            new GuestsOrExternalUsers(Set.of(type), guests.tenants()), null), List.of(ALL), null, null));
                }
            }
        }
        old.applications().excludeApplications().forEach(each -> entry("excludeApplications", each, with(ANYONE, List.of(each), null,
                null)));
        if (old.platforms() != null) {
            for (DevicePlatform platform : DevicePlatform.values()) {
                if (old.platforms().exclude().contains(platform)) {
                    entry("excludePlatforms", new Reference(platform.graphName(), platform.graphName(), policy.source()), with(ANYONE,
                            List.of(ALL), new Platforms(Set.of(platform), Set.of()), null));
                }
            }
        }
        if (old.locations() != null) {
            old.locations().exclude().forEach(each -> entry("excludeLocations", each, with(ANYONE, List.of(ALL), null,
                    new Locations(List.of(each), List.of()))));
        }
        return entries;
    }

    private void add(String condition, List<Reference> excluded, Function<List<Reference>, Users> only) {
        excluded.forEach(each -> entry(condition, each, with(only.apply(List.of(each)), List.of(ALL), null, null)));
    }

    private void entry(String condition, Reference value, Conditions only) {
        entries.add(new Entry(new Exclusion(policy.id(), condition, value.text(), value.position()), wide, only));
    }

    private static Conditions with(Users users, List<Reference> applications, Platforms platforms, Locations locations) {
        return new Conditions(users, null, null, new Applications(applications, List.of(), List.of(), List.of(), null, false), Set.of(),
                platforms, locations, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(), null);
    }
}
