package dev.sallyport.server;

import dev.sallyport.PolicyEngine;
import dev.sallyport.WhatIfException;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Decision;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.parse.Node;
import dev.sallyport.read.RequestReader;
import dev.sallyport.write.DecisionWriter;
import dev.sallyport.write.Json;
import java.util.List;

/** Our own JSON, and Graph's What If: the requests and answers of docs/reference. */
final class Decisions {

    private final Decider decider;
    private final int batch;

    /** @param batch the largest number of requests in a body */
    Decisions(Decider decider, int batch) {
        this.decider = decider;
        this.batch = batch;
    }

    /** Decides one request, or a list of them. */
    Answer decide(Exchange exchange) throws Refusal {
        return answer(exchange, false);
    }

    /** Decides and explains; for trusted callers only, because an explanation names policies. */
    Answer explain(Exchange exchange) throws Refusal {
        refuseUntrusted(exchange);
        return answer(exchange, true);
    }

    private Answer answer(Exchange exchange, boolean isExplained) throws Refusal {
        Node body = exchange.json();
        if (body instanceof Node.Sequence list && list.items().size() > batch) {
            throw Refusal.malformed("A request holds at most " + batch + " requests.");
        }
        Diagnostics out = new Diagnostics();
        List<Request> requests = new RequestReader(out).read(body);
        if (out.hasErrors()) {
            throw Refusal.malformed(out.toList().stream().filter(each -> each.isError()).findFirst().orElseThrow().toString());
        }
        PolicyEngine engine = decider.engine();
        List<Decision> decisions = requests.stream().map(each -> isExplained ? decider.explain(engine, each, exchange)
                : decider.decide(engine, each, exchange)).map(each -> Outcomes.shown(each, exchange.caller())).toList();
        if (!(body instanceof Node.Sequence)) {
            Decision only = decisions.get(0);
            Answer answer = Answer.json(only.reason().code() == ReasonCode.EVALUATION_FAILED ? 503 : 200, DecisionWriter.toJson(only));
            return answer.status() == 200 ? answer : answer.with("Retry-After", "5");
        }
        return Answer.json(200, "[" + String.join(",", decisions.stream().map(DecisionWriter::toJson).toList()) + "]");
    }

    /** Answers the body of Graph's conditionalAccess/evaluate; for trusted callers only, because the answer names policies. */
    Answer whatIf(Exchange exchange) throws Refusal {
        refuseUntrusted(exchange);
        exchange.json();                        // the type of the body, and one value
        try {
            return Answer.json(200, decider.engine().whatIf(exchange.text()));
        } catch (WhatIfException e) {
            return Answer.json(400, Json.object(json -> {
                json.writeObjectFieldStart("error");
                json.writeStringField("code", "BadRequest");
                json.writeStringField("message", e.getMessage());
                json.writeEndObject();
            }));
        }
    }

    private static void refuseUntrusted(Exchange exchange) throws Refusal {
        if (!exchange.caller().isTrusted()) {
            throw new Refusal(403, "Not for this caller", "Only a caller with isTrusted may see policies.");
        }
    }
}
