package dev.sallyport.cli;

import dev.sallyport.cli.UnregisterStep.Extent;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.UserState;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command of {@link UnregisterStep}. */
@Command(name = "unregister", description = "Removes registered methods. The per-user MFA state and app passwords stay.")
final class UsersUnregisterCommand extends UserChange {

    /** What can be registered, by name. */
    static final List<String> METHODS = Arrays.stream(AuthenticationMethodMode.values())
            .filter(mode -> mode != AuthenticationMethodMode.PASSWORD && mode != AuthenticationMethodMode.APP_PASSWORD)
            .map(AuthenticationMethodMode::graphName).toList();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private What what;

    private static final class What {

        @Option(names = "--method", paramLabel = "METHOD", required = true, description = "All methods of this kind.")
        private String method;

        @Option(names = "--all", required = true, description = "Every method.")
        private boolean all;

        @Option(names = "--require-reregister", required = true, description = {
            "Like Require re-register: deletes phones, Authenticator and software OATH, deactivates hardware OATH, and keeps passkeys and "
                    + "certificates."})
        private boolean requireReregister;
    }

    UsersUnregisterCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    List<UserState> selected(DirectoryFiles files) throws PolicyLoadException {
        if (what.method != null && !METHODS.contains(what.method)) {
            AuthenticationMethodMode other = GraphEnum.anyCase(AuthenticationMethodMode.class, what.method);
            throw wrongUsage("unknown method `" + what.method + "`; " + (other != null && METHODS.contains(other.graphName())
                    ? "did you mean `" + other.graphName() + "`?" : "use one of " + String.join(", ", METHODS)));
        }
        return super.selected(files);
    }

    @Override
    UserStep step() {
        return new UnregisterStep(what.all ? Extent.ALL : what.requireReregister ? Extent.REQUIRE_REREGISTER : Extent.METHOD,
                what.method == null ? null : GraphEnum.exact(AuthenticationMethodMode.class, what.method), UserStep.Terms.COMMAND_LINE);
    }
}
