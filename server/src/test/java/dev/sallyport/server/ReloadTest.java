package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.LoadOptions;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.UserState;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change, readiness, and the end. */
class ReloadTest {

    private static final String REQUEST = "{\"user\":\"ann@contoso.com\",\"application\":\"Wiki\",\"clientAppType\":\"browser\"}";
    private static final String BLOCK = """
            kind: conditionalAccessPolicy
            id: block-ann
            displayName: Block Ann
            state: enabled
            conditions:
              users:          { includeUsers: [ann@contoso.com] }
              applications:   { includeApplications: [All] }
              clientAppTypes: [all]
            grantControls: { operator: OR, builtInControls: [block] }
            """;

    @TempDir
    private Path folder;
    private Path policies;

    @BeforeEach
    void copy() throws Exception {
        policies = Files.createDirectory(folder.resolve("policies"));
        Files.copy(Running.resource("gateway/policies.yaml"), policies.resolve("policies.yaml"));
        Files.copy(Running.resource("gateway/directory.yaml"), folder.resolve("directory.yaml"));
    }

    private Settings settings(Duration staleAfter) {
        Settings.Wire wire = Settings.Wire.DEFAULT;
        return Running.local(policies, folder.resolve("directory.yaml"), new Settings.Wire(wire.callers(), null, wire.proxies(), wire.applications(),
                wire.headers(), wire.signIn(), null, wire.limits(), staleAfter, wire.issuers(), null));
    }

    private static String outcome(Running running) throws Exception {
        return Running.at(running.post("/v1/decisions", REQUEST), "outcome");
    }

    @Test
    void policy_thatIsAdded_isInForceSoon() throws Exception {
        try (Running running = Running.of(settings(Duration.ofMinutes(5)))) {
            assertThat(outcome(running)).isEqualTo("\"allow\"");

            Files.writeString(policies.resolve("block.yaml"), BLOCK);

            Eventually.is("\"block\"", () -> outcome(running));
            assertThat(running.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    /** The mapping and the policies change in one step: no request sees one without the other. */
    @Test
    void mapping_thatChanges_changesWithThePolicies() throws Exception {
        String question = "{\"subject\":{\"type\":\"user\",\"id\":\"ann\"},\"action\":{\"name\":\"read\"},\"resource\":{\"type\":\"app\",\"id\":\"Wiki\"}}";
        try (Running running = Running.of(settings(Duration.ofMinutes(5)))) {
            assertThat(running.post("/access/v1/evaluation", question).body()).isEqualTo("{\"decision\":true}");

            Files.writeString(policies.resolve("mapping.yaml"), "kind: authzenMapping\nsubject: { user: \"${subject.id}@contoso.com\" }\n"
                    + "applications: [\"${resource.id} administration\"]\n");

            Eventually.is("false", () -> Running.at(running.post("/access/v1/evaluation", question), "decision"));
            assertThat(running.post("/access/v1/evaluation", question.replace("ann", "ida")).body()).isEqualTo("{\"decision\":true}");
        }
    }

    @Test
    void files_thatAreInvalid_leaveTheOldOnesInForceUntilItIsStale() throws Exception {
        try (Running running = Running.of(settings(Duration.ofSeconds(2)), Clock.systemUTC())) {
            Files.writeString(policies.resolve("block.yaml"), BLOCK);
            Eventually.is("\"block\"", () -> outcome(running));

            Files.writeString(policies.resolve("broken.yaml"), "kind: conditionalAccessPolicy\nstate: on\n");

            Eventually.is(503, () -> running.get("/health/ready").statusCode());
            assertThat(running.get("/health/ready").body()).contains("the files cannot be loaded since");
            assertThat(running.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(outcome(running)).isEqualTo("\"block\"");

            Files.delete(policies.resolve("broken.yaml"));
            Eventually.is(200, () -> running.get("/health/ready").statusCode());
        }
    }

    @Test
    void set_thatIsEmptyOnPurpose_isNeverReady() throws Exception {
        Files.delete(policies.resolve("policies.yaml"));
        Files.writeString(policies.resolve("nothing.yaml"), "kind: securityDefaults\nisEnabled: false\n");
        try (Running running = Running.of(settings(Duration.ofMinutes(5)))) {
            assertThat(running.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(running.get("/health/ready").body()).contains("the policy set is empty");
        }
    }

    @Test
    void source_thatIsUnreachable_isNotReadyUntilItAnswers() throws Exception {
        AtomicBoolean isDown = new AtomicBoolean();
        try (Running running = Running.of(settings(Duration.ofMinutes(5)), engine -> engine.withUserStates(name -> {
            if (isDown.get()) {
                throw new IllegalStateException("the database is down");
            }
            return engine.directory().user(name);
        }))) {
            assertThat(outcome(running)).isEqualTo("\"allow\"");
            assertThat(running.get("/health/ready").statusCode()).isEqualTo(200);

            isDown.set(true);
            assertThat(running.post("/v1/decisions", REQUEST).statusCode()).isEqualTo(503);
            assertThat(running.get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(running.get("/health/ready").body()).contains("the last decision failed");
            assertThat(running.get("/health/live").statusCode()).isEqualTo(200);

            isDown.set(false);
            assertThat(outcome(running)).isEqualTo("\"allow\"");
            assertThat(running.get("/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void files_thatAreInvalidAtTheStart_keepItFromStarting() throws Exception {
        Files.writeString(policies.resolve("broken.yaml"), "kind: conditionalAccessPolicy\nstate: on\n");
        assertThatThrownBy(() -> Running.of(settings(Duration.ofMinutes(5)))).isInstanceOf(PolicyLoadException.class);
        assertThatThrownBy(() -> Running.of(new Settings(List.of(folder.resolve("absent")), List.of(), LoadOptions.lenient(), "127.0.0.1", 0, null, null,
                true, Settings.Wire.DEFAULT))).isInstanceOf(PolicyLoadException.class);
    }

    /** What has begun is answered; what is new is not. */
    @Test
    void close_whileADecisionHangs_answersItFirst() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Running running = Running.of(settings(Duration.ofMinutes(5)), engine -> engine.withUserStates(name -> {
            UserState user = engine.directory().user(name);
            begun.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return user;
        }));
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return running.post("/v1/decisions", REQUEST);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        Thread stopping = new Thread(running::close);
        stopping.start();
        Eventually.is(true, () -> {
            try {
                return running.get("/health/ready").statusCode() == 503;
            } catch (java.io.IOException e) {
                return true;
            }
        });
        Thread.sleep(Duration.ofSeconds(3).toMillis());
        assertThat(stopping.isAlive()).isTrue();
        go.countDown();

        assertThat(Running.at(answer.get(20, TimeUnit.SECONDS), "outcome")).isEqualTo("\"allow\"");
        stopping.join(Duration.ofSeconds(20).toMillis());
        assertThat(stopping.isAlive()).isFalse();
    }
}
