package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Comparison.Affected;
import dev.sallyport.analyse.Comparison.Cause;
import dev.sallyport.analyse.Comparison.Change;
import dev.sallyport.analyse.Comparison.Direction;
import dev.sallyport.analyse.Comparison.Example;
import dev.sallyport.analyse.Comparison.Extent;
import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.analyse.Twin.Effect;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Directory;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.WellKnown;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of two policy sets: builds the space of both for each kind of request, groups what changes by what is added and dropped,
 * cuts each group into boxes, and asks the evaluator of either set about each.
 */
final class Comparer {

    private static final Position NOWHERE = Position.of("");

    private final PolicyEngine before;
    private final PolicyEngine after;
    private final CompareOptions options;
    private final UnaryOperator<PolicySet> seen;
    private final Matching matching;
    private final Map<Key, List<Affected>> changes = new LinkedHashMap<>();
    /** The names of those of the directory, by kind of request. */
    private final Map<Key, Map<Kind, TreeSet<String>>> people = new LinkedHashMap<>();
    private final List<Extent> extents = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /** What is added and dropped, in words. */
    private record Key(Direction direction, List<String> added, List<String> dropped) { }

    /** A search among some people; those of a kind of request are made once. */
    private record Asked(List<World> worlds, Contrast contrast, boolean isAnybody, Map<Kind, List<People>> people) {

        /** Those who make requests of a kind, as they are before and after. */
        List<People> people(Kind kind) {
            return people.computeIfAbsent(kind.isOfPeople() ? Kind.SIGN_IN : kind, this::made);
        }

        private List<People> made(Kind kind) {
            List<Person> open = isAnybody ? People.openPersons(worlds, kind) : List.of();
            return IntStream.of(0, 1).mapToObj(i -> People.of(isAnybody ? open : persons(worlds.get(i).directory,
                    worlds.get(1 - i).directory, kind), worlds.get(i))).toList();
        }
    }

    /** Some people with one effect of a change on a kind of request. */
    private record Group(Twin twin, Diagram diagram, Regions regions, Words words, GroupNames groups, double requests) { }

    /** @param seen the policies that the evaluator of the set after sees, which are those of the analysis but in tests */
    Comparer(PolicyEngine before, PolicyEngine after, CompareOptions options, UnaryOperator<PolicySet> seen) {
        this.before = before;
        this.after = after;
        this.options = options;
        this.seen = seen;
        matching = new Matching(before.policySet(), after.policySet());
    }

    /** @param done is called after each kind of request with the share that is done */
    Comparison compared(DoubleConsumer done) throws PolicyLoadException {
        int searches = kinds().size() * ((options.isDirectory() ? 1 : 0) + (options.isAnybody() ? 1 : 0));
        int searched = 0;
        for (boolean isAnybody : new boolean[] {false, true}) {
            if (isAnybody ? options.isAnybody() : options.isDirectory()) {
                Asked asked = asked(isAnybody);
                for (Kind kind : kinds()) {
                    search(asked, kind);
                    done.accept((double) ++searched / searches);
                }
            }
        }
        List<Change> all = new ArrayList<>();
        changes.forEach((key, classes) -> all.add(new Change(key.direction(), key.added(), key.dropped(), names(key),
                List.copyOf(classes))));
        all.sort(Comparator.comparing(Change::direction).thenComparing(change -> -change.classes().stream().mapToDouble(Affected::share)
                .max().orElse(0)));
        FieldChanges fields = new FieldChanges(before, after, matching);
        return new Comparison(fields.found(), Coverages.of(before, after, matching), List.copyOf(all), List.copyOf(extents),
                NotCompared.of(before, after), notes(), List.copyOf(faults));
    }

    private Map<Kind, List<String>> names(Key key) {
        Map<Kind, List<String>> names = new EnumMap<>(Kind.class);
        people.getOrDefault(key, Map.of()).forEach((kind, all) -> names.put(kind, List.copyOf(all)));
        return Collections.unmodifiableMap(names);
    }

