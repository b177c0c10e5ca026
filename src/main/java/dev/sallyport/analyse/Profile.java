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
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GraphEnum;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.PerUserMfaState;
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
import java.util.Map;
import java.util.Set;

/**
 * What counts of a person beside the policies that are about them: people with equal {@linkplain Key keys} can meet the same controls, and
 * the same rules beside Conditional Access ask the same of them. What a control is to them comes from {@link Claims}, as in a decision.
 */
final class Profile {

    /**
     * What two people have in common.
     *
     * @param methods             the usable methods
     * @param isPerUserGrace      whether registration may wait under per-user MFA (PU-13)
     * @param isDefaultsGrace     whether registration may wait under security defaults (SD-REG-02)
     * @param isAdministrator     whether the person has a role of SD-MFA-01
     * @param synchronises        whether security defaults leave the person out (SD-10)
     * @param isRevoked           whether sessions that begin now are revoked (RV-01)
     */
    record Key(boolean isEnabled, UserType userType, GuestType guestType, Set<AuthenticationMethodMode> methods, PerUserMfaState perUser,
            boolean hasAppPasswords, boolean isPerUserGrace, boolean isDefaultsGrace, boolean isAdministrator, boolean synchronises,
            boolean isRevoked) {

        static Key of(UserState user, World world) {
            Set<AuthenticationMethodMode> methods = EnumSet.noneOf(AuthenticationMethodMode.class);
            user.authenticationMethods().stream().filter(UserState.AuthenticationMethod::isUsable).forEach(each
                    -> methods.add(each.method()));
            Set<String> roles = user.roles().isEmpty() ? Set.of() : Directory.roleIdsOf(user);
            Integer days = world.set.securityDefaults().registrationGracePeriodDays();
            int defaultsDays = days != null ? days : world.now.isBefore(GRACE_PERIOD_REMOVED) ? 14 : 0;
            Instant validFrom = user.signInSessionsValidFromDateTime();
            return new Key(user.accountEnabled(), user.userType(), user.guestType(), methods, user.perUserMfaState(),
                    !user.appPasswords().isEmpty(),
                    isWithin(user.perUserMfaEnabledDateTime(), world.set.mfaSettings().registrationGracePeriodDays(), world.now),
                    isWithin(user.firstSignInDateTime(), defaultsDays, world.now),
                    !Collections.disjoint(Directory.roleIdsInAnyScopeOf(user), Roles.ALWAYS_MFA),
                    !Collections.disjoint(roles, Roles.EXEMPT), validFrom != null && !world.now.isAfter(validFrom));
        }

        private static boolean isWithin(Instant begin, int days, Instant now) {
            return begin != null && !begin.isAfter(now.plus(CLOCK_SKEW)) && now.isBefore(begin.plus(Duration.ofDays(days)));
        }
    }

    /** Values of gaps, as bits: joined by {@link #join}. None of them is a password alone. */
    static final int REGISTER = 1;
    static final int CLOSED = 2;
    /** A policy refuses to register here (REG-41); it matters where a user has to. */
    static final int GUARDED = 4;
    /** What an attacker meets who had to register for another reason, such as MFA that must be fresh (SS-12). */
    static final int ONCE_REGISTERED = 8;

    private static final Instant GRACE_PERIOD_REMOVED = Instant.parse("2024-07-29T00:00:00Z");       // SD-REG-03
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    final Key key;
    private final World world;
    private final Kind kind;
    private final UserState user;
    /** What the session of an attacker is to controls; without a device. */
    private final Claims alone;
    /** What a session that proves everything is to them. */
    private final Claims best;

    /** @param user any of those who have the key */
    Profile(Key key, UserState user, Kind kind, World world) {
        this.key = key;
        this.world = world;
        this.kind = kind;
        this.user = user;
        SignIn session = world.attack(user, kind, Credential.PASSWORD).build();
        alone = claims(session);
        best = claims(world.proving(session).devicePlatform("iOS")
                .device(new Device("00000000-0000-4000-8000-00000000de02", null, true, true, "ServerAD", Map.of(), Map.of())).build());
    }

