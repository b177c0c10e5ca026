package dev.sallyport.replay;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.Chunk;
import dev.sallyport.log.LogFile;
import dev.sallyport.log.LogRecord;
import dev.sallyport.log.Splitter;
import dev.sallyport.model.Decision;
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
 * Replays logs on all cores, with {@link Replay}. Logs of any length go through in constant memory.
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

    private final Replay replay;
    private final Listener listener;
    private final int threads;
    private final ExecutorService pool;
    /** One for each thread, so that none waits for another. */
    private final BlockingQueue<Summary> summaries;
    private final List<Summary> all = new ArrayList<>();
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
        this.replay = new Replay(now, against);
        this.listener = listener;
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "replay");
            thread.setDaemon(true);
            return thread;
        });
        for (int i = 0; i < threads; i++) {
            all.add(replay.summary());
        }
        this.summaries = new ArrayBlockingQueue<>(threads, false, all);
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
        Summary sum = replay.summary();
        all.forEach(sum::merge);
        return sum;
    }

    /** The decision of the first policy set on a record, with everything that led to it. */
    public Decision explain(LogRecord record) {
        return replay.explain(record);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    private Found work(Chunk chunk) throws InterruptedException {
        Summary summary = summaries.take();
        try {
            Found found = new Found();
            replay.read(chunk, replayed -> {
                summary.add(replayed);
                found.take(replayed);
            });
            return found;
        } finally {
            summaries.add(summary);
        }
    }

    private void hand(Future<Found> done) {
        try {
            Found found = done.get();
            for (Replayed each : found.unread) {
                if (each.kind() == Replayed.Kind.LEFT_OUT) {
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

    /** What one chunk says, in its order. */
    private static final class Found {
        private final List<Replayed> unread = new ArrayList<>();
        private final List<Change> changes = new ArrayList<>();
        private final List<Disagreement> disagreements = new ArrayList<>();
        private int records;

        void take(Replayed replayed) {
            if (replayed.message() != null) {
                unread.add(replayed);
                return;
            }
            records++;
            if (replayed.disagrees()) {
                disagreements.add(replayed.disagreement());
            }
            Change change = replayed.change();
            if (change != null) {
                changes.add(change);
            }
        }
    }
}
