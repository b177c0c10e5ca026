package dev.sallyport.decide;

import dev.sallyport.compile.Control.Kind;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Decision.RegistrationPrompt;
import dev.sallyport.model.Decision.SessionControls;
import dev.sallyport.model.Decision.StateChange;
import dev.sallyport.model.FirstFactor;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.SessionControlsMerge;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the rules of {@code outcome.drl}, {@code app-passwords.drl} and {@code session.drl} look at: how the applying policies
 * stand, and what the other sources demand. The consequence of the rule that decides calls one method of the second half.
 *
 * <p>All that conditions of rules can see is {@link #state}: which rule decides depends on nothing else, so that it can be kept
 * ({@link DecisionRules#decide}). Working memory of one thread: {@link #begin} makes it new.
 */
public class Case {

    private static final Kind[] KINDS = Kind.values();
    /** What is asked for when it is this kind and no other. */
    private static final Map<Kind, List<String>> REQUIRED = new EnumMap<Kind, List<String>>(Arrays.stream(KINDS)
            .filter(kind -> kind.requiredName() != null)
            .collect(Collectors.toMap(kind -> kind, kind -> List.of(kind.requiredName()))));
    private static final FirstFactor[] FIRST_FACTORS = FirstFactor.values();
    private static final int MFA_KINDS = 1 << Kind.MFA.ordinal() | 1 << Kind.AUTHENTICATION_STRENGTH.ordinal();

    // the state: three numbers of four bits, then a bit for each yes or no
    static final int FIRST_FACTOR_SHIFT = 0;
    static final int FIRST_FAILED_SHIFT = 4;
    static final int FIRST_PENDING_SHIFT = 8;
    static final long ACCOUNT_DISABLED = 1L << 12;
    static final long SESSION_REVOKED = 1L << 13;
    static final long INTERACTIVE = 1L << 14;
    static final long LEGACY = 1L << 15;
    static final long UNDER_SECURITY_DEFAULTS = 1L << 16;
    static final long BLOCKED = 1L << 17;
    static final long ANY_POLICY_APPLIES = 1L << 18;
    static final long ANYTHING_ASKED = 1L << 19;
    static final long CREATES_APP_PASSWORD = 1L << 20;
    static final long APP_PASSWORDS_ALLOWED = 1L << 21;
    static final long APP_PASSWORD_LIMIT_REACHED = 1L << 22;
    static final long USES_APP_PASSWORD = 1L << 23;
    static final long HAS_APP_PASSWORD = 1L << 24;
    static final long ENFORCED = 1L << 25;
    static final long ENFORCED_BY_REGISTERING = 1L << 26;
    static final long AT_TRUSTED_IP = 1L << 27;
    static final long REGISTRATION_NEEDED = 1L << 28;
    static final long REGISTRATION_NEEDED_BY_RISK = 1L << 29;
    static final long REGISTRATION_FORBIDDEN = 1L << 30;
    static final long MFA_PENDING = 1L << 31;
    static final long SIGN_IN_TOO_OLD = 1L << 32;
    static final long MFA_TOO_OLD = 1L << 33;
    static final long REGISTRATION_OPTIONAL = 1L << 34;
    static final long APP_PASSWORD_KNOWN = 1L << 35;
    static final long UNDER_MANDATORY_MFA = 1L << 36;
    static final long ADMINISTERS = 1L << 37;
    static final long DIRECT_CONNECT = 1L << 38;
    static final long PASS_TOO_OLD = 1L << 39;
    static final long REGISTERS_FIRST_BUT_NO_APP = 1L << 40;
    static final long REFRESH_OF_BLOCKED_FLOW = 1L << 41;
    static final long CHANGES_SECURITY_INFO = 1L << 42;
    static final long REMEDIATION_NEEDS_REGISTRATION = 1L << 43;

    private Facts facts;
    private Claims claims;
    private Standings standings;
    private MfaSettings settings;
    private Guards byGuards;
    private int situation;
    private int demands;
    private Instant registrationDue;
    private int pendingKinds;
    private Standings guards;
    private long state;

    private final SessionControlsMerge merge = new SessionControlsMerge();
    private Ruling ruling;

    /** Tells how registering security information is guarded in the context of a request (REG-41); asked seldom. */
    interface Guards {
        Standings of(Facts facts, Claims claims);
    }

    /**
     * Begins a decision.
     *
     * @param settings        the MFA service settings
     * @param byGuards        asked where only registering can satisfy what is asked for
     * @param situation       what other sources looked at, as bits of {@link Situation}; 0 where none did
     * @param demands         what other sources demand, as bits of {@link Situation}; 0 where none is asked
     * @param registrationDue until when registration may wait, or {@code null}
     */
    void begin(MfaSettings settings, Guards byGuards, Facts facts, Claims claims, Standings standings, int situation, int demands,
            Instant registrationDue, boolean securityDefaults) {
        this.settings = settings;
        this.byGuards = byGuards;
        this.facts = facts;
        this.claims = claims;
        this.standings = standings;
        this.situation = situation;
        this.demands = demands;
        this.registrationDue = registrationDue;
        guards = null;
        ruling = null;
        int pending = standings.pendingKinds | ((demands & Situation.MFA) != 0 ? 1 << Kind.MFA.ordinal() : 0);
        boolean strength = (pending & 1 << Kind.AUTHENTICATION_STRENGTH.ordinal()) != 0;
        pendingKinds = strength ? pending & ~(1 << Kind.MFA.ordinal()) : pending;
        state = policies() | (facts.user == null ? 0 : user()) | registration()
                | bit(facts.isInteractive(), INTERACTIVE) | bit(facts.isLegacy(), LEGACY) | bit(claims.signsInAfresh, SESSION_REVOKED)
                | bit(facts.credential == Credential.APP_PASSWORD, USES_APP_PASSWORD) | bit(securityDefaults, UNDER_SECURITY_DEFAULTS)
                | bit(standings.count > 0 || (demands & Situation.CONCERNED) != 0, ANYTHING_ASKED);
    }

    /** Forgets the request, so that it can be collected. */
    void end() {
        settings = null;
        byGuards = null;
        facts = null;
        claims = null;
        standings = null;
        guards = null;
        registrationDue = null;
        ruling = null;
    }

    private static long bit(boolean holds, long bit) {
        return holds ? bit : 0;
    }

    /** How the policies stand. */
    private long policies() {
        int failed = standings.anyUnbound ? Kind.BLOCK.ordinal() + 1
                : standings.failedKinds == 0 ? 0 : Integer.numberOfTrailingZeros(standings.failedKinds) + 1;
        int pending = pendingKinds == 0 ? 0 : Integer.numberOfTrailingZeros(pendingKinds) + 1;
        return (long) failed << FIRST_FAILED_SHIFT | (long) pending << FIRST_PENDING_SHIFT
                | ((standings.failedKinds & 1) != 0 ? blocked() : 0) | bit(standings.count > 0, ANY_POLICY_APPLIES)
                | bit((pendingKinds & MFA_KINDS) != 0, MFA_PENDING) | bit(standings.signInTooOld, SIGN_IN_TOO_OLD)
                | bit(standings.mfaTooOld, MFA_TOO_OLD);
    }

    private long blocked() {
        boolean refreshes = standings.any(standing -> Standings.failed(standing) == Kind.BLOCK,
                policy -> facts.isRefreshOfFlow(policy.policy()));
        return BLOCKED | bit(refreshes, REFRESH_OF_BLOCKED_FLOW);
    }

    /** Who asks, and with what. */
    private long user() {
        UserState user = facts.user;
        boolean enforced = user.perUserMfaState() == PerUserMfaState.ENFORCED;
        return facts.firstFactor.ordinal() | bit(!user.accountEnabled(), ACCOUNT_DISABLED)
                | bit(facts.action == Facts.Action.CREATE_APP_PASSWORD, CREATES_APP_PASSWORD)
                | bit(facts.changesSecurityInfo(), CHANGES_SECURITY_INFO)
                | bit(settings.allowAppPasswords(), APP_PASSWORDS_ALLOWED)
                | bit(user.appPasswords().size() >= settings.maxAppPasswords(), APP_PASSWORD_LIMIT_REACHED)
                | bit(!user.appPasswords().isEmpty(), HAS_APP_PASSWORD)
                | bit(facts.isLegacy() && facts.isUnderMandatoryMfa(), UNDER_MANDATORY_MFA)
                | bit(facts.isLegacy() && facts.credential == Credential.APP_PASSWORD && facts.isAdministration(), ADMINISTERS)
                | bit(facts.isDirectConnect(), DIRECT_CONNECT) | bit(claims.isPassTooOld(), PASS_TOO_OLD)
                | bit(claims.registersFirstButNoApp(), REGISTERS_FIRST_BUT_NO_APP)
                | bit(enforced, ENFORCED) | bit(isEnforcedByRegisteringNow(), ENFORCED_BY_REGISTERING)
                | bit(enforced && facts.isLegacy() && claims.isTrustedIp(), AT_TRUSTED_IP)
                | bit(asksForAppPassword(enforced) && !facts.isAppPasswordToVerify() && facts.isAppPasswordKnown(), APP_PASSWORD_KNOWN);
    }

    private boolean asksForAppPassword(boolean enforced) {
        return enforced && facts.isLegacy() && facts.credential == Credential.APP_PASSWORD;
    }

    /** Whether {@link #isAppPasswordKnown} is only assumed: to tell takes a hash, and most rules do not ask. */
    boolean isAppPasswordAssumed() {
        return is(ENFORCED) && asksForAppPassword(true) && facts.isAppPasswordToVerify();
    }

    /** Assumes an answer. */
    void assumeAppPassword(boolean known) {
        state = known ? state | APP_PASSWORD_KNOWN : state & ~APP_PASSWORD_KNOWN;
    }

    /** Finds the answer out. */
    void verifyAppPassword() {
        assumeAppPassword(facts.isAppPasswordKnown());
    }

    /** Whether only registering can satisfy what is asked for, and what stands against it. */
    private long registration() {
        boolean needed = standings.anyNeedsRegistration || (demands & Situation.REGISTRATION) != 0
                || (demands & Situation.MFA) != 0 && !claims.canDoMfa;
        if (!needed) {
            return bit(registrationDue != null, REGISTRATION_OPTIONAL);
        }
        boolean byRisk = standings.any(Standings::needsRegistration, policy -> policy.policy().conditions().isRiskBased());
        boolean remediates = standings.any(standing -> Standings.needsRegistration(standing) && Standings.failed(standing) != null,
                policy -> true);
        return REGISTRATION_NEEDED | bit(registrationDue != null, REGISTRATION_OPTIONAL) | bit(byRisk, REGISTRATION_NEEDED_BY_RISK)
                | bit(!guards().forbiddingRegistration().isEmpty(), REGISTRATION_FORBIDDEN)
                | bit(remediates, REMEDIATION_NEEDS_REGISTRATION);
    }

    /** PU-04. */
    private boolean isEnforcedByRegisteringNow() {
        return facts.user.perUserMfaState() == PerUserMfaState.ENABLED && !claims.registered;
    }

    /** How the policies stand that apply to registering security information in this context (REG-41). */
    private Standings guards() {
        if (guards == null) {
            guards = byGuards.of(facts, claims);
        }
        return guards;
    }

    /** Everything that conditions of rules can see. */
    long state() {
        return state;
    }

    /** What other sources looked at. */
    int situation() {
        return situation;
    }

    // all that conditions read of the state; the proofs of the rules override both, to see what is read

    boolean is(long bit) {
        return (state & bit) != 0;
    }

    int number(int shift) {
        return (int) (state >>> shift) & 15;
    }

    private Kind kind(int shift) {
        int number = number(shift);
        return number == 0 ? null : KINDS[number - 1];
    }

    // ---- what rules ask

    /** The account is disabled. */
    public boolean isAccountDisabled() {
        return is(ACCOUNT_DISABLED);
    }

    /** What became of the first factor. */
    public FirstFactor getFirstFactor() {
        return FIRST_FACTORS[number(FIRST_FACTOR_SHIFT)];
    }

    /** The session began before the user's sessions were revoked. */
    public boolean isSessionRevoked() {
        return is(SESSION_REVOKED);
    }

    /** The user is there to answer. */
    public boolean isInteractive() {
        return is(INTERACTIVE);
    }

    /** A client with basic authentication. */
    public boolean isLegacy() {
        return is(LEGACY);
    }

    /** Security defaults are on and cover this user. */
    public boolean isUnderSecurityDefaults() {
        return is(UNDER_SECURITY_DEFAULTS);
    }

    /** A block control applies, or a position that a policy asks for cannot be had. */
    public boolean isBlocked() {
        return is(BLOCKED);
    }

    /** A policy that blocks is for all resources and about the flow that the session came by, whose token is refreshed (CA-FLW-05). */
    public boolean isRefreshOfBlockedFlow() {
        return is(REFRESH_OF_BLOCKED_FLOW);
    }

    /** A policy asks for a token that is bound to its device, and this one is not; told when nothing blocks. */
    public boolean isTokenUnbound() {
        return getFirstFailed() == Kind.BLOCK;
    }

    /** A policy cannot be satisfied in this sign-in. */
    public boolean isAnyFailed() {
        return getFirstFailed() != null;
    }

    /** The first control, in prompt order, that cannot be met. */
    public Kind getFirstFailed() {
        return kind(FIRST_FAILED_SHIFT);
    }

    /** The first control that cannot be met is MFA. */
    public boolean isMfaFailed() {
        Kind first = getFirstFailed();
        return first != null && first.isMfa();
    }

    /** A policy applies. */
    public boolean isAnyPolicyApplies() {
        return is(ANY_POLICY_APPLIES);
    }

    /** A policy applies, or another source concerns the request. */
    public boolean isAnythingAsked() {
        return is(ANYTHING_ASKED);
    }

    /** Security information is registered or looked at, app passwords included (AP-23). */
    public boolean isChangesSecurityInfo() {
        return is(CHANGES_SECURITY_INFO);
    }

    /** An app password is created. */
    public boolean isCreatesAppPassword() {
        return is(CREATES_APP_PASSWORD);
    }

    /** The tenant allows app passwords. */
    public boolean isAppPasswordsAllowed() {
        return is(APP_PASSWORDS_ALLOWED);
    }

    /** The user has as many app passwords as are allowed. */
    public boolean isAppPasswordLimitReached() {
        return is(APP_PASSWORD_LIMIT_REACHED);
    }

    /** The client authenticates with an app password. */
    public boolean isUsesAppPassword() {
        return is(USES_APP_PASSWORD);
    }

    /** The user has an app password, and the one that was given, if any, is right; told of enforced users of legacy clients only. */
    public boolean isAppPasswordKnown() {
        return is(APP_PASSWORD_KNOWN);
    }

    /** Microsoft's own MFA for admin portals concerns this; told of legacy clients only, others are asked for it (MM-01). */
    public boolean isUnderMandatoryMfa() {
        return is(UNDER_MANDATORY_MFA);
    }

    /** Azure or an admin portal is asked for; told of legacy clients with an app password only (AP-12). */
    public boolean isAdministers() {
        return is(ADMINISTERS);
    }

    /** A user of a shared channel, who has no object here. */
    public boolean isDirectConnect() {
        return is(DIRECT_CONNECT);
    }

    /** The first method for MFA is registered, and is no app (SD-REG-04). */
    public boolean isRegistersFirstButNoApp() {
        return is(REGISTERS_FIRST_BUT_NO_APP);
    }

    /** The one-time pass of this session no longer lets register (TAP-04). */
    public boolean isPassTooOld() {
        return is(PASS_TOO_OLD);
    }

    /** The user has an app password. */
    public boolean isHasAppPassword() {
        return is(HAS_APP_PASSWORD);
    }

    /** The user's per-user MFA is enforced. */
    public boolean isEnforced() {
        return is(ENFORCED);
    }

    /** The user's per-user MFA will be enforced by registering (PU-04). */
    public boolean isEnforcedByRegistering() {
        return is(ENFORCED_BY_REGISTERING);
    }

    /** The address is among the MFA trusted IPs; told of enforced users of legacy clients only. */
    public boolean isAtTrustedIp() {
        return is(AT_TRUSTED_IP);
    }

    /** Only registering a method can satisfy what is asked for. */
    public boolean isRegistrationNeeded() {
        return is(REGISTRATION_NEEDED);
    }

    /** A policy on risk is among those that need registration. */
    public boolean isRegistrationNeededByRisk() {
        return is(REGISTRATION_NEEDED_BY_RISK);
    }

    /** The user could remediate the risk that a policy is about, if they had registered before. */
    public boolean isRemediationNeedsRegistration() {
        return is(REMEDIATION_NEEDS_REGISTRATION);
    }

    /** A policy guards the registration of security information in this context. */
    public boolean isRegistrationForbidden() {
        return is(REGISTRATION_FORBIDDEN);
    }

    /** MFA or an authentication strength is what the user is asked for. */
    public boolean isMfaPending() {
        return is(MFA_PENDING);
    }

    /** The first control that the user is asked for, or {@code null}. */
    public Kind getFirstPending() {
        return kind(FIRST_PENDING_SHIFT);
    }

    /** The last sign-in is older than a policy allows. */
    public boolean isSignInTooOld() {
        return is(SIGN_IN_TOO_OLD);
    }

    /** The last MFA is older than a policy allows. */
    public boolean isMfaTooOld() {
        return is(MFA_TOO_OLD);
    }

    /** Registration may be postponed. */
    public boolean isRegistrationOptional() {
        return is(REGISTRATION_OPTIONAL);
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
        decide(Ruling.block(reason, errorCode, standings.ids(standing -> Standings.failed(standing) != null
                ? Standings.failed(standing) == first
                : first == Kind.BLOCK && Standings.isUnbound(standing))));
    }

    /** Refuses because of the risk policies that would need a registration. */
    public void blockByRisk(ReasonCode reason, int errorCode) {
        decide(Ruling.block(reason, errorCode, standings.ids(Standings::needsRegistration, policy -> policy.policy().conditions()
                .isRiskBased())));
    }

    /** Refuses because of the policies that guard registration. */
    public void blockByRegistrationGuard(ReasonCode reason, int errorCode) {
        decide(Ruling.block(reason, errorCode, guards().forbiddingRegistration()));
    }

    /** Sends to registration. */
    public void promptRegister(int errorCode) {
        decide(Ruling.promptRegister(errorCode, standings.ids(Standings::needsRegistration),
                new RegistrationPrompt(true, null, SpecEvaluator.names(methods()))));
    }

    private List<AuthenticationMethodMode> methods() {
        for (int i = 0; i < standings.count; i++) {
            if (Standings.needsRegistration(standings.standing[i])
                    && Standings.isPending(standings.standing[i], Kind.AUTHENTICATION_STRENGTH)) {
                return claims.registrableFor(standings.pendingStrength(i));
            }
        }
        return (demands & Situation.SECURITY_DEFAULTS_METHODS) != 0 ? Claims.SECURITY_DEFAULTS_METHODS : Claims.REGISTRABLE;
    }

    /** Asks for a fresh sign-in. */
    public void challenge(ReasonCode reason) {
        decide(Ruling.challenge(reason, null, List.of(), List.of()));
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
        Kind first = getFirstPending();
        List<String> names = REQUIRED.get(first);
        if (Integer.bitCount(pendingKinds) > 1) {
            names = new ArrayList<>(2);
            for (int left = pendingKinds; left != 0; left &= left - 1) {
                names.add(KINDS[Integer.numberOfTrailingZeros(left)].requiredName());
            }
        }
        decide(Ruling.challenge(reason, errorCode, standings.ids(standing -> Standings.isPending(standing, first)), names));
    }

    /** Asks for a fresh authentication because of the policies on sign-in frequency. */
    public void challengeForAge(ReasonCode reason, int errorCode) {
        decide(Ruling.challenge(reason, errorCode, standings.ids(Standings::isAged), List.of()));
    }

    /** Lets in, with the session controls of all applying policies. */
    public void allow(ReasonCode reason) {
        boolean optional = reason == ReasonCode.REGISTRATION_OPTIONAL;
        List<AuthenticationMethodMode> methods = (demands & Situation.SECURITY_DEFAULTS_METHODS) != 0 ? Claims.SECURITY_DEFAULTS_METHODS
                : Claims.REGISTRABLE;
        RegistrationPrompt nudge = optional ? new RegistrationPrompt(false, registrationDue, SpecEvaluator.names(methods)) : null;
        decide(Ruling.allow(reason, sessionControls(), nudge, facts.isLegacy() ? null : stateChange()));
    }

    /** SS-20..26. */
    private SessionControls sessionControls() {
        if (!standings.anySessionControl) {
            return SessionControls.NONE;
        }
        merge.begin();
        for (int i = 0; i < standings.count; i++) {
            merge.add(standings.policy(i).policy().sessionControls(), standings.policy(i).signInFrequency());
        }
        return merge.merged();
    }

    /** PU-04. */
    private StateChange stateChange() {
        boolean registersStrongMethod = facts.action == Facts.Action.REGISTER_SECURITY_INFO && facts.registering != null
                && UserState.isStrong(facts.registering);
        return registersStrongMethod && isEnforcedByRegisteringNow() ? new StateChange(PerUserMfaState.ENABLED, PerUserMfaState.ENFORCED)
                : null;
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
