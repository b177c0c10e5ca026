package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Decision;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.Request;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.UserState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether policies refuse some people at every sign-in to some applications, whatever they prove.
 *
 * <p>They sign in as who mends a mistake does: without risk, on a device that is not registered, in a browser or an app, on any platform,
 * from any place, at any time. A control that needs a registered device or a managed app cannot be met there.
 */
final class LockOuts {

    /** Something is asked that cannot be met. */
    private static final int REFUSED = 1;
    /** The people are asked to register a method in the middle of the sign-in. */
    private static final int REGISTERS = 2;
    /** Something refuses to register in the middle of it (REG-41 to REG-43). */
    private static final int GUARDED = 4;
    /** How many pairs of a place or a user with a policy there are at most, and pairs of ranges of addresses: a lint must not be slow. */
    private static final long MOST = 5_000_000;
    private static final int MOST_BOXES = 20;

    private final World world;
    private final Oracle oracle;
    private final Space space;
    private final Regions regions;
    private final List<Diagram.Asking> asking;
    private final List<String> applications;

    /** @throws PolicyLoadException if there are too many places and policies */
    LockOuts(PolicyEngine engine, List<UserState> users, List<String> applicationIds) throws PolicyLoadException {
        world = new World(engine.policySet(), engine.directory(), engine.now());
        oracle = new Oracle(engine, world, world.set);
        requireFew(users.size());
        Requirements requirements = new Requirements();
        List<Signal.Application> targets = applicationIds.stream().map(this::application).toList();
        applications = targets.stream().map(Signal.Application::name).toList();
        space = new Space(world, Kind.SIGN_IN, People.of(users.stream().map(user -> Person.of(user, List.of(), Person.Standing.REGISTERED,
                false)).toList(), world), requirements, values(targets));
        regions = space.regions();
        asking = space.asking(this::value);
    }

    private void requireFew(int users) throws PolicyLoadException {
        long ranges = world.set.namedLocations().stream().mapToLong(each -> each instanceof NamedLocation.Ip ip ? ip.ranges().size() : 0)
                .sum() + world.set.mfaSettings().trustedIps().size();
        long work = ranges * ranges > MOST ? ranges * ranges : (Places.count(List.of(world)) + users) * world.policies.size();
        if (work > MOST) {
            throw unsure("there are too many users, policies and addresses of named locations to look at quickly",
                    "ask whether it is so with `sallyport prove rules/invariants/break-glass.yaml`");
        }
    }

    private Signal.Application application(String id) {
        return new Signal.Application(id, Values.audiences(id, world), world.directory.application(id) == null ? id
                : world.directory.application(id).displayName(), List.of(), null);
    }

    /** The values of the sign-ins; those of times are every time. */
    private Map<Axis, List<? extends Signal>> values(List<Signal.Application> targets) {
        return Map.of(Axis.APPLICATION, targets,
                Axis.CLIENT, Stream.of(ClientAppType.BROWSER, ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS).flatMap(type -> Stream.concat(
                        Stream.of(DevicePlatform.WINDOWS), Arrays.stream(DevicePlatform.values()).filter(each -> each != DevicePlatform.ALL
                        && each != DevicePlatform.WINDOWS)).map(platform -> new Signal.Client(type, platform))).toList(),
                Axis.SIGN_IN_RISK, List.of(new Signal.Risk(Axis.SIGN_IN_RISK, RiskLevel.NONE)),
                Axis.USER_RISK, List.of(new Signal.Risk(Axis.USER_RISK, RiskLevel.NONE)),
                Axis.INSIDER_RISK, List.of(new Signal.InsiderRisk(InsiderRiskLevel.NONE)),
                Axis.LOCATION, Places.of(List.of(world)).stream().filter(place -> place.country() != null && !place.isInside()
                        && !place.isCompliant()).toList(),
                Axis.DEVICE, List.of(new Signal.Origin(TransferMethod.NONE, null)));
    }

    /** The bits of what a demand asks. */
    private int value(Source.Demand demand) {
        List<List<Literal>> clauses = space.requirement(demand.requirement());
        Profile profile = space.profile(Sets.first(demand.people()));
        boolean isRefused = clauses.stream().anyMatch(clause -> clause.stream().noneMatch(profile::canMeetWithoutDevice));
        boolean registers = profile.mayHaveToRegister(clauses);
        return (isRefused ? REFUSED : 0) | (registers ? REGISTERS : 0) | (Profile.isGuarded(demand) ? GUARDED : 0);
    }

    private static boolean isLetIn(int value) {
        return (value & REFUSED) == 0 && (value & (REGISTERS | GUARDED)) != (REGISTERS | GUARDED);
    }

