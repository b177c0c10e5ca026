package dev.sallyport.edit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/**
 * Locks against a second writer: one a folder, on a file {@code .sallyport.lock} in it. The operating system gives a lock back
 * when its process dies; the file that is left over then is used again.
 */
final class FolderLocks implements AutoCloseable {

    private static final String NAME = ".sallyport.lock";

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
                Held held = tryLock(file);
                if (held != null) {
                    return held;
                }
                if (System.nanoTime() > deadline) {
                    throw new EditException("another command is changing files in `" + folder + "`", "try again when it has finished");
                }
                Thread.sleep(20);
            } catch (IOException e) {
                throw new EditException("the folder `" + folder + "` cannot be locked: " + e.getMessage(), "a change needs the right to write into it");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EditException("interrupted while another command is changing files in `" + folder + "`", null);
            }
        }
    }

    /** {@code null} when another writer has the lock, or removed its file while we were waiting for it. */
    private static Held tryLock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean isOurs = false;
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                byte[] token = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
                channel.write(ByteBuffer.wrap(token), 0);
                isOurs = Files.exists(file) && new String(Files.readAllBytes(file), StandardCharsets.UTF_8).startsWith(new String(token, StandardCharsets.UTF_8));
            }
        } catch (OverlappingFileLockException e) {
            isOurs = false;                              // another thread of this process has it
        } finally {
            if (!isOurs) {
                channel.close();
            }
        }
        return isOurs ? new Held(file, channel) : null;
    }

    @Override
    public void close() {
        for (Held each : held) {
            try (FileChannel channel = each.channel()) {
                Files.deleteIfExists(each.file());       // while it is still locked, so that nobody's else is removed
            } catch (IOException e) {
                continue;                                // Windows deletes no open file; one that is left over does no harm
            }
        }
        held.clear();
    }
}
