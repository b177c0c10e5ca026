package dev.sallyport.write;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Decision.RegistrationPrompt;
import dev.sallyport.model.Decision.Requirement;
import dev.sallyport.model.Decision.Rule;
import java.io.IOException;
import java.util.List;

/** Writes a decision as JSON (interface, section 3): one object on one line, with the same bytes for equal decisions. */
public final class DecisionWriter {

    private DecisionWriter() { }

    /** The decision as one line of JSON, without a line end. */
    public static String toJson(Decision decision) {
        return toJson(decision, true);
    }

    /** @param withPolicies whether {@code policies} tells how every policy fared, which is most of the text; else it is empty */
    public static String toJson(Decision decision, boolean withPolicies) {
        return Json.object(json -> write(decision, withPolicies ? decision.policies() : List.of(), json));
    }

    private static void write(Decision decision, List<PolicyResult> policies, JsonGenerator json) throws IOException {
        json.writeStringField("request", decision.request());
        json.writeStringField("user", decision.user());
        json.writeStringField("outcome", decision.outcome().toString());
        json.writeObjectFieldStart("reason");
        json.writeStringField("code", decision.reason().code().toString());
        json.writeStringField("message", decision.reason().message());
        Json.texts(json, "policies", decision.reason().policies());
        json.writeEndObject();
        if (decision.errorCode() == null) {
            json.writeNullField("errorCode");
        } else {
            json.writeNumberField("errorCode", decision.errorCode());
        }
        Json.texts(json, "requiredControls", decision.requiredControls());
        registration(decision.registration(), json);
        json.writeObjectFieldStart("sessionControls");
        sessionControls(decision.sessionControls(), json);
        json.writeEndObject();
        json.writeArrayFieldStart("requirements");
        for (Requirement requirement : decision.requirements()) {
            json.writeStartObject();
            json.writeStringField("provider", requirement.provider());
            json.writeStringField("control", requirement.control());
            json.writeStringField("status", requirement.status());
            Json.texts(json, "policies", requirement.policies());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("policies");
        for (PolicyResult policy : policies) {
            policy(policy, json);
        }
        json.writeEndArray();
        json.writeStringField("conditionalAccessStatus", decision.conditionalAccessStatus());
        if (decision.stateChange() == null) {
            json.writeNullField("stateChange");
        } else {
            json.writeObjectFieldStart("stateChange");
            json.writeObjectFieldStart("perUserMfaState");
            json.writeStringField("from", decision.stateChange().from().graphName());
            json.writeStringField("to", decision.stateChange().to().graphName());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeArrayFieldStart("decidedBy");
        for (Decision.DecisionRule rule : decision.decidedBy()) {
            json.writeStartObject();
            json.writeStringField("rule", rule.rule());
            json.writeStringField("source", rule.source());
            Json.texts(json, "ids", rule.ids());
            json.writeEndObject();
        }
        json.writeEndArray();
        Json.texts(json, "diagnostics", decision.diagnostics());
        Json.texts(json, "findings", decision.findings());
        json.writeStringField("policySetVersion", decision.policySetVersion());
        json.writeStringField("directoryVersion", decision.directoryVersion());
        Json.instant(json, "evaluatedDateTime", decision.evaluatedDateTime());
    }

    private static void registration(RegistrationPrompt registration, JsonGenerator json) throws IOException {
        if (registration == null) {
            json.writeNullField("registration");
            return;
        }
        json.writeObjectFieldStart("registration");
        json.writeBooleanField("required", registration.required());
        Json.instant(json, "dueDateTime", registration.dueDateTime());
        Json.texts(json, "methods", registration.methods());
        json.writeEndObject();
    }

    /** The session controls as one line of JSON, as they are written in a decision. */
    public static String sessionControls(Decision.SessionControls controls) {
        return Json.object(json -> sessionControls(controls, json));
    }

    private static void sessionControls(Decision.SessionControls controls, JsonGenerator json) throws IOException {
        SignInFrequency frequency = controls.signInFrequency();
        if (frequency != null) {
            json.writeObjectFieldStart("signInFrequency");
            json.writeStringField("frequencyInterval", frequency.everyTime() ? "everyTime" : "timeBased");
            if (!frequency.everyTime()) {
                json.writeStringField("type", frequency.days() ? "days" : "hours");
                json.writeNumberField("value", frequency.value());
            }
            json.writeEndObject();
        }
        if (controls.persistentBrowser() != null) {
            json.writeStringField("persistentBrowser", controls.persistentBrowser().graphName());
        }
        if (controls.cloudAppSecurity() != null) {
            json.writeStringField("cloudAppSecurity", controls.cloudAppSecurity().graphName());
        }
        if (controls.applicationEnforcedRestrictions()) {
            json.writeBooleanField("applicationEnforcedRestrictions", true);
        }
        if (controls.continuousAccessEvaluation() != null) {
            json.writeStringField("continuousAccessEvaluation", controls.continuousAccessEvaluation().graphName());
        }
        if (controls.disableResilienceDefaults()) {
            json.writeBooleanField("disableResilienceDefaults", true);
        }
    }

    private static void policy(PolicyResult policy, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", policy.id());
        json.writeStringField("displayName", policy.displayName());
        json.writeStringField("state", policy.state());
        json.writeBooleanField("applies", policy.applies());
        json.writeStringField("result", policy.result());
        json.writeStringField("analysisReasons", policy.analysisReasons());
        Json.texts(json, "conditionsSatisfied", policy.conditionsSatisfied());
        Json.texts(json, "conditionsNotSatisfied", policy.conditionsNotSatisfied());
        rules(json, "includeRulesSatisfied", policy.includeRulesSatisfied());
        rules(json, "excludeRulesSatisfied", policy.excludeRulesSatisfied());
        Json.texts(json, "enforcedGrantControls", policy.enforcedGrantControls());
        Json.texts(json, "enforcedSessionControls", policy.enforcedSessionControls());
        json.writeStringField("source", policy.source());
        json.writeEndObject();
    }

    private static void rules(JsonGenerator json, String name, List<Rule> rules) throws IOException {
        json.writeArrayFieldStart(name);
        for (Rule rule : rules) {
            json.writeStartObject();
            json.writeStringField("condition", rule.condition());
            json.writeStringField("rule", rule.rule());
            if (rule.id() != null) {
                json.writeStringField("id", rule.id());
            }
            if (rule.through() != null) {
                json.writeStringField("through", rule.through());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
