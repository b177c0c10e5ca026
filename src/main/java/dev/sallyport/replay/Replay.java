package dev.sallyport.replay;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.Chunk;
import dev.sallyport.log.LogRecord;
import dev.sallyport.log.Mapper;
import dev.sallyport.log.RawRecord;
import dev.sallyport.log.RecordReader;
import dev.sallyport.log.Recorded;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Replay as a function: a record of a log goes in, and what the policies say of it comes out. Nothing but the record, the policies and the
 * directory has a say, so records may be replayed in any order, in any thread and on any machine. Thread-safe.
 *
 * <pre>{@code
 * Replay replay = new Replay(PolicyEngine.load(policies, directory));
 * Summary summary = replay.summary();
 * lines.forEach(line -> summary.add(replay.replay(line)));
 * }</pre>
 *
 * <p>Summaries of parts of a log add up to the summary of the log: see {@link Summary#merge}.
 */
public final class Replay {

    /** How a record that has no file is called. */
    private static final String NAMELESS = "record";

    private final Judge now;
    private final Judge against;
    /** What reads records has caches, and is for one thread at a time. */
    private final Queue<Worker> idle = new ConcurrentLinkedQueue<>();

    /** Compares one policy set with the log. */
    public Replay(PolicyEngine now) {
        this(now, null);
    }

    /**
     * Compares two policy sets.
     *
     * @param now     the set in force
     * @param against the set that it is compared with, over the same directory; {@code null} compares with the log
     */
    public Replay(PolicyEngine now, PolicyEngine against) {
        this.now = new Judge(now);
        this.against = against == null ? null : new Judge(against);
    }

    /**
     * Replays one record.
     *
     * @param record a sign-in as JSON, in any dialect that the command reads, or a decision of a decision point
     * @return what came of it; a record that cannot be read is {@link Replayed.Kind#MALFORMED}
     */
    public Replayed replay(String record) {
        return replay(NAMELESS, 1, record);
    }

    /**
     * Replays one record of a file.
     *
     * @param file   how the file is called in what comes of it
     * @param line   the line on which the record begins, from 1
     * @param record a sign-in as JSON
     * @return what came of it
     */
    public Replayed replay(String file, int line, String record) {
        byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
        int from = 0;
        int to = bytes.length;
        while (from < to && isSpace(bytes[from])) {
            from++;
        }
        while (to > from && (isSpace(bytes[to - 1]) || bytes[to - 1] == ',')) {      // the lines of an array end with a comma
            to--;
        }
        Replayed[] replayed = new Replayed[1];
        read(new Chunk.Json(file, bytes, new int[] {from, to, line}, 1, new BitSet()), each -> replayed[0] = each);
        return replayed[0];
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    /** Replays the records of a chunk in their order. */
    void read(Chunk chunk, Consumer<Replayed> sink) {
        Worker worker = idle.poll();
        if (worker == null) {
            worker = new Worker();
        }
        worker.sink = sink;
        worker.reader.read(chunk, worker);
        idle.add(worker);                                                            // not after a failure: it may be half done
    }

    /** The summary of no record: it changes no summary that it is merged with. */
    public Summary summary() {
        return new Summary(now.policyIds());
    }

    /** The decision of the first policy set on a record, with everything that led to it. */
    public Decision explain(LogRecord record) {
        return now.explain(record);
    }

    /** Reads and judges, in one thread at a time. */
    private final class Worker implements RecordReader.Sink {

        private final RecordReader reader = new RecordReader();
        private final Mapper mapper = new Mapper(now.directory());
        private Consumer<Replayed> sink;

        @Override
        public void malformed(String file, int line, int column, String message) {
            sink.accept(Replayed.unread(Replayed.Kind.MALFORMED, file, line, column, message));
        }

        @Override
        public void leftOut(String file, int line, String message) {
            sink.accept(Replayed.unread(Replayed.Kind.LEFT_OUT, file, line, 1, message));
        }

        @Override
        public void record(RawRecord raw) {
            sink.accept(Mapper.isFederationServer(raw) ? Replayed.passedOver(raw.file(), raw.line()) : replayed(mapper.map(raw)));
        }

        private Replayed replayed(LogRecord record) {
            if (record.errorCode() != null && Recorded.isFirstFactor(record.errorCode())) {
                return Replayed.undecided(Replayed.Kind.FIRST_FACTOR, record);
            }
            if (record.decision() != null && record.decision().request() == null) {
                return Replayed.undecided(Replayed.Kind.UNDECIDED, record);
            }
            Verdict verdict = now.judge(record);
            Verdict other = against == null ? null : against.judge(record);
            if (isUndecided(verdict) || other != null && isUndecided(other)) {
                return Replayed.undecided(Replayed.Kind.UNDECIDED, record);
            }
            Outcome logged = record.decision() != null ? record.decision().outcome() : record.errorCode() == null ? null
                    : Recorded.outcome(record.errorCode());
            return compared(record, logged, verdict, other);
        }

        private Replayed compared(LogRecord record, Outcome logged, Verdict verdict, Verdict other) {
            List<String> differences = null;
            if (logged != null && logged != verdict.outcome()) {
                differences = add(differences, "outcome: the log says " + logged + " (" + (record.decision() != null ? record.decision()
                        .reason() : record.errorCode()) + "), now " + verdict.outcome());
            }
            int[] numbers = record.policies().isEmpty() ? Replayed.NO_POLICIES : new int[record.policies().size()];
            boolean listed = false;
            for (int i = 0; i < numbers.length; i++) {
                LogRecord.Applied applied = record.policies().get(i);
                int number = now.policy(applied);
                String result = number < 0 ? null : verdict.results().get(number);
                numbers[i] = number >= 0 && (!isResult(applied.result()) || result == null) ? Replayed.NOT_COMPARED : number;
                if (numbers[i] >= 0) {
                    listed = true;
                    if (!applied.result().equals(result)) {
                        differences = add(differences, now.policyIds().get(number) + ": the log says " + applied.result() + ", now "
                                + result);
                    }
                }
            }
            boolean hasStatus = !listed && isStatus(record.status()) && verdict.status() != null;
            if (hasStatus && !record.status().equals(verdict.status())) {
                differences = add(differences, "Conditional Access: the log says " + record.status() + ", now " + verdict.status());
            }
            return new Replayed(Replayed.Kind.DECIDED, record.file(), record.line(), 1, null, record, logged, verdict, other,
                    now.isStranger(record), numbers, hasStatus, differences == null ? List.of() : differences);
        }
    }

    private static boolean isUndecided(Verdict verdict) {
        return verdict.reason() == ReasonCode.INVALID_REQUEST || verdict.reason() == ReasonCode.EVALUATION_FAILED;
    }

    private static List<String> add(List<String> list, String text) {
        List<String> longer = list == null ? new ArrayList<>() : list;
        longer.add(text);
        return longer;
    }

    /** RES-05: what means nothing is not compared. */
    private static boolean isResult(String result) {
        return result != null && !result.isEmpty() && !result.startsWith("unknown");
    }

    private static boolean isStatus(String status) {
        return "success".equals(status) || "failure".equals(status) || "notApplied".equals(status);
    }
}
