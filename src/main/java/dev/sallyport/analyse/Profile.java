package dev.sallyport.analyse;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Control;
import dev.sallyport.compile.Control.Status;
import dev.sallyport.compile.Grant;
import dev.sallyport.decide.Claims;
import dev.sallyport.decide.Facts;
import dev.sallyport.decide.InvalidRequestException;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.Request;
import dev.sallyport.model.Roles;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What counts of a person beside the policies that are about them: people with equal {@linkplain Key keys} can meet the same controls, and
 * the same rules beside Conditional Access ask the same of them. What a control is to them comes from {@link Claims}, as in a decision.
 */
final class Profile {

    /** What kind of service principal asks, which may be beyond policies for some applications (AGT-05). */
    enum Principal { NONE, WORKLOAD, AGENT, BLUEPRINT }

    /**
     * What two people have in common.
     *
     * @param isAgentUser         whether an agent signs in with its user account
     * @param methods             the usable methods
     * @param isPerUserGrace      whether registration may wait under per-user MFA (PU-13)
     * @param isDefaultsGrace     whether registration may wait under security defaults (SD-REG-02)
     * @param isAdministrator     whether the person has a role of SD-MFA-01
     * @param synchronises        whether security defaults leave the person out (SD-10)
     * @param isRevoked           whether sessions that begin now are revoked (RV-01)
     * @param isFull              whether the person has as many app passwords as there may be (AP-05)
     */
    record Key(Principal principal, boolean isAgentUser, boolean isEnabled, @Nullable UserType userType, @Nullable GuestType guestType,
            Set<AuthenticationMethodMode> methods, PerUserMfaState perUser, boolean hasAppPasswords, boolean isPerUserGrace,
            boolean isDefaultsGrace, boolean isAdministrator, boolean synchronises, boolean isRevoked, boolean isFull) {

        static final int USUAL_GRACE_DAYS = 14;
        static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
        private static final Instant GRACE_PERIOD_REMOVED = Catalogue.builtIn().dateOf("registrationGracePeriodRemoved");     // SD-REG-03

        static Key of(Person person, World world) {
            UserState user = person.state();
            return user != null ? of(user, world) : new Key(of(Objects.requireNonNull(person.principal())), false, true, null, null,
                    Set.of(), PerUserMfaState.DISABLED, false, false, false, false, false, false, false);
        }

        private static Principal of(Directory.ServicePrincipal principal) {
            return principal.isAgentIdentityBlueprint() ? Principal.BLUEPRINT : principal.isAgent() ? Principal.AGENT
                    : Principal.WORKLOAD;
        }

        private static Key of(UserState user, World world) {
            Set<AuthenticationMethodMode> methods = EnumSet.noneOf(AuthenticationMethodMode.class);
            user.authenticationMethods().stream().filter(UserState.AuthenticationMethod::isUsable).forEach(each
                    -> methods.add(each.method()));
            Set<String> roles = user.roles().isEmpty() ? Set.of() : Directory.roleIdsOf(user);
            Integer days = world.set.securityDefaults().registrationGracePeriodDays();
            int defaultsDays = days != null ? days : world.now.isBefore(GRACE_PERIOD_REMOVED) ? USUAL_GRACE_DAYS : 0;
            Instant validFrom = user.signInSessionsValidFromDateTime();
            return new Key(Principal.NONE, user.isAgentUser(), user.accountEnabled(), user.userType(), user.guestType(), methods,
                    user.perUserMfaState(), !user.appPasswords().isEmpty(),
                    isWithin(user.perUserMfaEnabledDateTime(), world.set.mfaSettings().registrationGracePeriodDays(), world.now),
                    isWithin(user.firstSignInDateTime(), defaultsDays, world.now),
                    !Collections.disjoint(Directory.roleIdsInAnyScopeOf(user), Roles.ALWAYS_MFA),
                    !Collections.disjoint(roles, Roles.EXEMPT), validFrom != null && !world.now.isAfter(validFrom),
                    user.appPasswords().size() >= world.set.mfaSettings().maxAppPasswords());
        }

        private static boolean isWithin(@Nullable Instant begin, int days, Instant now) {
            return begin != null && !begin.isAfter(now.plus(CLOCK_SKEW)) && now.isBefore(begin.plus(Duration.ofDays(days)));
        }
    }

