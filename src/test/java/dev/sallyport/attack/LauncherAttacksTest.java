package dev.sallyport.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attack 92: the launcher in odd places, by other users, and without its tools. Mostly with a Java that only tells how it was called. */
@Timeout(120)
class LauncherAttacksTest {

    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");
    /** What any start needs; the tests that take one away name it. */
    private static final List<String> TOOLS = List.of("dirname", "readlink", "find", "head", "cat", "sed", "rm", "mv", "stty");

    @TempDir
    private Path folder;
    private Path tools;

    private record Run(int code, String out) { }

    @BeforeEach
    void tools() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no /bin/sh here");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool : TOOLS) {
            Path found = Stream.of("/usr/bin", "/bin").map(bin -> Path.of(bin, tool)).filter(Files::isExecutable).findFirst().orElse(null);
            if (found != null) {
                script(tool, "exec " + found + " \"$@\"");
            }
        }
        script("java", "if [ \"$1\" = -version ]; then echo 'openjdk version \"17.0.9\" 2023-10-17' >&2; else printf '%s\\n' \"$@\" \"COLUMNS=${COLUMNS:-}\"; fi");
    }

    private Path script(String name, String text) throws IOException {
        Path script = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return script;
    }

    /** A copy of the product that is built, with next to nothing in it. */
    private Path home(String name) throws IOException {
        Path home = folder.resolve(name);
        for (String each : List.of("src/main", "docs/errors", "target/classes", "target/lib")) {
            Files.createDirectories(home.resolve(each));
        }
        Files.copy(Path.of("sallyport"), home.resolve("sallyport"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(home.resolve("pom.xml"), "");
        for (Path each : List.of(home.resolve("pom.xml"), home.resolve("src/main"), home.resolve("docs/errors"))) {
            Files.setLastModifiedTime(each, FileTime.from(LONG_AGO));
        }
        Files.writeString(home.resolve("target/sallyport-0.jar"), "");
        Files.writeString(home.resolve("target/classpath.txt"), "lib/one-1.jar:lib/two-2.jar\n");
        return home;
    }

    private Run run(Path home, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(home.resolve("sallyport").toString()));
        command.addAll(List.of(arguments));
        return run(command, Map.of());
    }

    private Run run(List<String> command, Map<String, String> more) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(more);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out);
    }

    // ---- odd paths

    @ParameterizedTest
    @ValueSource(strings = {"plain", "with space", " both ", "e\\nf", "back\\", "it's", "a\"b", "$(touch pwned)", "`touch pwned`", "star*[x]?", "-dash", "per%cent", "semi;colon", "\u00fcml\u00e4ut", "$HOME", "tab\there"})
    void attack_92_launcherInAnOddPath_takesItsOwnJars(String name) throws Exception {
        Path home = home(name);
        Run run = run(home, "--version", "a b", "*");
        assertThat(run.code()).as(run.out()).isZero();
        String target = home + "/target/";
        assertThat(run.out().lines()).contains("-Dsallyport.home=" + home, target + "sallyport-0.jar:" + target + "lib/one-1.jar:" + target + "lib/two-2.jar", "a b", "*");
        assertThat(folder.resolve("pwned")).doesNotExist();
        Path link = Files.createSymbolicLink(folder.resolve("started here"), home.resolve("sallyport"));
        assertThat(run(List.of(link.toString(), "--version"), Map.of()).out()).contains("-Dsallyport.home=" + home + "\n");
    }

    @Test
    void attack_92_launcherInAPathWithAColon_saysSo_andRunsNothingOfTheCurrentFolder() throws Exception {
        Path home = home("c:d");
        Run run = run(home, "--version");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEqualTo("sallyport: Java cannot use a path with a colon: move `" + home + "` to a path without one\n");
    }

    @Test
    void attack_92_severalBuilds_takeTheNewest() throws Exception {
        Path home = home("home");
        Files.setLastModifiedTime(Files.writeString(home.resolve("target/sallyport-9-old.jar"), ""), FileTime.from(LONG_AGO));
        for (String other : List.of("sources", "javadoc")) {
            Files.setLastModifiedTime(Files.writeString(home.resolve("target/sallyport-0-" + other + ".jar"), ""), FileTime.from(Instant.now().plusSeconds(9)));
        }
        assertThat(run(home, "--version").out()).contains("/target/sallyport-0.jar:").doesNotContain("-old.jar", "-sources.jar", "-javadoc.jar");
    }

    @Test
    void launcher_withServe_addsTheJarsOfTheDecisionPointBehindTheOthers() throws Exception {
        Path home = home("home");
        for (String each : List.of("server/src/main", "server/target")) {
            Files.createDirectories(home.resolve(each));
        }
        Files.writeString(home.resolve("server/pom.xml"), "");
        Files.writeString(home.resolve("server/target/sallyport-server-0.jar"), "");
        Files.writeString(home.resolve("server/target/classpath.txt"), "lib/http-1.jar\n");
        Files.setLastModifiedTime(home.resolve("server/target/classpath.txt"), FileTime.from(Instant.now().plusSeconds(9)));
        String target = home + "/target/";
        String server = home + "/server/target/";

        assertThat(run(home, "serve", "--port", "0").out().lines()).contains(target + "sallyport-0.jar:" + target + "lib/one-1.jar:" + target
                + "lib/two-2.jar:" + server + "sallyport-server-0.jar:" + server + "lib/http-1.jar", "-XX:+TieredCompilation", "-Xms64m");
        assertThat(home.resolve("server/target/sallyport-17.jsa")).as("an archive of its own classes").exists();
        assertThat(home.resolve("target/sallyport-17.jsa")).doesNotExist();
        assertThat(run(home, "evaluate", "serve").out()).contains("-XX:TieredStopAtLevel=1").doesNotContain(server);
    }

    @Test
    void launcher_withServe_buildsTheDecisionPointOnlyToServe() throws Exception {
        Path home = home("home");

        assertThat(run(home, "serve", "--help").code()).isZero();
        Run unbuilt = run(home, "serve", "--insecure-local");
        assertThat(unbuilt.code()).isEqualTo(2);
        assertThat(unbuilt.out()).isEqualTo("sallyport: missing Maven (mvn), which builds Sallyport: install Maven 3.8 or later\n");
        script("mvn", "exit 1");
        assertThat(run(home, "serve", "--insecure-local").out()).isEqualTo("sallyport: building the decision point\n"
                + "sallyport: the build of the decision point failed\n");
    }

    /** With the real Java and the real classes. */
    @Test
    void attack_92_realProductInAnOddPath_answers() throws Exception {
        Path home = home("it's a b\\nc $(id) [x]");
        Files.delete(tools.resolve("java"));
        List<String> names = new ArrayList<>();
        for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(each).toAbsolutePath();
            if (path.getFileName().toString().matches("(picocli-[0-9]|jackson-core|snakeyaml|fastcsv|progressbar|slf4j).*jar")) {
                Files.copy(path, home.resolve("target/lib").resolve(path.getFileName()));
                names.add("lib/" + path.getFileName());
            }
        }
        Files.writeString(home.resolve("target/classpath.txt"), String.join(":", names));
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(home.resolve("target/sallyport-0.jar"))); Stream<Path> all = Files.walk(Path.of("target/classes"))) {
            jar.setLevel(0);
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(Path.of("target/classes").relativize(each).toString()));
                Files.copy(each, jar);
                jar.closeEntry();
            }
        }
        Run run = run(List.of(home.resolve("sallyport").toString(), "--version"), Map.of("JAVA_HOME", System.getProperty("java.home")));
        assertThat(run.code()).as(run.out()).isZero();
        assertThat(run.out()).startsWith("sallyport (not packaged), Java " + Runtime.version());
    }

    // ---- other users

    private static List<String> asNobody(String... command) {
        Path setpriv = Path.of("/usr/bin/setpriv");
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")) && Files.isExecutable(setpriv), "only root can be another user, by setpriv of the package util-linux");
        return Stream.concat(Stream.of(setpriv.toString(), "--reuid=65534", "--regid=65534", "--clear-groups"), Arrays.stream(command)).toList();
    }

    @Test
    void attack_92_launcherByAnotherUserThanItsBuilder_runsWithoutTheBuildersHome() throws Exception {
        Path home = home("home");
        Run run = run(asNobody(home.resolve("sallyport").toString(), "--version"), Map.of());
        assertThat(run.code()).as(run.out()).isZero();
        assertThat(run.out()).contains(home + "/target/lib/one-1.jar").doesNotContain(".m2").contains("-Xshare:auto");
        assertThat(home.resolve("target")).as("nothing was tried there").isDirectoryNotContaining("glob:**.jsa*");
    }

    @Test
    void attack_92_launcherByAnotherUser_withABuildThatIsOldOrCannotBeRead_saysSo() throws Exception {
        Path home = home("home");
        Files.setLastModifiedTime(home.resolve("target/classpath.txt"), FileTime.from(LONG_AGO.minusSeconds(1)));
        Run old = run(asNobody(home.resolve("sallyport").toString(), "--version"), Map.of());
        assertThat(old.code()).isEqualTo(2);
        assertThat(old.out()).contains("the sources are newer than the build").contains("ask its owner to run `" + home + "/sallyport`");
        Files.setLastModifiedTime(home.resolve("target/classpath.txt"), FileTime.from(Instant.now()));
        for (String each : List.of("classpath.txt", "sallyport-0.jar")) {
            Files.setPosixFilePermissions(home.resolve("target").resolve(each), PosixFilePermissions.fromString("rw-------"));
            Run unreadable = run(asNobody(home.resolve("sallyport").toString(), "--version"), Map.of());
            assertThat(unreadable.code()).as(unreadable.out()).isEqualTo(2);
            assertThat(unreadable.out()).contains("cannot read the build in");
            Files.setPosixFilePermissions(home.resolve("target").resolve(each), PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    // ---- missing tools

    @Test
    void attack_92_noJava_saysSo() throws Exception {
        Path home = home("home");
        Files.delete(tools.resolve("java"));
        Run run = run(home, "--version");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEqualTo("sallyport: missing Java: install Java 17 or later, or set JAVA_HOME\n");
    }

    @ParameterizedTest
    @CsvSource({"1.8.0_392, is too old", "11.0.21, is too old", "16, is too old", "17, ", "17.0.9, ", "21.0.1, ", "25, ", "none, cannot run `"})
    void attack_92_javaOfAnAge_runsOrIsTooOld(String version, String problem) throws Exception {
        Path home = home("home");
        String java = Files.readString(tools.resolve("java"));
        script("java", java.replace("#!/bin/sh\n", "").replace(version.equals("none") ? "version" : "17.0.9", version.equals("none") ? "nothing" : version));
        Run told = run(home, "--version");
        Path jdk = folder.resolve("jdk with space/bin");
        Files.createDirectories(jdk);
        Files.writeString(jdk.resolveSibling("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.move(tools.resolve("java"), jdk.resolve("java"));
        Run read = run(List.of(home.resolve("sallyport").toString(), "--version"), Map.of("JAVA_HOME", jdk.getParent().toString()));
        for (Run run : List.of(told, read)) {
            assertThat(run.code()).as(run.out()).isEqualTo(problem == null ? 0 : 2);
            assertThat(run.out()).contains(problem == null ? "dev.sallyport.cli.Sallyport" : problem);
        }
    }

    @Test
    void attack_92_noMavenAndNoBuild_saysSo() throws Exception {
        Path home = home("home");
        Files.delete(home.resolve("target/classpath.txt"));
        Run run = run(home, "--version");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEqualTo("sallyport: missing Maven (mvn), which builds Sallyport: install Maven 3.8 or later\n");
        script("mvn", "exit 1");
        assertThat(run(home, "--version")).isEqualTo(new Run(2, "sallyport: building\nsallyport: the build failed\n"));
        script("mvn", "echo lib/one-1.jar >target/classpath.txt");
        assertThat(run(home, "--version").out()).contains("sallyport: building\n").contains("/target/lib/one-1.jar");
    }

    @Test
    void attack_92_noStty_isAsWideAsEverywhere() throws Exception {
        Files.delete(tools.resolve("stty"));
        assertThat(onTerminal(57, home("home"), Map.of()).out()).contains("COLUMNS=").doesNotContain("COLUMNS=57");
    }

    // ---- the width of a terminal

    /** {@code script} of the package bsdutils makes a terminal. */
    private Run onTerminal(int columns, Path home, Map<String, String> more) throws Exception {
        Path script = Path.of("/usr/bin/script");
        Assumptions.assumeTrue(Files.isExecutable(script) && Files.isExecutable(Path.of("/usr/bin/stty")), "there is no `script` here, which makes a terminal");
        return run(List.of(script.toString(), "-qec", "/usr/bin/stty cols " + columns + "; exec '" + home + "/sallyport' --version", "/dev/null"), more);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 57, 132, 317})
    void attack_92_widthOfATerminal_isFound(int columns) throws Exception {
        Run run = onTerminal(columns, home("home"), Map.of());
        assertThat(run.out().lines()).contains("COLUMNS=" + columns, "-Dsallyport.terminal=in,out,err");
    }

    @Test
    void attack_92_widthThatIsAskedFor_isTaken_andNoneWhereThereIsNoTerminal() throws Exception {
        Path home = home("home");
        assertThat(onTerminal(57, home, Map.of("COLUMNS", "99")).out().lines()).contains("COLUMNS=99");
        assertThat(run(home, "--version").out().lines()).contains("COLUMNS=");
    }
}
