package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.explain.TenantCommands;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A change that is made to users: what becomes of each of them, whom it leaves, and what it means in words. The command line and the
 * workbench make the same steps. A step is made once, and serves one change.
 */
public abstract class UserStep {

    /**
     * What can be done besides a step, as the place calls it where the step is made.
     *
     * @param enforce what enforces users, such as {@code `sallyport users enforce`}
     * @param revokeSessions what revokes sessions
     * @param createAppPassword how to create an app password; {@code USER} is replaced
     * @param deleteAppPasswords how to remove all app passwords of a user
     * @param lower how to lower enforced users too
     * @param registeredOnly how to skip users who have not registered; empty where that is not offered
     */
    public record Terms(String enforce, String revokeSessions, String createAppPassword, String deleteAppPasswords, String lower,
            String registeredOnly) {

        /** The terms of the command line. */
        public static final Terms COMMAND_LINE = new Terms("`sallyport users enforce`", "`sallyport users revoke-sessions`",
                "`sallyport app-passwords create USER --name NAME`", "use `sallyport app-passwords delete USER --all`", "use --lower to "
                + "lower them", "use --registered-only to skip the others");
    }

    /**
     * Which users a step changes.
     *
     * @param before the users whom it changes, as they are
     * @param left why others stay as they are, such as {@code already enforced}, with their number
     * @param unchanged how many of the others are already as the step would make them
     */
    public record Plan(List<UserState> before, Map<String, Integer> left, int unchanged) {

        /** The others in words, such as {@code 2 already enforced; 1 not registered, skipped}; empty if the step changes all users. */
        public String rest() {
            return left.entrySet().stream().map(each -> each.getValue() + " " + each.getKey()).collect(Collectors.joining("; "));
        }
    }

    final Terms terms;

    UserStep(Terms terms) {
        this.terms = terms;
    }

    /** The name of the command that makes the step, such as {@code enforce}. */
    public abstract String name();

    /** What becomes of a user. */
    public abstract UserState of(UserState user, Instant time);

    /** What to tell about a user who is already as the step would make them, such as {@code already enforced}. */
    public abstract String unchanged();

    /** Why a user stays as they are, such as {@code not registered, skipped}; {@code null} to change them. */
    public String left(UserState user) {
        return null;
    }

    /** Why the step cannot be made to a user, or {@code null}; then it is made to none of them. */
    public String refusal(UserState user) {
        return null;
    }

    /** What to tell when all users stay as they are. */
    public String nothingToChange(List<UserState> users) {
        return names(users) + " " + unchanged();
    }

    /** Whether what the step means depends on policies. */
    public boolean needsPolicies() {
        return false;
    }

    /**
     * What the step means for these users: a sentence, then one per consequence, which begins with {@code "  - "}. Empty if there is
     * nothing to tell.
     *
     * @param engine the policies and the directory; {@code null} if they are unknown
     */
    public List<String> consequences(List<UserState> before, PolicyEngine engine, Instant time) {
        return List.of();
    }

    /** Whether a user is asked about apart from the others. */
    public boolean isApart(UserState user) {
        return false;
    }

    /** What the step means for those who are asked about apart, as {@link #consequences} tells it. */
    public List<String> consequencesApart(List<UserState> apart) {
        return List.of();
    }

    /**
     * What is worth knowing after the change, a sentence each, which begins with {@code note: } or {@code next: }.
     *
     * @param engine the policies and the directory; {@code null} if they are unknown
     */
    public List<String> hints(List<UserState> before, List<UserState> after, PolicyEngine engine, Instant time) {
        return List.of();
    }

    /** What the step is to the tenant; {@code null} where Microsoft Graph has no request for it. */
    public TenantCommands.Step tenant() {
        return null;
    }

    /** The reasons why the step cannot be made; empty if it can. */
    public final List<String> refusals(List<UserState> users) {
        return users.stream().map(this::refusal).filter(Objects::nonNull).toList();
    }

