package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Why.Change;
import dev.sallyport.analyse.Why.Way;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random requests in random worlds: no change that reaches another outcome is nearer than the ways that are told, and none of the changes of
 * a way is superfluous. The changes come from other random requests, and not from the values of a space. More of them:
 * {@code mvn test -Dtest=WhyAgreesTest -Dsallyport.decisions=100000 -Dsallyport.seed=$RANDOM}.
 */
class WhyAgreesTest {

    private static final long SEED = Long.getLong("sallyport.seed", 7);
    private static final long DECISIONS = Long.getLong("sallyport.decisions", 3_000);
    private static final int LARGEST = 9;
    private static final int REQUESTS_PER_WORLD = 4;
    private static final int TRIALS = 150;

    /** What a change of each subject takes from another request. */
    private static final Map<String, Take> TAKES = new LinkedHashMap<>();

    private interface Take {
        void take(SignIn from, SignIn.Builder to);
    }

    static {
        TAKES.put("application", (from, to) -> to.applications(from.applications()).scopes(from.scopes())
                .azureResourceOperation(from.azureResourceOperation()));
        TAKES.put("authenticationContext", (from, to) -> to.authenticationContext(from.authenticationContext()));
        TAKES.put("servicePrincipalRiskLevel", (from, to) -> to.servicePrincipalRiskLevel(from.servicePrincipalRiskLevel()));
        TAKES.put("agentIdRiskLevel", (from, to) -> to.agentIdRiskLevel(from.agentIdRiskLevel()));
        TAKES.put("client", (from, to) -> to.clientAppType(from.clientAppType()).devicePlatform(from.devicePlatform()));
        TAKES.put("signInRiskLevel", (from, to) -> to.signInRiskLevel(from.signInRiskLevel()));
        TAKES.put("userRiskLevel", (from, to) -> to.userRiskLevel(from.userRiskLevel()));
        TAKES.put("insiderRiskLevel", (from, to) -> to.insiderRiskLevel(from.insiderRiskLevel()));
        TAKES.put("location", (from, to) -> to.ipAddress(from.ipAddress()).country(from.country()).gps(from.gps())
                .insideCorporateNetwork(from.insideCorporateNetwork()).compliantNetwork(from.compliantNetwork()));
        TAKES.put("device", (from, to) -> to.deviceName(from.deviceName()).device(from.device())
                .authenticationFlow(from.authenticationFlow()));
    }

    private long compared;
    private long told;

    @Test
    void ways_comparedWithRandomChanges_areTheNearest() throws Exception {
        for (long w = 0; compared < DECISIONS; w++) {
            RandomWorld random = RandomWorld.ofSize(SEED * 7_000_003 + w, 1 + (int) (w % LARGEST));
            PolicySet set = random.policySet();
            set = set.with(set.securityDefaults(), set.mfaSettings(), set.evaluationSettings().with(UnknownSignals.ENTRA));
            PolicyEngine engine = PolicyEngine.withoutPolicies(random.directory(), Clock.fixed(random.clock(), ZoneOffset.UTC)).plain(set);
            int asked = 0;
            for (int i = 0; asked < REQUESTS_PER_WORLD && i < 40; i++) {
                Scenario scenario = random.scenario(i);
                SignIn signIn = scenario.request().signIn();
                UserState user = scenario.user() != null || signIn.user() == null ? scenario.user() : random.directory().user(signIn.user());
                boolean isKnown = user != null || signIn.user() == null && signIn.servicePrincipal() != null && random.directory()
                        .servicePrincipal(signIn.servicePrincipal()) != null;
                if (isKnown && isOrdinary(scenario.request(), user) && compare(random, engine, scenario.request(), user)) {
                    asked++;
                }
            }
        }
        assertThat(told).isPositive();
    }

    /**
     * A request that belongs to a space. Agents that register or ask for scopes, legacy clients that step up, several applications, users
     * with the risk of an agent, sessions that began by another flow and those for which security defaults have no prompt do not.
     */
    private static boolean isOrdinary(Request request, UserState user) {
        SignIn signIn = request.signIn();
        boolean isRegistration = request instanceof Registration;
        boolean isLegacy = Signals.isLegacy(signIn);
        boolean isOfAgent = user != null && user.isAgentUser();
        boolean stepsUp = signIn.authenticationContext() != null && !signIn.authenticationContext().equals("none");
        boolean isOfOthers = user != null && !isOfAgent && (isRisk(signIn.servicePrincipalRiskLevel()) || isRisk(signIn
                .agentIdRiskLevel()));
        String original = signIn.session().originalTransferMethod();
        boolean isOfOtherFlow = original != null && !original.equals("none");
        boolean isUnprompted = "notRequired".equals(signIn.securityDefaultsPrompt());
        boolean hasScopes = (user == null || isOfAgent || signIn.applications().isEmpty()) && !signIn.scopes().isEmpty();
        return !isOfOthers && !isOfOtherFlow && !isUnprompted && !hasScopes && !(isOfAgent && (isRegistration || isLegacy))
                && !(stepsUp && (isLegacy || user == null || isOfAgent)) && (isRegistration || signIn.applications().size() == 1 || stepsUp && signIn.applications().isEmpty());
    }

