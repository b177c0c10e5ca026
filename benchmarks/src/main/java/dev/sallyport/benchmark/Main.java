package dev.sallyport.benchmark;

import dev.sallyport.PolicyEngine;
import dev.sallyport.decide.Facts;
import dev.sallyport.decide.SpecEvaluator;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.util.Statistics;

/**
 * Runs everything, prints one table, and writes it with machine and method to a file: {@code run [--write FILE] [JMH options]}.
 */
public final class Main {

    private static final String OURS = "**Sallyport**: the whole decision";
    private static final String[] SIZES = {"10", "240", "1000", "10000"};

    private final CommandLineOptions options;
    /** Rows by name; cells by size. */
    private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    private final List<String> others = new ArrayList<>();

    private Main(CommandLineOptions options) {
        this.options = options;
    }

    /** See the class. */
    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        List<String> left = new ArrayList<>(List.of(arguments));
        Path file = null;
        if (!left.isEmpty() && left.get(0).equals("--write")) {
            file = Path.of(left.get(1));
            left = left.subList(2, left.size());
        }
        Main main = new Main(new CommandLineOptions(left.toArray(String[]::new)));
        main.measure();
        String page = main.page();
        System.out.println(page);
        if (file != null) {
            Files.writeString(file, page);
        }
    }

    private void measure() throws Exception {
        for (String size : SIZES) {
            rows.computeIfAbsent("policies that apply to a request, on average", any -> new LinkedHashMap<>()).put(size, "%.1f".formatted(applying(Integer.parseInt(size))));
        }
        run("decision", OURS, 1, Map.of(), SIZES);
        run("explanation", "Sallyport: explained, every policy", 1, Map.of(), SIZES);
        run("strict", "Sallyport: absent signals are unknown", 1, Map.of(), "240");
        run("listener", "Sallyport: a listener is told", 1, Map.of(), "240");
        run("brought", "Sallyport: the caller brings the user's state", 1, Map.of(), "240");
        run("peer", "bare bitsets (the limit)", 1, Map.of("peer", "bare bitsets"), SIZES);
        run("peer", "plain Java over sets", 1, Map.of("peer", "plain Java over sets"), SIZES);
        run("peer", "Drools, plain KieSession", 1, Map.of("peer", "Drools KieSession"), SIZES);
        run("peer", "cel-java", 1, Map.of("peer", "cel-java"), "10", "240", "1000");
        run("peer", "jCasbin", 1, Map.of("peer", "jCasbin"), "10", "240");
        run("peer", "cedar-java, cached", 1, Map.of("peer", "cedar-java"), "10", "240", "1000");
        run("peer", "AuthzForce (XACML)", 1, Map.of("peer", "AuthzForce"), "10", "240", "1000");
        Result<?> one = run("decision", null, 1, Map.of(), "240").get(0).getPrimaryResult();
        Result<?> two = run("decision", null, 2, Map.of(), "240").get(0).getPrimaryResult();
        others.add(line("Two threads on one engine, 240 policies", "%.2f times the decisions of one".formatted(2 * median(one) / median(two))));
        for (RunResult result : run("load", null, 1, Map.of(), "240", "1000", "10000")) {
            others.add(line("A policy set that is read is checked and compiled, " + result.getParams().getParam("policies") + " policies",
                    "%.1f ms (%.1f ms processor)".formatted(median(result.getPrimaryResult()) / 1e3, median(cpu(result)) / 1e3)));
        }
        RunResult address = run("address", null, 1, Map.of()).get(0);
        others.add(line("The locations of an address, of 195 locations with 2,000 ranges each", "%.2f us".formatted(median(cpu(address)))));
        for (String size : List.of("240", "1000")) {
            others.add(line("All gaps that 50 of 5,000 users have at least, in a new JVM, " + size + " policies without those for all users and applications",
                    Gaps.measure(size, 50)));
        }
        Path folder = Files.createTempDirectory("directories");
        others.addAll(Directories.lines(folder, 100_000, 5));
        others.add(Directories.lineOfMany(folder, 1_000_000));
        others.add(line("100,000 users in memory, in 30 groups each, all of whom have signed in, 240 policies", "%d MB".formatted(users())));
    }

    private static double applying(int policies) throws Exception {
        Company company = new Company(policies, Benchmarks.SEED);
        PolicySet set = company.engine().policySet();
        SpecEvaluator naive = new SpecEvaluator(set, company.directory());
        SignIn[] signIns = company.signIns(256);
        double sum = 0;
        for (SignIn signIn : signIns) {
            sum += naive.applying(new Facts(signIn, (UserState) null, company.directory(), set.evaluationSettings(), Instant.EPOCH)).size();
        }
        return sum / signIns.length;
    }

    private static String line(String what, String figure) {
        return "| " + what + " | " + figure + " |";
    }

    private List<RunResult> run(String benchmark, String row, int threads, Map<String, String> parameters, String... sizes) throws RunnerException {
        ChainedOptionsBuilder builder = new OptionsBuilder().parent(options).include("Benchmarks." + benchmark + "$").threads(threads)
                .addProfiler(GCProfiler.class).addProfiler(CpuTime.class).shouldFailOnError(true);
        if (sizes.length > 0) {
            builder.param("policies", sizes);
        }
        parameters.forEach(builder::param);
        Collection<RunResult> results = new Runner(builder.build()).run();
        for (RunResult result : results) {
            if (row != null) {
                rows.computeIfAbsent(row, any -> new LinkedHashMap<>()).put(result.getParams().getParam("policies"),
                        figure(median(cpu(result))) + " us, " + bytes(result));
            }
        }
        return List.copyOf(results);
    }

    private static Result<?> cpu(RunResult result) {
        return result.getSecondaryResults().get(CpuTime.LABEL);
    }

    private static double median(Result<?> result) {
        Statistics statistics = result.getStatistics();
        return statistics.getN() > 1 ? statistics.getPercentile(50) : result.getScore();
    }

    private static String bytes(RunResult result) {
        double bytes = result.getSecondaryResults().entrySet().stream().filter(entry -> entry.getKey().endsWith("gc.alloc.rate.norm"))
                .findFirst().orElseThrow().getValue().getScore();
        return bytes < 10_000 ? "%.0f B".formatted(bytes) : "%.0f KB".formatted(bytes / 1_000);
    }

    private static String figure(double micros) {
        return micros < 10 ? "%.2f".formatted(micros) : micros < 100 ? "%.1f".formatted(micros) : "%.0f".formatted(micros);
    }

    /** What a company of 100,000 holds in memory more than one of one. */
    private static long users() {
        try {
            long before = used();
            Company company = new Company(240, 100_000, Benchmarks.SEED);
            PolicyEngine engine = company.engine();
            company.directory().users().forEach(user -> engine.evaluate(SignIn.builder().user(user.userPrincipalName()).build()));
            long after = used();
            if (engine.directory().users().size() != 100_000) {
                throw new IllegalStateException();
            }
            return after - before >> 20;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private String page() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Performance

                `benchmarks/run` wrote this page. All figures are from one run. Run it again to measure your machine.

                | policies | 10 | 240 | 1,000 | 10,000 |
                |---|---|---|---|---|
                """);
        rows.forEach((name, cells) -> {
            page.append("| ").append(name);
            for (String size : SIZES) {
                page.append(" | ").append(cells.getOrDefault(size, "too slow"));
            }
            page.append(" |\n");
        });
        page.append("""

                A cell shows the processor time and the bytes allocated per request. Sallyport's rows measure whole decisions, from the
                strings of a request to outcome, reason and controls. The other rows only find which policies apply; they get the user's groups
                and the named locations of the address for free. *Too slow*: not measured, so that a run ends.

                | | |
                |---|---|
                """);
        others.forEach(line -> page.append(line).append('\n'));
        page.append("""

                ## Machine
                %d processors (%s), Java %s (%s), %s. Load when this was written: %.1f.

                ## Method
                - One made-up company, the same in every run: 5,000 users in 30 of 400 groups each, 20 roles, 30 applications, 20 named
                  locations. The first policies concern most users, the next some, and the policies after the 240th few. Each benchmark decides
                  4,096 requests in turn.
                - Before a measurement, every answer is compared on at least 32 requests: Sallyport's answers with those of the specification's
                  evaluator, and each other engine's with Sallyport's. One difference ends the run.
                - JMH measures each figure in its own JVM and takes the median of the iterations. The time is the processor time of the
                  measuring threads (`ThreadMXBean`), so that other processes disturb it less. On an idle machine it equals the time of the
                  clock. The figure for two threads uses the clock, and is meaningful on an idle machine only.
                - The other engines are used as their users would use them: one CEL program per policy; one Cedar `permit` per policy, with the
                  groups as parents of the principal and the policy set cached by the engine; one jCasbin enforcer per policy, because a single
                  enforcer only tells whether any policy applies; one Drools rule per policy, through the executable model, in one session that is
                  reused; for AuthzForce one XACML policy per policy with an obligation, in one policy set whose deny-overrides collects the
                  obligations of all permits, with single values tested before groups.

                ## Run it again
                `benchmarks/run` prints this page. `benchmarks/run --write docs/performance.md` writes it. Options of JMH can follow, for example
                `-wi 1 -i 1` for a quick look.
                """.formatted(Runtime.getRuntime().availableProcessors(), processor(), System.getProperty("java.version"), System.getProperty("java.vm.name"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        return page.toString();
    }

    private static String processor() throws IOException {
        Path file = Path.of("/proc/cpuinfo");
        return !Files.isReadable(file) ? System.getProperty("os.arch") : Files.readAllLines(file).stream().filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2)).findFirst().orElse(System.getProperty("os.arch"));
    }
}
