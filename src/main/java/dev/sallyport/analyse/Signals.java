package dev.sallyport.analyse;

import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.Countries;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request as values of the dimensions of a space: what each condition of a policy looks at. An absent fact counts as Entra takes it. */
final class Signals {

    private Signals() { }

    /** The values of a request that the evaluator takes, which is one of a kind. */
    static List<Signal> of(SignIn request, Kind kind, World world) {
        List<Signal> signals = new ArrayList<>();
        if (kind == Kind.SIGN_IN || kind == Kind.LEGACY) {
            signals.add(application(request, world));
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
        signals.add(new Signal.Origin(or(constant(TransferMethod.class, request.authenticationFlow()), TransferMethod.NONE), device));
        if (kind == Kind.LEGACY) {
            signals.add(new Signal.Secret(or(constant(Credential.class, request.authentication().credential()), Credential.PASSWORD)));
        }
        return signals;
    }

    private static ClientAppType client(SignIn request, Kind kind) {
        return or(constant(ClientAppType.class, request.clientAppType()), kind == Kind.LEGACY ? ClientAppType.OTHER
                : ClientAppType.BROWSER);
    }

    /** Whether a sign-in comes from a client with legacy authentication, as one does that does not say its client (CA-UNK-03). */
    static boolean isLegacy(SignIn request) {
        ClientAppType client = client(request, Kind.LEGACY);
        return client == ClientAppType.OTHER || client == ClientAppType.EXCHANGE_ACTIVE_SYNC;
    }

    private static Signal.Application application(SignIn request, World world) {
        Set<String> audiences = new LinkedHashSet<>();
        List<String> names = new ArrayList<>();
        String id = null;
        for (String name : request.applications()) {
            List<String> ids = world.directory.applicationIds(name);
            id = ids.size() == 1 ? ids.get(0) : WellKnown.isId(WellKnown.fold(name)) ? WellKnown.fold(name) : null;
            if (id != null) {
                Catalogue.Client client = world.directory.catalogue().clientById(id);
                audiences.addAll(client == null ? List.of() : client.opens());
                audiences.add(id);
            }
            names.add(id == null || world.directory.application(id) == null ? name : world.directory.application(id).displayName());
        }
        return new Signal.Application(id, List.copyOf(audiences), names.isEmpty() ? "an application that is not known"
                : String.join(" and ", names), request.scopes(), request.azureResourceOperation());
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
