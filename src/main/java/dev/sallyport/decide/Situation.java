package dev.sallyport.decide;

import dev.sallyport.compile.Subject;
import dev.sallyport.decide.Facts.Action;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.SecurityDefaults;
import java.time.Duration;
import java.time.Instant;

/**
 * What the rules on demands look at: who does what, and what the session has proved. Their consequences call the methods of
 * the second half. Rules are in {@code security-defaults.drl}, {@code per-user-mfa.drl}, {@code registration.drl} and
 * {@code app-passwords.drl}.
 *
 * <p>All that rules can see is one {@code int} of yes and no, and all that they can do is to set bits of another: what they
 * answer depends on nothing else, so that an answer can be kept ({@link DecisionRules#demands}).
 */
public final class Situation {

    // what rules ask, a bit each
    static final int CHANGES_SECURITY_INFO = 1;
    static final int CREATES_APP_PASSWORD = 1 << 1;
    static final int REGISTERS_PASSKEY = 1 << 2;
    static final int UNDER_SECURITY_DEFAULTS = 1 << 3;
    static final int SECURITY_DEFAULTS_ADMINISTRATOR = 1 << 4;
    static final int AZURE_MANAGEMENT = 1 << 5;
    static final int PROMPTED_BY_SECURITY_DEFAULTS = 1 << 6;
    static final int WITHIN_SECURITY_DEFAULTS_GRACE = 1 << 7;
    static final int UNDER_MANDATORY_MFA = 1 << 8;
    static final int PER_USER_ENABLED = 1 << 9;
    static final int PER_USER_ENFORCED = 1 << 10;
    static final int INTERACTIVE = 1 << 11;
    static final int WITHIN_PER_USER_GRACE = 1 << 12;
    static final int AT_TRUSTED_IP = 1 << 13;
    static final int REGISTERED = 1 << 14;
    static final int ABLE_TO_DO_MFA = 1 << 15;
    static final int MFA_CLAIM = 1 << 16;
    static final int RECENT_MFA = 1 << 17;
    static final int REMEMBERED = 1 << 18;

    // what rules bring about, a bit each
    /** A source beside Conditional Access concerns the request. */
    static final int CONCERNED = 1;
    /** MFA is asked for, and is not there. */
    static final int MFA = 1 << 1;
    /** The user has to register now. */
    static final int REGISTRATION = 1 << 2;
    /** Only the methods of SD-REG-04 may be registered. */
    static final int SECURITY_DEFAULTS_METHODS = 1 << 3;
    /** Registration may wait until the end of the security defaults' period. */
    static final int SECURITY_DEFAULTS_PERIOD = 1 << 4;
    /** Registration may wait until the end of the period of per-user MFA. */
    static final int PER_USER_PERIOD = 1 << 5;

    private static final Instant GRACE_PERIOD_REMOVED = Catalogue.builtIn().dateOf("registrationGracePeriodRemoved");       // SD-REG-03

    private final int state;
    private int demands;

    /** @param state what rules ask, as bits */
    Situation(int state) {
        this.state = state;
    }

    private boolean is(int bit) {
        return (state & bit) != 0;
    }

    // ---- what tenant and directory say

    /** What rules ask, as bits. */
    static int state(Facts facts, Claims claims, Subject subject, boolean securityDefaults, boolean securityDefaultsGrace,
            boolean perUserGrace) {
        boolean signsIn = facts.action == Action.SIGN_IN || facts.action == Action.REGISTER_DEVICE;
        PerUserMfaState perUser = facts.user.perUserMfaState();
        return bit(!signsIn, CHANGES_SECURITY_INFO)
                | bit(facts.action == Action.CREATE_APP_PASSWORD, CREATES_APP_PASSWORD)
                | bit(facts.registering == AuthenticationMethodMode.FIDO2, REGISTERS_PASSKEY)
                | bit(securityDefaults && signsIn, UNDER_SECURITY_DEFAULTS)
                | bit((subject.roles() & Subject.SECURITY_DEFAULTS_ADMIN) != 0, SECURITY_DEFAULTS_ADMINISTRATOR)
                | bit(facts.isAzureManagement(), AZURE_MANAGEMENT)
                | bit(facts.securityDefaultsPrompt, PROMPTED_BY_SECURITY_DEFAULTS)
                | bit(securityDefaultsGrace, WITHIN_SECURITY_DEFAULTS_GRACE)
                | bit(facts.isUnderMandatoryMfa(), UNDER_MANDATORY_MFA)
                | bit(perUser == PerUserMfaState.ENABLED, PER_USER_ENABLED)
                | bit(perUser == PerUserMfaState.ENFORCED, PER_USER_ENFORCED)
                | bit(facts.isInteractive(), INTERACTIVE)
                | bit(perUserGrace, WITHIN_PER_USER_GRACE)
                | bit(perUser != PerUserMfaState.DISABLED && claims.isTrustedIp(), AT_TRUSTED_IP)
                | bit(claims.registered, REGISTERED)
                | bit(claims.canDoMfa, ABLE_TO_DO_MFA)
                | bit(claims.hasMfaClaim, MFA_CLAIM)
                | bit(claims.hasRecentMfa(), RECENT_MFA)
                | bit(claims.isRemembered, REMEMBERED);
    }

    private static int bit(boolean holds, int bit) {
        return holds ? bit : 0;
    }

    static Instant earlier(Instant a, Instant b) {
        return a == null || b != null && b.isBefore(a) ? b : a;
    }

