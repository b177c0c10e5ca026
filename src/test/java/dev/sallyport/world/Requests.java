package dev.sallyport.world;

import dev.sallyport.Registration;
import dev.sallyport.Request;
import dev.sallyport.SignIn;
import dev.sallyport.model.IpAddress;

/** Changes requests. */
public final class Requests {

    private Requests() { }

    /** A builder that holds everything that a sign-in holds. */
    public static SignIn.Builder builder(SignIn signIn) {
        return SignIn.builder().name(signIn.name()).user(signIn.user()).servicePrincipal(signIn.servicePrincipal()).applications(signIn.applications())
                .authenticationContext(signIn.authenticationContext()).clientAppType(signIn.clientAppType()).devicePlatform(signIn.devicePlatform())
                .ipAddress(signIn.ipAddress()).country(signIn.country()).deviceName(signIn.deviceName()).device(signIn.device())
                .signInRiskLevel(signIn.signInRiskLevel()).userRiskLevel(signIn.userRiskLevel()).insiderRiskLevel(signIn.insiderRiskLevel())
                .servicePrincipalRiskLevel(signIn.servicePrincipalRiskLevel()).authenticationFlow(signIn.authenticationFlow())
                .createdDateTime(signIn.createdDateTime()).authentication(signIn.authentication()).session(signIn.session())
                .clientApplication(signIn.clientApplication()).scopes(signIn.scopes()).gps(signIn.gps())
                .insideCorporateNetwork(signIn.insideCorporateNetwork()).compliantNetwork(signIn.compliantNetwork()).securityDefaultsPrompt(signIn.securityDefaultsPrompt())
                .satisfied(signIn.satisfied()).externalTenantId(signIn.externalTenantId()).externalUserType(signIn.externalUserType());
    }

    /** The same request of another session. */
    public static Request with(Request request, SignIn signIn) {
        return request instanceof Registration registration ? new Registration(signIn, registration.method(), registration.displayName()) : signIn;
    }

    /** The IPv4-mapped IPv6 form of an IPv4 address (CA-LOC-26), or the address itself when it is none. */
    public static String mapped(String address, boolean inHexadecimal) {
        IpAddress parsed = IpAddress.parse(address);
        return parsed != null && address.indexOf(':') < 0 ? Addresses.mapped(address, inHexadecimal) : address;
    }
}
