package dev.sallyport.benchmark;

import dev.sallyport.Decision;
import dev.sallyport.PolicyEngine;
import dev.sallyport.Request;
import dev.sallyport.SignIn;
import dev.sallyport.decide.Facts;
import dev.sallyport.decide.NaiveEvaluator;
import dev.sallyport.decide.Ruling;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole decision, from the strings of a request to outcome, reason and controls, by the fast evaluator and by the naive one.
 * Both are given the same 4,096 requests in turn, and their answers are compared before anything is measured.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(value = 1, jvmArgs = {"-Xms1g", "-Xmx1g"})
public class DecisionBenchmark {

    /** How many enabled policies there are. */
    @Param({"10", "240", "1000"})
    public int policies;

    private PolicyEngine engine;
    private NaiveEvaluator naive;
    private Company company;
    private SignIn[] signIns;
    private int next;

    /** Builds the company and compares the evaluators on every request. */
    @Setup
    public void build() throws Exception {
        company = new Company(policies, 7);
        engine = company.engine();
        naive = new NaiveEvaluator(engine.policySet(), company.directory());
        signIns = company.signIns(4096);
        int applying = 0;
        for (SignIn signIn : signIns) {
            Decision decision = engine.evaluate(signIn);
            Ruling ruling = naive(signIn);
            if (decision.outcome() != ruling.outcome() || decision.reason().code() != ruling.reason() || !decision.reason().policies().equals(ruling.policies())) {
                throw new IllegalStateException("the evaluators disagree on " + signIn);
            }
            applying += naive.applying(facts(signIn)).size();
        }
        System.out.printf("%n# %d policies, of which %.1f apply on average%n", policies, applying / (double) signIns.length);
    }

    private Request next() {
        return signIns[next++ & 4095];
    }

    private Facts facts(Request request) throws Exception {
        return new Facts(request, null, company.directory(), engine.policySet().evaluationSettings(), Instant.EPOCH);
    }

    private Ruling naive(Request request) throws Exception {
        return naive.decide(facts(request));
    }

    /** The product. */
    @Benchmark
    public Decision fast() {
        return engine.evaluate(next());
    }

    /** Plain Java over names and sets. */
    @Benchmark
    public Ruling naive() throws Exception {
        return naive(next());
    }

    /** The product with the explanation of every policy. */
    @Benchmark
    public Decision explained() {
        return engine.explain(next());
    }
}
