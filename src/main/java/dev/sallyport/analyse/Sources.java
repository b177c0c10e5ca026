package dev.sallyport.analyse;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.analyse.Source.Demand;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Control;
import dev.sallyport.compile.Environment;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntBiFunction;
import java.util.stream.Stream;

/** Makes the sources of a space: of each view the policies, each in parts in which it asks the same of each person, and the other rules. */
final class Sources {

    private static final Instant DEVICE_CREDENTIALS_COVERED = Catalogue.builtIn().dateOf("deviceCredentialsCovered");          // DEC-12
    private static final List<String> AGENT_TOKENS = Catalogue.builtIn().use("agentTokens");
    private static final List<String> OF_BLUEPRINTS = Stream.concat(AGENT_TOKENS.stream(),
            Catalogue.builtIn().use("agentCreation").stream()).toList();

    /** The values of what asks nothing. */
    private static final List<Integer> NOTHING = List.of(Requirements.NOTHING, 0, Requirements.NOTHING, Requirements.NOTHING);

    private final Kind kind;
    private final People people;
    private final Requirements requirements;
    private final boolean isCompared;
    private final boolean hasRegistrations;
    private final boolean mayStepUp;
    private final List<Source> made = new ArrayList<>();

    private Sources(Kind kind, People people, Requirements requirements, boolean isCompared, boolean mayStepUp) {
        this.kind = kind;
        this.people = people;
        this.requirements = requirements;
        this.isCompared = isCompared;
        this.hasRegistrations = isCompared && kind.isOfPeople() && kind != Kind.LEGACY;
        this.mayStepUp = mayStepUp;
    }

    /**
     * @param isCompared whether the sources tell what refuses to register, and what asks to, which gaps do not look at
     * @param mayStepUp  whether some of the requests carry an authentication context, and some do not
     */
    static List<Source> of(List<View> views, Kind kind, People people, Requirements requirements, boolean isCompared, boolean mayStepUp) {
        Sources sources = new Sources(kind, people, requirements, isCompared, mayStepUp);
        for (int i = 0; i < views.size(); i++) {
            sources.policies(i, views.get(i));
            new Rules(sources, i, views.get(i), kind).all();
        }
        return sources.made;
    }

    /** The action that a request of a kind is for. */
    static int action(Kind kind) {
        return switch (kind) {
            case SIGN_IN, LEGACY, AUTHENTICATION_CONTEXT, WORKLOAD, AGENT -> CompiledPolicy.SIGN_IN;
            case REGISTRATION -> CompiledPolicy.REGISTER_SECURITY_INFO;
            case DEVICE -> CompiledPolicy.REGISTER_DEVICE;
            case APP_PASSWORD -> CompiledPolicy.CREATE_APP_PASSWORD;
        };
    }

    private void policies(int number, View view) {
        boolean isAside = kind == Kind.REGISTRATION && view.world().now.isBefore(DEVICE_CREDENTIALS_COVERED);
        for (int i = 0; i < view.world().policies.size(); i++) {
            CompiledPolicy policy = view.world().policies.get(i);
            long[] concerned = people.concerned(view.world(), i);
            if (Sets.isEmpty(concerned) || kind.isOfPeople() && !isCompared && !isWithoutRiskOfOthers(view, policy)) {
                continue;
            }
            if (isAside) {
                Predicate<Signal> ofDevice = signal -> isOfDevice((Signal.Method) signal);
                policy(number, view, policy, concerned, Facet.of(Source.and(view.when(), Axis.METHOD, ofDevice.negate()), action(kind)));
                policy(number, view, policy, concerned, Facet.of(Source.and(view.when(), Axis.METHOD, ofDevice),
                        CompiledPolicy.REGISTER_DEVICE_CREDENTIAL));
            } else {
                policy(number, view, policy, concerned, Facet.of(view.when(), action(kind)));
            }
            if (kind.isOfPeople() && kind != Kind.LEGACY) {
                guard(number, view, policy, concerned);
            }
        }
    }

    /** Whether a policy can apply where there is no risk of a service principal or an agent, as in requests of people. */
    private static boolean isWithoutRiskOfOthers(View view, CompiledPolicy policy) {
        view.fact().action = CompiledPolicy.SIGN_IN;
        view.fact().environment = Environment.servicePrincipalRisk(null, false) | Environment.agentRisk(null, false);
        return policy.matchesEnvironment(view.fact());
    }

