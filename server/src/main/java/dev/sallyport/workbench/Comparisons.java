package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.CompareOptions;
import dev.sallyport.cli.DiffReport;
import dev.sallyport.cli.DiffReport.Side;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The comparisons of one browser, one after the other. What is asked for anew before it began is not run. */
final class Comparisons {

    /** The classes that are told per change and kind of request. */
    private static final int MOST = 20;

    private final ExecutorService worker = new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
        Thread thread = new Thread(task, "sallyport-compare");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable Running last;

    /**
     * What came of a comparison.
     *
     * @param report what differs; {@code null} if the changed set cannot be loaded or compared
     * @param errors why not
     */
    record Result(@Nullable DiffReport report, List<Diagnostic> errors) { }

    private record Running(List<Object> key, CompletableFuture<Result> result) { }

    /** Makes the engine after a change. */
    @FunctionalInterface
    interface After {

        PolicyEngine engine() throws PolicyLoadException;
    }

    /**
     * The comparison of the engine in force with another one; it begins if it is not the last one that was asked for.
     *
     * @param what what is compared, which tells whether it is the same again
     * @param name what the change is called
     */
    synchronized CompletableFuture<Result> of(Desk desk, Object what, String name, After after) {
        PolicyEngine before = desk.engine();
        List<Object> key = List.of(System.identityHashCode(before), what);
        Running running = last;
        if (running != null && running.key().equals(key)) {
            return running.result();
        }
        if (running != null) {
            running.result().cancel(false);                     // one that runs already runs on, and is not asked for any more
        }
        CompletableFuture<Result> result = new CompletableFuture<>();
        last = new Running(key, result);
        Instant now = desk.now();
        worker.execute(() -> {
            if (!result.isDone()) {
                try {
                    result.complete(compared(desk, before, name, after, now));
                } catch (Throwable e) {
                    result.completeExceptionally(e);
                }
            }
        });
        return result;
    }

    /** Compares at once. */
    static Result compared(Desk desk, PolicyEngine before, String name, After after, Instant now) {
        try {
            PolicyEngine other = after.engine();
            return new Result(new DiffReport(Analysis.of(before).compare(other, CompareOptions.all().withMost(MOST)),
                    new Side("in force", before, desk.policies(), desk.directory()),
                    new Side(name, other, desk.policies(), desk.directory()), null, now, null), List.of());
        } catch (PolicyLoadException e) {
            return new Result(null, e.diagnostics().stream().filter(Diagnostic::isError).toList());
        }
    }

    /** What came of it within some time; {@code null} if it takes longer, or if another one was asked for. */
    static @Nullable Result within(CompletableFuture<Result> result, long millis) throws InterruptedException {
        try {
            return result.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | CancellationException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
