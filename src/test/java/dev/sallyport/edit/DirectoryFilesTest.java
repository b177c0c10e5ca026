package dev.sallyport.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.model.AuthenticationMethodMode;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.UserState;
import dev.sallyport.model.UserState.AppPassword;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change of a user changes the text of that user and nothing else, however the file is written. */
class DirectoryFilesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:15:00Z");
    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final AuthenticationMethodMode PUSH = AuthenticationMethodMode.MICROSOFT_AUTHENTICATOR_PUSH;

    @TempDir
    private Path folder;

    // ---- what is parsed again

    @Test
    void files_withTheSameBytes_areParsedOnce_andOtherBytesAnew() throws Exception {
        Path file = Files.writeString(folder.resolve("directory.yaml"), "kind: directory\nusers:\n  - userPrincipalName: ann@contoso.com\n");
        List<Path> paths = List.of(file);
        DirectoryFiles.Memory memory = new DirectoryFiles.Memory();
        try (DirectoryFiles asked = DirectoryFiles.read(paths, memory); DirectoryFiles locked = DirectoryFiles.lock(paths, PATIENCE, memory)) {
            assertThat(locked.directory()).isSameAs(asked.directory());
            locked.change(List.of(Lifecycle.enable(locked.directory().users().get(0), NOW))).write();
        }
        try (DirectoryFiles enabled = DirectoryFiles.read(paths, memory)) {
            assertThat(enabled.directory().users().get(0).perUserMfaState().graphName()).isEqualTo("enabled");
        }
        Files.writeString(file, Files.readString(file).replace("enabled\n", "enforced\n"));
        try (DirectoryFiles edited = DirectoryFiles.read(paths, memory)) {
            assertThat(edited.directory().users().get(0).perUserMfaState().graphName()).as("changed by another program").isEqualTo("enforced");
        }
        Files.writeString(file, "kind: directory\nusers: 1\n");
        assertThatThrownBy(() -> DirectoryFiles.read(paths, memory)).isInstanceOf(PolicyLoadException.class);
    }

    // ---- style by style

    @Test
    void enable_blockStyle_replacesTheStateAndAddsALineBelowIt() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  # the first
                  - userPrincipalName: ann@contoso.com   # works in Paris
                    perUserMfaState: disabled  # as it should be
                    memberOf: []
                """, "ann@contoso.com", user -> Lifecycle.enable(user, NOW))).isEqualTo("""
                kind: directory
                users:
                  # the first
                  - userPrincipalName: ann@contoso.com   # works in Paris
                    perUserMfaState: enabled  # as it should be
                    perUserMfaEnabledDateTime: 2026-11-22T10:15:00Z
                    memberOf: []
                """);
    }

    @Test
    void history_growsAtItsEnd_andKeepsItsComments() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    perUserMfaState: enabled
                    perUserMfaHistory:
                      - { dateTime: 2026-11-01T09:00:00Z, from: disabled, to: enabled, by: users enable } # the pilot
                """, "ann@contoso.com", user -> Lifecycle.recorded(user, Lifecycle.enforce(user, NOW), NOW, "users enforce"))).isEqualTo("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    perUserMfaState: enforced
                    perUserMfaEnabledDateTime: 2026-11-22T10:15:00Z
                    perUserMfaHistory:
                      - { dateTime: 2026-11-01T09:00:00Z, from: disabled, to: enabled, by: users enable } # the pilot
                      - { dateTime: 2026-11-22T10:15:00Z, from: enabled, to: enforced, by: users enforce }
                """);
    }

    @Test
    void phone_keepsItsNumberWhenItBecomesTheDefault() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods:
                      - { method: softwareOath, isDefault: true }
                      - { method: sms, phoneNumber: +45 55501020 }
                """, "ann@contoso.com", user -> Lifecycle.unregister(user, AuthenticationMethodMode.SOFTWARE_OATH))).isEqualTo("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods:
                      - { method: sms, phoneNumber: +45 55501020, isDefault: true }
                """);
    }

    @Test
    void enable_oneLineInBraces_addsBehindTheName() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                - { id: 1, userPrincipalName: ann@contoso.com, memberOf: [] }  # one line
                - {userPrincipalName: 'bob@contoso.com'}
                """, "bob@contoso.com", user -> Lifecycle.enable(user, NOW))).isEqualTo("""
                kind: directory
                users:
                - { id: 1, userPrincipalName: ann@contoso.com, memberOf: [] }  # one line
                - {userPrincipalName: 'bob@contoso.com', perUserMfaState: enabled, perUserMfaEnabledDateTime: 2026-11-22T10:15:00Z}
                """);
    }

    @Test
    void disable_blockStyle_removesTheLineOfTheDateUnlessItHasAComment() throws Exception {
        String text = """
                kind: directory
                users:
                  - perUserMfaState: enabled
                    perUserMfaEnabledDateTime: 2026-11-01T09:00:00Z%s
                    userPrincipalName: ann@contoso.com
                """;
        assertThat(changed(text.formatted(""), "ann@contoso.com", Lifecycle::disable)).isEqualTo("""
                kind: directory
                users:
                  - perUserMfaState: disabled
                    userPrincipalName: ann@contoso.com
                """);
        assertThat(changed(text.formatted(" # by Kim"), "ann@contoso.com", Lifecycle::disable)).isEqualTo("""
                kind: directory
                users:
                  - perUserMfaState: disabled
                    perUserMfaEnabledDateTime: null # by Kim
                    userPrincipalName: ann@contoso.com
                """);
    }

    @Test
    void register_emptyBrackets_becomeALineForEachMethod() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    perUserMfaState: enabled
                    authenticationMethods: [] # none yet
                    displayName: Ann
                """, "ann@contoso.com", user -> Lifecycle.register(user, PUSH, "Ann's: phone", NOW))).isEqualTo("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    perUserMfaState: enforced
                    authenticationMethods: # none yet
                      - { method: microsoftAuthenticatorPush, displayName: 'Ann''s: phone', createdDateTime: 2026-11-22T10:15:00Z, isDefault: true }
                    displayName: Ann
                """);
    }

    @Test
    void register_noListYet_addsOne() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    memberOf: []""", "ann@contoso.com", user -> Lifecycle.register(user, PUSH, null, NOW))).isEqualTo("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods:
                      - { method: microsoftAuthenticatorPush, createdDateTime: 2026-11-22T10:15:00Z, isDefault: true }
                    memberOf: []""");
    }

    @Test
    void register_itemsInBlockStyle_addsOneLikeThem() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods:
                    # numbers
                    - method: sms
                      isDefault: true   # for now

                    # the end
                """, "ann@contoso.com", user -> Lifecycle.register(user, AuthenticationMethodMode.FIDO2, "Key", NOW))).isEqualTo("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods:
                    # numbers
                    - method: sms
                      isDefault: true   # for now
                    - method: fido2
                      displayName: Key
                      createdDateTime: 2026-11-22T10:15:00Z

                    # the end
                """);
    }

    @Test
    void unregister_oneOfSeveral_passesTheDefaultOn() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods:
                      # numbers
                      - { method: sms, displayName: Old phone, isDefault: true } # gone soon
                      # keys
                      - { method: fido2, isDefault: false }
                """, "ann@contoso.com", user -> Lifecycle.unregister(user, AuthenticationMethodMode.SMS))).isEqualTo("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods:
                      # numbers
                      # keys
                      - { method: fido2, isDefault: true }
                """);
    }

    @Test
    void unregister_all_leavesAnEmptyList() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods: # what she has
                    - method: sms
                      isDefault: true
                    - method: fido2
                """, "ann@contoso.com", Lifecycle::unregisterAll)).isEqualTo("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods: [] # what she has
                """);
        assertThat(changed("""
                kind: directory
                users: [{ userPrincipalName: ann@contoso.com, authenticationMethods: [ { method: sms }, { method: email } ] }]
                """, "ann@contoso.com", Lifecycle::unregisterAll)).isEqualTo("""
                kind: directory
                users: [{ userPrincipalName: ann@contoso.com, authenticationMethods: [] }]
                """);
    }

    @Test
    void requireReregistration_bracketsOverManyLines_keepsWhatRemains() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods: [
                      { method: fido2 },   # a key
                      { method: sms, isDefault: true },
                      { method: hardwareOath },
                      { method: voice }
                    ]
                """, "ann@contoso.com", Lifecycle::requireReregistration)).isEqualTo("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods: [
                      { method: fido2, isDefault: true },   # a key
                      { method: hardwareOath, isUsable: false }
                    ]
                """);
    }

    @Test
    void revoke_valueThatIsEmpty_isFilledIn() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    signInSessionsValidFromDateTime:   # never
                    displayName: |
                      Ann
                      of Paris
                """, "ann@contoso.com", user -> Lifecycle.revokeRememberedMfa(Lifecycle.revokeSessions(user, NOW), NOW))).isEqualTo("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    signInSessionsValidFromDateTime: 2026-11-22T10:15:00Z   # never
                    rememberDevicesNotIssuedBefore: 2026-11-22T10:15:00Z
                    displayName: |
                      Ann
                      of Paris
                """);
    }

    @Test
    void change_behindALiteral_standsOnALineOfItsOwn() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    displayName: |
                      Ann
                  - userPrincipalName: bob@contoso.com
                """, "ann@contoso.com", user -> Lifecycle.enable(user, NOW))).isEqualTo("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    displayName: |
                      Ann
                    perUserMfaState: enabled
                    perUserMfaEnabledDateTime: 2026-11-22T10:15:00Z
                  - userPrincipalName: bob@contoso.com
                """);
    }

    @Test
    void change_aliasAsAList_isWrittenOut() throws Exception {
        assertThat(changed("""
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods: &phone [ { method: sms } ]
                  - userPrincipalName: bob@contoso.com
                    authenticationMethods: *phone
                """, "bob@contoso.com", user -> Lifecycle.register(user, AuthenticationMethodMode.FIDO2, null, NOW))).endsWith("""
                  - userPrincipalName: bob@contoso.com
                    authenticationMethods:
                      - { method: sms }
                      - { method: fido2, createdDateTime: 2026-11-22T10:15:00Z }
                """);
    }

    @Test
    void change_thatWouldReachSomebodyElse_isRefusedAndLeavesTheFile() throws Exception {
        String text = """
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    authenticationMethods: &phone [ { method: sms } ]
                  - userPrincipalName: bob@contoso.com
                    authenticationMethods: *phone
                """;
        assertThatThrownBy(() -> changed(text, "ann@contoso.com", user -> Lifecycle.register(user, PUSH, null, NOW)))
                .isInstanceOf(EditException.class).hasMessageContaining("bob@contoso.com");
        assertThat(folder.resolve("directory.yaml")).hasContent(text);
    }

    @Test
    void change_secondDocumentBehindSurrogatesAndByteOrderMark_findsThePlace() throws Exception {
        assertThat(changed("""
                kind: group
                displayName: "🚀🚀 Köln"
                ---
                kind: user
                userPrincipalName: ann@contoso.com # 🚀
                displayName: Ann 🚀
                """, "ann@contoso.com", user -> Lifecycle.enforce(user, NOW))).endsWith("""
                displayName: Ann 🚀
                perUserMfaState: enforced
                perUserMfaEnabledDateTime: 2026-11-22T10:15:00Z
                """);
    }

    @Test
    void change_graphExport_keepsFieldsAndLayout() throws Exception {
        Path file = folder.resolve("users.json");
        Files.writeString(file, """
                {
                  "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users",
                  "value": [
                    {
                      "userPrincipalName": "ann@contoso.com",
                      "businessPhones": ["1", "2"],
                      "authenticationMethods": [
                        {
                          "method": "sms",
                          "phoneNumber": "+45 1"
                        }
                      ]
                    },
                    {"userPrincipalName":"bob@contoso.com","jobTitle":null}
                  ]
                }
                """);
        change(List.of(file), "ann@contoso.com", user -> Lifecycle.register(Lifecycle.enable(user, NOW), AuthenticationMethodMode.FIDO2, "Key \"1\"", NOW));
        change(List.of(file), "bob@contoso.com", user -> Lifecycle.register(Lifecycle.enforce(user, NOW), PUSH, null, NOW));
        assertThat(file).hasContent("""
                {
                  "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users",
                  "value": [
                    {
                      "userPrincipalName": "ann@contoso.com",
                      "perUserMfaState": "enabled",
                      "perUserMfaEnabledDateTime": "2026-11-22T10:15:00Z",
                      "businessPhones": ["1", "2"],
                      "authenticationMethods": [
                        {
                          "method": "sms",
                          "phoneNumber": "+45 1"
                        },
                        {
                          "method": "fido2",
                          "displayName": "Key \\"1\\"",
                          "createdDateTime": "2026-11-22T10:15:00Z"
                        }
                      ]
                    },
                    {"userPrincipalName":"bob@contoso.com","perUserMfaState":"enforced","perUserMfaEnabledDateTime":"2026-11-22T10:15:00Z","authenticationMethods":[{"method": "microsoftAuthenticatorPush", "createdDateTime": "2026-11-22T10:15:00Z", "isDefault": true}],"jobTitle":null}
                  ]
                }
                """);
        change(List.of(file), "ann@contoso.com", Lifecycle::disable);
        assertThat(Files.readString(file)).contains("\"perUserMfaState\": \"disabled\",\n      \"businessPhones\"");
    }

    // ---- files

    @Test
    void change_everyEncodingAndLineBreak_staysAsItWas() throws Exception {
        String text = "kind: directory\r\nusers:\r\n  - userPrincipalName: ann@contoso.com\r\n    displayName: Änn\r\n";
        String expected = text + "    perUserMfaState: enabled\r\n    perUserMfaEnabledDateTime: 2026-11-22T10:15:00Z\r\n";
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE)) {
            Path file = folder.resolve("directory.yaml");
            Files.write(file, ("\uFEFF" + text).getBytes(charset));
            change(List.of(file), "ann@contoso.com", user -> Lifecycle.enable(user, NOW));
            assertThat(Files.readAllBytes(file)).as(charset.name()).isEqualTo(("\uFEFF" + expected).getBytes(charset));
        }
    }

    @Test
    void change_severalFilesInAFolder_changesThoseThatHoldTheUsers() throws Exception {
        Path people = Files.createDirectories(folder.resolve("people"));
        Files.writeString(people.resolve("a.yaml"), "kind: directory\nusers:\n- userPrincipalName: ann@contoso.com\n");
        Files.writeString(people.resolve("b.yaml"), "kind: directory\nusers:\n- userPrincipalName: bob@contoso.com\n");
        Files.writeString(people.resolve("c.yaml"), "kind: directory\nusers:\n- userPrincipalName: cy@contoso.com\n");
        try (DirectoryFiles files = DirectoryFiles.lock(List.of(people), PATIENCE)) {
            DirectoryFiles.Change change = files.change(files.directory().users().subList(0, 2).stream().map(user -> Lifecycle.enable(user, NOW)).toList());
            assertThat(change.files()).containsExactlyInAnyOrder(people.resolve("a.yaml"), people.resolve("b.yaml"));
            change.write();
        }
        assertThat(Files.readString(people.resolve("a.yaml"))).contains("enabled");
        assertThat(Files.readString(people.resolve("b.yaml"))).contains("enabled");
        assertThat(Files.readString(people.resolve("c.yaml"))).doesNotContain("enabled");
    }

    @Test
    void write_keepsPermissionsFollowsLinksAndLeavesNothingBehind() throws Exception {
        Path real = Files.createDirectories(folder.resolve("real")).resolve("people.yaml");
        Files.writeString(real, "kind: directory\nusers:\n- userPrincipalName: ann@contoso.com\n");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Files.writeString(real.resolveSibling(".people.yaml.123.tmp"), "left by a crash");
        Path link = Files.createSymbolicLink(folder.resolve("link.yaml"), real);
        change(List.of(link), "ann@contoso.com", user -> Lifecycle.enable(user, NOW));
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(real)).contains("enabled");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real))).isEqualTo("rw-r-----");
        try (Stream<Path> left = Files.list(real.getParent())) {
            assertThat(left).containsExactly(real);
        }
    }

    @Test
    void lock_secondWriter_isToldWhatHappens() throws Exception {
        Path file = write("kind: directory\nusers:\n- userPrincipalName: ann@contoso.com\n");
        try (DirectoryFiles first = DirectoryFiles.lock(List.of(file), PATIENCE)) {
            assertThat(first.directory().users()).hasSize(1);
            assertThatThrownBy(() -> DirectoryFiles.lock(List.of(file), PATIENCE)).isInstanceOf(EditException.class)
                    .hasMessageContaining("another command is changing files");
        }
        DirectoryFiles.lock(List.of(file), PATIENCE).close();
        assertThat(folder.resolve(".sallyport.lock")).doesNotExist();
    }

    @Test
    void write_fileThatSomebodyEditedMeanwhile_isRefused() throws Exception {
        Path file = write("kind: directory\nusers:\n- userPrincipalName: ann@contoso.com\n");
        try (DirectoryFiles files = DirectoryFiles.lock(List.of(file), PATIENCE)) {
            DirectoryFiles.Change change = files.change(List.of(Lifecycle.enable(files.directory().users().get(0), NOW)));
            Files.writeString(file, "# mine\n" + Files.readString(file));
            assertThatThrownBy(change::write).isInstanceOf(EditException.class).hasMessageContaining("was changed by another program");
        }
        assertThat(Files.readString(file)).startsWith("# mine").doesNotContain("enabled");
    }

    @Test
    void write_secondOfTwoFilesFails_namesWhatWasWrittenAndWhatNot() throws Exception {
        Path one = Files.writeString(folder.resolve("one.yaml"), "kind: directory\nusers:\n- userPrincipalName: ann@contoso.com\n");
        Path two = Files.writeString(folder.resolve("two.yaml"), "kind: directory\nusers:\n- userPrincipalName: bob@contoso.com\n");
        try (DirectoryFiles files = DirectoryFiles.lock(List.of(one, two), PATIENCE)) {
            DirectoryFiles.Change change = files.change(files.directory().users().stream().map(user -> Lifecycle.enable(user, NOW)).toList());
            Files.writeString(two, "# mine\n" + Files.readString(two));
            assertThatThrownBy(change::write).isInstanceOf(EditException.class)
                    .hasMessageContaining("written already: [" + one + "], not written: [" + two + "]");
        }
        assertThat(Files.readString(one)).contains("enabled");
        assertThat(Files.readString(two)).doesNotContain("enabled");
    }

    @Test
    void lock_manyWritersAtOnce_loseNoChange() throws Exception {
        StringBuilder text = new StringBuilder("kind: directory\nusers:\n");
        for (int i = 0; i < 8; i++) {
            text.append("- userPrincipalName: u").append(i).append("@contoso.com\n");
        }
        Path file = write(text.toString());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "u" + i + "@contoso.com";
            threads.add(new Thread(() -> {
                try (DirectoryFiles files = DirectoryFiles.lock(List.of(file), Duration.ofSeconds(20))) {
                    files.change(List.of(Lifecycle.enable(files.directory().user(name), NOW))).write();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(DirectoryFiles.read(List.of(file)).directory().users()).allMatch(user -> user.perUserMfaEnabledDateTime() != null);
    }

    @Test
    void diff_showsChangedLinesWithTheirSurroundings() throws Exception {
        StringBuilder text = new StringBuilder("kind: directory\nusers:\n");
        for (int i = 0; i < 9; i++) {
            text.append("- userPrincipalName: u").append(i).append("@contoso.com\n  perUserMfaState: disabled\n");
        }
        Path file = write(text.toString());
        DirectoryFiles files = DirectoryFiles.read(List.of(file));
        List<UserState> users = List.of(Lifecycle.enable(files.directory().users().get(0), NOW), Lifecycle.enable(files.directory().users().get(8), NOW));
        assertThat(files.change(users).diff()).isEqualTo("""
                --- %s
                +++ %s
                @@ -1,7 +1,8 @@
                 kind: directory
                 users:
                 - userPrincipalName: u0@contoso.com
                -  perUserMfaState: disabled
                +  perUserMfaState: enabled
                +  perUserMfaEnabledDateTime: 2026-11-22T10:15:00Z
                 - userPrincipalName: u1@contoso.com
                   perUserMfaState: disabled
                 - userPrincipalName: u2@contoso.com
                @@ -17,4 +18,5 @@
                 - userPrincipalName: u7@contoso.com
                   perUserMfaState: disabled
                 - userPrincipalName: u8@contoso.com
                -  perUserMfaState: disabled
                +  perUserMfaState: enabled
                +  perUserMfaEnabledDateTime: 2026-11-22T10:15:00Z
                """.formatted(file, file));
        assertThat(file).hasContent(text.toString());
    }

    // ---- any step on any file

    /** Verification inside {@code change} compares all users, all other objects and all unknown fields; here it has to hold every time. */
    @Test
    void change_randomStepsInEveryStyle_alwaysReadBackAsMeant() throws Exception {
        String samples = Files.readString(Path.of("samples/directory.yaml"));
        for (int seed = 0; seed < 3; seed++) {
            randomSteps(write(samples), seed);
            List<String> comments = samples.lines().filter(line -> line.strip().startsWith("#")).toList();
            assertThat(Files.readString(folder.resolve("directory.yaml")).lines().filter(line -> line.strip().startsWith("#"))).containsExactlyElementsOf(comments);
            randomSteps(write(samples.replace("\n", "\r\n")), seed);
            assertThat(Files.readString(folder.resolve("directory.yaml"))).doesNotContainPattern("[^\r]\n");
            randomSteps(write("""
                    kind: directory
                    users: [ { userPrincipalName: a@contoso.com }, {id: b, userPrincipalName: b@contoso.com, authenticationMethods: [{method: sms}]},
                      { userPrincipalName: c@contoso.com, # a guest
                        accountEnabled: false, authenticationMethods: [
                          {method: sms, displayName: "a"}, # one
                          {method: fido2}
                        ]
                      }]"""), seed);
            String json = """
                    [{"userPrincipalName": "a@contoso.com"}, {
                      "x": 1, "userPrincipalName": "b@contoso.com", "authenticationMethods": []
                    }, {
                      "id": "c",
                      "userPrincipalName": "c@contoso.com",
                      "authenticationMethods": [
                        {
                          "method": "sms"
                        }
                      ]
                    }]
                    """;
            randomSteps(Files.writeString(folder.resolve("spread.json"), json), seed);
            randomSteps(Files.writeString(folder.resolve("dense.json"), json.replaceAll("\\s", "")), seed);
            assertThat(Files.readString(folder.resolve("dense.json"))).doesNotContain("\n");
        }
    }

    private static void randomSteps(Path file, int seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 25; round++) {
            try (DirectoryFiles files = DirectoryFiles.lock(List.of(file), PATIENCE)) {
                List<UserState> users = new ArrayList<>(files.directory().users());
                users.replaceAll(user -> random.nextInt(3) == 0 ? step(step(user, random), random) : user);
                files.change(users).write();
                assertThat(DirectoryFiles.read(List.of(file)).directory().users()).isEqualTo(users);
            }
        }
    }

    private static UserState step(UserState user, Random random) {
        AuthenticationMethodMode method = AuthenticationMethodMode.values()[random.nextInt(AuthenticationMethodMode.values().length)];
        String name = random.nextBoolean() ? null : List.of("Plain name", "it's", "a: b # c", "\"x\" \\ {y}, [z]", "null", "🚀\n", " ").get(random.nextInt(7));
        Instant now = NOW.plusSeconds(random.nextInt(1000));
        return switch (random.nextInt(13)) {
            case 0 -> Lifecycle.enable(user, now);
            case 1 -> Lifecycle.enforce(user, now);
            case 2 -> Lifecycle.disable(user);
            case 3, 4 -> Lifecycle.register(user, method, name, now);
            case 5 -> Lifecycle.unregister(user, method);
            case 6 -> Lifecycle.requireReregistration(user);
            case 7 -> random.nextBoolean() ? Lifecycle.unregisterAll(user) : user;
            case 8 -> Lifecycle.revokeSessions(user, now);
            case 9 -> Lifecycle.revokeRememberedMfa(user, now);
            case 10 -> Lifecycle.signedIn(user, now);
            case 11 -> Lifecycle.addAppPassword(user, new AppPassword("id" + random.nextInt(), name, now, "$argon2id$v=19$m=8,t=1,p=1$a$b"));
            default -> random.nextBoolean() || user.appPasswords().isEmpty() || user.appPasswords().get(0).displayName() == null ? Lifecycle.deleteAppPasswords(user)
                    : Lifecycle.deleteAppPassword(user, user.appPasswords().get(0).displayName());
        };
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("directory.yaml"), text);
    }

    private String changed(String text, String user, UnaryOperator<UserState> step) throws Exception {
        Path file = write(text);
        change(List.of(file), user, step);
        return Files.readString(file);
    }

    private static void change(List<Path> paths, String user, UnaryOperator<UserState> step) throws Exception {
        try (DirectoryFiles files = DirectoryFiles.lock(paths, PATIENCE)) {
            files.change(List.of(step.apply(files.directory().user(user)))).write();
        }
    }
}
