package dev.sallyport.explain;

import dev.sallyport.model.ConditionalAccessPolicy.Locations;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Addresses that never reach Entra: no location holds them, whatever its ranges say (CA-LOC-08, TI-02). */
public final class PrivateAddresses {

    private PrivateAddresses() { }

    /** The findings about a decision, and one more for each location whose range would hold the private address of its request. */
    public static List<String> added(List<String> findings, PolicySet set, SignIn signIn) {
        IpAddress address = IpAddress.parse(signIn.ipAddress());
        if (address == null || address.isPublic()) {
            return findings;
        }
        List<String> all = new ArrayList<>(findings);
        set.namedLocations().stream().filter(NamedLocation.Ip.class::isInstance).map(NamedLocation.Ip.class::cast)
                .filter(ip -> isUsed(ip, set))
                .sorted(Comparator.comparing(NamedLocation.Ip::displayName).thenComparing(NamedLocation.Ip::id))
                .forEach(ip -> add(all, address, signIn.ipAddress(), ip.ranges(), "`" + ip.displayName() + "`", "CA-LOC-08"));
        add(all, address, signIn.ipAddress(), set.mfaSettings().trustedIps(), "`trustedIps`", "TI-02");
        return List.copyOf(all);
    }

    private static void add(List<String> findings, IpAddress address, String text, List<IpRange> ranges, String holder, String rule) {
        ranges.stream().filter(range -> range.contains(address)).findFirst().ifPresent(range -> findings.add("`" + text + "` is a "
                + address.kind()
                + " address, which never reaches Entra: " + holder + " does not contain it, although its range `" + range.text()
                + "` does ["
                + rule + "]"));
    }

    private static boolean isUsed(NamedLocation.Ip location, PolicySet set) {
        Set<String> used = new HashSet<>();
        for (Locations locations : set.policies().stream().map(policy -> policy.conditions().locations()).filter(each -> each != null)
                .toList()) {
            Stream.concat(locations.include().stream(), locations.exclude().stream()).map(Reference::id).forEach(used::add);
        }
        return used.contains(WellKnown.fold(location.id())) || location.isTrusted() && used.contains("AllTrusted");
    }
}
