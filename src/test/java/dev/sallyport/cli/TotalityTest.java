package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.SampleLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Any bytes in, an answer or a diagnostic out: files that we ship, damaged at random, go through every command that reads such files. {@code
 * -Dsallyport.mutants} of them a command, from {@code -Dsallyport.seed}; one that breaks a command is cut down to the bytes that matter.
 */
class TotalityTest {

    private static final long SEED = Long.getLong("sallyport.seed", 7);
    private static final int MUTANTS = Integer.getInteger("sallyport.mutants", 60);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String RULES = "rules/conditional-access";
    private static final String PEOPLE = "samples/directory.yaml";
    private static final String CLOCK = "2026-11-22T10:15:00Z";
    private static final Pattern ERROR = Pattern.compile("(?m)(^|: )error");

    /** What stands in YAML, JSON, CSV and requests and means something to a reader there. */
    private static final List<String> PIECES = List.of("---\n", "...\n", "&a ", "*a", "<<: *a", "!!java.lang.Runtime ", "|\n", ">-\n", "? ", "- ", ": ", "[", "]", "{", "}", ",",
            "\"", "'", "#", "\t", "\r", "\0", "\uFEFF", "\u202E", "\uD83D\uDE00", "null", "true", "~", "''", "1e999", "NaN", "-0", "9223372036854775808", "2026-13-45T99:00:00Z",
            "+1000000000-12-31T23:59:59Z", "All", "None", "*", "\\u0000", "\\uD800", "kind: ", "kind: bindings\n", "kind: directory\n", "@odata.type", "0.0.0.0/0", "::/0", "::ffff:1.2.3.4",
            "en-Latn", "[[[[[[[[[[[[[[[[", "{a: {a: {a: {a: {a: ", "\n", "\n  ", "\n\n", ";", "\"\"", "}\n{");

    /** A command and the kind of file that it reads. */
    enum Reader {
        CHECK("policies.yaml") {
            @Override
            String[] command(Path file) {
                return new String[] {"check", file.toString(), "-d", PEOPLE};
            }
        },
        POLICIES("policies.yaml") {
            @Override
            String[] command(Path file) {
                return new String[] {"evaluate", "-p", file.toString(), "-d", PEOPLE, "--clock", CLOCK, "--format", "json", "samples/emma-at-home.yaml"};
            }
        },
        EXPORT("export.json") {
            @Override
            String[] command(Path file) {
                return new String[] {"evaluate", "-p", file.toString(), "-d", PEOPLE, "--clock", CLOCK, "--explain", "samples/emma-at-home.yaml"};
            }
        },
        DIRECTORY("directory.yaml") {
            @Override
            String[] command(Path file) {
                return new String[] {"evaluate", "-p", RULES, "-d", file.toString(), "--clock", CLOCK, "--format", "json", "samples/emma-at-home.yaml"};
            }
        },
        USERS("directory.yaml") {
            @Override
            String[] command(Path file) {
                return new String[] {"users", "enable", "emma.hart@contoso.com", "-d", file.toString(), "--yes"};
            }
        },
        REPORT("directory.yaml") {
            @Override
            String[] command(Path file) {
                return new String[] {"users", "report", "-p", RULES, "-d", file.toString(), "--format", "csv"};
            }
        },
        REQUEST("request.yaml") {
            @Override
            String[] command(Path file) {
                return new String[] {"evaluate", "-p", RULES, "-d", PEOPLE, "--clock", CLOCK, "--format", "json", file.toString()};
            }
        },
        WHAT_IF("body.json") {
            @Override
            String[] command(Path file) {
                return new String[] {"whatif", "-p", RULES, "-d", PEOPLE, file.toString()};
            }
        },
        SUITE("suite.yaml") {
            @Override
            String[] command(Path file) {
                return new String[] {"test", "-p", RULES, "-d", PEOPLE, "--clock", CLOCK, file.toString()};
            }
        },
        LOG("log.json") {
            @Override
            String[] command(Path file) {
                return new String[] {"replay", "-p", RULES, "-d", PEOPLE, "--disagreements", file.toString()};
            }
        },
        TABLE("log.csv") {
            @Override
            String[] command(Path file) {
                return new String[] {"replay", "-p", RULES, "-d", PEOPLE, "--format", "json", file.toString()};
            }
        },
        TO_GRAPH("policies.yaml") {
            @Override
            String[] command(Path file) {
                return new String[] {"convert", "--to", "graph", "-d", PEOPLE, file.toString()};
            }
        },
        TO_YAML("export.json") {
            @Override
            String[] command(Path file) {
                return new String[] {"convert", "--to", "yaml", "-d", PEOPLE, file.toString()};
            }
        },
        FORMAT("policies.yaml") {
            @Override
            String[] command(Path file) {
                return new String[] {"fmt", file.toString()};
            }
        };

