package dev.sallyport.decide;

import dev.sallyport.compile.Control.Kind;
import dev.sallyport.model.FirstFactor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A case of which only some facts are decided. What runs on it is run again with each answer to the first open fact that it reads. So every
 * situation is covered and few are visited: those that agree in what was read are one.
 */
final class OpenCase extends Case {

    /**
     * Something that rules can see.
     *
     * @param shift  its lowest bit
     * @param mask   its bits
     * @param values the answers: 2 for a yes or no
     */
    record Fact(String name, int shift, long mask, List<String> values) {

        String words(int value) {
            return values.get(value);
        }
    }

    /** A fact was read that is not decided. */
    private static final class Open extends RuntimeException {
        private final Fact fact;

        Open(Fact fact) {
            super(fact.name(), null, false, false);
            this.fact = fact;
        }
    }

    /** Everything that rules can see, as {@link Case} has it. */
    static final List<Fact> FACTS = facts();
    /** In words, what is so where nothing is. */
    static final String NONE = "none of the facts";
    private static final Open[] OPEN = new Open[Long.SIZE];

    static {
        FACTS.forEach(fact -> OPEN[fact.shift()] = new Open(fact));
    }

    private long decided;
    private long state;
    private @Nullable OpenCase before;

    /** A case with nothing decided. */
    OpenCase() { }

    /** A case like another one, but for what is {@linkplain #set set}. */
    OpenCase(OpenCase before) {
        this.before = before;
    }

    private static List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        for (Field field : Case.class.getDeclaredFields()) {
            try {
                String words = lower(field.getName()).replaceFirst(" shift$", "");
                if (field.getName().endsWith("_SHIFT")) {
                    Stream<String> values = words.equals("first factor") ? Arrays.stream(FirstFactor.values()).map(FirstFactor::toString)
                            : Stream.concat(Stream.of("null"), Arrays.stream(Kind.values()).map(Kind::toString));
                    int shift = field.getInt(null);
                    facts.add(new Fact(words, shift, 15L << shift, values.map(value -> words + " is " + lower(value)).toList()));
                } else if (field.getType() == long.class && Modifier.isStatic(field.getModifiers())) {
                    long bit = field.getLong(null);
                    facts.add(new Fact(words, Long.numberOfTrailingZeros(bit), bit, List.of("not " + words, words)));
                }
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
        return List.copyOf(facts);
    }

    /** The name of a constant, as words. */
    static String lower(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** How many situations there are. */
    static double situations() {
        return FACTS.stream().mapToDouble(fact -> fact.values().size()).reduce(1, (a, b) -> a * b);
    }

    @Override
    boolean is(long bit) {
        if ((decided & bit) == 0) {
            if (before != null) {
                return before.is(bit);
            }
            throw OPEN[Long.numberOfTrailingZeros(bit)];
        }
        return (state & bit) != 0;
    }

    @Override
    int number(int shift) {
        if ((decided >>> shift & 15) == 0) {
            if (before != null) {
                return before.number(shift);
            }
            throw OPEN[shift];
        }
        return (int) (state >>> shift) & 15;
    }

    /** Decides facts. */
    void set(long mask, long values) {
        decided |= mask;
        state = state & ~mask | values & mask;
    }

    /** Opens facts. */
    void open(long mask) {
        decided &= ~mask;
    }

    /** Runs something in all situations, once for all that it cannot tell apart; a fact that it opens again is its own. */
    void inEvery(Runnable visit) {
        Fact fact;
        try {
            visit.run();
            return;
        } catch (Open open) {
            fact = open.fact;
        }
        for (int value = 0; value < fact.values().size(); value++) {
            set(fact.mask(), (long) value << fact.shift());
            inEvery(visit);
        }
        open(fact.mask());
    }

    /** Whether there is a situation of some kind. */
    boolean isAny(BooleanSupplier kind) {
        open(-1L);
        return find(kind, FACTS.size());
    }

    /** Looks for a smallest situation of some kind: fewest facts that are not "no", "null" or "passed". Leaves it decided. */
    boolean find(BooleanSupplier kind) {
        if (!isAny(kind)) {
            return false;
        }
        int size = 0;
        do {
            open(-1L);
        } while (!find(kind, size++));
        return true;
    }

    private boolean find(BooleanSupplier kind, int size) {
        Fact fact;
        try {
            return kind.getAsBoolean();
        } catch (Open open) {
            fact = open.fact;
        }
        for (int value = 0; value < fact.values().size() && (value == 0 || size > 0); value++) {
            set(fact.mask(), (long) value << fact.shift());
            if (find(kind, size - (value == 0 ? 0 : 1))) {
                return true;
            }
        }
        open(fact.mask());
        return false;
    }

    /** How many situations agree in what is decided. */
    double count() {
        return FACTS.stream().filter(fact -> (decided & fact.mask()) == 0).mapToDouble(fact -> fact.values().size())
                .reduce(1, (a, b) -> a * b);
    }

    /** One of these situations: what is open is "no", "null" or "passed" in the smallest, and the last value in the largest. */
    OpenCase closed(boolean largest) {
        OpenCase closed = new OpenCase();
        closed.set(-1L, state & decided);
        FACTS.stream().filter(fact -> largest && (decided & fact.mask()) == 0)
                .forEach(fact -> closed.set(fact.mask(), (long) (fact.values().size() - 1) << fact.shift()));
        return closed;
    }

    /** What is so in the smallest of these situations. */
    String words() {
        String words = FACTS.stream().filter(fact -> (decided & fact.mask() & state) != 0)
                .map(fact -> fact.words((int) ((state & fact.mask()) >>> fact.shift()))).collect(Collectors.joining(", "));
        return words.isEmpty() ? NONE : words;
    }
}
