package dev.sallyport.decide;

import dev.sallyport.compile.Control;
import dev.sallyport.compile.Control.Kind;
import dev.sallyport.compile.Control.Status;
import dev.sallyport.compile.Grant;
import dev.sallyport.decide.Claims.Age;
import dev.sallyport.decide.Facts.Action;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Decision.RegistrationPrompt;
import dev.sallyport.model.Decision.Requirement;
import dev.sallyport.model.Decision.SessionControls;
import dev.sallyport.model.Decision.StateChange;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.Outcome;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Reference;
import dev.sallyport.model.Roles;
import dev.sallyport.model.SessionControlsMerge;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The evaluator that reads like the specification (section 1.2). It is slow and plain on purpose: the fast one is compared with
 * it on random input for ever, and its trace explains decisions.
 */
public final class SpecEvaluator {

    private static final int MOST_NAMED = 3;
    /** What an explanation adds where a policy asks for a platform; no answer to why a request is refused (DEC-18). */
    public static final String UNVERIFIED_PLATFORM =
            "a policy depends on the device platform, which the client reports and Entra does not verify [CA-PLT-02]";

    private static final Instant GRACE_PERIOD_REMOVED = Catalogue.builtIn().dateOf("registrationGracePeriodRemoved");     // SD-REG-03
    /** What follows the name of an absent fact on which a decision hangs. */
    public static final String IS_ABSENT = "` is missing, so ";

    private static final List<Catalogue.MandatoryMfa> MANDATORY_MFA = Catalogue.builtIn().mandatoryMfa();

    /** How far the clock that wrote a date may run ahead. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private final PolicySet set;
    private final SpecMatcher matcher;
    /** The grant of each policy, in the order of the policies. */
    private final List<Grant> grants = new ArrayList<>();
    /** The enabled policies that include a grouping, as if they were on all applications (DEC-07). */
    private final List<ConditionalAccessPolicy> onGroupings;

    /** For a policy set whose references are resolved. */
    public SpecEvaluator(PolicySet set, Directory directory) {
        this.set = set;
        this.matcher = new SpecMatcher(set, directory);
        for (ConditionalAccessPolicy policy : set.policies()) {
            grants.add(Grant.of(policy, set));
        }
        onGroupings = set.policies().stream().filter(policy -> policy.state() == PolicyState.ENABLED && includesGrouping(policy))
                .map(SpecEvaluator::onAllApplications).toList();
    }

    private static boolean includesGrouping(ConditionalAccessPolicy policy) {
        List<Reference> included = policy.conditions().applications().includeApplications();
        return included.stream().anyMatch(entry -> Catalogue.builtIn().isBundle(entry.id())) && included.stream()
                .noneMatch(entry -> entry.id().equals("All"));
    }

    private static ConditionalAccessPolicy onAllApplications(ConditionalAccessPolicy policy) {
        Conditions c = policy.conditions();
        Applications target = c.applications();
        Applications all = new Applications(List.of(new Reference("All", "All", null)), target.excludeApplications(), List.of(), List.of(),
                target.filter(), true);
        Conditions wider = new Conditions(c.users(), c.clientApplications(), c.agents(), all, c.clientAppTypes(), c.platforms(),
                c.locations(), c.signInRiskLevels(), c.userRiskLevels(), c.servicePrincipalRiskLevels(), c.agentIdRiskLevels(),
                c.insiderRiskLevels(), c.deviceFilter(), c.excludedDeviceStates(), c.transferMethods(),
                c.times());
        return new ConditionalAccessPolicy(policy.id(), policy.displayName(), policy.state(), wider, policy.grantControls(),
                policy.sessionControls(),
                policy.notEvaluated(), policy.source());
    }

    /**
     * How a policy that takes part fared.
     *
     * @param failing the operand that cannot be met, or {@code null}
     * @param pending the operands that the user is asked for, in prompt order
     * @param age     how its sign-in frequency stands
     */
    record Applied(ConditionalAccessPolicy policy, Grant grant, Status grantStatus, Control failing, List<Control> pending, Age age,
            boolean tokenUnbound) {

        Status status() {
            if (grantStatus == Status.FAILED || tokenUnbound) {
                return Status.FAILED;
            }
            return grantStatus == Status.PENDING || age != Age.FRESH ? Status.PENDING : Status.SATISFIED;
        }
    }

    /**
     * A row of the explanation: how a policy fared, whatever its state.
     *
     * @param index        of the policy in its set
     * @param status       of its controls; says nothing unless it applies
     * @param sessionUnmet whether it applies and a session control of it is not met
     */
    public record Row(int index, ConditionalAccessPolicy policy, boolean applies, Status status, boolean sessionUnmet, Trace trace,
            Grant grant) { }

    /**
     * A ruling with everything that led to it.
     *
     * @param hangs outside strict mode: the absent facts on which the ruling hangs, a sentence each
     */
    public record Explanation(Ruling ruling, List<Row> rows, List<Requirement> requirements, List<String> hangs) { }

    /** Decides a request. */
    public Ruling decide(Facts facts) {
        Ruling ruling = new Evaluation(facts).decide();
        for (Facts other = facts.otherReading; other != null; other = other.otherReading) {
            ruling = ruling.orStricter(new Evaluation(other).decide());
        }
        return ruling;
    }

    /** Decides a request, and tells how every policy fared. */
    public Explanation explain(Facts facts) {
        return explain(facts, null);
    }

    /**
     * Decides a request, and tells how policies fared.
     *
     * @param policies ids of the policies to tell of; {@code null} for every one
     */
    public Explanation explain(Facts facts, Set<String> policies) {
        Evaluation evaluation = new Evaluation(facts, policies);
        Ruling ruling = evaluation.decide();
        for (Facts other = facts.otherReading; other != null; other = other.otherReading) {
            Evaluation another = new Evaluation(other, policies);
            Ruling decided = another.decide();
            evaluation = ruling.orStricter(decided) == decided ? another : evaluation;
            ruling = ruling.orStricter(decided);
        }
        return new Explanation(ruling, evaluation.rows(), evaluation.requirements(), facts.strict ? List.of() : evaluation.hangs(ruling));
    }

    /** How every policy fares, without a decision: all that What If asks (WI-11). */
    public List<Row> rows(Facts facts) {
        return new Evaluation(facts, null).rows();
    }

