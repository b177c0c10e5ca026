package dev.sallyport.suite;

import dev.sallyport.PolicyEngine;
import dev.sallyport.decide.Facts;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Position;
import dev.sallyport.model.Decision;
import dev.sallyport.model.ReasonCode;
import dev.sallyport.model.Request;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.read.RequestReader;
import dev.sallyport.suite.Expectation.Difference;
import dev.sallyport.suite.TestCase.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Runs tests: side by side, each on users of its own, with results in the order of the tests. */
public final class TestRun {

    private final boolean explains;
    private final Observer observer;

    /** Watches every decision of the tests. Called by several threads at once. */
    public interface Observer {

        /**
         * A request was decided.
         *
         * @param number   the place of the test among all of them
         * @param decision with a row for each policy
         */
        void decided(int number, TestCase test, Decision decision);

        /** A test has ended, after all its decisions; one that is skipped never begins. */
        default void ended(int number, TestCase test, Status status) { }
    }

    /** How a test ended. */
    public enum Status {
        PASSED, FAILED, SKIPPED, UNUSABLE
    }

    /**
     * What a test found.
     *
     * @param failures what was not as expected, by step; empty unless it failed
     * @param unusable what keeps the test from being decided, or {@code null}
     */
    public record Result(TestCase test, Status status, List<Failure> failures, Diagnostic unusable, long nanoseconds) { }

    /**
     * A decision that was not as expected.
     *
     * @param decision explained
     */
    public record Failure(Step step, Decision decision, List<Difference> differences) { }

    /**
     * @param explains whether every decision is explained, which the observer asks for
     * @param observer watches the run
     */
    public TestRun(boolean explains, Observer observer) {
        this.explains = explains;
        this.observer = observer;
    }

    /** Runs all of these. */
    public List<Result> run(List<TestCase> tests) {
        Result[] results = new Result[tests.size()];
        IntStream.range(0, results.length).parallel().forEach(number -> results[number] = run(number, tests.get(number)));
        return Arrays.asList(results);
    }

    private Result run(int number, TestCase test) {
        if (test.skip() != null) {
            return new Result(test, Status.SKIPPED, List.of(), null, 0);
        }
        long started = System.nanoTime();
        List<Failure> failures = new ArrayList<>();
        PolicyEngine engine = test.world().engine();
        Diagnostic unusable = decide(test, engine, explains, (step, user, decision) -> {
            observer.decided(number, test, decision);
            List<Difference> differences = step.expected().compare(decision);
            if (!differences.isEmpty()) {
                failures.add(new Failure(step, explains ? decision : engine.explain(step.request(), user), differences));
            }
            return true;
        });
        Status status = unusable != null ? Status.UNUSABLE : failures.isEmpty() ? Status.PASSED : Status.FAILED;
        observer.ended(number, test, status);
        return new Result(test, status, List.copyOf(failures), unusable, System.nanoTime() - started);
    }

    /** Whether every decision of a test is as expected under another engine for the same world. */
    static boolean passes(TestCase test, PolicyEngine engine) {
        boolean[] passes = {true};
        Diagnostic unusable = decide(test, engine, false, (step, user, decision) -> passes[0] = step.expected().compare(decision)
                .isEmpty());
        return passes[0] && unusable == null;
    }

    private interface Decided {
        /** Whether to go on. */
        boolean with(Step step, UserState user, Decision decision);
    }

    /**
     * Takes the steps of a test in their order, and returns what kept one from being decided, or {@code null}.
     *
     * @param whole whether decisions tell how every policy fared, and not just what is expected
     */
    private static Diagnostic decide(TestCase test, PolicyEngine engine, boolean whole, Decided decided) {
        Map<String, UserState> users = new HashMap<>(test.world().users());
        for (Step step : test.steps()) {
            for (StateMove move : step.moves()) {
                UserState before = users.getOrDefault(move.userId(), engine.directory().user(move.userId()));
                users.put(move.userId(), move.of(before, step.at()));
            }
            if (step.request() == null) {
                continue;
            }
            UserState user = users.isEmpty() ? null : changed(step.request(), engine, users);
            Decision decision = whole ? engine.explain(step.request(), user) : step.expected().decide(engine, step.request(), user);
            ReasonCode reason = decision.reason().code();
            if (reason == ReasonCode.EVALUATION_FAILED || reason == ReasonCode.INVALID_REQUEST && !step.expected().expects(reason)) {
                return unusable(engine, step, decision);
            }
            if (!decided.with(step, user, decision)) {
                return null;
            }
        }
        return null;
    }

    private static UserState changed(Request request, PolicyEngine engine, Map<String, UserState> users) {
        String name = request.signIn().user();
        UserState known = name == null ? null : engine.directory().user(name);
        return known == null ? null : users.get(WellKnown.fold(known.id()));
    }

    private static Diagnostic unusable(PolicyEngine engine, Step step, Decision decision) {
        String message = decision.reason().message();
        if (decision.reason().code() == ReasonCode.EVALUATION_FAILED) {
            return new Diagnostic(Severity.ERROR, "SP1404", message, step.written().position(), null, null);
        }
        Position position = RequestReader.position(step.written(), message.substring(0, message.indexOf(": ")), message);
        String suggestion = Facts.suggestion(step.request(), engine.directory(), engine.policySet().evaluationSettings(), message);
        return new Diagnostic(Severity.ERROR, "SP1401", suggestion, position, null, null);
    }
}
