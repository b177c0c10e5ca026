package dev.sallyport.userstate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.PolicyEngine;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** One and the same behaviour on H2 and on a real PostgreSQL. */
@Timeout(300)
class JdbcUserStateSourceTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:15:00Z");
    private static final String EMMA = "emma.hart@contoso.com";

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class H2 extends Behaviour {

        @BeforeAll
        void open() {
            database = JdbcConnectionPool.create("jdbc:h2:mem:users;DB_CLOSE_DELAY=-1", "sa", "");
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class PostgreSql extends Behaviour {

        private EmbeddedPostgres server;

        /** Not everybody's machine can run the server; {@code -Dsallyport.postgres=required} makes that a failure. */
        @BeforeAll
        void start() {
            try {
                server = EmbeddedPostgres.start();
                database = server.getPostgresDatabase();
            } catch (Exception | LinkageError e) {
                if ("required".equals(System.getProperty("sallyport.postgres"))) {
                    throw new AssertionError("no PostgreSQL server could be started", e);
                }
                Assumptions.abort("no PostgreSQL server could be started: " + e);
            }
        }

        @AfterAll
        void stop() throws Exception {
            if (server != null) {
                server.close();
            }
        }

        @Test
        void state_ofAUser_isJsonThatTheDatabaseCanLookInto() throws SQLException {
            assertThat(query("select count(*) from sallyport_user where state::jsonb ->> 'perUserMfaState' = 'enforced'")).isPositive();
        }
    }

    abstract static class Behaviour {

        DataSource database;
        private JdbcUserStateSource users;
        private Directory directory;

        @BeforeEach
        void fill() throws Exception {
            execute("drop table if exists sallyport_user");
            execute("drop table if exists sallyport_schema");
            users = new JdbcUserStateSource(database);
            users.migrate();
            directory = PolicyEngine.loadDirectory(Path.of("samples/directory.yaml"));
            users.put(directory.users());
        }

        final int query(String sql) throws SQLException {
            try (Connection connection = database.getConnection(); Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                row.next();
                return row.getInt(1);
            }
        }

        private void execute(String sql) throws SQLException {
            try (Connection connection = database.getConnection(); Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        // ---- schema

        @Test
        void migrate_again_orByManyAtOnce_changesNothing() throws Exception {
            users.migrate();
            assertThat(users.find(EMMA)).isEqualTo(directory.user(EMMA));
            execute("drop table sallyport_user");
            execute("drop table sallyport_schema");
            atOnce(8, () -> {
                new JdbcUserStateSource(database).migrate();
                return null;
            });
            assertThat(query("select version from sallyport_schema")).isEqualTo(1);
            assertThat(users.find(EMMA)).isNull();
        }

        @Test
        void migrate_afterACrashHalfWay_goesOn() throws Exception {
            execute("update sallyport_schema set version = 0");
            users.migrate();
            assertThat(query("select version from sallyport_schema")).isEqualTo(1);
            assertThat(users.find(EMMA)).isEqualTo(directory.user(EMMA));
        }

        @Test
        void migrate_ofTablesOfANewerVersion_isRefused() throws Exception {
            execute("update sallyport_schema set version = 7");
            assertThatThrownBy(users::migrate).isInstanceOf(SQLException.class).hasMessageContaining("version 7");
        }

        // ---- looking up

        @Test
        void user_byNameOrId_inAnyCase_isAsTheDirectoryHasThem() throws Exception {
            for (UserState user : directory.users()) {
                assertThat(users.find(user.id().toUpperCase(java.util.Locale.ROOT))).isEqualTo(user);
                assertThat(users.find(user.userPrincipalName().toUpperCase(java.util.Locale.ROOT))).isEqualTo(user);
            }
            assertThat(users.find("nobody@contoso.com")).isNull();
            assertThat(users.find("'; drop table sallyport_user; --")).isNull();
        }

        @Test
        void randomUsers_comeBackAsTheyWere() throws Exception {
            List<UserState> all = new ArrayList<>();
            for (int seed = 0; seed < 20; seed++) {
                for (UserState user : RandomWorld.of(seed).directory().users()) {
                    String name = seed + "-" + user.userPrincipalName();
                    all.add(user.toBuilder().id(seed + "-" + user.id()).userPrincipalName(name).build());
                }
            }
            users.put(all);
            for (UserState user : all) {
                assertThat(users.find(user.id())).isEqualTo(user);
            }
        }

        @Test
        void engine_withUsersInTheDatabase_decidesAsWithTheDirectory() throws Exception {
            PolicyEngine plain = PolicyEngine.load(Path.of("rules/conditional-access"), directory);
            PolicyEngine engine = plain.withUserStates(users);
            for (UserState user : directory.users()) {
                SignIn request = SignIn.builder().user(user.userPrincipalName()).application("Office 365 Exchange Online").clientAppType("browser")
                        .ipAddress("192.0.2.200").country("NL").createdDateTime(NOW).build();
                assertThat(engine.explain(request)).isEqualTo(plain.explain(request));
            }
        }

        @Test
        void rowThatIsNoUser_andTableThatIsGone_blockAsFailed() throws Exception {
            PolicyEngine engine = PolicyEngine.load(Path.of("rules/conditional-access"), directory).withUserStates(users);
            SignIn request = SignIn.builder().user(EMMA).build();
            for (String damage : List.of("update sallyport_user set state = '{}'", "update sallyport_user set state = '{\"userPrincipalName\": 7'",
                    "drop table sallyport_user")) {
                execute(damage);
                assertThat(engine.evaluate(request).outcome()).isEqualTo(Outcome.BLOCK);
                assertThat(engine.evaluate(request).reason().code()).isEqualTo(ReasonCode.EVALUATION_FAILED);
            }
        }

        // ---- the lifecycle

        @Test
        void attack_101_revocation_putOrMadeByAnyStepAtAnyTime_neverMovesBack() throws Exception {
            UserState stale = users.find(EMMA);
            users.update(EMMA, user -> Lifecycle.revokeRememberedMfa(Lifecycle.revokeSessions(user, NOW), NOW));
            UserState revoked = users.find(EMMA);
            assertThat(users.update(EMMA, user -> Lifecycle.revokeSessions(user, NOW.minusSeconds(7_200)))).isEqualTo(revoked);
            assertThat(users.update(EMMA, user -> stale).signInSessionsValidFromDateTime()).as("a step that starts from an old state").isEqualTo(NOW);
            users.put(List.of(stale));
            assertThat(users.find(EMMA).signInSessionsValidFromDateTime()).as("an old state that is put again").isEqualTo(NOW);
            assertThat(users.find(EMMA).rememberDevicesNotIssuedBefore()).isEqualTo(NOW);
            users.put(List.of(Lifecycle.revokeSessions(stale, NOW.plusSeconds(60))));
            assertThat(users.find(EMMA).signInSessionsValidFromDateTime()).isEqualTo(NOW.plusSeconds(60));
            execute("update sallyport_user set state = '{}'");
            users.put(List.of(stale));
            assertThat(users.find(EMMA)).as("what cannot be read is replaced").isEqualTo(stale);
        }

        @Test
        void lifecycle_onTheDatabase_isThatOfTheDirectory_PU04_PU05_RV01() throws Exception {
            UserState emma = users.update(EMMA, Lifecycle::disable);
            assertThat(emma.perUserMfaState()).isEqualTo(PerUserMfaState.DISABLED);
            users.update(EMMA, Lifecycle::unregisterAll);
            users.update(EMMA, user -> Lifecycle.enable(user, NOW));
            UserState registered = users.update(EMMA, user -> Lifecycle.register(user, AuthenticationMethodMode.FIDO2, "key", NOW));
            assertThat(registered.perUserMfaState()).as("PU-04").isEqualTo(PerUserMfaState.ENFORCED);
            users.update(EMMA, user -> Lifecycle.unregister(user, AuthenticationMethodMode.FIDO2));
            users.update(EMMA, user -> Lifecycle.enforce(user, NOW));
            users.update(EMMA, user -> Lifecycle.revokeSessions(user, NOW));
            UserState found = users.find(EMMA);
            assertThat(found.perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);
            assertThat(found.isMfaRegistered()).isFalse();
            assertThat(found.signInSessionsValidFromDateTime()).isEqualTo(NOW);
        }

        @Test
        void twoWriters_ofOneUser_loseNothing() throws Exception {
            int writers = 8;
            int each = 10;
            users.update(EMMA, Lifecycle::deleteAppPasswords);
            List<Future<Void>> all = atOnceEach(writers, writer -> {
                for (int i = 0; i < each; i++) {
                    AppPassword password = new AppPassword(writer + "-" + i, "app " + writer + "-" + i, NOW, null);
                    users.update(EMMA, user -> Lifecycle.addAppPassword(user, password));
                }
            });
            for (Future<Void> one : all) {
                one.get();
            }
            assertThat(users.find(EMMA).appPasswords()).extracting(AppPassword::displayName).doesNotHaveDuplicates().hasSize(writers * each);
        }

        @Test
        void step_thatThrows_orThatNoDirectoryCouldHold_changesNothing() throws Exception {
            UserState before = users.find(EMMA);
            assertThatThrownBy(() -> users.update(EMMA, user -> {
                throw new IllegalStateException("half way");
            })).hasMessage("half way");
            assertThatThrownBy(() -> users.update(EMMA, user -> directory.users().stream().filter(other -> !other.isNamed(EMMA)).findFirst().orElseThrow()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> users.update("nobody", Lifecycle::disable)).isInstanceOf(NoSuchElementException.class);
            assertThat(users.find(EMMA)).isEqualTo(before);
        }

        @Test
        void put_ofUsersOfWhichOneIsRefused_changesNobody() throws Exception {
            UserState emma = users.find(EMMA);
            UserState other = directory.users().stream().filter(user -> !user.isNamed(EMMA)).findFirst().orElseThrow();
            UserState twin = UserState.builder().id("new").userPrincipalName(other.userPrincipalName()).displayName("Twin")
                    .userType(other.userType()).build();
            assertThatThrownBy(() -> users.put(List.of(Lifecycle.revokeSessions(emma, NOW), twin))).isInstanceOf(SQLException.class);
            assertThat(users.find(EMMA)).isEqualTo(emma);
            assertThat(users.find("new")).isNull();
        }

        @Test
        void remove_takesTheUserOnce() throws Exception {
            assertThat(users.remove(EMMA)).isTrue();
            assertThat(users.remove(EMMA)).isFalse();
            assertThat(users.find(EMMA)).isNull();
        }

        private interface Part {

            void run(int number) throws Exception;
        }

        private static void atOnce(int threads, Callable<Void> work) throws Exception {
            for (Future<Void> each : atOnceEach(threads, any -> work.call())) {
                each.get();
            }
        }

        private static List<Future<Void>> atOnceEach(int threads, Part work) throws InterruptedException {
            CyclicBarrier start = new CyclicBarrier(threads);
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                all.add(() -> {
                    start.await();
                    work.run(number);
                    return null;
                });
            }
            try {
                return pool.invokeAll(all);
            } finally {
                pool.shutdown();
            }
        }
    }
}
