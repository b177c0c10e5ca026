package dev.sallyport.benchmark;

import dev.sallyport.PolicyEngine;
import dev.sallyport.compile.SignInFact;
import dev.sallyport.compile.Snapshot;
import dev.sallyport.decide.Facts;
import dev.sallyport.decide.Ruling;
import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Decision;
import dev.sallyport.model.IpAddress;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UnknownSignals;
import dev.sallyport.model.UserState;
import java.time.Clock;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/** What is measured. Every engine's answers are compared with those of the others before; a difference ends the run. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgs = {"-Xms2g", "-Xmx2g"})
public class Benchmarks {

    private static final int REQUESTS = 4096;
    /** Under it about nine of 240 policies apply to a request, and ten of 1,000. */
    static final long SEED = 5;

    /** A company, its requests and the engine. */
    @State(Scope.Benchmark)
    public static class Sallyport {

        /** How many enabled policies there are. */
        @Param({"10", "240", "1000", "10000"})
        public int policies;

        PolicyEngine engine;
        Company company;
        SignIn[] signIns;
        private SpecEvaluator naive;

        /** Builds the company, and compares the evaluators. */
        @Setup
        public void build() throws Exception {
            company = new Company(policies, SEED);
            engine = company.engine();
            naive = new SpecEvaluator(engine.policySet(), company.directory());
            signIns = company.signIns(REQUESTS);
            for (int i = 0; i < Math.min(REQUESTS, 1_000_000 / policies); i++) {
                Decision decision = engine.evaluate(signIns[i]);
                Ruling ruling = naive.decide(facts(signIns[i]));
                if (decision.outcome() != ruling.outcome() || decision.reason().code() != ruling.reason() || !decision.reason().policies().equals(ruling.policies())) {
                    throw new IllegalStateException("the evaluators disagree on " + signIns[i]);
                }
            }
            for (SignIn signIn : signIns) {
                engine.evaluate(signIn);                // each user is resolved once a policy set, which is not measured here
            }
        }

        /** The same policies where absent signals are unknown. */
        PolicyEngine strict() throws Exception {
            PolicySet set = engine.policySet();
            return PolicyEngine.of(set.with(set.securityDefaults(), set.mfaSettings(), set.evaluationSettings().with(UnknownSignals.STRICT)),
                    company.directory(), Clock.systemUTC(), new Diagnostics());
        }

        Facts facts(SignIn signIn) throws Exception {
            return new Facts(signIn, (UserState) null, company.directory(), engine.policySet().evaluationSettings(), Instant.EPOCH);
        }

        List<String> applying(SignIn signIn) throws Exception {
            return naive.applying(facts(signIn));
        }
    }

    /** The next request of a thread. */
    @State(Scope.Thread)
    public static class Turn {

        private int next = System.identityHashCode(this);

        int next() {
            return next++ & REQUESTS - 1;
        }
    }

    /** What a gateway may ask for beside a decision. */
    @State(Scope.Benchmark)
    public static class Extras {

        private PolicyEngine strict;
        private PolicyEngine heard;
        private final UserState[] states = new UserState[REQUESTS];
        /** What a listener was told, so that it is not left out. */
        private long told;

        /** Makes the engines, and copies of the states of the users. */
        @Setup
        public void build(Sallyport ours) throws Exception {
            strict = ours.strict();
            heard = ours.engine.withListener((request, decision, nanoseconds) -> told += nanoseconds);
            for (int i = 0; i < REQUESTS; i++) {
                states[i] = ours.company.directory().user(ours.signIns[i].user()).toBuilder().build();
                strict.evaluate(ours.signIns[i]);
                heard.evaluate(ours.signIns[i]);
            }
        }
    }

    /** Another engine with the same policies and requests. */
    @State(Scope.Benchmark)
    public static class Others {

        /** Which. */
        @Param({"bare bitsets"})
        public String peer;

        private Peer engine;
        private final Flat.Request[] requests = new Flat.Request[REQUESTS];

        /** Translates policies and requests, and compares the answers. */
        @Setup
        public void build(Sallyport ours) throws Exception {
            engine = Peer.of(peer, Flat.policies(ours.engine.policySet()));
            Map<String, Integer> indexes = new HashMap<>();
            ours.engine.policySet().policies().forEach(policy -> indexes.put(policy.id(), indexes.size()));
            for (int i = 0; i < REQUESTS; i++) {
                requests[i] = Flat.request(ours.signIns[i], ours.engine.policySet(), ours.company.directory());
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            int compared = 0;
            for (; compared < REQUESTS && (compared < 32 || System.nanoTime() < end); compared++) {
                BitSet expected = new BitSet();
                ours.applying(ours.signIns[compared]).forEach(id -> expected.set(indexes.get(id)));
                BitSet actual = engine.applying(requests[compared]);
                if (!expected.equals(actual)) {
                    throw new IllegalStateException(peer + " has " + actual + " where we have " + expected + " for " + requests[compared]);
                }
            }
            for (int i = compared; peer.equals("bare bitsets") && i < REQUESTS; i++) {
                engine.applying(requests[i]);           // makes the rows that it keeps
            }
            System.out.printf("%n# %s with %d policies: %d answers are ours%n", peer, ours.policies, compared);
        }
    }

    /** Many locations with many ranges. */
    @State(Scope.Benchmark)
    public static class Places {

        private Snapshot snapshot;
        private SignInFact fact;
        private final IpAddress[] addresses = new IpAddress[REQUESTS];

        /** Builds as much as a tenant may have (CA-LOC-10). */
        @Setup
        public void build() {
            snapshot = Company.ofLocations(195, 2_000);
            fact = snapshot.newFact();
            for (int i = 0; i < REQUESTS; i++) {
                addresses[i] = Company.address(i * 7919);
            }
        }
    }

    /** A whole decision: from the strings of a request to outcome, reason and controls. */
    @Benchmark
    public Decision decision(Sallyport ours, Turn turn) {
        return ours.engine.evaluate(ours.signIns[turn.next()]);
    }

    /** A decision where absent signals are unknown. */
    @Benchmark
    public Decision strict(Sallyport ours, Extras extras, Turn turn) {
        return extras.strict.evaluate(ours.signIns[turn.next()]);
    }

    /** A decision that a listener is told of. */
    @Benchmark
    public Decision listener(Sallyport ours, Extras extras, Turn turn) {
        return extras.heard.evaluate(ours.signIns[turn.next()]);
    }

    /** A decision about a user whose state the caller brings along. */
    @Benchmark
    public Decision brought(Sallyport ours, Extras extras, Turn turn) {
        int next = turn.next();
        return ours.engine.evaluate(ours.signIns[next], extras.states[next]);
    }

    /** A decision that tells how every policy fared. */
    @Benchmark
    public Decision explanation(Sallyport ours, Turn turn) {
        return ours.engine.explain(ours.signIns[turn.next()]);
    }

    /** Which policies apply, for a request whose groups and locations are known. */
    @Benchmark
    public BitSet peer(Sallyport ours, Others others, Turn turn) throws Exception {
        return others.engine.applying(others.requests[turn.next()]);
    }

    /** A policy set that is read is checked and compiled: what a reload does beside reading the files. */
    @Benchmark
    @Warmup(iterations = 2, time = 2)
    @Measurement(iterations = 3, time = 2)
    public PolicyEngine load(Sallyport ours) throws Exception {
        return ours.company.engine();
    }

    /** The locations of an address, of 195 with 2,000 ranges each. */
    @Benchmark
    public long[] address(Places places, Turn turn) {
        places.snapshot.locations(places.addresses[turn.next()], null, null, false, null, false, false, false, places.fact.locations);
        return places.fact.locations;
    }
}
