package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.analyse.Variants.Variant;
import dev.sallyport.analyse.Why.Change;
import dev.sallyport.analyse.Why.Way;
import dev.sallyport.compile.Control;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The search for the nearest changes of a request that change its outcome.
 *
 * <p>The values of the request come first in the dimensions of a space of its kind, the user and their {@linkplain Variants variants} are
 * its people. Every point with a number of changes is asked of the evaluator, those with fewer changes first, and with what the user may
 * prove there. The diagram leaves out what cannot be let in: from each node it tells the least number of changes to a point that is not
 * blocked. A combination that contains a shorter one that was found is not tried.
 */
final class WhySearch {

    /** The kinds that a sign-in of a user changes between. */
    private static final Set<Kind> OF_SIGN_INS = EnumSet.of(Kind.SIGN_IN, Kind.LEGACY, Kind.AUTHENTICATION_CONTEXT);
    private static final int BEYOND = 1_000;
    /** A dimension with more values is not mixed with the request's own one. */
    private static final int MOST_MIXED = 2_000;

    private final Request request;
    private final Person person;
    private final WhyOptions options;
    private final Kind own;
    private final World world;
    private final Oracle oracle;
    private final Oracle confirming;
    private final MadeUp madeUp;
    private final Proofs proofs;
    private final Words words;
    private final List<Variant> variants;
    private final Decision base;
    private final List<Found> found = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * A combination of changes.
     *
     * @param classes for each level the class; -1 where the request keeps its own value
     * @param variant the number of the variant of the user
     */
    private record Found(Room room, int[] classes, int variant, List<Literal> proved, Outcome outcome) {

        int cost(List<Variant> variants) {
            return (int) Arrays.stream(classes).filter(c -> c >= 0).count() + room.beyond + variants.get(variant).changes().size()
                    + proved.size();
        }
    }

    /** What belongs to one space. */
    private final class Room {

        private final Space space;
        /** The changes of the request that make it one of this kind, beside those of its dimensions: the context that is left out. */
        private final int beyond;
        /** The class of the request's own value at each level; -1 for what makes it of another kind: its client, or its context. */
        private final int[] ownClasses;
        private final List<Signal> ownSignals;
        private final Diagram diagram;
        private final Map<Long, Integer> least = new HashMap<>();
        /** For each level and class its values, and those that are like the request's own but for one part. */
        private final Map<Integer, List<Set<Signal>>> values = new HashMap<>();

        Room(Kind kind, Requirements requirements) throws PolicyLoadException {
            boolean isOther = kind != own && (kind == Kind.LEGACY || own == Kind.LEGACY);
            beyond = kind == Kind.SIGN_IN && own == Kind.AUTHENTICATION_CONTEXT ? 1 : 0;
            ownSignals = Signals.of(request, kind, world);
            List<Signal> signals = ownSignals.stream().filter(signal -> !(isOther && signal.axis() == Axis.CLIENT) && (kind == own
                    || signal.axis() != Axis.AUTHENTICATION_CONTEXT)).toList();
            People people = People.of(variants.stream().map(variant -> asAsked(variant.person())).toList(), world);
            space = new Space(world, kind, people, requirements, false, List.of(Needs.values()), signals);
            ownClasses = space.dimensions().stream().mapToInt(dimension -> signals.stream().filter(signal -> signal.axis()
                    == dimension.axis()).findFirst().map(signal -> dimension.ofRow(space.row(signal))).orElse(-1)).toArray();
            diagram = space.requirements();
        }

        /** The request's own value at a level, which for what makes it of another kind is of no class. */
        Signal own(int level) {
            Axis axis = space.dimensions().get(level).axis();
            return ownSignals.stream().filter(signal -> signal.axis() == axis).findFirst().orElseThrow();
        }

