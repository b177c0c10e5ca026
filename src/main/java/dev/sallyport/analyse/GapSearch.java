package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Invariants.Accepted;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The search for gaps: builds the space of each kind of request, cuts what is open into boxes, and asks the evaluator about each. */
final class GapSearch {

    /** Parts of a policy that are not conditions: what is not evaluated of them leaves nothing out (IMP-03, IMP-04). */
    private static final Set<String> CONTROLS = Set.of("grantControls", "builtInControls", "operator", "authenticationStrength",
            "termsOfUse", "customAuthenticationFactors", "sessionControls", "signInFrequency", "persistentBrowser", "cloudAppSecurity",
            "applicationEnforcedRestrictions", "secureSignInSession", "continuousAccessEvaluation", "disableResilienceDefaults",
            "globalSecureAccessFilteringProfile", "networkAccessSecurity");

    private final PolicyEngine engine;
    private final GapOptions options;
    private final World world;
    /** What the files lack for people who could exist; {@code null} for the users of the directory. */
    private final @Nullable MadeUp madeUp;
    private final Oracle oracle;
    /** What the evaluator says with the policies that may protect; {@code null} without any. */
    private final Oracle withMaybe;
    private final List<ConditionalAccessPolicy> maybe;
    private final List<Gap> gaps = new ArrayList<>();
    private final List<Gaps.Extent> extents = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    /** The accepted gaps in force, by the number of the box of each. */
    private final Map<Integer, Accepted> accepted = new LinkedHashMap<>();
    /** The boxes of what does not count, by the number of the box that it belongs to. */
    private final Map<Integer, Integer> excepted = new HashMap<>();
    private final Set<Accepted> used = new HashSet<>();

