package dev.sallyport.replay;

import dev.sallyport.log.LogRecord;
import dev.sallyport.model.Outcome;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a replay found, in numbers. For one thread.
 *
 * <h2>Merging</h2>
 * {@link #merge} is associative and commutative, and {@link Replay#summary} makes its neutral element: any cut of a log, merged in any
 * order, gives the same summary. That also holds at the limits. Of each kind of name (users, addresses and so on) the 100,000 with the
 * smallest hashes are counted exactly, and the rest together as {@code (others)}. Users that the directory does not contain are counted up
 * to 100,000, days up to the last 10,000, and the first 2,000 changes by time are kept.
 */
public final class Summary implements Serializable {

    private static final long serialVersionUID = 1;
    private static final int MOST_NAMED = 5;
    private static final int MOST_DAYS = 10_000;
    /** How many changes are kept. */
    private static final int MOST_CHANGES = HtmlReport.MOST_ROWS;
    /** By time; what follows only makes the order complete. */
    private static final Comparator<Change> FIRST = Comparator.comparing(Change::time).thenComparing(Change::file)
            .thenComparingInt(Change::line).thenComparing(Change::id, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Change::toString);
    private static final Outcome[] OUTCOMES = Outcome.values();

    /** By what changes are counted. */
    public enum By {
        POLICY("policy"), USER("user"), APPLICATION("application"), COUNTRY("country"), IP_ADDRESS("IP address"), CLIENT("client");

        private final String words;

        By(String words) {
            this.words = words;
        }

        /** What it is, for people. */
        @Override
        public String toString() {
            return words;
        }
    }

    /** How often the log and the set say the same of one policy; {@code differences} counts {@code log result, result now}. */
    public record Agreement(String policy, long compared, long agreed, Map<String, Long> differences) { }

    /** A name and how many changes of each {@link Change.Kind} concern it. */
    public record Counted(String name, long[] changes) {

        /** All of them. */
        public long total() {
            return Arrays.stream(changes).sum();
        }
    }

    /** What a replay takes from the directory of today instead of the log (RPL-01). */
    public static final String TODAY = "Users, their groups, roles and methods, and device details missing from the log"
            + " are taken from the current directory";

    private long records;
    private long malformed;
    private long leftOut;
    private long federation;
    private long firstFactor;
    private long undecided;
    private long decided;
    private long strangers;
    private long hanging;
    private long comparable;
    private long outcomesAgreed;
    private long statusCompared;
    private long statusAgreed;
    private long disagreements;
    private long disagreementsHanging;
    private Instant first;
    private Instant last;
    private final long[] now = new long[OUTCOMES.length];
    private final long[] against = new long[OUTCOMES.length];
    private final long[] recorded = new long[OUTCOMES.length + 1];
    private final long[] changes = new long[Change.Kind.values().length];
    private final Names hangsOn = new Names(1);
    private final HashSet<String> strangerNames = new HashSet<>();
    private final Names unknownPolicies = new Names(1);
    private final EnumMap<By, Names> changesBy = new EnumMap<>(By.class);
    private final ArrayList<Change> firstChanges = new ArrayList<>();
    private final TreeMap<Long, long[]> days = new TreeMap<>();
    private final TreeMap<Long, long[]> daysAgainst = new TreeMap<>();
    private final List<String> policyIds;
    private final long[][] policies;
    private final ArrayList<Names> policyDifferences = new ArrayList<>();

    Summary(List<String> policyIds) {
        this.policyIds = policyIds;
        this.policies = new long[policyIds.size()][2];
        policyIds.forEach(id -> policyDifferences.add(new Names(1)));
        for (By by : By.values()) {
            changesBy.put(by, new Names(changes.length));
        }
    }

    // ---- counting

    /** Counts what came of one record. */
    public void add(Replayed replayed) {
        if (replayed.kind() == Replayed.Kind.MALFORMED || replayed.kind() == Replayed.Kind.LEFT_OUT) {
            malformed++;
            leftOut += replayed.kind() == Replayed.Kind.LEFT_OUT ? 1 : 0;
            return;
        }
        records++;
        if (replayed.record() != null) {
            time(replayed.record().created());
        }
        switch (replayed.kind()) {
            case FEDERATION -> federation++;
            case FIRST_FACTOR -> firstFactor++;
            case UNDECIDED -> undecided++;
            default -> decided(replayed);
        }
    }

    private void decided(Replayed replayed) {
        LogRecord record = replayed.record();
        Verdict verdict = replayed.verdict();
        decided++;
        if (replayed.isStranger()) {
            stranger(record.subject());
        }
        now[verdict.outcome().ordinal()]++;
        day(days, record.created(), verdict.outcome());
        if (replayed.against() != null) {
            against[replayed.against().outcome().ordinal()]++;
            day(daysAgainst, record.created(), replayed.against().outcome());
        }
        List<String> facts = replayed.hangsOn();
        if (!facts.isEmpty()) {
            hanging++;
            facts.forEach(fact -> hangsOn.add(fact, 0));
        }
        agreement(replayed);
        Change change = replayed.change();
        if (change != null) {
            change(change);
        }
    }

    private void agreement(Replayed replayed) {
        LogRecord record = replayed.record();
        Verdict verdict = replayed.verdict();
        Outcome logged = replayed.logged();
        recorded[logged == null ? OUTCOMES.length : logged.ordinal()]++;
        if (logged != null) {
            comparable++;
            outcomesAgreed += logged == verdict.outcome() ? 1 : 0;
        }
        for (int i = 0; i < replayed.policies().length; i++) {
            int number = replayed.policies()[i];
            LogRecord.Applied applied = record.policies().get(i);
            if (number >= 0) {
                policy(number, applied.result(), verdict.results().get(number));
            } else if (number != Replayed.NOT_COMPARED) {
                unknownPolicies.add(applied.displayName() != null ? applied.displayName() : applied.id(), 0);
            }
        }
        if (replayed.hasStatus()) {
            statusCompared++;
            statusAgreed += record.status().equals(verdict.status()) ? 1 : 0;
        }
        if (replayed.disagrees()) {
            disagreements++;
            disagreementsHanging += verdict.hangsOn().isEmpty() ? 0 : 1;
        }
    }

    private void time(Instant time) {
        first = first == null || time.isBefore(first) ? time : first;
        last = last == null || time.isAfter(last) ? time : last;
    }

    private static void day(TreeMap<Long, long[]> days, Instant time, Outcome outcome) {
        days.computeIfAbsent(Math.floorDiv(time.getEpochSecond(), 86_400L), any -> new long[OUTCOMES.length])[outcome.ordinal()]++;
        forget(days);
    }

    private static void forget(TreeMap<Long, long[]> days) {
        while (days.size() > MOST_DAYS) {
            days.pollFirstEntry();
        }
    }

    private void stranger(String name) {
        strangers++;
        if (strangerNames.size() < Names.MOST) {
            strangerNames.add(name);
        }
    }

    private void policy(int number, String logged, String result) {
        policies[number][0]++;
        if (logged.equals(result)) {
            policies[number][1]++;
        } else {
            policyDifferences.get(number).add("log " + logged + ", now " + result, 0);
        }
    }

    private void change(Change change) {
        int kind = change.kind().ordinal();
        changes[kind]++;
        for (String policy : change.policies().isEmpty() ? List.of("(" + change.reason() + ")") : change.policies()) {
            count(By.POLICY, policy, kind);
        }
        count(By.USER, change.user(), kind);
        count(By.APPLICATION, change.application(), kind);
        count(By.COUNTRY, change.country(), kind);
        count(By.IP_ADDRESS, change.ipAddress(), kind);
        count(By.CLIENT, change.client(), kind);
        keep(change);
    }

    private void count(By by, String name, int kind) {
        changesBy.get(by).add(name == null ? "(unknown)" : name, kind);
    }

    private void keep(Change change) {
        firstChanges.add(change);
        if (firstChanges.size() >= 2 * MOST_CHANGES) {
            keepFirst();
        }
    }

    private void keepFirst() {
        firstChanges.sort(FIRST);
        if (firstChanges.size() > MOST_CHANGES) {
            firstChanges.subList(MOST_CHANGES, firstChanges.size()).clear();
        }
    }

    /**
     * Adds another part of the same log, or another log under the same policies.
     *
     * @param other the summary of the other part; it stays as it is
     * @return this summary
     * @throws IllegalArgumentException if the other summary is of other policies
     */
    public Summary merge(Summary other) {
        if (!policyIds.equals(other.policyIds)) {
            throw new IllegalArgumentException("the summaries are of different policy sets: merge only summaries of the same policies");
        }
        records += other.records;
        malformed += other.malformed;
        leftOut += other.leftOut;
        federation += other.federation;
        firstFactor += other.firstFactor;
        undecided += other.undecided;
        decided += other.decided;
        strangers += other.strangers;
        hanging += other.hanging;
        comparable += other.comparable;
        outcomesAgreed += other.outcomesAgreed;
        statusCompared += other.statusCompared;
        statusAgreed += other.statusAgreed;
        disagreements += other.disagreements;
        disagreementsHanging += other.disagreementsHanging;
        if (other.first != null) {
            time(other.first);
            time(other.last);
        }
        add(now, other.now);
        add(against, other.against);
        add(recorded, other.recorded);
        add(changes, other.changes);
        hangsOn.merge(other.hangsOn);
        unknownPolicies.merge(other.unknownPolicies);
        changesBy.forEach((by, counts) -> counts.merge(other.changesBy.get(by)));
        other.strangerNames.stream().filter(name -> strangerNames.size() < Names.MOST).forEach(strangerNames::add);
        add(days, other.days);
        add(daysAgainst, other.daysAgainst);
        for (int i = 0; i < policies.length; i++) {
            add(policies[i], other.policies[i]);
            policyDifferences.get(i).merge(other.policyDifferences.get(i));
        }
        other.firstChanges.forEach(this::keep);
        return this;
    }

    private static void add(TreeMap<Long, long[]> sum, TreeMap<Long, long[]> more) {
        more.forEach((day, counts) -> add(sum.computeIfAbsent(day, any -> new long[OUTCOMES.length]), counts));
        forget(sum);
    }

    private static void add(long[] sum, long[] more) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += more[i];
        }
    }

    // ---- answers

    /** How many records were read, the malformed ones not included. */
    public long records() {
        return records;
    }

    /** How many places held something that is no record. */
    public long malformed() {
        return malformed;
    }

    /** How often a part of a log was not read; each counts as one malformed record too. */
    public long leftOut() {
        return leftOut;
    }

    /** Records of AD FS and RADIUS servers, which are passed over (LOG-23). */
    public long federation() {
        return federation;
    }

    /** Sign-ins whose first factor failed, which say nothing about policies (RPL-03). */
    public long firstFactor() {
        return firstFactor;
    }

    /** Sign-ins that could not be decided. */
    public long undecided() {
        return undecided;
    }

    /** Sign-ins that were decided. */
    public long decided() {
        return decided;
    }

    /** Decisions about users and workload identities that the directory does not know. */
    public long strangers() {
        return strangers;
    }

    /** How many different ones that are, up to a hundred thousand. */
    public long distinctStrangers() {
        return strangerNames.size();
    }

    /** Decisions that hang on a fact that the log does not give. */
    public long hanging() {
        return hanging;
    }

    /** The facts that the log does not give, and how many decisions hang on each; most first. */
    public Map<String, Long> hangsOn() {
        return sorted(hangsOn);
    }

    /** Sign-ins of which the log says how they ended. */
    public long comparable() {
        return comparable;
    }

    /** How many of these end the same. */
    public long outcomesAgreed() {
        return outcomesAgreed;
    }

    /** Sign-ins without a list of policies of which the log says the status over all. */
    public long statusCompared() {
        return statusCompared;
    }

    /** How many of these have the same. */
    public long statusAgreed() {
        return statusAgreed;
    }

    /** Sign-ins of which the log says something else. */
    public long disagreements() {
        return disagreements;
    }

    /** How many of these hang on a fact that the log does not give. */
    public long disagreementsHanging() {
        return disagreementsHanging;
    }

    /** The time of the first sign-in, or {@code null} when there is none. */
    public Instant first() {
        return first;
    }

    /** The time of the last sign-in, or {@code null}. */
    public Instant last() {
        return last;
    }

    /** How many sign-ins have an outcome under the first policy set. */
    public long now(Outcome outcome) {
        return now[outcome.ordinal()];
    }

    /** The same under the second one. */
    public long against(Outcome outcome) {
        return against[outcome.ordinal()];
    }

    /** How many have it in the log; {@code null} for those of which it does not say. */
    public long recorded(Outcome outcome) {
        return recorded[outcome == null ? OUTCOMES.length : outcome.ordinal()];
    }

    /** How many sign-ins change in this way. */
    public long changes(Change.Kind kind) {
        return changes[kind.ordinal()];
    }

    /** How many change. */
    public long changes() {
        return Arrays.stream(changes).sum();
    }

    /** Changes by name, most first. */
    public List<Counted> changesBy(By by) {
        return changesBy.get(by).toMap().entrySet().stream().map(entry -> new Counted(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Counted::total).reversed().thenComparing(Counted::name)).toList();
    }

    /** The first changes by time, at most {@link HtmlReport#MOST_ROWS}. */
    public List<Change> firstChanges() {
        keepFirst();
        return List.copyOf(firstChanges);
    }

    /** Outcomes under the first policy set by day, as days since 1970 in UTC, in the order of {@link Outcome}. */
    public Map<Long, long[]> days() {
        return Collections.unmodifiableMap(days);
    }

    /** The same under the second policy set. */
    public Map<Long, long[]> daysAgainst() {
        return Collections.unmodifiableMap(daysAgainst);
    }

    /** The policies of the first set that the log tells about. */
    public List<Agreement> agreements() {
        List<Agreement> agreements = new ArrayList<>();
        for (int i = 0; i < policies.length; i++) {
            if (policies[i][0] > 0) {
                agreements.add(new Agreement(policyIds.get(i), policies[i][0], policies[i][1], sorted(policyDifferences.get(i))));
            }
        }
        return agreements;
    }

    /** Policies that the log tells about and the first set does not have, and how often. */
    public Map<String, Long> unknownPolicies() {
        return sorted(unknownPolicies);
    }

    private static Map<String, Long> sorted(Names counts) {
        Map<String, Long> sorted = new LinkedHashMap<>();
        counts.toMap().entrySet().stream().sorted(Comparator.comparingLong((Map.Entry<String, long[]> entry) -> -entry.getValue()[0])
                .thenComparing(Map.Entry::getKey))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()[0]));
        return sorted;
    }

    // ---- words

    /** The policies that the first set does not have, as a sentence without its end; {@code null} for none. */
    public String unknownPoliciesInWords() {
        if (unknownPolicies.isEmpty()) {
            return null;
        }
        List<String> names = List.copyOf(unknownPolicies().keySet());
        return "It also lists " + count(names.size(), "policy", "policies") + " that the set does not have: " + String.join(", ",
                names.subList(0, Math.min(MOST_NAMED, names.size()))) + (names.size() > MOST_NAMED ? ", …" : "");
    }

    /** How many users the directory does not know, and how they count, as a sentence without its end; {@code null} for none. */
    public String strangersInWords() {
        return strangers == 0 ? null : "The directory does not contain " + count(distinctStrangers(), "user or workload identity",
                "users and workload identities") + "; they count as members without groups, roles and methods in "
                + count(strangers, "decision", "decisions");
    }

    private static String count(long number, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
    }
}
