package dev.sallyport.decide;

import dev.sallyport.Directory;
import dev.sallyport.UserState;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Environment;
import dev.sallyport.compile.SignInFact;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.compile.Subject;
import dev.sallyport.decide.Facts.Action;
import dev.sallyport.model.ClientAppType;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicySet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The evaluator that gateways use.
 *
 * <h2>The way of a request</h2>
 * Resolve it to ordinals and bits ({@link SignInFact}); let the index and the policies' Drools rules say which policies apply
 * ({@link Snapshot}); evaluate the controls of those ({@link Standings}); let the decision rules collect what other sources demand
 * ({@link Situation}) and decide ({@link Resolution}).
 *
 * <h2>Concurrency</h2>
 * All fields are final and nothing in them changes but the cache of subjects, which only grows to a limit; every decision works
 * on objects of its own. No lock is taken.
 */
public final class FastEvaluator {

    private static final Instant GRACE_PERIOD_REMOVED = Instant.parse("2024-07-29T00:00:00Z");       // SD-REG-03
    private static final Instant BASELINE_SCOPES_ENFORCED = Instant.parse("2026-06-15T00:00:00Z");   // AMB-29
    private static final int MAX_SUBJECTS = 500_000;
    private static final int[] ACTIONS = {CompiledPolicy.SIGN_IN, CompiledPolicy.REGISTER_SECURITY_INFO, CompiledPolicy.CREATE_APP_PASSWORD,
        CompiledPolicy.REGISTER_DEVICE};

    private record Known(UserState user, Subject subject) { }

    private final PolicySet set;
    private final Snapshot snapshot;
    private final DecisionRules rules;
    private final ConcurrentHashMap<String, Known> subjects = new ConcurrentHashMap<>();

    /** For a policy set whose references are resolved. */
    public FastEvaluator(PolicySet set, Directory directory) {
        this(set, new Snapshot(set, directory, false), DecisionRules.WALKED);
    }

    private FastEvaluator(PolicySet set, Snapshot snapshot, DecisionRules rules) {
        this.set = set;
        this.snapshot = snapshot;
        this.rules = rules;
    }

    /** The same rules in plain Drools sessions, without the index and without any class of Drools that is not public API. */
    static FastEvaluator inSessions(PolicySet set, Directory directory) {
        return new FastEvaluator(set, new Snapshot(set, directory, true), DecisionRules.inSessions());
    }

    /** Decides a request; one by an unknown client, in strict mode, as if by either kind of client. */
    public Ruling decide(Facts facts) {
        Ruling ruling = rule(facts);
        return facts.asModern == null ? ruling : ruling.orStricter(rule(facts.asModern));
    }

    private Ruling rule(Facts facts) {
        Claims claims = new Claims(facts, set.mfaSettings());
        SignInFact fact = fact(facts, facts.action);
        Standings standings = new Standings(snapshot, rules, snapshot.match(fact), facts, claims, facts.action, () -> guards(facts, claims));
        boolean synchronises = (fact.subject.roles() & Subject.DIRECTORY_SYNCHRONIZATION) != 0;
        boolean securityDefaults = set.securityDefaults().isEnabled() && facts.user != null && !synchronises;
        Situation situation = null;
        if (facts.user != null && !facts.isLegacy()) {
            situation = situation(facts, claims, fact.subject, securityDefaults);
            rules.demand(situation);
        }
        Resolution resolution = new Resolution(facts, claims, situation, set.mfaSettings(), standings, securityDefaults);
        rules.decide(resolution);
        return standings.anyNotEvaluated ? resolution.ruling().withNotes(standings.notes()) : resolution.ruling();
    }

    /** REG-41: how registering security information stands in the same context. */
    private Standings guards(Facts facts, Claims claims) {
        SignInFact fact = fact(facts, Action.REGISTER_SECURITY_INFO);
        return new Standings(snapshot, rules, snapshot.match(fact), facts, claims, Action.REGISTER_SECURITY_INFO, () -> {
            throw new IllegalStateException("guards have no guards");
        });
    }

    // ---- resolve

