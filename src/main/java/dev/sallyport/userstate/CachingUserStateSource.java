package dev.sallyport.userstate;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A source of user states that caches those of another source, and limits the wait for it. Needs Caffeine on the class path.
 *
 * <h2>Staleness</h2>
 * A state counts for the time to live, from the moment at which the source was asked, whether the source still answers
 * or not. So a revocation takes effect within that time, and at once in the process that calls {@link #invalidate}. Unknown users and
 * failures are not cached.
 *
 * <h2>Concurrency</h2>
 * Callers that ask for one user at the same time share one look-up. A look-up runs in one of {@value #LOADERS}
 * daemon threads, and fails after the time-out even if its thread still waits. A source that hangs can occupy these threads, but no
 * thread of the gateway; further look-ups then fail after the time-out, or at once if {@value #MOST_WAITING} wait already.
 */
public final class CachingUserStateSource implements UserStateSource, AutoCloseable {

    private static final int MOST_USERS = 100_000;
    private static final int LOADERS = 32;
    private static final int MOST_WAITING = 1_024;

    /**
     * An answer.
     *
     * @param state   {@code null} for a user who does not exist, and for a failure
     * @param failure {@code null} for none; Caffeine would log one that it is told of
     * @param asked   when the source was asked, on the ticker
     */
    private record Answer(@Nullable UserState state, @Nullable Throwable failure, long asked) { }

    private final UserStateSource source;
    private final Duration timeToLive;
    private final Duration timeOut;
    private final Ticker ticker;
    private final AsyncCache<String, Answer> answers;
    private final ThreadPoolExecutor loaders;

    /**
     * Makes a cache in front of a source.
     *
     * @param source the source
     * @param timeToLive the greatest age of a state that decides; zero caches nothing
     * @param timeOut the longest wait of a decision for a state
     * @throws IllegalArgumentException if a duration is negative, or the time-out is zero
     */
    public CachingUserStateSource(UserStateSource source, Duration timeToLive, Duration timeOut) {
        this(source, timeToLive, timeOut, Ticker.systemTicker());
    }

    CachingUserStateSource(UserStateSource source, Duration timeToLive, Duration timeOut, Ticker ticker) {
        if (timeToLive.isNegative() || timeOut.isNegative() || timeOut.isZero()) {
            throw new IllegalArgumentException("invalid time to live " + timeToLive + " or time-out " + timeOut);
        }
        this.source = source;
        this.timeToLive = timeToLive;
        this.timeOut = timeOut;
        this.ticker = ticker;
        this.answers = Caffeine.newBuilder().ticker(ticker).executor(Runnable::run).maximumSize(MOST_USERS)
                .expireAfter(Expiry.writing((String user, Answer answer) -> left(answer))).buildAsync();
        this.loaders = new ThreadPoolExecutor(LOADERS, LOADERS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), work -> {
            Thread thread = new Thread(work, "sallyport-user-states");
            thread.setDaemon(true);
            return thread;
        });
        loaders.allowCoreThreadTimeOut(true);
    }

    /** How much longer an answer counts. */
    private Duration left(Answer answer) {
        Duration left = answer.state() == null ? Duration.ZERO : timeToLive.minusNanos(ticker.read() - answer.asked());
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public @Nullable UserState find(String user) throws Exception {
        String key = WellKnown.fold(user);
        AtomicReference<CompletableFuture<Answer>> own = new AtomicReference<>();
        CompletableFuture<Answer> future = answers.get(key, (any, executor) -> {
            own.set(new CompletableFuture<>());
            return own.get();
        });
        if (own.get() != null) {
            load(user, own.get());              // not before it can be seen, and with that invalidated
        }
        boolean wasThere = own.get() == null && future.isDone();
        Answer answer = null;
        try {
            answer = future.get();
        } catch (ExecutionException e) {
            throw new TimeoutException("no answer within " + timeOut);
        } finally {
            if (future.isDone() && (answer == null || answer.state() == null)) {
                answers.asMap().remove(key, future);
            }
        }
        if (wasThere && answer.state() != null && left(answer).isZero()) {
            answers.asMap().remove(key, future);                        // the cache expires an answer a moment after it came
            return find(user);
        }
        if (answer.failure() != null) {
            throw answer.failure() instanceof Exception failure ? failure : new ExecutionException(answer.failure());
        }
        return answer.state();
    }

    private void load(String user, CompletableFuture<Answer> answer) {
        long asked = ticker.read();
        FutureTask<Void> task = new FutureTask<>(() -> {
            try {
                answer.complete(new Answer(source.find(user), null, asked));
            } catch (Throwable e) {
                answer.complete(new Answer(null, e, asked));
            }
        }, null);
        answer.orTimeout(timeOut.toNanos(), TimeUnit.NANOSECONDS).whenComplete((any, failure) -> {
            if (failure != null) {
                task.cancel(true);
                loaders.remove(task);
            }
        });
        try {
            loaders.execute(task);
        } catch (RejectedExecutionException e) {
            answer.complete(new Answer(null, e, asked));
        }
    }

    /** Drops the state of a user, by user principal name or id; look-ups from now on load it anew. */
    public void invalidate(String user) {
        answers.asMap().entrySet().removeIf(entry -> {
            CompletableFuture<Answer> each = entry.getValue();
            Answer answer = each.isCompletedExceptionally() ? null : each.getNow(null);
            // a look-up under way may be any user's
            return answer == null || answer.state() == null || answer.state().isNamed(user);
        });
    }

    /** Drops the states of all users, which is cheaper than many single ones. */
    public void invalidateAll() {
        answers.asMap().clear();
    }

    /** Ends the threads; look-ups then fail. The source stays open. */
    @Override
    public void close() {
        loaders.shutdownNow();
        answers.asMap().clear();
    }
}
