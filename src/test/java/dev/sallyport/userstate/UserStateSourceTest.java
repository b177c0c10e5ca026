package dev.sallyport.userstate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A state that cannot be had blocks, and a decision does not depend on who counts it (interface, sections 3 and 6). */
class UserStateSourceTest {

    private static final String EMMA = "emma.hart@contoso.com";
    private static Directory directory;
    private static PolicyEngine plain;

    @BeforeAll
    static void load() throws PolicyLoadException {
        directory = PolicyEngine.loadDirectory(Path.of("samples/directory.yaml"));
        plain = PolicyEngine.load(Path.of("rules/conditional-access"), directory);
    }

    private static SignIn request(String user) {
        return SignIn.builder().user(user).application("Office 365 Exchange Online").clientAppType("browser").devicePlatform("windows")
                .ipAddress("192.0.2.200").country("NL").createdDateTime(java.time.Instant.parse("2026-11-22T10:15:00Z")).build();
    }

    private static void assertBlocks(UserStateSource source, String user, ReasonCode reason, String message) {
        PolicyEngine engine = plain.withUserStates(source);
        for (Decision decision : List.of(engine.evaluate(request(user)), engine.explain(request(user)))) {
            assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
            assertThat(decision.reason().code()).isEqualTo(reason);
            assertThat(decision.reason().message()).contains(message);
        }
    }

    @Test
    void directory_asASource_decidesAsItDoesInTheEngine() {
        PolicyEngine engine = plain.withUserStates(directory::user);
        for (UserState user : directory.users()) {
            assertThat(engine.evaluate(request(user.id()))).isEqualTo(plain.evaluate(request(user.id())));
            assertThat(engine.explain(request(user.userPrincipalName()))).isEqualTo(plain.explain(request(user.userPrincipalName())));
        }
    }

    @Test
    void state_ofTheSource_countsInsteadOfTheDirectorys() {
        UserState disabled = directory.user(EMMA).toBuilder().accountEnabled(false).build();
        PolicyEngine engine = plain.withUserStates(user -> disabled);
        assertThat(engine.evaluate(request(EMMA)).reason().code()).isEqualTo(ReasonCode.ACCOUNT_DISABLED);
        assertThat(engine.evaluate(request(EMMA), directory.user(EMMA))).as("what the caller brings counts most").isEqualTo(plain.evaluate(request(EMMA)));
    }

    @Test
    void source_thatThrows_blocksAsFailed() {
        assertBlocks(user -> {
            throw new SQLException("no connection");
        }, EMMA, ReasonCode.EVALUATION_FAILED, "no connection");
        assertBlocks(user -> {
            throw new StackOverflowError();
        }, EMMA, ReasonCode.EVALUATION_FAILED, "StackOverflowError");
    }

    @Test
    void unknownUser_isAnInvalidRequest_evenIfTheDirectoryKnowsThem() {
        assertBlocks(user -> null, EMMA, ReasonCode.INVALID_REQUEST, "unknown user `emma.hart@contoso.com`");
    }

    @Test
    void stateOfAnotherUser_isRefused() {
        UserState other = directory.users().stream().filter(user -> !user.isNamed(EMMA)).findFirst().orElseThrow();
        assertBlocks(user -> other, EMMA, ReasonCode.EVALUATION_FAILED, "another user");
    }

    @Test
    void stateOfTheUser_inAnyCase_byIdOrName_isTaken() {
        UserState emma = directory.user(EMMA);
        PolicyEngine engine = plain.withUserStates(user -> emma);
        assertThat(engine.evaluate(request("Emma.Hart@CONTOSO.com")).outcome()).isEqualTo(Outcome.CHALLENGE);
        assertThat(engine.evaluate(request(emma.id().toUpperCase(java.util.Locale.ROOT))).outcome()).isEqualTo(Outcome.CHALLENGE);
    }

    @Test
    void requestWithoutAUser_neverReachesTheSource() {
        AtomicInteger calls = new AtomicInteger();
        assertBlocks(user -> {
            calls.incrementAndGet();
            return directory.user(EMMA);
        }, " ", ReasonCode.INVALID_REQUEST, "names no user");
        assertThat(calls).hasValue(0);
    }

    @Test
    void interruptedSource_blocks_andTheThreadStaysInterrupted() {
        PolicyEngine engine = plain.withUserStates(user -> {
            throw new InterruptedException();
        });
        Decision decision = engine.evaluate(request(EMMA));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(decision.reason().code()).isEqualTo(ReasonCode.EVALUATION_FAILED);
    }

    @Test
    void source_staysWithTheEngine_whateverElseChanges() {
        UserState enforced = directory.user(EMMA).toBuilder().perUserMfaState(PerUserMfaState.ENFORCED).perUserMfaEnabledDateTime(null).accountEnabled(false).build();
        PolicyEngine engine = plain.withUserStates(user -> enforced).with(plain.policySet().evaluationSettings()).withListener((request, decision, nanos) -> { });
        assertThat(engine.evaluate(request(EMMA)).reason().code()).isEqualTo(ReasonCode.ACCOUNT_DISABLED);
        assertThat(engine.plain(plain.policySet()).evaluate(request(EMMA)).reason().code()).isEqualTo(ReasonCode.ACCOUNT_DISABLED);
    }

    // ---- listeners

    @Test
    void listener_hearsOfEveryDecision() {
        List<Decision> heard = new ArrayList<>();
        PolicyEngine engine = plain.withListener((request, decision, nanos) -> {
            assertThat(nanos).isPositive();
            heard.add(decision);
        });
        List<Decision> answers = List.of(engine.evaluate(request(EMMA)), engine.explain(request(EMMA)), engine.evaluate(request("nobody")), engine.evaluate(null));
        assertThat(heard).isEqualTo(answers);
        assertThat(heard).extracting(decision -> decision.reason().code())
                .containsExactly(ReasonCode.MFA_REQUIRED, ReasonCode.MFA_REQUIRED, ReasonCode.INVALID_REQUEST, ReasonCode.INVALID_REQUEST);
    }

    @Test
    void listener_thatThrows_changesNoDecision() {
        PolicyEngine engine = plain.withListener((request, decision, nanos) -> {
            throw new AssertionError("a broken counter");
        });
        assertThat(engine.evaluate(request(EMMA))).isEqualTo(plain.evaluate(request(EMMA)));
        assertThat(engine.explain(request(EMMA))).isEqualTo(plain.explain(request(EMMA)));
    }
}
