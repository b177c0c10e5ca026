package dev.sallyport.replay;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.Chunk;
import dev.sallyport.log.LogFile;
import dev.sallyport.log.LogRecord;
import dev.sallyport.log.Mapper;
import dev.sallyport.log.RawRecord;
import dev.sallyport.log.RecordReader;
import dev.sallyport.log.Recorded;
import dev.sallyport.log.Splitter;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Evaluates recorded sign-ins under one policy set and compares with what the log says, or under two and compares those. Logs of any
 * length go through in constant memory.
 *
 * <h2>Order</h2>
 * The calling thread cuts the log into chunks, the others read and judge them; what a chunk says is handed on by the calling thread
 * in the order of the log. At most a few chunks wait.
 */
public final class Replayer implements AutoCloseable {

    /** Takes what a replay finds, in the order of the log, in the thread that reads. */
    public interface Listener {

        /** Something that is no record; reading goes on behind it where that can be found. */
        void malformed(String file, int line, int column, String message);

        /** A part of a log that is not read, with the records in it. */
        default void leftOut(String file, int line, String message) {
            malformed(file, line, 1, message);
        }

        /** A sign-in that ends otherwise. */
        void change(Change change);

        /** A sign-in of which the log says something else than the first policy set. */
        void disagreement(Disagreement disagreement);

        /** So many more records were read. */
        void progress(int records);
    }

    private final Judge now;
    private final Judge against;
    private final Listener listener;
    private final int threads;
    private final ExecutorService pool;
    private final BlockingQueue<Worker> workers;
    private final List<Worker> all = new ArrayList<>();
    private final Deque<Future<Found>> open = new ArrayDeque<>();

    /** Under one policy set, compared with the log. */
    public Replayer(PolicyEngine now, Listener listener, int threads) {
        this(now, null, listener, threads);
    }

