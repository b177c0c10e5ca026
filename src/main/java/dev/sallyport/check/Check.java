package dev.sallyport.check;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.parse.SourceMap;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.References;
import dev.sallyport.read.Resources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Everything that can be said about a policy set without deciding a request: what keeps it from loading, what Entra would refuse
 * (VAL-01..28), what its author most likely did not mean. Loading a set for a gateway does the first of these only.
 *
 * @param set      the set, references resolved as far as they can be
 * @param beside   groups, users and others that lie beside the policies, as in a whole export
 * @param findings what was found, by file, line and column
 */
public record Check(PolicySet set, Directory beside, List<Diagnostic> findings) {

    private static final Comparator<Position> BY_PLACE =
            Comparator.comparing(Position::file).thenComparingInt(Position::line).thenComparingInt(Position::column);
    private static final Comparator<Diagnostic> BY_PLACE_AND_SEVERITY =
            Comparator.comparing(Diagnostic::position, Comparator.nullsFirst(BY_PLACE)).thenComparing(Diagnostic::severity);
    private static final String UNBOUND = "SP1205";

    /**
     * Checks a policy set; a mistake in one file does not keep the others from being checked.
     *
     * @param documents what the files of the set hold
     * @param directory resolves names, and tells who has to be able to sign in
     * @param now       the time at which sign-ins are tried (VAL-25)
     * @param read      what was found while the files were read
     */
    public static Check of(List<Sources.Document> documents, Directory directory, Instant now, Diagnostics read) {
        Diagnostics out = new Diagnostics(read.exports());
        out.addAll(read);
        Resources resources = Resources.of(documents, out);
        PolicySet unresolved = resources.policySet();
        Directory beside = resources.directory();
        Directory all = directory.with(beside).with(unresolved.catalogue());
        if (documents.isEmpty()) {
            Resources.refuseNothing(unresolved, List.of(), out);
        } else if (Resources.isNothing(unresolved) && !out.hasErrors()) {
            out.warning("SP1117", Position.of(documents.get(0).file()), "the policy set contains no policy", unresolved.securityDefaults()
                    .source() != null
                    ? "every request is allowed" : "a set that contains nothing else cannot be loaded");
        }
        PolicySet set = References.resolve(unresolved, all, out);
        SourceMap places = new SourceMap(documents);
        for (ConditionalAccessPolicy policy : set.policies()) {
            PolicyRules.check(policy, all, set.evaluationSettings(), places, out);
        }
        SetRules.check(set, all, places, out);
        Rollouts.check(set, places, out);
        LockOutRules.check(set, all, now, out);
        LockOutRules.checkMethods(set, all, now, out);
        HiddenCharacters.check(documents, out);
        return new Check(set, beside, onePerPlaceholder(out.toList(), set).stream().sorted(BY_PLACE_AND_SEVERITY).toList());
    }

    /** The unbound names once each, with how many policies use them. */
    private static List<Diagnostic> onePerPlaceholder(List<Diagnostic> found, PolicySet set) {
        Map<String, Set<String>> users = new HashMap<>();
        for (Diagnostic each : found) {
            if (each.code().equals(UNBOUND)) {
                users.computeIfAbsent(each.message(), message -> new HashSet<>()).add(policyAt(each.position(), set));
            }
        }
        List<Diagnostic> kept = new ArrayList<>();
        for (Diagnostic each : found) {
            Set<String> policies = each.code().equals(UNBOUND) ? users.remove(each.message()) : null;
            if (policies != null) {
                String count = policies.size() == 1 ? "" : " (in " + policies.size() + " policies)";
                kept.add(new Diagnostic(each.severity(), each.code(), each.message() + count, each.position(), each.help(), each.rule()));
            } else if (!each.code().equals(UNBOUND)) {
                kept.add(each);
            }
        }
        return kept;
    }

    /** The id of the policy that a place belongs to: the last one that begins before it in its file. */
    private static String policyAt(Position place, PolicySet set) {
        return set.policies().stream().filter(policy -> policy.source().file().equals(place.file()) && BY_PLACE.compare(policy.source(),
                place) <= 0)
                .max(Comparator.comparing(ConditionalAccessPolicy::source, BY_PLACE)).map(ConditionalAccessPolicy::id).orElse("");
    }
}
