package dev.sallyport.cli;

import dev.sallyport.parse.Sources;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a new author's folder. All of it is written, or nothing. */
@Command(name = "init", description = {
    "Creates a folder to start from: policies, a directory of fictional users, requests, tests, and a script for CI.",
    "Nothing is overwritten: the folder must be new or empty (except for .git)."})
final class InitCommand implements Callable<Integer> {

    /** In the jar beside this package, and named the same in the new folder. */
    static final List<String> TEMPLATES = List.of("README.md", "ci.sh", "directory.yaml",
            "policies/block-legacy-authentication.yaml", "policies/block-unregistered-outside-trusted-ips.yaml",
                    "policies/mfa-settings.yaml",
            "policies/named-locations.yaml", "policies/require-enforced-mfa-for-app-passwords.yaml", "policies/require-mfa-for-admins.yaml",
            "policies/require-mfa-outside-trusted-locations.yaml", "requests/at-home.yaml", "tests/policies.yaml");

    @Parameters(paramLabel = "DIR", arity = "0..1", description = "The folder. Default: the current folder.")
    private Path folder = Path.of("");

    private final Terminal terminal;
    private final String home;
    private final String path;

    /**
     * @param home where the launcher is, or {@code null} when it was not started by it
     * @param path where the shell looks for commands
     */
    InitCommand(Terminal terminal, String home, String path) {
        this.terminal = terminal;
        this.home = home;
        this.path = path;
    }

    @Override
    public Integer call() throws IOException {
        String shown = folder.toString().isEmpty() ? "this folder" : "`" + folder + "`";
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            terminal.error(shown + " is a file", "name a folder that is new or empty");
            return ExitCode.UNUSABLE.code();
        }
        Optional<Path> inTheWay = Files.exists(folder) ? firstFile(folder) : Optional.empty();
        if (inTheWay.isPresent()) {
            terminal.error(shown + " is not empty: `" + inTheWay.get() + "` is there",
                    "name a folder that is new or empty, such as `sallyport init my-policies`");
            return ExitCode.UNUSABLE.code();
        }
        Map<String, String> files = new LinkedHashMap<>();
        for (String name : TEMPLATES) {
            try (InputStream in = InitCommand.class.getResourceAsStream("/dev/sallyport/init/" + name)) {
                files.put(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        Schemas.names().forEach(name -> files.put(".schemas/" + name + ".schema.json", Schemas.of(name)));
        Deque<Path> made = new ArrayDeque<>();
        try {
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = folder.toAbsolutePath().resolve(file.getKey());
                makeFolder(path.getParent(), made);
                Files.createFile(path);
                made.push(path);
                Files.writeString(path, file.getValue(), StandardOpenOption.TRUNCATE_EXISTING);
            }
        } catch (IOException e) {
            for (Path path : made) {
                Files.deleteIfExists(path);
            }
            terminal.error("`" + folder + "` cannot be created: " + Sources.why(e), "nothing was created; name another folder");
            return ExitCode.UNUSABLE.code();
        }
        files.keySet().stream().filter(name -> !name.startsWith(".")).forEach(name -> terminal.out()
                .println(Glyphs.visible(folder.resolve(name).toString())));
        terminal.out().println();
        terminal.out().println("Next:");
        if (!folder.toString().isEmpty()) {
            terminal.out().println("  cd " + Shell.quoted(folder.toString()));
        }
        if (home != null && Stream.of(path.split(File.pathSeparator)).noneMatch(each -> Files.isExecutable(Path.of(each, "sallyport")))) {
            terminal.out().println("  PATH=$PATH:" + Shell.quoted(home) + "  # so that your shell finds it");
        }
        terminal.out().println("  sallyport check --strict");
        terminal.out().println("  sallyport test tests --coverage");
        terminal.out().println("  sallyport evaluate requests --explain");
        terminal.out().println("Then put your own users and networks into directory.yaml and policies. See README.md for more.");
        return ExitCode.FINE.code();
    }

    private static Optional<Path> firstFile(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(path -> !path.getFileName().toString().equals(".git")).sorted().findFirst();
        }
    }

    /** Makes a folder and those above it, and remembers which are new, the innermost first. */
    private static void makeFolder(Path folder, Deque<Path> made) throws IOException {
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        makeFolder(folder.getParent(), made);
        Files.createDirectory(folder);
        made.push(folder);
    }
}
