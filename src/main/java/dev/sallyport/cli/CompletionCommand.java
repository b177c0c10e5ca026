package dev.sallyport.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints what makes a shell complete commands and options. */
@Command(name = "completion", description = {
    "Prints a script for your shell that completes commands, options and file names.",
    "bash: add `source <(sallyport completion bash)` to ~/.bashrc; zsh: `source <(sallyport completion zsh)` to ~/.zshrc."})
final class CompletionCommand implements Callable<Integer> {

    /** The script is one for both: in zsh it starts bashcompinit itself. */
    private enum Shell { BASH, ZSH }

    @Parameters(paramLabel = "bash|zsh", description = "The shell: bash or zsh.")
    private Shell shell;

    private static final Pattern VALUES = Pattern.compile("(?m)(?<=_args=)\\((?:\"[A-Z]+\" ?)+\\)");

    private final Terminal terminal;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        // values of choices are the names of constants there, and lower case everywhere else
        terminal.data().print(VALUES.matcher(AutoComplete.bash("sallyport", Sallyport.commandLine(terminal, false)))
                .replaceAll(values -> Matcher.quoteReplacement(values.group().toLowerCase(Locale.ROOT))));
        return ExitCode.FINE.code();
    }
}
