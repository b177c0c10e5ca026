package dev.sallyport.analyse;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.diagnose.PolicyLoadException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The spaces of two policy sets as one: the same requests, and at every point a pair of what either set asks.
 *
 * <h2>Why it is exact</h2>
 * Both spaces have the values of both sets, which hit every combination of the conditions of both. A class of this space is a class of
 * either one, and so are people. A pair is joined side by side, so what holds for a diagram of one set holds for that of pairs.
 *
 * <h2>What is compared</h2>
 * The requirement, and what a policy that refuses to register in the middle of the request (REG-41) is met by. The latter counts where the
 * requirement asks to register. Two requirements are equal if each implies the other one.
 */
final class Twin implements Grid {

    /** What changes at a point for some people: clauses that are asked anew, and clauses that are not asked any more. */
    record Effect(Set<List<Literal>> added, Set<List<Literal>> dropped, boolean refuses, boolean refusedBefore) {

        boolean loosens() {
            return !dropped.isEmpty() || refusedBefore;
        }

        boolean tightens() {
            return !added.isEmpty() || refuses;
        }
    }

    /**
     * What one set asks.
     *
     * @param requirement the number of a requirement
     * @param guard       the number of the requirement without which a policy refuses to register here
     * @param prompt      the number of the clauses that ask to register; {@link Requirements#BLOCK} where that opens nothing
     */
    record Side(int requirement, int guard, int prompt) {

        static final Side NOTHING = new Side(Requirements.NOTHING, Requirements.NOTHING, Requirements.NOTHING);
    }

    /** What both sets ask. */
    record Pair(Side before, Side after) {

        boolean isEqual() {
            return before.equals(after);
        }
    }

    private static final Pair NOTHING = new Pair(Side.NOTHING, Side.NOTHING);

    private final Space before;
    private final Space after;
    private final Requirements requirements;
    private final List<Dimension> dimensions = new ArrayList<>();
    private final List<List<Integer>> classes = new ArrayList<>();
    private final Sets sets;
    private final List<Pair> pairs = new ArrayList<>();
    private final Map<Pair, Integer> numbers = new HashMap<>();
    private final Map<Long, Integer> joins = new HashMap<>();
    private final Map<Integer, List<Effect>> effects = new HashMap<>();
    private final Map<Integer, Boolean> registersNothing = new HashMap<>();
    private final List<Asking> sources = new ArrayList<>();

    /** A source of one set, or equal ones of both: the classes of each dimension that it is about, and what it asks of which people. */
    private record Asking(long[][] classes, int[] values) { }

    /**
     * Both spaces have the same values and the same people in the same order.
     *
     * @throws PolicyLoadException if device filters compare too much to analyse
     */
    Twin(List<World> worlds, Kind kind, List<People> people) throws PolicyLoadException {
        requirements = new Requirements();
        Times times = new Times(worlds, people);
        before = new Space(worlds.get(0), worlds, kind, people.get(0), requirements, times);
        after = new Space(worlds.get(1), worlds, kind, people.get(1), requirements, times);
        number(NOTHING);
        for (Dimension dimension : after.dimensions()) {
            List<Signal> values = new ArrayList<>();
            for (int c = 0; c < dimension.size(); c++) {
                values.addAll(dimension.values(c));
            }
            dimensions.add(new Dimension(dimension.axis(), values, this::row));
        }
        dimensions.sort(Comparator.comparingInt(Dimension::size));
        classesOfPeople(people.get(0).size());
        sets = new Sets(classes.size());
        sources();
    }

    private long[] row(Signal signal) {
        long[] first = before.row(before.own(signal));
        long[] second = after.row(after.own(signal));
        int of = before.sources().size();
        long[] both = new long[Sets.words(of + after.sources().size())];
        for (int i = 0; i < of; i++) {
            if (Sets.has(first, i)) {
                Sets.add(both, i);
            }
        }
        for (int i = 0; i < after.sources().size(); i++) {
            if (Sets.has(second, i)) {
                Sets.add(both, of + i);
            }
        }
        return both;
    }

    private void classesOfPeople(int people) {
        Map<List<Integer>, List<Integer>> byClass = new LinkedHashMap<>();
        for (int i = 0; i < people; i++) {
            byClass.computeIfAbsent(List.of(before.personClass(i), after.personClass(i), before.keyOf(i), after.keyOf(i)),
                    any -> new ArrayList<>()).add(i);
        }
        classes.addAll(byClass.values());
    }

