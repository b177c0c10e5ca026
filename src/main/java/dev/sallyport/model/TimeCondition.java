package dev.sallyport.model;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The beta condition about times (CA-SET-08): days of the week with hours, and ranges of dates. A side that includes nothing includes
 * every time; exclusion wins.
 *
 * @param allTimes whether the condition holds at all times; it overrides the other values, as Graph documents it
 * @param includeDays the days that are included; {@code null} for none
 * @param excludeDays the days that are excluded; {@code null} for none
 * @param includeRange the dates that are included; {@code null} for none
 * @param excludeRange the dates that are excluded; {@code null} for none
 */
public record TimeCondition(boolean allTimes, @Nullable Days includeDays, @Nullable Days excludeDays, @Nullable Range includeRange,
        @Nullable Range excludeRange) {

    /**
     * Hours on days of the week.
     *
     * @param days the days; empty for every day
     * @param zone the time zone
     * @param start the first time of a day that counts
     * @param end the first time that does not count; at or before {@code start} the hours run into the next day. {@code null} for the end
     *     of the day
     */
    public record Days(Set<DayOfWeek> days, ZoneId zone, LocalTime start, @Nullable LocalTime end) {

        boolean contains(Instant instant) {
            ZonedDateTime local = instant.atZone(zone);
            LocalTime time = local.toLocalTime();
            boolean wraps = end != null && !end.isAfter(start);
            if (!wraps) {
                return isOn(local.getDayOfWeek()) && !time.isBefore(start) && (end == null || time.isBefore(end));
            }
            return isOn(local.getDayOfWeek()) && !time.isBefore(start) || isOn(local.getDayOfWeek().minus(1)) && time.isBefore(end);
        }

        private boolean isOn(DayOfWeek day) {
            return days.isEmpty() || days.contains(day);
        }
    }

    /**
     * A range of dates.
     *
     * @param zone the time zone
     * @param start the first time that counts; {@code null} for no limit
     * @param end the first time that does not count; {@code null} for no limit
     */
    public record Range(ZoneId zone, @Nullable LocalDateTime start, @Nullable LocalDateTime end) {

        boolean contains(Instant instant) {
            LocalDateTime local = instant.atZone(zone).toLocalDateTime();
            return (start == null || !local.isBefore(start)) && (end == null || local.isBefore(end));
        }
    }

    /** The years in which sign-ins happen; what holds before or after them only never holds. */
    private static final int FIRST_YEAR = 1971;
    private static final int LAST_YEAR = 9998;
    private static final LocalDate SOME_MONDAY = LocalDate.of(2026, 1, 5);

    /**
     * Whether the condition never holds, as when all that is included is excluded: it holds somewhere only if it does where something
     * begins to be included or ends to be excluded, or where a day begins.
     */
    public boolean isNever() {
        Set<LocalDateTime> weeks = new LinkedHashSet<>(List.of(SOME_MONDAY.atStartOfDay()));
        Set<ZoneId> zones = new LinkedHashSet<>(List.of(ZoneOffset.UTC));
        Set<LocalTime> times = new LinkedHashSet<>(List.of(LocalTime.MIN));
        for (Range range : Stream.of(includeRange, excludeRange).filter(Objects::nonNull).toList()) {
            zones.add(range.zone);
            for (LocalDateTime bound : Stream.of(range.start, range.end).filter(Objects::nonNull).toList()) {
                if (bound.getYear() >= FIRST_YEAR && bound.getYear() <= LAST_YEAR) {
                    weeks.add(bound);
                    weeks.add(bound.minusDays(8));
                    times.add(bound.toLocalTime());
                }
            }
        }
        for (Days days : Stream.of(includeDays, excludeDays).filter(Objects::nonNull).toList()) {
            zones.add(days.zone);
            times.add(days.start);
            times.add(days.end == null ? LocalTime.MIN : days.end);
        }
        for (LocalDateTime week : weeks) {
            for (int day = 0; day <= 8; day++) {
                LocalDate date = week.toLocalDate().plusDays(day);
                if (zones.stream().anyMatch(zone -> times.stream().anyMatch(time -> contains(date.atTime(time).atZone(zone)
                        .toInstant())))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether the condition holds at a time. */
    public boolean contains(Instant instant) {
        if (allTimes) {
            return true;
        }
        boolean included = includeDays == null && includeRange == null
                || includeDays != null && includeDays.contains(instant) || includeRange != null && includeRange.contains(instant);
        return included && !(excludeDays != null && excludeDays.contains(instant))
                && !(excludeRange != null && excludeRange.contains(instant));
    }
}
