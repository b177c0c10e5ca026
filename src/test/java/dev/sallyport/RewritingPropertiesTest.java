package dev.sallyport;

import static dev.sallyport.fixtures.Property.everywhere;
import static dev.sallyport.fixtures.Property.haveEqualRulings;
import static dev.sallyport.fixtures.Property.holds;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.fixtures.Property;
import dev.sallyport.fixtures.Requests;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.fixtures.WorldYaml;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.ConditionalAccessPolicy.Platforms;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Decision;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.Resources;
import dev.sallyport.write.Conversion;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Policies that say the same in other words decide the same, and an exclusion undoes whatever they say ({@link Property}). */
class RewritingPropertiesTest {

    // ---- exclusion wins

    /** CA-USR-05, CA-PLT-06, CA-LOC-07: whatever else includes somebody, one exclusion is enough. */
    @Test
    void rulings_whenEveryPolicyExcludesTheSubject_areThoseUnderNoPolicy() {
        holds(scenario -> ofTheVictim(scenario).with(each(scenario.policies(), policy -> excluding(policy, scenario.directory()))),
                scenario -> ofTheVictim(scenario).with(List.of()), Decision::equals);
    }

    /** One user of a world, who signs in in the place of everybody. */
    private static UserState victim(Directory directory) {
        List<UserState> users = directory.users();
        return users.isEmpty() ? null : users.get(users.size() / 2);
    }

    private static Scenario ofTheVictim(Scenario scenario) {
        SignIn signIn = scenario.request().signIn();
        UserState victim = victim(scenario.directory());
        SignIn changed = signIn.user() == null || victim == null ? signIn
                : signIn.toBuilder().user(victim.userPrincipalName()).externalUserType(null).externalTenantId(null).build();
        return new Scenario(scenario.policies(), scenario.directory(), Requests.with(scenario.request(), changed), null, scenario.clock());
    }

    private static ConditionalAccessPolicy excluding(ConditionalAccessPolicy policy, Directory directory) {
        Conditions old = policy.conditions();
        if (old.clientApplications() != null) {
            ClientApplications principals = old.clientApplications();
            List<Reference> all = directory.servicePrincipals().stream().map(each -> reference(each.id())).toList();
            return with(policy, with(old, new ClientApplications(principals.includeServicePrincipals(), all, principals.filter(),
                    principals.includeAgentIdServicePrincipals(), all, principals.agentFilter())));
        }
        UserState victim = victim(directory);
        Users users = old.users();
        Platforms platforms = old.platforms() == null ? new Platforms(Set.of(), Set.of()) : old.platforms();
        Locations locations = old.locations() == null ? new Locations(List.of(), List.of()) : old.locations();
        boolean hasGroups = victim != null && !victim.isAgentUser();           // AGT-01: neither groups nor roles exclude an agent user
        List<String> groups = !hasGroups ? List.of() : directory.groupIdsOf(victim).stream().sorted().toList();
        List<String> roles = !hasGroups ? List.of() : Directory.roleIdsOf(victim).stream().sorted().toList();
        int way = Math.floorMod(policy.id().hashCode(), 6);
        if (way == 0 && !groups.isEmpty()) {
            return with(policy, with(old, new Users(users.includeUsers(), users.excludeUsers(), users.includeGroups(),
                    added(users.excludeGroups(), groups.get(policy.id().length() % groups.size())), users.includeRoles(), users.excludeRoles(),
                    users.includeGuestsOrExternalUsers(), users.excludeGuestsOrExternalUsers())));
        }
        if (way == 1 && !roles.isEmpty()) {
            return with(policy, with(old, new Users(users.includeUsers(), users.excludeUsers(), users.includeGroups(), users.excludeGroups(), users.includeRoles(),
                    added(users.excludeRoles(), roles.get(policy.id().length() % roles.size())), users.includeGuestsOrExternalUsers(),
                    users.excludeGuestsOrExternalUsers())));
        }
        if (way == 2) {
            return with(policy, with(old, new Platforms(platforms.include(), Set.of(DevicePlatform.ALL))));
        }
        if (way == 3) {
            return with(policy, with(old, new Locations(locations.include(), added(locations.exclude(), "All"))));
        }
        List<Reference> excluded = victim == null ? users.excludeUsers() : added(users.excludeUsers(), way == 4 ? victim.id() : victim.userPrincipalName());
        return with(policy, with(old, new Users(users.includeUsers(), excluded, users.includeGroups(), users.excludeGroups(), users.includeRoles(),
                users.excludeRoles(), users.includeGuestsOrExternalUsers(), users.excludeGuestsOrExternalUsers())));
    }

    // ---- one policy as two

    /** CA-USR-04: entries of a target are alternatives, so two policies with half of them each and the same controls are one. */
    @Test
    void outcomes_underPoliciesSplitInTwoByTheirUsers_stay() {
        holds(scenario -> scenario.with(split(scenario.policies(), RewritingPropertiesTest::halfOfTheUsers)), Property::haveEqualOutcomes);
    }