    /** @param seen the policies that the evaluator sees, which are those of the analysis but in tests */
    GapSearch(PolicyEngine engine, GapOptions options, UnaryOperator<PolicySet> seen) throws PolicyLoadException {
        this.engine = engine;
        this.options = options;
        Instant now = engine.now();
        PolicySet set = options.withReportOnly() ? engine.policySet().withPolicies(engine.policySet().policies()
                .stream().map(GapSearch::enforced).toList()) : engine.policySet();
        set = accepting(set, now);
        PolicySet written = set;
        set = options.isAnybody() ? OpenNames.bound(set, engine.directory()) : set;
        madeUp = options.isAnybody() ? new MadeUp(written, set, engine.directory()) : null;
        maybe = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED && isPartly(policy)).toList();
        List<ConditionalAccessPolicy> certain = set.policies().stream().filter(policy -> !maybe.contains(policy)).toList();
        world = new World(set.withPolicies(certain), engine.directory(), now);
        oracle = new Oracle(engine, world, seen.apply(world.set));
        withMaybe = maybe.isEmpty() ? null : oracle(set);
    }

    /** The policies with the boxes of the accepted gaps. */
    private PolicySet accepting(PolicySet set, Instant now) throws PolicyLoadException {
        Scopes scopes = new Scopes(set, engine.directory());
        for (Accepted each : options.accepted()) {
            int box = scopes.add(each.box(), null);
            if (each.except() != null) {
                excepted.put(box, scopes.addException(each.except()));
            }
            if (each.isInForce(now)) {
                accepted.put(box, each);
            }
        }
        return scopes.resolved();
    }

    private Oracle oracle(PolicySet set) {
        World own = new World(set, engine.directory(), world.now);
        return new Oracle(engine, own, own.set);
    }

    static ConditionalAccessPolicy enforced(ConditionalAccessPolicy policy) {
        return policy.state() != PolicyState.REPORT_ONLY ? policy : new ConditionalAccessPolicy(policy.id(), policy.displayName(),
                PolicyState.ENABLED, policy.conditions(), policy.grantControls(), policy.sessionControls(), policy.notEvaluated(),
                policy.annotations(), policy.source());
    }

    /** Whether a condition of a policy is not evaluated, so that the policy may apply to less than it is taken to (CA-SET-10, IMP-02). */
    static boolean isPartly(ConditionalAccessPolicy policy) {
        return policy.notEvaluated().stream().anyMatch(field -> !CONTROLS.contains(field) && (policy.grantControls() == null
                || !policy.grantControls().notUnderstood().contains(field)));
    }

    /** @param begun is called with each kind before its search */
    Gaps found(Consumer<Kind> begun) throws PolicyLoadException {
        People people = null;
        for (Kind kind : Kind.values()) {
            if (!options.kinds().contains(kind)) {
                continue;
            }
            begun.accept(kind);
            people = people != null && kind.isOfPeople() ? people : People.of(List.of(world), kind, options.isAnybody());
            Space space = people.size() == 0 ? null : new Space(world, kind, people, new Requirements(), true);
            if (space != null && !space.isEmpty()) {
                search(space);
            }
        }
        gaps.sort(Comparator.comparing(Gap::opening).thenComparing(Gap::kind).thenComparing(Gap::share, Comparator.reverseOrder()));
        return new Gaps(List.copyOf(gaps), List.copyOf(extents), notes(), accepted.values().stream().filter(each -> !used.contains(each))
                .toList(), List.copyOf(faults));
    }

    private void search(Space space) {
        Regions regions = space.regions();
        Diagram diagram = space.gaps();
        Found found = new Found(space, regions, new Reasons(space), new Words(world), space.people().groups(engine.directory()));
        double[] shares = new double[Opening.values().length];
        double left = 0;
        double isAccepted = 0;
        int room = options.most();
        for (Opening opening : Opening.values()) {
            int open = regions.of(diagram, opening == Opening.PASSWORD_ALONE ? Profile::isOpen : Profile::isOpenByRegistering);
            shares[opening.ordinal()] = regions.volume(open) / found.requests();
            int rest = open;
            for (Map.Entry<Integer, Accepted> each : accepted.entrySet()) {
                if (each.getValue().requirement() != null && each.getValue().requirement() != opening) {
                    continue;
                }
                int box = accepted(found, each.getKey(), each.getValue());
                if (!regions.isEmpty(regions.and(open, box))) {
                    used.add(each.getValue());
                }
                tell(found, regions.and(rest, box), opening, options.most(), each.getValue());
                rest = regions.minus(rest, box);
            }
            isAccepted += (regions.volume(open) - regions.volume(rest)) / found.requests();
            int before = gaps.size();
            left += tell(found, rest, opening, room, null) / found.requests();
            room = Math.max(0, room - (gaps.size() - before));
        }
        extents.add(new Gaps.Extent(space.kind(), found.requests(), shares[0], shares[1], isAccepted, left, found.classes()));
    }

    /** The region of an accepted gap. */
    private int accepted(Found found, int number, Accepted accepted) {
        Regions regions = found.regions();
        Regions.Box box = isOf(accepted.box(), found.space()) ? found.space().box(number) : null;
        Integer except = accepted.except() == null || !isOf(accepted.except(), found.space()) ? null : excepted.get(number);
        Regions.Box outside = except == null ? null : found.space().box(except);
        int region = box == null ? ~Sets.EMPTY : regions.of(box);
        return outside == null ? region : regions.without(region, outside);
    }

    private static boolean isOf(Invariants.Scope scope, Space space) {
        return scope.kinds().isEmpty() || scope.kinds().contains(space.kind());
    }

    /** Tells a region as gaps, as many as there is room for, and returns the volume of what is left. */
    private double tell(Found found, int region, Opening opening, int room, @Nullable Accepted acceptedBy) {
        Regions regions = found.regions();
        List<Regions.Box> boxes = new ArrayList<>();
        boolean isByPlace = options.atLeast() > 1;
        double rest = isByPlace ? 1 : regions.cut(region, room, boxes);
        if (rest > 0) {
            // people who differ too much have no short description: where it is open, and to how many at least
            List<Regions.Box> byPlace = new ArrayList<>();
            int all = found.space().sets().all();
            double restByPlace = regions.cut(regions.mapped(region, set -> regions.weight(set) >= options.atLeast() ? all
                    : Sets.EMPTY), room, byPlace);
            if (isByPlace || restByPlace == 0) {
                isByPlace = true;
                boxes = byPlace;
                rest = restByPlace;
            }
        }
        for (Regions.Box box : boxes) {
            gap(found, region, opening, box, isByPlace, acceptedBy);
        }
        return rest;
    }

    /** What belongs to the search in one space. */
    private record Found(Space space, Regions regions, Reasons reasons, Words words, GroupNames groups) {

        double requests() {
            return space.dimensions().stream().mapToDouble(Dimension::values).reduce(1, (a, b) -> a * b) * space.people().size();
        }

        double classes() {
            return space.dimensions().stream().mapToDouble(Dimension::size).reduce(1, (a, b) -> a * b);
        }
    }

    private void gap(Found found, int region, Opening opening, Regions.Box box, boolean isByPlace,
            @Nullable Accepted acceptedBy) {
        Space space = found.space();
        List<Signal> signals = new ArrayList<>();
        int[] point = new int[space.dimensions().size()];
        for (int level = 0; level < point.length; level++) {
            while (!Sets.has(box.classes()[level], point[level])) {
                point[level]++;
            }
            signals.add(space.dimensions().get(level).values(point[level]).get(0));
        }
        Regions.Box own = isByPlace ? new Regions.Box(box.classes(), found.regions().at(region, point)) : box;
        Person person = space.persons(space.sets().first(own.people())).get(0);
        Request request = space.request(person, signals);
        Decision decision = oracle.explain(request, person);
        Opening said = oracle.opening(request, person, decision);
        if (said != opening) {
            faults.add("the analysis says that the request of kind " + space.kind() + " is open (" + opening
                    + "), and the evaluator decides " + decision.outcome() + " (" + decision.reason().code() + "): " + request);
        }
        int least = isByPlace ? found.regions().least(region, box.classes()) : -1;
        gaps.add(new Gap(space.kind(), opening, Crowds.of(space, own.people(), least, found.groups()), found.words().ranges(space, box),
                found.regions().volume(region, box, isByPlace) / found.requests(), found.reasons().of(own, opening, signals, person),
                mayProtect(request, person, opening), new Gap.Witness(request, person.state(), person.principal(), !person.isOpen(),
                madeUp == null ? List.of() : madeUp.resources(person, request), decision),
                acceptedBy == null ? null : acceptedBy.name()));
    }

    /** The policies that may apply to a request, and close it then. */
    private List<String> mayProtect(Request request, Person person, Opening opening) {
        if (withMaybe == null) {
            return List.of();
        }
        Decision decision = withMaybe.explain(request, person);
        return withMaybe.opening(request, person, decision) == opening ? List.of() : decision.policies().stream()
                .filter(row -> row.applies() && maybe.stream().anyMatch(policy -> policy.id().equals(row.id())))
                .map(Decision.PolicyResult::id).toList();
    }

    // ---- what is approximated

    private List<String> notes() {
        Notes notes = new Notes(engine);
        return notes.add(!options.isAnybody() && world.directory.users().isEmpty(),
                        "the directory has no users: name one with -d, or ask for anybody")
                .usual(options.withReportOnly(), options.isAnybody(), maybe, world.set.securityDefaults().isEnabled())
                .add(!options.isAnybody() && notes.any(policy -> hasUnboundNames(policy, world)),
                        "placeholders and unknown names have no members in the directory; ask for anybody to give them some").all();
    }

    private static boolean hasUnboundNames(ConditionalAccessPolicy policy, World world) {
        ConditionalAccessPolicy.Users users = policy.conditions().users();
        List<Reference> groups = new ArrayList<>(users.includeGroups());
        groups.addAll(users.excludeGroups());
        List<Reference> named = new ArrayList<>(users.includeUsers());
        named.addAll(users.excludeUsers());
        return groups.stream().anyMatch(each -> world.directory.groupIds(each.id()).isEmpty()) || named.stream().anyMatch(each ->
                !Set.of("All", "None", "GuestsOrExternalUsers").contains(each.id()) && world.directory.user(each.id()) == null);
    }
}
