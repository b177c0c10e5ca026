package dev.sallyport.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.PolicyEngine;
import dev.sallyport.log.Chunk;
import dev.sallyport.log.LogFile;
import dev.sallyport.log.LogRecord;
import dev.sallyport.log.Mapper;
import dev.sallyport.log.RawRecord;
import dev.sallyport.log.RecordReader;
import dev.sallyport.log.SampleLog;
import dev.sallyport.log.Splitter;
import dev.sallyport.model.Catalogue;
import dev.sallyport.model.UserState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A verdict that is used again is the one that the sign-in would have had for itself. */
class SignInClassesTest {

    /** Policies that tell sign-ins apart by what the others do not look at: one person, the name of a device, a range of addresses. */
    private static final String PICKY = """
            kind: ipNamedLocation
            id: 7b0c3a52-0000-4000-8000-0000000000aa
            displayName: A corner of the office
            isTrusted: false
            ipRanges: [ { "@odata.type": "#microsoft.graph.iPv4CidrRange", cidrAddress: 192.0.2.0/27 } ]
            ---
            kind: conditionalAccessPolicy
            id: one-person
            displayName: One person
            state: enabled
            conditions: { users: { includeUsers: [emma.hart@contoso.com] }, applications: { includeApplications: [All] }, clientAppTypes: [all] }
            grantControls: { operator: OR, builtInControls: [compliantDevice] }
            ---
            kind: conditionalAccessPolicy
            id: named-devices
            displayName: Named devices
            state: enabledForReportingButNotEnforced
            conditions:
              users:          { includeUsers: [All] }
              applications:   { includeApplications: [All] }
              clientAppTypes: [all]
              devices:        { deviceFilter: { mode: include, rule: 'device.displayName -contains "1"' } }
            grantControls: { operator: OR, builtInControls: [block] }
            ---
            kind: conditionalAccessPolicy
            id: office-corner
            displayName: The corner of the office
            state: enabled
            conditions:
              users:          { includeUsers: [All] }
              applications:   { includeApplications: [All] }
              clientAppTypes: [all]
              locations:      { includeLocations: [A corner of the office] }
            grantControls: { operator: OR, builtInControls: [mfa] }
            """;

    @TempDir
    private Path folder;

    private PolicyEngine engine() throws Exception {
        Path picky = Files.writeString(folder.resolve("picky.yaml"), PICKY);
        return PolicyEngine.load(List.of(Path.of("rules/conditional-access"), picky), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")), Clock.systemUTC());
    }

    private static List<LogRecord> records(PolicyEngine engine, int count, int people) throws Exception {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        new SampleLog(engine, count, 11, people).write(log, SampleLog.Dialect.GRAPH);
        Splitter splitter = LogFile.open("log", new ByteArrayInputStream(log.toByteArray()));
        Mapper mapper = new Mapper(engine.directory());
        RecordReader reader = new RecordReader();
        List<LogRecord> records = new ArrayList<>();
        for (Chunk chunk = splitter.next(); chunk != null; chunk = splitter.next()) {
            reader.read(chunk, new RecordReader.Sink() {
                @Override
                public void record(RawRecord record) {
                    records.add(mapper.map(record));
                }

                @Override
                public void malformed(String file, int line, int column, String message) {
                    throw new AssertionError(message);
                }
            });
        }
        return records;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 200})
    void verdictThatIsRemembered_isTheOneOfTheSignInItself(int people) throws Exception {
        PolicyEngine engine = engine();
        Judge remembers = new Judge(engine);
        Judge forgets = new Judge(engine);
        Set<String> results = new HashSet<>();
        for (LogRecord record : records(engine, 4_000, people)) {
            Verdict verdict = remembers.judge(record);
            assertThat(verdict).as(record.toString()).usingRecursiveComparison().isEqualTo(forgets.judgeAnew(record));
            results.addAll(verdict.results());
        }
        assertThat(results).contains("success", "failure", "notApplied", "reportOnlyFailure");
    }

    /** Sign-ins at times around every date that a decision looks at: those of users, the ends of their periods, and those of Entra. */
    @Test
    void verdictThatIsRemembered_isTheOneOfTheSignInItself_aroundEveryDate() throws Exception {
        PolicyEngine engine = engine();
        Judge remembers = new Judge(engine);
        Judge forgets = new Judge(engine);
        List<Instant> dates = new ArrayList<>(Catalogue.builtIn().changes().stream().map(Catalogue.Change::date).toList());
        Catalogue.builtIn().mandatoryMfa().forEach(row -> dates.add(row.since()));
        for (UserState user : engine.directory().users()) {
            for (Instant date : new Instant[] {user.perUserMfaEnabledDateTime(), user.firstSignInDateTime(),
                user.signInSessionsValidFromDateTime()}) {
                for (int days = 0; date != null && days < 32; days++) {
                    dates.add(date.plus(Duration.ofDays(days)));
                }
            }
        }
        Random random = new Random(20);
        long known = 0;
        Set<Integer> decided = new HashSet<>();
        for (LogRecord record : records(engine, 12_000, 0)) {
            Instant time = dates.get(random.nextInt(dates.size())).plusMillis(switch (random.nextInt(4)) {
                case 0 -> random.nextInt(4_000) - 2_000;
                case 1 -> random.nextInt(1_000_000) - 500_000;
                default -> random.nextInt() % (3L * 86_400_000);
            });
            LogRecord moved = new LogRecord(record.file(), record.line(), record.id(), time, record.subject(), record.user(), record.workload(),
                    record.application(), record.signIn(), record.mfa(), record.hasDevice(), record.strong(), record.errorCode(),
                    record.status(), record.policies(), record.decision());
            Verdict verdict = remembers.judge(moved);
            assertThat(verdict).as(moved.toString()).usingRecursiveComparison().isEqualTo(forgets.judgeAnew(moved));
            known += decided.add(System.identityHashCode(verdict)) ? 0 : 1;
        }
        assertThat(known).as("remembered").isGreaterThan(4_000);
    }

    @Test
    void peopleWhomPoliciesCannotTellApart_haveOneVerdict() throws Exception {
        PolicyEngine engine = PolicyEngine.load(Path.of("rules/conditional-access"), PolicyEngine.loadDirectory(Path.of("samples/directory.yaml")));
        Judge judge = new Judge(engine);
        List<LogRecord> records = records(engine, 4_000, 1_000);
        long verdicts = records.stream().map(judge::judge).map(System::identityHashCode).distinct().count();
        assertThat(verdicts).isLessThan(records.size() / 2);
    }
}
