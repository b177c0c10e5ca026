package dev.sallyport.decide;

import dev.sallyport.Decision.Rule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Watches how one policy is matched: which configured condition held, and which include and exclude rules matched. */
public final class Trace {

    private final Map<Condition, Boolean> conditions = new EnumMap<>(Condition.class);
    private final List<Rule> included = new ArrayList<>();
    private final List<Rule> excluded = new ArrayList<>();
    private final Set<String> unknown = new TreeSet<>();

    /** Notes that a condition was taken to hold because a signal is absent, in strict mode. */
    void unknown(String signal) {
        unknown.add(signal);
    }

    /** The absent signals that conditions were taken to hold for. */
    public Set<String> unknown() {
        return unknown;
    }

    void condition(Condition condition, boolean holds) {
        conditions.merge(condition, holds, Boolean::logicalAnd);
    }

    void include(Condition condition, String rule, String id) {
        included.add(new Rule(condition.logName(), rule, id));
    }

    void exclude(Condition condition, String rule, String id) {
        excluded.add(new Rule(condition.logName(), rule, id));
    }

    /** The configured conditions that were looked at, and whether they held. */
    public Map<Condition, Boolean> conditions() {
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
