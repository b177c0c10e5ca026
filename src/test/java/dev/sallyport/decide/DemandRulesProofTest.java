package dev.sallyport.decide;

import static dev.sallyport.decide.DemandRules.has;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.decide.DemandRules.Impossible;
import dev.sallyport.fixtures.RandomWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is true of the rules on demands ({@code security-defaults.drl}, {@code per-user-mfa.drl}, {@code registration.drl}) in each of the
 * 524,288 situations, which are enumerated. Those that cannot be are a list with reasons ({@link DemandRules#IMPOSSIBLE}).
 */
class DemandRulesProofTest {

    private static final DemandRules RULES = DemandRules.ofProduct();
    private static final int[] POSSIBLE = DemandRules.possible(DemandRules.IMPOSSIBLE);
    private static final int NOW = Situation.MFA | Situation.REGISTRATION;
    private static final int LATER = Situation.SECURITY_DEFAULTS_PERIOD | Situation.PER_USER_PERIOD;

    /** How much is demanded: nothing, that it is taken note of, a registration that may wait, or something now. */
    private static int strength(int demands) {
        return has(demands, NOW) ? 3 : has(demands, LATER) ? 2 : has(demands, Situation.CONCERNED) ? 1 : 0;
    }

    /**
     * Facts that change a situation into another one.
     *
     * @param isMore whether as much has to be demanded there, at least; otherwise at most, but for a note that is taken
     */
    private record Change(String words, boolean isMore, int mask, int facts) {

        int of(int situation) {
            return situation & ~mask | facts;
        }

        boolean isWrong(int before, int after) {
            return isMore ? strength(after) < strength(before) || (before & NOW & ~after) != 0
                    : strength(after) > Math.max(1, strength(before));
        }
    }

    private static Change more(String words, int fact) {
        return new Change(words, true, fact, fact);
    }

    private static Change less(String words, int fact) {
        return new Change(words, false, fact, fact);
    }

    private static final int PER_USER = Situation.PER_USER_ENABLED | Situation.PER_USER_ENFORCED;

    private static final List<Change> CHANGES = List.of(
            more("per-user MFA is enabled", Situation.PER_USER_ENABLED),
            new Change("per-user MFA is enforced", true, PER_USER, Situation.PER_USER_ENFORCED),
            more("security defaults cover the user", Situation.UNDER_SECURITY_DEFAULTS),
            more("the user is an administrator", Situation.SECURITY_DEFAULTS_ADMINISTRATOR),
            more("Azure is managed", Situation.AZURE_MANAGEMENT),
            more("security defaults deem MFA necessary", Situation.PROMPTED_BY_SECURITY_DEFAULTS),
            more("Microsoft's own MFA concerns the request", Situation.UNDER_MANDATORY_MFA),
            more("the user is there to answer", Situation.INTERACTIVE),
            less("an MFA claim", Situation.MFA_CLAIM),
            less("MFA within five minutes", Situation.RECENT_MFA),
            less("MFA that a device remembers", Situation.REMEMBERED),
            less("a trusted IP", Situation.AT_TRUSTED_IP),
            less("a period of security defaults", Situation.WITHIN_SECURITY_DEFAULTS_GRACE),
            less("a period of per-user MFA", Situation.WITHIN_PER_USER_GRACE));

    /** The facts that are neither more nor less than others, with the reason. */
    private static final Map<Integer, String> NO_CHANGES = Map.of(
            Situation.CHANGES_SECURITY_INFO, "another request",
            Situation.CREATES_APP_PASSWORD, "another request",
            Situation.REGISTERS_PASSKEY, "another request",
            Situation.REGISTERED, "users who have a method prove it, and others register one",
            Situation.ABLE_TO_DO_MFA, "users who can do MFA do it, and others register");

    private static final int PROOF = Situation.MFA_CLAIM | Situation.RECENT_MFA | Situation.REMEMBERED | Situation.AT_TRUSTED_IP;
    private static final int GRACE = Situation.WITHIN_SECURITY_DEFAULTS_GRACE | Situation.WITHIN_PER_USER_GRACE;

    /** What has to demand something now, where nothing is proved and nothing may wait. */
    private static final Map<String, IntPredicate> UNPROVED = Map.of(
            "Microsoft's own MFA", s -> has(s, Situation.UNDER_MANDATORY_MFA),
            "per-user MFA", s -> has(s, PER_USER) && !has(s, Situation.CHANGES_SECURITY_INFO)
                    && has(s, Situation.INTERACTIVE | Situation.ABLE_TO_DO_MFA | Situation.PER_USER_ENFORCED),
            "security defaults of administrators, of Azure, and where they ask", s -> has(s, Situation.UNDER_SECURITY_DEFAULTS) && has(s,
                    Situation.SECURITY_DEFAULTS_ADMINISTRATOR | Situation.AZURE_MANAGEMENT | Situation.PROMPTED_BY_SECURITY_DEFAULTS),
            "security defaults of users without a method",
                    s -> has(s, Situation.UNDER_SECURITY_DEFAULTS) && !has(s, Situation.ABLE_TO_DO_MFA),
            "a change of security information", s -> has(s, Situation.CHANGES_SECURITY_INFO) && has(s, Situation.REGISTERED),
            "an app password", s -> has(s, Situation.CREATES_APP_PASSWORD));

    private static List<String> wrong(DemandRules rules, List<Impossible> impossible) {
        int[] possible = impossible == DemandRules.IMPOSSIBLE ? POSSIBLE : DemandRules.possible(impossible);
        byte[] demands = rules.demands();
        List<String> wrong = new ArrayList<>();
        for (Change change : CHANGES) {
            tell(wrong, possible, change.words(), s -> change.isWrong(demands[s], demands[change.of(s)])
                    && DemandRules.isPossible(change.of(s), impossible));
        }
        UNPROVED.forEach((source, holds) -> tell(wrong, possible, source + " without any proof",
                s -> !has(s, PROOF | GRACE) && holds.test(s) && !has(demands[s], NOW)));
        tell(wrong, possible, "what neither a trusted IP nor a remembered device lifts", s -> !has(s, Situation.MFA_CLAIM)
                && (has(s, Situation.UNDER_MANDATORY_MFA) || has(s, Situation.CHANGES_SECURITY_INFO) && has(s, Situation.REGISTERED)
                || has(s, Situation.UNDER_SECURITY_DEFAULTS) && has(s, Situation.SECURITY_DEFAULTS_ADMINISTRATOR))
                && !has(demands[s], NOW));
        tell(wrong, possible, "a passkey with MFA that is not recent", s -> has(s, Situation.REGISTERS_PASSKEY)
                && has(s, Situation.REGISTERED) && !has(s, Situation.RECENT_MFA) && !has(demands[s], Situation.MFA));
        tell(wrong, possible, "a registration that may wait, and is not taken note of", s -> !has(s, PROOF | Situation.ABLE_TO_DO_MFA)
                && has(s, Situation.INTERACTIVE) && !has(s, Situation.CHANGES_SECURITY_INFO)
                && has(s, Situation.UNDER_SECURITY_DEFAULTS | Situation.PER_USER_ENABLED) && strength(demands[s]) < 2);
        tell(wrong, possible, "a sign-in with an MFA claim", s -> has(s, Situation.MFA_CLAIM) && !has(s, Situation.CHANGES_SECURITY_INFO)
                && has(demands[s], NOW | LATER));
        tell(wrong, possible, "a request that no source is about", s -> !has(s, Situation.CHANGES_SECURITY_INFO
                | Situation.UNDER_SECURITY_DEFAULTS | Situation.UNDER_MANDATORY_MFA | PER_USER) && demands[s] != 0);
        return wrong;
    }

    private static void tell(List<String> wrong, int[] situations, String what, IntPredicate holds) {
        IntStream.of(situations).filter(holds).boxed().min(DemandRules.SMALLER)
                .ifPresent(s -> wrong.add(what + ": " + DemandRules.words(s)));
    }

    @Test
    void demands_areNeverLessForMoreSources_norMoreForMoreProof_andNeverNothingWithoutProof() {
        assertThat(wrong(RULES, DemandRules.IMPOSSIBLE)).isEmpty();
    }

    @Test
    void everyChange_matters_andEveryFactIsOneOrIsNoneForAReason() {
        byte[] demands = RULES.demands();
        for (Change change : CHANGES) {
            IntUnaryOperator after = change::of;
            assertThat(IntStream.of(POSSIBLE).anyMatch(s -> DemandRules.isPossible(after.applyAsInt(s), DemandRules.IMPOSSIBLE)
                    && demands[s] != demands[after.applyAsInt(s)])).as(change.words()).isTrue();
        }
        int changed = CHANGES.stream().mapToInt(Change::mask).reduce(0, (a, b) -> a | b);
        for (int fact = 1; fact < DemandRules.SITUATIONS; fact <<= 1) {
            assertThat(has(changed, fact)).as(DemandRules.words(fact)).isNotEqualTo(NO_CHANGES.containsKey(fact));
        }
    }

    @Test
    void everyRule_demandsSomethingInASituation_thatNoOtherRuleDoes() {
        for (int rule = 0; rule < RULES.names().size(); rule++) {
            assertThat(RULES.smallest(rule)).as(RULES.names().get(rule)).isNotNull();
        }
    }

    /** The engine walks a network of the same conditions, and keeps its answers; sessions of Drools are the other way to answer. */
    @Test
    void demands_areThoseOfTheEngine() {
        byte[] demands = RULES.demands();
        for (int s = 0; s < DemandRules.SITUATIONS; s++) {
            assertThat(DecisionRules.WALKED.demands(s)).as(DemandRules.words(s)).isEqualTo(demands[s]);
            if (s % 997 == 0) {
                assertThat(DecisionRules.inSessions().demands(s)).as(DemandRules.words(s)).isEqualTo(demands[s]);
            }
        }
    }

    @Test
    void everyReason_whySituationsCannotBe_isNeeded() {
        for (Impossible reason : DemandRules.IMPOSSIBLE) {
            List<Impossible> others = DemandRules.IMPOSSIBLE.stream().filter(each -> each != reason).toList();
            assertThat(wrong(RULES, others)).as(reason.words()).isNotEmpty();
        }
    }

    @Test
    void situations_ofRandomRequests_arePossible() {
        AtomicLongArray slots = RuleTable.field(RuleTable.field(DecisionRules.WALKED, "knownDemands"), "slots");
        for (int slot = 0; slot < slots.length(); slot++) {
            slots.set(slot, 0);
        }
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

    /** Every rule is deleted, loses each condition, and exchanges its consequence with the next one. */
    @Test
    void plantedFault_thatDemandsLessNow_isNoticed() {
        byte[] right = RULES.demands();
        int weakening = 0;
        for (int rule = 0; rule < RULES.names().size(); rule++) {
            for (DemandRules fault : RULES.faults(rule)) {
                byte[] demands = fault.demands();
                if (IntStream.of(POSSIBLE).anyMatch(s -> has(right[s], NOW) && !has(demands[s], NOW))) {
                    weakening++;
                    assertThat(wrong(fault, DemandRules.IMPOSSIBLE)).as(RULES.names().get(rule)).isNotEmpty();
                }
            }
        }
        assertThat(weakening).isGreaterThan(15);
    }
}
