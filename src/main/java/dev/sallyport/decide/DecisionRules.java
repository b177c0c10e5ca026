package dev.sallyport.decide;

import dev.sallyport.compile.AlphaNetwork;
import dev.sallyport.compile.Control.Status;
import dev.sallyport.model.Decision.DecisionRule;
import dev.sallyport.model.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.drools.model.Model;
import org.drools.model.Rule;
import org.drools.model.functions.BlockN;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.KieBase;
import org.kie.api.runtime.KieSession;

/**
 * The hand-written decision rules ({@code *.drl} beside this class), which the build compiled to Java: no parser and no compiler
 * runs here. Each rule is one pattern; it is matched by the alpha network that Drools built and its consequence is run as Drools
 * compiled it, in the order of salience.
 *
 * <p>Rules see nothing of a request but bits ({@link Situation}, {@link Case#state}), and of those there are few that
 * occur: what the network answered to bits is kept and looked up. Walking it took a fifth of a decision.
 */
final class DecisionRules {

    private static final String MODEL = "META-INF/kie/dev.sallyport/sallyport/drools-model";

    /** The rules on their alpha network; they are part of the program and never change. */
    static final DecisionRules WALKED = ofModel(false);

    /** The rules over one fact class, in the order of salience. */
    static final class RuleSet {
        final AlphaNetwork network;
        final BlockN[] consequences;
        final List<String> names;

        RuleSet(KieBase base, Class<?> fact, List<Rule> rules) {
            List<Rule> own = rules.stream().filter(rule -> rule.getDefaultConsequence().getDeclarations()[0].getType() == fact)
                    .sorted(Comparator.comparing(DecisionRules::salience).reversed().thenComparing(Rule::getName)).toList();
            if (own.isEmpty() || own.size() > 64) {
                throw new IllegalStateException(own.size() + " rules over " + fact);
            }
            names = own.stream().map(Rule::getName).toList();
            network = AlphaNetwork.of(base, fact, AlphaNetwork.indexes(names));
            consequences = own.stream().map(rule -> rule.getDefaultConsequence().getBlock()).toArray(BlockN[]::new);
        }

        /** Runs the consequence of every rule that matches. */
        void fireAll(Object fact) {
            for (long matched = network.match(fact); matched != 0; matched &= matched - 1) {
                run(Long.numberOfTrailingZeros(matched), fact);
            }
        }

        /** The first rule that matches, in the order of salience. */
        int first(Object fact) {
            long matched = network.match(fact);
            if (matched == 0) {
                throw new IllegalStateException("no rule matches");
            }
            return Long.numberOfTrailingZeros(matched);
        }

