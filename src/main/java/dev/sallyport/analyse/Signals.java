package dev.sallyport.analyse;

import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.Countries;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TrafficProfile;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request as values of the dimensions of a space: what each condition of a policy looks at. An absent fact counts as Entra takes it. */
final class Signals {

    private Signals() { }

    /** The kind of a request of a user or a service principal. */
    static Kind kind(Request of, Person person) {
        if (of instanceof Registration registration) {
            return "device".equals(registration.method()) ? Kind.DEVICE
                    : "appPassword".equals(registration.method()) ? Kind.APP_PASSWORD : Kind.REGISTRATION;
        }
        SignIn request = of.signIn();
        UserState user = person.state();
        if (user == null || user.isAgentUser()) {
            return user != null || Objects.requireNonNull(person.principal()).mayBeAgent() ? Kind.AGENT : Kind.WORKLOAD;
        }
        return isLegacy(request) ? Kind.LEGACY : context(request) != null ? Kind.AUTHENTICATION_CONTEXT : Kind.SIGN_IN;
    }

    private static @Nullable String context(SignIn request) {
        return "none".equals(request.authenticationContext()) ? null : request.authenticationContext();
    }

    /** The values of a request that the evaluator takes, which is one of a kind. */
    static List<Signal> of(Request of, Kind kind, World world) {
        SignIn request = of.signIn();
        List<Signal> signals = new ArrayList<>();
        if (kind.isSignIn()) {
            signals.add(application(request, kind, world));
        }
        if (kind == Kind.AUTHENTICATION_CONTEXT) {
            signals.add(new Signal.Context(or(context(request), "none")));
        }
        DevicePlatform platform = constant(DevicePlatform.class, request.devicePlatform());
        signals.add(new Signal.Client(client(request, kind), platform));
        signals.add(new Signal.Risk(Axis.SIGN_IN_RISK, or(constant(RiskLevel.class, request.signInRiskLevel()), RiskLevel.NONE)));
        signals.add(new Signal.Risk(Axis.USER_RISK, or(constant(RiskLevel.class, request.userRiskLevel()), RiskLevel.NONE)));
        signals.add(new Signal.InsiderRisk(or(constant(InsiderRiskLevel.class, request.insiderRiskLevel()), InsiderRiskLevel.NONE)));
        signals.add(new Signal.Place(request.ipAddress() == null ? null : IpAddress.parse(request.ipAddress()),
                country(request.country()), request.gps() == null ? null : country(request.gps().country()),
                Boolean.TRUE.equals(request.insideCorporateNetwork()), Boolean.TRUE.equals(request.compliantNetwork())));
        Device device = request.deviceName() != null ? world.directory.device(request.deviceName()) : request.device();
        TransferMethod flow = or(constant(TransferMethod.class, request.authenticationFlow()), TransferMethod.NONE);
        TransferMethod original = constant(TransferMethod.class, request.session().originalTransferMethod());
        signals.add(new Signal.Origin(flow == TransferMethod.NONE ? or(original, flow) : flow, device));
        if (!kind.isOfPeople()) {
            signals.add(new Signal.Risk(Axis.SERVICE_PRINCIPAL_RISK, or(constant(RiskLevel.class, request.servicePrincipalRiskLevel()),
                    RiskLevel.NONE)));
            signals.add(new Signal.Risk(Axis.AGENT_RISK, or(constant(RiskLevel.class, request.agentIdRiskLevel()), RiskLevel.NONE)));
        }
        if (of instanceof Registration registration && kind == Kind.REGISTRATION) {
            signals.add(new Signal.Method(or(constant(AuthenticationMethodMode.class, registration.method()),
                    AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH)));
        }
        signals.add(new Signal.Time(world.now));
        if (kind == Kind.LEGACY) {
            signals.add(new Signal.Secret(or(constant(Credential.class, request.authentication().credential()), Credential.PASSWORD)));
        }
        return signals;
    }

    private static ClientAppType client(SignIn request, Kind kind) {
        boolean isOfPrincipal = request.servicePrincipal() != null;
        return or(constant(ClientAppType.class, request.clientAppType()), kind == Kind.LEGACY || isOfPrincipal ? ClientAppType.OTHER
                : ClientAppType.BROWSER);
    }

    /** Whether a sign-in comes from a client with legacy authentication, as one does that does not say its client (CA-UNK-03). */
    static boolean isLegacy(SignIn request) {
        ClientAppType client = client(request, Kind.LEGACY);
        return client == ClientAppType.OTHER || client == ClientAppType.EXCHANGE_ACTIVE_SYNC;
    }

    private static Signal.Application application(SignIn request, Kind kind, World world) {
        Set<String> audiences = new LinkedHashSet<>();
        List<String> names = new ArrayList<>();
        String id = null;
        for (String name : request.applications()) {
            List<String> opened = audiences(name, world);
            id = opened.isEmpty() ? null : opened.get(opened.size() - 1);
            audiences.addAll(opened);
            names.add(id == null || world.directory.application(id) == null ? name : world.directory.application(id).displayName());
        }
        return new Signal.Application(id, List.copyOf(audiences), names.isEmpty() ? Values.unknown(kind) : String.join(" and ", names),
                request.scopes(), request.azureResourceOperation());
    }

    /** What a name or an id stands for, an application itself last (CA-APP-04, DEC-15). */
    private static List<String> audiences(String name, World world) {
        List<String> ids = world.directory.applicationIds(name);
        Catalogue.Client client = ids.isEmpty() ? world.directory.catalogue().clientByName(name) : null;
        if (client != null) {
            return client.opens();
        }
        return ids.size() == 1 ? Values.audiences(ids.get(0), world)
                : WellKnown.isSame(name, TrafficProfile.ALL_INTERNET_RESOURCES) ? List.of(TrafficProfile.INTERNET.appId())
                : WellKnown.isId(WellKnown.fold(name)) ? List.of(WellKnown.fold(name)) : List.of();
    }

    private static @Nullable String country(@Nullable String code) {
        String upper = code == null ? null : code.toUpperCase(Locale.ROOT);
        return upper != null && Countries.CODES.contains(upper) ? upper : null;
    }

    private static <T> T or(@Nullable T value, T absent) {
        return value == null ? absent : value;
    }

    private static <E extends Enum<E> & GraphEnum> @Nullable E constant(Class<E> type, @Nullable String name) {
        return name == null ? null : GraphEnum.anyCase(type, name);
    }
}
