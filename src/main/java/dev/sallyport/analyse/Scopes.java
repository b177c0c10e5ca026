package dev.sallyport.analyse;

import dev.sallyport.analyse.Invariants.Requires;
import dev.sallyport.analyse.Invariants.Scope;
import dev.sallyport.analyse.Requirements.Literal;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.compile.Control;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.ConditionalAccessPolicy.Conditions;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.ConditionalAccessPolicy.Users;
import dev.sallyport.model.Directory;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Reference;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.References;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Boxes of requests as policies that ask nothing, so that the product's own matching of conditions tells what belongs to them. A
 * {@link World} keeps them apart from the policies of the set.
 *
 * <p>A name is known if the directory, the policy set or a policy has it: a group that is empty today is a name too.
 */
final class Scopes {

    /** A noncharacter, so that no policy has an id like it, and all of them sort before it. */
    private static final String ID = "\uffff";

    private static final Reference ALL = new Reference("All", "All", null);

    private final PolicySet set;
    private final Directory directory;
    private final List<ConditionalAccessPolicy> boxes = new ArrayList<>();
    private final Diagnostics out = new Diagnostics();

    Scopes(PolicySet set, Directory directory) {
        this.set = set;
        this.directory = directory;
    }

    static boolean isScope(ConditionalAccessPolicy policy) {
        return policy.id().startsWith(ID);
    }

    /**
     * Adds a box.
     *
     * @param requires what its requests have to be asked for; {@code null} for nothing
     * @return the number of the box
     */
    int add(Scope scope, @Nullable Requires requires) {
        if (Boolean.TRUE.equals(scope.breakGlass()) && directory.breakGlass().isEmpty()) {
            out.error("SP1413", scope.position(), "the directory declares no break-glass accounts",
                    "add `breakGlass:` to the directory, a list of users and groups");
        }
        return add(conditions(scope), requires, scope.position());
    }

    /** Adds a part that does not count; where there are no break-glass accounts, an exception of them is empty. */
    int addException(Scope scope) {
        return add(conditions(scope), null, scope.position());
    }

    private Conditions conditions(Scope scope) {
        return scope.breakGlass() == null ? scope.conditions() : with(scope.conditions(), breakGlass(scope));
    }

    /** Adds the box of conditions. */
    int add(Conditions conditions, @Nullable Requires requires, Position position) {
        GrantControls grant = requires == null ? null : grant(requires);
        SessionControls session = requires == null || requires.signInFrequency() == null ? SessionControls.NONE
                : new SessionControls(requires.signInFrequency(), null, null, false, false, null, false);
        String id = ID + String.format(Locale.ROOT, "%08d", boxes.size());
        boxes.add(new ConditionalAccessPolicy(id, id, PolicyState.ENABLED, conditions, grant, session, List.of(), position));
        return boxes.size() - 1;
    }

    /** Every control that is named, as one list. */
    private static GrantControls grant(Requires requires) {
        Set<GrantControl> controls = EnumSet.noneOf(GrantControl.class);
        controls.addAll(requires.any());
        controls.addAll(requires.all().builtInControls());
        return new GrantControls(true, controls, requires.all().authenticationStrength(), requires.all().termsOfUse(), List.of());
    }

    private Users breakGlass(Scope scope) {
        Users users = scope.conditions().users();
        List<Reference> accounts = new ArrayList<>();
        List<Reference> groups = new ArrayList<>();
        for (String each : directory.breakGlass()) {
            (directory.user(each) != null ? accounts : groups).add(new Reference(each, each, scope.position()));
        }
        return Boolean.TRUE.equals(scope.breakGlass()) ? new Users(both(users.includeUsers(), accounts), users.excludeUsers(),
                both(users.includeGroups(), groups), users.excludeGroups(), users.includeRoles(), users.excludeRoles(),
                users.includeGuestsOrExternalUsers(), users.excludeGuestsOrExternalUsers())
                : new Users(users.includeUsers(), both(users.excludeUsers(), accounts), users.includeGroups(),
                both(users.excludeGroups(), groups), users.includeRoles(), users.excludeRoles(), users.includeGuestsOrExternalUsers(),
                users.excludeGuestsOrExternalUsers());
    }

