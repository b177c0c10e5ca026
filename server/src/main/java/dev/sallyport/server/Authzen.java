package dev.sallyport.server;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Fingerprint;
import dev.sallyport.model.Outcome;
import dev.sallyport.parse.JsonText;
import dev.sallyport.parse.Node;
import dev.sallyport.server.Mapping.Unmapped;
import dev.sallyport.server.Question.Entity;
import dev.sallyport.write.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * AuthZEN Authorization API 1.0: evaluation, evaluations, searches and metadata. Unknown fields are ignored. A question that the mapping
 * cannot turn into a sign-in is answered with no.
 */
final class Authzen {

    private static final String PERMIT_ON_FIRST = "permit_on_first_permit";
    private static final String DENY_ON_FIRST = "deny_on_first_deny";
    private static final String ALL = "execute_all";

    private final Decider decider;
    private final Outcomes outcomes;
    private final int batch;
    private final @Nullable String publicUri;

    /**
     * @param batch the largest number of evaluations in a request, and of results on a page
     * @param publicUri the origin in the metadata; {@code null} for the one that the caller used
     */
    Authzen(Decider decider, Outcomes outcomes, int batch, @Nullable String publicUri) {
        this.decider = decider;
        this.outcomes = outcomes;
        this.batch = batch;
        this.publicUri = publicUri;
    }

    /** The metadata of the decision point. */
    Answer metadata(Exchange exchange) {
        String base = publicUri != null ? publicUri : exchange.base();
        return Answer.json(200, Json.object(json -> {
            json.writeStringField("policy_decision_point", base);
            json.writeStringField("access_evaluation_endpoint", base + "/access/v1/evaluation");
            json.writeStringField("access_evaluations_endpoint", base + "/access/v1/evaluations");
            json.writeStringField("search_subject_endpoint", base + "/access/v1/search/subject");
            json.writeStringField("search_resource_endpoint", base + "/access/v1/search/resource");
            json.writeStringField("search_action_endpoint", base + "/access/v1/search/action");
        }));
    }

    /** One evaluation. */
    Answer evaluation(Exchange exchange) throws Refusal {
        return evaluation(object(exchange), exchange);
    }

    private Answer evaluation(Node.Mapping body, Exchange exchange) throws Refusal {
        PolicyEngine engine = decider.engine();
        return Answer.json(200, answered(question(body), mapping(engine), engine, exchange).json());
    }

    /** The decision about one question. */
    private record Answered(boolean isAllowed, String json) { }

    private Answered answered(Question question, Mapping mapping, PolicyEngine engine, Exchange exchange) {
        Caller caller = exchange.caller();
        try {
            Decision decision = decider.decide(engine, mapping.request(question, engine.directory()), exchange);
            return new Answered(decision.outcome() == Outcome.ALLOW, outcomes.authzen(decision, caller));
        } catch (Unmapped e) {
            decider.refused(exchange, Metrics.Refusal.MAPPING, String.valueOf(e.getMessage()));
            return new Answered(false, Outcomes.authzenRefusal(caller.isTrusted() ? e.getMessage() : null));
        }
    }

    /** Several evaluations, each of which may leave out what the request says for all of them. */
    Answer evaluations(Exchange exchange) throws Refusal {
        Node.Mapping body = object(exchange);
        Node list = body.get("evaluations");
        if (Node.isNull(list) || list instanceof Node.Sequence none && none.items().isEmpty()) {
            return evaluation(body, exchange);
        }
        if (!(list instanceof Node.Sequence items)) {
            throw Refusal.malformed("`evaluations` must be a list.");
        }
        if (items.items().size() > batch) {
            throw Refusal.malformed("A request holds at most " + batch + " evaluations.");
        }
        String semantic = semantic(body);
        PolicyEngine engine = decider.engine();
        Mapping mapping = mapping(engine);
        StringBuilder all = new StringBuilder("{\"evaluations\":[");
        String separator = "";
        for (Node item : items.items()) {
            Answered each;
            try {
                each = answered(question(merged(item, body)), mapping, engine, exchange);
            } catch (Refusal e) {
                each = new Answered(false, Outcomes.authzenRefusal(e.getMessage()));
            }
            all.append(separator).append(each.json());
            separator = ",";
            if (each.isAllowed() ? semantic.equals(PERMIT_ON_FIRST) : semantic.equals(DENY_ON_FIRST)) {
                break;
            }
        }
        return Answer.json(200, all.append("]}").toString());
    }

