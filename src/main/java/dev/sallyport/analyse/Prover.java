package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Invariants.Demand;
import dev.sallyport.analyse.Invariants.Invariant;
import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.analyse.Verdict.Answer;
import dev.sallyport.analyse.Verdict.Counterexample;
import dev.sallyport.analyse.Verdict.Exclusion;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.ClientApplications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.Directory;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.SecurityDefaults;
import dev.sallyport.model.UserState;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The proof of invariants. Each asks about a box: the region of its space in which the demand does not hold is empty, or a point of it is
 * the counterexample.
 *
 * <p>An invariant about Conditional Access is asked in a tenant that has nothing else: no security defaults, no per-user MFA and no MFA of
 * Microsoft's own. So the evaluator can be asked the same.
 */
final class Prover {

    private final PolicyEngine engine;
    private final Invariants invariants;
    private final boolean withReportOnly;
    private final UnaryOperator<PolicySet> seen;
    private final PolicySet set;
    private final List<ConditionalAccessPolicy> maybe;
    private final Requirements requirements = new Requirements();
    private final Map<Tenant, Inhabited> tenants = new HashMap<>();
    /** Those who make requests, by tenant and kind of request; people make requests of several kinds. */
    private final Map<List<Object>, People> people = new HashMap<>();
    private final Map<List<Object>, Room> rooms = new HashMap<>();
    /** For each invariant the boxes that it asks about. */
    private final List<List<Question>> questions = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /** A box that is the part that several scopes share, without another one. */
    private record Question(List<Integer> scopes, @Nullable Integer except, @Nullable Exclusion exclusion) { }

    /**
     * What a world is made of.
     *
     * @param isAnybody whether people who could exist are asked
     * @param isWhole   whether rules beside Conditional Access count
     * @param withMaybe whether policies count that may apply to less than they seem to
     */
    private record Tenant(boolean isAnybody, boolean isWhole, boolean withMaybe) { }

    /** A world, and what the evaluator says in it. */
    private record Inhabited(World world, Oracle oracle, @Nullable MadeUp madeUp) { }

    /** A space, with what is asked in it. */
    private record Room(Space space, Regions regions, Diagram diagram, Counterexamples examples) { }

