package dev.sallyport.replay;

import dev.sallyport.log.LogRecord;
import dev.sallyport.model.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a replay found, in numbers. Filled by one thread each and then added up, so that it does not depend on who read what. */
public final class Summary {

    /** How many names of one kind are counted each; what comes later is counted together. */
    private static final int MAX_NAMES = 100_000;
    private static final int MOST_NAMED = 5;
    private static final String OTHERS = "(others)";
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

    long records;
    long malformed;
    long leftOut;
    long federation;
    long firstFactor;
    long undecided;
    long decided;
    long strangers;
    long hanging;
    long comparable;
    long outcomesAgreed;
    long statusCompared;
    long statusAgreed;
    long disagreements;
    long disagreementsHanging;
    Instant first;
    Instant last;
    final long[] now = new long[OUTCOMES.length];
    final long[] against = new long[OUTCOMES.length];
    final long[] recorded = new long[OUTCOMES.length + 1];
    final long[] changes = new long[Change.Kind.values().length];
    private final Map<String, long[]> hangsOn = new HashMap<>();
    private final Set<String> strangerNames = new HashSet<>();
    private final Map<String, long[]> unknownPolicies = new HashMap<>();
    private final Map<By, Map<String, long[]>> changesBy = new EnumMap<>(By.class);
    private final TreeMap<Long, long[]> days = new TreeMap<>();
    private final TreeMap<Long, long[]> daysAgainst = new TreeMap<>();
    private final List<String> policyIds;
    private final long[][] policies;
    private final List<Map<String, long[]>> policyDifferences = new ArrayList<>();

    Summary(List<String> policyIds) {
        this.policyIds = policyIds;
        this.policies = new long[policyIds.size()][2];
        policyIds.forEach(id -> policyDifferences.add(new HashMap<>()));
        for (By by : By.values()) {
            changesBy.put(by, new HashMap<>());
        }
    }

    // ---- counting

    void time(Instant time) {
        first = first == null || time.isBefore(first) ? time : first;
        last = last == null || time.isAfter(last) ? time : last;
    }

    void day(Instant time, Outcome outcome) {
        day(days, time, outcome);
    }

    void dayAgainst(Instant time, Outcome outcome) {
        day(daysAgainst, time, outcome);
    }

    private static void day(Map<Long, long[]> days, Instant time, Outcome outcome) {
        long day = Math.floorDiv(time.getEpochSecond(), 86_400L);
        long[] counts = days.get(day);
        if (counts == null) {
            if (days.size() >= 10_000) {
                return;
            }
            days.put(day, counts = new long[OUTCOMES.length]);
        }
        counts[outcome.ordinal()]++;
    }

    void stranger(String name) {
        strangers++;
        if (strangerNames.size() < MAX_NAMES) {
            strangerNames.add(name);
        }
    }

    void hangsOn(List<String> facts) {
        if (!facts.isEmpty()) {
            hanging++;
            facts.forEach(fact -> slot(hangsOn, fact, 1)[0]++);
        }
    }

    void unknownPolicy(LogRecord.Applied policy) {
        slot(unknownPolicies, policy.displayName() != null ? policy.displayName() : policy.id(), 1)[0]++;
    }

    void policy(int number, String logged, String result) {
        policies[number][0]++;
        if (logged.equals(result)) {
            policies[number][1]++;
        } else {
            slot(policyDifferences.get(number), "log " + logged + ", now " + result, 1)[0]++;
        }
    }

    void change(Change change) {
        int kind = change.kind().ordinal();
        changes[kind]++;
        for (String policy : change.policies().isEmpty() ? List.of("(" + change.reason() + ")") : change.policies()) {
            slot(By.POLICY, policy)[kind]++;
        }
        slot(By.USER, change.user())[kind]++;
        slot(By.APPLICATION, change.application())[kind]++;
        slot(By.COUNTRY, change.country())[kind]++;
        slot(By.IP_ADDRESS, change.ipAddress())[kind]++;
        slot(By.CLIENT, change.client())[kind]++;
    }

    private long[] slot(By by, String name) {
        return slot(changesBy.get(by), name == null ? "(unknown)" : name, changes.length);
    }

    private static long[] slot(Map<String, long[]> map, String name, int size) {
        long[] slot = map.get(name);
        if (slot == null) {
            slot = map.computeIfAbsent(map.size() < MAX_NAMES ? name : OTHERS, any -> new long[size]);
        }
        return slot;
    }

    void add(Summary other) {
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
        add(hangsOn, other.hangsOn);
        add(unknownPolicies, other.unknownPolicies);
        changesBy.forEach((by, counts) -> add(counts, other.changesBy.get(by)));
        other.strangerNames.stream().filter(name -> strangerNames.size() < MAX_NAMES).forEach(strangerNames::add);
        other.days.forEach((day, counts) -> add(days.computeIfAbsent(day, any -> new long[OUTCOMES.length]), counts));
        other.daysAgainst.forEach((day, counts) -> add(daysAgainst.computeIfAbsent(day, any -> new long[OUTCOMES.length]), counts));
        for (int i = 0; i < policies.length; i++) {
            add(policies[i], other.policies[i]);
            add(policyDifferences.get(i), other.policyDifferences.get(i));
        }
    }

    private static void add(long[] sum, long[] more) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += more[i];
        }
    }

    private static void add(Map<String, long[]> sum, Map<String, long[]> more) {
        more.forEach((name, counts) -> add(slot(sum, name, counts.length), counts));
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
        return changesBy.get(by).entrySet().stream().map(entry -> new Counted(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Counted::total).reversed().thenComparing(Counted::name)).toList();
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

    private static Map<String, Long> sorted(Map<String, long[]> counts) {
        Map<String, Long> sorted = new java.util.LinkedHashMap<>();
        counts.entrySet().stream().sorted(Comparator.comparingLong((Map.Entry<String, long[]> entry) -> -entry.getValue()[0])
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
