package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.parse.Sources;
import dev.sallyport.replay.Replayer;
import dev.sallyport.replay.Summary;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The logs that a replay reads, and what is wrong with them. */
public final class LogFiles {

    static final Path STANDARD_INPUT = Path.of("-");
    private static final int MAX_MALFORMED_SHOWN = 10;

    private final String names;
    private final Diagnostics found;
    private final List<Path> files = new ArrayList<>();
    /** What files are called that have another name than their path. */
    private final Map<Path, String> called = new HashMap<>();
    private volatile long bytesRead;

    /**
     * @param paths files, and folders with all files below them in the order of their names
     * @param found takes what cannot be read
     */
    LogFiles(List<Path> paths, Diagnostics found) {
        this.names = ReplayCommand.names(paths);
        this.found = found;
        for (Path path : paths) {
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            try (Stream<Path> walk = Files.walk(path)) {
                walk.filter(Files::isRegularFile).sorted().forEach(files::add);
            } catch (IOException e) {
                found.error("SP1001", Position.of(path.toString()), "cannot read the folder: " + Sources.why(e), null);
            }
        }
    }

    /**
     * One log that is called otherwise than its file.
     *
     * @param name how the log is called in what is found
     * @param file the file
     * @param found takes what cannot be read
     */
    public LogFiles(String name, Path file, Diagnostics found) {
        this.names = name;
        this.found = found;
        files.add(file);
        called.put(file, name);
    }

    List<Path> files() {
        return files;
    }

    /** The number of bytes of the files, as they are on the disk, that are read so far. */
    public long bytesRead() {
        return bytesRead;
    }

    /** Reports the first records that are malformed, and every part of a log that is left out. */
    public abstract static class Listener implements Replayer.Listener {

        private final Diagnostics found;
        private int malformed;

        /** @param found takes what is malformed */
        protected Listener(Diagnostics found) {
            this.found = found;
        }

        @Override
        public void malformed(String file, int line, int column, String message) {
            if (++malformed <= MAX_MALFORMED_SHOWN) {
                found.warning("SP1801", new Position(file, line, column), message, null);
            }
        }

        @Override
        public void leftOut(String file, int line, String message) {
            found.error("SP1705", new Position(file, line, 1), message, null);
        }
    }

    /** Replays every file. */
    public void read(Replayer replayer) {
        for (Path log : files) {
            try (InputStream in = new Counting(log.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(log))) {
                replayer.read(name(log), in);
            } catch (IOException e) {
                found.error("SP1001", Position.of(name(log)), e instanceof NoSuchFileException ? "no such file"
                        : "cannot read the log: " + Sources.why(e), null);
            }
        }
    }

    private String name(Path log) {
        return called.getOrDefault(log, log.toString());
    }

    /** Reports the number of malformed records that were not shown, and logs without a record. */
    public void conclude(Summary summary) {
        long malformed = summary.malformed() - summary.leftOut();
        if (malformed > MAX_MALFORMED_SHOWN) {
            found.warning("SP1801", null, (malformed - MAX_MALFORMED_SHOWN) + " more records are malformed", null);
        }
        if (summary.records() == 0 && !found.hasErrors()) {
            found.error("SP1802", Position.of(names), "the log contains no sign-in",
                    "use a log from Graph, Azure Monitor or Log Analytics, in JSON or CSV, or a decision log");
        }
    }

    private final class Counting extends FilterInputStream {

        Counting(InputStream in) {
            super(new BufferedInputStream(in, 1 << 16));
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            bytesRead += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            bytesRead += Math.max(0, read);
            return read;
        }
    }
}