    /** Whether both sets ask the same of everybody; the evaluator is not asked. */
    boolean isEqual() throws PolicyLoadException {
        if (!NotCompared.of(before, after).isEmpty()) {
            return false;
        }
        for (boolean isAnybody : new boolean[] {false, true}) {
            if (isAnybody ? options.isAnybody() : options.isDirectory()) {
                Asked asked = asked(isAnybody);
                for (Kind kind : kinds()) {
                    Twin twin = new Twin(asked.worlds(), kind, asked.people(kind));
                    if (!twin.isEmpty() && !effects(twin, twin.diagram(), twin.regions()).isEmpty()) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private List<Kind> kinds() {
        return Arrays.stream(Kind.values()).filter(options.kinds()::contains).toList();
    }

    private Asked asked(boolean isAnybody) {
        Instant now = after.now();
        List<PolicySet> sets = List.of(before.policySet(), after.policySet());
        List<Directory> directories = List.of(before.directory(), after.directory());
        List<PolicySet> bound = isAnybody ? OpenNames.bound(sets, directories) : sets;
        List<World> worlds = IntStream.of(0, 1).mapToObj(i -> new World(bound.get(i), directories.get(i), now)).toList();
        List<MadeUp> madeUp = IntStream.of(0, 1).mapToObj(i -> new MadeUp(sets.get(i), bound.get(i), directories.get(i))).toList();
        return new Asked(worlds, new Contrast(new Oracle(before, worlds.get(0), worlds.get(0).set),
                new Oracle(after, worlds.get(1), seen.apply(worlds.get(1).set)), madeUp), isAnybody, new EnumMap<>(Kind.class));
    }

    /** Those of both directories in the order of their ids; those of the other one only, as they are there. */
    private static List<Person> persons(Directory own, Directory other, Kind kind) {
        Map<String, Person> persons = new TreeMap<>();
        People.persons(other, kind).forEach(person -> persons.put(WellKnown.fold(person.id()), person));
        People.persons(own, kind).forEach(person -> persons.put(WellKnown.fold(person.id()), person));
        return List.copyOf(persons.values());
    }

    private void search(Asked asked, Kind kind) throws PolicyLoadException {
        Twin twin = new Twin(asked.worlds(), kind, asked.people(kind));
        if (twin.isEmpty()) {
            return;
        }
        Diagram diagram = twin.diagram();
        Regions regions = twin.regions();
        int all = twin.side(true).people().size();
        double requests = twin.dimensions().stream().mapToDouble(Dimension::values).reduce(1, (a, b) -> a * b) * all;
        Group group = new Group(twin, diagram, regions, words(asked.worlds()), twin.side(true).people().groups(asked.worlds().get(1)
                .directory), requests);
        double changed = regions.volume(regions.part(diagram, (value, set) -> twin.effects(value).isEmpty() ? Sets.EMPTY : set));
        double left = 0;
        for (Effect effect : effects(twin, diagram, regions)) {
            long[] concerned = new long[Sets.words(twin.sets().size())];
            int region = regions.part(diagram, (value, set) -> {
                boolean isMet = twin.effects(value).contains(effect);
                if (isMet) {
                    Sets.add(concerned, twin.sets().bits(set));
                }
                return isMet ? set : Sets.EMPTY;
            });
            if (!asked.isAnybody()) {
                TreeSet<String> names = people.computeIfAbsent(key(effect), any -> new EnumMap<>(Kind.class)).computeIfAbsent(kind,
                        any -> new TreeSet<>());
                for (int i = 0; i < twin.sets().size(); i++) {
                    if (Sets.has(concerned, i)) {
                        twin.numbers(i).forEach(person -> names.add(twin.side(true).people().person(person).name()));
                    }
                }
            }
            List<Regions.Box> boxes = new ArrayList<>();
            double rest = regions.cut(region, options.most(), boxes);
            boolean isByPlace = false;
            if (rest > 0) {
                // people who differ too much have no short description: where it changes, and for how many at least
                List<Regions.Box> byPlace = new ArrayList<>();
                int everyone = twin.sets().all();
                double restByPlace = regions.cut(regions.mapped(region, set -> set == Sets.EMPTY ? set : everyone), options.most(),
                        byPlace);
                if (restByPlace == 0) {
                    isByPlace = true;
                    boxes = byPlace;
                    rest = 0;
                }
            }
            for (Regions.Box box : boxes) {
                affected(asked, group, region, effect, box, isByPlace);
            }
            left += rest;
        }
        extents.add(new Extent(kind, asked.isAnybody(), all, requests, changed / requests, left / requests));
    }

    /** Words with the places of both sets; a place that differs between them is told by its side. */
    private static Words words(List<World> worlds) {
        List<NamedLocation> locations = new ArrayList<>();
        List<IpRange> trusted = worlds.get(1).set.mfaSettings().trustedIps();
        boolean isTrustedAlike = trusted.equals(worlds.get(0).set.mfaSettings().trustedIps());
        for (int i = 0; i < 2; i++) {
            PolicySet own = worlds.get(i).set;
            List<NamedLocation> others = worlds.get(1 - i).set.namedLocations();
            String side = i == 0 ? " before" : " after";
            for (NamedLocation location : own.namedLocations()) {
                boolean isAlike = others.stream().anyMatch(other -> sided(other, "").equals(sided(location, "")));
                if (!isAlike || i == 1) {
                    locations.add(isAlike ? location : sided(location, side));
                }
            }
            if (!isTrustedAlike) {
                locations.add(new NamedLocation.Ip("", "MFA trusted IPs" + side, true, own.mfaSettings().trustedIps(), NOWHERE));
            }
        }
        return new Words(worlds.get(1), locations, isTrustedAlike ? trusted : List.of());
    }

    /** A location with a longer name, wherever it is written. */
    private static NamedLocation sided(NamedLocation location, String side) {
        String name = location.displayName() + side;
        if (location instanceof NamedLocation.Ip ip) {
            return new NamedLocation.Ip(ip.id(), name, ip.isTrusted(), ip.ranges(), NOWHERE);
        }
        return location instanceof NamedLocation.Country country ? new NamedLocation.Country(country.id(), name, country.countries(),
                country.byGps(), country.includeUnknown(), NOWHERE) : new NamedLocation.CompliantNetwork(location.id(), name, NOWHERE);
    }

    /** Every effect that some of the people meet somewhere. */
    private static Set<Effect> effects(Twin twin, Diagram diagram, Regions regions) {
        Set<Effect> effects = new LinkedHashSet<>();
        regions.part(diagram, (value, set) -> {
            effects.addAll(twin.effects(value));
            return Sets.EMPTY;
        });
        return effects;
    }

    private void affected(Asked asked, Group group, int region, Effect effect, Regions.Box box, boolean isByPlace) {
        Twin twin = group.twin();
        int[] point = new int[twin.dimensions().size()];
        long[][] single = new long[point.length][];
        for (int level = 0; level < point.length; level++) {
            while (!Sets.has(box.classes()[level], point[level])) {
                point[level]++;
            }
            single[level] = new long[box.classes()[level].length];
            Sets.add(single[level], point[level]);
        }
        int set = isByPlace ? group.regions().at(region, point) : box.people();
        List<Integer> people = new ArrayList<>();
        Set<Literal> literals = new LinkedHashSet<>();
        for (int i = 0; i < twin.sets().size(); i++) {
            if (Sets.has(twin.sets().bits(set), i)) {
                people.addAll(twin.numbers(i));
                Twin.Pair pair = twin.pair(group.diagram().value(point, i));
                if (effect.refuses() || effect.refusedBefore()) {
                    twin.clauses(pair.before().guard()).forEach(literals::addAll);
                    twin.clauses(pair.after().guard()).forEach(literals::addAll);
                }
                twin.clauses(pair.before().requirement()).forEach(literals::addAll);
                twin.clauses(pair.after().requirement()).forEach(literals::addAll);
            }
        }
        Key key = key(effect);
        Direction direction = key.direction();
        Example example = asked.contrast().of(twin, isByPlace ? single : box.classes(), people, literals, direction);
        if (example == null) {
            faults.add("the analysis says that requests of kind " + twin.kind() + " are " + direction + " (added: " + key.added()
                    + ", dropped: " + key.dropped() + "), and both evaluators decide alike: "
                    + twin.side(true).request(twin.side(true).people().person(people.get(0)), signals(twin, point)));
            return;
        }
        int least = isByPlace ? group.regions().least(region, box.classes()) : -1;
        changes.computeIfAbsent(key, any -> new ArrayList<>()).add(new Affected(twin.kind(), asked.isAnybody(), Crowds.of(twin, set, least,
                group.groups()), group.words().ranges(twin, box), group.regions().volume(region, box, isByPlace) / group.requests(),
                causes(example), example));
    }

    private static Key key(Effect effect) {
        return new Key(!effect.loosens() ? Direction.TIGHTENED : !effect.tightens() ? Direction.LOOSENED : Direction.OTHERWISE,
                words(effect.added(), effect.refuses()), words(effect.dropped(), effect.refusedBefore()));
    }

    private static List<Signal> signals(Twin twin, int[] point) {
        List<Signal> signals = new ArrayList<>();
        for (int level = 0; level < point.length; level++) {
            signals.add(twin.dimensions().get(level).values(point[level]).get(0));
        }
        return signals;
    }

    private static List<String> words(Set<List<Literal>> clauses, boolean refuses) {
        List<String> words = new ArrayList<>(clauses.stream().map(Words::clause).sorted().toList());
        if (refuses) {
            words.add("refusal to register in between");
        }
        return List.copyOf(words);
    }

    // ---- because

    /** The policies that fare otherwise in the two decisions of an example. */
    private List<Cause> causes(Example example) {
        Map<String, PolicyResult> old = new LinkedHashMap<>();
        example.before().decision().policies().forEach(row -> old.put(row.id(), row));
        List<Cause> causes = new ArrayList<>();
        for (PolicyResult row : example.after().decision().policies()) {
            String id = matching.before(row.id());
            PolicyResult own = id == null ? null : old.remove(id);
            cause(own, row, causes);
        }
        old.values().forEach(row -> cause(row, null, causes));
        return List.copyOf(causes);
    }

    private static void cause(@Nullable PolicyResult before, @Nullable PolicyResult after, List<Cause> causes) {
        String old = asks(before);
        String now = asks(after);
        if (!old.equals(now)) {
            PolicyResult shown = after == null ? before : after;
            causes.add(new Cause(shown.displayName(), old, now, shown.source()));
        }
    }

    private static String asks(@Nullable PolicyResult row) {
        if (row == null || !row.applies() || !row.state().equals("enabled")) {
            return "does not apply";
        }
        List<String> controls = new ArrayList<>(row.enforcedGrantControls());
        controls.addAll(row.enforcedSessionControls());
        return controls.isEmpty() ? "applies" : String.join(", ", controls);
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (!options.isDirectory() || before.directory().users().isEmpty() && after.directory().users().isEmpty()) {
            notes.add("the users of a directory are not asked: name one with -d");
        }
        if (!options.isAnybody()) {
            notes.add("people who could exist are not asked");
        } else {
            notes.add("people who could exist have at most two of the names that policies exclude");
        }
        long reporting = Stream.of(before, after).flatMap(engine -> engine.policySet().policies().stream())
                .filter(policy -> policy.state() == PolicyState.REPORT_ONLY).map(ConditionalAccessPolicy::id).distinct().count();
        if (reporting > 0) {
            notes.add("report-only policies do not count: " + reporting);
        }
        notes.addAll(NotCompared.notes(before, after));
        return List.copyOf(notes);
    }
}
