package dev.sallyport.decide;

import dev.sallyport.compile.SignInFact;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.compile.Subject;
import dev.sallyport.decide.Facts.Action;
import dev.sallyport.model.Decision.DecisionRule;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import java.time.Instant;
import java.util.List;

/**
 * The evaluator that gateways use.
 *
 * <h2>The way of a request</h2>
 * Resolve it to ordinals and bits ({@link RequestResolver}); let the index and the policies' Drools rules say which policies apply
 * ({@link Snapshot}); evaluate the controls of those ({@link Standings}); let the decision rules collect what other sources demand
 * ({@link Situation}) and decide ({@link Case}).
 *
 * <h2>Concurrency</h2>
 * All fields are final and nothing in them changes but the cache of subjects ({@link Subjects}). No lock is taken.
 *
 * <h2>Working memory</h2>
 * The objects of the way above are a thread's own and used again ({@link Working}): each is made new field by field before use,
 * and forgets the request afterwards. Nothing in them outlives a decision but their arrays, so that an evaluator that is
 * no longer used can be collected although threads live on.
 *
 * <h2>What was measured</h2>
 * 240 policies, of which eight apply: a third of the time was Drools' way to the argument of a predicate, a fifth the decision
 * rules' networks and an identity hash code for each fact handle, a tenth texts for errors that did not happen. So the network's
 * predicates are called directly ({@link dev.sallyport.compile.AlphaNetwork}), rules' answers are kept ({@link DecisionRules}), and
 * messages are made where they are thrown.
 */
public final class FastEvaluator {

    /** What a thread needs for a decision; does not refer to the evaluator between decisions. */
    private record Working(SignInFact fact, Standings standings, Case decided) {

        void end() {
            fact.end();
            standings.end();
            decided.end();
        }
    }

    /** @param decidedBy the rule that decided, then those that made the demands that the ruling is about */
    public record Explanation(Ruling ruling, List<DecisionRule> decidedBy) { }

    private final PolicySet set;
    private final Snapshot snapshot;
    private final DecisionRules rules;
    private final RequestResolver resolver;
    private final Case.Guards guards = this::guards;
    private final ThreadLocal<Working> working = new ThreadLocal<>();

    /** For a policy set whose references are resolved. */
    public FastEvaluator(PolicySet set, Directory directory) {
        this(set, new Snapshot(set, directory, false), DecisionRules.WALKED, null);
    }

    private FastEvaluator(PolicySet set, Snapshot snapshot, DecisionRules rules, RequestResolver resolver) {
        this.set = set;
        this.snapshot = snapshot;
        this.rules = rules;
        this.resolver = resolver != null ? resolver : new RequestResolver(snapshot, set.evaluationSettings(), new Subjects());
    }

    /** For the same policies and directory under other settings; nothing is compiled again. */
    public FastEvaluator with(PolicySet other) {
        return new FastEvaluator(other, snapshot, rules, resolver.with(other.evaluationSettings()));
    }

    /** The same rules in plain Drools sessions, without the index and without any class of Drools that is not public API. */
    static FastEvaluator inSessions(PolicySet set, Directory directory) {
        return inSessions(set, directory, DecisionRules.inSessions());
    }

    /** The same with decision rules of another make. */
    static FastEvaluator inSessions(PolicySet set, Directory directory, DecisionRules rules) {
        return new FastEvaluator(set, new Snapshot(set, directory, true), rules, null);
    }

    private Working working() {
        Working own = working.get();
        if (own == null) {
            own = new Working(snapshot.newFact(), new Standings(), new Case());
            working.set(own);
        }
        return own;
    }

    /** What {@link #decide} decides, and the rules that it comes from. */
    public Explanation explain(Facts facts) {
        Working own = working();
        try {
            Ruling strictest = null;
            List<DecisionRule> by = List.of();
            for (Facts reading = facts; reading != null; reading = reading.otherReading) {
                Ruling ruling = rule(reading, own);
                if (strictest == null || strictest.orStricter(ruling) == ruling) {
                    strictest = ruling;
                    by = rules.decidedBy(own.decided);
                }
            }
            return new Explanation(strictest, by);
        } finally {
            own.end();
        }
    }

    /** Decides a request; in strict mode, one that may be read in several ways as the strictest of them. */
    public Ruling decide(Facts facts) {
        Working own = working();
        try {
            Ruling ruling = rule(facts, own);
            for (Facts other = facts.otherReading; other != null; other = other.otherReading) {
                ruling = ruling.orStricter(rule(other, own));
            }
            return ruling;
        } finally {
            own.end();
        }
    }

    private Ruling rule(Facts facts, Working own) {
        Claims claims = new Claims(facts, set.mfaSettings());
        SignInFact fact = own.fact;
        resolver.resolve(facts, facts.action, fact);
        Standings standings = own.standings.begin(snapshot, rules, snapshot.match(fact), facts, claims, facts.action);
        boolean synchronises = (fact.subject.roles() & Subject.DIRECTORY_SYNCHRONIZATION) != 0;
        boolean securityDefaults = set.securityDefaults().isEnabled() && facts.user != null && !synchronises;
        int demands = 0;
        int situation = 0;
        Instant registrationDue = null;
        if (facts.user != null && !facts.isLegacy()) {
            Instant securityDefaultsDue = securityDefaults ? Situation.securityDefaultsDue(set.securityDefaults(), facts, claims) : null;
            Instant perUserDue = Situation.perUserDue(set.mfaSettings(), facts, claims);
            situation = Situation.state(facts, claims, fact.subject, securityDefaults, securityDefaultsDue != null, perUserDue != null);
            demands = rules.demands(situation);
            registrationDue = Situation.earlier((demands & Situation.SECURITY_DEFAULTS_PERIOD) != 0 ? securityDefaultsDue : null,
                    (demands & Situation.PER_USER_PERIOD) != 0 ? perUserDue : null);
        }
        Case decided = own.decided;
        decided.begin(set.mfaSettings(), guards, facts, claims, standings, situation, demands, registrationDue, securityDefaults);
        rules.decide(decided);
        return standings.anyNote ? decided.ruling().withNotes(standings.notes()) : decided.ruling();
    }

    /** REG-41: how registering security information stands in the same context. Asked seldom, so it has a memory of its own. */
    private Standings guards(Facts facts, Claims claims) {
        SignInFact fact = snapshot.newFact();
        resolver.resolve(facts, Action.REGISTER_FIRST, fact);
        return new Standings().begin(snapshot, rules, snapshot.match(fact), facts, claims, Action.REGISTER_FIRST);
    }
}
