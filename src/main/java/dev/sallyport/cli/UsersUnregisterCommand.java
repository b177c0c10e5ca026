package dev.sallyport.cli;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes methods; RV-05 and RV-06 with --require-reregister. */
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
    UserState step(UserState user, Instant time) {
        return what.all ? Lifecycle.unregisterAll(user) : what.requireReregister ? Lifecycle.requireReregistration(user)
                : Lifecycle.unregister(user, GraphEnum.exact(AuthenticationMethodMode.class, what.method));
    }

    @Override
    String unchanged() {
        return "without such a method";
    }

    @Override
    List<String> hints(List<UserState> before, List<UserState> after, Instant time) {
        List<UserState> open = after.stream().filter(user -> user.perUserMfaState() != PerUserMfaState.DISABLED && !user.isMfaRegistered())
                .toList();
        return open.isEmpty() ? List.of() : List.of("note: " + names(open) + (open.size() == 1 ? " has" : " have")
                + " to register again at the next interactive sign-in; sessions continue until `sallyport users revoke-sessions` [RV-06]");
    }
}
