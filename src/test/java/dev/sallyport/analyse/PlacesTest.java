package dev.sallyport.analyse;

import static dev.sallyport.fixtures.Attack.MFA;
import static dev.sallyport.fixtures.Attack.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.PolicySet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The places of a policy set are in every combination of locations that some address is in. */
class PlacesTest {

    private static final int LOCATIONS = 3;
    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");
    /** Networks of 256 addresses: an ordinary one, and those on either side of private ones. */
    private static final List<String> NETWORKS = List.of("8.8.8.", "9.255.255.", "10.0.0.", "10.255.255.", "11.0.0.", "223.255.255.", "224.0.0.", "255.255.255.");

    /** For each block of private addresses some on either side, in it, and at its ends. */
    private static final List<List<String>> AROUND = List.of(
            List.of("0.0.0.0", "0.255.255.255", "1.0.0.0", "1.0.0.5", "1.0.0.6"),
            List.of("9.0.0.0", "9.255.255.255", "10.0.0.0", "10.0.0.9", "11.0.0.0", "11.0.0.5", "11.0.0.6"),
            List.of("100.0.0.0", "100.63.255.255", "100.64.0.0", "100.64.0.9", "100.128.0.0", "100.128.0.5", "100.128.0.6"),
            List.of("126.0.0.0", "126.255.255.255", "127.0.0.0", "127.0.0.9", "128.0.0.0", "128.0.0.5", "128.0.0.6"),
            List.of("169.0.0.0", "169.253.255.255", "169.254.0.0", "169.254.0.9", "169.255.0.0", "169.255.0.5", "169.255.0.6"),
            List.of("172.0.0.0", "172.15.255.255", "172.16.0.0", "172.16.0.9", "172.32.0.0", "172.32.0.5", "172.32.0.6"),
            List.of("192.0.0.0", "192.167.255.255", "192.168.0.0", "192.168.0.9", "192.169.0.0", "192.169.0.5", "192.169.0.6"),
            List.of("223.0.0.0", "223.255.255.255", "224.0.0.0", "224.0.0.9", "255.255.255.255"),
            List.of("::", "::1", "::2", "::5", "::6"),
            List.of("fbff::", "fc00::", "fdff::", "fe00::", "fe00::5", "fe00::6", "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::", "feff::", "ff00::"));

    @Test
    void places_ofNetworksWithinNetworks_hitEveryCombination() throws Exception {
        Random dice = new Random(11);
        for (int world = 0; world < 40; world++) {
            String network = NETWORKS.get(world % NETWORKS.size());
            List<IpRange> ranges = new ArrayList<>();
            for (int i = 0; i < LOCATIONS; i++) {
                int length = 24 + dice.nextInt(9);
                int low = dice.nextInt(3) == 0 ? 0 : dice.nextInt(256) >> 32 - length << 32 - length;
                ranges.add(IpRange.parseCidr(network + low + "/" + length));
            }
            assertEveryAddress(ranges, IntStream.range(0, 256).mapToObj(i -> network + i).toList());
        }
    }

    @Test
    void places_ofRangesAcrossPrivateNetworks_hitEveryCombination() throws Exception {
        Random dice = new Random(12);
        for (int world = 0; world < 300; world++) {
            List<String> around = AROUND.get(world % AROUND.size());
            List<IpRange> ranges = new ArrayList<>();
            while (ranges.size() < LOCATIONS) {
                IpRange range = IpRange.between(around.get(dice.nextInt(around.size() / 2)), around.get(dice.nextInt(around.size())));
                if (range != null) {
                    ranges.add(range);
                }
            }
            assertEveryAddress(ranges, around);
        }
    }

    private static void assertEveryAddress(List<IpRange> ranges, List<String> addresses) throws Exception {
        List<String> documents = new ArrayList<>(List.of(policy("p", "{ includeUsers: [All] }", "{ includeApplications: [All] }",
                "locations: { includeLocations: [All], excludeLocations: [at0, at1, at2] }\n", MFA)));
        IntStream.range(0, LOCATIONS).forEach(i -> documents.add("---\nkind: ipNamedLocation\nid: at" + i + "\ndisplayName: At " + i
                + "\nipRanges: [{ cidrAddress: 192.0.2.0/24 }]\n"));
        PolicyEngine engine = Attack.engine(documents.toArray(String[]::new));
        PolicySet read = engine.policySet();
        List<NamedLocation> locations = new ArrayList<>();                  // wider ones than a file may have
        for (NamedLocation each : read.namedLocations()) {
            locations.add(new NamedLocation.Ip(each.id(), each.displayName(), false, List.of(ranges.get(locations.size())), ((NamedLocation.Ip) each).source()));
        }
        World world = new World(new PolicySet(read.policies(), locations, read.strengths(), read.termsOfUse(), read.authenticationContexts(),
                read.securityDefaults(), read.mfaSettings(), read.evaluationSettings(), read.version()), engine.directory(), NOW);
        Set<List<String>> hit = Places.of(List.of(world)).stream().map(place -> locations(world, place.address())).collect(Collectors.toSet());
        for (String address : addresses) {
            assertThat(hit).as(() -> address + " under " + ranges).contains(locations(world, IpAddress.parse(address)));
        }
    }

    /** The locations that an address is in. */
    private static List<String> locations(World world, IpAddress address) {
        return world.set.namedLocations().stream().filter(each -> each instanceof NamedLocation.Ip ip && address.isPublic()
                && ip.ranges().stream().anyMatch((IpRange range) -> range.contains(address))).map(NamedLocation::id).toList();
    }
}
