package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.fixtures.Exports;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.read.Resources;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two published policy sets, compared with a member behind every name and report-only policies enabled. The time is printed. */
class DiffOfExportsTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC);

    /** The policies of the files that load, all of them enabled. */
    private static PolicyEngine enabled(String folder) throws Exception {
        List<Path> loadable = new ArrayList<>();
        for (Path file : files(Exports.folder("corpora").resolve("AlexFilipin+ConditionalAccess/PolicySets").resolve(folder))) {
            Diagnostics found = new Diagnostics();
            Resources.read(List.of(file), found);
            if (!found.hasErrors()) {
                loadable.add(file);
            }
        }
        PolicyEngine engine = PolicyEngine.load(loadable, Directory.empty(), CLOCK);
        PolicySet set = engine.policySet();
        return engine.plain(set.withPolicies(set.policies().stream().map(policy -> new ConditionalAccessPolicy(policy.id(), policy.displayName(),
                PolicyState.ENABLED, policy.conditions(), policy.grantControls(), policy.sessionControls(), policy.notEvaluated(), policy.annotations(), policy.source()))
                .toList()));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
    }

    @Test
    void publishedSets_areCompared_inFewChanges_eachConfirmed() throws Exception {
        PolicyEngine before = enabled("Category structure for AADP1");
        PolicyEngine after = enabled("Category structure for AADP2");
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Comparison comparison = Analysis.of(before).compare(after, CompareOptions.all());
        long milliseconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1_000_000;
        System.out.printf(Locale.ROOT, "%d changes, %d classes, %d fields, %d ms%n", comparison.changes().size(), comparison.changes().stream()
                .mapToInt(change -> change.classes().size()).sum(), comparison.fields().size(), milliseconds);
        comparison.changes().forEach(change -> System.out.printf("%s: + %s − %s: %d classes of %s%n", change.direction(), change.added(), change.dropped(),
                change.classes().size(), change.classes().stream().map(Comparison.Affected::kind).distinct().toList()));
        assertThat(comparison.faults()).isEmpty();
        assertThat(comparison.isComplete()).isTrue();
        assertThat(comparison.changes()).hasSizeLessThanOrEqualTo(16);
    }
}
