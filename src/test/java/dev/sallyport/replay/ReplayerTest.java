package dev.sallyport.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.DialectsTest;
import dev.sallyport.log.LogRecord;
import dev.sallyport.log.Recorded;
import dev.sallyport.log.SampleLog;
import dev.sallyport.model.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

public class ReplayerTest {

    private static final String POLICY = """
            kind: conditionalAccessPolicy
            id: %s
            displayName: %s
            state: enabled
            conditions: { users: { includeUsers: [All] }, applications: { includeApplications: [All] }, clientAppTypes: [%s]%s }
            grantControls: { operator: OR, builtInControls: [%s] }
            """;

    private static PolicyEngine engine;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() throws Exception {
        engine = PolicyEngine.load(Path.of("rules/conditional-access"), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
    }

    private static byte[] sample(int count, long seed, SampleLog.Dialect dialect) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SampleLog(engine, count, seed, 0).write(out, dialect);
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(SampleLog.Dialect.class)
    void madeUpWeek_underItsOwnPolicies_endsAsItsLogSays(SampleLog.Dialect dialect) throws Exception {
        Found found = replay(engine, null, 2, sample(1500, 7, dialect));
        assertThat(found.malformed).isEmpty();
        assertThat(found.summary.records()).isEqualTo(1500);
        assertThat(found.summary.outcomesAgreed()).isEqualTo(found.summary.comparable()).isGreaterThan(1000);
        assertThat(found.summary.agreements()).hasSizeGreaterThan(5).allSatisfy(each -> assertThat(each.agreed()).as(each.policy()).isEqualTo(each.compared()));
        assertThat(found.changes).isEmpty();
        assertThat(found.disagreements).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SampleLog.Dialect.class)
    void madeUpWeek_ofTheSameSeed_hasTheSameBytes(SampleLog.Dialect dialect) throws Exception {
        byte[] log = sample(300, 7, dialect);
        assertThat(sample(300, 7, dialect)).isEqualTo(log);
        assertThat(sample(300, 8, dialect)).isNotEqualTo(log);
        assertThat(log.length / 300).isBetween(1500, 3000);
    }

    @Test
    void order_andNumbers_doNotDependOnThreads() throws Exception {
        PolicyEngine other = PolicyEngine.load(Path.of("rules/security-defaults"), engine.directory());
        byte[] log = sample(3000, 3, SampleLog.Dialect.GRAPH);
        Found one = replay(engine, other, 1, log);
        Found many = replay(engine, other, 5, log);
        assertThat(one.changes).hasSizeGreaterThan(100).isEqualTo(many.changes);
        assertThat(one.changes).extracting(Change::line).isSorted();
        assertThat(one.summary.changes()).isEqualTo(many.summary.changes()).isEqualTo(one.changes.size());
        assertThat(one.summary.hangsOn()).isEqualTo(many.summary.hangsOn());
        assertThat(one.summary.changesBy(Summary.By.USER)).extracting(Summary.Counted::name)
                .isEqualTo(many.summary.changesBy(Summary.By.USER).stream().map(Summary.Counted::name).toList());
    }

    /** A verdict that is kept for alike sign-ins is the one that each of them gets by itself. */
    @Test
    void rememberedVerdict_isTheOwnOneOfEverySignIn() throws Exception {
        Judge judge = new Judge(engine);
        for (LogRecord record : DialectsTest.read(sample(2000, 11, SampleLog.Dialect.MONITOR)).records) {
            Verdict verdict = judge.judge(record);
            assertThat(verdict.outcome()).isEqualTo(judge.explain(record).outcome());
            assertThat(verdict.results()).containsExactly(judge.explain(record).policies().stream().map(policy -> policy.result()).toArray(String[]::new));
        }
    }

    // ---- what changes

    private static final String SIGN_IN = """
            {"id": "1", "createdDateTime": "2026-11-16T09:00:00Z", "userPrincipalName": "ann@contoso.com", "userId": "u-1", "resourceId": "00000002-0000-0ff1-ce00-000000000000",
             "ipAddress": "203.0.113.9", "clientAppUsed": "%s", "riskLevelDuringSignIn": "none", "authenticationProtocol": "none", "location": {"countryOrRegion": "BE"},
             "deviceDetail": {"deviceId": "", "operatingSystem": "Windows 11"}, "authenticationDetails": [{"authenticationMethod": "Password", "succeeded": true}],
             "status": {"errorCode": %d}}
            """;

    private PolicyEngine engine(String... policies) throws Exception {
        Path file = Files.createTempFile(folder, "p", ".yaml");
        Files.writeString(file, String.join("---\n", policies));
        return PolicyEngine.load(file, engine.directory());
    }

    private static String signIn(String client, int code) {
        return SIGN_IN.formatted(client, code);
    }

    @ParameterizedTest
    @CsvSource({"block,NEWLY_BLOCKED", "mfa,ASKED_TO_REGISTER", "compliantDevice,NEWLY_BLOCKED"})
    void secondSet_thatAsksForMore_namesThePolicy(String control, Change.Kind kind) throws Exception {
        PolicyEngine none = engine(POLICY.formatted("legacy", "Legacy", "other", "", "block"));
        PolicyEngine more = engine(POLICY.formatted("more", "More", "browser", "", control));
        Found found = replay(none, more, 2, signIn("Browser", 0).getBytes(StandardCharsets.UTF_8));
        assertThat(found.changes).singleElement().satisfies(change -> {
            assertThat(change.kind()).isEqualTo(kind);
            assertThat(change.policies()).containsExactly("more");
            assertThat(change.before()).isEqualTo(Outcome.ALLOW);
            assertThat(change.country()).isEqualTo("BE");
        });
        Found back = replay(more, none, 2, signIn("Browser", 0).getBytes(StandardCharsets.UTF_8));
        assertThat(back.changes).singleElement().satisfies(change -> {
            assertThat(change.kind()).isEqualTo(Change.Kind.LET_IN);
            assertThat(change.policies()).containsExactly("more");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "'\"clientAppUsed\": \"Browser\",'     | client app            | browser | ''                                        | block",
        "'\"riskLevelDuringSignIn\": \"none\",'| sign-in risk          | all     | ', signInRiskLevels: [high]'              | block",
        "'\"location\": {\"countryOrRegion\": \"BE\"},' | country      | all     | ', locations: { includeLocations: [Here] }' | block",
        "'nothing'                             | user risk             | all     | ', userRiskLevels: [high]'                | block"})
    void factThatTheLogLacks_isUnknown_whereADecisionHangsOnIt(String cut, String fact, String clients, String condition, String control) throws Exception {
        PolicyEngine one = engine(POLICY.formatted("one", "One", clients, condition, control),
                "kind: countryNamedLocation\nid: 2e1c3a3e-4f5c-4a34-9d1a-0d4f3a0b7c11\ndisplayName: Here\ncountriesAndRegions: [DK]\nincludeUnknownCountriesAndRegions: false\n");
        Found found = replay(one, null, 1, signIn("Browser", 0).replace(cut, "").getBytes(StandardCharsets.UTF_8));
        assertThat(found.summary.hanging()).isEqualTo(1);
        assertThat(String.join(" ", found.summary.hangsOn().keySet()).replace("sign in", "sign-in")).contains(fact);
    }

    @Test
    void userWhomTheDirectoryLacks_isCounted_andHangsOnGroups() throws Exception {
        PolicyEngine finance = engine(POLICY.formatted("finance", "Finance", "all", "", "block").replace("includeUsers: [All]", "includeGroups: [Finance]"));
        Found found = replay(finance, null, 1, signIn("Browser", 0).getBytes(StandardCharsets.UTF_8));
        assertThat(found.summary.strangers()).isEqualTo(1);
        assertThat(found.summary.now(Outcome.ALLOW)).isEqualTo(1);
        assertThat(found.summary.hangsOn()).containsOnlyKeys("groups, roles and methods of unknown users");
    }

    @ParameterizedTest
    @CsvSource({"50126,1,0", "50053,1,0", "50105,0,0", "7000215,0,0", "0,0,1", "53003,0,1", "50076,0,1", "50079,0,1"})
    void errorCode_isComparedWhereItTellsOfPolicies(int code, int firstFactor, int comparable) throws Exception {
        Found found = replay(engine, null, 1, signIn("Browser", code).getBytes(StandardCharsets.UTF_8));
        assertThat(found.summary.firstFactor()).as("RPL-03").isEqualTo(firstFactor);
        assertThat(found.summary.comparable()).as("ERR-01..40").isEqualTo(comparable);
    }

    /** The whole table of section 16.6; a dash for what no policy decided. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "ERR-01 | 0                   | allow           | false",
        "ERR-02 | 50126               | -               | true",
        "ERR-03 | 50053               | -               | true",
        "ERR-04 | 50055, 50057, 50056 | -               | true",
        "ERR-05 | 50058               | -               | true",
        "ERR-06 | 50072               | prompt-register | false",
        "ERR-07 | 50074               | challenge       | false",
        "ERR-08 | 50076               | challenge       | false",
        "ERR-09 | 50078               | challenge       | false",
        "ERR-10 | 50079               | prompt-register | false",
        "ERR-11 | 50097               | challenge       | false",
        "ERR-12 | 50125               | -               | false",
        "ERR-13 | 50127, 50129        | challenge       | false",
        "ERR-14 | 50131               | block           | false",
        "ERR-15 | 50132, 50133, 50173 | challenge       | false",
        "ERR-16 | 50135               | challenge       | false",
        "ERR-17 | 50140               | -               | false",
        "ERR-18 | 50155, 50187        | block           | false",
        "ERR-19 | 50158               | challenge       | false",
        "ERR-20 | 53000               | block           | false",
        "ERR-21 | 53001               | block           | false",
        "ERR-22 | 53002               | block           | false",
        "ERR-23 | 53003               | block           | false",
        "ERR-24 | 530035              | block           | false",
        "ERR-25 | 530036              | block           | false",
        "ERR-26 | 53004               | block           | false",
        "ERR-27 | 53009               | block           | false",
        "ERR-28 | 53010               | block           | false",
        "ERR-29 | 53011               | block           | false",
        "ERR-30 | 70043               | challenge       | false",
        "ERR-31 | 50105               | -               | false",
        "ERR-32 | 16000, 50014, 51004 | -               | false",
        "ERR-33 | 50005               | block           | false"})
    void errorCode_ofALog_standsForAnOutcome(String rule, String codes, String outcome, boolean firstFactor) {
        for (String code : codes.split(", ")) {
            Outcome recorded = Recorded.outcome(Integer.parseInt(code));
            assertThat(recorded == null ? null : recorded.toString()).as(rule + " " + code).isEqualTo(outcome);
            assertThat(Recorded.isFirstFactor(Integer.parseInt(code))).as(rule + ", RPL-03 " + code).isEqualTo(firstFactor);
        }
    }

    // ---- reports

    @Test
    void cell_thatASpreadsheetWouldRun_isText() {
        assertThat(List.of("=1+1", "+x", "-x", "@x", "\t=x", " =x", "plain", "a=b")).extracting(ChangesCsv::cell)
                .containsExactly("'=1+1", "'+x", "'-x", "'@x", "'\t=x", "' =x", "plain", "a=b");
        assertThat(ChangesCsv.cell(null)).isEmpty();
    }

    @Test
    void page_holdsNamesOfTheLogAsText() throws Exception {
        String name = "</script><img src=x onerror=alert(1)>\\\"'&\\u202e";
        PolicyEngine block = engine(POLICY.formatted("x", "\"<b>x</b>\"", "all", "", "block"));
        Found found = replay(block, null, 1, signIn("Browser", 0).replace("ann@contoso.com", name).getBytes(StandardCharsets.UTF_8));
        String page = HtmlReport.of(found.summary, found.changes, "the log", "<i>rules</i>", false);
        assertThat(page).doesNotContain("<img").doesNotContain("<i>rules").doesNotContain("\u202e").contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;\\u202e");
        assertThat(page).doesNotContain("http://").doesNotContain("https://").contains("default-src 'none'").containsOnlyOnce("</script>");
    }

    /** What a replay found. */
    public static final class Found implements Replayer.Listener {
        public final List<String> malformed = new ArrayList<>();
        public final List<Change> changes = new ArrayList<>();
        public final List<Disagreement> disagreements = new ArrayList<>();
        public Summary summary;

        @Override
        public void malformed(String file, int line, int column, String message) {
            malformed.add(file + ":" + line + ":" + column + ": " + message);
        }

        @Override
        public void change(Change change) {
            changes.add(change);
        }

        @Override
        public void disagreement(Disagreement disagreement) {
            disagreements.add(disagreement);
        }

        @Override
        public void progress(int records) { }
    }

    public static Found replay(PolicyEngine now, PolicyEngine against, int threads, byte[] log) throws IOException {
        Found found = new Found();
        try (Replayer replayer = new Replayer(now, against, found, threads)) {
            replayer.read("log", new ByteArrayInputStream(log));
            found.summary = replayer.summary();
        }
        return found;
    }
}
