package dev.sallyport.workbench;

import java.time.Duration;
import java.time.Instant;

/**
 * Where the time of a sign-in is between the first and the last one of the timeline.
 *
 * @param now the time that counts as now
 * @param time the time of the sign-in
 */
public record WhatIfClock(Instant now, Instant time) {

    static final Duration BEFORE = Duration.ofDays(30);
    static final Duration AFTER = Duration.ofDays(60);

    Instant first() {
        return now.minus(BEFORE);
    }

    Instant last() {
        return now.plus(AFTER);
    }

    /** The first hour of the slider, counted from now. */
    public long firstHour() {
        return -BEFORE.toHours();
    }

    /** The last hour of the slider, counted from now. */
    public long lastHour() {
        return AFTER.toHours();
    }

    /** The hour of the sign-in, counted from now. */
    public long hour() {
        return Math.max(firstHour(), Math.min(lastHour(), Duration.between(now, time).toHours()));
    }

    /** Now in milliseconds since 1970. */
    public long millis() {
        return now.toEpochMilli();
    }
}