    /** @param seen the policies that the evaluator sees, which are those of the analysis but in tests */
    Prover(PolicyEngine engine, Invariants invariants, boolean withReportOnly, UnaryOperator<PolicySet> seen) throws PolicyLoadException {
        this.engine = engine;
        this.invariants = invariants;
        this.withReportOnly = withReportOnly;
        this.seen = seen;
        PolicySet own = engine.policySet().withPolicies(engine.policySet().policies().stream().map(policy -> withReportOnly
                ? GapSearch.enforced(policy) : policy).toList());
        Scopes scopes = new Scopes(own, engine.directory());
        for (Invariant invariant : invariants.invariants()) {
            int box = scopes.add(invariant.box(), invariant.demand().requires());
            Integer except = invariant.except() == null ? null : (Integer) scopes.addException(invariant.except());
            List<Question> asked = new ArrayList<>();
            if (!invariant.isPerExclusion()) {
                asked.add(new Question(List.of(box), except, null));
            } else {
                Position at = invariant.position();
                own.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED).flatMap(policy -> Exclusions.of(policy)
                        .stream()).forEach(each -> asked.add(new Question(List.of(box, scopes.add(each.policy(), null, at), scopes.add(
                        each.entry(), null, at)), except, each.exclusion())));
            }
            questions.add(asked);
        }
        set = scopes.resolved();
        maybe = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED && GapSearch.isPartly(policy)).toList();
    }

    /** @param done is called after each invariant with the share that is done */
    Verdicts proved(DoubleConsumer done) throws PolicyLoadException {
        Diagnostics out = new Diagnostics();
        List<Verdict> verdicts = new ArrayList<>();
        boolean hasPeople = !engine.directory().users().isEmpty() || !engine.directory().servicePrincipals().isEmpty();
        for (int i = 0; i < invariants.invariants().size(); i++) {
            Invariant invariant = invariants.invariants().get(i);
            List<Answer> answers = new ArrayList<>();
            if (hasPeople) {
                answers.add(answer(invariant, questions.get(i), false));
            }
            Answer open = answer(invariant, questions.get(i), true);
            answers.add(open);
            if (open.people() == 0 && !invariant.isPerExclusion()) {
                out.error("SP1412", invariant.position(), "no request can be in the box of the invariant `" + invariant.name() + "`",
                        "its conditions contradict each other, or exclude all that they include; a box of workload identities or agents"
                        + " says which in `for`");
            }
            verdicts.add(new Verdict(invariant, List.copyOf(answers)));
            done.accept((i + 1.0) / invariants.invariants().size());
        }
        if (out.hasErrors()) {
            throw new PolicyLoadException(out.toList());
        }
        return new Verdicts(List.copyOf(verdicts), notes(hasPeople), List.copyOf(faults));
    }

    private Answer answer(Invariant invariant, List<Question> asked, boolean isAnybody) throws PolicyLoadException {
        Set<Person> concerned = new HashSet<>();
        List<Counterexample> found = new ArrayList<>();
        for (Kind kind : invariant.box().kinds().isEmpty() ? kinds(invariant.box().conditions()) : invariant.box().kinds()) {
            Room room = room(invariant, kind, isAnybody);
            if (room != null) {
                for (Question question : asked) {
                    answer(invariant, question, room, concerned, found);
                }
            }
        }
        return new Answer(isAnybody, concerned.size(), List.copyOf(found));
    }

    /** The kinds of requests that those whom conditions name can make. */
    private static Set<Kind> kinds(Conditions conditions) {
        Set<Kind> kinds = conditions.users().includesNobody() ? EnumSet.noneOf(Kind.class) : Kind.ofPeople();
        ClientApplications principals = conditions.clientApplications();
        if (principals != null && principals.includesWorkloads()) {
            kinds.add(Kind.WORKLOAD);
        }
        // a service principal of which the directory does not say whether it is an agent counts as one
        if (conditions.agents() != null || principals != null) {
            kinds.add(Kind.AGENT);
        }
        return kinds;
    }

    private void answer(Invariant invariant, Question question, Room room, Set<Person> people, List<Counterexample> found) {
        Regions regions = room.regions();
        int box = box(question, room, invariant);
        if (regions.isEmpty(box)) {
            return;
        }
        long[] concerned = room.space().sets().bits(regions.anywhere(box));
        for (int i = 0; i < room.space().sets().size(); i++) {
            if (Sets.has(concerned, i)) {
                people.addAll(room.space().persons(i));
            }
        }
        Demand demand = invariant.demand();
        World world = room.space().world();
        CompiledPolicy scope = world.scopes.get(question.scopes().get(0));
        List<List<Literal>> required = demand.requires() == null ? Profile.BLOCK : Scopes.clauses(scope, demand.requires(),
                room.space().kind());
        int wrong = regions.and(box, wrong(room, demand, required));
        if (!regions.isEmpty(wrong)) {
            boolean isDemanded = demand.requires() != null && room.space().kind().isOfPeople();
            Oracle demanding = !isDemanded ? null : new Oracle(engine, world, world.set.withPolicies(Scopes.policies(scope,
                    demand.requires(), room.space().kind())));
            Counterexample example = room.examples().of(invariant, required, demanding, question.exclusion(), wrong, faults);
            if (example != null) {
                found.add(example);
            }
        }
    }

    /** The region that a question is about. */
    private static int box(Question question, Room room, Invariant invariant) {
        Regions regions = room.regions();
        int box = ~room.space().sets().all();
        for (int scope : question.scopes()) {
            Regions.Box part = room.space().box(scope);
            if (part == null) {
                return ~Sets.EMPTY;
            }
            box = regions.and(box, regions.of(part));
        }
        boolean isOther = question.except() == null || !invariant.except().kinds().isEmpty() && !invariant.except().kinds()
                .contains(room.space().kind());
        Regions.Box except = isOther ? null : room.space().box(question.except());
        box = except == null ? box : regions.without(box, except);
        for (Regions.Box beyond : room.space().beyondPolicies()) {
            box = regions.without(box, beyond);
        }
        return box;
    }

    /** Where a demand does not hold. */
    private static int wrong(Room room, Demand demand, List<List<Literal>> required) {
        if (demand.outcome() == Outcome.ALLOW) {
            return room.regions().of(room.diagram(), value -> Profile.isOpen(value) != demand.isAlways());
        }
        if (!demand.isAlways()) {
            return room.regions().of(room.diagram(), value -> value == Requirements.BLOCK);
        }
        return room.examples().lacking(required);
    }

    // ---- tenants

    private @Nullable Room room(Invariant invariant, Kind kind, boolean isAnybody) throws PolicyLoadException {
        Demand demand = invariant.demand();
        boolean isAllow = demand.outcome() == Outcome.ALLOW;
        boolean mayHarm = isAllow == demand.isAlways();
        Tenant tenant = new Tenant(isAnybody, invariant.isOfEverySource(), mayHarm && !maybe.isEmpty());
        Inhabited inhabited = tenants.computeIfAbsent(tenant, this::inhabited);
        // what a password alone opens, an attacker opens without a managed device
        List<Object> key = List.of(tenant, kind, isAllow);
        Room room = rooms.get(key);
        People asking = people.computeIfAbsent(List.of(tenant, kind.isOfPeople() ? Kind.SIGN_IN : kind), any
                -> People.of(List.of(inhabited.world()), kind, isAnybody));
        if (room == null && asking.size() > 0) {
            Space space = new Space(inhabited.world(), kind, asking, requirements, isAllow, Needs.splitters(inhabited.world()),
                    List.of());
            if (space.isEmpty()) {
                return null;
            }
            Regions regions = space.regions();
            Diagram diagram = isAllow ? space.gaps() : space.requirements();
            room = new Room(space, regions, diagram, new Counterexamples(space, regions, diagram, requirements, inhabited.oracle(),
                    asking.groups(engine.directory()), inhabited.madeUp()));
            rooms.put(key, room);
        }
        return room;
    }

    private Inhabited inhabited(Tenant tenant) {
        PolicySet own = tenant.withMaybe() ? set : set.withPolicies(set.policies().stream().filter(policy -> !maybe.contains(policy))
                .toList());
        Directory directory = engine.directory();
        if (!tenant.isWhole()) {
            MfaSettings mfa = own.mfaSettings();
            own = own.with(SecurityDefaults.OFF, new MfaSettings(false, mfa.trustedIps(), mfa.skipMfaForFederatedIntranet(),
                    mfa.rememberMfaDays(), mfa.registrationGracePeriodDays(), mfa.maxAppPasswords(), mfa.source()),
                    own.evaluationSettings().toBuilder().mandatoryAdminPortalMfa(false).build());
            directory = directory.withUsers(directory.users().stream().filter(UserState::accountEnabled).map(user -> user.toBuilder()
                    .perUserMfaState(PerUserMfaState.DISABLED).appPasswords(List.of()).build()).toList());
        }
        PolicySet bound = tenant.isAnybody() ? OpenNames.bound(own, directory) : own;
        World world = new World(bound, directory, engine.now());
        return new Inhabited(world, new Oracle(engine, world, seen.apply(world.set)), tenant.isAnybody() ? new MadeUp(own, bound, directory)
                : null);
    }

    private List<String> notes(boolean hasPeople) {
        boolean hasDefaults = set.securityDefaults().isEnabled() && invariants.invariants().stream().anyMatch(Invariant::isOfEverySource);
        return new Notes(engine).add(!hasPeople, "the directory has no users: only users who could exist are asked")
                .usual(withReportOnly, true, maybe, hasDefaults).all();
    }
}