    // ---- values of gaps, as bits: joined by {@link #join}; 0 asks nothing that a password does not give

    /** A password alone is not enough. */
    private static final int UNMET = 1;
    /** The user is asked to register in the middle of the request (REG-40). */
    private static final int PROMPTS = 2;
    /** Something refuses to register in the middle of the request (REG-41 to REG-43). */
    private static final int REFUSES = 4;
    /** A password alone does not register beside the request, in the same session. */
    private static final int CLOSED_ASIDE = 8;
    /** Who has registered is not let in either, or does not own the account. */
    private static final int USELESS = 16;

    final Key key;
    private final World world;
    private final Kind kind;
    private final @Nullable UserState user;
    /** What the session of an attacker is to controls; without a device. */
    private final Claims alone;
    /** What a session that proves everything is to them, and what one over Exchange ActiveSync is, which may show a device (AMB-59). */
    private final Claims best;
    private final Claims bestOverActiveSync;
    /** What the session in which an attacker registers is to controls, and the one of who has; {@code null} where nobody can. */
    private final @Nullable Claims registering;
    private final @Nullable Claims owning;

    /** @param person any of those who have the key */
    Profile(Key key, Person person, Kind kind, World world) {
        this.key = key;
        this.world = world;
        this.kind = kind;
        this.user = person.state();
        SignIn session = world.attack(person, kind, Credential.PASSWORD).build();
        alone = claims(person, request(session));
        SignIn all = world.provesAll(session);
        best = claims(person, request(all));
        bestOverActiveSync = kind == Kind.LEGACY ? claims(person, all.toBuilder().clientAppType("exchangeActiveSync").build()) : best;
        boolean canBeOwned = user != null && kind != Kind.LEGACY && world.canBeOwned(user);
        registering = canBeOwned ? claims(person, World.registering(session)) : null;
        owning = canBeOwned ? claims(Person.of(world.owned(user), List.of(), person.standing(), person.isOpen()),
                request(world.owns(session))) : null;
    }

    private Request request(SignIn session) {
        return World.request(session, kind, AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH);
    }

    private Claims claims(Person person, Request request) {
        try {
            Facts facts = person.state() != null
                    ? new Facts(request, person.state(), world.directory, world.set.evaluationSettings(), world.now)
                    : new Facts(request, person.principal(), world.directory, world.set.evaluationSettings(), world.now);
            return new Claims(facts, world.set.mfaSettings());
        } catch (InvalidRequestException e) {
            throw new IllegalStateException("a request of the analysis is invalid: " + e.getMessage(), e);
        }
    }

    /** What is asked together, of values of gaps: one number for each meaning. */
    static int join(int a, int b) {
        int both = a | b;
        if ((both & USELESS) != 0 || (both & (REFUSES | CLOSED_ASIDE)) == (REFUSES | CLOSED_ASIDE)) {
            return both & UNMET | USELESS;
        }
        return (both & REFUSES) != 0 ? both & ~PROMPTS : both;
    }

    /** Whether a demand asks nothing but refuses to register in the middle of the request. */
    static boolean isGuarded(Source.Demand demand) {
        return demand.requirement() == Requirements.NOTHING && (demand.gap() & (REFUSES | USELESS)) != 0;
    }

    /** Whether a password alone is enough, where nothing more is asked than this value. */
    static boolean isOpen(int value) {
        return (value & UNMET) == 0;
    }

    /** Whether it is enough for an attacker who registers first. */
    static boolean isOpenByRegistering(int value) {
        boolean canRegister = (value & PROMPTS) != 0 || (value & CLOSED_ASIDE) == 0;
        return (value & UNMET) != 0 && (value & USELESS) == 0 && canRegister;
    }

    /** Whether a value keeps a request from being open so. */
    static boolean closes(int value, Opening opening) {
        return (value & (opening == Opening.PASSWORD_ALONE ? UNMET : REFUSES | CLOSED_ASIDE | USELESS)) != 0;
    }

