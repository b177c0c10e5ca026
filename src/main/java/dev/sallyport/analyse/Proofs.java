package dev.sallyport.analyse;

import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.compile.Control;
import dev.sallyport.decide.Claims;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy.SignInFrequency;
import dev.sallyport.model.SignIn;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes a session prove what is asked, and no more: what a user does who answers prompts. */
final class Proofs {

    private static final String PASSWORD = AuthenticationMethodMode.PASSWORD.graphName();

    private final World world;

    Proofs(World world) {
        this.world = world;
    }

    /**
     * The session of a user who has given a password just now and nothing else.
     *
     * @param signals the values of the request
     */
    SignIn begin(Person person, List<Signal> signals) {
        String credential = PASSWORD;
        Instant now = world.now;
        for (Signal signal : signals) {
            now = signal instanceof Signal.Time time ? time.instant() : now;
            credential = signal instanceof Signal.Secret secret ? secret.credential().graphName() : credential;
        }
        SignIn.Builder session = SignIn.builder().createdDateTime(now).clientAppType("browser");
        if (person.state() == null) {
            session.servicePrincipal(Objects.requireNonNull(person.principal()).id());
        } else {
            session.user(person.state().userPrincipalName()).authentication(SignIn.Authentication.builder().credential(credential)
                    .methods(List.of(PASSWORD)).signInDateTime(now).firstFactor("passed").homeTenantMfa(false).build());
        }
        signals.forEach(signal -> signal.into(session));
        return session.build();
    }

    /** The session with a first factor that no strength to be avoided accepts alone. */
    static SignIn withoutLoneFactors(SignIn session, List<Literal> avoided) {
        Set<AuthenticationMethodMode> accepted = EnumSet.noneOf(AuthenticationMethodMode.class);
        for (Literal literal : avoided) {
            if (literal instanceof Literal.Grant grant && grant.control().kind() == Control.Kind.AUTHENTICATION_STRENGTH) {
                accepted.addAll(Requirements.loneFactors(grant.control().strength()));
            }
        }
        AuthenticationMethodMode factor = Requirements.FIRST_FACTORS.stream().filter(each -> !accepted.contains(each)).findFirst()
                .orElse(AuthenticationMethodMode.VOICE);
        return accepted.isEmpty() ? session : session.toBuilder().authentication(session.authentication().toBuilder()
                .methods(List.of(factor.graphName())).build()).build();
    }

    /**
     * A session that meets clauses as well, each by its first literal that the request allows and that is not to be avoided.
     *
     * @param avoided literals that the session does not meet where it can be helped; it does not meet one that implies them either
     * @return {@code null} if a clause has no such literal
     */
    @Nullable SignIn meeting(SignIn session, List<List<Literal>> clauses, List<Literal> avoided, List<Signal> signals) {
        SignIn proving = session;
        for (List<Literal> clause : clauses) {
            Literal chosen = clause.stream().filter(literal -> isPossible(literal, signals) && avoided.stream()
                    .noneMatch(each -> Requirements.implies(literal, each))).findFirst().orElse(null);
            proving = chosen == null ? null : with(proving, chosen, avoided);
            if (proving == null) {
                return null;
            }
        }
        return proving;
    }

    /** Whether a request has what a literal needs. */
    static boolean isPossible(Literal literal, List<Signal> signals) {
        return Needs.of(literal).stream().allMatch(need -> signals.stream().filter(each -> each.axis() == need.axis())
                .allMatch(need::isMetBy));
    }

    /** The session with what a literal asks; {@code null} if that meets an avoided strength, or can be proved by no method. */
    @Nullable SignIn with(SignIn session, Literal literal, List<Literal> avoided) {
        SignIn.Authentication proved = session.authentication();
        if (literal instanceof Literal.Frequency) {
            SignIn.Authentication.Builder fresh = proved.toBuilder().signInDateTime(now(session));
            return session.toBuilder().authentication((proved.mfaDateTime() == null ? fresh : fresh.mfaDateTime(now(session))).build())
                    .session(session.session().toBuilder().startedDateTime(now(session)).primaryRefreshTokenDateTime(null).build())
                    .build();
        }
        if (literal instanceof Literal.Session control) {
            return control.control().equals(Profile.TOKEN_PROTECTION) ? session.toBuilder().session(session.session().toBuilder()
                    .isTokenProtected(true).build()).build() : session;
        }
        Control control = ((Literal.Grant) literal).control();
        SignIn.Satisfied met = session.satisfied();
        return switch (control.kind()) {
            case MFA, ENFORCED_MFA -> session.toBuilder().authentication(proved.toBuilder().mfaDateTime(now(session)).build()).build();
            case AUTHENTICATION_STRENGTH -> strength(session, control.strength(), avoided);
            case APPROVED_APPLICATION -> session.toBuilder().clientApplication(new SignIn.ClientApplication(true, session
                    .clientApplication().isProtected())).build();
            case COMPLIANT_APPLICATION -> session.toBuilder().clientApplication(new SignIn.ClientApplication(session.clientApplication()
                    .isApproved(), true)).build();
            case PASSWORD_CHANGE -> session.toBuilder().satisfied(new SignIn.Satisfied(met.termsOfUse(), true, met.riskRemediated(),
                    met.customAuthenticationFactors())).build();
            case RISK_REMEDIATION -> session.toBuilder().satisfied(new SignIn.Satisfied(met.termsOfUse(), met.passwordChanged(), true,
                    met.customAuthenticationFactors())).build();
            case TERMS_OF_USE -> session.toBuilder().satisfied(new SignIn.Satisfied(with(met.termsOfUse(), control.id()),
                    met.passwordChanged(), met.riskRemediated(), met.customAuthenticationFactors())).build();
            case CUSTOM -> session.toBuilder().satisfied(new SignIn.Satisfied(met.termsOfUse(), met.passwordChanged(),
                    met.riskRemediated(), with(met.customAuthenticationFactors(), control.id()))).build();
            case COMPLIANT_DEVICE, DOMAIN_JOINED_DEVICE -> session;
            case BLOCK, NOT_UNDERSTOOD -> null;
        };
    }

