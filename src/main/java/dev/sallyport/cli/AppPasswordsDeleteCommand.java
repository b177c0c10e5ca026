package dev.sallyport.cli;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.edit.EditException;
import dev.sallyport.model.UserState;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command of {@link DeleteAppPasswordsStep}. */
@Command(name = "delete", description = "Deletes app passwords of a user. This cannot be undone.")
final class AppPasswordsDeleteCommand implements Callable<Integer> {

    @Parameters(paramLabel = "USER", description = "User principal name or id.")
    private String name;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private What what;

    private static final class What {

        @Option(names = "--name", paramLabel = "NAME", required = true, description = "Deletes the one with this name, as the user does. "
                + "The tenant must allow app passwords.")
        private String displayName;

        @Option(names = "--all", required = true, description = "Deletes all of them, as an administrator does.")
        private boolean all;
    }

    @Mixin
    private Inputs inputs;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    AppPasswordsDeleteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        try (DirectoryFiles files = DirectoryFiles.lock(inputs.directoryPaths(spec.commandLine()), UserChange.PATIENCE)) {
            return delete(files).code();
        } catch (EditException e) {
            terminal.error(e.getMessage(), e.help());
            return ExitCode.UNUSABLE.code();
        }
    }

    private ExitCode delete(DirectoryFiles files) throws PolicyLoadException, EditException {
        UserState user = UserSelection.one(name, files.directory());
        String refusal = what.all ? null : AppPasswordSteps.deletionRefusal(inputs.load(files.directory(), Clock.systemUTC()).policySet()
                .mfaSettings());
        if (refusal != null) {
            terminal.error(refusal, "to delete all of them as an administrator, use --all");
            return ExitCode.DOES_NOT_HOLD;
        }
        DeleteAppPasswordsStep step = new DeleteAppPasswordsStep(what.all ? null : what.displayName, UserStep.Terms.COMMAND_LINE);
        UserState after = step.of(user, Instant.now());
        if (after.equals(user)) {
            String others = String.join(", ", user.appPasswords().stream().map(each -> "`" + each.displayName() + "`").toList());
            terminal.error(user.userPrincipalName() + " " + step.unchanged(), others.isEmpty() ? null : "there is " + others);
            return ExitCode.DOES_NOT_HOLD;
        }
        files.change(List.of(after)).write();
        terminal.out().println(Glyphs.visible(user.userPrincipalName() + ": " + String.join("; ", UserText.changes(user, after))));
        return ExitCode.FINE;
    }
}
