package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.EditException;
import dev.sallyport.workbench.PolicySets.Known;
import dev.sallyport.workbench.PolicyViews.Bar;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The sandbox of each browser, what it shows of the policies, and how it compares. */
final class Sandboxes {

    /** How long a page waits for a comparison before it shows that it runs. */
    static final long PATIENCE = 250;

    private final Desk desk;
    private final PolicySets sets;

    Sandboxes(Desk desk, PolicySets sets) {
        this.desk = desk;
        this.sets = sets;
    }

    /** The sandbox of a browser. */
    static Sandbox sandbox(Visit visit) {
        return sandbox(visit.session());
    }

    private static Sandbox sandbox(Session session) {
        return session.keep(Sandbox.class, Sandbox::new);
    }

    /** What the pages that can ask a sandbox ask: that of a browser, if it chose so and its policies can be loaded, or what is in force. */
    PolicyEngine engine(Visit visit) throws UnusableException {
        Sandbox sandbox = sandbox(visit);
        if (sandbox.isAsked() && !sandbox.isEmpty()) {
            try {
                Sandbox.Change change = sandbox.on(sets.files());
                if (problem(change).isEmpty() && !change.isEmpty()) {
                    return sets.engine(change.after());
                }
            } catch (EditException e) {
                throw unusable(e);
            } catch (PolicyLoadException e) {
                throw unusable(e);
            }
        }
        return desk.engine();
    }

    /** What every page tells of the sandbox of a browser; {@code null} for none, and while the files cannot be read. */
    @Nullable SandboxNotice notice(@Nullable Session session, String section) {
        if (session == null || sandbox(session).isEmpty()) {
            return null;
        }
        Sandbox sandbox = sandbox(session);
        try {
            Sandbox.Change change = sandbox.on(sets.files());
            return change.isEmpty() ? null : new SandboxNotice(Math.max(1, sandbox.size(sets)), SandboxNotice.ASKING.contains(section),
                    sandbox.isAsked(), problem(change));
        } catch (EditException | PolicyLoadException e) {
            return null;                                        // the frame tells it
        }
    }

    /** Why a sandbox cannot be asked, as a clause; empty if it can. */
    private String problem(Sandbox.Change change) throws PolicyLoadException {
        return !change.overtaken().isEmpty() ? "another program changed its files" : !sets.of(change.after()).errors().isEmpty()
                ? "its text has errors" : "";
    }

    /** The policies that a browser sees: those of its sandbox if they can be loaded, else those in force. */
    Known shown(Visit visit) throws EditException, PolicyLoadException {
        Sandbox.Change change = change(visit);
        if (change == null || change.isEmpty()) {
            return sets.inForce();
        }
        Known known = sets.of(change.after());
        return known.errors().isEmpty() ? known : sets.inForce();
    }

    /** The change of the sandbox; {@code null} while the files cannot be read. */
    Sandbox.@Nullable Change change(Visit visit) throws EditException {
        try {
            return sandbox(visit).on(sets.files());
        } catch (PolicyLoadException e) {
            return null;                                        // the frame tells it
        }
    }

    /** The comparison of what is in force with the sandbox. */
    CompletableFuture<Comparisons.Result> compared(Visit visit, Sandbox.Change change) {
        return visit.session().keep(Comparisons.class, Comparisons::new).of(desk, change.after(), "the sandbox",
                () -> sets.engine(change.after()));
    }

    /** What a browser sees of its sandbox on every page of policies. */
    Bar bar(Visit visit) throws EditException, PolicyLoadException, InterruptedException {
        Sandbox.Change change = change(visit);
        int size = change == null ? 0 : sandbox(visit).size(sets);
        if (change == null || change.isEmpty()) {
            return new Bar(0, "", null, List.of(), List.of());
        }
        List<String> errors = sets.of(change.after()).errors().stream().map(Diagnostic::toString).toList();
        Comparisons.Result result = errors.isEmpty() && change.overtaken().isEmpty() ? Comparisons.within(compared(visit, change), PATIENCE)
                : null;
        return new Bar(Math.max(size, 1), Integer.toHexString(System.identityHashCode(change.after())), result == null ? null
                : ChangeWords.summary(result), errors, change.overtaken());
    }

    /** What keeps files from being read or changed is told, and what to do. */
    static Page telling(Page page) {
        return visit -> {
            try {
                return page.answer(visit);
            } catch (EditException e) {
                throw unusable(e);
            } catch (PolicyLoadException e) {
                throw unusable(e);
            }
        };
    }

    private static UnusableException unusable(EditException e) {
        return new UnusableException(409, ChangeWords.sentence(String.valueOf(e.getMessage())), e.help() == null ? ""
                : ChangeWords.sentence(e.help()));
    }

    private static UnusableException unusable(PolicyLoadException e) {
        return new UnusableException(409, "The files cannot be read. " + e.diagnostics().stream().filter(Diagnostic::isError)
                .findFirst().map(Diagnostic::toString).orElse(""), "Correct them, and reload the page.");
    }
}