    private static boolean isOfDevice(Signal.Method method) {
        return method.mode() == AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS
                || method.mode() == AuthenticationMethodMode.PLATFORM_CREDENTIAL;
    }

    /** Whether a policy can target an action; a sign-in is for an application, which decides. */
    static boolean targets(View view, CompiledPolicy policy, int action) {
        view.fact().action = action;
        return action == CompiledPolicy.SIGN_IN || policy.matchesTarget(view.fact());
    }

    private static List<Facet> split(List<Facet> facets, boolean holds, Function<Facet, List<Facet>> into) {
        return holds ? facets.stream().flatMap(facet -> into.apply(facet).stream()).toList() : facets;
    }

    /** The parts in which a policy asks the same of each person, whatever is done. */
    private static List<Facet> parts(CompiledPolicy policy, Facet whole) {
        ConditionalAccessPolicy.Conditions conditions = policy.policy().conditions();
        boolean isPerDevice = policy.grant().operands().stream().anyMatch(Control::isPerDevice);
        boolean looks = isPerDevice || conditions.deviceFilter() != null || !conditions.excludedDeviceStates().isEmpty();
        List<Facet> parts = split(List.of(whole), looks, Facet::byVisibility);
        parts = split(parts, isPerDevice, Facet::byDevice);
        return split(parts, policy.asksForGps(), Facet::byPosition);
    }

    private void policy(int number, View view, CompiledPolicy policy, long[] concerned, Facet whole) {
        if (!targets(view, policy, whole.reading().action())) {
            return;
        }
        List<Facet> parts = parts(policy, whole);
        if (kind.isSignIn()) {
            parts = partsOfSignIn(view, policy, parts);
        }
        for (Facet facet : parts) {
            add(new Source(policy.policy().id(), number, policy, facet.reading(), facet.narrower(), demands(view, concerned, facet.whose(),
                    profile -> profile.clauses(policy, facet), (profile, clauses) -> profile.gap(policy, clauses, facet))));
            for (Lack lack : lacks(policy)) {
                aside(number, view, policy, concerned, facet, lack, profile -> List.of(), profile -> lack == Lack.NOTHING ? List.of()
                        : profile.prompting(profile.clauses(policy, facet), lack));
            }
        }
    }

    private List<Lack> lacks(CompiledPolicy policy) {
        return hasRegistrations ? Lack.of(policy.grant().operands()) : List.of();
    }

    /** What a policy has to say to the registration in the middle of requests that lack something. */
    private void aside(int number, View view, CompiledPolicy policy, long[] concerned, Facet facet, Lack lack,
            Function<Profile, List<List<Literal>>> guard, Function<Profile, List<List<Literal>>> prompt) {
        Map<Axis, Predicate<Signal>> narrower = facet.narrower();
        for (Map.Entry<Axis, Predicate<Signal>> more : lack.where().entrySet()) {
            narrower = Source.and(narrower, more.getKey(), more.getValue());
        }
        add(new Source(policy.policy().id(), number, policy, facet.reading(), narrower, demands(view, concerned, profile
                -> isTheirs(facet, profile), profile -> List.of(Requirements.NOTHING, 0, requirements.of(guard.apply(profile)),
                requirements.of(prompt.apply(profile))))));
    }

    private static boolean isTheirs(Facet facet, Profile profile) {
        return facet.whose().test(profile) && profile.mayHaveToRegister();
    }

    private List<Facet> partsOfSignIn(View view, CompiledPolicy policy, List<Facet> whole) {
        ConditionalAccessPolicy.Applications target = policy.policy().conditions().applications();
        boolean asksForDevice = policy.grant().operands().stream().anyMatch(control -> control.kind() == Control.Kind.COMPLIANT_DEVICE);
        boolean isBroad = target.excludesAny() && target.includeApplications().stream().anyMatch(each -> each.id().equals("All"));
        List<Facet> parts = split(whole, asksForDevice && !view.world().set.catalogue().controlExemptions().isEmpty(), facet
                -> facet.byExemption(signal -> isExempt((Signal.Application) signal, view)));
        parts = split(parts, asksForDevice && kind == Kind.LEGACY && view.world().set.evaluationSettings().evaluateActiveSyncDevices(),
                Facet::byActiveSync);
        parts = split(parts, mayStepUp, Facet::byContext);
        parts = split(parts, isBroad && kind.isOfPeople() && kind != Kind.LEGACY, Facet::byBrowser);
        return split(parts, !kind.isOfPeople(), facet -> Arrays.stream(Profile.Principal.values()).map(principal
                -> facet.within(principal, signal -> !isBeyond((Signal.Application) signal, principal))).toList());
    }

