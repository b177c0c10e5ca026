package dev.sallyport.attack;

import static dev.sallyport.fixtures.Attack.BLOCK;
import static dev.sallyport.fixtures.Attack.PEOPLE;
import static dev.sallyport.fixtures.Attack.ann;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sallyport.PolicyEngine;
import dev.sallyport.ReloadingPolicyEngine;
import dev.sallyport.ReloadingPolicyEngine.State;
import dev.sallyport.ReloadingPolicyEngine.Status;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.fixtures.Targets;
import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import dev.sallyport.write.DecisionWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a gateway can be led into: an engine of nothing, states of others, costs that a stranger causes, files that go. */
@Timeout(300)
class EngineAttacksTest {

    @TempDir
    private Path folder;
    private Path policies;
    private Path directory;

    @BeforeEach
    void write() throws Exception {
        policies = Files.createDirectory(folder.resolve("policies"));
        directory = Files.writeString(folder.resolve("directory.yaml"), PEOPLE);
    }

    // ---- 76: an engine is not made of nothing

    @ParameterizedTest
    @ValueSource(strings = {"", "pol.yamll", "README.txt", "location.yaml", "empty.json", "settings.yaml"})
    void attack_76_folderWithoutAnyPolicy_isNoEngine(String name) throws Exception {
        if (!name.isEmpty()) {
            Files.writeString(policies.resolve(name), switch (name) {
                case "location.yaml" -> "kind: ipNamedLocation\ndisplayName: Office\nipRanges: [{ cidrAddress: 198.51.100.0/24 }]\n";
                case "empty.json" -> "{ \"value\": [] }";
                case "settings.yaml" -> "kind: evaluationSettings\nunknownSignals: strict\n";
                default -> policy("p", "", BLOCK);
            });
        }
        PolicyLoadException refused = catchThrowableOfType(PolicyLoadException.class, () -> PolicyEngine.load(policies, directory));
        assertThat(refused.diagnostics()).filteredOn(Diagnostic::isError).extracting(Diagnostic::code).containsExactly("SP1117");
        if (name.endsWith("l") && !name.endsWith(".yaml") || name.endsWith(".txt")) {
            assertThat(refused).hasMessageContaining("`" + name + "`");
        }
        assertThatThrownBy(() -> ReloadingPolicyEngine.load(List.of(policies), List.of(directory))).isInstanceOf(PolicyLoadException.class).hasMessageContaining("SP1117");
        assertThatThrownBy(() -> PolicyEngine.load(List.of(), Directory.empty(), Clock.systemUTC())).hasMessageContaining("SP1117");
    }

    @Test
    void attack_76_tenantOfPerUserMfaAlone_loadsAndIsNotSaidToAllowEverything() throws Exception {
        Files.writeString(policies.resolve("settings.yaml"), "kind: mfaSettings\nallowAppPasswords: true\n");
        assertThat(PolicyEngine.load(policies, directory).warnings()).isEmpty();
        Files.writeString(policies.resolve("settings.yaml"), "kind: securityDefaults\nisEnabled: false\n");
        assertThat(PolicyEngine.load(policies, directory).warnings()).extracting(Diagnostic::code).containsExactly("SP1117");
    }

