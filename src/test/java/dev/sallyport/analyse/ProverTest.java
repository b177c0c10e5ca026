package dev.sallyport.analyse;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Verdict.Answer;
import dev.sallyport.analyse.Verdict.Counterexample;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.model.Outcome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which invariants are proved, and what refutes the others. */
class ProverTest {

    private static final String ALL = "{ includeUsers: [All] }";
    private static final String EVERYTHING = "{ includeApplications: [All] }";
    private static final String NOTHING = "---\nkind: securityDefaults\nisEnabled: false\n";
    private static final String ALWAYS_MFA = "always: { requires: { any: [mfa] } }";

    private static Invariants invariants(String body) throws PolicyLoadException {
        return Invariants.parse("i.yaml", "kind: invariants\ninvariants:\n" + body.indent(2));
    }

    private static Verdicts prove(PolicyEngine engine, String body) throws PolicyLoadException {
        Verdicts verdicts = Analysis.of(engine).prove(invariants(body), false);
        assertThat(verdicts.faults()).isEmpty();
        return verdicts;
    }

    private static PolicyEngine engine(String directory, String... policies) throws PolicyLoadException {
        return Attack.engine(Attack.directory("kind: directory\n" + directory), policies.length == 0 ? new String[] {NOTHING} : policies);
    }

    private static Verdict one(String invariant, String... policies) throws PolicyLoadException {
        return prove(Attack.engine(policies.length == 0 ? new String[] {NOTHING} : policies), "- { name: it, " + invariant + " }").verdicts().get(0);
    }

    private static List<Counterexample> counterexamples(Verdict verdict) {
        return verdict.answers().stream().map(Answer::counterexamples).flatMap(List::stream).toList();
    }

    // ---- the product's own rules

    @Test
    void ownRules() throws Exception {
        PolicyEngine engine = PolicyEngine.load(Path.of("rules/conditional-access"), Path.of("samples/directory.yaml"));
        Invariants invariants = Invariants.parse("i.yaml", """
                kind: invariants
                invariants:
                  - name: break-glass is never blocked by Conditional Access
                    for: { groups: [Break glass] }
                    on: { kind: signIn }
                    never: { outcome: block }
                  - name: administrators always prove MFA
                    for: { roles: [securityDefaultsRoles], notGroups: [Break glass] }
                    on: { kind: signIn }
                    always: { requires: { any: [mfa] } }
                  - name: administrators always prove phishing-resistant MFA
                    for: { roles: [securityDefaultsRoles], notGroups: [Break glass] }
                    on: { kind: signIn }
                    always: { requires: { authenticationStrength: Phishing-resistant MFA } }
                  - name: legacy authentication is blocked
                    on: { clientAppTypes: [exchangeActiveSync, other] }
                    except: { groups: [Break glass, Legacy clients allowed] }
                    always: { outcome: block }
                  - name: nobody registers from outside without MFA
                    on: { kind: registration, notLocations: [AllTrusted] }
                    always: { requires: { any: [mfa] } }
                  - name: every exclusion has a fallback
                    each: exclusion
                    always: { requires: { any: [mfa, compliantDevice, domainJoinedDevice, approvedApplication, compliantApplication, passwordChange] } }
                """);
        for (int i = 0; i < 2; i++) {
            long begin = System.nanoTime();
            Verdicts verdicts = Analysis.of(engine).prove(invariants, false);
            System.out.println((System.nanoTime() - begin) / 1_000_000 + " ms");
            if (i == 0) {
                verdicts.verdicts().forEach(verdict -> {
                    System.out.println(verdict.invariant().name() + ": " + verdict.isProved());
                    verdict.answers().forEach(answer -> {
                        System.out.println("   " + (answer.isAnybody() ? "anybody" : "directory") + " " + answer.people());
                        answer.counterexamples().forEach(each -> System.out.println("      " + each.kind() + " " + each.people().text() + " " + each.box() + " " + each.exclusion()
                                + " " + each.witness().decision().outcome() + " " + each.witness().request()));
                    });
                });
                System.out.println(verdicts.faults());
            }
        }
    }
}
