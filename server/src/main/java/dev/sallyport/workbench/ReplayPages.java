package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.LogFiles;
import dev.sallyport.cli.ReplayText;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Decision;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.HtmlReport;
import dev.sallyport.replay.Replayer;
import dev.sallyport.replay.Summary;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Decides the sign-ins of a log again, under the policies of today. */
final class ReplayPages {

    /** Sign-ins that are told with every policy, as many as the command shows. */
    private static final int MOST_STORIES = 10;
    private static final int MOST_NAME = 200;
    /** Rows of the table of changes; a page shows so many without a stutter. */
    private static final int MOST_CHANGES = 500;

    private final Desk desk;
    private final Views views;

    ReplayPages(Desk desk, Views views) {
        this.desk = desk;
        this.views = views;
    }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /replay", this::page);
        pages.put("POST /replay/log", this::upload);
        pages.put("GET /replay/run", visit -> Live.of(views, progress -> run(visit, progress)));
    }

    /** The one log of a browser. */
    static final class Current {

        private @Nullable Log log;

        /** Takes a new log; the one before is stopped. */
        synchronized void replace(Log next) {
            if (log != null) {
                log.discard();
            }
            log = next;
        }

        synchronized @Nullable Log get() {
            return log;
        }
    }

    /** A log that was sent, and its report once it is replayed. */
    private static final class Log {

        private final String name;
        private final Path file;
        private boolean hasBegun;
        private volatile boolean isDiscarded;
        private final CompletableFuture<String> report = new CompletableFuture<>();

        Log(String name, Path file) {
            this.name = name;
            this.file = file;
        }

        /** Whether it is replayed now, which is once; who asks again waits for the report. */
        synchronized boolean begin() {
            boolean isFirst = !hasBegun;
            hasBegun = true;
            return isFirst;
        }

        void discard() {
            isDiscarded = true;
            report.completeExceptionally(new Live.StoppedException());
            delete();
        }

        void delete() {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                file.toFile().deleteOnExit();
            }
        }
    }

    private static Current current(Visit visit) {
        return visit.session().keep(Current.class, Current::new);
    }

    private Reply page(Visit visit) {
        Log log = current(visit).get();
        String report = log != null && log.report.isDone() && !log.report.isCompletedExceptionally() ? log.report.join() : "";
        return views.html("replay.jte", Map.of("frame", views.frame("Replay", "replay", visit.session()), "report", report));
    }

    /** Takes a log as it is, and writes it to a file while it arrives. */
    private Reply upload(Visit visit) throws IOException, UnusableException {
        String name = visit.get("name").isEmpty() ? "log" : visit.get("name");
        Path file = Files.createTempFile("sallyport-log", "");
        Log log = new Log(name.length() > MOST_NAME ? name.substring(0, MOST_NAME) : name, file);
        file.toFile().deleteOnExit();
        current(visit).replace(log);
        try (InputStream in = visit.body().open(); OutputStream out = Files.newOutputStream(file)) {
            in.transferTo(out);
        } catch (IOException e) {
            log.discard();
            throw new UnusableException(507, "The log was not taken: " + e.getMessage(), "Check the free space of " + file.getParent()
                    + ", and try again.");
        }
        return views.html("live.jte", Map.of("address", Workbench.ROOT + "replay/run", "words", "Reading " + log.name));
    }

    private String run(Visit visit, Live.Progress progress) throws Exception {
        Log log = current(visit).get();
        if (log == null) {
            throw new UnusableException(409, "There is no log to replay.", "Choose a log.");
        }
        if (!log.begin()) {
            return log.report.get();
        }
        try {
            log.report.complete(replayed(log, progress));
            return log.report.get();
        } catch (IOException | RuntimeException e) {
            log.report.completeExceptionally(e);
            throw e;
        } finally {
            log.delete();
        }
    }

    private String replayed(Log log, Live.Progress progress) throws IOException {
        PolicyEngine engine = desk.engine();
        Diagnostics found = new Diagnostics();
        LogFiles files = new LogFiles(log.name, log.file, found);
        double size = Math.max(1, Files.size(log.file));
        List<Change> changes = new ArrayList<>();
        List<Disagreement> shown = new ArrayList<>();
        Replayer.Listener listener = new LogFiles.Listener(found) {

            private long records;

            @Override
            public void change(Change change) {
                if (changes.size() < MOST_CHANGES) {
                    changes.add(change);
                }
            }

            @Override
            public void disagreement(Disagreement disagreement) {
                if (shown.size() < MOST_STORIES) {
                    shown.add(disagreement);
                }
            }

            @Override
            public void progress(int more) {
                records += more;
                if (log.isDiscarded) {
                    throw new Live.StoppedException();
                }
                progress.at(Links.count(records, "record") + " read", files.bytesRead() / size);
            }
        };
        try (Replayer replayer = new Replayer(engine, listener, Math.max(1, Runtime.getRuntime().availableProcessors() - 1))) {
            files.read(replayer);
            Summary summary = replayer.summary();
            files.conclude(summary);
            String policies = Beside.names(desk.policies());
            boolean isEmpty = summary.records() == 0;
            ReplayView view = new ReplayView(log.name, isEmpty ? null : HtmlReport.headline(summary) + ".", found.toList().stream().map(
                    Diagnostic::toString).toList(), found.hasErrors(), isEmpty ? "" : HtmlReport.parts(summary, changes, "the log",
                            policies,
                    false), isEmpty ? "" : ReplayText.text(summary, policies), shown.stream().map(each -> item(engine, replayer, each))
                    .toList());
            return views.text("replayresult.jte", Map.of("view", view));
        }
    }

    private ReplayView.Item item(PolicyEngine engine, Replayer replayer, Disagreement each) {
        Decision decision = replayer.explain(each.record()).withRequest(each.record().file() + ":" + each.record().line());
        return new ReplayView.Item(each.record().subject() + " opens " + each.record().application() + " at " + each.record().created(),
                each.differences(), String.join(", ", each.hangsOn()), Beside.shortened(ReplayText.story(engine, decision),
                desk.policies()));
    }
}
