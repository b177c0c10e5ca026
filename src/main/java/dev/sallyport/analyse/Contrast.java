package dev.sallyport.analyse;

import dev.sallyport.analyse.Comparison.Direction;
import dev.sallyport.analyse.Comparison.Example;
import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.compile.Control;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The search for a request that two policy sets decide otherwise: the session that proves least. Sessions prove some of what either set
 * asks, from nothing but a password to all of it. The evaluator decides each of them under both sets.
 */
final class Contrast {

    private static final int MOST_PROOFS = 7;
    private static final int MOST_PEOPLE = 3;
    private static final int MOST_TRIALS = 600;

    private final Oracle before;
    private final Oracle after;
    private final List<MadeUp> madeUp;

    /** @param madeUp tells what the files of the set before, and of the set after, lack for a request */
    Contrast(Oracle before, Oracle after, List<MadeUp> madeUp) {
        this.before = before;
        this.after = after;
        this.madeUp = madeUp;
    }

    /** What a session proves, step by step. */
    private static final class Session {

        private final SignIn bare;
        private final Instant now;
        private final Set<String> methods = new LinkedHashSet<>(List.of(AuthenticationMethodMode.PASSWORD.graphName()));
        private final List<String> terms = new ArrayList<>();
        private final List<String> factors = new ArrayList<>();
        private boolean isPasswordChanged;
        private boolean isRemediated;
        private boolean isProtectedApp;
        private boolean isTokenProtected;
        private Instant signedIn;
        private @Nullable Instant mfa;
        private AuthenticationStrength.@Nullable Restriction restriction;

        /** @param bare the session that proves nothing but a password */
        Session(SignIn bare) {
            this.bare = bare;
            now = bare.createdDateTime();
            signedIn = now;
        }

        SignIn made() {
            SignIn.Authentication.Builder authentication = bare.authentication().toBuilder().methods(List.copyOf(methods))
                    .signInDateTime(signedIn).mfaDateTime(mfa == null ? null : mfa.isBefore(signedIn) ? mfa : signedIn)
                    .homeTenantMfa(mfa == null ? null : true);
            if (restriction != null) {
                authentication.aaguid(first(restriction.allowedAAGUIDs())).certificateIssuerSki(first(restriction.allowedIssuerSkis()))
                        .certificatePolicyOids(restriction.allowedPolicyOIDs());
            }
            return bare.toBuilder().authentication(authentication.build())
                    .session(bare.session().toBuilder().isTokenProtected(isTokenProtected ? true : null).build())
                    .clientApplication(isProtectedApp ? new SignIn.ClientApplication(true, true) : bare.clientApplication())
                    .satisfied(new SignIn.Satisfied(terms, isPasswordChanged ? true : null, isRemediated ? true : null, factors)).build();
        }

        private static @Nullable String first(List<String> list) {
            return list.isEmpty() ? null : list.get(0);
        }

        private void proveMfa() {
            mfa = now;
            methods.add(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH.graphName());
        }

        private void prove(AuthenticationStrength strength, Set<AuthenticationMethodMode> combination) {
            combination.forEach(method -> methods.add(method.graphName()));
            mfa = now;
            restriction = strength.restrictions().stream().filter(each -> each.appliesTo().isEmpty() || each.appliesTo()
                    .contains(combination)).findFirst().orElse(restriction);
        }
    }

    /** A step of a proof. */
    private interface Step {
        void prove(Session session);
    }

    /** The steps that meet a literal, or that leave it unmet though everything else is proved. */
    private List<Step> steps(Literal literal) {
        if (literal instanceof Literal.Frequency frequency) {
            SignInFrequency own = frequency.frequency();
            long old = own.seconds() + 1;
            return own.secondaryOnly() ? List.of(Session::proveMfa, session -> session.mfa = session.now.minusSeconds(old))
                    : List.of(session -> session.signedIn = session.now.minusSeconds(old));
        }
        if (literal instanceof Literal.Session) {
            return List.of(session -> session.isTokenProtected = true);
        }
        Control control = ((Literal.Grant) literal).control();
        return switch (control.kind()) {
            case MFA, ENFORCED_MFA -> List.of(Session::proveMfa);
            case AUTHENTICATION_STRENGTH -> strongest(control.strength()).stream().<Step>map(combination -> session -> session.prove(
                    control.strength(), combination)).toList();
            case APPROVED_APPLICATION, COMPLIANT_APPLICATION -> List.of(session -> session.isProtectedApp = true);
            case PASSWORD_CHANGE -> List.of(session -> session.isPasswordChanged = true);
            case RISK_REMEDIATION -> List.of(session -> session.isRemediated = true);
            case TERMS_OF_USE -> List.of(session -> session.terms.add(control.id()));
            case CUSTOM -> List.of(session -> session.factors.add(control.id()));
            case BLOCK, NOT_UNDERSTOOD, COMPLIANT_DEVICE, DOMAIN_JOINED_DEVICE -> List.of();
        };
    }

    /** A combination that needs no registered method of a kind that a request alone cannot have, and the first one. */
    private static List<Set<AuthenticationMethodMode>> strongest(AuthenticationStrength strength) {
        List<Set<AuthenticationMethodMode>> all = strength.allowedCombinations();
        return all.isEmpty() ? List.of() : all.size() == 1 ? all : List.of(all.get(0), all.get(all.size() - 1));
    }

    /** An example, and how well it shows the change: 0 is best. */
    private record Rated(int rank, Request request, Person before, Person after) { }