    private Instant now(SignIn session) {
        return session.createdDateTime() != null ? session.createdDateTime() : world.now;
    }

    private static List<String> with(List<String> names, String more) {
        Set<String> all = new LinkedHashSet<>(names);
        all.add(more);
        return List.copyOf(all);
    }

    private @Nullable SignIn strength(SignIn session, AuthenticationStrength strength, List<Literal> avoided) {
        Set<AuthenticationMethodMode> used = EnumSet.noneOf(AuthenticationMethodMode.class);
        for (AuthenticationMethodMode method : AuthenticationMethodMode.values()) {
            if (session.authentication().methods().contains(method.graphName())) {
                used.add(method);
            }
        }
        List<Set<AuthenticationMethodMode>> forbidden = new ArrayList<>();
        boolean isMfaAvoided = false;
        for (Literal literal : avoided) {
            if (literal instanceof Literal.Grant grant && grant.control().kind() == Control.Kind.AUTHENTICATION_STRENGTH) {
                forbidden.addAll(grant.control().strength().allowedCombinations());
            }
            isMfaAvoided |= literal instanceof Literal.Grant grant && grant.control().kind() == Control.Kind.MFA;
        }
        Set<AuthenticationMethodMode> lone = Requirements.loneFactors(strength);
        List<Set<AuthenticationMethodMode>> combinations = new ArrayList<>(strength.allowedCombinations());
        combinations.sort(Comparator.comparing(Proofs::effort));
        for (Set<AuthenticationMethodMode> combination : combinations) {
            boolean needsMfa = combination.size() > 1 || !lone.containsAll(combination);
            Set<AuthenticationMethodMode> all = EnumSet.noneOf(AuthenticationMethodMode.class);
            all.addAll(used);
            all.addAll(combination);
            if (!(needsMfa && isMfaAvoided) && forbidden.stream().noneMatch(all::containsAll)) {
                SignIn.Authentication.Builder proved = session.authentication().toBuilder().methods(all.stream()
                        .map(AuthenticationMethodMode::graphName).toList());
                for (AuthenticationStrength.Restriction restriction : strength.restrictions()) {
                    restrict(proved, restriction);
                }
                Instant mfa = needsMfa ? now(session) : session.authentication().mfaDateTime();
                return session.toBuilder().authentication(proved.mfaDateTime(mfa).build()).build();
            }
        }
        return null;
    }

    /** Lower for what more users can prove: a guest here and not at home (AS-13), and who registers a device (CA-ACT-03). */
    private static int effort(Set<AuthenticationMethodMode> combination) {
        return combination.stream().mapToInt(method -> method == AuthenticationMethodMode.FIDO2 ? 1 : method
                == AuthenticationMethodMode.PASSWORD || Claims.REGISTRABLE.contains(method) ? 0 : method
                == AuthenticationMethodMode.WINDOWS_HELLO_FOR_BUSINESS ? 3 : 2).max().orElse(0);
    }

    private static void restrict(SignIn.Authentication.Builder proved, AuthenticationStrength.Restriction restriction) {
        if (!restriction.allowedAAGUIDs().isEmpty()) {
            proved.aaguid(restriction.allowedAAGUIDs().get(0));
        }
        if (!restriction.allowedIssuerSkis().isEmpty()) {
            proved.certificateIssuerSki(restriction.allowedIssuerSkis().get(0));
        }
        if (!restriction.allowedPolicyOIDs().isEmpty()) {
            proved.certificatePolicyOids(List.of(restriction.allowedPolicyOIDs().get(0)));
        }
    }

    /** The session as old as a frequency does not allow, by one second. */
    SignIn aged(SignIn session, SignInFrequency frequency) {
        Instant begin = now(session).minusSeconds(frequency.seconds() + 1);
        SignIn.Authentication proved = session.authentication();
        Instant mfa = proved.mfaDateTime() == null ? null : frequency.secondaryOnly() ? begin : proved.mfaDateTime();
        return session.toBuilder().authentication(proved.toBuilder().mfaDateTime(mfa).signInDateTime(frequency.secondaryOnly()
                ? proved.signInDateTime() : begin).build()).build();
    }
}
