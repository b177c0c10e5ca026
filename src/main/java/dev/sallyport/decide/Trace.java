package dev.sallyport.decide;

import dev.sallyport.model.Decision.Rule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Watches how one policy is matched: which configured condition held, and which include and exclude rules matched. */
public final class Trace {

    private static final Condition[] CONDITIONS = Condition.values();

    private int configured;
    private int failed;
    // most policies match nothing, and there is a trace for each
    private List<Rule> included = List.of();
    private List<Rule> excluded = List.of();
    private Set<String> unknown = Set.of();
    private Set<String> asked = Set.of();
    private Map<Condition, Set<String>> absent = Map.of();
    private String through;

    /** The application whose services are looked at from here on, or {@code null} for what the request opens itself (DEC-08). */
    void through(String application) {
        through = application;
    }

    /** Notes that a condition was taken to hold because a signal is absent, in strict mode. */
    void unknown(String signal) {
        unknown = unknown.isEmpty() ? new TreeSet<>() : unknown;
        unknown.add(signal);
    }

    /** The absent signals that conditions were taken to hold for. */
    public Set<String> unknown() {
        return unknown;
    }

    /** Notes that the condition which is looked at asks for a signal that is absent, and takes it for what it means in Entra. */
    void absent(String signal) {
        asked = asked.isEmpty() ? new TreeSet<>() : asked;
        asked.add(signal);
    }

    /** The absent signals that conditions asked for, outside strict mode. */
    Map<Condition, Set<String>> absent() {
        return absent;
    }

    void condition(Condition condition, boolean holds) {
        configured |= bit(condition);
        failed |= holds ? 0 : bit(condition);
        if (!asked.isEmpty()) {
            absent = absent.isEmpty() ? new EnumMap<>(Condition.class) : absent;
            absent.merge(condition, asked, (one, other) -> {
                one.addAll(other);
                return one;
            });
            asked = Set.of();
        }
    }

    /** A condition in {@link #configured} and {@link #failed}. */
    public static int bit(Condition condition) {
        return 1 << condition.ordinal();
    }

    /** RES-51: a target or users that miss hide every condition behind them. */
    boolean isHidingTheRest() {
        return (failed & (bit(Condition.APPLICATION) | bit(Condition.USERS))) != 0;
    }

    void include(Condition condition, String rule, String id) {
        included = added(included, new Rule(condition.logName(), rule, id, condition == Condition.APPLICATION ? through : null));
    }

    void exclude(Condition condition, String rule, String id) {
        excluded = added(excluded, new Rule(condition.logName(), rule, id, condition == Condition.APPLICATION ? through : null));
    }

    /** Once, although several applications of a request may match by it. */
    private static List<Rule> added(List<Rule> rules, Rule rule) {
        List<Rule> longer = rules.isEmpty() ? new ArrayList<>(2) : rules;
        if (!longer.contains(rule)) {
            longer.add(rule);
        }
        return longer;
    }

    /** The configured conditions that were looked at, as bits. */
    public int configured() {
        return configured;
    }

    /** Those of them that did not hold. */
    public int failed() {
        return failed;
    }

    /** The configured conditions that were looked at, and whether they held. */
    public Map<Condition, Boolean> conditions() {
        Map<Condition, Boolean> conditions = new EnumMap<>(Condition.class);
        for (int bits = configured; bits != 0; bits &= bits - 1) {
            Condition condition = CONDITIONS[Integer.numberOfTrailingZeros(bits)];
            conditions.put(condition, (failed & bit(condition)) == 0);
        }
        return conditions;
    }

    /** Include rules that matched. */
    public List<Rule> included() {
        return included;
    }

    /** Exclude rules that matched. */
    public List<Rule> excluded() {
        return excluded;
    }
}
