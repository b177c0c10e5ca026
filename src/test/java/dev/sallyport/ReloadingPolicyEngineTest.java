package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.ReloadingPolicyEngine.State;
import dev.sallyport.ReloadingPolicyEngine.Status;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ReloadingPolicyEngineTest {

    private static final Duration QUIET = Duration.ofMillis(20);
    private static final Duration SELDOM = Duration.ofHours(1);
    private static final SignIn REQUEST = SignIn.builder().user("ann@contoso.com").application("Office 365 Exchange Online").clientAppType("browser").build();

    @TempDir
    private Path folder;
    private Path policies;
    private Path directory;
    private final LinkedBlockingQueue<Status> changes = new LinkedBlockingQueue<>();

    @BeforeEach
    void write() throws Exception {
        policies = Files.createDirectory(folder.resolve("policies"));
        Files.writeString(policies.resolve("one.yaml"), policy("one", "block", "Staff"));
        directory = Files.writeString(folder.resolve("directory.yaml"), people("Staff"));
    }

    private static String policy(String id, String control, String group) {
        return """
                kind: conditionalAccessPolicy
                id: %1$s
                displayName: %1$s
                state: enabled
                conditions:
                  users: { includeGroups: [%3$s] }
                  applications: { includeApplications: [All] }
                  clientAppTypes: [all]
                grantControls: { operator: OR, builtInControls: [%2$s] }
                """.formatted(id, control, group);
    }

    private static String people(String group) {
        return """
                kind: directory
                groups: [ { id: g1, displayName: Staff }, { id: g2, displayName: Guests } ]
                users: [ { id: u1, userPrincipalName: ann@contoso.com, memberOf: [%s] } ]
                """.formatted(group);
    }

    private ReloadingPolicyEngine load(Path... paths) throws PolicyLoadException {
        return load(SELDOM, Clock.systemUTC(), paths);
    }

    private ReloadingPolicyEngine load(Duration look, Clock clock, Path... paths) throws PolicyLoadException {
        List<Path> all = List.of(paths.length == 0 ? new Path[] {policies} : paths);
        ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(all, List.of(directory), clock, UnaryOperator.identity(), QUIET, look);
        engine.addListener(changes::add);
        return engine;
    }

    private Status next() throws InterruptedException {
        Status status = changes.poll(60, TimeUnit.SECONDS);
        assertThat(status).as("a change within a minute").isNotNull();
        return status;
    }

    private void awaitBlock(ReloadingPolicyEngine engine, boolean blocks) throws InterruptedException {
        for (int i = 0; i < 6_000 && (engine.evaluate(REQUEST).outcome() == Outcome.BLOCK) != blocks; i++) {
            Thread.sleep(10);
        }
        assertThat(engine.evaluate(REQUEST).outcome()).isEqualTo(blocks ? Outcome.BLOCK : Outcome.ALLOW);
    }

    /** As editors save. */
    private static void replace(Path file, String text) throws Exception {
        Path other = Files.writeString(file.resolveSibling("." + file.getFileName() + ".swp"), text);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    // ---- the first time

    @Test
    void files_thatCannotBeUsedAtFirst_areRefusedAsByPolicyEngine() throws Exception {
        Files.writeString(policies.resolve("one.yaml"), "kind: nonsense");
        assertThatThrownBy(() -> PolicyEngine.load(policies, PolicyEngine.loadDirectory(directory))).isInstanceOf(PolicyLoadException.class)
                .satisfies(plain -> assertThatThrownBy(this::load).isInstanceOf(PolicyLoadException.class).hasMessage(plain.getMessage()));
        assertThatThrownBy(() -> load(folder.resolve("nowhere"))).isInstanceOf(PolicyLoadException.class);
        assertThatThrownBy(() -> load(Path.of("-"))).isInstanceOf(IllegalArgumentException.class);
        assertThat(watchers()).isEmpty();
    }

    private static List<Thread> watchers() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().equals("sallyport-reload")).toList();
    }

    @Test
    void decisions_areThoseOfThePlainEngine_whateverIsAsked() throws Exception {
        SignIn request = SignIn.builder().user("ann@contoso.com").application("Office 365 Exchange Online").createdDateTime(Instant.EPOCH).build();
        try (ReloadingPolicyEngine engine = load()) {
            PolicyEngine plain = PolicyEngine.load(policies, PolicyEngine.loadDirectory(directory));
            UserState ann = plain.directory().user("u1").toBuilder().accountEnabled(false).build();
            assertThat(engine.evaluate(request)).isEqualTo(plain.evaluate(request));
            assertThat(engine.evaluate(request, ann)).isEqualTo(plain.evaluate(request, ann));
            assertThat(engine.explain(request)).isEqualTo(plain.explain(request));
            assertThat(engine.explain(request, ann)).isEqualTo(plain.explain(request, ann));
            assertThat(engine.evaluate(null).reason().code()).isEqualTo(ReasonCode.INVALID_REQUEST);
            assertThat(engine.status().state()).isEqualTo(State.LOADED);
            assertThat(engine.status().policySetVersion()).isEqualTo(plain.policySet().version());
        }
    }

    // ---- how files change

    @Test
    void file_thatIsWrittenOver_replaced_added_andRemoved_isInForceEachTime() throws Exception {
        Path one = policies.resolve("one.yaml");
        Path two = policies.resolve("below/two.yaml");
        try (ReloadingPolicyEngine engine = load()) {
            awaitBlock(engine, true);
            Files.writeString(one, policy("one", "block", "Guests"));
            awaitBlock(engine, false);
            replace(one, policy("one", "block", "Staff"));
            awaitBlock(engine, true);
            replace(one, policy("one", "block", "Guests"));
            awaitBlock(engine, false);
            Files.createDirectory(two.getParent());
            Files.writeString(two, policy("two", "block", "Staff"));
            awaitBlock(engine, true);
            Files.delete(two);
            awaitBlock(engine, false);
            assertThat(engine.status().state()).isEqualTo(State.LOADED);
        }
    }

    @Test
    void directoryFile_isWatchedToo() throws Exception {
        try (ReloadingPolicyEngine engine = load()) {
            replace(directory, people("Guests"));
            awaitBlock(engine, false);
            Files.writeString(directory, people("Staff"));
            awaitBlock(engine, true);
        }
    }

    @Test
    void linkOfAKubernetesVolume_thatIsTurned_changesAllFilesAtOnce() throws Exception {
        Path volume = Files.createDirectory(folder.resolve("volume"));
        volume(volume, "..2026_1", "Staff");
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_1"));
        Files.createSymbolicLink(volume.resolve("one.yaml"), Path.of("..data/one.yaml"));
        for (Path watched : List.of(volume, volume.resolve("one.yaml"))) {
            try (ReloadingPolicyEngine engine = load(watched)) {
                awaitBlock(engine, true);
                for (int i = 2; i < 6; i++) {
                    String group = i % 2 == 0 ? "Guests" : "Staff";
                    volume(volume, "..2026_" + i, group);
                    Path temporary = Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of("..2026_" + i));
                    Files.move(temporary, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
                    Files.delete(volume.resolve("..2026_" + (i - 1) + "/one.yaml"));
                    Files.delete(volume.resolve("..2026_" + (i - 1)));
                    awaitBlock(engine, i % 2 == 1);
                    assertThat(engine.status().state()).isEqualTo(State.LOADED);
                }
            }
            Files.delete(volume.resolve("..2026_5/one.yaml"));
            Files.delete(volume.resolve("..2026_5"));
            volume(volume, "..2026_1", "Staff");
            Files.delete(volume.resolve("..data"));
            Files.createSymbolicLink(volume.resolve("..data"), Path.of("..2026_1"));
        }
    }

    private static void volume(Path volume, String name, String group) throws Exception {
        Files.writeString(Files.createDirectory(volume.resolve(name)).resolve("one.yaml"), policy("one", "block", group));
    }

    @Test
    void linkToAFolder_thatIsTurned_isFollowed_andSoAreChangesBehindIt() throws Exception {
        Path other = Files.createDirectories(folder.resolve("releases/2"));
        Files.writeString(other.resolve("one.yaml"), policy("one", "block", "Guests"));
        Path link = Files.createSymbolicLink(folder.resolve("current"), policies);
        try (ReloadingPolicyEngine engine = load(link)) {
            awaitBlock(engine, true);
            Files.move(Files.createSymbolicLink(folder.resolve("next"), other), link, StandardCopyOption.ATOMIC_MOVE);
            awaitBlock(engine, false);
            replace(other.resolve("one.yaml"), policy("one", "block", "Staff"));
            awaitBlock(engine, true);
        }
    }

    /** A write by way of another hard link of the file brings about no event in this folder. */
    @Test
    void changeWithoutEvent_ofTheSameSizeAndTime_isSeenAtTheNextLook() throws Exception {
        Path one = Files.writeString(policies.resolve("one.yaml"), policy("one", "block", "Guests"));
        FileTime time = Files.getLastModifiedTime(one);
        Path other = Files.createLink(Files.createDirectory(folder.resolve("elsewhere")).resolve("one.yaml"), one);
        try (ReloadingPolicyEngine engine = load(Duration.ofMillis(50), Clock.systemUTC())) {
            awaitBlock(engine, false);
            Files.writeString(other, policy("one", "block", "Staff").replace("[Staff]", "[Staff ]"));
            Files.setLastModifiedTime(other, time);
            awaitBlock(engine, true);
        }
    }

    @Test
    void fileThatIsTouched_orSavedAsItWas_isNoChange() throws Exception {
        try (ReloadingPolicyEngine engine = load()) {
            PolicyEngine before = engine.engine();
            replace(policies.resolve("one.yaml"), policy("one", "block", "Staff"));
            Files.setLastModifiedTime(policies.resolve("one.yaml"), FileTime.from(Instant.EPOCH));
            Files.writeString(policies.resolve("notes.txt"), "not a policy");
            assertThat(changes.poll(1, TimeUnit.SECONDS)).isNull();
            assertThat(engine.engine()).isSameAs(before);
        }
    }

    // ---- files that cannot be used

    @Test
    void wrongFile_leavesTheLastGoodSetInForce_andSaysWhyAndSinceWhen() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T10:00:00Z"));
        try (ReloadingPolicyEngine engine = load(SELDOM, clock(now))) {
            String version = engine.status().policySetVersion();
            now.set(Instant.parse("2026-11-22T10:05:00Z"));
            Files.writeString(policies.resolve("two.yaml"), policy("two", "blokc", "Staff"));
            Status stale = next();
            assertThat(stale).isEqualTo(engine.status());
            assertThat(stale.state()).isEqualTo(State.STALE);
            assertThat(stale.since()).isEqualTo(now.get());
            assertThat(stale.policySetVersion()).isEqualTo(version);
            assertThat(stale.diagnostics()).anySatisfy(each -> assertThat(each.toString()).contains("two.yaml:9:").contains("blokc"));
            assertThat(engine.evaluate(REQUEST).policySetVersion()).isEqualTo(version);

            Instant first = now.getAndSet(Instant.parse("2026-11-22T09:00:00Z"));            // the clock goes back
            Files.writeString(policies.resolve("two.yaml"), policy("two", "blockk", "Staff"));
            assertThat(next().since()).as("stale since the first failure").isEqualTo(first);
            Files.writeString(policies.resolve("two.yaml"), policy("two", "mfa", "Guests"));
            Status loaded = next();
            assertThat(loaded.state()).isEqualTo(State.LOADED);
            assertThat(loaded.since()).isEqualTo(now.get());
            assertThat(loaded.policySetVersion()).isNotEqualTo(version);
        }
    }

    private static Clock clock(AtomicReference<Instant> now) {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now.get();
            }
        };
    }

    @Test
    void folderThatGoesAway_isStaleAndBlocksOn_andItsReturnIsNoticed() throws Exception {
        try (ReloadingPolicyEngine engine = load()) {
            Path away = folder.resolve("away");
            Files.move(policies, away);
            assertThat(next().state()).isEqualTo(State.STALE);
            awaitBlock(engine, true);
            Files.move(away, policies);
            assertThat(next().state()).isEqualTo(State.LOADED);
            Files.writeString(policies.resolve("one.yaml"), policy("one", "block", "Guests"));
            awaitBlock(engine, false);
        }
    }

    @Test
    void fileThatIsRemovedAndComesBack_isInForceAgain() throws Exception {
        Path one = policies.resolve("one.yaml");
        try (ReloadingPolicyEngine engine = load(one)) {
            Files.delete(one);
            Status stale = next();
            assertThat(stale.state()).isEqualTo(State.STALE);
            assertThat(stale.diagnostics()).anySatisfy(each -> assertThat(each.code()).isEqualTo("SP1001"));
            awaitBlock(engine, true);
            Files.writeString(one, policy("one", "block", "Guests"));
            awaitBlock(engine, false);
        }
    }

    @Test
    void folderThatIsSuddenlyEmpty_doesNotAllowEverything() throws Exception {
        try (ReloadingPolicyEngine engine = load()) {
            Files.delete(policies.resolve("one.yaml"));
            Status stale = next();
            assertThat(stale.state()).isEqualTo(State.STALE);
            assertThat(stale.diagnostics()).extracting(Diagnostic::code).containsExactly("SP1117");
            assertThat(engine.evaluate(REQUEST).outcome()).isEqualTo(Outcome.BLOCK);
        }
    }

    @Test
    void emptyFile_asWhileItIsBeingWritten_leavesTheLastGoodSetInForce() throws Exception {
        try (ReloadingPolicyEngine engine = load()) {
            Files.writeString(policies.resolve("one.yaml"), "");
            assertThat(next().state()).isEqualTo(State.STALE);
            assertThat(engine.evaluate(REQUEST).outcome()).isEqualTo(Outcome.BLOCK);
        }
    }

    @Test
    void setupThatFails_leavesTheLastGoodSetInForce() throws Exception {
        AtomicBoolean fails = new AtomicBoolean();
        try (ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(List.of(policies), List.of(directory), Clock.systemUTC(), each -> {
            if (fails.get()) {
                throw new IllegalStateException("no source");
            }
            return each.withUserStates(user -> null);
        }, QUIET, Duration.ofMillis(100))) {
            engine.addListener(changes::add);
            assertThat(engine.evaluate(REQUEST).reason().code()).as("the setup is in force").isEqualTo(ReasonCode.INVALID_REQUEST);
            fails.set(true);
            replace(policies.resolve("one.yaml"), policy("one", "block", "Guests"));
            Status stale = next();
            assertThat(stale.state()).isEqualTo(State.STALE);
            assertThat(stale.diagnostics().get(0).message()).contains("no source");
            fails.set(false);
            assertThat(next().state()).as("tried again").isEqualTo(State.LOADED);
        }
    }

    /** Files that cannot be used, and a clock that cannot tell since when: the watcher lives on. */
    @Test
    void clockThatFails_leavesTheLastGoodSetInForce_andTheReturnOfTimeIsNoticed() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T10:00:00Z"));
        Clock broken = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                if (now.get() == null) {
                    throw new NoClassDefFoundError("no time");
                }
                return now.get();
            }
        };
        try (ReloadingPolicyEngine engine = load(Duration.ofMillis(100), broken)) {
            Instant loaded = now.getAndSet(null);
            Files.writeString(policies.resolve("one.yaml"), policy("one", "block", "Guests"));
            Status stale = next();
            assertThat(stale.state()).isEqualTo(State.STALE);
            assertThat(stale.since()).as("the last time that anybody knew").isEqualTo(loaded);
            assertThat(stale.diagnostics().get(0).message()).contains("no time");
            now.set(loaded.plusSeconds(60));
            assertThat(next().state()).as("tried again").isEqualTo(State.LOADED);
            awaitBlock(engine, false);
        }
    }

    // ---- threads

    @Test
    void listenerThatThrows_hurtsNobody() throws Exception {
        AtomicReference<Throwable> reported = new AtomicReference<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> reported.set(failure));
        try (ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(List.of(policies), List.of(directory), Clock.systemUTC(), UnaryOperator.identity(),
                QUIET, SELDOM)) {
            engine.addListener(status -> {
                throw new AssertionError("a broken listener");
            });
            engine.addListener(changes::add);
            Files.writeString(policies.resolve("one.yaml"), policy("one", "block", "Guests"));
            next();
            awaitBlock(engine, false);
            Files.writeString(policies.resolve("one.yaml"), policy("one", "block", "Staff"));
            next();
            assertThat(reported.get()).hasMessage("a broken listener");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void interruptOfTheWatcher_thatDoesNotComeFromClose_doesNotStopIt() throws Exception {
        try (ReloadingPolicyEngine engine = load()) {
            Thread watcher = watchers().get(0);
            assertThat(watcher.isDaemon()).isTrue();
            for (int i = 0; i < 50; i++) {
                watcher.interrupt();
                Files.writeString(policies.resolve("one.yaml"), policy("one", "block", i % 2 == 0 ? "Guests" : "Staff"));
                watcher.interrupt();
                Thread.sleep(2);
            }
            replace(policies.resolve("one.yaml"), policy("one", "block", "Guests"));
            watcher.interrupt();
            awaitBlock(engine, false);
        }
    }

    @Test
    void close_stopsTheThread_andWhatIsInForceDecidesOn() throws Exception {
        ReloadingPolicyEngine engine = load();
        engine.close();
        engine.close();
        assertThat(watchers()).isEmpty();
        Files.writeString(policies.resolve("one.yaml"), policy("one", "block", "Guests"));
        assertThat(changes.poll(300, TimeUnit.MILLISECONDS)).isNull();
        assertThat(engine.evaluate(REQUEST).outcome()).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void close_byAListener_doesNotWaitForItself() throws Exception {
        ReloadingPolicyEngine engine = load();
        CountDownLatch closed = new CountDownLatch(1);
        engine.addListener(status -> {
            engine.close();
            closed.countDown();
        });
        Files.writeString(policies.resolve("one.yaml"), policy("one", "block", "Guests"));
        assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
        engine.close();
        assertThat(watchers()).isEmpty();
    }

    /**
     * Two sets: under either one everybody who is decided is blocked by a policy of its own; a mixture of the policies of one and the
     * directory of the other would allow. {@code -Dsallyport.reloads=1000} races a million decisions.
     */
    @Test
    void decisions_thatRaceReloads_areEachOfOneWholeSet() throws Exception {
        int reloads = Integer.getInteger("sallyport.reloads", 50);
        List<String> versions = new ArrayList<>();
        Path volume = Files.createDirectory(folder.resolve("volume"));
        for (String name : List.of("a", "b")) {
            String group = name.equals("a") ? "Staff" : "Guests";
            Path set = Files.createDirectories(volume.resolve(".." + name));
            Files.writeString(set.resolve("policies.yaml"), policy("of-" + name, "block", group) + "---\n" + policy("also-of-" + name, "mfa", group));
            Files.writeString(set.resolve("directory.yaml"), people(group));
            versions.add(PolicyEngine.load(set.resolve("policies.yaml"), PolicyEngine.loadDirectory(set.resolve("directory.yaml"))).policySet().version());
        }
        Files.createSymbolicLink(volume.resolve("..data"), Path.of("..a"));
        for (String file : List.of("policies.yaml", "directory.yaml")) {
            Files.createSymbolicLink(volume.resolve(file), Path.of("..data", file));
        }
        LongAdder decisions = new LongAdder();
        AtomicBoolean isOver = new AtomicBoolean();
        LinkedBlockingQueue<String> wrong = new LinkedBlockingQueue<>();
        List<Thread> gateways = new ArrayList<>();
        try (ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(List.of(volume.resolve("policies.yaml")), List.of(volume.resolve("directory.yaml")),
                Clock.systemUTC(), UnaryOperator.identity(), Duration.ofMillis(1), SELDOM)) {
            engine.addListener(changes::add);
            for (int i = 0; i < 2; i++) {
                Thread gateway = new Thread(() -> {
                    while (!isOver.get() || decisions.sum() < reloads * 1_000L) {
                        Decision decision = engine.evaluate(REQUEST);
                        String expected = decision.policySetVersion().equals(versions.get(0)) ? "of-a" : decision.policySetVersion().equals(versions.get(1))
                                ? "of-b" : "neither";
                        if (decision.outcome() != Outcome.BLOCK || !decision.reason().policies().equals(List.of(expected))) {
                            wrong.add(decision.toString());
                        }
                        decisions.increment();
                    }
                });
                gateway.start();
                gateways.add(gateway);
            }
            for (int i = 1; i <= reloads; i++) {
                Path next = Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of(i % 2 == 0 ? "..a" : "..b"));
                Files.move(next, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
                Status status = next();
                assertThat(status.state()).as(status.toString()).isEqualTo(State.LOADED);
                assertThat(status.policySetVersion()).isEqualTo(versions.get(i % 2));
            }
            isOver.set(true);
            for (Thread gateway : gateways) {
                gateway.join();
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(decisions.sum()).isGreaterThanOrEqualTo(reloads * 1_000L);
    }
}