        private final String file;

        Reader(String file) {
            this.file = file;
        }

        abstract String[] command(Path file);

        List<byte[]> seeds() throws Exception {
            List<byte[]> seeds = new ArrayList<>();
            switch (file) {
                case "policies.yaml" -> {
                    addFiles(seeds, Path.of("rules"), ".yaml");
                    seeds.add("kind: bindings\nbindings: { \"<RING>-Exclude\": Break glass }\n---\n".concat(Files.readString(Path.of(RULES, "require-mfa-for-admins.yaml")))
                            .replace("Break glass]", "\"<RING>-Exclude\"]").getBytes(StandardCharsets.UTF_8));
                }
                case "export.json" -> {
                    for (String set : List.of(RULES, "rules/templates", "rules/security-defaults")) {
                        seeds.add(CommandRun.of("convert", "--to", "graph", "-d", PEOPLE, set).out().getBytes(StandardCharsets.UTF_8));
                    }
                }
                case "directory.yaml" -> {
                    seeds.add(Files.readAllBytes(Path.of(PEOPLE)));
                    seeds.add(Files.readAllBytes(Path.of("samples/story/directory.yaml")));
                }
                case "request.yaml" -> {
                    addFiles(seeds, Path.of("samples/requests"), ".yaml");
                    addFiles(seeds, Path.of("src/test/resources/dev/sallyport/attack/FuzzersInputs/request"), "");
                }
                case "suite.yaml" -> addFiles(seeds, Path.of("samples/tests"), ".yaml");
                case "body.json" -> addFiles(seeds, Path.of("src/test/resources/dev/sallyport/attack/FuzzersInputs/whatIf"), "");
                default -> {
                    PolicyEngine engine = PolicyEngine.load(List.of(Path.of(RULES)), PolicyEngine.loadDirectory(Path.of(PEOPLE)), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
                    for (SampleLog.Dialect dialect : SampleLog.Dialect.values()) {
                        ByteArrayOutputStream log = new ByteArrayOutputStream();
                        new SampleLog(engine, 5, SEED, 0).write(log, dialect);
                        if (file.endsWith("csv") == (dialect == SampleLog.Dialect.CSV)) {
                            seeds.add(log.toByteArray());
                        }
                    }
                }
            }
            return seeds;
        }
    }

    private static void addFiles(List<byte[]> seeds, Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).filter(each -> each.toString().endsWith(ending)).sorted().toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
    }

    // ---- the property

