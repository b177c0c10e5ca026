package dev.sallyport.analyse;

import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Control;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.decide.Claims;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.AuthenticationStrength;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Credential;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Registration;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserType;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What an analysis is about: policies, a directory and a time; and the session of an attacker who knows a password and nothing else.
 *
 * <p>Such an attacker signs in with one factor, accepts every terms of use, and changes the password where the user may. Absent signals
 * count as Entra takes them, since every request of a space says all that policies look at.
 */
final class World {

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
    private final Set<AuthenticationMethodMode> methods = EnumSet.of(AuthenticationMethodMode.PASSWORD);
    private boolean isPasswordChanged;

    /** @param of a policy set with resolved references, and with {@link Scopes}; its disabled and report-only policies do not count */
    World(PolicySet of, Directory directory, Instant now) {
        PolicySet all = of.with(of.securityDefaults(), of.mfaSettings(), of.evaluationSettings().with(UnknownSignals.ENTRA));
        this.set = all.withPolicies(all.policies().stream().filter(policy -> !Scopes.isScope(policy)).toList());
        this.directory = directory;
        this.now = now;
        this.snapshot = Snapshot.withoutRules(all, directory);
        List<CompiledPolicy> compiled = IntStream.range(0, snapshot.size()).mapToObj(snapshot::policy).toList();
        this.policies = compiled.stream().filter(policy -> !Scopes.isScope(policy.policy())).toList();
        this.scopes = compiled.subList(policies.size(), compiled.size());
        forEachControl(this::look);
    }

    private void look(Control control) {
        switch (control.kind()) {
            case TERMS_OF_USE -> terms.add(control.id());
            case PASSWORD_CHANGE, RISK_REMEDIATION -> isPasswordChanged = true;
            case AUTHENTICATION_STRENGTH -> {
                strengths.add(control.strength());
                if (control.strength().restrictions().isEmpty()) {
                    methods.addAll(Requirements.loneFactors(control.strength()));
                }
            }
            default -> { }
        }
    }

    /** The methods of the attacker, by their Graph names. */
    List<String> methods() {
        return methods.stream().map(AuthenticationMethodMode::graphName).toList();
    }

    /** Whether an attacker who has registered can have all of these methods. */
    boolean canHave(Set<AuthenticationMethodMode> combination) {
        return combination.stream().allMatch(method -> methods.contains(method) || Claims.REGISTRABLE.contains(method));
    }

    /** The request of an attacker, without signals. */
    SignIn.Builder attack(UserState user, Kind kind, Credential credential) {
        boolean mayChange = isPasswordChanged && user.isMfaRegistered() && user.userType() != UserType.GUEST && !user.isExternal();
        return SignIn.builder().user(user.userPrincipalName()).createdDateTime(now)
                .clientAppType(kind == Kind.LEGACY ? "other" : "browser")
                .authentication(SignIn.Authentication.builder().credential(credential.graphName()).methods(methods()).signInDateTime(now)
                        .firstFactor("passed").build())
                .satisfied(terms.isEmpty() && !mayChange ? SignIn.Satisfied.NOTHING
                        : new SignIn.Satisfied(List.copyOf(terms), mayChange ? true : null, mayChange ? true : null, List.of()));
    }

    /** The request of a kind that a session makes. */
    static Request request(SignIn session, Kind kind) {
        return switch (kind) {
            case SIGN_IN, LEGACY -> session;
            case REGISTRATION -> new Registration(session, AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH.graphName(), null);
            case DEVICE -> new Registration(session, "device", null);
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
}
