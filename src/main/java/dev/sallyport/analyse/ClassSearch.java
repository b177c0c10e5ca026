package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.RequestClasses.RequestClass;
import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.compile.Control;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The search for classes of requests that none of some requests is in. A class is a box in which the same grant controls are asked.
 * Session controls are not looked at, because no first sign-in fails for them.
 */
final class ClassSearch {

    /** The number of classes per requirement at most, before people are no longer told apart. */
    private static final int ROOM = 12;

    private final PolicyEngine engine;
    private final World world;
    private final Oracle oracle;
    private final Map<Kind, List<Request>> requests = new HashMap<>();
    private final List<RequestClass> missed = new ArrayList<>();
    private final Map<RequestClass, Integer> ranks = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private int entered;
    private double missedShare;
    private boolean isComplete = true;

    /** What belongs to the search in one space: the points of the requests, and the class of people of each. */
    private record Room(Space space, Regions regions, Requirements requirements, List<int[]> points, List<Integer> people, Words words,
            GroupNames groups, double all) { }

    ClassSearch(PolicyEngine engine, List<Request> of) {
        this.engine = engine;
        world = new World(engine.policySet(), engine.directory(), engine.now());
        oracle = new Oracle(engine, world, world.set);
        for (Request request : of) {
            Person person = person(request);
            if (person != null && oracle.decide(request, person).reason().code() != ReasonCode.INVALID_REQUEST) {
                requests.computeIfAbsent(Signals.kind(request, person), any -> new ArrayList<>()).add(request);
            }
        }
    }

    private @Nullable Person person(Request request) {
        return Analysis.person(engine, request.signIn(), null);
    }

    RequestClasses found() throws PolicyLoadException {
        int kinds = 0;
        People people = null;
        for (Kind kind : kinds()) {
            people = people != null && kind.isOfPeople() ? people : People.of(List.of(world), kind, false);
            Requirements requirements = new Requirements();
            Space space = people.size() == 0 ? null : new Space(world, kind, people, requirements, false);
            if (space != null && !space.isEmpty()) {
                kinds++;
                search(space, requirements);
            }
        }
        missed.sort(Comparator.comparing((RequestClass each) -> ranks.get(each)).thenComparing(RequestClass::kind)
                .thenComparing(RequestClass::share, Comparator.reverseOrder()));
        List<String> notes = new Notes(engine).usual(false, false, List.of(), world.set.securityDefaults().isEnabled())
                .add(anyEnabled(conditions -> conditions.agents() != null || conditions.clientApplications() != null
                        && conditions.clientApplications().includesAgents()), "classes of sign-ins of agents are not told").all();
        return new RequestClasses(List.copyOf(missed), entered, kinds == 0 ? 0 : missedShare / kinds, isComplete, notes,
                List.copyOf(faults));
    }

    /** Those of people, and those of service principals if a policy is about them. */
    private Set<Kind> kinds() {
        Set<Kind> kinds = Kind.ofPeople();
        if (!world.set.mfaSettings().allowAppPasswords()) {
            kinds.remove(Kind.APP_PASSWORD);
        }
        if (anyEnabled(conditions -> conditions.clientApplications() != null && conditions.clientApplications().includesWorkloads())) {
            kinds.add(Kind.WORKLOAD);
        }
        return kinds;
    }

    private boolean anyEnabled(Predicate<Conditions> test) {
        return world.policies.stream().anyMatch(policy -> test.test(policy.policy().conditions()));
    }

    private void search(Space space, Requirements requirements) {
        Regions regions = space.regions();
        Diagram diagram = new Diagram(space.sets(), requirements::join, space.asking(demand -> granting(requirements,
                demand.requirement())), space.rows());
        double all = space.dimensions().stream().mapToDouble(Dimension::values).reduce(1, (a, b) -> a * b) * space.people().size();
        Room room = new Room(space, regions, requirements, new ArrayList<>(), new ArrayList<>(), new Words(world),
                space.people().groups(engine.directory()), all);
        enter(room);
        Set<Integer> values = new TreeSet<>();
        regions.part(diagram, (value, set) -> {
            values.add(value);
            return Sets.EMPTY;
        });
        int untold = ~Sets.EMPTY;
        for (int value : values) {
            int region = regions.of(diagram, each -> each == value);
            List<Regions.Box> boxes = new ArrayList<>();
            boolean isByPlace = regions.cut(region, ROOM, boxes) > 0;
            if (isByPlace) {
                // people who differ too much have no short description: where it is asked, and of how many at least
                boxes.clear();
                int everybody = space.sets().all();
                isComplete &= regions.cut(regions.mapped(region, set -> set == Sets.EMPTY ? set : everybody), ROOM, boxes) == 0;
            }
            for (Regions.Box box : boxes) {
                if (isEntered(room, region, box)) {
                    entered++;
                } else {
                    untold = regions.or(untold, isByPlace ? regions.and(region, regions.of(box)) : regions.of(box));
                    miss(room, region, box, isByPlace, value);
                }
            }
        }
        missedShare += regions.volume(untold) / all;
    }

