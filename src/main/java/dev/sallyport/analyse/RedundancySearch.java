package dev.sallyport.analyse;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Gap.Witness;
import dev.sallyport.analyse.Redundancies.By;
import dev.sallyport.analyse.Redundancies.Conflict;
import dev.sallyport.analyse.Redundancies.Idle;
import dev.sallyport.analyse.Redundancies.Needed;
import dev.sallyport.analyse.Redundancies.Reason;
import dev.sallyport.compile.CompiledPolicy;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.GrantControls;
import dev.sallyport.model.ConditionalAccessPolicy.SessionControls;
import dev.sallyport.model.Decision;
import dev.sallyport.model.GrantControl;
import dev.sallyport.model.PersistentBrowserMode;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.Request;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The search for policies that decide nothing. A policy is superfluous if at every point where it applies every clause that it asks is
 * implied by a clause of another source, of the users of the directory and of those who could exist. Clauses name no control in the
 * negative, so a clause that no other one implies can fail while all others are met: there the policy is needed, and the evaluator is asked
 * with and without it.
 */
final class RedundancySearch {

    private final PolicyEngine engine;
    private final PolicySet set;
    private final UnaryOperator<PolicySet> seen;
    private final MadeUp madeUp;
    /** Of the directory, and of those who could exist. */
    private final List<Shadows> sides = new ArrayList<>();
    /** The policies that are judged are numbered by their order by id, as the compiled ones are. */
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final List<ConditionalAccessPolicy> judged = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * A search of one engine's policies.
     *
     * @param withReportOnly whether report-only policies count as enabled
     * @param seen           the policies that the evaluator sees, which are those of the analysis but in tests
     */
    RedundancySearch(PolicyEngine engine, boolean withReportOnly, UnaryOperator<PolicySet> seen) throws PolicyLoadException {
        this.engine = engine;
        this.seen = seen;
        List<ConditionalAccessPolicy> all = engine.policySet().policies().stream().map(policy -> withReportOnly
                ? GapSearch.enforced(policy) : policy).toList();
        set = engine.policySet().withPolicies(all);
        all.stream().filter(policy -> policy.state() == PolicyState.ENABLED && !isBeyond(policy))
                .sorted(Comparator.comparing(ConditionalAccessPolicy::id)).forEach(policy -> {
                    numbers.put(policy.id(), judged.size());
                    judged.add(policy);
                });
        note(all.stream().filter(policy -> policy.state() == PolicyState.ENABLED && isBeyond(policy)).toList(), "policies with a condition "
                + "that is not evaluated, those of service principals and agents on authentication contexts, and those that ask for one of "
                + "several kinds of MFA are not judged, and make no other one superfluous");
        note(all.stream().filter(policy -> policy.state() == PolicyState.REPORT_ONLY).toList(), "report-only policies do not count");
        PolicySet certain = set.withPolicies(judged);
        sides.add(new Shadows(new World(certain, engine.directory(), engine.now()), false, numbers));
        if (engine.directory().users().isEmpty()) {
            notes.add("the directory has no users: only users who could exist are asked");
        }
        PolicySet bound = OpenNames.bound(certain, engine.directory());
        sides.add(new Shadows(new World(bound, engine.directory(), engine.now()), true, numbers));
        madeUp = new MadeUp(certain, bound, engine.directory());
    }

    private void note(List<ConditionalAccessPolicy> policies, String text) {
        if (!policies.isEmpty()) {
            notes.add(text + ": " + String.join(", ", policies.stream().map(ConditionalAccessPolicy::id).toList()));
        }
    }

    /** Whether a policy may be about less than it seems to, or is about requests that no space holds. */
    private boolean isBeyond(ConditionalAccessPolicy policy) {
        ConditionalAccessPolicy.Conditions conditions = policy.conditions();
        boolean isOfPrincipals = conditions.clientApplications() != null || conditions.agents() != null || conditions.users().includeUsers()
                .stream().anyMatch(each -> each.id().equals(WellKnown.ALL_AGENT_USERS) || isAgent(engine.directory().user(each.id())));
        return isOfPrincipals && !conditions.applications().includeAuthenticationContextClassReferences().isEmpty()
                || GapSearch.isPartly(policy) || isOneOfSeveral(policy.grantControls());
    }

    private static boolean isAgent(@Nullable UserState user) {
        return user != null && user.isAgentUser();
    }

