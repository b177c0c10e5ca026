package dev.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueCommandTest {

    @Test
    void list_withoutAName_countsTheRowsOfEveryList() {
        CommandRun run = CommandRun.of("catalogue", "list");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("serviceDependencies", "errorCodes");
        assertThat(CommandRun.of("catalogue", "list", "--format", "json").out()).contains("{\"list\":\"licences\",\"rows\":3}");
    }

    @Test
    void list_ofAList_printsItsRowsWithTheirSources() {
        assertThat(CommandRun.of("catalogue", "list", "controlexemptions").out())
                .contains("controlExemptions: control compliantDevice, application Microsoft Intune Enrollment", "source: Microsoft Entra: ");
    }

    @Test
    void show_byNameOrIdOrCode_printsEveryRowAboutIt() {
        String json = CommandRun.of("catalogue", "show", "Microsoft Teams", "--format", "json").out();
        assertThat(json).contains("\"enforcement\":\"early\"", "\"enforcement\":\"late\"", "\"list\":\"clients\"");
        assertThat(CommandRun.of("catalogue", "show", "CC15FD57-2c6c-4117-a88c-83b1d56b4bbe").out()).contains("serviceDependencies: application Microsoft Teams Services");
        assertThat(CommandRun.of("catalogue", "show", "53003").out()).contains("name BlockedByConditionalAccess, outcome block");
        assertThat(CommandRun.of("catalogue", "show", "Global Administrator").out()).contains("62e90394-69f5-4237-9190-012177145e10");
    }

    @Test
    void show_ofAnUnknownName_isWrongUsageThatNamesTheNearest() {
        CommandRun run = CommandRun.of("catalogue", "show", "Global Admnistrator");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("did you mean `Global Administrator`?");
    }

    @Test
    void rows_ofAPolicySet_areShownBesideTheBuiltInOnes(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("ours.yaml");
        Files.writeString(file, """
                kind: catalogue
                serviceDependencies:
                  - { application: Dataverse, dependsOn: Windows 365 }
                """);
        assertThat(CommandRun.of("catalogue", "show", "Dataverse", "-p", file.toString()).out()).contains("dependsOn Windows 365, enforcement early", "source: tenant");
        assertThat(CommandRun.of("catalogue", "show", "Dataverse").out()).doesNotContain("Windows 365");
    }
}
