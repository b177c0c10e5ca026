package dev.sallyport.userstate;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.Resources;
import dev.sallyport.write.UserWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the states of users in a database: PostgreSQL, or H2 for a single process. The gateway brings the driver and a pool of
 * connections. Thread-safe.
 *
 * <p>A row holds a user: the id and the user principal name in lower case, and the state as JSON, as in a directory file. In PostgreSQL
 * {@code state::jsonb ->> 'perUserMfaState'} reads from it.
 *
 * <p>{@link #migrate} makes the tables. {@link #find} needs the right to read them, and {@link #put}, {@link #update} and {@link #remove}
 * the right to write.
 */
public final class JdbcUserStateSource implements UserStateSource {

    /** The newest {@code jdbc/N.sql} of the jar. */
    private static final int SCHEMA = 1;
    private static final int BATCH = 500;
    /** Longer than anybody waits for a sign-in; frees the thread and the connection of a statement that hangs. */
    private static final int STATEMENT_SECONDS = 30;
    private static final String FIND = "select state from sallyport_user where id = ? or user_principal_name = ? order by case when id = "
            + "? then 0 else 1 end";

    private final DataSource database;

    /** Makes a source of a database; call {@link #migrate} before the first use. */
    public JdbcUserStateSource(DataSource database) {
        this.database = database;
    }

    // ---- schema

    /**
     * Brings the tables to the version of this class; does nothing if they have it. Processes that start at the same time wait for each
     * other.
     *
     * @throws SQLException if that fails, or the tables have a newer version
     */
    public void migrate() throws SQLException {
        createVersionTable();
        transaction(connection -> {
            int version;
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select version from sallyport_schema where id = 1 for update")) {
                row.next();
                version = row.getInt(1);
            }
            if (version > SCHEMA) {
                throw new SQLException("the tables have version " + version + ", but this Sallyport supports " + SCHEMA + " at most");
            }
            for (int next = version + 1; next <= SCHEMA; next++) {
                try (Statement statement = connection.createStatement()) {
                    for (String each : script(next).split(";\\s*\\n")) {
                        statement.execute(each);
                    }
                    statement.execute("update sallyport_schema set version = " + next + " where id = 1");
                }
            }
            return version;
        });
    }

    /** Of two who do this at once one may fail, and finds it done when it tries again. */
    private void createVersionTable() throws SQLException {
        for (int attempt = 1;; attempt++) {
            try {
                transaction(connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("create table if not exists sallyport_schema (id integer primary key, version integer not null)");
                        return statement.execute("insert into sallyport_schema (id, version) select 1, 0 where not exists (select 1 from "
                                + "sallyport_schema)");
                    }
                });
                return;
            } catch (SQLException e) {
                if (attempt == 3) {
                    throw e;
                }
            }
        }
    }

    private static String script(int version) throws SQLException {
        try (InputStream in = JdbcUserStateSource.class.getResourceAsStream("jdbc/" + version + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*\\n", "").strip() + "\n";
        } catch (IOException e) {
            throw new SQLException("the jar is damaged", e);
        }
    }

    // ---- users

    /**
     * Loads the state of a user.
     *
     * @param user a user principal name or an id, in any case
     * @return the state; {@code null} if the user is unknown
     * @throws SQLException if the database fails, or its state of the user is invalid
     */
    @Override
    public @Nullable UserState find(String user) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return find(connection, user, FIND);
        }
    }

    private static @Nullable UserState find(Connection connection, String user, String query) throws SQLException {
        String key = WellKnown.fold(user);
        try (PreparedStatement statement = prepare(connection, query)) {
            for (int i = 1; i <= 3; i++) {
                statement.setString(i, key);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? read(row.getString(1)) : null;
            }
        }
    }

    /**
     * Adds users, or replaces those with the same id. All of them are stored, or none if this throws. A revocation never moves back: a
     * later {@code signInSessionsValidFromDateTime} or {@code rememberDevicesNotIssuedBefore} in the database stays.
     *
     * @param users the users
     * @throws IllegalArgumentException if a directory file could not hold a state
     * @throws SQLException if the database fails
     */
    public void put(Collection<UserState> users) throws SQLException {
        for (UserState user : users) {
            if (!user.equals(read(UserWriter.json(user)))) {
                throw new IllegalArgumentException("invalid state of `" + user.userPrincipalName() + "`");
            }
        }
        transaction(connection -> {
            List<UserState> all = List.copyOf(users);
            for (int i = 0; i < all.size(); i += BATCH) {
                List<UserState> some = all.subList(i, Math.min(i + BATCH, all.size()));
                Map<String, UserState> known = known(connection, some);
                write(connection, some.stream().map(user -> keepRevocations(known.get(WellKnown.fold(user.id())), user)).toList());
            }
            return all;
        });
    }

    /**
     * Changes the state of a user, such as by {@code user -> Lifecycle.enable(user, now)}. Other writers of the same user wait, so that
     * no change is lost; readers do not wait. A revocation never moves back.
     *
     * @param user a user principal name or an id, in any case
     * @param step computes the next state from the current one, inside the transaction
     * @return the new state, as it is stored
     * @throws NoSuchElementException if the user is unknown
     * @throws IllegalArgumentException if a directory file could not hold the new state
     * @throws SQLException if the database fails; nothing is changed then
     */
    public UserState update(String user, UnaryOperator<UserState> step) throws SQLException {
        return transaction(connection -> {
            UserState before = find(connection, user, FIND + " for update");
            if (before == null) {
                throw new NoSuchElementException("unknown user `" + user + "`");
            }
            UserState after = keepRevocations(before, step.apply(before));
            if (!after.id().equals(before.id()) || !after.equals(read(UserWriter.json(after)))) {
                throw new IllegalArgumentException("invalid new state of `" + user + "`");
            }
            if (!after.equals(before)) {
                write(connection, List.of(after));
            }
            return after;
        });
    }

    /**
     * Removes a user.
     *
     * @param user a user principal name or an id, in any case
     * @return whether the user was known
     * @throws SQLException if the database fails
     */
    public boolean remove(String user) throws SQLException {
        return transaction(connection -> {
            UserState found = find(connection, user, FIND + " for update");
            if (found != null) {
                try (PreparedStatement statement = prepare(connection, "delete from sallyport_user where id = ?")) {
                    statement.setString(1, WellKnown.fold(found.id()));
                    statement.executeUpdate();
                }
            }
            return found != null;
        });
    }

    private static UserState keepRevocations(@Nullable UserState before, UserState after) {
        return before == null ? after : Lifecycle.keepRevocations(before, after);
    }

    /** Those of the users who are in the database, by folded id, as they are there; nobody else changes them now. */
    private static Map<String, UserState> known(Connection connection, List<UserState> users) throws SQLException {
        Map<String, UserState> known = new HashMap<>();
        String marks = String.join(", ", Collections.nCopies(users.size(), "?"));
        try (PreparedStatement statement = prepare(connection, "select id, state from sallyport_user where id in (" + marks
                + ") order by id for update")) {
            for (int i = 0; i < users.size(); i++) {
                statement.setString(i + 1, WellKnown.fold(users.get(i).id()));
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Diagnostics found = new Diagnostics();
                    List<UserState> one = read(row.getString(2), found);
                    if (!found.hasErrors() && one.size() == 1) {             // what cannot be read is replaced
                        known.put(row.getString(1), one.get(0));
                    }
                }
            }
        }
        return known;
    }

    private static void write(Connection connection, List<UserState> users) throws SQLException {
        List<UserState> rest = new ArrayList<>();
        int[] changed = batch(connection, "update sallyport_user set user_principal_name = ?, state = ? where id = ?", users);
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] == 0) {
                rest.add(users.get(i));
            }
        }
        batch(connection, "insert into sallyport_user (user_principal_name, state, id) values (?, ?, ?)", rest);
    }

    private static int[] batch(Connection connection, String sql, List<UserState> users) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql)) {
            for (UserState user : users) {
                statement.setString(1, WellKnown.fold(user.userPrincipalName()));
                statement.setString(2, UserWriter.json(user));
                statement.setString(3, WellKnown.fold(user.id()));
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(STATEMENT_SECONDS);
        return statement;
    }

    private static UserState read(String state) throws SQLException {
        Diagnostics found = new Diagnostics();
        List<UserState> users = read(state, found);
        if (found.hasErrors() || users.size() != 1) {
            throw new SQLException("not the state of a user: " + found.toList());
        }
        return users.get(0);
    }

    private static List<UserState> read(String state, Diagnostics found) {
        return Resources.of(Sources.parse("user.json", state, found), found).directory().users();
    }

    // ---- transactions

    private interface Work<T> {

        T in(Connection connection) throws SQLException;
    }

    private <T> T transaction(Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                T result = work.in(connection);
                connection.commit();
                connection.setAutoCommit(autoCommit);
                return result;
            } catch (Throwable e) {
                rollBack(connection, autoCommit, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, boolean autoCommit, Throwable cause) {
        try {
            connection.rollback();
            connection.setAutoCommit(autoCommit);
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }
}
