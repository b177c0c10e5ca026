package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.edit.AtomicFile;
import dev.sallyport.parse.Sources;
import dev.sallyport.write.Formatter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes YAML files in one order and style. Exits with 2 when one cannot be read; the others are formatted all the same. */
@Command(name = "fmt", description = "Rewrites YAML files in one order and style. Comments and meaning stay. JSON files are skipped.")
final class FmtCommand implements Callable<Integer> {

    private static final Path STANDARD_INPUT = Path.of("-");

    @Parameters(paramLabel = "PATH", arity = "0..*", description = "Files or folders. Default: the current folder. - formats standard "
            + "input to standard output.")
    private List<Path> paths = List.of(Path.of("."));

    @Option(names = "--check", description = "Changes nothing. Lists the files that would change, and exits with 1 if there are any.")
    private boolean check;

    private final Terminal terminal;

    FmtCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Diagnostics found = new Diagnostics();
        Set<Path> files = new LinkedHashSet<>();
        paths.forEach(path -> files.addAll(Sources.files(path, found)));
        int changed = 0;
        int json = 0;
        int read = 0;
        if (files.isEmpty() && !found.hasErrors()) {
            terminal.error("there is no YAML in `" + paths.get(0) + "`", "name a file, or a folder with .yaml or .yml files");
            return ExitCode.UNUSABLE.code();
        }
        for (Path file : files) {
            if (Sources.isJson(file.toString())) {
                json++;
                continue;
            }
            String text = Sources.text(file, found);
            read += text == null ? 0 : 1;
            String formatted = text == null ? null : Formatter.format(file.toString(), text, Schemas::shapeOf, found);
            if (formatted == null) {
                continue;
            }
            boolean isInput = file.equals(STANDARD_INPUT);
            if (isInput && !check) {
                terminal.data().print(formatted);
            } else if (isInput ? !formatted.equals(text) : !Arrays.equals(formatted.getBytes(StandardCharsets.UTF_8),
                    Files.readAllBytes(file))) {
                try {
                    if (!check) {
                        AtomicFile.write(file, formatted);
                    }
                    changed++;
                    terminal.out().println(Glyphs.visible(file.toString()));
                } catch (IOException e) {
                    found.error("SP1001", Position.of(file.toString()), "cannot write the file: " + Sources.why(e), null);
                }
            }
        }
        terminal.diagnostics(found.toList());
        if (read + json > 0 && !(files.size() == 1 && files.contains(STANDARD_INPUT))) {
            terminal.err().println(Terminal.count(read, "file") + ", " + changed + (check ? " would change" : " changed")
                    + (json == 0 ? "" : "; JSON files are skipped (" + Terminal.count(json, "file") + ")"));
        }
        return (found.hasErrors() ? ExitCode.UNUSABLE : check && changed > 0 ? ExitCode.DOES_NOT_HOLD : ExitCode.FINE).code();
    }
}