    /** CA-APP-01, CA-ACT-01, CA-ACX-03. */
    @Test
    void outcomes_underPoliciesSplitInTwoByTheirTargets_stay() {
        holds(scenario -> scenario.with(split(scenario.policies(), RewritingPropertiesTest::halfOfTheTargets)), Property::haveEqualOutcomes);
    }

    private interface Half {
        /** The policy with every other entry of a target, or {@code null} when there would be none. */
        ConditionalAccessPolicy of(ConditionalAccessPolicy policy, int parity);
    }

    private static List<ConditionalAccessPolicy> split(PolicySet set, Half half) {
        List<ConditionalAccessPolicy> all = new ArrayList<>();
        for (ConditionalAccessPolicy policy : set.policies()) {
            ConditionalAccessPolicy first = half.of(policy, 0);
            ConditionalAccessPolicy second = half.of(policy, 1);
            all.add(first == null || second == null ? policy : first);
            if (first != null && second != null) {
                all.add(new ConditionalAccessPolicy(second.id() + "-too", second.displayName() + " too", second.state(), second.conditions(),
                        second.grantControls(), second.sessionControls(), second.notEvaluated(), second.source()));
            }
        }
        return all;
    }

    private static ConditionalAccessPolicy halfOfTheUsers(ConditionalAccessPolicy policy, int parity) {
        Users users = policy.conditions().users();
        Users half = new Users(half(users.includeUsers(), parity), users.excludeUsers(), half(users.includeGroups(), 1 - parity), users.excludeGroups(),
                half(users.includeRoles(), parity), users.excludeRoles(), parity == 0 ? users.includeGuestsOrExternalUsers() : null,
                users.excludeGuestsOrExternalUsers());
        return half.includesNobody() || policy.conditions().clientApplications() != null ? null : with(policy, with(policy.conditions(), half));
    }

    private static ConditionalAccessPolicy halfOfTheTargets(ConditionalAccessPolicy policy, int parity) {
        Applications old = policy.conditions().applications();
        List<Reference> applications = half(old.includeApplications(), parity);
        List<String> actions = half(old.includeUserActions(), parity);
        List<String> contexts = half(old.includeAuthenticationContextClassReferences(), parity);
        boolean isMixed = Stream.of(old.includeApplications(), old.includeUserActions(), old.includeAuthenticationContextClassReferences())
                .filter(each -> !each.isEmpty()).count() > 1;               // which no reader lets through, and one kind of which counts (VAL-11, CA-APP-03)
        if (isMixed || applications.isEmpty() && actions.isEmpty() && contexts.isEmpty()) {
            return null;
        }
        return with(policy, with(policy.conditions(), new Applications(applications, old.excludeApplications(), actions, contexts, old.filter(), old.includesUnknown())));
    }

    private static <T> List<T> half(List<T> list, int parity) {
        return IntStream.range(0, list.size()).filter(i -> i % 2 == parity).mapToObj(list::get).toList();
    }

    // ---- all, and every value listed

    /** CA-CLI-02, CA-CLI-03, CA-LOC-05, CA-CMB-05. */
    @Test
    void rulings_underAll_areThoseUnderEveryClientAndEveryUserListed() {
        Set<ClientAppType> clients = EnumSet.of(ClientAppType.BROWSER, ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS, ClientAppType.EXCHANGE_ACTIVE_SYNC,
                ClientAppType.OTHER);
        holds(scenario -> scenario.with(each(scenario.policies(), policy -> {
            Conditions old = policy.conditions();
            Users users = old.users();
            boolean all = users.includeUsers().stream().anyMatch(user -> user.text().equalsIgnoreCase("All")) && old.clientApplications() == null;
            List<Reference> everybody = Stream.concat(users.includeUsers().stream().filter(user -> !user.text().equalsIgnoreCase("All")),
                    scenario.directory().users().stream().filter(user -> !user.isAgentUser()).map(user -> reference(user.id()))).toList();
            Users listed = !all ? users : new Users(everybody, users.excludeUsers(), users.includeGroups(), users.excludeGroups(), users.includeRoles(),
                    users.excludeRoles(), users.includeGuestsOrExternalUsers(), users.excludeGuestsOrExternalUsers());
            return with(policy, with(with(old, listed), old.limitsClientAppTypes() ? old.clientAppTypes() : clients));
        })), Property::haveEqualRulings);
    }

    /** CA-PLT-03, CA-CMB-05, where the platform is known: one that is not is under {@code all} only (CA-PLT-05). */
    @Test
    void rulings_onKnownPlatforms_underAll_areThoseUnderEveryPlatformListed() {
        Set<DevicePlatform> listed = EnumSet.complementOf(EnumSet.of(DevicePlatform.ALL));
        UnaryOperator<Scenario> known = scenario -> {
            SignIn signIn = scenario.request().signIn();
            return signIn.devicePlatform() != null ? scenario
                    : scenario.with(Requests.with(scenario.request(), signIn.toBuilder().devicePlatform("windows").build()));
        };
        holds(known, scenario -> known.apply(scenario).with(each(scenario.policies(), policy -> {
            Platforms old = policy.conditions().platforms();
            boolean all = old == null || old.include().isEmpty() || old.include().contains(DevicePlatform.ALL);
            return !all ? policy : with(policy, with(policy.conditions(), new Platforms(listed, old == null ? Set.of() : old.exclude())));
        })), Property::haveEqualRulings);
    }