    // ---- what is asked

    /** Joins sources that are about the same requests, so that a policy that both sets have is one. */
    private void sources() {
        Map<List<Sets.Words>, Asking> byBox = new LinkedHashMap<>();
        int of = before.sources().size();
        for (int i = 0; i < of + after.sources().size(); i++) {
            boolean isAfter = i >= of;
            Source source = isAfter ? after.sources().get(i - of) : before.sources().get(i);
            long[][] box = new long[dimensions.size()][];
            for (int level = 0; level < box.length; level++) {
                box[level] = new long[Sets.words(dimensions.get(level).size())];
                for (int c = 0; c < dimensions.get(level).size(); c++) {
                    if (Sets.has(dimensions.get(level).row(c), i)) {
                        Sets.add(box[level], c);
                    }
                }
            }
            if (Arrays.stream(box).anyMatch(Sets::isEmpty)) {
                continue;
            }
            Asking asking = byBox.computeIfAbsent(Arrays.stream(box).map(Sets.Words::new).toList(), any -> new Asking(box,
                    new int[classes.size()]));
            for (Source.Demand demand : source.demands()) {
                Side side = new Side(demand.requirement(), demand.guard(), demand.prompt());
                int value = number(isAfter ? new Pair(Side.NOTHING, side) : new Pair(side, Side.NOTHING));
                for (int c = 0; c < asking.values().length; c++) {
                    if (Sets.has(demand.people(), classes.get(c).get(0))) {
                        asking.values()[c] = join(asking.values()[c], value);
                    }
                }
            }
        }
        byBox.values().stream().filter(each -> Arrays.stream(each.values()).anyMatch(value -> value != 0)).forEach(sources::add);
    }

    private int number(Pair pair) {
        return numbers.computeIfAbsent(pair, any -> {
            pairs.add(pair);
            return pairs.size() - 1;
        });
    }

    private int join(int a, int b) {
        if (a == b || b == 0) {
            return a;
        }
        return a == 0 ? b : joins.computeIfAbsent((long) Math.min(a, b) << 32 | Math.max(a, b), key -> number(new Pair(
                join(pairs.get(a).before(), pairs.get(b).before()), join(pairs.get(a).after(), pairs.get(b).after()))));
    }

    private Side join(Side a, Side b) {
        int prompt = requirements.join(a.prompt(), b.prompt());
        return new Side(requirements.join(a.requirement(), b.requirement()), prompt == Requirements.BLOCK ? Requirements.NOTHING
                : requirements.join(a.guard(), b.guard()), prompt);
    }

    /** Whether nobody gets in by registering, so that a refusal to register changes nothing: a block, or a risk (REG-43). */
    private boolean blocksRegistering(int requirement) {
        return registersNothing.computeIfAbsent(requirement, any -> requirements.clauses(requirement).stream().anyMatch(clause ->
                clause.stream().allMatch(literal -> literal instanceof Literal.Grant grant && grant.isByRisk())));
    }

    /** The diagram of pairs; where both sets ask the same, its values may be less than what is asked. */
    Diagram diagram() {
        List<Diagram.Asking> asking = new ArrayList<>();
        long[] keeping = new long[Sets.words(sources.size())];
        for (int i = 0; i < sources.size(); i++) {
            Map<Integer, long[]> byValue = new TreeMap<>();
            int[] values = sources.get(i).values();
            for (int c = 0; c < values.length; c++) {
                if (values[c] != 0) {
                    Sets.add(byValue.computeIfAbsent(values[c], any -> new long[Sets.words(classes.size())]), c);
                }
            }
            asking.add(new Diagram.Asking(byValue.entrySet().stream().map(each -> new Diagram.Demand(each.getKey(),
                    sets.number(each.getValue()))).toList()));
            if (byValue.keySet().stream().allMatch(value -> pairs.get(value).isEqual())) {
                Sets.add(keeping, i);
            }
        }
        long[][][] rows = new long[dimensions.size()][][];
        for (int level = 0; level < rows.length; level++) {
            rows[level] = new long[dimensions.get(level).size()][Sets.words(sources.size())];
            for (int i = 0; i < sources.size(); i++) {
                for (int c = 0; c < rows[level].length; c++) {
                    if (Sets.has(sources.get(i).classes()[level], c)) {
                        Sets.add(rows[level][c], i);
                    }
                }
            }
        }
        return new Diagram(sets, this::join, asking, rows, new Diagram.Settled(value -> pairs.get(value).isEqual(), keeping));
    }

