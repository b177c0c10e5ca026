package dev.sallyport.edit;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What files and folders hold, and the locks that keep other writers out.
 *
 * @param contents the bytes of each file, by its name
 * @param locks the locks; {@code null} for files that are only read
 */
record LockedFiles(Map<String, byte[]> contents, @Nullable FolderLocks locks) implements AutoCloseable {

    private static final Path STANDARD_INPUT = Path.of("-");

    /** Reads files and folders. */
    static LockedFiles read(List<Path> paths) throws PolicyLoadException {
        return new LockedFiles(contents(files(paths)), null);
    }

    /**
     * Locks the folders of files, and reads them then.
     *
     * @param what what is on standard input if it is named, such as {@code a directory}
     */
    static LockedFiles lock(List<Path> paths, Duration patience, String what) throws PolicyLoadException, EditException {
        if (paths.contains(STANDARD_INPUT)) {
            throw new EditException(what + " on standard input cannot be changed", "name a file");
        }
        List<Path> files = files(paths);
        Set<Path> folders = new TreeSet<>();
        for (Path file : files) {
            if (Files.exists(file)) {
                folders.add(real(file).getParent());
            }
        }
        FolderLocks locks = FolderLocks.of(folders, patience);
        try {
            return new LockedFiles(contents(files), locks);
        } catch (PolicyLoadException | RuntimeException e) {
            locks.close();
            throw e;
        }
    }

    private static List<Path> files(List<Path> paths) throws PolicyLoadException {
        Diagnostics found = new Diagnostics();
        List<Path> files = paths.stream().flatMap(path -> Sources.files(path, found).stream()).toList();
        if (found.hasErrors()) {
            throw new PolicyLoadException(found.toList());
        }
        return files;
    }

    private static Map<String, byte[]> contents(List<Path> files) throws PolicyLoadException {
        Diagnostics found = new Diagnostics();
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (Path file : files) {
            try {
                contents.put(file.toString(), Sources.directoryBytes(file));
            } catch (NoSuchFileException e) {
                found.error("SP1001", Position.of(file.toString()), "no such file or folder", null);
            } catch (IOException e) {
                found.error("SP1001", Position.of(file.toString()), "cannot read the file: " + Sources.why(e), null);
            }
        }
        if (found.hasErrors()) {
            throw new PolicyLoadException(found.toList());
        }
        return contents;
    }

    static Path real(Path file) throws EditException {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw new EditException("`" + file + "` cannot be followed: " + Sources.why(e), null);
        }
    }

    /** Lets other writers in. */
    @Override
    public void close() {
        if (locks != null) {
            locks.close();
        }
    }
}
