package dev.sallyport.compile;

import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.GrantControl;

/**
 * One operand of a policy's grant expression (GR-OPR-02).
 *
 * @param builtIn  the built-in control, or {@code null}
 * @param strength the authentication strength, or {@code null}; one that nobody declared has no combinations
 * @param id       the id of terms of use or of a custom factor, the field of what is not understood, or {@code null}
 * @param name     the name of terms of use, or {@code null}
 * @param isPerDevice whether these are terms of use that every registered device accepts for itself (GR-CTL-26)
 */
public record Control(Kind kind, GrantControl builtIn, AuthenticationStrength strength, String id, String name, boolean isPerDevice)
        implements Comparable<Control> {

    /** Any control but terms of use that devices accept. */
    public Control(Kind kind, GrantControl builtIn, AuthenticationStrength strength, String id, String name) {
        this(kind, builtIn, strength, id, name, false);
    }

    /** Kinds in prompt order (GR-ORD-01..08); block and the per-user MFA state come first because nobody is asked for them. */
    public enum Kind {
        BLOCK(null, "Block"),
        ENFORCED_MFA("enforcedMfa", "EnforcedMfa"),
        AUTHENTICATION_STRENGTH("authenticationStrength", "RequireAuthenticationStrength"),
        MFA("mfa", "Mfa"),
        COMPLIANT_DEVICE("compliantDevice", "RequireCompliantDevice"),
        DOMAIN_JOINED_DEVICE("domainJoinedDevice", "RequireDomainJoinedDevice"),
        APPROVED_APPLICATION("approvedApplication", "RequireApprovedApp"),
        COMPLIANT_APPLICATION("compliantApplication", "RequireCompliantApp"),
        PASSWORD_CHANGE("passwordChange", "PasswordChange"),
        RISK_REMEDIATION("riskRemediation", "RiskRemediation"),
        TERMS_OF_USE("termsOfUse", "TermsOfUse"),
        CUSTOM("customAuthenticationFactor", "CustomAuthenticationFactor"),
        /** What an export asks for and the engine does not understand: never met (IMP-03), and no reason while there is another. */
        NOT_UNDERSTOOD("notUnderstood", "NotUnderstood");

        private final String requiredName;
        private final String logName;

        Kind(String requiredName, String logName) {
            this.requiredName = requiredName;
            this.logName = logName;
        }

        /** The name in {@code requiredControls}. */
        public String requiredName() {
            return requiredName;
        }

        /** The name in Entra's sign-in log (RES-57). */
        public String logName() {
            return logName;
        }

        /** Whether it is met or not by the device alone; such controls are ignored while a device is registered (CA-ACT-11). */
        boolean needsRegisteredDevice() {
            return this == COMPLIANT_DEVICE || this == DOMAIN_JOINED_DEVICE || this == APPROVED_APPLICATION
                    || this == COMPLIANT_APPLICATION;
        }

        /** Whether it asks for a second factor. */
        public boolean isMfa() {
            return this == MFA || this == AUTHENTICATION_STRENGTH;
        }

        /** Whether the user is asked for it after MFA; such a row is a failure while MFA is pending (EV-14, AMB-53). */
        public boolean isLaterInteractive() {
            return this == PASSWORD_CHANGE || this == RISK_REMEDIATION || this == TERMS_OF_USE || this == CUSTOM;
        }
    }

    /** What a control is to a session (semantics 0.2). */
    public enum Status { SATISFIED, PENDING, FAILED }

    static Control of(GrantControl control) {
        Kind kind = switch (control) {
            case BLOCK -> Kind.BLOCK;
            case ENFORCED_MFA -> Kind.ENFORCED_MFA;
            case MFA -> Kind.MFA;
            case COMPLIANT_DEVICE -> Kind.COMPLIANT_DEVICE;
            case DOMAIN_JOINED_DEVICE -> Kind.DOMAIN_JOINED_DEVICE;
            case APPROVED_APPLICATION -> Kind.APPROVED_APPLICATION;
            case COMPLIANT_APPLICATION -> Kind.COMPLIANT_APPLICATION;
            case PASSWORD_CHANGE -> Kind.PASSWORD_CHANGE;
            case RISK_REMEDIATION -> Kind.RISK_REMEDIATION;
        };
        return new Control(kind, control, null, null, null);
    }

    /** Whether it can be met only by a registered device, and so not while one is registered (CA-ACT-11). */
    boolean needsRegisteredDevice() {
        return kind.needsRegisteredDevice() || isPerDevice;
    }

    /** Prompt order. */
    @Override
    public int compareTo(Control other) {
        return kind.compareTo(other.kind);
    }
}
