package dev.sallyport.analyse;

import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Device;
import dev.sallyport.model.DevicePlatform;
import dev.sallyport.model.InsiderRiskLevel;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.RiskLevel;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.TransferMethod;
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

    /**
     * An application.
     *
     * @param id             in lower case; {@code null} where the request does not name it (CA-APP-19)
     * @param audiences      the resources that it stands for, which a client opens (CA-APP-04)
     * @param name           as people know it
     * @param isLowPrivilege whether only low-privilege scopes are asked for (CA-APP-15)
     */
    record Application(@Nullable String id, List<String> audiences, String name, boolean isLowPrivilege) implements Signal {

        /** A low-privilege scope that is not one of sign-in alone, so that the exception for those does not count (CA-APP-17). */
        private static final String SCOPE = "User.Read";

        @Override
        public Axis axis() {
            return Axis.APPLICATION;
        }

        @Override
        public void into(SignIn.Builder request) {
            request.applications(id == null ? List.of() : List.of(id)).scopes(isLowPrivilege ? List.of(SCOPE) : List.of());
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
    }

    /** A risk of the sign-in or of the user. */
    record Risk(Axis axis, RiskLevel level) implements Signal {

        @Override
        public void into(SignIn.Builder request) {
            if (axis == Axis.SIGN_IN_RISK) {
                request.signInRiskLevel(level.graphName());
            } else {
                request.userRiskLevel(level.graphName());
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
            return (Objects.equals(place.country, country) ? 2 : 0) + (place.isCompliant == isCompliant ? 1 : 0)
                    + (place.isInside == isInside ? 1 : 0);
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
}
