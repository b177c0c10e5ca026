package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.fixtures.Property;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.fixtures.WorldYaml;
import dev.sallyport.log.SampleLog;
import dev.sallyport.parse.Node;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.Replayer;
import dev.sallyport.write.DecisionWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same set, directory, request and time give the same bytes (interface, section 3; attack 65): whatever the order of the files, the number
 * of threads and the process, with its locale, time zone and salt of hash tables.
 */
class DeterminismTest {

    private static final int WORLDS = Math.max(1, Property.WORLDS / 5);
    private static final int REQUESTS = 40;

    @Test
    void decisions_onFilesInAnotherOrder_areEqualToTheByte(@TempDir Path folder) throws Exception {
        int loaded = 0;
        for (int w = 0; w < WORLDS; w++) {
            RandomWorld world = Property.world(w);
            Scenario first = world.scenario(0).loadable();
            List<Path> files = new ArrayList<>();
            for (Node resource : WorldYaml.policySet(first.policies())) {
                files.add(Files.writeString(folder.resolve(w + "-" + files.size() + ".yaml"), WorldYaml.print(List.of(resource))));
            }
            Clock clock = Clock.fixed(world.clock(), ZoneOffset.UTC);
            PolicyEngine inOrder;
            try {
                inOrder = PolicyEngine.load(files, first.directory(), clock);
            } catch (PolicyLoadException e) {
                continue;                                       // a world that no file may hold
            }
            loaded++;
            Collections.shuffle(files, new Random(w));
            PolicyEngine another = PolicyEngine.load(files, first.directory(), clock);
            for (int i = 0; i < REQUESTS; i++) {
                Scenario scenario = world.scenario(i);
                assertThat(explained(another, scenario)).as(scenario::describe).isEqualTo(explained(inOrder, scenario));
            }
        }
        assertThat(loaded).isGreaterThan(WORLDS / 4);
    }

    private static String explained(PolicyEngine engine, Scenario scenario) {
        return DecisionWriter.toJson(engine.explain(scenario.request(), scenario.user()));
    }

    @Test
    void decisions_byManyThreadsAtOnce_areEqualToTheByte() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            for (int w = 0; w < WORLDS; w++) {
                RandomWorld world = Property.world(w);
                PolicyEngine alone = world.scenario(0).loadable().engine();
                PolicyEngine shared = world.scenario(0).loadable().engine();
                List<Future<String>> all = new ArrayList<>();
                for (int i = 0; i < 4 * REQUESTS; i++) {
                    Scenario scenario = world.scenario(i % REQUESTS);
                    all.add(threads.submit(() -> explained(shared, scenario)));
                }
                for (int i = 0; i < all.size(); i++) {
                    Scenario scenario = world.scenario(i % REQUESTS);
                    assertThat(all.get(i).get()).as(scenario::describe).isEqualTo(explained(alone, scenario));
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void replay_byAnyNumberOfThreads_findsTheSame() throws Exception {
        PolicyEngine now = PolicyEngine.load(List.of(Path.of("rules/conditional-access")), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")),
                Clock.fixed(Property.world(0).clock(), ZoneOffset.UTC));
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        new SampleLog(now, 1_000, Property.SEED, 0).write(log, SampleLog.Dialect.GRAPH);
        log.write("{ \"no\": ] }".getBytes(StandardCharsets.UTF_8));
        assertThat(replayed(now, log.toByteArray(), 7)).isEqualTo(replayed(now, log.toByteArray(), 1)).isNotEmpty();
    }

    private static List<String> replayed(PolicyEngine engine, byte[] log, int threads) throws Exception {
        List<String> found = new ArrayList<>();
        Replayer.Listener listener = new Replayer.Listener() {
            @Override
            public void malformed(String file, int line, int column, String message) {
                found.add(message);
            }

            @Override
            public void change(Change change) {
                found.add(change.toString());
            }

            @Override
            public void disagreement(Disagreement disagreement) {
                found.add(disagreement.toString());
            }

            @Override
            public void progress(int records) { }
        };
        try (Replayer replayer = new Replayer(engine, listener, threads)) {
            replayer.read("log", new ByteArrayInputStream(log));
        }
        return found;
    }

    /** A Turkish process in Kathmandu, with hash tables in another order. */
    @Test
    void decisions_inAnotherProcess_areEqualToTheByte() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Duser.language=tr", "-Duser.country=TR",
                "-Duser.timezone=Asia/Kathmandu", "-Dfile.encoding=ISO-8859-9", "-Dsallyport.seed=" + Property.SEED, "-Dsallyport.worlds=" + Property.WORLDS, "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), DeterminismTest.class.getName()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> there = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        assertThat(process.waitFor()).isZero();
        List<String> here = decisions();
        assertThat(there).hasSameSizeAs(here);
        for (int i = 0; i < here.size(); i++) {
            assertThat(there.get(i)).as(Property.world(i / REQUESTS).scenario(i % REQUESTS)::describe).isEqualTo(here.get(i));
        }
    }

    /** Prints what {@link #decisions} says in this process. */
    public static void main(String[] arguments) {
        System.out.writeBytes(String.join("\n", decisions()).getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    private static List<String> decisions() {
        List<String> decisions = new ArrayList<>();
        for (int w = 0; w < WORLDS; w++) {
            RandomWorld world = Property.world(w);
            PolicyEngine engine = world.scenario(0).loadable().engine();
            for (int i = 0; i < REQUESTS; i++) {
                decisions.add(explained(engine, world.scenario(i)));
            }
        }
        return decisions;
    }
}
