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
import java.util.Set;
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

    /** The kinds of requests that are counted; the others are counted apart. */
    private static final EnumSet<Kind> FOUR = EnumSet.of(Kind.SIGN_IN, Kind.LEGACY, Kind.REGISTRATION, Kind.DEVICE);

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

    private static long gaps(Gaps gaps, Set<Kind> kinds, Opening opening) {
        return gaps.gaps().stream().filter(gap -> kinds.contains(gap.kind()) && gap.opening() == opening).count();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        // set, policies, gaps: sign-ins that a password opens, the four kinds that a password opens, those that registering first opens, other kinds
        "jsa2+caOptics/demodata/testMapping.json, 9, 2, 6, 6, 3", "jsa2+caOptics/demodata/largePol.json, 7, 2, 8, 4, 3",
        "jsa2+caOptics/demodata/extreme.json, 6, 3, 10, 7, 3", "jsa2+caOptics/demodata/extremelyNarrow.json, 6, 3, 10, 7, 3",
        "jsa2+caOptics/demodata/extremelyNarrow2.json, 6, 3, 10, 7, 3", "jsa2+caOptics/demodata/wLa.json, 7, 3, 9, 7, 3",
        "jsa2+caOptics/demodata/multipleGuestTypes.json, 4, 2, 6, 4, 3", "jsa2+caOptics/demodata/example1-2.json, 2, 1, 4, 3, 3",
        "jsa2+caOptics/demodata/lotOfGroups.json, 2, 1, 4, 3, 3", "jsa2+caOptics/demodata/withOnePerm.json, 2, 2, 6, 4, 3",
        "jsa2+caOptics/demodata/policies.json, 3, 2, 7, 5, 3", "jsa2+caOptics/demodata/policies2.json, 3, 2, 7, 7, 3",
        "AlexFilipin+ConditionalAccess/PolicySets/Bare minimum, 10, 3, 10, 9, 3",
        "AlexFilipin+ConditionalAccess/PolicySets/Category structure for AADP1, 33, 5, 12, 6, 3",
        "AlexFilipin+ConditionalAccess/PolicySets/Category structure for AADP1 and AADP2 mixture, 52, 4, 12, 15, 3",
        "AlexFilipin+ConditionalAccess/PolicySets/Category structure for AADP2, 53, 4, 12, 15, 3",
        "j0eyv+ConditionalAccessBaseline, 36, 11, 20, 28, 4",
        "Clutch2View+nis2-conditional-access-policies, 22, 4, 9, 5, 3"})
    void publishedSet_hasItsGaps_eachConfirmed(String name, int policies, int signIns, int open, int byRegistering, int others) throws Exception {
        PolicyEngine engine = PolicyEngine.load(loadable(Exports.folder("corpora").resolve(name)), Directory.empty(), CLOCK);
        assertThat(engine.policySet().policies()).hasSize(policies);
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Gaps gaps = Analysis.of(engine).gaps(EVERYTHING);
        long milliseconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1_000_000;
        List<Long> found = List.of(gaps(gaps, EnumSet.of(Kind.SIGN_IN), Opening.PASSWORD_ALONE), gaps(gaps, FOUR, Opening.PASSWORD_ALONE), gaps(gaps, FOUR, Opening.REGISTERING_FIRST),
                gaps(gaps, EnumSet.complementOf(FOUR), Opening.PASSWORD_ALONE) + gaps(gaps, EnumSet.complementOf(FOUR), Opening.REGISTERING_FIRST));
        System.out.printf(Locale.ROOT, "%-90s %3d policies, gaps %s, %4d ms%n", name, policies, found, milliseconds);
        assertThat(gaps.faults()).isEmpty();
        assertThat(gaps.isComplete()).isTrue();
        assertThat(found).containsExactly((long) signIns, (long) open, (long) byRegistering, (long) others);
    }
}
