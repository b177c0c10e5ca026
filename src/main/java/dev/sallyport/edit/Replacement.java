package dev.sallyport.edit;

import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A file that gets other contents.
 *
 * @param before what it holds; another program may have changed that in the meantime
 */
record Replacement(Path path, byte[] before, byte[] after) {

    /**
     * Writes files, each as a whole or not at all. When one fails, those before it stay written and the error names them.
     *
     * @throws EditException when one of them cannot be written, or was changed by another program that does not keep to the lock
     */
    static void write(List<Replacement> all) throws EditException {
        List<Path> paths = all.stream().map(Replacement::path).toList();
        for (int i = 0; i < all.size(); i++) {
            try {
                all.get(i).write();
            } catch (EditException e) {
                throw i == 0 ? e : new EditException(e.getMessage() + "; written already: " + paths.subList(0, i) + ", not written: "
                        + paths.subList(i, paths.size()), e.help());
            }
        }
    }

    /** Puts the new file in the place of the old one, as a whole. */
    void write() throws EditException {
        Path real = LockedFiles.real(path);
        try {
            removeLeftovers(real);
            if (!Arrays.equals(Files.readAllBytes(real), before)) {
                throw changed(path);
            }
            if (!Files.isWritable(real)) {
                throw new EditException("`" + path + "` is read-only", "make it writable, or work on a copy");
            }
            AtomicFile.replace(real, after);
        } catch (IOException e) {
            throw new EditException("`" + path + "` cannot be written: " + Sources.why(e), "the file is unchanged");
        }
    }

    static EditException changed(Path path) {
        return new EditException("`" + path + "` was changed by another program in the meantime",
                "nothing was written to it; run the command again");
    }

    /** What a process left that died while it wrote; nobody else writes here now. */
    private static void removeLeftovers(Path real) throws IOException {
        String prefix = "." + real.getFileName() + ".";
        try (DirectoryStream<Path> all = Files.newDirectoryStream(real.getParent(), file -> file.getFileName().toString().startsWith(prefix)
                && file.getFileName().toString().endsWith(AtomicFile.ASIDE))) {
            for (Path each : all) {
                Files.deleteIfExists(each);
            }
        }
    }
}
