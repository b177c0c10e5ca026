package dev.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 500 requests of each protocol in every build: good ones with a few of their bytes changed, under policies that block everyone, so that each
 * allow is a fault. The same ones each time, unless {@code -Dsallyport.seed} and {@code -Dsallyport.fuzzSeconds} say otherwise.
 */
class ProtocolFuzzTest {

    private static final String[] WORDS = {"null", "[]", "{}", "\"", "\\", "\\u0000", "\\ud800", "\n", ",", ":", "-1", "1e999", "true", "%2e", "%00", "//", "../",
        ";", "\u0000", "\u202e", "\ufeff", "😀", "ann", "ida", "Wiki", "All", "registration", "signIn", "kind", "user", "servicePrincipal", "applications",
        "${subject.id}", "Bearer ", "https://", "@", "0.0.0.0", "::1"};
    @TempDir
    private static Path folder;
    private static Protocols protocols;

    @BeforeAll
    static void start() throws Exception {
        protocols = new Protocols(folder);
    }

    @AfterAll
    static void stop() {
        protocols.close();
    }

    static List<String> protocols() {
        return Protocols.NAMES;
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void goodRequest_isDecidedAsNo(String name) {
        assertThat(protocols.ask(name, protocols.seed(name))).isNotEqualTo(400);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void changedRequest_isAnsweredAndNeverAllowed(String name) {
        byte[] seed = protocols.seed(name);
        Random dice = new Random(Long.getLong("sallyport.seed", 18));
        long end = System.nanoTime() + Long.getLong("sallyport.fuzzSeconds", 0) * 1_000_000_000;
        for (int asked = 0; asked < 500 || System.nanoTime() < end; asked++) {
            byte[] input = seed;
            for (int i = dice.nextInt(5); i >= 0; i--) {
                input = changed(input, dice);
            }
            protocols.ask(name, input);
        }
    }

    /** With some bytes replaced by other ones, by a word, by a part of itself or by nothing. */
    private static byte[] changed(byte[] bytes, Random dice) {
        int from = dice.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + (dice.nextBoolean() ? 0 : dice.nextInt(12)));
        byte[] between = switch (dice.nextInt(4)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {(byte) dice.nextInt(256)};
            case 2 -> WORDS[dice.nextInt(WORDS.length)].getBytes(StandardCharsets.UTF_8);
            default -> {
                int start = dice.nextInt(bytes.length + 1);
                yield Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + dice.nextInt(40)));
            }
        };
        byte[] changed = new byte[from + between.length + bytes.length - to];
        System.arraycopy(bytes, 0, changed, 0, from);
        System.arraycopy(between, 0, changed, from, between.length);
        System.arraycopy(bytes, to, changed, from + between.length, bytes.length - to);
        return changed;
    }

    // ---- paths

    /** Whatever a careless server could read as the admin page is the admin page for the table, or nothing. */
    @Test
    void path_thatSomeServerReadsAsTheAdminPage_isNoOtherPage() throws Exception {
        ApplicationTable table = new ApplicationTable(SettingsReader.read(Running.resource("gateway/server.yaml")).applications());
        Random dice = new Random(Long.getLong("sallyport.seed", 18));
        String[] parts = {"/", "/admin", "admin", "/page", "..", ".", "%2e", "%2E", "%2f", "%5c", "\\", ";", ";a=b", "//", "%61", "%41", "A", "ADMIN", "dmin", "%2561",
            "%252e", "a", "%00", "%", "?", "#", " ", "é", "%c3%a9", "Admin", "/.", "/..", "users"};
        int found = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder path = new StringBuilder("/");
            for (int j = dice.nextInt(6); j >= 0; j--) {
                path.append(parts[dice.nextInt(parts.length)]);
            }
            Settings.ApplicationEntry row = table.find("wiki.contoso.com", path.toString());
            if (row != null && !row.path().equals("/admin")) {
                found++;
                assertThat(carelessly(path.toString())).as(path.toString()).doesNotMatch("/admin(/.*)?");
            }
        }
        assertThat(found).as("paths with one reading").isGreaterThan(1_000);
    }

    /** The path as a server reads it that decodes twice, knows backslashes and parameters, and takes no notice of case. */
    private static String carelessly(String target) {
        String path = target.replaceFirst("[?#].*", "");
        for (int i = 0; i < 2; i++) {
            StringBuilder decoded = new StringBuilder();
            for (int j = 0; j < path.length(); j++) {
                if (path.charAt(j) == '%' && path.substring(j).matches("(?s)%[0-9a-fA-F]{2}.*")) {
                    decoded.append((char) Integer.parseInt(path.substring(j + 1, j + 3), 16));
                    j += 2;
                } else {
                    decoded.append(path.charAt(j));
                }
            }
            path = decoded.toString();
        }
        List<String> segments = new ArrayList<>();
        for (String each : path.replace('\\', '/').split("/")) {
            String segment = each.replaceFirst("[;\u0000].*", "");
            if (segment.equals("..") && !segments.isEmpty()) {
                segments.remove(segments.size() - 1);
            } else if (!segment.isEmpty() && !segment.equals(".") && !segment.equals("..")) {
                segments.add(segment);
            }
        }
        return "/" + String.join("/", segments).strip().toLowerCase(java.util.Locale.ROOT);
    }
}