    /** The grant controls of a requirement, and token protection, which may refuse as well. */
    private static int granting(Requirements requirements, int requirement) {
        List<List<Literal>> clauses = new ArrayList<>();
        for (List<Literal> clause : requirements.clauses(requirement)) {
            List<Literal> granting = clause.stream().filter(literal -> literal instanceof Literal.Grant
                    || literal instanceof Literal.Session session && session.control().equals(Profile.TOKEN_PROTECTION))
                    .map(literal -> literal instanceof Literal.Grant grant ? new Literal.Grant(grant.control(), false) : literal).toList();
            if (clause.isEmpty() || !granting.isEmpty()) {
                clauses.add(granting);
            }
        }
        return requirements.of(clauses);
    }

    /** Notes the points of the requests. */
    private void enter(Room room) {
        Space space = room.space();
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < space.people().size(); i++) {
            numbers.put(WellKnown.fold(space.people().person(i).id()), i);
        }
        for (Request request : requests.getOrDefault(space.kind(), List.of())) {
            World then = request.signIn().createdDateTime() == null ? world : world.at(request.signIn().createdDateTime());
            List<Signal> signals = Signals.of(request, space.kind(), then);
            int[] point = space.dimensions().stream().mapToInt(dimension -> signals.stream().filter(each -> each.axis()
                    == dimension.axis()).findFirst().map(each -> dimension.ofRow(space.row(each))).orElse(-1)).toArray();
            if (IntStream.of(point).allMatch(each -> each >= 0)) {
                room.points().add(point);
                room.people().add(space.personClass(numbers.get(WellKnown.fold(person(request).id()))));
            }
        }
    }

    private static boolean isEntered(Room room, int region, Regions.Box box) {
        for (int i = 0; i < room.points().size(); i++) {
            int[] point = room.points().get(i);
            boolean isInside = Sets.has(room.space().sets().bits(box.people()), room.people().get(i))
                    && Sets.has(room.space().sets().bits(room.regions().at(region, point)), room.people().get(i));
            for (int level = 0; level < point.length && isInside; level++) {
                isInside = Sets.has(box.classes()[level], point[level]);
            }
            if (isInside) {
                return true;
            }
        }
        return false;
    }

    private void miss(Room room, int region, Regions.Box box, boolean isByPlace, int requirement) {
        Space space = room.space();
        List<Signal> signals = new ArrayList<>();
        int[] point = new int[space.dimensions().size()];
        for (int level = 0; level < point.length; level++) {
            point[level] = Sets.first(box.classes()[level]);
            signals.add(space.dimensions().get(level).values(point[level]).get(0));
        }
        int people = isByPlace ? room.regions().at(region, point) : box.people();
        Person person = space.persons(space.sets().first(people)).get(0);
        Request request = space.request(person, signals);
        Decision decision = oracle.explain(request, person);
        boolean isBlock = requirement == Requirements.BLOCK;
        if (isBlock != (decision.outcome() == Outcome.BLOCK) && (isBlock || requirement == Requirements.NOTHING)) {
            faults.add("the analysis says that " + (isBlock ? "block" : "nothing") + " is asked of a request of kind " + space.kind()
                    + ", and the evaluator decides " + decision.outcome() + " (" + decision.reason().code() + "): " + request);
        }
        int least = isByPlace ? room.regions().least(region, box.classes()) : -1;
        List<List<Literal>> clauses = room.requirements().clauses(requirement);
        RequestClass made = new RequestClass(space.kind(), Crowds.of(space, people, least, room.groups()), room.words().ranges(space, box),
                clauses.stream().map(Words::clause).sorted().toList(), room.regions().volume(region, box, isByPlace) / room.all(),
                new Gap.Witness(request, person.state(), person.principal(), true, List.of(), decision));
        missed.add(made);
        ranks.put(made, rank(clauses));
    }

    /** How dangerous it is that nobody looks: what asks for least is first, and a block is last. */
    private static int rank(List<List<Literal>> clauses) {
        boolean isBlock = clauses.stream().anyMatch(List::isEmpty);
        boolean proves = clauses.stream().anyMatch(clause -> clause.stream().allMatch(literal -> literal instanceof Literal.Grant grant
                && grant.control().kind() != Control.Kind.TERMS_OF_USE && grant.control().kind() != Control.Kind.PASSWORD_CHANGE));
        return isBlock ? 3 : proves ? 2 : clauses.isEmpty() ? 0 : 1;
    }
}
