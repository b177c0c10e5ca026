package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Comparison;
import dev.sallyport.analyse.Comparison.Affected;
import dev.sallyport.analyse.Comparison.Cause;
import dev.sallyport.analyse.Comparison.Change;
import dev.sallyport.analyse.Comparison.Coverage;
import dev.sallyport.analyse.Comparison.Direction;
import dev.sallyport.analyse.Comparison.Example;
import dev.sallyport.analyse.Comparison.Extent;
import dev.sallyport.analyse.Comparison.FieldChange;
import dev.sallyport.analyse.Gap;
import dev.sallyport.analyse.Kind;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Outcome;
import dev.sallyport.replay.Summary;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two policy sets, in words that every form of output shares.
 *
 * @param comparison the comparison
 * @param before the policy set before
 * @param after the policy set after
 * @param log what changes for the sign-ins of a log; {@code null} without one
 * @param now the time of the comparison
 * @param folder where the examples are written; {@code null} if they are not
 */
public record DiffReport(Comparison comparison, Side before, Side after, @Nullable Summary log, Instant now, @Nullable Path folder) {

    private static final int MOST_NAMES = 5;

    /**
     * One of the policy sets.
     *
     * @param name what it is called in output
     * @param engine the engine with the policy set and the directory
     * @param policies the files and folders of the policy set in the working copy
     * @param directories the files and folders of the directory
     */
    public record Side(String name, PolicyEngine engine, List<Path> policies, List<Path> directories) {

        private Examples examples() {
            return new Examples(engine, policies, directories);
        }
    }

    /**
     * A class of requests that changes, with its number.
     *
     * @param number the number, from 1
     * @param change the change that it is a class of
     * @param kinds the kinds of request for which it is the same; those of {@code shown} first
     * @param shown the class
     * @param joining the same of users who could exist; {@code null} if they have none like it
     */
    public record Entry(int number, Change change, List<Kind> kinds, Affected shown, @Nullable Affected joining) { }

    /** The classes by change. One of users who could exist that is like one of the directory's users is told with that one. */
    public Map<Change, List<Entry>> entries() {
        Map<Change, List<Entry>> entries = new LinkedHashMap<>();
        int number = 0;
        for (Change change : comparison.changes()) {
            List<Entry> own = new ArrayList<>();
            Map<List<Object>, List<Affected>> alike = new LinkedHashMap<>();
            change.classes().forEach(each -> alike.computeIfAbsent(List.of(each.isAnybody(), each.people().text(), each.box()),
                    any -> new ArrayList<>()).add(each));
            for (List<Affected> classes : alike.values()) {
                Affected shown = classes.get(0);
                List<Kind> kinds = classes.stream().map(Affected::kind).distinct().toList();
                int like = shown.isAnybody() ? like(own, shown, kinds) : -1;
                if (like >= 0) {
                    Entry entry = own.get(like);
                    own.set(like, new Entry(entry.number(), change, kinds, entry.shown(), shown));
                } else {
                    own.add(new Entry(++number, change, kinds, shown, null));
                }
            }
            entries.put(change, own);
        }
        return entries;
    }