    /**
     * Under two policy sets.
     *
     * @param now     the set in force
     * @param against the set that it is compared with, over the same directory; {@code null} compares with the log
     * @param threads how many read and judge
     */
    public Replayer(PolicyEngine now, PolicyEngine against, Listener listener, int threads) {
        this.now = new Judge(now);
        this.against = against == null ? null : new Judge(against);
        this.listener = listener;
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "replay");
            thread.setDaemon(true);
            return thread;
        });
        this.workers = new ArrayBlockingQueue<>(threads);
        for (int i = 0; i < threads; i++) {
            Worker worker = new Worker(now);
            workers.add(worker);
            all.add(worker);
        }
    }

    /**
     * Replays one log, which may be compressed.
     *
     * @param name how the log is called in what is found
     * @throws IOException when it cannot be read, or is no log
     */
    public void read(String name, InputStream log) throws IOException {
        Splitter splitter = LogFile.open(name, log);
        if (splitter == null) {
            return;
        }
        IOException failure = null;
        try {
            for (Chunk chunk = splitter.next(); chunk != null; chunk = splitter.next()) {
                if (open.size() >= 2 * threads + 2) {
                    hand(open.poll());
                }
                Chunk next = chunk;
                open.add(pool.submit(() -> work(next)));
            }
        } catch (IOException e) {
            failure = e;
        }
        while (!open.isEmpty()) {
            hand(open.poll());
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** What was found so far. */
    public Summary summary() {
        Summary sum = new Summary(now.policyIds());
        all.forEach(worker -> sum.add(worker.summary));
        return sum;
    }

    /** The decision of the first policy set on a record, with everything that led to it. */
    public Decision explain(LogRecord record) {
        return now.explain(record);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    private Found work(Chunk chunk) throws InterruptedException {
        Worker worker = workers.take();
        try {
            return worker.work(chunk);
        } finally {
            workers.add(worker);
        }
    }

    private void hand(Future<Found> done) {
        try {
            Found found = done.get();
            for (Malformed each : found.malformed) {
                if (each.isLeftOut()) {
                    listener.leftOut(each.file(), each.line(), each.message());
                } else {
                    listener.malformed(each.file(), each.line(), each.column(), each.message());
                }
            }
            found.disagreements.forEach(listener::disagreement);
            found.changes.forEach(listener::change);
            listener.progress(found.records);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private record Malformed(String file, int line, int column, String message, boolean isLeftOut) { }

    /** What one chunk says, in its order. */
    private static final class Found {
        private final List<Malformed> malformed = new ArrayList<>();
        private final List<Change> changes = new ArrayList<>();
        private final List<Disagreement> disagreements = new ArrayList<>();
        private int records;
    }

    /** Reads and judges chunks, one at a time. */
    private final class Worker implements RecordReader.Sink {

        private final RecordReader reader = new RecordReader();
        private final Mapper mapper;
        private final Summary summary = new Summary(now.policyIds());
        private Found found;

        Worker(PolicyEngine engine) {
            mapper = new Mapper(engine.directory());
        }

        Found work(Chunk chunk) {
            found = new Found();
            reader.read(chunk, this);
            return found;
        }

        @Override
        public void malformed(String file, int line, int column, String message) {
            summary.malformed++;
            found.malformed.add(new Malformed(file, line, column, message, false));
        }

        @Override
        public void leftOut(String file, int line, String message) {
            summary.malformed++;
            summary.leftOut++;
            found.malformed.add(new Malformed(file, line, 1, message, true));
        }

        @Override
        public void record(RawRecord raw) {
            found.records++;
            summary.records++;
            if (Mapper.isFederationServer(raw)) {
                summary.federation++;
                return;
            }
            LogRecord record = mapper.map(raw);
            summary.time(record.created());
            if (record.errorCode() != null && Recorded.isFirstFactor(record.errorCode())) {
                summary.firstFactor++;
                return;
            }
            if (record.decision() != null && record.decision().request() == null) {
                summary.undecided++;
                return;
            }
            Verdict verdict = now.judge(record);
            Verdict other = against == null ? null : against.judge(record);
            if (isUndecided(verdict) || other != null && isUndecided(other)) {
                summary.undecided++;
                return;
            }
            summary.decided++;
            if (now.isStranger(record)) {
                summary.stranger(record.subject());
            }
            summary.now[verdict.outcome().ordinal()]++;
            summary.day(record.created(), verdict.outcome());
            Outcome logged = record.decision() != null ? record.decision().outcome() : record.errorCode() == null ? null
                    : Recorded.outcome(record.errorCode());
            summary.recorded[logged == null ? Outcome.values().length : logged.ordinal()]++;
            compare(record, logged, verdict);
            if (other == null) {
                summary.hangsOn(verdict.hangsOn());
                if (logged != null && logged != verdict.outcome()) {
                    change(record, logged, List.of(), verdict);
                }
            } else {
                summary.against[other.outcome().ordinal()]++;
                summary.dayAgainst(record.created(), other.outcome());
                summary.hangsOn(union(verdict.hangsOn(), other.hangsOn()));
                if (other.outcome() != verdict.outcome()) {
                    change(record, verdict.outcome(), verdict.policies(), other);
                }
            }
        }

        private void compare(LogRecord record, Outcome logged, Verdict verdict) {
            List<String> differences = null;
            if (logged != null) {
                summary.comparable++;
                if (logged == verdict.outcome()) {
                    summary.outcomesAgreed++;
                } else {
                    differences = add(differences, "outcome: the log says " + logged + " (" + (record.decision() != null ? record.decision()
                            .reason() : record.errorCode()) + "), now " + verdict.outcome());
                }
            }
            boolean listed = false;
            for (LogRecord.Applied applied : record.policies()) {
                int number = now.policy(applied);
                if (number < 0) {
                    summary.unknownPolicy(applied);
                } else if (isResult(applied.result()) && verdict.results()[number] != null) {
                    listed = true;
                    summary.policy(number, applied.result(), verdict.results()[number]);
                    if (!applied.result().equals(verdict.results()[number])) {
                        differences = add(differences, now.policyIds().get(number) + ": the log says " + applied.result() + ", now "
                                + verdict.results()[number]);
                    }
                }
            }
            if (!listed && isStatus(record.status()) && verdict.status() != null) {
                summary.statusCompared++;
                if (record.status().equals(verdict.status())) {
                    summary.statusAgreed++;
                } else {
                    differences = add(differences, "Conditional Access: the log says " + record.status() + ", now " + verdict.status());
                }
            }
            if (differences != null) {
                summary.disagreements++;
                summary.disagreementsHanging += verdict.hangsOn().isEmpty() ? 0 : 1;
                found.disagreements.add(new Disagreement(record, differences, verdict.hangsOn()));
            }
        }

        private void change(LogRecord record, Outcome before, List<String> behindBefore, Verdict after) {
            List<String> policies = after.outcome() == Outcome.ALLOW ? behindBefore : after.policies();
            Change change = new Change(record.file(), record.line(), record.id(), record.created(), record.subject(), record.application(),
                    record.signIn().country(), record.signIn().ipAddress(), record.workload() != null ? "service principal"
                    : record.signIn().clientAppType(),
                    before, after.outcome(), after.reason().toString(), policies, after.hangsOn());
            summary.change(change);
            found.changes.add(change);
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

    private static List<String> union(List<String> first, List<String> second) {
        if (first.isEmpty() || first.equals(second)) {
            return second;
        }
        List<String> union = new ArrayList<>(first);
        second.stream().filter(fact -> !first.contains(fact)).forEach(union::add);
        return union;
    }

    /** RES-05: what means nothing is not compared. */
    private static boolean isResult(String result) {
        return result != null && !result.isEmpty() && !result.startsWith("unknown");
    }

    private static boolean isStatus(String status) {
        return "success".equals(status) || "failure".equals(status) || "notApplied".equals(status);
    }
}
