package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** PU-04: completes registration, and with the first strong method makes an enabled user enforced. */
public final class RegisterStep extends UserStep {

    private static final int MOST_HINTS = 10;

    private final AuthenticationMethodMode method;
    private final String displayName;
    private final String phone;
    private final String email;

    /**
     * @param displayName the name of the method; {@code null} for none
     * @param phone the number of a phone; {@code null} for none
     * @param email the address of an email method; {@code null} for none
     */
    public RegisterStep(AuthenticationMethodMode method, String displayName, String phone, String email, Terms terms) {
        super(terms);
        this.method = method;
        this.displayName = displayName;
        this.phone = phone;
        this.email = email;
    }

    /** Whether a method has a phone number. */
    public static boolean hasPhone(AuthenticationMethodMode method) {
        return method == AuthenticationMethodMode.SMS || method == AuthenticationMethodMode.VOICE;
    }

    /** Whether a method has an email address. */
    public static boolean hasEmail(AuthenticationMethodMode method) {
        return method == AuthenticationMethodMode.EMAIL;
    }

    @Override
    public String name() {
        return "register";
    }

    @Override
    public UserState of(UserState user, Instant time) {
        return Lifecycle.register(user, method, displayName, phone, email, time);
    }

    @Override
    public String refusal(UserState user) {
        return Lifecycle.mayRegister(user, method) ? null
                : "`" + user.userPrincipalName() + "` already has the maximum number of `" + method.graphName() + "` [REG-10]";
    }

    @Override
    public String unchanged() {
        return "already registered";
    }

    @Override
    public List<String> hints(List<UserState> before, List<UserState> after, PolicyEngine engine, Instant time) {
        List<String> hints = new ArrayList<>();
        List<UserState> stuck = after.stream().filter(user -> user.perUserMfaState() == PerUserMfaState.ENABLED && user.isMfaRegistered())
                .toList();
        if (!stuck.isEmpty()) {
            hints.add("note: " + names(stuck) + (stuck.size() == 1 ? " was" : " were") + " already registered and stays enabled; to "
                    + "enforce, use " + terms.enforce() + " [PU-06]");
        }
        if (engine != null) {
            MfaReport report = new MfaReport(engine, time);
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
    public boolean needsPolicies() {
        return true;
    }
}