    private static String semantic(Node.Mapping body) throws Refusal {
        Node options = body.get("options");
        if (Node.isNull(options)) {
            return ALL;
        }
        if (!(options instanceof Node.Mapping mapping)) {
            throw Refusal.malformed("`options` must be an object.");
        }
        Node semantic = mapping.get("evaluations_semantic");
        if (Node.isNull(semantic)) {
            return ALL;
        }
        String text = semantic instanceof Node.Scalar scalar ? scalar.text() : "";
        if (!List.of(ALL, DENY_ON_FIRST, PERMIT_ON_FIRST).contains(text)) {
            throw Refusal.malformed("`evaluations_semantic` must be " + ALL + ", " + DENY_ON_FIRST + " or " + PERMIT_ON_FIRST + ".");
        }
        return text;
    }

    /** An evaluation with what the request says for all: whole entities, and of an entity without type, id or name that field. */
    private static Node.Mapping merged(Node item, Node.Mapping body) throws Refusal {
        if (!(item instanceof Node.Mapping own)) {
            throw Refusal.malformed("An evaluation must be an object.");
        }
        List<Node.Entry> entries = new ArrayList<>();
        for (String name : new String[] {"subject", "action", "resource", "context"}) {
            Node mine = own.get(name);
            Node given = body.get(name);
            if (mine instanceof Node.Mapping entity && given instanceof Node.Mapping defaults && !name.equals("context")) {
                List<Node.Entry> fields = new ArrayList<>(entity.entries());
                for (String field : new String[] {"type", "id", "name"}) {
                    if (entity.get(field) == null && defaults.get(field) != null) {
                        fields.add(entry(field, defaults.get(field)));
                    }
                }
                entries.add(entry(name, new Node.Mapping(entity.position(), fields)));
            } else if (mine != null || given != null) {
                entries.add(entry(name, mine != null ? mine : given));
            }
        }
        return new Node.Mapping(own.position(), entries);
    }

    private static Node.Entry entry(String name, Node value) {
        return new Node.Entry(new Node.Scalar(value.position(), name, Node.ScalarType.TEXT), value);
    }

    // ---- searches

    /** The subjects that may do an action on a resource. */
    Answer subjects(Exchange exchange) throws Refusal {
        Node.Mapping body = object(exchange);
        Entity subject = entity(body, "subject", "type", null);
        Entity action = entity(body, "action", null, "name");
        Entity resource = entity(body, "resource", "type", "id");
        Node.Mapping context = optional(body, "context");
        PolicyEngine engine = decider.engine();
        Mapping mapping = mapping(engine);
        return searched(body, engine, mapping, mapping.subjectIds(subject.type(), engine.directory()),
                id -> new Question(new Entity(subject.type(), id, null), action, resource, context, body.position()),
                id -> outcomes.entity(subject.type(), id));
    }

    /** The resources on which a subject may do an action. */
    Answer resources(Exchange exchange) throws Refusal {
        Node.Mapping body = object(exchange);
        Entity subject = entity(body, "subject", "type", "id");
        Entity action = entity(body, "action", null, "name");
        Entity resource = entity(body, "resource", "type", null);
        Node.Mapping context = optional(body, "context");
        PolicyEngine engine = decider.engine();
        Mapping mapping = mapping(engine);
        Map<String, String> given = given(subject, resource);
        given.put("action.name", action.id());
        return searched(body, engine, mapping, mapping.resourceValues("resource.id", given, engine.directory()),
                id -> new Question(subject, action, new Entity(resource.type(), id, resource.properties()), context, body.position()),
                id -> outcomes.entity(resource.type(), id));
    }

    /** The actions that a subject may do on a resource. */
    Answer actions(Exchange exchange) throws Refusal {
        Node.Mapping body = object(exchange);
        Entity subject = entity(body, "subject", "type", "id");
        Entity resource = entity(body, "resource", "type", "id");
        Node.Mapping context = optional(body, "context");
        PolicyEngine engine = decider.engine();
        Mapping mapping = mapping(engine);
        Map<String, String> given = given(subject, resource);
        given.put("resource.id", resource.id());
        return searched(body, engine, mapping, mapping.resourceValues("action.name", given, engine.directory()),
                name -> new Question(subject, new Entity("", name, null), resource, context, body.position()), outcomes::action);
    }

    private static Map<String, String> given(Entity subject, Entity resource) {
        Map<String, String> given = new HashMap<>();
        given.put("subject.type", subject.type());
        given.put("subject.id", subject.id());
        given.put("resource.type", resource.type());
        return given;
    }

