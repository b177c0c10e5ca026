package dev.sallyport.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Waits until files change. Folders are watched and not files, as editors replace a file by another one of its name; several
 * changes at once, as a save brings about, count as one.
 */
final class FileWatch implements WatchOption.Changes {

    private static final long QUIET_MILLIS = 100;

    private final WatchService service;
    private final List<Path> folders;
    /** The files that are watched alone. */
    private final Set<Path> files = new HashSet<>();
    private final Map<WatchKey, Path> watched = new HashMap<>();

    /** Watches from now on; a path that does not exist yet is waited for if its folder does. */
    FileWatch(List<Path> paths) {
        List<Path> absolute = paths.stream().map(path -> path.toAbsolutePath().normalize()).toList();
        folders = absolute.stream().filter(Files::isDirectory).toList();
        absolute.stream().filter(path -> !Files.isDirectory(path)).forEach(files::add);
        try {
            service = FileSystems.getDefault().newWatchService();
            register();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void register() throws IOException {
        for (Path file : files) {
            register(file.getParent());
        }
        for (Path folder : folders) {
            try (Stream<Path> walk = Files.walk(folder)) {
                for (Path each : (Iterable<Path>) walk.filter(Files::isDirectory)::iterator) {
                    register(each);
                }
            }
        }
    }

    /** Does nothing for a folder that is watched already. */
    private void register(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            watched.put(folder.register(service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE), folder);
        }
    }

    @Override
    public boolean await() throws InterruptedException {
        boolean changed = false;
        try {
            while (!changed) {
                changed = matters(service.take());
            }
            for (WatchKey key = service.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS); key != null; key = service.poll(QUIET_MILLIS,
                    TimeUnit.MILLISECONDS)) {
                matters(key);
            }
            register();
        } catch (IOException | UncheckedIOException e) {
            return true;                    // a folder went away in the meantime: look what is left
        }
        return true;
    }

    private boolean matters(WatchKey key) {
        boolean matters = false;
        Path folder = watched.get(key);
        for (WatchEvent<?> event : key.pollEvents()) {
            if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
                matters = true;
            } else {
                Path path = folder.resolve((Path) event.context());
                boolean hidden = path.getFileName().toString().startsWith(".") || path.getFileName().toString().endsWith("~");
                matters |= files.contains(path) || !hidden && folders.stream().anyMatch(path::startsWith);
            }
        }
        key.reset();
        return matters;
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
