package dev.sallyport.model;

/**
 * A range of addresses of one family, both ends included; IPv4 addresses fill the low 32 bits of the low half.
 *
 * @param text what the author wrote
 */
public record IpRange(boolean isIpv6, long lowHigh, long lowLow, long highHigh, long highLow, int prefixLength, String text) {

    /** How many bits stand before the IPv4 address in an IPv4-mapped one. */
    private static final int MAPPED_BITS = 96;

    /** Whether an address of the same family is in the range. */
    public boolean contains(IpAddress address) {
        return address.isIpv6() == isIpv6
                && compare(address.high(), address.low(), lowHigh, lowLow) >= 0
                && compare(address.high(), address.low(), highHigh, highLow) <= 0;
    }

    private static int compare(long aHigh, long aLow, long bHigh, long bLow) {
        int high = Long.compareUnsigned(aHigh, bHigh);
        return high != 0 ? high : Long.compareUnsigned(aLow, bLow);
    }

    /**
     * Parses a CIDR range, such as {@code 198.51.100.0/24} or {@code 2001:db8::/32}. A range of IPv4-mapped addresses is the
     * range of the IPv4 addresses (CA-LOC-26).
     *
     * @return {@code null} when the text is no such range
     */
    public static IpRange parseCidr(String text) {
        int slash = text.indexOf('/');
        IpAddress written = slash < 0 ? null : IpAddress.parseUnmapped(text.substring(0, slash));
        String length = text.substring(slash + 1);
        if (written == null || !length.matches("0|[1-9][0-9]{0,2}")) {
            return null;
        }
        int prefix = Integer.parseInt(length);
        if (prefix > (written.isIpv6() ? 128 : 32)) {
            return null;
        }
        IpAddress address = prefix < MAPPED_BITS ? written : IpAddress.parse(text.substring(0, slash));
        if (address.isIpv6() != written.isIpv6()) {
            prefix -= MAPPED_BITS;
        }
        int bits = address.isIpv6() ? 128 : 32;
        int host = bits - prefix;
        long hostLow = host >= 64 ? -1L : (1L << host) - 1;
        long hostHigh = host <= 64 ? 0 : host == 128 ? -1L : (1L << (host - 64)) - 1;
        return new IpRange(address.isIpv6(), address.high() & ~hostHigh, address.low() & ~hostLow, address.high() | hostHigh,
                address.low() | hostLow, prefix, text);
    }

    /** A range from its first to its last address, or {@code null} when they are none. */
    public static IpRange between(String lower, String upper) {
        IpAddress low = IpAddress.parse(lower);
        IpAddress high = IpAddress.parse(upper);
        if (low == null || high == null || low.isIpv6() != high.isIpv6() || compare(low.high(), low.low(), high.high(), high.low()) > 0) {
            return null;
        }
        return new IpRange(low.isIpv6(), low.high(), low.low(), high.high(), high.low(), -1, lower + "-" + upper);
    }

    /** What kind of addresses that never reach Entra over the internet it holds, and no others (CA-LOC-08): {@code private} and so on, or {@code null}. */
    public String kind() {
        String first = new IpAddress(isIpv6, lowHigh, lowLow).kind();
        String last = new IpAddress(isIpv6, highHigh, highLow).kind();
        return first != null && first.equals(last) ? first : null;
    }

    /** Whether bits are set behind the prefix, as in {@code 198.51.100.7/24}. */
    public boolean hasHostBits() {
        String first = prefixLength < 0 ? null : text.substring(0, text.indexOf('/'));
        IpAddress written = isIpv6 ? IpAddress.parseUnmapped(first) : IpAddress.parse(first);
        return written != null && (written.high() != lowHigh || written.low() != lowLow);
    }

    /** Whether it holds as many addresses as a prefix of eight bits, or more, which no location may (CA-LOC-11). */
    public boolean isTooWide() {
        long low = highLow - lowLow;
        long high = highHigh - lowHigh - (Long.compareUnsigned(highLow, lowLow) < 0 ? 1 : 0);
        return isIpv6 ? high >>> 56 != 0 || high == (1L << 56) - 1 && low == -1L : low >= (1L << 24) - 1;
    }
}
