package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.edit.EditException;
import dev.sallyport.model.Fingerprint;
import dev.sallyport.model.PolicySet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What the sandbox changes, what removing a policy would open, and the ways out of the sandbox: a patch, and the files. */
final class SandboxPages {

    private static final Duration FOR_WRITERS = Duration.ofSeconds(5);
    private static final long AS_LONG_AS_IT_TAKES = Duration.ofMinutes(10).toMillis();

    private final Desk desk;
    private final Views views;
    private final PolicySets sets;
    private final Sandboxes sandboxes;

    SandboxPages(Desk desk, Views views, PolicySets sets, Sandboxes sandboxes) {
        this.desk = desk;
        this.views = views;
        this.sets = sets;
        this.sandboxes = sandboxes;
    }

    void addTo(Map<String, Page> pages) {
        pages.put("GET /policies/changes", Sandboxes.telling(this::changes));
        pages.put("GET /policies/changes/events", Sandboxes.telling(this::changesEvents));
        pages.put("GET /policies/patch", Sandboxes.telling(this::patch));
        pages.put("GET /policies/write", Sandboxes.telling(this::writeDialog));
        pages.put("GET /policies/write/events", Sandboxes.telling(this::writeEvents));
        pages.put("POST /policies/write", Sandboxes.telling(this::write));
        pages.put("GET /policies/removal", Sandboxes.telling(this::removal));
        pages.put("GET /policies/removal/events", Sandboxes.telling(this::removalEvents));
    }

    // ---- what changes

    private Reply changes(Visit visit) throws Exception {
        Map<String, Object> parameters = new HashMap<>(Map.of("frame", views.frame("What the sandbox changes", PolicyPages.SECTION,
                visit.session()), "bar", sandboxes.bar(visit)));
        Sandbox.Change change = sandboxes.change(visit);
        boolean canBeCompared = false;
        Comparisons.Result result = null;
        if (change != null && !change.isEmpty() && change.overtaken().isEmpty() && sets.of(change.after()).errors().isEmpty()) {
            canBeCompared = true;
            result = Comparisons.within(sandboxes.compared(visit, change), Sandboxes.PATIENCE);
        }
        parameters.put("isRunning", canBeCompared && result == null);
        parameters.put("changes", result == null || result.report() == null ? null : ChangeWords.changes(result.report()));
        parameters.put("errors", result == null ? List.of() : result.errors().stream().map(Diagnostic::toString).toList());
        return views.html("policychanges.jte", parameters);
    }

    /** Two events: {@code summary}, for the bar, and {@code changes}; then {@code end}. */
    private Reply changesEvents(Visit visit) throws Exception {
        Sandbox.Change change = sandboxes.change(visit);
        CompletableFuture<Comparisons.Result> running = change == null || change.isEmpty() ? null : sandboxes.compared(visit, change);
        return new Reply.Stream(channel -> {
            Comparisons.Result result = running == null ? null : Comparisons.within(running, AS_LONG_AS_IT_TAKES);
            if (result != null) {
                channel.send("summary", views.text("policysummary.jte", Map.of("summary", ChangeWords.summary(result))));
                channel.send("changes", result(result));
            }
            channel.send("end", "end");
        });
    }

    private String result(Comparisons.Result result) {
        return result.report() == null ? views.text("policyerrors.jte", Map.of("errors", result.errors().stream().map(Diagnostic::toString)
                .toList())) : views.text("policydiff.jte", Map.of("changes", ChangeWords.changes(result.report())));
    }

    // ---- what removing a policy would open

    private Reply removal(Visit visit) throws Exception {
        String id = visit.raw("id");
        PolicyPages.number(sets.inForce(), id);
        return views.html("policyremoval.jte", Map.of("path", PolicyPages.PATH + "removal/events?id=" + ChangeWords.encoded(id)));
    }

