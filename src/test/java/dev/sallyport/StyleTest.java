package dev.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The layout of Java files, as .editorconfig asks for it. It wraps nothing by itself. */
class StyleTest {

    private static final int LONGEST_LINE = 140;
    private static final Pattern COMMENT_OR_TEXT = Pattern.compile("(?s)//[^\\n]*|/\\*(?!\\*).*?\\*/|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"");

    private static List<Path> files(String... folders) throws IOException {
        List<Path> files = new ArrayList<>();
        for (String folder : folders) {
            try (Stream<Path> walk = Files.walk(Path.of(folder))) {
                walk.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
            }
        }
        return files;
    }

    @Test
    void imports_areInOrder_onceEach_andUsed() throws IOException {
        Set<String> wrong = new TreeSet<>();
        for (Path file : files("src", "benchmarks/src", "server/src")) {
            String text = Files.readString(file);
            List<String> lines = text.lines().filter(line -> line.startsWith("import ")).toList();
            List<String> statics = lines.stream().filter(line -> line.startsWith("import static ")).toList();
            List<String> others = lines.stream().filter(line -> !line.startsWith("import static ")).toList();
            // static ones first; in the order of their characters; no blank lines but between the two
            List<String> ordered = new ArrayList<>(statics.stream().map(StyleTest::name).distinct().sorted().map(name -> "import static " + name + ";").toList());
            ordered.addAll(others.stream().map(StyleTest::name).distinct().sorted().map(name -> "import " + name + ";").toList());
            if (!lines.equals(ordered)) {
                wrong.add(file + ": order");
            }
            String code = COMMENT_OR_TEXT.matcher(text.replaceAll("(?m)^(import|package) .*$", "")).replaceAll("");
            for (String line : lines) {
                String simple = name(line).substring(name(line).lastIndexOf('.') + 1);
                if (!simple.equals("*") && !Pattern.compile("\\b" + Pattern.quote(simple) + "\\b").matcher(code).find()) {
                    wrong.add(file + ": unused " + simple);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static String name(String line) {
        return line.replaceAll("^import (static )?|;\\s*$", "");
    }

    @Test
    void lines_haveNoTabs_noTrailingBlanks_andOneLineEnd() throws IOException {
        Set<String> wrong = new TreeSet<>();
        for (Path file : files("src", "benchmarks/src", "server/src")) {
            String text = Files.readString(file);
            if (text.indexOf('\t') >= 0 || text.indexOf('\r') >= 0 || Pattern.compile("(?m)[ \\u00A0]+$").matcher(text).find() || !text.endsWith("\n") || text.endsWith("\n\n")) {
                wrong.add(file.toString());
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** In tests a long line of input or a table is read more easily than a broken one. */
    @Test
    void lines_areNoLongerThanTheColumnLimit() throws IOException {
        Set<String> wrong = new TreeSet<>();
        for (Path file : files("src/main", "server/src/main")) {
            // a text block has the lines of what it holds
            String text = Pattern.compile("(?s)\"\"\".*?\"\"\"").matcher(Files.readString(file)).replaceAll(block -> "\n".repeat((int) block.group().lines().count() - 1));
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > LONGEST_LINE) {
                    wrong.add(file + ":" + (i + 1));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}