    /** Which of the users the step changes. */
    public final Plan plan(List<UserState> users, Instant time) {
        List<UserState> before = new ArrayList<>();
        Map<String, Integer> left = new LinkedHashMap<>();
        int same = 0;
        for (UserState user : users) {
            String why = left(user);
            if (why != null) {
                left.merge(why, 1, Integer::sum);
            } else if (of(user, time).equals(user)) {
                same++;
            } else {
                before.add(user);
            }
        }
        if (same > 0) {
            left.put(unchanged(), same);
        }
        return new Plan(before, left, same);
    }

    /** The users as the step makes them, with their history. */
    public final List<UserState> after(List<UserState> before, Instant time) {
        return before.stream().map(user -> Lifecycle.recorded(user, of(user, time), time, "users " + name())).toList();
    }

    // ---- words

    /** A few names, and how many more. */
    static String names(List<UserState> users) {
        String first = users.stream().limit(3).map(UserState::userPrincipalName).collect(Collectors.joining(", "));
        return first + (users.size() > 3 ? " and " + (users.size() - 3) + " more" : "");
    }

    /** {@code - text: names}, or nothing where there is nobody of that kind. */
    static List<String> about(List<UserState> users, Predicate<UserState> kind, String text) {
        List<UserState> those = users.stream().filter(kind).toList();
        return those.isEmpty() ? List.of() : List.of("  - " + text + ": " + names(those));
    }

    /** AP-20: accepted only while the state is enforced. */
    static List<String> stoppedAppPasswords(List<UserState> before) {
        List<UserState> holders = before.stream().filter(UserStep::worksWithAppPasswords).toList();
        int count = holders.stream().mapToInt(user -> user.appPasswords().size()).sum();
        return holders.isEmpty() ? List.of() : List.of("  - " + Terminal.count(count, "app password") + " of " + names(holders)
                + (count == 1 ? " stops" : " stop") + " working; " + (count == 1 ? "it is" : "they are")
                + " kept, and work" + (count == 1 ? "s" : "") + " again once enforced [AP-20]");
    }

    private static boolean worksWithAppPasswords(UserState user) {
        return user.perUserMfaState() == PerUserMfaState.ENFORCED && !user.appPasswords().isEmpty();
    }

    /** PU-09, PU-10: what asks these users for MFA without any per-user state. */
    static List<String> askedAnyway(List<UserState> users, PolicyEngine engine, Instant time) {
        if (engine == null) {
            return List.of();
        }
        String outside = MfaReport.outside(engine.policySet());
        List<UserState> byPolicies = new ArrayList<>();
        List<UserState> byDefaults = new ArrayList<>();
        for (UserState user : users) {
            SignIn signIn = SignIn.builder().user(user.userPrincipalName()).clientAppType("browser").ipAddress(outside)
                    .createdDateTime(time).build();
            Decision decision = engine.evaluate(signIn, Lifecycle.disable(user));
            if (decision.outcome() == Outcome.CHALLENGE || decision.outcome() == Outcome.PROMPT_REGISTER) {
                (decision.reason().policies().isEmpty() ? byDefaults : byPolicies).add(user);
            } else if (decision.outcome() == Outcome.BLOCK && user.accountEnabled()
                    && asksElsewhere(engine.explain(signIn, Lifecycle.disable(user)))) {
                byPolicies.add(user);
            }
        }
        List<String> told = new ArrayList<>();
        if (!byDefaults.isEmpty()) {
            told.add("  - security defaults already ask for MFA in every per-user state, and never change that state [PU-09]: "
                    + names(byDefaults));
        }
        if (!byPolicies.isEmpty()) {
            told.add("  - Conditional Access already asks for MFA; Microsoft advises against both for one user, except for app passwords "
                    + "[PU-10]: " + names(byPolicies));
        }
        return told;
    }

    /** Whether policies ask for MFA besides what refuses the sample sign-in, such as a managed device, which another sign-in can have. */
    private static boolean asksElsewhere(Decision refused) {
        return refused.requirements().stream().noneMatch(each -> each.control().equals("block"))
                && refused.requirements().stream().anyMatch(each -> each.provider().equals("conditionalAccess")
                && (each.control().equals("mfa") || each.control().equals("authenticationStrength")));
    }
}