    boolean isRegistered() {
        return user != null && user.isMfaRegistered();
    }

    /** Whether the person can do MFA now, or does it at home (EXT-01). */
    boolean canDoMfa() {
        return alone.canDoMfa;
    }

    boolean isDirectConnect() {
        return key.guestType() == GuestType.B2B_DIRECT_CONNECT_USER;
    }

    /** Whether a user asks, and no service principal. */
    boolean isUser() {
        return user != null;
    }

    private boolean isExternal() {
        return key.guestType() != null && key.guestType() != GuestType.INTERNAL_GUEST;
    }

    /** Whether the tenant does not look at the person's device (CA-DEV-12). */
    boolean hidesDevice() {
        Directory.Organization tenant = world.directory.organization();
        return isExternal() && !tenant.isCompliantDeviceAccepted() && !tenant.isHybridAzureADJoinedDeviceAccepted();
    }

    // ---- what a policy asks

    /** The one clause that nothing meets. */
    static final List<List<Literal>> BLOCK = List.of(List.of());
    /** Token protection, which the session of an attacker does not have (SS-07). */
    static final String TOKEN_PROTECTION = "secureSignInSession";

    /**
     * What a policy asks of these people: clauses that all have to be met, each by one of its literals; an empty one cannot be met.
     *
     * @param facet where it asks
     */
    List<List<Literal>> clauses(CompiledPolicy policy, Facet facet) {
        return clauses(policy, kind, facet);
    }

    private List<List<Literal>> clauses(CompiledPolicy policy, Kind of, Facet facet) {
        return clauses(policy, of, facet, of == Kind.REGISTRATION);
    }

    /** @param isDischarging whether registering meets what {@linkplain #isDischargedByRegistering it may} */
    private List<List<Literal>> clauses(CompiledPolicy policy, Kind of, Facet facet, boolean isDischarging) {
        Grant grant = of == Kind.DEVICE ? policy.grantForDeviceRegistration() : policy.grant();
        if (grant.isBlock() || facet.isWithoutPosition()) {
            return BLOCK;
        }
        boolean isRiskBased = policy.policy().conditions().isRiskBased();
        List<List<Literal>> clauses = new ArrayList<>();
        List<Literal> either = new ArrayList<>();
        boolean isMet = grant.operands().isEmpty();
        boolean isForgiven = false;
        boolean canBeAsked = false;
        for (Control control : grant.operands()) {
            Claims able = facet.isOverActiveSync() ? bestOverActiveSync : best;
            List<Literal> own = able.status(control) == Status.FAILED ? List.of() : List.of(new Literal.Grant(literal(control),
                    isRiskBased && !isRegistered() && needsRegistration(control, alone)));
            boolean isEnforced = control.kind() == Control.Kind.ENFORCED_MFA && alone.status(control) == Status.SATISFIED;
            boolean isDischarged = isEnforced || isDischarging && isDischargedByRegistering(control, policy.policy());
            boolean isExempt = facet.isExempt() && control.kind() == Control.Kind.COMPLIANT_DEVICE;
            isMet |= isDischarged;
            isForgiven |= isExempt;
            canBeAsked |= alone.status(control) != Status.FAILED;
            either.addAll(own);
            if (grant.isAnd() && !isDischarged && !isExempt) {
                clauses.add(own);
            }
        }
        if (!grant.isAnd() && !isMet && !(isForgiven && !canBeAsked)) {                               // DEC-06
            clauses.add(either);
        }
        session(policy, of, clauses);
        return clauses;
    }

    /** A user who registers to do MFA becomes enforced by it (PU-04). */
    private Control literal(Control control) {
        return control.kind() == Control.Kind.ENFORCED_MFA && !canDoMfa() ? Rules.MFA : control;
    }

