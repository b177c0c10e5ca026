package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An authentication strength: the combinations of methods that are enough (AS-01 to AS-03).
 *
 * @param id the id
 * @param displayName the name
 * @param allowedCombinations the combinations; one of them has to be used (AS-02)
 * @param restrictions the restrictions that narrow combinations to makes of passkeys or to certificates (AS-12)
 * @param source the position of its declaration; {@code null} for a built-in one
 */
public record AuthenticationStrength(String id, String displayName, List<Set<AuthenticationMethodMode>> allowedCombinations,
        List<Restriction> restrictions, @Nullable Position source) {

    /** How many policy OIDs of a restriction count (AS-12). */
    private static final int COUNTED_OIDS = 5;

    /** Makes a strength without restrictions. */
    public AuthenticationStrength(String id, String displayName, List<Set<AuthenticationMethodMode>> allowedCombinations,
            @Nullable Position source) {
        this(id, displayName, allowedCombinations, List.of(), source);
    }

    /**
     * Narrows combinations to makes of passkeys or to certificates (AS-12). One entry of each list has to match; an empty list matches
     * everything.
     *
     * @param appliesTo the combinations that are narrowed; empty for all
     * @param allowedAAGUIDs the AAGUIDs of passkeys
     * @param allowedIssuerSkis the subject key identifiers of issuers of certificates
     * @param allowedPolicyOIDs the policy OIDs of certificates, of which the first five count
     */
    public record Restriction(List<Set<AuthenticationMethodMode>> appliesTo, List<String> allowedAAGUIDs, List<String> allowedIssuerSkis,
            List<String> allowedPolicyOIDs) {

        /** Whether the methods that were used are allowed; an unknown make or certificate is not allowed. */
        public boolean allows(Set<AuthenticationMethodMode> combination, @Nullable String aaguid, @Nullable String issuerSki,
                List<String> policyOids) {
            if (!appliesTo.isEmpty() && !appliesTo.contains(combination)) {
                return true;
            }
            return (allowedAAGUIDs.isEmpty() || names(allowedAAGUIDs, aaguid))
                    && (allowedIssuerSkis.isEmpty() || names(allowedIssuerSkis, issuerSki))
                    && (allowedPolicyOIDs.isEmpty() || allowedPolicyOIDs.stream().limit(COUNTED_OIDS).anyMatch(policyOids::contains));
        }

        private static boolean names(List<String> allowed, @Nullable String used) {
            return used != null && allowed.stream().anyMatch(used::equalsIgnoreCase);
        }
    }

    /** The strengths that every tenant has (AS-03). */
    public static List<AuthenticationStrength> builtIn() {
        return Catalogue.builtIn().strengths();
    }
}