    /** In strict mode: which absent signals made a policy apply, a note each. */
    public List<String> unknownSignals(Facts facts) {
        Evaluation evaluation = new Evaluation(facts);
        List<String> notes = new ArrayList<>();
        for (Applied applied : evaluation.enforced) {
            Trace trace = new Trace();
            matcher.applies(applied.policy(), facts, evaluation.subject, facts.action, trace);
            if (!trace.unknown().isEmpty()) {
                notes.add("`" + applied.policy().id() + "` is taken to apply because these signals are unknown: " + String.join(", ",
                        trace.unknown()));
            }
        }
        return notes;
    }

    /**
     * That an application of a request is unknown, and which enabled policies would apply if it belonged to the groupings that they
     * include (CA-APP-06..08); {@code null} for none. Costs nothing where no policy includes a grouping or every application is known.
     */
    public String missedGroupings(Facts facts) {
        String unknown = onGroupings.isEmpty() ? null : facts.unknownApplication();
        if (unknown == null) {
            return null;
        }
        SpecMatcher.Subject subject = matcher.subject(facts);
        List<String> missed = onGroupings.stream().filter(policy -> matcher.applies(policy, facts, subject, facts.action, null))
                .map(policy -> "`" + policy.id() + "`").limit(MOST_NAMED + 1).toList();
        String verb = missed.size() > MOST_NAMED ? " and others apply" : missed.size() > 1 ? " apply" : " applies";
        return missed.isEmpty() ? null : "the application `" + unknown + "` is unknown: if it belongs to the groupings that they include, "
                + String.join(", ", missed.subList(0, Math.min(MOST_NAMED, missed.size()))) + verb
                + " too; list it in the directory, with `memberOf` where it belongs to one [CA-APP-06]";
    }

    /** What to know about an explanation: controls that are not asked (CA-ACT-11), and that the platform is not verified (CA-PLT-02). */
    public List<String> caveats(List<Row> rows) {
        List<String> caveats = new ArrayList<>();
        boolean platform = false;
        for (Row row : rows) {
            List<Control> dropped = new ArrayList<>(grants.get(row.index()).operands());
            dropped.removeAll(row.grant().operands());
            if (row.applies() && !dropped.isEmpty()) {
                String names = String.join(", ", dropped.stream().map(control -> control.kind().requiredName()).toList());
                caveats.add("`" + row.policy().id() + "` does not ask for " + names + ": no device can meet it before it is registered "
                        + "[CA-ACT-11]");
            }
            platform |= row.policy().state() != PolicyState.DISABLED
                    && (row.trace().configured() & Trace.bit(Condition.DEVICE_PLATFORM)) != 0
                    && (row.applies() || row.trace().failed() == Trace.bit(Condition.DEVICE_PLATFORM));
        }
        if (platform) {
            caveats.add(UNVERIFIED_PLATFORM);
        }
        return caveats;
    }

    /** By what a policy includes and excludes the user of a request, whatever else it asks for (CA-USR-04, CA-USR-05). */
    public Trace assignments(ConditionalAccessPolicy policy, Facts facts) {
        Trace trace = new Trace();
        if (policy.conditions().clientApplications() == null) {
            matcher.concerns(policy, facts, matcher.subject(facts), trace);
        }
        return trace;
    }

    /** Whether a request comes from a trusted location (CA-LOC-04). */
    public boolean isTrustedLocation(Facts facts) {
        return matcher.isTrustedLocation(facts);
    }

    /** Ids of the enabled policies that apply to a request. */
    public List<String> applying(Facts facts) {
        return new Evaluation(facts).enforced.stream().map(applied -> applied.policy().id()).toList();
    }

    /** One decision; it holds what its steps share. */
    private final class Evaluation {

        private final Facts facts;
        private final Claims claims;
        private final SpecMatcher.Subject subject;
        private final List<Applied> enforced;
        private final List<Told> told = new ArrayList<>();
        private final Map<String, Requirement> demands = new TreeMap<>();
        /** Whether per-user MFA asks for something that it does not at an MFA trusted IP, and the address is absent. */
        private boolean perUserHangsOnAddress;

        /** A policy that is told of; {@code applied} is {@code null} unless it applies. */
        private record Told(int index, ConditionalAccessPolicy policy, Action action, Trace trace, Applied applied) { }

        Evaluation(Facts facts) {
            this.facts = facts;
            this.claims = new Claims(facts, set.mfaSettings());
            this.subject = matcher.subject(facts);
            this.enforced = applied(facts.action, PolicyState.ENABLED);
        }

        /**
         * To tell of policies.
         *
         * @param wanted their ids; {@code null} for all. Each policy is matched once, for the decision and to be told of
         */
        Evaluation(Facts facts, Set<String> wanted) {
            this.facts = facts;
            this.claims = new Claims(facts, set.mfaSettings());
            this.subject = matcher.subject(facts);
            this.enforced = new ArrayList<>();
            for (int i = 0; i < set.policies().size(); i++) {
                ConditionalAccessPolicy policy = set.policies().get(i);
                Trace trace = wanted == null || wanted.contains(policy.id()) ? new Trace() : null;
                boolean applies = policy.state() != PolicyState.DISABLED && (trace != null || policy.state() == PolicyState.ENABLED)
                        && matcher.applies(policy, facts, subject, facts.action, trace);
                Applied applied = applies ? evaluate(policy, grant(i, facts.action), facts.action) : null;
                if (applies && policy.state() == PolicyState.ENABLED) {
                    enforced.add(applied);
                }
                if (trace != null) {
                    told.add(new Told(i, policy, facts.action, trace, applied));
                }
            }
        }

        private List<Applied> applied(Action action, PolicyState state) {
            List<Applied> applied = new ArrayList<>();
            for (int i = 0; i < set.policies().size(); i++) {
                ConditionalAccessPolicy policy = set.policies().get(i);
                if (policy.state() == state && matcher.applies(policy, facts, subject, action, null)) {
                    applied.add(evaluate(policy, grant(i, action), action));
                }
            }
            return applied;
        }

        // ---- grant and session controls of one policy (sections 6 and 7)

