package dev.sallyport.cli;

import picocli.CommandLine.Option;

/** The option that chooses the form of what an analysis finds. */
final class ReportOption {

    /** The forms. */
    enum Format { TEXT, JSON, MARKDOWN, JUNIT, SARIF }

    @Option(names = "--format", paramLabel = "text|json|markdown|junit|sarif", description = {
        "text (default): for people. json: for programs, one object per line. markdown: for a pull request. junit: JUnit XML, for CI"
        + " servers. sarif: SARIF 2.1.0, for code scanning."})
    private Format format = Format.TEXT;

    Format format() {
        return format;
    }
}
