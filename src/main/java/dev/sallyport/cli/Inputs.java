package dev.sallyport.cli;

import dev.sallyport.LoadOptions;
import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostic;
import dev.sallyport.diagnose.Diagnostic.Severity;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.Directory;
import dev.sallyport.read.DirectoryCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say under which policies and in which directory a command works. */
final class Inputs {

    /** Why names may be unknown. */
    static final Diagnostic NO_DIRECTORY = new Diagnostic(Severity.WARNING, "SP1403",
            "missing directory: names of users and groups are unknown", null,
            "name it with `-d`", null);

    private static final Path STANDARD_INPUT = Path.of("-");
    private static final Path DEFAULT_POLICIES = Path.of("rules", "conditional-access");
    /** Where {@code sallyport init} puts them. */
    private static final Path AUTHORS_POLICIES = Path.of("policies");
    private static final Path DEFAULT_DIRECTORY = Path.of("directory.yaml");

    @Option(names = {"-p", "--policies"}, paramLabel = "PATH", description = {
        "A file or folder of the policy set. May be repeated.",
        "Default: the folder rules/conditional-access or policies."})
    List<Path> policies = List.of();

    @Option(names = {"-d", "--directory"}, paramLabel = "PATH", description = {
        "A file or folder with users, groups, applications and devices. May be repeated.",
        "Default: directory.yaml if it exists, else an empty directory."})
    List<Path> directories = List.of();

    @Option(names = "--strict", description = {
        "Treats mistakes in an export as errors, as in YAML. Default: an export always loads, and unknown parts fail closed.",
        "For check, warnings count as errors."})
    boolean strict;

    /** What is worth knowing about the files that were loaded; empty before {@link #load}. */
    private final List<Diagnostic> warnings = new ArrayList<>();

    /** The same options, for files that are loaded again. */
    Inputs anew() {
        Inputs inputs = new Inputs();
        inputs.policies = policies;
        inputs.directories = directories;
        inputs.strict = strict;
        return inputs;
    }

    /**
     * Loads the directory and the policy set.
     *
     * @param clock tells the time of requests that do not say when they happen
     * @throws PolicyLoadException when one of them cannot be used
     */
    PolicyEngine load(Clock clock) throws PolicyLoadException {
        boolean hasDirectory = !directoryPaths().isEmpty();
        Diagnostics found = new Diagnostics();
        Directory directory = !hasDirectory ? Directory.empty() : DirectoryCache.load(directoryPaths(), found);
        if (found.hasErrors()) {
            throw new PolicyLoadException(found.toList());
        }
        warnings.addAll(found.toList());
        return load(directory, hasDirectory, clock);
    }

    /** Loads the policy set beside a directory that is read already. */
    PolicyEngine load(Directory directory, Clock clock) throws PolicyLoadException {
        return load(directory, true, clock);
    }

    private PolicyEngine load(Directory directory, boolean hasDirectory, Clock clock) throws PolicyLoadException {
        List<Path> paths = policyPaths();
        try {
            PolicyEngine engine = PolicyEngine.load(paths, directory, clock, options());
            warnings.addAll(engine.warnings());
            return engine;
        } catch (PolicyLoadException e) {
            List<Diagnostic> all = new ArrayList<>(warnings);
            all.addAll(e.diagnostics());
            if (!hasDirectory) {
                all.add(NO_DIRECTORY);
            }
            throw new PolicyLoadException(all);
        }
    }

    /** How policy sets are loaded. */
    LoadOptions options() {
        return strict ? LoadOptions.strict() : LoadOptions.lenient();
    }

    /** The files and folders of the directory, of a command that can do nothing without one. */
    List<Path> directoryPaths(CommandLine command) {
        if (directoryPaths().isEmpty()) {
            throw new ParameterException(command, "missing directory.yaml: name a directory with `-d`");
        }
        return directoryPaths();
    }

    /** What is worth knowing about the files although they loaded. */
    List<Diagnostic> warnings() {
        return warnings;
    }

    /** Whether a policy set is named, or lies where the command runs. */
    boolean hasPolicies() {
        return !policies.isEmpty() || defaultPolicies() != null;
    }

    /**
     * The files and folders of the policy set.
     *
     * @throws PolicyLoadException when none is named and none lies where the command runs
     */
    List<Path> policyPaths() throws PolicyLoadException {
        if (!hasPolicies()) {
            boolean hasDirectory = !directoryPaths().isEmpty();
            throw new PolicyLoadException(List.of(new Diagnostic(Severity.ERROR, "SP1415",
                    hasDirectory ? "missing policy set" : "missing policy set and directory", null,
                    "go to the folder that contains them, name " + (hasDirectory ? "a policy set with `-p`" : "them with `-p` and `-d`")
                            + ", or create a folder to start from: `sallyport init mine`", null)));
        }
        return policies.isEmpty() ? List.of(defaultPolicies()) : policies;
    }

    /** The files and folders of the directory; empty when none is known. */
    List<Path> directoryPaths() {
        return orDefault(directories);
    }

    /** The directories that are named, else the one where the command runs; empty when there is none. */
    static List<Path> orDefault(List<Path> directories) {
        return !directories.isEmpty() || !Files.exists(DEFAULT_DIRECTORY) ? directories : List.of(DEFAULT_DIRECTORY);
    }

    /** What the policy set is called in output. */
    String policyNames() throws PolicyLoadException {
        return names(policyPaths());
    }

    /** What the directory is called in output. */
    String directoryNames() {
        return directoryPaths().isEmpty() ? "no directory" : names(directoryPaths());
    }

    private static String names(List<Path> paths) {
        return String.join(", ", paths.stream().map(Path::toString).toList());
    }

    /** In the folder where the command runs, else, within the product's own folder, the rules that come with it; {@code null} for none. */
    private static Path defaultPolicies() {
        if (Files.exists(DEFAULT_POLICIES)) {
            return DEFAULT_POLICIES;
        }
        return Files.isDirectory(AUTHORS_POLICIES) ? AUTHORS_POLICIES : isWithinHome() ? Path.of(System.getProperty("sallyport.home"))
                .resolve(DEFAULT_POLICIES) : null;
    }

    /** Anywhere else, the rules that come with Sallyport would judge users of whom they know nothing. */
    private static boolean isWithinHome() {
        String home = System.getProperty("sallyport.home");
        try {
            return home != null && Path.of("").toRealPath().startsWith(Path.of(home).toRealPath());
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Refuses standard input that is named more than once.
     *
     * @param others what the command reads besides
     * @throws ParameterException when it is
     */
    void refuseSecondStandardInput(CommandLine command, List<Path> others) {
        List<Path> all = new ArrayList<>(others);
        all.addAll(policies);
        all.addAll(directories);
        if (Collections.frequency(all, STANDARD_INPUT) > 1) {
            throw new ParameterException(command, "name standard input (`-`) only once");
        }
    }
}
