package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.decide.Claims;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.util.ArrayList;
import java.util.List;
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

    /** The decision, with a row per policy. */
    Decision explain(Request request, UserState user) {
        return engine.explain(request, user);
    }

    /** The decision. */
    Decision decide(Request request, UserState user) {
        return engine.evaluate(request, user);
    }

    /** What opens a request that was decided so; {@code null} if nothing does that an attacker has. */
    @Nullable Opening opening(Request request, UserState user, Decision decision) {
        if (decision.outcome() == Outcome.ALLOW) {
            return Opening.PASSWORD_ALONE;
        }
        boolean isAsked = decision.outcome() == Outcome.PROMPT_REGISTER && !user.isMfaRegistered();
        return isAsked && isAllowedOnceRegistered(request, user) ? Opening.REGISTERING_FIRST : null;
    }

    /** Whether an attacker who has registered, and so can add every method, is let in. */
    private boolean isAllowedOnceRegistered(Request request, UserState user) {
        UserState registered = user;
        SignIn session = request.signIn();
        List<String> methods = new ArrayList<>(session.authentication().methods());
        for (AuthenticationMethodMode method : Claims.REGISTRABLE) {
            registered = Lifecycle.register(registered, method, null, world.now);
            methods.add(method.graphName());
        }
        SignIn next = session.toBuilder().authentication(session.authentication().toBuilder().mfaDateTime(world.now).aaguid(aaguid())
                .methods(methods).build()).build();
        Request again = request instanceof Registration registration ? new Registration(next, registration.method(), null) : next;
        return decide(again, registered).outcome() == Outcome.ALLOW;
    }

    /** A make of passkey that every restriction allows, or the first that one does; {@code null} without restrictions. */
    private @Nullable String aaguid() {
        List<List<String>> allowed = world.strengths.stream().flatMap(strength -> strength.restrictions().stream())
                .map(AuthenticationStrength.Restriction::allowedAAGUIDs).filter(list -> !list.isEmpty()).toList();
        return allowed.stream().flatMap(List::stream).filter(each -> allowed.stream().allMatch(list -> list.contains(each))).findFirst()
                .orElse(allowed.isEmpty() ? null : allowed.get(0).get(0));
    }
}
