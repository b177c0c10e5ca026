package dev.sallyport.cli;

import picocli.CommandLine.Option;

/** The option that chooses between text for people and JSON for programs. */
final class FormatOption {

    private enum Format { TEXT, JSON }

    @Option(names = "--format", paramLabel = "text|json", description = "text (default): for people. json: for programs, one object per "
            + "line.")
    private Format format = Format.TEXT;

    /** Whether results are JSON, one object per line. */
    boolean isJson() {
        return format == Format.JSON;
    }
}
