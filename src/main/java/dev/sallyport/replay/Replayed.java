package dev.sallyport.replay;

import dev.sallyport.log.LogRecord;
import dev.sallyport.model.Outcome;
import java.util.ArrayList;
import java.util.List;

/** What came of one record of a log. Immutable. */
public final class Replayed {

    /** What a record is. */
    public enum Kind {
        /** It cannot be read as a sign-in. */
        MALFORMED,
        /** A part of a log that is not read, with the records in it. */
        LEFT_OUT,
        /** A sign-in to an AD FS or RADIUS server, which says nothing about policies (LOG-23). */
        FEDERATION,
        /** The first factor failed, so no policy was looked at (RPL-03). */
        FIRST_FACTOR,
        /** The policies cannot decide it. */
        UNDECIDED,
        /** The policies decide it. */
        DECIDED
    }

    static final int[] NO_POLICIES = { };
    /** A policy of the set for which the log or the verdict gives no result. */
    static final int NOT_COMPARED = -2;

    private final Kind kind;
    private final String file;
    private final int line;
    private final int column;
    private final String message;
    private final LogRecord record;
    private final Outcome logged;
    private final Verdict verdict;
    private final Verdict against;
    private final boolean isStranger;
    private final int[] policies;
    private final boolean hasStatus;
    private final List<String> differences;

    Replayed(Kind kind, String file, int line, int column, String message, LogRecord record, Outcome logged, Verdict verdict,
            Verdict against, boolean isStranger, int[] policies, boolean hasStatus, List<String> differences) {
        this.kind = kind;
        this.file = file;
        this.line = line;
        this.column = column;
        this.message = message;
        this.record = record;
        this.logged = logged;
        this.verdict = verdict;
        this.against = against;
        this.isStranger = isStranger;
        this.policies = policies;
        this.hasStatus = hasStatus;
        this.differences = differences;
    }

    static Replayed unread(Kind kind, String file, int line, int column, String message) {
        return new Replayed(kind, file, line, column, message, null, null, null, null, false, NO_POLICIES, false, List.of());
    }

    static Replayed passedOver(String file, int line) {
        return unread(Kind.FEDERATION, file, line, 1, null);
    }

    static Replayed undecided(Kind kind, LogRecord record) {
        return new Replayed(kind, record.file(), record.line(), 1, null, record, null, null, null, false, NO_POLICIES, false, List.of());
    }

    /** What the record is. */
    public Kind kind() {
        return kind;
    }

    /** How the file is called. */
    public String file() {
        return file;
    }

    /** The line on which the record begins, or on which it is malformed, from 1. */
    public int line() {
        return line;
    }

    /** The column at which it is malformed, from 1; else 1. */
    public int column() {
        return column;
    }

    /** Why it cannot be read; {@code null} if it can. */
    public String message() {
        return message;
    }

    /** The sign-in; {@code null} for one that cannot be read and for a federation server. */
    public LogRecord record() {
        return record;
    }

    /** The outcome that the log tells; {@code null} if it tells none. */
    public Outcome logged() {
        return logged;
    }

    /** What the first policy set says; {@code null} unless the kind is {@link Kind#DECIDED}. */
    public Verdict verdict() {
        return verdict;
    }

    /** What the second policy set says; {@code null} without one. */
    public Verdict against() {
        return against;
    }

    /** Whether the directory does not know who signs in. */
    public boolean isStranger() {
        return isStranger;
    }

    /** The number of each policy that the log lists; negative for one that is not compared. */
    int[] policies() {
        return policies;
    }

    /** Whether the status over all policies is compared, because the log lists none of them. */
    boolean hasStatus() {
        return hasStatus;
    }

    boolean disagrees() {
        return !differences.isEmpty();
    }

    /** What the log says otherwise than the first policy set, one sentence each; empty where they agree. */
    public List<String> differences() {
        return List.copyOf(differences);
    }

    /** The facts that the log does not give and that could change an outcome. */
    public List<String> hangsOn() {
        return verdict == null ? List.of() : against == null ? verdict.hangsOn() : union(verdict.hangsOn(), against.hangsOn());
    }

    /** The same as a disagreement with the log; {@code null} where they agree. */
    public Disagreement disagreement() {
        return differences.isEmpty() ? null : new Disagreement(record, differences(), verdict.hangsOn());
    }

    /** How the sign-in ends otherwise; {@code null} if it does not. */
    public Change change() {
        if (verdict == null) {
            return null;
        }
        if (against != null) {
            return against.outcome() == verdict.outcome() ? null : change(verdict.outcome(), verdict.policies(), against);
        }
        return logged == null || logged == verdict.outcome() ? null : change(logged, List.of(), verdict);
    }

    private Change change(Outcome before, List<String> behindBefore, Verdict after) {
        List<String> behind = after.outcome() == Outcome.ALLOW ? behindBefore : after.policies();
        return new Change(file, line, record.id(), record.created(), record.subject(), record.application(), record.signIn().country(),
                record.signIn().ipAddress(), record.workload() != null ? "service principal" : record.signIn().clientAppType(), before,
                after.outcome(), after.reason().toString(), behind, after.hangsOn());
    }

    private static List<String> union(List<String> first, List<String> second) {
        if (first.isEmpty() || first.equals(second)) {
            return second;
        }
        List<String> union = new ArrayList<>(first);
        second.stream().filter(fact -> !first.contains(fact)).forEach(union::add);
        return union;
    }
}
