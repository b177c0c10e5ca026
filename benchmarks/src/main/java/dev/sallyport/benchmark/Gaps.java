package dev.sallyport.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dev.sallyport.PolicyEngine;
import dev.sallyport.analyse.Analysis;
import dev.sallyport.analyse.GapOptions;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Reference;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * The gaps of a company whose policies are hard to analyse: none is for all users and all applications, and its 5,000 users are all
 * different to the others. It is the first analysis of its JVM: {@code Gaps POLICIES AT_LEAST} prints the classes and what they took.
 */
public final class Gaps {

    private static final int MOST = 100;

    private Gaps() { }

    /** See the class. */
    public static void main(String[] arguments) throws Exception {
        Company company = new Company(Integer.parseInt(arguments[0]), Benchmarks.SEED);
        PolicySet set = company.policySet();
        PolicySet hard = set.withPolicies(set.policies().stream().filter(policy -> !isForEverything(policy)).toList());
        PolicyEngine engine = PolicyEngine.of(hard, company.directory(), Clock.systemUTC(), new Diagnostics());
        GapOptions options = new GapOptions(false, false, GapOptions.ofDirectory().kinds(), MOST, Integer.parseInt(arguments[1]), List.of());
        long wall = System.nanoTime();
        long cpu = processor();
        dev.sallyport.analyse.Gaps gaps = Analysis.of(engine).gaps(options);
        cpu = processor() - cpu;
        wall = System.nanoTime() - wall;
        if (!gaps.isComplete() || !gaps.faults().isEmpty()) {
            throw new IllegalStateException(gaps.isComplete() ? gaps.faults().toString() : "there are more than " + MOST + " gaps");
        }
        System.out.printf("%d classes, %d ms (%d ms processor), %d MB%n", gaps.gaps().size(), wall / 1_000_000, cpu / 1_000_000, resident());
    }

    /** The processor time of this JVM, in nanoseconds: the kinds of requests are searched side by side. */
    private static long processor() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static boolean isForEverything(ConditionalAccessPolicy policy) {
        return isAll(policy.conditions().users().includeUsers()) && isAll(policy.conditions().applications().includeApplications());
    }

    private static boolean isAll(List<Reference> references) {
        return references.stream().anyMatch(each -> each.id().equals("All"));
    }

    /** The most memory that this JVM had, in MB; 0 where the system does not tell. */
    private static long resident() throws IOException {
        Path status = Path.of("/proc/self/status");
        return !Files.isReadable(status) ? 0 : Files.readAllLines(status).stream().filter(line -> line.startsWith("VmHWM"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10).findFirst().orElse(0);
    }

    /** The figures of a new JVM with the options of the command {@code gaps}. */
    static String measure(String policies, int atLeast) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                Gaps.class.getName(), policies, String.valueOf(atLeast)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String figures = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IllegalStateException("the analysis of " + policies + " policies failed");
        }
        return figures;
    }
}