    /** The candidates that are allowed, a page of them. */
    private Answer searched(Node.Mapping body, PolicyEngine engine, Mapping mapping, List<String> candidates,
            Function<String, Question> question, Function<String, String> result) throws Refusal {
        Node.Mapping page = optional(body, "page");
        int limit = limit(page);
        String search = fingerprint(body, engine);
        int at = start(page, search, candidates.size());
        List<String> results = new ArrayList<>();
        while (at < candidates.size() && results.size() < limit) {
            String candidate = candidates.get(at++);
            if (isAllowed(question.apply(candidate), mapping, engine)) {
                results.add(result.apply(candidate));
            }
        }
        boolean isMore = at < candidates.size();
        String token = !isMore ? "" : Base64.getUrlEncoder().withoutPadding().encodeToString((at + ":" + search).getBytes(
                StandardCharsets.UTF_8));
        return Answer.json(200, "{\"results\":[" + String.join(",", results) + "]" + (page == null && !isMore ? ""
                : ",\"page\":{\"next_token\":\"" + token + "\",\"count\":" + results.size() + "}") + "}");
    }

    private boolean isAllowed(Question question, Mapping mapping, PolicyEngine engine) {
        try {
            return decider.probe(engine, mapping.request(question, engine.directory())).outcome() == Outcome.ALLOW;
        } catch (Unmapped e) {
            return false;
        }
    }

    private int limit(Node.@Nullable Mapping page) throws Refusal {
        Node limit = page == null ? null : page.get("limit");
        if (Node.isNull(limit)) {
            return batch;
        }
        if (!(limit instanceof Node.Scalar scalar) || scalar.type() != Node.ScalarType.NUMBER
                || !scalar.text().matches("[1-9][0-9]{0,8}")) {
            throw Refusal.malformed("`page.limit` must be a whole number above 0.");
        }
        return Math.min(batch, Integer.parseInt(scalar.text()));
    }

    /** Where a page begins; a token fits one search under one policy set and directory. */
    private static int start(Node.@Nullable Mapping page, String search, int candidates) throws Refusal {
        Node token = page == null ? null : page.get("token");
        if (Node.isNull(token)) {
            return 0;
        }
        String given = token instanceof Node.Scalar scalar ? scalar.text() : "?";
        if (given.isEmpty()) {
            return 0;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(given), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            int at = Integer.parseInt(text.substring(0, colon));
            if (at > 0 && at <= candidates && text.substring(colon + 1).equals(search)) {
                return at;
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            // it is not one of ours
        }
        throw Refusal.malformed("`page.token` belongs to another search, or the policies or the directory have changed: begin anew.");
    }

    private static String fingerprint(Node.Mapping body, PolicyEngine engine) {
        List<String> parts = new ArrayList<>();
        for (String name : new String[] {"subject", "action", "resource", "context"}) {
            Node each = body.get(name);
            parts.add(each == null ? "" : JsonText.of(each));
        }
        parts.add(engine.policySet().version());
        parts.add(String.valueOf(engine.directory().version()));
        return Fingerprint.of(parts).substring(0, 16);
    }

    // ---- reading

    private static Node.Mapping object(Exchange exchange) throws Refusal {
        if (exchange.json() instanceof Node.Mapping mapping) {
            return mapping;
        }
        throw Refusal.malformed("The body must be an object.");
    }

    private static Mapping mapping(PolicyEngine engine) {
        return new Mapping(engine.policySet().authzenMapping());
    }

    private static Question question(Node.Mapping body) throws Refusal {
        return new Question(entity(body, "subject", "type", "id"), entity(body, "action", null, "name"),
                entity(body, "resource", "type", "id"), optional(body, "context"), body.position());
    }

    /**
     * A subject, action or resource.
     *
     * @param type the field of the type; {@code null} if it has none
     * @param id the field of the id; {@code null} if it is what is searched for
     */
    private static Entity entity(Node.Mapping body, String name, @Nullable String type, @Nullable String id) throws Refusal {
        Node node = body.get(name);
        if (Node.isNull(node)) {
            throw Refusal.malformed("`" + name + "` is missing.");
        }
        if (!(node instanceof Node.Mapping entity)) {
            throw Refusal.malformed("`" + name + "` must be an object.");
        }
        return new Entity(type == null ? "" : text(entity, name, type), id == null ? "" : text(entity, name, id),
                optional(entity, "properties"));
    }

    private static String text(Node.Mapping entity, String name, String field) throws Refusal {
        Node node = entity.get(field);
        if (Node.isNull(node)) {
            throw Refusal.malformed("`" + name + "." + field + "` is missing.");
        }
        if (!(node instanceof Node.Scalar scalar) || scalar.type() != Node.ScalarType.TEXT || scalar.text().isEmpty()) {
            throw Refusal.malformed("`" + name + "." + field + "` must be text.");
        }
        return scalar.text();
    }

    private static Node.@Nullable Mapping optional(Node.Mapping object, String name) throws Refusal {
        Node node = object.get(name);
        if (Node.isNull(node)) {
            return null;
        }
        if (node instanceof Node.Mapping mapping) {
            return mapping;
        }
        throw Refusal.malformed("`" + name + "` must be an object.");
    }
}
