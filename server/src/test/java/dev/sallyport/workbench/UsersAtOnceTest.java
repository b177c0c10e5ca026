package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several administrators at once, many users, and names that attack. */
class UsersAtOnceTest {

    private static final String CONFIRM = "name=\"confirm\" value=\"([0-9a-f]{64})\"";
    private static final String SHOWN = "name=\"shown\" value=\"([^\"]+)\"";
    private static final Path POLICIES = Path.of("../rules/conditional-access").toAbsolutePath().normalize();
    private static final String SAMPLE = sample();
    private static final Duration FAST = Duration.ofMillis(200);

    /** The sample directory, of which the users come last. */
    private static String sample() {
        try {
            return Files.readString(Path.of("../samples/directory.yaml")).stripTrailing() + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpResponse<String> confirm(Visitor visitor, String user, String question) throws Exception {
        return visitor.post("users/change", "from", "users", "step", "enforce", "user", user, "shown", Visitor.raw(question, SHOWN), "confirm",
                Visitor.raw(question, CONFIRM));
    }

    private static HttpResponse<String> confirmed(Visitor visitor, String user, String question) {
        try {
            return confirm(visitor, user, question);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void twoBrowsers_changeDifferentUsersOfOneFile_andBothChangesAreInIt(@TempDir Path folder) throws Exception {
        try (Bench bench = Bench.ofSamples(folder)) {
            Visitor one = new Visitor(bench);
            Visitor other = new Visitor(bench);
            String emma = "e59e9aed-ec1b-4a85-b8bd-5265ce8a669b";
            String admin = "d0278594-8589-411e-af11-3a595578f251";
            String first = one.post("users/change", "from", "users", "step", "enforce", "user", emma).body();
            String second = other.post("users/change", "from", "users", "step", "enforce", "user", admin).body();
            CompletableFuture<HttpResponse<String>> left = CompletableFuture.supplyAsync(() -> confirmed(one, emma, first));
            CompletableFuture<HttpResponse<String>> right = CompletableFuture.supplyAsync(() -> confirmed(other, admin, second));
            assertThat(left.get().body()).contains("Enforced MFA for emma.hart@contoso.com");
            assertThat(right.get().body()).contains("Enforced MFA for crm-admin@contoso.com");
            String text = Files.readString(bench.directory);
            assertThat(text).contains("# disabled, which is the right state").contains("# registered before she was enabled");
            assertThat(text.split("to: enforced, by: users enforce", -1)).as("both changes").hasSize(3);
        }
    }

    @Test
    void users_whoChangedSinceTheyWereShown_areShownAnew(@TempDir Path folder) throws Exception {
        try (Bench bench = Bench.ofSamples(folder)) {
            Visitor visitor = new Visitor(bench);
            String admin = "d0278594-8589-411e-af11-3a595578f251";
            String question = visitor.post("users/change", "from", "users", "step", "enforce", "user", admin).body();
            String changed = Files.readString(bench.directory).replace("displayName: CRM phone", "displayName: Another phone");
            Files.writeString(bench.directory, changed);
            assertThat(confirm(visitor, admin, question).body()).contains("The users changed while this was open.").contains("Another phone");
            assertThat(bench.directory).as("nothing was written").hasContent(changed);
        }
    }

    @Test
    void requests_thatMakeNoSense_areToldWhatToDo(@TempDir Path folder) throws Exception {
        try (Bench bench = Bench.ofSamples(folder)) {
            Visitor visitor = new Visitor(bench);
            String before = Files.readString(bench.directory);
            assertThat(visitor.whole("users/security-info/crm-admi%40contoso.com")).satisfies(unknown -> {
                assertThat(unknown.statusCode()).isEqualTo(404);
                assertThat(unknown.body()).contains("The directory has no user <code>crm-admi@contoso.com</code>.").contains("crm-admin@contoso.com")
                        .doesNotContain("`");
            });
            String admin = "d0278594-8589-411e-af11-3a595578f251";
            assertThat(visitor.post("users/change", "step", "explode", "user", admin).statusCode()).isEqualTo(400);
            assertThat(visitor.post("users/change", "step", "register:appPassword", "user", admin).statusCode()).isEqualTo(400);
            assertThat(visitor.post("users/app-password", "user", admin, "name", "x").body()).as("not enforced").contains("cannot be added")
                    .contains("an administrator must choose “Enforce”").doesNotContain("sallyport users");
            assertThat(visitor.post("users/offers", "user", admin, "place", "ip", "ip", "nowhere").body()).contains("nowhere");
            assertThat(visitor.whole("users?page=99999999999&state=%3Cscript%3E").body()).contains("No user matches").doesNotContain("<script>\"");
            assertThat(bench.directory).hasContent(before);
        }
    }

    /** Policies decide a registration when it is written, too. */
    @Test
    void registration_whichAPolicyForbidsSinceItWasShown_isNotWritten(@TempDir Path folder) throws Exception {
        try (Bench bench = Bench.ofSamples(folder)) {
            Visitor visitor = new Visitor(bench);
            String before = Files.readString(bench.directory);
            String emma = "e59e9aed-ec1b-4a85-b8bd-5265ce8a669b";
            String[] fields = {"from", "security-info", "step", "register:fido2", "user", emma, "place", "trusted", "mfa", "yes"};
            String question = visitor.post("users/change", fields).body();
            Files.writeString(bench.policies.resolve("no-more.yaml"), """
                    kind: conditionalAccessPolicy
                    id: no-more
                    displayName: No more methods
                    state: enabled
                    conditions:
                      users: { includeUsers: [All] }
                      applications: { includeUserActions: ["urn:user:registersecurityinfo"] }
                      clientAppTypes: [all]
                    grantControls: { operator: OR, builtInControls: [block] }
                    """);
            for (int i = 0; i < 200 && !visitor.whole("policies").body().contains("No more methods"); i++) {
                Thread.sleep(50);
            }
            String answer = visitor.post("users/change", Stream.concat(Stream.of(fields), Stream.of("shown", Visitor.raw(question, SHOWN), "confirm",
                    Visitor.raw(question, CONFIRM))).toArray(String[]::new)).body();
            assertThat(Visitor.shown(answer)).contains("Nothing was changed.", "Passkey or security key cannot be added from there", "no-more", "has changed since it was shown");
            assertThat(answer).as("the policy is linked").contains("href=\"/workbench/policies/no-more\"");
            assertThat(bench.directory).hasContent(before);
        }
    }

    /** A policy that refuses app passwords is told before a user is enforced and before one is made, with its page and the rules. */
    @Test
    void dialogs_warnThatAPolicyRefusesAppPasswords(@TempDir Path folder) throws Exception {
        try (Bench bench = Bench.ofSamples(folder)) {
            Visitor visitor = new Visitor(bench);
            String warning = "block-legacy-authentication (new tab) still refuses programs with an app password of ";
            String enforce = visitor.post("users/change", "from", "users", "step", "enforce", "user", "e59e9aed-ec1b-4a85-b8bd-5265ce8a669b").body();
            assertThat(Visitor.shown(enforce)).contains(warning + "emma.hart@contoso.com");
            String tom = "f14ac804-26eb-44a6-9a41-78b8e852760a";
            String add = visitor.post("users/add-method", "user", tom, "method", "appPassword", "place", "trusted", "mfa", "yes").body();
            assertThat(Visitor.shown(add)).contains(warning + "tom.visser@contoso.com", "exclude the user from the policy");
            for (String dialog : List.of(enforce, add)) {
                assertThat(dialog).contains("href=\"/workbench/policies/block-legacy-authentication\"").contains("href=\"/workbench/rules/AP-16\"");
            }
            assertThat(visitor.post("users/add-method", "user", tom, "method", "fido2", "place", "trusted", "mfa", "yes").body()).doesNotContain("still refuse");
            Files.delete(bench.policies.resolve("block-legacy-authentication.yaml"));
            for (int i = 0; i < 200 && visitor.whole("policies").body().contains("Block legacy authentication"); i++) {
                Thread.sleep(50);
            }
            add = visitor.post("users/add-method", "user", tom, "method", "appPassword", "place", "trusted", "mfa", "yes").body();
            assertThat(Visitor.shown(add)).contains("still refuses programs with an app password of tom.visser@contoso.com outside trusted places",
                    "or run them at a trusted place").doesNotContain("block-legacy");
        }
    }

    /** Where the tenant does not allow app passwords, users cannot delete one of theirs (AP-15); an administrator deletes all (AP-18). */
    @Test
    void appPasswords_whereTheyAreNotAllowed_areDeletedAllAtOnce(@TempDir Path folder) throws Exception {
        try (Bench bench = Bench.of(folder, Path.of("../rules/security-defaults"), Path.of("../samples/directory.yaml"))) {
            Visitor visitor = new Visitor(bench);
            String tom = "f14ac804-26eb-44a6-9a41-78b8e852760a";
            assertThat(visitor.whole("users/security-info/tom.visser%40contoso.com").body()).contains("users cannot delete theirs")
                    .contains("tenant does not allow app passwords").doesNotContain("delete-app-password:");
            assertThat(visitor.post("users/change", "step", "delete-app-password:Invoice importer", "user", tom).body()).contains("users cannot delete theirs");
            String question = visitor.post("users/change", "from", "security-info", "step", "delete-app-passwords", "user", tom).body();
            assertThat(question).contains("this cannot be undone");
            assertThat(visitor.post("users/change", "from", "security-info", "step", "delete-app-passwords", "user", tom, "shown",
                    Visitor.raw(question, SHOWN), "confirm", Visitor.raw(question, CONFIRM)).body()).contains("Deleted all app passwords of tom.visser@contoso.com");
            assertThat(Files.readString(bench.directory)).contains("Tom Visser").doesNotContain("Invoice importer");
        }
    }

    @Test
    void namesThatAttack_areTextInEveryPage(@TempDir Path folder) throws Exception {
        List<String> names = List.of("<script>alert(1)</script>", "\\\"onmouseover=\\\"alert(1)", "\\u202Emoc.osotnoc\\u202C", "=cmd|' /C calc'!A0",
                "a/../b?c#d%2F", "{\\\"user\\\":1}'-->");
        StringBuilder directory = new StringBuilder(SAMPLE);
        for (int i = 0; i < names.size(); i++) {
            directory.append("  - { id: id-").append(i).append(", userPrincipalName: \"").append(names.get(i)).append("\", displayName: \"").append(names.get(i))
                    .append("\", perUserMfaState: enforced, authenticationMethods: [{ method: fido2, displayName: \"").append(names.get(i))
                    .append("\", isDefault: true }], appPasswords: [{ id: a, displayName: \"").append(names.get(i)).append("\" }] }\n");
        }
        Path file = folder.resolve("people.yaml");
        Files.writeString(file, directory, StandardCharsets.UTF_8);
        Path empty = Files.createDirectory(folder.resolve("work"));
        try (Bench bench = Bench.of(empty, POLICIES, file)) {
            Visitor visitor = new Visitor(bench);
            StringBuilder seen = new StringBuilder(visitor.whole("users").body());
            assertThat(seen.toString()).contains("&lt;script>alert(1)&lt;/script>");
            for (int i = 0; i < names.size(); i++) {
                String address = Visitor.raw(visitor.whole("users").body(), "value=\"id-" + i + "\"[^$]*?href=\"/workbench/([^\"]+)\"").replace("&amp;", "&");
                HttpResponse<String> page = visitor.whole(address);
                assertThat(page.statusCode()).as(address).isEqualTo(200);
                seen.append(page.body());
                seen.append(visitor.post("users/change", "from", "security-info", "step", "disable", "user", "id-" + i).body());
                seen.append(visitor.post("users/change", "from", "security-info", "step", "unregister:fido2", "user", "id-" + i).body());
                seen.append(visitor.post("users/try", "user", "id-" + i, "password", names.get(i), "application", names.get(i), "ip", names.get(i)).body());
                String csv = visitor.get("users/report", "q", names.get(i)).body();
                assertThat(csv).startsWith("\uFEFF").doesNotContain("\n=").doesNotContain("\"=").doesNotContain(",=");
                seen.append(visitor.post("users/rows", "q", names.get(i), "state", names.get(i), "exposed", names.get(i), "user", names.get(i)).body());
            }
            HttpResponse<String> csv = visitor.whole("users/report?q=calc");
            assertThat(csv.headers().firstValue("Content-Disposition")).hasValue("attachment; filename=\"users.csv\"");
            assertThat(csv.body().lines()).hasSize(2).last().asString().startsWith("'=cmd|' /C calc'!A0,'=cmd|' /C calc'!A0,");
            assertThat(seen.toString()).doesNotContain("<script>alert").doesNotContainPattern("<[a-z][^<>]*[\"'\\s]onmouseover=").doesNotContain("\u202e").doesNotContain("\u202c");
        }
    }

    @Test
    void fiveThousandUsers_areListedAndSearchedAtOnce(@TempDir Path folder) throws Exception {
        StringBuilder directory = new StringBuilder(SAMPLE);
        IntStream.range(0, 5_000).forEach(i -> directory.append(String.format("  - { id: 00000000-0000-0000-0000-%012d, userPrincipalName: person.%d@contoso.com, "
                + "displayName: Person %d, perUserMfaState: %s%s }%n", i, i, i, List.of("disabled", "enabled", "enforced").get(i % 3), i % 2 == 0 ? ""
                : ", authenticationMethods: [{ method: softwareOath, displayName: App, isDefault: true }]")));
        Path file = folder.resolve("people.yaml");
        Files.writeString(file, directory);
        try (Bench bench = Bench.of(Files.createDirectory(folder.resolve("work")), POLICIES, file)) {
            Watch watch = new Watch();
            Visitor visitor = new Visitor(bench);
            watch.tell("the first page of 5,000 users");
            assertThat(visitor.whole("users").body()).contains("Page 1 of 51").contains("5,016 users");
            assertThat(best(() -> visitor.whole("users"))).as("the page").isLessThan(FAST);
            assertThat(best(() -> visitor.post("users/rows", "q", "person.49"))).as("a search").isLessThan(FAST);
            assertThat(visitor.post("users/rows", "q", "person.49", "user", "00000000-0000-0000-0000-000000000001").body())
                    .contains("111 of 5,016 users").contains("type=\"hidden\" name=\"user\" value=\"00000000-0000-0000-0000-000000000001\"");
            String question = visitor.post("users/change", "step", "enforce", "from", "users", "all", "yes", "q", "person.49", "state", "enabled").body();
            assertThat(question).contains("never registered a method");
            watch = new Watch();
            assertThat(visitor.post("users/change", "step", "revoke-sessions", "from", "users", "everyone", "yes").body()).contains("of 5,016 users?")
                    .contains("Get-MgUser -All").contains("more lines");
            watch.tell("a question about 5,000 users");
            watch = new Watch();
            String id = "00000000-0000-0000-0000-000000000001";
            confirm(visitor, id, visitor.post("users/change", "step", "enforce", "from", "users", "user", id).body());
            watch.tell("enforcing one of 5,000 users");
            assertThat(Files.readString(bench.directory)).contains("by: users enforce");
        }
    }

    /** What something took: the time, and the time of the processor, which tells more on a busy machine. */
    private static final class Watch {

        private final long start = System.nanoTime();
        private final Duration processor = processor();

        private static Duration processor() {
            return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
        }

        void tell(String what) {
            System.out.println(what + ": " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms, of the processor "
                    + processor().minus(processor).toMillis() + " ms");
        }
    }

    private interface Request {
        HttpResponse<String> send() throws Exception;
    }

    private static Duration best(Request request) throws Exception {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 10; i++) {
            long start = System.nanoTime();
            request.send();
            best = Math.min(best, System.nanoTime() - start);
        }
        Duration taken = Duration.ofNanos(best);
        System.out.println(taken.toMillis() + " ms");
        return taken;
    }
}
