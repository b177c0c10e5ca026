package dev.sallyport.edit;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.diagnose.Position;
import dev.sallyport.edit.Outline.Field;
import dev.sallyport.edit.Outline.Fields;
import dev.sallyport.edit.Outline.Scalar;
import dev.sallyport.model.PolicyState;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import dev.sallyport.parse.Sources.Document;
import dev.sallyport.parse.TextDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files of a policy set as they are or as they may become: to be read, compared and written. Immutable. A state is switched in the text
 * of its value, so that all else stays as it is, and the new text is read again: it has to hold exactly the switch.
 */
public final class PolicyFiles {

    private final Map<String, File> files;

    /** A file, and what was parsed of it. */
    private static final class File {

        private final byte[] bytes;
        private final Diagnostics found = new Diagnostics();
        private final List<Document> documents;

        File(String name, byte[] bytes) {
            this.bytes = bytes;
            documents = Sources.parsePolicies(name, bytes, found);
        }
    }

    private PolicyFiles(Map<String, File> files) {
        this.files = files;
    }

    /**
     * Reads files and folders.
     *
     * @param known what was read before: a file that still has the same bytes is not parsed again, and it is returned itself if all have;
     *     {@code null} for nothing
     * @throws PolicyLoadException if one of them cannot be read
     */
    public static PolicyFiles read(List<Path> paths, @Nullable PolicyFiles known) throws PolicyLoadException {
        Map<String, File> files = new LinkedHashMap<>();
        LockedFiles.read(paths).contents().forEach((name, bytes) -> {
            File before = known == null ? null : known.files.get(name);
            files.put(name, before != null && Arrays.equals(before.bytes, bytes) ? before : new File(name, bytes));
        });
        return known != null && known.files.equals(files) ? known : new PolicyFiles(files);
    }

    /** The names of the files, in the order of their paths. */
    public Set<String> names() {
        return files.keySet();
    }

    /** The bytes of a file; {@code null} for an unknown one. */
    public byte @Nullable [] bytes(String name) {
        File file = files.get(name);
        return file == null ? null : file.bytes.clone();
    }

    /**
     * The text of a file, without a byte order mark.
     *
     * @throws EditException for an unknown file, and for one that is not valid text
     */
    public String text(String name) throws EditException {
        File file = files.get(name);
        if (file == null) {
            throw new EditException("unknown file `" + name + "`", "it was moved or removed; reload the page");
        }
        byte[] bytes = file.bytes;
        TextDecoder.Encoding encoding = TextDecoder.encoding(bytes);
        String text = new String(bytes, encoding.mark(), bytes.length - encoding.mark(), encoding.charset());
        if (!Arrays.equals(encoded(text, bytes), bytes)) {
            throw new EditException("`" + name + "` is not valid " + encoding.charset(), "save it as UTF-8 with another editor");
        }
        return text;
    }

    /** A text in the encoding of other bytes, and with a byte order mark if they have one. */
    private static byte[] encoded(String text, byte[] like) {
        TextDecoder.Encoding encoding = TextDecoder.encoding(like);
        byte[] bytes = text.getBytes(encoding.charset());
        byte[] whole = Arrays.copyOf(like, encoding.mark() + bytes.length);
        System.arraycopy(bytes, 0, whole, encoding.mark(), bytes.length);
        return whole;
    }

    /** All documents of the files. What is wrong with their syntax is added to {@code out}. */
    public List<Document> documents(Diagnostics out) {
        List<Document> documents = new ArrayList<>();
        files.values().forEach(file -> {
            out.addAll(file.found);
            documents.addAll(file.documents);
        });
        return documents;
    }

    /**
     * The files with another text in one of them, in the same encoding.
     *
     * @throws EditException for an unknown file, and for one that is not valid text
     */
    public PolicyFiles with(String name, String text) throws EditException {
        if (text(name).equals(text)) {
            return this;
        }
        Map<String, File> changed = new LinkedHashMap<>(files);
        changed.put(name, new File(name, encoded(text, files.get(name).bytes)));
        return new PolicyFiles(changed);
    }

    /**
     * The files with another state of a policy.
     *
     * @param policy the position of the policy in these files
     * @throws EditException if the files cannot be changed in exactly this way
     */
    public PolicyFiles with(Position policy, PolicyState state) throws EditException {
        String text = text(policy.file());
        if (files.get(policy.file()).found.hasErrors()) {
            throw new EditException("`" + policy.file() + "` has errors", "correct it first");
        }
        Fields fields = Outline.of(policy.file(), text, Sources.isJson(policy.file()), Set.of(policy), any -> { }).get(policy);
        Field field = fields == null ? null : fields.get("state");
        if (field == null || !(field.value() instanceof Scalar value) || value.isBlock() || value.isAlias()) {
            throw new EditException("the state of the policy at " + policy + " cannot be switched: " + (fields == null
                    ? "the policy cannot be found in the text" : field == null ? "it has no `state`" : "its `state` is not a plain value"),
                    "edit the text");
        }
        String old = text.substring(value.start(), value.end());
        char quote = old.startsWith("\"") || old.startsWith("'") ? old.charAt(0) : 0;
        String now = quote == 0 ? state.graphName() : quote + state.graphName() + quote;
        PolicyFiles after = with(policy.file(), text.substring(0, value.start()) + now + text.substring(value.end()));
        List<Document> before = files.get(policy.file()).documents;
        List<Document> read = after.files.get(policy.file()).documents;
        boolean isExact = before.size() == read.size();
        for (int i = 0; isExact && i < before.size(); i++) {
            isExact = isSame(before.get(i).root(), read.get(i).root(), policy, state, false);
        }
        if (!isExact || after.files.get(policy.file()).found.hasErrors()) {
            throw new EditException("the state of the policy at " + policy + " cannot be switched: something else would change too",
                    "edit the text (anchors and aliases are a common cause)");
        }
        return after;
    }

