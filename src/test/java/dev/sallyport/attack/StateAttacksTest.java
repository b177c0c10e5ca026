package dev.sallyport.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.CommandRun;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.edit.AtomicFile;
import dev.sallyport.edit.DirectoryFiles;
import dev.sallyport.edit.EditException;
import dev.sallyport.fixtures.Attack;
import dev.sallyport.model.AppPasswords;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.PerUserMfaState;
import dev.sallyport.model.UserState;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.Sources;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on the state of users and the files that hold it: 86, 87, 89, 90, 91, 101, 109, 110. */
@Timeout(300)
class StateAttacksTest {

    private static final String SECRET = "ssh-ed25519 AAAAC3Nz of another user\n";
    private static final Instant NOW = Instant.parse("2026-11-22T10:15:00Z");

    @TempDir
    private Path folder;
    private Path file;
    private Path foreign;

    @BeforeEach
    void write() throws IOException {
        Path own = Files.createDirectory(folder.resolve("own"));
        file = Files.writeString(own.resolve("directory.yaml"), """
                kind: directory
                users:
                  - { id: u-ann, userPrincipalName: ann@contoso.com }
                  - { id: u-bob, userPrincipalName: bob@contoso.com }
                """);
        foreign = Files.writeString(folder.resolve("authorized_keys"), SECRET);
    }

    private CommandRun users(String... arguments) {
        return CommandRun.of(Stream.of(Stream.of("users"), Stream.of(arguments), Stream.of("-d", file.toString())).flatMap(each -> each).toArray(String[]::new));
    }

    // ---- 86

    /** Puts something in the place of the lock. */
    private void put(String what, Path lock) throws Exception {
        switch (what) {
            case "link" -> Files.createSymbolicLink(lock, foreign);
            case "relative link" -> Files.createSymbolicLink(lock, Path.of("../authorized_keys"));
            case "link to nothing" -> Files.createSymbolicLink(lock, folder.resolve("made"));
            case "link to a folder" -> Files.createSymbolicLink(lock, folder);
            case "link to a device" -> Files.createSymbolicLink(lock, Path.of("/dev/null"));
            case "folder" -> Files.createDirectory(lock);
            default -> Assumptions.assumeTrue(new ProcessBuilder("mkfifo", lock.toString()).start().waitFor() == 0, "mkfifo is there");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "relative link", "link to nothing", "link to a folder", "link to a device", "folder", "pipe"})
    void attack_86_lockThatIsSomethingElse_isRefused_andNothingIsWritten(String what) throws Exception {
        Path lock = file.resolveSibling(".sallyport.lock");
        put(what, lock);
        String before = Files.readString(file);
        CommandRun run = users("enable", "ann@contoso.com", "--yes");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(".sallyport.lock` is a " + (what.startsWith("link") || what.startsWith("rel") ? "link" : what.equals("pipe") ? "device or pipe" : what))
                .contains("help: check where it comes from");
        assertThat(Files.readString(file)).isEqualTo(before);
        assertThat(Files.readString(foreign)).isEqualTo(SECRET);
        assertThat(folder.resolve("made")).doesNotExist();
        assertThat(Files.exists(lock, LinkOption.NOFOLLOW_LINKS)).as("it stays as a trace").isTrue();
        Files.delete(lock);
    }

    @Test
    void attack_86_lockThatIsASecondNameOfAForeignFile_isNotWrittenTo() throws Exception {
        Files.createLink(file.resolveSibling(".sallyport.lock"), foreign);
        assertThat(users("enable", "ann@contoso.com", "--yes").code()).isZero();
        assertThat(Files.readString(foreign)).isEqualTo(SECRET);
    }

