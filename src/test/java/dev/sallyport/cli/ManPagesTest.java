package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** The man pages say what --help says. {@code mvn test -Dtest=ManPagesTest -Dsallyport.update=true} writes them anew. */
class ManPagesTest {

    private static final Path PAGES = Path.of("docs/man");

    @TempDir
    private Path folder;

    @Test
    void man_pages_are_those_of_the_commands() throws IOException {
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