    /** Whether a compliant device is never the reason of a block of the application (DEC-06). */
    private static boolean isExempt(Signal.Application application, View view) {
        return view.world().snapshot.isExemptFromCompliantDevice(application.audiences(), application.scopes());
    }

    /** AGT-05: what agents and blueprints do on the way to a token of an agent. */
    static boolean isBeyond(Signal.Application application, Profile.Principal principal) {
        List<String> beyond = switch (principal) {
            case NONE, WORKLOAD -> List.of();
            case AGENT -> AGENT_TOKENS;
            case BLUEPRINT -> OF_BLUEPRINTS;
        };
        return !application.audiences().isEmpty() && beyond.containsAll(application.audiences());
    }

    /** What a policy on registering has to say to those who have not registered, in the middle of the request or beside it. */
    private void guard(int number, View view, CompiledPolicy policy, long[] concerned) {
        if (targets(view, policy, CompiledPolicy.REGISTER_SECURITY_INFO)) {
            for (Facet facet : parts(policy, Facet.of(view.when(), CompiledPolicy.REGISTER_SECURITY_INFO))) {
                add(new Source(policy.policy().id(), number, policy, facet.reading(), facet.narrower(), demands(view, concerned,
                        facet.whose(), profile -> List.of(), (profile, none) -> profile.guard(policy, facet))));
                for (Lack lack : lacks(policy)) {
                    aside(number, view, policy, concerned, facet, lack, profile -> profile.guarding(policy, facet, lack), profile
                            -> List.of());
                }
            }
        }
    }

    /** Adds a source, unless it asks nothing. */
    void add(Source source) {
        if (!source.demands().isEmpty()) {
            made.add(source);
        }
    }

    /** All people, as bits. */
    long[] everybody() {
        long[] all = new long[Sets.words(people.size())];
        for (int i = 0; i < people.size(); i++) {
            Sets.add(all, i);
        }
        return all;
    }

    /** What is asked of some of the people, by what it is. */
    List<Demand> demands(View view, long[] concerned, Predicate<Profile> whose, Function<Profile, List<List<Literal>>> asks,
            ToIntBiFunction<Profile, List<List<Literal>>> gap) {
        return demands(view, concerned, whose, profile -> {
            List<List<Literal>> clauses = asks.apply(profile);
            int value = gap.applyAsInt(profile, clauses);
            return hasRegistrations ? List.of(requirements.of(profile.shown(clauses)), value, Requirements.NOTHING,
                    requirements.of(profile.prompting(clauses, Lack.NOTHING)))
                    : List.of(requirements.of(clauses), value, Requirements.NOTHING, Requirements.NOTHING);
        });
    }

    /** @param values what is asked, as {@link Demand} has it */
    private List<Demand> demands(View view, long[] concerned, Predicate<Profile> whose, Function<Profile, List<Integer>> values) {
        Map<List<Integer>, long[]> byValue = new LinkedHashMap<>();
        long[][] byKey = new long[view.profiles().size()][];
        for (int key = 0; key < byKey.length; key++) {
            Profile profile = view.profiles().get(key);
            List<Integer> value = whose.test(profile) ? values.apply(profile) : NOTHING;
            if (!value.equals(NOTHING)) {
                byKey[key] = byValue.computeIfAbsent(value, any -> new long[concerned.length]);
            }
        }
        int[] keys = people.keysOf(view.world());
        for (int w = 0; w < concerned.length; w++) {
            for (long bits = concerned[w]; bits != 0; bits &= bits - 1) {
                int person = (w << 6) + Long.numberOfTrailingZeros(bits);
                long[] asked = byKey[keys[person]];
                if (asked != null) {
                    Sets.add(asked, person);
                }
            }
        }
        return byValue.entrySet().stream().filter(each -> !Sets.isEmpty(each.getValue())).map(each -> new Demand(each.getKey().get(0),
                each.getKey().get(1), each.getKey().get(2), each.getKey().get(3), each.getValue())).toList();
    }
}
