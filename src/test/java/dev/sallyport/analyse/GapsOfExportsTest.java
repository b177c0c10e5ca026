package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.Exports;
import dev.sallyport.model.Directory;
import dev.sallyport.read.Resources;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The gaps of published policy sets, with a member behind every name and report-only policies enabled. Each gap has a witness that the
 * evaluator confirms. The gaps per file and the time are printed.
 */
class GapsOfExportsTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);
    private static final GapOptions EVERYTHING = new GapOptions(true, true, EnumSet.allOf(Kind.class), 100, 1, List.of());

    /** A file, or a folder without the files that do not load. */
    static List<Path> loadable(Path path) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(path)) {
            files = walk.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
        List<Path> loadable = new ArrayList<>();
        for (Path file : files) {
            Diagnostics found = new Diagnostics();
            Resources.read(List.of(file), found);
            if (!found.hasErrors()) {
                loadable.add(file);
            }
        }
        return loadable;
    }

    private static long gaps(Gaps gaps, Kind kind, Opening opening) {
        return gaps.gaps().stream().filter(gap -> (kind == null || gap.kind() == kind) && gap.opening() == opening).count();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // set, policies, sign-ins that a password opens, all requests that a password opens, all requests that registering first opens
        "jsa2+caOptics/demodata/testMapping.json, 9, 3, 8, 5", "jsa2+caOptics/demodata/largePol.json, 7, 2, 8, 4",
        "jsa2+caOptics/demodata/extreme.json, 6, 3, 10, 5", "jsa2+caOptics/demodata/extremelyNarrow.json, 6, 3, 10, 5",
        "jsa2+caOptics/demodata/extremelyNarrow2.json, 6, 3, 10, 5", "jsa2+caOptics/demodata/wLa.json, 7, 3, 9, 5",
        "jsa2+caOptics/demodata/multipleGuestTypes.json, 4, 2, 6, 3", "jsa2+caOptics/demodata/example1-2.json, 2, 1, 4, 2",
        "jsa2+caOptics/demodata/lotOfGroups.json, 2, 1, 4, 2", "jsa2+caOptics/demodata/withOnePerm.json, 2, 2, 6, 3",
        "jsa2+caOptics/demodata/policies.json, 3, 2, 7, 4", "jsa2+caOptics/demodata/policies2.json, 3, 2, 7, 6",
        "AlexFilipin+ConditionalAccess/PolicySets/Bare minimum, 10, 3, 10, 8",
        "AlexFilipin+ConditionalAccess/PolicySets/Category structure for AADP1, 33, 5, 12, 5",
        "AlexFilipin+ConditionalAccess/PolicySets/Category structure for AADP1 and AADP2 mixture, 52, 3, 11, 14",
        "AlexFilipin+ConditionalAccess/PolicySets/Category structure for AADP2, 53, 3, 11, 14",
        "j0eyv+ConditionalAccessBaseline, 36, 12, 21, 25",
        "Clutch2View+nis2-conditional-access-policies, 22, 3, 8, 4"})
    void publishedSet_hasItsGaps_eachConfirmed(String name, int policies, int signIns, int open, int byRegistering) throws Exception {
        PolicyEngine engine = PolicyEngine.load(loadable(Exports.folder("corpora").resolve(name)), Directory.empty(), CLOCK);
        assertThat(engine.policySet().policies()).hasSize(policies);
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Gaps gaps = Analysis.of(engine).gaps(EVERYTHING);
        long milliseconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1_000_000;
        System.out.printf(Locale.ROOT, "%-80s %3d policies, %2d gaps of sign-ins, %2d of all requests, %2d by registering first, %4d ms%n", name, policies,
                gaps(gaps, Kind.SIGN_IN, Opening.PASSWORD_ALONE), gaps(gaps, null, Opening.PASSWORD_ALONE), gaps(gaps, null, Opening.REGISTERING_FIRST), milliseconds);
        assertThat(gaps.faults()).isEmpty();
        assertThat(gaps.isComplete()).isTrue();
        assertThat(gaps(gaps, Kind.SIGN_IN, Opening.PASSWORD_ALONE)).as("sign-ins that a password opens").isEqualTo(signIns);
        assertThat(gaps(gaps, null, Opening.PASSWORD_ALONE)).as("requests that a password opens").isEqualTo(open);
        assertThat(gaps(gaps, null, Opening.REGISTERING_FIRST)).as("requests that registering first opens").isEqualTo(byRegistering);
    }
}
