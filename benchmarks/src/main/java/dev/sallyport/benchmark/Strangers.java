package dev.sallyport.benchmark;

import com.sun.management.ThreadMXBean;
import dev.sallyport.PolicyEngine;
import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.Decision;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.SignIn;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * The cost of strangers: what a request by an unknown user, one with a wrong app password, and very many different users cost. Prints a
 * table; {@code strangers [USERS]}, of whom there are 1,000,000 unless said.
 */
public final class Strangers {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Instant NOW = Instant.parse("2026-11-22T09:00:00Z");
    private static final long SEED = 20_261_122;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Strangers() { }

    /** See the class. */
    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        int users = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
        System.out.println("| what | processor time | allocated |\n|---|---|---|");
        for (int known : new int[] {1_000, 10_000, 100_000}) {
            unknown(known);
        }
        appPasswords();
        heap(users);
    }

    // ---- unknown users

    private static void unknown(int known) throws Exception {
        Company company = new Company(240, known, SEED);
        PolicyEngine engine = company.engine();
        List<UserState> people = company.directory().users();
        String of = " of %,d users".formatted(known);
        measure("a known user" + of, engine, 20_000, i -> signIn(people.get(i % people.size()).userPrincipalName()));
        measure("an unknown user with nearly the name of one" + of, engine, 200, i -> signIn("x" + people.get(i % people.size()).userPrincipalName()));
        measure("an unknown user with a name of no likeness" + of, engine, 200, i -> signIn("qqqq" + i + ".wwwwwwwww.eee@evil.example"));
    }

    private static SignIn signIn(String user) {
        return SignIn.builder().user(user).application("Office 365 Exchange Online").clientAppType("browser").createdDateTime(NOW).build();
    }

    // ---- app passwords

    private static void appPasswords() throws Exception {
        List<AppPassword> forty = new ArrayList<>();
        String right = AppPasswords.generate(RANDOM);
        for (int i = 0; i < 40; i++) {
            forty.add(new AppPassword("" + i, "p" + i, NOW, AppPasswords.hash(i == 39 ? right : AppPasswords.generate(RANDOM), RANDOM)));
        }
        UserState user = UserState.builder().id("u1").userPrincipalName("ann@contoso.com").displayName("Ann")
                .perUserMfaState(PerUserMfaState.ENFORCED).appPasswords(forty).build();
        PolicyEngine open = PolicyEngine.withoutPolicies(Directory.empty(), Clock.systemUTC());
        Path file = Files.createTempFile("block-legacy", ".yaml");
        PolicyEngine blocking;
        try {
            Files.writeString(file, """
                    kind: conditionalAccessPolicy
                    id: block-legacy
                    state: enabled
                    conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [other, exchangeActiveSync] }
                    grantControls: { operator: OR, builtInControls: [block] }
                    """);
            blocking = PolicyEngine.load(file, Directory.empty());
        } finally {
            Files.delete(file);
        }
        measure("an app password that is right, the last of 40", open, 20, i -> legacy(right), user);
        measure("one that is wrong, of 16 letters, of a user with 40", open, 20, i -> legacy("abcdefghijklmnop"), user);
        measure("the same, where a policy blocks legacy clients", blocking, 20, i -> legacy("abcdefghijklmnop"), user);
        measure("a text that cannot be an app password, of 1,000,000 letters", open, 20, i -> legacy("a".repeat(1_000_000)), user);
    }

    private static SignIn legacy(String appPassword) {
        return SignIn.builder().user("ann@contoso.com").application("Office 365 Exchange Online").clientAppType("other").createdDateTime(NOW)
                .authentication(SignIn.Authentication.builder().homeTenantMfa(false).appPassword(appPassword).build()).build();
    }

    // ---- very many users

    private static void heap(int users) throws Exception {
        PolicyEngine engine = new Company(240, 1_000, SEED).engine().withUserStates(Strangers::madeUp);
        engine.evaluate(signIn("user@contoso.com"));
        long before = used();
        long start = THREADS.getCurrentThreadCpuTime();
        int step = Math.max(1, users / 10);
        long most = 0;
        for (int i = 0; i < users; i++) {
            engine.evaluate(signIn("user" + i + "@contoso.com"));
            if ((i + 1) % step == 0) {
                most = Math.max(most, used() - before);
            }
        }
        double micros = (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / users;
        System.out.printf("| one of %,d different users of a source, in 30 groups each | %.1f us | heap kept of all: %.1f MB |%n", users, micros, Math.max(0, most) / 1e6);
    }

    private static UserState madeUp(String name) {
        List<String> groups = new ArrayList<>(30);
        for (int i = 0; i < 30; i++) {
            groups.add("group " + i + " of " + name);
        }
        return UserState.builder().id("id of " + name).userPrincipalName(name).displayName(name).memberOf(groups).build();
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    // ---- measuring

    private static void measure(String what, PolicyEngine engine, int times, IntFunction<SignIn> request) {
        measure(what, engine, times, request, null);
    }

    /** The second half of the requests, after the first has warmed up. */
    private static void measure(String what, PolicyEngine engine, int times, IntFunction<SignIn> request, UserState user) {
        SignIn[] requests = new SignIn[Math.min(times, 256)];
        for (int i = 0; i < requests.length; i++) {
            requests[i] = request.apply(i);
        }
        long cpu = 0;
        long bytes = 0;
        Decision last = null;
        for (int i = 0; i < 2 * times; i++) {
            if (i == times) {
                cpu = THREADS.getCurrentThreadCpuTime();
                bytes = THREADS.getCurrentThreadAllocatedBytes();
            }
            last = engine.evaluate(requests[i % requests.length], user);
        }
        double micros = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e3 / times;
        long each = (THREADS.getCurrentThreadAllocatedBytes() - bytes) / times;
        System.out.printf("| %s (%s) | %s | %,d B |%n", what, last.reason().code(), micros < 1_000 ? "%.1f us".formatted(micros) : "%.1f ms".formatted(micros / 1_000), each);
    }
}
