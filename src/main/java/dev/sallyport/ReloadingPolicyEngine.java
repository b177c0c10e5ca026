package dev.sallyport;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Request;
import dev.sallyport.model.UserState;
import java.lang.System.Logger.Level;
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
import org.jspecify.annotations.Nullable;

/**
 * Decides like a {@link PolicyEngine}, under the current contents of files: it watches them, loads changes aside, and puts them into
 * force as a whole. Thread-safe; a gateway makes one and closes it at the end.
 *
 * <h2>What is in force</h2>
 * Policies and directory change together, and every decision is made under one state of both; only what changed is read again. Files that
 * cannot be used leave the last good state in force, and {@link #status} says {@link State#STALE} and why. So does a policy set that is
 * suddenly empty, which would allow everything: to mean that, start anew. What is missing, half written or wrong never lets a user in.
 *
 * <p>An enabled policy that is deleted may be meant, and is put into force. It takes ten times as long as a change, in which its file may
 * come back, and the status names it; so it does a policy that asks for less than before.
 *
 * <h2>When files are looked at</h2>
 * At an event of the file system, once nothing has happened for 200 ms, and every 30 s besides, for file systems
 * without events. A file is read whenever its content changed, whatever its name, size and time say. A change of several
 * files that must not be seen in part is made as Kubernetes does it: a folder beside, and a link that is replaced.
 *
 * <h2>Concurrency</h2>
 * A decision reads one volatile field and takes no lock; a reload in the meantime does not concern it. Files are read, and listeners
 * called, in a daemon thread of this engine.
 *
 * <h2>Log</h2>
 * A reload that fails, and each policy that is gone or asks for less, is a line at WARNING of the {@link System.Logger}
 * {@code dev.sallyport}.
 */
public final class ReloadingPolicyEngine implements AutoCloseable {

    private static final Duration QUIET = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofSeconds(30);
    /** How often files that change while they are read are read again before that counts as a failure. */
    private static final int ATTEMPTS = 10;
    /** How many quiet periods a set waits in which policies are gone. */
    private static final int GONE_PERIODS = 10;
    /** The part of {@link #seen} that is about the directory. */
    private static final int DIRECTORY = 1;
    private static final System.Logger LOG = System.getLogger("dev.sallyport");

    /** Whether the current contents of the files are in force. */
    public enum State {
        /** They are in force. */
        LOADED,
        /** They cannot be used; the last good contents are in force. */
        STALE,
        /** The engine is closed: it still decides, and no longer looks at files. */
        CLOSED
    }

    /**
     * The status of the files.
     *
     * @param state the state
     * @param since the time of the last change of the state, on the clock of the engine
     * @param policySetVersion the version of the policy set in force, as in decisions
     * @param diagnostics the warnings about what is in force, and about what the last reload weakened (SP1822, SP1823); if stale, the
     *     errors in the files
     */
    public record Status(State state, Instant since, String policySetVersion, List<Diagnostic> diagnostics) { }

    private record Force(PolicyEngine engine, Status status) { }

    /** A directory, and the fingerprint of its files. */
    private record People(Directory directory, String seen) { }

    private final List<Path> policies;
    private final List<Path> directory;
    private final Clock clock;
    private final LoadOptions options;
    private final UnaryOperator<PolicyEngine> setup;
    private final Duration gone;
    private final Duration look;
    private final FileChanges files;
    private final List<Consumer<Status>> listeners = new CopyOnWriteArrayList<>();
    private final Thread watcher;
    private volatile Force force;
    private volatile boolean isClosed;
    /** The fingerprint of the files that {@link #force} is about: policies, directory. {@code null} to read them again. */
    private @Nullable List<String> seen;
    /** The directory that was read last; {@code null} to read it again. */
    private @Nullable People people;
    /** Made while all is well: without a file handle or memory the JVM may not even load what a diagnostic is made of. */
    private final List<Diagnostic> unspeakable;

