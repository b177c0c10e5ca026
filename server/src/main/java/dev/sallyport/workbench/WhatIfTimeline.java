package dev.sallyport.workbench;

import dev.sallyport.model.Decision;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How the outcome of a request changes if only the time does.
 *
 * @param segments times with one outcome, in their order
 * @param changes the changes next to the time of the sign-in, in their order
 * @param more how many more changes there are at least
 * @param now where now is, of {@link #WIDTH}
 * @param time where the time of the sign-in is, of {@link #WIDTH}; negative if it is beyond the timeline
 * @param first the first day
 * @param last the last day
 */
public record WhatIfTimeline(List<Segment> segments, List<Change> changes, int more, int now, int time, String first, String last) {

    /** The width of the timeline. */
    public static final int WIDTH = 2160;
    /** The height of the timeline. */
    public static final int HEIGHT = 40;

    private static final int MOST_CHANGES = 8;
    private static final Duration STEP = Duration.ofHours(12);
    /** Hours of policies begin and end within a day. */
    private static final Duration FINE_STEP = Duration.ofHours(2);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm", Locale.ENGLISH);

    /**
     * Times with one outcome.
     *
     * @param y where its bar begins; the stricter the outcome, the higher the bar
     */
    public record Segment(String outcome, int x, int width, int y, String text) { }

    /**
     * A change.
     *
     * @param at the time, as a field for a date and a time holds it
     * @param date the time for people
     */
    public record Change(String at, String date, String outcome, String headline, String text) { }

    /** What of a decision is told in a timeline. */
    private record State(Decision decision) {

        boolean isLike(State other) {
            return decision.outcome() == other.decision.outcome() && decision.reason().code() == other.decision.reason().code()
                    && decision.requiredControls().equals(other.decision.requiredControls());
        }
    }

    /**
     * The timeline around now.
     *
     * @param decisions decides the request at a time
     * @param hasHours whether policies apply at some hours only
     */
    static WhatIfTimeline of(WhatIfClock clock, Function<Instant, Decision> decisions, boolean hasHours) {
        Function<Instant, State> states = time -> new State(decisions.apply(time));
        TreeMap<Instant, State> begins = new TreeMap<>();
        Instant at = clock.first();
        State state = states.apply(at);
        begins.put(at, state);
        Duration step = hasHours ? FINE_STEP : STEP;
        while (at.isBefore(clock.last())) {
            Instant next = at.plus(step);
            State then = states.apply(next);
            if (!then.isLike(state)) {
                begins.put(next, then);
            }
            at = next;
            state = then;
        }
        List<Instant> coarse = begins.keySet().stream().skip(1).sorted(Comparator.comparing((Instant each) -> Duration.between(clock.time(),
                each).abs())).limit(MOST_CHANGES).toList();
        int more = begins.size() - 1 - coarse.size();
        TreeMap<Instant, State> exact = new TreeMap<>();
        for (Instant each : coarse) {
            exact(each.minus(step), Objects.requireNonNull(begins.remove(each)), each, states, exact);
        }
        begins.putAll(exact);
        List<Change> changes = new ArrayList<>();
        exact.forEach((time, then) -> changes.add(change(time, then.decision())));
        return new WhatIfTimeline(segments(clock, begins), changes, more, x(clock, clock.now()), clock.time().isBefore(clock.first())
                || clock.time().isAfter(clock.last()) ? -1 : x(clock, clock.time()), day(clock.first()), day(clock.last()));
    }

    /** Finds the second of a change between two times. */
    private static void exact(Instant before, State after, Instant last, Function<Instant, State> states, TreeMap<Instant, State> found) {
        long low = before.getEpochSecond();
        long high = last.getEpochSecond() + 1;
        State then = after;
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            State state = states.apply(Instant.ofEpochSecond(middle));
            if (state.isLike(after)) {
                high = middle;
                then = state;
            } else {
                low = middle;
            }
        }
        found.put(Instant.ofEpochSecond(high), then);
    }

    private static Change change(Instant time, Decision decision) {
        return new Change(DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time.atOffset(ZoneOffset.UTC)), MINUTE.format(time
                .atOffset(ZoneOffset.UTC)), decision.outcome().toString(), Verdicts.headline(decision), decision.reason().message());
    }

    private static List<Segment> segments(WhatIfClock clock, TreeMap<Instant, State> begins) {
        List<Segment> segments = new ArrayList<>();
        List<Instant> times = List.copyOf(begins.keySet());
        for (int i = 0; i < times.size(); i++) {
            Decision decision = Objects.requireNonNull(begins.get(times.get(i))).decision();
            Instant end = i + 1 < times.size() ? times.get(i + 1) : clock.last();
            int x = x(clock, times.get(i));
            int y = switch (decision.outcome()) {
                case ALLOW -> HEIGHT * 3 / 4;
                case PROMPT_REGISTER -> HEIGHT / 2;
                case CHALLENGE -> HEIGHT / 4;
                case BLOCK -> 0;
            };
            String from = MINUTE.format(times.get(i).atOffset(ZoneOffset.UTC));
            segments.add(new Segment(decision.outcome().toString(), x, Math.max(1, x(clock, end) - x), y, Verdicts.headline(decision)
                    + " from " + from + ": " + decision.reason().message()));
        }
        return segments;
    }

    /** The whole timeline in a sentence. */
    public String text() {
        return "From " + first + " to " + last + ": " + (changes.isEmpty() ? "the outcome does not change"
                : (changes.size() + more) + " changes of the outcome, which are listed below");
    }

    private static int x(WhatIfClock clock, Instant time) {
        double all = Duration.between(clock.first(), clock.last()).toSeconds();
        return (int) Math.max(0, Math.min(WIDTH, Math.round(Duration.between(clock.first(), time).toSeconds() / all * WIDTH)));
    }

    private static String day(Instant time) {
        return DAY.format(time.atOffset(ZoneOffset.UTC));
    }
}
