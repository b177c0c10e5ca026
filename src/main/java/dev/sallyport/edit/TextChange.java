package dev.sallyport.edit;

import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Another text for a file, or a new file.
 *
 * @param path the file
 * @param before its text in UTF-8; {@code null} if there is no such file
 * @param after the text that it gets
 */
public record TextChange(Path path, @Nullable String before, String after) {

    /** The change as a unified diff, for people. */
    public String diff() {
        return UnifiedDiff.of(path.getFileName().toString(), Objects.requireNonNullElse(before, ""), after);
    }

    /**
     * Writes the file as a whole, while other writers are kept out of its folder. Makes the file if it did not exist.
     *
     * @param patience how long to wait for another writer
     * @throws EditException if the file is not what it was, or cannot be written; it is unchanged then
     */
    public void write(Duration patience) throws EditException {
        Path folder = Objects.requireNonNull(path.toAbsolutePath().normalize().getParent());
        try (FolderLocks locks = FolderLocks.of(List.of(LockedFiles.real(folder)), patience)) {
            if (before != null) {
                new Replacement(path, before.getBytes(StandardCharsets.UTF_8), after.getBytes(StandardCharsets.UTF_8)).write();
            } else if (Files.exists(path)) {
                throw Replacement.changed(path);
            } else {
                AtomicFile.write(path, after);
            }
        } catch (IOException e) {
            throw new EditException("`" + path + "` cannot be written: " + Sources.why(e), "the file is unchanged");
        }
    }
}
