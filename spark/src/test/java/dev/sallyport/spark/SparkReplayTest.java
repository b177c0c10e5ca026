package dev.sallyport.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.PolicyEngine;
import dev.sallyport.duckdb.ConditionalAccess;
import dev.sallyport.log.SampleLog;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.HtmlReport;
import dev.sallyport.replay.Replay;
import dev.sallyport.replay.Replayer;
import dev.sallyport.replay.Summary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Spark, a real DuckDB and the command give the same verdicts on the same records: {@code -Dsallyport.signIns=200000} for more. */
class SparkReplayTest {

    private static final int SIGN_INS = Integer.getInteger("sallyport.signIns", 2_000);
    private static final Path ROOT = Path.of(System.getProperty("sallyport.root", ".."));
    private static final String POLICIES = ROOT.resolve("rules/conditional-access").toString();
    private static final String OTHERS = ROOT.resolve("rules/security-defaults").toString();
    private static final String DIRECTORY = ROOT.resolve("samples/directory.yaml").toString();

    private static SparkSession spark;
    private static PolicyEngine engine;
    private static PolicyEngine others;
    private static Path log;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void begin() throws Exception {
        engine = PolicyEngine.load(Path.of(POLICIES), Path.of(DIRECTORY));
        others = PolicyEngine.load(Path.of(OTHERS), engine.directory());
        log = Files.write(folder.resolve("log.json"), spoilt(lines()));
        spark = SparkSession.builder().master("local[2]").appName("test").config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2).config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
                .config("spark.sql.files.maxPartitionBytes", 1 << 20).getOrCreate();
    }

    @AfterAll
    static void end() {
        spark.stop();
    }

    private static List<String> lines() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SampleLog(engine, SIGN_INS, 7, 0).write(out, SampleLog.Dialect.MONITOR);
        return new ArrayList<>(out.toString(StandardCharsets.UTF_8).lines().toList());
    }

    /** Some records are of unknown users, some are of AD FS, some have no time, and some lines are no records. */
    private static List<String> spoilt(List<String> lines) {
        Random random = new Random(20);
        for (int i = 0; i < 100; i++) {
            int at = random.nextInt(lines.size());
            String line = lines.get(at);
            lines.set(at, switch (i % 5) {
                case 0 -> "{\"a\": 1}";
                case 1 -> line.replaceAll("\"(createdDateTime|time)\":\"[^\"]*\",?", "");
                case 2 -> line.replaceAll("\"category\":\"[^\"]*\"", "\"category\":\"ADFSSignInLogs\"");
                case 3 -> line.replaceAll("\"user(Id|PrincipalName)\":\"[^\"]*\"", "\"user$1\":\"stranger@example.com\"");
                default -> "";
            });
        }
        return lines;
    }

    // ---- the command

    /** What the command finds. */
    private static final class Found implements Replayer.Listener {
        private final List<Change> changes = new ArrayList<>();
        private final List<Disagreement> disagreements = new ArrayList<>();
        private Summary summary;

        Found(PolicyEngine against) throws IOException {
            try (Replayer replayer = new Replayer(engine, against, this, 2); InputStream in = Files.newInputStream(log)) {
                replayer.read(log.toString(), in);
                summary = replayer.summary();
            }
        }

        @Override
        public void malformed(String file, int line, int column, String message) { }

        @Override
        public void change(Change change) {
            changes.add(change);
        }

        @Override
        public void disagreement(Disagreement disagreement) {
            disagreements.add(disagreement);
        }

        @Override
        public void progress(int records) { }
    }

    /** What the function says of every line that is not blank, sorted. */
    private static List<String> verdicts(PolicyEngine against) throws IOException {
        Replay replay = new Replay(engine, against);
        return Files.readAllLines(log).stream().filter(line -> !line.isBlank()).map(replay::replay).map(each -> told(each.kind(),
                each.record() == null ? null : each.record().id(), each.logged(), each.verdict() == null ? null : each.verdict().outcome(),
                each.verdict() == null ? null : each.verdict().reason(), each.verdict() == null ? List.of() : each.verdict().policies(),
                each.change() == null ? null : each.change().kind(), each.hangsOn(), each.differences(), each.message()))
                .sorted().toList();
    }

    private static String told(Object... values) {
        return java.util.Arrays.stream(values).map(String::valueOf).collect(Collectors.joining(" | "));
    }

    private static List<String> verdicts(Dataset<Row> table) {
        return table.selectExpr("kind", "id", "logged", "outcome", "reason", "policies", "change", "hangs_on", "differences", "message")
                .collectAsList().stream().map(row -> told(row.getString(0), row.getString(1), row.getString(2), row.getString(3),
                row.getString(4), row.getList(5), row.getString(6), row.getList(7), row.getList(8), row.getString(9))).sorted().toList();
    }

    private static SparkReplay replay(String... against) {
        return new SparkReplay(List.of(POLICIES), DIRECTORY, List.of(against));
    }

    // ---- Spark

    @Test
    void tableOfTextLines_isWhatTheCommandSaysOfEveryRecord() throws Exception {
        for (PolicyEngine against : new PolicyEngine[] {null, others}) {
            SparkReplay replay = against == null ? replay() : replay(OTHERS);
            Dataset<Row> table = replay.table(spark.read().text(log.toString())).cache();
            assertThat(verdicts(table)).isEqualTo(verdicts(against)).hasSizeGreaterThan(SIGN_INS / 2);
            Found found = new Found(against);
            assertThat(table.where("change is not null").selectExpr("id", "change").collectAsList()).extracting(Row::toString)
                    .containsExactlyInAnyOrderElementsOf(found.changes.stream().map(each -> "[" + each.id() + ","
                    + each.kind() + "]").toList());
            assertThat(table.where("size(differences) > 0").selectExpr("id", "concat_ws('; ', differences)").collectAsList())
                    .extracting(Row::toString).containsExactlyInAnyOrderElementsOf(found.disagreements.stream().map(each -> "["
                    + each.record().id() + "," + String.join("; ", each.differences()) + "]").toList());
            table.unpersist();
        }
    }

    @Test
    void page_isThatOfTheCommand() throws Exception {
        Found log1 = new Found(null);
        Found log2 = new Found(others);
        Dataset<Row> text = spark.read().text(log.toString());
        assertThat(text.javaRDD().getNumPartitions()).isGreaterThan(1);
        assertThat(replay().page(replay().summary(text)))
                .isEqualTo(HtmlReport.of(log1.summary, log1.summary.firstChanges(), "the log", POLICIES, false));
        assertThat(replay(OTHERS).page(replay(OTHERS).summary(text)))
                .isEqualTo(HtmlReport.of(log2.summary, log2.summary.firstChanges(), POLICIES, OTHERS, true));
        assertThat(log2.summary.changes()).isPositive();
    }

    @Test
    void gzipAndParquet_giveTheSameVerdictsAsText() throws Exception {
        Path zipped = folder.resolve("log.json.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            Files.copy(log, out);
        }
        Dataset<Row> text = spark.read().text(log.toString());
        List<String> verdicts = verdicts(replay().table(text));
        assertThat(verdicts(replay().table(spark.read().text(zipped.toString())))).isEqualTo(verdicts);

        String lines = folder.resolve("lines.parquet").toString();
        text.write().parquet(lines);
        assertThat(verdicts(replay().table(spark.read().parquet(lines)))).isEqualTo(verdicts);

        String columns = folder.resolve("columns.parquet").toString();
        spark.read().json(text.where("value like '{%' and value not like '{\"a\"%'").as(org.apache.spark.sql.Encoders.STRING()))
                .write().parquet(columns);
        assertThat(verdicts(replay().table(spark.read().parquet(columns))))
                .isEqualTo(verdicts.stream().filter(each -> !each.contains("names no user")).toList());
    }

    @Test
    void sqlFunction_isTheTable() throws Exception {
        replay().register(spark);
        spark.read().text(log.toString()).createOrReplaceTempView("log");
        assertThat(verdicts(spark.sql("select v.* from (select conditional_access(value) v from log where value != '')")))
                .isEqualTo(verdicts((PolicyEngine) null));
        assertThat(spark.sql("select conditional_access(null) is null").first().getBoolean(0)).isTrue();
    }

    @Test
    void stream_thatIsStartedAgain_takesEachRecordOnce() throws Exception {
        Path in = Files.createDirectories(folder.resolve("in"));
        String table = folder.resolve("table").toString();
        String[] arguments = {"-p", POLICIES, "-d", DIRECTORY, "--table", table, "--stream",
            folder.resolve("state").toString(), in.toString()};
        List<String> lines = Files.readAllLines(log);
        Files.write(in.resolve("a.json"), lines.subList(0, lines.size() / 3));
        stream(arguments);
        assertThat(spark.read().parquet(table).count()).isPositive().isLessThan(lines.size() / 2);
        Files.write(in.resolve("b.json"), lines.subList(lines.size() / 3, lines.size()));
        stream(arguments);
        stream(arguments);
        assertThat(verdicts(spark.read().parquet(table))).isEqualTo(verdicts((PolicyEngine) null));
    }

    /** The job stops its session at the end; here it is shared. */
    private static void stream(String... arguments) throws Exception {
        ReplayJob job = new ReplayJob();
        new picocli.CommandLine(job).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
        job.run(spark);
    }

    @Test
    void job_writesTableAndPage_andRefusesToWriteNothing() throws Exception {
        Path page = folder.resolve("page.html");
        String table = folder.resolve("job").toString();
        stream("-p", POLICIES, "-d", DIRECTORY, "--against", OTHERS, "--table", table, "--html", page.toString(), log.toString());
        Found found = new Found(others);
        assertThat(page).hasContent(HtmlReport.of(found.summary, found.summary.firstChanges(), POLICIES, OTHERS, true));
        assertThat(verdicts(spark.read().parquet(table))).isEqualTo(verdicts(others));
        assertThatThrownBy(() -> stream("-p", POLICIES, log.toString())).hasMessageContaining("nothing to write");
    }

    // ---- DuckDB

    @Test
    void duckDb_givesTheVerdictsOfSpark() throws Exception {
        Map<String, String> ofDuckDb = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
            ConditionalAccess.register(connection, new Replay(engine));
            String query = "select v->>'id', v->>'kind', v->>'outcome', v->>'reason', v->'policies', v->'hangs_on' from (select"
                    + " conditional_access(line)::json v from read_csv('" + log + "', columns = {'line': 'VARCHAR'}, delim = chr(1),"
                    + " quote = '', escape = '', header = false) where line != '')";
            try (ResultSet rows = connection.createStatement().executeQuery(query)) {
                while (rows.next()) {
                    if (rows.getString(1) != null) {
                        ofDuckDb.put(rows.getString(1), told(rows.getString(2), rows.getString(3), rows.getString(4),
                                list(rows.getString(5)),
                                list(rows.getString(6))));
                    }
                }
            }
        }
        Map<String, String> ofSpark = new TreeMap<>();
        replay().table(spark.read().text(log.toString())).where("id is not null").collectAsList().forEach(row -> ofSpark.put(
                row.getAs("id"), told(row.<String>getAs("kind"), row.<String>getAs("outcome"), row.<String>getAs("reason"),
                row.getList(row.fieldIndex("policies")), row.getList(row.fieldIndex("hangs_on")))));
        assertThat(ofDuckDb.keySet()).isEqualTo(ofSpark.keySet()).hasSizeGreaterThan(SIGN_INS / 2);
        assertThat(ofDuckDb.entrySet().stream().filter(each -> !each.getValue().equals(ofSpark.get(each.getKey())))
                .map(each -> each + " / " + ofSpark.get(each.getKey()))).isEmpty();
    }

    private static Object list(String json) {
        return json == null ? "[]" : json.replace("\",\"", ", ").replace("\"", "");
    }

    @Test
    void duckDbSample_printsTheRowsOfItsQuery() throws Exception {
        Path query = folder.resolve("query.sql");
        Files.writeString(query, Files.readString(ROOT.resolve("samples/duckdb/outcomes.sql")).replace("signins.json.gz", log.toString()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream standard = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            ConditionalAccess.main(new String[] {POLICIES, DIRECTORY, query.toString()});
        } finally {
            System.setOut(standard);
        }
        Summary summary = new Found(null).summary;
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("outcome\t")
                .contains("\nallow\t" + summary.now(dev.sallyport.model.Outcome.ALLOW) + "\n")
                .contains("\nblock\t" + summary.now(dev.sallyport.model.Outcome.BLOCK) + "\n");
    }
}
