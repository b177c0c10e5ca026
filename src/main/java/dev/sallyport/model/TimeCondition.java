package dev.sallyport.model;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Set;

/**
 * The beta condition on times (CA-SET-08): days of the week with hours, and ranges of dates, included and excluded. A side that
 * includes nothing includes every time; exclusion wins. {@code allTimes} overrides everything else, as Graph documents it.
 */
public record TimeCondition(boolean allTimes, Days includeDays, Days excludeDays, Range includeRange, Range excludeRange) {

    /**
     * Hours on days of the week.
     *
     * @param days  empty for every day
     * @param start the first instant of a day that counts
     * @param end   the first that does not count any more; at or before {@code start} the hours run into the next day,
     *              {@code null} for the end of the day
     */
    public record Days(Set<DayOfWeek> days, ZoneId zone, LocalTime start, LocalTime end) {

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

    /** A range of dates; an end of {@code null} is open. */
    public record Range(ZoneId zone, LocalDateTime start, LocalDateTime end) {

        boolean contains(Instant instant) {
            LocalDateTime local = instant.atZone(zone).toLocalDateTime();
            return (start == null || !local.isBefore(start)) && (end == null || local.isBefore(end));
        }
    }

    /** Whether the condition holds at a time. */
    public boolean contains(Instant instant) {
        if (allTimes) {
            return true;
        }
        boolean included = includeDays == null && includeRange == null
                || includeDays != null && includeDays.contains(instant) || includeRange != null && includeRange.contains(instant);
        return included && !(excludeDays != null && excludeDays.contains(instant)) && !(excludeRange != null && excludeRange.contains(instant));
    }
}
