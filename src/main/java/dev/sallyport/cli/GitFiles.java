package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.parse.Limits;
import dev.sallyport.parse.Sources;
import dev.sallyport.parse.Sources.Document;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The files of a policy set as a revision of a working copy has them. They are read through the program {@code git}, which knows every
 * form of a repository, and only from what is there: nothing is fetched, checked out or written.
 */
final class GitFiles {

    private static final String REGULAR = "100";
    private static final String CODE = "SP1440";

    private final String revision;
    /** The folder in which Git runs: the policy folder, or where that is gone the nearest folder that is there. */
    private final Path base;
    private final Path policies;
    private final Diagnostics out;

    private GitFiles(String revision, Path policies, Diagnostics out) {
        this.revision = revision;
        this.policies = policies;
        this.out = out;
        Path folder = policies.toAbsolutePath().normalize();
        while (!Files.isDirectory(folder)) {
            folder = folder.getParent();
        }
        base = folder;
    }

    /** A file of a revision. */
    private record Entry(String mode, String object, Path path) { }

    /**
     * The documents of a file or folder at a revision; what cannot be read is reported.
     *
     * @param revision a commit, branch or tag
     * @param policies the file or folder in the working copy; it need not be there any more
     */
    static List<Document> read(String revision, Path policies, Diagnostics out) {
        return new GitFiles(revision, policies, out).documents();
    }

    /** What the files of a revision are called in output. */
    static String name(String revision, Path policies) {
        return "git:" + revision + ":" + policies;
    }

    private List<Document> documents() {
        try {
            List<Entry> entries = entries();
            if (entries == null) {
                return List.of();
            }
            if (entries.isEmpty()) {
                error("the revision has no policies in `" + policies + "`", "name a revision and a folder that has them, such as "
                        + "`git:main:policies`");
            }
            return contents(entries);
        } catch (IOException e) {
            error("cannot run `git`: " + Sources.why(e), "install Git, or check out the revision into another folder and name that folder");
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void error(String message, String help) {
        out.error(CODE, Position.of("git:" + revision), message, help);
    }

    private static ProcessBuilder git(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "--no-pager", "--literal-pathspecs"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(Map.of("LC_ALL", "C", "GIT_OPTIONAL_LOCKS", "0", "GIT_TERMINAL_PROMPT", "0",
                "GIT_NO_LAZY_FETCH", "1"));
        return builder;
    }

    /** The files of the set by their paths, sorted as in a folder; {@code null} if Git refuses. */
    private List<Entry> entries() throws IOException, InterruptedException {
        Path path = policies.toAbsolutePath().normalize();
        String below = path.equals(base) ? "." : base.relativize(path).toString().replace('\\', '/');
        Process process = git(base, "ls-tree", "-r", "-z", revision, "--", below).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            error("git says: " + answer.strip().lines().findFirst().orElse("nothing"),
                    "go to a working copy, and name a commit, branch or tag of it, such as `git:HEAD`");
            return null;
        }
        List<Entry> entries = new ArrayList<>();
        for (String line : answer.split("\0")) {
            if (!line.isEmpty()) {
                String[] facts = line.substring(0, line.indexOf('\t')).split(" ");
                Entry entry = new Entry(facts[0], facts[2], base.resolve(line.substring(line.indexOf('\t') + 1)));
                if (isOfSet(entry, path)) {
                    entries.add(entry);
                }
            }
        }
        entries.sort(Comparator.comparing(Entry::path));
        if (entries.size() > Sources.MAX_FILES) {
            error("the folder contains more than " + Sources.MAX_FILES + " files", "name a smaller folder");
            return null;
        }
        return entries;
    }

    private boolean isOfSet(Entry entry, Path path) {
        boolean isFile = entry.path().equals(path);
        if (!isFile && Sources.isHidden(path.relativize(entry.path()))) {
            return false;
        }
        if (!entry.mode().startsWith(REGULAR)) {
            out.error(CODE, Position.of(name(entry)), entry.mode().startsWith("120") ? "a link of a revision is not followed"
                    : "a submodule is not read", "check out the revision into another folder and name that folder");
            return false;
        }
        if (!isFile && !Sources.isResourceFile(entry.path())) {
            Sources.warnIfMisnamed(name(entry), out);
            return false;
        }
        return true;
    }

    /** The name of a file in positions, as the caller names its folder. */
    private String name(Entry entry) {
        Path below = policies.toAbsolutePath().normalize().relativize(entry.path());
        return name(revision, below.toString().isEmpty() ? policies : policies.resolve(below).normalize());
    }

    private List<Document> contents(List<Entry> entries) throws IOException {
        List<Document> documents = new ArrayList<>();
        Process process = git(base, "cat-file", "--batch").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (OutputStream asked = process.getOutputStream();
                InputStream answered = new BufferedInputStream(process.getInputStream())) {
            for (Entry entry : entries) {
                asked.write((entry.object() + "\n").getBytes(StandardCharsets.US_ASCII));
                asked.flush();
                byte[] bytes = content(answered);
                if (bytes == null) {
                    out.error(CODE, Position.of(name(entry)), "the working copy does not have the content of this file",
                            "fetch the revision whole, without a filter");
                } else {
                    documents.addAll(Sources.parsePolicies(name(entry), bytes, out));
                }
            }
        } finally {
            process.destroy();
        }
        return documents;
    }

    /** The content of an object, or of one that is too large just enough to tell; {@code null} if it is missing. */
    private static byte[] content(InputStream in) throws IOException {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return null;
            }
            header.write(b);
        }
        String[] facts = header.toString(StandardCharsets.US_ASCII).split(" ");
        if (facts.length < 3) {
            return null;
        }
        long size = Long.parseLong(facts[2]);
        byte[] bytes = in.readNBytes((int) Math.min(size, Limits.MAX_JSON_BYTES + 1L));
        in.skipNBytes(size - bytes.length + 1);
        return bytes;
    }
}
