package dev.sallyport.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.PolicyEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {

    @TempDir
    Path folder;

    @Test
    void directory_ofTwentyThousandUsersInYaml_loadsAlthoughItIsLargerThanAPolicyFileMayBe() throws Exception {
        StringBuilder yaml = new StringBuilder("kind: directory\nusers:\n");
        for (int i = 0; i < 20_000; i++) {
            yaml.append("  - { id: user-").append(i).append(", userPrincipalName: user").append(i).append("@contoso.com, displayName: User ").append(i).append(" }\n");
        }
        Directory directory = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("directory.yaml"), yaml));
        assertThat(yaml).hasSizeGreaterThan(1 << 20);
        assertThat(directory.users()).hasSize(20_000);
        assertThat(directory.user("USER19999@contoso.com").id()).isEqualTo("user-19999");
    }

    @Test
    void warnings_aboutTheFiles_areKept() throws Exception {
        Directory directory = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("directory.yaml"), "kind: directory\nusers: [{ userPrincipalName: ann@contoso.com, userType: member }]\n"));
        assertThat(directory.warnings()).singleElement().satisfies(warning -> assertThat(warning.code()).isEqualTo("SP1108"));
        assertThat(directory.with(directory.users().get(0)).warnings()).isEqualTo(directory.warnings());
    }

    /** Interface 1.1: the order in a file never changes a decision, so a name that two have names neither. */
    @Test
    void roles_inThePartsOfATenant_areKeptApart_DEC_13() throws Exception {
        UserState ann = PolicyEngine.loadDirectory(Files.writeString(folder.resolve("directory.yaml"), """
                kind: directory
                users:
                  - userPrincipalName: ann@contoso.com
                    roles:
                      - Global Reader
                      - { role: Security Reader, directoryScopeId: / }
                      - { role: User Administrator, directoryScopeId: /administrativeUnits/12121212-0000-4000-8000-000000000001 }
                      - { role: Application Administrator, directoryScopeId: /12121212-0000-4000-8000-000000000002 }
                      - { role: Reports Reader, directoryScopeId: /attributeSets/Engineering }
                """)).user("ann@contoso.com");
        assertThat(ann.roles()).containsExactly("Global Reader", "Security Reader");
        assertThat(ann.scopedRoles()).extracting(UserState.ScopedRole::role).containsExactly("User Administrator", "Application Administrator", "Reports Reader");
        assertThat(Directory.roleIdsOf(ann)).hasSize(2);
        assertThat(Directory.roleIdsInAnyScopeOf(ann)).hasSize(5);
        assertThatThrownBy(() -> new UserState.ScopedRole("Global Reader", "/")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void device_whoseNameAnotherHasToo_isKnownByIdOnly() {
        Device compliant = new Device("d1", "LAPTOP", true, true, "AzureAD", Map.of(), Map.of());
        Device other = new Device("d2", "laptop", false, true, "AzureAD", Map.of(), Map.of());
        Directory directory = new Directory(Directory.Organization.DEFAULT, List.of(), List.of(), List.of(), List.of(compliant, other), List.of());
        assertThat(directory.device("LAPTOP")).isNull();
        assertThat(directory.device("D1")).isSameAs(compliant);
    }

    @Test
    void servicePrincipal_withoutAnApplicationId_isKnownByItsIdAndName() {
        Directory.ServicePrincipal unknown = Directory.ServicePrincipal.builder().id("sp-1").displayName("Backup").build();
        Directory.ServicePrincipal known = Directory.ServicePrincipal.builder().id("sp-2").appId("app-2").build();
        Directory directory = new Directory(Directory.Organization.DEFAULT, List.of(), List.of(), List.of(), List.of(), List.of(unknown, known));
        assertThat(directory.servicePrincipal("SP-1")).isSameAs(unknown);
        assertThat(directory.servicePrincipal("backup")).isSameAs(unknown);
        assertThat(directory.servicePrincipal("APP-2")).isSameAs(known);
    }

    @Test
    void builders_withoutAnId_buildNothing() {
        assertThatNullPointerException().isThrownBy(UserState.builder().userPrincipalName("ann@contoso.com")::build)
                .withMessage("`id` is missing");
        assertThatNullPointerException().isThrownBy(UserState.builder().id("u")::build).withMessage("`userPrincipalName` is missing");
        assertThatNullPointerException().isThrownBy(Directory.ServicePrincipal.builder().appId("app")::build).withMessage("`id` is missing");
    }

    /** CA-USR-09; attack 44. */
    @Test
    void groups_thatHoldEachOther_endTheSearch() {
        UserState user = UserState.builder().id("u").userPrincipalName("ann@contoso.com").displayName("Ann").memberOf(List.of("A"))
                .build();
        Directory directory = new Directory(Directory.Organization.DEFAULT, List.of(user),
                List.of(new Directory.Group("a", "A", List.of("B")), new Directory.Group("b", "B", List.of("C")), new Directory.Group("c", "C", List.of("A"))),
                List.of(), List.of(), List.of());
        assertThat(directory.groupIdsOf(user)).isEqualTo(Set.of("a", "b", "c"));
    }
}
