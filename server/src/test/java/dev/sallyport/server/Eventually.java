package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;

/** Waits for what happens in the background. */
final class Eventually {

    private static final int MOST_SECONDS = 20;

    private Eventually() { }

    /** Waits until a value is there. */
    static <T> void is(T expected, Callable<T> actual) throws Exception {
        long end = System.nanoTime() + MOST_SECONDS * 1_000_000_000L;
        while (!expected.equals(actual.call()) && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        assertThat(actual.call()).isEqualTo(expected);
    }
}
