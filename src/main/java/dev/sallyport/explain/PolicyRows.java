package dev.sallyport.explain;

import dev.sallyport.Decision.PolicyResult;
import dev.sallyport.Decision.Rule;
import dev.sallyport.compile.Control;
import dev.sallyport.compile.Control.Kind;
import dev.sallyport.compile.Control.Status;
import dev.sallyport.decide.Condition;
import dev.sallyport.decide.NaiveEvaluator.Row;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.PolicyState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Tells how each policy fared in the words of Entra's sign-in log (section 8) and of What If (section 14). */
public final class PolicyRows {

    /** The order in which What If looks at conditions (WI-83). */
    private static final List<Condition> REASON_ORDER = List.of(Condition.USERS, Condition.SERVICE_PRINCIPALS, Condition.APPLICATION,
            Condition.DEVICE_PLATFORM, Condition.DEVICE_STATE, Condition.CLIENT_TYPE, Condition.LOCATION, Condition.SIGN_IN_RISK, Condition.USER_RISK,
            Condition.SERVICE_PRINCIPAL_RISK, Condition.TIME, Condition.INSIDER_RISK, Condition.AUTHENTICATION_FLOWS);

    private PolicyRows() { }

    /** The rows of a decision, sorted by id. */
    public static List<PolicyResult> of(List<Row> rows, EvaluationSettings settings) {
        return rows.stream().map(row -> row(row, settings)).sorted(Comparator.comparing(PolicyResult::id)).toList();
    }

    /** The status over all enabled policies; success although no policy applied is what Entra says too (RES-41, RES-43, AMB-37). */
    public static String conditionalAccessStatus(List<PolicyResult> rows) {
        String status = "notApplied";
        for (PolicyResult row : rows) {
            if (row.result().equals("failure")) {
                return "failure";
            }
            List<String> satisfied = row.conditionsSatisfied();
            boolean matched = satisfied.contains(Condition.APPLICATION.logName())
                    && (satisfied.contains(Condition.USERS.logName()) || satisfied.contains(Condition.SERVICE_PRINCIPALS.logName()));
            if (matched && row.state().equals(PolicyState.ENABLED.graphName())) {
                status = "success";
            }
        }
        return status;
    }

    private static PolicyResult row(Row row, EvaluationSettings settings) {
        ConditionalAccessPolicy policy = row.policy();
        String source = policy.source() == null ? null : policy.source().toString();
        if (policy.state() == PolicyState.DISABLED) {                                       // RES-20, RES-52
            return new PolicyResult(policy.id(), policy.displayName(), policy.state().graphName(), false, "notEnabled", "policyNotEnabled",
                    List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), source);
        }
        boolean applies = row.applies() && !isUnevaluatedUserAction(policy, settings);
        List<String> satisfied = new ArrayList<>();
        List<String> notSatisfied = new ArrayList<>();
        conditions(row.trace().conditions(), satisfied, notSatisfied);
        return new PolicyResult(policy.id(), policy.displayName(), policy.state().graphName(), applies, result(row, applies), reason(row),
                List.copyOf(satisfied), List.copyOf(notSatisfied), shown(row.trace().included(), satisfied, notSatisfied),
                shown(row.trace().excluded(), satisfied, notSatisfied), grantControls(row), sessionControls(policy.sessionControls()), source);
    }

    /** CA-ACT-10, AMB-01. */
    private static boolean isUnevaluatedUserAction(ConditionalAccessPolicy policy, EvaluationSettings settings) {
        return policy.state() == PolicyState.REPORT_ONLY && !policy.conditions().applications().includeUserActions().isEmpty()
                && !settings.evaluateReportOnlyUserActions();
    }

    /** RES-21..32. */
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

    /** RES-51: an application or a user that misses hides everything behind it; location comes as a pair. */
    private static void conditions(Map<Condition, Boolean> conditions, List<String> satisfied, List<String> notSatisfied) {
        for (Map.Entry<Condition, Boolean> entry : conditions.entrySet()) {
            Condition condition = entry.getKey();
            List<String> list = entry.getValue() ? satisfied : notSatisfied;
            list.add(condition.logName());
            if (condition == Condition.LOCATION) {
                list.add("ipAddressSeenByAzureAD");
            }
            boolean gate = condition == Condition.APPLICATION || condition == Condition.USERS;
            if (gate && !entry.getValue()) {
                return;
            }
        }
    }

    private static List<Rule> shown(List<Rule> rules, List<String> satisfied, List<String> notSatisfied) {
        List<Rule> shown = new ArrayList<>(rules.size());
        for (Rule rule : rules) {
            if (satisfied.contains(rule.condition()) || notSatisfied.contains(rule.condition())) {
                shown.add(rule);
            }
        }
        return List.copyOf(shown);
    }

    /** WI-10, WI-83. */
    private static String reason(Row row) {
        String defect = row.applies() ? null : defect(row.policy());
        if (defect != null) {
            return defect;
        }
        for (Condition condition : REASON_ORDER) {
            if (Boolean.FALSE.equals(row.trace().conditions().get(condition))) {
                return condition == Condition.APPLICATION ? targetReason(row.policy()) : condition.reason();
            }
        }
        return "notSet";
    }

    /** WI-73, WI-74, CA-CMB-05: what a policy lacks that no file may lack; {@code null} for nothing. */
    private static String defect(ConditionalAccessPolicy policy) {
        Users users = policy.conditions().users();
        Applications target = policy.conditions().applications();
        boolean forNobody = users.includeUsers().isEmpty() && users.includesNobody() && policy.conditions().clientApplications() == null;
        boolean forNothing = target.includeApplications().isEmpty() && target.targetsApplications() && !target.includesUnknown()
                && (target.filter() == null || target.filter().isExclude());
        boolean excludesOnly = forNobody && !users.equals(Users.NONE) || forNothing && !target.excludeApplications().isEmpty();
        boolean asksNothing = (policy.grantControls() == null || policy.grantControls().isEmpty())
                && policy.sessionControls().equals(SessionControls.NONE) && policy.notEvaluated().isEmpty()
                && policy.annotations().unmodelled().keySet().stream().noneMatch(path -> path.startsWith("sessionControls."));
        return excludesOnly ? "invalidPolicy" : forNobody || forNothing || asksNothing ? "emptyPolicy" : null;
    }

    /** WI-65..67. */
    private static String targetReason(ConditionalAccessPolicy policy) {
        if (!policy.conditions().applications().includeUserActions().isEmpty()) {
            return "userActions";
        }
        return policy.conditions().applications().includeAuthenticationContextClassReferences().isEmpty() ? "application" : "authenticationContext";
    }

    /** RES-57; terms of use and custom controls stand there by name. */
    private static List<String> grantControls(Row row) {
        List<String> names = new ArrayList<>();
        for (Control control : row.grant().operands()) {
            boolean named = control.kind() == Kind.TERMS_OF_USE || control.kind() == Kind.CUSTOM;
            names.add(named ? control.name() : control.kind().logName());
        }
        return List.copyOf(names);
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
