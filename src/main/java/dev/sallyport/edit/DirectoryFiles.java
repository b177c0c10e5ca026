package dev.sallyport.edit;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.edit.UserEdits.Edit;
import dev.sallyport.model.Directory;
import dev.sallyport.model.UserState;
import dev.sallyport.model.WellKnown;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import dev.sallyport.parse.Sources.Document;
import dev.sallyport.parse.TextDecoder;
import dev.sallyport.read.Resources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * The files of a directory, to be read and to be changed. A change touches only the text of what changes: comments, unknown
 * fields, order and style stay. Before anything is written the new text is read again, and has to hold exactly the change that
 * was asked for and nothing else. A file is replaced as a whole, so that a crash leaves the old one or the new one.
 *
 * <p>Changes in several files are made one file after the other; a crash in between leaves some of them changed.
 */
public final class DirectoryFiles implements AutoCloseable {

    private final Map<String, byte[]> contents;
    private final Directory directory;
    private final Resources resources;
    private final Map<String, Long> fingerprints;
    private final List<Diagnostic> warnings;
    private final LockedFiles files;
    private final Memory memory;

    private DirectoryFiles(LockedFiles files, Memory memory) throws PolicyLoadException {
        this.files = files;
        this.memory = memory;
        this.contents = files.contents();
        Reading reading = memory.of(contents);
        this.directory = reading.directory();
        this.resources = reading.resources();
        this.fingerprints = reading.fingerprints();
        this.warnings = reading.warnings();
    }

    /** What contents mean. */
    private record Reading(Map<String, byte[]> contents, Directory directory, Resources resources, Map<String, Long> fingerprints,
            List<Diagnostic> warnings) {

        static Reading of(Map<String, byte[]> contents) throws PolicyLoadException {
            Diagnostics found = new Diagnostics();
            Map<String, List<Document>> documents = new LinkedHashMap<>();
            contents.forEach((file, bytes) -> documents.put(file, Sources.parseDirectory(file, bytes, found)));
            Resources resources = Resources.of(documents.values().stream().flatMap(List::stream).toList(), found);
            if (found.hasErrors()) {
                throw new PolicyLoadException(found.toList());
            }
            return new Reading(contents, resources.directory(), resources, DirectoryFiles.fingerprints(documents, resources),
                    found.toList());
        }

        /** Whether these contents are the same files with the same bytes, in the same order. */
        boolean isOf(Map<String, byte[]> others) {
            return List.copyOf(contents.keySet()).equals(List.copyOf(others.keySet())) && contents.entrySet().stream()
                    .allMatch(file -> Arrays.equals(file.getValue(), others.get(file.getKey())));
        }
    }

    /**
     * What the last contents meant, for a program that changes the same files again and again: bytes are always read from the files, but
     * what was parsed is not parsed again while it has the same bytes. Thread-safe.
     */
    public static final class Memory {

        /** The files as they are, and as a change would make them. */
        private static final int MOST = 2;

        private final Deque<Reading> last = new ArrayDeque<>();

        private synchronized Reading of(Map<String, byte[]> contents) throws PolicyLoadException {
            Reading known = last.stream().filter(each -> each.isOf(contents)).findFirst().orElse(null);
            Reading reading = known == null ? Reading.of(contents) : known;
            last.removeIf(each -> each == reading);
            last.addFirst(reading);
            if (last.size() > MOST) {
                last.removeLast();
            }
            return reading;
        }
    }

    /**
     * Reads files and folders to look at them; they cannot be written.
     *
     * @throws PolicyLoadException when one of them cannot be used
     */
    public static DirectoryFiles read(List<Path> paths) throws PolicyLoadException {
        return read(paths, new Memory());
    }

    /** The same, with what was parsed before. */
    public static DirectoryFiles read(List<Path> paths, Memory memory) throws PolicyLoadException {
        return new DirectoryFiles(LockedFiles.read(paths), memory);
    }

    /**
     * Reads files and folders to change them, and keeps other writers out until this is closed.
     *
     * @param patience how long to wait for another writer
     * @throws PolicyLoadException when one of them cannot be used
     * @throws EditException       when another writer does not finish
     */
    public static DirectoryFiles lock(List<Path> paths, Duration patience) throws PolicyLoadException, EditException {
        return lock(paths, patience, new Memory());
    }