    @Test
    void attack_86_foldersThatConvertWritesInto_linksAreRefused() throws Exception {
        Path policy = Files.writeString(folder.resolve("p.yaml"), Attack.policy("p", "", Attack.BLOCK));
        Path out = Files.createDirectory(folder.resolve("out"));
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(out.resolve("policies"), elsewhere);
        String[] convert = {"convert", policy.toString(), "--to", "yaml", "--out", out.toString(), "--force"};
        CommandRun run = CommandRun.of(convert);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("is a link: nothing is written");
        assertThat(elsewhere).isEmptyDirectory();
        Files.delete(out.resolve("policies"));
        assertThat(CommandRun.of(convert).code()).isZero();
        Path written;
        try (Stream<Path> files = Files.list(out.resolve("policies"))) {
            written = files.findFirst().orElseThrow();
        }
        Files.delete(written);
        Files.createSymbolicLink(written, foreign);
        assertThat(CommandRun.of(convert).err()).contains("is a link: nothing is written");
        assertThat(Files.readString(foreign)).isEqualTo(SECRET);
    }

    @Test
    void attack_86_fileWithASecondName_isRefused_ratherThanLeftBehindUnderTheOther() throws Exception {
        Path second = Files.createLink(folder.resolve("second.yaml"), file);
        CommandRun run = users("revoke-sessions", "ann@contoso.com", "--yes");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("second hard link");
        assertThat(Files.readString(file)).isEqualTo(Files.readString(second)).doesNotContain("signInSessions");
        assertThatThrownBy(() -> AtomicFile.write(file, "x")).isInstanceOf(FileSystemException.class);
        Files.delete(second);
        assertThat(users("revoke-sessions", "ann@contoso.com", "--yes").code()).isZero();
    }

    /** Root may give any group; what anybody else cannot give is seen by a group that has no name here. */
    @Test
    void attack_86_groupOfAFile_staysWithItsRights() throws Exception {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        try {
            Files.setAttribute(file, "unix:gid", 54_321);
        } catch (IOException e) {
            Assumptions.abort("only root can give a file to any group");
        }
        GroupPrincipal group = view.readAttributes().group();
        assertThat(users("enable", "ann@contoso.com", "--yes").code()).isZero();
        assertThat(view.readAttributes().group()).isEqualTo(group);
        AtomicFile.write(file, Files.readString(file) + "# formatted\n");
        assertThat(view.readAttributes().group()).isEqualTo(group);
        assertThat(PosixFilePermissions.toString(view.readAttributes().permissions())).isEqualTo("rw-r-----");
    }

    // ---- 87

