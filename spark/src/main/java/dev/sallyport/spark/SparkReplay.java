package dev.sallyport.spark;

import dev.sallyport.LoadOptions;
import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.log.LogRecord;
import dev.sallyport.model.Directory;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.HtmlReport;
import dev.sallyport.replay.Replay;
import dev.sallyport.replay.Replayed;
import dev.sallyport.replay.Summary;
import dev.sallyport.replay.Verdict;
import java.io.Serializable;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Replays sign-ins of a Spark dataset. A task gets the paths of the policies and the directory, and the first task in a JVM loads them:
 * one engine per JVM serves all its cores. Every machine must therefore be able to read these paths.
 */
public final class SparkReplay implements Serializable {

    private static final long serialVersionUID = 1;

    /** The name of the SQL function. */
    public static final String FUNCTION = "conditional_access";

    /** What {@link #FUNCTION} returns. A field without a value is null. */
    public static final StructType VERDICT = new StructType()
            .add("kind", DataTypes.StringType, false)
            .add("id", DataTypes.StringType)
            .add("time", DataTypes.TimestampType)
            .add("user", DataTypes.StringType)
            .add("application", DataTypes.StringType)
            .add("logged", DataTypes.StringType)
            .add("outcome", DataTypes.StringType)
            .add("reason", DataTypes.StringType)
            .add("policies", texts(), false)
            .add("against_outcome", DataTypes.StringType)
            .add("against_reason", DataTypes.StringType)
            .add("against_policies", texts(), false)
            .add("change", DataTypes.StringType)
            .add("hangs_on", texts(), false)
            .add("differences", texts(), false)
            .add("message", DataTypes.StringType);

    /** The rows of {@link #table}: the file, and the fields of {@link #VERDICT}. */
    public static final StructType TABLE = table();

    private static final Map<Policies, Replay> LOADED = new ConcurrentHashMap<>();

    /** Where policies are, and those that they are compared with; {@code null} for none. */
    private record Policies(List<String> policies, String directory, List<String> against) implements Serializable { }

    private final Policies policies;

    /**
     * Under one policy set, which is compared with the log, or under two.
     *
     * @param policies  files and folders of the policy set in force
     * @param directory the directory; {@code null} for an empty one
     * @param against   files and folders of the policy set that it is compared with; empty compares with the log
     */
    public SparkReplay(List<String> policies, String directory, List<String> against) {
        this.policies = new Policies(List.copyOf(policies), directory, List.copyOf(against));
    }

    private static DataType texts() {
        return DataTypes.createArrayType(DataTypes.StringType, false);
    }

    private static StructType table() {
        StructType table = new StructType().add("file", DataTypes.StringType);
        for (StructField field : VERDICT.fields()) {
            table = table.add(field);
        }
        return table;
    }

    // ---- records

    /**
     * Sign-ins of a dataset as records. A dataset with the only column {@code value} holds records as text; of any other, each row is a
     * record and each column a field of it, as in an export to Parquet.
     */
    public static Dataset<Row> records(Dataset<Row> log) {
        boolean isText = Arrays.equals(log.columns(), new String[] {"value"});
        return log.select(functions.input_file_name().as("file"), isText ? functions.col("value").cast("string")
                : functions.to_json(functions.struct(functions.col("*"))).as("value"))
                .where("length(trim(value)) > 0");
    }

    /** A row of {@link #TABLE} for each record; works on a stream too. */
    public Dataset<Row> table(Dataset<Row> log) {
        Policies where = policies;
        return records(log).mapPartitions((MapPartitionsFunction<Row, Row>) rows -> {
            Replay replay = replay(where);
            return map(rows, row -> row(row.getString(0), replay.replay(row.getString(0), 1, row.getString(1))));
        }, Encoders.row(TABLE));
    }

    /** The summary that {@code sallyport replay} gives of the same records. */
    public Summary summary(Dataset<Row> log) {
        Policies where = policies;
        Summary none = replay(where).summary();
        return records(log).javaRDD().mapPartitions(rows -> {
            Replay replay = replay(where);
            Summary summary = replay.summary();
            rows.forEachRemaining(row -> summary.add(replay.replay(row.getString(0), 1, row.getString(1))));
            return List.of(summary).iterator();
        }).treeAggregate(none, Summary::merge, Summary::merge);
    }

    /** The page that {@code sallyport replay --html} writes of the same records. */
    public String page(Summary summary) {
        String now = String.join(", ", policies.policies());
        boolean hasAgainst = !policies.against().isEmpty();
        return HtmlReport.of(summary, summary.firstChanges(), hasAgainst ? now : "the log", hasAgainst
                ? String.join(", ", policies.against()) : now, hasAgainst);
    }

    /** Registers {@link #FUNCTION}, which takes a record as JSON and returns {@link #VERDICT}; null for null. */
    public void register(SparkSession spark) {
        Policies where = policies;
        spark.udf().register(FUNCTION, (UDF1<String, Row>) record -> record == null ? null
                : verdict(replay(where).replay(record)), VERDICT);
    }

    // ---- rows

    private interface RowFunction {
        Row of(Row row);
    }

    private static Iterator<Row> map(Iterator<Row> rows, RowFunction function) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public Row next() {
                return function.of(rows.next());
            }
        };
    }

    private static Row row(String file, Replayed replayed) {
        return RowFactory.create(Stream.concat(Stream.of(file), Arrays.stream(values(replayed))).toArray());
    }

    private static Row verdict(Replayed replayed) {
        return RowFactory.create(values(replayed));
    }

    /** The values of {@link #VERDICT}. */
    private static Object[] values(Replayed replayed) {
        LogRecord record = replayed.record();
        Verdict now = replayed.verdict();
        Verdict against = replayed.against();
        Change change = replayed.change();
        return new Object[] {replayed.kind().toString(), record == null ? null : record.id(),
            record == null ? null : Timestamp.from(record.created()), record == null ? null : record.subject(),
            record == null ? null : record.application(), text(replayed.logged()), now == null ? null : now.outcome().toString(),
            now == null ? null : now.reason().toString(), texts(now == null ? List.of() : now.policies()),
            against == null ? null : against.outcome().toString(), against == null ? null : against.reason().toString(),
            texts(against == null ? List.of() : against.policies()), change == null ? null : change.kind().toString(),
            texts(replayed.hangsOn()), texts(replayed.differences()), replayed.message()};
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }

    private static Object texts(List<String> list) {
        return list.toArray(String[]::new);
    }

    // ---- engines

    private static Replay replay(Policies policies) {
        Replay known = LOADED.get(policies);
        return known != null ? known : LOADED.computeIfAbsent(policies, SparkReplay::load);
    }

    private static Replay load(Policies where) {
        try {
            Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);               // every record says when it happened
            Directory directory = where.directory() == null ? Directory.empty() : PolicyEngine.loadDirectory(Path.of(where.directory()));
            PolicyEngine now = load(where.policies(), directory, clock);
            return new Replay(now, where.against().isEmpty() ? null : load(where.against(), directory, clock));
        } catch (PolicyLoadException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static PolicyEngine load(List<String> paths, Directory directory, Clock clock) throws PolicyLoadException {
        return PolicyEngine.load(paths.stream().map(Path::of).toList(), directory, clock, LoadOptions.lenient());
    }
}
