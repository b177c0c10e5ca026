package dev.sallyport.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints what makes a shell complete commands and options. */
@Command(name = "completion", description = {
    "Prints a script that makes a shell complete commands, options and file names.",
    "bash: add `source <(sallyport completion bash)` to ~/.bashrc; zsh: `source <(sallyport completion zsh)` to ~/.zshrc."})
final class Completion implements Callable<Integer> {

    /** The script is one for both: in zsh it starts bashcompinit itself. */
    private enum Shell { BASH, ZSH }

    @Parameters(paramLabel = "bash|zsh", description = "Whose script.")
    private Shell shell;

    private final Terminal terminal;

    Completion(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.out().print(AutoComplete.bash("sallyport", Sallyport.commandLine(terminal, false)));
        return ExitCode.FINE.code();
    }
}