    /** Whether one of several kinds of MFA is asked for: which one the user is asked to register depends on their order (GR-OPR-05). */
    private static boolean isOneOfSeveral(@Nullable GrantControls grant) {
        return grant != null && !grant.isAnd() && grant.builtInControls().stream().filter(control -> control == GrantControl.MFA
                || control == GrantControl.ENFORCED_MFA).count() + (grant.authenticationStrength() == null ? 0 : 1) > 1;
    }

    /** @param done is called after each policy with the share that is done */
    Redundancies found(DoubleConsumer done) {
        List<Idle> idle = new ArrayList<>();
        set.policies().stream().filter(policy -> policy.state() == PolicyState.DISABLED).forEach(policy -> idle.add(new Idle(policy.id(),
                Reason.DISABLED, List.of(), List.of(), true, false, policy.source())));
        Set<Integer> never = new HashSet<>();
        for (int i = 0; i < judged.size(); i++) {
            Idle found = neverApplies(i);
            if (found != null) {
                idle.add(found);
                never.add(i);
            }
        }
        Set<Integer> removed = new LinkedHashSet<>();
        Set<Integer> alone = new LinkedHashSet<>();
        List<Needed> needed = new ArrayList<>();
        int asked = 0;
        for (int policy : narrowestFirst()) {
            done.accept((double) asked++ / judged.size());
            if (never.contains(policy)) {
                continue;
            }
            if (isCovered(policy, removed)) {
                removed.add(policy);
            } else if (isCovered(policy, Set.of())) {
                alone.add(policy);
            } else {
                needed(policy, needed);
            }
        }
        removed.forEach(policy -> idle.add(idle(policy, removed, true)));
        alone.forEach(policy -> idle.add(idle(policy, Set.of(), false)));
        Comparator<String> inOrder = Comparator.comparingInt(id -> indexOf(id));
        idle.sort(Comparator.comparing(Idle::policy, inOrder));
        needed.sort(Comparator.comparing(Needed::policy, inOrder));
        return new Redundancies(List.copyOf(idle), conflicts(never), List.copyOf(needed), List.copyOf(notes), List.copyOf(faults));
    }

