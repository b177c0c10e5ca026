package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.replay.Replay;
import dev.sallyport.replay.Summary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/reference/java.md}, compiled and run; what is written between two lines {@code // PAGE} is what the page shows. */
class JavaPageTest {

    private static final Path PAGE = Path.of("docs/reference/java.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/sallyport/analyse/JavaPageTest.java");

    private final List<List<Object>> reported = new ArrayList<>();

    @Test
    void page_showsTheCodeOfThisTest() throws Exception {
        List<String> shown = new ArrayList<>();
        Matcher block = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        while (block.find()) {
            shown.add(block.group(1));
        }
        List<String> real = new ArrayList<>();
        String[] parts = Files.readString(SOURCE).split("(?m)^        // PAGE\\n");
        for (int i = 1; i < parts.length; i += 2) {
            real.add(parts[i].replaceAll("(?m)^        ", ""));
        }
        assertThat(shown).isEqualTo(real).isNotEmpty();
    }

    @Test
    void gaps_areReported() throws Exception {
        PolicyEngine engine = PolicyEngine.load(List.of(Path.of("rules/conditional-access")), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")),
                Clock.fixed(Instant.parse("2026-11-22T09:00:00Z"), ZoneOffset.UTC));
        // PAGE
        Gaps gaps = Analysis.of(engine).gaps(GapOptions.ofDirectory());
        for (Gap gap : gaps.gaps()) {
            report(gap.kind(), gap.opening(), gap.people().text(), gap.box(), gap.because(), gap.witness().request());
        }
        if (!gaps.isComplete() || !gaps.faults().isEmpty()) {
            fail(gaps.extents(), gaps.faults());
        }
        // PAGE
        assertThat(reported).hasSizeGreaterThan(9).first().satisfies(facts -> assertThat(facts.subList(0, 3))
                .isEqualTo(List.of(Kind.SIGN_IN, Opening.PASSWORD_ALONE, "1 of 16 people: emergency-1@contoso.com")));
    }

    @Test
    void records_areReplayed() throws Exception {
        PolicyEngine engine = PolicyEngine.load(List.of(Path.of("rules/conditional-access")), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")),
                Clock.systemUTC());
        List<String> records = List.of("{\"userPrincipalName\":\"emma.hart@contoso.com\",\"createdDateTime\":\"2026-11-20T09:00:00Z\",\"status\":{\"errorCode\":0}}", "{");
        // PAGE
        Replay replay = new Replay(engine);
        Summary summary = replay.summary();
        for (String record : records) {
            summary.add(replay.replay(record));
        }
        // PAGE
        assertThat(List.of(summary.records(), summary.decided(), summary.malformed())).containsExactly(1L, 1L, 1L);
    }

    private void report(Object... facts) {
        reported.add(Arrays.asList(facts));
    }

    private static void fail(List<Gaps.Extent> extents, List<String> faults) {
        throw new AssertionError(extents + " " + faults);
    }
}
