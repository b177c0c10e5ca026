package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.log.SampleLog;
import dev.sallyport.parse.Sources;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Made-up input. */
@Command(name = "samples", description = "Generates input for tests, measurements and trials.")
final class SamplesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "missing command: use `samples signins`");
    }

    /** Writes a log. */
    @Command(name = "signins", description = {
        "Writes a log of one week, from Monday, 16 November 2026: sign-ins of the directory's users, with the outcomes of the policy set.",
        "The same seed, policies and directory produce the same bytes."})
    static final class SignIns implements Callable<Integer> {

        @Option(names = "--count", paramLabel = "N", description = "How many sign-ins, 2 KB each. Default: ${DEFAULT-VALUE}.",
                defaultValue = "1000")
        private long count;

        @Option(names = "--seed", paramLabel = "N", description = "The seed of the random numbers. Default: ${DEFAULT-VALUE}.",
                defaultValue = "7")
        private long seed;

        @Option(names = "--users", paramLabel = "N", description = "Generates this number of users instead of using those of the "
                + "directory.", defaultValue = "0", showDefaultValue =
                picocli.CommandLine.Help.Visibility.NEVER)
        private int users;

        @Option(names = "--format", paramLabel = "graph|monitor|csv", description = {
            "graph (default): as Graph lists them. monitor: Azure Monitor, one record per line. csv: as Log Analytics exports them."})
        private SampleLog.Dialect format = SampleLog.Dialect.GRAPH;

        @Option(names = "--gzip", description = "Compresses the log.")
        private boolean gzip;

        @Mixin
        private Inputs inputs;

        @Spec
        private CommandSpec spec;

        private final Terminal terminal;

        SignIns(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() throws PolicyLoadException, IOException {
            if (count < 0 || users < 0 || users > 1_000_000) {
                throw new ParameterException(spec.commandLine(), count < 0 ? "`--count` must be a number from 0"
                        : "`--users` must be a number from 0 to 1000000");
            }
            inputs.refuseSecondStandardInput(spec.commandLine(), List.of());
            if (inputs.directories.isEmpty()) {
                Path samples = Path.of(System.getProperty("sallyport.home", "")).resolve("samples").resolve("directory.yaml");
                inputs.directories = Files.exists(samples) ? List.of(samples) : List.of();
            }
            if (!inputs.hasPolicies()) {
                inputs.policies = List.of(Path.of(System.getProperty("sallyport.home", ""), "rules", "conditional-access"));
            }
            PolicyEngine engine = inputs.load(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
            terminal.diagnostics(inputs.warnings());
            terminal.out().flush();
            OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
            try (OutputStream log = gzip ? new GZIPOutputStream(out, 1 << 16) : out) {
                new SampleLog(engine, count, seed, users).write(log, format);
            } catch (IOException e) {
                terminal.error("cannot write the log: " + Sources.why(e), null);
                return ExitCode.UNUSABLE.code();
            }
            return ExitCode.FINE.code();
        }
    }
}
