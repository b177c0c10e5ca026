package dev.sallyport.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.model.IpAddress;
import dev.sallyport.model.IpRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The index knows of each address what asking every range would tell (CA-LOC-09, CA-LOC-10). */
class AddressIndexTest {

    private static final int LOCATIONS = 70;
    private static final int WORDS = 2;

    private final Random random = new Random(7);

    @Test
    void overlappingIpv4Ranges_areFoundLikeOneByOne() {
        assertFoundLikeOneByOne(this::ipv4);
    }

    @Test
    void overlappingIpv6Ranges_areFoundLikeOneByOne() {
        assertFoundLikeOneByOne(this::ipv6);
    }

    @Test
    void rangesAtBothEndsOfTheAddressSpace_areFound() {
        List<AddressIndex.Entry> entries = List.of(new AddressIndex.Entry(IpRange.parseCidr("::/8"), 1),
                new AddressIndex.Entry(IpRange.parseCidr("ff00::/8"), 2), new AddressIndex.Entry(IpRange.parseCidr("0:ff:ffff:ffff:ffff:ffff:ffff:ffff/128"), 3));
        AddressIndex index = new AddressIndex(entries, 1);
        assertThat(index.locationsOf(IpAddress.parse("::"))).containsExactly(1L << 1);
        assertThat(index.locationsOf(IpAddress.parse("ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))).containsExactly(1L << 1);
        assertThat(index.locationsOf(IpAddress.parse("0:ff:ffff:ffff:ffff:ffff:ffff:ffff"))).containsExactly(1L << 1 | 1L << 3);
        assertThat(index.locationsOf(IpAddress.parse("100::"))).containsExactly(0);
        assertThat(index.locationsOf(IpAddress.parse("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))).containsExactly(1L << 2);
    }

    private interface Addresses {
        String any();
    }

    private String ipv4() {
        return "198.51." + random.nextInt(4) + '.' + random.nextInt(256);
    }

    /** Close together on both sides of the border between the halves. */
    private String ipv6() {
        return "2001:db8:0:" + Integer.toHexString(random.nextInt(3)) + (random.nextBoolean() ? "::" : ":ffff:ffff:ffff:") + Integer.toHexString(random.nextInt(64));
    }

    private void assertFoundLikeOneByOne(Addresses addresses) {
        List<AddressIndex.Entry> entries = new ArrayList<>();
        while (entries.size() < 400) {
            IpRange range = IpRange.between(addresses.any(), addresses.any());
            if (range != null) {
                entries.add(new AddressIndex.Entry(range, random.nextInt(LOCATIONS)));
            }
        }
        for (int size : new int[] {0, 1, 2, 30, 400}) {
            AddressIndex index = new AddressIndex(entries.subList(0, size), WORDS);
            for (int i = 0; i < 2_000; i++) {
                IpAddress address = IpAddress.parse(addresses.any());
                long[] expected = new long[WORDS];
                for (AddressIndex.Entry entry : entries.subList(0, size)) {
                    if (entry.range().contains(address)) {
                        expected[entry.location() >> 6] |= 1L << entry.location();
                    }
                }
                assertThat(index.locationsOf(address)).as("%s in %d ranges", address, size).containsExactly(expected);
            }
        }
    }
}
