package dev.sallyport.analyse;

import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Request;
import dev.sallyport.model.UserState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A class of requests that are open: every combination of its values, of each of its people. Nothing can be added to it.
 *
 * @param kind the kind of request
 * @param opening what opens them
 * @param people the people
 * @param box the values of each dimension that the gap does not wholly cover; a dimension that is not listed may have any value
 * @param share the share of all requests of this kind, from 0 to 1; gaps may overlap
 * @param because the policies and rules that would protect, each with the one condition that leaves these requests out; the widest first
 * @param mayProtect the ids of the policies that may protect, and do not count because a part of their conditions is not evaluated
 *     (CA-SET-10)
 * @param witness one of the requests
 * @param accepted the name of what accepts the gap; {@code null} for a gap that is not accepted
 */
public record Gap(Kind kind, Opening opening, Crowd people, List<Range> box, double share, List<Because> because, List<String> mayProtect,
        Witness witness, @Nullable String accepted) {

    /**
     * Some people.
     *
     * @param count the number of people; of people who could exist, the number of kinds of them
     * @param of the number of all
     * @param text the people in words, such as {@code 14 of 15 people} or {@code members of `Break glass`}
     * @param groups names of groups of the directory whose members are among them, those that cover most of them first; empty for few
     *     people, and for people who could exist
     * @param names user principal names of some of them, at most 10; empty for people who could exist
     */
    public record Crowd(int count, int of, String text, List<String> groups, List<String> names) { }

    /**
     * Values of one dimension.
     *
     * @param dimension the dimension, such as {@code application}, {@code client}, {@code location} or {@code signInRiskLevel}
     * @param isAnyBut whether the gap covers any value but these
     * @param values the values in words
     */
    public record Range(String dimension, boolean isAnyBut, List<String> values) { }

    /**
     * Why a policy or another rule does not protect.
     *
     * @param rule the id of the policy, or the name of the rule
     * @param condition the condition that leaves the requests out, such as {@code excludeLocations}
     * @param values what the condition lists, or of an exclusion what matches
     * @param source the position of the condition; {@code null} for another rule than a policy
     */
    public record Because(String rule, String condition, List<String> values, @Nullable Position source) { }

    /**
     * A request of the gap, and what the evaluator says of it.
     *
     * @param request the request
     * @param user the state of the user; {@code null} for a service principal
     * @param principal the service principal; {@code null} for a user
     * @param isInDirectory whether the directory has the user or the service principal; otherwise it could exist
     * @param resources resources as objects of JSON that the policy set lacks for the request: the user, bindings of names, a location;
     *     empty for a user of the directory
     * @param decision the decision, which allows the request or leads to a registration
     */
    public record Witness(Request request, @Nullable UserState user, Directory.@Nullable ServicePrincipal principal, boolean isInDirectory,
            List<String> resources, Decision decision) { }
}