    private SignInFact fact(Facts facts, Action action) {
        SignInFact fact = new SignInFact();
        fact.action = ACTIONS[action.ordinal()];
        if (action == Action.SIGN_IN && facts.authenticationContext != null) {
            fact.context = Integer.parseInt(facts.authenticationContext.substring(1));
        }
        fact.applications = applications(facts.applications);
        if (action == Action.SIGN_IN && facts.lowPrivilege) {
            Boolean exempt = set.evaluationSettings().exemptLowPrivilegeScopes();
            fact.lowPrivilege = true;
            fact.lowPrivilegeExempt = exempt != null ? exempt : facts.now.isBefore(BASELINE_SCOPES_ENFORCED);
            fact.signInScopesOnly = facts.client == ClientAppType.BROWSER && Scopes.areOidc(facts.signIn.scopes()) && !facts.applications.isEmpty();
        }
        fact.subject = facts.principal != null ? snapshot.subject(facts.principal) : subject(facts);
        long environment = Environment.client(facts.client, facts.platform, facts.strict) | Environment.platform(facts.platform, facts.strict)
                | Environment.signInRisk(facts.signInRisk, facts.strict) | Environment.userRisk(facts.userRisk, facts.strict)
                | Environment.servicePrincipalRisk(facts.servicePrincipalRisk, facts.strict) | Environment.insiderRisk(facts.insiderRisk, facts.strict)
                | Environment.flow(facts.flowKnown, facts.deviceCodeFlow, facts.authenticationTransfer, facts.strict);
        fact.environment = action == Action.REGISTER_DEVICE ? environment & ~Environment.CLIENT_BITS : environment;
        String gps = facts.gpsCountry();
        fact.locations = snapshot.locations(facts.ip, facts.country, gps, facts.insideCorporateNetwork, facts.compliantNetwork, facts.strict, false, false);
        fact.possibleLocations = !facts.strict && (gps != null || !snapshot.asksForGps()) ? fact.locations
                : snapshot.locations(facts.ip, facts.country, gps, facts.insideCorporateNetwork, facts.compliantNetwork, facts.strict, facts.strict, true);
        fact.now = facts.now;
        fact.device = facts.device;
        fact.deviceUnknown = facts.strict && !facts.deviceKnown;
        return fact;
    }

    private int[] applications(List<String> ids) {
        if (ids.isEmpty()) {
            return new int[] {snapshot.application(null)};
        }
        int[] ordinals = new int[ids.size()];
        for (int i = 0; i < ordinals.length; i++) {
            ordinals[i] = snapshot.application(ids.get(i));
        }
        return ordinals;
    }

    private Subject subject(Facts facts) {
        UserState user = facts.user;
        Known known = subjects.get(user.id());
        boolean asDirectoryHasIt = facts.signIn.externalUserType() == null && facts.signIn.externalTenantId() == null;
        if (known != null && known.user == user && asDirectoryHasIt) {
            return known.subject;
        }
        Subject subject = snapshot.subject(user, facts.guestType, facts.homeTenant);
        if (asDirectoryHasIt && subjects.size() < MAX_SUBJECTS) {
            subjects.put(user.id(), new Known(user, subject));
        }
        return subject;
    }

    // ---- what tenant and directory say

    private Situation situation(Facts facts, Claims claims, Subject subject, boolean securityDefaults) {
        boolean signsIn = facts.action == Action.SIGN_IN || facts.action == Action.REGISTER_DEVICE;
        boolean administrator = (subject.roles() & Subject.SECURITY_DEFAULTS_ADMIN) != 0;
        boolean azureManagement = facts.isAzureManagement();
        boolean mandatory = set.evaluationSettings().mandatoryAdminPortalMfa() && facts.isAdminPortal();
        boolean perUser = facts.user.perUserMfaState() != PerUserMfaState.DISABLED;
        Instant perUserDue = facts.user.perUserMfaState() == PerUserMfaState.ENABLED
                ? due(facts.user.perUserMfaEnabledDateTime(), set.mfaSettings().registrationGracePeriodDays(), facts.now) : null;
        return new Situation(facts, claims, new Situation.Sources(securityDefaults && signsIn, administrator, azureManagement,
                securityDefaults ? securityDefaultsDue(facts) : null, mandatory, perUserDue, perUser && claims.isTrustedIp()));
    }

    private Instant securityDefaultsDue(Facts facts) {
        Integer configured = set.securityDefaults().registrationGracePeriodDays();
        int days = configured != null ? configured : facts.now.isBefore(GRACE_PERIOD_REMOVED) ? 14 : 0;
        return due(facts.user.firstSignInDateTime(), days, facts.now);
    }

    /** The end of a period that is not over, or {@code null}. */
    private static Instant due(Instant start, int days, Instant now) {
        Instant due = start == null ? null : start.plus(Duration.ofDays(days));
        return due != null && now.isBefore(due) ? due : null;
    }
}
