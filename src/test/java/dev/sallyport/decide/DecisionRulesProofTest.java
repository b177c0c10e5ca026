package dev.sallyport.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.compile.Control.Status;
import dev.sallyport.decide.Situations.Fact;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.model.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;

/**
 * What is true of the decision rules in every situation, and not in some that were drawn. The rules see 35 facts, three of them with more than two
 * values: 3,367,254,360,064 situations. They are partitioned by the conditions themselves: a fact is asked for when a condition reads it, and
 * then every answer is tried ({@link OpenCase}). What conditions do not read cannot matter, so that some thousand parts are all situations; their
 * sizes add up to the number above. Situations that cannot be are a list with reasons ({@link Situations#IMPOSSIBLE}); a reason that no proof
 * needs, or that a random request contradicts, fails.
 *
 * <p>The {@link Situation}s of the rules on demands are 524,288, and are enumerated one by one, as are the sixteen of grant.drl.
 */
class DecisionRulesProofTest {

    private static final RuleTable TABLE = RuleTable.ofProduct();
    private static final DecisionRulesProof PROOF = new DecisionRulesProof(TABLE);

    // ---- what is decided

    @Test
    void everySituation_isDecidedByARule_impossibleOnesIncluded() {
        OpenCase situation = new OpenCase();
        double[] decided = {0};
        situation.inEvery(() -> {
            assertThat(TABLE.first(situation)).as(situation::words).isNotNegative();
            decided[0] += situation.count();
        });
        assertThat(decided[0]).isEqualTo(OpenCase.situations()).isEqualTo(3_367_254_360_064.0);
    }

    @Test
    void everyRule_decidesASituation_whichNoOtherRuleWouldDecideAlike() {
        for (int rule = 0; rule < TABLE.rules().size(); rule++) {
            assertThat(PROOF.smallest(rule)).as(TABLE.rules().get(rule).name()).isNotNull();
        }
    }

    @Test
    void rulesOfEqualSalience_decideAlike_whereBothMatch() {
        OpenCase situation = new OpenCase();
        for (int i = 0; i < TABLE.rules().size(); i++) {
            for (int j = i + 1; j < TABLE.rules().size() && TABLE.rules().get(j).salience() == TABLE.rules().get(i).salience(); j++) {
                RuleTable.Rule one = TABLE.rules().get(i);
                RuleTable.Rule other = TABLE.rules().get(j);
                int first = i;
                int second = j;
                assertThat(situation.find(() -> one.matches(situation) && other.matches(situation)
                        && !TABLE.ruling(first, situation).equals(TABLE.ruling(second, situation)))).as("%s, %s: %s", one.name(), other.name(), situation.words()).isFalse();
            }
        }
    }

    @Test
    void whatBlocks_neverEndsInAllow_whatIsAskedForNeither_andNothingElseIsHeldUp() {
        assertThat(PROOF.wrong()).isEmpty();
    }

    @Test
    void aDemandMore_neverLeadsToAWeakerOutcome() {
        assertThat(PROOF.weaker()).isEmpty();
    }

    // ---- how the controls of one policy combine

    @Test
    void everyInput_ofGrant_isConcludedByOneRule_andEveryRuleConcludesOne() {
        DecisionRules.RuleSet grant = DecisionRules.WALKED.grant;
        long concluding = 0;
        for (int input = 0; input < 16; input++) {
            long matched = grant.network.match(new GrantExpression((input & 8) != 0, (input & 4) != 0, (input & 2) != 0, (input & 1) != 0));
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
                    for (Status worse : Status.values()) {
                        Status[] changed = operands.clone();
                        changed[i] = worse;
                        if (worse.compareTo(operands[i]) > 0) {
                            assertThat(combine(and, changed)).as("%s: %s", Arrays.toString(operands), Arrays.toString(changed)).isGreaterThanOrEqualTo(before);
                        }
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
    void impossibleSituations_areAllNeeded() {
        DecisionRulesProof proof = new DecisionRulesProof(TABLE);
        for (int rule = 0; rule < TABLE.rules().size(); rule++) {
            proof.smallest(rule);
        }
        proof.wrong();
        proof.weaker();
        List<String> unneeded = Situations.IMPOSSIBLE.stream().filter(fact -> !proof.excused().contains(fact)).map(Fact::words).toList();
        assertThat(unneeded).isEmpty();
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
            Fact impossible = Situations.impossible(situation);
            assertThat(impossible == null ? null : impossible.words()).as(situation::words).isNull();
            decided.add(TABLE.first(situation));
        }
        assertThat(seen).hasSizeGreaterThan(2_000);
        assertThat(decided).as("rules that random requests reach").hasSizeGreaterThan(TABLE.rules().size() * 9 / 10);
    }

    @Test
    void plantedFault_thatLetsMoreIn_isNoticed() {
        List<Outcome> outcomes = TABLE.outcomes();
        int opening = 0;
        List<String> missed = new ArrayList<>();
        for (int rule = 0; rule < TABLE.rules().size(); rule++) {
            List<RuleTable> faulty = new ArrayList<>(List.of(TABLE.without(rule)));
            for (int condition = 0; condition < TABLE.rules().get(rule).conditions().size(); condition++) {
                faulty.add(TABLE.withoutCondition(rule, condition));
            }
            if (rule + 1 < TABLE.rules().size()) {
                faulty.add(TABLE.withExchangedConsequences(rule, rule + 1));
            }
            for (RuleTable fault : faulty) {
                List<Outcome> others = fault.outcomes();
                OpenCase situation = new OpenCase();
                boolean opens = situation.find(() -> {
                    int decides = fault.first(situation);
                    return (decides < 0 || others.get(decides) == Outcome.ALLOW) && outcomes.get(TABLE.first(situation)) != Outcome.ALLOW && Situations.impossible(situation) == null;
                });
                if (opens) {
                    opening++;
                    if (new DecisionRulesProof(fault).wrong().isEmpty()) {
                        missed.add(TABLE.rules().get(rule).name() + ": " + situation.words());
                    }
                }
            }
        }
        assertThat(missed).isEmpty();
        assertThat(opening).isGreaterThanOrEqualTo(40);
    }
}
