package dev.sallyport.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Coverages;
import dev.sallyport.explain.Assignments.Assignment;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision.Rule;
import dev.sallyport.model.UserState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which policies are about a user, and why (CA-USR-04, CA-USR-05). */
class AssignmentsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    /** The analysis finds the users of a policy in another way. */
    @Test
    void policiesInScope_areThoseThatCoverTheUser() throws Exception {
        PolicyEngine engine = PolicyEngine.load(Path.of("rules/conditional-access"), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
        Coverages coverages = Coverages.of(engine);
        for (UserState user : engine.directory().users()) {
            Set<String> covering = engine.policySet().policies().stream().map(ConditionalAccessPolicy::id)
                    .filter(policy -> coverages.users(policy).contains(user.userPrincipalName())).collect(Collectors.toSet());
            assertThat(Assignments.of(engine.policySet(), engine.directory(), user, NOW).stream().filter(Assignment::isInScope)
                    .map(each -> each.policy().id())).as(user.userPrincipalName()).containsExactlyInAnyOrderElementsOf(covering).isNotEmpty();
        }
    }

    @Test
    void assignment_namesWhatIncludesAndWhatExcludes_whateverTheState_andInStrictMode(@TempDir Path folder) throws Exception {
        Path policies = Files.writeString(folder.resolve("policies.yaml"), """
                kind: evaluationSettings
                unknownSignals: strict
                ---
                kind: conditionalAccessPolicy
                id: guests
                state: disabled
                conditions:
                  users: { includeUsers: [ann@x.com], includeGroups: [g1], includeGuestsOrExternalUsers: { guestOrExternalUserTypes: b2bCollaborationGuest }, excludeRoles: [Global Administrator] }
                  applications: { includeApplications: [Office365] }
                  clientAppTypes: [other]
                grantControls: { operator: OR, builtInControls: [block] }
                """);
        Path directory = Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                groups: [{ id: g1, displayName: Staff }]
                users:
                  - { id: u1, userPrincipalName: ann@x.com, memberOf: [g1], roles: [Global Administrator] }
                  - { id: u2, userPrincipalName: bo#EXT#@x.com, userType: Guest }
                  - { id: u3, userPrincipalName: cy@x.com }
                """);
        PolicyEngine engine = PolicyEngine.load(policies, PolicyEngine.loadDirectory(directory));
        List<Assignment> ann = of(engine, "u1");
        assertThat(ann).hasSize(1);
        assertThat(ann.get(0).includedBy()).extracting(Rule::rule).containsExactly("userId", "groupId");
        assertThat(ann.get(0).excludedBy()).extracting(Rule::rule).containsExactly("roleId");
        assertThat(ann.get(0).isInScope()).isFalse();
        assertThat(of(engine, "u2")).singleElement().satisfies(each -> assertThat(each.includedBy()).extracting(Rule::rule)
                .containsExactly("b2bCollaborationGuest"));
        assertThat(of(engine, "u3")).isEmpty();
    }

    private static List<Assignment> of(PolicyEngine engine, String user) {
        return Assignments.of(engine.policySet(), engine.directory(), engine.directory().user(user), NOW);
    }
}