        private List<Set<Signal>> values(int level) {
            return values.computeIfAbsent(level, any -> {
                Dimension dimension = space.dimensions().get(level);
                List<Set<Signal>> all = new ArrayList<>();
                IntStream.range(0, dimension.size()).forEach(c -> all.add(new LinkedHashSet<>(dimension.values(c))));
                Signal own = own(level);
                Set<Signal> mixed = new LinkedHashSet<>();
                if (all.stream().mapToInt(Set::size).sum() <= MOST_MIXED) {
                    all.forEach(of -> of.forEach(each -> mixed.addAll(own.mixedWith(each))));
                }
                mixed.removeIf(each -> each instanceof Signal.Client client && ownClasses[level] < 0 && client.isLegacy()
                        != (space.kind() == Kind.LEGACY));
                mixed.forEach(each -> {
                    int c = dimension.ofRow(space.row(each));
                    if (c >= 0) {
                        all.get(c).add(each);
                    }
                });
                return all;
            });
        }

        /** The values of a class that are the likest to the request's own one. */
        List<Signal> likest(int level, Set<Integer> classes) {
            Signal own = own(level);
            List<Signal> inside = classes.stream().flatMap(c -> values(level).get(c).stream()).toList();
            int most = inside.stream().mapToInt(own::alike).max().orElseThrow();
            return inside.stream().filter(each -> own.alike(each) == most).toList();
        }

        /** Whether a class has a value that takes some parts from a value and keeps all others of the request's own one. */
        boolean isBetween(int level, int c, Signal value) {
            Set<Signal> mixed = new LinkedHashSet<>(List.of(own(level)));
            for (List<Signal> more = List.copyOf(mixed); !more.isEmpty();) {
                more = more.stream().flatMap(each -> each.mixedWith(value).stream()).filter(mixed::add).toList();
            }
            mixed.remove(own(level));
            return mixed.stream().anyMatch(each -> space.dimensions().get(level).ofRow(space.row(each)) == c);
        }

        /** The values of other classes that are as like to the request's own one as a value. */
        List<Signal> others(int level, Set<Integer> classes, Signal like) {
            Signal own = own(level);
            return IntStream.range(0, values(level).size()).filter(c -> !classes.contains(c)).boxed().flatMap(c -> values(level).get(c)
                    .stream()).filter(each -> own.alike(each) >= own.alike(like)).toList();
        }

        /** The least number of changes from a node to a point at which a person is not blocked. */
        int least(int node, int person) {
            if (node < 0) {
                for (long pair : diagram.partition(node)) {
                    if (Sets.has(space.sets().bits(Diagram.people(pair)), person)) {
                        return Diagram.value(pair) == Requirements.BLOCK ? BEYOND : 0;
                    }
                }
                return BEYOND;
            }
            Integer known = least.get((long) node << 32 | person);
            if (known == null) {
                int level = diagram.level(node);
                known = BEYOND;
                for (int c = 0; c < space.dimensions().get(level).size(); c++) {
                    known = Math.min(known, (c == ownClasses[level] ? 0 : 1) + least(diagram.child(node, level, c), person));
                }
                least.put((long) node << 32 | person, known);
            }
            return known;
        }
    }

    /** @param seen the policies that the evaluator confirms with, which are those of the analysis but in tests */
    WhySearch(PolicyEngine engine, Request request, Person person, WhyOptions options, UnaryOperator<PolicySet> seen) {
        this.request = request;
        this.person = person;
        this.options = options;
        PolicySet set = OpenNames.bound(engine.policySet(), engine.directory());
        madeUp = new MadeUp(engine.policySet(), set, engine.directory());
        world = new World(set, engine.directory(), request.signIn().createdDateTime() == null ? engine.now()
                : request.signIn().createdDateTime());
        oracle = new Oracle(engine, world, world.set);
        confirming = new Oracle(engine, world, seen.apply(world.set));
        proofs = new Proofs(world);
        words = new Words(world);
        own = Signals.kind(request, person);
        variants = Variants.of(world, person, options.changes());
        base = oracle.explain(request, person);
        if (engine.policySet().evaluationSettings().unknownSignals() == UnknownSignals.STRICT) {
            notes.add("absent signals count as Entra takes them, and not as strict mode does");
        }
        if (world.set.securityDefaults().isEnabled() && "notRequired".equals(request.signIn().securityDefaultsPrompt())) {
            notes.add("that security defaults ask at some applications where their risk engine does not is not looked at");
        }
        if (options.changes() > 2 && person.state() != null) {
            notes.add("at most two groups, roles or states of the account change at once");
        }
        if (options.changes() > 1 && !Variants.isCombined(world, person)) {
            notes.add("two memberships at once are not tried, because policies name too many groups and roles");
        }
    }

