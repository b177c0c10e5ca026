package dev.sallyport.decide;

import dev.sallyport.Decision.RegistrationPrompt;
import dev.sallyport.Decision.SessionControls;
import dev.sallyport.Decision.StateChange;
import dev.sallyport.ReasonCode;
import dev.sallyport.UserState;
import dev.sallyport.compile.Control.Kind;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.CloudAppSecurityType;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.Credential;
import dev.sallyport.model.FirstFactor;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.ContinuousAccessEvaluationMode;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PersistentBrowserMode;
import java.util.ArrayList;
import java.util.List;

/**
 * What the rules of {@code outcome.drl}, {@code app-passwords.drl} and {@code session.drl} look at: how the applying policies
 * stand, and what the other sources demand. The consequence of the rule that decides calls one method of the second half.
 */
public final class Resolution {

    private static final Kind[] KINDS = Kind.values();
    private static final int MFA_KINDS = 1 << Kind.MFA.ordinal() | 1 << Kind.AUTHENTICATION_STRENGTH.ordinal();
    private static final List<AuthenticationMethodMode> SECURITY_DEFAULTS_METHODS =
            List.of(AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH, AuthenticationMethodMode.SOFTWARE_OATH);

    private final Facts facts;
    private final Claims claims;
    private final Situation situation;
    private final MfaSettings settings;
    private final Standings standings;
    private final boolean securityDefaults;
    private final int pendingKinds;

    private Ruling ruling;

    /** @param situation what other sources demand, or {@code null} where none is asked */
    Resolution(Facts facts, Claims claims, Situation situation, MfaSettings settings, Standings standings, boolean securityDefaults) {
        this.facts = facts;
        this.claims = claims;
        this.situation = situation;
        this.settings = settings;
        this.standings = standings;
        this.securityDefaults = securityDefaults;
        int pending = standings.pendingKinds | (situation != null && situation.mfaDemanded() ? 1 << Kind.MFA.ordinal() : 0);
        boolean strength = (pending & 1 << Kind.AUTHENTICATION_STRENGTH.ordinal()) != 0;
        this.pendingKinds = strength ? pending & ~(1 << Kind.MFA.ordinal()) : pending;
    }

    // ---- what rules ask

    /** The account is disabled. */
    public boolean isAccountDisabled() {
        return facts.user != null && !facts.user.accountEnabled();
    }

    /** What became of the first factor. */
    public FirstFactor getFirstFactor() {
        return facts.user == null ? FirstFactor.PASSED : facts.firstFactor;
    }

    /** The session began before the user's sessions were revoked. */
    public boolean isSessionRevoked() {
        return claims.sessionRevoked;
    }

    /** The user is there to answer. */
    public boolean isInteractive() {
        return facts.isInteractive();
    }

    /** A client with basic authentication. */
    public boolean isLegacy() {
        return facts.isLegacy();
    }

    /** Security defaults are on and cover this user. */
    public boolean isUnderSecurityDefaults() {
        return securityDefaults;
    }

    /** A block control applies, or a position that a policy asks for cannot be had. */
    public boolean isBlocked() {
        return (standings.failedKinds & 1) != 0;
    }

    /** A policy cannot be satisfied in this sign-in. */
    public boolean isAnyFailed() {
        return standings.failedKinds != 0 || standings.anyUnbound;
    }

    /** The first control, in prompt order, that cannot be met. */
    public Kind getFirstFailed() {
        return standings.failedKinds == 0 ? standings.anyUnbound ? Kind.BLOCK : null
                : standings.anyUnbound ? Kind.BLOCK : KINDS[Integer.numberOfTrailingZeros(standings.failedKinds)];
    }

    /** The first control that cannot be met is MFA. */
    public boolean isMfaFailed() {
        Kind first = getFirstFailed();
        return first != null && first.isMfa();
    }

    /** A policy applies. */
    public boolean isAnyPolicyApplies() {
        return standings.count > 0;
    }

    /** A policy applies, or another source concerns the request. */
    public boolean isAnythingAsked() {
        return standings.count > 0 || situation != null && situation.demanding();
    }

    /** An app password is created. */
    public boolean isCreatesAppPassword() {
        return facts.action == Facts.Action.CREATE_APP_PASSWORD;
    }

    /** The tenant allows app passwords. */
    public boolean isAppPasswordsAllowed() {
        return settings.allowAppPasswords();
    }

    /** The user has as many app passwords as are allowed. */
    public boolean isAppPasswordLimitReached() {
        return facts.user.appPasswords().size() >= settings.maxAppPasswords();
    }

