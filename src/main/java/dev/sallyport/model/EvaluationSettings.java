package dev.sallyport.model;

import dev.sallyport.diagnose.Position;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The settings for what Microsoft leaves open (interface 1.4).
 *
 * @param unknownSignals the meaning of absent signals
 * @param exemptLowPrivilegeScopes whether low-privilege scopes leave a request out of policies with excluded applications (CA-APP-15);
 *     {@code null} for what Microsoft does at the time of the request (AMB-29)
 * @param evaluateReportOnlyUserActions whether report-only policies about user actions are evaluated (AMB-01)
 * @param literalExtensionAttributes whether a device filter about extension attributes of an unmanaged device is ignored, as the
 *     documentation says literally (CA-DEV-07)
 * @param mandatoryAdminPortalMfa whether admin portals ask every user for MFA (MM-01)
 * @param approvedClientAppRetired the time when the approved client app control retires; later requests are evaluated as before, with a
 *     diagnostic (GR-APP-03)
 * @param baselineScopesApplication the application against which the tenant has baseline scopes evaluated, from any time on (DEC-14);
 *     {@code null} for Windows Azure Active Directory
 * @param evaluateActiveSyncDevices whether a compliant device meets {@code compliantDevice} over Exchange ActiveSync (AMB-59)
 * @param limits the limits of a tenant (CA-POL-13)
 * @param source the position of its declaration; {@code null} for the defaults
 */
public record EvaluationSettings(UnknownSignals unknownSignals, @Nullable Boolean exemptLowPrivilegeScopes,
        boolean evaluateReportOnlyUserActions, boolean literalExtensionAttributes, boolean mandatoryAdminPortalMfa,
        Instant approvedClientAppRetired, @Nullable Reference baselineScopesApplication, boolean evaluateActiveSyncDevices, Limits limits,
        @Nullable Position source) {

    /** When the approved client app control retires, unless the settings say otherwise (GR-APP-03). */
    public static final Instant APPROVED_CLIENT_APP_RETIRED = Instant.parse("2026-03-01T00:00:00Z");

    /**
     * The limits of a tenant; the command {@code check} warns above them.
     *
     * @param policies the number of policies in any state
     * @param ipNamedLocations the number of named locations with IP ranges
     * @param authenticationStrengths the number of authentication strengths, without the built-in ones
     */
    public record Limits(int policies, int ipNamedLocations, int authenticationStrengths) {

        /** The limits that Microsoft documents (CA-POL-13, CA-LOC-10). */
        public static final Limits DEFAULT = new Limits(240, 195, 15);
    }

    /** Makes settings with the retirement and the limits that Microsoft documents. */
    public EvaluationSettings(UnknownSignals unknownSignals, @Nullable Boolean exemptLowPrivilegeScopes,
            boolean evaluateReportOnlyUserActions,
            boolean literalExtensionAttributes, boolean mandatoryAdminPortalMfa, @Nullable Position source) {
        this(unknownSignals, exemptLowPrivilegeScopes, evaluateReportOnlyUserActions, literalExtensionAttributes, mandatoryAdminPortalMfa,
                APPROVED_CLIENT_APP_RETIRED, source);
    }

    /** Makes settings with the limits that Microsoft documents. */
    public EvaluationSettings(UnknownSignals unknownSignals, @Nullable Boolean exemptLowPrivilegeScopes,
            boolean evaluateReportOnlyUserActions,
            boolean literalExtensionAttributes, boolean mandatoryAdminPortalMfa, Instant approvedClientAppRetired,
            @Nullable Position source) {
        this(unknownSignals, exemptLowPrivilegeScopes, evaluateReportOnlyUserActions, literalExtensionAttributes, mandatoryAdminPortalMfa,
                approvedClientAppRetired, null, false, Limits.DEFAULT, source);
    }

    /** The same settings with another meaning of absent signals. */
    public EvaluationSettings with(UnknownSignals other) {
        return new EvaluationSettings(other, exemptLowPrivilegeScopes, evaluateReportOnlyUserActions, literalExtensionAttributes,
                mandatoryAdminPortalMfa, approvedClientAppRetired, baselineScopesApplication, evaluateActiveSyncDevices, limits, source);
    }

    /** The same settings with another application for baseline scopes. */
    public EvaluationSettings with(Reference application) {
        return new EvaluationSettings(unknownSignals, exemptLowPrivilegeScopes, evaluateReportOnlyUserActions, literalExtensionAttributes,
                mandatoryAdminPortalMfa, approvedClientAppRetired, application, evaluateActiveSyncDevices, limits, source);
    }

    /** The defaults of the semantics. */
    public static final EvaluationSettings DEFAULT = new EvaluationSettings(UnknownSignals.ENTRA, null, false, false, false, null);
}
