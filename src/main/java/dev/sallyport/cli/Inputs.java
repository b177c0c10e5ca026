package dev.sallyport.cli;

import dev.sallyport.Diagnostic;
import dev.sallyport.Diagnostic.Severity;
import dev.sallyport.Directory;
import dev.sallyport.LoadOptions;
import dev.sallyport.PolicyEngine;
import dev.sallyport.PolicyLoadException;
import dev.sallyport.read.Diagnostics;
import dev.sallyport.read.Resources;
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
    static final Diagnostic NO_DIRECTORY = new Diagnostic(Severity.WARNING, "SP1403", "no directory is known, so names of users and groups mean nothing", null,
            "name it with `-d`", null);

    private static final Path STANDARD_INPUT = Path.of("-");
    private static final Path DEFAULT_POLICIES = Path.of("rules", "conditional-access");
    /** Where {@code sallyport init} puts them. */
    private static final Path AUTHORS_POLICIES = Path.of("policies");
    private static final Path DEFAULT_DIRECTORY = Path.of("directory.yaml");

    @Option(names = {"-p", "--policies"}, paramLabel = "PATH", description = {
        "A file or folder of the policy set; may be given several times.",
        "Default: rules/conditional-access or policies here, else the rules that come with Sallyport."})
    List<Path> policies = List.of();

    @Option(names = {"-d", "--directory"}, paramLabel = "PATH", description = {
        "A file or folder with users, groups, applications and devices; may be given several times.",
        "Default: directory.yaml here if it exists, else nobody is known."})
    List<Path> directories = List.of();

    @Option(names = "--strict", description = {
        "An export is held to the letter, as YAML is: whatever is wrong with it keeps it from being used. Default: it always loads, and what is not understood fails closed.",
        "Of check: warnings count as errors."})
    boolean strict;

    /** What is worth knowing about the files that were loaded; empty before {@link #load}. */
    private final List<Diagnostic> warnings = new ArrayList<>();

    /**
     * Loads the directory and the policy set.
     *
     * @param clock tells the time of requests that do not say when they happen
     * @throws PolicyLoadException when one of them cannot be used
     */
    PolicyEngine load(Clock clock) throws PolicyLoadException {
        boolean hasDirectory = !directoryPaths().isEmpty();
        Diagnostics found = new Diagnostics();
        Directory directory = !hasDirectory ? Directory.empty() : Resources.readDirectory(directoryPaths(), found).directory();
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
        try {
            PolicyEngine engine = PolicyEngine.load(policyPaths(), directory, clock, options());
            warnings.addAll(engine.warnings());
            return engine;
        } catch (PolicyLoadException e) {
            if (!hasDirectory && policies.isEmpty() && defaultPolicies().isAbsolute()) {
                throw new PolicyLoadException(List.of(new Diagnostic(Severity.ERROR, "SP1403", "there are neither policies nor a directory here", null,
                        "go to the folder that holds them, or name them with `-p` and `-d`", null)));
            }
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
            throw new ParameterException(command, "there is no directory.yaml here: name a directory with `-d`");
        }
        return directoryPaths();
    }

    /** What is worth knowing about the files although they loaded. */
    List<Diagnostic> warnings() {
        return warnings;
    }

    /** The files and folders of the policy set. */
    List<Path> policyPaths() {
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
    String policyNames() {
        return policies.isEmpty() ? (isAuthors() ? AUTHORS_POLICIES : DEFAULT_POLICIES).toString() : String.join(", ", policies.stream().map(Path::toString).toList());
    }

    private static boolean isAuthors() {
        return !Files.exists(DEFAULT_POLICIES) && Files.isDirectory(AUTHORS_POLICIES);
    }

    /** The folder where the command runs, else the one beside the launcher. */
    private static Path defaultPolicies() {
        String home = System.getProperty("sallyport.home");
        return isAuthors() ? AUTHORS_POLICIES : home == null || Files.exists(DEFAULT_POLICIES) ? DEFAULT_POLICIES : Path.of(home).resolve(DEFAULT_POLICIES);
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
            throw new ParameterException(command, "standard input (`-`) can be read only once");
        }
    }
}
