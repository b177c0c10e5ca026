package dev.sallyport.decide;

import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Environment;
import dev.sallyport.compile.SignInFact;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.compile.Subject;
import dev.sallyport.decide.Facts.Action;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.Directory;
import dev.sallyport.model.MfaSettings;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.UserState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The evaluator that gateways use.
 *
 * <h2>The way of a request</h2>
 * Resolve it to ordinals and bits ({@link SignInFact}); let the index and the policies' Drools rules say which policies apply
 * ({@link Snapshot}); evaluate the controls of those ({@link Standings}); let the decision rules collect what other sources demand
 * ({@link Situation}) and decide ({@link Case}).
 *
 * <h2>Concurrency</h2>
 * All fields are final and nothing in them changes but the cache of subjects ({@link Subjects}). No lock is taken.
 *
 * <h2>Working memory</h2>
 * The objects of the way above are a thread's own and used again ({@link Working}): each is made new field by field before use,
 * and forgets the request afterwards. Nothing in them outlives a decision but their arrays, so that an evaluator that is
 * no longer used can be collected although threads live on.
 *
 * <h2>What was measured</h2>
 * 240 policies, of which eight apply: a third of the time was Drools' way to the argument of a predicate, a fifth the decision
 * rules' networks and an identity hash code for each fact handle, a tenth texts for errors that did not happen. So the network's
 * predicates are called directly ({@link dev.sallyport.compile.AlphaNetwork}), rules' answers are kept ({@link DecisionRules}), and messages are made
 * where they are thrown.
 */
public final class FastEvaluator {

    private static final Instant GRACE_PERIOD_REMOVED = Instant.parse("2024-07-29T00:00:00Z");       // SD-REG-03
    private static final Instant BASELINE_SCOPES_ENFORCED = Instant.parse("2026-06-15T00:00:00Z");   // AMB-29
    private static final int[] ACTIONS = {CompiledPolicy.SIGN_IN, CompiledPolicy.REGISTER_SECURITY_INFO, CompiledPolicy.CREATE_APP_PASSWORD,
        CompiledPolicy.REGISTER_DEVICE};

    /** What a thread needs for a decision; does not refer to the evaluator between decisions. */
    private record Working(SignInFact fact, Standings standings, Case resolution) {

        void end() {
            fact.end();
            standings.end();
            resolution.end();
        }
    }

    private final PolicySet set;
    private final Snapshot snapshot;
    private final DecisionRules rules;
    private final Subjects subjects;
    private final ThreadLocal<Working> working = new ThreadLocal<>();

    /** For a policy set whose references are resolved. */
    public FastEvaluator(PolicySet set, Directory directory) {
        this(set, new Snapshot(set, directory, false), DecisionRules.WALKED, new Subjects());
    }

    private FastEvaluator(PolicySet set, Snapshot snapshot, DecisionRules rules, Subjects subjects) {
        this.set = set;
        this.snapshot = snapshot;
        this.rules = rules;
        this.subjects = subjects;
    }

    /** For the same policies and directory under other settings; nothing is compiled again. */
    public FastEvaluator with(PolicySet other) {
        return new FastEvaluator(other, snapshot, rules, subjects);
    }

    /** The same rules in plain Drools sessions, without the index and without any class of Drools that is not public API. */
    static FastEvaluator inSessions(PolicySet set, Directory directory) {
        return new FastEvaluator(set, new Snapshot(set, directory, true), DecisionRules.inSessions(), new Subjects());
    }

    /** Decides a request; in strict mode, one that may be read in several ways as the strictest of them. */
    public Ruling decide(Facts facts) {
        Working own = working.get();
        if (own == null) {
            own = new Working(snapshot.newFact(), new Standings(), new Case());
            working.set(own);
        }
        try {
            Ruling ruling = rule(facts, own);
            for (Facts other = facts.otherReading; other != null; other = other.otherReading) {
                ruling = ruling.orStricter(rule(other, own));
            }
            return ruling;
        } finally {
            own.end();
        }
    }

