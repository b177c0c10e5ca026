package dev.sallyport.cli;

import dev.sallyport.analyse.InvariantReader;
import dev.sallyport.analyse.Invariants;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.parse.Sources;
import java.nio.file.Path;
import java.util.List;

/** Files and folders with invariants and accepted gaps. */
public final class InvariantFiles {

    private InvariantFiles() { }

    /**
     * Reads documents in YAML or JSON.
     *
     * @throws PolicyLoadException if a file cannot be read or something in it is wrong, with every mistake
     */
    public static Invariants load(List<Path> paths) throws PolicyLoadException {
        Diagnostics found = new Diagnostics();
        Invariants read = new InvariantReader(found).read(Sources.read(paths, found));
        if (found.hasErrors()) {
            throw new PolicyLoadException(found.toList());
        }
        return read;
    }
}