    private Reply removalEvents(Visit visit) throws Exception {
        String id = visit.raw("id");
        PolicyPages.number(sets.inForce(), id);
        PolicyEngine engine = desk.engine();
        PolicySet others = engine.policySet().withPolicies(engine.policySet().policies().stream().filter(policy -> !policy.id().equals(id))
                .toList());
        return new Reply.Stream(channel -> {
            channel.send("changes", result(Comparisons.compared(desk, engine, "without the policy", () -> engine.plain(others),
                    desk.now())));
            channel.send("end", "end");
        });
    }

    // ---- out of the sandbox

    private Sandbox.Change usable(Visit visit) throws Exception {
        Sandbox.Change change = Sandboxes.sandbox(visit).on(sets.files());
        if (change.isEmpty()) {
            throw new UnusableException(409, "The sandbox is empty.", "Switch or edit a policy first.");
        }
        if (!change.overtaken().isEmpty()) {
            throw new UnusableException(409, "Another program changed " + String.join(", ", change.overtaken())
                    + " since you changed it in the sandbox.", "Nothing was written. Discard the sandbox, and make the change again.");
        }
        List<Diagnostic> errors = sets.of(change.after()).errors();
        if (!errors.isEmpty()) {
            throw new UnusableException(409, "The texts in the sandbox have errors: " + errors.get(0), "Correct them first.");
        }
        return change;
    }

    private Reply patch(Visit visit) throws Exception {
        Sandbox.Change change = usable(visit);
        return Reply.file("sallyport.patch", "text/x-diff", change.after().patch(change.before(), root()));
    }

    /** The folder in which a patch is applied: the working copy of Git that the policies are in, or else the current folder or theirs. */
    private Path root() {
        Path first = desk.policies().get(0).toAbsolutePath().normalize();
        for (Path folder = first; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(".git"))) {
                return folder;
            }
        }
        Path current = Path.of("").toAbsolutePath();
        Path parent = first.getParent();
        return first.startsWith(current) ? current : Files.isDirectory(first) || parent == null ? first : parent;
    }

    private Reply writeDialog(Visit visit) throws Exception {
        Sandbox.Change change = usable(visit);
        Comparisons.Result result = Comparisons.within(sandboxes.compared(visit, change), Sandboxes.PATIENCE);
        Map<String, Object> parameters = new HashMap<>(Map.of("lines", ChangeWords.lines(change.after().diff(change.before(), root())),
                "files", change.after().changed(change.before()), "key", key(change), "token", visit.session().formToken()));
        parameters.put("consequences", result == null ? null : ChangeWords.consequences(result));
        return views.html("policywrite.jte", parameters);
    }

    private Reply writeEvents(Visit visit) throws Exception {
        Sandbox.Change change = usable(visit);
        CompletableFuture<Comparisons.Result> running = sandboxes.compared(visit, change);
        return new Reply.Stream(channel -> {
            Comparisons.Result result = Comparisons.within(running, AS_LONG_AS_IT_TAKES);
            if (result != null) {
                channel.send("consequences", views.text("policyconsequences.jte", Map.of("consequences", ChangeWords.consequences(result),
                        "key", key(change), "token", visit.session().formToken())));
            }
            channel.send("end", "end");
        });
    }

    /** Tells what was confirmed from what is written. */
    private String key(Sandbox.Change change) throws EditException {
        return Fingerprint.ofAll(List.of(change.after().diff(change.before(), root())));
    }

    private Reply write(Visit visit) throws Exception {
        Sandbox.Change change = usable(visit);
        if (!key(change).equals(visit.get("confirmed"))) {
            throw new UnusableException(409, "The sandbox changed since it was shown. Nothing was written.",
                    "Close the dialog, and look at the changes again.");
        }
        PolicyEngine before = desk.engine();
        List<Path> written = change.after().write(desk.policies(), change.before(), FOR_WRITERS);
        Sandboxes.sandbox(visit).discard();
        desk.awaitChange(before);
        return new Reply.Content(200, Reply.HTML, new byte[0], Map.of("HX-Redirect", Workbench.ROOT + PolicyPages.SECTION + "?written="
                + written.size()));
    }
}
