package dev.sallyport.parse;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.Position;
import dev.sallyport.diagnose.Suggestions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Finds and parses the files of a set. A file that cannot be read is reported, and the others are read all the same. */
public final class Sources {

    /** The largest number of files in a folder. */
    public static final int MAX_FILES = 10_000;
    private static final String STANDARD_INPUT = "-";

    private Sources() { }

    /**
     * A parsed document and the file it comes from.
     *
     * @param isJson whether it is JSON, which is how exports come
     */
    public record Document(String file, Node root, boolean isJson) {

        /** A document that is JSON when the name of its file says so. */
        public Document(String file, Node root) {
            this(file, root, Sources.isJson(file));
        }
    }

    /** Whether a file is taken for an export, in which unknown fields are kept instead of refused. */
    public static boolean isJson(String file) {
        return file.toLowerCase(Locale.ROOT).endsWith(".json");
    }

    /** All documents of these files and folders, in the order of their paths; a file may hold none. */
    public static List<Document> read(List<Path> paths, Diagnostics out) {
        return read(paths, true, false, out);
    }

    /** All documents of these files and folders, which may be as large in YAML as an export in JSON; a file may hold none. */
    public static List<Document> readAll(List<Path> paths, Diagnostics out) {
        return read(paths, true, true, out);
    }

    /**
     * @param mayBeEmpty  whether a file may hold nothing; else nothing at all is an error, as if it were being written, and nothing but
     *                    comments a warning
     * @param isDirectory whether the files may be as large as those of a directory
     */
    public static List<Document> read(List<Path> paths, boolean mayBeEmpty, boolean isDirectory, Diagnostics out) {
        List<Document> documents = new ArrayList<>();
        for (Path path : paths) {
            for (Path file : files(path, out)) {
                documents.addAll(parse(file, mayBeEmpty, isDirectory, new HashMap<>(), out));
            }
        }
        return documents;
    }

    /**
     * All documents of a policy set or a directory, each file once, for those who show what stands in it.
     *
     * @param texts takes the text of each file that is text, by its name
     */
    public static List<Document> read(List<Path> paths, boolean isDirectory, Map<String, String> texts, Diagnostics out) {
        List<Document> documents = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        for (Path path : paths) {
            for (Path file : files(path, out)) {
                if (seen.add(file.toAbsolutePath().normalize())) {
                    documents.addAll(parse(file, false, isDirectory, texts, out));
                }
            }
        }
        return documents;
    }

    /**
     * All documents of a text in JSON that comes from no file.
     *
     * @param name stands for the file in positions
     */
    public static List<Document> parse(String name, String json, Diagnostics out) {
        try {
            return JsonParser.parse(name, json).stream().map(root -> new Document(name, root, true)).toList();
        } catch (SyntaxException e) {
            out.error(e.code, e.position, e.getMessage(), e.help);
            return List.of();
        }
    }

    /** All documents of a text, in YAML unless the name says that it is JSON. */
    public static List<Document> parseText(String file, String text, Diagnostics out) {
        try {
            return parse(file, text);
        } catch (SyntaxException e) {
            out.error(e.code, e.position, e.getMessage(), e.help);
            return List.of();
        }
    }

    /** The text of a file, or {@code null} when it cannot be read, which is reported. */
    public static String text(Path path, Diagnostics out) {
        String file = path.toString();
        try {
            byte[] bytes = bytes(path, Limits.MAX_JSON_BYTES);
            if (bytes.length > Limits.MAX_JSON_BYTES) {
                out.error("SP1003", Position.of(file), "the file is larger than " + (Limits.MAX_JSON_BYTES >> 20) + " MiB", "split it");
                return null;
            }
            return TextDecoder.decode(file, bytes);
        } catch (SyntaxException e) {
            out.error(e.code, e.position, e.getMessage(), e.help);
        } catch (NoSuchFileException e) {
            out.error("SP1001", Position.of(file), "no such file or folder", nearest(path));
        } catch (IOException e) {
            out.error("SP1001", Position.of(file), "cannot read the file: " + why(e), null);
        }
        return null;
    }

    /** Why a file cannot be read or written, without its name, which Java gives instead. */
    public static String why(Exception e) {
        if (e instanceof UncheckedIOException wrapped) {
            return why(wrapped.getCause());
        }
        return e instanceof AccessDeniedException ? "access is denied" : e instanceof NoSuchFileException ? "no such file or folder"
                : e instanceof FileSystemException file && file.getReason() != null ? file.getReason() : e.getMessage();
    }