    private static int like(List<Entry> entries, Affected other, List<Kind> kinds) {
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (!entry.shown().isAnybody() && entry.joining() == null && entry.kinds().equals(kinds) && entry.shown().box()
                    .equals(other.box())) {
                return i;
            }
        }
        return -1;
    }

    // ---- words

    /** Such as {@code 3 changes: 1 loosened, 2 tightened}, or {@code proved equal}. */
    public String headline() {
        if (comparison.isEqual()) {
            return "proved equal";
        }
        List<String> parts = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            long number = comparison.changes().stream().filter(change -> change.direction() == direction).count();
            if (number > 0) {
                parts.add(number + " " + direction);
            }
        }
        return parts.isEmpty() ? "no request changes, but the sets are not proved equal" : Terminal.count(comparison.changes().size(),
                "change") + ": " + String.join(", ", parts);
    }

    /** What the headline says of all other requests. */
    public String proof() {
        return comparison.isEqual() ? "both sets decide every request alike, apart from what the notes name"
                : !comparison.isComplete() ? "more requests change, see --max"
                : !comparison.faults().isEmpty() ? "the evaluator does not confirm everything"
                : comparison.notCompared().isEmpty() ? "every other request is decided alike (proved)"
                : "every other request is decided alike (proved), apart from what is not compared";
    }

    /** Such as {@code now block, no longer mfa}. */
    public static String title(Change change) {
        String added = change.added().isEmpty() ? "" : "now " + String.join(" and ", change.added());
        String dropped = change.dropped().isEmpty() ? "" : "no longer " + String.join(" and ", change.dropped());
        return added + (added.isEmpty() || dropped.isEmpty() ? "" : ", ") + dropped;
    }

    /** Such as {@code sign-ins, sign-ins of legacy clients}. */
    public static String requests(Entry entry) {
        return entry.kinds().stream().map(GapsReport::kind).collect(Collectors.joining(", "));
    }

    /** Such as {@code users who could exist: members of Break glass}. */
    public static String who(Affected affected) {
        return (affected.isAnybody() ? "users who could exist: " : "") + affected.people().text();
    }

    /** The dimensions that a class does not wholly cover, with what it covers of them, such as {@code from} and {@code elsewhere}. */
    public static Map<String, String> box(Affected affected) {
        return GapsReport.box(affected.box());
    }

    /** Such as {@code require-mfa: mfa → does not apply (mfa.yaml:3:1)}. */
    public static List<String> because(Affected affected) {
        return affected.because().stream().map(DiffReport::sentence).toList();
    }

    private static String sentence(Cause cause) {
        return cause.policy() + ": " + cause.before() + " → " + cause.after() + (cause.source() == null ? "" : " (" + cause.source()
                + ")");
    }

    /** Who asks for what from where. */
    public String request(Affected affected) {
        return after.examples().request(affected.example().after());
    }

    /** What a gateway does with the example under the set before. */
    static String decidedBefore(Example example) {
        return decided(example, example.before());
    }

    /** What a gateway does with the example under the set after. */
    static String decidedAfter(Example example) {
        return decided(example, example.after());
    }

    private static String decided(Example example, Gap.Witness witness) {
        return witness.decision().outcome() + ": " + DecisionWords.whatToDo(witness.request(), witness.decision())
                + (isBlockedAnyway(example) ? ", because " + witness.decision().reason().message() : "");
    }

    /** Whether both sets block the example, and only the reason changes. */
    public static boolean isBlockedAnyway(Example example) {
        return example.before().decision().outcome() == Outcome.BLOCK && example.after().decision().outcome() == Outcome.BLOCK;
    }

    /** The fields that differ, by resource. */
    public Map<String, List<FieldChange>> fields() {
        return comparison.fields().stream().collect(Collectors.groupingBy(field -> field.kind() + " " + field.name(), LinkedHashMap::new,
                Collectors.toList()));
    }

    /** Such as {@code + Break glass, − Guests}, or {@code removed}. */
    public static String change(FieldChange field) {
        if (field.field().isEmpty()) {
            return field.after() == null ? "removed" : "added";
        }
        String removed = listed(field.removed());
        String added = listed(field.added());
        return added.isEmpty() ? "− " + removed : removed.isEmpty() ? "+ " + added
                : field.removed().size() == 1 && field.added().size() == 1 ? removed + " → " + added : "− " + removed + ", + " + added;
    }

    /** Where a field is written now, or where it was. */
    public static String source(FieldChange field) {
        Position position = field.after() != null ? field.after() : field.before();
        return position == null ? "" : position.toString();
    }

    /** Such as {@code who 14 → 15: + ann@contoso.com}. */
    public static List<String> sentences(Coverage coverage) {
        List<String> texts = new ArrayList<>();
        if (!coverage.usersGained().isEmpty() || !coverage.usersLost().isEmpty()) {
            texts.add("who " + coverage.usersBefore() + " → " + coverage.usersAfter() + ": " + gainedAndLost(coverage.usersGained(),
                    coverage.usersLost()));
        }
        if (!coverage.applicationsGained().isEmpty() || !coverage.applicationsLost().isEmpty()) {
            texts.add("applications: " + gainedAndLost(coverage.applicationsGained(), coverage.applicationsLost()));
        }
        return texts;
    }

    private static String gainedAndLost(List<String> gained, List<String> lost) {
        List<String> texts = new ArrayList<>();
        if (!gained.isEmpty()) {
            texts.add("+ " + few(gained));
        }
        if (!lost.isEmpty()) {
            texts.add("− " + few(lost));
        }
        return String.join("; ", texts);
    }

    private static String few(List<String> names) {
        String shown = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMES ? shown : names.size() + " (" + shown + ", …)";
    }

    private static String listed(List<String> values) {
        return GapsReport.listed(values);
    }

    /** How much changes for the users of the directory, and for users who could exist. */
    public List<String> extents() {
        List<String> texts = new ArrayList<>();
        for (boolean isAnybody : new boolean[] {false, true}) {
            List<Extent> own = comparison.extents().stream().filter(extent -> extent.isAnybody() == isAnybody).toList();
            double requests = own.stream().mapToDouble(Extent::requests).sum();
            double changed = own.stream().mapToDouble(extent -> extent.requests() * extent.changed()).sum();
            if (requests > 0) {
                texts.add((isAnybody ? "Users who could exist" : "Today's users") + ": " + GapsReport.percent(changed / requests) + " of "
                        + GapsReport.number(requests) + " kinds of requests change");
            }
        }
        return texts;
    }

    // ---- for other programs

    private List<Entry> all() {
        return entries().values().stream().flatMap(List::stream).toList();
    }

    /** The whole class in one line. */
    static String sentence(Entry entry) {
        return entry.change().direction() + ": " + title(entry.change()) + ": " + requests(entry) + "; " + who(entry.shown())
                + GapsReport.box(entry.shown().box()).entrySet().stream().map(each -> "; " + each.getKey() + " " + each.getValue())
                .collect(Collectors.joining());
    }

    /** Each class as a finding at the policy that decides its example otherwise. */
    List<Diagnostic> findings() {
        return all().stream().map(entry -> {
            Direction direction = entry.change().direction();
            String code = switch (direction) {
                case LOOSENED -> "SP1441";
                case OTHERWISE -> "SP1442";
                case TIGHTENED -> "SP1443";
            };
            List<Position> positions = entry.shown().because().stream().map(Cause::source).filter(source -> source != null
                    && !source.startsWith("git:")).map(DiffReport::position).toList();
            return new Diagnostic(direction == Direction.LOOSENED ? Severity.ERROR : Severity.WARNING, code, sentence(entry) + "; because "
                    + String.join("; ", because(entry.shown())), positions.isEmpty() ? null : positions.get(0), null, null);
        }).toList();
    }

    /** The position that {@code file:line:column} names. */
    private static Position position(String source) {
        int column = source.lastIndexOf(':');
        int line = source.lastIndexOf(':', column - 1);
        return new Position(source.substring(0, line), Integer.parseInt(source.substring(line + 1, column)),
                Integer.parseInt(source.substring(column + 1)));
    }

    /** Each class as a case that fails, and the proof as one more. */
    List<JUnitXml.Case> cases() {
        String suite = before.name() + " → " + after.name();
        List<JUnitXml.Case> cases = new ArrayList<>();
        for (Entry entry : all()) {
            cases.add(new JUnitXml.Case(sentence(entry), suite, 0, 0, JUnitXml.Ending.FAILURE, title(entry.change()),
                    entry.change().direction().toString(), String.join("\n", because(entry.shown())) + "\n" + request(entry.shown())
                    + "\nbefore " + decidedBefore(entry.shown().example()) + "\nafter " + decidedAfter(entry.shown().example())));
        }
        comparison.faults().forEach(fault -> cases.add(new JUnitXml.Case("the evaluator confirms every change", suite, 0, 0,
                JUnitXml.Ending.ERROR, fault, "fault", fault)));
        comparison.notCompared().forEach(part -> cases.add(new JUnitXml.Case(part, suite, 0, 0, JUnitXml.Ending.FAILURE, part,
                "notCompared", null)));
        String proof = "every other request is decided alike";
        cases.add(comparison.isComplete() ? JUnitXml.Case.passed(proof, suite, 0, 0) : new JUnitXml.Case(proof, suite, 0, 0,
                JUnitXml.Ending.FAILURE, "more requests change than `--max` shows", "incomplete", null));
        return cases;
    }

    // ---- files

    private static String file(Entry entry) {
        return entry.number() + ".yaml";
    }

    /** The command that decides the example of a class again. */
    String command(Entry entry) {
        return "sallyport test " + Shell.quoted(folder.resolve(file(entry)).toString());
    }

    /** For each class a suite. */
    Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        all().forEach(entry -> files.put(file(entry), "# " + sentence(entry) + ".\n" + suite(entry, folder)));
        return files;
    }

    /** A suite with the example of a class, which passes under the set after. */
    String suite(Entry entry, @Nullable Path base) {
        String name = entry.change().direction().toString();
        return after.examples().suite(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + ": " + title(entry.change()),
                entry.shown().example().after(), now, base == null ? Path.of("") : base, null);
    }
}
