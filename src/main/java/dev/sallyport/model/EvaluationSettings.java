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
 * @param mandatoryAdminPortalMfa whether Microsoft's own MFA for administration is evaluated (MM-01, DEC-10)
 * @param mandatoryMfaPhase2From since when the tenant is in phase 2 of it, where Azure resources are changed; {@code null} for the date of
 *     the catalogue
 * @param evaluateServiceDependencies whether the policies on the services behind an application are evaluated in its sign-ins (DEC-08)
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
        @Nullable Instant mandatoryMfaPhase2From, boolean evaluateServiceDependencies, Instant approvedClientAppRetired,
        @Nullable Reference baselineScopesApplication, boolean evaluateActiveSyncDevices, Limits limits,
        @Nullable Position source) {

    /** When the approved client app control retires, unless the settings say otherwise (GR-APP-03). */
    public static final Instant APPROVED_CLIENT_APP_RETIRED = Catalogue.builtIn().dateOf("approvedClientAppRetired");

    /** The defaults of the rule book. */
    public static final EvaluationSettings DEFAULT = builder().build();

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

    /** A builder for the defaults of the rule book. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that holds every value of these settings, to change some of them. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.unknownSignals = unknownSignals;
        builder.exemptLowPrivilegeScopes = exemptLowPrivilegeScopes;
        builder.evaluateReportOnlyUserActions = evaluateReportOnlyUserActions;
        builder.literalExtensionAttributes = literalExtensionAttributes;
        builder.mandatoryAdminPortalMfa = mandatoryAdminPortalMfa;
        builder.mandatoryMfaPhase2From = mandatoryMfaPhase2From;
        builder.evaluateServiceDependencies = evaluateServiceDependencies;
        builder.approvedClientAppRetired = approvedClientAppRetired;
        builder.baselineScopesApplication = baselineScopesApplication;
        builder.evaluateActiveSyncDevices = evaluateActiveSyncDevices;
        builder.limits = limits;
        builder.source = source;
        return builder;
    }

    /** The same settings with another meaning of absent signals. */
    public EvaluationSettings with(UnknownSignals other) {
        return toBuilder().unknownSignals(other).build();
    }

    /** Collects the values of settings. What is not set has its default. */
    public static final class Builder {

        private UnknownSignals unknownSignals = UnknownSignals.ENTRA;
        private @Nullable Boolean exemptLowPrivilegeScopes;
        private boolean evaluateReportOnlyUserActions;
        private boolean literalExtensionAttributes;
        private boolean mandatoryAdminPortalMfa = true;
        private @Nullable Instant mandatoryMfaPhase2From;
        private boolean evaluateServiceDependencies = true;
        private Instant approvedClientAppRetired = APPROVED_CLIENT_APP_RETIRED;
        private @Nullable Reference baselineScopesApplication;
        private boolean evaluateActiveSyncDevices;
        private Limits limits = Limits.DEFAULT;
        private @Nullable Position source;

        private Builder() { }

        /** Sets {@link EvaluationSettings#unknownSignals}. */
        public Builder unknownSignals(UnknownSignals value) {
            unknownSignals = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#exemptLowPrivilegeScopes}. */
        public Builder exemptLowPrivilegeScopes(@Nullable Boolean value) {
            exemptLowPrivilegeScopes = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#evaluateReportOnlyUserActions}. */
        public Builder evaluateReportOnlyUserActions(boolean value) {
            evaluateReportOnlyUserActions = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#literalExtensionAttributes}. */
        public Builder literalExtensionAttributes(boolean value) {
            literalExtensionAttributes = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#mandatoryAdminPortalMfa}. */
        public Builder mandatoryAdminPortalMfa(boolean value) {
            mandatoryAdminPortalMfa = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#mandatoryMfaPhase2From}. */
        public Builder mandatoryMfaPhase2From(@Nullable Instant value) {
            mandatoryMfaPhase2From = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#evaluateServiceDependencies}. */
        public Builder evaluateServiceDependencies(boolean value) {
            evaluateServiceDependencies = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#approvedClientAppRetired}. */
        public Builder approvedClientAppRetired(Instant value) {
            approvedClientAppRetired = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#baselineScopesApplication}. */
        public Builder baselineScopesApplication(@Nullable Reference value) {
            baselineScopesApplication = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#evaluateActiveSyncDevices}. */
        public Builder evaluateActiveSyncDevices(boolean value) {
            evaluateActiveSyncDevices = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#limits}. */
        public Builder limits(Limits value) {
            limits = value;
            return this;
        }

        /** Sets {@link EvaluationSettings#source}. */
        public Builder source(@Nullable Position value) {
            source = value;
            return this;
        }

        /** Makes the settings. */
        public EvaluationSettings build() {
            return new EvaluationSettings(unknownSignals, exemptLowPrivilegeScopes, evaluateReportOnlyUserActions,
                    literalExtensionAttributes, mandatoryAdminPortalMfa, mandatoryMfaPhase2From, evaluateServiceDependencies,
                    approvedClientAppRetired, baselineScopesApplication, evaluateActiveSyncDevices, limits, source);
        }
    }
}
