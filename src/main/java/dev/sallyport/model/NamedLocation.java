package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import java.util.List;
import java.util.Set;

/** A named location that policies refer to by id or name. */
public sealed interface NamedLocation {

    /** The id. */
    String id();

    /** The name. */
    String displayName();

    /** The position of its declaration. */
    Position source();

    /**
     * A location of IP ranges (CA-LOC-09).
     *
     * @param id the id
     * @param displayName the name
     * @param isTrusted whether the location is trusted; only a location of IP ranges can be (CA-LOC-12)
     * @param ranges the ranges
     * @param source the position of its declaration
     */
    record Ip(String id, String displayName, boolean isTrusted, List<IpRange> ranges, Position source) implements NamedLocation { }

    /**
     * A location of countries (CA-LOC-13).
     *
     * @param id the id
     * @param displayName the name
     * @param countries the two-letter codes, in upper case
     * @param byGps whether Authenticator's position decides (CA-LOC-16); otherwise the address
     * @param includeUnknown whether an address of an unknown country belongs to it (CA-LOC-14)
     * @param source the position of its declaration
     */
    record Country(String id, String displayName, Set<String> countries, boolean byGps, boolean includeUnknown, Position source)
            implements NamedLocation { }

    /**
     * The networks of Global Secure Access; a request tells whether it comes from one (CA-LOC-21).
     *
     * @param id the id
     * @param displayName the name
     * @param source the position of its declaration
     */
    record CompliantNetwork(String id, String displayName, Position source) implements NamedLocation { }
}
