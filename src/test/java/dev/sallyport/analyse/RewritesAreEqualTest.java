package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.RiskLevel;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Sets that say the same in other words are proved equal, in worlds made up at random, for the users of the directory and for people who
 * could exist. More of them: {@code mvn test -Dtest=RewritesAreEqualTest -Dsallyport.rewrites=1000 -Dsallyport.seed=$RANDOM}.
 */
class RewritesAreEqualTest {

    private static final long SEED = Long.getLong("sallyport.seed", 7);
    private static final int REWRITES = Integer.getInteger("sallyport.rewrites", 60);
    private static final int LARGEST = 12;

    /** A way to say the same. */
    private enum Rewrite {
        SPLIT_BY_USERS, SPLIT_BY_APPLICATIONS, SPLIT_BY_RISK, SPLIT_BY_CONTROLS, MERGE_OF_A_SPLIT, REORDER, RENAME, REPEAT_A_POLICY, WEAKER_COPY,
        COVERED_INCLUDE, OPERATOR_OF_ONE_CONTROL, REPORT_ONLY_POLICY, DISABLED_POLICY, POLICY_FOR_NOBODY
    }

    @Test
    void rewrites_inRandomWorlds_areProvedEqual() throws Exception {
        Map<Rewrite, Integer> tried = new EnumMap<>(Rewrite.class);
        int refused = 0;
        for (int w = 0, done = 0; done < REWRITES; w++) {
            RandomWorld world = RandomWorld.ofSize(SEED * 5_000_011 + w, 1 + w % LARGEST);
            PolicySet set = world.policySet();
            Rewrite rewrite = Rewrite.values()[w % Rewrite.values().length];
            List<ConditionalAccessPolicy> rewritten = rewritten(rewrite, set.policies(), new Random(world.seed()));
            if (rewritten == null) {
                continue;
            }
            try {
                PolicyEngine before = engine(world, set);
                PolicyEngine after = engine(world, set.withPolicies(rewritten));
                if (!Analysis.of(before).isEqual(after, CompareOptions.all())) {
                    Comparison found = Analysis.of(before).compare(after, CompareOptions.all());
                    fail("%s, seed %d, %s:%n%s%n%s%n%s", world, SEED, rewrite, found.changes(), found.notCompared(), found.faults());
                }
            } catch (PolicyLoadException e) {
                refused++;
            }
            tried.merge(rewrite, 1, Integer::sum);
            done++;
        }
        if (REWRITES >= 60) {
            assertThat(tried).containsOnlyKeys(Rewrite.values());
        }
        assertThat(refused).as("worlds whose device filters compare too much").isLessThan(Math.max(3, REWRITES / 20));
    }

    private static PolicyEngine engine(RandomWorld world, PolicySet set) {
        return PolicyEngine.withoutPolicies(world.directory(), Clock.fixed(world.clock(), ZoneOffset.UTC)).plain(set);
    }

    // ---- rewrites

    /** The policies in other words; {@code null} where none of them can be said so. */
    private static List<ConditionalAccessPolicy> rewritten(Rewrite rewrite, List<ConditionalAccessPolicy> policies, Random dice) {
        List<ConditionalAccessPolicy> all = new ArrayList<>();
        boolean isRewritten = false;
        for (ConditionalAccessPolicy policy : policies) {
            List<ConditionalAccessPolicy> same = same(rewrite, policy, dice);
            isRewritten |= same != null;
            all.addAll(same == null ? List.of(policy) : same);
        }
        Collections.shuffle(all, rewrite == Rewrite.REORDER ? dice : new Random(0));
        return isRewritten ? all : null;
    }

