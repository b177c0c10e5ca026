package dev.sallyport.world;

import dev.sallyport.Directory;
import dev.sallyport.PolicyEngine;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.Request;
import dev.sallyport.UserState;
import dev.sallyport.check.References;
import dev.sallyport.decide.Facts;
import dev.sallyport.decide.InvalidRequestException;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.DeviceFilter;
import dev.sallyport.model.PolicySet;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.Node;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Everything that decides one request.
 *
 * @param policies with references as they were written
 * @param user     the state that the caller brings, or {@code null} for the directory's
 * @param clock    the time of a request that does not say when it happens
 */
public record Scenario(PolicySet policies, Directory directory, Request request, UserState user, Instant clock) {

    /** The policy set with references resolved; a world refers to nothing that would be an error. */
    public static PolicySet resolved(PolicySet set, Directory directory) {
        Diagnostics diagnostics = new Diagnostics();
        PolicySet resolved = References.resolve(set, directory, diagnostics);
        if (diagnostics.hasErrors()) {
            throw new IllegalArgumentException(diagnostics.toList().toString());
        }
        return resolved;
    }

    /** The same scenario without the policies that the loader refuses: a device filter that does not parse (CA-DEV-47). */
    public Scenario loadable() {
        return with(policies.policies().stream().filter(policy -> {
            try {
                return policy.conditions().deviceFilter() == null || DeviceFilter.parse(policy.conditions().deviceFilter().rule()) != null;
            } catch (DeviceFilter.SyntaxException e) {
                return false;
            }
        }).toList());
    }

    /** The policy set with references resolved. */
    public PolicySet resolved() {
        return resolved(policies, directory);
    }

    /** The request's facts. */
    public Facts facts() throws InvalidRequestException {
        return new Facts(request, user, directory, policies.evaluationSettings(), clock);
    }

    /** An engine for the policy set, which has to be loadable, and the directory. */
    public PolicyEngine engine() {
        try {
            return PolicyEngine.of(policies, directory, Clock.fixed(clock, ZoneOffset.UTC), new Diagnostics());
        } catch (PolicyLoadException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The same scenario under other policies, everything else of the set left as it is. */
    public Scenario with(List<ConditionalAccessPolicy> others) {
        return with(with(policies, others));
    }

    /** The same set with other policies. */
    public static PolicySet with(PolicySet set, List<ConditionalAccessPolicy> others) {
        return new PolicySet(List.copyOf(others), set.namedLocations(), set.strengths(), set.termsOfUse(), set.authenticationContexts(),
                set.securityDefaults(), set.mfaSettings(), set.evaluationSettings(), set.version());
    }

    /** The same scenario under another policy set. */
    public Scenario with(PolicySet other) {
        return new Scenario(other, directory, request, user, clock);
    }

    /** The same scenario with another request. */
    public Scenario with(Request other) {
        return new Scenario(policies, directory, other, user, clock);
    }

    /** The same scenario with the user's state put into the directory, which is where files can say it. */
    public Scenario inDirectory() {
        return user == null ? this : new Scenario(policies, directory.with(user), request, null, clock);
    }

    /** The scenario as three YAML files and the command that decides them. */
    public String describe() {
        Scenario written = inDirectory();
        List<Node> policyFile = WorldYaml.policySet(written.policies);
        String brought = user == null ? "" : "# the library's caller brings the user's state; it stands in the directory here\n";
        return "# sallyport evaluate -p policies.yaml -d directory.yaml --clock " + clock + " --explain request.yaml\n" + brought
                + "\n# policies.yaml\n" + WorldYaml.print(policyFile) + "\n# directory.yaml\n" + WorldYaml.print(List.of(WorldYaml.directory(written.directory)))
                + "\n# request.yaml\n" + WorldYaml.print(List.of(WorldYaml.request(written.request)));
    }
}
