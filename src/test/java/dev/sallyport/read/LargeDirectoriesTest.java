package dev.sallyport.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sallyport.PolicyEngine;
import dev.sallyport.diagnose.Diagnostics;
import dev.sallyport.model.Directory;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A slice of the benchmark {@code Directories}: the same users from YAML, from JSON and in compiled form, and the memory that loading each of them takes,
 * so that nothing dear creeps in unseen.
 */
class LargeDirectoriesTest {

    private static final int USERS = 10_000;

    @TempDir
    Path folder;

    private static String user(int i, boolean json) {
        String open = json ? "{ \"userPrincipalName\": \"user%1$d@contoso.com\", \"displayName\": \"User %1$d\", \"memberOf\": [\"Group %2$d\", \"Group %3$d\"], "
                + "\"perUserMfaState\": \"enforced\", \"authenticationMethods\": [{ \"method\": \"fido2\", \"createdDateTime\": \"2026-11-02T08:00:00Z\" }] }"
                : "  - userPrincipalName: user%1$d@contoso.com\n    displayName: User %1$d\n    memberOf: [Group %2$d, Group %3$d]\n    perUserMfaState: enforced\n"
                + "    authenticationMethods:\n      - { method: fido2, createdDateTime: 2026-11-02T08:00:00Z }\n";
        return String.format(open, i, i % 10, (i + 3) % 10);
    }

    private Path write(boolean json) throws Exception {
        String groups = IntStream.range(0, 10).mapToObj(i -> "{ \"displayName\": \"Group " + i + "\" }").collect(Collectors.joining(", "));
        String users = IntStream.range(0, USERS).mapToObj(i -> user(i, json)).collect(Collectors.joining(json ? ",\n" : ""));
        return Files.writeString(folder.resolve(json ? "people.json" : "people.yaml"), json ? "{ \"kind\": \"directory\", \"groups\": [" + groups + "], \"users\": [\n" + users
                + "\n] }\n" : "kind: directory\ngroups: [" + groups + "]\nusers:\n" + users);
    }

    /** What loading takes for each user, once it was done before. */
    private static long bytesPerUser(Path file) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        PolicyEngine.loadDirectory(file);
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        PolicyEngine.loadDirectory(file);
        return (threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before) / USERS;
    }

    @Test
    void sameUsers_inYamlJsonAndCompiledForm_areTheSameDirectory_andLoadWithLittleMemory() throws Exception {
        Path yaml = write(false);
        Path json = write(true);
        Directory directory = PolicyEngine.loadDirectory(yaml);
        assertThat(directory.users()).hasSize(USERS).isEqualTo(PolicyEngine.loadDirectory(json).users());
        assertThat(bytesPerUser(yaml)).as("YAML").isLessThan(11_000);
        assertThat(bytesPerUser(json)).as("JSON").isLessThan(13_000);
        Files.write(DirectoryCache.beside(yaml), DirectoryCache.compiled(Resources.readDirectory(List.of(yaml), new Diagnostics()).directory(), Files.readAllBytes(yaml)));
        assertThat(PolicyEngine.loadDirectory(yaml).users()).isEqualTo(directory.users());
        assertThat(bytesPerUser(yaml)).as("compiled").isLessThan(2_000);
    }
}
