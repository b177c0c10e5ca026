package dev.sallyport.analyse;

import dev.sallyport.decide.Scopes;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TransferMethod;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A value of a dimension: what one part of a request says. Each can be written into a request. */
sealed interface Signal {

    Axis axis();

    void into(SignIn.Builder request);

    /** How much another value of the dimension has in common with this one, for the choice of the nearest one. */
    default int alike(Signal other) {
        return equals(other) ? 1 : 0;
    }

    /** Values that have one part of another value of the dimension, and else are as this one. */
    default List<Signal> mixedWith(Signal other) {
        return List.of();
    }

    /**
     * An application.
     *
     * @param id        in lower case; {@code null} where the request does not name it (CA-APP-19), or names a context alone (CA-ACX-04)
     * @param audiences the resources that it stands for, which a client opens (CA-APP-04)
     * @param name      as people know it
     * @param scopes    the delegated permissions that are asked for; empty where they do not matter
     * @param operation {@code read} or {@code write} of Azure resources (DEC-10); {@code null} where it does not matter
     */
    record Application(@Nullable String id, List<String> audiences, String name, List<String> scopes, @Nullable String operation)
            implements Signal {

        @Override
        public Axis axis() {
            return Axis.APPLICATION;
        }

        @Override
        public void into(SignIn.Builder request) {
            request.applications(id == null ? List.of() : List.of(id)).scopes(scopes).azureResourceOperation(operation);
        }

        /** The same application, asked for permissions. */
        Application with(List<String> others) {
            return new Application(id, audiences, name, others, operation);
        }

        /** Whether only low-privilege scopes are asked for (CA-APP-15). */
        boolean isLowPrivilege() {
            return !scopes.isEmpty() && Scopes.areLowPrivilege(scopes);
        }

        /** Whether Azure resources are changed. */
        boolean isWrite() {
            return "write".equals(operation);
        }
    }

    /** An authentication context by its id; {@code none} is a request without one. */
    record Context(String id) implements Signal {

        static final Context NONE = new Context("none");

        @Override
        public Axis axis() {
            return Axis.AUTHENTICATION_CONTEXT;
        }

        @Override
        public void into(SignIn.Builder request) {
            request.authenticationContext(number() == 0 ? null : id);
        }

        /** Its number, 1 to 99; 0 for none. */
        int number() {
            return equals(NONE) ? 0 : Integer.parseInt(id.substring(1));
        }
    }

    /** A client on a platform; {@code null} is a platform that is not known. */
    record Client(ClientAppType type, @Nullable DevicePlatform platform) implements Signal {

        @Override
        public Axis axis() {
            return Axis.CLIENT;
        }

        @Override
        public void into(SignIn.Builder request) {
            request.clientAppType(type.graphName()).devicePlatform(platform == null ? null : platform.graphName());
        }

        @Override
        public int alike(Signal other) {
            Client client = (Client) other;
            return (client.type == type ? 1 : 0) + (client.platform == platform ? 1 : 0);
        }

        @Override
        public List<Signal> mixedWith(Signal other) {
            Client client = (Client) other;
            return List.of(new Client(client.type, platform), new Client(type, client.platform));
        }

        boolean isBrowser() {
            return type == ClientAppType.BROWSER;
        }

        boolean isLegacy() {
            return isActiveSync() || type == ClientAppType.OTHER;
        }

        boolean isActiveSync() {
            return type == ClientAppType.EXCHANGE_ACTIVE_SYNC;
        }
    }

    /** A risk of the sign-in, the user, the service principal or the agent. */
    record Risk(Axis axis, RiskLevel level) implements Signal {

        @Override
        public void into(SignIn.Builder request) {
            switch (axis) {
                case SIGN_IN_RISK -> request.signInRiskLevel(level.graphName());
                case USER_RISK -> request.userRiskLevel(level.graphName());
                case SERVICE_PRINCIPAL_RISK -> request.servicePrincipalRiskLevel(level.graphName());
                default -> request.agentIdRiskLevel(level.graphName());
            }
        }
    }

    /** An insider risk. */
    record InsiderRisk(InsiderRiskLevel level) implements Signal {

        @Override
        public Axis axis() {
            return Axis.INSIDER_RISK;
        }

        @Override
        public void into(SignIn.Builder request) {
            request.insiderRiskLevel(level.graphName());
        }
    }

