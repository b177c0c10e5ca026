package dev.sallyport.explain;

import dev.sallyport.Directory.Organization;
import dev.sallyport.Outcome;
import dev.sallyport.check.Licences;
import dev.sallyport.decide.NaiveEvaluator.Row;
import dev.sallyport.decide.Ruling;
import dev.sallyport.model.PolicyState;
import java.util.ArrayList;
import java.util.List;

/** What an administrator should know about a decision although it is right. */
public final class Findings {

    private Findings() { }

    /**
     * The findings about one decision, a sentence each.
     *
     * @param user           the user principal name, {@code null} for a service principal
     * @param fromOutside    whether the request comes from no trusted location
     */
    public static List<String> of(Ruling ruling, List<Row> rows, Organization organization, String user, boolean fromOutside) {
        List<String> findings = new ArrayList<>();
        if (user != null && fromOutside && ruling.outcome() == Outcome.PROMPT_REGISTER) {
            findings.add(hijack(user));
        }
        for (Row row : rows) {
            if (!row.applies() || row.policy().state() != PolicyState.ENABLED) {
                continue;
            }
            if (Licences.needsWorkloadIdentities(row.policy())) {
                if (Licences.lacksWorkloadIdentities(organization)) {
                    findings.add("`" + row.policy().id() + "` needs Workload Identities Premium, which the organization does not have [LIC-07]");
                }
            } else if (Licences.lacksP1(organization)) {
                findings.add("`" + row.policy().id() + "` needs a P1 licence, which the organization does not have: Entra enforces it only as long as nobody changes it"
                        + " [LIC-03, LIC-13]");
            } else if (Licences.lacksP2(organization) && Licences.needsP2(row.policy())) {
                findings.add("`" + row.policy().id() + "` needs a P2 licence, which the organization does not have: without it no risk is known [LIC-04]");
            }
        }
        return List.copyOf(findings);
    }

    /** REG-50, REG-52, REG-53, REG-55. */
    private static String hijack(String user) {
        return "whoever knows the password can register a method here before the user does, and then owns the account [REG-55]; the cures: `sallyport users revoke-sessions "
                + user + "`, so that the user has to sign in and register soon [REG-53], or a policy that blocks outside trusted IPs until then, as"
                + " rules/conditional-access/block-unless-trusted-ip.yaml does [REG-52]";
    }
}