        private Applied evaluate(ConditionalAccessPolicy policy, Grant grant, Action action) {
            SignInFrequency frequency = Grant.signInFrequency(policy);
            Age age = frequency == null ? Age.FRESH : claims.age(frequency);
            boolean unbound = policy.sessionControls().secureSignInSession() && !Boolean.TRUE.equals(facts.signIn.session()
                    .isTokenProtected());
            if (grant.isBlock() || matcher.lacksGps(policy, facts)) {
                return new Applied(policy, grant, Status.FAILED, new Control(Kind.BLOCK, null, null, null, null), List.of(), age, unbound);
            }
            boolean satisfied = false;
            boolean exempt = false;
            Control failing = null;
            List<Control> pending = new ArrayList<>();
            for (Control control : grant.operands()) {
                switch (status(control, policy, action)) {
                    case SATISFIED -> satisfied = true;
                    case PENDING -> pending.add(control);
                    case FAILED -> {
                        if (action == Action.SIGN_IN && matcher.isExempt(control, facts)) {
                            exempt = true;
                        } else {
                            failing = failing == null ? control : failing;
                        }
                    }
                }
            }
            satisfied |= exempt && (grant.isAnd() || pending.isEmpty());                                   // DEC-06
            Status status = Grant.combine(grant.isAnd(), satisfied, !pending.isEmpty(), failing != null);
            if (status != Status.PENDING) {
                pending = List.of();
            } else if (!grant.isAnd()) {
                pending = pending.subList(0, 1);                                                        // GR-OPR-05
            }
            return new Applied(policy, grant, status, status == Status.FAILED ? failing : null, pending, age, unbound);
        }

        private Grant grant(int policy, Action action) {
            Grant grant = grants.get(policy);
            return action == Action.REGISTER_DEVICE ? grant.forDeviceRegistration() : grant;
        }

        private Status status(Control control, ConditionalAccessPolicy policy, Action action) {
            return dischargedByRegistration(control, policy, action) ? Status.SATISFIED : claims.status(control);
        }

        /**
         * REG-12: registering meets the MFA of All-resource policies; never that of risk policies (REG-43), nor of who registers elsewhere
         * (DEC-01).
         */
        private boolean dischargedByRegistration(Control control, ConditionalAccessPolicy policy, Action action) {
            return action == Action.REGISTER_SECURITY_INFO && control.kind().isMfa() && facts.user != null && !facts.user.isMfaRegistered()
                    && facts.guestType != GuestType.B2B_DIRECT_CONNECT_USER && policy.conditions().applications().includeUserActions()
                    .isEmpty()
                    && !policy.conditions().applications().includesUnknown() && !policy.conditions().isRiskBased();
        }

        // ---- the decision (sections 1.2 and 1.1, EV-13)

        Ruling decide() {
            Ruling ruling = firstFactor();
            if (ruling == null && facts.action == Action.CREATE_APP_PASSWORD && !set.mfaSettings().allowAppPasswords()) {
                ruling = Ruling.block(ReasonCode.APP_PASSWORDS_NOT_ALLOWED, null, List.of());           // AP-01
            }
            if (ruling == null) {
                ruling = blocks();
            }
            if (ruling == null) {
                ruling = facts.isLegacy() ? legacyClient() : modernClient();
            }
            return ruling.withNotes(enforced.stream().map(Applied::policy).sorted(Comparator.comparing(ConditionalAccessPolicy::id))
                    .flatMap(this::notes).toList());
        }

        /** CA-SET-10, GR-APP-03. */
        private Stream<String> notes(ConditionalAccessPolicy policy) {
            boolean retired = facts.approvedClientAppRetired && policy.grantControls() != null
                    && policy.grantControls().builtInControls().contains(GrantControl.APPROVED_APPLICATION);
            return Stream.concat(policy.notEvaluated().isEmpty() ? Stream.empty() : Stream.of(Ruling.note(policy)),
                    retired ? Stream.of(Ruling.retirementNote(policy)) : Stream.empty());
        }

        /** EV-01, RV-03. */
        private Ruling firstFactor() {
            if (facts.user == null) {
                return null;
            }
            if (!facts.user.accountEnabled()) {
                return Ruling.block(ReasonCode.ACCOUNT_DISABLED, ErrorCodes.USER_DISABLED, List.of());
            }
            switch (facts.firstFactor) {
                case WRONG_PASSWORD:
                    return Ruling.block(ReasonCode.FIRST_FACTOR_FAILED, ErrorCodes.INVALID_USER_NAME_OR_PASSWORD, List.of());
                case LOCKED_OUT:
                    return Ruling.block(ReasonCode.FIRST_FACTOR_FAILED, ErrorCodes.IDS_LOCKED, List.of());
                case PASSWORD_EXPIRED:
                    return Ruling.block(ReasonCode.FIRST_FACTOR_FAILED, ErrorCodes.PASSWORD_EXPIRED, List.of());
                default:
            }
            if (claims.signsInAfresh && !facts.isInteractive()) {
                return Ruling.challenge(ReasonCode.SESSION_REVOKED, ErrorCodes.FRESH_TOKEN_NEEDED, List.of(), List.of());
            }
            return null;
        }

        /** GR-MUL-01, SD-LEG-01. */
        private Ruling blocks() {
            List<Applied> blocking = enforced.stream().filter(applied -> applied.failing() != null && applied.failing()
                    .kind() == Kind.BLOCK).toList();
            if (!blocking.isEmpty()) {
                // CA-FLW-05
                boolean isRefreshOfFlow = blocking.stream().anyMatch(applied -> facts.isRefreshOfFlow(applied.policy()));
                int code = isRefreshOfFlow ? ErrorCodes.REFRESH_TOKEN_OF_BLOCKED_FLOW : ErrorCodes.BLOCKED_BY_CONDITIONAL_ACCESS;
                return Ruling.block(ReasonCode.BLOCKED_BY_CONDITIONAL_ACCESS, code, ids(blocking));
            }
            if (securityDefaultsCover() && facts.isLegacy()) {
                return Ruling.block(ReasonCode.BLOCKED_BY_SECURITY_DEFAULTS, ErrorCodes.BLOCKED_BY_SECURITY_DEFAULTS, List.of());
            }
            return null;
        }

        /** SD-10. */
        private boolean securityDefaultsCover() {
            return set.securityDefaults().isEnabled() && facts.user != null
                    && Collections.disjoint(subject.roles, Roles.EXEMPT);
        }

