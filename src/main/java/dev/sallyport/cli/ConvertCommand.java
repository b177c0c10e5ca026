package dev.sallyport.cli;

import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.edit.AtomicFile;
import dev.sallyport.model.Directory;
import dev.sallyport.parse.Sources;
import dev.sallyport.read.References;
import dev.sallyport.read.Resources;
import dev.sallyport.read.Resources.Written;
import dev.sallyport.write.Conversion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns exports of Graph into YAML and back. Exits with 2 when something cannot be read; the rest is converted all the same. */
@Command(name = "convert", description = "Converts Graph exports to YAML and back, without loss.")
final class ConvertCommand implements Callable<Integer> {

    private static final Path STANDARD_INPUT = Path.of("-");

    /** What resources are turned into. */
    private enum Format { YAML, GRAPH }

    @Parameters(paramLabel = "PATH", arity = "1..*", description = {
        "Files or folders with policies, locations, groups and users: Graph exports (JSON) or YAML; - is standard input."})
    private List<Path> paths;

    @Option(names = "--to", paramLabel = "yaml|graph", required = true, description = {
        "yaml: known ids are written as names, with the id in a comment.",
        "graph: Graph's JSON; values that Graph does not have are reported."})
    private Format format;

    @Option(names = "--out", paramLabel = "DIR", description = {
        "Writes files into this folder: one per policy, and one per other kind of resource. Default: everything to standard output."})
    private Path folder;

    @Option(names = "--force", description = "Replaces files that exist.")
    private boolean force;

    @Option(names = {"-d", "--directory"}, paramLabel = "PATH", description = {
        "A file or folder with names of users, groups and applications, in addition to the converted files. May be repeated.",
        "Default: directory.yaml here if it exists."})
    private List<Path> directories = List.of();

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    ConvertCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (Collections.frequency(paths, STANDARD_INPUT) + Collections.frequency(directories, STANDARD_INPUT) > 1) {
            throw new ParameterException(spec.commandLine(), "name standard input (`-`) only once");
        }
        Diagnostics found = new Diagnostics();
        List<Sources.Document> documents = Sources.readAll(paths, found);
        if (documents.isEmpty() && found.toList().isEmpty()) {
            terminal.error("there is nothing to convert in `" + paths.get(0) + "`",
                    "name a file, or a folder with .yaml, .yml or .json files");
            return ExitCode.UNUSABLE.code();
        }
        List<Written> resources = Resources.list(documents, found);
        Resources read = Resources.of(documents, new Diagnostics());
        Directory directory = Resources.readDirectory(Inputs.orDefault(directories), found).directory();
        Conversion conversion = new Conversion(read.policySet(), directory, read.directory(), found);
        Map<String, String> files = folder == null ? Map.of("-", format == Format.YAML ? conversion.toYaml(resources)
                : conversion.toGraph(resources))
                : format == Format.YAML ? conversion.toYamlFiles(resources) : conversion.toGraphFiles(resources);
        if (folder == null) {
            terminal.data().print(files.get("-"));
        } else if (!write(files)) {
            return ExitCode.UNUSABLE.code();
        }
        if (format == Format.YAML && !found.hasErrors()) {
            warnOfWhatWillNotLoad(files, directory, found);
        }
        terminal.diagnostics(found.toList());
        return (found.hasErrors() ? ExitCode.UNUSABLE : ExitCode.FINE).code();
    }

    /** An export takes liberties that YAML does not, such as names that nothing has. */
    private void warnOfWhatWillNotLoad(Map<String, String> files, Directory directory, Diagnostics found) {
        Diagnostics again = new Diagnostics();
        List<Sources.Document> documents = new ArrayList<>();
        files.forEach((file, text) -> documents.addAll(Sources.parseText(folder == null ? file : folder.resolve(file).toString(), text,
                again)));
        Resources read = Resources.of(documents, again);
        References.resolve(read.policySet(), directory.with(read.directory()), again);
        again.toList().stream().filter(Diagnostic::isError)
                .forEach(error -> found.warning("SP1131", error.position(), "the YAML will not load: " + error.message(), error.help()));
    }

    /** Writes all files or, when one of them exists, none. */
    private boolean write(Map<String, String> files) throws IOException {
        List<Path> existing = files.keySet().stream().map(folder::resolve).filter(Files::exists).toList();
        if (!existing.isEmpty() && !force) {
            terminal.error(Terminal.count(existing.size(), "file") + (existing.size() == 1 ? " exists" : " exist") + " already, such as `"
                    + existing.get(0)
                    + "`: nothing is written", "name another folder, or use `--force` to replace the files");
            return false;
        }
        Optional<Path> link = files.keySet().stream().flatMap(file -> Stream.of(Path.of(file), Path.of(file).subpath(0, 1)))
                .map(folder::resolve)
                .filter(Files::isSymbolicLink).findFirst();
        if (link.isPresent()) {
            terminal.error("`" + link.get() + "` is a link: nothing is written, because it may point outside the folder",
                    "remove it, or name another folder");
            return false;
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            AtomicFile.write(folder.resolve(file.getKey()), file.getValue());
        }
        long policies = files.keySet().stream().filter(file -> file.startsWith("policies/")).count();
        terminal.out().println(Terminal.count((int) policies, "policy").replace("policys", "policies") + " and "
                + Terminal.count(files.size() - (int) policies, "other file")
                + " written to " + folder);
        return true;
    }
}