    private Ruling rule(Facts facts, Working own) {
        Claims claims = new Claims(facts, set.mfaSettings());
        SignInFact fact = own.fact;
        resolve(facts, facts.action, fact);
        Standings standings = own.standings.begin(snapshot, rules, snapshot.match(fact), facts, claims, facts.action);
        boolean synchronises = (fact.subject.roles() & Subject.DIRECTORY_SYNCHRONIZATION) != 0;
        boolean securityDefaults = set.securityDefaults().isEnabled() && facts.user != null && !synchronises;
        int demands = 0;
        Instant registrationDue = null;
        if (facts.user != null && !facts.isLegacy()) {
            Instant securityDefaultsDue = securityDefaults ? securityDefaultsDue(facts, claims) : null;
            Instant perUserDue = perUserDue(facts, claims);
            demands = rules.demands(situation(facts, claims, fact.subject, securityDefaults, securityDefaultsDue != null, perUserDue != null));
            registrationDue = earlier((demands & Situation.SECURITY_DEFAULTS_PERIOD) != 0 ? securityDefaultsDue : null,
                    (demands & Situation.PER_USER_PERIOD) != 0 ? perUserDue : null);
        }
        Case resolution = own.resolution;
        resolution.begin(this, facts, claims, standings, demands, registrationDue, securityDefaults);
        rules.decide(resolution);
        return standings.anyNote ? resolution.ruling().withNotes(standings.notes()) : resolution.ruling();
    }

    /** REG-41: how registering security information stands in the same context. Asked seldom, so it has a memory of its own. */
    Standings guards(Facts facts, Claims claims) {
        SignInFact fact = snapshot.newFact();
        resolve(facts, Action.REGISTER_SECURITY_INFO, fact);
        return new Standings().begin(snapshot, rules, snapshot.match(fact), facts, claims, Action.REGISTER_SECURITY_INFO);
    }

    MfaSettings mfaSettings() {
        return set.mfaSettings();
    }

    // ---- resolve

    /** Sets every field of the fact. */
    private void resolve(Facts facts, Action action, SignInFact fact) {
        fact.action = ACTIONS[action.ordinal()];
        fact.context = action == Action.SIGN_IN && facts.authenticationContext != null ? Integer.parseInt(facts.authenticationContext.substring(1)) : 0;
        applications(facts, fact);
        fact.lowPrivilege = action == Action.SIGN_IN && facts.lowPrivilege;
        fact.contextUnknown = action == Action.SIGN_IN && facts.contextUnknown;
        fact.scopesUnknown = action == Action.SIGN_IN && facts.scopesUnknown;
        if (fact.lowPrivilege || fact.scopesUnknown) {
            Boolean exempt = set.evaluationSettings().exemptLowPrivilegeScopes();
            fact.lowPrivilegeExempt = exempt != null ? exempt : facts.now.isBefore(BASELINE_SCOPES_ENFORCED);
            fact.signInScopesOnly = fact.lowPrivilege && facts.client == ClientAppType.BROWSER && Scopes.areOidc(facts.signIn.scopes()) && !facts.applications.isEmpty();
        } else {
            fact.lowPrivilegeExempt = false;
            fact.signInScopesOnly = false;
        }
        fact.subject = facts.principal != null ? snapshot.subject(facts.principal) : subject(facts);
        long environment = Environment.client(facts.client, facts.platform, facts.strict) | Environment.platform(facts.platform, facts.strict)
                | Environment.signInRisk(facts.signInRisk, facts.strict) | Environment.userRisk(facts.userRisk, facts.strict)
                | Environment.servicePrincipalRisk(facts.servicePrincipalRisk, facts.strict) | Environment.insiderRisk(facts.insiderRisk, facts.strict)
                | Environment.flow(facts.flowKnown, facts.deviceCodeFlow, facts.authenticationTransfer, facts.strict);
        fact.environment = environment;
        String gps = facts.gpsCountry();
        snapshot.locations(facts.ip, facts.country, gps, facts.insideCorporateNetwork, facts.compliantNetwork, facts.strict, false, false, fact.locations);
        if (!facts.strict && (gps != null || !snapshot.asksForGps())) {
            System.arraycopy(fact.locations, 0, fact.possibleLocations, 0, fact.locations.length);
        } else {
            snapshot.locations(facts.ip, facts.country, gps, facts.insideCorporateNetwork || facts.corporateNetworkUnknown, facts.compliantNetwork,
                    facts.strict, facts.strict, true, fact.possibleLocations);
        }
        fact.now = facts.now;
        fact.device = facts.device;
        fact.deviceUnknown = facts.strict && !facts.deviceKnown;
        fact.deviceThatMayLack = facts.deviceThatMayLack();
        fact.literalExtensionAttributes = set.evaluationSettings().literalExtensionAttributes();
    }

    private void applications(Facts facts, SignInFact fact) {
        List<String> ids = facts.applications;
        boolean unknown = ids.isEmpty() && (fact.context == 0 || facts.strict);
        int count = unknown ? 1 : ids.size();
        if (fact.applications.length != count) {
            fact.applications = new int[count];
        }
        if (unknown) {
            fact.applications[0] = snapshot.unknownApplication(facts.strict);
        }
        for (int i = 0; i < ids.size(); i++) {
            fact.applications[i] = snapshot.application(ids.get(i));
        }
    }

