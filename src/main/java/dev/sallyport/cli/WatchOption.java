package dev.sallyport.cli;

import dev.sallyport.diagnose.PolicyLoadException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The option to run a command again whenever a file changes. */
final class WatchOption {

    private static final String CLEAR_SCREEN = "\033[H\033[2J\033[3J";

    @Option(names = "--watch", description = "Runs again whenever a file changes, until you press ctrl-c.")
    private boolean watch;

    /** Tells when to run again. */
    interface Changes extends AutoCloseable {

        /** Waits for a change; {@code false} when there will be none. */
        boolean await() throws InterruptedException;

        @Override
        void close();
    }

    /** What a command does each time; returns the number of an {@link ExitCode}. */
    interface Round {
        int run() throws PolicyLoadException;
    }

    boolean isOn() {
        return watch;
    }

    /**
     * Runs a command once, or with the option again and again; a round that cannot use its files shows why and waits for a change.
     *
     * @param paths   the files and folders that are watched
     * @param watcher tells when they change
     * @return what the last round returns
     */
    int run(CommandLine command, Terminal terminal, List<Path> paths, Function<List<Path>, Changes> watcher, Round round)
            throws PolicyLoadException, InterruptedException {
        if (!watch) {
            return round.run();
        }
        if (paths.contains(Path.of("-"))) {
            throw new ParameterException(command, "cannot watch standard input (`-`)");
        }
        int code;
        try (Changes changes = watcher.apply(paths)) {
            do {
                if (terminal.coloursOut()) {
                    terminal.out().print(CLEAR_SCREEN);
                }
                code = watched(terminal, round);
                terminal.out().flush();
                terminal.err().println("waiting for changes; press ctrl-c to stop");
                terminal.err().flush();
            } while (changes.await());
        }
        return code;
    }

    private static int watched(Terminal terminal, Round round) {
        try {
            return round.run();
        } catch (PolicyLoadException e) {
            terminal.diagnostics(e.diagnostics());
            return ExitCode.UNUSABLE.code();
        }
    }
}