    @Test
    void attack_76_engineThatIsMeantToHaveNoPolicies_isAskedForByName() throws Exception {
        PolicyEngine engine = PolicyEngine.withoutPolicies(PolicyEngine.loadDirectory(directory), Targets.CLOCK);
        assertThat(engine.evaluate(ann().build()).reason().code()).isEqualTo(ReasonCode.NO_POLICY_APPLIES);
        assertThat(engine.evaluate(Attack.user("nobody@contoso.com").build()).outcome()).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void attack_76_fileWithAMisspeltEnding_besideOthers_isAWarning() throws Exception {
        Files.writeString(policies.resolve("one.yaml"), policy("one", "", BLOCK));
        for (String name : List.of("two.yamll", "three.ymal", "four.jsno", "five.yaml.txt", "README.md", "notes.txt", "six.yaml.off", "seven.yaml~", "eight.xml", "run")) {
            Files.writeString(policies.resolve(name), policy("two", "", BLOCK));
        }
        assertThat(PolicyEngine.load(policies, directory).warnings()).allMatch(each -> each.code().equals("SP1140"))
                .extracting(each -> Path.of(each.position().file()).getFileName().toString()).containsExactlyInAnyOrder("two.yamll", "three.ymal", "four.jsno", "five.yaml.txt");
    }

    // ---- 85: who is asked about is who is decided

    @Test
    void attack_85_stateOfAnotherUser_isAFailedEvaluation() throws Exception {
        PolicyEngine engine = Attack.engine(policy("staff", "{ includeGroups: [Staff] }", "{ includeApplications: [All] }", "", BLOCK));
        UserState bob = engine.directory().user("bob@contoso.com");
        for (PolicyEngine each : List.of(engine, engine.withUserStates(user -> bob), engine.plain(engine.policySet()))) {
            for (String name : List.of("ann@contoso.com", "nobody@evil.example", "u1")) {
                SignIn request = Attack.user(name).build();
                for (Decision decision : List.of(each.evaluate(request, bob), each.explain(request, bob), each.evaluate(new Registration(request, null, null), bob))) {
                    assertThat(decision.reason().code()).as(decision.toString()).isEqualTo(ReasonCode.EVALUATION_FAILED);
                    assertThat(decision.user()).isEqualTo(name);
                }
            }
            for (String name : List.of("bob@contoso.com", "BOB@Contoso.com", "u2", "U2")) {
                assertThat(each.evaluate(Attack.user(name).build(), bob).reason().code()).as(name).isEqualTo(ReasonCode.REGISTRATION_REQUIRED);
                assertThat(each.explain(Attack.user(name).build(), bob).reason().code()).as(name).isEqualTo(ReasonCode.REGISTRATION_REQUIRED);
            }
        }
        SignIn unnamed = SignIn.builder().application("Payroll").build();
        assertThat(engine.evaluate(unnamed, bob).reason().code()).isEqualTo(ReasonCode.INVALID_REQUEST);
    }

    @Test
    void attack_85_stateOfAnotherWorkload_isAFailedEvaluation() throws Exception {
        PolicyEngine engine = Attack.engine(policy("all", "", BLOCK));
        Directory.ServicePrincipal backup = Directory.ServicePrincipal.builder().id("s1").appId("a9").displayName("Backup").build();
        for (String name : List.of("s1", "A9", "backup")) {
            SignIn request = SignIn.builder().servicePrincipal(name).application("Payroll").build();
            assertThat(engine.evaluateWorkload(request, backup).outcome()).as(name).isEqualTo(Outcome.ALLOW);
            assertThat(engine.explainWorkload(request, backup).outcome()).as(name).isEqualTo(Outcome.ALLOW);
            assertFailed(engine.evaluateWorkload(request, null));
            assertFailed(engine.evaluate(request, engine.directory().user("bob@contoso.com")));
        }
        SignIn other = SignIn.builder().servicePrincipal("s2").application("Payroll").build();
        assertFailed(engine.evaluateWorkload(other, backup));
        assertFailed(engine.explainWorkload(other, backup));
        assertFailed(engine.withUserStates(user -> null).evaluateWorkload(ann().build(), backup));
    }

    private static void assertFailed(Decision decision) {
        assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
        assertThat(decision.reason().code()).as(decision.reason().message()).isEqualTo(ReasonCode.EVALUATION_FAILED);
    }

    // ---- 84: what an app password costs

    /** Half a second each, and no text is known to match. */
    private static final String DEAR = "$argon2id$v=19$m=65536,t=4,p=1$c2FsdHNhbHRzYWx0$" + "A".repeat(43);
    private static final SecureRandom RANDOM = new SecureRandom();

    private static UserState user(PerUserMfaState state, boolean isEnabled, String... hashes) {
        List<AppPassword> all = new ArrayList<>();
        for (String hash : hashes) {
            all.add(new AppPassword("" + all.size(), "p" + all.size(), Instant.EPOCH, hash));
        }
        return UserState.builder().id("u1").userPrincipalName("ann@contoso.com").displayName("Ann").accountEnabled(isEnabled)
                .perUserMfaState(state).appPasswords(all).build();
    }

    private static SignIn.Builder legacy(String appPassword) {
        return ann().clientAppType("other").authentication(SignIn.Authentication.ofAppPassword(appPassword));
    }

    @Test
    void attack_84_appPassword_whereAnotherRuleDecides_isNotVerified() throws Exception {
        String[] dear = Collections.nCopies(40, DEAR).toArray(String[]::new);
        String sixteen = "abcdefghijklmnop";
        UserState enforced = user(PerUserMfaState.ENFORCED, true, dear);
        PolicyEngine open = Attack.engine("kind: mfaSettings\nallowAppPasswords: true\n");
        PolicyEngine blocking = Attack.engine(policy("legacy", "clientAppTypes: [other]", BLOCK));
        PolicyEngine asking = Attack.engine(policy("mfa", "", Attack.MFA));
        PolicyEngine defaults = Attack.engine("kind: securityDefaults\nisEnabled: true\n");
        PolicyEngine strict = Attack.engine("kind: evaluationSettings\nunknownSignals: strict\n---\nkind: mfaSettings\nallowAppPasswords: true\n");
        List<Decision> decisions = new ArrayList<>();
        long cost = cost(() -> {
            decisions.add(both(blocking, legacy(sixteen).build(), enforced));
            decisions.add(both(asking, legacy(sixteen).build(), enforced));
            decisions.add(both(defaults, legacy(sixteen).build(), enforced));
            decisions.add(both(open, legacy(sixteen).clientAppType("browser").build(), enforced));
            decisions.add(both(open, legacy(sixteen).application("Windows Azure Service Management API").build(), enforced));
            decisions.add(both(open, legacy(sixteen).build(), user(PerUserMfaState.ENABLED, true, dear)));
            decisions.add(both(open, legacy(sixteen).build(), user(PerUserMfaState.ENFORCED, false, dear)));
            decisions.add(both(strict, legacy(sixteen).clientAppType(null).build(), enforced));
            for (String text : List.of("", "abc", "abcdefghijklmno", "abcdefghijklmnopq", "ABCDEFGHIJKLMNOP", "abcdefgh1jklmnop", "\u00e4bcdefghijklmnop", "a".repeat(1_000_000))) {
                decisions.add(both(open, legacy(text).build(), enforced));
            }
        });
        assertThat(decisions).extracting(Decision::outcome).containsOnly(Outcome.BLOCK);
        assertThat(cost).as("milliseconds; one hash alone takes longer").isLessThan(400 + TimeUnit.SECONDS.toMillis(2));
        assertThat(cost(() -> AppPasswords.matches(sixteen, DEAR))).as("what one hash costs").isGreaterThan(50);
    }

    @Test
    void attack_84_appPassword_onWhichTheDecisionDepends_isVerified() throws Exception {
        String right = AppPasswords.generate(RANDOM);
        UserState enforced = user(PerUserMfaState.ENFORCED, true, null, AppPasswords.hash(right, RANDOM));
        PolicyEngine open = Attack.engine("kind: mfaSettings\nallowAppPasswords: true\n");
        assertThat(both(open, legacy(right).build(), enforced).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(both(open, legacy("abcdefghijklmnop").build(), enforced).reason().code()).isEqualTo(ReasonCode.APP_PASSWORD_NOT_ACCEPTED);
        PolicyEngine strict = Attack.engine("kind: evaluationSettings\nunknownSignals: strict\n---\nkind: mfaSettings\nallowAppPasswords: true\n");
        assertThat(both(strict, legacy(right).build(), enforced).outcome()).isEqualTo(Outcome.ALLOW);
        assertThat(both(strict, legacy(right).clientAppType(null).build(), enforced).outcome()).isEqualTo(Outcome.BLOCK);
    }

    /** Explained, which compares both evaluators; evaluated alone first, so that neither profits from what the other verified. */
    private static Decision both(PolicyEngine engine, Request request, UserState user) {
        Decision decision = engine.evaluate(request, user);
        assertThat(engine.explain(request, user).reason()).isEqualTo(decision.reason());
        assertThat(engine.plain(engine.policySet()).evaluate(request, user).reason()).isEqualTo(decision.reason());
        assertThat(decision.reason().code()).as(decision.reason().message()).isNotIn(ReasonCode.EVALUATION_FAILED, ReasonCode.INVALID_REQUEST);
        return decision;
    }

    /** Milliseconds of this thread. */
    private static long cost(Runnable work) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        work.run();
        return TimeUnit.NANOSECONDS.toMillis(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start);
    }

    // ---- 96: what strangers leave behind

    @Test
    void attack_96_usersOfASource_leaveNothingBehindInTheEngine() throws Exception {
        PolicyEngine engine = Attack.engine(policy("all", "", BLOCK));
        PolicyEngine sourced = engine.withUserStates(EngineAttacksTest::madeUp);
        decideMany(sourced, 0, 2_000);
        long before = used();
        decideMany(sourced, 2_000, 52_000);
        assertThat(used() - before).as("bytes kept of 50,000 users of a source").isLessThan(16 << 20);
        for (int i = 0; i < 20_000; i++) {
            String name = "v" + i + "@contoso.com";
            assertThat(engine.evaluate(Attack.user(name).build(), madeUp(name)).outcome()).isEqualTo(Outcome.BLOCK);
        }
        assertThat(used() - before).as("bytes kept of 20,000 users whom the caller brought").isLessThan(16 << 20);
    }

    private static void decideMany(PolicyEngine engine, int from, int to) {
        for (int i = from; i < to; i++) {
            Decision decision = engine.evaluate(Attack.user("u" + i + "@contoso.com").build());
            assertThat(decision.reason().code()).isEqualTo(ReasonCode.BLOCKED_BY_CONDITIONAL_ACCESS);
        }
    }

    private static UserState madeUp(String name) {
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            groups.add("group " + i + " of " + name);
        }
        return UserState.builder().id("id of " + name).userPrincipalName(name).displayName(name).memberOf(groups).build();
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    // ---- 95: what is given to an engine fails at everything

    private static final class Unspeakable extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            throw new IllegalStateException("no words");
        }

