package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.DecisionWords;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Decision.Rule;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Which policies are about a user, and through which assignment; of their conditions, only that on users counts. */
final class Concerns {

    private final List<ConditionalAccessPolicy> policies;
    private final PolicyEngine plain;
    private final DecisionWords words;
    private final String address;
    private final Instant now;

    /**
     * What a policy is to a user.
     *
     * @param isIncluded whether the policy is about the user
     * @param included through what it includes the user, such as {@code all} or {@code group Staff}; empty if it does not
     * @param excluded through what it excludes the user; empty if it does not
     */
    record Concern(ConditionalAccessPolicy policy, boolean isIncluded, String included, String excluded) {

        /** Whether the policy names the user in any way. */
        boolean isAny() {
            return !included.isEmpty() || !excluded.isEmpty();
        }

        /** Through what the policy is about the user, or why it is not, in words. */
        String words() {
            String through = included.equals("all") ? "all users" : included;
            return isIncluded ? "through " + through : included.isEmpty() ? "excluded through " + excluded + ", and not included"
                    : "excluded through " + excluded + (through.isEmpty() ? "" : ", otherwise included through " + through);
        }
    }

    /** @param policies some of the policies of the engine; those about service principals are about no user */
    Concerns(PolicyEngine engine, List<ConditionalAccessPolicy> policies, Instant now) {
        this.policies = List.copyOf(policies);
        this.plain = engine.plain(engine.policySet().withPolicies(policies.stream().map(Concerns::aboutUsers).toList()));
        this.words = new DecisionWords(engine);
        this.address = MfaReport.outside(engine.policySet());
        this.now = now;
    }

    /** What each of the policies is to a user, in their order. */
    List<Concern> of(UserState user) {
        Map<String, PolicyResult> rows = plain.explain(Links.signIn(user.userPrincipalName(), null, "browser", null, address, null, now),
                user).policies().stream().collect(Collectors.toMap(PolicyResult::id, Function.identity(), (one, other) -> one));
        return policies.stream().map(policy -> {
            PolicyResult row = rows.get(policy.id());
            return row == null ? new Concern(policy, false, "", "") : new Concern(policy, row.applies(), through(
                    row.includeRulesSatisfied()), through(row.excludeRulesSatisfied()));
        }).toList();
    }

    /** A policy of which only the condition on users is left, so that its row tells of them alone. */
    private static ConditionalAccessPolicy aboutUsers(ConditionalAccessPolicy policy) {
        Conditions conditions = new Conditions(policy.conditions().users(), null, policy.conditions().agents(), new Applications(List.of(
                new Reference("All", "All", policy.source())), List.of(), List.of(), List.of(), null, false), Set.of(), null, null,
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(), null);
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), PolicyState.ENABLED, conditions, policy.grantControls(),
                policy.sessionControls(), List.of(), policy.source());
    }

    private String through(List<Rule> rules) {
        return rules.stream().filter(rule -> rule.condition().equals("users")).map(words::rule).collect(Collectors.joining(", "));
    }
}
