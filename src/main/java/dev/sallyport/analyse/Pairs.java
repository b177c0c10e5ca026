package dev.sallyport.analyse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pairs of requirements, what is asked before and after a change, kept once: two pairs are equal if their numbers are. */
final class Pairs {

    private final Requirements requirements;
    private final List<Long> pairs = new ArrayList<>();
    private final Map<Long, Integer> numbers = new HashMap<>();

    Pairs(Requirements requirements) {
        this.requirements = requirements;
        of(Requirements.NOTHING, Requirements.NOTHING);
    }

    /** The number of a pair; that of nothing and nothing is 0. */
    int of(int before, int after) {
        return numbers.computeIfAbsent((long) before << 32 | after, pair -> {
            pairs.add(pair);
            return pairs.size() - 1;
        });
    }

    int before(int pair) {
        return (int) (pairs.get(pair) >> 32);
    }

    int after(int pair) {
        return (int) (long) pairs.get(pair);
    }

    /** What is asked together. */
    int join(int one, int other) {
        return of(requirements.join(before(one), before(other)), requirements.join(after(one), after(other)));
    }
}