    /** The client authenticates with an app password. */
    public boolean isUsesAppPassword() {
        return facts.credential == Credential.APP_PASSWORD;
    }

    /** The user has an app password, and the one that was given, if any, is right. */
    public boolean isAppPasswordKnown() {
        return facts.isAppPasswordKnown();
    }

    /** The user has an app password. */
    public boolean isHasAppPassword() {
        return !facts.user.appPasswords().isEmpty();
    }

    /** The user's per-user MFA is enforced. */
    public boolean isEnforced() {
        return facts.user.perUserMfaState() == PerUserMfaState.ENFORCED;
    }

    /** The user's per-user MFA will be enforced by registering (PU-04). */
    public boolean isEnforcedByRegistering() {
        return facts.user.perUserMfaState() == PerUserMfaState.ENABLED && !facts.user.isMfaRegistered();
    }

    /** The address is among the MFA trusted IPs. */
    public boolean isAtTrustedIp() {
        return claims.isTrustedIp();
    }

    /** Only registering a method can satisfy what is asked for. */
    public boolean isRegistrationNeeded() {
        return standings.anyNeedsRegistration
                || situation != null && (situation.registrationDemanded() || situation.mfaDemanded() && !claims.canDoMfa);
    }

    /** A policy on risk is among those that need it. */
    public boolean isRegistrationNeededByRisk() {
        return standings.any(Standings::needsRegistration, policy -> policy.policy().conditions().isRiskBased());
    }

    /** A policy guards the registration of security information in this context. */
    public boolean isRegistrationForbidden() {
        return standings.guards().any(standing -> Standings.forbidsRegistration(standing, claims.canDoMfa), policy -> true);
    }

    /** MFA or an authentication strength is what the user is asked for. */
    public boolean isMfaPending() {
        return (pendingKinds & MFA_KINDS) != 0;
    }

    /** The first control that the user is asked for, or {@code null}. */
    public Kind getFirstPending() {
        return pendingKinds == 0 ? null : KINDS[Integer.numberOfTrailingZeros(pendingKinds)];
    }

    /** The last sign-in is older than a policy allows. */
    public boolean isSignInTooOld() {
        return standings.signInTooOld;
    }

    /** The last MFA is older than a policy allows. */
    public boolean isMfaTooOld() {
        return standings.mfaTooOld;
    }

    /** Registration may be postponed. */
    public boolean isRegistrationOptional() {
        return situation != null && situation.registrationDue() != null;
    }

    // ---- what rules bring about

    /** Refuses, for a reason that is no policy's. */
    public void block(ReasonCode reason) {
        decide(Ruling.block(reason, null, List.of()));
    }

    /** Refuses, for a reason that is no policy's. */
    public void block(ReasonCode reason, int errorCode) {
        decide(Ruling.block(reason, errorCode, List.of()));
    }

    /** Refuses because of the policies in which this kind of control cannot be met. */
    public void blockByPolicies(Kind kind, ReasonCode reason, int errorCode) {
        decide(Ruling.block(reason, errorCode, standings.ids(standing -> Standings.failed(standing) == kind)));
    }

    /** Refuses because of the policies in which the first control fails. */
    public void blockByFailedControl(ReasonCode reason) {
        blockByFailedControl(reason, null);
    }

    /** Refuses because of the policies in which the first control fails. */
    public void blockByFailedControl(ReasonCode reason, Integer errorCode) {
        Kind first = getFirstFailed();
        decide(Ruling.block(reason, errorCode, standings.ids(standing -> Standings.failed(standing) != null ? Standings.failed(standing) == first
                : first == Kind.BLOCK && Standings.isUnbound(standing))));
    }

    /** Refuses because of the risk policies that would need a registration. */
    public void blockByRisk(ReasonCode reason, int errorCode) {
        decide(Ruling.block(reason, errorCode, standings.ids(Standings::needsRegistration, policy -> policy.policy().conditions().isRiskBased())));
    }

    /** Refuses because of the policies that guard registration. */
    public void blockByRegistrationGuard(ReasonCode reason, int errorCode) {
        decide(Ruling.block(reason, errorCode, standings.guards().ids(standing -> Standings.forbidsRegistration(standing, claims.canDoMfa))));
    }

    /** Sends to registration. */
    public void promptRegister(int errorCode) {
        decide(Ruling.promptRegister(errorCode, standings.ids(Standings::needsRegistration),
                new RegistrationPrompt(true, null, NaiveEvaluator.names(methods()))));
    }

