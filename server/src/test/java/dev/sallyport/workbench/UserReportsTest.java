package dev.sallyport.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.LoadOptions;
import dev.sallyport.PolicyEngine;
import dev.sallyport.cli.GapsReport;
import dev.sallyport.model.Directory;
import dev.sallyport.model.Lifecycle;
import dev.sallyport.model.UserState;
import dev.sallyport.workbench.UserReports.Entry;
import dev.sallyport.workbench.UserReports.Report;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rows are worked out again where something changed that they depend on, and nowhere else. */
class UserReportsTest {

    private static final Instant NOW = Bench.CLOCK.instant();

    private static PolicyEngine engine(Directory directory) throws Exception {
        return PolicyEngine.load(List.of(Path.of("../rules/conditional-access")), directory, Bench.CLOCK, LoadOptions.lenient());
    }

    private static Entry entry(Report report, String user) {
        return report.entries().stream().filter(entry -> entry.row().user().isNamed(user)).findFirst().orElseThrow();
    }

    @Test
    void report_ofAChangedUser_worksOutOnlyThatRowAgain() throws Exception {
        Directory directory = PolicyEngine.loadDirectory(Path.of("../samples/directory.yaml"));
        UserReports reports = new UserReports();
        PolicyEngine first = engine(directory);
        Report before = reports.of(first, NOW);
        assertThat(reports.of(first, NOW.plusSeconds(60))).isSameAs(before);
        UserState admin = directory.user("crm-admin@contoso.com");
        Report after = reports.of(engine(PolicyEngine.loadDirectory(Path.of("../samples/directory.yaml")).with(Lifecycle.enforce(admin, NOW))), NOW.plusSeconds(60));
        assertThat(entry(after, "emma.hart@contoso.com")).isSameAs(entry(before, "emma.hart@contoso.com"));
        assertThat(entry(before, "crm-admin@contoso.com").row().status()).isEqualTo("Enabled");
        assertThat(entry(after, "crm-admin@contoso.com").row().status()).isEqualTo("Enforced");
    }

    /** The search for gaps looks at every request, and the report at samples: they name the same users. */
    @Test
    void report_andTheSearchForGaps_nameTheSameUsers() throws Exception {
        PolicyEngine engine = engine(PolicyEngine.loadDirectory(Path.of("../samples/directory.yaml")));
        GapsReport gaps = GapsReport.found(engine, GapsReport.Search.usual(GapsReport.Whose.PEOPLE, false), List.of(), List.of(), null, (anybody, kind, done, of) -> { });
        Set<String> open = gaps.entries().stream().flatMap(entry -> entry.gap().people().names().stream()).collect(Collectors.toSet());
        Set<String> reported = new UserReports().of(engine, NOW).entries().stream().map(Entry::row).filter(row -> Stream.concat(row.passwordAlone().stream(),
                row.onlyFromTrusted().stream()).findAny().isPresent()).map(row -> row.user().userPrincipalName()).collect(Collectors.toSet());
        assertThat(reported).isEqualTo(open).hasSize(13);
    }

    @Test
    void report_underOtherPoliciesOrLater_isWorkedOutAnew() throws Exception {
        Directory directory = PolicyEngine.loadDirectory(Path.of("../samples/directory.yaml"));
        UserReports reports = new UserReports();
        Report before = reports.of(engine(directory), NOW);
        Report others = reports.of(PolicyEngine.load(List.of(Path.of("../rules/security-defaults")), directory, Bench.CLOCK, LoadOptions.lenient()), NOW);
        assertThat(entry(others, "emma.hart@contoso.com")).isNotSameAs(entry(before, "emma.hart@contoso.com"));
        assertThat(entry(others, "noah.berg@contoso.com").row().protectedBy()).contains("security defaults");
        assertThat(reports.of(others.engine(), NOW.plusSeconds(3_601))).isNotSameAs(others);
    }
}
