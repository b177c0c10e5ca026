package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import java.util.List;
import java.util.Set;

/** A named location that policies refer to by id or name. */
public sealed interface NamedLocation {

    /** Its id. */
    String id();

    /** Its name. */
    String displayName();

    /** Where it is declared. */
    Position source();

    /** Address ranges (CA-LOC-09); only these can be trusted (CA-LOC-12). */
    record Ip(String id, String displayName, boolean isTrusted, List<IpRange> ranges, Position source) implements NamedLocation { }

    /**
     * Countries (CA-LOC-13).
     *
     * @param countries      two-letter codes in upper case
     * @param byGps          whether Authenticator's position decides, not the address
     * @param includeUnknown whether an address of no known country belongs to it (CA-LOC-14)
     */
    record Country(String id, String displayName, Set<String> countries, boolean byGps, boolean includeUnknown, Position source)
            implements NamedLocation { }

    /** The networks of Global Secure Access: a request says itself whether it comes from one (CA-LOC-21). */
    record CompliantNetwork(String id, String displayName, Position source) implements NamedLocation { }
}
