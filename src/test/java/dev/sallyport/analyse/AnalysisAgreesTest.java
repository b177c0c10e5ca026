package dev.sallyport.analyse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.compile.Control.Status;
import dev.sallyport.decide.Claims;
import dev.sallyport.decide.Facts;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.Countries;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * At every point the diagrams say what the evaluator decides about an attacker's request, in worlds made up at random. The values of the
 * requests are the worlds' own, and not those that stand for a class. More of them:
 * {@code mvn test -Dtest=AnalysisAgreesTest -Dsallyport.decisions=1000000 -Dsallyport.seed=$RANDOM}.
 */
class AnalysisAgreesTest {

    private static final long SEED = Long.getLong("sallyport.seed", 7);
    private static final long DECISIONS = Long.getLong("sallyport.decisions", 20_000);
    /** The number of the first world, as a failure tells it. */
    private static final long FIRST = Long.getLong("sallyport.world", 0);
    /** How many policies a world has at most. */
    private static final int LARGEST = 40;
    private static final int PER_SPACE = (int) Math.max(25, Math.min(100, DECISIONS / 400));
    /** How many members of a class are asked, and of how many classes of a space. */
    private static final int MEMBERS = 200;
    private static final int CLASSES = 6;

    @Test
    void diagrams_atThePointsOfRandomRequests_sayWhatTheEvaluatorDecides() throws Exception {
        long decided = 0;
        int refused = 0;
        long w = FIRST;
        while (decided < DECISIONS) {
            try {
                decided += compare(SEED, w++, PER_SPACE);
            } catch (PolicyLoadException e) {
                refused++;
            }
        }
        assertThat(refused).as("worlds whose device filters compare too much").isLessThan((int) Math.max(3, w / 20));
    }

    /** 178: the end of a period in which registration may wait. 935: who registers first for a credential of a device (DEC-12). */
    @ParameterizedTest
    @ValueSource(longs = {178, 935})
    void worldsThatDisagreedOnce_agree(long world) throws Exception {
        assertThat(compare(7, world, 100)).isPositive();
    }

    /** Asks for each kind of request about the requests of a world, and returns how many were decided. */
    private static long compare(long seed, long world, int requests) throws Exception {
        RandomWorld random = RandomWorld.ofSize(seed * 3_000_017 + world, 1 + (int) (world * 7 % LARGEST));
        long decided = 0;
        for (Kind kind : Kind.values()) {
            Trial trial = new Trial(random, kind, world % 3 == 2, false);
            for (int i = 0; i < requests && !trial.space.isEmpty(); i++, decided++) {
                trial.compare(i);
            }
        }
        return decided;
    }

    @Test
    void membersOfEachClass_areOpenedAsTheEvaluatorDecides() throws Exception {
        long asked = 0;
        int refused = 0;
        long w = 0;
        for (; asked < DECISIONS; w++) {
            RandomWorld random = RandomWorld.ofSize(SEED * 5_000_011 + w, 1 + (int) (w * 7 % LARGEST));
            Kind kind = Kind.values()[(int) (w % Kind.values().length)];
            try {
                Trial trial = new Trial(random, kind, w / Kind.values().length % 2 == 1, true);
                asked += trial.space.isEmpty() ? 0 : members(trial.space, trial.oracle, CLASSES, new Random(random.seed()));
            } catch (PolicyLoadException e) {
                refused++;
            }
        }
        assertThat(refused).as("worlds whose device filters compare too much").isLessThan((int) Math.max(3, w / 20));
    }

    /** Asks the evaluator about members of the classes of requests that are open, and returns how many. */
    static int members(Space space, Oracle oracle, int most, Random dice) {
        Regions regions = space.regions();
        Diagram gaps = space.gaps();
        int asked = 0;
        for (Opening opening : Opening.values()) {
            List<Regions.Box> boxes = new ArrayList<>();
            regions.cut(regions.of(gaps, opening == Opening.PASSWORD_ALONE ? Profile::isOpen : Profile::isOpenByRegistering), most, boxes);
            for (Regions.Box box : boxes) {
                for (int i = 0; i < MEMBERS; i++, asked++) {
                    List<Signal> signals = new ArrayList<>();
                    for (int level = 0; level < box.classes().length; level++) {
                        signals.add(any(space.dimensions().get(level).values(any(bits(box.classes()[level]), dice)), dice));
                    }
                    Person person = any(space.persons(any(bits(space.sets().bits(box.people())), dice)), dice);
                    Request request = space.request(person, signals);
                    Decision decision = oracle.decide(request, person);
                    assertThat(oracle.opening(request, person, decision)).as(() -> space.kind() + ", " + signals + ", " + person + "\n" + decision.reason()).isEqualTo(opening);
                }
            }
        }
        return asked;
    }

