package dev.sallyport.suite;

import dev.sallyport.compile.Control;
import dev.sallyport.decide.Condition;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.CloudAppSecurityType;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.ContinuousAccessEvaluationMode;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Decision.Reason;
import dev.sallyport.model.Decision.RegistrationPrompt;
import dev.sallyport.model.Decision.Requirement;
import dev.sallyport.model.Decision.Rule;
import dev.sallyport.model.Decision.SessionControls;
import dev.sallyport.model.Decision.StateChange;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PersistentBrowserMode;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.read.Shape.Type;
import dev.sallyport.suite.DecisionShape.Shape.Flag;
import dev.sallyport.suite.DecisionShape.Shape.Number;
import dev.sallyport.suite.DecisionShape.Shape.Part;
import dev.sallyport.suite.DecisionShape.Shape.Parts;
import dev.sallyport.suite.DecisionShape.Shape.Rows;
import dev.sallyport.suite.DecisionShape.Shape.Text;
import dev.sallyport.suite.DecisionShape.Shape.Texts;
import dev.sallyport.suite.DecisionShape.Shape.Time;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** The fields of a decision as {@code expect} names them (interface, section 3), with the values that each can have. */
final class DecisionShape {

    private DecisionShape() { }

    /** What a field holds. */
    sealed interface Shape {

        /** One text; of these when there are any. */
        record Text(Collection<String> allowed) implements Shape { }

        /** A whole number. */
        record Number() implements Shape { }

        /** True, or false and absent, which are the same. */
        record Flag() implements Shape { }

        /** A date and time. */
        record Time() implements Shape { }

        /** Texts, all of them; compared in their order, or as a set. */
        record Texts(Collection<String> allowed, boolean inOrder) implements Shape { }

        /**
         * An object, of which some fields are expected.
         *
         * @param shorthand the field that a single value stands for, or {@code null}
         * @param mayBeNull whether {@code null} can be expected
         * @param mayBeEmpty whether {@code {}} can be expected: nothing is set
         */
        record Part(Map<String, Field> fields, String shorthand, boolean mayBeNull, boolean mayBeEmpty) implements Shape { }

        /** Objects, of which each that is expected has to be there. */
        record Parts(Part item) implements Shape { }

        /** Objects by the id of a policy. */
        record Rows(Part row) implements Shape { }
    }

    /** A field and how it is had from the object. */
    record Field(Shape shape, Function<Object, Object> value) { }

    private static final Collection<String> ANY = List.of();
    private static final Collection<String> RESULTS = List.of("success", "failure", "notApplied", "notEnabled", "reportOnlySuccess",
            "reportOnlyFailure",
            "reportOnlyInterrupted", "reportOnlyNotApplied");
    private static final Collection<String> CONDITIONS = Stream.concat(Arrays.stream(Condition.values()).map(Condition::logName),
            Stream.of("ipAddressSeenByAzureAD")).toList();
    private static final Collection<String> ANALYSIS_REASONS = Stream.concat(Arrays.stream(Condition.values()).map(Condition::reason),
            Stream.of("notSet", "policyNotEnabled", "emptyPolicy", "invalidPolicy", "userActions", "authenticationContext",
            "agentIdentities")).distinct().toList();

    private static final Part RULE = new Fields<>(Rule.class)
            .with("condition", new Text(CONDITIONS), Rule::condition)
            .with("rule", new Text(ANY), Rule::rule)
            .with("id", new Text(ANY), Rule::id)
            .with("through", new Text(ANY), Rule::through).part(null, false);

