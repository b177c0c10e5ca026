package dev.sallyport.cli;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** PU-04: completes registration, and with the first strong method makes an enabled user enforced. */
@Command(name = "register", description = "Registers a method. A first method enforces a user whose per-user MFA is enabled.")
final class UsersRegisterCommand extends UserChange {

    private static final int MOST_HINTS = 10;

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
        if (phone != null && mode != AuthenticationMethodMode.SMS && mode != AuthenticationMethodMode.VOICE || email != null
                && mode != AuthenticationMethodMode.EMAIL) {
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
    UserState step(UserState user, Instant time) {
        return Lifecycle.register(user, method(), name, phone, email, time);
    }

    @Override
    String refusal(UserState user) {
        AuthenticationMethodMode mode = method();
        return Lifecycle.mayRegister(user, mode) ? null
                : "`" + user.userPrincipalName() + "` already has the maximum number of `" + mode.graphName() + "` [REG-10]";
    }

    @Override
    String unchanged() {
        return "already registered";
    }

    @Override
    List<String> hints(List<UserState> before, List<UserState> after, Instant time) {
        List<String> hints = new ArrayList<>();
        List<UserState> stuck = after.stream().filter(user -> user.perUserMfaState() == PerUserMfaState.ENABLED && user.isMfaRegistered())
                .toList();
        if (!stuck.isEmpty()) {
            hints.add("note: " + names(stuck) + (stuck.size() == 1 ? " was" : " were") + " already registered and stays enabled; to "
                    + "enforce, use `sallyport users enforce` [PU-06]");
        }
        if (engine() != null) {
            MfaReport report = new MfaReport(engine(), time);
            for (UserState user : after) {
                for (ConditionalAccessPolicy policy : report.lockedIn(user)) {
                    hints.add("note: `" + policy.id() + "` still blocks " + user.userPrincipalName()
                            + " outside trusted places, as a member of `"
                            + String.join("`, `", report.groups(policy, user)) + "`: remove the user from the group [REG-52]");
                }
            }
        }
        return hints.size() > MOST_HINTS ? hints.subList(0, MOST_HINTS) : hints;
    }

    @Override
    boolean needsPolicies() {
        return true;
    }
}
