package dev.sallyport.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.Outcome;
import dev.sallyport.ReasonCode;
import dev.sallyport.Registration;
import dev.sallyport.SignIn;
import dev.sallyport.UserState;
import dev.sallyport.compile.Control;
import dev.sallyport.decide.Condition;
import dev.sallyport.decide.InvalidRequestException;
import dev.sallyport.decide.NaiveEvaluator;
import dev.sallyport.decide.Ruling;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.PerUserMfaState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Random worlds are worth comparing evaluators on: they reach every outcome for every reason, and mix them well. */
class RandomWorldTest {

    private static final int DECISIONS = 200_000;

    @Test
    void decisions_onRandomWorlds_haveEveryReasonAndNoneTooOften() {
        Map<ReasonCode, Integer> reasons = new EnumMap<>(ReasonCode.class);
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        for (int w = 0; w < DECISIONS / 200; w++) {
            RandomWorld world = RandomWorld.of(w);
            NaiveEvaluator evaluator = new NaiveEvaluator(world.policySet(), world.directory());
            for (int i = 0; i < 200; i++) {
                Scenario scenario = world.scenario(i);
                ReasonCode reason = ReasonCode.INVALID_REQUEST;
                Outcome outcome = Outcome.BLOCK;
                try {
                    Ruling ruling = evaluator.decide(scenario.facts());
                    reason = ruling.reason();
                    outcome = ruling.outcome();
                } catch (InvalidRequestException e) {
                    // counted as the engine answers it
                }
                reasons.merge(reason, 1, Integer::sum);
                outcomes.merge(outcome, 1, Integer::sum);
            }
        }
        String histogram = histogram(reasons, outcomes);
        Set<ReasonCode> expected = EnumSet.complementOf(EnumSet.of(ReasonCode.EVALUATION_FAILED));
        assertThat(reasons.keySet()).as(histogram).isEqualTo(expected);
        assertThat(reasons.values()).as(histogram).allMatch(count -> count < DECISIONS * 0.35);
        assertThat(outcomes.keySet()).as(histogram).isEqualTo(EnumSet.allOf(Outcome.class));
    }

    @Test
    void world_ofTheSameSeed_isTheSame() {
        for (int w = 0; w < 10; w++) {
            RandomWorld world = RandomWorld.of(w);
            RandomWorld again = RandomWorld.of(w);
            assertThat(again.scenario(3).describe()).isEqualTo(world.scenario(3).describe());
            assertThat(again.request(0)).isEqualTo(world.request(0)).isEqualTo(world.requests().findFirst().orElseThrow());
        }
    }