    /** A help line with what lies beside a missing file and has nearly its name, or {@code null}. */
    private static String nearest(Path missing) {
        Path folder = missing.toAbsolutePath().getParent();
        if (folder == null || missing.getFileName() == null || !Files.isDirectory(folder)) {
            return null;
        }
        try (Stream<Path> beside = Files.list(folder)) {
            String near = Suggestions.nearest(missing.getFileName().toString(), beside.map(each -> each.getFileName().toString()).sorted()
                    .toList());
            return near == null ? null : "did you mean `" + missing.resolveSibling(near) + "`?";
        } catch (IOException | UncheckedIOException e) {
            return null;                                    // a help line is no reason to fail
        }
    }

    /** The files that a path stands for: itself, or all files of a set in the folder and below it, in the order of their paths. */
    public static List<Path> files(Path path, Diagnostics out) {
        if (path.toString().equals(STANDARD_INPUT) || !Files.isDirectory(path)) {
            return List.of(path);
        }
        try {
            Path root = path.toRealPath();                  // a link that is named on its own is followed, as one to a release is
            List<Path> files = new ArrayList<>();
            try (Stream<Path> walk = Files.walk(root)) {
                for (Path each : (Iterable<Path>) walk.sorted()::iterator) {
                    Path relative = root.relativize(each);
                    Path file = path.resolve(relative);
                    if (!each.equals(root) && !isHidden(relative) && isReadable(file, root, out)) {
                        files.add(file);
                    }
                }
            }
            if (files.size() > MAX_FILES) {
                out.error("SP1003", Position.of(path.toString()), "the folder contains more than " + MAX_FILES + " files",
                        "name a smaller folder");
                return List.of();
            }
            return files;
        } catch (IOException | UncheckedIOException e) {
            out.error("SP1001", Position.of(path.toString()), "cannot read the folder: " + why(e), null);
            return List.of();
        }
    }

    /** Whether a path below a folder is a file of the set; a link that would be left out without a word is an error. */
    private static boolean isReadable(Path file, Path root, Diagnostics out) throws IOException {
        if (Files.isSymbolicLink(file) && Files.isDirectory(file)) {
            out.error("SP1001", Position.of(file.toString()), "a link to a folder is not followed",
                    "copy the folder, or name it separately");
            return false;
        }
        if (!isResourceFile(file)) {
            if (Files.isRegularFile(file)) {
                warnIfMisnamed(file.toString(), out);
            }
            return false;
        }
        if (Files.isDirectory(file)) {
            out.error("SP1001", Position.of(file.toString()), "a folder is named like a file", "rename the folder, or put back the file");
        } else if (!Files.exists(file)) {
            out.error("SP1001", Position.of(file.toString()), "the target of the link is missing", "remove it");
        } else if (!Files.isRegularFile(file)) {
            out.error("SP1001", Position.of(file.toString()), "not a regular file", "remove it");
        } else if (!file.toRealPath().startsWith(root)) {
            out.error("SP1001", Position.of(file.toString()), "the link points outside the folder", "copy the file into the folder");
        } else {
            return true;
        }
        return false;
    }

    /** Warns about a file that is not one of a set and looks as if it were. */
    public static void warnIfMisnamed(String file, Diagnostics out) {
        if (isMisnamed(Path.of(file))) {
            out.warning("SP1140", Position.of(file), "the file is not read: its name does not end in .yaml, .yml or .json", "rename it");
        }
    }

