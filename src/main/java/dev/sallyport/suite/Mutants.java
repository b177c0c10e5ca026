package dev.sallyport.suite;

import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.CompareOptions;
import dev.sallyport.analyse.Comparison;
import dev.sallyport.decide.Condition;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.ConditionalAccessPolicy.Applications;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Decision.PolicyResult;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.PolicyState;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.WellKnown;
import dev.sallyport.suite.World.Base;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes each policy by one step at a time, and finds the changes that no test notices.
 *
 * <h2>Which tests can notice</h2>
 * While the tests run, {@link #decided} notes to which requests each policy applied, and which it missed by one condition alone.
 * A change of a control can be noticed where the policy applied; a change of a condition also where that condition alone kept it
 * from applying; either also where registering was asked for, since policies guard that (REG-41), and where a test expects
 * something of the policy's row. Only those tests are run again, until the first that fails, and under those policies only that
 * took part in one of them.
 */
public final class Mutants implements TestRun.Observer {

    private final List<TestCase> tests;
    private final Map<Base, Map<String, Part>> parts = new IdentityHashMap<>();
    private final Map<String, BitSet> expectedRows = new HashMap<>();
    private final BitSet always = new BitSet();
    private final BitSet registering = new BitSet();

    /** In which tests a policy took part. */
    private static final class Part {
        private final BitSet applied = new BitSet();
        private final Map<String, BitSet> missedBy = new HashMap<>();
    }

    /**
     * What came of the changes.
     *
     * @param tried     how many changes there were
     * @param unnoticed those that no test notices, by policy
     * @param equal     those that no test can notice: it is {@linkplain #proved proved} that every request is decided as before
     */
    public record Report(int tried, List<Unnoticed> unnoticed, List<Mutant> equal) { }

    /**
     * A change that no test notices.
     *
     * @param bases   the policy sets that have the policy
     * @param example a request that is decided otherwise; {@code null} if none is sought, the change is about what is reported, or the set
     *     cannot be analysed
     * @param engine  the policies and the directory of the example; {@code null} without one
     */
    public record Unnoticed(Mutant mutant, List<Base> bases, Comparison.@Nullable Example example, @Nullable PolicyEngine engine) { }

    /** Of the policies of these tests, before they run. */
    public Mutants(List<TestCase> tests) {
        this.tests = tests;
        for (int i = 0; i < tests.size(); i++) {
            TestCase test = tests.get(i);
            PolicySet set = test.world().engine().policySet();
            Map<String, Part> own = parts.computeIfAbsent(test.world().base(), base -> new HashMap<>());
            set.policies().forEach(policy -> own.computeIfAbsent(policy.id(), id -> new Part()));
            for (String id : test.expectedRows()) {
                expectedRows.computeIfAbsent(id, any -> new BitSet()).set(i);
            }
            boolean asksForStatus = test.steps().stream().anyMatch(step -> step.expected() != null && step.expected().asksForStatus());
            always.set(i, asksForStatus || set.evaluationSettings().unknownSignals() == UnknownSignals.STRICT);
        }
    }

    @Override
    public void decided(int number, TestCase test, Decision decision) {
        ReasonCode reason = decision.reason().code();
        if (reason == ReasonCode.REGISTRATION_REQUIRED || reason == ReasonCode.REGISTRATION_NOT_ALLOWED) {
            synchronized (registering) {
                registering.set(number);
            }
        }
        Map<String, Part> own = parts.get(test.world().base());
        for (PolicyResult row : decision.policies()) {
            String condition = row.applies() ? null : Coverage.onlyFailure(row);
            if (row.applies() || condition != null) {
                Part part = own.get(row.id());
                synchronized (part) {
                    (row.applies() ? part.applied : part.missedBy.computeIfAbsent(condition, any -> new BitSet())).set(number);
                }
            }
        }
    }

    /** A change of a policy of a suite. */
    private record Tried(Base base, Mutant mutant) { }

    /** Tries every change; all tests have run and passed. */
    public Report report() {
        List<Tried> all = new ArrayList<>();
        Map<Base, Boolean> bases = new IdentityHashMap<>();
        for (TestCase test : tests) {
            Base base = test.world().base();
            if (bases.put(base, true) == null) {
                for (ConditionalAccessPolicy policy : base.engine().policySet().policies()) {
                    Mutant.of(policy, base.places()).forEach(mutant -> all.add(new Tried(base, mutant)));
                }
            }
        }
        List<Tried> unnoticed = all.parallelStream().filter(tried -> !isNoticed(tried.base(), tried.mutant())).toList();
        // the same file may belong to several suites: a change is noticed when the tests of one of them notice it
        Map<String, Integer> times = new HashMap<>();
        all.forEach(tried -> times.merge(key(tried.mutant()), 1, Integer::sum));
        Map<String, Integer> missed = new HashMap<>();
        unnoticed.forEach(tried -> missed.merge(key(tried.mutant()), 1, Integer::sum));
        Map<String, List<Tried>> left = new LinkedHashMap<>();
        unnoticed.stream().filter(tried -> missed.get(key(tried.mutant())).equals(times.get(key(tried.mutant())))).forEach(tried -> left
                .computeIfAbsent(key(tried.mutant()), any -> new ArrayList<>()).add(tried));
        return new Report(times.size(), left.values().stream().map(alike -> new Unnoticed(alike.get(0).mutant(), alike.stream()
                .map(Tried::base).toList(), null, null)).toList(), List.of());
    }

    /** The same, where it is told how each change shows that no test notices, or that it changes no decision. */
    public static Report proved(Report report) {
        List<Unnoticed> told = new ArrayList<>();
        List<Mutant> equal = new ArrayList<>();
        for (Unnoticed unnoticed : report.unnoticed()) {
            Unnoticed different = different(unnoticed);
            if (different == null) {
                equal.add(unnoticed.mutant());
            } else {
                told.add(different);
            }
        }
        return new Report(report.tried(), List.copyOf(told), List.copyOf(equal));
    }

    /** How a change shows; {@code null} if it is proved that it changes no decision. */
    private static @Nullable Unnoticed different(Unnoticed unnoticed) {
        for (Base base : unnoticed.bases()) {
            PolicySet set = base.engine().policySet();
            Mutant mutant = unnoticed.mutant();
            boolean isReported = set.policies().stream().anyMatch(policy -> policy.id().equals(mutant.policy().id())
                    && policy.state() == PolicyState.REPORT_ONLY);
            if (isReported || set.evaluationSettings().unknownSignals() == UnknownSignals.STRICT) {
                return unnoticed;
            }
            PolicyEngine after = base.engine().plain(set.withPolicies(set.policies().stream().map(policy -> policy.id()
                    .equals(mutant.policy().id()) ? mutant.policy() : policy).toList()));
            try {
                Comparison comparison = Analysis.of(base.engine()).compare(after, CompareOptions.all().withMost(1));
                if (!comparison.changes().isEmpty()) {
                    return new Unnoticed(mutant, unnoticed.bases(), comparison.changes().get(0).classes().get(0).example(), base.engine());
                }
                if (!comparison.isEqual()) {
                    return unnoticed;
                }
            } catch (PolicyLoadException e) {
                return unnoticed;
            }
        }
        return null;
    }

    private static String key(Mutant mutant) {
        return mutant.policy().id() + " " + mutant.position() + " " + mutant.change();
    }

    private boolean isNoticed(Base base, Mutant mutant) {
        BitSet candidates = candidates(base, mutant);
        Map<World, List<Integer>> byWorld = new LinkedHashMap<>();
        candidates.stream().filter(number -> tests.get(number).skip() == null && tests.get(number).world().base() == base)
                .forEach(number -> byWorld.computeIfAbsent(tests.get(number).world(), world -> new ArrayList<>()).add(number));
        for (Map.Entry<World, List<Integer>> entry : byWorld.entrySet()) {
            PolicyEngine engine = engine(entry.getKey(), entry.getValue(), mutant);
            if (engine != null && entry.getValue().stream().anyMatch(number -> !TestRun.passes(tests.get(number), engine))) {
                return true;
            }
        }
        return false;
    }

    private BitSet candidates(Base base, Mutant mutant) {
        BitSet candidates = (BitSet) always.clone();
        candidates.or(expectedRows.getOrDefault(mutant.policy().id(), new BitSet()));
        Part part = parts.get(base).get(mutant.policy().id());
        if (part == null) {
            return candidates;
        }
        if (guardsRegistration(mutant.policy())) {
            candidates.or(registering);
        }
        if (mutant.condition() != null) {
            candidates.or(part.missedBy.getOrDefault(mutant.condition().logName(), new BitSet()));
        }
        if (mutant.condition() != Condition.USERS) {
            candidates.or(part.applied);
        }
        return candidates;
    }

    /** Whether a policy is about registration, by a user action or for all applications (CA-ACT-01, CA-ACT-06). */
    private static boolean guardsRegistration(ConditionalAccessPolicy policy) {
        Applications target = policy.conditions().applications();
        return target.includeUserActions().contains(WellKnown.REGISTER_SECURITY_INFO)
                || target.targetsApplications() && target.includeApplications().stream().anyMatch(each -> each.id().equals("All"));
    }

    /** The world with the policy changed and without those that take part in none of the tests; {@code null} if the policy does not. */
    private PolicyEngine engine(World world, List<Integer> numbers, Mutant mutant) {
        PolicySet old = world.engine().policySet();
        if (old.policies().stream().noneMatch(policy -> policy.id().equals(mutant.policy().id()))) {
            return null;
        }
        BitSet run = new BitSet();
        numbers.forEach(run::set);
        Map<String, Part> own = parts.get(world.base());
        List<ConditionalAccessPolicy> taking = new ArrayList<>();
        for (ConditionalAccessPolicy policy : old.policies()) {
            if (policy.id().equals(mutant.policy().id())) {
                taking.add(mutant.policy());
            } else if (run.intersects(always) || own.get(policy.id()).applied.intersects(run) || run.intersects(registering)
                    && guardsRegistration(policy)
                    || expectedRows.getOrDefault(policy.id(), new BitSet()).intersects(run)) {
                taking.add(policy);
            }
        }
        return world.engine().plain(old.withPolicies(taking));
    }
}
