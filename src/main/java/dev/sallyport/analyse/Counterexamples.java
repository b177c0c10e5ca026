package dev.sallyport.analyse;

import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.analyse.Invariants.Demand;
import dev.sallyport.analyse.Invariants.Invariant;
import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.analyse.Verdict.Counterexample;
import dev.sallyport.analyse.Verdict.Exclusion;
import dev.sallyport.decide.Claims;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counterexamples in one space. A request is one if a session that meets what the policies ask, and no more, is let in, while the invariant
 * as a policy of its own does not let it in. The evaluator is asked both.
 *
 * <p>A control that a request cannot meet, such as that on a compliant device without one, counts as absent from its clause there; and a
 * clause of the invariant that the device meets by itself counts as met.
 */
final class Counterexamples {

    private static final int MOST_BOXES = 20;
    private static final int MOST_PEOPLE = 4;

    private final Space space;
    private final Regions regions;
    private final Diagram diagram;
    private final Requirements requirements;
    private final Oracle oracle;
    private final GroupNames groups;
    private final @Nullable MadeUp madeUp;
    private final Proofs proofs;
    private final Words words;
    private final Map<List<List<Literal>>, Integer> lacking = new HashMap<>();

    /**
     * Counterexamples in a space.
     *
     * @param groups groups that may be told in place of their members
     * @param madeUp what the files lack for people who could exist; {@code null} for the users of the directory
     */
    Counterexamples(Space space, Regions regions, Diagram diagram, Requirements requirements, Oracle oracle, GroupNames groups,
            @Nullable MadeUp madeUp) {
        this.groups = groups;
        this.madeUp = madeUp;
        this.space = space;
        this.regions = regions;
        this.diagram = diagram;
        this.requirements = requirements;
        this.oracle = oracle;
        this.proofs = new Proofs(space.world());
        this.words = new Words(space.world());
    }

    // ---- where a requirement is lacking

    /** The region in which a session may be let in that does not meet some clauses. */
    int lacking(List<List<Literal>> required) {
        Integer known = lacking.get(required);
        if (known == null) {
            known = found(required);
            lacking.put(required, known);
        }
        return known;
    }

    private int found(List<List<Literal>> required) {
        int region = ~Sets.EMPTY;
        for (Map.Entry<Set<Needs>, long[]> client : classes(Axis.CLIENT).entrySet()) {
            for (Map.Entry<Set<Needs>, long[]> device : classes(Axis.DEVICE).entrySet()) {
                Set<Needs> met = EnumSet.noneOf(Needs.class);
                met.addAll(client.getKey());
                met.addAll(device.getKey());
                Map<Integer, Boolean> known = new HashMap<>();
                int wrong = regions.of(diagram, value -> known.computeIfAbsent(value, any -> unmet(clauses(value, met), required, met)
                        != null));
                long[][] part = new long[space.dimensions().size()][];
                for (int level = 0; level < part.length; level++) {
                    Dimension dimension = space.dimensions().get(level);
                    part[level] = dimension.axis() == Axis.CLIENT ? client.getValue() : dimension.axis() == Axis.DEVICE ? device.getValue()
                            : all(dimension);
                }
                region = regions.or(region, regions.and(wrong, regions.of(new Regions.Box(part, space.sets().all()))));
            }
        }
        return region;
    }

    /** The classes of a dimension by the needs that they meet; needs of a dimension that the space does not have are met. */
    private Map<Set<Needs>, long[]> classes(Axis axis) {
        Map<Set<Needs>, long[]> classes = new LinkedHashMap<>();
        for (Dimension dimension : space.dimensions()) {
            for (int c = 0; dimension.axis() == axis && c < dimension.size(); c++) {
                Set<Needs> met = EnumSet.noneOf(Needs.class);
                Signal signal = dimension.values(c).get(0);
                EnumSet.allOf(Needs.class).stream().filter(need -> need.axis() == axis && need.isMetBy(signal)).forEach(met::add);
                Sets.add(classes.computeIfAbsent(met, any -> new long[Sets.words(dimension.size())]), c);
            }
        }
        if (classes.isEmpty()) {
            Set<Needs> met = EnumSet.noneOf(Needs.class);
            EnumSet.allOf(Needs.class).stream().filter(need -> need.axis() == axis).forEach(met::add);
            classes.put(met, new long[0]);
        }
        return classes;
    }