    Why found() throws PolicyLoadException {
        Requirements requirements = new Requirements();
        List<Room> rooms = new ArrayList<>(List.of(new Room(own, requirements)));
        for (Kind kind : OF_SIGN_INS.contains(own) ? OF_SIGN_INS : Set.<Kind>of()) {
            if (kind != own && (kind != Kind.AUTHENTICATION_CONTEXT || isOnContexts())) {
                rooms.add(new Room(kind, requirements));
            }
        }
        for (int cost = 1; cost <= options.changes(); cost++) {
            for (Room room : rooms) {
                for (int variant = 0; variant < variants.size(); variant++) {
                    int left = cost - room.beyond - variants.get(variant).changes().size();
                    if (left >= 0 && isUseful(room, variant)) {
                        for (int changed = 0; changed <= left; changed++) {
                            visit(room, variant, new int[room.ownClasses.length], 0, room.diagram.root(), changed, left - changed);
                        }
                    }
                }
            }
        }
        List.copyOf(found).stream().filter(each -> containsFound(each, this::isPartOf)).forEach(found::remove);
        return new Why(base, ways(), List.copyOf(notes), List.copyOf(faults));
    }

    /** The person with the home tenant that the request tells (WI-21). */
    private Person asAsked(Person asked) {
        UserState user = asked.state();
        String tenant = request.signIn().externalTenantId();
        return user == null || user.homeTenantId() != null || tenant == null ? asked
                : Variant.of(user.toBuilder().homeTenantId(tenant).build(), List.of()).person();
    }

    private boolean isOnContexts() {
        return world.policies.stream().anyMatch(policy -> !policy.policy().conditions().applications()
                .includeAuthenticationContextClassReferences().isEmpty());
    }

    /** Whether every change of a variant makes the user another one to the policies. */
    private boolean isUseful(Room room, int variant) {
        List<Change> changes = variants.get(variant).changes();
        int person = room.space.personClass(variant);
        return IntStream.range(0, variants.size()).noneMatch(other -> other != variant && room.space.personClass(other) == person
                && variants.get(other).changes().size() < changes.size() && changes.containsAll(variants.get(other).changes()));
    }

    // ---- points

    /**
     * Visits the points with a number of changes.
     *
     * @param changed how many values are still to be changed
     * @param proved  how many controls the user then proves
     */
    private void visit(Room room, int variant, int[] classes, int level, int node, int changed, int proved) {
        if (level == room.ownClasses.length) {
            if (changed == 0) {
                judge(room, variant, classes, room.diagram.partition(node), proved);
            }
            return;
        }
        int missing = 0;
        for (int i = level; i < room.ownClasses.length; i++) {
            missing += room.ownClasses[i] < 0 ? 1 : 0;
        }
        boolean isGuestMaybe = Boolean.TRUE.equals(request.signIn().session().isDirectConnectEligible());
        boolean isOut = isToAllow() && !isGuestMaybe && room.least(node, room.space.personClass(variant)) > changed;
        if (missing > changed || isOut) {
            return;
        }
        Dimension dimension = room.space.dimensions().get(level);
        if (room.ownClasses[level] >= 0) {
            classes[level] = -1;
            visit(room, variant, classes, level + 1, room.diagram.child(node, level, room.ownClasses[level]), changed, proved);
        }
        if (changed > 0) {
            for (int c = 0; c < dimension.size(); c++) {
                if (c != room.ownClasses[level]) {
                    classes[level] = c;
                    visit(room, variant, classes, level + 1, room.diagram.child(node, level, c), changed - 1, proved);
                }
            }
            classes[level] = -1;
        }
    }

    private boolean isToAllow() {
        return options.to() == Outcome.ALLOW || options.to() == null && base.outcome() != Outcome.ALLOW;
    }

