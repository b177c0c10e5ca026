package dev.sallyport.decide;

import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.PerUserMfaState;
import java.time.Instant;

/**
 * What the rules on demands look at: who does what, and what the session has proved. Their consequences call the methods of
 * the second half. Rules are in {@code security-defaults.drl}, {@code per-user-mfa.drl}, {@code registration.drl} and
 * {@code app-passwords.drl}.
 */
public final class Situation {

    private final boolean signsIn;
    private final boolean changesSecurityInfo;
    private final boolean createsAppPassword;
    private final boolean registersPasskey;
    private final boolean underSecurityDefaults;
    private final boolean securityDefaultsAdministrator;
    private final boolean azureManagement;
    private final boolean promptedBySecurityDefaults;
    private final boolean withinSecurityDefaultsGrace;
    private final boolean underMandatoryMfa;
    private final PerUserMfaState perUserMfaState;
    private final boolean askedToRegister;
    private final boolean withinPerUserGrace;
    private final boolean atTrustedIp;
    private final boolean registered;
    private final boolean ableToDoMfa;
    private final boolean mfaClaim;
    private final boolean recentMfa;
    private final boolean remembered;
    private final Instant securityDefaultsDue;
    private final Instant perUserDue;

    private boolean demanding;
    private boolean mfaDemanded;
    private boolean registrationDemanded;
    private boolean securityDefaultsMethods;
    private Instant registrationDue;

    Situation(Facts facts, Claims claims, Sources sources) {
        signsIn = facts.action == Facts.Action.SIGN_IN || facts.action == Facts.Action.REGISTER_DEVICE;
        changesSecurityInfo = !signsIn;
        createsAppPassword = facts.action == Facts.Action.CREATE_APP_PASSWORD;
        registersPasskey = facts.registering == AuthenticationMethodMode.FIDO2;
        underSecurityDefaults = sources.securityDefaults();
        securityDefaultsAdministrator = sources.administrator();
        azureManagement = sources.azureManagement();
        promptedBySecurityDefaults = facts.securityDefaultsPrompt;
        securityDefaultsDue = sources.securityDefaultsDue();
        withinSecurityDefaultsGrace = securityDefaultsDue != null;
        underMandatoryMfa = sources.mandatoryMfa();
        perUserMfaState = facts.user.perUserMfaState();
        askedToRegister = facts.isInteractive()
                && (facts.mayBeWebSignIn() || facts.signIn.session().isNewDevice());
        perUserDue = sources.perUserDue();
        withinPerUserGrace = perUserDue != null;
        atTrustedIp = sources.trustedIp();
        registered = facts.user.isMfaRegistered();
        ableToDoMfa = claims.canDoMfa;
        mfaClaim = claims.hasMfaClaim;
        recentMfa = claims.hasRecentMfa();
        remembered = claims.isRemembered;
    }

    /**
     * What tenant and directory say about the request.
     *
     * @param securityDefaultsDue until when registration may wait under security defaults, or {@code null}
     * @param perUserDue          the same under per-user MFA
     */
    record Sources(boolean securityDefaults, boolean administrator, boolean azureManagement, Instant securityDefaultsDue, boolean mandatoryMfa,
            Instant perUserDue, boolean trustedIp) { }

    // ---- what rules ask

    /** A sign-in, or a device that is registered. */
    public boolean isSignsIn() {
        return signsIn;
    }

    /** Security information is registered or looked at, app passwords included (AP-23). */
    public boolean isChangesSecurityInfo() {
        return changesSecurityInfo;
    }

    /** An app password is created. */
    public boolean isCreatesAppPassword() {
        return createsAppPassword;
    }

    /** A passkey is registered (REG-04). */
    public boolean isRegistersPasskey() {
        return registersPasskey;
    }

    /** Security defaults are on and cover this user (SD-10). */
    public boolean isUnderSecurityDefaults() {
        return underSecurityDefaults;
    }

    /** The user holds one of the roles of SD-MFA-01. */
    public boolean isSecurityDefaultsAdministrator() {
        return securityDefaultsAdministrator;
    }

    /** Azure Resource Manager is asked for (SD-MFA-05). */
    public boolean isAzureManagement() {
        return azureManagement;
    }

    /** Security defaults deem MFA necessary, or nobody knows (SD-MFA-03). */
    public boolean isPromptedBySecurityDefaults() {
        return promptedBySecurityDefaults;
    }

    /** Registration may still wait under security defaults (SD-REG-02). */
    public boolean isWithinSecurityDefaultsGrace() {
        return withinSecurityDefaultsGrace;
    }

    /** Microsoft's own MFA for admin portals is switched on and concerns this (MM-01). */
    public boolean isUnderMandatoryMfa() {
        return underMandatoryMfa;
    }

    /** Per-user MFA is enabled. */
    public boolean isPerUserEnabled() {
        return perUserMfaState == PerUserMfaState.ENABLED;
    }

    /** Per-user MFA is enforced. */
    public boolean isPerUserEnforced() {
        return perUserMfaState == PerUserMfaState.ENFORCED;
    }

    /** A web sign-in, or a new device that is set up: only there is an enabled user asked to register (PU-13). */
    public boolean isAskedToRegister() {
        return askedToRegister;
    }

    /** Registration may still wait under per-user MFA (PU-13). */
    public boolean isWithinPerUserGrace() {
        return withinPerUserGrace;
    }

    /** The address is among the MFA trusted IPs (TI-04). */
    public boolean isAtTrustedIp() {
        return atTrustedIp;
    }

    /** A method for MFA is registered (RPT-12). */
    public boolean isRegistered() {
        return registered;
    }

    /** The user can do MFA now: here, with a Temporary Access Pass, or in a home tenant that is trusted. */
    public boolean isAbleToDoMfa() {
        return ableToDoMfa;
    }

    /** The session has an MFA claim. */
    public boolean isMfaClaim() {
        return mfaClaim;
    }

    /** MFA within five minutes (REG-04). */
    public boolean isRecentMfa() {
        return recentMfa;
    }

    /** MFA was done on this device, which is remembered (RM-07). */
    public boolean isRemembered() {
        return remembered;
    }

    // ---- what rules bring about

    /** A source beside Conditional Access concerns this request. */
    public void takePart() {
        demanding = true;
    }

    /** MFA is asked for, and is not there. */
    public void demandMfa() {
        demanding = true;
        mfaDemanded = true;
    }

    /** The user has to register now. */
    public void demandRegistration() {
        demanding = true;
        registrationDemanded = true;
    }

    /** Only the methods of SD-REG-04 may be registered. */
    public void limitToSecurityDefaultsMethods() {
        securityDefaultsMethods = true;
    }

    /** The user may register now, and has to until the end of the security defaults' period. */
    public void postponeForSecurityDefaults() {
        postpone(securityDefaultsDue);
    }

    /** The user may register now, and has to until the end of the period of per-user MFA. */
    public void postponeForPerUserMfa() {
        postpone(perUserDue);
    }

    private void postpone(Instant due) {
        demanding = true;
        if (registrationDue == null || due.isBefore(registrationDue)) {
            registrationDue = due;
        }
    }

    boolean demanding() {
        return demanding;
    }

    boolean mfaDemanded() {
        return mfaDemanded;
    }

    boolean registrationDemanded() {
        return registrationDemanded;
    }

    boolean securityDefaultsMethods() {
        return securityDefaultsMethods;
    }

    Instant registrationDue() {
        return registrationDue;
    }
}