    @ParameterizedTest
    @ValueSource(strings = {"users list", "users show ann@contoso.com", "users enable ann@contoso.com --yes", "users enable ann@contoso.com --dry-run", "users disable ann@contoso.com",
        "users enforce ann@contoso.com --yes", "users revoke-sessions --all --yes", "users register ann@contoso.com --method sms", "users unregister ann@contoso.com --all",
        "users report", "app-passwords list ann@contoso.com", "app-passwords create ann@contoso.com --name Mail", "app-passwords delete ann@contoso.com --all"})
    void attack_87_endlessDirectory_isAnErrorAtTheLimit(String command) {
        List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
        arguments.addAll(List.of("-d", "/dev/zero"));
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).containsAnyOf("SP1003", "cannot be locked");
    }

    @Test
    void attack_87_endlessStandardInput_isAnErrorAtTheLimit() throws Exception {
        List<String> command = new ArrayList<>(CommandRun.javaCommand());
        command.add(1, "-Xmx300m");
        command.addAll(List.of("users", "list", "-d", "-"));
        Process process = new ProcessBuilder(command).redirectInput(new File("/dev/zero")).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(said).contains("SP1003");
    }

    @Test
    void attack_87_endlessListOfUsers_isAnErrorAtTheLimit() {
        CommandRun run = users("show", "--file", "/dev/zero");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("SP1003");
    }

    // ---- 89

    private String hash() throws IOException {
        String hash = AppPasswords.hash("abcdefghijklmnop", new java.security.SecureRandom());
        Files.writeString(file, """
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    perUserMfaState: enforced
                    appPasswords:
                      - { id: "1", displayName: Mail, hash: '%1$s' }
                      - id: "2"
                        displayName: Plain
                        hash: %1$s
                      - { "id": "3", "displayName": "Quoted", "hash": "%1$s" }
                      - id: "4"
                        displayName: Folded
                        hash: >-
                          %1$s
                      - { id: "5", displayName: Other, hash: "$2b$12$abcdefghijklmnopqrstuv" }
                    roles: []
                """.formatted(hash));
        return hash;
    }

    private static void assertHolds(String text, String hash) {
        assertThat(text).doesNotContain(hash.substring(hash.length() - 12)).doesNotContain(hash.substring(9, 40)).doesNotContain("m=4096").doesNotContain("abcdefghijkl");
    }

    @Test
    void attack_89_hashOfAnAppPassword_isInNoDiffTableJsonOrMessage() throws Exception {
        String hash = hash();
        CommandRun diff = users("disable", "ann@contoso.com", "--dry-run");
        assertThat(diff.out()).contains("-    perUserMfaState: enforced").contains("hash: ***");
        assertHolds(diff.all(), hash);
        for (String[] command : new String[][] {{"show", "ann@contoso.com"}, {"show", "ann@contoso.com", "--format", "json"}, {"list", "--format", "json"}, {"list"},
            {"register", "ann@contoso.com", "--method", "sms", "--dry-run"}, {"disable", "ann@contoso.com", "--yes", "--format", "json"}}) {
            CommandRun run = users(command);
            assertThat(run.out()).isNotEmpty();
            assertHolds(run.all(), hash);
        }
        Files.writeString(file, "kind: directory\nusers:\n  - { userPrincipalName: ann@contoso.com, appPasswords: [ { id: \"1\", displayName: Mail, hash: '" + hash + "' } ] }\n");
        CommandRun deleted = CommandRun.of("app-passwords", "delete", "ann@contoso.com", "--all", "-d", file.toString());
        assertThat(deleted.code()).as(deleted.all()).isZero();
        assertHolds(deleted.all(), hash);
    }

    @Test
    void attack_89_hashOfAnAppPassword_isInNoExcerptAndNoText() throws Exception {
        String hash = hash();
        UserState user = PolicyEngine.loadDirectory(file).user("ann@contoso.com");
        assertHolds(user.toString(), hash);
        assertHolds(user.appPasswords().toString(), hash);
        assertHolds(Lifecycle.events(user, Lifecycle.deleteAppPasswords(user)).toString(), hash);
        for (String broken : List.of("    appPasswords: '" + hash + "'\n", "    appPasswords: [ { id: \"1\", hash: '" + hash + "', nmae: x } ]\n",
                "    appPasswords: [ { id: \"1\", hash: '" + hash.replace("argon2id", "argon2xx") + "' } ]\n", "    " + hash + ": x\n",
                "    appPasswords: [ { id: \"1\", hash: " + hash + " } ]\n")) {
            Files.writeString(file, "kind: directory\nusers:\n  - userPrincipalName: ann@contoso.com\n" + broken);
            CommandRun run = CommandRun.of("check", Files.writeString(folder.resolve("p.yaml"), Attack.policy("p", "", Attack.BLOCK)).toString(), "-d", file.toString());
            assertThat(run.all()).contains("directory.yaml:4");
            assertHolds(run.all(), hash);
            assertHolds(users("list").all(), hash);
        }
    }

    // ---- 90

    private void create(String shell) throws Exception {
        Path policies = Files.writeString(folder.resolve("on.yaml"), "kind: mfaSettings\nallowAppPasswords: true\n");
        Files.writeString(file, "kind: directory\nusers:\n  - { userPrincipalName: ann@contoso.com, perUserMfaState: enforced, authenticationMethods: [ { method: microsoftAuthenticatorPush,"
                + " isDefault: true } ] }\n");
        List<String> command = new ArrayList<>(List.of("sh", "-c", shell, "sh"));
        command.addAll(CommandRun.javaCommand());
        command.addAll(List.of("app-passwords", "create", "ann@contoso.com", "--name", "Mail", "-d", file.toString(), "-p", policies.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(1, TimeUnit.MINUTES);
        assertThat(process.exitValue()).as(said).isEqualTo(shell.contains("ok") ? 0 : 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"$@\" >/dev/full", "(\"$@\"; echo $? >&2) | true; exit 2"})
    void attack_90_appPasswordThatCannotBeShown_leavesNoEntryBehind(String shell) throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full here");
        create(shell);
        assertThat(PolicyEngine.loadDirectory(file).user("ann@contoso.com").appPasswords()).isEmpty();
    }

    @Test
    void attack_90_appPasswordThatIsShown_isThere() throws Exception {
        create("\"$@\" >/dev/null; test $? = 0 # ok");
        assertThat(PolicyEngine.loadDirectory(file).user("ann@contoso.com").appPasswords()).hasSize(1);
    }

    // ---- 91

    /** What GitHub Actions and Azure Pipelines obey. */
    private static final Pattern COMMAND = Pattern.compile("(?m)^[\\s\\h\\u0085]*::|##[\\w-]*\\[");

    private static void assertNoCommand(String text) {
        assertThat(COMMAND.matcher(text).find()).as(text).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 71, 80, 93, 100, 120, 200})
    void attack_91_namesThatWouldBeCommandsOfACiServer_areNone_inAnyTextAtAnyWidth(int columns) throws Exception {
        String evil = "::error::x-::stop-commands::y/::add-mask::ann-##[group]z-##vso[task.setvariable]ab";
        Path named = Files.writeString(folder.resolve("::warning::##[x].yaml"), """
                kind: directory
                groups: [ { id: "::g", displayName: "%1$s" } ]
                applications: [ { appId: a1, displayName: "%1$s" } ]
                users:
                  - { id: "::u1", userPrincipalName: "%1$s@contoso.com", displayName: "%1$s", memberOf: ["%1$s"], perUserMfaState: enabled, roles: [Global Administrator],
                      authenticationMethods: [ { method: sms, displayName: "%1$s" } ] }
                  - { id: "##[u2]", userPrincipalName: "##[error]@contoso.com" }
                """.formatted(evil));
        Path policies = Files.writeString(folder.resolve("##[group]p.yaml"), Attack.policy("'" + evil + "'", "{ includeGroups: ['" + evil + "'] }", "{ includeApplications: ['" + evil
                + "'] }", "", Attack.MFA) + Attack.policy("'::q'", "{ includeUsers: ['::nobody'] }", "{ includeApplications: [All] }", "", Attack.BLOCK).replace("nobody", "u1"));
        Path request = Files.writeString(folder.resolve("::r.yaml"), "kind: signIn\nname: '" + evil + "'\nuser: '" + evil + "@contoso.com'\napplication: '" + evil
                + "'\nclientAppType: browser\n");
        Path suite = Files.writeString(folder.resolve("::suite.yaml"), "kind: policyTests\npolicies: ['" + policies + "']\ndirectory: ['" + named + "']\ntests:\n  - { name: '" + evil
                + "', request: { user: '" + evil + "@contoso.com', application: '" + evil + "', clientAppType: browser }, expect: { outcome: allow } }\n");
        String d = named.toString();
        String p = policies.toString();
        for (List<String> command : List.of(List.of("users", "list", "-d", d), List.of("users", "show", "::u1", "-d", d), List.of("users", "show", "##[u2]", "-d", d, "--format", "json"),
                List.of("users", "report", "-d", d, "-p", p), List.of("users", "enforce", "::u1", "--dry-run", "-d", d), List.of("users", "show", evil, "-d", d),
                List.of("check", p, "-d", d), List.of("check", p), List.of("evaluate", request.toString(), "-p", p, "-d", d, "--explain"),
                List.of("evaluate", request.toString(), "-p", p, "-d", d, "--format", "json"), List.of("evaluate", request.toString(), "-p", p), List.of("test", suite.toString(), "--coverage"),
                List.of("test", suite.toString(), "--format", "json"), List.of("fmt", "--check", folder.toString()), List.of("fmt", folder + "/::none.yaml"), List.of("::error::x"),
                List.of("check", "##[error]"), List.of("evaluate", "::request", "-p", p))) {
            CommandRun run = CommandRun.of(columns, command.toArray(String[]::new));
            assertThat(run.all()).isNotEmpty();
            assertNoCommand(run.out());
            assertNoCommand(run.err());
            if (command.contains("json")) {
                Diagnostics out = new Diagnostics();
                run.out().lines().forEach(line -> Sources.parse("line", line, out));
                assertThat(out.toList()).isEmpty();
            }
        }
        CommandRun json = CommandRun.of("users", "show", "##[u2]", "-d", d, "--format", "json");
        assertThat(((Node.Mapping) Sources.parse("line", json.out(), new Diagnostics()).get(0).root()).get("userPrincipalName")).isInstanceOfSatisfying(Node.Scalar.class,
                name -> assertThat(name.text()).isEqualTo("##[error]@contoso.com"));
    }

    // ---- 101

    private static boolean isBack(Instant before, Instant after) {
        return before != null && (after == null || after.isBefore(before));
    }

    /** Every step that a user's state can take. */
    private static final List<BiFunction<UserState, Instant, UserState>> STEPS = List.of(Lifecycle::enable, Lifecycle::enforce, (user, now) -> Lifecycle.disable(user),
            Lifecycle::revokeSessions, Lifecycle::revokeRememberedMfa, Lifecycle::passwordChanged, Lifecycle::disableAccount, Lifecycle::signedIn,
            (user, now) -> Lifecycle.register(user, AuthenticationMethodMode.SMS, null, now), (user, now) -> Lifecycle.unregisterAll(user),
            (user, now) -> Lifecycle.requireReregistration(user), (user, now) -> Lifecycle.deleteAppPasswords(user));

    @Test
    void attack_101_revocation_byAnyStepAtAnyTime_neverMovesBack_RV_01() throws Exception {
        Random random = new Random(101);
        for (int life = 0; life < 500; life++) {
            UserState user = PolicyEngine.loadDirectory(file).user("ann@contoso.com");
            Instant latest = null;
            for (int step = 0; step < 40; step++) {
                Instant clock = NOW.plusSeconds(random.nextInt(20_000) - 10_000).plusNanos(random.nextInt(3));
                int which = random.nextInt(STEPS.size());
                UserState after = STEPS.get(which).apply(user, clock);
                assertThat(isBack(user.signInSessionsValidFromDateTime(), after.signInSessionsValidFromDateTime())).as("step %d at %s of %s", which, clock, user).isFalse();
                assertThat(isBack(user.rememberDevicesNotIssuedBefore(), after.rememberDevicesNotIssuedBefore())).as("step %d at %s of %s", which, clock, user).isFalse();
                if (which == 3) {
                    latest = latest == null || clock.isAfter(latest) ? clock : latest;
                    assertThat(isBack(latest, after.signInSessionsValidFromDateTime())).as("what was revoked is").isFalse();
                    assertThat(after.equals(user) ? after == user : true).as("a step that changes nothing returns the same object").isTrue();
                }
                user = after;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ann@contoso.com", "--all", "ann@contoso.com --remembered-mfa", "--all --remembered-mfa"})
    void attack_101_secondRevocationByASlowClock_changesNothing_andSaysSo(String who) throws Exception {
        assertThat(revoke(who, "2026-11-28T10:00:00Z").out()).contains("changed in");
        String after = Files.readString(file);
        CommandRun again = revoke(who, "2026-11-28T07:00:00Z");
        assertThat(again.code()).isZero();
        assertThat(again.err()).contains("nothing to change: " + (who.contains("remembered") ? "remembered MFA of ann@contoso.com" : "sessions of ann@contoso.com"))
                .contains("already revoked since 2026-11-28T10:00:00Z, which is later than 2026-11-28T07:00:00Z");
        assertThat(Files.readString(file)).isEqualTo(after);
        assertThat(revoke(who, "2026-11-28T10:00:00Z").err()).contains("already revoked since 2026-11-28T10:00:00Z\n");
        assertThat(revoke(who, "2026-11-28T11:00:00Z").out()).contains("changed in");
        assertThat(Files.readString(file)).contains("2026-11-28T11:00:00Z").doesNotContain("2026-11-28T10");
    }

    private CommandRun revoke(String who, String clock) {
        return users(Stream.concat(Stream.of("revoke-sessions", "--yes", "--clock", clock), Stream.of(who.split(" "))).toArray(String[]::new));
    }

    // ---- 109

    private CommandRun enforce(String csv) throws IOException {
        return users("enforce", "--yes", "--file", Files.writeString(folder.resolve("users.csv"), csv).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"displayName,id,userPrincipalName\nBob,u-bob,bob@contoso.com\nAnn,u-bob,ann@contoso.com\n", "UPN;objectId\nbob@contoso.com;u-bob\nann@contoso.com;u-bob\n",
        "id,userPrincipalName\nu-bob,bob@contoso.com\n\"u-ann\",nobody@contoso.com\n", "userPrincipalName,Object Id\nbob@contoso.com,u-bob\nann@contoso.com,u-gone\n",
        "Member object ID or UPN,UserPrincipalName\nu-bob,bob@contoso.com\nu-bob,ann@contoso.com\n"})
    void attack_109_lineWhoseColumnsContradict_isAnErrorWithTheLine_andNobodyIsChanged(String csv) throws Exception {
        CommandRun run = enforce(csv);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("users.csv:3:1: error SP1803: the line names different users: `");
        assertThat(Files.readString(file)).doesNotContain("enforced");
    }

    @ParameterizedTest
    @ValueSource(strings = {"displayName,id,userPrincipalName\nx,u-ann,ann@contoso.com\n", "id,userPrincipalName\n,ann@contoso.com\n", "userPrincipalName,id\n,u-ann\n",
        "user,userPrincipalName\nAnn Other,ann@contoso.com\n", "userPrincipalName,id\nANN@contoso.com,U-ANN\nann@contoso.com,u-ann\n"})
    void attack_109_linesThatAgree_changeTheirUser(String csv) throws Exception {
        assertThat(enforce(csv).out()).contains("1 user changed");
        assertThat(PolicyEngine.loadDirectory(file).user("u-ann").perUserMfaState()).isEqualTo(PerUserMfaState.ENFORCED);
    }

    // ---- 110

    @Test
    void attack_110_tenWritersAtOnce_allSucceed_andNoChangeIsLost() throws Exception {
        Files.writeString(file, "kind: directory\nusers:\n" + String.join("", IntStream.range(0, 10).mapToObj(i -> "  - { userPrincipalName: u" + i + "@contoso.com }\n").toList()));
        List<Process> writers = new ArrayList<>();
        List<String> java = CommandRun.javaCommand();
        for (int i = 0; i < 5; i++) {
            List<String> command = new ArrayList<>(java.subList(0, java.size() - 1));
            command.addAll(List.of("dev.sallyport.edit.OneWriter", file.toString(), "u" + i + "@contoso.com", "21"));
            writers.add(new ProcessBuilder(command).redirectErrorStream(true).start());
        }
        List<Thread> threads = IntStream.range(5, 10).mapToObj(i -> new Thread(() -> enforceAlone("u" + i + "@contoso.com"))).toList();
        threads.forEach(Thread::start);
        for (Process writer : writers) {
            String said = new String(writer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(writer.waitFor()).as(said).isZero();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(PolicyEngine.loadDirectory(file).users()).allMatch(user -> user.perUserMfaState() == PerUserMfaState.ENFORCED);
        try (Stream<Path> left = Files.list(file.getParent())) {
            assertThat(left).containsExactly(file);
        }
    }

    private void enforceAlone(String user) {
        try (DirectoryFiles files = DirectoryFiles.lock(List.of(file), Duration.ofSeconds(60))) {
            files.change(List.of(Lifecycle.enforce(files.directory().user(user), NOW))).write();
        } catch (EditException e) {
            throw new IllegalStateException(e);
        } catch (Exception e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
