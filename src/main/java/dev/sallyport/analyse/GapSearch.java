package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Request;
import dev.sallyport.model.UnknownSignals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

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
    private final Oracle oracle;
    /** What the evaluator says with the policies that may protect; {@code null} without any. */
    private final Oracle withMaybe;
    private final List<ConditionalAccessPolicy> maybe;
    private final List<Gap> gaps = new ArrayList<>();
    private final List<Gaps.Extent> extents = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    GapSearch(PolicyEngine engine, GapOptions options) {
        this(engine, options, UnaryOperator.identity());
    }

    /** @param seen the policies that the evaluator sees, which are those of the analysis but in tests */
    GapSearch(PolicyEngine engine, GapOptions options, UnaryOperator<PolicySet> seen) {
        this.engine = engine;
        this.options = options;
        Instant now = engine.now();
        PolicySet set = options.withReportOnly() ? with(engine.policySet(), engine.policySet().policies().stream()
                .map(GapSearch::enforced).toList()) : engine.policySet();
        set = options.isAnybody() ? OpenNames.bound(set, engine.directory()) : set;
        maybe = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED && isPartly(policy)).toList();
        List<ConditionalAccessPolicy> certain = set.policies().stream().filter(policy -> !maybe.contains(policy)).toList();
        world = new World(with(set, certain), engine.directory(), now);
        oracle = new Oracle(engine, world, seen.apply(world.set));
        withMaybe = maybe.isEmpty() ? null : oracle(set);
    }

    private Oracle oracle(PolicySet set) {
        World own = new World(set, engine.directory(), world.now);
        return new Oracle(engine, own, own.set);
    }

    private static PolicySet with(PolicySet set, List<ConditionalAccessPolicy> policies) {
        return set.withPolicies(policies);
    }

    private static ConditionalAccessPolicy enforced(ConditionalAccessPolicy policy) {
        return policy.state() != PolicyState.REPORT_ONLY ? policy : new ConditionalAccessPolicy(policy.id(), policy.displayName(),
                PolicyState.ENABLED, policy.conditions(), policy.grantControls(), policy.sessionControls(), policy.notEvaluated(),
                policy.annotations(), policy.source());
    }

    /** Whether a condition of a policy is not evaluated, so that the policy may apply to less than it is taken to (CA-SET-10, IMP-02). */
    private static boolean isPartly(ConditionalAccessPolicy policy) {
        return policy.notEvaluated().stream().anyMatch(field -> !CONTROLS.contains(field) && (policy.grantControls() == null
                || !policy.grantControls().notUnderstood().contains(field)));
    }

    Gaps found() throws PolicyLoadException {
        People people = null;
        for (Kind kind : Kind.values()) {
            if (!options.kinds().contains(kind)) {
                continue;
            }
            people = people != null && kind.isOfPeople() ? people : People.of(List.of(world), kind, options.isAnybody());
            Space space = people.size() == 0 ? null : new Space(world, kind, people, new Requirements(), true);
            if (space != null && !space.isEmpty()) {
                search(space);
            }
        }
        gaps.sort(Comparator.comparing(Gap::opening).thenComparing(Gap::kind).thenComparing(Gap::share, Comparator.reverseOrder()));
        return new Gaps(List.copyOf(gaps), List.copyOf(extents), notes(), List.copyOf(faults));
    }

    private void search(Space space) {
        Regions regions = space.regions();
        Diagram diagram = space.gaps();
        Found found = new Found(space, regions, new Reasons(space), new Words(world));
        double[] shares = new double[Opening.values().length];
        double left = 0;
        int room = options.most();
        for (Opening opening : Opening.values()) {
            int region = regions.of(diagram, opening == Opening.PASSWORD_ALONE ? Profile::isOpen : Profile::isOpenByRegistering);
            shares[opening.ordinal()] = regions.volume(region) / found.requests();
            List<Regions.Box> boxes = new ArrayList<>();
            boolean isByPlace = options.atLeast() > 1;
            double rest = isByPlace ? 1 : cut(regions, region, room, boxes);
            if (rest > 0) {
                // people who differ too much have no short description: where it is open, and to how many at least
                List<Regions.Box> byPlace = new ArrayList<>();
                int all = space.sets().all();
                double restByPlace = cut(regions, regions.mapped(region, set -> regions.weight(set) >= options.atLeast() ? all
                        : Sets.EMPTY), room, byPlace);
                if (isByPlace || restByPlace == 0) {
                    isByPlace = true;
                    boxes = byPlace;
                    rest = restByPlace;
                }
            }
            for (Regions.Box box : boxes) {
                gap(found, region, opening, box, isByPlace);
            }
            room = Math.max(0, room - boxes.size());
            left += rest / found.requests();
        }
        extents.add(new Gaps.Extent(space.kind(), found.requests(), shares[0], shares[1], left, found.classes()));
    }

    /** What belongs to the search in one space. */
    private record Found(Space space, Regions regions, Reasons reasons, Words words) {

        double requests() {
            return space.dimensions().stream().mapToDouble(Dimension::values).reduce(1, (a, b) -> a * b) * space.people().size();
        }

        double classes() {
            return space.dimensions().stream().mapToDouble(Dimension::size).reduce(1, (a, b) -> a * b);
        }
    }

    /** Cuts a region into boxes, as many as there is room for, and returns the volume of what is left. */
    private static double cut(Regions regions, int whole, int room, List<Regions.Box> boxes) {
        int left = whole;
        while (!regions.isEmpty(left) && boxes.size() < room) {
            Regions.Box box = regions.box(whole, left);
            left = regions.without(left, box);
            boxes.add(box);
        }
        return regions.volume(left);
    }

    private void gap(Found found, int region, Opening opening, Regions.Box box, boolean isByPlace) {
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
        gaps.add(new Gap(space.kind(), opening, Crowds.of(space, own.people(), least), found.words().ranges(space, box),
                found.regions().volume(region, box, isByPlace) / found.requests(), found.reasons().of(own, opening, signals, person),
                mayProtect(request, person, opening), new Gap.Witness(request, person.state(), person.principal(), !person.isOpen(), decision)));
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
        List<String> notes = new ArrayList<>();
        Predicate<Predicate<ConditionalAccessPolicy>> any = test -> engine.policySet().policies().stream()
                .anyMatch(policy -> policy.state() == PolicyState.ENABLED && test.test(policy));
        note(notes, !options.isAnybody() && world.directory.users().isEmpty(), "the directory has no users: name one with -d, or ask for anybody");
        long reporting = engine.policySet().policies().stream().filter(policy -> policy.state() == PolicyState.REPORT_ONLY).count();
        note(notes, reporting > 0 && !options.withReportOnly(), "report-only policies do not count: " + reporting);
        note(notes, !maybe.isEmpty(), "policies with a condition that is not evaluated do not count as protection: "
                + String.join(", ", maybe.stream().map(ConditionalAccessPolicy::id).toList()));
        note(notes, any.test(policy -> policy.conditions().times() != null), "conditions on times are analysed at " + world.now + " only");
        note(notes, any.test(policy -> policy.conditions().clientApplications() != null), "workload identities are not analysed");
        note(notes, any.test(policy -> !policy.conditions().applications().includeAuthenticationContextClassReferences().isEmpty()),
                "authentication contexts are not analysed: they add policies to those of an application");
        note(notes, any.test(policy -> policy.conditions().applications().filter() != null),
                "filters for applications are analysed with the applications of the directory");
        note(notes, any.test(GapSearch::isBroad),
                "requests for low-privilege scopes are analysed where a policy leaves them out, and those for "
                + "sign-in scopes alone are not (CA-APP-15, CA-APP-17)");
        note(notes, world.set.securityDefaults().isEnabled(),
                "security defaults count as asking for MFA wherever Microsoft may (SD-MFA-03)");
        note(notes, options.isAnybody(), "people have at most two of the names that policies exclude");
        note(notes, !options.isAnybody() && any.test(policy -> hasUnboundNames(policy, world)),
                "placeholders and unknown names have no members in the directory; ask for anybody to give them some");
        note(notes, engine.policySet().evaluationSettings().unknownSignals() == UnknownSignals.STRICT,
                "absent signals count as Entra takes them, and not as strict mode does");
        return List.copyOf(notes);
    }

    private static void note(List<String> notes, boolean holds, String note) {
        if (holds) {
            notes.add(note);
        }
    }

    private static boolean isBroad(ConditionalAccessPolicy policy) {
        return policy.conditions().applications().excludesAny() && policy.conditions().applications().includeApplications().stream()
                .anyMatch(each -> each.id().equals("All"));
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
