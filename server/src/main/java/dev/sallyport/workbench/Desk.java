package dev.sallyport.workbench;

import dev.sallyport.LoadOptions;
import dev.sallyport.PolicyEngine;
import dev.sallyport.ReloadingPolicyEngine;
import dev.sallyport.ReloadingPolicyEngine.State;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What all pages work on.
 *
 * @param reloading the engine, which follows the files
 * @param policies the files and folders of the policy set
 * @param directory the files and folders of the directory
 * @param loading how they are loaded
 * @param clock the clock
 */
public record Desk(ReloadingPolicyEngine reloading, List<Path> policies, List<Path> directory, LoadOptions loading, Clock clock) {

    private static final int LOOK_MILLIS = 20;
    private static final int MOST_LOOKS = 250;

    /** The engine in force. */
    PolicyEngine engine() {
        return reloading.engine();
    }

    /**
     * Waits until files that were written are in force, at most five seconds.
     *
     * @param before the engine that was in force before they were written
     */
    void awaitChange(PolicyEngine before) throws InterruptedException {
        for (int i = 0; i < MOST_LOOKS && reloading.engine() == before && reloading.status().state() == State.LOADED; i++) {
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** The time, in whole milliseconds. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
