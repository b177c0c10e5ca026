package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.ReloadingPolicyEngine.State;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.SignIn;
import dev.sallyport.userstate.CachingUserStateSource;
import dev.sallyport.userstate.JdbcUserStateSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/gateway.md}, compiled and run; what stands between two lines {@code // PAGE} is what the page shows. */
class GatewayPageTest {

    private static final Path PAGE = Path.of("docs/gateway.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/sallyport/GatewayPageTest.java");

    private final List<String> log = new ArrayList<>();
    private final DataSource pool = JdbcConnectionPool.create("jdbc:h2:mem:page;DB_CLOSE_DELAY=-1", "sa", "");
    private SignIn request;

    @BeforeEach
    void request() {
        request = SignIn.builder().user("emma.hart@contoso.com").application("Office 365 Exchange Online").clientAppType("browser")
                .devicePlatform("windows").ipAddress("192.0.2.200").country("NL").build();
    }

    @Test
    void page_showsTheCodeOfThisTest() throws Exception {
        List<String> shown = new ArrayList<>();
        Matcher block = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        while (block.find()) {
            shown.add(block.group(1));
        }
        List<String> real = new ArrayList<>();
        String[] parts = Files.readString(SOURCE).split("(?m)^        // PAGE\\n");
        for (int i = 1; i < parts.length; i += 2) {
            real.add(parts[i].replaceAll("(?m)^        ", ""));
        }
        assertThat(shown).isEqualTo(real).hasSize(5);
        assertThat(real.get(0).strip().lines()).as("ten lines").hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void links_ofThePage_leadToFiles() throws Exception {
        Matcher link = Pattern.compile("\\]\\(([^)#]+)\\)").matcher(Files.readString(PAGE));
        int links = 0;
        while (link.find()) {
            assertThat(PAGE.resolveSibling(link.group(1))).exists();
            links++;
        }
        assertThat(links).isPositive();
    }

    @Test
    void gateway_inTenLines_asksForMfa() throws Exception {
        embed();
        assertThat(log).containsExactly("ask for [mfa]");
    }

    @Test
    void users_ofADatabase_areRevokedAtOnce_RV01() throws Exception {
        users();
        assertThat(log).containsExactly("challenge", "block");
    }

    @Test
    void statusAndMetrics_areTold() throws Exception {
        status();
        metrics();
        assertThat(log).containsExactly("fresh", "1 decision: challenge mfaRequired");
    }

    private void embed() throws Exception {
        // PAGE
        ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(
                List.of(Path.of("rules/conditional-access")), List.of(Path.of("samples/directory.yaml")));

        Decision decision = engine.evaluate(request);
        switch (decision.outcome()) {
            case ALLOW -> letIn(decision.sessionControls());
            case PROMPT_REGISTER -> sendToRegistration(decision.registration().methods());
            case CHALLENGE -> askFor(decision.requiredControls());
            case BLOCK -> refuse(decision.reason().code());
        }
        // PAGE
        engine.close();
    }

    private void status() throws Exception {
        ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(List.of(Path.of("rules/conditional-access")),
                List.of(Path.of("samples/directory.yaml")));
        // PAGE
        engine.addListener(status -> {
            if (status.state() == State.STALE) {
                alert("policies are stale since " + status.since(), status.diagnostics());
            }
        });
        boolean isFresh = engine.status().state() == State.LOADED;      // for a health check
        // PAGE
        log.add(isFresh ? "fresh" : "stale");
        engine.close();
    }

    private void users() throws Exception {
        Directory directory = PolicyEngine.loadDirectory(Path.of("samples/directory.yaml"));
        new JdbcUserStateSource(pool).migrate();
        new JdbcUserStateSource(pool).put(directory.users());
        // PAGE
        JdbcUserStateSource users = new JdbcUserStateSource(pool);
        users.migrate();
        CachingUserStateSource cache = new CachingUserStateSource(users, Duration.ofSeconds(30), Duration.ofSeconds(2));

        ReloadingPolicyEngine engine = ReloadingPolicyEngine.load(
                List.of(Path.of("rules/conditional-access")), List.of(Path.of("samples/directory.yaml")),
                Clock.systemUTC(), loaded -> loaded.withUserStates(cache));
        // PAGE
        log.add(engine.evaluate(request).outcome().toString());
        Instant now = Instant.now();
        // PAGE
        users.update("emma.hart@contoso.com", user -> Lifecycle.revokeSessions(Lifecycle.enforce(user, now), now));
        cache.invalidate("emma.hart@contoso.com");
        // PAGE
        users.update("emma.hart@contoso.com", user -> Lifecycle.disableAccount(user, now));
        cache.invalidate("emma.hart@contoso.com");
        log.add(engine.evaluate(request).outcome().toString());
        assertThat(users.find("emma.hart@contoso.com").perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);
        engine.close();
        cache.close();
    }

    private void metrics() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        PolicyEngine loaded = PolicyEngine.load(Path.of("rules/conditional-access"), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
        // PAGE
        PolicyEngine counted = loaded.withListener((request, decision, nanos) -> Timer.builder("sallyport.decisions")
                .tag("outcome", decision.outcome().toString()).tag("reason", decision.reason().code().toString())
                .register(registry).record(nanos, TimeUnit.NANOSECONDS));
        // PAGE
        counted.evaluate(request);
        Timer timer = registry.get("sallyport.decisions").timer();
        log.add(timer.count() + " decision: " + timer.getId().getTag("outcome") + " " + timer.getId().getTag("reason"));
    }

    private void alert(String message, List<Diagnostic> diagnostics) {
        log.add(message + diagnostics);
    }

    private void letIn(Object controls) {
        log.add("let in with " + controls);
    }

    private void sendToRegistration(Object methods) {
        log.add("register one of " + methods);
    }

    private void askFor(Object controls) {
        log.add("ask for " + controls);
    }

    private void refuse(Object reason) {
        log.add("refuse: " + reason);
    }
}