    /**
     * The lock-out; {@code null} if somebody is let in somewhere, or if no policy refuses.
     *
     * @throws PolicyLoadException if the evaluator does not confirm the answer
     */
    @Nullable LockOut found() throws PolicyLoadException {
        int open = regions.of(diagram(source -> true), LockOuts::isLetIn);
        if (!regions.isEmpty(open)) {
            confirmWayIn(open);
            return null;
        }
        int everything = regions.of(diagram(source -> true), value -> true);
        int byRules = refused(source -> source.policy() == null);
        int rest = regions.minus(everything, byRules);
        if (regions.isEmpty(rest)) {
            return null;
        }
        Gap.Witness witness = witness(rest);
        if (witness.decision().outcome() != Outcome.BLOCK) {
            throw unconfirmed(witness);
        }
        Map<String, Integer> refused = new LinkedHashMap<>();
        for (String id : refusing()) {
            refused.put(id, refused(source -> source.policy() == null || source.name().equals(id)));
        }
        int whole = everything;
        List<String> alone = refused.keySet().stream().filter(id -> regions.isEmpty(regions.minus(whole, refused.get(id)))).toList();
        return new LockOut(alone, alone.isEmpty() ? together(refused, rest) : List.of(), applications, witness);
    }

    private Diagram diagram(Predicate<Source> counts) {
        List<Diagram.Asking> counting = IntStream.range(0, asking.size()).mapToObj(i -> counts.test(space.sources().get(i)) ? asking.get(i)
                : new Diagram.Asking(List.of())).toList();
        return new Diagram(space.sets(), (one, other) -> one | other, counting, space.rows());
    }

    private int refused(Predicate<Source> counts) {
        return regions.of(diagram(counts), value -> !isLetIn(value));
    }

    /** The policies that may refuse, or ask for what others refuse, in the order of their set. */
    private List<String> refusing() {
        Set<String> ids = new LinkedHashSet<>();
        for (int i = 0; i < asking.size(); i++) {
            if (space.sources().get(i).policy() != null && !asking.get(i).demands().isEmpty()) {
                ids.add(space.sources().get(i).name());
            }
        }
        return world.set.policies().stream().map(ConditionalAccessPolicy::id).filter(ids::contains).toList();
    }

    /** The policy that refuses most, then the one that refuses most of what is left, and so on. */
    private List<String> together(Map<String, Integer> refused, int all) {
        Set<String> chosen = new LinkedHashSet<>();
        int left = all;
        while (!regions.isEmpty(left)) {
            int before = chosen.size();
            String best = null;
            double most = 0;
            for (Map.Entry<String, Integer> each : refused.entrySet()) {
                double more = regions.volume(regions.and(left, each.getValue()));
                if (more > most) {
                    most = more;
                    best = each.getKey();
                }
            }
            if (best != null) {
                chosen.add(best);
            } else {
                // one policy asks to register, and another one refuses it
                Decision decision = witness(left).decision();
                chosen.addAll(decision.reason().policies());
                decision.policies().stream().filter(row -> row.applies() && refused.containsKey(row.id())).forEach(row
                        -> chosen.add(row.id()));
            }
            if (chosen.size() == before) {
                break;
            }
            left = regions.minus(left, refused(source -> source.policy() == null || chosen.contains(source.name())));
        }
        return List.copyOf(chosen);
    }

    // ---- the evaluator

    private void confirmWayIn(int open) throws PolicyLoadException {
        Gap.Witness witness = witness(open);
        int left = open;
        for (int i = 0; i < MOST_BOXES && witness.decision().outcome() == Outcome.BLOCK; i++) {
            left = regions.without(left, regions.box(open, left));
            witness = regions.isEmpty(left) ? witness : witness(left);
        }
        if (witness.decision().outcome() == Outcome.BLOCK) {
            throw unconfirmed(witness);
        }
    }

    private Gap.Witness witness(int region) {
        Regions.Box box = regions.box(region, region);
        List<Signal> signals = new ArrayList<>();
        for (int level = 0; level < space.dimensions().size(); level++) {
            signals.add(space.dimensions().get(level).values(Sets.first(box.classes()[level])).get(0));
        }
        Person person = space.persons(space.sets().first(box.people())).get(0);
        Request request = space.request(person, signals);
        Decision decision = oracle.explain(request, person);
        return new Gap.Witness(request, person.state(), null, true, List.of(), decision);
    }

    private static PolicyLoadException unconfirmed(Gap.Witness witness) {
        return unsure("the evaluator does not confirm what the analysis says: it decides " + witness.decision().outcome() + " ("
                + witness.decision().reason().code() + ") of " + witness.request(), "report it with the policies");
    }

    private static PolicyLoadException unsure(String message, String help) {
        return new PolicyLoadException(List.of(new Diagnostic(Severity.ERROR, "SP1352", message, null, help, "VAL-25")));
    }
}
