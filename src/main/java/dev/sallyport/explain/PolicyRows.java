package dev.sallyport.explain;

import dev.sallyport.compile.Control;
import dev.sallyport.compile.Control.Kind;
import dev.sallyport.compile.Control.Status;
import dev.sallyport.decide.Condition;
import dev.sallyport.decide.SpecEvaluator.Row;
import dev.sallyport.decide.Trace;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Decision.Rule;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.PolicyState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Tells how each policy fared in the words of Entra's sign-in log (section 8) and of What If (section 14). */
public final class PolicyRows {

    /** The order in which What If looks at conditions (WI-83). */
    private static final List<Condition> REASON_ORDER = List.of(Condition.USERS, Condition.SERVICE_PRINCIPALS, Condition.APPLICATION,
            Condition.DEVICE_PLATFORM, Condition.DEVICE_STATE, Condition.CLIENT_TYPE, Condition.LOCATION, Condition.SIGN_IN_RISK,
            Condition.USER_RISK, Condition.SERVICE_PRINCIPAL_RISK, Condition.AGENT_ID_RISK, Condition.TIME, Condition.INSIDER_RISK,
            Condition.AUTHENTICATION_FLOWS);

    private static final Condition[] CONDITIONS = Condition.values();
    private static final int APPLICATION = Trace.bit(Condition.APPLICATION);
    private static final int USERS = Trace.bit(Condition.USERS);

    /** What a row says of a policy whatever the request. */
    private record Fixed(String state, boolean isDisabled, boolean isUnevaluatedUserAction, String defect, String targetReason,
            String workloadReason, List<String> sessionControls,
            String source) { }

    /** In the order of the policies. */
    private final List<Fixed> policies = new ArrayList<>();
    /** The names of conditions for each set of them, made when first asked for; there are few. */
    private final AtomicReferenceArray<List<String>> names = new AtomicReferenceArray<>(1 << CONDITIONS.length);

    /** For policies whose references are resolved. */
    public PolicyRows(List<ConditionalAccessPolicy> policies, EvaluationSettings settings) {
        for (ConditionalAccessPolicy policy : policies) {
            this.policies.add(new Fixed(policy.state().graphName(), policy.state() == PolicyState.DISABLED, isUnevaluatedUserAction(policy,
                    settings),
                    defect(policy), targetReason(policy), workloadReason(policy), sessionControls(policy.sessionControls()),
                    policy.source() == null ? null : policy.source().toString()));
        }
    }

    /** The rows of a decision, sorted by id. */
    public List<PolicyResult> of(List<Row> rows) {
        List<PolicyResult> results = new ArrayList<>(rows.size());
        for (Row row : rows) {
            results.add(row(row));
        }
        results.sort(Comparator.comparing(PolicyResult::id));
        return Collections.unmodifiableList(results);
    }

    /** The status over all enabled policies; success although no policy applied is what Entra says too (RES-41, RES-43, AMB-37). */
    public static String conditionalAccessStatus(List<PolicyResult> rows) {
        String status = "notApplied";
        for (PolicyResult row : rows) {
            if (row.result().equals("failure")) {
                return "failure";
            }
            if (status.equals("success") || !row.state().equals(PolicyState.ENABLED.graphName())) {
                continue;
            }
            List<String> satisfied = row.conditionsSatisfied();
            boolean matched = satisfied.contains(Condition.APPLICATION.logName())
                    && (satisfied.contains(Condition.USERS.logName()) || satisfied.contains(Condition.SERVICE_PRINCIPALS.logName()));
            if (matched) {
                status = "success";
            }
        }
        return status;
    }