        /** The table of section 10.4, after everything that blocks (CA-CLI-09, AP-16, AP-17). */
        private Ruling legacyClient() {
            Ruling failed = failedControls();
            if (failed != null) {
                return failed;
            }
            if (isUnderMandatoryMfa()) {
                return Ruling.block(ReasonCode.BLOCKED_BY_CONDITIONAL_ACCESS, ErrorCodes.STRONG_AUTH_REQUIRED, List.of());     // MM-05
            }
            boolean isEnforced = facts.user.perUserMfaState() == PerUserMfaState.ENFORCED;
            if (facts.credential == Credential.APP_PASSWORD) {
                if (!isEnforced || facts.isAdministration() || !facts.isAppPasswordKnown()) {
                    return Ruling.block(ReasonCode.APP_PASSWORD_NOT_ACCEPTED, null, List.of());         // AP-20, AP-12, AP-10
                }
                return Ruling.allow(ReasonCode.SATISFIED, sessionControls(), null, null);               // AP-10
            }
            if (isEnforced && !(claims.isTrustedIp() && facts.user.appPasswords().isEmpty())) {         // PU-03, AP-22
                perUserHangsOnAddress = mayBeTrusted() && facts.user.appPasswords().isEmpty();
                return Ruling.block(ReasonCode.APP_PASSWORD_REQUIRED, null, List.of());
            }
            boolean asked = isEnforced || !enforced.isEmpty();
            return Ruling.allow(asked ? ReasonCode.SATISFIED : ReasonCode.NO_POLICY_APPLIES, sessionControls(), null, null);
        }

        /** Controls that nothing in this sign-in can meet: the first in prompt order is the reason (EV-13). */
        private Ruling failedControls() {
            Control worst = null;
            for (Applied applied : enforced) {
                Control failing = applied.failing() != null ? applied.failing()
                        : applied.tokenUnbound() ? new Control(Kind.BLOCK, null, null, null, null) : null;
                if (failing != null && (worst == null || failing.compareTo(worst) < 0)) {
                    worst = failing;
                }
            }
            if (worst == null) {
                return null;
            }
            Kind kind = worst.kind();
            List<String> policies = ids(enforced.stream()
                    .filter(applied -> applied.failing() != null ? applied.failing().kind() == kind : applied.tokenUnbound()
                    && kind == Kind.BLOCK).toList());
            if (facts.isLegacy() && kind != Kind.BLOCK) {
                int code = kind.isMfa() ? ErrorCodes.STRONG_AUTH_REQUIRED : ErrorCodes.BLOCKED_BY_CONDITIONAL_ACCESS;     // AMB-31
                return Ruling.block(ReasonCode.BLOCKED_BY_CONDITIONAL_ACCESS, code, policies);
            }
            if ((kind == Kind.PASSWORD_CHANGE || kind == Kind.RISK_REMEDIATION) && enforced.stream()
                    .anyMatch(this::lacksRegistrationToRemediate)) {
                return blockedByRisk();
            }
            return Ruling.block(failedReason(kind), ErrorCodes.failed(kind), policies);
        }

        private Ruling modernClient() {
            if (facts.credential == Credential.APP_PASSWORD) {
                return Ruling.block(ReasonCode.APP_PASSWORD_NOT_ACCEPTED, null, List.of());             // AP-11
            }
            boolean changesSecurityInfo = facts.action == Action.REGISTER_SECURITY_INFO || facts.action == Action.CREATE_APP_PASSWORD;
            if (changesSecurityInfo && facts.guestType == GuestType.B2B_DIRECT_CONNECT_USER) {
                return Ruling.block(ReasonCode.REGISTRATION_NOT_ALLOWED, null, List.of());              // SD-11, DEC-01
            }
            Ruling failed = failedControls();
            if (failed != null) {
                return failed;
            }
            if (facts.action == Action.CREATE_APP_PASSWORD) {
                Ruling refused = refusedAppPassword();
                if (refused != null) {
                    return refused;
                }
            }
            if (securityDefaultsCover() && claims.registersFirstButNoApp()) {
                // SD-REG-04, SD-REG-05
                return Ruling.block(ReasonCode.REGISTRATION_NOT_ALLOWED, null, List.of());
            }
            Demands demanded = demands();
            Ruling registration = registration(demanded);
            if (claims.isPassTooOld() && (registration == null || registration.outcome() != Outcome.BLOCK)) {
                return Ruling.challenge(ReasonCode.REAUTHENTICATION_REQUIRED, null, List.of(), List.of());      // TAP-04, EV-13
            }
            if (registration != null) {
                return registration;
            }
            Ruling prompt = prompt(demanded);
            if (prompt != null) {
                return prompt;
            }
            boolean asked = !enforced.isEmpty() || demanded.any;
            ReasonCode reason = demanded.due != null ? ReasonCode.REGISTRATION_OPTIONAL : asked ? ReasonCode.SATISFIED
                    : ReasonCode.NO_POLICY_APPLIES;
            RegistrationPrompt nudge = demanded.due == null ? null : new RegistrationPrompt(false, demanded.due, names(demanded.methods));
            return Ruling.allow(reason, sessionControls(), nudge, stateChange());
        }

        /** The creation table of section 10.4. */
        private Ruling refusedAppPassword() {
            UserState user = facts.user;
            boolean mayBecomeEnforced = user.perUserMfaState() == PerUserMfaState.ENABLED && !user.isMfaRegistered();     // PU-04
            if (user.perUserMfaState() != PerUserMfaState.ENFORCED && !mayBecomeEnforced) {
                return Ruling.block(ReasonCode.APP_PASSWORD_NEEDS_ENFORCED_MFA, null, List.of());       // AP-02, AP-03
            }
            if (user.appPasswords().size() >= set.mfaSettings().maxAppPasswords()) {
                return Ruling.block(ReasonCode.APP_PASSWORD_LIMIT_REACHED, null, List.of());            // AP-05
            }
            return null;
        }

        // ---- what every source demands (EV-12)

        /** The demands of all sources taken together. */
        private final class Demands {
            /** Some source other than Conditional Access asks for something. */
            boolean any;
            /** Some source other than Conditional Access asks for MFA that is not there. */
            boolean mfa;
            /** Some source asks for registration now. */
            boolean registration;
            /** The earliest date until which registration may wait, or null. */
            Instant due;
            List<AuthenticationMethodMode> methods = Claims.REGISTRABLE;
        }