    /**
     * Whether a path below a folder is left out: one of its parts begins with a dot. Kubernetes keeps the targets of its links in folders
     * that begin with two dots.
     */
    public static boolean isHidden(Path relative) {
        for (Path part : relative) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /** Whether a file has the name of one of a policy set or a directory. */
    public static boolean isResourceFile(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    /** Whether a name was meant to be that of a file of the set: the letters of an ending are there, or `.txt` was put behind. */
    private static boolean isMisnamed(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return LETTERS_OF_ENDINGS.contains(letters(ending)) || name.endsWith(".txt")
                && isResourceFile(Path.of(name.substring(0, name.length() - 4)));
    }

    private static final Set<String> LETTERS_OF_ENDINGS = Set.of(letters("yaml"), letters("yml"), letters("json"));

    private static String letters(String text) {
        return text.chars().distinct().sorted().collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** The names of files in a folder that are no files of the set; empty for a file, and for a folder that cannot be read. */
    public static List<String> unread(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> beside = Files.list(folder)) {
            return beside.filter(file -> !file.getFileName().toString().startsWith(".") && !isResourceFile(file)
                    && Files.isRegularFile(file))
                    .map(file -> file.getFileName().toString()).sorted().limit(3).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    /** The largest size of a file, in bytes. */
    private static int limit(String file, boolean isDirectory) {
        return isDirectory ? isJson(file) ? Limits.MAX_DIRECTORY_BYTES : Limits.MAX_JSON_BYTES
                : isJson(file) ? Limits.MAX_JSON_BYTES : Limits.MAX_YAML_BYTES;
    }

    private static List<Document> parse(Path path, boolean mayBeEmpty, boolean isDirectory, Map<String, String> texts, Diagnostics out) {
        String file = path.toString();
        int limit = limit(file, isDirectory);
        try {
            return parse(file, bytes(path, limit), mayBeEmpty, limit, texts, out);
        } catch (NoSuchFileException e) {
            out.error("SP1001", Position.of(file), "no such file or folder", nearest(path));
        } catch (IOException e) {
            out.error("SP1001", Position.of(file), "cannot read the file: " + why(e), null);
        }
        return List.of();
    }

    /**
     * All documents of a file of a directory.
     *
     * @param bytes what stands in it
     */
    public static List<Document> parseDirectory(String file, byte[] bytes, Diagnostics out) {
        return parse(file, bytes, false, limit(file, true), new HashMap<>(), out);
    }

    /**
     * All documents of a file of a policy set.
     *
     * @param bytes what the file contains
     */
    public static List<Document> parsePolicies(String file, byte[] bytes, Diagnostics out) {
        return parse(file, bytes, false, limit(file, false), new HashMap<>(), out);
    }

    private static List<Document> parse(String file, byte[] bytes, boolean mayBeEmpty, int limit, Map<String, String> texts,
            Diagnostics out) {
        try {
            if (bytes.length > limit) {
                out.error("SP1003", Position.of(file), "the file is larger than " + (limit >> 20) + " MiB",
                        "split it, or export it as JSON");
                return List.of();
            }
            String text = TextDecoder.decode(file, bytes);
            texts.put(file, text);
            if (!mayBeEmpty && text.isBlank()) {
                out.error("SP1004", new Position(file, 1, 1), "the file is empty; it may not be completely written yet",
                        "write the content, or remove the file");
            }
            List<Document> documents = parse(file, text);
            if (!mayBeEmpty && documents.isEmpty() && !text.isBlank()) {
                out.warning("SP1820", new Position(file, 1, 1), "the file contains only comments", "write the content, or remove the file");
            }
            return documents;
        } catch (SyntaxException e) {
            out.error(e.code, e.position, e.getMessage(), e.help);
            return List.of();
        }
    }

    /** What stands in a file of a directory, for {@link #parseDirectory}; of one that is too large just enough to tell. */
    public static byte[] directoryBytes(Path path) throws IOException {
        return bytes(path, limit(path.toString(), true));
    }

    private static byte[] bytes(Path path, int limit) throws IOException {
        if (path.toString().equals(STANDARD_INPUT)) {
            return System.in.readNBytes(limit + 1);
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = new byte[(int) Math.min(Files.size(path), limit)];
            int read = in.readNBytes(bytes, 0, bytes.length);
            byte[] more = in.readNBytes(limit + 1 - read);              // nothing, unless it is larger or not a regular file
            if (more.length == 0 && read == bytes.length) {
                return bytes;
            }
            byte[] all = Arrays.copyOf(bytes, read + more.length);
            System.arraycopy(more, 0, all, read, more.length);
            return all;
        }
    }

    /** Parses a text as JSON when its name says so or it begins like JSON does, else as YAML. */
    private static List<Document> parse(String file, String text) throws SyntaxException {
        boolean json = isJson(file) || file.equals(STANDARD_INPUT) && (text.stripLeading().startsWith("{") || text.stripLeading()
                .startsWith("["));
        List<Document> documents = new ArrayList<>();
        for (Node root : json ? JsonParser.parse(file, text) : YamlParser.parse(file, text)) {
            documents.add(new Document(file, root, json));
        }
        return documents;
    }
}