        void run(int rule, Object fact) {
            try {
                consequences[rule].execute(fact);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /**
     * Answers that were given: for {@code state}, up to 48 bits, a number below 255. A slot holds one of the states that fall
     * on it, the last one. Threads may overwrite each other's; every entry is a whole and true answer.
     */
    private static final class Answers {

        private static final int BITS = 12;
        private final AtomicLongArray slots = new AtomicLongArray(1 << BITS);

        /** The answer, or -1. */
        int get(long state) {
            long entry = slots.getOpaque(slot(state));
            return entry >>> 8 == state ? (int) (entry & 0xFF) - 1 : -1;
        }

        int put(long state, int answer) {
            slots.setOpaque(slot(state), state << 8 | answer + 1);
            return answer;
        }

        private static int slot(long state) {
            return (int) (state * 0x9E37_79B9_7F4A_7C15L >>> 64 - BITS);
        }
    }

    private final KieBase kieBase;
    private final boolean inSessions;
    private final Answers knownDemands = new Answers();
    private final Answers knownOutcomes = new Answers();
    final RuleSet demands;
    final RuleSet outcome;
    final RuleSet grant;
    /** The answer of grant.drl for each of its sixteen inputs. */
    private final Status[] grants = new Status[16];

    private DecisionRules(KieBase kieBase, List<Rule> rules, boolean inSessions) {
        this.kieBase = kieBase;
        this.inSessions = inSessions;
        demands = ruleSet(Situation.class, rules);
        outcome = ruleSet(Case.class, rules);
        grant = ruleSet(GrantExpression.class, rules);
        for (int input = 0; input < grants.length; input++) {
            GrantExpression expression = expression(input);
            if (inSessions) {
                fireInSession(expression);
            } else {
                grant.fireAll(expression);
            }
            grants[input] = expression.conclusion();
        }
    }

    /** One of the sixteen inputs of grant.drl. */
    static GrantExpression expression(int input) {
        return new GrantExpression((input & 8) != 0, (input & 4) != 0, (input & 2) != 0, (input & 1) != 0);
    }

    /** @param inSessions whether plain sessions run the rules; slow, and the oracle of the walked network */
    private static DecisionRules ofModel(boolean inSessions) {
        Model model = model();
        return new DecisionRules(KieBaseBuilder.createKieBaseFromModel(model), model.getRules(), inSessions);
    }

    /** The rules of another base, in plain sessions. */
    static DecisionRules inSessions(KieBase base) {
        return new DecisionRules(base, List.of(), true);
    }

    private RuleSet ruleSet(Class<?> fact, List<Rule> rules) {
        return inSessions ? null : new RuleSet(kieBase, fact, rules);
    }

    private void fireInSession(Object fact) {
        KieSession session = kieBase.newKieSession();
        try {
            session.insert(fact);
            session.fireAllRules();
        } finally {
            session.dispose();
        }
    }

    private static Model model() {
        try (InputStream in = DecisionRules.class.getClassLoader().getResourceAsStream(MODEL)) {
            if (in == null) {
                throw new IllegalStateException("the decision rules are not on the class path: " + MODEL);
            }
            List<String> names = new ArrayList<>();
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines().filter(line -> !line.contains(":"))
                    .forEach(names::add);
            if (names.size() != 1) {
                throw new IllegalStateException("expected one model of decision rules, found " + names);
            }
            return (Model) Class.forName(names.get(0)).getDeclaredConstructor().newInstance();
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("the decision rules cannot be loaded", e);
        }
    }

    private static Integer salience(Rule rule) {
        Object salience = rule.getAttribute(Rule.Attribute.SALIENCE);
        return salience instanceof Integer number ? number : 0;
    }

    /** The rules in plain sessions. */
    static DecisionRules inSessions() {
        return Sessions.RULES;
    }

    /** Built when it is first asked for; decisions do not need it. */
    private static final class Sessions {
        static final DecisionRules RULES = ofModel(true);
    }

    /** What every source beside Conditional Access demands in a situation; both as bits of {@link Situation}. */
    int demands(int state) {
        int known = inSessions ? -1 : knownDemands.get(state);
        if (known >= 0) {
            return known;
        }
        Situation situation = new Situation(state);
        if (inSessions) {
            fireInSession(situation);
            return situation.demands();
        }
        demands.fireAll(situation);
        return knownDemands.put(state, situation.demands());
    }

    /**
     * Decides. An app password is verified only where the rule that decides depends on it, since that takes a hash for each the user has.
     */
    void decide(Case resolution) {
        boolean isAssumed = resolution.isAppPasswordAssumed();
        if (inSessions) {
            if (isAssumed) {
                resolution.verifyAppPassword();
            }
            fireInSession(resolution);
            return;
        }
        int rule = rule(resolution);
        if (isAssumed) {
            resolution.assumeAppPassword(true);
            if (rule(resolution) != rule) {
                resolution.verifyAppPassword();
                rule = rule(resolution);
            }
        }
        outcome.run(rule, resolution);
    }

    /** The rule that decides. */
    private int rule(Case resolution) {
        int known = knownOutcomes.get(resolution.state());
        return known >= 0 ? known : knownOutcomes.put(resolution.state(), outcome.first(resolution));
    }

    /** The rule that decided a case, and where it does not refuse those that demanded something. */
    List<DecisionRule> decidedBy(Case decided) {
        if (inSessions) {
            return List.of();
        }
        List<DecisionRule> by = new ArrayList<>();
        by.add(RuleTexts.of(outcome.names.get(rule(decided))));
        if (decided.ruling().outcome() != Outcome.BLOCK) {
            long matched = demands.network.match(new Situation(decided.situation()));
            for (; matched != 0; matched &= matched - 1) {
                int rule = Long.numberOfTrailingZeros(matched);
                Situation alone = new Situation(decided.situation());
                demands.run(rule, alone);
                if ((alone.demands() & (Situation.MFA | Situation.REGISTRATION | Situation.SECURITY_DEFAULTS_PERIOD
                        | Situation.PER_USER_PERIOD)) != 0) {
                    by.add(RuleTexts.of(demands.names.get(rule)));
                }
            }
        }
        return List.copyOf(by);
    }

    /** Combines the controls of one policy. */
    Status combine(boolean and, boolean anySatisfied, boolean anyPending, boolean anyFailed) {
        return grants[(and ? 8 : 0) + (anySatisfied ? 4 : 0) + (anyPending ? 2 : 0) + (anyFailed ? 1 : 0)];
    }
}
