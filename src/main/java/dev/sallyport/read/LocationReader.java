package dev.sallyport.read;

import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Countries;
import dev.sallyport.model.IpRange;
import dev.sallyport.model.NamedLocation;
import dev.sallyport.model.Reference;
import dev.sallyport.parse.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns objects into named locations. */
final class LocationReader {

    /** Codes that people take for those of ISO 3166, and what they mean. */
    private static final Map<String, String> MEANT_COUNTRIES = Map.of("UK", "GB", "EL", "GR");

    private final Diagnostics out;
    private final PolicyReader policies;

    /** @param policies takes the locations that are partly understood */
    LocationReader(Diagnostics out, PolicyReader policies) {
        this.out = out;
        this.policies = policies;
    }

    NamedLocation ipNamedLocation(Fields fields) {
        String displayName = PolicyReader.name(fields);
        String id = fields.text("id");
        boolean trusted = fields.bool("isTrusted", false);
        List<IpRange> ranges = new ArrayList<>();
        boolean isPartly = false;
        List<Fields> written = fields.objects("ipRanges");
        for (Fields range : written) {
            Reference cidr = range.reference("cidrAddress");
            Reference lower = range.reference("lowerAddress");
            Reference upper = range.reference("upperAddress");
            if (range.isExport()) {
                range.ignore("description");
            }
            range.done();
            IpRange read = null;
            if (cidr == null && (lower == null || upper == null)) {
                range.mistake("SP1105", "cidrAddress", range.position(), "the range has no `cidrAddress`",
                        "add one, such as 198.51.100.0/24", "CA-LOC-09");
            } else {
                read = cidr != null ? IpRange.parseCidr(cidr.text()) : IpRange.between(lower.text(), upper.text());
                read = checked(read, cidr != null ? cidr.text() : lower + " to " + upper, cidr != null ? cidr.position() : lower.position(),
                        range, "cidrAddress", out);
            }
            if (read != null) {
                ranges.add(read);
            }
            isPartly |= !range.notUnderstood().isEmpty();
        }
        isPartly |= fields.isNotUnderstood("ipRanges");
        if (written.isEmpty() && !isPartly) {
            String help = "add ranges such as { cidrAddress: 198.51.100.0/24 }";
            if (fields.has("ipRanges")) {
                PolicyReader.nothing(fields, "ipRanges", "the named location has no `ipRanges`", help, "CA-LOC-09", out);
            } else {
                fields.mistake("SP1105", "ipRanges", fields.position(), "the named location has no `ipRanges`", help, "CA-LOC-09");
                isPartly = fields.isExport();
            }
        }
        if (ranges.size() > 2000) {
            fields.mistake("SP1307", "ipRanges", fields.position(), "a named location can have at most 2000 ranges, but this one has "
                    + ranges.size(), "split it", "VAL-27");
        }
        fields.ignore("createdDateTime", "modifiedDateTime", "deletedDateTime", "locationType", "note");
        fields.done();
        return policies.partly(new NamedLocation.Ip(id == null || id.isBlank() ? displayName : id, displayName, trusted,
                List.copyOf(ranges), fields.position()), isPartly);
    }

    /** A location of a kind that is newer than the engine: it holds where it is included, and excludes nobody (IMP-02). */
    NamedLocation unknownNamedLocation(Fields fields) {
        String displayName = PolicyReader.name(fields);
        String id = fields.text("id");
        out.notUnderstood("SP1104", fields.position(), "unknown kind of named location `" + ((Node.Scalar) fields.node().get("@odata.type"))
                .text() + "`",
                "policies that include it apply everywhere, and no request is excluded by it", "IMP-02");
        return policies.partly(new NamedLocation.Ip(id == null || id.isBlank() ? displayName : id, displayName, false, List.of(),
                fields.position()), true);
    }

