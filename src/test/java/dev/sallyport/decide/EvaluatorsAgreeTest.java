package dev.sallyport.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.fixtures.RandomWorld;
import dev.sallyport.fixtures.Scenario;
import dev.sallyport.fixtures.Shrinker;
import dev.sallyport.fixtures.WorldYaml;
import dev.sallyport.model.ConditionalAccessPolicy;
import dev.sallyport.model.Directory;
import dev.sallyport.model.PolicySet;
import dev.sallyport.model.Request;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.RequestReader;
import dev.sallyport.read.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The fast evaluator decides like the one that reads like the specification, in worlds made up at random. More of them:
 * {@code mvn test -Dtest=EvaluatorsAgreeTest -Dsallyport.decisions=10000000 -Dsallyport.seed=$RANDOM}.
 */
class EvaluatorsAgreeTest {

    private static final long SEED = Long.getLong("sallyport.seed", 7);
    private static final long DECISIONS = Long.getLong("sallyport.decisions", 50_000);
    /** The fewer decisions, the more worlds for their number. */
    private static final int PER_WORLD = (int) Math.max(20, Math.min(200, DECISIONS / 250));
    private static final int WORLDS_IN_YAML = (int) Math.min(200, DECISIONS / 250);
    private static final int REQUESTS_IN_YAML = 20;

    private static final DecisionRules CLASSIC = DecisionRules.inSessions(ClassicRules.BASE);

    @TempDir
    Path folder;

    private int files;

    @Test
    void fastEvaluator_onRandomWorlds_decidesLikeTheSpecification_andLikePlainSessions_andLikeRulesThatAreCompiledFromText() {
        long decided = 0;
        for (long w = 0; decided < DECISIONS; w++) {
            RandomWorld world = RandomWorld.of(seed(w));
            Directory directory = w % 4 == 0 ? withoutSomeMembers(world.directory(), w) : world.directory();
            FastEvaluator fast = new FastEvaluator(world.policySet(), directory);
            FastEvaluator sessions = FastEvaluator.inSessions(world.policySet(), directory);
            FastEvaluator classic = FastEvaluator.inSessions(world.policySet(), directory, CLASSIC);
            SpecEvaluator naive = new SpecEvaluator(world.policySet(), directory);
            for (int i = 0; i < PER_WORLD; i++, decided++) {
                Scenario of = world.scenario(i);
                Scenario scenario = new Scenario(of.policies(), directory, of.request(), of.user(), of.clock());
                Object expected = answer(scenario, naive::decide);
                Object actual = answer(scenario, fast::decide);
                if (!expected.equals(actual)) {
                    fail("%s, request %d, seed %d, after %d decisions%n%s", world, i, SEED, decided, counterexample(world, i, expected, actual));
                }
                assertThat(answer(scenario, sessions::decide)).as(() -> "in plain sessions\n" + scenario.describe()).isEqualTo(expected);
                assertThat(answer(scenario, classic::decide)).as(() -> "by rules compiled from text\n" + scenario.describe()).isEqualTo(expected);
            }
        }
        assertThat(decided).isGreaterThanOrEqualTo(DECISIONS);
    }

    @Tag("slow")
    @Test
    void world_writtenAsYamlAndReadBack_decidesAlike() throws IOException {
        int compared = 0;
        for (int w = 0; w < WORLDS_IN_YAML; w++) {
            RandomWorld world = RandomWorld.of(seed(w));
            PolicySet written = loadable(world.written());
            if (!isReadable(WorldYaml.policySet(written)) || !isReadable(List.of(WorldYaml.directory(world.directory())))) {
                continue;
            }
            compared++;
            SpecEvaluator evaluator = new SpecEvaluator(Scenario.resolved(written, world.directory()), world.directory());
            PolicySet readSet = readSet(written);
            Directory readDirectory = readDirectory(world.directory());
            SpecEvaluator readEvaluator = new SpecEvaluator(Scenario.resolved(readSet, readDirectory), readDirectory);
            List<Request> requests = readRequests(world.requests().limit(REQUESTS_IN_YAML).toList());
            for (int i = 0; i < REQUESTS_IN_YAML; i++) {
                Scenario scenario = world.scenario(i);
                Request request = requests.get(i);
                Object expected = answer(scenario, evaluator::decide);
                Object actual;
                if (scenario.user() == null) {
                    actual = answer(new Scenario(readSet, readDirectory, request, null, world.clock()), readEvaluator::decide);
                } else {
                    Scenario read = new Scenario(readSet, readDirectory(scenario.inDirectory().directory()), request, null, world.clock());
                    actual = answer(read, new SpecEvaluator(read.resolved(), read.directory())::decide);
                }
                assertThat(actual).as(() -> world + "\n" + scenario.describe()).isEqualTo(expected);
            }
        }
        assertThat(compared).isGreaterThan(WORLDS_IN_YAML / 2);
    }

    /** An export that leaves out the members of one group in three, which counts in strict mode only (attack 77). */
    private static Directory withoutSomeMembers(Directory whole, long seed) {
        Set<String> groups = IntStream.range(0, whole.groups().size()).filter(i -> (i + seed / 4) % 3 == 0)
                .mapToObj(i -> WellKnown.fold(whole.groups().get(i).id())).collect(Collectors.toSet());
        return new Directory(whole.organization(), whole.users(), whole.groups(), whole.declaredApplications(), whole.devices(), whole.servicePrincipals(),
                List.of(), null, new Directory.Gaps(Set.of(), groups));
    }

