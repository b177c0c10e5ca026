package dev.sallyport.attack;

import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.ann;
import static dev.sallyport.fixtures.Attack.engine;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sallyport.DecisionListener;
import dev.sallyport.PolicyEngine;
import dev.sallyport.WhatIfException;
import dev.sallyport.fixtures.Property;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Requests;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.fixtures.Targets;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.write.DecisionWriter;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What breaks around and inside the engine costs one request at most, and that one is refused. Longer:
 * {@code mvn test -Dtest=FaultsTest -Dsallyport.stress=300 -Dsallyport.reloads=1000}.
 */
class FaultsTest {

    private static final int STRESS_SECONDS = Integer.getInteger("sallyport.stress", 3);
    private static final int RELOADS = Integer.getInteger("sallyport.reloads", 150);
    private static final int THREADS = 64;

    private static Clock clock(Supplier<Instant> now) {
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

    private static PolicyEngine shippedWith(Clock clock) throws Exception {
        return PolicyEngine.load(List.of(Path.of("rules/conditional-access")), Targets.shipped().directory(), clock);
    }

    private static SignIn emma() {
        return SignIn.builder().user("emma.hart@contoso.com").application("Customer CRM").clientAppType("browser").devicePlatform("windows").ipAddress("203.0.113.7").build();
    }

    private static void assertFailedClosed(Decision decision) {
        assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(decision.reason().code()).isEqualTo(ReasonCode.EVALUATION_FAILED);
    }

    @Test
    void attack_62_userStateWithoutAValue_isBlocked_andTheNextRequestIsDecided() throws Exception {
        PolicyEngine engine = engine(policy("p", "{ includeGroups: [Staff] }", "{ includeApplications: [All] }", "", MFA));
        Decision before = engine.evaluate(ann().build());
        UserState good = engine.directory().user("ann@contoso.com");
        for (UnaryOperator<UserState.Builder> broken : List.<UnaryOperator<UserState.Builder>>of(user -> user.id(null), user -> user.userPrincipalName(null),
                user -> user.userType(null), user -> user.perUserMfaState(null), user -> user.memberOf(null), user -> user.authenticationMethods(null))) {
            assertThatThrownBy(() -> broken.apply(good.toBuilder()).build()).isInstanceOf(NullPointerException.class);
            PolicyEngine failing = engine.withUserStates(user -> broken.apply(good.toBuilder()).build());
            assertFailedClosed(failing.evaluate(ann().build()));
            assertFailedClosed(failing.explain(ann().build()));
        }
        assertThat(engine.evaluate(ann().build())).isEqualTo(before);
    }

    @Test
    void attack_62_clockThatFails_isBlocked_andTheNextRequestIsDecided() throws Exception {
        AtomicReference<Instant> time = new AtomicReference<>();
        PolicyEngine engine = shippedWith(clock(() -> {
            if (time.get() == null) {
                throw new IllegalStateException("no time");
            }
            return time.get();
        }));
        assertFailedClosed(engine.evaluate(emma()));
        assertFailedClosed(engine.explain(emma()));
        assertThat(engine.evaluate(null).reason().code()).isEqualTo(ReasonCode.INVALID_REQUEST);
        time.set(Targets.CLOCK.instant());
        assertThat(engine.evaluate(emma())).isEqualTo(Targets.shipped().evaluate(emma()));
    }

    /** An error too, and no time at all; and an exception that cannot even be put into words. */
    @Test
    void attack_62_whateverIsThrownByClockOrSource_isBlocked_andTheNextRequestIsDecided() throws Exception {
        Error noTime = new NoClassDefFoundError("no time");
        AtomicReference<Supplier<Instant>> now = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        PolicyEngine plain = shippedWith(clock(() -> now.get().get()));
        PolicyEngine engine = plain.withUserStates(user -> {
            if (failure.get() instanceof Error error) {
                throw error;
            }
            if (failure.get() != null) {
                throw (Exception) failure.get();
            }
            return Targets.shipped().directory().user(user);
        });
        for (Supplier<Instant> broken : List.<Supplier<Instant>>of(() -> {
            throw noTime;
        }, () -> null)) {
            now.set(broken);
            for (PolicyEngine each : List.of(plain, engine)) {
                assertFailedClosed(each.evaluate(emma()));
                assertFailedClosed(each.explain(emma()));
                assertThat(DecisionWriter.toJson(each.explain(null))).contains("\"block\"", "invalidRequest");
                assertThatThrownBy(() -> each.whatIf("{}")).isInstanceOf(WhatIfException.class).hasMessageContaining("SP1404");
                assertThatThrownBy(() -> each.whatIf(null)).isInstanceOf(WhatIfException.class);
            }
        }
        now.set(Targets.CLOCK::instant);
        Throwable unspeakable = new IllegalStateException() {
            private static final long serialVersionUID = 1;

            @Override
            public String toString() {
                throw this;
            }
        };
        for (Throwable each : List.of(unspeakable, new StackOverflowError(), new OutOfMemoryError("none left"), new InterruptedException(), new java.io.IOException("gone"))) {
            failure.set(each);
            assertFailedClosed(engine.evaluate(emma()));
            assertFailedClosed(engine.explain(emma()));
            Thread.interrupted();
            failure.set(null);
            assertThat(engine.explain(emma())).isEqualTo(Targets.shipped().explain(emma()));
        }
    }

    @Test
    void clockThatGoesBack_eachRequestIsDecidedAtItsOwnTime() throws Exception {
        AtomicLong seconds = new AtomicLong();
        PolicyEngine back = shippedWith(clock(() -> Targets.CLOCK.instant().minusSeconds(86_400L * 40 * seconds.getAndIncrement())));
        for (int i = 0; i < 50; i++) {
            PolicyEngine fixed = shippedWith(Clock.fixed(Targets.CLOCK.instant().minus(Duration.ofDays(40L * i)), ZoneOffset.UTC));
            assertThat(back.evaluate(emma())).isEqualTo(fixed.evaluate(emma()));
        }
    }

    @Test
    void interruptedThread_decidesAsUsualAndStaysInterrupted() {
        Decision usual = Targets.shipped().explain(emma());
        Thread.currentThread().interrupt();
        try {
            assertThat(Targets.shipped().explain(emma())).isEqualTo(usual);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    /** A request of a world and what each of two sets decides about it. */
    private record Known(Scenario scenario, Decision first, Decision second) {

        /** The request under a name that no other has. */
        Request marked(String marker) {
            return Requests.with(scenario.request(), scenario.request().signIn().toBuilder().name(marker).build());
        }

        boolean isAnswer(Decision decision, String marker) {
            return decision.equals(first.withRequest(marker)) || decision.equals(second.withRequest(marker));
        }
    }

    /** Attack 24 too: a decision is that of one of the two sets as a whole, and of the request that carries its marker. */
    @Test
    void attack_24_63_manyThreadsWithReloads_nothingLeaksBetweenRequests() throws Exception {
        RandomWorld world = RandomWorld.ofSize(77, 60);
        Scenario one = world.scenario(0).loadable();
        Scenario other = one.with(one.policies().policies().stream().filter(policy -> policy.id().hashCode() % 2 == 0).toList());
        List<Known> requests = new ArrayList<>();
        PolicyEngine first = one.engine();
        PolicyEngine second = other.engine();
        for (int i = 0; i < 500; i++) {
            Scenario scenario = world.scenario(i);
            requests.add(new Known(scenario, first.explain(scenario.request(), scenario.user()), second.explain(scenario.request(), scenario.user())));
        }
        assertThat(requests).as("the sets differ").anyMatch(known -> !known.first().equals(known.second()));
        ThreadLocal<String> asked = new ThreadLocal<>();
        AtomicLong misheard = new AtomicLong();
        DecisionListener listener = (request, decision, nanos) -> misheard.addAndGet(asked.get().equals(decision.request()) ? 0 : 1);
        AtomicReference<PolicyEngine> current = new AtomicReference<>(first.withListener(listener));
        AtomicLong decided = new AtomicLong();
        AtomicLong explained = new AtomicLong();
        AtomicLong reloads = new AtomicLong();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STRESS_SECONDS);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        List<Future<?>> all = new ArrayList<>();
        all.add(threads.submit(() -> {
            for (boolean isFirst = true; System.nanoTime() < end; isFirst = !isFirst) {
                current.set((isFirst ? other : one).engine().withListener(listener));
                reloads.incrementAndGet();
            }
        }));
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            all.add(threads.submit(() -> {
                for (int i = thread * 7; System.nanoTime() < end; i++) {
                    Known known = requests.get(i % requests.size());
                    String marker = thread + "/" + i;
                    asked.set(marker);
                    boolean explains = i % 20 == 0;
                    Decision decision = explains ? current.get().explain(known.marked(marker), known.scenario().user())
                            : current.get().evaluate(known.marked(marker), known.scenario().user());
                    assertThat(explains ? known.isAnswer(decision, marker) : decision.request().equals(marker)
                            && (isRuling(decision, known.first()) || isRuling(decision, known.second())))
                            .as(() -> decision + "\nis neither " + known.first() + "\nnor " + known.second() + "\n" + known.scenario().describe()).isTrue();
                    (explains ? explained : decided).incrementAndGet();
                }
            }));
        }
        threads.shutdown();
        for (Future<?> each : all) {
            each.get();
        }
        System.out.println("under " + THREADS + " threads: " + decided + " decisions, " + explained + " explanations and " + reloads + " reloads in " + STRESS_SECONDS + " s");
        assertThat(misheard.get()).as("decisions that the listener heard in a thread that had not asked").isZero();
        assertThat(decided.get()).isGreaterThan(1_000);
    }

    private static boolean isRuling(Decision decision, Decision explained) {
        return decision.user().equals(explained.user()) && Property.haveEqualOutcomes(decision, explained) && decision.reason().equals(explained.reason())
                && decision.evaluatedDateTime().equals(explained.evaluatedDateTime()) && decision.diagnostics().equals(explained.diagnostics());
    }

    @Test
    void attack_64_reloads_leaveNoThreadClassOrEngine() throws Exception {
        reload(30);                     // loads whatever this takes, the tools of the test too
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        int classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
        reload(RELOADS);
        assertThat(ManagementFactory.getThreadMXBean().getThreadCount()).isLessThanOrEqualTo(threads + 2);
        assertThat(ManagementFactory.getClassLoadingMXBean().getLoadedClassCount()).isLessThanOrEqualTo(classes + 50);
    }

    private static void reload(int times) throws Exception {
        // its policy set, which the evaluator holds too, and so would whatever a thread keeps of the evaluator
        List<WeakReference<PolicySet>> engines = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            PolicyEngine engine = shippedWith(Targets.CLOCK);
            engine.evaluate(emma());
            engines.add(new WeakReference<>(engine.policySet()));
        }
        for (int i = 0; i < 20 && engines.stream().anyMatch(engine -> engine.get() != null); i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(engines.stream().filter(engine -> engine.get() != null)).as("engines that are still reachable").isEmpty();
    }

    /** A process that may write files of 16 KiB meets what a full disk does: an error in the middle of a file. */
    @Test
    void diskThatIsFull_leavesTheDirectoryFileAsItWas(@TempDir Path folder) throws Exception {
        assumeThat(Files.isExecutable(Path.of("/bin/bash"))).isTrue();
        Path file = folder.resolve("directory.yaml");
        StringBuilder users = new StringBuilder("kind: directory\nusers:\n");
        for (int i = 0; i < 2_000; i++) {
            users.append("  - { id: u").append(i).append(", userPrincipalName: user").append(i).append("@contoso.com }\n");
        }
        Files.writeString(file, users);
        Process process = new ProcessBuilder("/bin/bash", "-c", "ulimit -f 16; exec \"$@\"", "-", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-UsePerfData", "-Xshare:auto", "-cp", System.getProperty("java.class.path"), "dev.sallyport.cli.Sallyport", "users", "enable", "user7@contoso.com",
                "-d", file.toString(), "--yes").redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isEqualTo(2);
        assertThat(said).contains("cannot be written").contains("the file is unchanged").doesNotContain("\tat ");
        assertThat(file).hasContent(users.toString());
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.filter(each -> each.toString().endsWith(".tmp"))).isEmpty();
        }
    }
}
