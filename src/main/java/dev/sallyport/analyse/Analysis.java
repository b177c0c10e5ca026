package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Proofs about the policy set and the directory of an engine. Each question takes some milliseconds for a set of the usual size, and
 * nothing is remembered between questions.
 *
 * <pre>{@code
 * Gaps gaps = Analysis.of(engine).gaps(GapOptions.ofDirectory());
 * }</pre>
 */
public final class Analysis {

    private final PolicyEngine engine;
    private final UnaryOperator<PolicySet> seen;

    /** @param seen the policies that evaluators see, which are those of the analysis but in tests */
    Analysis(PolicyEngine engine, UnaryOperator<PolicySet> seen) {
        this.engine = engine;
        this.seen = seen;
    }

    /** An analysis of what an engine holds, at the time of its clock. */
    public static Analysis of(PolicyEngine engine) {
        return new Analysis(engine, UnaryOperator.identity());
    }

    /**
     * Compares the policy set and directory of this engine with those of another one: their fields, the users and applications that
     * their policies cover, and every request that is decided otherwise.
     *
     * @param after the engine with the changed policies; times are those of its clock
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public Comparison compare(PolicyEngine after, CompareOptions options) throws PolicyLoadException {
        return compare(after, options, share -> { });
    }

    /**
     * {@link #compare(PolicyEngine, CompareOptions)}, which tells how far it is.
     *
     * @param done is called now and then with the share that is done, from 0 to 1
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public Comparison compare(PolicyEngine after, CompareOptions options, DoubleConsumer done) throws PolicyLoadException {
        return new Comparer(engine, after, options, seen).compared(done);
    }

    /**
     * Whether the policy set of another engine asks the same of every request as that of this engine. Faster than {@link #compare}: it ends
     * at the first difference, and does not tell it.
     *
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public boolean isEqual(PolicyEngine after, CompareOptions options) throws PolicyLoadException {
        return new Comparer(engine, after, options, seen).isEqual();
    }

    /**
     * Finds every request that a password alone opens, or that registering first opens. Absent signals count as Entra takes them, whatever
     * the policy set says of them.
     *
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public Gaps gaps(GapOptions options) throws PolicyLoadException {
        return gaps(options, kind -> { });
    }

    /**
     * {@link #gaps(GapOptions)}, which tells how far it is.
     *
     * @param begun is called with each kind of request before its end is waited for, in the order of {@link Kind}
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public Gaps gaps(GapOptions options, Consumer<Kind> begun) throws PolicyLoadException {
        return new GapSearch(engine, options, seen).found(begun);
    }

    /**
     * Finds every policy that no decision depends on: it never applies, or others ask at least as much wherever it does. Users of the
     * directory are asked, and users who could exist: a policy is needed if it changes something for any of them.
     *
     * @param withReportOnly whether report-only policies count as enabled
     * @param done is called now and then with the share that is done, from 0 to 1
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public Redundancies redundant(boolean withReportOnly, DoubleConsumer done) throws PolicyLoadException {
        return new RedundancySearch(engine, withReportOnly, seen).found(done);
    }

    /**
     * {@link #redundant(boolean, DoubleConsumer)}, which does not tell how far it is.
     *
     * @param withReportOnly whether report-only policies count as enabled
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public Redundancies redundant(boolean withReportOnly) throws PolicyLoadException {
        return redundant(withReportOnly, share -> { });
    }

    /**
     * Finds the nearest changes of a request, its user and what the user proves that change its outcome.
     *
     * @param request the request of a user, an agent or a service principal
     * @param user the state of the user; {@code null} looks the user or the service principal up in the directory
     * @throws IllegalArgumentException if the user or the service principal is unknown, or the request is invalid
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public Why why(Request request, @Nullable UserState user, WhyOptions options) throws PolicyLoadException {
        Decision decision = engine.evaluate(request, user);
        Person person = person(engine, request.signIn(), user);
        if (decision.reason().code() == ReasonCode.INVALID_REQUEST || person == null) {
            throw new IllegalArgumentException(person == null ? "unknown user or service principal" : decision.reason().message());
        }
        return new WhySearch(engine, request, person, options, seen).found();
    }

    /** The one who makes a request: the given user, or as the directory of an engine has them. */
    static @Nullable Person person(PolicyEngine engine, SignIn signIn, @Nullable UserState given) {
        UserState user = given != null || signIn.user() == null ? given : engine.directory().user(signIn.user());
        if (user != null) {
            return Person.of(user, List.of(), Person.Standing.REGISTERED, false);
        }
        String name = signIn.servicePrincipal();
        Directory.ServicePrincipal principal = name == null ? null : engine.directory().servicePrincipal(name);
        return principal == null ? null : Person.of(principal, List.of(), false);
    }

    /**
     * Proves invariants, or finds requests for which they do not hold. Users of the directory are asked, and users who could exist.
     *
     * @param withReportOnly whether report-only policies count as enabled
     * @throws PolicyLoadException if an invariant names what neither the directory nor the policy set knows, if no request can be in the
     *     box of one, or if device filters compare too much to analyse every combination
     */
    public Verdicts prove(Invariants invariants, boolean withReportOnly) throws PolicyLoadException {
        return prove(invariants, withReportOnly, share -> { });
    }

    /**
     * {@link #prove(Invariants, boolean)}, which tells how far it is.
     *
     * @param withReportOnly whether report-only policies count as enabled
     * @param done is called after each invariant with the share that is done, from 0 to 1
     * @throws PolicyLoadException as without
     */
    public Verdicts prove(Invariants invariants, boolean withReportOnly, DoubleConsumer done) throws PolicyLoadException {
        return new Prover(engine, invariants, withReportOnly, seen).proved(done);
    }

    /**
     * Finds out whether the policies refuse some people at every sign-in to some applications, whatever they prove: without risk, on a
     * device that is not registered, in a browser or an app, on any platform, from any place, at any time.
     *
     * @param users the people; at least one
     * @param applications the ids of the applications; at least one
     * @return {@code null} if one of them is let in somewhere, or if no policy refuses
     * @throws PolicyLoadException if there are too many places and policies to look at all of them quickly, or if the evaluator does not
     *     confirm the answer
     */
    public @Nullable LockOut lockOut(List<UserState> users, List<String> applications) throws PolicyLoadException {
        return new LockOuts(engine, users, applications).found();
    }

    /**
     * Cuts the requests of the users of the directory into classes of which the same grant controls are asked, and finds those that none of
     * some requests is in.
     *
     * @param requests the requests, of users as the directory has them; invalid ones, and those of unknown users, are in no class
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public RequestClasses notEntered(List<Request> requests) throws PolicyLoadException {
        return new ClassSearch(engine, requests).found();
    }
}