    private boolean isReached(Outcome outcome) {
        return outcome != base.outcome() && (options.to() != null ? outcome == options.to() : isToAllow() == (outcome == Outcome.ALLOW));
    }

    private void judge(Room room, int variant, int[] classes, long[] partition, int proved) {
        if (proved == 0) {
            Found candidate = new Found(room, classes.clone(), variant, List.of(), base.outcome());
            if (!containsFound(candidate)) {
                Changed changed = changed(candidate);
                Outcome outcome = oracle.decide(changed.request(), changed.person()).outcome();
                if (isReached(outcome) && !reachesAsIs(candidate)) {
                    found.add(new Found(room, candidate.classes(), variant, List.of(), outcome));
                }
            }
            return;
        }
        if (!isToAllow()) {
            return;
        }
        int person = room.space.personClass(variant);
        List<Signal> signals = signals(room, classes);
        Set<Literal> literals = new LinkedHashSet<>();
        for (long pair : partition) {
            if (Sets.has(room.space.sets().bits(Diagram.people(pair)), person)) {
                room.space.requirement(Diagram.value(pair)).forEach(clause -> clause.stream().filter(literal -> !Needs.suffice(literal)
                        && Proofs.isPossible(literal, signals)).map(WhySearch::asked).forEach(literals::add));
            }
        }
        prove(room, variant, classes, List.copyOf(literals), 0, List.of(), proved);
    }

    private void prove(Room room, int variant, int[] classes, List<Literal> literals, int from, List<Literal> chosen, int left) {
        if (left == 0) {
            Found candidate = new Found(room, classes.clone(), variant, chosen, Outcome.ALLOW);
            if (!containsFound(candidate)) {
                if (reaches(candidate) && !reachesAsIs(candidate) && less(candidate).noneMatch(this::reaches)) {
                    found.add(candidate);
                }
            }
            return;
        }
        for (int i = from; i < literals.size(); i++) {
            prove(room, variant, classes, literals, i + 1, Stream.concat(chosen.stream(), Stream.of(literals.get(i))).toList(), left - 1);
        }
    }

    private boolean reaches(Found candidate) {
        Changed changed = changed(candidate);
        return changed != null && isReached(oracle.decide(changed.request(), changed.person()).outcome());
    }

    /** Whether the other changes are enough where the request keeps its authentication context, or its client and credential. */
    private boolean reachesAsIs(Found candidate) {
        Kind kind = candidate.room().space.kind();
        Changed changed = changed(candidate);
        if (kind == own || changed == null) {
            return false;
        }
        SignIn before = request.signIn();
        SignIn session = changed.request().signIn();
        SignIn.Builder ofContext = session.toBuilder().authenticationContext(before.authenticationContext());
        SignIn.Builder ofClient = session.toBuilder().clientAppType(before.clientAppType()).devicePlatform(before.devicePlatform())
                .authentication(session.authentication().toBuilder().credential(before.authentication().credential()).build());
        boolean isOfContext = kind == Kind.AUTHENTICATION_CONTEXT || candidate.room().beyond > 0;
        boolean isOfClient = kind == Kind.LEGACY || own == Kind.LEGACY;
        return isOfContext && isReached(oracle.decide(ofContext.build(), changed.person()).outcome())
                || isOfClient && isReached(oracle.decide(ofClient.build(), changed.person()).outcome());
    }

    /** The combinations without one of the changes, which may be enough where a proof is more than what was asked. */
    private Stream<Found> less(Found candidate) {
        Stream<Found> values = IntStream.range(0, candidate.classes().length).filter(level -> candidate.classes()[level] >= 0
                && candidate.room().ownClasses[level] >= 0).mapToObj(level -> {
                    int[] classes = candidate.classes().clone();
                    classes[level] = -1;
                    return new Found(candidate.room(), classes, candidate.variant(), candidate.proved(), candidate.outcome());
                });
        List<Change> changes = variants.get(candidate.variant()).changes();
        Stream<Found> fewer = IntStream.range(0, variants.size()).filter(variant -> variants.get(variant).changes().size() < changes.size()
                && changes.containsAll(variants.get(variant).changes())).mapToObj(variant -> new Found(candidate.room(),
                candidate.classes(), variant, candidate.proved(), candidate.outcome()));
        return Stream.concat(values, fewer);
    }

