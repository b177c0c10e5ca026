package dev.sallyport.suite;

import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.RequestClasses;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Request;
import dev.sallyport.suite.TestCase.Step;
import dev.sallyport.suite.TestRun.Result;
import dev.sallyport.suite.TestRun.Status;
import dev.sallyport.suite.World.Base;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which classes of requests no test that passes enters. A test that changes policies, settings or users enters none: it is about another
 * tenant.
 *
 * @param base    the policies and the directory
 * @param classes the classes of their requests
 */
public record ClassCoverage(Base base, RequestClasses classes) {

    /**
     * The classes of each policy set with a directory, in the order of the tests.
     *
     * @throws PolicyLoadException if device filters compare too much to analyse every combination
     */
    public static List<ClassCoverage> of(List<Result> results) throws PolicyLoadException {
        Map<Base, List<Request>> requests = new IdentityHashMap<>();
        List<Base> bases = new ArrayList<>();
        for (Result result : results) {
            Base base = result.test().world().base();
            if (!requests.containsKey(base)) {
                requests.put(base, new ArrayList<>());
                bases.add(base);
            }
            if (result.status() == Status.PASSED) {
                requests.get(base).addAll(unchanged(result.test()));
            }
        }
        List<ClassCoverage> found = new ArrayList<>();
        for (Base base : bases) {
            found.add(new ClassCoverage(base, Analysis.of(base.engine()).notEntered(requests.get(base))));
        }
        return List.copyOf(found);
    }

    /** The requests of a test before it changes anything. */
    private static List<Request> unchanged(TestCase test) {
        World world = test.world();
        List<Request> requests = new ArrayList<>();
        if (world.engine() == world.base().engine() && world.users().isEmpty()) {
            for (Step step : test.steps()) {
                if (!step.moves().isEmpty()) {
                    break;
                }
                if (step.request() != null) {
                    requests.add(step.request());
                }
            }
        }
        return requests;
    }
}