    private Subject subject(Facts facts) {
        UserState user = facts.user;
        boolean asDirectoryHasIt = facts.signIn.externalUserType() == null && facts.signIn.externalTenantId() == null && facts.alsoGuestTypes == 0
                && facts.possibleGroups.isEmpty();
        Subject known = asDirectoryHasIt ? subjects.get(user) : null;
        if (known != null) {
            return known;
        }
        Subject subject = snapshot.subject(user, facts.guestType, facts.alsoGuestTypes, facts.homeTenant, facts.possibleGroups);
        if (asDirectoryHasIt) {
            subjects.put(user, subject);
        }
        return subject;
    }

    // ---- what tenant and directory say

    /** The state of {@link Situation}. */
    private int situation(Facts facts, Claims claims, Subject subject, boolean securityDefaults, boolean securityDefaultsGrace, boolean perUserGrace) {
        boolean signsIn = facts.action == Action.SIGN_IN || facts.action == Action.REGISTER_DEVICE;
        PerUserMfaState perUser = facts.user.perUserMfaState();
        return bit(!signsIn, Situation.CHANGES_SECURITY_INFO)
                | bit(facts.action == Action.CREATE_APP_PASSWORD, Situation.CREATES_APP_PASSWORD)
                | bit(facts.registering == AuthenticationMethodMode.FIDO2, Situation.REGISTERS_PASSKEY)
                | bit(securityDefaults && signsIn, Situation.UNDER_SECURITY_DEFAULTS)
                | bit((subject.roles() & Subject.SECURITY_DEFAULTS_ADMIN) != 0, Situation.SECURITY_DEFAULTS_ADMINISTRATOR)
                | bit(facts.isAzureManagement(), Situation.AZURE_MANAGEMENT)
                | bit(facts.securityDefaultsPrompt, Situation.PROMPTED_BY_SECURITY_DEFAULTS)
                | bit(securityDefaultsGrace, Situation.WITHIN_SECURITY_DEFAULTS_GRACE)
                | bit(isUnderMandatoryMfa(facts), Situation.UNDER_MANDATORY_MFA)
                | bit(perUser == PerUserMfaState.ENABLED, Situation.PER_USER_ENABLED)
                | bit(perUser == PerUserMfaState.ENFORCED, Situation.PER_USER_ENFORCED)
                | bit(facts.isInteractive(), Situation.INTERACTIVE)
                | bit(perUserGrace, Situation.WITHIN_PER_USER_GRACE)
                | bit(perUser != PerUserMfaState.DISABLED && claims.isTrustedIp(), Situation.AT_TRUSTED_IP)
                | bit(claims.registered, Situation.REGISTERED)
                | bit(claims.canDoMfa, Situation.ABLE_TO_DO_MFA)
                | bit(claims.hasMfaClaim, Situation.MFA_CLAIM)
                | bit(claims.hasRecentMfa(), Situation.RECENT_MFA)
                | bit(claims.isRemembered, Situation.REMEMBERED);
    }

    boolean isUnderMandatoryMfa(Facts facts) {
        return set.evaluationSettings().mandatoryAdminPortalMfa() && facts.isAdminPortal();
    }

    private static int bit(boolean holds, int bit) {
        return holds ? bit : 0;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a == null || b != null && b.isBefore(a) ? b : a;
    }

    private Instant perUserDue(Facts facts, Claims claims) {
        return facts.user.perUserMfaState() != PerUserMfaState.ENABLED ? null
                : due(facts.user.perUserMfaEnabledDateTime(), set.mfaSettings().registrationGracePeriodDays(), facts, claims);
    }

    private Instant securityDefaultsDue(Facts facts, Claims claims) {
        Integer configured = set.securityDefaults().registrationGracePeriodDays();
        int days = configured != null ? configured : facts.now.isBefore(GRACE_PERIOD_REMOVED) ? 14 : 0;
        return due(facts.user.firstSignInDateTime(), days, facts, claims);
    }

    /** The end of a period that has begun and is not over, or {@code null}. */
    private static Instant due(Instant start, int days, Facts facts, Claims claims) {
        Instant due = start == null || claims.isFromTheFuture(start) ? null : start.plus(Duration.ofDays(days));
        return due != null && facts.now.isBefore(due) ? due : null;
    }
}