    private static void session(CompiledPolicy policy, Kind kind, List<List<Literal>> clauses) {
        SessionControls controls = policy.policy().sessionControls();
        if (policy.signInFrequency() != null) {
            clauses.add(List.of(new Literal.Frequency(policy.signInFrequency())));
        }
        if (controls.secureSignInSession()) {
            clauses.add(kind == Kind.LEGACY ? List.of() : List.of(new Literal.Session(TOKEN_PROTECTION)));
        }
        if (controls.persistentBrowser() != null) {
            clauses.add(List.of(session("persistentBrowser", controls.persistentBrowser())));
        }
        if (controls.cloudAppSecurity() != null) {
            clauses.add(List.of(session("cloudAppSecurity", controls.cloudAppSecurity())));
        }
        if (controls.applicationEnforcedRestrictions()) {
            clauses.add(List.of(new Literal.Session("applicationEnforcedRestrictions")));
        }
        if (controls.continuousAccessEvaluation() != null) {
            clauses.add(List.of(session("continuousAccessEvaluation", controls.continuousAccessEvaluation())));
        }
        if (controls.disableResilienceDefaults()) {
            clauses.add(List.of(new Literal.Session("disableResilienceDefaults")));
        }
    }

    private static <E extends Enum<E> & GraphEnum> Literal.Session session(String control, E mode) {
        return new Literal.Session(control + " " + mode.graphName(), mode.ordinal());
    }

    /** Whether registering a first method meets a control of a policy that is not about registrations (REG-12). */
    private boolean isDischargedByRegistering(Control control, ConditionalAccessPolicy policy) {
        return control.kind().isMfa() && !isRegistered() && !isDirectConnect() && policy.conditions().applications().includeUserActions()
                .isEmpty() && !policy.conditions().applications().includesUnknown() && !policy.conditions().isRiskBased();
    }

    // ---- what of it an attacker meets

    /** The value for gaps of what nothing meets. */
    int blocked() {
        return UNMET | USELESS;
    }

    /** The value for gaps of a registration that is asked for in the middle of the request. */
    int registration() {
        return owning == null ? blocked() : UNMET | PROMPTS;
    }

    /** The value for gaps of a block that ends with the registration of another method. */
    int refused() {
        return owning == null ? blocked() : UNMET | REFUSES;
    }

    /** The value for gaps of what a policy asks. Who has registered is asked also for what the registration of a first method meets. */
    int gap(CompiledPolicy policy, List<List<Literal>> clauses, Facet facet) {
        int value = gap(clauses, facet);
        boolean isOwnedInVain = kind == Kind.REGISTRATION && owning != null && !clauses(policy, kind, facet, false).stream()
                .allMatch(clause -> clause.stream().anyMatch(literal -> status(literal, owning, facet) == Status.SATISFIED));
        return isOwnedInVain ? join(value, USELESS) : value;
    }

    /** The value for gaps of clauses. */
    int gap(List<List<Literal>> clauses, Facet facet) {
        int value = 0;
        for (List<Literal> clause : clauses) {
            value = join(value, gapOf(clause, facet));
        }
        return value;
    }

    private int gapOf(List<Literal> clause, Facet facet) {
        Literal pending = null;
        boolean isMetOnceOwned = false;
        for (Literal literal : clause) {
            Status status = status(literal, alone, facet);
            if (status == Status.SATISFIED) {
                return 0;
            }
            pending = pending == null && status == Status.PENDING ? literal : pending;
            isMetOnceOwned |= owning != null && status(literal, owning, facet) == Status.SATISFIED;
        }
        if (!isMetOnceOwned) {
            return blocked();
        }
        boolean prompts = pending instanceof Literal.Grant grant && needsRegistration(grant.control(), alone);
        boolean refuses = pending == null || prompts && ((Literal.Grant) pending).isByRisk();                   // REG-43
        return join(0, UNMET | (prompts ? PROMPTS : 0) | (refuses ? REFUSES : 0));
    }

    /** Whether these people meet a literal on a device that is not registered, or are asked to; at a risk nobody registers (REG-43). */
    boolean canMeetWithoutDevice(Literal literal) {
        return literal instanceof Literal.Grant grant ? !grant.isByRisk() && alone.status(grant.control()) != Status.FAILED
                : !(literal instanceof Literal.Session session && session.control().equals(TOKEN_PROTECTION));
    }

