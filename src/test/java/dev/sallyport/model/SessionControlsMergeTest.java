package dev.sallyport.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Of each kind of session control the strictest counts, whatever the order of the policies (SS-20 to SS-26). */
class SessionControlsMergeTest {

    private static final SessionControls NONE = SessionControls.NONE;

    /** The controls of a policy and the sign-in frequency that it enforces. */
    private record Part(SessionControls controls, SignInFrequency frequency) { }

    private static SignInFrequency hours(int value) {
        return new SignInFrequency(false, false, value, false);
    }

    private static Part frequency(SignInFrequency frequency) {
        return new Part(NONE, frequency);
    }

    private static SessionControls controls(PersistentBrowserMode persistent, CloudAppSecurityType cloud, boolean restricted, ContinuousAccessEvaluationMode continuous,
            boolean noResilience) {
        return new SessionControls(null, persistent, cloud, restricted, false, continuous, noResilience);
    }

    private static Decision.SessionControls merged(List<Part> parts) {
        SessionControlsMerge merge = new SessionControlsMerge();
        parts.forEach(part -> merge.add(part.controls(), part.frequency()));
        return merge.merged();
    }

    @Test
    void nothing_isNone() {
        assertThat(merged(List.of())).isSameAs(Decision.SessionControls.NONE);
        assertThat(merged(List.of(frequency(null), new Part(NONE, null)))).isSameAs(Decision.SessionControls.NONE);
    }

    @Test
    void frequencies_theShortestCounts_everyTimeBeforeAll_SS_22() {
        SignInFrequency everyTime = new SignInFrequency(true, false, 0, false);
        SignInFrequency day = new SignInFrequency(false, true, 1, false);
        SignInFrequency secondFactorOnly = new SignInFrequency(false, false, 24, true);
        assertThat(merged(List.of(frequency(hours(4)), frequency(hours(1)), frequency(day))).signInFrequency()).isEqualTo(hours(1));
        assertThat(merged(List.of(frequency(hours(1)), frequency(everyTime))).signInFrequency()).isEqualTo(everyTime);
        assertThat(merged(List.of(frequency(hours(25)), frequency(day))).signInFrequency()).isEqualTo(day);
        assertThat(merged(List.of(frequency(secondFactorOnly), frequency(day))).signInFrequency()).as("both factors").isEqualTo(day);
        assertThat(merged(List.of(frequency(day), frequency(secondFactorOnly))).signInFrequency()).as("both factors").isEqualTo(day);
    }

    @Test
    void otherKinds_theStrictestCounts_SS_23_to_26() {
        Decision.SessionControls merged = merged(List.of(
                new Part(controls(PersistentBrowserMode.NEVER, CloudAppSecurityType.MONITOR_ONLY, false, ContinuousAccessEvaluationMode.STRICT_LOCATION, false), null),
                new Part(controls(PersistentBrowserMode.ALWAYS, CloudAppSecurityType.BLOCK_DOWNLOADS, true, ContinuousAccessEvaluationMode.DISABLED, true), null),
                new Part(controls(null, CloudAppSecurityType.MCAS_CONFIGURED, false, null, false), null)));
        assertThat(merged).isEqualTo(new Decision.SessionControls(null, PersistentBrowserMode.NEVER, CloudAppSecurityType.BLOCK_DOWNLOADS, true,
                ContinuousAccessEvaluationMode.STRICT_LOCATION, true));
    }

    @Test
    void order_andRepetition_changeNothing() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            List<Part> parts = new ArrayList<>();
            for (int p = random.nextInt(5); p >= 0; p--) {
                parts.add(new Part(controls(any(random, PersistentBrowserMode.values()), any(random, CloudAppSecurityType.values()), random.nextBoolean(),
                        any(random, ContinuousAccessEvaluationMode.values()), random.nextBoolean()), random.nextBoolean() ? null : hours(1 + random.nextInt(30))));
            }
            Decision.SessionControls expected = merged(parts);
            Collections.shuffle(parts, random);
            parts.add(parts.get(0));
            assertThat(merged(parts)).as(parts.toString()).isEqualTo(expected);
        }
    }

    @Test
    void begin_forgetsWhatWasAdded() {
        SessionControlsMerge merge = new SessionControlsMerge();
        merge.add(controls(PersistentBrowserMode.NEVER, CloudAppSecurityType.BLOCK_DOWNLOADS, true, ContinuousAccessEvaluationMode.STRICT_LOCATION, true), hours(1));
        merge.begin();
        assertThat(merge.merged()).isSameAs(Decision.SessionControls.NONE);
    }

    private static <T> T any(Random random, T[] values) {
        int i = random.nextInt(values.length + 1);
        return i == values.length ? null : values[i];
    }
}
