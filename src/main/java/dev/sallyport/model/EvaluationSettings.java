package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import java.time.Instant;

/**
 * Switches for what Microsoft leaves open (interface 1.4).
 *
 * @param exemptLowPrivilegeScopes {@code null} for what Microsoft does at the time of the request (AMB-29)
 * @param evaluateReportOnlyUserActions whether report-only policies on user actions are evaluated (AMB-01)
 * @param literalExtensionAttributes whether a device filter on extension attributes of an unmanaged device is not honoured,
 *                                   as the documentation says to the letter (CA-DEV-07)
 * @param mandatoryAdminPortalMfa  whether admin portals ask everybody for MFA (MM-01)
 * @param approvedClientAppRetired when the approved client app control retires: what asks for it then is evaluated as before, and
 *                                 decisions say so (GR-APP-03)
 * @param limits                   how much a tenant holds (CA-POL-13)
 */
public record EvaluationSettings(UnknownSignals unknownSignals, Boolean exemptLowPrivilegeScopes, boolean evaluateReportOnlyUserActions,
        boolean literalExtensionAttributes, boolean mandatoryAdminPortalMfa, Instant approvedClientAppRetired, Limits limits,
        Position source) {

    /** When the approved client app control retires, unless the tenant knows better (GR-APP-03). */
    public static final Instant APPROVED_CLIENT_APP_RETIRED = Instant.parse("2026-03-01T00:00:00Z");

    /**
     * How much a tenant holds; {@code check} tells what is more.
     *
     * @param policies                policies in whatever state
     * @param ipNamedLocations        named locations of addresses
     * @param authenticationStrengths strengths beside the built-in ones
     */
    public record Limits(int policies, int ipNamedLocations, int authenticationStrengths) {

        /** What Microsoft documents (CA-POL-13, CA-LOC-10). */
        public static final Limits DEFAULT = new Limits(240, 195, 15);
    }

    /** Settings in which the approved client app control retires when Microsoft says. */
    public EvaluationSettings(UnknownSignals unknownSignals, Boolean exemptLowPrivilegeScopes, boolean evaluateReportOnlyUserActions,
            boolean literalExtensionAttributes, boolean mandatoryAdminPortalMfa, Position source) {
        this(unknownSignals, exemptLowPrivilegeScopes, evaluateReportOnlyUserActions, literalExtensionAttributes, mandatoryAdminPortalMfa,
                APPROVED_CLIENT_APP_RETIRED, source);
    }

    /** Settings of a tenant that holds as much as Microsoft says. */
    public EvaluationSettings(UnknownSignals unknownSignals, Boolean exemptLowPrivilegeScopes, boolean evaluateReportOnlyUserActions,
            boolean literalExtensionAttributes, boolean mandatoryAdminPortalMfa, Instant approvedClientAppRetired, Position source) {
        this(unknownSignals, exemptLowPrivilegeScopes, evaluateReportOnlyUserActions, literalExtensionAttributes, mandatoryAdminPortalMfa,
                approvedClientAppRetired, Limits.DEFAULT, source);
    }

    /** The same settings under another answer to what is unknown. */
    public EvaluationSettings with(UnknownSignals other) {
        return new EvaluationSettings(other, exemptLowPrivilegeScopes, evaluateReportOnlyUserActions, literalExtensionAttributes, mandatoryAdminPortalMfa,
                approvedClientAppRetired, limits, source);
    }

    /** The defaults of the semantics. */
    public static final EvaluationSettings DEFAULT = new EvaluationSettings(UnknownSignals.ENTRA, null, false, false, false, null);
}