    private static final Part ROW = new Fields<>(PolicyResult.class)
            .with("id", new Text(ANY), PolicyResult::id)
            .with("displayName", new Text(ANY), PolicyResult::displayName)
            .with("state", new Text(names(PolicyState.class)), PolicyResult::state)
            .with("applies", new Flag(), PolicyResult::applies)
            .with("result", new Text(RESULTS), PolicyResult::result)
            .with("analysisReasons", new Text(ANALYSIS_REASONS), PolicyResult::analysisReasons)
            .with("conditionsSatisfied", new Texts(CONDITIONS, false), PolicyResult::conditionsSatisfied)
            .with("conditionsNotSatisfied", new Texts(CONDITIONS, false), PolicyResult::conditionsNotSatisfied)
            .with("includeRulesSatisfied", new Parts(RULE), PolicyResult::includeRulesSatisfied)
            .with("excludeRulesSatisfied", new Parts(RULE), PolicyResult::excludeRulesSatisfied)
            .with("enforcedGrantControls", new Texts(ANY, false), PolicyResult::enforcedGrantControls)
            .with("enforcedSessionControls", new Texts(ANY, false), PolicyResult::enforcedSessionControls)
            .with("source", new Text(ANY), PolicyResult::source).part("result", false);

    private static final Part REASON = new Fields<>(Reason.class)
            .with("code", new Text(texts(ReasonCode.values())), reason -> reason.code().toString())
            .with("message", new Text(ANY), Reason::message)
            .with("policies", new Texts(ANY, false), Reason::policies).part("code", false);

    private static final Part REGISTRATION = new Fields<>(RegistrationPrompt.class)
            .with("required", new Flag(), RegistrationPrompt::required)
            .with("dueDateTime", new Time(), RegistrationPrompt::dueDateTime)
            .with("methods", new Texts(names(AuthenticationMethodMode.class), false), RegistrationPrompt::methods).part(null, true);

    private static final Part SIGN_IN_FREQUENCY = new Fields<>(SignInFrequency.class)
            .with("frequencyInterval", new Text(List.of("everyTime", "timeBased")), frequency -> frequency.everyTime() ? "everyTime"
            : "timeBased")
            .with("type", new Text(List.of("days", "hours")), frequency -> frequency.everyTime() ? null : frequency.days() ? "days"
            : "hours")
            .with("value", new Number(), frequency -> frequency.everyTime() ? null : frequency.value()).part(null, true);

    private static final Part SESSION_CONTROLS = new Part(new Fields<>(SessionControls.class)
            .with("signInFrequency", SIGN_IN_FREQUENCY, SessionControls::signInFrequency)
            .with("persistentBrowser", new Text(names(PersistentBrowserMode.class)), controls -> name(controls.persistentBrowser()))
            .with("cloudAppSecurity", new Text(names(CloudAppSecurityType.class)), controls -> name(controls.cloudAppSecurity()))
            .with("applicationEnforcedRestrictions", new Flag(), SessionControls::applicationEnforcedRestrictions)
            .with("continuousAccessEvaluation", new Text(names(ContinuousAccessEvaluationMode.class)),
            controls -> name(controls.continuousAccessEvaluation()))
            .with("disableResilienceDefaults", new Flag(), SessionControls::disableResilienceDefaults).fields, null, false, true);

    private static final Part REQUIREMENT = new Fields<>(Requirement.class)
            .with("provider", new Text(List.of("conditionalAccess", "securityDefaults", "user", "registration", "mandatoryMfa")),
            Requirement::provider)
            .with("control", new Text(ANY), Requirement::control)
            .with("status", new Text(List.of("satisfied", "pending", "failed")), Requirement::status)
            .with("policies", new Texts(ANY, false), Requirement::policies).part(null, false);

    private static final Part STATE_CHANGE = new Fields<>(StateChange.class)
            .with("perUserMfaState", new Fields<>(StateChange.class)
                    .with("from", new Text(names(PerUserMfaState.class)), change -> name(change.from()))
                    .with("to", new Text(names(PerUserMfaState.class)), change -> name(change.to())).part(null, false), change -> change)
                    .part(null, true);

