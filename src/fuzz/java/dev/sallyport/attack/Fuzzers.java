package dev.sallyport.attack;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Looks for bytes that break a {@linkplain Targets target}, one target a run:
 * {@code JAZZER_FUZZ=1 mvn -B -ntp -Pfuzz test -Dtest=Fuzzers#yaml}. What is found belongs into
 * {@code src/test/resources/fuzz/<target>}, where every build replays it ({@link FuzzCorpusTest}).
 */
class Fuzzers {

    @FuzzTest(maxDuration = "3m")
    void yaml(byte[] bytes) {
        Targets.yaml(bytes);
    }

    @FuzzTest(maxDuration = "3m")
    void json(byte[] bytes) {
        Targets.json(bytes);
    }

    @FuzzTest(maxDuration = "3m")
    void request(byte[] bytes) {
        Targets.request(bytes);
    }

    @FuzzTest(maxDuration = "3m")
    void whatIf(byte[] bytes) {
        Targets.whatIf(bytes);
    }

    @FuzzTest(maxDuration = "3m")
    void deviceFilter(byte[] bytes) {
        Targets.deviceFilter(bytes);
    }

    @FuzzTest(maxDuration = "3m")
    void address(byte[] bytes) {
        Targets.address(bytes);
    }

    @FuzzTest(maxDuration = "3m")
    void appPassword(byte[] bytes) {
        Targets.appPassword(bytes);
    }
}
