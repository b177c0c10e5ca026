package dev.sallyport.explain;

import dev.sallyport.decide.Facts;
import dev.sallyport.decide.InvalidRequestException;
import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.decide.Trace;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision.Rule;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Which policies are about a user, and by which assignments. */
public final class Assignments {

    private Assignments() { }

    /**
     * A policy that includes a user.
     *
     * @param includedBy the assignments that include the user
     * @param excludedBy those that exclude the user; the policy is about the user if there are none
     */
    public record Assignment(ConditionalAccessPolicy policy, List<Rule> includedBy, List<Rule> excludedBy) {

        /** Whether the policy is about the user. */
        public boolean isInScope() {
            return excludedBy.isEmpty();
        }
    }

    /**
     * The policies that include a user, in the order of the set, whatever their state.
     *
     * @param set the policy set, with resolved references
     * @param user a user of the directory
     */
    public static List<Assignment> of(PolicySet set, Directory directory, UserState user, Instant time) {
        SignIn signIn = SignIn.builder().user(user.userPrincipalName()).createdDateTime(time).build();
        List<Assignment> assignments = new ArrayList<>();
        try {
            Facts facts = new Facts(signIn, user, directory, EvaluationSettings.DEFAULT, time);
            SpecEvaluator evaluator = new SpecEvaluator(set, directory);
            for (ConditionalAccessPolicy policy : set.policies()) {
                Trace trace = evaluator.assignments(policy, facts);
                if (!trace.included().isEmpty()) {
                    assignments.add(new Assignment(policy, List.copyOf(trace.included()), List.copyOf(trace.excluded())));
                }
            }
        } catch (InvalidRequestException e) {
            throw new IllegalStateException(e);                 // a sign-in of a user of the directory makes sense
        }
        return assignments;
    }
}
