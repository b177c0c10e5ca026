package dev.sallyport.workbench;

import dev.sallyport.diagnose.PolicyLoadException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Long work that a page watches: how far it is, and in the end its result. The template {@code live.jte} shows both. */
final class Live {

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final System.Logger LOG = System.getLogger("dev.sallyport.workbench");

    private Live() { }

    /** What is to be done. */
    @FunctionalInterface
    interface Work {

        /**
         * Does it.
         *
         * @return the result, as HTML
         * @throws UnusableException if it cannot be done, with what to do
         */
        String run(Progress progress) throws Exception;
    }

    /** The browser has gone, or asks for something else. */
    static final class StoppedException extends RuntimeException {

        private static final long serialVersionUID = 1;
    }

    /** Where work tells how far it is; from any thread. */
    static final class Progress {

        private final Views views;
        private final Reply.Channel channel;
        private double most;
        private long last = System.nanoTime() - PAUSE_NANOS;

        private Progress(Views views, Reply.Channel channel) {
            this.views = views;
            this.channel = channel;
        }

        /**
         * Tells how far the work is, a few times per second.
         *
         * @param words what is done now
         * @param share how much of all is done, from 0 to 1
         * @throws StoppedException if the browser has gone
         */
        synchronized void at(String words, double share) {
            long now = System.nanoTime();
            if (now - last < PAUSE_NANOS || share < most) {
                return;
            }
            last = now;
            most = share;
            try {
                channel.send("progress", views.text("progress.jte", Map.of("words", words, "percent", (int) Math.round(100 * share))));
            } catch (IOException e) {
                throw new StoppedException();
            }
        }
    }

    /** The events of some work: {@code progress} with how far it is, {@code result}, and {@code done}. */
    static Reply.Stream of(Views views, Work work) {
        return new Reply.Stream(channel -> {
            String result;
            try {
                result = work.run(new Progress(views, channel));
            } catch (UnusableException e) {
                result = views.text("failure.jte", Map.of("message", String.valueOf(e.getMessage()), "help", e.help()));
            } catch (PolicyLoadException e) {
                result = views.text("failure.jte", Map.of("message", e.diagnostics().get(0).toString(), "help", ""));
            } catch (Exception | Error e) {                     // without an end of the events, the browser would ask again and again
                if (isStopped(e)) {
                    return;
                }
                LOG.log(System.Logger.Level.ERROR, "a page of the workbench failed", e);
                result = views.text("failure.jte", Map.of("message", "Something failed inside.", "help",
                        "The log of the program says what."));
            }
            channel.send("result", result);
            channel.send("done", "done");
        });
    }

    private static boolean isStopped(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (each instanceof StoppedException) {
                return true;
            }
        }
        return false;
    }
}
