package dev.sallyport.cli;

import dev.sallyport.explain.TenantCommands;
import dev.sallyport.explain.TenantCommands.Shell;
import dev.sallyport.explain.TenantCommands.Step;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** A change that an administrator also makes in the tenant, to users who are named. */
abstract class TenantChange extends UserChange {

    @Option(names = "--print", paramLabel = "powershell|graph", description = {
        "Changes nothing. Prints a Microsoft Graph PowerShell script, or Microsoft Graph requests, that make the same change in the "
                + "tenant."})
    private Shell print;

    TenantChange(Terminal terminal) {
        super(terminal);
    }

    /** What it is to the tenant, or {@code null} where Graph knows no call for it. */
    abstract Step step();

    @Override
    boolean writes() {
        return super.writes() && print == null;
    }

    @Override
    boolean prints(List<UserState> before) {
        if (print == null) {
            return false;
        }
        if (step() == null) {
            throw wrongUsage("Microsoft Graph has no request for this: remove --print");
        }
        script(print, before).forEach(terminal.data()::println);
        terminal.note("nothing was changed here; run this in the tenant");
        return true;
    }

    List<String> script(Shell shell, List<UserState> users) {
        return TenantCommands.script(shell, step(), users.stream().map(UserState::userPrincipalName).toList());
    }

    /** {@code - text: names}, or nothing where there is nobody of that kind. */
    static List<String> about(List<UserState> users, Predicate<UserState> kind, String text) {
        List<UserState> those = users.stream().filter(kind).toList();
        return those.isEmpty() ? List.of() : List.of("  - " + text + ": " + names(those));
    }

    /** AP-20: accepted only while the state is enforced. */
    static List<String> stoppedAppPasswords(List<UserState> before) {
        List<UserState> holders = before.stream().filter(TenantChange::worksWithAppPasswords).toList();
        int count = holders.stream().mapToInt(user -> user.appPasswords().size()).sum();
        return holders.isEmpty() ? List.of() : List.of("  - " + Terminal.count(count, "app password") + " of " + names(holders)
                + (count == 1 ? " stops" : " stop") + " working; " + (count == 1 ? "it is" : "they are")
                + " kept, and work again once enforced [AP-20]");
    }

    static boolean worksWithAppPasswords(UserState user) {
        return user.perUserMfaState() == PerUserMfaState.ENFORCED && !user.appPasswords().isEmpty();
    }

    /** PU-09, PU-10: what asks these users for MFA without any per-user state. */
    final List<String> askedAnyway(List<UserState> users, Instant time) {
        if (engine() == null) {
            return List.of();
        }
        String outside = MfaReport.outside(engine().policySet());
        List<UserState> byPolicies = new ArrayList<>();
        List<UserState> byDefaults = new ArrayList<>();
        for (UserState user : users) {
            SignIn signIn = SignIn.builder().user(user.userPrincipalName()).clientAppType("browser").ipAddress(outside)
                    .createdDateTime(time).build();
            Decision decision = engine().evaluate(signIn, Lifecycle.disable(user));
            if (decision.outcome() == Outcome.CHALLENGE || decision.outcome() == Outcome.PROMPT_REGISTER) {
                (decision.reason().policies().isEmpty() ? byDefaults : byPolicies).add(user);
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
}
