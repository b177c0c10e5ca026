package dev.sallyport;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Waits for changes of files, and tells whether their contents changed.
 *
 * <p>Folders are watched and not files, because editors replace a file by another one. All folders above are watched too, because each
 * may be a link that changes, or be missing for a moment. An event is only a reason to look: the {@link #fingerprint} decides. So a lost
 * event delays a change until the next look and does no other harm. File systems without events, such as network file systems, need a
 * look from time to time.
 *
 * <p>For one thread, except {@link #close}.
 */
public final class FileChanges implements AutoCloseable {

    /** The longest wait while files keep changing, in quiet periods. */
    private static final int BUSY = 20;
    /** Links may lead in circles. */
    private static final int MOST_STEPS = 20_000;

    private final List<List<Path>> parts;
    private final long quiet;
    /** {@code null} where the system has no events to give. */
    private final @Nullable WatchService service;
    /** The names that matter in each folder that is watched; {@code null} for all. */
    private Map<WatchKey, @Nullable Set<String>> watched = new HashMap<>();

    /**
     * Makes a watch; it begins with the first {@link #fingerprint}.
     *
     * @param parts files and folders; each part has a fingerprint of its own
     * @param quiet the quiet period: changes that follow each other within it count as one
     */
    public FileChanges(List<List<Path>> parts, Duration quiet) {
        this.parts = parts.stream().map(part -> part.stream().map(Path::toAbsolutePath).toList()).toList();
        this.quiet = quiet.toNanos();
        this.service = service();
    }

    private static @Nullable WatchService service() {
        try {
            return FileSystems.getDefault().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            return null;                    // as when all of a system's are taken
        }
    }

    // ---- events

    /**
     * Waits until something may have changed and then nothing happens for the quiet period.
     *
     * @param longest the longest wait
     * @throws InterruptedException if the thread is interrupted
     * @throws java.nio.file.ClosedWatchServiceException if this is closed
     */
    public void await(Duration longest) throws InterruptedException {
        if (service == null) {
            TimeUnit.NANOSECONDS.sleep(longest.toNanos());
            return;
        }
        long begin = System.nanoTime();
        boolean changed = false;
        for (long left = longest.toNanos(); !changed && left > 0; left = longest.toNanos() - (System.nanoTime() - begin)) {
            WatchKey key = service.poll(left, TimeUnit.NANOSECONDS);
            changed = key != null && matters(key);
        }
        if (changed) {
            settle();
        }
    }

    /** Waits until nothing happens for the quiet period, but at most 20 of them. */
    public void settle() throws InterruptedException {
        if (service == null) {
            TimeUnit.NANOSECONDS.sleep(quiet);
            return;
        }
        long begin = System.nanoTime();
        long last = begin;
        for (long now = begin; now - last < quiet && now - begin < BUSY * quiet; now = System.nanoTime()) {
            WatchKey key = service.poll(quiet - (now - last), TimeUnit.NANOSECONDS);
            if (key != null && matters(key)) {
                last = System.nanoTime();
            }
        }
    }

    private boolean matters(WatchKey key) {
        Set<String> names = watched.getOrDefault(key, Set.of());
        boolean matters = names == null;
        for (WatchEvent<?> event : key.pollEvents()) {
            matters |= event.kind() == StandardWatchEventKinds.OVERFLOW || names != null && names.contains(event.context().toString());
        }
        return !key.reset() || matters;                 // a folder that is gone
    }

    /** Watches what there is to watch now; what cannot be watched is looked at now and then. */
    private void watch() {
        if (service == null) {
            return;
        }
        Map<WatchKey, Set<String>> now = new HashMap<>();
        Set<Path> done = new HashSet<>();
        for (Path path : parts.stream().flatMap(List::stream).toList()) {
            watchWay(path, now, done);
            try (Stream<Path> walk = Files.walk(path.toRealPath())) {
                for (Path each : (Iterable<Path>) walk::iterator) {
                    if (Files.isDirectory(each)) {
                        watch(each, null, now);
                    }
                    if (Files.isSymbolicLink(each)) {
                        watchWay(each, now, done);
                    }
                }
            } catch (IOException | UncheckedIOException e) {
                // gone, or a link that leads nowhere: the way to it is watched
            }
        }
        watched.keySet().stream().filter(key -> !now.containsKey(key)).forEach(WatchKey::cancel);
        watched = now;
    }

    /** Watches the folders above a path, and those that links on the way lead through. */
    private void watchWay(Path path, Map<WatchKey, Set<String>> now, Set<Path> done) {
        Path folder = path.getParent();
        if (folder == null || done.size() > MOST_STEPS || !done.add(path)) {
            return;
        }
        watch(folder, path.getFileName().toString(), now);
        if (Files.isSymbolicLink(path)) {
            try {
                watchWay(folder.resolve(Files.readSymbolicLink(path)), now, done);
            } catch (IOException e) {
                // gone in the meantime
            }
        }
        watchWay(folder, now, done);
    }

    private void watch(Path folder, @Nullable String name, Map<WatchKey, Set<String>> now) {
        try {
            WatchKey key = folder.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            if (name == null) {
                now.put(key, null);
            } else if (!now.containsKey(key)) {
                now.put(key, new HashSet<>(Set.of(name)));
            } else if (now.get(key) != null) {
                now.get(key).add(name);
            }
        } catch (IOException | SecurityException e) {
            // not there, not readable, or more than the system can watch
        }
    }

    // ---- contents

    /** A fingerprint per part: equal as long as the names and contents of its files, or the reasons why they cannot be read, are equal. */
    public List<String> fingerprint() {
        watch();                            // before looking, so that nothing happens between the two
        return parts.stream().map(FileChanges::fingerprint).toList();
    }

    private static String fingerprint(List<Path> paths) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        for (Path path : paths) {
            Diagnostics found = new Diagnostics();
            for (Path file : Sources.files(path, found)) {
                add(digest, file.toString());
                add(digest, file);
            }
            add(digest, found.toList().toString());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void add(MessageDigest digest, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 16];
            long length = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
                length += read;
            }
            add(digest, Long.toString(length));
        } catch (IOException e) {
            add(digest, e.toString());
        }
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    /** Stops watching; a waiting thread gets an exception at once. */
    @Override
    public void close() {
        try {
            if (service != null) {
                service.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