    private Status status(Literal literal, Claims claims, Facet facet) {
        if (literal instanceof Literal.Frequency frequency) {
            boolean waits = frequency.frequency().secondaryOnly() && kind != Kind.LEGACY && user != null && claims != owning;     // SS-12
            return waits ? Status.PENDING : Status.SATISFIED;
        }
        if (literal instanceof Literal.Session session) {
            return session.control().equals(TOKEN_PROTECTION) ? Status.FAILED : Status.SATISFIED;
        }
        return status(((Literal.Grant) literal).control(), claims, facet);
    }

    private static Status status(Control control, Claims claims, Facet facet) {
        Status status = claims.status(control);
        return status == Status.PENDING && control.isPerDevice() && facet.hasDevice() ? Status.SATISFIED : status;       // GR-CTL-26
    }

    /** Whether only registering meets a control that is pending (AS-08, REG-40). */
    private static boolean needsRegistration(Control control, Claims claims) {
        return switch (control.kind()) {
            case ENFORCED_MFA -> true;
            case MFA -> !claims.canDoMfa;
            case AUTHENTICATION_STRENGTH -> !claims.mfaHappensAtHome && (!claims.canDoMfa || claims.needsRegistration(control.strength()));
            default -> false;
        };
    }

    /** Whether some control may ask these people to register: all who have no method, and who have none that a strength accepts. */
    boolean mayHaveToRegister() {
        return user != null && (!isRegistered() || world.strengths.stream().anyMatch(strength -> !alone.mfaHappensAtHome
                && alone.needsRegistration(strength)));
    }

    /** Whether one of these clauses may ask these people to register. */
    boolean mayHaveToRegister(List<List<Literal>> clauses) {
        return clauses.stream().flatMap(List::stream).anyMatch(literal -> literal instanceof Literal.Grant grant
                && needsRegistration(grant.control(), alone));
    }

    /**
     * What of some clauses shows in a decision. Who has to register before an app password (AP-23) is refused what cannot be met, and
     * is asked for nothing else until then, whatever the session has proved.
     */
    List<List<Literal>> shown(List<List<Literal>> clauses) {
        return kind != Kind.APP_PASSWORD || isRegistered() ? clauses : clauses.stream().filter(clause
                -> Rules.ASKS_FOR_MFA.contains(clause) || clause.stream().anyMatch(literal -> literal instanceof Literal.Grant grant
                && grant.isByRisk()) || clause.stream().noneMatch(this::waits)).toList();
    }

    /** Whether a literal that is not met only lets the user wait. */
    private boolean waits(Literal literal) {
        return literal instanceof Literal.Grant grant ? alone.status(grant.control()) != Status.FAILED
                : !(literal instanceof Literal.Session session && session.control().equals(TOKEN_PROTECTION));
    }

    /** The clauses that ask these people to register, until they are met; {@link #BLOCK} where registering opens nothing. */
    List<List<Literal>> prompting(List<List<Literal>> clauses, Lack lack) {
        List<List<Literal>> prompting = new ArrayList<>();
        if (!mayHaveToRegister()) {
            return prompting;
        }
        for (List<Literal> clause : clauses) {
            List<Literal.Grant> able = clause.stream().filter(Literal.Grant.class::isInstance).map(Literal.Grant.class::cast)
                    .filter(literal -> best.status(literal.control()) != Status.FAILED && (literal.control().isPerDevice()
                    || !lack.controls().contains(literal.control()))).toList();
            if (able.isEmpty() && clause.stream().allMatch(Literal.Grant.class::isInstance)) {
                return BLOCK;
            }
            // the first one is asked for (GR-OPR-05)
            Literal.Grant asked = able.stream().filter(this::waits).findFirst().orElse(null);
            boolean isAsked = asked != null && able.stream().noneMatch(literal -> lack.gives(literal.control()))
                    && needsRegistration(asked.control(), alone);
            if (isAsked && !asked.isByRisk() && !isDirectConnect()) {
                prompting.add(clause);
            }
        }
        return prompting;
    }

    /** The value for gaps of a policy that applies to registering security information, in the middle of the request or beside it. */
    int guard(CompiledPolicy policy, Facet facet) {
        boolean refuses = mayHaveToRegister() && forbidsRegistering(policy, facet);
        boolean isOpenAside = owning == null || clauses(policy, Kind.REGISTRATION, facet).stream().allMatch(clause -> clause.stream()
                .anyMatch(literal -> status(literal, registering, facet) == Status.SATISFIED));
        return join(0, (refuses ? REFUSES : 0) | (isOpenAside ? 0 : CLOSED_ASIDE));
    }