    @Test
    void world_ofTenThousandPolicies_hasAFewThatApply() {
        RandomWorld world = RandomWorld.ofSize(1, 10_000);
        NaiveEvaluator evaluator = new NaiveEvaluator(world.policySet(), world.directory());
        List<Integer> applying = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            try {
                applying.add(evaluator.applying(world.scenario(i).facts()).size());
            } catch (InvalidRequestException e) {
                // nothing applies to it
            }
        }
        applying.sort(null);
        assertThat(applying.get(applying.size() / 2)).as(applying::toString).isBetween(3, 20);
    }

    @Test
    void conditionsAndControls_onRandomWorlds_allMatter() {
        Map<String, Integer> seen = new TreeMap<>();
        for (int w = 0; w < 300; w++) {
            RandomWorld world = RandomWorld.of(w);
            NaiveEvaluator evaluator = new NaiveEvaluator(world.policySet(), world.directory());
            for (int i = 0; i < 50; i++) {
                try {
                    note(evaluator.explain(world.scenario(i).facts(), null), seen);
                } catch (InvalidRequestException e) {
                    // says nothing of policies
                }
            }
        }
        List<String> expected = new ArrayList<>();
        for (Condition condition : Condition.values()) {
            expected.add("held " + condition.logName());
            expected.add("missed " + condition.logName());
        }
        for (String side : List.of("include ", "exclude ")) {
            List.of("office365", "microsoftAdminPortals", "appId").forEach(rule -> expected.add(side + "application " + rule));
            List.of("allUsers", "guest", "userId", "groupId", "roleId").forEach(rule -> expected.add(side + "users " + rule));
            Stream.of(GuestType.values()).forEach(type -> expected.add(side + "users " + type.graphName()));
            List.of("allLocations", "allTrustedLocations", "locationId").forEach(rule -> expected.add(side + "location " + rule));
            List.of("servicePrincipals appId", "devicePlatform devicePlatform", "deviceState deviceFilter").forEach(rule -> expected.add(side + rule));
        }
        expected.removeAll(List.of("exclude users allUsers", "exclude location allLocations"));     // the loader refuses them
        expected.addAll(List.of("include application allApps", "include application acr", "include application appFilter", "include authenticationFlows deviceCodeFlow",
                "include authenticationFlows authenticationTransfer", "include insiderRisk insiderRisk", "include deviceState deviceFilterIncludeRuleNotMatched",
                "exclude deviceState deviceState"));
        for (Control.Kind kind : Control.Kind.values()) {
            boolean terminal = kind == Control.Kind.BLOCK || kind == Control.Kind.NOT_UNDERSTOOD;
            boolean asked = kind.isMfa() || kind.isLaterInteractive() || kind == Control.Kind.ENFORCED_MFA;
            expected.add("conditionalAccess " + (kind == Control.Kind.BLOCK ? "block" : kind.requiredName()) + " failed");
            expected.addAll(terminal ? List.of() : List.of("conditionalAccess " + kind.requiredName() + " satisfied"));
            expected.addAll(asked ? List.of("conditionalAccess " + kind.requiredName() + " pending") : List.of());
        }
        for (String status : List.of(" satisfied", " pending")) {
            List.of("securityDefaults mfa", "securityDefaults registration", "user mfa", "user registration", "mandatoryMfa mfa", "registration mfa")
                    .forEach(demand -> expected.add(demand + status));
        }
        assertThat(seen.keySet()).as(seen::toString).containsAll(expected);
        assertThat(expected).as(seen::toString).filteredOn(what -> seen.get(what) < 10).isEmpty();
    }

    /** What a comparison has to come by now and then, since evaluators were once wrong about it (DEC-01..03, DEC-19). */
    @Test
    void situationsThatAreRare_areDrawn() {
        Map<String, Integer> seen = new TreeMap<>();
        for (int w = 0; w < 300; w++) {
            RandomWorld world = RandomWorld.of(w);
            for (int i = 0; i < 50; i++) {
                Scenario scenario = world.scenario(i);
                SignIn signIn = scenario.request().signIn();
                UserState user = scenario.user() != null ? scenario.user() : signIn.user() == null ? null : scenario.directory().user(signIn.user());
                if (user != null) {
                    Instant now = signIn.createdDateTime() != null ? signIn.createdDateTime() : scenario.clock();
                    situations(scenario, signIn, user, now).forEach((situation, holds) -> seen.merge(situation, holds ? 1 : 0, Integer::sum));
                }
            }
        }
        assertThat(seen.values()).as(seen::toString).isNotEmpty().allMatch(count -> count >= 10);
    }

    private static Map<String, Boolean> situations(Scenario scenario, SignIn signIn, UserState user, Instant now) {
        Instant soon = now.plus(Duration.ofMinutes(5));
        Instant revoked = user.signInSessionsValidFromDateTime();
        Instant began = signIn.session().startedDateTime();
        Instant signedIn = signIn.authentication().signInDateTime();
        boolean registers = scenario.request() instanceof Registration;
        boolean unregistered = !user.isMfaRegistered();
        boolean enabled = user.perUserMfaState() == PerUserMfaState.ENABLED;
        boolean interactive = !Boolean.FALSE.equals(signIn.session().isInteractive());
        boolean app = "mobileAppsAndDesktopClients".equals(signIn.clientAppType());
        Map<String, Boolean> situations = new TreeMap<>();
        situations.put("unregistered and remembered", unregistered && signIn.session().rememberedMfaDateTime() != null && scenario.policies().mfaSettings().rememberMfaDays() > 0);
        situations.put("direct connect registers", registers && user.guestType() == GuestType.B2B_DIRECT_CONNECT_USER);
        situations.put("session from the future after a revocation", revoked != null && began != null && began.isAfter(soon));
        situations.put("sign-in from the future after a revocation", revoked != null && signedIn != null && signedIn.isAfter(soon));
        situations.put("session at the instant of the revocation", revoked != null && signedIn == null && revoked.equals(began));
        situations.put("silent refresh of an enabled user", enabled && unregistered && !interactive);
        situations.put("app of an enabled user", enabled && unregistered && app && interactive && !registers);
        situations.put("enabled on a day to come", enabled && unregistered && user.perUserMfaEnabledDateTime() != null && user.perUserMfaEnabledDateTime().isAfter(soon));
        situations.put("first sign-in on a day to come", unregistered && user.firstSignInDateTime() != null && user.firstSignInDateTime().isAfter(soon)
                && scenario.policies().securityDefaults().isEnabled());
        return situations;
    }

    /** A condition that alone keeps a policy from applying is one whose fault a comparison would find. */
    private static void note(NaiveEvaluator.Explanation explanation, Map<String, Integer> seen) {
        for (NaiveEvaluator.Row row : explanation.rows()) {
            Map<Condition, Boolean> conditions = row.trace().conditions();
            List<Condition> missed = conditions.keySet().stream().filter(condition -> !conditions.get(condition)).toList();
            if (missed.isEmpty()) {
                conditions.keySet().forEach(condition -> seen.merge("held " + condition.logName(), 1, Integer::sum));
            } else if (missed.size() == 1) {
                seen.merge("missed " + missed.get(0).logName(), 1, Integer::sum);
            }
            row.trace().included().forEach(rule -> seen.merge("include " + rule.condition() + ' ' + rule.rule(), 1, Integer::sum));
            row.trace().excluded().forEach(rule -> seen.merge("exclude " + rule.condition() + ' ' + rule.rule(), 1, Integer::sum));
        }
        explanation.requirements().forEach(demand -> seen.merge(demand.provider() + ' ' + demand.control() + ' ' + demand.status(), 1, Integer::sum));
    }

    private static String histogram(Map<ReasonCode, Integer> reasons, Map<Outcome, Integer> outcomes) {
        StringBuilder text = new StringBuilder();
        outcomes.forEach((outcome, count) -> text.append(String.format("%-36s %8d %6.2f %%%n", outcome, count, 100.0 * count / DECISIONS)));
        text.append('\n');
        reasons.entrySet().stream().sorted(Map.Entry.<ReasonCode, Integer>comparingByValue().reversed()).forEach(entry ->
                text.append(String.format("%-36s %8d %6.2f %%%n", entry.getKey(), entry.getValue(), 100.0 * entry.getValue() / DECISIONS)));
        return text.toString();
    }
}
