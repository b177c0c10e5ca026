package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import java.util.function.DoubleConsumer;

/** How far a long change is, on one line of a terminal that is wiped in the end; nothing for fewer than 1,000 steps. */
final class ProgressBar implements AutoCloseable {

    private static final int LONG = 1_000;
    private static final int WIDTH = 30;

    private final Terminal terminal;
    private final boolean isShown;
    private String last = "";

    /** @param steps how many there are */
    ProgressBar(Terminal terminal, int steps) {
        this.terminal = terminal;
        this.isShown = terminal.showsProgress() && steps >= LONG;
    }

    void at(String stage, int done, int all) {
        int percent = (int) (100L * done / Math.max(all, 1));
        int filled = WIDTH * percent / 100;
        String line = String.format("%-9s %s%s %3d %% of %,d", stage, "█".repeat(filled), "░".repeat(WIDTH - filled), percent, all);
        if (isShown && !line.equals(last)) {
            last = line;
            terminal.err().print("\r" + line);
            terminal.err().flush();
        }
    }

    /** The share of the users that an analysis is done with, since it takes longer the more there are. */
    static <T> T of(Terminal terminal, String stage, PolicyEngine engine, Asked<T> asked) throws PolicyLoadException {
        int users = engine.directory().users().size();
        try (ProgressBar bar = new ProgressBar(terminal, users)) {
            return asked.answer(share -> bar.at(stage, (int) (share * users), users));
        }
    }

    /** A question that tells how far it is, from 0 to 1. */
    interface Asked<T> {

        T answer(DoubleConsumer done) throws PolicyLoadException;
    }

    @Override
    public void close() {
        if (!last.isEmpty()) {
            terminal.err().print("\r" + " ".repeat(last.length()) + "\r");
            terminal.err().flush();
            last = "";
        }
    }
}
