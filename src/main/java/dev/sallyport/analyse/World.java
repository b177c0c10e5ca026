package dev.sallyport.analyse;

import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Control;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.decide.Claims;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Device;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GuestType;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an analysis is about: policies, a directory and a time; and the session of an attacker who knows a password and nothing else.
 *
 * <p>Such an attacker signs in with one factor, accepts every terms of use, and changes the password where the user may. Absent signals
 * count as Entra takes them, since every request of a space says all that policies look at.
 */
final class World {

    private final PolicySet all;
    final PolicySet set;
    final Directory directory;
    final Instant now;
    final Snapshot snapshot;
    final List<CompiledPolicy> policies;
    /** The boxes of the set; the index of the first one is the number of policies. */
    final List<CompiledPolicy> scopes;
    /** The authentication strengths that policies ask for. */
    final Set<AuthenticationStrength> strengths = new LinkedHashSet<>();
    private final Set<String> terms = new LinkedHashSet<>();
    private final Set<String> custom = new LinkedHashSet<>();
    private final Set<AuthenticationMethodMode> methods = EnumSet.of(AuthenticationMethodMode.PASSWORD);
    private final Map<Instant, World> others = new ConcurrentHashMap<>();
    private boolean isPasswordChanged;

    /** @param of a policy set with resolved references, and with {@link Scopes}; its disabled and report-only policies do not count */
    World(PolicySet of, Directory directory, Instant now) {
        this(of.with(of.securityDefaults(), of.mfaSettings(), of.evaluationSettings().with(UnknownSignals.ENTRA)),
                directory.with(of.catalogue()), now, null);
    }

    private World(PolicySet all, Directory directory, Instant now, @Nullable Snapshot known) {
        this.all = all;
        this.set = all.withPolicies(all.policies().stream().filter(policy -> !Scopes.isScope(policy)).toList());
        this.directory = directory;
        this.now = now;
        this.snapshot = known != null ? known : Snapshot.withoutRules(all, directory);
        List<CompiledPolicy> compiled = IntStream.range(0, snapshot.size()).mapToObj(snapshot::policy).toList();
        this.policies = compiled.stream().filter(policy -> !Scopes.isScope(policy.policy())).toList();
        this.scopes = compiled.subList(policies.size(), compiled.size());
        forEachControl(this::look);
    }

    private void look(Control control) {
        switch (control.kind()) {
            case TERMS_OF_USE -> terms.add(control.id());
            case PASSWORD_CHANGE, RISK_REMEDIATION -> isPasswordChanged = true;
            case CUSTOM -> custom.add(control.id());
            case AUTHENTICATION_STRENGTH -> {
                strengths.add(control.strength());
                if (control.strength().restrictions().isEmpty()) {
                    methods.addAll(Requirements.loneFactors(control.strength()));
                }
            }
            default -> { }
        }
    }

    /** The same policies at another time. */
    World at(Instant time) {
        return time.equals(now) ? this : others.computeIfAbsent(time, any -> new World(all, directory, time, snapshot));
    }

    // ---- sessions

    /** The session of an attacker who knows a password and nothing else, or of a service principal; without signals. */
    SignIn.Builder attack(Person person, Kind kind, Credential credential) {
        SignIn.Builder session = SignIn.builder().createdDateTime(now).clientAppType(kind == Kind.LEGACY ? "other" : "browser");
        UserState user = person.state();
        if (user == null) {
            return session.servicePrincipal(Objects.requireNonNull(person.principal()).id());
        }
        boolean mayChange = isPasswordChanged && user.isMfaRegistered() && !user.isAgentUser() && !user.isExternal();
        return session.user(user.userPrincipalName()).authentication(SignIn.Authentication.builder().credential(credential.graphName())
                .methods(names(methods)).signInDateTime(now).firstFactor("passed").build()).satisfied(satisfied(mayChange, List.of()));
    }

    private SignIn.Satisfied satisfied(boolean isChanged, List<String> factors) {
        return terms.isEmpty() && !isChanged && factors.isEmpty() ? SignIn.Satisfied.NOTHING
                : new SignIn.Satisfied(List.copyOf(terms), isChanged ? true : null, isChanged ? true : null, factors);
    }