    private static List<ConditionalAccessPolicy> same(Rewrite rewrite, ConditionalAccessPolicy policy, Random dice) {
        Conditions conditions = policy.conditions();
        GrantControls grant = policy.grantControls();
        return switch (rewrite) {
            case SPLIT_BY_USERS -> both(halfOfTheUsers(policy, 0), halfOfTheUsers(policy, 1));
            case SPLIT_BY_APPLICATIONS -> both(halfOfTheApplications(policy, 0), halfOfTheApplications(policy, 1));
            case SPLIT_BY_RISK -> conditions.signInRiskLevels().size() < 2 ? null : both(atRisk(policy, 0), atRisk(policy, 1));
            case SPLIT_BY_CONTROLS -> grant == null || !grant.isAnd() || grant.builtInControls().size() < 2 || asksAtOnce(grant) ? null
                    : grant.builtInControls().stream().map(each -> with(policy, conditions, new GrantControls(true, EnumSet.of(each), null, List.of(), List.of(),
                    List.of()), each.graphName())).toList();
            case MERGE_OF_A_SPLIT -> both(halfOfTheUsers(policy, 0), policy);
            case REORDER -> List.of(with(policy, reordered(conditions, dice), grant, ""));
            case RENAME -> List.of(new ConditionalAccessPolicy("renamed-" + policy.id(), "Renamed " + policy.displayName(), policy.state(), conditions, grant,
                    policy.sessionControls(), policy.notEvaluated(), policy.source()));
            case REPEAT_A_POLICY -> both(policy, policy);
            case WEAKER_COPY -> policy.state() != PolicyState.ENABLED || conditions.clientApplications() != null ? null
                    : both(policy, with(policy, narrower(conditions), grant, ""));
            case COVERED_INCLUDE -> coversMore(policy);
            case OPERATOR_OF_ONE_CONTROL -> grant == null || grant.builtInControls().size() != 1 || asksAtOnce(grant) ? null
                    : List.of(with(policy, conditions, new GrantControls(!grant.isAnd(), grant.builtInControls(), null, List.of(), List.of(), List.of()), ""));
            case REPORT_ONLY_POLICY -> both(policy, inState(policy, PolicyState.REPORT_ONLY));
            case DISABLED_POLICY -> both(policy, inState(policy, PolicyState.DISABLED));
            case POLICY_FOR_NOBODY -> conditions.clientApplications() != null || conditions.agents() != null ? null
                    : both(policy, with(policy, with(conditions, Users.NONE), grant, ""));
        };
    }

    private static boolean asksAtOnce(GrantControls grant) {
        return grant.authenticationStrength() != null || !grant.termsOfUse().isEmpty() || !grant.customAuthenticationFactors().isEmpty()
                || !grant.notUnderstood().isEmpty();
    }

    /** Two policies with ids of their own; {@code null} if there are not two. */
    private static List<ConditionalAccessPolicy> both(ConditionalAccessPolicy one, ConditionalAccessPolicy other) {
        return one == null || other == null ? null : List.of(one, with(other, other.conditions(), other.grantControls(), "too"));
    }

    private static ConditionalAccessPolicy with(ConditionalAccessPolicy policy, Conditions conditions, GrantControls grant, String suffix) {
        return new ConditionalAccessPolicy(policy.id() + suffix, policy.displayName() + suffix, policy.state(), conditions, grant, policy.sessionControls(),
                policy.notEvaluated(), policy.source());
    }