        @Override
        public String getMessage() {
            throw new IllegalStateException("no words");
        }
    }

    private static Clock failing() {
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
                throw new Unspeakable();
            }
        };
    }

    @Test
    void attack_95_failureThatCannotBePutIntoWords_isABlock() throws Exception {
        Files.writeString(policies.resolve("one.yaml"), policy("one", "", BLOCK));
        Directory people = PolicyEngine.loadDirectory(directory);
        PolicyEngine broken = PolicyEngine.load(List.of(policies), people, failing());
        PolicyEngine sourced = PolicyEngine.load(policies, people).withUserStates(user -> {
            throw new Unspeakable();
        });
        for (PolicyEngine engine : List.of(broken, sourced)) {
            assertFailed(engine.evaluate(ann().build()));
            assertFailed(engine.explain(ann().build()));
            assertFailed(engine.evaluateWorkload(ann().build(), null));
        }
        assertThatThrownBy(() -> broken.whatIf("{}")).isInstanceOf(dev.sallyport.WhatIfException.class);
        PolicyEngine heard = PolicyEngine.load(policies, people).withListener((request, decision, nanos) -> {
            throw new Unspeakable();
        });
        assertThat(heard.evaluate(ann().build()).reason().code()).isEqualTo(ReasonCode.BLOCKED_BY_CONDITIONAL_ACCESS);
        try (ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(List.of(policies), List.of(directory), Clock.systemUTC(),
                each -> each.policySet().policies().size() > 1 ? failed() : each)) {
            LinkedBlockingQueue<Status> changes = new LinkedBlockingQueue<>();
            engine.addListener(status -> {
                throw new Unspeakable();
            });
            engine.addListener(changes::add);
            Files.writeString(policies.resolve("two.yaml"), policy("two", "", BLOCK));
            assertThat(changes.poll(60, TimeUnit.SECONDS)).extracting(Status::state).isEqualTo(State.STALE);
            Files.delete(policies.resolve("two.yaml"));
            assertThat(changes.poll(60, TimeUnit.SECONDS)).extracting(Status::state).as("the watcher lives on").isEqualTo(State.LOADED);
        }
    }

    private static PolicyEngine failed() {
        throw new Unspeakable();
    }

    @Test
    void attack_95_nullForAClockADirectoryOrASetup_isAClearErrorAtLoad() throws Exception {
        Files.writeString(policies.resolve("one.yaml"), policy("one", "", BLOCK));
        Directory people = PolicyEngine.loadDirectory(directory);
        assertThatThrownBy(() -> PolicyEngine.load(List.of(policies), people, null)).hasMessageContaining("the clock is null");
        assertThatThrownBy(() -> PolicyEngine.withoutPolicies(people, null)).hasMessageContaining("the clock is null");
        assertThatThrownBy(() -> PolicyEngine.load(policies, (Directory) null)).hasMessageContaining("the directory is null");
        assertThatThrownBy(() -> PolicyEngine.load((List<Path>) null, people, Clock.systemUTC())).hasMessageContaining("the paths of the policies are null");
        assertThatThrownBy(() -> ReloadingPolicyEngine.load(List.of(policies), List.of(directory), null, UnaryOperator.identity())).hasMessageContaining("the clock is null");
        assertThatThrownBy(() -> ReloadingPolicyEngine.load(List.of(policies), List.of(directory), Clock.systemUTC(), null)).hasMessageContaining("the setup is null");
        assertThatThrownBy(() -> ReloadingPolicyEngine.load(List.of(policies), List.of(directory), Clock.systemUTC(), each -> null)).hasMessageContaining("the setup returned null");
    }

    // ---- 97, 98, 105: reloads

    @Test
    void attack_97_closedEngine_saysSo_andDecidesOn() throws Exception {
        Files.writeString(policies.resolve("one.yaml"), policy("one", "", BLOCK));
        ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(List.of(policies), List.of(directory));
        String version = engine.status().policySetVersion();
        engine.close();
        Status closed = engine.status();
        assertThat(closed.state()).isEqualTo(State.CLOSED);
        assertThat(closed.policySetVersion()).isEqualTo(version);
        engine.close();
        assertThat(engine.status()).isEqualTo(closed);
        assertThat(engine.evaluate(ann().build()).outcome()).isEqualTo(Outcome.BLOCK);
    }

    @Test
    void attack_98_policyEdit_doesNotReadTheDirectoryAgain() throws Exception {
        Files.writeString(policies.resolve("one.yaml"), policy("one", "", BLOCK));
        try (Watched watched = new Watched()) {
            Directory first = watched.engine.engine().directory();
            Files.writeString(policies.resolve("two.yaml"), policy("two", "", BLOCK));
            assertThat(watched.next().state()).isEqualTo(State.LOADED);
            assertThat(watched.engine.engine().directory()).isSameAs(first);
            replace(directory, PEOPLE.replace("bob@", "ben@"));
            assertThat(watched.next().state()).isEqualTo(State.LOADED);
            assertThat(watched.engine.engine().directory()).isNotSameAs(first);
            assertThat(watched.engine.engine().directory().user("ben@contoso.com")).isNotNull();
            replace(policies.resolve("two.yaml"), "kind: nonsense\n");
            assertThat(watched.next().state()).isEqualTo(State.STALE);
            replace(directory, "kind: nonsense\n");
            assertThat(watched.next().diagnostics().toString()).contains("directory.yaml");
            replace(policies.resolve("two.yaml"), policy("two", "", BLOCK));
            replace(directory, PEOPLE);
            assertThat(watched.next().state()).isEqualTo(State.LOADED);
            assertThat(watched.engine.engine().directory().user("bob@contoso.com")).isNotNull();
        }
    }

    /** As editors save. */
    private static void replace(Path file, String text) throws Exception {
        Path other = Files.writeString(file.resolveSibling("." + file.getFileName() + ".swp"), text);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private final class Watched implements AutoCloseable {
        final LinkedBlockingQueue<Status> changes = new LinkedBlockingQueue<>();
        final ReloadingPolicyEngine engine;

        Watched() throws Exception {
            engine = ReloadingPolicyEngine.load(List.of(policies), List.of(directory));
            engine.addListener(changes::add);
        }

        Status next() throws InterruptedException {
            Status status = changes.poll(60, TimeUnit.SECONDS);
            assertThat(status).as("a change within a minute").isNotNull();
            return status;
        }

        /** The warnings about policies of the next change, which has to be in force. */
        List<String> lost() throws InterruptedException {
            Status status = next();
            assertThat(status.state()).as(status.toString()).isEqualTo(State.LOADED);
            return status.diagnostics().stream().filter(each -> !each.isError()).map(each -> each.code() + " " + each.message()).toList();
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    private static final String OTHER = policy("other", "", Attack.MFA).replace("state: enabled", "state: enabledForReportingButNotEnforced");

    @ParameterizedTest
    @ValueSource(strings = {"deleted", "renamed", "hidden folder", "cut", "folder of its name"})
    void attack_105_enabledPolicyThatGoes_isNamedByTheStatusAndInTheLog(String way) throws Exception {
        Path below = Files.createDirectory(policies.resolve("below"));
        Path file = Files.writeString(below.resolve("two.yaml"), OTHER.replace("other", "more") + policy("door", "", BLOCK));
        Files.writeString(policies.resolve("one.yaml"), OTHER);
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                log.add(entry.getLevel() + " " + entry.getMessage());
            }

            @Override
            public void flush() { }

            @Override
            public void close() { }
        };
        Logger logger = Logger.getLogger("dev.sallyport");
        logger.addHandler(handler);
        try (Watched watched = new Watched()) {
            switch (way) {
                case "deleted" -> Files.delete(file);
                case "renamed" -> Files.move(file, below.resolve("two.yaml.off"));
                case "hidden folder" -> Files.move(below, policies.resolve(".below"));
                case "cut" -> Files.writeString(file, OTHER.replace("other", "more"));
                default -> {
                    Files.delete(file);
                    Files.createDirectory(file);
                }
            }
            if (way.equals("folder of its name")) {
                Status status = watched.next();
                assertThat(status.state()).isEqualTo(State.STALE);
                assertThat(status.diagnostics().toString()).contains("two.yaml: error SP1001: a folder is named like a file");
                assertThat(watched.engine.evaluate(ann().build()).outcome()).isEqualTo(Outcome.BLOCK);
                assertThat(log).anySatisfy(line -> assertThat(line).startsWith(Level.WARNING + " a reload failed").contains("SP1001").doesNotContain("\n"));
                return;
            }
            assertThat(watched.lost()).containsExactly("SP1822 the enabled policy `door` was removed");
            assertThat(watched.engine.evaluate(ann().build()).outcome()).isEqualTo(Outcome.ALLOW);
            assertThat(log).anySatisfy(line -> assertThat(line).startsWith(Level.WARNING.toString()).contains("`door` was removed").doesNotContain("\n"));
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void attack_105_fileThatComesBackInTime_wasNeverGone() throws Exception {
        Path file = Files.writeString(policies.resolve("two.yaml"), policy("door", "", BLOCK));
        Files.writeString(policies.resolve("one.yaml"), OTHER);
        try (Watched watched = new Watched()) {
            Path away = policies.resolve("two.yaml.new");
            Files.move(file, away);
            for (int i = 0; i < 80; i++) {
                Thread.sleep(10);
                assertThat(watched.engine.evaluate(ann().build()).outcome()).isEqualTo(Outcome.BLOCK);
            }
            Files.move(away, file);
            assertThat(watched.changes.poll(4, TimeUnit.SECONDS)).isNull();
            assertThat(watched.engine.evaluate(ann().build()).outcome()).isEqualTo(Outcome.BLOCK);
        }
    }

    @Test
    void attack_105_policyThatIsWeakened_isNamedWithWhatIsLess() throws Exception {
        String door = policy("door", "{ includeUsers: [All] }", "{ includeApplications: [All] }", "", BLOCK);
        String strong = door.replace("builtInControls: [block]", "builtInControls: [mfa, compliantDevice]").replace("operator: OR", "operator: AND");
        Path file = Files.writeString(policies.resolve("two.yaml"), door);
        Files.writeString(policies.resolve("one.yaml"), OTHER + "---\nkind: evaluationSettings\nunknownSignals: strict\n---\nkind: securityDefaults\nisEnabled: false\n");
        try (Watched watched = new Watched()) {
            replace(file, door.replace("state: enabled", "state: disabled"));
            assertThat(watched.lost()).containsExactly("SP1823 `door` asks for less than before: state");
            replace(file, door);
            assertThat(watched.lost()).isEmpty();
            replace(file, strong);
            assertThat(watched.lost()).containsExactly("SP1823 `door` asks for less than before: grantControls");
            replace(file, strong.replace("operator: AND", "operator: OR"));
            assertThat(watched.lost()).containsExactly("SP1823 `door` asks for less than before: grantControls");
            replace(file, door);
            assertThat(watched.lost()).as("a block is more than anything").isEmpty();
            replace(file, door.replace("{ includeUsers: [All] }", "{ includeUsers: [All], excludeGroups: [Break glass] }"));
            assertThat(watched.lost()).containsExactly("SP1823 `door` asks for less than before: excludeGroups");
            replace(file, door.replace("{ includeUsers: [All] }", "{ includeGroups: [Staff] }").replace("clientAppTypes: [all]", "clientAppTypes: [browser]"));
            assertThat(watched.lost()).containsExactly("SP1823 `door` asks for less than before: includeUsers, clientAppTypes");
            replace(file, door);
            assertThat(watched.lost()).isEmpty();
            replace(policies.resolve("one.yaml"), OTHER + "---\nkind: securityDefaults\nisEnabled: false\n");
            assertThat(watched.lost()).containsExactly("SP1823 `unknownSignals` is no longer `strict`");
        }
    }

    // ---- what a decision was made under

    @Test
    void directoryVersion_isTheDigestOfWhatStandsInTheFiles_inWhateverOrder() throws Exception {
        Files.writeString(policies.resolve("one.yaml"), policy("one", "", BLOCK));
        PolicyEngine engine = PolicyEngine.load(policies, directory);
        Decision decision = engine.evaluate(ann().build());
        assertThat(decision.directoryVersion()).isEqualTo(PolicyEngine.loadDirectory(directory).version()).matches("sha256:[0-9a-f]{64}");
        assertThat(engine.evaluate(null).directoryVersion()).isEqualTo(decision.directoryVersion());
        assertThat(DecisionWriter.toJson(decision)).contains("\"directoryVersion\":\"" + decision.directoryVersion() + "\"");
        assertThat(version(PEOPLE.replace("{ id: g1, displayName: Staff }, { id: g2, displayName: Break glass }", "{ id: g2, displayName: Break glass }, { displayName: Staff, id: g1 }")))
                .isEqualTo(decision.directoryVersion());
        assertThat(List.of(version(PEOPLE.replace("perUserMfaState: enabled", "perUserMfaState: enforced")), version(PEOPLE.replace("appId: a1", "appId: a2")),
                version(PEOPLE.replace("Contoso", "Fabrikam")))).doesNotContain(decision.directoryVersion()).doesNotHaveDuplicates();
        assertThat(engine.directory().with(engine.directory().user("u1")).version()).as("changed since").isNull();
    }

    private String version(String people) throws Exception {
        return PolicyEngine.loadDirectory(Files.writeString(folder.resolve("other.yaml"), people)).version();
    }

    @Test
    void listener_hearsOfTheRequestThatWasDecided() throws Exception {
        List<Object> heard = new ArrayList<>();
        PolicyEngine engine = Attack.engine(policy("one", "", BLOCK)).withListener((request, decision, nanos) -> heard.addAll(java.util.Arrays.asList(request, decision)));
        SignIn request = ann().build();
        Decision decision = engine.evaluate(request);
        Decision explained = engine.explain(request);
        Decision refused = engine.evaluate(null);
        assertThat(heard).containsExactly(request, decision, request, explained, null, refused);
    }
}
