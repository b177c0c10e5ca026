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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    /** The accepted gaps in force, by the number of the box of each. */
    private final Map<Integer, Accepted> accepted = new LinkedHashMap<>();
    /** The boxes of what does not count, by the number of the box that it belongs to. */
    private final Map<Integer, Integer> excepted = new HashMap<>();

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

    /**
     * Searches the kinds side by side, since none depends on another.
     *
     * @param begun is called with each kind before its end is waited for
     */
    Gaps found(Consumer<Kind> begun) throws PolicyLoadException {
        List<Kind> kinds = Stream.of(Kind.values()).filter(options.kinds()::contains).toList();
        People ofPeople = kinds.stream().anyMatch(Kind::isOfPeople) ? People.of(List.of(world), Kind.SIGN_IN, options.isAnybody()) : null;
        List<Part> parts = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, Math.min(kinds.size(),
                ForkJoinPool.getCommonPoolParallelism() + 1)));
        try {
            List<Future<List<Part>>> searches = kinds.stream().map(kind -> threads.submit(() -> search(kind, kind.isOfPeople() ? ofPeople
                    : People.of(List.of(world), kind, options.isAnybody())))).toList();
            for (int i = 0; i < kinds.size(); i++) {
                begun.accept(kinds.get(i));
                parts.addAll(result(searches.get(i)));
            }
        } finally {
            threads.shutdownNow();
        }
        Set<Accepted> used = parts.stream().flatMap(part -> part.used().stream()).collect(Collectors.toSet());
        List<Told> told = parts.stream().flatMap(part -> part.told().stream()).toList();
        return new Gaps(told.stream().map(Told::gap).sorted(Comparator.comparing(Gap::opening).thenComparing(Gap::kind)
                .thenComparing(Gap::share, Comparator.reverseOrder())).toList(), parts.stream().map(Part::extent).toList(), notes(),
                accepted.values().stream().filter(each -> !used.contains(each)).toList(), told.stream().map(Told::fault)
                .filter(Objects::nonNull).toList());
    }

    private static <T> T result(Future<T> search) throws PolicyLoadException {
        try {
            return search.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PolicyLoadException tooMuch) {
                throw tooMuch;
            }
            throw new IllegalStateException("the search for gaps failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the search for gaps was interrupted");
        }
    }

    /** What was found of one kind. */
    private record Part(List<Told> told, Gaps.Extent extent, Set<Accepted> used) { }

    /** @param fault says that the evaluator does not confirm; {@code null} where it does */
    private record Told(Gap gap, @Nullable String fault) { }

    /** A box of a region that is open, and the request that stands for it. */
    private record Open(Opening opening, Regions.Box own, List<Signal> signals, Person person, Gap.Crowd people, List<Gap.Range> box,
            double share, @Nullable Accepted acceptedBy) { }

    /** What is found of one kind; nothing where there is no such request. */
    private List<Part> search(Kind kind, People people) throws PolicyLoadException {
        Space space = people.size() == 0 || !Values.exist(kind, world) ? null
                : new Space(world, kind, people, new Requirements(), true);
        return space == null || space.isEmpty() ? List.of() : List.of(search(space));
    }

    private Part search(Space space) {
        Regions regions = space.regions();
        Diagram diagram = space.gaps();
        Found found = new Found(space, regions, new Words(world), space.people().groups(engine.directory()), new ArrayList<>());
        Set<Accepted> used = new HashSet<>();
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
            int before = found.open().size();
            left += tell(found, rest, opening, room, null) / found.requests();
            room = Math.max(0, room - (found.open().size() - before));
        }
        Reasons reasons = new Reasons(space);
        return new Part(found.open().parallelStream().map(open -> told(space, open, reasons)).toList(), new Gaps.Extent(space.kind(),
                found.requests(), shares[0], shares[1], isAccepted, left, found.classes()), used);
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
            found.open().add(open(found, region, opening, box, isByPlace, acceptedBy));
        }
        return rest;
    }

    /** What belongs to the search in one space. */
    private record Found(Space space, Regions regions, Words words, GroupNames groups, List<Open> open) {

        double requests() {
            return space.dimensions().stream().mapToDouble(Dimension::values).reduce(1, (a, b) -> a * b) * space.people().size();
        }

        double classes() {
            return space.dimensions().stream().mapToDouble(Dimension::size).reduce(1, (a, b) -> a * b);
        }
    }

    private static Open open(Found found, int region, Opening opening, Regions.Box box, boolean isByPlace,
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
        int least = isByPlace ? found.regions().least(region, box.classes()) : -1;
        return new Open(opening, own, signals, space.persons(space.sets().first(own.people())).get(0), Crowds.of(space, own.people(), least,
                found.groups()), found.words().ranges(space, box), found.regions().volume(region, box, isByPlace) / found.requests(),
                acceptedBy);
    }

    private Told told(Space space, Open open, Reasons reasons) {
        Person person = open.person();
        Request request = space.request(person, open.signals());
        Decision decision = oracle.decide(request, person);
        String fault = oracle.opening(request, person, decision) == open.opening() ? null : "the analysis says that the request of kind "
                + space.kind() + " is open (" + open.opening() + "), and the evaluator decides " + decision.outcome() + " ("
                + decision.reason().code() + "): " + request;
        return new Told(new Gap(space.kind(), open.opening(), open.people(), open.box(), open.share(), reasons.of(open.own(),
                open.opening(), open.signals(), person), mayProtect(request, person, open.opening()), new Gap.Witness(request,
                person.state(), person.principal(), !person.isOpen(), madeUp == null ? List.of() : madeUp.resources(person, request),
                decision), open.acceptedBy() == null ? null : open.acceptedBy().name()), fault);
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