    /** A whole decision. */
    static final Part DECISION = new Fields<>(Decision.class)
            .with("request", new Text(ANY), Decision::request)
            .with("user", new Text(ANY), Decision::user)
            .with("outcome", new Text(texts(Outcome.values())), decision -> decision.outcome().toString())
            .with("reason", REASON, Decision::reason)
            .with("errorCode", new Number(), Decision::errorCode)
            .with("requiredControls", new Texts(requiredControls(), true), Decision::requiredControls)
            .with("registration", REGISTRATION, Decision::registration)
            .with("sessionControls", SESSION_CONTROLS, Decision::sessionControls)
            .with("requirements", new Parts(REQUIREMENT), Decision::requirements)
            .with("policies", new Rows(ROW), Decision::policies)
            .with("conditionalAccessStatus", new Text(List.of("success", "failure", "notApplied")), Decision::conditionalAccessStatus)
            .with("stateChange", STATE_CHANGE, Decision::stateChange)
            .with("diagnostics", new Texts(ANY, true), Decision::diagnostics)
            .with("policySetVersion", new Text(ANY), Decision::policySetVersion)
            .with("directoryVersion", new Text(ANY), Decision::directoryVersion)
            .with("evaluatedDateTime", new Time(), Decision::evaluatedDateTime).part(null, false);

    /** The same as a shape of what stands in files. */
    static dev.sallyport.read.Shape inFiles(Shape shape) {
        if (shape instanceof Text text) {
            return inFiles(Type.TEXT, text.allowed(), Map.of(), null, false);
        }
        if (shape instanceof Texts texts) {
            return inFiles(Type.LIST, ANY, Map.of(), inFiles(new Text(texts.allowed())), false);
        }
        if (shape instanceof Parts parts) {
            return inFiles(Type.LIST, ANY, Map.of(), inFiles(parts.item()), false);
        }
        if (shape instanceof Rows rows) {
            return inFiles(Type.OPEN, ANY, Map.of(), inFiles(rows.row()), false);
        }
        if (shape instanceof Part part) {
            Map<String, dev.sallyport.read.Shape> fields = new LinkedHashMap<>();
            part.fields().forEach((name, field) -> fields.put(name, inFiles(field.shape())));
            return inFiles(Type.OBJECT, part.shorthand() == null ? ANY : fields.get(part.shorthand()).values(), fields, null,
                    part.shorthand() != null);
        }
        return inFiles(shape instanceof Number ? Type.INTEGER : shape instanceof Flag ? Type.BOOLEAN : Type.DATE_TIME, ANY, Map.of(), null,
                false);
    }

    private static dev.sallyport.read.Shape inFiles(Type type, Collection<String> values, Map<String, dev.sallyport.read.Shape> fields,
            dev.sallyport.read.Shape items,
            boolean orOne) {
        return new dev.sallyport.read.Shape(type, List.copyOf(values), Collections.unmodifiableMap(fields), items, orOne, null, Set.of(), 0,
                999_999_999, null);
    }

    private static final class Fields<T> {
        private final Map<String, Field> fields = new LinkedHashMap<>();
        private final Class<T> type;

        Fields(Class<T> type) {
            this.type = type;
        }

        Fields<T> with(String name, Shape shape, Function<T, Object> value) {
            fields.put(name, new Field(shape, object -> value.apply(type.cast(object))));
            return this;
        }

        Part part(String shorthand, boolean mayBeNull) {
            return new Part(fields, shorthand, mayBeNull, false);
        }
    }

    private static String name(GraphEnum value) {
        return value == null ? null : value.graphName();
    }

    private static <E extends Enum<E> & GraphEnum> List<String> names(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(GraphEnum::graphName).toList();
    }

    private static List<String> texts(Object[] values) {
        return Arrays.stream(values).map(Object::toString).toList();
    }

    private static List<String> requiredControls() {
        List<String> names = new ArrayList<>();
        for (Control.Kind kind : Control.Kind.values()) {
            if (kind.requiredName() != null) {
                names.add(kind.requiredName());
            }
        }
        return names;
    }
}