    private static boolean isRisk(String level) {
        return level != null && !level.equals("none");
    }

    private boolean compare(RandomWorld random, PolicyEngine engine, Request request, UserState user) throws Exception {
        Decision base = engine.evaluate(request, user);
        if (Set.of(ReasonCode.INVALID_REQUEST, ReasonCode.EVALUATION_FAILED).contains(base.reason().code())) {
            return false;
        }
        Why why;
        try {
            why = Analysis.of(engine).why(request, user, WhyOptions.usual());
        } catch (PolicyLoadException e) {
            return false;
        }
        if (why.decision().outcome() != base.outcome()) {
            return false;                   // an unknown location has an address in an analysis, which may be that of the request
        }
        assertThat(why.faults()).as(random + " " + request).isEmpty();
        PolicyEngine bound = engine.plain(OpenNames.bound(engine.policySet(), engine.directory()));
        for (Way way : why.ways()) {
            told++;
            assertThat(bound.evaluate(way.witness().request(), way.witness().user()).outcome()).isEqualTo(way.witness().decision().outcome());
            for (Change change : way.changes()) {
                if (TAKES.containsKey(change.subject()) && !change.subject().equals("client")) {
                    SignIn.Builder less = way.witness().request().signIn().toBuilder();
                    TAKES.get(change.subject()).take(request.signIn(), less);
                    Request next = like(request, less.build());
                    Decision decision = bound.evaluate(next, way.witness().user());
                    assertThat(isOrdinary(next, user) && isReached(base.outcome(), decision.outcome())).as("%s: %s is superfluous in %s%n%s",
                            random, change, way, request).isFalse();
                }
            }
        }
        Random dice = new Random(random.seed());
        List<String> subjects = new ArrayList<>(TAKES.keySet());
        for (int t = 0; t < TRIALS; t++, compared++) {
            SignIn other = random.request(dice.nextInt(1_000)).signIn();
            SignIn.Builder changed = request.signIn().toBuilder();
            Set<String> taken = new TreeSet<>(List.of(subjects.get(dice.nextInt(subjects.size())), subjects.get(dice
                    .nextInt(subjects.size()))));
            String group = user == null || taken.size() > 1 ? null : group(engine.policySet(), dice);
            taken.forEach(subject -> TAKES.get(subject).take(other, changed));
            UserState joined = group == null ? user : user.toBuilder().memberOf(Stream.concat(user.memberOf().stream(), Stream.of(group))
                    .toList()).build();
            if (group != null) {
                taken.add("membership");
            }
            Request next = like(request, changed.build());
            Decision decision = engine.evaluate(next, joined);
            boolean isFit = isOrdinary(next, user) && !Set.of(ReasonCode.INVALID_REQUEST, ReasonCode.EVALUATION_FAILED).contains(decision
                    .reason().code());
            if (isFit && isReached(base.outcome(), decision.outcome()) && why.ways().stream().noneMatch(way -> taken.containsAll(subjects(
                    way)))) {
                fail("%s, seed %d: changing %s %s leads from %s to %s, and no way is so near: %s%n%s%n%s", random, SEED, taken, group,
                        base.reason().code(), decision.reason().code(), why.ways().stream().map(WhyAgreesTest::subjects).toList(), request,
                        next);
            }
        }
        return true;
    }

    /** A group that a policy names; {@code null} if the policy that is drawn names none. */
    private static String group(PolicySet set, Random dice) {
        if (set.policies().isEmpty()) {
            return null;
        }
        Users users = set.policies().get(dice.nextInt(set.policies().size())).conditions().users();
        List<Reference> groups = Stream.concat(users.includeGroups().stream(), users.excludeGroups().stream()).toList();
        return groups.isEmpty() ? null : groups.get(dice.nextInt(groups.size())).id();
    }

    private static Set<String> subjects(Way way) {
        return way.changes().stream().map(Change::subject).collect(Collectors.toSet());
    }

    private static boolean isReached(Outcome base, Outcome outcome) {
        return base == Outcome.ALLOW ? outcome != base : outcome == Outcome.ALLOW;
    }

    private static Request like(Request request, SignIn signIn) {
        return request instanceof Registration registration ? new Registration(signIn, registration.method(), registration.displayName()) : signIn;
    }
}
