package dev.sallyport.compile;

import org.drools.model.functions.Predicate1;

/**
 * One condition of one policy as a Drools predicate. All policies share this one final class: a lambda for each would make
 * every call of the network megamorphic and four times slower.
 */
final class PolicyCondition implements Predicate1<SignInFact> {

    private static final long serialVersionUID = 1;

    enum Kind { TARGET, SUBJECT, ENVIRONMENT, LOCATION, DEVICE, TIME }

    private final transient CompiledPolicy policy;
    private final Kind kind;

    PolicyCondition(CompiledPolicy policy, Kind kind) {
        this.policy = policy;
        this.kind = kind;
    }

    @Override
    public boolean test(SignInFact fact) {
        return switch (kind) {
            case TARGET -> policy.matchesTarget(fact);
            case SUBJECT -> policy.matchesSubject(fact.subject);
            case ENVIRONMENT -> policy.matchesEnvironment(fact);
            case LOCATION -> policy.matchesLocation(fact);
            case DEVICE -> policy.matchesDevice(fact);
            case TIME -> policy.times.contains(fact.now);
        };
    }
}