    private List<AuthenticationMethodMode> methods() {
        for (int i = 0; i < standings.count; i++) {
            if (Standings.needsRegistration(standings.standing[i]) && Standings.isPending(standings.standing[i], Kind.AUTHENTICATION_STRENGTH)) {
                return claims.registrableFor(standings.pendingStrength(i));
            }
        }
        return situation != null && situation.securityDefaultsMethods() ? SECURITY_DEFAULTS_METHODS : Claims.REGISTRABLE;
    }

    /** Asks for a fresh sign-in. */
    public void challenge(ReasonCode reason, int errorCode) {
        decide(Ruling.challenge(reason, errorCode, List.of(), List.of()));
    }

    /** Asks for the pending controls. */
    public void challengeForControls(ReasonCode reason) {
        challengeForControls(reason, null);
    }

    /** Asks for the pending controls. */
    public void challengeForControls(ReasonCode reason, Integer errorCode) {
        List<String> names = new ArrayList<>(2);
        for (int left = pendingKinds; left != 0; left &= left - 1) {
            names.add(KINDS[Integer.numberOfTrailingZeros(left)].requiredName());
        }
        Kind first = getFirstPending();
        decide(Ruling.challenge(reason, errorCode, standings.ids(standing -> Standings.isPending(standing, first)), names));
    }

    /** Asks for a fresh authentication because of the policies on sign-in frequency. */
    public void challengeForAge(ReasonCode reason, int errorCode) {
        decide(Ruling.challenge(reason, errorCode, standings.ids(Standings::isAged), List.of()));
    }

    /** Lets in, with the session controls of all applying policies. */
    public void allow(ReasonCode reason) {
        boolean optional = reason == ReasonCode.REGISTRATION_OPTIONAL;
        List<AuthenticationMethodMode> methods = situation != null && situation.securityDefaultsMethods() ? SECURITY_DEFAULTS_METHODS : Claims.REGISTRABLE;
        RegistrationPrompt nudge = optional ? new RegistrationPrompt(false, situation.registrationDue(), NaiveEvaluator.names(methods)) : null;
        decide(Ruling.allow(reason, sessionControls(), nudge, facts.isLegacy() ? null : stateChange()));
    }

    /** SS-20..26. */
    private SessionControls sessionControls() {
        if (!standings.anySessionControl) {
            return SessionControls.NONE;
        }
        SignInFrequency strictest = null;
        PersistentBrowserMode persistent = null;
        CloudAppSecurityType cloud = null;
        boolean restricted = false;
        ContinuousAccessEvaluationMode continuous = null;
        boolean noResilience = false;
        for (int i = 0; i < standings.count; i++) {
            ConditionalAccessPolicy.SessionControls controls = standings.policy(i).policy().sessionControls();
            SignInFrequency frequency = standings.policy(i).signInFrequency();
            if (frequency != null && (strictest == null || NaiveEvaluator.isStricter(frequency, strictest))) {
                strictest = frequency;
            }
            if (controls.persistentBrowser() != null && persistent != PersistentBrowserMode.NEVER) {
                persistent = controls.persistentBrowser();
            }
            if (controls.cloudAppSecurity() != null && (cloud == null || controls.cloudAppSecurity().compareTo(cloud) > 0)) {
                cloud = controls.cloudAppSecurity();
            }
            restricted |= controls.applicationEnforcedRestrictions();
            if (controls.continuousAccessEvaluation() != null && (continuous == null || controls.continuousAccessEvaluation().compareTo(continuous) > 0)) {
                continuous = controls.continuousAccessEvaluation();                     // SS-26
            }
            noResilience |= controls.disableResilienceDefaults();
        }
        return strictest == null && persistent == null && cloud == null && !restricted && continuous == null && !noResilience
                    ? SessionControls.NONE
                : new SessionControls(strictest, persistent, cloud, restricted, continuous, noResilience);
    }

    /** PU-04. */
    private StateChange stateChange() {
        boolean registersStrongMethod = facts.action == Facts.Action.REGISTER_SECURITY_INFO && facts.registering != null
                && UserState.isStrong(facts.registering);
        return registersStrongMethod && isEnforcedByRegistering() ? new StateChange(PerUserMfaState.ENABLED, PerUserMfaState.ENFORCED) : null;
    }

    /** The first ruling counts: a session fires the rules in the order of salience. */
    private void decide(Ruling decided) {
        if (ruling == null) {
            ruling = decided;
        }
    }

    Ruling ruling() {
        return ruling;
    }
}
