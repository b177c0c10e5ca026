package dev.sallyport.edit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** Writes files so that whoever reads them finds the old text or the new one, never a part. */
public final class AtomicFile {

    /** How the name of a file ends that is being written; it begins with a dot and the name that it will have. */
    static final String ASIDE = ".tmp";

    private static final Set<OpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final FileAttribute<?> OWNERS = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private AtomicFile() { }

    /**
     * Writes a file in UTF-8, with the folders above it. A link is followed; owner, group and rights of a file that exists stay.
     *
     * @throws FileSystemException when the file has a second name that would keep the old text, or a group that a new file cannot be given
     */
    public static void write(Path file, String text) throws IOException {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes a file, with the folders above it. A link is followed; owner, group and rights of a file that exists stay.
     *
     * @throws FileSystemException when the file has a second name that would keep the old content, or a group that a new file cannot be
     *     given
     */
    public static void write(Path file, byte[] content) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        replace(target, content);
    }

    /** Writes aside, and puts the new file in the place of the old one, if there is one, when all of it is on the disk. */
    static void replace(Path target, byte[] content) throws IOException {
        boolean exists = Files.exists(target);
        boolean isPosix = Files.getFileStore(target.getParent()).supportsFileAttributeView(PosixFileAttributeView.class);
        if (exists) {
            refuseSecondName(target);
        }
        Path aside = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ASIDE);
        FileAttribute<?>[] rights = exists && isPosix ? new FileAttribute<?>[] {OWNERS} : new FileAttribute<?>[0];
        try {
            try (FileChannel channel = FileChannel.open(aside, NEW, rights)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                if (exists && isPosix) {
                    keepRights(target, aside);
                }
                channel.force(true);
            }
            move(aside, target);
        } finally {
            Files.deleteIfExists(aside);
        }
        force(target.getParent());
    }

    /** A file is replaced, not written over, so that a second name of it would go on with the old text, unseen. */
    private static void refuseSecondName(Path target) throws IOException {
        if (target.getFileSystem().supportedFileAttributeViews().contains("unix") && (int) Files.getAttribute(target, "unix:nlink") > 1) {
            throw new FileSystemException(target.toString(), null,
                    "it has a second hard link, which would keep the old text; replace that link with a copy or a symbolic link");
        }
    }

    /** Only root may give files away. A new owner is whoever writes; but a group must not get what was meant for another. */
    private static void keepRights(Path from, Path to) throws IOException {
        PosixFileAttributes old = Files.readAttributes(from, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        try {
            view.setGroup(old.group());
        } catch (IOException e) {
            if (isOfGroup(old)) {
                throw new FileSystemException(from.toString(), null,
                        "its group `" + old.group().getName() + "` cannot be kept; ask a member of the group, or `chgrp` the file");
            }
        }
        try {
            view.setOwner(old.owner());
        } catch (IOException e) {
            // see above
        }
        view.setPermissions(old.permissions());
    }

    /** Whether a group may do something that not everybody may. */
    private static boolean isOfGroup(PosixFileAttributes file) {
        String rights = PosixFilePermissions.toString(file.permissions());                   // rwxrwxrwx: owner, group, others
        return IntStream.range(3, 6).anyMatch(i -> rights.charAt(i) != '-' && rights.charAt(i + 3) == '-');
    }

    private static void move(Path aside, Path target) throws IOException {
        try {
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(aside, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Windows opens no folders; there the rename is written out with the file
        }
    }
}