    // ---- what changes

    /** What both sets ask, of a value of the diagram. */
    Pair pair(int value) {
        return pairs.get(value);
    }

    /**
     * What changes, of a value of the diagram: the requirement, and the refusal to register by itself, for a change of the requirement may
     * show only where the refusal is the same. A change of the refusal is not told where the requirement changes in the same direction.
     */
    List<Effect> effects(int value) {
        return effects.computeIfAbsent(value, any -> effects(pairs.get(value)));
    }

    private List<Effect> effects(Pair pair) {
        if (pair.isEqual()) {
            return List.of();
        }
        int old = pair.before().requirement();
        int now = pair.after().requirement();
        Effect effect = new Effect(Set.copyOf(notIn(now, old)), Set.copyOf(notIn(old, now)), false, false);
        boolean isBlocked = (effect.loosens() || effect.tightens()) && (blocksRegistering(old) || blocksRegistering(now));
        if (isBlocked || pair.before().prompt() == Requirements.BLOCK || pair.after().prompt() == Requirements.BLOCK) {
            return changing(effect);
        }
        int refused = refusing(pair.before());
        int refuses = refusing(pair.after());
        boolean refusesMore = !requirements.implies(requirements.join(besidePrompts(pair.before()), refused), refuses);
        boolean refusedMore = !requirements.implies(requirements.join(besidePrompts(pair.after()), refuses), refused);
        return changing(effect, new Effect(Set.of(), Set.of(), refusesMore && !effect.tightens(), refusedMore && !effect.loosens()));
    }

    private static List<Effect> changing(Effect... effects) {
        return Arrays.stream(effects).filter(effect -> effect.loosens() || effect.tightens()).toList();
    }

    /** What a side asks apart from what asks to register. */
    private int besidePrompts(Side side) {
        List<List<Literal>> prompts = requirements.clauses(side.prompt());
        return requirements.of(requirements.clauses(side.requirement()).stream().filter(clause -> !prompts.contains(clause)).toList());
    }

    /**
     * What a session has to meet, so that a side does not refuse to register. The session meets all but what asks to register, and not all
     * of that, so that a literal that meets all of that does not help.
     */
    private int refusing(Side side) {
        int beside = besidePrompts(side);
        List<List<Literal>> prompts = notIn(side.prompt(), beside);
        if (prompts.isEmpty()) {
            return Requirements.NOTHING;
        }
        int guard = requirements.of(requirements.clauses(side.guard()).stream().map(clause -> clause.stream().filter(literal
                -> !prompts.stream().allMatch(prompt -> Requirements.implies(List.of(literal), prompt))).toList()).toList());
        return requirements.of(notIn(guard, beside));
    }

    /** The clauses of a requirement that another one does not imply. */
    private List<List<Literal>> notIn(int requirement, int other) {
        List<List<Literal>> left = new ArrayList<>();
        for (List<Literal> clause : requirements.clauses(requirement)) {
            if (!requirements.implies(other, requirements.of(List.of(clause)))) {
                left.add(clause);
            }
        }
        return left;
    }

    /** The clauses of a requirement. */
    List<List<Literal>> clauses(int requirement) {
        return requirements.clauses(requirement);
    }

    // ---- points and people

    Kind kind() {
        return after.kind();
    }

    /** Whether there is no request of this kind. */
    boolean isEmpty() {
        return after.isEmpty();
    }

    /** The space of one set. */
    Space side(boolean isAfter) {
        return isAfter ? after : before;
    }

    @Override
    public List<Dimension> dimensions() {
        return dimensions;
    }

    @Override
    public Sets sets() {
        return sets;
    }

    @Override
    public List<Person> persons(int personClass) {
        return classes.get(personClass).stream().map(after.people()::person).toList();
    }

    /** The numbers of the people of a class. */
    List<Integer> numbers(int personClass) {
        return classes.get(personClass);
    }
}