    private static ConditionalAccessPolicy inState(ConditionalAccessPolicy policy, PolicyState state) {
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), state, policy.conditions(), policy.grantControls(), policy.sessionControls(),
                policy.notEvaluated(), policy.source());
    }

    private static ConditionalAccessPolicy halfOfTheUsers(ConditionalAccessPolicy policy, int parity) {
        Users users = policy.conditions().users();
        Users half = new Users(half(users.includeUsers(), parity), users.excludeUsers(), half(users.includeGroups(), 1 - parity), users.excludeGroups(),
                half(users.includeRoles(), parity), users.excludeRoles(), parity == 0 ? users.includeGuestsOrExternalUsers() : null,
                users.excludeGuestsOrExternalUsers());
        return half.includesNobody() || policy.conditions().clientApplications() != null || policy.conditions().agents() != null ? null
                : with(policy, with(policy.conditions(), half), policy.grantControls(), "");
    }

    private static ConditionalAccessPolicy halfOfTheApplications(ConditionalAccessPolicy policy, int parity) {
        Applications old = policy.conditions().applications();
        List<Reference> half = half(old.includeApplications(), parity);
        return half.isEmpty() || !old.targetsApplications() ? null : with(policy, with(policy.conditions(), new Applications(half, old.excludeApplications(),
                List.of(), List.of(), old.filter(), old.includesUnknown())), policy.grantControls(), "");
    }

    private static <T> List<T> half(List<T> list, int parity) {
        return IntStream.range(0, list.size()).filter(i -> i % 2 == parity).mapToObj(list::get).toList();
    }

    private static ConditionalAccessPolicy atRisk(ConditionalAccessPolicy policy, int parity) {
        Set<RiskLevel> levels = EnumSet.noneOf(RiskLevel.class);
        levels.addAll(half(List.copyOf(EnumSet.copyOf(policy.conditions().signInRiskLevels())), parity));
        return with(policy, atRisk(policy.conditions(), levels), policy.grantControls(), "");
    }

    private static Conditions atRisk(Conditions c, Set<RiskLevel> levels) {
        return new Conditions(c.users(), c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(), c.locations(), levels,
                c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(), c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(),
                c.transferMethods(), c.times());
    }

    /** The same policy for fewer requests, which asks nothing that it does not ask already; one about risk stays one about risk. */
    private static Conditions narrower(Conditions c) {
        return !c.signInRiskLevels().isEmpty() ? atRisk(c, EnumSet.of(c.signInRiskLevels().iterator().next()))
                : c.isRiskBased() ? c : with(c, new Users(c.users().includeUsers(), c.users().excludeUsers(), List.of(), c.users().excludeGroups(),
                c.users().includeRoles(), c.users().excludeRoles(), null, c.users().excludeGuestsOrExternalUsers()));
    }

    /** One that is for all users, and names a role beside. */
    private static List<ConditionalAccessPolicy> coversMore(ConditionalAccessPolicy policy) {
        Users users = policy.conditions().users();
        if (users.includeUsers().stream().noneMatch(user -> user.id().equals("All")) || policy.conditions().clientApplications() != null) {
            return null;
        }
        String role = "62e90394-69f5-4237-9190-012177145e10";
        return List.of(with(policy, with(policy.conditions(), new Users(users.includeUsers(), users.excludeUsers(), users.includeGroups(), users.excludeGroups(),
                List.of(new Reference(role, "Global Administrator", policy.source())), users.excludeRoles(), users.includeGuestsOrExternalUsers(),
                users.excludeGuestsOrExternalUsers())), policy.grantControls(), ""));
    }

    private static Conditions reordered(Conditions c, Random dice) {
        Users users = c.users();
        Applications target = c.applications();
        Users shuffled = new Users(shuffled(users.includeUsers(), dice), shuffled(users.excludeUsers(), dice), shuffled(users.includeGroups(), dice),
                shuffled(users.excludeGroups(), dice), shuffled(users.includeRoles(), dice), shuffled(users.excludeRoles(), dice),
                users.includeGuestsOrExternalUsers(), users.excludeGuestsOrExternalUsers());
        return with(with(c, shuffled), new Applications(shuffled(target.includeApplications(), dice), shuffled(target.excludeApplications(), dice),
                target.includeUserActions(), target.includeAuthenticationContextClassReferences(), target.filter(), target.includesUnknown()));
    }

    private static <T> List<T> shuffled(List<T> list, Random dice) {
        List<T> other = new ArrayList<>(list);
        Collections.shuffle(other, dice);
        return other;
    }

    private static Conditions with(Conditions c, Users users) {
        return new Conditions(users, c.clientApplications(), c.agents(), c.applications(), c.clientAppTypes(), c.platforms(), c.locations(), c.signInRiskLevels(),
                c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(), c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(),
                c.transferMethods(), c.times());
    }

    private static Conditions with(Conditions c, Applications applications) {
        return new Conditions(c.users(), c.clientApplications(), c.agents(), applications, c.clientAppTypes(), c.platforms(), c.locations(), c.signInRiskLevels(),
                c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(), c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(),
                c.transferMethods(), c.times());
    }
}
