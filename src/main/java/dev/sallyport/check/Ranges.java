package dev.sallyport.check;

import dev.sallyport.model.IpRange;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The addresses of many ranges together: ranges that touch or overlap are one. */
final class Ranges {

    private static final BigInteger HALF = BigInteger.ONE.shiftLeft(Long.SIZE);

    private record Span(BigInteger first, BigInteger last) {

        static Span of(IpRange range) {
            return new Span(number(range.lowHigh(), range.lowLow()), number(range.highHigh(), range.highLow()));
        }

        private static BigInteger number(long high, long low) {
            return unsigned(high).multiply(HALF).add(unsigned(low));
        }

        private static BigInteger unsigned(long bits) {
            return bits < 0 ? BigInteger.valueOf(bits).add(HALF) : BigInteger.valueOf(bits);
        }

        BigInteger size() {
            return last.subtract(first).add(BigInteger.ONE);
        }
    }

    private final List<Span> ipv4;
    private final List<Span> ipv6;

    Ranges(List<IpRange> ranges) {
        ipv4 = merged(ranges, false);
        ipv6 = merged(ranges, true);
    }

    private static List<Span> merged(List<IpRange> ranges, boolean isIpv6) {
        List<Span> merged = new ArrayList<>();
        for (Span each : ranges.stream().filter(range -> range.isIpv6() == isIpv6).map(Span::of).sorted(Comparator.comparing(Span::first))
                .toList()) {
            Span before = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (before != null && each.first().compareTo(before.last().add(BigInteger.ONE)) <= 0) {
                merged.set(merged.size() - 1, new Span(before.first(), before.last().max(each.last())));
            } else {
                merged.add(each);
            }
        }
        return merged;
    }

    /** Whether every address of a range is in one of these. */
    boolean cover(IpRange range) {
        Span wanted = Span.of(range);
        return (range.isIpv6() ? ipv6 : ipv4).stream().anyMatch(span -> span.first().compareTo(wanted.first()) <= 0
                && span.last().compareTo(wanted.last()) >= 0);
    }

    /** How many addresses of a family they hold. */
    BigInteger size(boolean isIpv6) {
        return (isIpv6 ? ipv6 : ipv4).stream().map(Span::size).reduce(BigInteger.ZERO, BigInteger::add);
    }
}
