package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.fixtures.Exports;
import dev.sallyport.model.Directory;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The superfluous policies of published policy sets, with report-only policies enabled. The evaluator confirms that each other one is needed.
 * The time is printed.
 */
class RedundantOfExportsTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // set, policies that are needed, enabled ones that are not
        "jsa2+caOptics/demodata/testMapping.json, 6, 3", "jsa2+caOptics/demodata/policies2.json, 3, 0",
        "AlexFilipin+ConditionalAccess/PolicySets/Category structure for AADP1, 24, 9",
        "AlexFilipin+ConditionalAccess/PolicySets/Category structure for AADP2, 32, 21",
        "j0eyv+ConditionalAccessBaseline, 28, 7", "Clutch2View+nis2-conditional-access-policies, 19, 3"})
    void publishedSet_hasItsSuperfluousPolicies(String name, int needed, int superfluous) throws Exception {
        PolicyEngine engine = PolicyEngine.load(GapsOfExportsTest.loadable(Exports.folder("corpora").resolve(name)), Directory.empty(), CLOCK);
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Redundancies found = Analysis.of(engine).redundant(true);
        long milliseconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1_000_000;
        long idle = found.idle().stream().filter(each -> each.reason() != Redundancies.Reason.DISABLED).count();
        System.out.printf(Locale.ROOT, "%-80s %3d needed, %3d superfluous, %2d contradictions, %4d ms%n", name, found.needed().size(), idle,
                found.conflicts().size(), milliseconds);
        assertThat(found.faults()).isEmpty();
        assertThat(found.needed()).as("needed").hasSize(needed);
        assertThat(idle).as("superfluous").isEqualTo(superfluous);
    }
}
