package dev.sallyport.cli;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.parse.Sources;
import java.nio.file.FileSystemException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. Each command is a class of its own; only the one that is called is looked at. */
@Command(name = "sallyport", description = "Decides Microsoft Entra sign-ins offline.", scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Sallyport.Version.class, sortOptions = false, synopsisSubcommandLabel = "COMMAND",
        parameterListHeading = "%n", optionListHeading = "%n", commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
            "0:fine",
            "1:the answer is no: a test failed, a check found errors, a decision differs, there is a gap, an app password was refused",
            "2:wrong usage or invalid input",
            "3:a threshold was missed, or the evaluator does not confirm an analysis"},
        footer = "%nResults go to standard output, diagnostics to standard error. NO_COLOR disables colours, COLUMNS sets the width,"
            + " SALLYPORT_DEBUG shows where an unexpected error comes from.")
public final class Sallyport {

    /** What picocli takes at least. */
    private static final int LEAST_USAGE_COLUMNS = 55;
    private static final List<String> COMMANDS = List.of("init", "evaluate", "whatif", "replay", "check", "gaps", "diff", "prove",
            "redundant", "why", "test", "convert", "fmt", "users", "app-passwords", "catalogue", "schema", "samples", "serve",
            "completion");

    private static final Pattern NO_CHOICE = Pattern.compile("Invalid value for (?:option|positional parameter at index [0-9.]+) (.*): "
            + "expected one of \\[(.*)] \\(case-insensitive\\) but was `(.*)`");
    private static final Pattern NO_NUMBER = Pattern.compile("`([^`]*)` is not an? (int|long|double)$");

    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "Disables colours, even on a terminal.")
    private boolean noColor;

    private Sallyport() { }

    private static Object command(String name, Terminal terminal) {
        return switch (name) {
            case "init" -> new InitCommand(terminal, System.getProperty("sallyport.home"), System.getenv().getOrDefault("PATH", ""));
            case "evaluate" -> new EvaluateCommand(terminal);
            case "whatif" -> new WhatIfCommand(terminal);
            case "replay" -> new ReplayCommand(terminal);
            case "samples" -> new CommandLine(new SamplesCommand()).addSubcommand("signins", new SamplesCommand.SignIns(terminal));
            case "serve" -> new ServeCommand(terminal);
            case "users" -> UsersCommand.commandLine(terminal);
            case "check" -> new CheckCommand(terminal);
            case "gaps" -> new GapsCommand(terminal);
            case "diff" -> new DiffCommand(terminal);
            case "prove" -> new ProveCommand(terminal);
            case "redundant" -> new RedundantCommand(terminal);
            case "why" -> new WhyCommand(terminal);
            case "test" -> new TestCommand(terminal);
            case "app-passwords" -> AppPasswordsCommand.commandLine(terminal);
            case "convert" -> new ConvertCommand(terminal);
            case "fmt" -> new FmtCommand(terminal);
            case "completion" -> new CompletionCommand(terminal);
            case "catalogue" -> CatalogueCommand.commandLine(terminal);
            case "schema" -> new SchemaCommand(terminal);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Runs a command and ends the process with its {@link ExitCode}. */
    public static void main(String[] arguments) {
        Map<String, String> environment = System.getenv();
        Terminal terminal = Terminal.ofProcess(environment, List.of(arguments).contains("--no-color"));
        System.exit(run(terminal, !environment.getOrDefault("SALLYPORT_DEBUG", "").isEmpty(), arguments));
    }

    /**
     * Runs a command.
     *
     * @param debug whether an unexpected error shows where it comes from
     * @return the number of an {@link ExitCode}
     */
    static int run(Terminal terminal, boolean debug, String... arguments) {
        int code;
        try {
            code = commandLine(terminal, debug, arguments).execute(arguments);
        } catch (Throwable e) {
            code = unexpected(e, terminal, debug);
        }
        if (terminal.out().checkError()) {
            terminal.error("cannot write the results", null);
            code = ExitCode.UNUSABLE.code();
        }
        terminal.err().flush();
        return code;
    }

    /** The command that the arguments call, or all of them when they call none. */
    static CommandLine commandLine(Terminal terminal, boolean debug, String... arguments) {
        CommandLine commandLine = new CommandLine(new Sallyport());
        boolean one = arguments.length > 0 && COMMANDS.contains(arguments[0]);
        for (String name : one ? List.of(arguments[0]) : COMMANDS) {
            commandLine.addSubcommand(name, command(name, terminal));
        }
        return commandLine.setOut(terminal.out()).setErr(terminal.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(terminal.coloursOut() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(Math.max(LEAST_USAGE_COLUMNS, terminal.pageColumns()))
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Instant.class, Sallyport::instant)
                .setParameterExceptionHandler((e, all) -> wrongUsage(e, terminal))
                .setExecutionExceptionHandler((e, command, all) -> {
                    if (e instanceof PolicyLoadException unusable) {
                        terminal.diagnostics(unusable.diagnostics());
                        return ExitCode.UNUSABLE.code();
                    }
                    if (e instanceof FileSystemException file && file.getFile() != null) {
                        terminal.error("`" + file.getFile() + "` cannot be used: " + Sources.why(file), null);
                        return ExitCode.UNUSABLE.code();
                    }
                    return unexpected(e, terminal, debug);
                });
    }

    static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException("`" + text + "` is not a date and time with a time zone, such as 2026-11-22T10:15:00Z");
        }
    }

    private static int wrongUsage(ParameterException e, Terminal terminal) {
        CommandLine called = e.getCommandLine();
        String message = e.getMessage().replaceAll("'([^']*)'", "`$1`");
        String name = called.getCommandSpec().qualifiedName();
        String help = "see `" + name + " --help`";
        List<String> near = List.of();
        Matcher choice = NO_CHOICE.matcher(message);
        if (e instanceof UnmatchedArgumentException unmatched) {
            near = unmatched.getSuggestions();
            String first = unmatched.getUnmatched().get(0);
            if (!unmatched.isUnknownOption()) {
                message = (called.getSubcommands().isEmpty() ? "unexpected argument `" : "unknown command `") + first + "`";
            } else if (called.getParent() == null) {
                help = "write options after the command; " + help;
            }
        } else if (message.startsWith("Missing required subcommand")) {
            message = called.getParent() == null ? "missing command" : "missing command after `" + name + "`";
            help = (called.getParent() == null ? "start with `sallyport init`; "
                    : "start with `" + name + " " + called.getSubcommands().keySet().iterator().next() + "`; ") + help;
        } else if (choice.matches()) {
            message = "unknown value `" + choice.group(3) + (choice.group(1).startsWith("`") ? "` for " + choice.group(1) : "`");
            help = "use one of " + choice.group(2).toLowerCase(Locale.ROOT) + "; " + help;
        }
        message = NO_NUMBER.matcher(message).replaceFirst(found -> "`" + Matcher.quoteReplacement(found.group(1)) + "` is not a "
                + (found.group(2).equals("double") ? "number" : "whole number"));
        terminal.error(message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1),
                near.isEmpty() ? help : "did you mean `" + near.get(0) + "`? " + help);
        return ExitCode.UNUSABLE.code();
    }

    private static int unexpected(Throwable e, Terminal terminal, boolean debug) {
        terminal.error("internal error: " + e, debug ? null : "set SALLYPORT_DEBUG=1 to see where, and report it");
        if (debug) {
            e.printStackTrace(terminal.err());
        }
        return ExitCode.UNUSABLE.code();
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Sallyport.class.getPackage().getImplementationVersion();
            return new String[] {"sallyport " + (version == null ? "(not packaged)" : version) + ", Java " + Runtime.version()};
        }
    }
}
