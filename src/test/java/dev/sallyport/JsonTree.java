package dev.sallyport;

import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.Node;
import dev.sallyport.read.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Parses JSON that a test looks into. */
public final class JsonTree {

    private JsonTree() { }

    public static Node parse(String json) throws IOException {
        Path file = Files.createTempFile("tree", ".json");
        try {
            Files.writeString(file, json);
            Diagnostics diagnostics = new Diagnostics();
            List<Sources.Document> documents = Sources.read(List.of(file), diagnostics);
            if (diagnostics.hasErrors()) {
                throw new AssertionError(diagnostics.toList());
            }
            return documents.get(0).root();
        } finally {
            Files.delete(file);
        }
    }
}
