package dev.sallyport.workbench;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Where the time of a sign-in is between the first and the last one of the timeline.
 *
 * @param now the time that counts as now
 * @param time the time of the sign-in
 */
public record WhatIfClock(Instant now, Instant time) {

    static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("EEE d MMM uuuu HH:mm", Locale.ENGLISH);
    static final Duration BEFORE = Duration.ofDays(30);
    static final Duration AFTER = Duration.ofDays(60);
    private static final int HOURS_PER_DAY = 24;

    /** A time for people, and how far from now it is. */
    static String words(Instant now, Instant time) {
        long hours = Duration.between(now, time).toHours();
        long days = Math.abs(hours) / HOURS_PER_DAY;
        String far = days > 0 ? days + (days == 1 ? " day" : " days") : Math.abs(hours) + (Math.abs(hours) == 1 ? " hour" : " hours");
        return (time.equals(now) ? "Now: " : "") + MINUTE.format(time.atOffset(ZoneOffset.UTC)) + " UTC" + (time.equals(now) ? ""
                : hours >= 0 ? ", " + far + " from now" : ", " + far + " ago");
    }

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
