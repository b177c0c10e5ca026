package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Decision;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/** A request as the options of {@code sallyport evaluate} describe it. */
public final class RequestLine {

    @Command
    private static final class Options {

        @Mixin
        private RequestOptions asked;
    }

    private final RequestOptions asked;

    private RequestLine(RequestOptions asked) {
        this.asked = asked;
    }

    /**
     * Reads options, such as {@code --user=noah} and {@code --app=Teams}.
     *
     * @throws PolicyLoadException with one diagnostic if they are no options of a request
     */
    public static RequestLine of(List<String> options) throws PolicyLoadException {
        Options read = new Options();
        try {
            new CommandLine(read).setExpandAtFiles(false).registerConverter(Instant.class, Sallyport::instant).parseArgs(options.toArray(
                    String[]::new));
        } catch (ParameterException e) {
            throw Names.error("SP1401", String.valueOf(e.getMessage()), "see `sallyport evaluate --help`");
        }
        return new RequestLine(read.asked);
    }

    /**
     * The request at a time.
     *
     * @param notes takes what names were taken for, a sentence each
     * @throws PolicyLoadException with one diagnostic if a name is unknown or ambiguous, or a value is unknown
     */
    public Request request(PolicyEngine engine, Instant time, Consumer<String> notes) throws PolicyLoadException {
        try {
            return asked.described(engine, time, notes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong with a request by its decision, after the option that it comes from and a colon; {@code null} for nothing. */
    public static @Nullable String problem(PolicyEngine engine, Request request, Decision decision) {
        return decision.reason().code() != ReasonCode.INVALID_REQUEST ? null
                : RequestFlags.byOption(Requests.suggestion(engine, request, decision.reason().message()));
    }
}
