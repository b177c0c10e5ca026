package dev.sallyport.spark;

import dev.sallyport.replay.HtmlReport;
import dev.sallyport.replay.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The job for {@code spark-submit}: replays logs, and writes a table, a page, or both. */
@Command(name = "replay-job", mixinStandardHelpOptions = true, sortOptions = false, description = {
    "Decides recorded sign-ins again on Spark, as sallyport replay does on one machine."})
public final class ReplayJob implements Callable<Integer> {

    /** How a log is written. */
    enum Format { LINES, PARQUET }

    @Parameters(paramLabel = "LOG", arity = "1..*", description = {
        "Files and folders, by path or URL: JSON lines, also with gzip, or Parquet."})
    private List<String> logs;

    @Option(names = {"-p", "--policies"}, paramLabel = "PATH", required = true, description = {
        "The policy set, on a path that every machine can read. May be repeated."})
    private List<String> policies;

    @Option(names = {"-d", "--directory"}, paramLabel = "PATH", description = "The directory, on a path that every machine can read.")
    private String directory;

    @Option(names = "--against", paramLabel = "PATH", description = {
        "Another policy set. The table and the page show what changes from the set of -p to this one. May be repeated."})
    private List<String> against = List.of();

    @Option(names = "--format", paramLabel = "FORMAT", description = "lines (default) or parquet.")
    private Format format = Format.LINES;

    @Option(names = "--table", paramLabel = "FOLDER", description = "Writes a row per record, as Parquet.")
    private String table;

    @Option(names = "--html", paramLabel = "FILE", description = {
        "Writes the page of sallyport replay --html, on the machine of the driver."})
    private Path html;

    @Option(names = "--stream", paramLabel = "FOLDER", description = {
        "Reads only files that came since the last run, adds their rows to --table, and keeps here which files were read."})
    private String stream;

    /** The job. */
    public static void main(String[] arguments) {
        int code = new CommandLine(new ReplayJob()).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments);
        if (code != 0) {
            System.exit(code);              // a code of 0 ends a driver by itself
        }
    }

    @Override
    public Integer call() throws Exception {
        try (SparkSession spark = SparkSession.builder().appName("sallyport replay").getOrCreate()) {
            run(spark);
        }
        return 0;
    }

    void run(SparkSession spark) throws Exception {
        if (table == null && (html == null || stream != null) || html != null && stream != null) {
            throw new IllegalArgumentException("nothing to write: give --table or --html; with --stream, give --table alone");
        }
        SparkReplay replay = new SparkReplay(policies, directory, against);
        if (stream != null) {
            stream(spark, replay);
            return;
        }
        Dataset<Row> log = read(spark);
        if (table != null) {
            replay.table(log).write().mode("errorifexists").parquet(table);
        }
        if (html != null) {
            write(replay, replay.summary(log));
        }
    }

    private Dataset<Row> read(SparkSession spark) {
        DataFrameReader reader = spark.read().option("recursiveFileLookup", true);
        String[] paths = logs.toArray(String[]::new);
        return format == Format.PARQUET ? reader.parquet(paths) : reader.text(paths);
    }

    private void write(SparkReplay replay, Summary summary) throws IOException {
        Files.writeString(html, replay.page(summary));
        System.out.println(HtmlReport.headline(summary) + ", of " + summary.decided() + " decided; " + html);
    }

    /** Spark keeps which files were read, and commits their rows with that: each record is in the table once. */
    private void stream(SparkSession spark, SparkReplay replay) throws Exception {
        if (logs.size() != 1) {
            throw new IllegalArgumentException("give one folder with --stream");
        }
        Dataset<Row> log = format == Format.PARQUET
                ? spark.readStream().schema(spark.read().parquet(logs.get(0)).schema()).parquet(logs.get(0))
                : spark.readStream().text(logs.get(0));
        replay.table(log).writeStream().format("parquet").option("path", table).option("checkpointLocation", stream)
                .trigger(Trigger.AvailableNow()).start().awaitTermination();
    }
}