    private static List<Integer> bits(long[] words) {
        List<Integer> bits = new ArrayList<>();
        for (int i = 0; i < words.length * Long.SIZE; i++) {
            if (Sets.has(words, i)) {
                bits.add(i);
            }
        }
        return bits;
    }

    private static <T> T any(List<T> list, Random dice) {
        return list.get(dice.nextInt(list.size()));
    }

    /** One space of one world. */
    private static final class Trial {

        private final RandomWorld random;
        private final World world;
        private final People people;
        private final Times times;
        private final Space space;
        private final Requirements requirements = new Requirements();
        private final Diagram asked;
        private final Diagram gaps;
        private final Oracle oracle;

        Trial(RandomWorld random, Kind kind, boolean isOpen, boolean isUnproven) throws Exception {
            this.random = random;
            world = new World(isOpen ? OpenNames.bound(random.policySet(), random.directory()) : random.policySet(), random.directory(),
                    random.clock());
            people = People.of(List.of(world), kind, isOpen);
            times = new Times(List.of(world), List.of(people));
            space = new Space(world, kind, people, requirements, isUnproven);
            asked = space.requirements();
            gaps = space.gaps();
            PolicyEngine engine = PolicyEngine.withoutPolicies(world.directory, Clock.fixed(world.now, ZoneOffset.UTC));
            oracle = new Oracle(engine, world, world.set);
        }

        void compare(int index) throws Exception {
            Random dice = new Random(random.seed() * 31 + index);
            List<Signal> signals = signals(random.request(index).signIn(), dice);
            int number = dice.nextInt(people.size());
            Person person = people.person(number);
            Request request = space.request(person, signals);
            Decision decision = oracle.decide(request, person);
            assertThat(decision.reason().code()).as(() -> request + "\n" + decision).isNotIn(ReasonCode.INVALID_REQUEST, ReasonCode.EVALUATION_FAILED);
            int[] point = space.point(signals);
            int requirement = asked.value(point, space.personClass(number));
            Facts facts = person.state() != null ? new Facts(request, person.state(), world.directory, world.set.evaluationSettings(), world.now)
                    : new Facts(request, person.principal(), world.directory, world.set.evaluationSettings(), world.now);
            String expected = outcome(decision);
            String predicted = predicted(requirement, new Claims(facts, world.set.mfaSettings()), person.state() != null);
            // an agent cannot answer what other sources than policies ask
            boolean isAskedInVain = person.state() != null && person.state().isAgentUser() && predicted.equals("blocks") && expected.equals("asks");
            if (!predicted.equals(expected) && !(predicted.equals("asks") && isRefusedToRegister(decision)) && !isAskedInVain) {
                fail("%s, world %d, request %d, seed %d, %s: the diagram %s, the evaluator %s%n%s%n%s%n%s%n" + request + "%n" + applying(signals, number) + "%n%s", random, random.seed() % 3_000_017, index, random.seed() / 3_000_017, space.kind(), predicted, expected,
                        requirements.clauses(requirement), decision.reason(), person, describe(request, person));
            }
            boolean proves = signals.stream().anyMatch(signal -> signal instanceof Signal.Origin origin && origin.isManaged()
                    || signal instanceof Signal.Place place && place.gps() != null && world.snapshot.asksForGps());
            int value = gaps.value(point, space.personClass(number));
            Opening gap = Profile.isOpen(value) ? Opening.PASSWORD_ALONE : Profile.isOpenByRegistering(value) ? Opening.REGISTERING_FIRST : null;
            Opening opening = oracle.opening(request, person, decision);
            if (!proves && gap != opening) {
                fail("%s, world %d, request %d, seed %d, %s: the diagram of gaps says %s (%d), the evaluator %s%n%s%n%s%n%s%n" + request + "%n" + applying(signals, number) + "%n%s", random, random.seed() % 3_000_017, index, random.seed() / 3_000_017, space.kind(), gap, value, opening,
                        requirements.clauses(requirement), decision.reason(), person, describe(request, person));
            }
        }

