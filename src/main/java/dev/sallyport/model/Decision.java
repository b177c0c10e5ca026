package dev.sallyport.model;

import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decision and the reason for it. Equal policy sets, directories, requests and times give equal decisions.
 *
 * @param request the name or the place of the request; {@code null} for none
 * @param user the user or service principal, as the request names it
 * @param outcome the outcome: what to do
 * @param reason the reason
 * @param errorCode the sign-in error of Entra, 0 for {@code allow}; {@code null} where Microsoft documents none
 * @param requiredControls the pending controls, in the order in which to ask for them (GR-ORD-01)
 * @param registration the registration that is required or offered, and for the Security info page what the user may add; {@code null}
 *     for none
 * @param sessionControls the session controls to apply; {@link SessionControls#NONE} unless the outcome is {@code allow} (SS-27)
 * @param requirements the demands of every source (EV-12); empty unless the decision was explained
 * @param policies one row per policy, sorted by id; empty unless the decision was explained
 * @param conditionalAccessStatus {@code success}, {@code failure} or {@code notApplied}, as in the sign-in log (RES-40 to RES-43);
 *     {@code null} unless the decision was explained
 * @param stateChange the change of per-user MFA that a registration causes; {@code null} for none. The evaluation itself changes nothing
 * @param decidedBy the decision rule that decided, then those that made the demands that it is about; empty unless the decision was
 *     explained
 * @param diagnostics the assumptions of the decision, in sentences
 * @param findings the warnings for an administrator about a right decision, such as an account that the first person to register would
 *     own (REG-55); empty unless the decision was explained
 * @param policySetVersion {@code sha256:…} of the policy set
 * @param directoryVersion {@code sha256:…} of the directory, see {@link Directory#version}; {@code null} if it has none. The state of a
 *     user from a source or the caller is not part of it
 * @param evaluatedDateTime the time of the request; 1970-01-01T00:00:00Z if the clock failed
 */
public record Decision(@Nullable String request, @Nullable String user, Outcome outcome, Reason reason, @Nullable Integer errorCode,
        List<String> requiredControls, @Nullable RegistrationPrompt registration, SessionControls sessionControls,
        List<Requirement> requirements, List<PolicyResult> policies, @Nullable String conditionalAccessStatus,
        @Nullable StateChange stateChange, List<DecisionRule> decidedBy, List<String> diagnostics, List<String> findings,
        String policySetVersion, @Nullable String directoryVersion, Instant evaluatedDateTime) {

    /** The same decision with another name or place of the request. */
    public Decision withRequest(@Nullable String other) {
        return new Decision(other, user, outcome, reason, errorCode, requiredControls, registration, sessionControls, requirements,
                policies, conditionalAccessStatus, stateChange, decidedBy, diagnostics, findings, policySetVersion, directoryVersion,
                evaluatedDateTime);
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
     * The reason for a decision.
     *
     * @param code the stable code
     * @param message one sentence for people
     * @param policies the ids of the policies that caused the decision, sorted; empty if another source did
     */
    public record Reason(ReasonCode code, String message, List<String> policies) {

        /** One per code, by its ordinal. */
        private static final Reason[] OF_NO_POLICY = Arrays.stream(ReasonCode.values())
                .map(code -> new Reason(code, code.message(), List.of())).toArray(Reason[]::new);

        /** A reason in the words of its code. */
        public static Reason of(ReasonCode code, List<String> policies) {
            return policies.isEmpty() ? OF_NO_POLICY[code.ordinal()] : new Reason(code, code.message(), policies);
        }
    }

    /**
     * A prompt to register security information; for the Security info page, the list of methods that the user may add.
     *
     * @param required whether the user has to register now
     * @param dueDateTime the time from which registration is required; {@code null} if it is required now, and for the Security info page
     * @param methods the methods that the user may register here and now, by Graph names; {@code appPassword} may be among them (AP-02)
     */
    public record RegistrationPrompt(boolean required, @Nullable Instant dueDateTime, List<String> methods) { }

    /**
     * The session controls in force (SS-20 to SS-26). {@code null} and {@code false} mean that a control is not set.
     *
     * @param signInFrequency the sign-in frequency (SS-03)
     * @param persistentBrowser the mode of persistent browsers (SS-04)
     * @param cloudAppSecurity the mode of Defender for Cloud Apps (SS-02)
     * @param applicationEnforcedRestrictions whether the application enforces restrictions (SS-01)
     * @param continuousAccessEvaluation the mode of continuous access evaluation (SS-05)
     * @param disableResilienceDefaults whether resilience defaults are disabled (SS-06)
     */
    public record SessionControls(@Nullable SignInFrequency signInFrequency, @Nullable PersistentBrowserMode persistentBrowser,
            @Nullable CloudAppSecurityType cloudAppSecurity, boolean applicationEnforcedRestrictions,
            @Nullable ContinuousAccessEvaluationMode continuousAccessEvaluation, boolean disableResilienceDefaults) {

        /** No session controls. */
        public static final SessionControls NONE = new SessionControls(null, null, null, false, null, false);
    }

    /**
     * A demand of one source (EV-12).
     *
     * @param provider the source: {@code conditionalAccess}, {@code securityDefaults}, {@code user} (per-user MFA, PU-14),
     *     {@code registration} (REG-03) or {@code mandatoryMfa} (MM-01)
     * @param control the control, such as {@code mfa} or {@code registration}
     * @param status {@code satisfied}, {@code pending} or {@code failed}
     * @param policies the ids of the policies that demand it; empty for another source
     */
    public record Requirement(String provider, String control, String status, List<String> policies) { }

    /**
     * The row of one policy, in the terms of Entra's sign-in log (RES-20 to RES-32, RES-50 to RES-58).
     *
     * @param id the id of the policy
     * @param displayName the name of the policy
     * @param state the state of the policy, by its Graph name (CA-POL-05)
     * @param applies whether the policy applies to the request
     * @param result the result, such as {@code success}, {@code failure}, {@code notApplied} or {@code notEnabled} (RES-20 to RES-32)
     * @param analysisReasons the first condition that was not satisfied, as What If names it (WI-60 to WI-83); {@code notSet} if the
     *     policy applies
     * @param conditionsSatisfied the conditions that were satisfied, by the names of the log (RES-50)
     * @param conditionsNotSatisfied the conditions that were not satisfied, by the names of the log (RES-50)
     * @param includeRulesSatisfied the include rules that matched (RES-53)
     * @param excludeRulesSatisfied the exclude rules that matched (RES-54)
     * @param enforcedGrantControls the grant controls that the policy enforces
     * @param enforcedSessionControls the session controls that the policy enforces
     * @param source the position of the policy, as text; {@code null} if unknown
     */
    public record PolicyResult(String id, String displayName, String state, boolean applies, String result,
            @Nullable String analysisReasons, List<String> conditionsSatisfied, List<String> conditionsNotSatisfied,
            List<Rule> includeRulesSatisfied, List<Rule> excludeRulesSatisfied, List<String> enforcedGrantControls,
            List<String> enforcedSessionControls, @Nullable String source) { }

    /**
     * An include or exclude rule that matched (RES-53, RES-54).
     *
     * @param condition the condition
     * @param rule the rule, by the name of the log
     * @param id the entry of the list that matched; {@code null} for none
     * @param through the id of the application of the request that needs the service at which it matched (DEC-08); {@code null} if the
     *     request opens it itself
     */
    public record Rule(String condition, String rule, @Nullable String id, @Nullable String through) {

        /** Makes a rule about what the request opens itself. */
        public Rule(String condition, String rule, @Nullable String id) {
            this(condition, rule, id, null);
        }
    }

    /**
     * A change of the state of per-user MFA (PU-04).
     *
     * @param from the state before
     * @param to the state after
     */
    public record StateChange(PerUserMfaState from, PerUserMfaState to) { }
}
