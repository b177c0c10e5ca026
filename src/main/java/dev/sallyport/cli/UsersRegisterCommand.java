package dev.sallyport.cli;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.UserState;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command of {@link RegisterStep}. */
@Command(name = "register", description = "Registers a method. A first method enforces a user whose per-user MFA is enabled.")
final class UsersRegisterCommand extends UserChange {

    @Option(names = "--method", paramLabel = "METHOD", required = true, description = "Such as microsoftAuthenticatorPush, softwareOath, "
            + "fido2, sms.")
    private String method;

    @Option(names = "--name", paramLabel = "NAME", description = "The name of the method, such as the name of the phone.")
    private String name;

    @Option(names = "--phone", paramLabel = "NUMBER", description = "The number of a phone (sms, voice).")
    private String phone;

    @Option(names = "--email", paramLabel = "ADDRESS", description = "The address of an email method.")
    private String email;

    UsersRegisterCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    List<UserState> selected(DirectoryFiles files) throws PolicyLoadException {
        AuthenticationMethodMode mode = method();
        if (mode == AuthenticationMethodMode.APP_PASSWORD) {
            throw wrongUsage("to create an app password, use `sallyport app-passwords create`");
        }
        if (mode == AuthenticationMethodMode.PASSWORD) {
            throw wrongUsage("a password is not a method that can be registered");
        }
        if (phone != null && !RegisterStep.hasPhone(mode) || email != null && !RegisterStep.hasEmail(mode)) {
            throw wrongUsage("`" + mode.graphName() + "` has no " + (phone != null ? "phone number: use --phone only for sms and voice"
                    : "email address: use --email only for email"));
        }
        return super.selected(files);
    }

    private AuthenticationMethodMode method() {
        AuthenticationMethodMode mode = GraphEnum.anyCase(AuthenticationMethodMode.class, method);
        if (mode == null) {
            throw wrongUsage("unknown method `" + method + "`; use one of " + String.join(", ", UsersUnregisterCommand.METHODS));
        }
        return mode;
    }

    @Override
    UserStep step() {
        return new RegisterStep(method(), name, phone, email, UserStep.Terms.COMMAND_LINE);
    }
}