    /** A session that proves everything. */
    SignIn provesAll(SignIn session) {
        return proving(session).devicePlatform("iOS")
                .device(new Device("00000000-0000-4000-8000-00000000de02", null, true, true, "ServerAD", Map.of(), Map.of())).build();
    }

    /** The session of an attacker who has registered, and so has added every method. */
    SignIn owns(SignIn session) {
        Set<AuthenticationMethodMode> all = EnumSet.copyOf(methods);
        all.addAll(Claims.REGISTRABLE);
        return session.toBuilder().satisfied(satisfied(isPasswordChanged, List.of())).authentication(session.authentication().toBuilder()
                .mfaDateTime(session.createdDateTime()).aaguid(aaguid()).methods(names(all)).build()).build();
    }

    /** The state of a user whose account an attacker has registered. */
    UserState owned(UserState user) {
        UserState owned = user;
        for (AuthenticationMethodMode method : Claims.REGISTRABLE) {
            owned = Lifecycle.register(owned, method, null, now);
        }
        return owned;
    }

    /**
     * Whether an attacker can register for a user who has not, and own the account then. Where MFA happens at home, users do not own it
     * here, and guests of B2B direct connect register nothing (DEC-01).
     */
    boolean canBeOwned(UserState user) {
        return !user.isMfaRegistered() && !user.isAgentUser() && user.guestType() != GuestType.B2B_DIRECT_CONNECT_USER
                && !(user.isExternal() && directory.organization().isMfaAccepted());
    }

    private static List<String> names(Set<AuthenticationMethodMode> of) {
        return of.stream().map(AuthenticationMethodMode::graphName).toList();
    }

    /** A make of passkey that every restriction allows, or the first that one does; {@code null} without restrictions. */
    private @Nullable String aaguid() {
        List<List<String>> allowed = strengths.stream().flatMap(strength -> strength.restrictions().stream())
                .map(AuthenticationStrength.Restriction::allowedAAGUIDs).filter(list -> !list.isEmpty()).toList();
        return allowed.stream().flatMap(List::stream).filter(each -> allowed.stream().allMatch(list -> list.contains(each))).findFirst()
                .orElse(allowed.isEmpty() ? null : allowed.get(0).get(0));
    }

    /** The session of a user who proves everything that policies ask for, on the same device. */
    SignIn.Builder proving(SignIn session) {
        return session.toBuilder().clientApplication(new SignIn.ClientApplication(true, true))
                .authentication(session.authentication().toBuilder().mfaDateTime(session.createdDateTime())
                        .signInDateTime(session.createdDateTime()).homeTenantMfa(true)
                        .methods(names(EnumSet.allOf(AuthenticationMethodMode.class))).build())
                .satisfied(satisfied(true, List.copyOf(custom)));
    }

    /** The request of a kind that a session makes. */
    static Request request(SignIn session, Kind kind, AuthenticationMethodMode method) {
        return switch (kind) {
            case SIGN_IN, LEGACY, AUTHENTICATION_CONTEXT, WORKLOAD, AGENT -> session;
            case REGISTRATION -> new Registration(session, method.graphName(), null);
            case DEVICE -> new Registration(session, "device", null);
            case APP_PASSWORD -> new Registration(session, "appPassword", null);
        };
    }

    /** The policies that count, and the boxes. */
    List<ConditionalAccessPolicy> everyPolicy() {
        return Stream.concat(policies.stream(), scopes.stream()).map(CompiledPolicy::policy).toList();
    }

    /** Calls back for each kind of control that some policy asks for. */
    void forEachControl(Consumer<Control> told) {
        policies.forEach(policy -> policy.grant().operands().forEach(told));
    }

    /** The registration of a first method in the session of a request. */
    static Registration registering(SignIn session) {
        return new Registration(session.toBuilder().applications(List.of()).scopes(List.of()).authenticationContext(null)
                .azureResourceOperation(null).build(), AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH.graphName(), null);
    }
}