        private Demands demands() {
            Demands demanded = new Demands();
            if (facts.user == null) {
                return demanded;
            }
            if (securityDefaultsCover() && facts.action != Action.REGISTER_SECURITY_INFO && facts.action != Action.CREATE_APP_PASSWORD) {
                securityDefaults(demanded);
            }
            if (facts.action == Action.SIGN_IN || facts.action == Action.REGISTER_DEVICE) {
                perUserMfa(demanded);
                mandatoryMfa(demanded);
            } else {
                securityInfo(demanded);
            }
            return demanded;
        }

        /** Section 9. */
        private void securityDefaults(Demands demanded) {
            demanded.any = true;
            boolean isAdmin = !Collections.disjoint(subject.rolesInAnyScope, Roles.ALWAYS_MFA);
            boolean isAzureManagement = facts.isAzureManagement();
            boolean required = isAdmin || isAzureManagement || facts.securityDefaultsPrompt;                               // SD-MFA-01..05
            boolean done = claims.hasMfaClaim || claims.isRemembered && !isAdmin;
            if (claims.canDoMfa || claims.hasMfaClaim) {                                                                   // DEC-02
                demanded.mfa |= required && !done;
                demand("securityDefaults", "mfa", !required || done ? Status.SATISFIED : Status.PENDING, null);
                return;
            }
            demanded.methods = Claims.SECURITY_DEFAULTS_METHODS;   // SD-REG-04
            Instant due = securityDefaultsDue();
            // SD-REG-02, SD-REG-06
            if (due != null && !isAdmin && !isAzureManagement) {
                postpone(demanded, due);
                demand("securityDefaults", "registration", Status.SATISFIED, null);
            } else {
                demanded.registration = true;
                demand("securityDefaults", "registration", Status.PENDING, null);
            }
        }

        private Instant securityDefaultsDue() {
            Integer configured = set.securityDefaults().registrationGracePeriodDays();
            int days = configured != null ? configured : facts.now.isBefore(GRACE_PERIOD_REMOVED) ? 14 : 0;
            return due(facts.user.firstSignInDateTime(), days);
        }

        /** The end of a period that has begun and is not over, or {@code null}. */
        private Instant due(Instant begin, int days) {
            if (begin == null || begin.isAfter(facts.now.plus(CLOCK_SKEW))) {
                return null;
            }
            Instant due = begin.plus(Duration.ofDays(days));
            return facts.now.isBefore(due) ? due : null;
        }

        private void postpone(Demands demanded, Instant due) {
            demanded.due = demanded.due == null || due.isBefore(demanded.due) ? due : demanded.due;
        }

        /** Section 10.1. */
        private void perUserMfa(Demands demanded) {
            UserState user = facts.user;
            if (user.perUserMfaState() == PerUserMfaState.DISABLED) {
                return;
            }
            boolean done = claims.hasMfaClaim || claims.isRemembered;
            if (claims.canDoMfa || claims.hasMfaClaim) {                                                                   // DEC-02
                boolean lifted = claims.isTrustedIp();                                                                     // PU-08, TI-04
                demanded.any = true;
                demanded.mfa |= !done && !lifted;
                perUserHangsOnAddress |= !done && !lifted && mayBeTrusted();
                demand("user", "mfa", done || lifted ? Status.SATISFIED : Status.PENDING, null);
                return;
            }
            if (user.perUserMfaState() == PerUserMfaState.ENFORCED) {
                demanded.any = true;
                demanded.registration = true;
                demand("user", "registration", Status.PENDING, null);
                return;
            }
            if (!facts.isInteractive()) {                                                                                  // PU-02, DEC-19
                return;
            }
            demanded.any = true;
            Instant due = due(user.perUserMfaEnabledDateTime(), set.mfaSettings().registrationGracePeriodDays());          // PU-13
            if (due != null) {
                postpone(demanded, due);
                demand("user", "registration", Status.SATISFIED, null);
            } else {
                demanded.registration = true;
                demand("user", "registration", Status.PENDING, null);
            }
        }

        /** MM-01, MM-03. */
        private void mandatoryMfa(Demands demanded) {
            if (isUnderMandatoryMfa()) {
                demanded.any = true;
                demanded.mfa |= !claims.hasMfaClaim;
                demand("mandatoryMfa", "mfa", claims.hasMfaClaim ? Status.SATISFIED : Status.PENDING, null);
            }
        }

        private boolean isUnderMandatoryMfa() {
            return facts.action == Action.SIGN_IN && facts.user != null && set.evaluationSettings().mandatoryAdminPortalMfa()
                    && MANDATORY_MFA.stream().anyMatch(row -> isOpened(row.application()) && isEnforced(row)
                    && (!row.isForWritesOnly() || facts.azureWrite == Boolean.TRUE || facts.azureWrite == null && facts.strict));
        }

        private boolean isOpened(String application) {
            return facts.applications.contains(application) || facts.mayBeAnyApplication();
        }

        /** MM-02, DEC-10: a tenant could postpone phase 2. */
        private boolean isEnforced(Catalogue.MandatoryMfa row) {
            Instant postponed = set.evaluationSettings().mandatoryMfaPhase2From();
            return !facts.now.isBefore(row.isForWritesOnly() && postponed != null ? postponed : row.since());
        }

        /** REG-03, REG-04, AP-23: whoever has a method proves it before changing any; trusted IPs do not help. */
        private void securityInfo(Demands demanded) {
            if (facts.user.isMfaRegistered()) {
                boolean isPasskey = facts.registering == AuthenticationMethodMode.FIDO2;
                boolean done = isPasskey ? claims.hasRecentMfa() : claims.hasMfaClaim;
                demanded.any = true;
                demanded.mfa |= !done;
                demand("registration", "mfa", done ? Status.SATISFIED : Status.PENDING, null);
            } else if (facts.action == Action.CREATE_APP_PASSWORD) {
                demanded.any = true;
                demanded.registration = true;                                                                              // PU-03, AP-23
                demand("registration", "registration", Status.PENDING, null);
            }
        }

        // ---- registration (section 12.4)