        /** The sources that apply at a point, with what they ask. */
        private String applying(List<Signal> signals, int person) {
            StringBuilder applying = new StringBuilder();
            for (int i = 0; i < space.sources().size(); i++) {
                int number = i;
                Source source = space.sources().get(i);
                if (signals.stream().allMatch(signal -> Sets.has(space.row(signal), number))) {
                    source.demands().stream().filter(demand -> Sets.has(demand.people(), person)).forEach(demand -> applying.append(source.name()).append(' ')
                            .append(source.reading()).append(' ').append(requirements.clauses(demand.requirement())).append(" gap ").append(demand.gap()).append(source.policy() == null ? "" : " " + source.policy().policy().conditions()).append('\n'));
                }
            }
            return applying.toString();
        }

        private String describe(Request request, Person person) {
            return person.state() == null ? request.toString() : new Scenario(world.set, world.directory, request, person.state(), world.now).with(world.set.policies().stream()
                    .filter(policy -> oracle.explain(request, person).policies().stream().anyMatch(row -> row.id().equals(policy.id()) && row.applies()))
                    .toList()).describe();
        }

        private static String outcome(Decision decision) {
            return decision.outcome() == Outcome.ALLOW ? "lets in" : decision.outcome() == Outcome.BLOCK ? "blocks" : "asks";
        }

        /** An unregistered user would have to register, and may not here: the requirement of the request alone does not tell. */
        private static boolean isRefusedToRegister(Decision decision) {
            return Set.of(ReasonCode.REGISTRATION_NOT_ALLOWED, ReasonCode.REGISTRATION_BLOCKED_BY_RISK).contains(decision.reason().code());
        }

        private String predicted(int requirement, Claims claims, boolean isUser) {
            String worst = "lets in";
            for (List<Literal> clause : requirements.clauses(requirement)) {
                List<Status> statuses = clause.stream().map(literal -> status(literal, claims, isUser)).toList();
                if (!statuses.contains(Status.SATISFIED)) {
                    worst = worst.equals("blocks") || !statuses.contains(Status.PENDING) ? "blocks" : "asks";
                }
            }
            return worst;
        }

        private Status status(Literal literal, Claims claims, boolean isUser) {
            if (literal instanceof Literal.Grant grant) {
                return claims.status(grant.control());
            }
            if (literal instanceof Literal.Frequency frequency) {
                return frequency.frequency().secondaryOnly() && space.kind() != Kind.LEGACY && isUser ? Status.PENDING : Status.SATISFIED;
            }
            return literal instanceof Literal.Session session && session.control().equals("secureSignInSession") ? Status.FAILED : Status.SATISFIED;
        }

        // ---- values of a request

