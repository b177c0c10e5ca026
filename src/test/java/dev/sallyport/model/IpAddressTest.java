package dev.sallyport.model;

import static org.assertj.core.api.Assertions.assertThat;

import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and ranges: attacks 18 and 45 to 48, CA-LOC-08, 09, 11, 26. Java's and another library's opinion are asked too. */
class IpAddressTest {

    private static final BigInteger ONE = BigInteger.ONE;
    private static final BigInteger MAPPED = BigInteger.valueOf(0xFFFF).shiftLeft(32);

    /** The other library, told to take the two standard forms only. */
    private static final IPAddressStringParameters STRICT = new IPAddressStringParameters.Builder().allowEmpty(false).allowAll(false)
            .allowSingleSegment(false).allowPrefix(false).allowMask(false).allowPrefixOnly(false).allowWildcardedSeparator(false)
            .getIPv4AddressParametersBuilder().allow_inet_aton(false).allowLeadingZeros(false).allowUnlimitedLeadingZeros(false).allowBinary(false)
            .setRangeOptions(RangeParameters.NO_RANGE).getParentBuilder()
            .getIPv6AddressParametersBuilder().allowZone(false).allowBase85(false).allowMixed(true).allowLeadingZeros(true).allowUnlimitedLeadingZeros(false)
            .allowBinary(false).setRangeOptions(RangeParameters.NO_RANGE).getEmbeddedIPv4AddressParametersBuilder().allow_inet_aton(false)
            .allowLeadingZeros(false).allowUnlimitedLeadingZeros(false).allowBinary(false).getEmbeddedIPv4AddressParentBuilder().getParentBuilder()
            .toParams();

    private static BigInteger value(IpAddress address) {
        return new BigInteger(Long.toUnsignedString(address.high())).shiftLeft(64).or(new BigInteger(Long.toUnsignedString(address.low())));
    }

    private static BigInteger value(byte[] bytes) {
        return new BigInteger(1, bytes);
    }

