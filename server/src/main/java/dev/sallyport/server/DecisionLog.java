package dev.sallyport.server;

import dev.sallyport.server.Settings.DecisionLogSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines to a file that is rotated, or to standard output, in a thread of its own.
 *
 * <p>A line waits in a queue with a bound. If the queue is full, the line is dropped and counted; or, where the settings say so, the
 * request waits. A file that cannot be written is tried again; until then lines are dropped, or requests wait.
 */
final class DecisionLog implements AutoCloseable {

    /** The number of lines that wait. With the largest record, they take 32 MiB. */
    private static final int QUEUE = 4_096;
    private static final int BATCH = 256;
    private static final long POLL_MILLIS = 200;
    private static final long RETRY_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 10_000;
    private static final System.Logger LOG = System.getLogger("dev.sallyport.server");

    private final DecisionLogSettings settings;
    private final BlockingQueue<String> queue;
    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;
    private @Nullable OutputStream out;
    private long size;
    private volatile boolean isClosing;
    private volatile boolean isFailing;

    /** @throws SettingsException if the file cannot be written */
    DecisionLog(DecisionLogSettings settings) throws SettingsException {
        this(settings, QUEUE);
    }

    /** @param capacity the number of lines that wait */
    DecisionLog(DecisionLogSettings settings, int capacity) throws SettingsException {
        this.settings = settings;
        this.queue = new ArrayBlockingQueue<>(capacity);
        try {
            out = open();
        } catch (IOException e) {
            throw new SettingsException("cannot write the decision log `" + settings.file() + "`: " + e,
                    "name a file in a folder that exists and can be written");
        }
        writer = new Thread(this::write, "sallyport-log");
        writer.setDaemon(true);
        writer.start();
    }

    /** Hands a line to the writer. */
    void add(String line) {
        if (queue.offer(line)) {
            return;
        }
        if (settings.blocksWhenFull() && !isClosing) {
            try {
                queue.put(line);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        dropped.increment();
    }

    /** Why no request can be answered soon; {@code null} if lines are written, or dropped. */
    @Nullable String unready() {
        return isFailing && settings.blocksWhenFull() ? "the decision log cannot be written" : null;
    }

    int queued() {
        return queue.size();
    }

    long written() {
        return written.sum();
    }

    long dropped() {
        return dropped.sum();
    }

    private void write() {
        List<String> batch = new ArrayList<>();
        while (!isClosing || !queue.isEmpty()) {
            try {
                String first = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    queue.drainTo(batch, BATCH);
                    write(batch);
                    batch.clear();
                }
            } catch (InterruptedException e) {
                break;                                  // close has waited long enough
            }
        }
        dropped.add(queue.size());
    }

    private void write(List<String> batch) throws InterruptedException {
        StringBuilder text = new StringBuilder();
        batch.forEach(each -> text.append(each).append('\n'));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        while (true) {
            try {
                OutputStream to = out == null ? open() : out;
                out = to;
                to.write(bytes);
                to.flush();
                size += bytes.length;
                written.add(batch.size());
                isFailing = false;
                rotate();
                return;
            } catch (IOException e) {
                failed(e);
                if (!settings.blocksWhenFull() || isClosing) {
                    dropped.add(batch.size());
                    return;
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    private void failed(IOException e) {
        if (!isFailing) {
            isFailing = true;
            LOG.log(System.Logger.Level.ERROR, "cannot write the decision log: " + e);
        }
        shut();
    }

    private OutputStream open() throws IOException {
        Path file = settings.file();
        if (file == null) {
            return System.out;
        }
        createForOwnerAndGroup(file);
        boolean isCutOff = endsInsideALine(file);
        OutputStream opened = Files.newOutputStream(file, StandardOpenOption.APPEND);
        if (isCutOff) {
            opened.write('\n');
        }
        size = Files.size(file);
        return opened;
    }

    /** Who signed in where is not for every user of the machine. */
    private static void createForOwnerAndGroup(Path file) throws IOException {
        boolean isPosix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        try {
            Files.createFile(file, isPosix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions
                    .fromString("rw-r-----"))} : new FileAttribute<?>[0]);
        } catch (FileAlreadyExistsException e) {
            // it is continued
        }
    }

    /** Whether a process or a disk stopped within the last line, which must not take the next one with it. */
    private static boolean endsInsideALine(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) == 0) {
            return false;
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            channel.position(channel.size() - 1);
            return channel.read(last) == 1 && last.get(0) != '\n';
        }
    }

    private void shut() {
        OutputStream before = out;
        out = null;
        if (before != null && settings.file() != null) {
            try {
                before.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "cannot close the decision log: " + e);
            }
        }
    }

    /** Numbers the files of before: 1 is the last one. */
    private void rotate() throws IOException {
        Path file = settings.file();
        if (file == null || size < settings.maxFileBytes()) {
            return;
        }
        shut();
        for (int i = settings.maxFiles() - 1; i >= 1; i--) {
            Path from = i == 1 ? file : numbered(file, i - 1);
            if (Files.exists(from)) {
                Files.move(from, numbered(file, i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (settings.maxFiles() == 1) {
            Files.delete(file);
        }
    }

    private static Path numbered(Path file, int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    /** Writes what waits, and ends. */
    @Override
    public void close() {
        isClosing = true;
        try {
            writer.join(CLOSE_MILLIS);
            writer.interrupt();
            writer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        shut();
    }
}
