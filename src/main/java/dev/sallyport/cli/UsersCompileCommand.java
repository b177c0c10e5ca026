package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.edit.AtomicFile;
import dev.sallyport.model.Directory;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.DirectoryCache;
import dev.sallyport.read.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes a directory file in compiled form beside it. */
@Command(name = "compile", description = {"Compiles a directory file, so that it loads in a fraction of the time.",
    "The result is written beside it, as directory.yaml.cache. Each command then uses it, until the directory file changes."})
final class UsersCompileCommand implements Callable<Integer> {

    @Mixin
    private Inputs inputs;

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    UsersCompileCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws PolicyLoadException {
        List<Path> paths = inputs.directoryPaths(spec.commandLine());
        if (paths.size() > 1 || Files.isDirectory(paths.get(0))) {
            throw new ParameterException(spec.commandLine(), "only a directory in one file can be compiled");
        }
        Path file = paths.get(0);
        Path compiled = DirectoryCache.beside(file);
        try {
            byte[] source = Sources.directoryBytes(file);
            Diagnostics found = new Diagnostics();
            Directory directory = Resources.of(Sources.parseDirectory(file.toString(), source, found), found).directory();
            if (found.hasErrors()) {
                throw new PolicyLoadException(found.toList());
            }
            terminal.diagnostics(found.toList());
            byte[] content = DirectoryCache.compiled(directory, source);
            giveRights(file, compiled);
            AtomicFile.write(compiled, content);
            terminal.out().println(String.format(Locale.ROOT, "compiled %s of %s into %s", Terminal.count(directory.users().size(), "user"),
                    file, compiled));
            return ExitCode.FINE.code();
        } catch (IllegalArgumentException e) {
            terminal.error("not compiled: " + e.getMessage() + ", and what is said about it changes with time", "correct the date");
        } catch (IOException e) {
            terminal.error("cannot compile " + file + ": " + Sources.why(e), null);
        }
        return ExitCode.UNUSABLE.code();
    }

    /** Makes the compiled form readable for those who may read the directory file, before anything is in it. */
    private static void giveRights(Path file, Path compiled) throws IOException {
        PosixFileAttributeView rights = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (rights == null) {
            return;
        }
        if (!Files.exists(compiled, LinkOption.NOFOLLOW_LINKS)) {
            Files.createFile(compiled, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.setPosixFilePermissions(compiled, rights.readAttributes().permissions());
    }
}