    /**
     * A place.
     *
     * @param country   the country of the address; {@code null} for an unknown one
     * @param gps       the country of Authenticator's position; {@code null} where it tells none
     * @param isInside  whether AD FS claims the corporate network (CA-LOC-18)
     * @param isCompliant whether it is a compliant network (CA-LOC-21)
     */
    record Place(@Nullable IpAddress address, @Nullable String country, @Nullable String gps, boolean isInside, boolean isCompliant)
            implements Signal {

        @Override
        public Axis axis() {
            return Axis.LOCATION;
        }

        @Override
        public void into(SignIn.Builder request) {
            request.ipAddress(address == null ? null : Places.text(address)).country(country).gps(gps == null ? null : new SignIn.Gps(gps))
                    .insideCorporateNetwork(isInside ? Boolean.TRUE : null).compliantNetwork(isCompliant ? Boolean.TRUE : null);
        }

        @Override
        public int alike(Signal other) {
            Place place = (Place) other;
            return (Objects.equals(place.address, address) ? 1 : 0) + (Objects.equals(place.country, country) ? 1 : 0)
                    + (Objects.equals(place.gps, gps) ? 1 : 0) + (place.isCompliant == isCompliant ? 1 : 0)
                    + (place.isInside == isInside ? 1 : 0);
        }

        @Override
        public List<Signal> mixedWith(Signal other) {
            Place place = (Place) other;
            return List.of(new Place(place.address, country, gps, isInside, isCompliant),
                    new Place(address, place.country, gps, isInside, isCompliant),
                    new Place(address, country, place.gps, isInside, isCompliant),
                    new Place(address, country, gps, place.isInside, isCompliant),
                    new Place(address, country, gps, isInside, place.isCompliant));
        }
    }

    /** The flow by which a session comes, and its device; {@code null} is an unregistered one. */
    record Origin(TransferMethod flow, @Nullable Device device) implements Signal {

        @Override
        public Axis axis() {
            return Axis.DEVICE;
        }

        @Override
        public void into(SignIn.Builder request) {
            request.authenticationFlow(flow.graphName()).device(device);
        }

        @Override
        public int alike(Signal other) {
            Origin origin = (Origin) other;
            return (origin.flow == flow ? 2 : 0) + (Objects.equals(origin.device, device) ? 1 : 0);
        }

        @Override
        public List<Signal> mixedWith(Signal other) {
            Origin origin = (Origin) other;
            return List.of(new Origin(origin.flow, device), new Origin(flow, origin.device));
        }

        /** Whether this is what some of these devices are. */
        boolean isShownLike(List<Origin> others) {
            return others.stream().anyMatch(other -> Objects.equals(other.shown(), shown()));
        }

        /** The device, if it is registered and no device code hides it (CA-DEV-03, CA-DEV-10). */
        @Nullable Device shown() {
            return device != null && device.isRegistered() && flow != TransferMethod.DEVICE_CODE_FLOW ? device : null;
        }

        /** Whether the device is one that a password does not give: compliant or hybrid joined. */
        boolean isManaged() {
            return shown() != null && (device.isKnownCompliant() || device.isDomainJoined());
        }
    }

    /** What a legacy client authenticates with. */
    record Secret(Credential credential) implements Signal {

        @Override
        public Axis axis() {
            return Axis.CREDENTIAL;
        }

        @Override
        public void into(SignIn.Builder request) {
            // the session of the request has it, see World
        }
    }

    /** A method that is registered. */
    record Method(AuthenticationMethodMode mode) implements Signal {

        @Override
        public Axis axis() {
            return Axis.METHOD;
        }

        @Override
        public void into(SignIn.Builder request) {
            // the registration of the session has it, see World
        }

        /** Whether it makes users registered, and security defaults do not let them register it first (SD-REG-04). */
        boolean isStrongButNoApp() {
            return UserState.isStrong(mode) && mode != AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH
                    && mode != AuthenticationMethodMode.SOFTWARE_OATH;
        }
    }

    /** A time. */
    record Time(Instant instant) implements Signal {

        @Override
        public Axis axis() {
            return Axis.TIME;
        }

        @Override
        public void into(SignIn.Builder request) {
            // the session of the request has it, see World
        }
    }
}
