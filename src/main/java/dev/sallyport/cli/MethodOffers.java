package dev.sallyport.cli;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Registration;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AuthenticationMethod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The list under "Add sign-in method" on the Security info page: each method is decided as if the user registered it (REG-01, AP-02,
 * REG-10).
 */
public final class MethodOffers {

    private MethodOffers() { }

    /**
     * Whether a method may be added.
     *
     * @param decision what the policies decide, with its explanation
     * @param why why not, a sentence each; empty when the method may be added
     */
    public record Offer(AuthenticationMethodMode method, Decision decision, List<String> why) {

        /** Whether the user may add the method. */
        public boolean isAllowed() {
            return why.isEmpty();
        }

        /** Whether the request could be decided; if not, the reason of the decision says why. */
        public boolean isUsable() {
            return decision.reason().code() != ReasonCode.INVALID_REQUEST && decision.reason().code() != ReasonCode.EVALUATION_FAILED;
        }
    }

    /** What the user may add in a session, each of {@link Lifecycle#ADDABLE}. */
    public static List<Offer> of(PolicyEngine engine, UserState user, SignIn session) {
        return Lifecycle.ADDABLE.stream().map(method -> of(engine, user, session, method)).toList();
    }

    /** Whether the user may add one method in a session. */
    public static Offer of(PolicyEngine engine, UserState user, SignIn session, AuthenticationMethodMode method) {
        Decision decision = engine.explain(new Registration(session, method.graphName(), null), user);
        List<String> why = new ArrayList<>();
        if (decision.outcome() != Outcome.ALLOW) {
            List<String> policies = decision.reason().policies();
            why.add(decision.outcome() + ", " + decision.reason().message() + (policies.isEmpty() ? ""
                    : ": " + String.join(", ", policies)));
            if (method == AuthenticationMethodMode.APP_PASSWORD) {
                why.addAll(DecisionWords.answers(decision));
            }
        } else if (!Lifecycle.mayRegister(user, method)) {
            why.add("the user already has the maximum number [REG-10]");
        }
        return new Offer(method, decision, List.copyOf(why));
    }

    /** How many of the methods the user may add in a session. */
    public static int count(PolicyEngine engine, UserState user, SignIn session) {
        return (int) Lifecycle.ADDABLE.stream().filter(method -> Lifecycle.mayRegister(user, method)
                && engine.evaluate(new Registration(session, method.graphName(), null), user).outcome() == Outcome.ALLOW).count();
    }

    /**
     * A session in a browser that just began with the password.
     *
     * @param isMfaDone whether MFA was just done with the user's default method
     */
    public static SignIn.Builder session(UserState user, Instant time, boolean isMfaDone) {
        return SignIn.builder().user(user.userPrincipalName()).createdDateTime(time).clientAppType("browser")
                .authentication(authentication(user, List.of(), isMfaDone ? time : null)).session(SignIn.Session.INTERACTIVE);
    }

    /**
     * What a session has proved: the password, and perhaps MFA.
     *
     * @param methods what was used besides the password; if it is empty and MFA was done, the user's default method
     * @param mfaTime when MFA was done; {@code null} if it was not
     */
    static SignIn.Authentication authentication(UserState user, List<String> methods, Instant mfaTime) {
        List<String> used = new ArrayList<>(List.of("password"));
        used.addAll(methods);
        if (mfaTime != null && methods.isEmpty()) {
            defaultMethod(user).ifPresent(used::add);
        }
        return SignIn.Authentication.builder().credential("password").methods(used).mfaDateTime(mfaTime).signInDateTime(mfaTime)
                .firstFactor("passed").homeTenantMfa(false).build();
    }

    private static Optional<String> defaultMethod(UserState user) {
        return user.authenticationMethods().stream().filter(method -> method.isUsable() && UserState.isStrong(method.method()))
                .min(Comparator.comparing((AuthenticationMethod method) -> !method.isDefault())).map(method -> method.method().graphName());
    }
}