    /** The range if it may be one; in an export the bits behind a prefix do not count (IMP-05). */
    static IpRange checked(IpRange range, String text, Position position, Fields fields, String name, Diagnostics out) {
        if (range == null) {
            fields.mistake("SP1114", name, position, "invalid address range `" + text + "`",
                    "write a range such as 198.51.100.0/24 or 2001:db8::/32", "CA-LOC-09");
            return null;
        }
        if (range.isTooWide()) {
            fields.mistake("SP1307", name, position, "`" + text + "` is too wide", "use a prefix longer than /8", "VAL-27");
            return null;
        }
        if (range.hasHostBits()) {
            String message = "`" + text + "` has bits set after its prefix";
            if (fields.isExport()) {
                out.meant("SP1114", position, message + ": it counts as the whole range",
                        "write the first address of the range, or the prefix of one address", "IMP-05");
                return range;
            }
            out.add(Severity.ERROR, "SP1114", position, message, "write the first address of the range", "CA-LOC-09");
            return null;
        }
        return range;
    }

    /** CA-LOC-21: Global Secure Access says who comes from it. */
    NamedLocation compliantNetworkNamedLocation(Fields fields) {
        String displayName = PolicyReader.name(fields);
        String id = fields.text("id");
        fields.ignore("isTrusted", "createdDateTime", "modifiedDateTime", "deletedDateTime", "locationType", "compliantNetworkType",
                "note");
        fields.done();
        return new NamedLocation.CompliantNetwork(id == null || id.isBlank() ? displayName : id, displayName, fields.position());
    }

    NamedLocation countryNamedLocation(Fields fields) {
        String displayName = PolicyReader.name(fields);
        String id = fields.text("id");
        Set<String> countries = new HashSet<>();
        for (Reference country : fields.references("countriesAndRegions")) {
            String code = country.text().toUpperCase(Locale.ROOT);
            if (!country.text().matches("[A-Za-z]{2}")) {
                Optional<String> named = Countries.CODES.stream().filter(each -> new Locale("", each).getDisplayCountry(Locale.ENGLISH)
                        .equalsIgnoreCase(country.text())).findFirst();
                fields.mistake("SP1115", "countriesAndRegions", country.position(), "invalid country code `" + country.text() + "`",
                        named.map(each -> "did you mean `" + each + "`?").orElse("write two letters, such as NL"), "CA-LOC-13");
            } else if (!Countries.CODES.contains(code)) {
                String meant = MEANT_COUNTRIES.get(code);
                out.add(Severity.WARNING, "SP1115", country.position(), "unknown country code `" + country.text() + "`: it never matches",
                        meant != null ? "did you mean `" + meant + "`?" : "write an ISO 3166 code, such as NL", "CA-LOC-13");
            }
            if (!country.isExport() || code.matches("[A-Z]{2}")) {
                countries.add(code);
            }
        }
        boolean gps = "authenticatorAppGps".equals(fields.option("countryLookupMethod", "CA-LOC-13", "clientIpAddress",
                "authenticatorAppGps"));
        boolean unknown = fields.bool("includeUnknownCountriesAndRegions", false);
        Node trusted = fields.take("isTrusted");
        if (fields.bool("isTrusted", false)) {
            fields.mistake("SP1308", "isTrusted", trusted.position(), "a country cannot be trusted",
                    "only address ranges can: remove `isTrusted`", "CA-LOC-12");
        }
        boolean isLookedUp = !fields.isNotUnderstood("countryLookupMethod");
        boolean isPartly = !isLookedUp || fields.isNotUnderstood("countriesAndRegions")
                || fields.isNotUnderstood("includeUnknownCountriesAndRegions");
        if (countries.isEmpty() && !unknown && !isPartly) {
            PolicyReader.nothing(fields, "countriesAndRegions", "the named location has no `countriesAndRegions`", "add codes such as NL",
                    "CA-LOC-13", out);
        }
        fields.ignore("createdDateTime", "modifiedDateTime", "deletedDateTime", "locationType", "note");
        fields.done();
        return policies.partly(new NamedLocation.Country(id == null || id.isBlank() ? displayName : id, displayName,
                isLookedUp ? Set.copyOf(countries) : Set.of(), gps, isLookedUp && unknown, fields.position()), isPartly);
    }
}
