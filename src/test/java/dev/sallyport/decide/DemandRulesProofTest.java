package dev.sallyport.decide;

import static dev.sallyport.decide.DemandRules.has;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.fixtures.RandomWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntBinaryOperator;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is true of the rules on demands ({@code security-defaults.drl}, {@code per-user-mfa.drl}, {@code registration.drl}) in each of the 524,288
 * situations, which are enumerated. Those that cannot be are a list with reasons ({@link DemandRules#IMPOSSIBLE}).
 */
class DemandRulesProofTest {

    private static final DemandRules RULES = DemandRules.ofProduct();
    private static final int[] POSSIBLE = IntStream.range(0, DemandRules.SITUATIONS).filter(DemandRules::isPossible).toArray();
    private static final int NOW = Situation.MFA | Situation.REGISTRATION;
    private static final int LATER = Situation.SECURITY_DEFAULTS_PERIOD | Situation.PER_USER_PERIOD;

    /** How much is demanded: nothing, that it is taken note of, a registration that may wait, or something now. */
    private static int strength(int demands) {
        return has(demands, NOW) ? 3 : has(demands, LATER) ? 2 : has(demands, Situation.CONCERNED) ? 1 : 0;
    }

    /** @param change the situation that is compared, or the same one where there is nothing to compare */
    private record Law(String words, IntUnaryOperator change, IntBinaryOperator wrong) { }

    private static Law more(String words, int clear, int set, IntPredicate unless) {
        return new Law(words, s -> unless.test(s) ? s : s & ~clear | set, (before, after) -> strength(after) < strength(before) || (before & NOW & ~after) != 0 ? 1 : 0);
    }

    private static Law less(String words, int set) {
        return new Law(words, s -> s | set, (before, after) -> strength(after) > Math.max(1, strength(before)) ? 1 : 0);
    }

    /** What may change without more or less being asked, beside it. */
    private static final List<Law> CHANGES = List.of(
            more("per-user MFA is enabled", 0, Situation.PER_USER_ENABLED, s -> has(s, Situation.PER_USER_ENFORCED)),
            more("per-user MFA is enforced", Situation.PER_USER_ENABLED, Situation.PER_USER_ENFORCED, s -> false),
            more("security defaults cover the user", 0, Situation.UNDER_SECURITY_DEFAULTS, s -> false),
            more("the user is an administrator", 0, Situation.SECURITY_DEFAULTS_ADMINISTRATOR, s -> false),
            more("Azure is managed", 0, Situation.AZURE_MANAGEMENT, s -> false),
            more("security defaults deem MFA necessary", 0, Situation.PROMPTED_BY_SECURITY_DEFAULTS, s -> false),
            more("Microsoft's own MFA concerns the request", 0, Situation.UNDER_MANDATORY_MFA, s -> false),
            more("the user is there to answer", 0, Situation.INTERACTIVE, s -> false),
            less("an MFA claim", Situation.MFA_CLAIM),
            less("MFA within five minutes", Situation.RECENT_MFA),
            less("MFA that a device remembers", Situation.REMEMBERED),
            less("a trusted IP", Situation.AT_TRUSTED_IP),
            less("a period of security defaults", Situation.WITHIN_SECURITY_DEFAULTS_GRACE),
            less("a period of per-user MFA", Situation.WITHIN_PER_USER_GRACE));

    private static final int PROOF = Situation.MFA_CLAIM | Situation.RECENT_MFA | Situation.REMEMBERED | Situation.AT_TRUSTED_IP;
    private static final int GRACE = Situation.WITHIN_SECURITY_DEFAULTS_GRACE | Situation.WITHIN_PER_USER_GRACE;

    /** What a source has to demand where nothing is proved and nothing may wait: something now, by the source. */
    private static final Map<String, IntPredicate> UNPROVED = Map.of(
            "Microsoft's own MFA", s -> has(s, Situation.UNDER_MANDATORY_MFA),
            "per-user MFA", s -> has(s, Situation.PER_USER_ENFORCED | Situation.PER_USER_ENABLED) && !has(s, Situation.CHANGES_SECURITY_INFO)
                    && (has(s, Situation.INTERACTIVE) || has(s, Situation.ABLE_TO_DO_MFA) || has(s, Situation.PER_USER_ENFORCED)),
            "security defaults of administrators, of Azure, and where they ask", s -> has(s, Situation.UNDER_SECURITY_DEFAULTS)
                    && has(s, Situation.SECURITY_DEFAULTS_ADMINISTRATOR | Situation.AZURE_MANAGEMENT | Situation.PROMPTED_BY_SECURITY_DEFAULTS),
            "security defaults of users without a method", s -> has(s, Situation.UNDER_SECURITY_DEFAULTS) && !has(s, Situation.ABLE_TO_DO_MFA),
            "a change of security information", s -> has(s, Situation.CHANGES_SECURITY_INFO) && has(s, Situation.REGISTERED),
            "an app password", s -> has(s, Situation.CREATES_APP_PASSWORD));

    private static List<String> wrong(DemandRules rules) {
        return wrong(rules, POSSIBLE, DemandRules::isPossible);
    }

    private static List<String> wrong(DemandRules rules, int[] situations, IntPredicate isPossible) {
        byte[] demands = rules.demands();
        List<String> wrong = new ArrayList<>();
        for (Law law : CHANGES) {
            tell(wrong, situations, law.words(), s -> {
                int changed = law.change().applyAsInt(s);
                return law.wrong().applyAsInt(demands[s], demands[changed]) != 0 && isPossible.test(changed);
            });
        }
        UNPROVED.forEach((source, holds) -> tell(wrong, situations, source + " without any proof", s -> !has(s, PROOF | GRACE) && holds.test(s) && !has(demands[s], NOW)));
        tell(wrong, situations, "what neither a trusted IP nor a remembered device lifts", s -> !has(s, Situation.MFA_CLAIM) && (has(s, Situation.UNDER_MANDATORY_MFA)
                || has(s, Situation.CHANGES_SECURITY_INFO) && has(s, Situation.REGISTERED) || has(s, Situation.UNDER_SECURITY_DEFAULTS)
                && has(s, Situation.SECURITY_DEFAULTS_ADMINISTRATOR)) && !has(demands[s], NOW));
        tell(wrong, situations, "a passkey with MFA that is not recent", s -> has(s, Situation.REGISTERS_PASSKEY) && has(s, Situation.REGISTERED)
                && !has(s, Situation.RECENT_MFA) && !has(demands[s], Situation.MFA));
        tell(wrong, situations, "a registration that may wait, and is not taken note of", s -> !has(s, PROOF | Situation.ABLE_TO_DO_MFA) && has(s, Situation.INTERACTIVE)
                && !has(s, Situation.CHANGES_SECURITY_INFO) && has(s, Situation.UNDER_SECURITY_DEFAULTS | Situation.PER_USER_ENABLED) && strength(demands[s]) < 2);
        tell(wrong, situations, "a sign-in with an MFA claim", s -> has(s, Situation.MFA_CLAIM) && !has(s, Situation.CHANGES_SECURITY_INFO) && has(demands[s], NOW | LATER));
        tell(wrong, situations, "a request that no source is about", s -> !has(s, Situation.CHANGES_SECURITY_INFO | Situation.UNDER_SECURITY_DEFAULTS
                | Situation.UNDER_MANDATORY_MFA | Situation.PER_USER_ENABLED | Situation.PER_USER_ENFORCED) && demands[s] != 0);
        return wrong;
    }

    private static void tell(List<String> wrong, int[] situations, String what, IntPredicate holds) {
        for (int s : situations) {
            if (holds.test(s)) {
                wrong.add(what + ": " + DemandRules.words(s));
                return;
            }
        }
    }

    @Test
    void demands_areNeverLessForMoreSources_norMoreForMoreProof_andNeverNothingWithoutProof() {
        assertThat(wrong(RULES)).isEmpty();
    }

    @Test
    void everyRule_demandsSomethingInASituation_thatNoOtherRuleDoes() {
        for (int rule = 0; rule < RULES.names().size(); rule++) {
            assertThat(RULES.smallest(rule)).as(RULES.names().get(rule)).isNotNull();
        }
    }

    @Test
    void demands_areThoseThatTheEngineKeeps() {
        byte[] demands = RULES.demands();
        for (int s = 0; s < DemandRules.SITUATIONS; s += 997) {
            assertThat(DecisionRules.inSessions().demands(s)).as(DemandRules.words(s)).isEqualTo(demands[s]);
        }
    }

    @Test
    void impossibleSituations_areAllNeeded() {
        for (DemandRules.Impossible each : DemandRules.IMPOSSIBLE) {
            IntPredicate isPossible = s -> DemandRules.IMPOSSIBLE.stream().noneMatch(other -> other != each && other.holds().test(s));
            int[] situations = IntStream.range(0, DemandRules.SITUATIONS).filter(isPossible).toArray();
            assertThat(wrong(RULES, situations, isPossible)).as(each.words()).isNotEmpty();
        }
    }

    @Test
    void situations_ofRandomRequests_arePossible() {
        AtomicLongArray slots = RuleTable.field(RuleTable.field(DecisionRules.WALKED, "knownDemands"), "slots");
        int seen = 0;
        for (int seed = 0; seed < 20; seed++) {
            RandomWorld world = RandomWorld.ofSize(seed, 10);
            FastEvaluator evaluator = new FastEvaluator(world.policySet(), world.directory());
            for (int i = 0; i < 200; i++) {
                try {
                    evaluator.decide(world.scenario(i).facts());
                } catch (InvalidRequestException e) {
                    continue;
                }
            }
            for (int slot = 0; slot < slots.length(); slot++) {
                int situation = (int) (slots.get(slot) >>> 8);
                assertThat(DemandRules.IMPOSSIBLE).as(DemandRules.words(situation)).noneMatch(each -> each.holds().test(situation));
                seen += situation == 0 ? 0 : 1;
            }
        }
        assertThat(seen).isGreaterThan(1_000);
    }

    /** A fault that demands less somewhere. */
    @Test
    void plantedFault_thatDemandsLess_isNoticed() {
        byte[] right = RULES.demands();
        List<String> missed = new ArrayList<>();
        int weakening = 0;
        for (int rule = 0; rule < RULES.names().size(); rule++) {
            List<DemandRules> faulty = new ArrayList<>(List.of(RULES.without(rule)));
            for (int condition = 0; condition < RULES.conditions().get(rule).size(); condition++) {
                faulty.add(RULES.withoutCondition(rule, condition));
            }
            if (rule + 1 < RULES.names().size()) {
                faulty.add(RULES.withExchangedConsequences(rule, rule + 1));
            }
            for (DemandRules fault : faulty) {
                byte[] demands = fault.demands();
                for (int s : POSSIBLE) {
                    if (has(right[s], NOW) && !has(demands[s], NOW)) {
                        weakening++;
                        if (wrong(fault).isEmpty()) {
                            missed.add(RULES.names().get(rule) + ": " + DemandRules.words(s));
                        }
                        break;
                    }
                }
            }
        }
        assertThat(missed).isEmpty();
        assertThat(weakening).isGreaterThan(15);
    }
}