    private static long[] all(Dimension dimension) {
        long[] all = new long[Sets.words(dimension.size())];
        for (int c = 0; c < dimension.size(); c++) {
            Sets.add(all, c);
        }
        return all;
    }

    /**
     * The clauses of a requirement, without the literals that cannot be met where only some needs are. A frequency of the second factor
     * alone asks for MFA as well (SS-03).
     */
    private List<List<Literal>> clauses(int requirement, Set<Needs> met) {
        List<List<Literal>> clauses = new ArrayList<>(requirements.clauses(requirement).stream().map(clause -> clause.stream()
                .filter(literal -> met.containsAll(Needs.of(literal))).toList()).toList());
        boolean asksForMfa = space.kind().isOfPeople() && space.kind() != Kind.LEGACY && clauses.stream().anyMatch(clause
                -> clause.size() == 1 && clause.get(0) instanceof Literal.Frequency each && each.frequency().secondaryOnly());
        if (asksForMfa) {
            clauses.addAll(0, Rules.ASKS_FOR_MFA);
        }
        return clauses;
    }

    /** The first clause of those required that a session may lack; {@code null} if none does, or none is let in. */
    private static @Nullable List<Literal> unmet(List<List<Literal>> asked, List<List<Literal>> required, Set<Needs> met) {
        if (asked.stream().anyMatch(List::isEmpty)) {
            return null;
        }
        return required.stream().filter(clause -> clause.stream().noneMatch(literal -> Needs.suffice(literal) && met
                .containsAll(Needs.of(literal))) && asked.stream().noneMatch(each -> Requirements.implies(each, clause)))
                .findFirst().orElse(null);
    }

    // ---- witnesses

    /**
     * A counterexample out of a region that is not empty; {@code null} if the evaluator confirms none, which is a fault then.
     *
     * @param required the clauses that the invariant demands
     * @param demanding what the evaluator says with the invariant as the only policy; {@code null} for an invariant about an outcome
     */
    @Nullable Counterexample of(Invariant invariant, List<List<Literal>> required, @Nullable Oracle demanding,
            @Nullable Exclusion exclusion, int wrong, List<String> faults) {
        List<String> answers = new ArrayList<>();
        int left = wrong;
        for (int i = 0; i < MOST_BOXES && !regions.isEmpty(left); i++) {
            Regions.Box box = regions.box(wrong, left);
            left = regions.without(left, box);
            Counterexample found = of(invariant.demand(), required, demanding, exclusion, box, answers);
            if (found != null) {
                return found;
            }
        }
        faults.add("the analysis refutes the invariant `" + invariant.name() + "`, and the evaluator does not: " + answers.get(0));
        return null;
    }

    private @Nullable Counterexample of(Demand demand, List<List<Literal>> required, @Nullable Oracle demanding,
            @Nullable Exclusion exclusion, Regions.Box box, List<String> answers) {
        List<Signal> signals = new ArrayList<>();
        int[] point = new int[space.dimensions().size()];
        for (int level = 0; level < point.length; level++) {
            while (!Sets.has(box.classes()[level], point[level])) {
                point[level]++;
            }
            signals.add(space.dimensions().get(level).values(point[level]).get(0));
        }
        List<Integer> classes = new ArrayList<>();
        for (int i = 0; i < space.sets().size(); i++) {
            if (Sets.has(space.sets().bits(box.people()), i)) {
                classes.add(i);
            }
        }
        classes.sort(Comparator.comparing(each -> !isRegistered(space.persons(each).get(0))));
        for (int each : classes.subList(0, Math.min(MOST_PEOPLE, classes.size()))) {
            Person person = space.persons(each).get(0);
            SignIn session = session(demand, required, person, signals, diagram.value(point, each));
            if (session == null) {
                answers.add("no session of " + person.name() + " meets what the policies ask: " + signals);
                continue;
            }
            UserState state = person.state();
            boolean isAsItIs = session.authentication().mfaDateTime() == null || state == null || state.isAgentUser();
            Person asking = isAsItIs ? person : Person.of(registered(state, session), person.names(), person.standing(), person.isOpen());
            Request request = space.request(session, signals);
            Decision decision = oracle.explain(request, asking);
            Decision demanded = demanding == null ? null : demanding.decide(elsewhere(request), asking);
            if (isConfirmed(demand, decision, demanded)) {
                return new Counterexample(space.kind(), Crowds.of(space, box.people(), -1, groups), words.ranges(space, box), exclusion,
                        !asking.equals(person), new Witness(request, asking.state(), asking.principal(), !person.isOpen(),
                        madeUp == null ? List.of() : madeUp.resources(asking, request), decision));
            }
            answers.add("under the policies it decides " + decision.outcome() + " (" + decision.reason().code() + ")"
                    + (demanded == null ? "" : ", and under the invariant " + demanded.outcome() + " (" + demanded.reason().code() + ")")
                    + ", where " + words(requirements.clauses(diagram.value(point, each))) + " is asked: " + request);
        }
        return null;
    }