    private static long seed(long world) {
        return SEED * 1_000_003 + world;
    }

    // ---- deciding

    private interface Evaluator {
        Ruling decide(Facts facts);
    }

    /** The ruling, or what kept an evaluator from one. */
    private static Object answer(Scenario scenario, Evaluator evaluator) {
        try {
            return evaluator.decide(scenario.facts());
        } catch (InvalidRequestException e) {
            return e.field() + ": " + e.getMessage();
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static Object naive(Scenario scenario) {
        return answer(scenario, new SpecEvaluator(scenario.resolved(), scenario.directory())::decide);
    }

    private static Object fast(Scenario scenario) {
        return answer(scenario, new FastEvaluator(scenario.resolved(), scenario.directory())::decide);
    }

    private static boolean differs(Scenario scenario) {
        return !naive(scenario).equals(fast(scenario));
    }

    // ---- telling

    private static String counterexample(RandomWorld world, int index, Object expected, Object actual) {
        Scenario scenario = world.scenario(index);
        if (!differs(scenario)) {
            return afterOthers(world, index, expected, actual);
        }
        Scenario small = Shrinker.shrink(scenario, EvaluatorsAgreeTest::differs);
        return "naive: " + naive(small) + "\nfast:  " + fast(small) + "\n\n" + small.describe();
    }

    /** An evaluator that decides wrongly only after it has decided something else keeps what it should forget. */
    private static String afterOthers(RandomWorld world, int index, Object expected, Object actual) {
        Scenario scenario = world.scenario(index);
        for (int before = index - 1; before >= 0; before--) {
            FastEvaluator evaluator = new FastEvaluator(world.policySet(), world.directory());
            answer(world.scenario(before), evaluator::decide);
            if (!Objects.equals(answer(scenario, evaluator::decide), expected)) {
                return "only after request " + before + " on the same evaluator\nnaive: " + expected + "\nfast:  " + actual
                        + "\n\nthe request before:\n" + WorldYaml.print(List.of(WorldYaml.request(world.scenario(before).request())))
                        + (world.scenario(before).user() == null ? "" : "# with a state of the user that the caller brings\n") + "\n" + scenario.describe();
            }
        }
        return "only after all the requests before it on the same evaluator\nnaive: " + expected + "\nfast:  " + actual + "\n\n" + scenario.describe();
    }

    // ---- YAML

    private List<Sources.Document> documents(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("world-" + files++ + ".yaml"), yaml);
        Diagnostics diagnostics = new Diagnostics();
        List<Sources.Document> documents = Sources.read(List.of(file), diagnostics);
        assertThat(diagnostics.toList()).as(yaml).isEmpty();
        return documents;
    }

    private Resources resources(String yaml) throws IOException {
        Diagnostics diagnostics = new Diagnostics();
        Resources resources = Resources.of(documents(yaml), diagnostics);
        assertThat(diagnostics.hasErrors()).as(() -> diagnostics.toList() + "\n" + yaml).isFalse();
        return resources;
    }

    /** The set without the policies that the reader refuses, which evaluators have to bear all the same. */
    private PolicySet loadable(PolicySet set) throws IOException {
        Diagnostics diagnostics = new Diagnostics();
        List<ConditionalAccessPolicy> read = Resources.of(documents(WorldYaml.print(WorldYaml.policySet(set))), diagnostics).policySet().policies();
        Set<String> refused = new HashSet<>();
        diagnostics.toList().stream().filter(Diagnostic::isError).forEach(error -> read.stream()
                .filter(policy -> policy.source().line() <= error.position().line())
                .max(Comparator.comparingInt(policy -> policy.source().line())).ifPresent(policy -> refused.add(policy.id())));
        return set.withPolicies(set.policies().stream().filter(policy -> !refused.contains(policy.id())).toList());
    }

    private boolean isReadable(List<Node> documents) throws IOException {
        Diagnostics diagnostics = new Diagnostics();
        Resources.of(documents(WorldYaml.print(documents)), diagnostics);
        return !diagnostics.hasErrors();
    }

    private PolicySet readSet(PolicySet set) throws IOException {
        String yaml = WorldYaml.print(WorldYaml.policySet(set));
        PolicySet read = resources(yaml).policySet();
        assertThat(WorldYaml.print(WorldYaml.policySet(read))).isEqualTo(yaml);
        return read;
    }

    private Directory readDirectory(Directory directory) throws IOException {
        String yaml = WorldYaml.print(List.of(WorldYaml.directory(directory)));
        Directory read = resources(yaml).directory();
        assertThat(WorldYaml.print(List.of(WorldYaml.directory(read)))).isEqualTo(yaml);
        return read;
    }

    private List<Request> readRequests(List<Request> requests) throws IOException {
        List<Node> nodes = requests.stream().map(WorldYaml::request).toList();
        String yaml = WorldYaml.print(List.of(new Node.Sequence(Position.of("requests.yaml"), nodes)));
        Diagnostics diagnostics = new Diagnostics();
        List<Request> read = new RequestReader(diagnostics).read(documents(yaml).get(0).root());
        assertThat(diagnostics.toList()).as(yaml).isEmpty();
        assertThat(read).as(yaml).isEqualTo(requests);
        return read;
    }
}
