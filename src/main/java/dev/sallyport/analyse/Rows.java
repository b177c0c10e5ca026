package dev.sallyport.analyse;

import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Environment;
import dev.sallyport.compile.SignInFact;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.decide.Scopes;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Device;
import dev.sallyport.model.Reference;
import dev.sallyport.model.TransferMethod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which sources a value belongs to. It is asked of the compiled policies themselves. */
final class Rows {

    private static final String BASELINE_SCOPES = Catalogue.builtIn().use("baselineScopes").get(0);
    private static final Instant BASELINE_SCOPES_ENFORCED = Catalogue.builtIn().dateOf("baselineScopesEnforced");              // AMB-29

    private final List<View> views;
    private final List<Source> sources;
    private final Kind kind;

    Rows(List<View> views, List<Source> sources, Kind kind) {
        this.views = views;
        this.sources = sources;
        this.kind = kind;
    }

    /** The sources that a value belongs to, as bits. */
    long[] of(Signal signal) {
        long[] row = new long[Sets.words(sources.size())];
        View view = null;
        Device device = null;
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            if (view != views.get(source.view())) {
                view = views.get(source.view());
                fill(signal, view);
                device = view.fact().device;
            }
            Predicate<Signal> narrower = source.narrower().get(signal.axis());
            if ((narrower == null || narrower.test(signal)) && (source.policy() == null || matches(source, signal, view, device))) {
                Sets.add(row, i);
            }
        }
        return row;
    }

    /** Whether a value meets the conditions of a policy now. */
    boolean meets(CompiledPolicy policy, Signal signal) {
        View view = views.get(0);
        fill(signal, view);
        Source whole = new Source(policy.policy().id(), 0, policy, Source.Reading.of(Sources.action(kind)), Map.of(),
                List.of());
        return matches(whole, signal, view, view.fact().device);
    }

    private boolean matches(Source source, Signal signal, View view, @Nullable Device device) {
        SignInFact fact = view.fact();
        CompiledPolicy policy = Objects.requireNonNull(source.policy());
        ConditionalAccessPolicy.Conditions conditions = policy.policy().conditions();
        fact.action = source.reading().action();
        fact.device = source.reading().seesDevice() ? device : null;
        return switch (signal.axis()) {
            case APPLICATION -> {
                Signal.Application application = (Signal.Application) signal;
                fact.signInScopesOnly = source.reading().isInBrowser() && fact.lowPrivilege && Scopes.areOidc(application.scopes())
                        && application.id() != null;
                boolean stepsUp = kind == Kind.AUTHENTICATION_CONTEXT || source.reading().stepsUp();
                fact.context = stepsUp ? 1 : 0;
                if (application.id() == null) {
                    fact.applications = stepsUp ? new int[0] : new int[] {view.world().snapshot.unknownApplication(false)};
                }
                boolean isByContext = stepsUp && isOnContexts(conditions);
                yield fact.action != CompiledPolicy.SIGN_IN || isByContext || policy.matchesTarget(fact);
            }
            case AUTHENTICATION_CONTEXT -> fact.action != CompiledPolicy.SIGN_IN || !isOnContexts(conditions) || policy.matchesTarget(fact);
            case CLIENT, SIGN_IN_RISK, USER_RISK, INSIDER_RISK, SERVICE_PRINCIPAL_RISK, AGENT_RISK -> policy.matchesEnvironment(fact);
            case LOCATION -> conditions.locations() == null || policy.matchesLocation(fact);
            case DEVICE -> policy.matchesEnvironment(fact) && policy.matchesDevice(fact);
            case TIME -> conditions.times() == null || conditions.times().contains(((Signal.Time) signal).instant());
            case CREDENTIAL, METHOD -> true;
        };
    }

    /** Whether a policy targets authentication contexts, and so no application. */
    private static boolean isOnContexts(ConditionalAccessPolicy.Conditions conditions) {
        ConditionalAccessPolicy.Applications target = conditions.applications();
        return !target.includesUnknown() && target.includeUserActions().isEmpty() && !target.targetsApplications();
    }

    /** Sets what conditions on the signal's dimension look at. */
    private void fill(Signal signal, View view) {
        SignInFact fact = view.fact();
        World world = view.world();
        fact.environment = 0;
        fact.device = null;
        fact.context = 0;
        if (signal instanceof Signal.Application application) {
            fill(application, world, fact);
        } else if (signal instanceof Signal.Context context) {
            fact.applications = new int[0];
            fact.lowPrivilege = false;
            fact.context = context.number();
        } else if (signal instanceof Signal.Client client) {
            fact.environment = Environment.client(client.type(), client.platform(), false) | Environment.platform(client.platform(), false);
        } else if (signal instanceof Signal.Risk risk) {
            fact.environment = switch (risk.axis()) {
                case SIGN_IN_RISK -> Environment.signInRisk(risk.level(), false);
                case USER_RISK -> Environment.userRisk(risk.level(), false);
                case SERVICE_PRINCIPAL_RISK -> Environment.servicePrincipalRisk(risk.level(), false);
                default -> Environment.agentRisk(risk.level(), false);
            };
        } else if (signal instanceof Signal.InsiderRisk risk) {
            fact.environment = Environment.insiderRisk(risk.level(), false);
        } else if (signal instanceof Signal.Place place) {
            locations(place, world.snapshot, false, fact.locations);
            locations(place, world.snapshot, true, fact.possibleLocations);
        } else if (signal instanceof Signal.Origin origin) {
            fact.environment = Environment.flow(true, origin.flow() == TransferMethod.DEVICE_CODE_FLOW,
                    origin.flow() == TransferMethod.AUTHENTICATION_TRANSFER, false);
            fact.device = origin.shown();
            fact.literalExtensionAttributes = world.set.evaluationSettings().literalExtensionAttributes();
        }
    }

    private void fill(Signal.Application application, World world, SignInFact fact) {
        Snapshot snapshot = world.snapshot;
        boolean services = world.set.evaluationSettings().evaluateServiceDependencies();
        fact.applications = application.audiences().stream().flatMapToInt(id -> IntStream.concat(IntStream.of(snapshot.application(id)),
                services && snapshot.services(id) != null ? IntStream.of(snapshot.services(id)) : IntStream.empty())).toArray();
        Boolean exempt = world.set.evaluationSettings().exemptLowPrivilegeScopes();
        Reference own = world.set.evaluationSettings().baselineScopesApplication();                                          // DEC-14
        fact.lowPrivilege = application.isLowPrivilege();
        fact.baselineTarget = snapshot.application(own == null ? BASELINE_SCOPES : own.id());
        fact.lowPrivilegeExempt = exempt != null ? exempt : own == null && world.now.isBefore(BASELINE_SCOPES_ENFORCED);
    }

    private static void locations(Signal.Place place, Snapshot snapshot, boolean ifNoGps, long[] bits) {
        snapshot.locations(place.address(), place.country(), place.gps(), place.isInside(), place.isCompliant(), false, false, ifNoGps,
                bits);
    }
}
