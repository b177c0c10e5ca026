package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that writes each example of an analysis as a file of its own, and never over a file that is there. */
final class WitnessesOption {

    @Option(names = "--witnesses", paramLabel = "DIR", description = "Writes each example as a file into this folder, which must be new or "
            + "empty.")
    private Path folder;

    /** The files of the last round, which the next one replaces. */
    private final List<Path> written = new ArrayList<>();

    /** The folder; {@code null} without the option. */
    @Nullable Path folder() {
        return folder;
    }

    /**
     * Writes the files of a round.
     *
     * @param texts the text of each file by its name
     * @throws PolicyLoadException if there are files in the folder, or one cannot be written
     */
    void write(Map<String, String> texts) throws PolicyLoadException {
        if (folder == null) {
            return;
        }
        try {
            for (Path own : written) {
                Files.deleteIfExists(own);
            }
            written.clear();
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(folder)) {
                Path other = files.sorted().findFirst().orElse(null);
                if (other != null) {
                    throw refusal("the folder is not empty: `" + other.getFileName() + "` is in it");
                }
            }
            for (Map.Entry<String, String> text : texts.entrySet()) {
                Path file = folder.resolve(text.getKey());
                Files.writeString(file, text.getValue(), StandardOpenOption.CREATE_NEW);
                written.add(file);
            }
        } catch (IOException e) {
            throw refusal("the examples cannot be written: " + Sources.why(e));
        }
    }

    private PolicyLoadException refusal(String message) {
        return new PolicyLoadException(List.of(new Diagnostic(Severity.ERROR, "SP1407", message, Position.of(folder.toString()),
                "name a folder for `--witnesses` that is new or empty", null)));
    }
}
