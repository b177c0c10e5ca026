package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import org.jspecify.annotations.Nullable;

/**
 * What the evaluator says of a request of an attacker. It is the one that reads like the specification, which shares nothing with the
 * compiled policies that spaces are made of.
 */
final class Oracle {

    private final PolicyEngine engine;
    private final World world;

    /** @param set the policies that are evaluated */
    Oracle(PolicyEngine engine, World world, PolicySet set) {
        this.engine = engine.plain(set).withListener((request, decision, nanoseconds) -> { });
        this.world = world;
    }

    /** Whether the directory has a user or a service principal. */
    boolean knows(Person person) {
        return !person.isOpen() && (person.state() != null ? world.directory.user(person.id()) != null
                : world.directory.servicePrincipal(person.id()) != null);
    }

    /** The decision, with a row per policy. */
    Decision explain(Request request, Person person) {
        return person.state() != null ? engine.explain(request, person.state()) : engine.explainWorkload(request, person.principal());
    }

    /** The decision. */
    Decision decide(Request request, Person person) {
        return person.state() != null ? engine.evaluate(request, person.state()) : engine.evaluateWorkload(request, person.principal());
    }

    /** The decision about a user, with a row per policy. */
    Decision explain(Request request, UserState user) {
        return engine.explain(request, user);
    }

    /** The decision about a user. */
    Decision decide(Request request, UserState user) {
        return engine.evaluate(request, user);
    }

    /** What opens a request that was decided so; {@code null} if nothing does that an attacker has. */
    @Nullable Opening opening(Request request, Person person, Decision decision) {
        if (decision.outcome() == Outcome.ALLOW) {
            return Opening.PASSWORD_ALONE;
        }
        UserState user = person.state();
        if (user == null || !world.canBeOwned(user)) {
            return null;
        }
        SignIn session = request.signIn();
        boolean canRegister = decision.outcome() == Outcome.PROMPT_REGISTER
                || engine.evaluate(World.registering(session), user).outcome() == Outcome.ALLOW;
        return canRegister && isAllowedOnceRegistered(request, user) ? Opening.REGISTERING_FIRST : null;
    }

    private boolean isAllowedOnceRegistered(Request request, UserState user) {
        SignIn session = world.owns(request.signIn());
        Request again = request instanceof Registration registration ? new Registration(session, registration.method(), null) : session;
        return engine.evaluate(again, world.owned(user)).outcome() == Outcome.ALLOW;
    }
}