    /** Whether two trees are equal but for the state of one policy. */
    private static boolean isSame(Node before, Node after, Position policy, PolicyState state, boolean isState) {
        if (before instanceof Node.Scalar one && after instanceof Node.Scalar other) {
            return isState ? other.text().equals(state.graphName()) : one.text().equals(other.text()) && one.type() == other.type();
        }
        if (before instanceof Node.Sequence one && after instanceof Node.Sequence other) {
            boolean isSame = one.items().size() == other.items().size();
            for (int i = 0; isSame && i < one.items().size(); i++) {
                isSame = isSame(one.items().get(i), other.items().get(i), policy, state, false);
            }
            return isSame;
        }
        if (!(before instanceof Node.Mapping one) || !(after instanceof Node.Mapping other)) {
            return false;
        }
        boolean isSame = one.entries().size() == other.entries().size();
        for (int i = 0; isSame && i < one.entries().size(); i++) {
            Node.Entry entry = one.entries().get(i);
            Node.Entry now = other.entries().get(i);
            isSame = entry.key().text().equals(now.key().text()) && isSame(entry.value(), now.value(), policy, state,
                    one.position().equals(policy) && entry.key().text().equalsIgnoreCase("state"));
        }
        return isSame;
    }

    // ---- changes

    /** The names of the files whose bytes differ from those of the same files before. */
    public List<String> changed(PolicyFiles before) {
        return files.entrySet().stream().filter(each -> {
            File other = before.files.get(each.getKey());
            return other != null && !Arrays.equals(other.bytes, each.getValue().bytes);
        }).map(Map.Entry::getKey).toList();
    }

    /**
     * The change since before as a patch that {@code git apply} takes; empty for none.
     *
     * @param root the folder in which the patch is applied
     * @throws EditException if a file that changes is not in UTF-8, which a patch has to be in
     */
    public String patch(PolicyFiles before, Path root) throws EditException {
        StringBuilder patch = new StringBuilder();
        for (String name : changed(before)) {
            byte[] old = before.files.get(name).bytes;
            if (!TextDecoder.encoding(old).charset().equals(StandardCharsets.UTF_8)) {
                throw new EditException("`" + name + "` is in " + TextDecoder.encoding(old).charset() + ", and patches are in UTF-8",
                        "save it as UTF-8 with another editor, or write the change to the files");
            }
            patch.append(UnifiedDiff.of(below(root, name), new String(old, StandardCharsets.UTF_8),
                    new String(files.get(name).bytes, StandardCharsets.UTF_8)));
        }
        return patch.toString();
    }

    private static String below(Path root, String name) {
        return root.toAbsolutePath().normalize().relativize(Path.of(name).toAbsolutePath().normalize()).toString().replace('\\', '/');
    }

    /**
     * The change since before as a unified diff of texts, for people; empty for none.
     *
     * @param root the folder from which the files are named
     * @throws EditException if a file that changes is not valid text
     */
    public String diff(PolicyFiles before, Path root) throws EditException {
        StringBuilder diff = new StringBuilder();
        for (String name : changed(before)) {
            diff.append(UnifiedDiff.of(below(root, name), before.text(name), text(name)));
        }
        return diff.toString();
    }

    /**
     * Writes the files that differ from before, each as a whole or not at all, while other writers are kept out.
     *
     * @param paths the files and folders of the policy set
     * @param before the files as they were when the change was made
     * @param patience how long to wait for another writer
     * @return the files that were written
     * @throws EditException if a file of the change is not what it was, or cannot be written; nothing is written then, or the message names
     *     the files that were
     * @throws PolicyLoadException if the files cannot be read
     */
    public List<Path> write(List<Path> paths, PolicyFiles before, Duration patience) throws EditException, PolicyLoadException {
        try (LockedFiles now = LockedFiles.lock(paths, patience, "a policy set")) {
            List<Replacement> changes = new ArrayList<>();
            for (String name : changed(before)) {
                byte[] old = before.files.get(name).bytes;
                if (!Arrays.equals(old, now.contents().get(name))) {
                    throw Replacement.changed(Path.of(name));
                }
                changes.add(new Replacement(Path.of(name), old, files.get(name).bytes));
            }
            Replacement.write(changes);
            return changes.stream().map(Replacement::path).toList();
        }
    }
}
