package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.explain.Findings;
import dev.sallyport.explain.TenantCommands;
import dev.sallyport.explain.TenantCommands.Step;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Licences;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.UserState;
import dev.sallyport.report.MfaReport;
import dev.sallyport.report.MfaReport.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What an administrator should know about the users of a report as a whole. */
public final class UsersFindings {

    private static final int MOST_NAMES = 5;

    private UsersFindings() { }

    /**
     * A finding.
     *
     * @param rule the rule that it follows from, such as {@code REG-55}; empty for a command that goes with the finding before it
     */
    public record Finding(String rule, String text) {

        /** Whether it is a command to run, and not a sentence. */
        public boolean isCommand() {
            return rule.isEmpty();
        }
    }

    /**
     * The findings about the rows of a report.
     *
     * @param directoryOptions the options that name the directory in commands, such as {@code  -d directory.yaml}; empty for none
     */
    public static List<Finding> of(List<Row> rows, MfaReport report, PolicyEngine engine, Instant now, String directoryOptions) {
        List<Finding> findings = new ArrayList<>();
        List<String> exposed = rows.stream().filter(Row::isHijackable).map(row -> row.user().userPrincipalName()).toList();
        if (!exposed.isEmpty()) {
            findings.add(new Finding("REG-55", "an attacker with the password of " + some(exposed)
                    + " can register a method first, and then owns the account; there are two ways to prevent this:"));
            findings.add(new Finding("REG-53", "revoke their sessions, so that they must sign in and register soon:"));
            findings.add(new Finding("", "sallyport users revoke-sessions " + exposed.get(0) + directoryOptions));
            findings.add(new Finding("", "in the tenant: " + TenantCommands.powershell(Step.REVOKE_SESSIONS, exposed.get(0))));
            findings.add(new Finding("REG-52", "block them outside trusted IPs until they have registered, as the policy "
                    + "`block-unless-trusted-ip` does for a group; the policy needs "
                    + Findings.price(engine.directory().organization(), engine.policySet()) + ":"));
            findings.add(new Finding("", "sallyport users report -p rules/conditional-access" + directoryOptions));
        }
        for (Row row : rows) {
            for (ConditionalAccessPolicy policy : report.lockedIn(row.user())) {
                findings.add(new Finding("REG-52", "registered, but still blocked: `" + policy.id() + "` blocks " + row.user()
                        .userPrincipalName() + " outside trusted places, as a member of `"
                        + String.join("`, `", report.groups(policy, row.user())) + "`"));
            }
        }
        List<UserState> emergency = rows.stream().map(Row::user).filter(engine.directory()::isBreakGlass).toList();
        if (!emergency.isEmpty()) {
            List<String> lacking = emergency.stream().filter(user -> !user.isMfaRegistered()).map(UserState::userPrincipalName).toList();
            findings.add(new Finding("MM-03", "break-glass accounts: "
                    + some(emergency.stream().map(UserState::userPrincipalName).toList())
                    + "; Microsoft's own MFA asks them too at the admin portals" + (lacking.isEmpty() ? "" : ", and " + some(lacking)
                    + (lacking.size() == 1 ? " has" : " have") + " no method for it")));
        }
        List<String> senders = rows.stream().map(Row::user).filter(user -> user.accountEnabled() && !user.appPasswords().isEmpty()
                && user.perUserMfaState() == PerUserMfaState.ENFORCED).map(UserState::userPrincipalName).toList();
        if (!senders.isEmpty()) {
            findings.add(new Finding("DEC-17", Findings.endOfSmtp(now) + "; " + some(senders)
                    + (senders.size() == 1 ? " has" : " have") + " app passwords"));
        }
        List<String> misleading = rows.stream().filter(row -> row.scriptStatus().startsWith("Enabled via") && row.status()
                .equals("Disabled"))
                .map(row -> row.user().userPrincipalName()).toList();
        if (!misleading.isEmpty()) {
            findings.add(new Finding("RPT-23", "scripts that look only at methods call " + some(misleading)
                    + " `Enabled via Conditional Access`, but nothing asks them for MFA"));
        }
        licences(engine, findings);
        return findings;
    }

    private static void licences(PolicyEngine engine, List<Finding> findings) {
        if (Licences.lacksP1(engine.directory().organization())) {
            List<String> enabled = enabled(engine).stream().map(ConditionalAccessPolicy::id).toList();
            if (!enabled.isEmpty()) {
                findings.add(new Finding("LIC-03", "the organization has no P1 licence, which " + some(enabled) + " need"
                        + (enabled.size() == 1 ? "s" : "")
                        + ": protect users with security defaults or per-user MFA, or buy P1"));
            }
            if (!engine.policySet().mfaSettings().trustedIps().isEmpty()) {
                findings.add(new Finding("LIC-05", "the organization has no P1 licence, which MFA trusted IPs need"));
            }
        }
        if (Licences.lacksP2(engine.directory().organization())) {
            List<String> risky = enabled(engine).stream().filter(Licences::needsP2).map(ConditionalAccessPolicy::id).toList();
            if (!risky.isEmpty()) {
                findings.add(new Finding("LIC-04", "the organization has no P2 licence: " + some(risky) + " never see"
                        + (risky.size() == 1 ? "s" : "") + " a risk"));
            }
        }
    }

    private static List<ConditionalAccessPolicy> enabled(PolicyEngine engine) {
        return engine.policySet().policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED).toList();
    }

    private static String some(List<String> names) {
        int more = names.size() - MOST_NAMES;
        return String.join(", ", names.subList(0, Math.min(names.size(), MOST_NAMES))) + (more > 0 ? " and " + more + " more" : "");
    }
}
