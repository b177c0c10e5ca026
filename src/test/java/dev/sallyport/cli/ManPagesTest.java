package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * The man pages say what --help says. {@code mvn test -Dtest=ManPagesTest -Dsallyport.update=true} writes their sources anew, and
 * {@code mvn -Pman asciidoctor:process-asciidoc} the pages themselves.
 */
class ManPagesTest {

    private static final Path PAGES = Path.of("docs/man");

    @TempDir
    private Path folder;

    @Test
    void manPages_compared_areThoseOfTheCommands() throws IOException {
        Terminal terminal = new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), 100, false, false);
        assertThat(ManPageGenerator.generateManPage(folder.toFile(), null, new boolean[0], true, Sallyport.commandLine(terminal, false).getCommandSpec())).isZero();
        Map<String, String> real = pages(folder);
        assertThat(real).containsKeys("sallyport.adoc", "sallyport-check.adoc", "sallyport-users-report.adoc");
        if (Boolean.getBoolean("sallyport.update")) {
            for (String old : pages(PAGES).keySet()) {
                Files.delete(PAGES.resolve(old));
            }
            for (Map.Entry<String, String> page : real.entrySet()) {
                Files.writeString(PAGES.resolve(page.getKey()), page.getValue());
            }
        }
        assertThat(pages(PAGES)).as("run the test with -Dsallyport.update=true").isEqualTo(real);
    }

    static List<String> sources() throws IOException {
        return List.copyOf(pages(PAGES).keySet());
    }

    @ParameterizedTest
    @MethodSource("sources")
    void manPage_rendered_saysWhatItsSourceSays(String source) throws IOException {
        String text = Files.readString(PAGES.resolve(source)).replaceAll("(?m)^(:|= ).*\n", "").replaceAll("\\{[a-z]+}|pass:c?\\[|xref:[^\\[]*|&#\\d+;", " ");
        String roff = Files.readString(PAGES.resolve(source.replace(".adoc", ".1")));
        String shown = roff.substring(roff.indexOf(".SH")).replaceAll("(?m)^\\.SH (.*)", "$1").replaceAll("(?m)^\\..*$", "").replaceAll("\\\\f(?:\\(..|.)", "")
                .replaceAll("\\\\\\*?(?:\\(..|\\[[^]]*])", " ").replaceAll("\\\\", "");
        assertThat(words(shown)).as("run `mvn -Pman asciidoctor:process-asciidoc`").isEqualTo(words(text));
    }

    private static List<String> words(String text) {
        return Pattern.compile("[\\p{L}\\p{N}]+").matcher(text).results().map(word -> word.group().toLowerCase(Locale.ROOT)).toList();
    }

    @Test
    void manPages_compared_haveASourceEach() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".1")).map(name -> name.replace(".1", ".adoc")).sorted())
                    .containsExactlyElementsOf(sources());
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    @EnabledIf(value = "isGroffThere", disabledReason = "groff is not installed")
    void manPage_rendered_givesNoWarning(String source) throws Exception {
        Path err = folder.resolve("err");
        Process groff = new ProcessBuilder("groff", "-man", "-Tutf8", "-ww", "-Kutf8", PAGES.resolve(source.replace(".adoc", ".1")).toString())
                .redirectError(err.toFile()).start();
        String text = new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(groff.waitFor()).isZero();
        assertThat(err).content().isEmpty();
        assertThat(text).contains(source.replace(".adoc", "").toUpperCase(Locale.ROOT) + "(1)");
    }

    static boolean isGroffThere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).anyMatch(folder -> Files.isExecutable(Path.of(folder, "groff")));
    }

    /** Without the marks by which parts of a page can be included elsewhere, and without the version. */
    private static Map<String, String> pages(Path folder) throws IOException {
        Map<String, String> pages = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".adoc")).toList()) {
                String text = Files.readString(file).replace("\r\n", "\n").replaceAll("(?m)^// (?:tag|end)::.*\n\n?", "")
                        .replaceAll("(?m)^:revnumber:.*\n", "").replaceAll("(?m)^:mansource:.*", ":mansource: Sallyport").replaceAll("(?m)^==  ?(.+):$", "== $1");
                pages.put(file.getFileName().toString(), text);
            }
        }
        return pages;
    }
}