        private Ruling registration(Demands demanded) {
            List<Applied> needing = enforced.stream().filter(this::needsRegistration).toList();
            boolean bySource = demanded.registration || demanded.mfa && !claims.canDoMfa;
            if (needing.isEmpty() && !bySource) {
                return null;
            }
            if (facts.guestType == GuestType.B2B_DIRECT_CONNECT_USER) {
                return Ruling.block(ReasonCode.REGISTRATION_NOT_ALLOWED, null, List.of());                              // SD-11, EXT-02
            }
            if (needing.stream().anyMatch(applied -> applied.policy().conditions().isRiskBased())) {
                return blockedByRisk();
            }
            List<Applied> guarding = applied(Action.REGISTER_SECURITY_INFO, PolicyState.ENABLED).stream().filter(this::forbidsRegistration)
                    .toList();
            if (!guarding.isEmpty()) {
                // REG-41, 42
                return Ruling.block(ReasonCode.REGISTRATION_NOT_ALLOWED, ErrorCodes.PROOF_UP_BLOCKED_DUE_TO_SECURITY_INFO_ACR,
                        ids(guarding));
            }
            // REG-40
            int code = facts.isInteractive() ? ErrorCodes.STRONG_AUTH_ENROLLMENT_INTERRUPT : ErrorCodes.STRONG_AUTH_ENROLLMENT;
            return Ruling.promptRegister(code, ids(needing), new RegistrationPrompt(true, null, names(methods(demanded, needing))));
        }

        /** A pending demand for MFA that only registering can meet (AS-08, REG-40). */
        private boolean needsRegistration(Applied applied) {
            for (Control control : applied.pending()) {
                boolean enforcedMfa = control.kind() == Kind.ENFORCED_MFA;
                boolean mfa = control.kind() == Kind.MFA && !claims.canDoMfa;
                boolean strength = control.kind() == Kind.AUTHENTICATION_STRENGTH && !claims.mfaHappensAtHome
                        && (!claims.canDoMfa || claims.needsRegistration(control.strength()));
                if (enforcedMfa || mfa || strength) {
                    return true;
                }
            }
            return false;
        }

        /** DEC-03: the user could remediate the risk that a policy is about, if they had registered before. */
        private boolean lacksRegistrationToRemediate(Applied applied) {
            boolean remediation = applied.failing() != null && (applied.failing().kind() == Kind.PASSWORD_CHANGE || applied.failing()
                    .kind() == Kind.RISK_REMEDIATION);
            return remediation && applied.policy().conditions().isRiskBased() && claims.remediatesOnceRegistered();
        }

        /** REG-43. */
        private Ruling blockedByRisk() {
            return Ruling.block(ReasonCode.REGISTRATION_BLOCKED_BY_RISK, ErrorCodes.PROOF_UP_BLOCKED_DUE_TO_RISK, ids(enforced.stream()
                    .filter(applied -> lacksRegistrationToRemediate(applied) || needsRegistration(applied) && applied.policy().conditions()
                    .isRiskBased()).toList()));
        }

        /** Whether a policy that applies to registering stands against it; what a risk asks of other sign-ins does not (AMB-56). */
        private boolean forbidsRegistration(Applied applied) {
            if (applied.policy().conditions().applications().includeUserActions().isEmpty() && (needsRegistration(applied)
                    || lacksRegistrationToRemediate(applied))) {
                return false;
            }
            return applied.grantStatus() == Status.FAILED || applied.pending().stream().anyMatch(control -> control.kind().isMfa()
                    && !claims.canDoMfa);
        }

        private List<AuthenticationMethodMode> methods(Demands demanded, List<Applied> needing) {
            for (Applied applied : needing) {
                for (Control control : applied.pending()) {
                    if (control.kind() == Kind.AUTHENTICATION_STRENGTH) {
                        return claims.registrableFor(control.strength());
                    }
                }
            }
            return demanded.methods;
        }

        // ---- prompts (GR-ORD, GR-MUL-03)

        private Ruling prompt(Demands demanded) {
            Set<Kind> kinds = new TreeSet<>();
            for (Applied applied : enforced) {
                applied.pending().forEach(control -> kinds.add(control.kind()));
            }
            if (demanded.mfa) {
                kinds.add(Kind.MFA);
            }
            if (kinds.contains(Kind.AUTHENTICATION_STRENGTH)) {
                kinds.remove(Kind.MFA);
            }
            if (!kinds.isEmpty()) {
                Kind first = kinds.iterator().next();
                List<String> policies = ids(enforced.stream()
                        .filter(applied -> applied.pending().stream().anyMatch(control -> control.kind() == first)).toList());
                return Ruling.challenge(pendingReason(first), ErrorCodes.pending(first, facts.isInteractive()), policies,
                        kinds.stream().map(Kind::requiredName).toList());
            }
            // SS-27
            List<Applied> aged = enforced.stream().filter(applied -> applied.age() != Age.FRESH).toList();
            if (!aged.isEmpty()) {
                boolean signInTooOld = aged.stream().anyMatch(applied -> applied.age() == Age.SIGN_IN_TOO_OLD);
                // SS-18
                int code = signInTooOld ? ErrorCodes.BAD_TOKEN_DUE_TO_SIGN_IN_FREQUENCY : ErrorCodes.STRONG_AUTH_EXPIRED;
                return Ruling.challenge(ReasonCode.REAUTHENTICATION_REQUIRED, code, ids(aged), List.of());
            }
            return null;
        }

        // ---- what is let in with (SS-20..26)

        private SessionControls sessionControls() {
            SessionControlsMerge merge = new SessionControlsMerge();
            enforced.forEach(applied -> merge.add(applied.policy().sessionControls(), Grant.signInFrequency(applied.policy())));
            return merge.merged();
        }

        /** PU-04: newly registered while enabled. */
        private StateChange stateChange() {
            boolean registersStrongMethod = facts.action == Action.REGISTER_SECURITY_INFO && facts.registering != null
                    && UserState.isStrong(facts.registering);
            return registersStrongMethod && facts.user.perUserMfaState() == PerUserMfaState.ENABLED && !facts.user.isMfaRegistered()
                    ? new StateChange(PerUserMfaState.ENABLED, PerUserMfaState.ENFORCED) : null;
        }

        // ---- explanation

        private void demand(String provider, String control, Status status, String policy) {
            demands.merge(provider + " " + control, new Requirement(provider, control, name(status), policy == null ? List.of()
                    : List.of(policy)),
                    (a, b) -> {
                        List<String> policies = new ArrayList<>(a.policies());
                        policies.addAll(b.policies());
                        return new Requirement(provider, control, worse(a.status(), b.status()), List.copyOf(policies));
                    });
        }