    /** What a session has to meet, so that a policy does not refuse to register in the middle of requests that lack something. */
    List<List<Literal>> guarding(CompiledPolicy policy, Facet facet, Lack lack) {
        Grant grant = policy.grant();
        if (grant.isBlock() || facet.isWithoutPosition()) {
            return BLOCK;
        }
        boolean isByName = !policy.policy().conditions().applications().includeUserActions().isEmpty();
        List<List<Literal>> clauses = new ArrayList<>();
        List<Literal> either = new ArrayList<>();
        boolean isMet = grant.operands().isEmpty();
        Control first = null;
        Control failing = null;
        for (Control control : grant.operands()) {
            boolean isAble = best.status(control) != Status.FAILED;
            boolean isEnforced = control.kind() == Control.Kind.ENFORCED_MFA && alone.status(control) == Status.SATISFIED;
            if (isEnforced || isDischargedByRegistering(control, policy.policy()) || isAble && lack.gives(control)) {
                isMet = true;
                continue;
            }
            List<Literal> own = isAble && !lack.controls().contains(control) ? List.of(new Literal.Grant(control, false)) : List.of();
            boolean waits = alone.status(control) != Status.FAILED;
            first = first == null && waits ? control : first;
            failing = failing == null && !waits ? control : failing;
            either.addAll(own);
            if (grant.isAnd() && control == failing && isRemediatedOnceRegistered(control, policy.policy())) {
                break;                                                                                         // AMB-56
            }
            if (!waits || isByName && control.kind().isMfa() && !canDoMfa()) {
                clauses.add(own);
            }
        }
        if (grant.isAnd()) {
            return clauses;
        }
        boolean refuses = !isMet && (first != null ? isByName && first.kind().isMfa() && !canDoMfa()
                : !isRemediatedOnceRegistered(failing, policy.policy()));
        return refuses ? List.of(either) : List.of();
    }

    /** DEC-03: a risk that only registering before would have let the user remediate, of a policy that is not about registering by name. */
    private boolean isRemediatedOnceRegistered(Control control, ConditionalAccessPolicy policy) {
        return (control.kind() == Control.Kind.PASSWORD_CHANGE || control.kind() == Control.Kind.RISK_REMEDIATION)
                && policy.conditions().isRiskBased() && policy.conditions().applications().includeUserActions().isEmpty() && !isRegistered()
                && !isExternal() && key.userType() != UserType.GUEST;
    }

    /** Whether a policy that applies to registering refuses to register in the middle of a sign-in (REG-41, REG-42). */
    private boolean forbidsRegistering(CompiledPolicy policy, Facet facet) {
        ConditionalAccessPolicy.Conditions conditions = policy.policy().conditions();
        Grant grant = policy.grant();
        if (grant.isBlock() || facet.isWithoutPosition()) {
            return true;
        }
        Control failing = null;
        boolean isMet = false;
        List<Control> pending = new ArrayList<>();
        for (Control control : grant.operands()) {
            switch (isDischargedByRegistering(control, policy.policy()) ? Status.SATISFIED : status(control, alone, facet)) {
                case SATISFIED -> isMet = true;
                case PENDING -> pending.add(control);
                case FAILED -> failing = failing == null ? control : failing;
            }
        }
        Status status = Grant.combine(grant.isAnd(), isMet, !pending.isEmpty(), failing != null);
        pending = status != Status.PENDING ? List.of() : grant.isAnd() ? pending : pending.subList(0, 1);
        boolean remediates = status == Status.FAILED && isRemediatedOnceRegistered(failing, policy.policy());
        if (remediates || conditions.applications().includeUserActions().isEmpty() && pending.stream()
                .anyMatch(control -> needsRegistration(control, alone))) {
            return false;
        }
        return status == Status.FAILED || pending.stream().anyMatch(control -> control.kind().isMfa() && !canDoMfa());
    }
}