    /** What a user does for a literal, whoever asks for it. */
    private static Literal asked(Literal literal) {
        return literal instanceof Literal.Grant grant ? new Literal.Grant(grant.control(), false) : literal;
    }

    private boolean containsFound(Found candidate) {
        return containsFound(candidate, (level, shorter, any) -> false);
    }

    private boolean containsFound(Found candidate, Containment isPart) {
        return found.stream().anyMatch(shorter -> shorter != candidate && (shorter.room() == candidate.room()
                ? IntStream.range(0, candidate.classes().length).allMatch(level -> shorter.classes()[level] < 0
                        || shorter.classes()[level] == candidate.classes()[level]
                        || isPart.test(level, shorter, candidate))
                : shorter.room().beyond == 0 && Arrays.stream(shorter.classes()).allMatch(c -> c < 0))
                && userChanges(candidate).containsAll(variants.get(shorter.variant()).changes())
                && shorter.proved().stream().allMatch(one -> candidate.proved().stream().anyMatch(other
                        -> Requirements.implies(other, one))));
    }

    /** Whether the value of a shorter combination at a level is a part of that of a candidate. */
    private interface Containment {
        boolean test(int level, Found shorter, Found candidate);
    }

    /**
     * Whether a candidate changes the value at a level as a shorter combination does, and more of it: an address of the shorter one, and
     * another country too.
     */
    private boolean isPartOf(int level, Found shorter, Found candidate) {
        Room room = candidate.room();
        return candidate.classes()[level] >= 0 && room.ownClasses[level] >= 0 && room.likest(level, Set.of(candidate.classes()[level]))
                .stream().allMatch(value -> room.isBetween(level, shorter.classes()[level], value));
    }

    /** What changes of the user, with the registration of a method that proving MFA takes. */
    private List<Change> userChanges(Found found) {
        Variant variant = variants.get(found.variant());
        return variant.registersFirst() && found.proved().stream().anyMatch(WhySearch::isMfa) ? Stream.concat(variant.changes().stream(),
                Stream.of(Variants.REGISTERED)).toList() : variant.changes();
    }

    /** The values of a point: those of the request, and of each changed class the one that is the likest. */
    private static List<Signal> signals(Room room, int[] classes) {
        List<Signal> signals = new ArrayList<>();
        for (int level = 0; level < classes.length; level++) {
            signals.add(classes[level] < 0 ? room.own(level) : room.likest(level, Set.of(classes[level])).get(0));
        }
        return signals;
    }

    private record Changed(Request request, Person person) { }

    /** The request and the person with some changes; {@code null} if the user can prove nothing of the kind. */
    private @Nullable Changed changed(Found changes) {
        SignIn session = request.signIn();
        String method = request instanceof Registration registration ? registration.method() : null;
        List<Signal> signals = signals(changes.room(), changes.classes());
        if (own == Kind.AUTHENTICATION_CONTEXT && changes.room().space.kind() != own) {            // legacy clients do not step up
            session = session.toBuilder().authenticationContext(null).build();
        }
        for (int level = 0; level < changes.classes().length; level++) {
            if (changes.classes()[level] >= 0) {
                Signal signal = signals.get(level);
                SignIn.Builder builder = session.toBuilder();
                if (signal instanceof Signal.Origin) {
                    builder.deviceName(null).session(session.session().toBuilder().originalTransferMethod(null).build());
                } else if (signal instanceof Signal.Secret secret) {
                    builder.authentication(session.authentication().toBuilder().credential(secret.credential().graphName())
                            .appPassword(null).build());
                } else if (signal instanceof Signal.Method registered) {
                    method = registered.mode().graphName();
                } else if (signal instanceof Signal.Time time) {
                    moved(session, Duration.between(world.now, time.instant()), builder.createdDateTime(time.instant()));
                }
                signal.into(builder);
                session = builder.build();
            }
        }
        Variant changed = variants.get(changes.variant());
        for (Literal literal : changes.proved()) {
            if (isMfa(literal) && changed.registersFirst()) {
                changed = Variant.of(Lifecycle.register(Objects.requireNonNull(changed.person().state()),
                        AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, null, world.now), List.of());
            }
            session = proofs.with(session, literal, List.of());
            if (session == null) {
                return null;
            }
        }
        return new Changed(request instanceof Registration registration ? new Registration(session, method, registration.displayName())
                : session, changed.person());
    }