    /**
     * The request that shows a change best.
     *
     * @param classes   the classes of each dimension where something changes
     * @param people    numbers of the people who meet the change
     * @param literals  what either set asks there
     * @param direction what the analysis says of the change
     * @return the example; {@code null} if both sets decide every session alike, or the other way round
     */
    @Nullable Example of(Twin twin, long[][] classes, List<Integer> people, Set<Literal> literals, Direction direction) {
        List<Step> steps = literals.stream().flatMap(literal -> steps(literal).stream()).limit(MOST_PROOFS).toList();
        List<Integer> subsets = IntStream.range(0, 1 << steps.size()).boxed().sorted(Comparator.comparingInt(Integer::bitCount)).toList();
        Rated best = null;
        int trials = 0;
        List<List<Signal>> points = points(twin, classes);
        for (int person : distinct(twin, people)) {
            for (int bits : subsets) {
                for (List<Signal> point : points) {
                    if (++trials > MOST_TRIALS) {
                        break;
                    }
                    Person old = twin.side(false).people().person(person);
                    Person current = twin.side(true).people().person(person);
                    Request request = request(twin, current, point, IntStream.range(0, steps.size()).filter(i -> (bits >> i & 1) != 0)
                            .mapToObj(steps::get).toList());
                    int rank = rank(before.decide(request, old), after.decide(request, current), direction);
                    if (rank < (best == null ? UNLIKE : best.rank())) {
                        best = new Rated(rank, request, old, current);
                    }
                    if (rank == 0) {
                        return example(best);
                    }
                }
            }
        }
        if (best != null) {
            return example(best);
        }
        int person = people.get(0);
        Person current = twin.side(true).people().person(person);
        Example bare = example(new Rated(UNLIKE, request(twin, current, points.get(0), List.of()), twin.side(false).people().person(person),
                current));
        return demands(bare.before().decision()).equals(demands(bare.after().decision())) ? null : bare;
    }

    /** The request of a person at a point, in a session that proves some steps. */
    private static Request request(Twin twin, Person person, List<Signal> point, List<Step> steps) {
        Request bare = twin.side(true).request(person, point);
        if (person.state() == null) {
            return bare;                                                            // a service principal proves nothing
        }
        Session session = new Session(bare.signIn());
        steps.forEach(step -> step.prove(session));
        return twin.side(true).request(session.made(), point);
    }

    /** What a decision asks, whichever policies ask it. */
    private static Set<List<String>> demands(Decision decision) {
        return decision.requirements().stream().map(each -> List.of(each.provider(), each.control(), each.status()))
                .collect(Collectors.toSet());
    }

    private static final int UNLIKE = 5;

    private Example example(Rated rated) {
        return new Example(witness(before, madeUp.get(0), rated.before(), rated.request()), witness(after, madeUp.get(1), rated.after(),
                rated.request()));
    }

    private static Witness witness(Oracle oracle, MadeUp madeUp, Person person, Request request) {
        boolean isKnown = oracle.knows(person);
        return new Witness(request, person.state(), person.principal(), isKnown, isKnown ? List.of() : madeUp.resources(person, request),
                oracle.explain(request, person));
    }

    /** How well two decisions show a change; {@link #UNLIKE} if they do not. */
    private static int rank(Decision before, Decision after, Direction direction) {
        int change = Integer.compare(strictness(after.outcome()), strictness(before.outcome()));
        if (change != 0) {
            boolean isExpected = direction == Direction.OTHERWISE || change < 0 == (direction == Direction.LOOSENED);
            boolean letsIn = before.outcome() == Outcome.ALLOW || after.outcome() == Outcome.ALLOW;
            return !isExpected ? UNLIKE : letsIn ? 0 : 2;
        }
        if (!before.sessionControls().equals(after.sessionControls())) {
            return 1;
        }
        boolean asksTheSame = before.outcome() == after.outcome() && before.requiredControls().equals(after.requiredControls());
        return !asksTheSame ? 3 : before.reason().code() != after.reason().code() ? 4 : UNLIKE;
    }

    private static int strictness(Outcome outcome) {
        return switch (outcome) {
            case ALLOW -> 0;
            case PROMPT_REGISTER, CHALLENGE -> 1;
            case BLOCK -> 2;
        };
    }

    /** People who differ in what they have, few of them. */
    private static List<Integer> distinct(Twin twin, List<Integer> people) {
        Map<List<Integer>, Integer> byKey = new LinkedHashMap<>();
        people.forEach(person -> byKey.putIfAbsent(List.of(twin.side(false).keyOf(person), twin.side(true).keyOf(person)), person));
        return byKey.values().stream().limit(MOST_PEOPLE).toList();
    }

    /** The first value of each dimension, and clients and devices of each sort that grant controls tell apart. */
    private static List<List<Signal>> points(Twin twin, long[][] classes) {
        List<List<Signal>> points = List.of(List.of());
        for (int level = 0; level < classes.length; level++) {
            Map<Object, Signal> sorts = new LinkedHashMap<>();
            for (int c = 0; c < twin.dimensions().get(level).size(); c++) {
                if (Sets.has(classes[level], c)) {
                    twin.dimensions().get(level).values(c).forEach(signal -> sorts.putIfAbsent(sort(signal), signal));
                }
            }
            List<List<Signal>> longer = new ArrayList<>();
            for (Signal signal : sorts.values()) {
                for (List<Signal> point : points) {
                    List<Signal> more = new ArrayList<>(point);
                    more.add(signal);
                    longer.add(more);
                }
            }
            points = longer;
        }
        return points;
    }

    private static Object sort(Signal signal) {
        if (signal instanceof Signal.Client client) {
            return client.platform() == DevicePlatform.IOS || client.platform() == DevicePlatform.ANDROID;
        }
        Device device = signal instanceof Signal.Origin origin ? origin.shown() : null;
        return device == null ? "" : List.of(device.isKnownCompliant(), device.isDomainJoined());
    }
}
