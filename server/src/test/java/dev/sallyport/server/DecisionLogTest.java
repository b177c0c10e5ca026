package dev.sallyport.server;

import static dev.sallyport.server.Running.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.LoadOptions;
import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.PolicyLoadException;
import dev.sallyport.replay.Change;
import dev.sallyport.replay.Disagreement;
import dev.sallyport.replay.Replayer;
import dev.sallyport.replay.Summary;
import dev.sallyport.server.Settings.DecisionLogSettings;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The decision log: what a line holds and does not hold, that it stops no request, and that it can be replayed. */
class DecisionLogTest {

    @TempDir
    private Path folder;

    private DecisionLogSettings settings() {
        return new DecisionLogSettings(folder.resolve("decisions.log"), false, 100 << 20, 10, false, Set.of(), 100);
    }

    private DecisionLogSettings masking(String... fields) {
        DecisionLogSettings usual = settings();
        return new DecisionLogSettings(usual.file(), usual.isOcsf(), usual.maxFileBytes(), usual.maxFiles(), false, Set.of(fields), 100);
    }

    private static Running running(DecisionLogSettings log, Clock clock) throws Exception {
        Settings.Wire wire = SettingsReader.read(Running.resource("gateway/server.yaml"));
        return Running.of(new Settings(List.of(Running.resource("gateway/policies.yaml")), List.of(Running.resource("gateway/directory.yaml")),
                LoadOptions.lenient(), "127.0.0.1", 0, null, null, true, new Settings.Wire(wire.callers(), null, wire.proxies(), wire.applications(),
                wire.headers(), wire.signIn(), null, wire.limits(), wire.staleAfter(), wire.issuers(), log)), clock);
    }

    private List<String> lines() throws Exception {
        return Files.readAllLines(folder.resolve("decisions.log"));
    }

    /** The lines of a decision point that got one request and ended. */
    private List<String> logged(DecisionLogSettings log, String path, String body, String... headers) throws Exception {
        try (Running running = running(log, Running.CLOCK)) {
            HttpResponse<String> response = body == null ? running.get(path, headers) : running.post(path, body, headers);
            assertThat(response.statusCode()).as(response.body()).isIn(200, 403);
        }
        return lines();
    }

    private static String[] gateway(String user, String url) {
        return new String[] {"X-Request-ID", "r-1", "X-Sallyport-User", user, "X-Forwarded-For", "198.51.100.7", "X-Original-URL", url};
    }

    // ---- a line

    @Test
    void line_ofADecision_holdsTheRequestAndTheResult() throws Exception {
        List<String> lines = logged(settings(), "/forward-auth?dialect=nginx", null, gateway("gus", "https://wiki.contoso.com/page"));

        assertThat(lines).hasSize(1);
        assertThat(lines.get(0).replaceAll("sha256:[0-9a-f]{64}", "sha256:…").replaceAll("\"durationMicroseconds\":[0-9]+", "\"durationMicroseconds\":0"))
                .isEqualTo(json("{'kind':'decision','time':'2026-11-22T10:15:00Z','requestId':'r-1','caller':'local','path':'/forward-auth','user':'gus@contoso.com',"
                + "'outcome':'block','reason':'blockedByConditionalAccess','policies':['block'],'errorCode':53003,'durationMicroseconds':0,"
                + "'policySetVersion':'sha256:…','directoryVersion':'sha256:…','request':{'user':'gus','applications':['Wiki'],'clientAppType':'browser',"
                + "'ipAddress':'198.51.100.7'}}"));
    }

    @Test
    void line_ofARefusedRequest_saysWhy() throws Exception {
        List<String> lines = logged(settings(), "/forward-auth?dialect=nginx", null, gateway("ann", "https://other.contoso.com/"));

        assertThat(lines).containsExactly(json("{'kind':'decision','time':'2026-11-22T10:15:00Z','requestId':'r-1','caller':'local','path':'/forward-auth',"
                + "'outcome':'block','reason':'invalidRequest','refusal':'no application has the URL'}"));
    }

    @Test
    void line_ofAnAppPassword_doesNotHoldIt() throws Exception {
        String line = logged(settings(), "/v1/decisions", json("{'user':'ann','application':'Wiki','authentication':"
                + "{'credential':'appPassword','appPassword':'abcdefghijklmnop'}}")).get(0);

        assertThat(line).doesNotContain("abcdefghijklmnop").contains("\"masked\":[\"authentication.appPassword\"]").contains("\"credential\":\"appPassword\"");
    }

