package dev.sallyport.duckdb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.PolicyEngine;
import dev.sallyport.replay.Replay;
import dev.sallyport.replay.Replayed;
import dev.sallyport.replay.Verdict;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Function;
import org.duckdb.DuckDBFunctions;

/** Runs a query in DuckDB that may call {@code conditional_access(record)}: what the policies say of a record of a sign-in log, as JSON. */
public final class ConditionalAccess {

    private static final JsonFactory JSON = new JsonFactory();

    private ConditionalAccess() { }

    /** POLICIES DIRECTORY QUERY.sql: prints the rows, with tabs between columns. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("usage: ConditionalAccess POLICIES DIRECTORY QUERY.sql");
            System.exit(2);
        }
        Replay replay = new Replay(PolicyEngine.load(Path.of(arguments[0]), Path.of(arguments[1])));
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:"); Statement statement = connection.createStatement()) {
            register(connection, replay);
            try (ResultSet rows = statement.executeQuery(Files.readString(Path.of(arguments[2])))) {
                print(rows);
            }
        }
    }

    /** Adds the function to DuckDB, which may call it in many threads. */
    public static void register(Connection connection, Replay replay) throws SQLException {
        Function<String, String> function = record -> json(replay.replay(record));
        DuckDBFunctions.scalarFunction().withName("conditional_access").withParameter(String.class).withReturnType(String.class)
                .withNullInNullOut().withFunction(function).register(connection);
    }

    private static String json(Replayed replayed) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            Verdict verdict = replayed.verdict();
            json.writeStartObject();
            json.writeStringField("kind", replayed.kind().toString());
            if (replayed.message() != null) {
                json.writeStringField("message", replayed.message());
            }
            if (replayed.record() != null) {
                json.writeStringField("id", replayed.record().id());
                json.writeStringField("time", replayed.record().created().toString());
                json.writeStringField("user", replayed.record().subject());
                json.writeStringField("application", replayed.record().application());
            }
            if (replayed.logged() != null) {
                json.writeStringField("logged", replayed.logged().toString());
            }
            if (verdict != null) {
                json.writeStringField("outcome", verdict.outcome().toString());
                json.writeStringField("reason", verdict.reason().toString());
                list(json, "policies", verdict.policies());
                list(json, "hangs_on", replayed.hangsOn());
                list(json, "differences", replayed.differences());
            }
            if (replayed.change() != null) {
                json.writeStringField("change", replayed.change().kind().toString());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void list(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    private static void print(ResultSet rows) throws SQLException {
        int columns = rows.getMetaData().getColumnCount();
        StringJoiner names = new StringJoiner("\t");
        for (int i = 1; i <= columns; i++) {
            names.add(rows.getMetaData().getColumnName(i));
        }
        System.out.println(names);
        while (rows.next()) {
            StringJoiner row = new StringJoiner("\t");
            for (int i = 1; i <= columns; i++) {
                row.add(String.valueOf(rows.getObject(i)));
            }
            System.out.println(row);
        }
    }
}