    /** The end of the period in which registration may wait under per-user MFA (PU-13), or {@code null}. */
    static Instant perUserDue(MfaSettings settings, Facts facts, Claims claims) {
        return facts.user.perUserMfaState() != PerUserMfaState.ENABLED ? null
                : due(facts.user.perUserMfaEnabledDateTime(), settings.registrationGracePeriodDays(), facts, claims);
    }

    /** The end of the period in which registration may wait under security defaults (SD-REG-02), or {@code null}. */
    static Instant securityDefaultsDue(SecurityDefaults defaults, Facts facts, Claims claims) {
        Integer configured = defaults.registrationGracePeriodDays();
        int days = configured != null ? configured : facts.now.isBefore(GRACE_PERIOD_REMOVED) ? 14 : 0;
        return due(facts.user.firstSignInDateTime(), days, facts, claims);
    }

    /** The end of a period that has begun and is not over, or {@code null}. */
    private static Instant due(Instant start, int days, Facts facts, Claims claims) {
        Instant due = start == null || claims.isFromTheFuture(start) ? null : start.plus(Duration.ofDays(days));
        return due != null && facts.now.isBefore(due) ? due : null;
    }

    // ---- what rules ask

    /** A sign-in, or a device that is registered. */
    public boolean isSignsIn() {
        return !is(CHANGES_SECURITY_INFO);
    }

    /** Security information is registered or looked at, app passwords included (AP-23). */
    public boolean isChangesSecurityInfo() {
        return is(CHANGES_SECURITY_INFO);
    }

    /** An app password is created. */
    public boolean isCreatesAppPassword() {
        return is(CREATES_APP_PASSWORD);
    }

    /** A passkey is registered (REG-04). */
    public boolean isRegistersPasskey() {
        return is(REGISTERS_PASSKEY);
    }

    /** Security defaults are on and cover this user (SD-10). */
    public boolean isUnderSecurityDefaults() {
        return is(UNDER_SECURITY_DEFAULTS);
    }

    /** The user holds one of the roles of SD-MFA-01. */
    public boolean isSecurityDefaultsAdministrator() {
        return is(SECURITY_DEFAULTS_ADMINISTRATOR);
    }

    /** Azure Resource Manager is asked for (SD-MFA-05). */
    public boolean isAzureManagement() {
        return is(AZURE_MANAGEMENT);
    }

    /** Security defaults deem MFA necessary, or nobody knows (SD-MFA-03). */
    public boolean isPromptedBySecurityDefaults() {
        return is(PROMPTED_BY_SECURITY_DEFAULTS);
    }

    /** Registration may still wait under security defaults (SD-REG-02). */
    public boolean isWithinSecurityDefaultsGrace() {
        return is(WITHIN_SECURITY_DEFAULTS_GRACE);
    }

    /** Microsoft's own MFA for admin portals is switched on and concerns this (MM-01). */
    public boolean isUnderMandatoryMfa() {
        return is(UNDER_MANDATORY_MFA);
    }

    /** Per-user MFA is enabled. */
    public boolean isPerUserEnabled() {
        return is(PER_USER_ENABLED);
    }

    /** Per-user MFA is enforced. */
    public boolean isPerUserEnforced() {
        return is(PER_USER_ENFORCED);
    }

    /** The user is there to answer; otherwise a token is refreshed silently (DEC-19). */
    public boolean isInteractive() {
        return is(INTERACTIVE);
    }

    /** Registration may still wait under per-user MFA (PU-13). */
    public boolean isWithinPerUserGrace() {
        return is(WITHIN_PER_USER_GRACE);
    }

    /** The address is among the MFA trusted IPs (TI-04). */
    public boolean isAtTrustedIp() {
        return is(AT_TRUSTED_IP);
    }

    /** A method for MFA is registered (RPT-12). */
    public boolean isRegistered() {
        return is(REGISTERED);
    }

    /** The user can do MFA now: here, with a Temporary Access Pass, or in a home tenant that is trusted. */
    public boolean isAbleToDoMfa() {
        return is(ABLE_TO_DO_MFA);
    }

    /** The session has an MFA claim. */
    public boolean isMfaClaim() {
        return is(MFA_CLAIM);
    }

    /** MFA within five minutes (REG-04). */
    public boolean isRecentMfa() {
        return is(RECENT_MFA);
    }

    /** MFA was done on this device, which is remembered (RM-07). */
    public boolean isRemembered() {
        return is(REMEMBERED);
    }

    // ---- what rules bring about

    /** A source beside Conditional Access concerns this request. */
    public void takePart() {
        demands |= CONCERNED;
    }

    /** MFA is asked for, and is not there. */
    public void demandMfa() {
        demands |= CONCERNED | MFA;
    }

    /** The user has to register now. */
    public void demandRegistration() {
        demands |= CONCERNED | REGISTRATION;
    }

    /** Only the methods of SD-REG-04 may be registered. */
    public void limitToSecurityDefaultsMethods() {
        demands |= SECURITY_DEFAULTS_METHODS;
    }

    /** The user may register now, and has to until the end of the security defaults' period. */
    public void postponeForSecurityDefaults() {
        demands |= CONCERNED | SECURITY_DEFAULTS_PERIOD;
    }

    /** The user may register now, and has to until the end of the period of per-user MFA. */
    public void postponeForPerUserMfa() {
        demands |= CONCERNED | PER_USER_PERIOD;
    }

    /** What is demanded, as bits. */
    int demands() {
        return demands;
    }
}
