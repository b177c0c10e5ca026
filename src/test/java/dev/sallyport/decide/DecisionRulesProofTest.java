package dev.sallyport.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.compile.Control.Status;
import dev.sallyport.decide.DecisionRulesProof.Demand;
import dev.sallyport.decide.Situations.Fact;
import dev.sallyport.fixtures.RandomWorld;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What is true of the decision rules in every situation; none is drawn. The rules see 35 facts, three of which have more than two values:
 * 3,367,254,360,064 situations. The conditions themselves partition them: a fact is asked for when a condition reads it, and then every
 * answer is tried ({@link OpenCase}). What conditions do not read cannot matter. So a few thousand parts are all situations; their sizes
 * add up to the number above. Situations that cannot be are a list with reasons ({@link Situations#IMPOSSIBLE}). A reason that neither a
 * proof nor an example needs, or that a random request contradicts, fails.
 *
 * <p>{@link DemandRulesProofTest} is about the rules on demands.
 */
class DecisionRulesProofTest {

    private static final RuleTable TABLE = RuleTable.ofProduct();
    private static final DecisionRulesProof PROOF = new DecisionRulesProof(TABLE, Situations.ASSUMED);
    private static final DecisionRulesProof EXAMPLES = new DecisionRulesProof(TABLE, Situations.IMPOSSIBLE);

    // ---- what is decided

    @Test
    void everySituation_isDecidedByARule_impossibleOnesIncluded() {
        OpenCase situation = new OpenCase();
        double[] decided = {0};
        situation.inEvery(() -> {
            int rule = TABLE.first(situation);
            assertThat(rule).as(situation::words).isNotNegative();
            // the engine walks a network of the same conditions
            assertThat(DecisionRules.WALKED.outcome.first(situation.closed(false))).isEqualTo(rule);
            assertThat(DecisionRules.WALKED.outcome.first(situation.closed(true))).isEqualTo(rule);
            decided[0] += situation.count();
        });
        assertThat(decided[0]).isEqualTo(OpenCase.situations()).isEqualTo(3_367_254_360_064.0);
    }

    @Test
    void everyRule_decidesASituation_thatIsDecidedOtherwiseWithoutIt() {
        for (int rule = 0; rule < TABLE.rules().size(); rule++) {
            assertThat(EXAMPLES.smallest(rule)).as(TABLE.rules().get(rule).name()).isNotNull();
        }
    }

    @Test
    void rulesOfEqualSalience_decideAlike_whereBothMatch() {
        OpenCase situation = new OpenCase();
        List<RuleTable.Rule> rules = TABLE.rules();
        for (int i = 0; i < rules.size(); i++) {
            for (int j = i + 1; j < rules.size() && rules.get(j).salience() == rules.get(i).salience(); j++) {
                int one = i;
                int other = j;
                boolean differ = situation.isAny(() -> rules.get(one).matches(situation) && rules.get(other).matches(situation)
                        && !TABLE.ruling(one, situation).equals(TABLE.ruling(other, situation)));
                assertThat(differ).as("%s, %s: %s", rules.get(i).name(), rules.get(j).name(), situation.words()).isFalse();
            }
        }
    }

    @Test
    void whatBlocks_neverEndsInAllow_norWhatIsAskedFor_andNothingElseIsHeldUp() {
        assertThat(DecisionRulesProof.broken(PROOF.outcomes())).isEmpty();
    }

    @Test
    void demandMore_neverLeadsToAWeakerOutcome() {
        assertThat(DecisionRulesProof.broken(PROOF.demandsMore())).isEmpty();
        assertThat(DecisionRulesProof.DEMANDS).allMatch(PROOF::matters);
    }

    @Test
    void everyFact_isDemandedOrIsNoDemandForAReason() {
        long demanded = DecisionRulesProof.DEMANDS.stream().mapToLong(Demand::mask).reduce(0, (a, b) -> a | b);
        for (OpenCase.Fact fact : OpenCase.FACTS) {
            assertThat((demanded & fact.mask()) != 0).as(fact.name()).isNotEqualTo(DecisionRulesProof.NO_DEMANDS.containsKey(fact.mask()));
        }
    }

    // ---- how the controls of one policy combine

    @Test
    void everyInput_ofGrant_isConcludedByOneRule_andEveryRuleConcludesOne() {
        DecisionRules.RuleSet grant = DecisionRules.WALKED.grant;
        long concluding = 0;
        for (int input = 0; input < 16; input++) {
            long matched = grant.network.match(DecisionRules.expression(input));
            assertThat(Long.bitCount(matched)).as("input %d", input).isEqualTo(1);
            concluding |= matched;
        }
        assertThat(Long.bitCount(concluding)).isEqualTo(grant.names.size()).isEqualTo(7);
    }

    /** Three controls have every combination of the facts, with one that stays alike beside the one that worsens. */
    @Test
    void controlThatIsFurtherFromMet_neverBringsItsPolicyCloser_andOneMoreUnderAndNeither() {
        for (int controls = 0; controls < 27; controls++) {
            Status[] operands = {Status.values()[controls / 9], Status.values()[controls / 3 % 3], Status.values()[controls % 3]};
            for (boolean and : new boolean[] {false, true}) {
                Status before = combine(and, operands);
                for (int i = 0; i < operands.length; i++) {
                    for (Status worse : Arrays.copyOfRange(Status.values(), operands[i].ordinal() + 1, Status.values().length)) {
                        Status[] changed = operands.clone();
                        changed[i] = worse;
                        assertThat(combine(and, changed)).as("%s: %s", Arrays.toString(operands), Arrays.toString(changed))
                                .isGreaterThanOrEqualTo(before);
                    }
                }
                assertThat(combine(true, operands)).isGreaterThanOrEqualTo(combine(true, Arrays.copyOf(operands, 2)));
                assertThat(combine(and, operands)).isIn((Object[]) operands);
            }
        }
    }

    private static Status combine(boolean and, Status... operands) {
        List<Status> all = List.of(operands);
        return DecisionRules.WALKED.combine(and, all.contains(Status.SATISFIED), all.contains(Status.PENDING), all.contains(Status.FAILED));
    }

    // ---- the proofs themselves

    @Test
    void everyReason_whySituationsCannotBe_isNeededByALawOrAnExample() {
        for (Fact reason : Situations.ASSUMED) {
            DecisionRulesProof proof = without(Situations.ASSUMED, reason);
            assertThat(DecisionRulesProof.isAnyBroken(proof.outcomes()) || DecisionRulesProof.isAnyBroken(proof.demandsMore()))
                    .as(reason.words()).isTrue();
        }
        List<String> examples = IntStream.range(0, TABLE.rules().size()).mapToObj(EXAMPLES::smallest).toList();
        for (Fact reason : Situations.NO_EXAMPLES) {
            DecisionRulesProof proof = without(Situations.IMPOSSIBLE, reason);
            assertThat(IntStream.range(0, examples.size()).anyMatch(rule -> !examples.get(rule).equals(proof.smallest(rule))))
                    .as(reason.words()).isTrue();
        }
    }

    private static DecisionRulesProof without(List<Fact> reasons, Fact reason) {
        return new DecisionRulesProof(TABLE, reasons.stream().filter(each -> each != reason).toList());
    }

    /** What is said to be impossible is so as far as random requests tell: the states that the engine keeps are those that were. */
    @Test
    void situations_ofRandomRequests_arePossible() {
        AtomicLongArray slots = RuleTable.field(RuleTable.field(DecisionRules.WALKED, "knownOutcomes"), "slots");
        Set<Long> seen = new HashSet<>();
        for (int seed = 0; seed < 40; seed++) {
            RandomWorld world = RandomWorld.ofSize(seed, 20);
            FastEvaluator evaluator = new FastEvaluator(world.policySet(), world.directory());
            for (int i = 0; i < 250; i++) {
                try {
                    evaluator.decide(world.scenario(i).facts());
                } catch (InvalidRequestException e) {
                    continue;
                }
            }
            for (int slot = 0; slot < slots.length(); slot++) {
                seen.add(slots.get(slot) >>> 8);
            }
        }
        Set<Integer> decided = new HashSet<>();
        for (long state : seen) {
            OpenCase situation = new OpenCase();
            situation.set(-1L, state);
            assertThat(EXAMPLES.isPossible(situation)).as(situation::words).isTrue();
            decided.add(TABLE.first(situation));
        }
        assertThat(seen).hasSizeGreaterThan(2_000);
        assertThat(decided).as("rules that random requests reach").hasSizeGreaterThan(TABLE.rules().size() * 9 / 10);
    }

    /** Every rule is deleted, loses each condition, and exchanges its consequence with the next one. */
    @Test
    void plantedFault_thatChangesAnOutcome_breaksALawThere() {
        int changing = 0;
        int faults = 0;
        for (int rule = 0; rule < TABLE.rules().size(); rule++) {
            for (RuleTable faulty : TABLE.faults(rule)) {
                faults++;
                DecisionRulesProof fault = new DecisionRulesProof(faulty, Situations.ASSUMED);
                OpenCase situation = new OpenCase();
                if (situation.isAny(() -> fault.strength(situation) != PROOF.strength(situation) && PROOF.isPossible(situation))) {
                    changing++;
                    OpenCase example = situation.closed(false);
                    assertThat(fault.outcomes()).as("%s: %s", TABLE.rules().get(rule).name(), example.words())
                            .anyMatch(law -> law.breaks().test(example));
                }
            }
        }
        assertThat(changing).as("of %d faults", faults).isGreaterThanOrEqualTo(100);
    }
}
