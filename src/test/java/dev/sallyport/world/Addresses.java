package dev.sallyport.world;

import dev.sallyport.model.IpRange;

/** Address ranges, and addresses at their edges. */
final class Addresses {

    private static final String[] NETWORKS = {"198.51.100.0", "198.51.100.128", "203.0.113.0", "192.0.2.0", "8.8.4.0", "8.0.0.0", "10.20.0.0", "100.64.0.0",
        "172.16.0.0", "192.168.0.0", "169.254.0.0"};
    private static final String[] ELSEWHERE = {"8.8.8.8", "203.0.113.200", "127.0.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "2001:db8::1", "::1", "::",
        "fe80::1", "fd00::1", "64:ff9b::808:808", "::ffff:10.0.0.1"};

    private Addresses() { }

    static IpRange ipv4(Dice dice) {
        int prefix = dice.chance(0.2) ? dice.between(9, 19) : dice.between(20, 32);
        long network = v4(dice.oneOf(NETWORKS)) + (dice.chance(0.3) ? dice.below(256) : 0);
        long first = network & -1L << 32 - prefix & 0xFFFF_FFFFL;
        return IpRange.parseCidr(v4(first) + "/" + prefix);
    }

    static IpRange any(Dice dice) {
        return switch (dice.weighted(55, 30, 10, 5)) {
            case 1 -> {
                int prefix = dice.oneOf(32, 48, 56, 64, 65, 96, 127, 128);
                long high = 0x2001_0db8_0000_0000L | dice.below(4);
                long low = dice.below(4);
                long highMask = prefix >= 64 ? -1L : -1L << 64 - prefix;
                long lowMask = prefix <= 64 ? 0 : prefix == 128 ? -1L : -1L << 128 - prefix;
                yield IpRange.parseCidr(v6(high & highMask, low & lowMask) + "/" + prefix);
            }
            case 2 -> {
                long first = v4(dice.oneOf(NETWORKS)) + dice.below(200);
                yield IpRange.between(v4(first), v4(first + dice.below(300)));
            }
            case 3 -> IpRange.between("2001:db8::" + dice.between(1, 9), "2001:db8:0:1::5");
            default -> ipv4(dice);
        };
    }

    /** An address in a range, at its ends, or next to it. */
    static String near(IpRange range, Dice dice) {
        long high = range.lowHigh();
        long low = range.lowLow();
        switch (dice.weighted(30, 25, 25, 10, 10)) {
            case 1:
                high = range.highHigh();
                low = range.highLow();
                break;
            case 2:
                low = range.lowLow() + Math.floorMod(dice.bits(), Math.max(1, Math.min(0x1_0000, range.highLow() - range.lowLow() + 1)));
                break;
            case 3:
                low--;
                high = low == -1 ? high - 1 : high;
                break;
            case 4:
                low = range.highLow() + 1;
                high = low == 0 ? range.highHigh() + 1 : range.highHigh();
                break;
            default:
        }
        if (range.isIpv6()) {
            return v6(high, low, dice);
        }
        String text = v4(low & 0xFFFF_FFFFL);
        return dice.chance(0.1) ? mapped(text, dice.chance(0.5)) : text;
    }

    static String elsewhere(Dice dice) {
        return dice.oneOf(ELSEWHERE);
    }

    /** The IPv4-mapped IPv6 form of an IPv4 address (CA-LOC-26). */
    static String mapped(String ipv4, boolean inHexadecimal) {
        long address = v4(ipv4);
        return inHexadecimal ? String.format("::ffff:%x:%x", address >>> 16, address & 0xFFFF) : "::FFFF:" + ipv4;
    }

    private static long v4(String text) {
        long address = 0;
        for (String part : text.split("\\.")) {
            address = address << 8 | Integer.parseInt(part);
        }
        return address;
    }

    private static String v4(long address) {
        return (address >> 24) + "." + (address >> 16 & 0xFF) + "." + (address >> 8 & 0xFF) + "." + (address & 0xFF);
    }

    private static String v6(long high, long low) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            long group = (i < 4 ? high : low) >>> 48 - 16 * (i % 4) & 0xFFFF;
            text.append(i == 0 ? "" : ":").append(Long.toHexString(group));
        }
        return text.toString();
    }

    private static String v6(long high, long low, Dice dice) {
        String text = v6(high, low);
        return switch (dice.weighted(2, 2, 1)) {
            case 1 -> text.replaceFirst("(^|:)0(:0)+(:|$)", "::");
            case 2 -> text.toUpperCase(java.util.Locale.ROOT);
            default -> text;
        };
    }
}