    // ---- what is an address

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0,                                 false, 0",
        "1.2.3.4,                                 false, 01020304",
        "192.0.2.200,                             false, c00002c8",
        "255.255.255.255,                         false, ffffffff",
        "::,                                      true,  0",
        "::1,                                     true,  1",
        "1::,                                     true,  00010000000000000000000000000000",
        "2001:db8::7,                             true,  20010db8000000000000000000000007",
        "2001:DB8::aBc,                           true,  20010db8000000000000000000000abc",
        "2001:0db8:0000:0000:0000:0000:0000:0007, true,  20010db8000000000000000000000007",
        "1:2:3:4:5:6:7:8,                         true,  00010002000300040005000600070008",
        "1:2:3:4:5:6:7::,                         true,  00010002000300040005000600070000",
        "::2:3:4:5:6:7:8,                         true,  00000002000300040005000600070008",
        "1:2:3:4:5:6:192.0.2.1,                   true,  000100020003000400050006c0000201",
        "1:2:3:4:5::192.0.2.1,                    true,  000100020003000400050000c0000201",
        "::192.0.2.1,                             true,  000000000000000000000000c0000201",
        "64:ff9b::192.0.2.1,                      true,  0064ff9b0000000000000000c0000201",
        "2002:c000:201::,                         true,  2002c000020100000000000000000000",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, true,  ffffffffffffffffffffffffffffffff"})
    void address_inStandardForm_isRead(String text, boolean ipv6, String hex) {
        IpAddress address = IpAddress.parse(text);
        assertThat(address.isIpv6()).isEqualTo(ipv6);
        assertThat(value(address)).isEqualTo(new BigInteger(hex, 16));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "127.1", "127.0.1", "2130706433", "0x7f000001", "010.0.0.1", "0177.0.0.1", "0x7f.1", "0x7f.0.0.1", "00.0.0.0", "1.2.3.04", "localhost",
        "contoso.com", "1.2.3", "1.2.3.4.5", "1.2.3.4.", ".1.2.3.4", "1..2.3", "1.2.3.256", "1.2.3.1000", "1.2.3.-4", "+1.2.3.4", " 1.2.3.4", "1.2.3.4 ", "1.2.3.4\n", "1.2.3.4\0",
        "\uFF11.2.3.4", "\u0661.2.3.4", "1\u30022.3.4", "1.2.3.4/32", "1.2.3.4:443", "1.2.3.4-1.2.3.5", "1.2.3.*", "*", "[::1]", "[::1]:443", "[1.2.3.4]", "fe80::1%eth0", "fe80::1%1",
        "::1/128", ":", ":::", "::1::", "1::2::3", ":1", "1:", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8",
        "12345::", "::00001", "::g", "::-1", "::0x1", "::1.2.3", "::1.2.3.4.5", "::1.2.3.256", "::01.2.3.4", "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6::1.2.3.4",
        "1:2:3:4:5:1.2.3.4", "::ffff:1.2.3.4%lo", "::\uFF11", "2001:db8::7 ", "2001.db8::7", "00000000000000000000000000000000000000000000::"})
    void attack_45_and_47_otherText_isNoAddressAndNoNameIsLookedUp(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }

    // ---- families (attack 46)

    @ParameterizedTest
    @ValueSource(strings = {"::ffff:192.0.2.1", "::FFFF:c000:0201", "0:0:0:0:0:ffff:192.0.2.1", "0000:0000:0000:0000:0000:ffff:c000:0201", "::ffff:c000:201"})
    void attack_46_IPv4_mapped_address_equals_its_IPv4_address(String mapped) {
        assertThat(IpAddress.parse(mapped)).isEqualTo(IpAddress.parse("192.0.2.1"));
        assertThat(IpRange.parseCidr("192.0.2.0/24").contains(IpAddress.parse(mapped))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"::192.0.2.1", "64:ff9b::192.0.2.1", "2002:c000:201::", "2002:c000:201::1", "::fffe:192.0.2.1", "::1:ffff:192.0.2.1", "::ffff:0:192.0.2.1", "fe80::ffff:192.0.2.1"})
    void attack_46_address_that_only_carries_an_IPv4_address_is_another(String carrier) {
        assertThat(IpAddress.parse(carrier).isIpv6()).isTrue();
        assertThat(IpRange.parseCidr("192.0.2.0/24").contains(IpAddress.parse(carrier))).isFalse();
    }

    @Test
    void address_ofIpv4_isInNoRangeOfIpv6() {
        assertThat(IpRange.parseCidr("::/9").contains(IpAddress.parse("192.0.2.1"))).isFalse();
        assertThat(IpRange.parseCidr("::192.0.2.0/120").contains(IpAddress.parse("192.0.2.1"))).isFalse();
        assertThat(IpRange.parseCidr("192.0.2.0/24").contains(IpAddress.parse("::192.0.2.1"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"::ffff:192.0.2.0/120, 192.0.2.0/24", "::ffff:c000:0/112, 192.0.0.0/16", "::ffff:192.0.2.1/128, 192.0.2.1/32", "::ffff:0:0/96, 0.0.0.0/0"})
    void range_ofMappedAddresses_isThatOfIpv4Addresses_CA_LOC_26(String mapped, String plain) {
        IpRange range = IpRange.parseCidr(mapped);
        IpRange same = IpRange.parseCidr(plain);
        assertThat(List.of(range.isIpv6(), range.lowLow(), range.highLow(), range.prefixLength(), range.hasHostBits()))
                .isEqualTo(List.of(false, same.lowLow(), same.highLow(), same.prefixLength(), false));
        assertThat(IpRange.parseCidr("::ffff:192.0.2.7/120").hasHostBits()).isTrue();
    }

    // ---- which addresses can identify a location (attack 48, CA-LOC-08)

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254",
        "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255", "224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.255",
        "::", "::1", "fc00::", "fdff:ffff::1", "fe80::1", "febf:ffff::", "fec0::1", "feff::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:100.64.0.1"})
    void attack_48_address_thatCannotComeFromTheInternet_isNotPublic(String text) {
        assertThat(IpAddress.parse(text).isPublic()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
        "172.32.0.0", "192.0.2.200", "192.167.255.255", "192.169.0.0", "198.51.100.7", "203.0.113.7", "223.255.255.255", "2001:db8::7", "2000::", "3fff::1", "2606:4700::1111", "::ffff:203.0.113.7"})
    void address_ofTheInternetOrOfDocumentation_isPublic(String text) {
        assertThat(IpAddress.parse(text).isPublic()).isTrue();
    }

    @Test
    void address_drawnAtRandom_isPrivateWhereJavaSaysSo() throws Exception {
        Random random = new Random(8);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            if (bytes.length == 16) {
                bytes[0] = (byte) (random.nextInt(4) == 0 ? 0x20 : 0xFC + random.nextInt(4));
            }
            InetAddress java = InetAddress.getByAddress(bytes);
            boolean local = java.isAnyLocalAddress() || java.isLoopbackAddress() || java.isLinkLocalAddress() || java.isSiteLocalAddress() || java.isMulticastAddress();
            if (local) {
                assertThat(IpAddress.parse(java.getHostAddress()).isPublic()).as(java.getHostAddress()).isFalse();
            }
        }
    }

    // ---- against arithmetic and other libraries

    @Test
    void address_drawnAtRandomInEveryNotation_isReadAsJavaReadsIt() throws Exception {
        Random random = new Random(45);
        for (int i = 0; i < 100_000; i++) {
            int[] groups = random.ints(8, 0, 0x10000).map(group -> random.nextInt(3) == 0 ? 0 : random.nextInt(9) == 0 ? 0xFFFF : group).toArray();
            boolean ipv4 = i % 4 == 0;
            String text = ipv4 ? dotted(groups[6] << 16 | groups[7]) : notation(groups, random);
            byte[] bytes = InetAddress.getByName(text).getAddress();
            IpAddress address = IpAddress.parse(text);
            IpAddress unmapped = IpAddress.parseUnmapped(text);
            assertThat(address).as(text).isNotNull();
            assertThat(value(address)).as(text).isEqualTo(value(bytes));
            assertThat(address.isIpv6()).as(text).isEqualTo(bytes.length == 16);
            assertThat(value(unmapped)).as(text).isEqualTo(value(new IPAddressString(text, STRICT).toAddress().getBytes()));
        }
    }

    private static String dotted(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xFF) + "." + (address >>> 8 & 0xFF) + "." + (address & 0xFF);
    }

    /** An IPv6 address as somebody may write it: upper case, leading zeros, one run of zeros left out, the end dotted. */
    private static String notation(int[] groups, Random random) {
        boolean mixed = random.nextInt(4) == 0;
        List<String> parts = new ArrayList<>();
        for (int g = 0; g < (mixed ? 6 : 8); g++) {
            String hex = String.format(random.nextBoolean() ? "%x" : "%0" + (1 + random.nextInt(4)) + "x", groups[g]);
            parts.add(random.nextBoolean() ? hex : hex.toUpperCase(java.util.Locale.ROOT));
        }
        int limit = parts.size();
        if (mixed) {
            parts.add(dotted(groups[6] << 16 | groups[7]));
        }
        int from = random.nextInt(limit);
        int to = from;
        while (to < limit && groups[to] == 0) {
            to++;
        }
        if (to == from) {
            return String.join(":", parts);
        }
        return String.join(":", parts.subList(0, from)) + "::" + String.join(":", parts.subList(to, parts.size()));
    }

    @Test
    void address_mutated_isReadAsTheLibraryReadsIt() {
        Random random = new Random(47);
        String alphabet = "0123456789abcdefABCDEFg.:.:.:::/%x-[]*+,_";            // no blanks: the library trims them, we do not
        int taken = 0;
        for (int i = 0; i < 100_000; i++) {
            int[] groups = random.ints(8, 0, 0x10000).map(group -> random.nextInt(3) == 0 ? 0 : group).toArray();
            StringBuilder text = new StringBuilder(i % 2 == 0 ? dotted(groups[0] << 16 | groups[1]) : notation(groups, random));
            for (int change = random.nextInt(3); change >= 0 && text.length() > 0; change--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
                }
            }
            IpAddress ours = IpAddress.parseUnmapped(text.toString());
            IPAddress theirs = new IPAddressString(text.toString(), STRICT).getAddress();
            assertThat(ours == null).as(text + " is taken by us: " + ours + ", by the library: " + theirs).isEqualTo(theirs == null);
            if (ours != null) {
                taken++;
                assertThat(value(ours)).as(text.toString()).isEqualTo(value(theirs.getBytes()));
            }
        }
        assertThat(taken).isBetween(10_000, 90_000);
    }

    @Test
    void range_drawnAtRandom_holdsWhatArithmeticSays() {
        Random random = new Random(18);
        int held = 0;
        for (int i = 0; i < 100_000; i++) {
            boolean ipv6 = random.nextBoolean();
            int bits = ipv6 ? 128 : 32;
            int prefix = random.nextInt(bits + 1);
            BigInteger base = new BigInteger(bits, random);
            BigInteger host = ONE.shiftLeft(bits - prefix).subtract(ONE);
            if (random.nextBoolean()) {
                base = base.andNot(host);
            }
            if (isMapped(base, ipv6)) {
                continue;
            }
            BigInteger low = base.andNot(host);
            BigInteger high = base.or(host);
            String text = print(base, ipv6) + "/" + prefix;
            IpRange range = IpRange.parseCidr(text);
            assertThat(range.hasHostBits()).as(text).isEqualTo(!low.equals(base));
            assertThat(range.isTooWide()).as(text).isEqualTo(prefix <= 8);
            assertThat(range.prefixLength()).as(text).isEqualTo(prefix);
            IPAddress library = new IPAddressString(print(low, ipv6) + "/" + prefix).getAddress().toPrefixBlock();
            for (BigInteger probe : probes(low, high, bits, random)) {
                if (!isMapped(probe, ipv6)) {
                    IpAddress address = IpAddress.parse(print(probe, ipv6));
                    boolean inside = probe.compareTo(low) >= 0 && probe.compareTo(high) <= 0;
                    assertThat(range.contains(address)).as(print(probe, ipv6) + " in " + text).isEqualTo(inside);
                    assertThat(library.contains(new IPAddressString(print(probe, ipv6)).getAddress())).as(print(probe, ipv6) + " in " + text).isEqualTo(inside);
                    held += inside ? 1 : 0;
                }
            }
        }
        assertThat(held).isGreaterThan(100_000);
    }

    @Test
    void span_drawnAtRandom_holdsWhatArithmeticSays() {
        Random random = new Random(9);
        for (int i = 0; i < 100_000; i++) {
            boolean ipv6 = random.nextBoolean();
            int bits = ipv6 ? 128 : 32;
            BigInteger low = new BigInteger(bits, random);
            BigInteger high = random.nextBoolean() ? new BigInteger(bits, random) : low.add(new BigInteger(random.nextInt(bits) + 1, random));
            if (high.bitLength() > bits || isMapped(low, ipv6) || isMapped(high, ipv6)) {
                continue;
            }
            String text = print(low, ipv6) + " to " + print(high, ipv6);
            IpRange range = IpRange.between(print(low, ipv6), print(high, ipv6));
            assertThat(range == null).as(text).isEqualTo(low.compareTo(high) > 0);
            if (range != null) {
                BigInteger size = high.subtract(low).add(ONE);
                assertThat(range.isTooWide()).as(text).isEqualTo(size.compareTo(ONE.shiftLeft(bits - 8)) >= 0);
                for (BigInteger probe : probes(low, high, bits, random)) {
                    if (!isMapped(probe, ipv6)) {
                        assertThat(range.contains(IpAddress.parse(print(probe, ipv6)))).as(print(probe, ipv6) + " in " + text)
                                .isEqualTo(probe.compareTo(low) >= 0 && probe.compareTo(high) <= 0);
                    }
                }
            }
        }
    }

    /** The ends of a range, their neighbours, something between and something anywhere. */
    private static List<BigInteger> probes(BigInteger low, BigInteger high, int bits, Random random) {
        BigInteger between = low.add(new BigInteger(bits, random).mod(high.subtract(low).add(ONE)));
        return java.util.stream.Stream.of(low, high, low.subtract(ONE), high.add(ONE), between, new BigInteger(bits, random))
                .filter(probe -> probe.signum() >= 0 && probe.bitLength() <= bits).toList();
    }

    private static boolean isMapped(BigInteger address, boolean ipv6) {
        return ipv6 && address.shiftRight(32).equals(MAPPED.shiftRight(32));
    }

    private static String print(BigInteger address, boolean ipv6) {
        if (!ipv6) {
            return dotted(address.intValue());
        }
        List<String> groups = new ArrayList<>();
        for (int shift = 112; shift >= 0; shift -= 16) {
            groups.add(Integer.toHexString(address.shiftRight(shift).intValue() & 0xFFFF));
        }
        return String.join(":", groups);
    }

    @ParameterizedTest
    @CsvSource({"'198.51.100.0'", "'198.51.100.0/'", "'/24'", "'198.51.100.0/33'", "'198.51.100.0/24/24'", "'198.51.100.0/024'", "'198.51.100.0/ 24'", "'198.51.100.0/+24'",
        "'198.51.100.0/255.255.255.0'", "'198.51.100.0/-1'", "'198.51.100.0/1e1'", "'198.51.100.0/99999999999'", "'198.51.100.0/\u0662\u0664'", "'198.51.100/24'", "'0xc6.51.100.0/24'",
        "'2001:db8::/129'", "'2001:db8::%1/64'", "'[2001:db8::]/64'", "''"})
    void text_thatIsNoRange_isNone(String text) {
        assertThat(IpRange.parseCidr(text)).isNull();
    }

    @Test
    void span_ofMixedFamiliesOrUpsideDown_isNone() {
        assertThat(IpRange.between("198.51.100.0", "2001:db8::")).isNull();
        assertThat(IpRange.between("::1", "198.51.100.0")).isNull();
        assertThat(IpRange.between("198.51.100.9", "198.51.100.8")).isNull();
        assertThat(IpRange.between("198.51.100.9", "x")).isNull();
        assertThat(IpRange.between("::ffff:198.51.100.0", "198.51.100.9").contains(IpAddress.parse("198.51.100.5"))).isTrue();
    }
}