    @ParameterizedTest(name = "{0}")
    @EnumSource
    void bytes_ofAnyKind_areAnsweredOrRefusedWithADiagnostic(Reader reader, @TempDir Path folder) throws Exception {
        List<byte[]> seeds = reader.seeds();
        Path file = folder.resolve(reader.file);
        for (byte[] seed : seeds) {
            assertThat(fault(reader, file, seed)).as(reader + " of a file as we ship it").isNull();
        }
        for (int i = 0; i < MUTANTS; i++) {
            Random dice = new Random(SEED * 1_000_003 + i);
            byte[] mutant = mutated(seeds, dice);
            if (fault(reader, file, mutant) != null) {
                byte[] small = shrunk(mutant, each -> fault(reader, file, each) != null);
                throw new AssertionError(fault(reader, file, small) + "\n\n# sallyport " + String.join(" ", reader.command(Path.of(reader.file))) + "\n# " + reader.file
                        + ", in ISO-8859-1:\n" + new String(small, StandardCharsets.ISO_8859_1));
            }
        }
    }

    /** What is wrong with the answer, or {@code null}. */
    private static String fault(Reader reader, Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        CommandRun run;
        try {
            run = assertTimeoutPreemptively(LIMIT, () -> CommandRun.of(reader.command(file)));
        } catch (AssertionError e) {
            return e.getMessage();
        }
        boolean hasError = ERROR.matcher(run.all()).find();
        boolean wrong = run.all().contains("internal error") || run.all().contains("\tat ") || run.all().contains("the evaluation failed")
                || run.code() < 0 || run.code() > 2 || run.code() == 2 && !hasError || run.all().isBlank() && reader != Reader.FORMAT;
        return wrong ? "exit code " + run.code() + "\n" + run.all() : null;
    }

    // ---- damage

    private static byte[] mutated(List<byte[]> seeds, Random dice) {
        byte[] bytes = seeds.get(dice.nextInt(seeds.size()));
        for (int steps = 1 + dice.nextInt(4); steps > 0; steps--) {
            int from = dice.nextInt(bytes.length + 1);
            int to = Math.min(bytes.length, from + dice.nextInt(1 << dice.nextInt(9)));
            byte[] other = seeds.get(dice.nextInt(seeds.size()));
            int start = dice.nextInt(other.length + 1);
            bytes = switch (dice.nextInt(8)) {
                case 0 -> joined(bytes, from, new byte[] {(byte) dice.nextInt(256)}, Math.min(bytes.length, from + 1));
                case 1 -> joined(bytes, from, new byte[0], to);
                case 2 -> joined(bytes, to, Arrays.copyOfRange(bytes, from, to), to);
                case 3 -> joined(bytes, from, Arrays.copyOfRange(other, start, Math.min(other.length, start + 200)), to);
                case 4 -> Arrays.copyOf(bytes, from);
                case 5 -> lineRemovedOrDoubled(bytes, dice);
                default -> joined(bytes, from, PIECES.get(dice.nextInt(PIECES.size())).getBytes(StandardCharsets.UTF_8), dice.nextBoolean() ? from : to);
            };
        }
        return bytes;
    }

    private static byte[] joined(byte[] bytes, int end, byte[] middle, int begin) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, end);
        out.writeBytes(middle);
        out.write(bytes, begin, bytes.length - begin);
        return out.toByteArray();
    }

    private static byte[] lineRemovedOrDoubled(byte[] bytes, Random dice) {
        List<String> lines = new ArrayList<>(new String(bytes, StandardCharsets.ISO_8859_1).lines().toList());
        if (!lines.isEmpty()) {
            String line = lines.remove(dice.nextInt(lines.size()));
            for (int copies = dice.nextInt(3); copies > 0; copies--) {
                lines.add(dice.nextInt(lines.size() + 1), line);
            }
        }
        return String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The bytes without what does not matter: large pieces are tried first. */
    private static byte[] shrunk(byte[] bytes, Predicate<byte[]> isFault) {
        for (int piece = Math.max(1, bytes.length / 2); piece > 0; piece /= 2) {
            for (int from = 0; from < bytes.length;) {
                byte[] without = joined(bytes, from, new byte[0], Math.min(bytes.length, from + piece));
                if (isFault.test(without)) {
                    bytes = without;
                } else {
                    from += piece;
                }
            }
        }
        return bytes;
    }
}
