package dev.sallyport.userstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CachingUserStateSourceTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-11-22T10:15:00Z");
    private static final UserState ANN = UserState.builder().id("4d0d").userPrincipalName("ann@contoso.com").displayName("Ann").build();
    private static final UserState REVOKED = Lifecycle.revokeSessions(ANN, NOW);

    private final AtomicLong time = new AtomicLong();
    private final AtomicReference<UserState> stored = new AtomicReference<>(ANN);
    private final AtomicInteger calls = new AtomicInteger();

    private CachingUserStateSource cache(UserStateSource source) {
        return new CachingUserStateSource(source, MINUTE, PATIENCE, time::get);
    }

    private UserState stored(String user) {
        calls.incrementAndGet();
        return stored.get();
    }

    @Test
    void state_withinItsTime_isReadOnce_inWhateverCaseItIsAskedFor() throws Exception {
        try (CachingUserStateSource cache = cache(this::stored)) {
            assertThat(cache.find("ann@contoso.com")).isEqualTo(ANN);
            time.set(MINUTE.toNanos() - 1);
            assertThat(cache.find("Ann@Contoso.com")).isEqualTo(ANN);
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void revocation_isHiddenNoLongerThanTheTimeToLive_RV01() throws Exception {
        try (CachingUserStateSource cache = cache(this::stored)) {
            cache.find("ann@contoso.com");
            stored.set(REVOKED);
            time.set(MINUTE.toNanos() / 2);
            cache.find("ann@contoso.com");                              // being asked for makes no state younger
            time.set(MINUTE.toNanos());
            assertThat(cache.find("ann@contoso.com")).isEqualTo(REVOKED);
        }
    }

    @Test
    void timeToLive_beginsWhenTheSourceIsAsked_notWhenItAnswers_RV01() throws Exception {
        try (CachingUserStateSource cache = cache(user -> {
            UserState state = stored(user);
            time.addAndGet(MINUTE.toNanos() * 3 / 4);                   // a slow source
            return state;
        })) {
            cache.find("ann@contoso.com");
            stored.set(REVOKED);
            time.set(MINUTE.toNanos());
            assertThat(cache.find("ann@contoso.com")).isEqualTo(REVOKED);
        }
    }

    @Test
    void invalidate_byIdOrName_forgetsBothAtOnce_RV01() throws Exception {
        for (String name : List.of("4D0D", "ANN@contoso.com")) {
            stored.set(ANN);
            try (CachingUserStateSource cache = cache(this::stored)) {
                cache.find("ann@contoso.com");
                cache.find("4d0d");
                stored.set(REVOKED);
                cache.invalidate(name);
                assertThat(cache.find("ann@contoso.com")).isEqualTo(REVOKED);
                assertThat(cache.find("4d0d")).isEqualTo(REVOKED);
            }
        }
    }

    @Test
    void invalidate_ofOneUser_leavesTheOthers() throws Exception {
        try (CachingUserStateSource cache = cache(this::stored)) {
            cache.find("ann@contoso.com");
            cache.invalidate("bob@contoso.com");
            cache.find("ann@contoso.com");
            assertThat(calls).hasValue(1);
            cache.invalidateAll();
            cache.find("ann@contoso.com");
            assertThat(calls).hasValue(2);
        }
    }

    @Test
    void invalidate_whileAnOldStateIsBeingRead_keepsItFromBeingRemembered_RV01() throws Exception {
        CountDownLatch isReading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (CachingUserStateSource cache = cache(user -> {
            UserState state = stored(user);
            isReading.countDown();
            goOn.await();
            return state;
        })) {
            CompletableFuture<UserState> early = CompletableFuture.supplyAsync(() -> find(cache));
            isReading.await();
            stored.set(REVOKED);
            cache.invalidate("4d0d");                                   // known by another name than the one that is looked up
            goOn.countDown();
            assertThat(early.get()).isEqualTo(ANN);
            assertThat(find(cache)).isEqualTo(REVOKED);
        }
    }

    private static UserState find(UserStateSource source) {
        try {
            return source.find("ann@contoso.com");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void manyWhoAskForOneUserAtOnce_shareOneLookUp() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (CachingUserStateSource cache = cache(user -> {
            goOn.await();
            return stored(user);
        })) {
            List<Thread> threads = new ArrayList<>();
            AtomicInteger answers = new AtomicInteger();
            for (int i = 0; i < 50; i++) {
                Thread thread = new Thread(() -> answers.addAndGet(find(cache).equals(ANN) ? 1 : 0));
                thread.start();
                threads.add(thread);
            }
            for (Thread thread : threads) {
                while (thread.getState() != Thread.State.WAITING) {
                    Thread.sleep(1);
                }
            }
            goOn.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(answers).hasValue(50);
            assertThat(calls).hasValue(1);
        }
    }

    @Test
    void unknownUser_andFailure_areAskedForAgain() throws Exception {
        stored.set(null);
        try (CachingUserStateSource cache = cache(this::stored)) {
            assertThat(cache.find("ann@contoso.com")).isNull();
            stored.set(ANN);
            assertThat(cache.find("ann@contoso.com")).isEqualTo(ANN);
        }
        AtomicReference<Exception> failure = new AtomicReference<>(new SQLException("no connection"));
        try (CachingUserStateSource cache = cache(user -> {
            if (failure.get() != null) {
                throw failure.get();
            }
            return ANN;
        })) {
            assertThatThrownBy(() -> cache.find("ann@contoso.com")).isSameAs(failure.get());
            failure.set(null);
            assertThat(cache.find("ann@contoso.com")).isEqualTo(ANN);
        }
    }

    @Test
    void expiredState_ofASourceThatFails_isNotUsedAnyMore() throws Exception {
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (CachingUserStateSource cache = cache(user -> {
            if (failure.get() != null) {
                throw failure.get();
            }
            return ANN;
        })) {
            cache.find("ann@contoso.com");
            failure.set(new SQLException("no connection"));
            assertThat(cache.find("ann@contoso.com")).isEqualTo(ANN);
            time.set(MINUTE.toNanos());
            assertThatThrownBy(() -> cache.find("ann@contoso.com")).hasMessage("no connection");
        }
    }

    @Test
    void source_thatHangs_blocksAsFailedAfterTheTimeOut_andIsAskedAgain() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        try (CachingUserStateSource cache = new CachingUserStateSource(user -> {
            if (asked.incrementAndGet() == 1) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            }
            return ANN;
        }, MINUTE, Duration.ofMillis(200))) {
            PolicyEngine engine = PolicyEngine.load(List.of(java.nio.file.Path.of("rules/security-defaults")), Directory.empty(), java.time.Clock.systemUTC())
                    .withUserStates(cache);
            SignIn request = SignIn.builder().user("ann@contoso.com").build();
            Decision decision = engine.evaluate(request);
            assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
            assertThat(decision.reason().code()).isEqualTo(ReasonCode.EVALUATION_FAILED);
            assertThat(decision.reason().message()).contains("no answer within PT0.2S");
            assertThat(interrupted.await(10, TimeUnit.SECONDS)).as("the thread that hangs is told to stop").isTrue();
            assertThat(engine.evaluate(request).reason().code()).isNotEqualTo(ReasonCode.EVALUATION_FAILED);
        }
    }

    @Test
    void source_thatHangsForEver_costsNobodyMoreThanTheTimeOut() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        try (CachingUserStateSource cache = new CachingUserStateSource(user -> {
            boolean done = false;
            while (!done) {
                try {
                    goOn.await();
                    done = true;
                } catch (InterruptedException e) {
                    // a driver that does not listen
                }
            }
            return ANN;
        }, MINUTE, Duration.ofMillis(200))) {
            List<CompletableFuture<Throwable>> all = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String user = "user" + i;
                CompletableFuture<Throwable> failure = new CompletableFuture<>();
                Thread thread = new Thread(() -> {
                    try {
                        cache.find(user);
                        failure.complete(null);
                    } catch (Throwable e) {
                        failure.complete(e);
                    }
                });
                thread.start();
                threads.add(thread);
                all.add(failure);
            }
            for (CompletableFuture<Throwable> each : all) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
            }
            goOn.countDown();
            UserState found = null;
            for (int attempt = 0; found == null && attempt < 50; attempt++) {
                try {
                    found = cache.find("ann@contoso.com");
                } catch (TimeoutException e) {
                    Thread.sleep(20);
                }
            }
            assertThat(found).isEqualTo(ANN);
        }
    }

    @Test
    void closedCache_failsAndDoesNotHang() {
        CachingUserStateSource cache = cache(this::stored);
        cache.close();
        cache.close();
        assertThatThrownBy(() -> cache.find("ann@contoso.com")).isInstanceOf(RejectedExecutionException.class);
    }
}
