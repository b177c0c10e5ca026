package dev.sallyport.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Option;

/** The option that gives the current time, so that a command has the same results on every day. */
final class ClockOption {

    @Option(names = "--clock", paramLabel = "INSTANT", description = "The current time, such as 2026-11-22T10:15:00Z. Requests and "
            + "suites that have a time of their own keep it. Default: now.")
    private Instant given;

    /** The time of the option; without it, the time of the computer, truncated to a unit. */
    Instant time(ChronoUnit unit) {
        return given != null ? given : Instant.now().truncatedTo(unit);
    }
}
