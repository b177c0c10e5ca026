package dev.sallyport.explain;

import dev.sallyport.decide.Facts;
import dev.sallyport.decide.InvalidRequestException;
import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.decide.SpecEvaluator.Row;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.Directory;
import dev.sallyport.model.EvaluationSettings;
import dev.sallyport.model.PolicySet;
import dev.sallyport.parse.Node;
import dev.sallyport.read.WhatIfReader;
import dev.sallyport.read.WhatIfReader.Place;
import dev.sallyport.read.WhatIfReader.Question;
import dev.sallyport.write.GraphWriter;
import dev.sallyport.write.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Answers the question of Graph's {@code conditionalAccess/evaluate}: which policies apply to a sign-in, and for those that do not,
 * the first condition that is in the way (section 14). It does not say whether what they ask for is met (WI-11).
 */
public final class WhatIf {

    private static final String CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#Collection(microsoft.graph.whatIfAnalysisResult)";
    private static final String BETA_CONTEXT = CONTEXT.replace("v1.0", "beta");

    private final PolicySet set;
    private final Directory directory;
    private final SpecEvaluator evaluator;
    private final EvaluationSettings settings;

    /**
     * For a policy set whose references are resolved.
     *
     * @param evaluator the one of this policy set and directory
     */
    public WhatIf(PolicySet set, Directory directory, SpecEvaluator evaluator) {
        EvaluationSettings own = set.evaluationSettings();
        this.set = set;
        this.directory = directory;
        this.evaluator = evaluator;
        this.settings = own.toBuilder().evaluateReportOnlyUserActions(true).build();           // CA-ACT-10, AMB-01
    }

    /**
     * The response to a body, as JSON on one line, with the same bytes for equal questions.
     *
     * @param now the time of the sign-in
     * @param out takes what is wrong with the body
     * @return {@code null} when the body cannot be answered; {@code out} says why
     */
    public String answer(Node body, Instant now, Diagnostics out) {
        Diagnostics read = new Diagnostics();
        Question question = new WhatIfReader(read).read(body);
        out.addAll(read);
        if (question == null) {
            return null;
        }
        try {
            Facts facts = Facts.ofWhatIf(question.request(), directory, settings, now);
            List<String> warnings = new ArrayList<>(read.toList().stream().map(Diagnostic::message).toList());
            warnings.addAll(facts.diagnostics());
            List<Row> rows = evaluator.rows(facts);
            Set<String> onlyUnknown = rows.stream().filter(row -> row.applies() && !row.trace().unknown().isEmpty())
                    .map(row -> row.policy().id()).collect(Collectors.toSet());
            return json(new PolicyRows(set.policies(), settings).of(rows), onlyUnknown, warnings, question);
        } catch (InvalidRequestException e) {
            Place place = question.places().get(e.field());
            out.error("SP1401", place == null ? body.position() : place.position(e.getMessage()),
                    (place == null ? e.field() : place.path()) + ": " + e.suggestion(), null);
        } catch (Throwable e) {
            out.error("SP1404", body.position(), "the evaluation failed: " + e, null);
        }
        return null;
    }

    /**
     * WI-03, WI-06.
     *
     * @param onlyUnknown the policies that are taken to apply because the body lacks something (WI-61)
     * @param warnings    what the answer leaves out of account, in an annotation of ours; clients of Graph pass over it
     */
    private String json(List<PolicyResult> results, Set<String> onlyUnknown, List<String> warnings, Question question) {
        Map<String, ConditionalAccessPolicy> policies = new HashMap<>();
        set.policies().forEach(policy -> policies.put(policy.id(), policy));
        return Json.object(json -> {
            GraphWriter writer = new GraphWriter(json, set.strengths());
            json.writeStringField("@odata.context", question.isOfBeta() ? BETA_CONTEXT : CONTEXT);
            if (!warnings.isEmpty()) {
                Json.texts(json, "@sallyport.warnings", warnings);
            }
            json.writeArrayFieldStart("value");
            for (PolicyResult result : results) {
                if (result.applies() || !question.appliedPoliciesOnly()) {
                    boolean unknown = result.applies() && onlyUnknown.contains(result.id());
                    String reason = unknown ? "notEnoughInformation" : result.analysisReasons();
                    writer.whatIfAnalysisResult(policies.get(result.id()), result.applies(), reason);
                }
            }
            json.writeEndArray();
        });
    }
}
