package dev.sallyport.workbench;

import dev.sallyport.LoadOptions;
import dev.sallyport.server.DecisionPoint;
import dev.sallyport.server.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/** A workbench for tests, on copies of the samples. */
final class Bench implements AutoCloseable {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-22T10:15:00Z"), ZoneOffset.UTC);

    final Path policies;
    final Path directory;
    private final DecisionPoint point;

    private Bench(Path policies, Path directory) throws Exception {
        this.policies = policies;
        this.directory = directory;
        this.point = DecisionPoint.start(new Settings(List.of(policies), List.of(directory), LoadOptions.lenient(), "127.0.0.1", 0, null, null, false,
                Settings.Wire.DEFAULT, true), CLOCK);
    }

    /** A workbench on copies of the sample policies and the sample directory in an empty folder. */
    static Bench ofSamples(Path folder) throws Exception {
        Path samples = Path.of("..").toAbsolutePath().normalize();
        return of(folder, samples.resolve("rules/conditional-access"), samples.resolve("samples/directory.yaml"));
    }

    /** A workbench on copies of a folder of policies and a directory file in an empty folder. */
    static Bench of(Path folder, Path policies, Path directory) throws Exception {
        Path copy = folder.resolve("policies");
        try (Stream<Path> files = Files.walk(policies)) {
            files.forEach(file -> copy(file, copy.resolve(policies.relativize(file).toString())));
        }
        Path people = folder.resolve(directory.getFileName().toString());
        Files.copy(directory, people);
        return new Bench(copy, people);
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String origin() {
        return "http://127.0.0.1:" + point.port();
    }

    /** The address of a page, such as {@code users}. */
    String page(String path) {
        return origin() + Workbench.ROOT + path;
    }

    /** The address that lets a browser in. */
    String door() {
        return origin() + point.workbenchPath();
    }

    @Override
    public void close() {
        point.close();
    }
}