    /** What a session did, as much earlier or later as its request is made. */
    private static void moved(SignIn session, Duration by, SignIn.Builder builder) {
        SignIn.Authentication proved = session.authentication();
        SignIn.Session state = session.session();
        builder.authentication(proved.toBuilder().mfaDateTime(moved(proved.mfaDateTime(), by)).signInDateTime(moved(proved
                .signInDateTime(), by)).build()).session(state.toBuilder().startedDateTime(moved(state.startedDateTime(), by))
                .rememberedMfaDateTime(moved(state.rememberedMfaDateTime(), by))
                .primaryRefreshTokenDateTime(moved(state.primaryRefreshTokenDateTime(), by)).build());
    }

    private static @Nullable Instant moved(@Nullable Instant time, Duration by) {
        return time == null ? null : time.plus(by);
    }

    private static boolean isMfa(Literal literal) {
        return literal instanceof Literal.Grant grant && (grant.control().kind().isMfa()
                || grant.control().kind() == Control.Kind.ENFORCED_MFA);
    }

    // ---- ways

    /** What ways have in common that differ in their values or their membership only. */
    private record Like(Room room, List<Integer> levels, List<Literal> proved, Outcome outcome) { }

    /** Ways that differ in their membership only. */
    private record Draft(Like like, List<Set<Integer>> box, String membership, List<Found> alternatives) { }

    private List<Way> ways() {
        Map<List<Object>, Draft> drafts = new LinkedHashMap<>();
        Map<Like, Map<Integer, List<Found>>> groups = new LinkedHashMap<>();
        for (Found each : found) {
            List<Integer> levels = IntStream.range(0, each.classes().length).filter(level -> each.classes()[level] >= 0).boxed().toList();
            groups.computeIfAbsent(new Like(each.room(), levels, each.proved(), each.outcome()), any -> new LinkedHashMap<>())
                    .computeIfAbsent(each.variant(), any -> new ArrayList<>()).add(each);
        }
        groups.forEach((like, byVariant) -> byVariant.forEach((variant, alike) -> {
            Map<List<Integer>, Found> left = new LinkedHashMap<>();
            alike.forEach(each -> left.put(like.levels().stream().map(level -> each.classes()[level]).toList(), each));
            Set<List<Integer>> all = Set.copyOf(left.keySet());
            while (!left.isEmpty()) {
                Map.Entry<List<Integer>, Found> first = left.entrySet().iterator().next();
                List<Set<Integer>> box = box(first.getKey(), all);
                left.keySet().removeIf(tuple -> IntStream.range(0, tuple.size()).allMatch(i -> box.get(i).contains(tuple.get(i))));
                List<Change> changes = variants.get(variant).changes();
                String membership = changes.size() == 1 && !changes.get(0).subject().equals("account") ? changes.get(0).subject()
                        + changes.get(0).isAnyBut() : changes.toString();
                drafts.computeIfAbsent(List.of(like, box, membership), any -> new Draft(like, box, membership, new ArrayList<>()))
                        .alternatives().add(first.getValue());
            }
        }));
        List<Draft> ranked = new ArrayList<>(drafts.values());
        ranked.sort(Comparator.comparingInt((Draft draft) -> draft.alternatives().get(0).cost(variants)).thenComparingInt(this::rank));
        return ranked.stream().map(this::way).toList();
    }