    // ---- Graph's JSON and its YAML

    /** What {@code convert} writes decides as what it read, and so does what it makes of that. Values that are ours alone stay out of it. */
    @Test
    void rulings_underGraphJson_andUnderItsYaml_areThoseUnderTheOriginal() {
        everywhere(scenario -> {
            Scenario plain = withoutOurs(scenario);
            String json = converted(documents("world.yaml", WorldYaml.print(WorldYaml.policySet(plain.policies()))), plain.directory(), true);
            String yaml = converted(documents("world.json", json), plain.directory(), false);
            return Stream.of(plain, read(plain, "world.json", json), read(plain, "again.yaml", yaml)).map(Scenario::engine).toList();
        }, (scenario, engines) -> {
            Decision before = Property.decide(engines.get(0), scenario);
            return haveEqualRulings(before, Property.decide(engines.get(1), scenario)) && haveEqualRulings(before, Property.decide(engines.get(2), scenario));
        }, scenario -> converted(documents("world.yaml", WorldYaml.print(WorldYaml.policySet(withoutOurs(scenario).policies()))), scenario.directory(), true));
    }

    private static Scenario withoutOurs(Scenario scenario) {
        return scenario.with(scenario.policies().policies().stream().filter(policy -> {
            Diagnostics lost = new Diagnostics();
            List<Sources.Document> one = documents("world.yaml", WorldYaml.print(WorldYaml.policySet(Scenario.with(scenario.policies(), List.of(policy))).subList(0, 1)));
            new Conversion(scenario.policies(), scenario.directory(), Directory.empty(), lost).toGraph(Resources.list(one, new Diagnostics()));
            Diagnostics read = new Diagnostics();
            Resources.of(one, read);                            // what YAML refuses, an export holds open (IMP-02)
            return !read.hasErrors() && lost.toList().stream().noneMatch(each -> Set.of("SP1701", "SP1702").contains(each.code()));
        }).toList());
    }

    private static List<Sources.Document> documents(String file, String text) {
        Diagnostics out = new Diagnostics();
        List<Sources.Document> documents = Sources.parseText(file, text, out);
        if (out.hasErrors()) {
            throw new IllegalArgumentException(out.toList() + "\n" + text);
        }
        return documents;
    }

    private static String converted(List<Sources.Document> documents, Directory directory, boolean toGraph) {
        Resources read = Resources.of(documents, new Diagnostics());
        Conversion conversion = new Conversion(read.policySet(), directory, read.directory(), new Diagnostics());
        List<Resources.Written> resources = Resources.list(documents, new Diagnostics());
        return toGraph ? conversion.toGraph(resources) : conversion.toYaml(resources);
    }

    /** The scenario under a set in other words; settings that Graph does not have stay. */
    private static Scenario read(Scenario scenario, String file, String text) {
        PolicySet set = Resources.of(documents(file, text), new Diagnostics()).policySet();     // a world has locations that are wrong, before and after
        PolicySet old = scenario.policies();
        return scenario.with(set.with(old.securityDefaults(), old.mfaSettings(), old.evaluationSettings()));
    }

    // ---- changes of policies

    private static List<ConditionalAccessPolicy> each(PolicySet set, UnaryOperator<ConditionalAccessPolicy> change) {
        return set.policies().stream().map(change).toList();
    }

    private static Reference reference(String text) {
        return new Reference(text, text, Position.of("test"));
    }

    private static List<Reference> added(List<Reference> list, String text) {
        return Stream.concat(list.stream(), Stream.of(reference(text))).toList();
    }

    private static ConditionalAccessPolicy with(ConditionalAccessPolicy policy, Conditions conditions) {
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), policy.state(), conditions, policy.grantControls(), policy.sessionControls(),
                policy.notEvaluated(), policy.source());
    }

    private static Conditions with(Conditions old, Object part) {
        return new Conditions(part instanceof Users users ? users : old.users(), part instanceof ClientApplications principals ? principals : old.clientApplications(),
                old.agents(), part instanceof Applications applications ? applications : old.applications(), old.clientAppTypes(),
                part instanceof Platforms platforms ? platforms : old.platforms(), part instanceof Locations locations ? locations : old.locations(),
                old.signInRiskLevels(), old.userRiskLevels(), old.servicePrincipalRiskLevels(), old.agentIdRiskLevels(), old.insiderRiskLevels(), old.deviceFilter(),
                old.excludedDeviceStates(), old.transferMethods(), old.times());
    }

    private static Conditions with(Conditions old, Set<ClientAppType> clients) {
        return new Conditions(old.users(), old.clientApplications(), old.agents(), old.applications(), clients, old.platforms(), old.locations(), old.signInRiskLevels(),
                old.userRiskLevels(), old.servicePrincipalRiskLevels(), old.agentIdRiskLevels(), old.insiderRiskLevels(), old.deviceFilter(), old.excludedDeviceStates(),
                old.transferMethods(), old.times());
    }
}
