package dev.sallyport.model;

import org.jspecify.annotations.Nullable;

/**
 * An IP address. {@link #parse} takes nothing but the two standard forms: no {@code 127.1}, no octal or hexadecimal parts, no zone, no
 * brackets and no port, and it never looks up a name.
 *
 * @param isIpv6 whether it is an IPv6 address; otherwise IPv4
 * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address
 */
public record IpAddress(boolean isIpv6, long high, long low) {

    /** Parses an address; an IPv4-mapped one becomes its IPv4 address (CA-LOC-26). {@code null} if the text is not an address. */
    public static @Nullable IpAddress parse(@Nullable String text) {
        IpAddress address = parseUnmapped(text);
        return address == null ? null : address.unmapped();
    }

    /** The IPv4 address of an IPv4-mapped one; any other address as it is. */
    IpAddress unmapped() {
        return isIpv6 && high == 0 && low >>> 32 == 0xFFFF ? new IpAddress(false, 0, low & 0xFFFF_FFFFL) : this;
    }

    /** Parses an address and leaves an IPv4-mapped one as it is. {@code null} when the text is none. */
    static @Nullable IpAddress parseUnmapped(@Nullable String text) {
        if (text == null || text.length() > 45) {
            return null;
        }
        if (text.indexOf(':') >= 0) {
            return parseIpv6(text);
        }
        long v4 = parseIpv4(text, 0);
        return v4 < 0 ? null : new IpAddress(false, 0, v4);
    }

    private static long parseIpv4(String text, int from) {
        long address = 0;
        int parts = 0;
        int digits = 0;
        int part = 0;
        for (int i = from; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (digits == 0 || part > 255 || ++parts > 4) {
                    return -1;
                }
                address = address << 8 | part;
                digits = 0;
                part = 0;
            } else if (c >= '0' && c <= '9' && digits < 3 && !(digits > 0 && part == 0)) {
                part = part * 10 + c - '0';
                digits++;
            } else {
                return -1;
            }
        }
        return parts == 4 ? address : -1;
    }

    private static @Nullable IpAddress parseIpv6(String text) {
        int[] groups = new int[8];
        int count = 0;
        int gap = -1;
        int i = 0;
        if (text.startsWith("::")) {
            gap = 0;
            i = 2;
        }
        while (i < text.length()) {
            int end = i;
            int group = 0;
            while (end < text.length() && hex(text.charAt(end)) >= 0) {
                group = group << 4 | hex(text.charAt(end++));
            }
            if (end < text.length() && text.charAt(end) == '.') {
                long v4 = parseIpv4(text, i);
                if (v4 < 0 || count > 6) {
                    return null;
                }
                groups[count++] = (int) (v4 >>> 16);
                groups[count++] = (int) (v4 & 0xFFFF);
                i = text.length();
                break;
            }
            if (end == i || end - i > 4 || count == 8) {
                return null;
            }
            groups[count++] = group;
            if (end == text.length()) {
                i = end;
                break;
            }
            if (text.charAt(end) != ':') {
                return null;
            }
            i = end + 1;
            if (i < text.length() && text.charAt(i) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = count;
                i++;
            } else if (i == text.length()) {
                return null;
            }
        }
        if (gap < 0 ? count != 8 : count > 7) {
            return null;
        }
        long high = 0;
        long low = 0;
        int shift = 8 - count;
        for (int g = 0; g < 8; g++) {
            int value = gap < 0 || g < gap ? groups[g] : g < gap + shift ? 0 : groups[g - shift];
            if (g < 4) {
                high = high << 16 | value;
            } else {
                low = low << 16 | value;
            }
        }
        return new IpAddress(true, high, low);
    }

    private static int hex(char c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }

    /** Whether the address can reach Entra over the internet; others never identify a location (CA-LOC-08). */
    public boolean isPublic() {
        return kind() == null;
    }

    /**
     * The kind of an address that cannot reach Entra over the internet (CA-LOC-08): {@code unspecified}, {@code loopback},
     * {@code link-local}, {@code private}, {@code shared}, {@code multicast} or {@code reserved}; {@code null} for a public one.
     */
    public @Nullable String kind() {
        if (isIpv6) {
            int top = (int) (high >>> 48);
            return high == 0 && low == 0 ? "unspecified" : high == 0 && low == 1 ? "loopback" : (top & 0xFF80) == 0xFE80 ? "link-local"
                    : (top & 0xFE00) == 0xFC00 ? "private" : (top & 0xFF00) == 0xFF00 ? "multicast" : null;
        }
        int a = (int) (low >>> 24);
        int b = (int) (low >>> 16) & 0xFF;
        return switch (a) {
            case 0 -> "unspecified";
            case 10 -> "private";
            case 100 -> b >= 64 && b < 128 ? "shared" : null;
            case 127 -> "loopback";
            case 169 -> b == 254 ? "link-local" : null;
            case 172 -> b >= 16 && b < 32 ? "private" : null;
            case 192 -> b == 168 ? "private" : null;
            default -> a >= 240 ? "reserved" : a >= 224 ? "multicast" : null;
        };
    }
}