    private ReloadingPolicyEngine(List<Path> policies, List<Path> directory, Clock clock, LoadOptions options,
            UnaryOperator<PolicyEngine> setup, Duration quiet, Duration look) throws PolicyLoadException {
        this.policies = List.copyOf(policies);
        this.directory = List.copyOf(directory);
        this.clock = Objects.requireNonNull(clock, "the clock is null; use Clock.systemUTC()");
        this.options = Objects.requireNonNull(options, "the options are null; use LoadOptions.lenient()");
        this.setup = Objects.requireNonNull(setup, "the setup is null; use UnaryOperator.identity() if you have none");
        this.gone = quiet.multipliedBy(GONE_PERIODS);
        this.look = look;
        List<Path> all = new ArrayList<>(policies);
        all.addAll(directory);
        if (all.contains(Path.of("-"))) {
            throw new IllegalArgumentException("standard input cannot be watched");
        }
        this.files = new FileChanges(List.of(this.policies, this.directory), quiet);
        this.unspeakable = new PolicyLoadException(List.of(failure("cannot load the files"))).diagnostics();
        try {
            List<String> now = files.fingerprint();
            force = loaded(now, null);
            boolean isStill = now.equals(files.fingerprint());
            seen = isStill ? now : null;                // else look again at once
            people = isStill ? people : null;
            LOG.log(Level.DEBUG, "policies and directory are loaded");
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
     * @param policies files, and folders with all files below them
     * @param directory files, and folders with all files below them
     * @throws PolicyLoadException if a file cannot be read or is wrong; nothing is in force then, and nothing is watched
     */
    public static ReloadingPolicyEngine load(List<Path> policies, List<Path> directory) throws PolicyLoadException {
        return load(policies, directory, Clock.systemUTC(), UnaryOperator.identity());
    }

    /**
     * Loads and watches files and folders of policies and of a directory.
     *
     * @param policies files, and folders with all files below them
     * @param directory files, and folders with all files below them
     * @param clock the clock for requests without a time
     * @param setup prepares every engine before it is put into force, such as {@code engine -> engine.withUserStates(source)}
     * @throws PolicyLoadException if a file cannot be read or is wrong; nothing is in force then, and nothing is watched
     */
    public static ReloadingPolicyEngine load(List<Path> policies, List<Path> directory, Clock clock, UnaryOperator<PolicyEngine> setup)
            throws PolicyLoadException {
        return load(policies, directory, clock, LoadOptions.lenient(), setup);
    }

    /**
     * Loads and watches files and folders of policies and of a directory, with options.
     *
     * @param policies files, and folders with all files below them
     * @param directory files, and folders with all files below them
     * @param clock the clock for requests without a time
     * @param options the options, for each load
     * @param setup prepares every engine before it is put into force, such as {@code engine -> engine.withUserStates(source)}
     * @throws PolicyLoadException if a file cannot be read or is wrong; nothing is in force then, and nothing is watched
     */
    public static ReloadingPolicyEngine load(List<Path> policies, List<Path> directory, Clock clock, LoadOptions options,
            UnaryOperator<PolicyEngine> setup) throws PolicyLoadException {
        return new ReloadingPolicyEngine(policies, directory, clock, options, setup, QUIET, LOOK);
    }

    static ReloadingPolicyEngine load(List<Path> policies, List<Path> directory, Clock clock, UnaryOperator<PolicyEngine> setup,
            Duration quiet,
            Duration look) throws PolicyLoadException {
        return new ReloadingPolicyEngine(policies, directory, clock, LoadOptions.lenient(), setup, quiet, look);
    }

    // ---- reading

    /** Decides a request as {@link PolicyEngine#evaluate(Request)} does. */
    public Decision evaluate(Request request) {
        return engine().evaluate(request);
    }

    /** Decides a request as {@link PolicyEngine#evaluate(Request, UserState)} does. */
    public Decision evaluate(Request request, @Nullable UserState user) {
        return engine().evaluate(request, user);
    }

    /** Decides and explains a request as {@link PolicyEngine#explain(Request)} does. */
    public Decision explain(Request request) {
        return engine().explain(request);
    }

    /** Decides and explains a request as {@link PolicyEngine#explain(Request, UserState)} does. */
    public Decision explain(Request request, @Nullable UserState user) {
        return engine().explain(request, user);
    }

    /** The engine in force, for several requests that have to be decided under the same policies. */
    public PolicyEngine engine() {
        return force.engine();
    }

    /** The current status. */
    public Status status() {
        return force.status();
    }

    /**
     * Adds a listener for changes of the status, called after a change is in force. An exception goes to the handler of uncaught
     * exceptions, and nothing stops.
     */
    public void addListener(Consumer<Status> listener) {
        listeners.add(Objects.requireNonNull(listener));
    }

    /** Stops watching; the engine in force still decides. The status is then {@link State#CLOSED}, and listeners are not called. */
    @Override
    public void close() {
        isClosed = true;
        files.close();
        if (Thread.currentThread() != watcher) {        // and no listener closes
            watcher.interrupt();
            try {
                watcher.join(Duration.ofSeconds(10).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        Status last = force.status();
        replace(new Force(force.engine(), new Status(State.CLOSED, timeOrLast(), last.policySetVersion(), last.diagnostics())));
    }

    /** Nothing comes after {@link State#CLOSED}. */
    private synchronized boolean replace(Force next) {
        boolean isOpen = force.status().state() != State.CLOSED;
        if (isOpen) {
            force = next;
        }
        return isOpen;
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
                seen = null;                    // also when the files become again what is in force
                stale(e);
                pause();
            }
        }
    }

    private void reload() throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS && !isClosed; attempt++) {
            List<String> now = files.fingerprint();
            if (now.equals(seen)) {
                return;
            }
            Force next = null;
            List<Diagnostic> wrong = List.of();
            try {
                next = loaded(now, force);
            } catch (PolicyLoadException e) {
                wrong = e.diagnostics();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();       // which may be why files could not be read
            }
            List<String> after = files.fingerprint();
            if (!after.get(DIRECTORY).equals(now.get(DIRECTORY))) {
                people = null;                              // it may be read in part
            }
            if (next != null && now.equals(after) && isAnythingGone(next)) {
                after = afterwards(now);
            }
            if (now.equals(after)) {
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
        seen = null;
        stale(List.of(failure("the files kept changing while they were read")));
    }

    private static boolean isAnythingGone(Force next) {
        return next.status().diagnostics().stream().anyMatch(each -> each.code().equals(Weakening.GONE));
    }

    /** The fingerprint once it is another one, or after the time that a file has to come back. */
    private List<String> afterwards(List<String> now) throws InterruptedException {
        long begin = System.nanoTime();
        List<String> after = now;
        for (Duration left = gone; after.equals(now) && !left.isNegative() && !left.isZero();
                left = gone.minusNanos(System.nanoTime() - begin)) {
            files.await(left);
            after = files.fingerprint();
        }
        return after;
    }

    /** What the files hold now, compared with what is in force; {@code null} for the first time. */
    private Force loaded(List<String> now, @Nullable Force before) throws PolicyLoadException {
        if (people == null || !people.seen().equals(now.get(DIRECTORY))) {
            people = null;
            people = new People(PolicyEngine.loadDirectory(directory.toArray(Path[]::new)), now.get(DIRECTORY));
        }
        PolicyEngine engine = Objects.requireNonNull(setup.apply(PolicyEngine.load(policies, people.directory(), clock, options)),
                "the setup returned null");
        if (before != null && allowsEverything(engine) && !allowsEverything(before.engine())) {
            throw new PolicyLoadException(List.of(new Diagnostic(Severity.ERROR, "SP1117", "the policy set no longer contains a policy",
                    place(),
                    "to ask users for nothing from now on, restart the program", null)));
        }
        List<Diagnostic> found = new ArrayList<>(engine.warnings());
        if (before != null) {
            found.addAll(Weakening.of(before.engine().policySet(), engine.policySet()));
        }
        return new Force(engine, new Status(State.LOADED, Objects.requireNonNull(clock.instant(), "the clock returned null"),
                engine.policySet().version(),
                List.copyOf(found)));
    }

    private static boolean allowsEverything(PolicyEngine engine) {
        return engine.policySet().policies().isEmpty() && !engine.policySet().securityDefaults().isEnabled();
    }

    private Diagnostic failure(String message) {
        return new Diagnostic(Severity.ERROR, "SP1001", message, place(), "what was loaded before stays in force", null);
    }

    /** Where to look; {@code null} if there are no paths of policies. */
    private @Nullable Position place() {
        return policies.isEmpty() ? null : Position.of(policies.get(0).toString());
    }

    private void stale(Throwable failure) {
        List<Diagnostic> wrong = unspeakable;
        try {
            wrong = List.of(failure("cannot load the files: " + failure));
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
        if (!replace(next)) {
            return;
        }
        log(next.status());
        for (Consumer<Status> listener : listeners) {
            try {
                listener.accept(next.status());
            } catch (Throwable e) {
                report(e);
            }
        }
    }

    /** A log that fails changes nothing. */
    private static void log(Status status) {
        try {
            List<Diagnostic> all = status.diagnostics();
            if (status.state() == State.STALE) {
                LOG.log(Level.WARNING, "a reload failed; what was loaded before stays in force: " + (all.isEmpty() ? "" : line(all.get(0)))
                        + (all.size() > 1 ? " (and " + (all.size() - 1) + " more)" : ""));
                return;
            }
            all.stream().filter(each -> Weakening.isOne(each.code()))
                    .forEach(each -> LOG.log(Level.WARNING, "after a reload: " + line(each)));
        } catch (Throwable e) {
            // the status says the same
        }
    }

    private static String line(Diagnostic diagnostic) {
        return diagnostic.toString().lines().findFirst().orElse("");
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
