package dev.sallyport.analyse;

import dev.sallyport.model.Catalogue;
import dev.sallyport.model.TimeCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Times that hit every cell into which conditions on times cut the time from now on: now, and each time at which hours begin or end within
 * a week from now and from each end of a range of dates.
 *
 * <p>What else depends on the time, such as the end of a period in which registration may wait, cuts it into eras. Every time is of one.
 * An era in which no hours begin or end has no time here, and is not looked at.
 */
final class Times {

    private static final int WEEK = 8;

    private final NavigableSet<Instant> eras = new TreeSet<>();
    /** The times, the first of which is now. */
    private final List<Instant> all = new ArrayList<>();

    /** @param people those of each world */
    Times(List<World> worlds, List<People> people) {
        Instant now = worlds.get(0).now;
        all.add(now);
        for (int i = 0; i < worlds.size(); i++) {
            eras(worlds.get(i), people.get(i));
        }
        eras.headSet(now, true).clear();
        List<TimeCondition> conditions = worlds.stream().flatMap(world -> world.everyPolicy().stream()).map(policy -> policy.conditions()
                .times()).filter(Objects::nonNull).distinct().toList();
        NavigableSet<Instant> candidates = new TreeSet<>(critical(conditions, now));
        candidates.headSet(now, true).clear();
        Map<List<Object>, Instant> cells = new LinkedHashMap<>();
        candidates.add(now);
        for (Instant time : candidates) {
            List<Object> cell = new ArrayList<>(List.of(era(time)));
            conditions.forEach(condition -> cell.add(condition.contains(time)));
            cells.putIfAbsent(cell, time);
        }
        all.addAll(cells.values().stream().filter(time -> !time.equals(now)).toList());
    }

    /** The times; now is the first. */
    List<Instant> all() {
        return all;
    }

    /** The number of the era of a time. */
    int era(Instant time) {
        return eras.headSet(time, true).size();
    }

    private static Set<Instant> critical(List<TimeCondition> conditions, Instant now) {
        Set<Instant> bases = new TreeSet<>(List.of(now));
        for (TimeCondition condition : conditions) {
            Stream.of(condition.includeRange(), condition.excludeRange()).filter(Objects::nonNull).forEach(range
                    -> Stream.of(range.start(), range.end()).filter(Objects::nonNull).filter(bound -> bound.getYear() > 1970
                    && bound.getYear() < 9999).map(bound -> bound.atZone(range.zone()).toInstant()).filter(now::isBefore)
                    .forEach(bases::add));
        }
        Set<Instant> critical = new TreeSet<>(bases);
        for (TimeCondition condition : conditions) {
            Stream.of(condition.includeDays(), condition.excludeDays()).filter(Objects::nonNull).forEach(days -> {
                for (Instant base : bases) {
                    LocalDate first = base.atZone(days.zone()).toLocalDate().minusDays(1);
                    for (int day = 0; day <= WEEK; day++) {
                        LocalDate date = first.plusDays(day);
                        Stream.of(days.start(), days.end() == null ? LocalTime.MIN : days.end(), LocalTime.MIN).map(time
                                -> date.atTime(time).atZone(days.zone()).toInstant()).filter(time -> !time.isBefore(base))
                                .forEach(critical::add);
                    }
                }
            });
        }
        return critical;
    }

    private void eras(World world, People people) {
        Catalogue catalogue = Catalogue.builtIn();
        Stream.of("registrationGracePeriodRemoved", "baselineScopesEnforced", "deviceCredentialsCovered").map(catalogue::dateOf)
                .forEach(eras::add);
        catalogue.mandatoryMfa().forEach(row -> eras.add(row.since()));
        if (world.set.evaluationSettings().mandatoryMfaPhase2From() != null) {
            eras.add(world.set.evaluationSettings().mandatoryMfaPhase2From());
        }
        Integer configured = world.set.securityDefaults().registrationGracePeriodDays();
        for (int i = 0; i < people.size(); i++) {
            if (people.person(i).state() != null) {
                period(people.person(i).state().perUserMfaEnabledDateTime(), world.set.mfaSettings().registrationGracePeriodDays());
                period(people.person(i).state().firstSignInDateTime(), configured == null ? Profile.Key.USUAL_GRACE_DAYS : configured);
                Instant validFrom = people.person(i).state().signInSessionsValidFromDateTime();
                if (validFrom != null) {
                    eras.add(validFrom.plusNanos(1));
                }
            }
        }
    }

    private void period(Instant begin, int days) {
        if (begin != null) {
            eras.add(begin.minus(Profile.Key.CLOCK_SKEW));
            eras.add(begin.plus(Duration.ofDays(days)));
        }
    }
}