    private Claims claims(SignIn session) {
        try {
            return new Claims(new Facts(World.request(session, kind), user, world.directory, world.set.evaluationSettings(), world.now),
                    world.set.mfaSettings());
        } catch (InvalidRequestException e) {
            throw new IllegalStateException("a request of the analysis is invalid: " + e.getMessage(), e);
        }
    }

    /** What is asked together, of values of gaps. */
    static int join(int a, int b) {
        int both = a | b;
        return (both & CLOSED) != 0 || (both & (REGISTER | GUARDED)) == (REGISTER | GUARDED) ? CLOSED : both;
    }

    /** Whether a password alone is enough, where nothing more is asked than this value. */
    static boolean isOpen(int value) {
        return value == 0 || value == GUARDED;
    }

    /** Whether it is enough for an attacker who registers first. */
    static boolean isOpenByRegistering(int value) {
        return (value & (CLOSED | REGISTER)) == REGISTER;
    }

    boolean isRegistered() {
        return user.isMfaRegistered();
    }

    /** Whether the person can do MFA now, or does it at home (EXT-01). */
    boolean canDoMfa() {
        return alone.canDoMfa;
    }

    boolean isDirectConnect() {
        return key.guestType() == GuestType.B2B_DIRECT_CONNECT_USER;
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

    /** What a policy asks of these people: clauses that all have to be met, each by one of its literals; an empty one cannot be met. */
    List<List<Literal>> clauses(CompiledPolicy policy) {
        Grant grant = grant(policy);
        if (grant.isBlock()) {
            return BLOCK;
        }
        boolean isRiskBased = policy.policy().conditions().isRiskBased();
        List<List<Literal>> clauses = new ArrayList<>();
        List<Literal> either = new ArrayList<>();
        boolean isMet = grant.operands().isEmpty();
        for (Control control : grant.operands()) {
            List<Literal> own = best.status(control) == Status.FAILED ? List.of() : List.of(new Literal.Grant(control,
                    isRiskBased && !isRegistered() && needsRegistration(control)));
            boolean isDischarged = isDischarged(control, policy.policy());
            isMet |= isDischarged;
            either.addAll(own);
            if (grant.isAnd() && !isDischarged) {
                clauses.add(own);
            }
        }
        if (!grant.isAnd() && !isMet) {
            clauses.add(either);
        }
        session(policy, clauses);
        return clauses;
    }

    private void session(CompiledPolicy policy, List<List<Literal>> clauses) {
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

    /** The one clause that nothing meets. */
    static final List<List<Literal>> BLOCK = List.of(List.of());
    /** Token protection, which the session of an attacker does not have (SS-07). */
    static final String TOKEN_PROTECTION = "secureSignInSession";

    private Grant grant(CompiledPolicy policy) {
        return kind == Kind.DEVICE ? policy.grantForDeviceRegistration() : policy.grant();
    }

    /** Whether the registration that is asked for meets a control (REG-12). */
    private boolean isDischarged(Control control, ConditionalAccessPolicy policy) {
        return kind == Kind.REGISTRATION && isDischargedByRegistering(control, policy);
    }

    private boolean isDischargedByRegistering(Control control, ConditionalAccessPolicy policy) {
        return control.kind().isMfa() && !isRegistered() && !isDirectConnect() && policy.conditions().applications().includeUserActions()
                .isEmpty() && !policy.conditions().applications().includesUnknown() && !policy.conditions().isRiskBased();
    }

    /**
     * The value of clauses for gaps: of each the best that an attacker can do about it. Of clauses as policies have them, since a user who
     * can meet one literal of a clause may be asked for another one (GR-OPR-05).
     *
     * @param hasDevice whether the device is registered, as terms of use may ask (GR-CTL-26)
     */
    int gap(List<List<Literal>> clauses, boolean hasDevice) {
        int value = 0;
        for (List<Literal> clause : clauses) {
            int least = CLOSED;
            for (Literal literal : clause) {
                int each = gap(literal, hasDevice);
                least = each == 0 || least == 0 ? 0 : each == REGISTER || least == CLOSED ? each : least;
            }
            value = join(value, least);
        }
        return value;
    }

    private int gap(Literal literal, boolean hasDevice) {
        if (literal instanceof Literal.Frequency frequency) {
            return frequency.frequency().secondaryOnly() && kind != Kind.LEGACY ? ONCE_REGISTERED : 0;
        }
        if (literal instanceof Literal.Session session) {
            return session.control().equals(TOKEN_PROTECTION) ? CLOSED : 0;
        }
        Literal.Grant grant = (Literal.Grant) literal;
        return switch (status(grant.control(), hasDevice)) {
            case SATISFIED -> 0;
            case FAILED -> CLOSED;
            case PENDING -> isRegistered() || !isMetOnceRegistered(grant.control()) ? CLOSED : !needsRegistration(grant.control())
                    ? ONCE_REGISTERED : grant.isByRisk() ? CLOSED : REGISTER;
        };
    }

    private Status status(Control control, boolean hasDevice) {
        Status status = alone.status(control);
        return status == Status.PENDING && control.isPerDevice() && hasDevice ? Status.SATISFIED : status;
    }

    /** Whether an attacker who has registered meets a control: the account is theirs then, with every method that can be registered. */
    private boolean isMetOnceRegistered(Control control) {
        return switch (control.kind()) {
            case ENFORCED_MFA, MFA -> true;
            case AUTHENTICATION_STRENGTH -> control.strength().allowedCombinations().stream().anyMatch(world::canHave);
            default -> false;
        };
    }

    /** Whether only registering meets a control that is pending (AS-08, REG-40). */
    private boolean needsRegistration(Control control) {
        return switch (control.kind()) {
            case ENFORCED_MFA -> true;
            case MFA -> !canDoMfa();
            case AUTHENTICATION_STRENGTH -> !alone.mfaHappensAtHome && (!canDoMfa() || alone.needsRegistration(control.strength()));
            default -> false;
        };
    }

    /** Whether some control may ask these people to register: all who have no method, and who have none that a strength accepts. */
    boolean mayHaveToRegister() {
        return !isRegistered() || world.strengths.stream().anyMatch(strength -> !alone.mfaHappensAtHome
                && alone.needsRegistration(strength));
    }

    /** Whether one of these clauses may ask these people to register. */
    boolean mayHaveToRegister(List<List<Literal>> clauses) {
        return clauses.stream().flatMap(List::stream).anyMatch(literal -> literal instanceof Literal.Grant grant
                && needsRegistration(grant.control()));
    }

    /**
     * Whether a policy that applies to registering security information refuses to register in the middle of a sign-in (REG-41, REG-42).
     */
    boolean forbidsRegistering(CompiledPolicy policy, boolean hasDevice) {
        ConditionalAccessPolicy.Conditions conditions = policy.policy().conditions();
        Grant grant = policy.grant();
        if (grant.isBlock()) {
            return true;
        }
        Control failing = null;
        boolean isMet = false;
        List<Control> pending = new ArrayList<>();
        for (Control control : grant.operands()) {
            switch (isDischargedByRegistering(control, policy.policy()) ? Status.SATISFIED : status(control, hasDevice)) {
                case SATISFIED -> isMet = true;
                case PENDING -> pending.add(control);
                case FAILED -> failing = failing == null ? control : failing;
            }
        }
        Status status = Grant.combine(grant.isAnd(), isMet, !pending.isEmpty(), failing != null);
        pending = status != Status.PENDING ? List.of() : grant.isAnd() ? pending : pending.subList(0, 1);
        boolean isRemediation = status == Status.FAILED && (failing.kind() == Control.Kind.PASSWORD_CHANGE
                || failing.kind() == Control.Kind.RISK_REMEDIATION);
        boolean remediates = isRemediation && conditions.isRiskBased() && !isRegistered() && !isExternal()
                && key.userType() != UserType.GUEST;
        if (conditions.applications().includeUserActions().isEmpty() && (remediates || pending.stream()
                .anyMatch(this::needsRegistration))) {
            return false;
        }
        return status == Status.FAILED || pending.stream().anyMatch(control -> control.kind().isMfa() && !canDoMfa());
    }
}