    @Test
    void line_withMaskedFields_leavesThemOutEverywhere() throws Exception {
        String line = logged(masking("ipAddress", "user", "policies", "authentication.methods"), "/v1/decisions", json("{'user':'gus','application':'Wiki',"
                + "'ipAddress':'198.51.100.7','authentication':{'methods':['sms'],'firstFactor':'passed'}}")).get(0);

        assertThat(line).doesNotContain("gus").doesNotContain("198.51.100.7").doesNotContain("sms").doesNotContain("\"policies\":")
                .contains("\"masked\":[\"authentication.methods\",\"ipAddress\",\"policies\",\"user\"]").contains("\"firstFactor\":\"passed\"")
                .contains("\"outcome\":\"block\"");
    }

    @Test
    void line_ofHostileText_isOneLineAndShort() throws Exception {
        String user = "ann\\n{\\\"kind\\\":\\\"decision\\\",\\\"outcome\\\":\\\"allow\\\"}\\u0000\\u001b[2J";
        assertThat(logged(settings(), "/v1/decisions", "{\"user\":\"" + user + "\",\"application\":\"Wiki\"}")).hasSize(1).first().asString()
                .doesNotContainPattern("[\\x00-\\x1f]").contains("\"outcome\":\"block\"");
        Files.delete(folder.resolve("decisions.log"));
        List<String> lines = logged(settings(), "/v1/decisions", "{\"user\":\"" + "x".repeat(500_000) + "\",\"application\":\"Wiki\"}");

        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).hasSizeLessThan(1_000).contains("\"masked\":[\"request\"]");
    }

    @ParameterizedTest
    @CsvSource({"100, 20, 20", "0, 0, 0", "50, 20, 90"})
    void sampling_ofAllows_leavesEveryOtherDecision(int percent, int least, int most) throws Exception {
        DecisionLogSettings usual = settings();
        int asked = percent == 50 ? 110 : 20;
        try (Running running = running(new DecisionLogSettings(usual.file(), false, usual.maxFileBytes(), 10, false, Set.of(), percent), Running.CLOCK)) {
            String both = "[" + (json("{'user':'ann','application':'Wiki'},{'user':'gus','application':'Wiki'},")).repeat(asked - 1)
                    + json("{'user':'ann','application':'Wiki'},{'user':'gus','application':'Wiki'}]");
            assertThat(running.post("/v1/decisions", both).statusCode()).isEqualTo(200);
        }
        assertThat(lines().stream().filter(each -> each.contains("\"outcome\":\"block\""))).hasSize(asked);
        assertThat(lines().stream().filter(each -> each.contains("\"outcome\":\"allow\"")).count()).isBetween((long) least, (long) most);
    }

    @Test
    void search_isNotLogged() throws Exception {
        assertThat(logged(settings(), "/access/v1/search/resource", json("{'subject':{'type':'user','id':'ann'},'action':{'name':'open'},"
                + "'resource':{'type':'application'}}"))).isEmpty();
    }

    @Test
    void ocsf_ofADecision_isAnAuthentication() throws Exception {
        DecisionLogSettings usual = settings();
        DecisionLogSettings ocsf = new DecisionLogSettings(usual.file(), true, usual.maxFileBytes(), 10, false, Set.of(), 100);
        String line = logged(ocsf, "/v1/decisions", json("{'user':'ben','application':'Wiki','ipAddress':'198.51.100.7','device':{'deviceId':'laptop-1'},"
                + "'authentication':{'mfaDateTime':'2026-11-22T10:00:00Z'},'clientAppType':'browser'}"), "X-Request-ID", "r-1").get(0);

        assertThat(line.replaceAll("sha256:[0-9a-f]{64}", "sha256:…").replaceAll("\"durationMicroseconds\":[0-9]+", "\"durationMicroseconds\":0")
                .replaceAll("\"duration\":[0-9]+", "\"duration\":0")).isEqualTo(json("{'category_uid':3,'class_uid':3002,'activity_id':1,"
                + "'type_uid':300201,'time':1795342500000,'severity_id':1,'status_id':1,'status_detail':'satisfied','is_remote':true,'metadata':{'version':'1.3.0',"
                + "'product':{'name':'Sallyport','vendor_name':'Sallyport'},'uid':'r-1','profiles':['host']},'status_code':'0','duration':0,'is_mfa':true,"
                + "'user':{'name':'ben@contoso.com'},'service':{'name':'Wiki'},'src_endpoint':{'ip':'198.51.100.7'},'device':{'uid':'laptop-1','type_id':0},"
                + "'unmapped':{'caller':'local','outcome':'allow','reason':'satisfied','policies':[],'errorCode':0,'durationMicroseconds':0,"
                + "'policySetVersion':'sha256:…','directoryVersion':'sha256:…'}}"));
    }

    @Test
    void ocsf_ofARefusedAndOfAMaskedRequest_holdsWhatIsRequired() throws Exception {
        DecisionLogSettings usual = settings();
        DecisionLogSettings ocsf = new DecisionLogSettings(usual.file(), true, usual.maxFileBytes(), 10, false,
                Set.of("user", "ipAddress", "device", "applications"), 100);
        String refused = logged(ocsf, "/forward-auth?dialect=nginx", null, gateway("ann", "https://other.contoso.com/")).get(0);
        String masked = logged(ocsf, "/v1/decisions", json("{'user':'gus','application':'Wiki','ipAddress':'198.51.100.7','device':{'deviceId':'laptop-1'}}"))
                .get(1);

        for (String each : List.of(refused, masked)) {
            assertThat(each).contains("\"status_id\":2", "\"user\":{\"name\":\"\"}", "\"service\":{\"name\":\"local\"}");
        }
        assertThat(masked).doesNotContain("gus").doesNotContain("198.51.100.7").doesNotContain("laptop-1").doesNotContain("Wiki");
    }

    // ---- the file

    @Test
    void file_thatIsLarge_isRotated() throws Exception {
        DecisionLogSettings small = new DecisionLogSettings(folder.resolve("small.log"), false, 10_000, 3, false, Set.of(), 100);
        try (DecisionLog log = new DecisionLog(small)) {
            for (int i = 0; i < 1_000; i++) {
                log.add(String.format("%0100d", i));
                Thread.sleep(i % 50 == 0 ? 5 : 0);
            }
        }
        List<String> kept = new ArrayList<>();
        for (String each : List.of("small.log.2", "small.log.1", "small.log")) {
            if (Files.exists(folder.resolve(each))) {
                kept.addAll(Files.readAllLines(folder.resolve(each)));
            }
        }
        assertThat(folder.resolve("small.log.3")).doesNotExist();
        assertThat(kept).isSorted().hasSizeBetween(101, 900).last().isEqualTo(String.format("%0100d", 999));
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "this machine has no permissions of POSIX");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("small.log.1")))).isIn("rw-r-----", "rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"before\n", "before"})
    void file_ofBefore_isContinuedOnALineOfItsOwn(String before) throws Exception {
        Files.writeString(folder.resolve("decisions.log"), before);

        assertThat(logged(settings(), "/v1/decisions", json("{'user':'ann','application':'Wiki'}"))).hasSize(2).first().isEqualTo("before");
    }

    @Test
    void file_thatCannotBeOpened_stopsTheStart() {
        DecisionLogSettings nowhere = new DecisionLogSettings(folder.resolve("missing/decisions.log"), false, 1, 1, false, Set.of(), 100);

        assertThatThrownBy(() -> running(nowhere, Running.CLOCK)).isInstanceOf(SettingsException.class).hasMessageContaining("missing/decisions.log");
    }

    /** A disk that is full costs lines and no answer. */
    @Test
    void file_thatCannotBeWritten_dropsLinesAndAnswers() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "this machine has no /dev/full");
        DecisionLogSettings settings = new DecisionLogSettings(full, false, 1 << 20, 2, false, Set.of(), 100);
        try (Running running = running(settings, Running.CLOCK)) {
            for (int i = 0; i < 5; i++) {
                assertThat(Running.at(running.post("/v1/decisions", json("{'user':'gus','application':'Wiki'}")), "outcome")).isEqualTo("\"block\"");
            }
            Eventually.is(true, () -> running.get("/metrics").body().contains("sallyport_decision_log_dropped_total 5.0"));
            assertThat(running.get("/metrics").body()).contains("sallyport_decision_log_written_total 0.0");
        }
    }

    /** Where each line counts, a disk that is full stops the traffic instead. */
    @Test
    void file_thatCannotBeWritten_whereRequestsWait_isNotReady() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "this machine has no /dev/full");
        try (Running running = running(new DecisionLogSettings(full, false, 1 << 20, 2, true, Set.of(), 100), Running.CLOCK)) {
            assertThat(running.get("/health/ready").statusCode()).isEqualTo(200);
            running.post("/v1/decisions", json("{'user':'gus','application':'Wiki'}"));
            Eventually.is(503, () -> running.get("/health/ready").statusCode());
            assertThat(running.get("/health/ready").body()).contains("the decision log cannot be written");
            assertThat(running.get("/metrics").body()).contains("sallyport_decision_log_dropped_total 0.0");
        }
    }

    // ---- the queue

    /** Standard output that stands still until it is let go. */
    private static final class Stuck extends OutputStream {

        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch go = new CountDownLatch(1);

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            taken.write(bytes, from, length);
        }
    }

    @Test
    void queue_thatIsFull_dropsAndCountsWithoutWaiting() throws Exception {
        Stuck stuck = new Stuck();
        PrintStream before = System.out;
        System.setOut(new PrintStream(stuck, true, StandardCharsets.UTF_8));
        try (DecisionLog log = new DecisionLog(new DecisionLogSettings(null, false, 1, 1, false, Set.of(), 100), 10)) {
            long start = System.nanoTime();
            for (int i = 0; i < 100; i++) {
                log.add("line");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            assertThat(log.dropped()).isBetween(79L, 90L);
            stuck.go.countDown();
            Eventually.is(100L, () -> log.dropped() + log.written());
        } finally {
            stuck.go.countDown();
            System.setOut(before);
        }
        assertThat(stuck.taken.toString(StandardCharsets.UTF_8).lines().count()).isBetween(10L, 21L);
    }

    @Test
    void queue_thatBlocks_losesNothing() throws Exception {
        Stuck stuck = new Stuck();
        PrintStream before = System.out;
        System.setOut(new PrintStream(stuck, true, StandardCharsets.UTF_8));
        try (DecisionLog log = new DecisionLog(new DecisionLogSettings(null, false, 1, 1, true, Set.of(), 100), 10)) {
            Thread asking = new Thread(() -> {
                for (int i = 0; i < 100; i++) {
                    log.add("line");
                }
            });
            asking.start();
            asking.join(300);
            assertThat(asking.isAlive()).as("it waits").isTrue();
            stuck.go.countDown();
            asking.join(10_000);
            Eventually.is(100L, log::written);
            assertThat(log.dropped()).isZero();
        } finally {
            stuck.go.countDown();
            System.setOut(before);
        }
    }

    // ---- replay

    /** A clock that a test moves. */
    private static final class Hand extends Clock {

        private volatile Instant now = Instant.parse("2026-11-22T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void aDayOfRandomDecisions_replayedUnderTheSameSet_agrees() throws Exception {
        Random dice = new Random(Long.getLong("sallyport.seed", 11));
        Hand clock = new Hand();
        int requests = 2_000;
        try (Running running = running(settings(), clock)) {
            for (int i = 0; i < requests; i += 20) {
                clock.now = clock.now.plusSeconds(dice.nextInt(1_700)).plusNanos(dice.nextInt(1_000_000_000));
                StringBuilder batch = new StringBuilder();
                for (int j = 0; j < 18; j++) {
                    batch.append(j == 0 ? "[" : ",").append(random(dice, clock.now));
                }
                assertThat(running.post("/v1/decisions", batch.append("]").toString()).statusCode()).isEqualTo(200);
                running.get("/forward-auth?dialect=nginx", gateway(one(dice, "ann", "ben", "cleo", "dan", "finn", "gus", "ida", "jon"), "https://"
                        + one(dice, "wiki.contoso.com/page", "wiki.contoso.com/admin", "shop.contoso.com/")));
                running.post("/access/v1/evaluation", json("{'subject':{'type':'user','id':'" + one(dice, "ann", "eve", "jon") + "'},'action':{'name':'open'},"
                        + "'resource':{'type':'application','id':'Wiki'},'context':{'ipAddress':'" + one(dice, "198.51.100.9", "203.0.113.9") + "'}}"));
            }
        }
        assertThat(lines()).hasSize(requests);
        PolicyEngine engine = PolicyEngine.load(Running.resource("gateway/policies.yaml"), Running.resource("gateway/directory.yaml"));
        List<String> different = new ArrayList<>();
        Summary summary = replayed(engine, different);

        assertThat(different).isEmpty();
        assertThat(summary.records()).isEqualTo(requests);
        assertThat(summary.outcomesAgreed()).isEqualTo(summary.comparable()).isEqualTo(summary.decided());
        long invalid = lines().stream().filter(each -> each.contains("\"reason\":\"invalidRequest\"")).count();
        assertThat(summary.undecided()).isEqualTo(invalid).isLessThan(requests / 4);

        Path others = folder.resolve("others.yaml");
        Files.writeString(others, Files.readString(Running.resource("gateway/policies.yaml")).replace("includeGroups: [Needs MFA]", "includeUsers: [All]"));
        replayed(PolicyEngine.load(others, Running.resource("gateway/directory.yaml")), different);
        assertThat(different).as("under other policies").hasSizeGreaterThan(100);
    }

    private Summary replayed(PolicyEngine engine, List<String> different) throws Exception {
        Replayer.Listener listener = new Replayer.Listener() {
            @Override
            public void malformed(String file, int line, int column, String message) {
                different.add(line + ": " + message);
            }

            @Override
            public void change(Change change) { }

            @Override
            public void disagreement(Disagreement disagreement) {
                different.add(disagreement.toString());
            }

            @Override
            public void progress(int records) { }
        };
        try (Replayer replayer = new Replayer(engine, listener, 2); InputStream in = Files.newInputStream(folder.resolve("decisions.log"))) {
            replayer.read("decisions.log", in);
            return replayer.summary();
        }
    }

    private static String one(Random dice, String... values) {
        return values[dice.nextInt(values.length)];
    }

    private static String random(Random dice, Instant now) {
        List<String> fields = new ArrayList<>();
        fields.add("'user':'" + one(dice, "ann", "ben@contoso.com", "cleo", "dan", "eve", "finn", "gus", "hal", "ida", "jon", "jon", "nobody") + "'");
        fields.add("'applications':[" + one(dice, "'Wiki'", "'Shop'", "'Wiki administration'", "'Wiki','Shop'") + "]");
        fields.add("'clientAppType':'" + one(dice, "browser", "mobileAppsAndDesktopClients", "other", "exchangeActiveSync") + "'");
        if (dice.nextBoolean()) {
            fields.add("'ipAddress':'" + one(dice, "198.51.100.4", "203.0.113.4", "2001:db8::1") + "','country':'" + one(dice, "NL", "DE", "XX") + "'");
        }
        if (dice.nextInt(4) == 0) {
            fields.add("'kind':'registration','method':'" + one(dice, "fido2", "none", "device", "appPassword") + "','displayName':'Phone \\\"1\\\"'");
        }
        if (dice.nextBoolean()) {
            fields.add("'createdDateTime':'" + now.minusSeconds(dice.nextInt(100_000)) + "'");
        }
        if (dice.nextBoolean()) {
            fields.add("'authentication':{'methods':['password','" + one(dice, "sms", "fido2", "microsoftAuthenticatorPush") + "']," + one(dice, "'mfaDateTime':'"
                    + now.minusSeconds(dice.nextInt(40_000)) + "',", "") + "'signInDateTime':'" + now.minusSeconds(dice.nextInt(40_000)) + "'}");
        }
        if (dice.nextBoolean()) {
            fields.add("'session':{'isInteractive':" + dice.nextBoolean() + ",'startedDateTime':'" + now.minusSeconds(dice.nextInt(200_000)) + "'}");
        }
        if (dice.nextInt(3) == 0) {
            fields.add("'satisfied':{'termsOfUse':['House rules']}");
        }
        if (dice.nextInt(3) == 0) {
            fields.add("'device':{'deviceId':'d','isCompliant':" + dice.nextBoolean() + ",'operatingSystem':'Windows','physicalIds':['a','b']}");
        }
        return json("{" + String.join(",", fields) + "}");
    }

    // ---- settings

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{} | no `file`", "{ file: a.log, mask: [ipAdress] } | unknown field `ipAdress` in `mask`",
        "{ file: a.log, format: xml } | `format`", "{ file: a.log, whenFull: wait } | `whenFull`", "{ file: a.log, allowPercent: 101 } | allowPercent",
        "{ file: a.log, maxFiles: 0 } | maxFiles", "{ file: a.log, sample: 1 } | unknown key `sample`"})
    void settings_withAMistake_areRefused(String text, String message) throws Exception {
        Path file = folder.resolve("server.yaml");
        Files.writeString(file, "kind: decisionPoint\ndecisionLog: " + text + "\n");

        assertThatThrownBy(() -> SettingsReader.read(file)).isInstanceOfSatisfying(PolicyLoadException.class,
                e -> assertThat(e.diagnostics().toString()).contains(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipAddress", "application", "authentication.methods", "device", "session", "policies"})
    void settings_withEachKindOfMask_areRead(String name) throws Exception {
        Path file = folder.resolve("server.yaml");
        Files.writeString(file, "kind: decisionPoint\ndecisionLog: { file: '-', format: ocsf, mask: [" + name + "], allowPercent: 5, whenFull: block }\n");
        DecisionLogSettings read = SettingsReader.read(file).decisionLog();

        assertThat(read.file()).isNull();
        assertThat(read.mask()).containsExactly(name.equals("application") ? "applications" : name);
        assertThat(Stream.of(read.isOcsf(), read.blocksWhenFull(), read.allowPercent() == 5, read.maxFileBytes() == 100 << 20, read.maxFiles() == 10))
                .containsOnly(true);
    }
}
