package dev.sallyport.decide;

import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Control;
import dev.sallyport.compile.Control.Kind;
import dev.sallyport.compile.Control.Status;
import dev.sallyport.compile.Grant;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * The results of the applying policies, each in one {@code int}: bits 0–11 the kinds of controls that are pending, 12–15 the kind
 * that cannot be met (plus one), and flags. The kind of what is not understood is the thirteenth, and never pending. Sums over all policies
 * are fields of their own. Working memory of one thread: {@link #begin} makes it new.
 */
final class Standings {

    private static final Kind[] KINDS = Kind.values();
    private static final int PENDING = (1 << 12) - 1;
    private static final int FAILED_SHIFT = 12;
    private static final int NEEDS_REGISTRATION = 1 << 16;
    private static final int SIGN_IN_TOO_OLD = 1 << 17;
    private static final int MFA_TOO_OLD = 1 << 18;
    private static final int UNBOUND = 1 << 19;

    private Snapshot snapshot;
    private DecisionRules rules;
    private Facts facts;
    private Claims claims;
    private Facts.Action action;

    int[] policies = new int[16];
    int[] standing = new int[16];
    int count;
    int pendingKinds;
    int failedKinds;
    boolean anyUnbound;
    boolean anyNeedsRegistration;
    boolean signInTooOld;
    boolean mfaTooOld;
    boolean anySessionControl;
    /** Whether there is something to say of a policy (CA-SET-10, GR-APP-03). */
    boolean anyNote;

    /**
     * Evaluates the controls of the policies that apply.
     *
     * @param hits the applying policies, as bits
     */
    Standings begin(Snapshot snapshot, DecisionRules rules, long[] hits, Facts facts, Claims claims, Facts.Action action) {
        this.snapshot = snapshot;
        this.rules = rules;
        this.facts = facts;
        this.claims = claims;
        this.action = action;
        count = 0;
        pendingKinds = 0;
        failedKinds = 0;
        anyUnbound = false;
        anyNeedsRegistration = false;
        signInTooOld = false;
        mfaTooOld = false;
        anySessionControl = false;
        anyNote = false;
        for (int w = 0; w < hits.length; w++) {
            for (long bits = hits[w]; bits != 0; bits &= bits - 1) {
                add((w << 6) + Long.numberOfTrailingZeros(bits));
            }
        }
        return this;
    }

    /** Forgets the request, so that it can be collected. */
    void end() {
        snapshot = null;
        facts = null;
        claims = null;
    }

    private void add(int index) {
        CompiledPolicy policy = snapshot.policy(index);
        int evaluated = evaluate(policy);
        if (count == policies.length) {
            policies = Arrays.copyOf(policies, 2 * count);
            standing = Arrays.copyOf(standing, 2 * count);
        }
        policies[count] = index;
        standing[count++] = evaluated;
        pendingKinds |= evaluated & PENDING;
        Kind failed = failed(evaluated);
        if (failed != null) {
            failedKinds |= 1 << failed.ordinal();
        } else if (isUnbound(evaluated)) {
            anyUnbound = true;
        }
        anyNeedsRegistration |= (evaluated & NEEDS_REGISTRATION) != 0;
        signInTooOld |= (evaluated & SIGN_IN_TOO_OLD) != 0;
        mfaTooOld |= (evaluated & MFA_TOO_OLD) != 0;
        anySessionControl |= policy.hasSessionControls();
        anyNote |= !policy.policy().notEvaluated().isEmpty() || facts.approvedClientAppRetired && policy.asksForApprovedApplication();
    }

    private int evaluate(CompiledPolicy policy) {
        int flags = session(policy);
        Grant grant = action == Facts.Action.REGISTER_DEVICE ? policy.grantForDeviceRegistration() : policy.grant();
        if (grant.isBlock() || policy.asksForGps() && facts.gpsCountry() == null) {                     // CA-LOC-17
            return flags | Kind.BLOCK.ordinal() + 1 << FAILED_SHIFT;
        }
        boolean satisfied = false;
        boolean exempt = false;
        int failed = 0;
        int pending = 0;
        List<Control> operands = grant.operands();
        for (int i = 0; i < operands.size(); i++) {
            Control control = operands.get(i);
            switch (isDischarged(control, policy) ? Status.SATISFIED : claims.status(control)) {
                case SATISFIED -> satisfied = true;
                case PENDING -> pending |= 1 << control.kind().ordinal();
                case FAILED -> {
                    if (control.kind() == Kind.COMPLIANT_DEVICE && isExemptFromCompliantDevice()) {
                        exempt = true;
                    } else {
                        failed = failed == 0 ? control.kind().ordinal() + 1 : failed;
                    }
                }
            }
        }
        satisfied |= exempt && (grant.isAnd() || pending == 0);                                         // DEC-06
        Status status = rules.combine(grant.isAnd(), satisfied, pending != 0, failed != 0);
        if (status == Status.FAILED) {
            return flags | failed << FAILED_SHIFT | (remediatesUnregistered(policy, KINDS[failed - 1]) ? NEEDS_REGISTRATION : 0);
        }
        if (status == Status.SATISFIED) {
            return flags;
        }
        if (!grant.isAnd()) {
            pending = Integer.lowestOneBit(pending);                                                    // GR-OPR-05
        }
        return flags | pending | (needsRegistration(grant, pending) ? NEEDS_REGISTRATION : 0);
    }

    private int session(CompiledPolicy policy) {
        if (!policy.hasSessionControls()) {
            return 0;
        }
        int flags = policy.policy().sessionControls().secureSignInSession() && !Boolean.TRUE.equals(facts.signIn.session()
                .isTokenProtected()) ? UNBOUND : 0;
        SignInFrequency frequency = policy.signInFrequency();
        if (frequency != null) {
            flags |= switch (claims.age(frequency)) {
                case FRESH -> 0;
                case SIGN_IN_TOO_OLD -> SIGN_IN_TOO_OLD;
                case MFA_TOO_OLD -> MFA_TOO_OLD;
            };
        }
        return flags;
    }

    /** DEC-03: a risk that only registering before would have let the user remediate. */
    private boolean remediatesUnregistered(CompiledPolicy policy, Kind failed) {
        return (failed == Kind.PASSWORD_CHANGE || failed == Kind.RISK_REMEDIATION) && policy.policy().conditions().isRiskBased()
                && claims.remediatesOnceRegistered();
    }

    private boolean isExemptFromCompliantDevice() {
        return action == Facts.Action.SIGN_IN && facts.action == Facts.Action.SIGN_IN
                && snapshot.isExemptFromCompliantDevice(facts.applications, facts.signIn.scopes());
    }

    /** REG-12, REG-43, DEC-01. */
    private boolean isDischarged(Control control, CompiledPolicy policy) {
        return action.registers() && control.kind().isMfa() && facts.user != null && !claims.registered
                && !facts.isDirectConnect() && policy.policy().conditions().applications().includeUserActions().isEmpty()
                && !policy.policy().conditions().applications().includesUnknown() && !policy.policy().conditions().isRiskBased();
    }

    /** AS-08, REG-40. */
    private boolean needsRegistration(Grant grant, int pending) {
        if ((pending & 1 << Kind.ENFORCED_MFA.ordinal()) != 0 || (pending & 1 << Kind.MFA.ordinal()) != 0 && !claims.canDoMfa) {
            return true;
        }
        return (pending & 1 << Kind.AUTHENTICATION_STRENGTH.ordinal()) != 0 && !claims.mfaHappensAtHome
                && (!claims.canDoMfa || claims.needsRegistration(grant.strength()));
    }

    CompiledPolicy policy(int i) {
        return snapshot.policy(policies[i]);
    }

    /** The strength that the i-th policy asks for. */
    AuthenticationStrength pendingStrength(int i) {
        return policy(i).grant().strength();
    }

    boolean any(IntPredicate stands, Predicate<CompiledPolicy> which) {
        for (int i = 0; i < count; i++) {
            if (stands.test(standing[i]) && which.test(policy(i))) {
                return true;
            }
        }
        return false;
    }

    /** The ids of the policies that stand in some way; sorted, because policies are. */
    List<String> ids(IntPredicate stands) {
        return ids(stands, policy -> true);
    }

    List<String> ids(IntPredicate stands, Predicate<CompiledPolicy> which) {
        int size = 0;
        for (int i = 0; i < count; i++) {
            size += stands.test(standing[i]) && which.test(policy(i)) ? 1 : 0;
        }
        String[] ids = new String[size];
        for (int i = 0, next = 0; i < count; i++) {
            if (stands.test(standing[i]) && which.test(policy(i))) {
                ids[next++] = policy(i).policy().id();
            }
        }
        return List.of(ids);
    }

    /**
     * The ids of the policies that forbid registering: they fail, or ask for MFA that the user cannot do (REG-41, REG-42). A policy on risk
     * that only lacks a registration, and is not about registering by name, forbids the sign-ins that it applies to, and not this (AMB-56).
     */
    List<String> forbiddingRegistration() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            boolean asksForMfa = isPending(standing[i], Kind.MFA) || isPending(standing[i], Kind.AUTHENTICATION_STRENGTH);
            boolean forbids = failed(standing[i]) != null || asksForMfa && !claims.canDoMfa;
            ConditionalAccessPolicy policy = policy(i).policy();
            if (forbids && !(needsRegistration(standing[i]) && policy.conditions().applications().includeUserActions().isEmpty())) {
                ids.add(policy.id());
            }
        }
        return List.copyOf(ids);
    }

    /** What was left out of the evaluation of these policies, and which ask for what is retired (CA-SET-10, GR-APP-03). */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (!policy(i).policy().notEvaluated().isEmpty()) {
                notes.add(Ruling.note(policy(i).policy()));
            }
            if (facts.approvedClientAppRetired && policy(i).asksForApprovedApplication()) {
                notes.add(Ruling.retirementNote(policy(i).policy()));
            }
        }
        return notes;
    }

    /** The kind of control that cannot be met, or {@code null}. */
    static Kind failed(int standing) {
        int failed = standing >> FAILED_SHIFT & 15;
        return failed == 0 ? null : KINDS[failed - 1];
    }

    static boolean isPending(int standing, Kind kind) {
        return kind != null && (standing & 1 << kind.ordinal()) != 0;
    }

    static boolean needsRegistration(int standing) {
        return (standing & NEEDS_REGISTRATION) != 0;
    }

    static boolean isAged(int standing) {
        return (standing & (SIGN_IN_TOO_OLD | MFA_TOO_OLD)) != 0;
    }

    static boolean isUnbound(int standing) {
        return (standing & UNBOUND) != 0;
    }

}
