package dev.sallyport.explain;

import dev.sallyport.decide.Facts;
import dev.sallyport.decide.Ruling;
import dev.sallyport.decide.SpecEvaluator.Row;
import dev.sallyport.explain.TenantCommands.Step;
import dev.sallyport.model.Directory.Organization;
import dev.sallyport.model.Licences;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What an administrator should know about a decision although it is right. */
public final class Findings {

    private static final Instant END_OF_SMTP = Instant.parse("2027-01-01T00:00:00Z");

    private Findings() { }

    /**
     * The findings about one decision, a sentence each.
     *
     * @param fromOutside whether the request comes from no trusted location
     */
    public static List<String> of(Facts facts, Ruling ruling, List<Row> rows, Organization organization, PolicySet set,
            boolean fromOutside) {
        List<String> findings = new ArrayList<>();
        if (facts.isUser() && fromOutside && ruling.outcome() == Outcome.PROMPT_REGISTER) {
            findings.add(hijack(facts.user().userPrincipalName(), organization, set));
        }
        if (facts.createsAppPassword() && ruling.outcome() != Outcome.ALLOW) {
            findings.addAll(whyNoAppPassword(facts.user(), set));
        }
        if (facts.isAppPasswordOverSmtp() && ruling.outcome() == Outcome.ALLOW) {
            findings.add(endOfSmtp(facts.now()) + " [DEC-17]");
        }
        for (Row row : rows) {
            if (!row.applies() || row.policy().state() != PolicyState.ENABLED) {
                continue;
            }
            if (facts.isOnAppleDevice() && row.policy().sessionControls().secureSignInSession()) {
                findings.add("`" + row.policy().id() + "` asks for token protection: of Apple's devices, only managed ones with the "
                        + "Enterprise SSO plug-in can meet it [DEC-16]");
            }
            if (Licences.needsWorkloadIdentities(row.policy())) {
                if (Licences.lacksWorkloadIdentities(organization)) {
                    findings.add("`" + row.policy().id() + "` needs Workload Identities Premium, which the organization does not have "
                            + "[LIC-07]");
                }
            } else if (Licences.lacksP1(organization)) {
                findings.add("`" + row.policy().id() + "` needs a P1 licence, which the organization does not have: Entra enforces it "
                        + "only until it is next changed"
                        + " [LIC-03, LIC-13]");
            } else if (Licences.lacksP2(organization) && Licences.needsP2(row.policy())) {
                findings.add("`" + row.policy().id() + "` needs a P2 licence, which the organization does not have: without it, every "
                        + "risk is unknown [LIC-04]");
            }
        }
        return List.copyOf(findings);
    }

    /** DEC-17: what becomes of app passwords in programs that send mail. */
    public static String endOfSmtp(Instant now) {
        return now.isBefore(END_OF_SMTP)
                ? "at the end of December 2026, Exchange Online turns SMTP AUTH with basic authentication off by default: until then, move "
                + "programs that send mail with an app password to OAuth"
                : "since the end of December 2026, Exchange Online has SMTP AUTH with basic authentication off by default: a program can "
                + "send mail with an app password only if an administrator has turned it on";
    }

    /** REG-50, REG-52, REG-53, REG-55; what the policy costs: LIC-03, SD-04. */
    private static String hijack(String user, Organization organization, PolicySet set) {
        return "an attacker with the password can register a method here before the user does, and then owns the account [REG-55]; to "
                + "prevent this, run `sallyport users revoke-sessions "
                + user + "` (in the tenant `" + TenantCommands.powershell(Step.REVOKE_SESSIONS, user)
                + "`), so that the user must sign in and register soon [REG-53], or add a policy"
                + " that blocks outside trusted IPs until then, as rules/conditional-access/block-unless-trusted-ip.yaml does [REG-52]; "
                + "the policy needs " + price(organization, set);
    }

    /** What a Conditional Access policy takes (DEC-21). */
    public static String price(Organization organization, PolicySet set) {
        return "Entra ID P1, and " + Licences.aboutP1(organization) + " [LIC-03]" + (set.securityDefaults().isEnabled()
                ? "; security defaults must be disabled first [SD-04]" : "");
    }

    /** DEC-20: who, in which state, and who does what about it. */
    private static List<String> whyNoAppPassword(UserState user, PolicySet set) {
        List<String> why = new ArrayList<>();
        String name = user.userPrincipalName();
        String enforce = "an administrator must run `sallyport users enforce " + name + "` (in the tenant `"
                + TenantCommands.powershell(Step.ENFORCE, name) + "`)";
        boolean isRegistered = user.isMfaRegistered();
        switch (user.perUserMfaState()) {
            case ENABLED -> why.add(isRegistered ? name + " is enabled and registered, but not enforced, and this does not change by "
                    + "itself [PU-06]; only enforced users can create app passwords: " + enforce + " [AP-02]"
                    : name + " is enabled and has not registered: once " + name + " registers a method, per-user MFA is enforced by "
                    + "itself [PU-04], and app passwords can be created [AP-02]");
            case DISABLED -> why.add(isRegistered ? name + " is disabled for per-user MFA, which MFA by Conditional Access or security "
                    + "defaults never changes [PU-09];"
                    + " only enforced users can create app passwords: " + enforce + " [AP-02]"
                    : name + " has never configured MFA, and is disabled for per-user MFA: the user must register a method first; then "
                    + enforce + " [AP-02, PU-12]");
            case ENFORCED -> {
                if (!isRegistered) {
                    why.add(name + " is enforced and has not registered: the user must register a method first [AP-23]");
                }
            }
        }
        MfaSettings settings = set.mfaSettings();
        if (!settings.allowAppPasswords()) {
            why.add("the tenant does not allow app passwords: " + (settings.allowAppPasswordsSource() != null
                    ? "`allowAppPasswords` is false at " + settings.allowAppPasswordsSource()
                    : settings.source() != null ? "`mfaSettings` at " + settings.source() + " does not contain `allowAppPasswords: true`"
                    : "no `mfaSettings` contains `allowAppPasswords: true`") + " [AP-01]");
        }
        return why;
    }
}
