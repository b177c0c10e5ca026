package dev.sallyport;

import dev.sallyport.Diagnostic.Severity;
import dev.sallyport.read.FileChanges;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Decides like a {@link PolicyEngine}, under the policies and the directory that stand in files now: it watches them, loads what
 * changes aside, and puts it into force as a whole. Thread-safe; a gateway keeps one and closes it at the end.
 *
 * <h2>What is in force</h2>
 * Policies and directory change together, and every decision is made under one state of both. Files that cannot be used leave the last
 * good state in force, and {@link #status} says {@link State#STALE} and why. So does a policy set that is suddenly empty, which
 * would allow everything: to mean that, start anew. What is missing, half written or wrong never lets anybody in.
 *
 * <h2>When files are looked at</h2>
 * At an event of the file system, once nothing has happened for 200 ms, and every 30 s besides, for file systems
 * without events. A file is read whenever its content changed, whatever its name, size and time say. A change of several
 * files that must not be seen in part is made as Kubernetes does it: a folder beside, and a link that is replaced.
 *
 * <h2>Concurrency</h2>
 * A decision reads one volatile field and takes no lock; a reload in the meantime does not concern it. Files are read, and listeners
 * called, in a daemon thread of this engine.
 */
public final class ReloadingPolicyEngine implements AutoCloseable {

    private static final Duration QUIET = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofSeconds(30);
    /** How often files that change while they are read are read again before that counts as a failure. */
    private static final int ATTEMPTS = 10;

    /** Whether what stands in the files is in force. */
    public enum State {
        /** It is. */
        LOADED,
        /** It cannot be used; what stood there before is in force. */
        STALE
    }

    /**
     * How the files are.
     *
     * @param since            since when it is so, on the clock of the engine
     * @param policySetVersion of the set in force, as decisions have it
     * @param diagnostics      warnings about what is in force; when stale, what is wrong with the files
     */
    public record Status(State state, Instant since, String policySetVersion, List<Diagnostic> diagnostics) { }

    private record Force(PolicyEngine engine, Status status) { }

    private final List<Path> policies;
    private final List<Path> directory;
    private final Clock clock;
    private final UnaryOperator<PolicyEngine> setup;
    private final Duration look;
    private final FileChanges files;
    private final List<Consumer<Status>> listeners = new CopyOnWriteArrayList<>();
    private final Thread watcher;
    private volatile Force force;
    private volatile boolean isClosed;
    /** The fingerprint of the files that {@link #force} is about. */
    private String seen;
    /** Made while all is well: without a file handle or memory the JVM may not even load what a diagnostic is made of. */
    private final List<Diagnostic> unspeakable;

    private ReloadingPolicyEngine(List<Path> policies, List<Path> directory, Clock clock, UnaryOperator<PolicyEngine> setup, Duration quiet, Duration look)
            throws PolicyLoadException {
        this.policies = List.copyOf(policies);
        this.directory = List.copyOf(directory);
        this.clock = clock;
        this.setup = setup;
        this.look = look;
        List<Path> all = new ArrayList<>(policies);
        all.addAll(directory);
        if (all.contains(Path.of("-"))) {
            throw new IllegalArgumentException("standard input cannot be watched");
        }
        this.files = new FileChanges(all, quiet);
        this.unspeakable = new PolicyLoadException(List.of(failure("the files cannot be loaded"))).diagnostics();
        try {
            seen = files.fingerprint();
            force = loaded();
        } catch (PolicyLoadException | RuntimeException | Error e) {
            files.close();
            throw e;
        }
        watcher = new Thread(this::watch, "sallyport-reload");
        watcher.setDaemon(true);
        watcher.start();
    }

    /**
     * Loads and watches files and folders of policies and of a directory.
     *
     * @throws PolicyLoadException when anything in them is wrong; nothing is in force then, and nothing is watched
     */
    public static ReloadingPolicyEngine load(List<Path> policies, List<Path> directory) throws PolicyLoadException {
        return load(policies, directory, Clock.systemUTC(), UnaryOperator.identity());
    }

    /**
     * Loads and watches files and folders of policies and of a directory.
     *
     * @param clock tells the time of requests that do not say when they happen
     * @param setup what to do with every engine before it is put into force, such as {@code engine -> engine.withUserStates(source)}
     * @throws PolicyLoadException when anything in them is wrong; nothing is in force then, and nothing is watched
     */
    public static ReloadingPolicyEngine load(List<Path> policies, List<Path> directory, Clock clock, UnaryOperator<PolicyEngine> setup)
            throws PolicyLoadException {
        return load(policies, directory, clock, setup, QUIET, LOOK);
    }

    static ReloadingPolicyEngine load(List<Path> policies, List<Path> directory, Clock clock, UnaryOperator<PolicyEngine> setup, Duration quiet,
            Duration look) throws PolicyLoadException {
        return new ReloadingPolicyEngine(policies, directory, clock, setup, quiet, look);
    }

    // ---- reading

    /** Decides a request as {@link PolicyEngine#evaluate(Request)} does. */
    public Decision evaluate(Request request) {
        return engine().evaluate(request);
    }

    /** Decides a request as {@link PolicyEngine#evaluate(Request, UserState)} does. */
    public Decision evaluate(Request request, UserState user) {
        return engine().evaluate(request, user);
    }

    /** Decides and explains a request as {@link PolicyEngine#explain(Request)} does. */
    public Decision explain(Request request) {
        return engine().explain(request);
    }

    /** Decides and explains a request as {@link PolicyEngine#explain(Request, UserState)} does. */
    public Decision explain(Request request, UserState user) {
        return engine().explain(request, user);
    }

    /** The engine in force, for several questions that have to be answered under the same policies. */
    public PolicyEngine engine() {
        return force.engine();
    }

    /** How the files are now. */
    public Status status() {
        return force.status();
    }

    /**
     * Tells somebody of every change of the status from now on, after it is in force. An exception goes to the handler of uncaught
     * ones and stops nothing.
     */
    public void addListener(Consumer<Status> listener) {
        listeners.add(Objects.requireNonNull(listener));
    }

    /** Stops watching; what is in force stays, and decides on. */
    @Override
    public void close() {
        isClosed = true;
        files.close();
        if (Thread.currentThread() == watcher) {
            return;                             // a listener closes
        }
        watcher.interrupt();
        try {
            watcher.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- watching

    private void watch() {
        while (!isClosed) {
            try {
                reload();
                files.await(look);
            } catch (InterruptedException e) {
                // not by close: look at once
            } catch (ClosedWatchServiceException e) {
                return;
            } catch (Throwable e) {
                stale(e);
                pause();
            }
        }
    }

    private void reload() throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS && !isClosed; attempt++) {
            String now = files.fingerprint();
            if (now.equals(seen)) {
                return;
            }
            Force next = null;
            List<Diagnostic> wrong = List.of();
            try {
                next = loaded();
            } catch (PolicyLoadException e) {
                wrong = e.diagnostics();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();       // which may be why files could not be read
            }
            if (now.equals(files.fingerprint())) {
                seen = now;
                if (next == null) {
                    stale(wrong);
                } else {
                    publish(next);
                }
                return;
            }
            files.settle();
        }
        stale(List.of(failure("the files change all the time while they are read")));
    }

    private Force loaded() throws PolicyLoadException {
        PolicyEngine engine = setup.apply(PolicyEngine.load(policies, Directory.load(directory.toArray(Path[]::new)), clock));
        if (force != null && allowsEverything(engine) && !allowsEverything(force.engine())) {
            throw new PolicyLoadException(List.of(new Diagnostic(Severity.ERROR, "SP1117", "the policy set holds no policy any more", place(),
                    "start anew if nobody is to be asked for anything from now on", null)));
        }
        return new Force(engine, new Status(State.LOADED, Objects.requireNonNull(clock.instant(), "the clock tells no time"), engine.policySet().version(), engine.warnings()));
    }

    private static boolean allowsEverything(PolicyEngine engine) {
        return engine.policySet().policies().isEmpty() && !engine.policySet().securityDefaults().isEnabled();
    }

    private Diagnostic failure(String message) {
        return new Diagnostic(Severity.ERROR, "SP1001", message, place(), "what was loaded before stays in force", null);
    }

    private Position place() {
        return policies.isEmpty() ? null : Position.of(policies.get(0).toString());
    }

    private void stale(Throwable failure) {
        List<Diagnostic> wrong = unspeakable;
        try {
            wrong = List.of(failure("the files cannot be loaded: " + failure));
        } catch (Throwable e) {
            // it cannot be put into words, but it is stale
        }
        stale(wrong);
    }

    /** The last good state stays in force, and is stale since the first failure. */
    private void stale(List<Diagnostic> wrong) {
        Status before = force.status();
        if (before.state() == State.LOADED) {
            publish(new Force(force.engine(), new Status(State.STALE, timeOrLast(), before.policySetVersion(), wrong)));
        } else if (!before.diagnostics().equals(wrong)) {
            publish(new Force(force.engine(), new Status(State.STALE, before.since(), before.policySetVersion(), wrong)));
        }
    }

    /** The clock may be what failed; whoever watches lives on. */
    private Instant timeOrLast() {
        try {
            return Objects.requireNonNullElse(clock.instant(), force.status().since());
        } catch (Throwable e) {
            return force.status().since();
        }
    }

    private void publish(Force next) {
        force = next;
        for (Consumer<Status> listener : listeners) {
            try {
                listener.accept(next.status());
            } catch (Throwable e) {
                report(e);
            }
        }
    }

    private static void report(Throwable failure) {
        try {
            Thread.currentThread().getUncaughtExceptionHandler().uncaughtException(Thread.currentThread(), failure);
        } catch (Throwable e) {
            // nobody is left to tell
        }
    }

    private void pause() {
        try {
            Thread.sleep(look.toMillis());
        } catch (InterruptedException e) {
            // look at once
        }
    }
}