    /** The same, with what was parsed before. */
    public static DirectoryFiles lock(List<Path> paths, Duration patience, Memory memory) throws PolicyLoadException, EditException {
        LockedFiles files = LockedFiles.lock(paths, patience, "a directory");
        try {
            return new DirectoryFiles(files, memory);
        } catch (PolicyLoadException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** What the files hold. */
    public Directory directory() {
        return directory;
    }

    /** What is worth knowing about the files although they can be used. */
    public List<Diagnostic> warnings() {
        return warnings;
    }

    /** Where a user of {@link #directory()} stands. */
    public Position position(UserState user) {
        return resources.position(user);
    }

    /**
     * Works out a change of any number of users and checks it; nothing is written yet.
     *
     * @param users users as they shall be; the ids say which ones are meant
     * @throws EditException when the files cannot be changed in exactly this way
     */
    public Change change(Collection<UserState> users) throws EditException {
        return change(users, (stage, done, all) -> { });
    }

    /** Told how far a change is: {@code done} of {@code all} users in a stage. */
    @FunctionalInterface
    public interface Progress {
        void at(String stage, int done, int all);
    }

    /** The same, for somebody who watches. */
    public Change change(Collection<UserState> users, Progress progress) throws EditException {
        Map<String, Map<Position, UserState>> changed = new LinkedHashMap<>();
        Map<String, UserState> byId = new HashMap<>();
        for (UserState user : users) {
            UserState before = directory.user(user.id());
            if (before == null) {
                throw new EditException("unknown user id `" + user.id() + "`", null);
            }
            if (!before.equals(user)) {
                Position position = resources.position(before);
                changed.computeIfAbsent(position.file(), file -> new HashMap<>()).put(position, user);
                byId.put(WellKnown.fold(user.id()), user);
            }
        }
        List<FileChange> files = new ArrayList<>();
        int done = 0;
        for (Map.Entry<String, Map<Position, UserState>> file : changed.entrySet()) {
            int before = done;
            files.add(change(file.getKey(), file.getValue(), found -> progress.at("changing", before + found, byId.size())));
            done += file.getValue().size();
        }
        progress.at("checking", 0, byId.size());
        verify(files, byId);
        progress.at("checking", byId.size(), byId.size());
        return new Change(files);
    }

    private FileChange change(String file, Map<Position, UserState> users, IntConsumer found) throws EditException {
        byte[] bytes = contents.get(file);
        TextDecoder.Encoding encoding = TextDecoder.encoding(bytes);
        String text = new String(bytes, encoding.mark(), bytes.length - encoding.mark(), encoding.charset());
        boolean isJson = Sources.isJson(file);
        Map<Position, Outline.Fields> outline = Outline.of(file, text, isJson, users.keySet(), found);
        UserEdits surgeon = new UserEdits(text, isJson);
        for (Map.Entry<Position, UserState> user : users.entrySet()) {
            Outline.Fields fields = outline.get(user.getKey());
            if (fields == null) {
                throw new EditException("the user `" + user.getValue().userPrincipalName() + "` cannot be found again in `" + file + "`",
                        "edit the file yourself");
            }
            surgeon.change(fields, directory.user(user.getValue().id()), user.getValue());
        }
        List<Edit> edits = FileChange.inOrder(surgeon.edits());
        byte[] after = FileChange.apply(text, edits).getBytes(encoding.charset());
        byte[] whole = Arrays.copyOf(bytes, encoding.mark() + after.length);
        System.arraycopy(after, 0, whole, encoding.mark(), after.length);
        return new FileChange(Path.of(file), bytes, whole, text, edits);
    }

    /** Reads everything again as it would be. */
    private void verify(List<FileChange> files, Map<String, UserState> changed) throws EditException {
        if (files.isEmpty()) {
            return;
        }
        Map<String, byte[]> after = new LinkedHashMap<>(contents);
        files.forEach(file -> after.put(file.path().toString(), file.after()));
        Reading read;
        try {
            read = memory.of(after);
        } catch (PolicyLoadException e) {
            Diagnostic first = e.diagnostics().stream().filter(Diagnostic::isError).findFirst().orElseThrow();
            throw refused(first.position() == null ? files.get(0).path().toString() : first.position().file(),
                    "the result could not be read: " + first.message());
        }
        List<UserState> wanted = directory.users().stream().map(user -> changed.getOrDefault(WellKnown.fold(user.id()), user)).toList();
        for (int i = 0; i < wanted.size(); i++) {
            if (i >= read.directory().users().size() || !wanted.get(i).equals(read.directory().users().get(i))) {
                throw refused(resources.position(directory.users().get(i)).toString(), "the user `" + wanted.get(i).userPrincipalName()
                        + "` would not read as intended");
            }
        }
        boolean isSame = read.directory().users().size() == wanted.size() && read.directory().groups().equals(directory.groups())
                && read.directory().declaredApplications().equals(directory.declaredApplications()) && read.directory().devices()
                .equals(directory.devices())
                && read.directory().servicePrincipals().equals(directory.servicePrincipals()) && read.directory().organization()
                .equals(directory.organization()) && read.directory().breakGlass().equals(directory.breakGlass())
                && read.fingerprints().equals(fingerprints);
        if (!isSame) {
            throw refused(files.get(0).path().toString(), "something else would change too");
        }
    }

    private static EditException refused(String where, String why) {
        return new EditException("`" + where + "` cannot be changed: " + why, "nothing was written; edit the file yourself (anchors and "
                + "aliases are a common cause)");
    }

    /** For each file a number that stands for all of it but the fields of users that can change. */
    private static Map<String, Long> fingerprints(Map<String, List<Document>> documents, Resources resources) {
        Set<Position> users = new HashSet<>();
        resources.directory().users().forEach(user -> users.add(resources.position(user)));
        Set<String> changeable = new HashSet<>();
        UserEdits.CHANGEABLE.forEach(name -> changeable.add(name.toLowerCase(Locale.ROOT)));
        Map<String, Long> fingerprints = new HashMap<>();
        documents.forEach((file, roots) -> {
            long all = 17;
            for (Document root : roots) {
                all = all * 1_000_003 + fingerprint(root.root(), users, changeable);
            }
            fingerprints.put(file, all);
        });
        return fingerprints;
    }

    private static long fingerprint(Node node, Set<Position> users, Set<String> changeable) {
        if (node instanceof Node.Scalar scalar) {
            return hash(scalar.text()) * 5 + scalar.type().ordinal();
        }
        long all = node instanceof Node.Mapping ? 3 : 7;
        if (node instanceof Node.Sequence sequence) {
            for (Node item : sequence.items()) {
                all = all * 1_000_003 + fingerprint(item, users, changeable);
            }
            return all;
        }
        boolean isUser = users.contains(node.position());
        for (Node.Entry entry : ((Node.Mapping) node).entries()) {
            if (!isUser || !changeable.contains(entry.key().text().toLowerCase(Locale.ROOT))) {
                all = (all * 1_000_003 + hash(entry.key().text())) * 1_000_003 + fingerprint(entry.value(), users, changeable);
            }
        }
        return all;
    }

    /** {@link String#hashCode} in 64 bits. */
    private static long hash(String text) {
        long hash = 1_125_899_906_842_597L;
        for (int i = 0; i < text.length(); i++) {
            hash = 1_099_511_628_211L * hash + text.charAt(i);
        }
        return hash;
    }

    /** Lets other writers in. */
    @Override
    public void close() {
        files.close();
    }

    /** A change that was checked, to be shown or written. */
    public final class Change {

        private final List<FileChange> changes;

        private Change(List<FileChange> changes) {
            this.changes = changes;
        }

        /** The files that change. */
        public List<Path> files() {
            return changes.stream().map(FileChange::path).toList();
        }

        /** The change as a unified diff, in which asterisks stand for hashes of app passwords; empty when nothing changes. */
        public String diff() {
            StringBuilder diff = new StringBuilder();
            changes.forEach(file -> diff.append(file.diff()));
            return diff.toString();
        }

        /**
         * Writes the files, each as a whole or not at all. When one fails, those before it stay written and the error names them.
         *
         * @throws EditException when one of them cannot be written, or was changed by somebody who does not keep to the lock
         */
        public void write() throws EditException {
            if (files.locks() == null) {
                throw new IllegalStateException("the files were opened for reading");
            }
            Replacement.write(changes.stream().map(each -> new Replacement(each.path(), each.before(), each.after())).toList());
        }
    }
}