    /** The largest box with a tuple that all tuples of it belong to. */
    private static List<Set<Integer>> box(List<Integer> tuple, Set<List<Integer>> all) {
        List<Set<Integer>> box = new ArrayList<>(tuple.stream().<Set<Integer>>map(c -> new LinkedHashSet<>(List.of(c))).toList());
        for (int i = 0; i < tuple.size(); i++) {
            int at = i;
            all.stream().map(each -> each.get(at)).distinct().filter(c -> !box.get(at).contains(c)).forEach(c -> {
                List<Set<Integer>> with = new ArrayList<>(box);
                with.set(at, Set.of(c));
                if (all.containsAll(product(with))) {
                    box.get(at).add(c);
                }
            });
        }
        return box;
    }

    private static List<List<Integer>> product(List<Set<Integer>> sets) {
        List<List<Integer>> product = List.of(List.of());
        for (Set<Integer> set : sets) {
            product = product.stream().flatMap(before -> set.stream().map(c -> Stream.concat(before.stream(), Stream.of(c)).toList()))
                    .toList();
        }
        return product;
    }

    /** What the user can do now comes first, then what they may get, and last what an administrator decides. */
    private int rank(Draft draft) {
        int rank = 0;
        for (int level : draft.like().levels()) {
            rank += switch (draft.like().room().space.dimensions().get(level).axis()) {
                case DEVICE -> 1;
                case LOCATION -> 2;
                case CLIENT -> 3;
                case CREDENTIAL -> 4;
                case TIME -> 5;
                case APPLICATION, AUTHENTICATION_CONTEXT -> 6;
                default -> 7;
            };
        }
        rank += 6 * draft.like().room().beyond;
        for (Change change : variants.get(draft.alternatives().get(0).variant()).changes()) {
            rank += change.subject().equals("membership") ? 8 : change.subject().equals("role") ? 9 : 10;
        }
        return rank;
    }

    private Way way(Draft draft) {
        Found first = draft.alternatives().get(0);
        Changed changed = changed(first);
        Decision decision = confirming.explain(changed.request(), changed.person());
        if (decision.outcome() != draft.like().outcome()) {
            faults.add("the analysis says that a change leads to " + draft.like().outcome() + ", and the evaluator decides "
                    + decision.outcome() + " (" + decision.reason().code() + "): " + changed.request());
        }
        List<Change> changes = new ArrayList<>();
        draft.like().proved().forEach(literal -> changes.add(proof(literal, first)));
        Space space = draft.like().room().space;
        for (int i = 0; i < draft.like().levels().size(); i++) {
            int level = draft.like().levels().get(i);
            Room room = draft.like().room();
            List<Signal> likest = room.likest(level, draft.box().get(i));
            changes.add(words.change(space.dimensions().get(level).axis(), likest, room.others(level, draft.box().get(i), likest.get(0)),
                    room.own(level)));
        }
        if (draft.like().room().beyond > 0) {
            String context = Objects.requireNonNull(request.signIn().authenticationContext());
            changes.add(new Change(Axis.AUTHENTICATION_CONTEXT.toString(), false, List.of("none"), context,
                    "without the authentication context " + context));
        }
        if (variants.get(first.variant()).changes().size() == 1) {
            List<Change> alike = draft.alternatives().stream().map(each -> variants.get(each.variant()).changes().get(0)).toList();
            Change one = alike.get(0);
            List<String> values = alike.stream().flatMap(each -> each.values().stream()).toList();
            changes.add(new Change(one.subject(), false, values, one.from(), one.text() + (values.size() == 1 ? "" : " or "
                    + String.join(" or ", values.subList(1, values.size())))));
        } else {
            variants.get(first.variant()).changes().forEach(each -> changes.add(new Change(each.subject(), false, each.values(),
                    each.from(), each.text())));
        }
        UserState user = changed.person().state();
        List<String> resources = madeUp.resources(changed.person(), changed.request());
        return new Way(List.copyOf(changes), new Witness(changed.request(), madeUp.user(changed.person()),
                changed.person().principal(), true, resources, decision), !Objects.equals(user, person.state()));
    }

    private Change proof(Literal literal, Found found) {
        boolean isFirst = isMfa(literal) && variants.get(found.variant()).registersFirst();
        String text = Words.proof(literal);
        return new Change("proof", false, List.of(text), "", isFirst ? "by registering a method and " + text : "by " + text);
    }
}