    /** The request to an application without exemptions, so that the invariant as a policy asks what it says (DEC-06). */
    private static Request elsewhere(Request request) {
        return request instanceof SignIn session && !session.applications().isEmpty() ? session.toBuilder()
                .applications(List.of(Values.UNNAMED_APPLICATION)).scopes(List.of()).build() : request;
    }

    private static boolean isRegistered(Person person) {
        return person.state() != null && person.state().isMfaRegistered();
    }

    private static String words(List<List<Literal>> clauses) {
        return clauses.isEmpty() ? "nothing" : String.join(", and ", clauses.stream().map(Words::clause).toList());
    }

    private static boolean isConfirmed(Demand demand, Decision decision, @Nullable Decision demanded) {
        boolean isAllowed = decision.outcome() == Outcome.ALLOW;
        if (demand.outcome() == Outcome.ALLOW) {
            return isAllowed != demand.isAlways();
        }
        return demand.isAlways() ? isAllowed && (demanded == null || demanded.outcome() != Outcome.ALLOW)
                : decision.outcome() == Outcome.BLOCK;
    }

    /** The session of a witness; {@code null} if none meets what is asked. */
    private @Nullable SignIn session(Demand demand, List<List<Literal>> required, Person person, List<Signal> signals, int value) {
        if (demand.outcome() == Outcome.ALLOW) {
            return space.request(person, signals).signIn();
        }
        if (!space.kind().isOfPeople()) {
            return space.request(person, signals).signIn();
        }
        SignIn begin = proofs.begin(person, signals);
        if (!demand.isAlways()) {
            return space.world().proving(begin).build();
        }
        Set<Needs> met = EnumSet.noneOf(Needs.class);
        EnumSet.allOf(Needs.class).stream().filter(need -> signals.stream().filter(each -> each.axis() == need.axis())
                .allMatch(need::isMetBy)).forEach(met::add);
        List<List<Literal>> asked = clauses(value, met);
        List<Literal> unmet = unmet(asked, required, met);
        SignIn session = unmet == null ? null : proofs.meeting(begin, asked, unmet, signals);
        if (session != null) {
            for (Literal literal : unmet) {
                session = literal instanceof Literal.Frequency frequency ? proofs.aged(session, frequency.frequency()) : session;
            }
        }
        return session;
    }

    /** The user, with the methods registered that a session proves. */
    private UserState registered(UserState user, SignIn session) {
        UserState registered = user;
        for (AuthenticationMethodMode method : AuthenticationMethodMode.values()) {
            boolean isOfUser = Claims.REGISTRABLE.contains(method) || UserState.isStrong(method);
            if (isOfUser && session.authentication().methods().contains(method.graphName()) && user.authenticationMethods().stream()
                    .noneMatch(each -> each.method() == method)) {
                registered = Lifecycle.register(registered, method, null, space.world().now);
            }
        }
        return registered.isMfaRegistered() ? registered
                : Lifecycle.register(registered, AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, null, space.world().now);
    }
}