        private List<Requirement> requirements() {
            if (demands.isEmpty() && facts.user != null && !facts.isLegacy()) {
                demands();
            }
            for (Applied applied : enforced) {
                for (Control control : applied.grant().operands()) {
                    demand("conditionalAccess", control.kind() == Kind.BLOCK ? "block" : control.kind().requiredName(),
                            claims.status(control), applied.policy().id());
                }
            }
            return List.copyOf(demands.values());
        }

        /**
         * The absent facts on which the ruling depends. With one of them, a policy of the ruling may not apply or may be met, unless
         * another policy blocks anyway; or a policy that only they keep from applying may apply, and ask for more.
         */
        private List<String> hangs(Ruling ruling) {
            boolean blocks = ruling.outcome() == Outcome.BLOCK;
            boolean refused = ruling.reason() == ReasonCode.REGISTRATION_NOT_ALLOWED;
            Map<String, Set<String>> applying = new TreeMap<>();
            Map<String, Set<String>> unmet = new TreeMap<>();
            Map<String, Set<String>> met = new TreeMap<>();
            Map<String, Set<String>> missed = new TreeMap<>();
            boolean isCertain = false;
            for (Told each : deciding(ruling)) {
                Trace trace = each.trace();
                Applied applied = each.applied();
                if (each.policy().state() != PolicyState.ENABLED) {
                    continue;
                }
                Grant grant = grant(each.index(), each.action());
                if (applied != null && !blocks && isMetForWantOfPlatform(grant)) {
                    add(met, "devicePlatform", each.policy());
                }
                if (applied != null && (ruling.policies().contains(each.policy().id()) || refused
                        && applied.status() != Status.SATISFIED)) {
                    Set<String> wanting = factsOf(applied);
                    isCertain |= trace.absent().isEmpty() && wanting.isEmpty();
                    trace.absent().values().forEach(signals -> signals.forEach(signal -> add(applying, signal, each.policy())));
                    wanting.forEach(fact -> add(unmet, fact, each.policy()));
                } else if (applied == null && !blocks && isMissedForAbsence(trace)) {
                    if (evaluate(each.policy(), grant, each.action()).status() != Status.SATISFIED || isMetForWantOfPlatform(grant)) {
                        trace.absent().forEach((condition, signals) -> {
                            if ((trace.failed() & Trace.bit(condition)) != 0) {
                                signals.forEach(signal -> add(missed, signal, each.policy()));
                            }
                        });
                    }
                }
            }
            if (blocks) {
                applying.remove("clientAppType");                  // PolicyEngine tells this of blocks, and decides them anew for it
            }
            List<String> notes = new ArrayList<>();
            if (isMandatoryForWrites() && !blocks && !claims.hasMfaClaim) {
                notes.add("`azureResourceOperation" + IS_ABSENT + "Microsoft's own MFA for changes of Azure resources does not ask; for a "
                        + "write it would [DEC-10]");
            }
            if (perUserHangsOnAddress && (ruling.outcome() == Outcome.CHALLENGE || ruling.reason() == ReasonCode.APP_PASSWORD_REQUIRED)) {
                notes.add("`ipAddress" + IS_ABSENT + "per-user MFA asks; at an MFA trusted IP it would not [PU-08]");
            }
            if (!blocks || refused || !isCertain) {
                applying.forEach((signal, policies) -> notes.add(hangs(signal, policies, "applies", "apply", "may not")));
                unmet.forEach((signal, policies) -> notes.add(hangs(signal, policies, "is not met", "are not met", "may be")));
            }
            met.forEach((signal, policies) -> notes.add(hangs(signal, policies, "is met", "are met", "may not be")));
            missed.forEach((signal, policies) -> notes.add(hangs(signal, policies, "does not apply", "do not apply", "may")));
            return notes;
        }

        /** The facts, absent from the request, for want of which controls cannot be met. */
        private Set<String> factsOf(Applied applied) {
            Set<String> wanting = new TreeSet<>();
            for (Control control : applied.grantStatus() == Status.SATISFIED ? List.<Control>of() : applied.grant().operands()) {
                if (claims.status(control) == Status.FAILED) {
                    wanting.addAll(factsOf(control));
                }
            }
            return wanting;
        }

        private List<String> factsOf(Control failing) {
            SignIn.ClientApplication client = facts.signIn.clientApplication();
            boolean isOfApproved = failing.kind() == Kind.APPROVED_APPLICATION;
            boolean isOfProtected = failing.kind() == Kind.COMPLIANT_APPLICATION;
            boolean isOfApplication = isOfApproved || isOfProtected;
            boolean isOfDevice = failing.kind() == Kind.COMPLIANT_DEVICE || failing.kind() == Kind.DOMAIN_JOINED_DEVICE;
            List<String> absent = new ArrayList<>();
            if (isOfApproved && client.isApproved() == null) {
                absent.add("clientApplication.isApproved");
            }
            if (isOfProtected && client.isProtected() == null) {
                absent.add("clientApplication.isProtected");
            }
            if ((isOfApplication || isOfDevice) && facts.signIn.device() == null && facts.signIn.deviceName() == null) {
                absent.add("device");
            }
            if (isOfApplication && facts.platform == null) {
                absent.add("devicePlatform");
            }
            return absent;
        }

        /** The policies that may decide: those on what is done, and on registering where that comes first. */
        private List<Told> deciding(Ruling ruling) {
            boolean refused = ruling.reason() == ReasonCode.REGISTRATION_NOT_ALLOWED;
            if (facts.action == Action.REGISTER_SECURITY_INFO || !refused && ruling.outcome() != Outcome.PROMPT_REGISTER) {
                return told;
            }
            List<Told> deciding = new ArrayList<>(told);
            for (Told each : told) {
                Trace trace = new Trace();
                boolean applies = each.policy().state() == PolicyState.ENABLED && matcher.applies(each.policy(), facts, subject,
                        Action.REGISTER_SECURITY_INFO, trace);
                deciding.add(new Told(each.index(), each.policy(), Action.REGISTER_SECURITY_INFO, trace,
                        applies ? evaluate(each.policy(), grant(each.index(), Action.REGISTER_SECURITY_INFO), Action.REGISTER_SECURITY_INFO)
                        : null));
            }
            return deciding;
        }