    private static List<Reference> both(List<Reference> one, List<Reference> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    private static Conditions with(Conditions old, Users users) {
        return new Conditions(users, old.clientApplications(), old.agents(), old.applications(), old.clientAppTypes(), old.platforms(),
                old.locations(), old.signInRiskLevels(), old.userRiskLevels(), old.servicePrincipalRiskLevels(), old.agentIdRiskLevels(),
                old.insiderRiskLevels(), old.deviceFilter(), old.excludedDeviceStates(), old.transferMethods(), old.times());
    }

    /**
     * The policy set with the boxes beside its policies.
     *
     * @throws PolicyLoadException if a box names what neither the directory nor the policy set knows, with every such name
     */
    PolicySet resolved() throws PolicyLoadException {
        Diagnostics found = new Diagnostics();
        List<ConditionalAccessPolicy> resolved = References.resolve(set.withPolicies(boxes), directory, found).policies();
        Set<String> known = new HashSet<>();
        set.policies().forEach(policy -> references(policy).forEach(each -> known.add(WellKnown.fold(each.text()))));
        Set<Position> named = new HashSet<>();
        boxes.forEach(box -> references(box).filter(each -> known.contains(WellKnown.fold(each.text()))).forEach(each
                -> named.add(each.position())));
        found.toList().stream().filter(Diagnostic::isError).filter(each -> !named.contains(each.position()))
                .forEach(each -> out.add(each.severity(), each.code(), each.position(), each.message(), each.help(), each.rule()));
        if (out.hasErrors()) {
            throw new PolicyLoadException(out.toList());
        }
        return set.withPolicies(Stream.concat(set.policies().stream(), resolved.stream()).toList());
    }

    /** What the conditions of a policy name. */
    private static Stream<Reference> references(ConditionalAccessPolicy policy) {
        Conditions conditions = policy.conditions();
        Users users = conditions.users();
        Stream<List<Reference>> lists = Stream.of(users.includeUsers(), users.excludeUsers(), users.includeGroups(), users.excludeGroups(),
                conditions.applications().includeApplications(), conditions.applications().excludeApplications(),
                conditions.locations() == null ? List.of() : conditions.locations().include(),
                conditions.locations() == null ? List.of() : conditions.locations().exclude(),
                conditions.clientApplications() == null ? List.of() : conditions.clientApplications().includeServicePrincipals(),
                conditions.clientApplications() == null ? List.of() : conditions.clientApplications().excludeServicePrincipals(),
                conditions.clientApplications() == null ? List.of() : conditions.clientApplications().includeAgentIdServicePrincipals(),
                conditions.clientApplications() == null ? List.of() : conditions.clientApplications().excludeAgentIdServicePrincipals());
        return lists.flatMap(List::stream);
    }

    // ---- what is required

    /** The clauses of what is required of requests of a kind, with the controls of its box. Legacy clients and agents sign in each time. */
    static List<List<Literal>> clauses(CompiledPolicy box, Requires requires, Kind kind) {
        List<List<Literal>> clauses = new ArrayList<>();
        List<Literal> any = new ArrayList<>();
        for (Control control : box.grant().operands()) {
            Literal literal = new Literal.Grant(control, false);
            if (requires.any().contains(control.builtIn())) {
                any.add(literal);
            }
            if (control.builtIn() == null || requires.all().builtInControls().contains(control.builtIn())) {
                clauses.add(List.of(literal));
            }
        }
        if (!any.isEmpty()) {
            clauses.add(any);
        }
        if (box.signInFrequency() != null && kind.isOfPeople() && kind != Kind.LEGACY) {
            clauses.add(List.of(new Literal.Frequency(box.signInFrequency())));
        }
        return clauses;
    }

    /** What is required as policies for every request of a kind. */
    static List<ConditionalAccessPolicy> policies(CompiledPolicy box, Requires requires, Kind kind) {
        GrantControls all = box.policy().grantControls();
        List<ConditionalAccessPolicy> policies = new ArrayList<>();
        if (!requires.any().isEmpty()) {
            policies.add(policy("any", new GrantControls(false, requires.any(), null, List.of(), List.of()), SessionControls.NONE, kind));
        }
        GrantControls each = new GrantControls(true, requires.all().builtInControls(), all.authenticationStrength(), all.termsOfUse(),
                List.of());
        if (!each.isEmpty() || requires.signInFrequency() != null) {
            policies.add(policy("all", each.isEmpty() ? null : each, box.policy().sessionControls(), kind));
        }
        return policies;
    }

    private static ConditionalAccessPolicy policy(String id, @Nullable GrantControls grant, SessionControls session, Kind kind) {
        List<String> actions = switch (kind) {
            case REGISTRATION -> List.of(WellKnown.REGISTER_SECURITY_INFO);
            case DEVICE -> List.of(WellKnown.REGISTER_DEVICE);
            default -> List.of();
        };
        Conditions conditions = new Conditions(new Users(List.of(ALL), List.of(), List.of(), List.of(), List.of(), List.of(), null, null),
                null, null, new Applications(actions.isEmpty() ? List.of(ALL) : List.of(), List.of(), actions, List.of(), null, false),
                Set.of(), null, null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of(), Set.of(), null);
        return new ConditionalAccessPolicy(id, id, PolicyState.ENABLED, conditions, grant, session, List.of(), Position.of("invariant"));
    }
}
