package dev.sallyport.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.fixtures.Targets;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import dev.sallyport.userstate.CachingUserStateSource;
import dev.sallyport.userstate.JdbcUserStateSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A database of user states that fails in every way: each request is blocked meanwhile, and decided as usual afterwards. */
@Timeout(60)
class DatabaseFaultsTest {

    private static final Duration TIME_OUT = Duration.ofMillis(300);
    private static final String USER = "emma.hart@contoso.com";
    private static final SignIn REQUEST = SignIn.builder().user(USER).application("Customer CRM").clientAppType("browser").ipAddress("203.0.113.7").build();

    /** What happens to a call of {@link DataSource} or of {@link Connection}. */
    private interface Call {
        Object run() throws Exception;
    }

    /** What the database does. */
    enum Fault {
        WORKS, REFUSES, THROWS, THROWS_AN_ERROR, HAS_NO_CONNECTION, GIVES_A_CLOSED_CONNECTION, FAILS_IN_THE_STATEMENT, FAILS_AT_CLOSING, HANGS, HANGS_IN_THE_STATEMENT
    }

    private final CountDownLatch over = new CountDownLatch(1);
    private volatile Fault fault = Fault.WORKS;
    private JdbcConnectionPool pool;
    private PolicyEngine direct;
    private CachingUserStateSource cache;
    private PolicyEngine cached;
    private Decision usual;

    @BeforeEach
    void fill() throws Exception {
        pool = JdbcConnectionPool.create("jdbc:h2:mem:faults", "sa", "");
        JdbcUserStateSource users = new JdbcUserStateSource(broken(DataSource.class, pool, this::connection));
        users.migrate();
        users.put(Targets.shipped().directory().users());
        direct = Targets.shipped().withUserStates(users);
        cache = new CachingUserStateSource(users, Duration.ZERO, TIME_OUT);
        cached = Targets.shipped().withUserStates(cache);
        usual = Targets.shipped().explain(REQUEST);
        assertThat(usual.reason().code()).isNotEqualTo(ReasonCode.EVALUATION_FAILED);
    }

    @AfterEach
    void close() {
        over.countDown();
        cache.close();
        pool.dispose();
    }

    private interface Intercept {
        Object of(String method, Call call) throws Exception;
    }

    private static <T> T broken(Class<T> type, T whole, Intercept intercept) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> intercept.of(method.getName(), () -> {
            try {
                return method.invoke(whole, arguments);
            } catch (InvocationTargetException e) {
                throw (Exception) e.getCause();
            }
        })));
    }

    private Object connection(String method, Call call) throws Exception {
        switch (fault) {
            case REFUSES -> throw new SQLException("too many clients");
            case THROWS -> throw new IllegalStateException("a broken pool");
            case THROWS_AN_ERROR -> throw new NoClassDefFoundError("a broken driver");
            case HANGS -> over.await();
            default -> { }
        }
        if (!method.equals("getConnection")) {
            return call.run();
        }
        if (fault == Fault.HAS_NO_CONNECTION) {
            return null;
        }
        Connection connection = (Connection) call.run();
        if (fault == Fault.GIVES_A_CLOSED_CONNECTION) {
            connection.close();
        }
        return broken(Connection.class, connection, (name, inner) -> {
            if (name.equals("close") && fault == Fault.FAILS_AT_CLOSING) {
                inner.run();
                throw new SQLException("the connection was reset");
            }
            Object result = inner.run();
            return name.equals("prepareStatement") ? broken(PreparedStatement.class, (PreparedStatement) result, this::statement) : result;
        });
    }

    private Object statement(String method, Call call) throws Exception {
        if (method.startsWith("execute") && fault == Fault.FAILS_IN_THE_STATEMENT) {
            throw new SQLException("canceling statement due to user request");
        }
        if (method.startsWith("execute") && fault == Fault.HANGS_IN_THE_STATEMENT) {
            over.await();
        }
        return call.run();
    }

    private static void assertFailedClosed(PolicyEngine engine) {
        for (Function<SignIn, Decision> ask : List.<Function<SignIn, Decision>>of(engine::evaluate, engine::explain)) {
            long begin = System.nanoTime();
            Decision decision = ask.apply(REQUEST);
            assertThat(decision.outcome()).isEqualTo(Outcome.BLOCK);
            assertThat(decision.reason().code()).isEqualTo(ReasonCode.EVALUATION_FAILED);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
        }
    }

    private void assertDecidesAsUsual() {
        assertThat(direct.explain(REQUEST)).isEqualTo(usual);
        assertThat(cached.explain(REQUEST)).isEqualTo(usual);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WORKS")
    void database_thatFails_blocks_andDecidesOnceItWorksAgain(Fault how) {
        assertDecidesAsUsual();
        fault = how;
        assertFailedClosed(cached);
        if (!how.name().startsWith("HANGS")) {
            assertFailedClosed(direct);
        }
        fault = Fault.WORKS;
        assertDecidesAsUsual();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "7", "[]", "{}", "{", "\"emma.hart@contoso.com\"", "kind: directory", "{\"userPrincipalName\": 7}",
        "{\"id\": \"x\", \"userPrincipalName\": \"emma.hart@contoso.com\", \"userPrincipalName\": \"emma.hart@contoso.com\"}",
        "{\"id\": \"x\", \"userPrincipalName\": \"somebody.else@contoso.com\"}",
        "[{\"id\": \"x\", \"userPrincipalName\": \"emma.hart@contoso.com\"}, {\"id\": \"y\", \"userPrincipalName\": \"b@contoso.com\"}]",
        "{\"id\": \"x\", \"userPrincipalName\": \"emma.hart@contoso.com\", \"perUserMfaState\": \"off\"}",
        "{\"@odata.type\": \"#microsoft.graph.group\", \"id\": \"x\", \"displayName\": \"emma.hart@contoso.com\"}"})
    void row_thatIsNoStateOfTheUser_blocks(String state) throws Exception {
        update(state);
        assertFailedClosed(direct);
        assertFailedClosed(cached);
    }

    @Test
    void row_thatIsDeepOrLong_blocks() throws Exception {
        for (String state : List.of("[".repeat(100_000), "{\"a\":".repeat(50_000), "\"" + "x".repeat(5_000_000) + "\"")) {
            update(state);
            assertFailedClosed(direct);
        }
    }

    private void update(String state) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement("update sallyport_user set state = ? where user_principal_name = ?")) {
            statement.setString(1, state);
            statement.setString(2, USER);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        }
    }

    @Test
    void interruptedThread_isBlockedOrDecidedAsUsual_andStaysInterrupted() {
        for (PolicyEngine engine : List.of(direct, cached)) {
            Thread.currentThread().interrupt();
            Decision decision = engine.explain(REQUEST);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(decision.reason().code() == ReasonCode.EVALUATION_FAILED || decision.equals(usual)).as(decision.toString()).isTrue();
        }
        assertDecidesAsUsual();
    }
}
