package dev.sallyport.model;

import dev.sallyport.Position;
import dev.sallyport.UnknownSignals;

/**
 * Switches for what Microsoft leaves open (interface 1.4).
 *
 * @param exemptLowPrivilegeScopes {@code null} for what Microsoft does at the time of the request (AMB-29)
 * @param evaluateReportOnlyUserActions whether report-only policies on user actions are evaluated (AMB-01)
 * @param literalExtensionAttributes whether a device filter on extension attributes of an unmanaged device is not honoured,
 *                                   as the documentation says to the letter (CA-DEV-07)
 * @param mandatoryAdminPortalMfa  whether admin portals ask everybody for MFA (MM-01)
 */
public record EvaluationSettings(UnknownSignals unknownSignals, Boolean exemptLowPrivilegeScopes, boolean evaluateReportOnlyUserActions,
        boolean literalExtensionAttributes, boolean mandatoryAdminPortalMfa, Position source) {

    /** The defaults of the semantics. */
    public static final EvaluationSettings DEFAULT = new EvaluationSettings(UnknownSignals.ENTRA, null, false, false, false, null);
}
