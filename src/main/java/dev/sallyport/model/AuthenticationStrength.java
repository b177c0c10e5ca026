package dev.sallyport.model;

import static dev.sallyport.model.AuthenticationMethodMode.*;

import dev.sallyport.diagnose.Position;
import java.util.List;
import java.util.Set;

/**
 * An authentication strength: the combinations of methods that are enough (AS-01..03).
 *
 * @param restrictions makes and certificates that narrow combinations (AS-12)
 * @param source       {@code null} for a built-in one
 */
public record AuthenticationStrength(String id, String displayName, List<Set<AuthenticationMethodMode>> allowedCombinations,
        List<Restriction> restrictions, Position source) {

    /** How many policy OIDs of a restriction count (AS-12). */
    private static final int COUNTED_OIDS = 5;

    /** A strength without restrictions. */
    public AuthenticationStrength(String id, String displayName, List<Set<AuthenticationMethodMode>> allowedCombinations, Position source) {
        this(id, displayName, allowedCombinations, List.of(), source);
    }

    /**
     * Narrows combinations to makes of passkeys, or to certificates (AS-12). Entries within a list are ORed, the lists are ANDed; an
     * empty list narrows nothing.
     *
     * @param appliesTo the combinations; empty for all
     */
    public record Restriction(List<Set<AuthenticationMethodMode>> appliesTo, List<String> allowedAAGUIDs, List<String> allowedIssuerSkis,
            List<String> allowedPolicyOIDs) {

        /** Whether what was used is allowed; what is not known is not. */
        public boolean allows(Set<AuthenticationMethodMode> combination, String aaguid, String issuerSki, List<String> policyOids) {
            if (!appliesTo.isEmpty() && !appliesTo.contains(combination)) {
                return true;
            }
            return (allowedAAGUIDs.isEmpty() || names(allowedAAGUIDs, aaguid)) && (allowedIssuerSkis.isEmpty() || names(allowedIssuerSkis, issuerSki))
                    && (allowedPolicyOIDs.isEmpty() || allowedPolicyOIDs.stream().limit(COUNTED_OIDS).anyMatch(policyOids::contains));
        }

        private static boolean names(List<String> allowed, String used) {
            return used != null && allowed.stream().anyMatch(used::equalsIgnoreCase);
        }
    }

    private static final List<Set<AuthenticationMethodMode>> PHISHING_RESISTANT =
            List.of(Set.of(WINDOWS_HELLO_FOR_BUSINESS), Set.of(FIDO2), Set.of(X509_CERTIFICATE_MULTI_FACTOR));

    private static final List<Set<AuthenticationMethodMode>> PASSWORDLESS =
            List.of(Set.of(WINDOWS_HELLO_FOR_BUSINESS), Set.of(FIDO2), Set.of(X509_CERTIFICATE_MULTI_FACTOR), Set.of(DEVICE_BASED_PUSH));

    private static final List<Set<AuthenticationMethodMode>> MULTIFACTOR = List.of(
            Set.of(WINDOWS_HELLO_FOR_BUSINESS), Set.of(FIDO2), Set.of(X509_CERTIFICATE_MULTI_FACTOR), Set.of(DEVICE_BASED_PUSH),
            Set.of(TEMPORARY_ACCESS_PASS_ONE_TIME), Set.of(TEMPORARY_ACCESS_PASS_MULTI_USE),
            Set.of(PASSWORD, MICROSOFT_AUTHENTICATOR_PUSH), Set.of(PASSWORD, SOFTWARE_OATH), Set.of(PASSWORD, HARDWARE_OATH),
            Set.of(PASSWORD, X509_CERTIFICATE_SINGLE_FACTOR), Set.of(PASSWORD, X509_CERTIFICATE_MULTI_FACTOR), Set.of(PASSWORD, SMS),
            Set.of(PASSWORD, VOICE), Set.of(FEDERATED_MULTI_FACTOR), Set.of(FEDERATED_SINGLE_FACTOR, MICROSOFT_AUTHENTICATOR_PUSH),
            Set.of(FEDERATED_SINGLE_FACTOR, SOFTWARE_OATH), Set.of(FEDERATED_SINGLE_FACTOR, HARDWARE_OATH),
            Set.of(FEDERATED_SINGLE_FACTOR, SMS), Set.of(FEDERATED_SINGLE_FACTOR, VOICE));

    /** The three that every tenant has (AS-03). */
    public static final List<AuthenticationStrength> BUILT_IN = List.of(
            new AuthenticationStrength("00000000-0000-0000-0000-000000000002", "Multifactor authentication", MULTIFACTOR, null),
            new AuthenticationStrength("00000000-0000-0000-0000-000000000003", "Passwordless MFA", PASSWORDLESS, null),
            new AuthenticationStrength("00000000-0000-0000-0000-000000000004", "Phishing-resistant MFA", PHISHING_RESISTANT, null));
}
