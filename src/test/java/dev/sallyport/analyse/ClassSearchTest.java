package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.RequestClasses.RequestClass;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Request;
import dev.sallyport.model.UnknownSignals;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The classes of requests, and those that no request enters. */
class ClassSearchTest {

    private static final long SEED = Long.getLong("sallyport.seed", 7);
    private static final long WORLDS = Long.getLong("sallyport.decisions", 20_000) / 1_000;

    /** Each witness is in its class, so that with all of them no class is missed; and the number of classes stays. */
    private static int closes(PolicyEngine engine, String name) throws PolicyLoadException {
        RequestClasses none = Analysis.of(engine).notEntered(List.of());
        assertThat(none.entered()).as(name).isZero();
        assertThat(none.faults()).as(name).isEmpty();
        assertThat(none.missedShare()).as(name).isBetween(none.isComplete() && none.total() > 0 ? 1 - 1e-9 : 0, 1 + 1e-9);
        List<Request> witnesses = none.missed().stream().map(each -> each.witness().request()).toList();
        RequestClasses all = Analysis.of(engine).notEntered(witnesses);
        assertThat(all.missed()).as(name).isEmpty();
        assertThat(all.total()).as(name).isEqualTo(none.total());
        assertThat(all.missedShare()).as(name).isZero();
        return none.total();
    }

    @Test
    void witnesses_enterEveryClass() throws Exception {
        int classes = 0;
        for (long w = 0; w < WORLDS; w++) {
            RandomWorld random = RandomWorld.ofSize(SEED * 9_000_011 + w, 1 + (int) (w * 5 % 24));
            PolicySet set = random.policySet();
            set = set.with(set.securityDefaults(), set.mfaSettings(), set.evaluationSettings().with(UnknownSignals.ENTRA));
            PolicyEngine engine = PolicyEngine.withoutPolicies(random.directory(), Clock.fixed(random.clock(), ZoneOffset.UTC)).plain(set);
            try {
                classes += closes(engine, random.toString());
            } catch (PolicyLoadException e) {
                assertThat(e.diagnostics()).as("device filters that compare too much").allMatch(each -> each.code().equals("SP1406"));
            }
        }
        assertThat(classes).isGreaterThan((int) WORLDS * 5);
    }

    @Test
    void classesOfOurRules_areFewAndTheMostDangerousFirst() throws Exception {
        PolicyEngine engine = PolicyEngine.load(List.of(Path.of("rules/conditional-access")), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")),
                Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC));
        assertThat(closes(engine, "rules")).isBetween(20, 400);
        List<RequestClass> missed = Analysis.of(engine).notEntered(List.of()).missed();
        assertThat(missed.get(0).requires()).isEmpty();
        assertThat(missed.get(missed.size() - 1).requires()).containsExactly("block");
    }
}
