package dev.sallyport.edit;

import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Locks against a second writer: one a folder, on a file {@code .sallyport.lock} in it. The operating system gives a lock back
 * when its process dies; the file that is left over then is used again. Nothing is ever written to that file, and a link in its
 * place is not followed: a stranger may have put it there.
 */
final class FolderLocks implements AutoCloseable {

    private static final String NAME = ".sallyport.lock";

    /**
     * The locks of this process, with those being tried. POSIX gives all locks of a process on a file back when it closes the file
     * anywhere: only one thread at a time may open it, and it may not be read in between.
     */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final List<Held> held = new ArrayList<>();

    private record Held(Path file, FileChannel channel) { }

    private FolderLocks() { }

    /**
     * Locks folders, always in the order of their names, so that two writers cannot wait for each other.
     *
     * @param patience how long to wait for another writer
     */
    static FolderLocks of(Collection<Path> folders, Duration patience) throws EditException {
        FolderLocks locks = new FolderLocks();
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (Path folder : folders.stream().sorted().distinct().toList()) {
                locks.held.add(lock(folder, deadline));
            }
            return locks;
        } catch (EditException e) {
            locks.close();
            throw e;
        }
    }

    private static Held lock(Path folder, long deadline) throws EditException {
        Path file = folder.resolve(NAME);
        while (true) {
            try {
                Held held = OPEN.add(file) ? tryLock(file) : null;
                if (held != null) {
                    return held;
                }
                if (System.nanoTime() > deadline) {
                    throw new EditException("another command is changing files in `" + folder + "`",
                            "try again when that command has finished");
                }
                Thread.sleep(20);
            } catch (IOException e) {
                throw new EditException("the folder `" + folder + "` cannot be locked: " + Sources.why(e),
                        "get write permission for the folder");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EditException("interrupted while another command is changing files in `" + folder + "`", null);
            }
        }
    }

    /** {@code null} when another process has the lock, or removed its file while we were opening it. */
    private static Held tryLock(Path file) throws IOException, EditException {
        FileChannel channel = null;
        boolean isOurs = false;
        try {
            BasicFileAttributes before = made(file);
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            isOurs = isSame(before, attributes(file)) && channel.tryLock() != null && isSame(before, attributes(file));
        } catch (NoSuchFileException e) {
            isOurs = false;
        } finally {
            if (!isOurs) {
                close(file, channel);
            }
        }
        return isOurs ? new Held(file, channel) : null;
    }

    /** The file of the lock, made if there is none. */
    private static BasicFileAttributes made(Path file) throws IOException, EditException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // of another writer, or left over
        }
        BasicFileAttributes made = attributes(file);
        if (!made.isRegularFile()) {
            throw new EditException("`" + file + "` is " + (made.isSymbolicLink() ? "a link" : made.isDirectory() ? "a folder"
                    : "a device or pipe")
                    + ": this name is reserved for the lock of the folder", "check where it comes from, and remove it; nothing was "
                    + "written");
        }
        return made;
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Whether a path still leads to the file it led to. What is open keeps its number; what was removed passes on its number, not its time.
     */
    private static boolean isSame(BasicFileAttributes before, BasicFileAttributes now) {
        return Objects.equals(before.fileKey(), now.fileKey()) && before.lastModifiedTime().equals(now.lastModifiedTime());
    }

    private static void close(Path file, FileChannel channel) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            OPEN.remove(file);
        }
    }

    @Override
    public void close() {
        for (Held each : held) {
            try {
                Files.deleteIfExists(each.file());       // while it is still locked, so that nobody's else is removed
            } catch (IOException e) {
                // Windows deletes no open file; one that is left over does no harm
            }
            try {
                close(each.file(), each.channel());
            } catch (IOException e) {
                // the process ends soon, which closes it
            }
        }
        held.clear();
    }
}
