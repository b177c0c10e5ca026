package dev.sallyport.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.parse.Node;
import dev.sallyport.parse.YamlParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The catalogue, and what a tenant adds to it. */
class CatalogueTest {

    private static final String TEAMS = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe";
    private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";

    private static Catalogue with(String yaml, Diagnostics out) throws Exception {
        return Catalogue.builtIn().with(List.of((Node.Mapping) YamlParser.parse("tenant.yaml", yaml).get(0)), out);
    }

    private static Catalogue with(String yaml) throws Exception {
        Diagnostics out = new Diagnostics();
        Catalogue catalogue = with(yaml, out);
        assertThat(out.toList()).isEmpty();
        return catalogue;
    }

    @Test
    void rows_ofEveryList_nameASourceWithItsDateOrVersion() {
        Catalogue catalogue = Catalogue.builtIn();
        assertThat(catalogue.lists()).hasSize(12);
        for (String list : catalogue.lists()) {
            assertThat(catalogue.rows(list)).as(list).isNotEmpty()
                    .allSatisfy(row -> assertThat(catalogue.sources()).containsKey(row.source()));
        }
        assertThat(catalogue.sources().values()).allSatisfy(source -> assertThat(source.date() != null || source.version() != null).as(source.name()).isTrue());
    }

    @Test
    void rows_areAboutApplicationsThatAreListed() {
        Catalogue catalogue = Catalogue.builtIn();
        assertThat(catalogue.serviceDependencies()).allSatisfy(row -> {
            assertThat(catalogue.application(row.application())).isNotNull();
            assertThat(catalogue.application(row.dependsOn())).isNotNull();
        });
        assertThat(catalogue.controlExemptions()).allSatisfy(row -> assertThat(catalogue.application(row.application())).isNotNull());
        assertThat(catalogue.mandatoryMfa()).allSatisfy(row -> assertThat(catalogue.application(row.application())).isNotNull());
    }

    @Test
    void services_ofAnApplication_areThoseItNeedsAtOnce_andThoseBehindThem() {
        Catalogue catalogue = Catalogue.builtIn();
        assertThat(catalogue.servicesOf(TEAMS)).contains(EXCHANGE).doesNotContain(TEAMS).doesNotContain("09abbdfd-ed23-44ee-a2d9-a627aa1c90f3")
                .contains("08e18876-6177-487e-b8b5-cf950c1e598c");
        assertThat(catalogue.servicesOf(EXCHANGE)).isEmpty();
    }

    @Test
    void services_thatNeedEachOther_endTheSearch() throws Exception {
        Catalogue catalogue = with("""
                kind: catalogue
                serviceDependencies:
                  - { application: Office 365 Exchange Online, dependsOn: Microsoft Teams Services }
                """);
        assertThat(catalogue.servicesOf(EXCHANGE)).contains(TEAMS).doesNotContain(EXCHANGE);
        assertThat(catalogue.servicesOf(TEAMS)).contains(EXCHANGE).doesNotContain(TEAMS);
    }

    @Test
    void row_ofATenant_isAddedOrReplacesTheBuiltInOne() throws Exception {
        Catalogue catalogue = with("""
                kind: catalogue
                applications:
                  - { appId: 7f5a1d0e-0000-4000-8000-000000000001, displayName: Outlook groups, memberOf: [Office365] }
                serviceDependencies:
                  - { application: Outlook groups, dependsOn: Office 365 Exchange Online }
                  - { application: Microsoft Teams Services, dependsOn: Office 365 Exchange Online, enforcement: late }
                changes:
                  - { name: baselineScopesEnforced, date: 2026-08-15 }
                """);
        assertThat(catalogue.servicesOf("7f5a1d0e-0000-4000-8000-000000000001")).containsExactly(EXCHANGE);
        assertThat(catalogue.servicesOf(TEAMS)).doesNotContain(EXCHANGE);
        assertThat(catalogue.dateOf("baselineScopesEnforced")).hasToString("2026-08-15T00:00:00Z");
        assertThat(catalogue.isBuiltIn()).isFalse();
        assertThat(Catalogue.builtIn().servicesOf(TEAMS)).as("the built-in catalogue stays").contains(EXCHANGE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "serviceDependencies: [{ application: Microsoft Team Services, dependsOn: Dataverse }] | SP1202 | did you mean `Microsoft Teams Services`?",
        "serviceDependencies: [{ application: Dataverse }] | SP1105 | add `dependsOn:`",
        "serviceDependencies: [{ application: Dataverse, dependsOn: Windows 365, enforcement: erly }] | SP1104 | did you mean `early`?",
        "serviceDependencies: [{ application: Dataverse, dependsOn: Windows 365, source: nowhere }] | SP1202 | add it to `sources`",
        "serviceDependencies: { application: Dataverse } | SP1103 | it must be a list",
        "serviceDependencies: [Dataverse] | SP1103 | it must be an object",
        "serviceDependency: [] | SP1102 | did you mean `serviceDependencies`?",
        "errorCodes: [] | SP1102 | use one of applications, changes, clients, controlExemptions, serviceDependencies, sources",
        "applications: [{ appId: 12, displayName: x }] | SP1104 | write a GUID",
        "applications: [{ appId: 7f5a1d0e-0000-4000-8000-000000000001, memberOf: [Office356] }] | SP1104 | did you mean `Office365`?",
        "applications: [{ appId: 7f5a1d0e-0000-4000-8000-000000000001, displayname: x }] | SP1102 | did you mean `displayName`?",
        "controlExemptions: [{ control: mfa, application: Dataverse }] | SP1104 | use one of compliantDevice",
        "changes: [{ name: baselineScopesEnforced, date: tomorrow }] | SP1107 | write it like `2026-06-15`"})
    void mistake_inADocument_isAnErrorAtItsPlace(String yaml, String code, String help) throws Exception {
        Diagnostics out = new Diagnostics();
        with("kind: catalogue\n" + yaml, out);
        assertThat(out.toList()).singleElement().satisfies(found -> {
            assertThat(found.isError()).isTrue();
            assertThat(found.code()).isEqualTo(code);
            assertThat(found.help()).isEqualTo(help);
            assertThat(found.position().line()).isEqualTo(2);
        });
    }

    @Test
    void duplicateRow_isAnError() throws Exception {
        Diagnostics out = new Diagnostics();
        with("""
                kind: catalogue
                applications:
                  - { appId: 7f5a1d0e-0000-4000-8000-000000000001, displayName: One }
                  - { appId: 7F5A1D0E-0000-4000-8000-000000000001, displayName: Two }
                """, out);
        assertThat(out.toList()).singleElement().satisfies(found -> assertThat(found.code()).isEqualTo("SP1201"));
    }
}
