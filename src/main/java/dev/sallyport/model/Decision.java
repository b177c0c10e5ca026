package dev.sallyport.model;

import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was decided, and why. The same policy set, directory, request and time give an equal decision.
 *
 * @param request          the name or the place of the request, or {@code null}
 * @param user             the user or service principal, as the request named them
 * @param errorCode        the Entra sign-in error, 0 for allow, {@code null} where Microsoft documents none
 * @param requiredControls what to ask for now, first one first, only what is pending (GR-ORD)
 * @param registration     for a required or an optional registration and for the Security info page that may be opened, else {@code null}
 * @param sessionControls  to be honoured on allow; {@link SessionControls#NONE} otherwise (SS-27)
 * @param requirements     every demand of every source; empty unless the decision was explained
 * @param policies         one row per policy, sorted by id; empty unless the decision was explained
 * @param conditionalAccessStatus {@code success}, {@code failure} or {@code notApplied} as the sign-in log has it (RES-40..43);
 *                         {@code null} unless the decision was explained
 * @param stateChange      what a registration changes about the user, or {@code null}; evaluation itself changes nothing
 * @param decidedBy        the decision rule that decided, then those that made the demands that it is about; empty unless the decision was explained
 * @param diagnostics      what the decision had to assume
 * @param findings         what an administrator should know although the decision is right, such as an account that whoever registers
 *                         first would own (REG-55); empty unless the decision was explained
 * @param policySetVersion {@code sha256:…} of the policy set that decided
 * @param directoryVersion {@code sha256:…} of the directory that decided, see {@link Directory#version}; the state of a user that a
 *                         source or the caller has is no part of it
 * @param evaluatedDateTime the time of the request
 */
public record Decision(String request, String user, Outcome outcome, Reason reason, Integer errorCode, List<String> requiredControls,
        RegistrationPrompt registration, SessionControls sessionControls, List<Requirement> requirements, List<PolicyResult> policies,
        String conditionalAccessStatus, StateChange stateChange, List<DecisionRule> decidedBy, List<String> diagnostics, List<String> findings, String policySetVersion,
        String directoryVersion, Instant evaluatedDateTime) {

    /** The same decision with another name or place of the request. */
    public Decision withRequest(String other) {
        return new Decision(other, user, outcome, reason, errorCode, requiredControls, registration, sessionControls, requirements, policies,
                conditionalAccessStatus, stateChange, decidedBy, diagnostics, findings, policySetVersion, directoryVersion, evaluatedDateTime);
    }

    /**
     * A decision rule, as it is written in DRL.
     *
     * @param rule   its name, such as {@code A block control ends the evaluation}
     * @param source file and line, such as {@code outcome.drl:61}
     * @param ids    the rules of the rule book that it follows, such as {@code GR-MUL-01}
     */
    public record DecisionRule(String rule, String source, List<String> ids) { }

    /**
     * Why.
     *
     * @param message  one sentence for people
     * @param policies ids of the policies that brought it about, sorted; empty when another source did
     */
    public record Reason(ReasonCode code, String message, List<String> policies) {

        private static final Map<ReasonCode, Reason> OF_NO_POLICY = new EnumMap<ReasonCode, Reason>(Arrays.stream(ReasonCode.values())
                .collect(Collectors.toMap(code -> code, code -> new Reason(code, code.message(), List.of()))));

        /** A reason in the words of its code. */
        public static Reason of(ReasonCode code, List<String> policies) {
            return policies.isEmpty() ? OF_NO_POLICY.get(code) : new Reason(code, code.message(), policies);
        }
    }

    /**
     * A prompt to register security information, or, for the Security info page that a user may open, what can be added there.
     *
     * @param dueDateTime when it becomes required; {@code null} when it is required now, and for the Security info page
     * @param methods     the methods that can be registered here and now; {@code appPassword} is one of them (AP-02)
     */
    public record RegistrationPrompt(boolean required, Instant dueDateTime, List<String> methods) { }

    /** Session controls in force; {@code null} and {@code false} for what is not set (SS-20..26). */
    public record SessionControls(SignInFrequency signInFrequency, PersistentBrowserMode persistentBrowser,
            CloudAppSecurityType cloudAppSecurity, boolean applicationEnforcedRestrictions,
            ContinuousAccessEvaluationMode continuousAccessEvaluation, boolean disableResilienceDefaults) {

        /** None. */
        public static final SessionControls NONE = new SessionControls(null, null, null, false, null, false);
    }

    /**
     * A demand of one source (EV-12).
     *
     * @param provider {@code conditionalAccess}, {@code securityDefaults}, {@code user} (per-user MFA, PU-14),
     *                 {@code registration} (REG-03) or {@code mandatoryMfa} (MM-01)
     * @param control  {@code mfa}, {@code registration}, …
     * @param status   {@code satisfied}, {@code pending} or {@code failed}
     * @param policies the policies that demand it
     */
    public record Requirement(String provider, String control, String status, List<String> policies) { }

    /**
     * How one policy fared, as Entra's sign-in log tells it (RES-20..32, RES-50..58).
     *
     * @param analysisReasons the first condition that was not satisfied, as What If names it (WI-60..83)
     */
    public record PolicyResult(String id, String displayName, String state, boolean applies, String result, String analysisReasons,
            List<String> conditionsSatisfied, List<String> conditionsNotSatisfied, List<Rule> includeRulesSatisfied,
            List<Rule> excludeRulesSatisfied, List<String> enforcedGrantControls, List<String> enforcedSessionControls, String source) { }

    /** A matched include or exclude rule (RES-53, RES-54); {@code id} is the entry of the list that matched, or {@code null}. */
    public record Rule(String condition, String rule, String id) { }

    /** A change of the user's per-user MFA state (PU-04). */
    public record StateChange(PerUserMfaState from, PerUserMfaState to) { }
}