    private int indexOf(String id) {
        List<ConditionalAccessPolicy> all = set.policies();
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).id().equals(id)) {
                return i;
            }
        }
        return all.size();
    }

    /** The policies, those that are about the fewest requests first; of equal ones the last. */
    private List<Integer> narrowestFirst() {
        Shadows open = open();
        List<Integer> order = new ArrayList<>(numbers.values());
        Map<Integer, Double> widths = new LinkedHashMap<>();
        order.forEach(policy -> widths.put(policy, open.width(policy)));
        order.sort(Comparator.comparing((Integer policy) -> widths.get(policy)).thenComparing(Comparator.reverseOrder()));
        return order;
    }

    private boolean isCovered(int policy, Set<Integer> without) {
        return sides.stream().noneMatch(side -> side.open(policy, owner -> !without.contains(owner), open -> true));
    }

    // ---- policies that never apply

    private @Nullable Idle neverApplies(int number) {
        ConditionalAccessPolicy policy = judged.get(number);
        List<Shadows> concerned = sides.stream().filter(side -> side.concernsAnyone(number)).toList();
        if (concerned.isEmpty()) {
            return idle(policy, Reason.NO_USER, List.of());
        }
        List<Axis> unmet = concerned.get(concerned.size() - 1).unmet(number);
        if (!unmet.isEmpty()) {
            return unmet.contains(Axis.APPLICATION) ? idle(policy, Reason.NO_APPLICATION, List.of())
                    : idle(policy, Reason.CONTRADICTORY_CONDITIONS, unmet.stream().map(Axis::toString).toList());
        }
        return sides.stream().anyMatch(side -> side.asks(number)) ? null : idle(policy, Reason.ASKS_NOTHING, List.of());
    }

    private static Idle idle(ConditionalAccessPolicy policy, Reason reason, List<String> conditions) {
        return new Idle(policy.id(), reason, conditions, List.of(), true, false, policy.source());
    }

    // ---- policies that others make superfluous

    private Idle idle(int number, Set<Integer> removed, boolean isRemovable) {
        ConditionalAccessPolicy policy = judged.get(number);
        IntPredicate kept = owner -> !removed.contains(owner);
        boolean isBlocked = !open().world().policies.get(number).grant().isBlock() && sides.stream()
                .allMatch(side -> side.isBlocked(number, kept));
        Set<String> names = new LinkedHashSet<>();
        for (Shadows side : sides) {
            side.owners(number, kept, isBlocked).forEach(owner -> names.add(side.name(owner)));
        }
        List<By> by = names.stream().sorted(Comparator.comparingInt(this::indexOf).thenComparing(Comparator.naturalOrder()))
                .map(name -> new By(name, position(name))).toList();
        boolean isSessionOnly = policy.grantControls() == null && policy.sessionControls() != SessionControls.NONE;
        return new Idle(policy.id(), isBlocked ? Reason.BLOCKED : Reason.SHADOWED, List.of(), by, isRemovable, isSessionOnly,
                policy.source());
    }

    /** Of those who could exist. */
    private Shadows open() {
        return sides.get(sides.size() - 1);
    }

    private @Nullable Position position(String rule) {
        Integer number = numbers.get(rule);
        return number == null ? null : judged.get(number).source();
    }

    // ---- policies that are needed

    private void needed(int number, List<Needed> needed) {
        ConditionalAccessPolicy policy = judged.get(number);
        List<String> answers = new ArrayList<>();
        for (Shadows side : sides) {
            World world = side.world();
            Oracle oracleWith = new Oracle(engine, world, seen.apply(world.set));
            Oracle oracleWithout = new Oracle(engine, world, world.set.withPolicies(world.set.policies().stream()
                    .filter(each -> !each.id().equals(policy.id())).toList()));
            boolean isConfirmed = side.open(number, owner -> true, open -> {
                for (SignIn session : side.sessions(open, number)) {
                    Request request = open.space().request(session, open.signals());
                    Person person = open.person();
                    Decision with = oracleWith.decide(request, person);
                    Decision other = oracleWithout.decide(request, person);
                    if (with.outcome() != other.outcome() || !with.sessionControls().equals(other.sessionControls())) {
                        needed.add(new Needed(policy.id(), who(person), new Witness(request, person.state(), person.principal(),
                                !person.isOpen(), person.isOpen() ? madeUp.resources(person, request) : List.of(), with), other));
                        return true;
                    }
                    answers.add(with.outcome() + " (" + with.reason().code() + ") with it and " + other.outcome() + " ("
                            + other.reason().code() + ") without it: " + request);
                }
                return false;
            });
            if (isConfirmed) {
                return;
            }
        }
        faults.add("the analysis says that a decision depends on " + policy.id() + ", and the evaluator decides " + (answers.isEmpty()
                ? "nothing: no request was found" : answers.get(0)));
    }

    private static String who(Person person) {
        List<String> names = person.names().stream().map(Person.Name::toString).toList();
        return !person.isOpen() ? person.name() : names.isEmpty() ? "users that no policy names" : String.join(" and ", names);
    }

    // ---- policies that contradict

    private List<Conflict> conflicts(Set<Integer> never) {
        Shadows open = open();
        List<Conflict> conflicts = new ArrayList<>();
        for (int i = 0; i < judged.size(); i++) {
            ConditionalAccessPolicy policy = judged.get(i);
            if (never.contains(i)) {
                continue;
            }
            CompiledPolicy compiled = open.world().policies.get(i);
            int number = i;
            if (!compiled.grant().isBlock() && !compiled.grant().operands().isEmpty() && sides.stream()
                    .allMatch(side -> side.isBlocked(number, owner -> owner == number))) {
                conflicts.add(new Conflict(policy.id(), null, String.join(compiled.grant().isAnd() ? " and " : " or ", compiled.grant()
                        .operands().stream().map(control -> control.kind().requiredName()).toList()), policy.source()));
            }
            for (int j = 0; j < judged.size(); j++) {
                String control = overruled(policy.sessionControls(), judged.get(j).sessionControls());
                if (control != null && !never.contains(j) && open.overlap(i, j)) {
                    conflicts.add(new Conflict(policy.id(), judged.get(j).id(), control, policy.source()));
                }
            }
        }
        return List.copyOf(conflicts);
    }

    /** The control of the first ones that the second ones contradict; {@code null} for none. */
    private static @Nullable String overruled(SessionControls own, SessionControls others) {
        boolean isNever = own.persistentBrowser() == PersistentBrowserMode.ALWAYS && others.persistentBrowser()
                == PersistentBrowserMode.NEVER;
        return isNever ? "persistentBrowser always" : null;
    }
}
