package dev.sallyport.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.SampleLog;
import dev.sallyport.model.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The replay as a function, and what makes its summaries add up. */
class ReplayTest {

    private static final int ROUNDS = Integer.getInteger("sallyport.cuts", 40);
    private static final long SEED = Long.getLong("sallyport.seed", 20);

    /** Blocks nearly everybody, so that there are more changes than a summary keeps. */
    private static final String BLOCK = """
            kind: conditionalAccessPolicy
            id: block
            displayName: Block
            state: enabled
            conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
            grantControls: { operator: OR, builtInControls: [block] }
            """;

    private static PolicyEngine engine;
    private static PolicyEngine block;
    private static List<String> lines;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void load() throws Exception {
        engine = PolicyEngine.load(Path.of("rules/conditional-access"), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
        block = PolicyEngine.load(Files.writeString(folder.resolve("block.yaml"), BLOCK), engine.directory());
        lines = lines(6_000, 20);
        Random random = new Random(SEED);
        for (int i = 0; i < 300; i++) {
            int at = random.nextInt(lines.size());
            lines.set(at, spoilt(lines.get(at), i % 5));
        }
    }

    private static List<String> lines(int count, long seed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SampleLog(engine, count, seed, 0).write(out, SampleLog.Dialect.MONITOR);
        return new ArrayList<>(out.toString(StandardCharsets.UTF_8).lines().toList());
    }

    /** Records of every kind: cut short, without a time, of AD FS, of users whom the directory lacks, and of something else. */
    private static String spoilt(String line, int how) {
        return switch (how) {
            case 0 -> line.substring(0, line.length() / 2);
            case 1 -> line.replaceAll("\"(createdDateTime|time)\":\"[^\"]*\",?", "");
            case 2 -> line.replaceAll("\"category\":\"[^\"]*\"", "\"category\":\"ADFSSignInLogs\"");
            case 3 -> line.replaceAll("\"user(Id|PrincipalName)\":\"[^\"]*\"", "\"user$1\":\"stranger@example.com\"");
            default -> "{\"a\": 1}";
        };
    }

    @Test
    void summary_ofAnyCuts_inAnyOrder_isTheSame() {
        for (Replay replay : List.of(new Replay(engine), new Replay(engine, block))) {
            List<Replayed> replayed = lines.stream().map(replay::replay).toList();
            Summary all = sum(replay, replayed);
            Map<String, String> whole = told(all);
            assertThat(replayed.get(0).against() == null || all.changes() > 2 * HtmlReport.MOST_ROWS).as("more than are kept").isTrue();
            assertThat(replayed).extracting(Replayed::kind).contains(Replayed.Kind.MALFORMED, Replayed.Kind.FEDERATION,
                    Replayed.Kind.FIRST_FACTOR, Replayed.Kind.DECIDED);
            for (int round = 0; round < ROUNDS; round++) {
                Random random = new Random(SEED + round);
                List<Replayed> shuffled = new ArrayList<>(replayed);
                Collections.shuffle(shuffled, random);
                assertThat(different(told(merged(replay, parts(replay, shuffled, random), random)), whole)).as("seed " + (SEED + round))
                        .isEmpty();
            }
        }
    }

    private static Summary sum(Replay replay, List<Replayed> part) {
        Summary summary = replay.summary();
        part.forEach(summary::add);
        return summary;
    }

    /** Parts of random length, some of them empty, some of which were on another machine. */
    private static List<Summary> parts(Replay replay, List<Replayed> replayed, Random random) {
        List<Summary> parts = new ArrayList<>();
        for (int at = 0; at < replayed.size();) {
            int end = Math.min(replayed.size(), at + random.nextInt(1 + random.nextInt(replayed.size())));
            Summary part = sum(replay, replayed.subList(at, end));
            parts.add(random.nextInt(4) == 0 ? sent(part) : part);
            at = end;
        }
        return parts;
    }

    private static Summary merged(Replay replay, List<Summary> parts, Random random) {
        while (parts.size() > 1) {
            Summary one = parts.remove(random.nextInt(parts.size()));
            Summary other = parts.remove(random.nextInt(parts.size()));
            parts.add(random.nextInt(8) == 0 ? replay.summary().merge(one).merge(other) : one.merge(other));
        }
        return parts.get(0);
    }

    private static Summary sent(Summary summary) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            new ObjectOutputStream(bytes).writeObject(summary);
            return (Summary) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Everything that a summary answers, and the page that is made of it. */
    private static Map<String, String> told(Summary summary) {
        Map<String, String> answers = new TreeMap<>();
        for (var method : Summary.class.getMethods()) {
            if (method.getDeclaringClass() == Summary.class && method.getParameterCount() == 0) {
                answers.put(method.getName(), answer(() -> method.invoke(summary)));
            }
        }
        for (Outcome outcome : Outcome.values()) {
            answers.put(outcome.toString(), summary.now(outcome) + " " + summary.against(outcome) + " " + summary.recorded(outcome));
        }
        for (Change.Kind kind : Change.Kind.values()) {
            answers.put(kind.toString(), Long.toString(summary.changes(kind)));
        }
        for (Summary.By by : Summary.By.values()) {
            answers.put(by.toString(), summary.changesBy(by).stream().map(each -> each.name() + Arrays.toString(each.changes()))
                    .collect(Collectors.joining(",")));
        }
        answers.put("page", HtmlReport.of(summary, summary.firstChanges(), "one", "other", true));
        return answers;
    }

    /** The answers that differ. */
    private static Map<String, String> different(Map<String, String> one, Map<String, String> other) {
        assertThat(one.keySet()).isEqualTo(other.keySet());
        Map<String, String> different = new TreeMap<>();
        one.forEach((name, answer) -> {
            if (!answer.equals(other.get(name)) && !name.equals("page") && !name.equals("firstChanges")) {
                different.put(name, answer + " / " + other.get(name));
            } else if (!answer.equals(other.get(name))) {
                int at = 0;
                while (answer.charAt(at) == other.get(name).charAt(at)) {
                    at++;
                }
                different.put(name, answer.substring(Math.max(0, at - 200), at + 100) + " / " + other.get(name).substring(at, at + 100));
            }
        });
        return different;
    }

    private interface Answer {
        Object get() throws ReflectiveOperationException;
    }

    private static String answer(Answer answer) {
        try {
            Object value = answer.get();
            return value instanceof Map<?, ?> map ? map.entrySet().stream().map(each -> each.getKey() + "="
                    + (each.getValue() instanceof long[] counts ? Arrays.toString(counts) : each.getValue()))
                    .collect(Collectors.joining(",")) : String.valueOf(value);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void names_beyondTheBound_areCountedAlikeHoweverTheyCome() {
        for (int round = 0; round < 1_000; round++) {
            Random random = new Random(SEED + round);
            List<String> all = IntStream.range(0, random.nextInt(300)).mapToObj(i -> "n" + random.nextInt(40)).collect(Collectors.toList());
            Map<String, Long> exact = all.stream().collect(Collectors.groupingBy(name -> name, Collectors.counting()));
            Map<String, Long> once = counted(all, new Random(0), 1);
            Collections.shuffle(all, random);
            assertThat(counted(all, random, 1 + random.nextInt(9))).as("seed " + (SEED + round)).isEqualTo(once);
            assertThat(once.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(all.size());
            assertThat(once).hasSize(exact.size() <= 7 ? exact.size() : 8);
            once.forEach((name, count) -> assertThat(name.equals(Names.OTHERS) ? count : exact.get(name)).isEqualTo(count));
        }
    }

    private static Map<String, Long> counted(List<String> all, Random random, int parts) {
        List<Names> names = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            names.add(new Names(1, 7));
        }
        all.forEach(name -> names.get(random.nextInt(parts)).add(name, 0));
        Names sum = new Names(1, 7);
        names.forEach(sum::merge);
        Map<String, Long> counts = new HashMap<>();
        sum.toMap().forEach((name, count) -> counts.put(name, count[0]));
        return counts;
    }

    @Test
    void recordByRecord_inManyThreads_isWhatTheCommandFinds() throws Exception {
        Replay replay = new Replay(engine, block);
        Summary summary = IntStream.range(0, lines.size()).parallel().mapToObj(i -> replay.replay("log", i + 1, lines.get(i)))
                .collect(replay::summary, Summary::add, Summary::merge);
        ReplayerTest.Found found = ReplayerTest.replay(engine, block, 3, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
        assertThat(summary.records()).isEqualTo(found.summary.records()).isGreaterThan(5_000);
        assertThat(summary.changes()).isEqualTo(found.changes.size());
        assertThat(different(told(summary), told(found.summary))).isEmpty();
    }

    @Test
    void change_ofOneRecord_saysWhere_andWhy() {
        Replay replay = new Replay(engine, block);
        Replayed replayed = replay.replay("day.json", 7, lines.stream().filter(line -> replay.replay(line).change() != null).findFirst()
                .orElseThrow() + ",");
        assertThat(replayed.change()).satisfies(change -> {
            assertThat(change.file() + ":" + change.line()).isEqualTo("day.json:7");
            assertThat(change.after()).isEqualTo(Outcome.BLOCK);
            assertThat(change.policies()).containsExactly("block");
        });
    }

    @Test
    void text_thatIsNoRecord_isMalformed_whateverItIs() {
        Replay replay = new Replay(engine);
        for (String text : List.of("", " ", ",", "[]", "{", "}", "null", "{}", "\"\"", "{\"userId\": \"a\"}", "{\"userId\":\"a\"} {}",
                "\u0000", "{\"a\":1}")) {
            Replayed replayed = replay.replay("log", 3, text);
            assertThat(replayed.kind()).as("`" + text + "`").isEqualTo(Replayed.Kind.MALFORMED);
            assertThat(replayed.message()).isNotBlank();
            assertThat(replayed.line()).isEqualTo(3);
            assertThat(replayed.verdict()).isNull();
            assertThat(replayed.change()).isNull();
        }
    }

    @Test
    void summaries_ofDifferentPolicies_doNotMerge() {
        Summary summary = new Replay(engine).summary();
        assertThatThrownBy(() -> summary.merge(new Replay(block).summary())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("different policy sets");
    }
}
