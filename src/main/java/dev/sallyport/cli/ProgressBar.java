package dev.sallyport.cli;

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

    @Override
    public void close() {
        if (!last.isEmpty()) {
            terminal.err().print("\r" + " ".repeat(last.length()) + "\r");
            terminal.err().flush();
        }
    }
}
