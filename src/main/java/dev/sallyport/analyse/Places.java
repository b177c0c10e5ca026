package dev.sallyport.analyse;

import dev.sallyport.model.Countries;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Places that hit every cell into which locations cut the world: addresses, every named country, one that is not named, none, and each with
 * and without what else a location can ask for.
 */
final class Places {

    /** Addresses of documentation, which a location is likeliest not to name; then the first of each block of public addresses. */
    private static final List<String> ELSEWHERE = List.of("192.0.2.200", "198.51.100.200", "203.0.113.200", "2001:db8:ffff::77",
            "1.0.0.0", "11.0.0.0", "100.128.0.0", "128.0.0.0", "169.255.0.0", "172.32.0.0", "192.169.0.0", "::2", "fe00::", "10.0.0.1");

    private final List<World> worlds;
    /** The locations of all worlds. */
    private final List<NamedLocation> locations;

    private Places(List<World> worlds) {
        this.worlds = worlds;
        locations = worlds.stream().flatMap(world -> world.set.namedLocations().stream()).toList();
    }

    /** The places of policy sets, which hit every cell of all of them together; the first one is the least remarkable. */
    static List<Signal.Place> of(List<World> worlds) {
        return new Places(worlds).all();
    }

    /** How many places there are. */
    static long count(List<World> worlds) {
        Places places = new Places(worlds);
        return (long) places.addresses().size() * places.countries(false).size() * places.positions().size() * places.networks().size()
                * places.inside().size();
    }

    private List<Boolean> networks() {
        return locations.stream().anyMatch(NamedLocation.CompliantNetwork.class::isInstance) ? List.of(false, true) : List.of(false);
    }

    private List<Boolean> inside() {
        return worlds.stream().anyMatch(world -> world.set.mfaSettings().skipMfaForFederatedIntranet()) ? List.of(false, true)
                : List.of(false);
    }

    private List<@Nullable String> positions() {
        List<@Nullable String> positions = worlds.stream().anyMatch(world -> world.snapshot.asksForGps()) ? countries(true)
                : new ArrayList<>(Arrays.asList((String) null));
        positions.sort((a, b) -> a == null ? b == null ? 0 : -1 : b == null ? 1 : 0);
        return positions;
    }

    private List<Signal.Place> all() {
        List<Boolean> networks = networks();
        List<Boolean> inside = inside();
        List<@Nullable String> positions = positions();
        List<@Nullable String> countries = countries(false);
        List<Signal.Place> places = new ArrayList<>();
        for (IpAddress address : addresses()) {
            for (String country : countries) {
                for (String gps : positions) {
                    for (boolean network : networks) {
                        for (boolean isInside : inside) {
                            places.add(new Signal.Place(address, country, gps, isInside, network));
                        }
                    }
                }
            }
        }
        return places;
    }

    /**
     * One address for each combination of locations and of being an MFA trusted IP. Addresses that belong to one combination are intervals,
     * and each begins with a range, after one, or with a block of public addresses.
     */
    private Collection<IpAddress> addresses() {
        Set<IpAddress> candidates = new LinkedHashSet<>();
        ELSEWHERE.forEach(text -> candidates.add(IpAddress.parse(text)));
        List<IpRange> ranges = new ArrayList<>();
        worlds.forEach(world -> ranges.addAll(world.set.mfaSettings().trustedIps()));
        locations.forEach(location -> {
            if (location instanceof NamedLocation.Ip ip) {
                ranges.addAll(ip.ranges());
            }
        });
        for (IpRange range : ranges) {
            IpAddress low = new IpAddress(range.isIpv6(), range.lowHigh(), range.lowLow());
            IpAddress high = new IpAddress(range.isIpv6(), range.highHigh(), range.highLow());
            IpAddress usual = moved(low, 7);
            if (range.contains(usual)) {
                candidates.add(usual);                                      // the first of all is the network's own
            }
            candidates.addAll(List.of(low, moved(high, 1)));
        }
        Map<List<Object>, IpAddress> cells = new LinkedHashMap<>();
        for (IpAddress candidate : candidates) {
            Signal.Place place = new Signal.Place(candidate, null, null, false, false);
            List<Boolean> isTrusted = worlds.stream().map(world -> View.isTrustedIp(world, place)).toList();
            cells.putIfAbsent(List.of(cell(place), isTrusted), candidate);
        }
        return cells.values();
    }

    /** The address so many further on; after the last one, the first. */
    private static IpAddress moved(IpAddress from, int by) {
        if (!from.isIpv6()) {
            return new IpAddress(false, 0, from.low() + by & 0xFFFF_FFFFL);
        }
        long low = from.low() + by;
        return new IpAddress(true, from.high() + (Long.compareUnsigned(low, from.low()) < 0 ? 1 : 0), low);
    }

    /** One country for each combination of locations: first one that none names, and last an unknown one. */
    private List<@Nullable String> countries(boolean byGps) {
        Set<String> named = new LinkedHashSet<>();
        for (NamedLocation location : locations) {
            if (location instanceof NamedLocation.Country country && country.byGps() == byGps) {
                country.countries().stream().sorted().forEach(named::add);
            }
        }
        List<@Nullable String> candidates = new ArrayList<>();
        Countries.CODES.stream().filter(code -> !named.contains(code)).min((a, b) -> rank(a) != rank(b) ? rank(a) - rank(b)
                : a.compareTo(b)).ifPresent(candidates::add);
        candidates.addAll(named);
        candidates.add(null);
        Set<List<Object>> cells = new HashSet<>();
        List<@Nullable String> found = new ArrayList<>();
        for (String code : candidates) {
            boolean isPosition = byGps && code != null;
            if (cells.add(List.of(cell(new Signal.Place(null, byGps ? null : code, byGps ? code : null, false, false)), isPosition))) {
                found.add(code);
            }
        }
        return found;
    }

    /** Countries that are not surprising first. */
    private static int rank(String code) {
        return code.equals("DK") ? 0 : code.equals("NL") ? 1 : 2;
    }

    /** The locations that a place belongs to, in each world. */
    private List<Long> cell(Signal.Place place) {
        List<Long> cell = new ArrayList<>();
        for (World world : worlds) {
            long[] bits = world.snapshot.newFact().locations;
            world.snapshot.locations(place.address(), place.country(), place.gps(), place.isInside(), place.isCompliant(), false, false,
                    false, bits);
            Arrays.stream(bits).forEach(cell::add);
        }
        return cell;
    }

    /** An address as people write it. */
    static String text(IpAddress address) {
        if (!address.isIpv6()) {
            return IntStream.of(24, 16, 8, 0).mapToObj(shift -> String.valueOf(address.low() >>> shift & 255))
                    .collect(Collectors.joining("."));
        }
        return IntStream.range(0, 8).mapToObj(i -> String.format(Locale.ROOT, "%x", (i < 4 ? address.high() : address.low())
                >>> 48 - i % 4 * 16 & 0xFFFF)).collect(Collectors.joining(":"));
    }
}