        /** GR-CTL-07: app protection counts on an unknown platform, and on macOS it does not. */
        private boolean isMetForWantOfPlatform(Grant grant) {
            return facts.platform == null && grant.operands().stream().anyMatch(
                    control -> control.kind() == Kind.COMPLIANT_APPLICATION && claims.status(control) == Status.SATISFIED);
        }

        private boolean mayBeTrusted() {
            return facts.ip == null && !set.mfaSettings().trustedIps().isEmpty() || facts.nearnessUnknown && set.mfaSettings()
                    .skipMfaForFederatedIntranet();
        }

        /** Whether Microsoft's own MFA would concern a write, and the request does not say what it does. */
        private boolean isMandatoryForWrites() {
            return facts.action == Action.SIGN_IN && facts.user != null && facts.azureWrite == null
                    && set.evaluationSettings().mandatoryAdminPortalMfa() && !isUnderMandatoryMfa()
                    && MANDATORY_MFA.stream().anyMatch(row -> row.isForWritesOnly() && isOpened(row.application()) && isEnforced(row));
        }

        private static boolean isMissedForAbsence(Trace trace) {
            int absent = 0;
            for (Condition condition : trace.absent().keySet()) {
                absent |= Trace.bit(condition);
            }
            return absent != 0 && (trace.failed() & ~absent) == 0;
        }

        private static void add(Map<String, Set<String>> policies, String signal, ConditionalAccessPolicy policy) {
            policies.computeIfAbsent(signal, any -> new TreeSet<>()).add("`" + policy.id() + "`");
        }

        private static String hangs(String signal, Set<String> policies, String one, String many, String otherwise) {
            List<String> named = policies.stream().limit(MOST_NAMED).toList();
            return "`" + signal + IS_ABSENT + String.join(", ", named) + (policies.size() > named.size() ? " and others " : " ")
                    + (policies.size() > 1 ? many : one)
                    + "; with it, " + (policies.size() > 1 ? "they " : "the policy ") + otherwise + " [" + rule(signal) + "]";
        }

        /** The rule that tells what an absent signal means (semantics 5.8). */
        private static String rule(String signal) {
            return switch (signal) {
                case "application" -> "CA-UNK-02";
                case "clientAppType" -> "CA-UNK-03";
                case "devicePlatform" -> "CA-UNK-04";
                case "ipAddress" -> "CA-UNK-05";
                case "country" -> "CA-UNK-06";
                case "gps.country" -> "CA-UNK-07";
                case "device" -> "CA-UNK-09";
                case "authenticationFlow" -> "CA-UNK-10";
                case "compliantNetwork" -> "CA-LOC-21";
                case "clientApplication.isApproved" -> "GR-CTL-06";
                case "clientApplication.isProtected" -> "GR-CTL-07";
                default -> "CA-UNK-08";
            };
        }

        private List<Row> rows() {
            boolean mfaPending = enforced.stream().anyMatch(applied -> applied.pending().stream().anyMatch(control -> control.kind()
                    .isMfa()));
            List<Row> rows = new ArrayList<>(told.size());
            for (Told each : told) {
                Applied applied = each.applied();
                if (applied == null) {
                    rows.add(new Row(each.index(), each.policy(), false, Status.SATISFIED, false, each.trace(),
                            grant(each.index(), facts.action)));
                    continue;
                }
                Status status = applied.status();
                boolean later = mfaPending && each.policy().state() == PolicyState.ENABLED && status == Status.SATISFIED
                        && isDecidedAfterMfa(applied);
                boolean sessionUnmet = applied.age() != Age.FRESH || applied.tokenUnbound();
                // EV-14
                rows.add(new Row(each.index(), each.policy(), true, later ? Status.FAILED : status, sessionUnmet, each.trace(),
                        applied.grant()));
            }
            return rows;
        }

        /** DEC-04: with AND, whether one of the controls comes after MFA; with OR, whether all that are met do. */
        private boolean isDecidedAfterMfa(Applied applied) {
            List<Control> operands = applied.grant().operands();
            List<Control> met = operands.stream().filter(control -> status(control, applied.policy(), facts.action) == Status.SATISFIED)
                    .toList();
            return applied.grant().isAnd() ? operands.stream().anyMatch(control -> control.kind().isLaterInteractive())
                    : !met.isEmpty() && met.stream().allMatch(control -> control.kind().isLaterInteractive());
        }
    }

    static ReasonCode failedReason(Kind kind) {
        return switch (kind) {
            case COMPLIANT_DEVICE -> ReasonCode.DEVICE_NOT_COMPLIANT;
            case DOMAIN_JOINED_DEVICE -> ReasonCode.DEVICE_NOT_DOMAIN_JOINED;
            case APPROVED_APPLICATION -> ReasonCode.APPLICATION_NOT_APPROVED;
            case COMPLIANT_APPLICATION -> ReasonCode.APPLICATION_NOT_PROTECTED;
            case ENFORCED_MFA -> ReasonCode.APP_PASSWORD_NEEDS_ENFORCED_MFA;
            case AUTHENTICATION_STRENGTH -> ReasonCode.AUTHENTICATION_STRENGTH_CANNOT_BE_MET;
            default -> ReasonCode.BLOCKED_BY_CONDITIONAL_ACCESS;
        };
    }

    static ReasonCode pendingReason(Kind kind) {
        return switch (kind) {
            case PASSWORD_CHANGE, RISK_REMEDIATION -> ReasonCode.PASSWORD_CHANGE_REQUIRED;
            case TERMS_OF_USE -> ReasonCode.TERMS_OF_USE_REQUIRED;
            case CUSTOM -> ReasonCode.CUSTOM_CONTROL_REQUIRED;
            default -> ReasonCode.MFA_REQUIRED;
        };
    }

    static List<String> names(List<AuthenticationMethodMode> methods) {
        return methods.stream().map(GraphEnum::graphName).toList();
    }

    private static String name(Status status) {
        return status.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String worse(String a, String b) {
        return a.equals("failed") || b.equals("failed") ? "failed" : a.equals("pending") || b.equals("pending") ? "pending" : "satisfied";
    }

    private static List<String> ids(Collection<Applied> applied) {
        Set<String> ids = new LinkedHashSet<>();
        applied.stream().map(each -> each.policy().id()).sorted().forEach(ids::add);
        return List.copyOf(ids);
    }
}
