package dev.sallyport.model;

import org.jspecify.annotations.Nullable;

/**
 * A range of addresses of one family, with both ends. An IPv4 address is in the low half.
 *
 * @param isIpv6 whether the addresses are IPv6; otherwise IPv4
 * @param lowHigh the upper 64 bits of the first address
 * @param lowLow the lower 64 bits of the first address
 * @param highHigh the upper 64 bits of the last address
 * @param highLow the lower 64 bits of the last address
 * @param prefixLength the length of the prefix in bits; -1 for a range that was given by its ends
 * @param text the text that the author wrote
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
     * @return the range; {@code null} if the text is not one
     */
    public static @Nullable IpRange parseCidr(String text) {
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
        IpAddress address = prefix < MAPPED_BITS ? written : written.unmapped();
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

    /** The range from a first to a last address; {@code null} if they are not addresses of one family in this order. */
    public static @Nullable IpRange between(String lower, String upper) {
        IpAddress low = IpAddress.parse(lower);
        IpAddress high = IpAddress.parse(upper);
        if (low == null || high == null || low.isIpv6() != high.isIpv6() || compare(low.high(), low.low(), high.high(), high.low()) > 0) {
            return null;
        }
        return new IpRange(low.isIpv6(), low.high(), low.low(), high.high(), high.low(), -1, lower + "-" + upper);
    }

    /**
     * The kind of addresses, as in {@link IpAddress#kind}, if both ends are of one kind that cannot reach Entra over the internet
     * (CA-LOC-08); otherwise {@code null}.
     */
    public @Nullable String kind() {
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

    /** Whether it holds at least as many addresses as a prefix of eight bits, which is too wide for a location (CA-LOC-11). */
    public boolean isTooWide() {
        long low = highLow - lowLow;
        long high = highHigh - lowHigh - (Long.compareUnsigned(highLow, lowLow) < 0 ? 1 : 0);
        return isIpv6 ? high >>> 56 != 0 || high == (1L << 56) - 1 && low == -1L : low >= (1L << 24) - 1;
    }
}
