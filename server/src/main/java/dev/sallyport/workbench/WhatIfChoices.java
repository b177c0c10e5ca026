package dev.sallyport.workbench;

import dev.sallyport.PolicyEngine;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Countries;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the fields of What if offer.
 *
 * @param contexts the authentication contexts that policies name
 * @param places named places, each of which stands for an address or a country
 */
public record WhatIfChoices(List<Choice> contexts, List<Place> places) {

    /** What the user does, other than signing in. */
    public static final List<Choice> ACTIONS = actions();
    /** The kinds of clients. */
    public static final List<Choice> CLIENTS = List.of(new Choice("browser", "Browser"), new Choice("app", "Mobile app or desktop client"),
            new Choice("activesync", "Exchange ActiveSync"), new Choice("legacy", "Legacy client (IMAP, POP, SMTP …)"));
    /** The platforms. */
    public static final List<Choice> PLATFORMS = List.of(new Choice("windows", "Windows"), new Choice("macOS", "macOS"),
            new Choice("iOS", "iOS"), new Choice("android", "Android"), new Choice("linux", "Linux"), new Choice("windowsPhone",
            "Windows Phone"));
    /** The levels of risk. */
    public static final List<Choice> RISKS = List.of(new Choice("none", "No risk"), new Choice("low", "Low"),
            new Choice("medium", "Medium"), new Choice("high", "High"));
    /** The levels of insider risk. */
    public static final List<Choice> INSIDER_RISKS = List.of(new Choice("none", "No risk"), new Choice("minor", "Minor"),
            new Choice("moderate", "Moderate"), new Choice("elevated", "Elevated"));
    /** The authentication flows. */
    public static final List<Choice> FLOWS = List.of(new Choice("none", "None of them"), new Choice("deviceCodeFlow", "Device code flow"),
            new Choice("authenticationTransfer", "Authentication transfer"));
    /** The methods that a session can have used beside the password. */
    public static final List<Choice> METHODS = List.of(new Choice("microsoftAuthenticatorPush", "Authenticator"), new Choice("fido2",
            "Passkey (FIDO2)"), new Choice("windowsHelloForBusiness", "Windows Hello"), new Choice("softwareOath", "Code of an app"),
            new Choice("hardwareOath", "Hardware token"), new Choice("sms", "Text message"), new Choice("voice", "Phone call"),
            new Choice("temporaryAccessPassOneTime", "Temporary Access Pass"), new Choice("x509CertificateMultiFactor", "Certificate"));
    /** The countries. */
    public static final List<Choice> COUNTRIES = Countries.CODES.stream().map(code -> new Choice(code, new Locale("", code)
            .getDisplayCountry(Locale.ENGLISH))).sorted(Comparator.comparing(Choice::label)).toList();

    /** A value with its name. */
    public record Choice(String value, String label) { }

    /**
     * A place with a name.
     *
     * @param ip an address there; empty for none
     * @param country the code of a country there; empty for none
     */
    public record Place(String name, String ip, String country) { }

    /** A longer prefix leaves no address for the network. */
    private static final int MOST_HOSTS_PREFIX = 30;

    private static List<Choice> actions() {
        Map<AuthenticationMethodMode, String> names = Map.of(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, "Adds Authenticator",
                AuthenticationMethodMode.SOFTWARE_OATH, "Adds codes of an app", AuthenticationMethodMode.FIDO2, "Adds a passkey (FIDO2)",
                AuthenticationMethodMode.SMS, "Adds text messages", AuthenticationMethodMode.VOICE, "Adds phone calls",
                AuthenticationMethodMode.APP_PASSWORD, "Adds an app password");
        List<Choice> actions = new ArrayList<>(List.of(new Choice("none", "Opens the Security info page")));
        Lifecycle.ADDABLE.forEach(method -> actions.add(new Choice(method.graphName(), names.getOrDefault(method, "Adds "
                + method.graphName()))));
        actions.add(new Choice("device", "Registers or joins a device"));
        return List.copyOf(actions);
    }

    /** What an engine adds to them. */
    static WhatIfChoices of(PolicyEngine engine) {
        PolicySet set = engine.policySet();
        Map<String, String> contexts = new LinkedHashMap<>();
        TreeSet<String> used = new TreeSet<>(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        set.policies().forEach(policy -> used.addAll(policy.conditions().applications().includeAuthenticationContextClassReferences()));
        used.forEach(id -> contexts.put(id, id));
        set.authenticationContexts().forEach(each -> contexts.put(each.id(), each.id() + ": " + each.displayName()));
        List<Place> places = new ArrayList<>();
        if (!set.mfaSettings().trustedIps().isEmpty()) {
            places.add(new Place("MFA trusted IPs", address(set.mfaSettings().trustedIps().get(0)), ""));
        }
        set.namedLocations().stream().sorted(Comparator.comparing(NamedLocation::displayName)).forEach(location -> {
            if (location instanceof NamedLocation.Ip ip && !ip.ranges().isEmpty()) {
                places.add(new Place(ip.displayName(), address(ip.ranges().get(0)), ""));
            } else if (location instanceof NamedLocation.Country country && !country.byGps() && !country.countries().isEmpty()) {
                places.add(new Place(country.displayName(), "", new TreeSet<>(country.countries()).first()));
            }
        });
        return new WhatIfChoices(contexts.entrySet().stream().map(each -> new Choice(each.getKey(), each.getValue())).toList(), places);
    }

    /** The first address of a range that a device can have: the first one of a network is that of the network. */
    private static String address(IpRange range) {
        String text = range.text();
        if (!range.isIpv6() && range.prefixLength() >= 0 && range.prefixLength() <= MOST_HOSTS_PREFIX) {
            long first = range.lowLow() + 1;
            return String.join(".", Stream.of(24, 16, 8, 0).map(shift -> String.valueOf(first >> shift & 255)).toList());
        }
        int end = text.indexOf('/') >= 0 ? text.indexOf('/') : text.indexOf('-') >= 0 ? text.indexOf('-') : text.length();
        return text.substring(0, end).strip();
    }
}