        private List<Signal> signals(SignIn request, Random dice) {
            List<Signal> signals = new ArrayList<>();
            boolean isLegacy = space.kind() == Kind.LEGACY;
            if (space.kind().isSignIn()) {
                signals.add(application(request, dice));
            }
            ClientAppType[] clients = isLegacy ? new ClientAppType[] {ClientAppType.OTHER, ClientAppType.EXCHANGE_ACTIVE_SYNC}
                    : new ClientAppType[] {ClientAppType.BROWSER, ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS};
            DevicePlatform platform = constant(DevicePlatform.class, request.devicePlatform());
            signals.add(new Signal.Client(clients[dice.nextInt(2)], platform == DevicePlatform.ALL ? null : platform));
            signals.add(risk(Axis.SIGN_IN_RISK, request.signInRiskLevel()));
            signals.add(risk(Axis.USER_RISK, request.userRiskLevel()));
            signals.add(risk(Axis.SERVICE_PRINCIPAL_RISK, request.servicePrincipalRiskLevel()));
            signals.add(risk(Axis.AGENT_RISK, request.agentIdRiskLevel()));
            signals.add(new Signal.InsiderRisk(or(constant(InsiderRiskLevel.class, request.insiderRiskLevel()), InsiderRiskLevel.NONE)));
            signals.add(new Signal.Place(IpAddress.parse(request.ipAddress()), country(request.country()), request.gps() == null ? null : country(request.gps().country()),
                    Boolean.TRUE.equals(request.insideCorporateNetwork()), Boolean.TRUE.equals(request.compliantNetwork())));
            Device device = request.deviceName() != null ? world.directory.device(request.deviceName()) : request.device();
            signals.add(new Signal.Origin(or(constant(TransferMethod.class, request.authenticationFlow()), TransferMethod.NONE), device));
            signals.add(new Signal.Secret(isLegacy && dice.nextInt(10) >= 6 ? Credential.APP_PASSWORD : Credential.PASSWORD));
            // an app password is a kind of request of its own
            List<AuthenticationMethodMode> modes = Arrays.stream(AuthenticationMethodMode.values()).filter(mode -> !mode.graphName().equals("appPassword")).toList();
            signals.add(new Signal.Method(modes.get(dice.nextInt(modes.size()))));
            Instant time = world.now.plusSeconds(dice.nextInt(3) == 0 ? 0 : dice.nextInt(8 * 24 * 3_600));
            Signal often = dimension(Axis.TIME).map(dimension -> pick(dimension, dice)).orElse(new Signal.Time(world.now));
            // an era in which no hours begin or end has no value
            boolean isLookedAt = times.all().stream().anyMatch(each -> times.era(each) == times.era(time));
            signals.add(dimension(Axis.TIME).filter(dimension -> isLookedAt && dimension.ofRow(space.row(new Signal.Time(time))) >= 0).<Signal>map(any -> new Signal.Time(time)).orElse(often));
            dimension(Axis.AUTHENTICATION_CONTEXT).ifPresent(dimension -> signals.add(pick(dimension, dice)));
            return signals.stream().filter(signal -> dimension(signal.axis()).isPresent()).toList();
        }

        private static Signal pick(Dimension dimension, Random dice) {
            return any(dimension.values(dice.nextInt(dimension.size())), dice);
        }

        private Optional<Dimension> dimension(Axis axis) {
            return space.dimensions().stream().filter(each -> each.axis() == axis).findFirst();
        }

        private static Signal risk(Axis axis, String level) {
            RiskLevel named = constant(RiskLevel.class, level);
            return new Signal.Risk(axis, named == null || named == RiskLevel.HIDDEN ? RiskLevel.NONE : named);
        }

        private Signal.Application application(SignIn request, Random dice) {
            String name = request.applications().isEmpty() ? null : request.applications().get(0);
            List<String> ids = name == null ? List.of() : world.directory.applicationIds(name);
            String id = ids.size() == 1 ? ids.get(0) : name != null && WellKnown.isId(WellKnown.fold(name)) ? WellKnown.fold(name) : null;
            Catalogue.Client client = id == null ? null : world.directory.catalogue().clientById(id);
            List<String> audiences = new ArrayList<>(client == null ? List.of() : client.opens());
            if (id != null) {
                audiences.add(id);
            }
            Signal.Application application = new Signal.Application(id, audiences, "", List.of(), dice.nextBoolean() ? "write" : dice.nextBoolean() ? "read" : null);
            List<String> scopes = dice.nextInt(3) == 0 ? List.of("UserAuthenticationMethod.Read") : dice.nextBoolean() ? request.scopes() : List.of("openid");
            // scopes that make no difference are no value of the space
            boolean hasScopes = space.kind() == Kind.SIGN_IN || space.kind() == Kind.AUTHENTICATION_CONTEXT;
            return hasScopes && dimension(Axis.APPLICATION).orElseThrow().ofRow(space.row(application.with(scopes))) >= 0 ? application.with(scopes) : application;
        }

        private static String country(String code) {
            String upper = code == null ? null : code.toUpperCase(Locale.ROOT);
            return upper != null && Countries.CODES.contains(upper) ? upper : null;
        }

        private static <T> T or(T value, T absent) {
            return value == null ? absent : value;
        }

        private static <E extends Enum<E> & GraphEnum> E constant(Class<E> type, String name) {
            return Arrays.stream(type.getEnumConstants()).filter(each -> each.graphName().equals(name)).findFirst().orElse(null);
        }
    }
}
