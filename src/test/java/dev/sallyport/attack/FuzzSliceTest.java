package dev.sallyport.attack;

import dev.sallyport.fixtures.Targets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A second of each fuzzer in every build: seeds and findings with a few of their bytes changed, the same ones each time unless
 * {@code -Dsallyport.seed} and {@code -Dsallyport.fuzzSeconds} say otherwise. The long runs, which watch the branches, are the profile {@code fuzz}.
 */
class FuzzSliceTest {

    private static final String[] WORDS = {"null", "[]", "{}", "\"", "'", "\n", "\r\n", ": ", "- ", "#", "&a ", "*a", "\\u0000", "\\", "-1", "1e999", "9999999999999999999",
        "true", "::", "/0", "/129", "%", "\u0000", "\u202e", "\ufeff", "😀", "!!str ", "? ", "| ", "---\n"};

    static TreeSet<String> targets() {
        return new TreeSet<>(Targets.ALL.keySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void changedInput_isDecidedOrRefused(String target) throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String input : FuzzCorpusTest.inputs()) {
            if (input.startsWith(target + "/")) {
                seeds.add(Files.readAllBytes(FuzzCorpusTest.CORPUS.resolve(input)));
            }
        }
        if (target.equals("edit")) {
            seeds.add(Files.readAllBytes(Path.of("samples/directory.yaml")));
        }
        Random dice = new Random(Long.getLong("sallyport.seed", 8));
        long end = System.nanoTime() + Long.getLong("sallyport.fuzzSeconds", 1) * 1_000_000_000;
        while (System.nanoTime() < end) {
            byte[] input = seeds.get(dice.nextInt(seeds.size()));
            for (int i = dice.nextInt(4); i >= 0; i--) {
                input = changed(input, seeds.get(dice.nextInt(seeds.size())), dice);
            }
            try {
                Targets.ALL.get(target).accept(input);
            } catch (Throwable e) {
                throw new AssertionError(target + " breaks at these bytes, in Base64: " + Base64.getEncoder().encodeToString(input), e);
            }
        }
    }

    /** With some bytes replaced by other ones, by a word, by a part of another input or by nothing. */
    private static byte[] changed(byte[] bytes, byte[] other, Random dice) {
        int from = dice.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + (dice.nextBoolean() ? 0 : dice.nextInt(12)));
        byte[] between = switch (dice.nextInt(4)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {(byte) dice.nextInt(256)};
            case 2 -> WORDS[dice.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8);
            default -> {
                int start = dice.nextInt(other.length + 1);
                yield Arrays.copyOfRange(other, start, Math.min(other.length, start + dice.nextInt(40)));
            }
        };
        byte[] changed = new byte[from + between.length + bytes.length - to];
        System.arraycopy(bytes, 0, changed, 0, from);
        System.arraycopy(between, 0, changed, from, between.length);
        System.arraycopy(bytes, to, changed, from + between.length, bytes.length - to);
        return changed;
    }
}