    private PolicyResult row(Row row) {
        ConditionalAccessPolicy policy = row.policy();
        Fixed fixed = policies.get(row.index());
        if (fixed.isDisabled()) {                                                           // RES-20, RES-52
            return new PolicyResult(policy.id(), policy.displayName(), fixed.state(), false, "notEnabled", "policyNotEnabled",
                    List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), fixed.source());
        }
        boolean applies = row.applies() && !fixed.isUnevaluatedUserAction();
        int shown = shown(row.trace());
        return new PolicyResult(policy.id(), policy.displayName(), fixed.state(), applies, result(row, applies), reason(row, fixed),
                names(shown & ~row.trace().failed()), names(shown & row.trace().failed()), shown(row.trace().included(), shown,
                row.trace()),
                shown(row.trace().excluded(), shown, row.trace()), grantControls(row), fixed.sessionControls(), fixed.source());
    }

    /** Whether a policy is report-only, is about a user action, and is not evaluated for that (CA-ACT-10, AMB-01). */
    private static boolean isUnevaluatedUserAction(ConditionalAccessPolicy policy, EvaluationSettings settings) {
        return policy.state() == PolicyState.REPORT_ONLY && !policy.conditions().applications().includeUserActions().isEmpty()
                && !settings.evaluateReportOnlyUserActions();
    }

    /** The result of a policy in the sign-in log (RES-21 to RES-32). */
    private static String result(Row row, boolean applies) {
        if (row.policy().state() == PolicyState.ENABLED) {
            return !applies ? "notApplied" : row.status() == Status.SATISFIED ? "success" : "failure";
        }
        if (!applies) {
            return "reportOnlyNotApplied";
        }
        if (row.status() == Status.FAILED || row.sessionUnmet()) {
            return "reportOnlyFailure";
        }
        return row.status() == Status.PENDING ? "reportOnlyInterrupted" : "reportOnlySuccess";
    }

    /** RES-51: an application or a user that misses hides everything behind it. */
    private static int shown(Trace trace) {
        return (trace.failed() & APPLICATION) != 0 ? APPLICATION : (trace.failed() & USERS) != 0 ? trace.configured() & (APPLICATION
                | USERS) : trace.configured();
    }

    /** The names of conditions in the log; location comes as a pair. */
    private List<String> names(int conditions) {
        List<String> known = names.get(conditions);
        if (known != null) {
            return known;
        }
        List<String> made = new ArrayList<>();
        for (Condition condition : CONDITIONS) {
            if ((conditions & Trace.bit(condition)) != 0) {
                made.add(condition.logName());
                if (condition == Condition.LOCATION) {
                    made.add("ipAddressSeenByAzureAD");
                }
            }
        }
        names.set(conditions, List.copyOf(made));
        return names.get(conditions);
    }

    private List<Rule> shown(List<Rule> rules, int shown, Trace trace) {
        if (rules.isEmpty() || shown == trace.configured()) {
            return List.copyOf(rules);
        }
        List<String> conditions = names(shown);
        List<Rule> left = List.of();
        for (int i = 0; i < rules.size(); i++) {
            if (conditions.contains(rules.get(i).condition())) {
                left = left.isEmpty() ? new ArrayList<>(rules.size()) : left;
                left.add(rules.get(i));
            }
        }
        return List.copyOf(left);
    }

    /** The first condition that was not satisfied, as What If names it (WI-10, WI-83). */
    private static String reason(Row row, Fixed fixed) {
        if (row.applies()) {
            return "notSet";
        }
        if (fixed.defect() != null) {
            return fixed.defect();
        }
        for (int i = 0; i < REASON_ORDER.size(); i++) {
            Condition condition = REASON_ORDER.get(i);
            if ((row.trace().failed() & Trace.bit(condition)) != 0) {
                return condition == Condition.APPLICATION ? fixed.targetReason() : condition == Condition.SERVICE_PRINCIPALS
                        ? fixed.workloadReason() : condition.reason();
            }
        }
        return "notSet";
    }

    /** WI-73, WI-74, CA-CMB-05: what a policy lacks that no file may lack; {@code null} for nothing. */
    private static String defect(ConditionalAccessPolicy policy) {
        Users users = policy.conditions().users();
        Applications target = policy.conditions().applications();
        boolean forNobody = users.includeUsers().isEmpty() && users.includesNobody() && policy.conditions().clientApplications() == null
                && policy.conditions().agents() == null;
        boolean forNothing = target.includeApplications().isEmpty() && target.targetsApplications() && !target.includesUnknown()
                && (target.filter() == null || target.filter().isExclude());
        boolean excludesOnly = forNobody && !users.equals(Users.NONE) || forNothing && !target.excludeApplications().isEmpty();
        boolean asksNothing = (policy.grantControls() == null || policy.grantControls().isEmpty())
                && policy.sessionControls().equals(SessionControls.NONE) && policy.notEvaluated().isEmpty()
                && policy.annotations().unmodelled().keySet().stream().noneMatch(path -> path.startsWith("sessionControls."));
        return excludesOnly ? "invalidPolicy" : forNobody || forNothing || asksNothing ? "emptyPolicy" : null;
    }

    /** The reason of What If for a policy whose target does not match (WI-65 to WI-67). */
    private static String targetReason(ConditionalAccessPolicy policy) {
        if (!policy.conditions().applications().includeUserActions().isEmpty()) {
            return "userActions";
        }
        return policy.conditions().applications().includeAuthenticationContextClassReferences().isEmpty() ? "application"
                : "authenticationContext";
    }

    /** WI-64, WI-82: what is for agents alone is missed because of them. */
    private static String workloadReason(ConditionalAccessPolicy policy) {
        ClientApplications target = policy.conditions().clientApplications();
        boolean isForAgents = target != null && target.includesAgents() && !target.includesWorkloads();
        return isForAgents ? "agentIdentities" : Condition.SERVICE_PRINCIPALS.reason();
    }

    /** RES-57; terms of use and custom controls stand there by name. */
    private static List<String> grantControls(Row row) {
        List<Control> operands = row.grant().operands();
        String[] names = new String[operands.size()];
        for (int i = 0; i < names.length; i++) {
            names[i] = name(operands.get(i));
        }
        return List.of(names);
    }

    private static String name(Control control) {
        return control.kind() == Kind.TERMS_OF_USE || control.kind() == Kind.CUSTOM ? control.name() : control.kind().logName();
    }

    private static List<String> sessionControls(SessionControls controls) {
        List<String> names = new ArrayList<>();
        if (controls.applicationEnforcedRestrictions()) {
            names.add("AppEnforcedRestrictions");
        }
        if (controls.cloudAppSecurity() != null) {
            names.add("CloudAppSecurity");
        }
        if (controls.signInFrequency() != null) {
            names.add("SignInFrequency");
        }
        if (controls.persistentBrowser() != null) {
            names.add("PersistentBrowser");
        }
        if (controls.secureSignInSession()) {
            names.add("SignInTokenProtection");
        }
        if (controls.continuousAccessEvaluation() != null) {
            names.add("ContinuousAccessEvaluation");
        }
        if (controls.disableResilienceDefaults()) {
            names.add("DisableResilienceDefaults");
        }
        return List.copyOf(names);
    }
}
